/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/filemap.h"

/*
 * Reading more of a file than was asked for (mm/readahead.c, and
 * do_sync_mmap_readahead() of mm/filemap.c).
 *
 * An open file has a window, f_ra: the pages that were read last time, and at
 * their end a part, async_size, that nobody has wanted yet. The first page of
 * that part carries PG_readahead: whoever comes by there has the next window
 * read while he goes on with this one, so that one who reads in order never
 * waits.
 *
 *	|<------- size ------->|
 *	start       ^PG_readahead
 *	            |async_size|
 *
 * A window begins with a read at the start of the file or one that goes on
 * where the last ended, and doubles up to ra_pages; who jumps gets what he
 * asked for. Faults read around the page touched, as programs jump within
 * their text, and give that up when it keeps missing.
 *
 * Where what is read is there at once (backing_dev_info.synchronous) no page is
 * marked: there is nothing to be ahead of. Files of memory have no window.
 */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/writeback.h"

#define MMAP_LOTSAMISS 100

void file_ra_state_init(struct file_ra_state *ra,
			const struct address_space *mapping)
{
	const struct backing_dev_info *bdi = inode_to_bdi(mapping->host);

	*ra = (struct file_ra_state){
		.ra_pages = bdi ? bdi->ra_pages : 0,
		.prev_pos = -1,
	};
}

/* ---- reading pages ------------------------------------------------------------------ */

static bool marks_pages(const struct address_space *mapping)
{
	const struct backing_dev_info *bdi = inode_to_bdi(mapping->host);

	return bdi && !bdi->synchronous;
}

static bool read_one(struct task_struct *curr, struct address_space *mapping,
		     struct file *file, pgoff_t index, bool mark)
{
	const gfp_t gfp = GFP_HIGHUSER_MOVABLE | __GFP_NORETRY | __GFP_NOWARN;
	struct page *page;
	bool ok = false;

	if (find_cached_page(mapping, index))
		return true;
	page = alloc_page(curr, gfp);
	if (!page)
		return false;
	if (!add_to_page_cache_lru(curr, page, mapping, index, gfp)) {
		if (mark)
			SetPageReadahead(page);
		ok = !mapping->a_ops->readpage(curr, file, page);
	}
	put_page(curr, page);
	return ok;
}

void page_cache_ra_unbounded(struct task_struct *curr,
			     struct address_space *mapping, struct file *file,
			     pgoff_t index, uint32_t nr, uint32_t lookahead)
{
	const pgoff_t end = file_pages(mapping);
	const pgoff_t mark = index + nr - lookahead;
	const bool marks = lookahead && marks_pages(mapping);

	if (mapping->swap_backed)
		return;
	down_read(curr, &mapping->invalidate_lock);
	while (nr-- && index < end &&
	       read_one(curr, mapping, file, index, marks && index == mark))
		index++;
	up_read(curr, &mapping->invalidate_lock);
}

void force_page_cache_readahead(struct task_struct *curr,
				struct address_space *mapping,
				struct file *file, pgoff_t index, uint32_t nr)
{
	const struct backing_dev_info *bdi = inode_to_bdi(mapping->host);
	uint32_t most = file->f_ra.ra_pages;

	if (bdi && bdi->io_pages > most)
		most = bdi->io_pages;
	page_cache_ra_unbounded(curr, mapping, file, index,
				nr < most ? nr : most, 0);
}

/* ---- windows ---------------------------------------------------------------------------- */

static uint32_t init_size(uint32_t wanted, uint32_t most)
{
	uint32_t size = 1;

	while (size < wanted)
		size *= 2;
	if (size <= most / 32)
		return size * 4;
	return size <= most / 4 ? size * 2 : most;
}

static uint32_t next_size(const struct file_ra_state *ra, uint32_t most)
{
	if (ra->size < most / 16)
		return 4 * ra->size;
	return ra->size <= most / 2 ? 2 * ra->size : most;
}

/* How many pages before @index are cached, up to @most: it was read in order. */
static uint32_t history(const struct address_space *mapping, pgoff_t index,
			uint32_t most)
{
	uint32_t nr = 0;

	while (nr < most && nr < index &&
	       find_cached_page(mapping, index - 1 - nr))
		nr++;
	return nr;
}

/* The first page after @index that isn't cached; UINT32_MAX: far away. */
static pgoff_t next_missing(const struct address_space *mapping, pgoff_t index,
			    uint32_t most)
{
	for (uint32_t nr = 1; nr <= most; nr++)
		if (!find_cached_page(mapping, index + nr))
			return index + nr;
	return UINT32_MAX;
}

static void begin_window(struct file_ra_state *ra, pgoff_t index,
			 uint32_t wanted, uint32_t most)
{
	ra->start = index;
	ra->size = init_size(wanted, most);
	ra->async_size = ra->size > wanted ? ra->size - wanted : ra->size;
}

/*
 * Readers share a file, or one reads in several places: the window isn't about
 * this one. What the cache shows is.
 */
static bool window_from_cache(struct file_ra_state *ra,
			      const struct address_space *mapping,
			      pgoff_t index, uint32_t wanted, uint32_t most)
{
	uint32_t size = history(mapping, index, most);

	if (size <= wanted)
		return false;
	if (size >= index) /* from the beginning: probably all of it */
		size *= 2;
	ra->start = index;
	ra->size = size + wanted < most ? size + wanted : most;
	ra->async_size = 1;
	return true;
}

