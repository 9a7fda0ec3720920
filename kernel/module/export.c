/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * From a gate's number to its C function, and what these need to look at the
 * memory of their callers (Linux: include/linux/export.h, kernel/module/).
 *
 * A module is not trusted: whatever it hands in is looked at before any of our
 * pointers is made of it, and what is wrong is an oops of the module's.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/thread_info.h"
#include "kernel/arch/arm/traps.h"
#include "kernel/hw.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/gfp.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define REG_ARGS 4

/* ---- arguments -------------------------------------------------------------------- */

void export_read(const struct export *call, void *to, vaddr_t from,
		 uint32_t nr_bytes)
{
	if (copy_from_kernel_nofault(call->curr, to, from, nr_bytes))
		die_bad_access(call->curr, call->regs, from, false);
}

void export_write(const struct export *call, vaddr_t to, const void *from,
		  uint32_t nr_bytes)
{
	if (copy_to_kernel_nofault(call->curr, to, from, nr_bytes))
		die_bad_access(call->curr, call->regs, to, true);
}

uint32_t export_arg(const struct export *call, unsigned int n)
{
	uint32_t word;

	if (n < REG_ARGS)
		return call->regs->r[n];
	export_read(call, &word, call->regs->r[13] + 4 * (n - REG_ARGS),
		    sizeof(word));
	return word;
}

void export_string(const struct export *call, vaddr_t from, char *to,
		   uint32_t size)
{
	if (strncpy_from_kernel_nofault(call->curr, to, from, size) < 0)
		to[0] = '\0';
}

/* ---- what goes wrong ----------------------------------------------------------------- */

_Noreturn void export_bug(const struct export *call, const char *format, ...)
{
	char what[128];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	printk(call->curr->k, "kernel BUG: %s", what);
	die(call->curr, "Oops - BUG", call->regs, 0);
}

bool may_complain_of_sleep(struct kernel *k)
{
	const uint64_t now = sched_clock_cycles(k);
	uint64_t *last = &k->modules.clock.slept_badly;

	if (*last && now - *last < k->hw.clock_hz)
		return false;
	*last = now;
	return true;
}

static void sleeps_badly(const struct export *call, const char *file, int line)
{
	struct task_struct *curr = call->curr;
	const uint32_t count = task_preempt_count(curr);

	printk(curr->k,
	       "BUG: sleeping function called from invalid context at %s:%d",
	       file, line);
	printk(curr->k,
	       "in_atomic(): %d, irqs_disabled(): %d, non_block: 0, pid: %d, "
	       "name: %s",
	       count != 0, !!(call->regs->cpsr & PSR_I), curr->pid, curr->comm);
	printk(curr->k, "preempt_count: %x, expected: 0", count);
	dump_stack(curr);
	add_taint(curr->k, TAINT_WARN);
}

/* Where our own C code would trip over it. */
static bool cannot_sleep(const struct task_struct *curr)
{
	return curr->in_interrupt || curr->pagefault_disabled;
}

void might_sleep_at(const struct export *call, const char *file, int line,
		    bool fatal)
{
	struct task_struct *curr = call->curr;

	fatal = fatal && cannot_sleep(curr);
	if (likely(!cannot_sleep(curr) && !(call->regs->cpsr & PSR_I) &&
		   !task_preempt_count(curr)))
		return;
	if (fatal || may_complain_of_sleep(curr->k))
		sleeps_badly(call, file, line);
	if (fatal)
		export_bug(call, "it would sleep there");
}

/* What Linux knows of flags. */
#define GFP_BITS_MASK 0x007fffffu

static bool at_most_one(gfp_t gfp)
{
	return !(gfp & (gfp - 1));
}

uint32_t export_gfp(const struct export *call, unsigned int n)
{
	gfp_t gfp = export_arg(call, n) & GFP_BITS_MASK;

	if (!at_most_one(gfp & (__GFP_DMA | __GFP_HIGHMEM | __GFP_DMA32)) ||
	    !at_most_one(gfp & (__GFP_MOVABLE | __GFP_RECLAIMABLE)))
		export_bug(call, "0x%x: no such allocation flags", gfp);
	if (gfp & __GFP_DIRECT_RECLAIM)
		might_sleep_at(call, "include/linux/sched/mm.h", 0,
			       call->curr->pagefault_disabled);
	/* MODEL: Linux tries, and sleeps only if it must */
	return call->curr->in_interrupt ? gfp & ~__GFP_DIRECT_RECLAIM : gfp;
}

/* ---- the table ---------------------------------------------------------------------- */

static const export_fn exports[] = {
#define EXPORT(name) export_##name,
#include "kernel/image/exports.def"
};

struct exported_name {
	const char *name;
	bool gpl_only;
};
static const struct exported_name names[] = {
#define EXPORT(name)     {#name, false},
#define EXPORT_GPL(name) {#name, true},
#define GATE(name)
#define EXPORT_IMAGE(name)     {#name, false},
#define EXPORT_IMAGE_GPL(name) {#name, true},
#include "kernel/image/exports.def"
};

bool export_find(const struct kernel *k, const char *name, vaddr_t *value,
		 bool *gpl_only)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(names[i].name, name) != 0)
			continue;
		*value = image_symbol(k->arch.image, name);
		*gpl_only = names[i].gpl_only;
		return true;
	}
	return false;
}

bool export_call(struct task_struct *curr, unsigned int number,
		 struct pt_regs *regs)
{
	const struct export call = {curr, regs};
	uint64_t result;

	if (number >= sizeof(exports) / sizeof(*exports))
		return false;
	result = exports[number](&call);
	regs->r[0] = (uint32_t)result;
	regs->r[1] = (uint32_t)(result >> 32);
	return true;
}
