/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/internal.h"

/*
 * Taking mappings away (mm/memory.c from zap_pte_range() to free_pgtables(),
 * unmap_mapping_range()).
 *
 * Order: entries, TLB, pages, as mmu_gather.h says; and tables last, when no
 * VMA needs them. Nothing sleeps between the first entry and the flush.
 *
 * Invariant: a table is freed exactly when no VMA reaches into its 2 MB any
 * more. free_pgtables() is told by floor and ceiling how far the holes extend
 * on both sides. (Linux/ARM leaves the table of the first 2 MB to pgd_free(),
 * for the sake of vectors at 0; here it goes like all others.)
 */

#include "kernel/fs/fs.h"
#include "kernel/lib/interval_tree.h"
#include "kernel/lib/price.h"
#include "kernel/lib/touch.h"
#include "kernel/lib/work.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swapfile.h"

/* ---- entries ------------------------------------------------------------------------- */

/* What hardware would have told: used, written. */
static void note_file_page(struct mmu_gather *tlb,
			   const struct vm_area_struct *vma, struct page *page,
			   pte_t pte)
{
	if (pte_dirty(pte))
		set_page_dirty(tlb->curr, page);
	if (pte_young(pte) && !(vma->vm_flags & VM_SEQ_READ))
		mark_page_accessed(tlb->mm->k, page);
}

static void zap_pte(struct mmu_gather *tlb, struct vm_area_struct *vma,
		    vaddr_t vaddr, pte_t *ptep)
{
	pte_t pte = *ptep;
	struct page *page = vm_normal_page(vma, vaddr, pte);

	if (tlb->keep_cows && page && PageAnon(page))
		return;
	charge_price(tlb->curr, PRICE_UNMAP);
	touch_path(tlb->curr, TOUCH_PTE, kbytes_addr(tlb->mm->k, ptep),
		   page ? kobj_addr(tlb->mm->k, page) : 0);
	ptep_get_and_clear(tlb->mm, vaddr, ptep);
	tlb_remove_tlb_entry(tlb, vaddr);
	if (!page)
		return;
	if (!PageAnon(page))
		note_file_page(tlb, vma, page, pte);
	add_mm_counter(tlb->mm, mm_counter(page), -1);
	page_remove_rmap(tlb->mm->k, page, vma);
	tlb_remove_page(tlb, page);
}

/* It counts in rss_stat as the page will that it waits for. */
static void zap_migration_entry(struct mmu_gather *tlb, vaddr_t vaddr,
				pte_t *ptep, swp_entry_t entry)
{
	const struct page *page = migration_entry_to_page(tlb->mm->k, entry);

	if (tlb->keep_cows && PageAnon(page))
		return;
	pte_clear(tlb->mm, vaddr, ptep);
	add_mm_counter(tlb->mm, mm_counter(page), -1);
}

/*
 * A slot has a name less, or a page that is being moved won't come back here.
 * Nothing in a TLB.
 */
static void zap_nonpresent_pte(struct mmu_gather *tlb, vaddr_t vaddr,
			       pte_t *ptep)
{
	const swp_entry_t entry = pte_to_swp_entry(*ptep);

	if (is_migration_entry(entry)) {
		zap_migration_entry(tlb, vaddr, ptep, entry);
		return;
	}
	if (tlb->keep_cows)
		return;
	pte_clear(tlb->mm, vaddr, ptep);
	if (non_swap_entry(entry))
		return;
	add_mm_counter(tlb->mm, MM_SWAPENTS, -1);
	free_swap_and_cache(tlb->curr, entry);
}

static void zap_pte_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
			  const pmd_t *pmd, vaddr_t start, vaddr_t end)
{
	pte_t *pte = pte_offset(tlb->mm->k, pmd, start);
	uint32_t nr = 0;

	for (vaddr_t vaddr = start; vaddr != end; vaddr += PAGE_SIZE, pte++) {
		nr += !pte_none(*pte);
		if (pte_present(*pte))
			zap_pte(tlb, vma, vaddr, pte);
		else if (!pte_none(*pte))
			zap_nonpresent_pte(tlb, vaddr, pte);
	}
	charge_work(tlb->curr, WORK_PTE, nr);
	if (tlb->curr->mm == tlb->mm)
		sync_mm_rss(tlb->curr, tlb->mm);
}