/* The marked page is no part of the window that the file remembers. */
static bool window_from_mark(struct file_ra_state *ra,
			     const struct address_space *mapping, pgoff_t index,
			     uint32_t wanted, uint32_t most)
{
	pgoff_t start = next_missing(mapping, index, most);

	if (start == UINT32_MAX)
		return false;
	ra->start = start;
	ra->size = start - index + wanted;
	ra->size = next_size(ra, most);
	ra->async_size = ra->size;
	return true;
}

static bool goes_on(const struct file_ra_state *ra, pgoff_t index)
{
	return index == ra->start + ra->size ||
	       index == ra->start + ra->size - ra->async_size;
}

/* Chooses f_ra's window. False: just what is wanted. */
static bool choose_window(struct file_ra_state *ra,
			  const struct address_space *mapping, pgoff_t index,
			  uint32_t wanted, uint32_t most, bool marked)
{
	const pgoff_t prev = (pgoff_t)(ra->prev_pos >> PAGE_SHIFT);

	if (index && goes_on(ra, index)) {
		ra->start += ra->size;
		ra->size = next_size(ra, most);
		ra->async_size = ra->size;
		return true;
	}
	if (index && marked)
		return window_from_mark(ra, mapping, index, wanted, most);
	if (!index || wanted > most || index - prev <= 1) {
		begin_window(ra, index, wanted, most);
		return true;
	}
	return window_from_cache(ra, mapping, index, wanted, most);
}

static void ondemand_readahead(struct task_struct *curr,
			       struct address_space *mapping, struct file *file,
			       pgoff_t index, uint32_t wanted, bool marked)
{
	struct file_ra_state *ra = &file->f_ra;
	const uint32_t most = ra->ra_pages;
	uint32_t more;

	if (!choose_window(ra, mapping, index, wanted, most, marked)) {
		if (!marked)
			page_cache_ra_unbounded(curr, mapping, file, index,
						wanted, 0);
		return;
	}
	/* It would meet its own mark at once: take the next one along. */
	if (index == ra->start && ra->size == ra->async_size) {
		more = next_size(ra, most);
		ra->async_size = ra->size + more <= most ? more : most / 2;
		ra->size = ra->size + more <= most ? ra->size + more : most;
	}
	page_cache_ra_unbounded(curr, mapping, file, ra->start, ra->size,
				ra->async_size);
}

void page_cache_sync_readahead(struct task_struct *curr,
			       struct address_space *mapping, struct file *file,
			       pgoff_t index, uint32_t nr)
{
	if (!file || !file->f_ra.ra_pages)
		return;
	if (file->f_mode & FMODE_RANDOM)
		force_page_cache_readahead(curr, mapping, file, index, nr);
	else
		ondemand_readahead(curr, mapping, file, index, nr, false);
}

void page_cache_async_readahead(struct task_struct *curr,
				struct address_space *mapping,
				struct file *file, struct page *page,
				uint32_t nr)
{
	/* While it is written, the bit means something else. */
	if (!file || !file->f_ra.ra_pages || PageWriteback(page))
		return;
	ClearPageReadahead(page);
	ondemand_readahead(curr, mapping, file, page->index, nr, true);
}

/* ---- faults ---------------------------------------------------------------------------------- */

struct file *do_sync_mmap_readahead(struct vm_fault *vmf)
{
	struct file *file = vmf->vma->vm_file, *fpin;
	struct file_ra_state *ra = &file->f_ra;
	const pgoff_t half = ra->ra_pages / 2;

	if (vmf->vma->vm_flags & VM_RAND_READ || !ra->ra_pages)
		return NULL;
	if (vmf->vma->vm_flags & VM_SEQ_READ) {
		fpin = maybe_unlock_mmap_for_io(vmf, NULL);
		page_cache_sync_readahead(vmf->curr, file->f_mapping, file,
					  vmf->pgoff, ra->ra_pages);
		return fpin;
	}
	if (ra->mmap_miss < MMAP_LOTSAMISS * 10)
		ra->mmap_miss++;
	if (ra->mmap_miss > MMAP_LOTSAMISS)
		return NULL;
	fpin = maybe_unlock_mmap_for_io(vmf, NULL);
	ra->start = vmf->pgoff > half ? vmf->pgoff - half : 0;
	ra->size = ra->ra_pages;
	ra->async_size = ra->ra_pages / 4;
	page_cache_ra_unbounded(vmf->curr, file->f_mapping, file, ra->start,
				ra->size, ra->async_size);
	return fpin;
}

struct file *do_async_mmap_readahead(struct vm_fault *vmf, struct page *page)
{
	struct file *file = vmf->vma->vm_file, *fpin;
	struct file_ra_state *ra = &file->f_ra;

	if (vmf->vma->vm_flags & VM_RAND_READ || !ra->ra_pages)
		return NULL;
	if (ra->mmap_miss)
		ra->mmap_miss--;
	if (!PageReadahead(page))
		return NULL;
	fpin = maybe_unlock_mmap_for_io(vmf, NULL);
	page_cache_async_readahead(vmf->curr, file->f_mapping, file, page,
				   ra->ra_pages);
	return fpin;
}
