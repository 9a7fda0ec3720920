/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/writeback.h"

/*
 * Which pages are dirty, and writing them (mm/page-writeback.c, without the
 * half that slows writers down: dirty_throttle.c).
 *
 * Invariants: a page-cache page counted in NR_DIRTY is PG_dirty and carries
 * XA_MARK_DIRTY in its file, whose inode is on one of the flusher's lists; one
 * counted in NR_WRITEBACK is PG_writeback and carries XA_MARK_WRITEBACK, or is
 * in the swap cache. Files without a home (swap_backed) only set the flag:
 * their pages are neither counted nor written back.
 *
 * A page may be dirtied again while it is being written; so it is made clean
 * first (its mappings write-protected), and then goes to the disk. Nobody
 * writes it twice at once: who wants to, waits for PG_writeback to go.
 */

#include "kernel/block/bio.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"

/* ---- becoming dirty ---------------------------------------------------------------- */

static void trace_page(const struct kernel *k, enum trace_event event,
		       const struct page *page)
{
	const struct inode *inode = page->mapping->host;
	char name[16];

	if (!trace_enabled(k, event))
		return;
	bdi_name(inode_to_bdi(inode), name);
	trace_event(k, event, "bdi %s: ino=%llu index=%u", name,
		    (unsigned long long)inode->i_ino, page->index);
}

static void account_page_dirtied(struct task_struct *curr, struct page *page)
{
	mod_page_state(curr->k, page, NR_DIRTY, 1);
	mod_page_state(curr->k, page, NR_ZONE_WRITE_PENDING, 1);
	mod_page_state(curr->k, page, NR_DIRTIED, 1);
	curr->nr_dirtied++;
}

static void account_page_cleaned(struct task_struct *curr, struct page *page)
{
	mod_page_state(curr->k, page, NR_DIRTY, -1);
	mod_page_state(curr->k, page, NR_ZONE_WRITE_PENDING, -1);
}

bool set_page_dirty(struct task_struct *curr, struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	/*
	 * Whoever writes to it needs it: it isn't the next to go when it is on
	 * its disk. Nor shall a mark of readahead then be taken for that.
	 */
	if (mapping)
		ClearPageReclaim(page);
	if (mapping && mapping->a_ops && mapping->a_ops->set_page_dirty)
		return mapping->a_ops->set_page_dirty(curr, page);
	if (TestSetPageDirty(page))
		return false;
	if (mapping && !mapping->swap_backed) {
		xa_set_mark(&mapping->i_pages, page->index, XA_MARK_DIRTY);
		account_page_dirtied(curr, page);
		trace_page(curr->k, TRACE_writeback_dirty_folio, page);
		mark_inode_dirty_pages(curr, mapping->host);
	}
	return true;
}

void cancel_dirty_page(struct task_struct *curr, struct page *page)
{
	struct xarray *pages = &page->mapping->i_pages;

	if (!TestClearPageDirty(page) ||
	    !xa_get_mark(pages, page->index, XA_MARK_DIRTY))
		return;
	xa_clear_mark(pages, page->index, XA_MARK_DIRTY);
	account_page_cleaned(curr, page);
}

void redirty_page_for_writepage(struct task_struct *curr, struct page *page)
{
	if (set_page_dirty(curr, page))
		mod_page_state(curr->k, page, NR_DIRTIED, -1);
}

/* ---- being written ---------------------------------------------------------------- */

bool clear_page_dirty_for_io(struct task_struct *curr, struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	BUG_ON(!PageLocked(page));
	if (!mapping || mapping->swap_backed)
		return TestClearPageDirty(page);
	/* Whoever writes through a mapping from now on dirties it again. */
	if (page_mkclean(curr, page))
		set_page_dirty(curr, page);
	if (!TestClearPageDirty(page))
		return false;
	account_page_cleaned(curr, page);
	return true;
}

void set_page_writeback(struct task_struct *curr, struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	BUG_ON(!PageLocked(page) || PageWriteback(page));
	SetPageWriteback(page);
	if (mapping) {
		xa_set_mark(&mapping->i_pages, page->index, XA_MARK_WRITEBACK);
		if (!PageDirty(page))
			xa_clear_mark(&mapping->i_pages, page->index,
				      XA_MARK_DIRTY);
		xa_clear_mark(&mapping->i_pages, page->index, XA_MARK_TOWRITE);
	}
	mod_page_state(curr->k, page, NR_WRITEBACK, 1);
	mod_page_state(curr->k, page, NR_ZONE_WRITE_PENDING, 1);
}

void end_page_writeback(struct task_struct *curr, struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	BUG_ON(!TestClearPageWriteback(page));
	if (mapping)
		xa_clear_mark(&mapping->i_pages, page->index,
			      XA_MARK_WRITEBACK);
	mod_page_state(curr->k, page, NR_WRITEBACK, -1);
	mod_page_state(curr->k, page, NR_ZONE_WRITE_PENDING, -1);
	mod_page_state(curr->k, page, NR_WRITTEN, 1);
	if (TestClearPageReclaim(page))
		rotate_reclaimable_page(curr->k, page);
	wake_up_page_writeback(curr, page);
	acct_reclaim_writeback(curr, page);
}