void unmap_page_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
		      vaddr_t start, vaddr_t end)
{
	vaddr_t next;

	for (vaddr_t vaddr = start; vaddr != end; vaddr = next) {
		pmd_t *pmd = pmd_off(tlb->mm, vaddr);

		next = pmd_addr_end(vaddr, end);
		if (pmd_trans_huge(*pmd)) {
			if (next - vaddr == PMD_SIZE) {
				zap_huge_pmd(tlb, vma, pmd, vaddr);
				continue;
			}
			split_huge_pmd(tlb->curr, tlb->mm, pmd, vaddr);
		}
		if (!pmd_none(*pmd))
			zap_pte_range(tlb, vma, pmd, vaddr, next);
	}
}

void unmap_vmas(struct mmu_gather *tlb, struct vm_area_struct *vma,
		vaddr_t start, vaddr_t end)
{
	update_hiwater_rss(tlb->mm);
	for (; vma && vma->vm_start < end; vma = vma->vm_next) {
		vaddr_t from = vma->vm_start > start ? vma->vm_start : start;
		vaddr_t to = vma->vm_end < end ? vma->vm_end : end;

		if (from < to)
			unmap_page_range(tlb, vma, from, to);
	}
}

static void zap_some_of_range(struct task_struct *curr,
			      struct vm_area_struct *vma, vaddr_t start,
			      uint32_t len, bool keep_cows)
{
	struct mmu_gather tlb;

	lru_add_drain(curr);
	update_hiwater_rss(vma->vm_mm);
	tlb_gather_mmu(&tlb, curr, vma->vm_mm, false);
	tlb.keep_cows = keep_cows;
	unmap_page_range(&tlb, vma, start, start + len);
	tlb_finish_mmu(&tlb);
}

void zap_page_range(struct task_struct *curr, struct vm_area_struct *vma,
		    vaddr_t start, uint32_t len)
{
	zap_some_of_range(curr, vma, start, len, false);
}

/* ---- tables ----------------------------------------------------------------------------- */

/*
 * The tables of [start, end), whole pairs of MBs. At both ends a table is kept
 * if what lies beyond floor or ceiling needs it.
 */
static void free_pgd_range(struct mmu_gather *tlb, vaddr_t start, vaddr_t end,
			   vaddr_t floor, vaddr_t ceiling)
{
	vaddr_t first = start & PMD_MASK;
	vaddr_t limit = (end + PMD_SIZE - 1) & PMD_MASK;

	if (first < floor)
		first += PMD_SIZE;
	if (limit > ceiling)
		limit -= PMD_SIZE;
	for (vaddr_t vaddr = first; vaddr < limit; vaddr += PMD_SIZE) {
		pmd_t *pmd = pmd_off(tlb->mm, vaddr);
		struct page *table;

		if (pmd_none(*pmd))
			continue;
		table = pmd_page(tlb->mm->k, *pmd);
		pmd_clear(tlb->mm, pmd);
		tlb_remove_table(tlb, table, vaddr);
	}
}

void free_pgtables(struct mmu_gather *tlb, struct vm_area_struct *vma,
		   vaddr_t floor, vaddr_t ceiling)
{
	while (vma) {
		vaddr_t start = vma->vm_start;
		struct vm_area_struct *next = vma, *last = vma;

		/* Neighbours in one go, or small VMAs would never own a table. */
		while (next && next->vm_start <= last->vm_end + PMD_SIZE) {
			unlink_anon_vmas(tlb->curr, next);
			unlink_file_vma(next);
			last = next;
			next = next->vm_next;
		}
		free_pgd_range(tlb, start, last->vm_end, floor,
			       next ? next->vm_start : ceiling);
		vma = next;
	}
}

/* ---- all mappings of a piece of a file -------------------------------------------------------- */

void unmap_mapping_pages(struct task_struct *curr,
			 struct address_space *mapping, pgoff_t start,
			 pgoff_t nr, bool even_cows)
{
	pgoff_t last = start + nr - 1;
	struct vm_area_struct *vma;

	if (!nr)
		return;
	if (last < start)
		last = UINT32_MAX;
	vma_interval_tree_foreach(vma, &mapping->i_mmap, start, last)
	{
		pgoff_t vma_last = vma->vm_pgoff + vma_pages(vma) - 1;
		pgoff_t from = start > vma->vm_pgoff ? start : vma->vm_pgoff;
		pgoff_t to = last < vma_last ? last : vma_last;
		vaddr_t vaddr = vma->vm_start +
				((from - vma->vm_pgoff) << PAGE_SHIFT);

		zap_some_of_range(curr, vma, vaddr,
				  (to - from + 1) << PAGE_SHIFT, !even_cows);
	}
}
