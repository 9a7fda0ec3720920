/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/filemap.h"

/*
 * Pages leave the cache because their file got shorter or died
 * (mm/truncate.c).
 *
 * Order: the size first, so that faults past it fail; then the mappings, whose
 * next touch is SIGBUS; then the pages. A fault that held a page's lock in
 * between may have mapped it after its mappings were taken away: so each page
 * is unmapped once more under its lock.
 */

#include <string.h>

#include "kernel/fs/fs.h"
#include "kernel/mm/kobj.h"

/* Zeroes @nr_bytes from @start, all in one page, if that page is there. */
static void zero_part(struct task_struct *curr, struct address_space *mapping,
		      int64_t start, uint32_t nr_bytes)
{
	const struct hw *hw = &curr->k->hw;
	uint32_t from = offset_in_page((uint32_t)start);
	struct page *page;

	page = find_get_page(mapping, (pgoff_t)(start >> PAGE_SHIFT));
	if (!page)
		return;
	lock_page(curr, page);
	if (page->mapping == mapping && PageUptodate(page)) {
		memset((uint8_t *)page_bytes(curr->k, page) + from, 0,
		       nr_bytes);
		hw->ops->code_changed(
			hw->ctx, page_to_phys(curr->k, page) + from, nr_bytes);
	}
	unlock_page(curr, page);
	put_page(curr, page);
}

/* Bytes past the end of the file must read as zeroes if it grows again. */
static void zero_tail(struct task_struct *curr, struct address_space *mapping,
		      int64_t size)
{
	uint32_t from = offset_in_page((uint32_t)size);

	if (from)
		zero_part(curr, mapping, size, PAGE_SIZE - from);
}

static void truncate_page(struct task_struct *curr,
			  struct address_space *mapping, struct page *page)
{
	get_page(page);
	lock_page(curr, page);
	if (page->mapping == mapping) {
		if (page_mapped(page))
			unmap_mapping_pages(curr, mapping, page->index, 1);
		delete_from_page_cache(curr, page);
	}
	unlock_page(curr, page);
	put_page(curr, page);
}

static void truncate_pages(struct task_struct *curr,
			   struct address_space *mapping, pgoff_t start,
			   pgoff_t last)
{
	uint32_t index = start;
	struct page *page;

	while ((page = xa_find(&mapping->i_pages, &index, last))) {
		truncate_page(curr, mapping, page);
		if (index++ == last)
			break;
	}
}

/* All pages from @start on. */
static void truncate_inode_pages(struct task_struct *curr,
				 struct address_space *mapping, pgoff_t start)
{
	truncate_pages(curr, mapping, start, UINT32_MAX);
}

void truncate_hole(struct task_struct *curr, struct inode *inode, int64_t start,
		   int64_t end)
{
	struct address_space *mapping = &inode->i_data;
	const int64_t first = (start + PAGE_SIZE - 1) >> PAGE_SHIFT;
	const int64_t behind = end >> PAGE_SHIFT;

	if (behind < first) { /* within one page */
		zero_part(curr, mapping, start, (uint32_t)(end - start));
		return;
	}
	zero_tail(curr, mapping, start);
	if (offset_in_page((uint32_t)end))
		zero_part(curr, mapping, end & ~(int64_t)(PAGE_SIZE - 1),
			  offset_in_page((uint32_t)end));
	if (behind > first)
		truncate_pages(curr, mapping, (pgoff_t)first,
			       (pgoff_t)(behind - 1));
}

void truncate_setsize(struct task_struct *curr, struct inode *inode,
		      int64_t size)
{
	struct address_space *mapping = &inode->i_data;
	pgoff_t start = (pgoff_t)((size + PAGE_SIZE - 1) >> PAGE_SHIFT);
	int64_t old = inode->i_size;

	inode->i_size = size;
	if (size >= old)
		return;
	unmap_mapping_pages(curr, mapping, start, UINT32_MAX - start);
	zero_tail(curr, mapping, size);
	truncate_inode_pages(curr, mapping, start);
}

void truncate_inode_pages_final(struct task_struct *curr,
				struct address_space *mapping)
{
	truncate_inode_pages(curr, mapping, 0);
	xa_destroy(curr, &mapping->i_pages);
}
