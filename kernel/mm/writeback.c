/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/filemap.h"

/*
 * Which pages are dirty (mm/page-writeback.c).
 *
 * Invariant: a page-cache page counted in NR_DIRTY is PG_dirty and carries
 * XA_MARK_DIRTY in its file. Files without a home (swap_backed) only set the
 * flag: their pages are neither counted nor written.
 *
 * MODEL: no flusher and no writepage yet; a dirty page stays until its file is
 * truncated. No file system here has a store that could be written to.
 */

#include "kernel/lib/bug.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/rmap.h"
#include "kernel/task/sched.h"

bool set_page_dirty(struct task_struct *curr, struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	if (mapping && mapping->a_ops && mapping->a_ops->set_page_dirty)
		return mapping->a_ops->set_page_dirty(curr, page);
	if (TestSetPageDirty(page))
		return false;
	if (mapping && !mapping->swap_backed) {
		xa_set_mark(&mapping->i_pages, page->index, XA_MARK_DIRTY);
		mod_page_state(curr->k, page, NR_DIRTY, 1);
		mod_page_state(curr->k, page, NR_ZONE_WRITE_PENDING, 1);
		mod_page_state(curr->k, page, NR_DIRTIED, 1);
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
	mod_page_state(curr->k, page, NR_DIRTY, -1);
	mod_page_state(curr->k, page, NR_ZONE_WRITE_PENDING, -1);
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
	xa_clear_mark(&mapping->i_pages, page->index, XA_MARK_DIRTY);
	mod_page_state(curr->k, page, NR_DIRTY, -1);
	mod_page_state(curr->k, page, NR_ZONE_WRITE_PENDING, -1);
	return true;
}

void set_page_writeback(struct task_struct *curr, struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	BUG_ON(!PageLocked(page) || PageWriteback(page));
	SetPageWriteback(page);
	if (mapping)
		xa_set_mark(&mapping->i_pages, page->index, XA_MARK_WRITEBACK);
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
	wake_up_page_writeback(curr, page);
}
