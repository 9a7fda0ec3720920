/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/pageattr.h"

/*
 * Changing rights of mapped kernel memory (Linux: arch/arm/mm/pageattr.c). The
 * linear map is made of sections and stays as it is: a page that is read-only
 * here may be written there, as in Linux.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/err.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

static int change_memory(struct task_struct *curr, vaddr_t kaddr,
			 uint32_t nr_pages, uint32_t set, uint32_t clear)
{
	struct mm_struct *mm = &curr->k->init_mm;
	vaddr_t start = kaddr & PAGE_MASK;

	if (!nr_pages)
		return 0;
	if (!is_vmalloc_or_module_addr(curr->k, start) ||
	    !is_vmalloc_or_module_addr(curr->k,
				       start + (nr_pages - 1) * PAGE_SIZE))
		return -EINVAL;
	for (uint32_t i = 0; i < nr_pages; i++) {
		vaddr_t vaddr = start + i * PAGE_SIZE;
		pte_t *pte = pte_lookup(mm, vaddr);

		if (pte && pte_present(*pte))
			set_pte_at(mm, vaddr, pte,
				   __pte((pte_val(*pte) & ~clear) | set));
	}
	flush_tlb_kernel_range(curr, start, start + nr_pages * PAGE_SIZE);
	return 0;
}

int set_memory_ro(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages)
{
	return change_memory(curr, kaddr, nr_pages, L_PTE_RDONLY, 0);
}

int set_memory_rw(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages)
{
	return change_memory(curr, kaddr, nr_pages, 0, L_PTE_RDONLY);
}

int set_memory_nx(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages)
{
	return change_memory(curr, kaddr, nr_pages, L_PTE_XN, 0);
}

int set_memory_x(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages)
{
	return change_memory(curr, kaddr, nr_pages, 0, L_PTE_XN);
}
