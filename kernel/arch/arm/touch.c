/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/touch.h"

/*
 * The kernel's footprint (Linux: none; there it is what instructions do). The
 * kernel is C of the host, whose accesses no MMU and no cache of the guest
 * sees. What is known of them is told here: each page once to the core's own
 * MMU, with the kernel's rights and by the address at which Linux has it, so
 * that it takes a TLB entry of that mapping's size; each line to the caches.
 *
 * Invariant: nothing but time, TLBs and caches changes by it; an access that
 * the tables refuse is no abort.
 *
 * MODEL: a kernel stack of which this address space hasn't heard (see
 * task/stack.c) costs a walk and no lines. What lies nowhere in RAM, variables
 * of the host's stack above all, is taken for the upper end of the task's
 * kernel stack.
 */

#include "kernel/lib/work.h"
#include "kernel/mm/kobj.h"
#include "kernel/task/stack.h"
#include "mmu/mmu.h"

/* Of the stack: where what a system call has on it lies, below pt_regs. */
#define STACK_OBJECTS 1024u

static void pay(struct task_struct *curr, enum cycle_cause cause,
		uint32_t cycles)
{
	if (cycles)
		charge_cycles(curr, cause, cycles);
}

void pay_walk_now(struct task_struct *curr, uint32_t cycles)
{
	pay(curr, CYCLE_WALK, cycles);
}

/* Within a page. */
static void touch_lines(struct task_struct *curr, paddr_t paddr,
			uint32_t nr_bytes, enum mmu_kind kind)
{
	const struct hw *hw = &curr->k->hw;
	struct hw_stall stall;

	if (!hw->ops->touch)
		return;
	stall = hw->ops->touch(hw->ctx, curr->cpu->id, paddr, nr_bytes, kind);
	pay(curr, kind == MMU_FETCH ? CYCLE_L1I : CYCLE_L1D, stall.near);
	pay(curr, CYCLE_DRAM, stall.dram);
}

void touch_kernel_now(struct task_struct *curr, vaddr_t kaddr,
		      uint32_t nr_bytes, enum mmu_kind kind)
{
	while (nr_bytes) {
		const uint32_t left = PAGE_SIZE - offset_in_page(kaddr);
		const uint32_t part = nr_bytes < left ? nr_bytes : left;
		struct mmu_result result;
		bool allowed = mmu_access(curr->cpu->mmu, kaddr, kind, MMU_PL1,
					  &result);

		pay_walk_now(curr, result.cycles);
		if (allowed)
			touch_lines(curr, result.paddr, part, kind);
		kaddr += part;
		nr_bytes -= part;
	}
}

static bool is_ram(const struct hw *hw, const void *bytes)
{
	return (uint64_t)((const uint8_t *)bytes - hw->ram) <
	       hw->ram_span_bytes;
}

void touch_user_now(struct task_struct *curr, const void *bytes,
		    uint32_t nr_bytes, enum mmu_kind kind)
{
	const struct hw *hw = &curr->k->hw;

	touch_lines(curr,
		    hw->ram_base + (paddr_t)((const uint8_t *)bytes - hw->ram),
		    nr_bytes, kind);
}

/* Highmem's were found by an address of the kernel's just before. */
void touch_bytes_now(struct task_struct *curr, const void *bytes,
		     uint32_t nr_bytes, enum mmu_kind kind)
{
	const struct kernel *k = curr->k;
	paddr_t paddr;

	if (!is_ram(&k->hw, bytes)) {
		touch_kernel_now(curr,
				 task_stack(curr) + THREAD_SIZE - STACK_OBJECTS,
				 nr_bytes < STACK_OBJECTS / 2
					 ? nr_bytes
					 : STACK_OBJECTS / 2,
				 kind);
		return;
	}
	paddr = k->hw.ram_base + (paddr_t)((const uint8_t *)bytes - k->hw.ram);
	if (paddr >> PAGE_SHIFT < k->mem.max_low_pfn)
		touch_kernel_now(curr, phys_to_virt(k, paddr), nr_bytes, kind);
	else
		touch_user_now(curr, bytes, nr_bytes, kind);
}
