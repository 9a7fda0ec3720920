/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mlock.h"

/*
 * Pages of locked memory (mm/mlock.c). One that a locked VMA maps is marked,
 * PG_mlocked, and unevictable: reclaim never sees it.
 *
 * Several may lock the same page, so it counts the entries that do: in
 * mlock_count, which lies where the list pointers of other pages are, since an
 * unevictable page is on no list. The count follows the entries: rmap adds one
 * for each new entry of a VMA with VM_LOCKED and takes it back with the entry;
 * mlock() and munlock() do the same for the entries that are there when the
 * flag changes.
 *
 * A page taken off its list (isolated) can't be counted meanwhile: so the
 * count may be too low, never too high. Then the first munlock() unlocks the
 * page for all, and reclaim, when it comes by, finds the VMA that still locks
 * it and marks it again. One too high would last for ever.
 *
 * Invariants: NR_MLOCK counts the pages with PG_mlocked; no page's mlock_count
 * is above the number of its entries in locked VMAs.
 *
 * A huge page is locked as a whole, by each huge entry of locked memory; when
 * it is split, each of its pages goes on with the same count.
 *
 * Linux collects pages in a pagevec before it moves them, as for all lists
 * (swap.c); here they move at once.
 */

#include "kernel/mm/page_flags.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/vmstat.h"

/* Off its LRU list for good, with @locks mappings that keep it so. */
static void cull(struct kernel *k, struct page *page, uint32_t locks)
{
	del_page_from_lru_list(k, page);
	ClearPageActive(page);
	SetPageUnevictable(page);
	page->mlock_count = locks;
	add_page_to_lru_list(k, page);
	count_vm_event(k, UNEVICTABLE_PGS_CULLED);
}

static void rescue(struct kernel *k, struct page *page)
{
	del_page_from_lru_list(k, page);
	ClearPageUnevictable(page);
	add_page_to_lru_list(k, page);
	count_vm_event(k, UNEVICTABLE_PGS_RESCUED);
}

static void mark_mlocked(struct kernel *k, struct page *page)
{
	if (TestSetPageMlocked(page))
		return;
	mod_page_state(k, page, NR_MLOCK, thp_nr_pages(page));
	count_vm_events(k, UNEVICTABLE_PGS_MLOCKED, thp_nr_pages(page));
}

void mlock_page(struct kernel *k, struct page *page)
{
	mark_mlocked(k, page);
	if (!PageLRU(page))
		return; /* isolated: lru_cache_add() will see the mark */
	if (PageUnevictable(page))
		page->mlock_count++;
	else
		cull(k, page, 1);
}

void mlock_new_page(struct kernel *k, struct page *page)
{
	mark_mlocked(k, page);
	lru_cache_add(k, page);
	page->mlock_count = 1;
}

/* The mark goes; @stranded: with no list to bring it back to now. */
static void clear_mlocked(struct kernel *k, struct page *page, bool stranded)
{
	if (!TestClearPageMlocked(page))
		return;
	mod_page_state(k, page, NR_MLOCK, -thp_nr_pages(page));
	count_vm_events(k,
			stranded ? UNEVICTABLE_PGS_STRANDED
				 : UNEVICTABLE_PGS_MUNLOCKED,
			thp_nr_pages(page));
}

void munlock_page(struct kernel *k, struct page *page)
{
	const bool on_lru = PageLRU(page), unevictable = PageUnevictable(page);

	if (on_lru && unevictable) {
		if (page->mlock_count)
			page->mlock_count--;
		if (page->mlock_count)
			return;
	}
	clear_mlocked(k, page, !on_lru && unevictable);
	if (on_lru && unevictable && page_evictable(page))
		rescue(k, page);
}

void check_move_unevictable_page(struct kernel *k, struct page *page)
{
	if (!PageLRU(page) || PageUnevictable(page) == !page_evictable(page))
		return;
	if (PageUnevictable(page))
		rescue(k, page);
	else
		cull(k, page, 0);
}
