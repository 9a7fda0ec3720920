/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/stack.h"

/*
 * Kernel stacks (Linux: kernel/fork.c's alloc_thread_stack_node() and
 * free_thread_stack(), with CONFIG_VMAP_STACK). A stack is two pages of
 * vmalloc's at a multiple of four, so that the page below is nobody's: who
 * overruns his stack meets a hole. Each CPU keeps up to NR_CACHED_STACKS of
 * ended tasks for the next ones.
 *
 * The bytes are those that ARM code in SVC mode uses; C code runs on a fiber.
 *
 * Invariant: the pages of all stacks, cached ones too, are PageKstack;
 * NR_KERNEL_STACK counts those of tasks.
 *
 * MODEL: a stack is cleared when ARM code first runs on it, not at fork: what an
 * ended task or a program left there is seen by nobody, and a fork takes the
 * time of clearing two pages less. An idle task's stack is in the image, as in Linux, and has no hole
 * below. An address space learns of the part of the vmalloc area that a stack
 * is in by a translation fault, when ARM code first runs there; in Linux, where
 * it couldn't take that fault, at each task switch (check_vmalloc_seq()).
 */

#include <errno.h>

#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/mm/vmstat.h"
#include "kernel/task/sched_core.h"

#define STACK_PAGES (THREAD_SIZE / PAGE_SIZE)

static struct page *stack_page(const struct kernel *k,
			       const struct vm_struct *area, uint32_t i)
{
	return *vm_area_page(k, area, i);
}

vaddr_t task_stack(const struct task_struct *task)
{
	if (!task->stack_vm_area) /* an idle task */
		return image_symbol(task->k->arch.image, "init_thread_union");
	return task->stack_vm_area->addr;
}

/* ---- where they come from --------------------------------------------------------- */

static struct vm_struct *from_cache(struct task_struct *curr)
{
	struct vm_struct **cached = curr->k->sched.cached_stacks[curr->cpu->id];

	for (unsigned int i = 0; i < NR_CACHED_STACKS; i++) {
		struct vm_struct *area = cached[i];

		if (!area)
			continue;
		cached[i] = NULL;
		return area;
	}
	return NULL;
}

static bool to_cache(struct task_struct *curr, struct vm_struct *area)
{
	struct vm_struct **cached = curr->k->sched.cached_stacks[curr->cpu->id];

	for (unsigned int i = 0; i < NR_CACHED_STACKS; i++) {
		if (cached[i])
			continue;
		cached[i] = area;
		return true;
	}
	return false;
}

static struct vm_struct *from_vmalloc(struct task_struct *curr)
{
	const struct arch_state *arch = &curr->k->arch;
	vaddr_t stack = __vmalloc_node_range(curr, THREAD_SIZE, THREAD_ALIGN,
					     arch->vmalloc_start,
					     arch->vmalloc_end, GFP_KERNEL,
					     page_kernel(curr->k), 0,
					     NUMA_NO_NODE, "kernel_clone");
	struct vm_struct *area;

	if (!stack)
		return NULL;
	area = find_vm_area(curr->k, stack);
	for (uint32_t i = 0; i < STACK_PAGES; i++)
		__SetPageKstack(stack_page(curr->k, area, i));
	return area;
}

static void free_area(struct task_struct *curr, struct vm_struct *area)
{
	for (uint32_t i = 0; i < STACK_PAGES; i++)
		__ClearPageKstack(stack_page(curr->k, area, i));
	vfree(curr, area->addr);
}

/* ---- a task's ------------------------------------------------------------------------ */

static void account(struct kernel *k, const struct vm_struct *area, int sign)
{
	for (uint32_t i = 0; i < STACK_PAGES; i++)
		mod_page_state(k, stack_page(k, area, i), NR_KERNEL_STACK,
			       sign * (int)(PAGE_SIZE / 1024));
}

int alloc_thread_stack(struct task_struct *curr, struct task_struct *task)
{
	struct vm_struct *area = from_cache(curr);

	if (!area)
		area = from_vmalloc(curr);
	if (!area)
		return -ENOMEM;
	task->stack_vm_area = area;
	task->stack_is_clear = false;
	account(curr->k, area, 1);
	return 0;
}

void free_thread_stack(struct task_struct *curr, struct task_struct *task)
{
	struct vm_struct *area = task->stack_vm_area;

	account(curr->k, area, -1);
	task->stack_vm_area = NULL;
	if (!to_cache(curr, area))
		free_area(curr, area);
}

void clear_thread_stack(struct task_struct *curr)
{
	if (curr->stack_is_clear || !curr->stack_vm_area)
		return;
	for (uint32_t i = 0; i < STACK_PAGES; i++)
		clear_highpage(curr,
			       stack_page(curr->k, curr->stack_vm_area, i));
	curr->stack_is_clear = true;
}

void free_vm_stack_cache(struct task_struct *curr)
{
	struct sched_state *sched = &curr->k->sched;

	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		for (unsigned int i = 0; i < NR_CACHED_STACKS; i++) {
			if (sched->cached_stacks[cpu][i])
				free_area(curr, sched->cached_stacks[cpu][i]);
			sched->cached_stacks[cpu][i] = NULL;
		}
}
