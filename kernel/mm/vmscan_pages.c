/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vmscan.h"

/*
 * What becomes of a page that reclaim has taken off its list (mm/vmscan.c,
 * shrink_page_list()). Everything that could still need it is asked, the
 * cheapest first, and each answer has its place to go:
 *
 *	locked, or needed by somebody		stays inactive
 *	used twice, or a running program's text	becomes active
 *	anonymous				gets a slot of swap
 *	mapped					every entry goes (rmap)
 *	dirty					is written; freed another time,
 *						when reclaim meets it clean
 *	clean, and nobody's			freed; a shadow entry remembers
 *						when (workingset.c)
 *
 * Invariant: between isolation and the end a page has the isolator's reference
 * and no PG_lru; unless a program named it (MADV_PAGEOUT), it counts in
 * NR_ISOLATED_*. With its reference and the
 * cache's being the only two, and the page locked and clean, nobody can get
 * at it who doesn't ask the cache: so it may leave.
 *
 * A huge page is looked at as one, and split when it is to be swapped.
 *
 * Leaves out demotion to slower nodes, buffer heads, batching of
 * TLB flushes, and waiting for writeback on a memory cgroup's behalf (case 3
 * of Linux's comment), which has no other throttle.
 */

#include "kernel/lib/bug.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/huge_mm.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/trace_vmscan.h"
#include "kernel/mm/workingset.h"

/* What is to be done with a page that was looked at. */
enum verdict {
	GOES_ON, /* none yet: the next question */
	RECLAIMED,
	KEEP, /* no longer locked by us */
	KEEP_LOCKED,
	ACTIVATE_LOCKED,
};

enum page_references {
	PAGEREF_RECLAIM,
	PAGEREF_RECLAIM_CLEAN,
	PAGEREF_KEEP,
	PAGEREF_ACTIVATE,
};

/* One list on its way through. */
struct shrink_run {
	struct scan_control *const sc;
	struct pglist_data *const pgdat;
	struct reclaim_stat *const stat;
	const bool ignore_references;
	struct list_head *const page_list; /* those to be looked at yet */
};

/* ---- is it in use? ---------------------------------------------------------------- */

/*
 * Once touched since the last look, a page gets another round; touched again,
 * or by several, it is part of a working set. Text that a program runs is so
 * at once: each page of it costs a read when it is needed next.
 */
static enum page_references page_check_references(struct task_struct *curr,
						  struct page *page)
{
	uint32_t vm_flags;
	int referenced_ptes = page_referenced(curr, page, &vm_flags);
	bool referenced_page = TestClearPageReferenced(page);

	if (vm_flags & VM_LOCKED)
		return PAGEREF_ACTIVATE;
	if (referenced_ptes) {
		SetPageReferenced(page);
		if (referenced_page || referenced_ptes > 1)
			return PAGEREF_ACTIVATE;
		if (vm_flags & VM_EXEC && page_is_file_lru(page))
			return PAGEREF_ACTIVATE;
		return PAGEREF_KEEP;
	}
	if (referenced_page && page_is_file_lru(page))
		return PAGEREF_RECLAIM_CLEAN;
	return PAGEREF_RECLAIM;
}

static bool may_enter_fs(const struct page *page, gfp_t gfp)
{
	return gfp & __GFP_FS || (PageSwapCache(page) && gfp & __GFP_IO);
}

/* ---- writeback ------------------------------------------------------------------------ */

static void note_dirty(const struct shrink_run *r, const struct page *page)
{
	const bool file = page_is_file_lru(page);
	const bool dirty = file && PageDirty(page);
	const bool writeback = file && PageWriteback(page);

	r->stat->nr_dirty += dirty || writeback;
	r->stat->nr_unqueued_dirty += dirty && !writeback;
	r->stat->nr_congested += writeback && PageReclaim(page);
}

/*
 * Not waited for: what is being written comes back to the list's old end when
 * that is over (PG_reclaim). Only kswapd that meets such a page a second time
 * while all of the list is like that says so: it will sleep.
 */
static enum verdict under_writeback(const struct shrink_run *r,
				    struct page *page)
{
	if (current_is_kswapd(r->sc->curr) && PageReclaim(page) &&
	    r->pgdat->flags & 1u << PGDAT_WRITEBACK) {
		r->stat->nr_immediate++;
	} else {
		SetPageReclaim(page);
		r->stat->nr_writeback++;
	}
	return ACTIVATE_LOCKED;
}

/* ---- writing ---------------------------------------------------------------------------- */

