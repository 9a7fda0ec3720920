/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/swap.h"

/*
 * The LRU lists (mm/swap.c, mm_inline.h). A page is on the list that its flags
 * name: anonymous or file (tmpfs counts as anonymous, for it too can only be
 * swapped), active or not. New pages start inactive, at the young end; a page
 * seen used twice becomes active.
 *
 * Locked memory is unevictable. No one looks for a victim there, so it is no
 * list at all but a count, as in Linux 6.1; what would link such a page counts
 * its locks instead (mlock_page.c).
 *
 * Invariants: PG_lru exactly while a page is on a list; each list's length is
 * NR_INACTIVE_ANON and so on.
 *
 * MODEL: no pagevecs but one. Linux collects up to 15 pages a CPU before it
 * takes a list's lock, so its counters lag behind by that much; here nothing
 * locks. The exception is MADV_FREE's, whose delay shows in smaps.
 */

#include "kernel/lib/bug.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mlock.h"
#include "kernel/mm/mmzone.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/vma.h"
#include "kernel/mm/vmstat.h"
#include "kernel/mm/workingset.h"
#include "kernel/state.h"

_Static_assert(NR_LRUVECS == MAX_NUMNODES, "one for each node");

void lru_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	for (int nid = 0; nid < NR_LRUVECS; nid++) {
		for (int lru = 0; lru < NR_LRU_LISTS; lru++)
			INIT_LIST_HEAD(&k->user.lruvec[nid].lists[lru]);
		pgdat_init_kswapd(&k->mem.node_data[nid]);
	}
	init_rwsem(&k->user.shrinker_rwsem);
	INIT_LIST_HEAD(&k->user.shrinker_list);
	workingset_init(curr);
	k->user.lru_ready = true;
}

enum lru_list page_lru(const struct page *page)
{
	enum lru_list lru;

	if (PageUnevictable(page))
		return LRU_UNEVICTABLE;
	lru = page_is_file_lru(page) ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON;
	return PageActive(page) ? lru + 1 : lru;
}

static struct list_head *lru_head(struct kernel *k, const struct page *page)
{
	return &k->user.lruvec[page_to_nid(page)].lists[page_lru(page)];
}

static void update_lru_size(struct kernel *k, const struct page *page,
			    int64_t delta)
{
	enum lru_list lru = page_lru(page);

	mod_page_state(k, page, NR_INACTIVE_ANON + lru, delta);
	mod_page_state(k, page, NR_ZONE_INACTIVE_ANON + lru, delta);
}

void add_page_to_lru_list(struct kernel *k, struct page *page)
{
	if (!PageUnevictable(page))
		list_add(&page->lru, lru_head(k, page));
	update_lru_size(k, page, thp_nr_pages(page));
}

void del_page_from_lru_list(struct kernel *k, struct page *page)
{
	if (!PageUnevictable(page))
		list_del(&page->lru);
	update_lru_size(k, page, -thp_nr_pages(page));
}

bool page_evictable(const struct page *page)
{
	const struct address_space *mapping = page_mapping(page);

	return !PageMlocked(page) && !(mapping && mapping->unevictable);
}

void lru_cache_add(struct kernel *k, struct page *page)
{
	const bool was_unevictable = TestClearPageUnevictable(page);

	BUG_ON(PageLRU(page));
	if (page_evictable(page)) {
		if (was_unevictable)
			count_vm_event(k, UNEVICTABLE_PGS_RESCUED);
	} else {
		ClearPageActive(page);
		SetPageUnevictable(page);
		/* Who locks it has counted that, or is about to: too few. */
		page->mlock_count = 0;
		if (!was_unevictable)
			count_vm_event(k, UNEVICTABLE_PGS_CULLED);
	}
	add_page_to_lru_list(k, page);
	SetPageLRU(page);
}

static void lru_cache_del(struct kernel *k, struct page *page)
{
	BUG_ON(!PageLRU(page));
	del_page_from_lru_list(k, page);
	ClearPageLRU(page);
}

void lru_cache_add_inactive_or_unevictable(struct kernel *k, struct page *page,
					   const struct vm_area_struct *vma)
{
	if ((vma->vm_flags & (VM_LOCKED | VM_SPECIAL)) == VM_LOCKED)
		mlock_new_page(k, page);
	else
		lru_cache_add(k, page);
}

void __page_cache_release(struct kernel *k, struct page *page)
{
	lru_cache_del(k, page);
	ClearPageActive(page);
	ClearPageUnevictable(page);
	if (!TestClearPageMlocked(page))
		return;
	mod_page_state(k, page, NR_MLOCK, -thp_nr_pages(page));
	count_vm_events(k, UNEVICTABLE_PGS_CLEARED, thp_nr_pages(page));
}

void activate_page(struct kernel *k, struct page *page)
{
	if (!PageLRU(page) || PageActive(page) || PageUnevictable(page))
		return;
	lru_cache_del(k, page);
	SetPageActive(page);
	lru_cache_add(k, page);
	count_vm_event(k, PGACTIVATE);
}

