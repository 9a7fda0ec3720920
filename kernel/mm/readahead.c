/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/filemap.h"

/*
 * Reading more of a file than was asked for (mm/readahead.c, and
 * do_sync_mmap_readahead() of mm/filemap.c).
 *
 * read(): a window that starts at four times the request, doubles while the
 * reader goes on where the last window ended, and is 32 pages at most; a
 * reader that jumps gets what it asked for. Faults: the 32 pages around the
 * one touched, as programs jump within their text.
 *
 * Not for swap_backed files: what they lack is holes, and pages made ahead for
 * those would only fill memory.
 *
 * Faults stop reading around when that has missed a hundred times more often
 * than it helped: memory is so short that pages go before they are used.
 *
 * MODEL: what is read is there at once, since the root's files cost no time;
 * so there is no asynchronous half of the window (PG_readahead).
 */

#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/mm/kobj.h"

#define RA_PAGES       32u /* VM_READAHEAD_PAGES: 128 KB */
#define MMAP_LOTSAMISS 100u

static bool read_one(struct task_struct *curr, struct address_space *mapping,
		     struct file *file, pgoff_t index)
{
	const gfp_t gfp = GFP_HIGHUSER_MOVABLE | __GFP_NORETRY | __GFP_NOWARN;
	struct page *page;
	bool ok = false;

	if (find_cached_page(mapping, index))
		return true;
	page = alloc_page(curr, gfp);
	if (!page)
		return false;
	if (!add_to_page_cache_lru(curr, page, mapping, index, gfp))
		ok = !mapping->a_ops->readpage(curr, file, page);
	put_page(curr, page);
	return ok;
}

void page_cache_ra_unbounded(struct task_struct *curr,
			     struct address_space *mapping, struct file *file,
			     pgoff_t index, uint32_t nr)
{
	pgoff_t end = file_pages(mapping);

	if (mapping->swap_backed)
		return;
	down_read(curr, &mapping->invalidate_lock);
	while (nr-- && index < end && read_one(curr, mapping, file, index))
		index++;
	up_read(curr, &mapping->invalidate_lock);
}

static uint32_t next_window(const struct file *file, pgoff_t index, uint32_t nr)
{
	uint32_t size;

	if (index && index == file->f_ra_start + file->f_ra_size)
		size = 2 * file->f_ra_size;
	else if (!index)
		size = 4 * nr;
	else
		size = nr;
	if (size < nr)
		size = nr;
	return size < RA_PAGES ? size : RA_PAGES;
}

void page_cache_sync_readahead(struct task_struct *curr,
			       struct address_space *mapping, struct file *file,
			       pgoff_t index, uint32_t nr)
{
	if (!file)
		return;
	file->f_ra_size = next_window(file, index, nr);
	file->f_ra_start = index;
	page_cache_ra_unbounded(curr, mapping, file, index, file->f_ra_size);
}

/* Nor what is read around for one fault was there for the next ones. */
static bool mmap_readahead_misses(struct file *file)
{
	if (file->f_ra_mmap_miss < 10 * MMAP_LOTSAMISS)
		file->f_ra_mmap_miss++;
	return file->f_ra_mmap_miss > MMAP_LOTSAMISS;
}

void mmap_readahead_hit(struct file *file)
{
	if (file->f_ra_mmap_miss)
		file->f_ra_mmap_miss--;
}

void do_sync_mmap_readahead(struct vm_fault *vmf)
{
	struct file *file = vmf->vma->vm_file;
	pgoff_t start = vmf->pgoff;

	if (vmf->vma->vm_flags & VM_RAND_READ)
		return;
	if (!(vmf->vma->vm_flags & VM_SEQ_READ)) {
		if (mmap_readahead_misses(file))
			return;
		start = start > RA_PAGES / 2 ? start - RA_PAGES / 2 : 0;
	}
	file->f_ra_start = start;
	file->f_ra_size = RA_PAGES;
	page_cache_ra_unbounded(vmf->curr, file->f_mapping, file, start,
				RA_PAGES);
}
