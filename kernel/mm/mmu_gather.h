/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MMU_GATHER_H
#define KERNEL_MM_MMU_GATHER_H

/*
 * Unmapping in bulk (asm-generic/tlb.h, mm/mmu_gather.c). Order is all: first
 * the entries go, then the TLB forgets the whole range at once, and only then
 * are the pages freed. Freed sooner, a page could be someone else's while a
 * TLB still lets the old owner in.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/mm/mm_types.h"

#define MMU_GATHER_BATCH 256

struct mmu_gather {
	struct task_struct *curr;
	struct mm_struct *mm;
	/* of entries cleared since the last flush; empty: start >= end */
	vaddr_t start, end;
	bool cleared_ptes; /* not huge entries alone */
	bool fullmm; /* the whole address space dies: one flush for all */
	bool keep_cows; /* private copies of a file's pages stay */
	uint32_t nr_pages, nr_tables;
	struct page *pages[MMU_GATHER_BATCH];
	struct page *tables[MMU_GATHER_BATCH / 8];
};

void tlb_gather_mmu(struct mmu_gather *tlb, struct task_struct *curr,
		    struct mm_struct *mm, bool fullmm);
/* Flushes and frees what is left. */
void tlb_finish_mmu(struct mmu_gather *tlb);
/* The entry at @vaddr was valid and is gone. */
static inline void tlb_remove_tlb_entry(struct mmu_gather *tlb, vaddr_t vaddr)
{
	if (vaddr < tlb->start)
		tlb->start = vaddr;
	if (vaddr + PAGE_SIZE > tlb->end)
		tlb->end = vaddr + PAGE_SIZE;
	tlb->cleared_ptes = true;
}
/* The huge entry there. */
static inline void tlb_remove_pmd_tlb_entry(struct mmu_gather *tlb,
					    vaddr_t vaddr)
{
	const bool cleared_ptes = tlb->cleared_ptes;

	tlb_remove_tlb_entry(tlb, vaddr);
	tlb_remove_tlb_entry(tlb, vaddr + PMD_SIZE - PAGE_SIZE);
	tlb->cleared_ptes = cleared_ptes;
}
/* Its page: the reference is dropped after the flush. */
void tlb_remove_page(struct mmu_gather *tlb, struct page *page);
/* A second-level table that covered @vaddr and hangs in no pmd any more. */
void tlb_remove_table(struct mmu_gather *tlb, struct page *table,
		      vaddr_t vaddr);

#endif