void deactivate_page(struct kernel *k, struct page *page)
{
	if (!PageLRU(page) || !PageActive(page) || PageUnevictable(page))
		return;
	lru_cache_del(k, page);
	ClearPageActive(page);
	ClearPageReferenced(page);
	lru_cache_add(k, page);
	count_vm_event(k, PGDEACTIVATE);
}

void deactivate_file_page(struct kernel *k, struct page *page)
{
	const bool active = PageActive(page);

	if (!PageLRU(page) || PageUnevictable(page) || page_mapped(page))
		return;
	del_page_from_lru_list(k, page);
	ClearPageActive(page);
	ClearPageReferenced(page);
	add_page_to_lru_list(k, page);
	if (PageWriteback(page) || PageDirty(page)) {
		SetPageReclaim(page);
	} else {
		list_move_tail(&page->lru, lru_head(k, page));
		count_vm_event(k, PGROTATED);
	}
	if (active)
		count_vm_event(k, PGDEACTIVATE);
}

/* ---- off the lists, and back ------------------------------------------------- */

bool isolate_lru_page(struct kernel *k, struct page *page)
{
	if (!PageLRU(page))
		return false;
	get_page(page);
	lru_cache_del(k, page);
	return true;
}

void putback_lru_page(struct task_struct *curr, struct page *page)
{
	lru_cache_add(curr->k, page);
	put_page(curr, page);
}

void rotate_reclaimable_page(struct kernel *k, struct page *page)
{
	if (PageLocked(page) || PageDirty(page) || PageUnevictable(page) ||
	    !PageLRU(page))
		return;
	del_page_from_lru_list(k, page);
	ClearPageActive(page);
	add_page_to_lru_list(k, page);
	list_move_tail(&page->lru, lru_head(k, page));
	count_vm_event(k, PGROTATED);
}

void lru_note_cost(struct kernel *k, int nid, bool file, uint32_t nr_pages)
{
	const int64_t *vm_stat = k->mem.node_data[nid].vm_stat;
	struct lruvec *lruvec = &k->user.lruvec[nid];
	int64_t lru_size = 0;

	*(file ? &lruvec->file_cost : &lruvec->anon_cost) += nr_pages;
	for (int lru = LRU_INACTIVE_ANON; lru <= LRU_ACTIVE_FILE; lru++)
		lru_size += vm_stat[NR_INACTIVE_ANON + lru];
	/* The past fades as the lists turn over. */
	if (lruvec->file_cost + lruvec->anon_cost > (uint64_t)lru_size / 4) {
		lruvec->file_cost /= 2;
		lruvec->anon_cost /= 2;
	}
}

/* ---- pages given up ------------------------------------------------------ */

static bool may_be_lazyfree(const struct page *page)
{
	return PageLRU(page) && PageAnon(page) && PageSwapBacked(page) &&
	       !PageUnevictable(page);
}

static void lru_lazyfree(struct kernel *k, struct page *page)
{
	if (!may_be_lazyfree(page))
		return;
	lru_cache_del(k, page);
	ClearPageActive(page);
	ClearPageReferenced(page);
	ClearPageSwapBacked(page);
	lru_cache_add(k, page);
	count_vm_event(k, PGLAZYFREE);
}

void release_pages_caller(struct task_struct *curr, struct page **pages,
			  uint32_t nr, const char *caller)
{
	uint32_t nr_last = 0;

	for (uint32_t i = 0; i < nr; i++) {
		struct page *page = pages[i];

		if (page_count(page) > 1 || compound_head(page)->compound_order)
			put_page_caller(curr, page, caller);
		else
			pages[nr_last++] = page;
	}
	for (uint32_t i = 0; i < nr_last; i++) {
		if (PageLRU(pages[i]))
			__page_cache_release(curr->k, pages[i]);
		pages[i]->_refcount = 0;
	}
	free_unref_page_list(curr, pages, nr_last, caller);
}

void lru_add_drain(struct task_struct *curr)
{
	struct pagevec *pvec = &curr->k->user.lru_lazyfree;

	while (pvec->nr) {
		struct page *page = pvec->pages[--pvec->nr];

		lru_lazyfree(curr->k, page);
		put_page(curr, page);
	}
}

void mark_page_lazyfree(struct task_struct *curr, struct page *page)
{
	struct pagevec *pvec = &curr->k->user.lru_lazyfree;

	if (!may_be_lazyfree(page))
		return;
	get_page(page);
	pvec->pages[pvec->nr++] = page;
	if (pvec->nr == PAGEVEC_SIZE)
		lru_add_drain(curr);
}

/* ---- use ------------------------------------------------------------------ */

void mark_page_accessed(struct kernel *k, struct page *page)
{
	page = compound_head(page);
	if (!PageReferenced(page)) {
		SetPageReferenced(page);
	} else if (!PageActive(page) && !PageUnevictable(page)) {
		activate_page(k, page);
		ClearPageReferenced(page);
		workingset_activation(k, page);
	}
}