/* Nobody has it but the cache and who isolated it. */
static bool is_page_cache_freeable(const struct page *page)
{
	return page_count(page) == 2;
}

static int write_page(struct task_struct *curr, struct page *page)
{
	if (PageSwapCache(page))
		return swap_writepage(curr, page);
	return page_mapping(page)->a_ops->writepage(curr, page);
}

static bool can_write(const struct page *page)
{
	const struct address_space *mapping = page_mapping(page);

	return PageSwapCache(page) ||
	       (mapping->a_ops && mapping->a_ops->writepage);
}

/*
 * Begins to write it. GOES_ON: it is clean, and locked. KEEP: it was sent off,
 * and is unlocked.
 */
static enum verdict pageout(const struct shrink_run *r, struct page *page)
{
	struct task_struct *curr = r->sc->curr;

	if (!is_page_cache_freeable(page) ||
	    (!PageSwapCache(page) && !page_mapping(page)))
		return KEEP_LOCKED;
	if (!can_write(page))
		return ACTIVATE_LOCKED;
	if (!clear_page_dirty_for_io(curr, page))
		return GOES_ON;
	SetPageReclaim(page);
	if (write_page(curr, page) == AOP_WRITEPAGE_ACTIVATE) {
		ClearPageReclaim(page);
		return ACTIVATE_LOCKED;
	}
	if (!PageWriteback(page)) /* it is there already, or failed */
		ClearPageReclaim(page);
	trace_mm_vmscan_writepage(curr->k, page);
	mod_page_state(curr->k, page, NR_VMSCAN_WRITE, 1);
	r->stat->nr_pageout++;
	if (PageWriteback(page) || PageDirty(page) || !trylock_page(page))
		return KEEP;
	return PageDirty(page) || PageWriteback(page) ? KEEP_LOCKED : GOES_ON;
}

/*
 * Pages of files are better written by the flushers, many in a row: reclaim
 * does it only as kswapd, on a node where it has met almost nothing else.
 */
static bool leave_to_flushers(const struct shrink_run *r,
			      const struct page *page)
{
	return page_is_file_lru(page) &&
	       (!current_is_kswapd(r->sc->curr) || !PageReclaim(page) ||
		!(r->pgdat->flags & 1u << PGDAT_DIRTY));
}

static enum verdict write_dirty(const struct shrink_run *r, struct page *page,
				enum page_references references)
{
	if (leave_to_flushers(r, page)) {
		mod_page_state(r->sc->curr->k, page,
			       NR_VMSCAN_IMMEDIATE_RECLAIM, 1);
		SetPageReclaim(page);
		return ACTIVATE_LOCKED;
	}
	if (references == PAGEREF_RECLAIM_CLEAN ||
	    !may_enter_fs(page, r->sc->gfp_mask) || !r->sc->may_writepage)
		return KEEP_LOCKED;
	return pageout(r, page);
}

/* ---- leaving -------------------------------------------------------------------------------- */

/* A locked page whose entries are gone, out of its cache. */
static bool remove_mapping(const struct shrink_run *r, struct page *page)
{
	struct task_struct *curr = r->sc->curr;

	if (!is_page_cache_freeable(page) || PageDirty(page))
		return false;
	if (PageSwapCache(page)) {
		const swp_entry_t entry = page_swap_entry(page);

		__delete_from_swap_cache(curr, page,
					 workingset_eviction(curr->k, page));
		put_swap_page(curr, entry);
	} else if (page_mapping(page)) {
		void *shadow = page_is_file_lru(page)
				       ? workingset_eviction(curr->k, page)
				       : NULL;

		__delete_from_page_cache(curr, page, shadow);
	} else {
		return false;
	}
	put_page(curr, page); /* the cache's */
	return true;
}

static bool is_lazyfree(const struct page *page)
{
	return PageAnon(page) && !PageSwapBacked(page);
}

static enum verdict let_go(const struct shrink_run *r, struct page *page)
{
	if (is_lazyfree(page)) { /* its content may be lost */
		if (page_count(page) != 1)
			return KEEP_LOCKED;
		count_vm_event(r->sc->curr->k, PGLAZYFREED);
	} else if (!remove_mapping(r, page)) {
		return KEEP_LOCKED;
	}
	return RECLAIMED;
}

/* ---- the questions, in order ------------------------------------------------------------------ */

/*
 * It goes in pieces of 4 KB, of which this is the first; the others are next.
 * MODEL: Linux keeps it whole where as many slots are free in a row.
 */
