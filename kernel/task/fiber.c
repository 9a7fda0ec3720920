/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/fiber.h"

/*
 * A fiber is a host stack and the stack pointer at which it was left; the
 * callee-saved registers lie on the stack above it (fiber_switch.S). Stacks
 * are reserved with a guard page below, and only touched pages take host
 * memory; a pool keeps those of ended tasks, since fork is frequent.
 *
 * The sanitizers follow stacks by themselves and must be told of switches.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel/lib/bug.h"

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define FIBER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FIBER_TSAN 1
#endif
#endif
#ifdef FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef FIBER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

enum {
	GUARD_BYTES = 4096,
	/* snprintf() and the sanitizers' frames are what needs room */
	STACK_BYTES = 256 * 1024,
	POOL_MAX = 64,
};

struct fiber {
	void *sp; /* where it was left */
	uint8_t *mapping;
	void (*entry)(void *arg);
	void *arg;
	struct fiber *next_idle;
	struct fiber *next_used, *prev_used;
	/* bounds as the address sanitizer wants to know them */
	const void *stack_bottom;
	size_t stack_bytes;
	void *fake_stack;
	void *tsan;
	struct fiber *switched_from;
};

/* fiber_switch.S: saves at *save_sp, continues at @sp. */
void fiber_swap_stacks(void **save_sp, void *sp);
/* fiber_switch.S: where a new fiber's first switch lands. */
void fiber_trampoline(void);
/* Called by the trampoline. */
_Noreturn void fiber_first(struct fiber *self);

static void tell_switch_started(struct fiber *from, struct fiber *to)
{
#ifdef FIBER_ASAN
	__sanitizer_start_switch_fiber(&from->fake_stack, to->stack_bottom,
				       to->stack_bytes);
#endif
#ifdef FIBER_TSAN
	__tsan_switch_to_fiber(to->tsan, 0);
#endif
	to->switched_from = from;
}

static void tell_switch_finished(struct fiber *self)
{
#ifdef FIBER_ASAN
	struct fiber *from = self->switched_from;

	__sanitizer_finish_switch_fiber(self->fake_stack, &from->stack_bottom,
					&from->stack_bytes);
#else
	(void)self;
#endif
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
	tell_switch_started(from, to);
	fiber_swap_stacks(&from->sp, to->sp);
	tell_switch_finished(from);
}

_Noreturn void fiber_first(struct fiber *self)
{
	tell_switch_finished(self);
	self->entry(self->arg);
	BUG();
}

/*
 * What fiber_swap_stacks() will pop: zeroed registers, the fiber in the one
 * that the trampoline reads, and the trampoline as the return address.
 */
static void prepare_stack(struct fiber *fiber)
{
	uintptr_t top = (uintptr_t)fiber->mapping + GUARD_BYTES + STACK_BYTES;
	uintptr_t *sp = (uintptr_t *)top;

#if defined(__x86_64__)
	sp -= 2; /* alignment at the trampoline's call */
	*--sp = (uintptr_t)fiber_trampoline;
	sp -= 6; /* rbp rbx r12 r13 r14 r15, r15 lowest */
	memset(sp, 0, 6 * sizeof(*sp));
	sp[3] = (uintptr_t)fiber; /* r12 */
#elif defined(__aarch64__)
	sp -= 20; /* x19..x30, d8..d15 */
	memset(sp, 0, 20 * sizeof(*sp));
	sp[0] = (uintptr_t)fiber; /* x19 */
	sp[11] = (uintptr_t)fiber_trampoline; /* x30 */
#else
#error "fiber_switch.S knows x86-64 and aarch64"
#endif
	fiber->sp = sp;
}

static struct fiber *map_fiber(void)
{
	struct fiber *fiber = calloc(1, sizeof(*fiber));

	if (!fiber)
		return NULL;
	fiber->mapping =
		mmap(NULL, GUARD_BYTES + STACK_BYTES, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (fiber->mapping == MAP_FAILED ||
	    mprotect(fiber->mapping, GUARD_BYTES, PROT_NONE)) {
		free(fiber);
		return NULL;
	}
	fiber->stack_bottom = fiber->mapping + GUARD_BYTES;
	fiber->stack_bytes = STACK_BYTES;
#ifdef FIBER_TSAN
	fiber->tsan = __tsan_create_fiber(0);
#endif
	return fiber;
}

static void unmap_fiber(struct fiber *fiber)
{
#ifdef FIBER_TSAN
	__tsan_destroy_fiber(fiber->tsan);
#endif
	munmap(fiber->mapping, GUARD_BYTES + STACK_BYTES);
	free(fiber);
}

static void link_used(struct fiber_pool *pool, struct fiber *fiber)
{
	fiber->prev_used = NULL;
	fiber->next_used = pool->used;
	if (pool->used)
		pool->used->prev_used = fiber;
	pool->used = fiber;
}

static void unlink_used(struct fiber_pool *pool, struct fiber *fiber)
{
	if (fiber->prev_used)
		fiber->prev_used->next_used = fiber->next_used;
	else
		pool->used = fiber->next_used;
	if (fiber->next_used)
		fiber->next_used->prev_used = fiber->prev_used;
}

struct fiber *fiber_create(struct fiber_pool *pool, void (*entry)(void *arg),
			   void *arg)
{
	struct fiber *fiber = pool->idle;

	if (fiber) {
		pool->idle = fiber->next_idle;
		pool->nr_idle--;
	} else {
		fiber = map_fiber();
		if (!fiber)
			return NULL;
	}
	fiber->entry = entry;
	fiber->arg = arg;
	fiber->fake_stack = NULL;
	prepare_stack(fiber);
	link_used(pool, fiber);
	return fiber;
}

struct fiber *fiber_of_caller(void)
{
	struct fiber *fiber = calloc(1, sizeof(*fiber));

#ifdef FIBER_TSAN
	if (fiber)
		fiber->tsan = __tsan_get_current_fiber();
#endif
	return fiber;
}

void fiber_destroy(struct fiber_pool *pool, struct fiber *fiber)
{
	if (!fiber->mapping) {
		free(fiber);
		return;
	}
	unlink_used(pool, fiber);
#ifdef FIBER_ASAN
	/* frames that were left without returning */
	ASAN_UNPOISON_MEMORY_REGION(fiber->stack_bottom, fiber->stack_bytes);
#endif
	if (pool->nr_idle == POOL_MAX) {
		unmap_fiber(fiber);
		return;
	}
	fiber->next_idle = pool->idle;
	pool->idle = fiber;
	pool->nr_idle++;
}

bool fiber_bounds(const struct fiber *fiber, const void **low,
		  const void **high)
{
	if (!fiber->mapping)
		return false;
	*low = fiber->mapping + GUARD_BYTES;
	*high = fiber->mapping + GUARD_BYTES + STACK_BYTES;
	return true;
}

bool fiber_stack(const struct fiber *fiber, const void **low, const void **high)
{
	if (!fiber_bounds(fiber, low, high))
		return false;
	*low = fiber->sp;
	return true;
}

void fiber_pool_drain(struct fiber_pool *pool)
{
	while (pool->used)
		fiber_destroy(pool, pool->used);
	while (pool->idle) {
		struct fiber *fiber = pool->idle;

		pool->idle = fiber->next_idle;
		unmap_fiber(fiber);
	}
	pool->nr_idle = 0;
}
