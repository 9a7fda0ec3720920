/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/internal.h"

/*
 * Advice that is taken page by page (mm/madvise.c): what a program no longer
 * needs, or not soon.
 *
 *	MADV_FREE	the entry is clean and old, the page goes when memory
 *			is short (vmscan.c); a write before that keeps it, and
 *			until then its bytes are there to be read
 *	MADV_COLD	the entry is old, the page inactive
 *	MADV_PAGEOUT	the entry is old; the page is reclaimed, if it can be:
 *			reclaim_pages(), for 2 MB of addresses at a time
 *
 * On ARM an old entry costs a fault at the next access, a clean one at the
 * next write: so the kernel learns when the program has changed its mind.
 *
 * MODEL: of a huge page each 4 KB is advised alone, after it has been split.
 *
 * Advice doesn't touch pages that others map too: it is one program's opinion.
 */

#include <errno.h>

#include "kernel/mm/filemap.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swapfile.h"

/*
 * What becomes of @page, which *@ptep maps at @vaddr; isolated and on @list, it
 * is reclaimed afterwards. Doesn't sleep.
 */
typedef void (*advise_fn)(struct mmu_gather *tlb, vaddr_t vaddr, pte_t *ptep,
			  struct page *page, struct list_head *list);

static void advise_pages(struct task_struct *curr, struct vm_area_struct *vma,
			 vaddr_t start, vaddr_t end, advise_fn advise)
{
	struct mm_struct *mm = vma->vm_mm;
	struct mmu_gather tlb;
	struct list_head list;
	vaddr_t next;

	INIT_LIST_HEAD(&list);
	lru_add_drain(curr);
	tlb_gather_mmu(&tlb, curr, mm, false);
	for (vaddr_t vaddr = start; vaddr < end; vaddr = next) {
		pmd_t *pmd = pmd_off(mm, vaddr);
		pte_t *pte;

		next = pmd_addr_end(vaddr, end);
		if (pmd_none(*pmd))
			continue;
		split_huge_pmd(curr, mm, pmd, vaddr);
		pte = pte_offset(mm->k, pmd, vaddr);
		for (; vaddr != next; vaddr += PAGE_SIZE, pte++) {
			struct page *page = NULL;

			if (pte_present(*pte))
				page = vm_normal_page(vma, vaddr, *pte);
			if (page)
				advise(&tlb, vaddr, pte, page, &list);
		}
		/* An old entry isn't flushed again when it goes. */
		tlb_finish_mmu(&tlb);
		reclaim_pages(curr, &list);
	}
}

/* ---- MADV_FREE ---------------------------------------------------------------------- */

static void free_lazily(struct mmu_gather *tlb, vaddr_t vaddr, pte_t *ptep,
			struct page *page, struct list_head *list)
{
	(void)list;
	if (PageSwapCache(page) || PageDirty(page)) {
		bool given_up;

		/* It has, or needs, a copy for all who map it. */
		if (page_mapcount(page) != 1 || !trylock_page(page))
			return;
		given_up = !PageSwapCache(page) ||
			   try_to_free_swap(tlb->curr, page);
		if (given_up)
			ClearPageDirty(page);
		unlock_page(tlb->curr, page);
		if (!given_up)
			return;
	}
	if (pte_young(*ptep) || pte_dirty(*ptep)) {
		set_pte_at(tlb->mm, vaddr, ptep, pte_mkold(pte_mkclean(*ptep)));
		tlb_remove_tlb_entry(tlb, vaddr);
	}
	mark_page_lazyfree(tlb->curr, page);
}

/* What is swapped out need not be read to be given up. */
static void free_swapped(struct task_struct *curr, struct vm_area_struct *vma,
			 vaddr_t start, vaddr_t end)
{
	struct mm_struct *mm = vma->vm_mm;
	int nr = 0;

	for (vaddr_t vaddr = start; vaddr < end; vaddr += PAGE_SIZE) {
		pte_t *pte = pte_lookup(mm, vaddr);
		swp_entry_t entry;

		if (!pte || !is_swap_pte(*pte))
			continue;
		entry = pte_to_swp_entry(*pte);
		if (is_hwpoison_entry(entry) || is_swapin_error_entry(entry))
			pte_clear(mm, vaddr, pte);
		if (non_swap_entry(entry))
			continue;
		pte_clear(mm, vaddr, pte);
		nr++;
		free_swap_and_cache(curr, entry);
	}
	if (!nr)
		return;
	if (curr->mm == mm)
		sync_mm_rss(curr, mm);
	add_mm_counter(mm, MM_SWAPENTS, -nr);
}

int madvise_free(struct task_struct *curr, struct vm_area_struct *vma,
		 vaddr_t start, vaddr_t end)
{
	if (vma->vm_flags & (VM_LOCKED | VM_HUGETLB | VM_PFNMAP) ||
	    !vma_is_anonymous(vma))
		return -EINVAL;
	free_swapped(curr, vma, start, end);
	advise_pages(curr, vma, start, end, free_lazily);
	return 0;
}

/* ---- MADV_COLD, MADV_PAGEOUT ------------------------------------------------------------- */

/* True if it was this mapping's alone. */
static bool make_old(struct mmu_gather *tlb, vaddr_t vaddr, pte_t *ptep,
		     struct page *page)
{
	if (!PageLRU(page) || page_mapcount(page) != 1)
		return false;
	if (pte_young(*ptep)) {
		set_pte_at(tlb->mm, vaddr, ptep, pte_mkold(*ptep));
		tlb_remove_tlb_entry(tlb, vaddr);
	}
	ClearPageReferenced(page);
	return true;
}

static void make_cold(struct mmu_gather *tlb, vaddr_t vaddr, pte_t *ptep,
		      struct page *page, struct list_head *list)
{
	(void)list;
	if (make_old(tlb, vaddr, ptep, page))
		deactivate_page(tlb->mm->k, page);
}

static void page_out(struct mmu_gather *tlb, vaddr_t vaddr, pte_t *ptep,
		     struct page *page, struct list_head *list)
{
	if (make_old(tlb, vaddr, ptep, page) && !PageUnevictable(page) &&
	    isolate_lru_page(tlb->mm->k, page))
		list_add(&page->lru, list);
}

static bool can_advise_lru(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & (VM_LOCKED | VM_HUGETLB | VM_PFNMAP));
}

int madvise_cold(struct task_struct *curr, struct vm_area_struct *vma,
		 vaddr_t start, vaddr_t end)
{
	if (!can_advise_lru(vma))
		return -EINVAL;
	advise_pages(curr, vma, start, end, make_cold);
	return 0;
}

int madvise_pageout(struct task_struct *curr, struct vm_area_struct *vma,
		    vaddr_t start, vaddr_t end)
{
	if (!can_advise_lru(vma))
		return -EINVAL;
	/* A file's pages leave memory for all its users. */
	if (!can_do_mincore(curr, vma))
		return 0;
	advise_pages(curr, vma, start, end, page_out);
	return 0;
}