static void split_for_swap(const struct shrink_run *r, struct page *page)
{
	struct kernel *k = r->sc->curr->k;

	if (!PageTransHuge(page) || get_nr_swap_pages(k) <= 0)
		return;
	if (!split_huge_page_to_list(r->sc->curr, page, r->page_list))
		count_vm_event(k, THP_SWPOUT_FALLBACK);
}

/* An anonymous page gets a place to be written to. */
static enum verdict bring_to_swap(const struct shrink_run *r, struct page *page)
{
	if (!PageAnon(page) || is_lazyfree(page) || PageSwapCache(page))
		return GOES_ON;
	if (!(r->sc->gfp_mask & __GFP_IO))
		return KEEP_LOCKED;
	split_for_swap(r, page);
	if (PageTransHuge(page))
		return ACTIVATE_LOCKED;
	return add_to_swap(r->sc->curr, page) ? GOES_ON : ACTIVATE_LOCKED;
}

static enum verdict unmap(const struct shrink_run *r, struct page *page)
{
	const bool was_lazyfree = is_lazyfree(page);

	if (!page_mapped(page))
		return GOES_ON;
	try_to_unmap(r->sc->curr, page, 0);
	if (!page_mapped(page))
		return GOES_ON;
	r->stat->nr_unmap_fail++;
	r->stat->nr_lazyfree_fail += was_lazyfree && !is_lazyfree(page);
	return ACTIVATE_LOCKED;
}

static enum verdict check_use(const struct shrink_run *r, struct page *page,
			      enum page_references *references)
{
	*references = PAGEREF_RECLAIM;
	if (!r->ignore_references)
		*references = page_check_references(r->sc->curr, page);
	if (*references == PAGEREF_ACTIVATE)
		return ACTIVATE_LOCKED;
	if (*references == PAGEREF_KEEP) {
		r->stat->nr_ref_keep++;
		return KEEP_LOCKED;
	}
	return GOES_ON;
}

/* A locked page, through all of it. */
static enum verdict shrink_locked_page(const struct shrink_run *r,
				       struct page *page)
{
	enum page_references references;
	enum verdict verdict;

	r->sc->nr_scanned++;
	if (!page_evictable(page))
		return ACTIVATE_LOCKED;
	if (!r->sc->may_unmap && page_mapped(page))
		return KEEP_LOCKED;
	note_dirty(r, page);
	if (PageWriteback(page))
		return under_writeback(r, page);
	verdict = check_use(r, page, &references);
	if (verdict == GOES_ON)
		verdict = bring_to_swap(r, page);
	if (verdict == GOES_ON)
		verdict = unmap(r, page);
	if (verdict == GOES_ON && PageDirty(page))
		verdict = write_dirty(r, page, references);
	return verdict == GOES_ON ? let_go(r, page) : verdict;
}

/* An active page needs its slot less than others may. */
static void activate(const struct shrink_run *r, struct page *page)
{
	if (PageSwapCache(page) &&
	    (vm_swap_full(r->sc->curr->k) || PageMlocked(page)))
		try_to_free_swap(r->sc->curr, page);
	if (PageMlocked(page))
		return;
	SetPageActive(page);
	r->stat->nr_activate[page_is_file_lru(page)]++;
	count_vm_event(r->sc->curr->k, PGACTIVATE);
}

static enum verdict shrink_page(const struct shrink_run *r, struct page *page)
{
	enum verdict verdict;

	if (!trylock_page(page))
		return KEEP;
	verdict = shrink_locked_page(r, page);
	if (verdict == ACTIVATE_LOCKED)
		activate(r, page);
	if (verdict != KEEP)
		unlock_page(r->sc->curr, page);
	return verdict;
}

uint32_t shrink_page_list(struct scan_control *sc, struct pglist_data *pgdat,
			  struct list_head *page_list,
			  struct reclaim_stat *stat, bool ignore_references)
{
	struct shrink_run run = {sc, pgdat, stat, ignore_references, page_list};
	struct list_head kept;
	uint32_t nr_reclaimed = 0;

	INIT_LIST_HEAD(&kept);
	while (!list_empty(page_list)) {
		struct page *page = list_last_entry(page_list, struct page,
						    lru);

		list_del(&page->lru);
		if (shrink_page(&run, page) == RECLAIMED) {
			nr_reclaimed++;
			put_page(sc->curr, page);
		} else {
			list_add(&page->lru, &kept);
		}
	}
	list_splice_init(&kept, page_list);
	return nr_reclaimed;
}
