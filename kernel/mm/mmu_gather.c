/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mmu_gather.h"

/*
 * See mmu_gather.h. Invariant: no page and no table in the batch is freed
 * before a flush that covers all entries cleared so far.
 *
 * Linux takes more batch pages from the buddy while there are any; here a
 * batch has one size, and a full one is flushed.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swapfile.h"

static void reset_range(struct mmu_gather *tlb)
{
	tlb->start = UINT32_MAX;
	tlb->end = 0;
	tlb->cleared_ptes = false;
}

void tlb_gather_mmu(struct mmu_gather *tlb, struct task_struct *curr,
		    struct mm_struct *mm, bool fullmm)
{
	tlb->curr = curr;
	tlb->mm = mm;
	tlb->fullmm = fullmm;
	tlb->keep_cows = false;
	tlb->nr_pages = 0;
	tlb->nr_tables = 0;
	reset_range(tlb);
}

static void tlb_flush(struct mmu_gather *tlb)
{
	if (tlb->start >= tlb->end)
		return;
	if (tlb->fullmm)
		flush_tlb_mm(tlb->curr, tlb->mm);
	else if (tlb->cleared_ptes)
		flush_tlb_mm_range(tlb->curr, tlb->mm, tlb->start, tlb->end);
	else
		for (vaddr_t vaddr = tlb->start; vaddr < tlb->end;
		     vaddr += PMD_SIZE)
			flush_tlb_pmd(tlb->curr, tlb->mm, vaddr);
	reset_range(tlb);
}

static void tlb_flush_mmu(struct mmu_gather *tlb)
{
	tlb_flush(tlb);
	for (uint32_t i = 0; i < tlb->nr_pages; i++)
		free_swap_cache(tlb->curr, tlb->pages[i]);
	release_pages(tlb->curr, tlb->pages, tlb->nr_pages);
	for (uint32_t i = 0; i < tlb->nr_tables; i++)
		pte_free(tlb->curr, tlb->mm, tlb->tables[i]);
	tlb->nr_pages = 0;
	tlb->nr_tables = 0;
}

void tlb_finish_mmu(struct mmu_gather *tlb)
{
	tlb_flush_mmu(tlb);
}

void tlb_remove_page(struct mmu_gather *tlb, struct page *page)
{
	tlb->pages[tlb->nr_pages++] = page;
	if (tlb->nr_pages == MMU_GATHER_BATCH)
		tlb_flush_mmu(tlb);
}

/*
 * A walk cache may hold the first-level words: one entry of each MB in the
 * range makes the flush cover them.
 */
void tlb_remove_table(struct mmu_gather *tlb, struct page *table, vaddr_t vaddr)
{
	tlb_remove_tlb_entry(tlb, vaddr & PMD_MASK);
	tlb_remove_tlb_entry(tlb, (vaddr & PMD_MASK) + PMD_SIZE / 2);
	tlb->tables[tlb->nr_tables++] = table;
	if (tlb->nr_tables == MMU_GATHER_BATCH / 8)
		tlb_flush_mmu(tlb);
}
