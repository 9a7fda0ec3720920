/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/set_memory.h"

/*
 * Changing what may be done with kernel memory (Linux: arch/arm/mm/pageattr.c).
 * Memory that is mapped by sections keeps its rights: those of the image were
 * right from the first (mmu.c).
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/err.h"
#include "kernel/mm/vmalloc.h"

static bool in_range(vaddr_t kaddr, uint32_t size, vaddr_t start, vaddr_t end)
{
	return kaddr >= start && kaddr < end && size <= end - kaddr;
}

static int change_memory_common(struct task_struct *curr, vaddr_t kaddr,
				uint32_t nr_pages, uint32_t set, uint32_t clear)
{
	struct kernel *k = curr->k;
	const vaddr_t start = kaddr & PAGE_MASK;
	const uint32_t size = nr_pages << PAGE_SHIFT;

	if (!size)
		return 0;
	if (!in_range(start, size, k->arch.modules_vaddr,
		      k->arch.modules_end) &&
	    !in_range(start, size, k->arch.vmalloc_start, k->arch.vmalloc_end))
		return -EINVAL;
	for (vaddr_t at = start; at < start + size; at += PAGE_SIZE) {
		pte_t *ptep = pte_lookup(&k->init_mm, at);

		if (!ptep || pte_none(*ptep))
			return -EINVAL;
		set_pte_at(&k->init_mm, at, ptep,
			   __pte((pte_val(*ptep) & ~clear) | set));
	}
	flush_tlb_kernel_range(curr, start, start + size);
	return 0;
}

int set_memory_ro(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages)
{
	return change_memory_common(curr, kaddr, nr_pages, L_PTE_RDONLY, 0);
}

int set_memory_rw(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages)
{
	return change_memory_common(curr, kaddr, nr_pages, 0, L_PTE_RDONLY);
}

int set_memory_nx(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages)
{
	return change_memory_common(curr, kaddr, nr_pages, L_PTE_XN, 0);
}

int set_memory_x(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages)
{
	return change_memory_common(curr, kaddr, nr_pages, 0, L_PTE_XN);
}
