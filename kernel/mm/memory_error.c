/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/memory_error.h"

/*
 * Memory fails when the board says so. What happens is the hardware's doing,
 * behind the kernel's back: bits of RAM are others, or the memory controller
 * answers reads of a frame with an error. The kernel learns of it, if at all,
 * as it would of a real error: by what it reads, or by an abort; or, of a
 * frame that is scrubbed, by a report of the controller's, which comes before
 * anybody has read it.
 *
 * All happens on the way to user mode: after the n-th abort was handled, or as
 * soon as the address is mapped; or at a cycle, when a timer sees to it that
 * there is a trap.
 *
 * MODEL: only accesses of cores for programs run into frames with errors:
 * loads, stores, fetches, and copies from and to programs. Walks of tables, the
 * kernel's own reads and DMA don't.
 */

#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/init.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/huge_mm.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memory_failure.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/page_watch.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

static struct mm_struct *mm_of(const struct kernel *k,
			       const struct kernel_memory_error *e)
{
	const struct task_struct *task =
		find_task_by_pid(k, kernel_find_process(k, e->process));

	return task ? task->mm : NULL;
}

/* Where the address leads; false: nowhere. */
static bool find_paddr(const struct kernel *k,
		       const struct kernel_memory_error *e, paddr_t *paddr)
{
	struct mm_struct *mm = e->physical ? NULL : mm_of(k, e);
	const vaddr_t vaddr = (vaddr_t)e->address;
	const pte_t *ptep;
	pte_t pte;

	*paddr = e->address;
	if (e->physical)
		return paddr_is_ram(k, *paddr);
	if (!mm || vaddr >= mm->task_size)
		return false;
	ptep = pte_lookup(mm, vaddr);
	if (ptep)
		pte = *ptep;
	else if (pmd_trans_huge(*pmd_off(mm, vaddr)))
		pte = huge_subpte(*pmd_off(mm, vaddr), vaddr);
	else
		return false;
	if (!pte_present(pte) || !pfn_valid(k, pte_pfn(pte)))
		return false;
	*paddr = (paddr_t)pte_pfn(pte) << PAGE_SHIFT | offset_in_page(vaddr);
	return true;
}

static void flip(struct kernel *k, paddr_t paddr, uint32_t mask)
{
	uint32_t *word = phys_bytes(k, paddr & ~(paddr_t)3);

	*word ^= mask;
	k->hw.ops->code_changed(k->hw.ctx, paddr & ~(paddr_t)3, sizeof(*word));
	if (unlikely(k->hw.changed_tables))
		k->hw.changed_tables[(paddr - k->hw.ram_base) >> PAGE_SHIFT] =
			1;
	printk(k, "Memory error: bits %#x of the word at %#x are flipped", mask,
	       (uint32_t)paddr & ~3u);
}

static void poison(struct kernel *k, paddr_t paddr, bool scrubbed)
{
	const pfn_t pfn = (pfn_t)(paddr >> PAGE_SHIFT);

	printk(k, "Memory error: pfn %#x can't be read any more%s", pfn,
	       scrubbed ? ", found by scrubbing" : "");
	k->memory_failure.any_poisoned = true;
	k->hw.ops->poison(k->hw.ctx, paddr);
	if (scrubbed && k->params.memory_failure)
		memory_failure_queue(k, pfn);
}

static bool corrupt(struct kernel *k, const struct kernel_memory_error *e)
{
	struct mm_struct *mm = mm_of(k, e);

	if (!mm || (vaddr_t)e->address >= mm->task_size ||
	    !corrupt_descriptor(mm, (vaddr_t)e->address, e->mask))
		return false;
	printk(k, "Memory error: bits %#x of the descriptor of %#x are flipped",
	       e->mask, (uint32_t)e->address);
	return true;
}

static void strike(struct kernel *k, const struct kernel_memory_error *e)
{
	paddr_t paddr = 0;
	bool there = e->kind == MEMORY_DESCRIPTOR ? corrupt(k, e)
						  : find_paddr(k, e, &paddr);

	if (!there)
		printk(k, "Memory error: there is nothing at %#x",
		       (uint32_t)e->address);
	else if (e->kind == MEMORY_FLIP)
		flip(k, paddr, e->mask);
	else if (e->kind != MEMORY_DESCRIPTOR)
		poison(k, paddr, e->kind == MEMORY_SCRUB);
}

static bool is_due(const struct kernel *k, const struct kernel_memory_error *e)
{
	paddr_t paddr;

	if (e->when == MEMORY_WHEN_MAPPED)
		return find_paddr(k, e, &paddr);
	return e->moment <= (e->when == MEMORY_AT_FAULT
				     ? k->nr_aborts
				     : k->hw.ops->now(k->hw.ctx));
}

void inject_memory_errors(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	for (unsigned int i = 0; i < k->params.inject.nr_memory; i++) {
		const struct kernel_memory_error *e =
			&k->params.inject.memory[i];

		if (k->inject.memory[i].done || !is_due(k, e))
			continue;
		k->inject.memory[i].done = true;
		k->inject.nr_memory--;
		strike(k, e);
	}
}

/* The interrupt was what was wanted. */
static void wake_nobody(struct task_struct *curr, struct timer *timer)
{
	(void)curr, (void)timer;
}

void memory_errors_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	k->inject.nr_memory = k->params.inject.nr_memory;
	for (unsigned int i = 0; i < k->inject.nr_memory; i++) {
		struct timer *timer = &k->inject.memory[i].timer;

		timer->function = wake_nobody;
		if (k->params.inject.memory[i].when == MEMORY_AT_CYCLE)
			timer_arm(curr, timer,
				  k->params.inject.memory[i].moment);
	}
}