/* ---- the pages of one file ------------------------------------------------------------ */

/*
 * What is dirty now is what shall be written: pages that get dirty meanwhile
 * wait for the next time, or this one would never end.
 */
static void tag_pages_for_writeback(struct address_space *mapping,
				    pgoff_t start, pgoff_t last)
{
	pgoff_t index = start;

	while (xa_find_marked(&mapping->i_pages, &index, last, XA_MARK_DIRTY)) {
		xa_set_mark(&mapping->i_pages, index, XA_MARK_TOWRITE);
		if (index++ == UINT32_MAX)
			return;
	}
}

/* Locked; false: there is nothing to write, and it is unlocked again. */
static bool page_needs_writing(struct task_struct *curr,
			       struct address_space *mapping, struct page *page,
			       const struct writeback_control *wbc)
{
	lock_page(curr, page);
	if (page->mapping == mapping && PageWriteback(page) &&
	    PageDirty(page) && wbc->sync_mode != WB_SYNC_NONE)
		wait_on_page_writeback(curr, page);
	if (page->mapping == mapping && PageDirty(page) &&
	    !PageWriteback(page) && clear_page_dirty_for_io(curr, page))
		return true;
	unlock_page(curr, page);
	return false;
}

static int write_one(struct task_struct *curr, struct address_space *mapping,
		     struct page *page, struct writeback_control *wbc)
{
	int error = 0;

	get_page(page);
	if (page_needs_writing(curr, mapping, page, wbc)) {
		trace_page(curr->k, TRACE_wbc_writepage, page);
		error = mapping->a_ops->writepage(curr, page);
		wbc->nr_to_write--;
	}
	put_page(curr, page);
	return error;
}

static int write_cache_pages(struct task_struct *curr,
			     struct address_space *mapping,
			     struct writeback_control *wbc)
{
	const bool sync = wbc->sync_mode == WB_SYNC_ALL;
	const bool tagged = sync || wbc->tagged_writepages;
	const enum xa_mark mark = tagged ? XA_MARK_TOWRITE : XA_MARK_DIRTY;
	pgoff_t index = wbc->range_cyclic ? mapping->writeback_index
					  : wbc->start;
	const pgoff_t last = wbc->range_cyclic ? UINT32_MAX : wbc->last;
	struct page *page;
	int error = 0, ret;

	if (tagged)
		tag_pages_for_writeback(mapping, index, last);
	while ((page = xa_find_marked(&mapping->i_pages, &index, last, mark))) {
		ret = write_one(curr, mapping, page, wbc);
		if (!error)
			error = ret;
		xa_clear_mark(&mapping->i_pages, index, XA_MARK_TOWRITE);
		index++;
		/* For integrity all of it goes, whatever fails. */
		if (!index || (!sync && (ret || wbc->nr_to_write <= 0)))
			break;
	}
	if (wbc->range_cyclic)
		mapping->writeback_index = page ? index : 0;
	return error;
}

int do_writepages(struct task_struct *curr, struct address_space *mapping,
		  struct writeback_control *wbc)
{
	if (!mapping->a_ops || !mapping->a_ops->writepage ||
	    mapping->swap_backed)
		return 0;
	return write_cache_pages(curr, mapping, wbc);
}

/* ---- how much may be dirty ------------------------------------------------------------- */

/*
 * Pages that could hold what is written: free ones beyond the reserve, and
 * files' pages. Not highmem's, unless the sysctl says so: what is dirty must
 * not be more than lowmem can take the bookkeeping of.
 */
static uint64_t global_dirtyable_memory(const struct kernel *k)
{
	int64_t pages = -(int64_t)k->mem.totalreserve_pages;
	const struct zone *zone;

	for_each_zone(zone, k)
		if (!is_highmem(zone) || k->sysctl.highmem_is_dirtyable)
			pages += zone->vm_stat[NR_FREE_PAGES] +
				 zone->vm_stat[NR_ZONE_INACTIVE_FILE] +
				 zone->vm_stat[NR_ZONE_ACTIVE_FILE];
	return pages > 0 ? (uint64_t)pages + 1 : 1;
}

static uint32_t share(int32_t bytes, int32_t ratio, uint64_t available)
{
	if (bytes)
		return ((uint32_t)bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
	return (uint32_t)((uint32_t)ratio * PAGE_SIZE / 100 * available /
			  PAGE_SIZE);
}

void global_dirty_limits(const struct kernel *k, uint32_t *background,
			 uint32_t *dirty)
{
	const struct sysctl_state *s = &k->sysctl;
	const uint64_t available = global_dirtyable_memory(k);

	*dirty = share(s->dirty_bytes, s->dirty_ratio, available);
	*background = share(s->dirty_background_bytes,
			    s->dirty_background_ratio, available);
	if (*background >= *dirty)
		*background = *dirty / 2;
}

bool over_background_thresh(const struct kernel *k)
{
	uint32_t background, dirty;

	global_dirty_limits(k, &background, &dirty);
	return global_page_state(k, NR_DIRTY) > background;
}
