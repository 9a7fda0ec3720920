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

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/swap.h"

/* Bytes [from, to) of the page at @index read as zeroes from now on. */
static void zero_partial(struct task_struct *curr,
			 struct address_space *mapping, pgoff_t index,
			 uint32_t from, uint32_t to)
{
	const struct hw *hw = &curr->k->hw;
	struct page *page = find_get_page(mapping, index);

	if (!page && mapping->shmem && xa_load(&mapping->i_pages, index))
		page = read_mapping_page(curr, mapping, index, NULL);
	if (IS_ERR_OR_NULL(page))
		return;
	lock_page(curr, page);
	if (page->mapping == mapping && PageUptodate(page)) {
		memzero_page(curr, page, from, to - from);
		hw->ops->code_changed(
			hw->ctx, page_to_phys(curr->k, page) + from, to - from);
	}
	unlock_page(curr, page);
	put_page(curr, page);
}

static void truncate_page(struct task_struct *curr,
			  struct address_space *mapping, struct page *page)
{
	get_page(page);
	lock_page(curr, page);
	/* Its place on the disk may be another's once it is gone. */
	wait_on_page_writeback(curr, page);
	if (page->mapping == mapping) {
		if (page_mapped(page))
			unmap_mapping_pages(curr, mapping, page->index, 1,
					    false);
		delete_from_page_cache(curr, page);
	}
	unlock_page(curr, page);
	put_page(curr, page);
}

int generic_error_remove_page(struct task_struct *curr,
			      struct address_space *mapping, struct page *page)
{
	BUG_ON(!PageLocked(page) || page->mapping != mapping);
	if (!S_ISREG(mapping->host->i_mode))
		return -EINVAL;
	if (page_mapped(page))
		unmap_mapping_pages(curr, mapping, page->index, 1, false);
	delete_from_page_cache(curr, page);
	return 0;
}

bool invalidate_inode_page(struct task_struct *curr, struct page *page)
{
	const struct address_space *mapping = page_mapping(page);

	/* the cache's reference and the caller's */
	if (!mapping || mapping->swap_backed || PageDirty(page) ||
	    PageWriteback(page) || page_mapped(page) || page_count(page) != 2)
		return false;
	delete_from_page_cache(curr, page);
	return true;
}

static bool invalidate_page(struct task_struct *curr, struct page *page)
{
	bool gone;

	if (PageDirty(page) || PageWriteback(page) || page_mapped(page) ||
	    !trylock_page(page))
		return false;
	gone = invalidate_inode_page(curr, page);
	unlock_page(curr, page);
	return gone;
}

/* A shadow is no use either, and counts. */
static bool invalidate_entry(struct task_struct *curr,
			     struct address_space *mapping, pgoff_t index,
			     void *entry)
{
	struct page *page = entry;
	bool gone;

	if (xa_is_value(entry)) {
		xa_erase(curr, &mapping->i_pages, index);
		return true;
	}
	get_page(page);
	gone = invalidate_page(curr, page);
	if (!gone)
		deactivate_file_page(curr->k, page);
	put_page(curr, page);
	return gone;
}

uint32_t invalidate_mapping_pages(struct task_struct *curr,
				  struct address_space *mapping, pgoff_t start,
				  pgoff_t last)
{
	pgoff_t index = start;
	uint32_t nr = 0;
	void *entry;

	if (mapping->swap_backed)
		return 0;
	while ((entry = xa_find(&mapping->i_pages, &index, last))) {
		nr += invalidate_entry(curr, mapping, index, entry);
		if (index++ == last)
			break;
	}
	return nr;
}

/*
 * All pages of [start, end), and the shadows of those that are gone already.
 * What shared memory keeps in place of pages is its own.
 */
static void truncate_inode_pages(struct task_struct *curr,
				 struct address_space *mapping, pgoff_t start,
				 pgoff_t end)
{
	uint32_t index = start;
	void *entry;

	while (index < end &&
	       (entry = xa_find(&mapping->i_pages, &index, end - 1))) {
		if (!xa_is_value(entry))
			truncate_page(curr, mapping, entry);
		else if (mapping->shmem)
			shmem_free_swap(curr, mapping, index, entry);
		else
			xa_erase(curr, &mapping->i_pages, index);
		/* While we waited for its lock it may have gone to swap. */
		index += !xa_load(&mapping->i_pages, index);
	}
}

void truncate_new_pages(struct task_struct *curr, struct address_space *mapping,
			pgoff_t start, pgoff_t end)
{
	uint32_t index = start;
	struct page *page;

	if (start >= end)
		return;
	while ((page = next_cached_page(mapping, &index, end - 1))) {
		if (!PageUptodate(page))
			truncate_page(curr, mapping, page);
		index++;
	}
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
	unmap_mapping_pages(curr, mapping, start, UINT32_MAX - start, true);
	if (offset_in_page((uint32_t)size))
		zero_partial(curr, mapping, start - 1,
			     offset_in_page((uint32_t)size), PAGE_SIZE);
	truncate_inode_pages(curr, mapping, start, UINT32_MAX);
}

/*
 * Private copies of the pages stay: they are the processes', and no longer
 * the file's.
 */
void truncate_pagecache_range(struct task_struct *curr, struct inode *inode,
			      int64_t start, int64_t end)
{
	struct address_space *mapping = &inode->i_data;
	pgoff_t first = (pgoff_t)((start + PAGE_SIZE - 1) >> PAGE_SHIFT);
	pgoff_t last = (pgoff_t)(end >> PAGE_SHIFT); /* not of the hole */
	uint32_t head = offset_in_page((uint32_t)start);
	uint32_t tail = offset_in_page((uint32_t)end);

	if (last < first) { /* all of it within one page */
		zero_partial(curr, mapping, last, head, tail);
		return;
	}
	unmap_mapping_pages(curr, mapping, first, last - first, false);
	if (head)
		zero_partial(curr, mapping, first - 1, head, PAGE_SIZE);
	if (tail)
		zero_partial(curr, mapping, last, 0, tail);
	truncate_inode_pages(curr, mapping, first, last);
}

void truncate_inode_pages_final(struct task_struct *curr,
				struct address_space *mapping)
{
	truncate_inode_pages(curr, mapping, 0, UINT32_MAX);
	xa_destroy(curr, &mapping->i_pages);
}
