/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_FILEMAP_H
#define KERNEL_MM_FILEMAP_H

/* The page cache within mm/ (include/linux/pagemap.h, writeback.h). */

#include "kernel/mm/internal.h"

struct file;
struct file_ra_state;

/* ---- mm/filemap.c ---------------------------------------------------------------------- */

/*
 * Puts a new page at @index: locked, with a reference for the cache, on the
 * LRU. -EEXIST when another was faster, -ENOMEM. @gfp is for the array's nodes.
 */
int add_to_page_cache_lru(struct task_struct *curr, struct page *page,
			  struct address_space *mapping, pgoff_t index,
			  gfp_t gfp);
/*
 * A locked page leaves the cache, and @shadow (a value; NULL: nothing) stays in
 * its place. The cache's reference is now the caller's. Doesn't sleep.
 */
void __delete_from_page_cache(struct task_struct *curr, struct page *page,
			      void *shadow);
/* A locked page leaves the cache, which drops its reference. */
void delete_from_page_cache(struct task_struct *curr, struct page *page);
/*
 * The page at @index without a reference: to look at, before anything sleeps.
 * NULL: there is none, but maybe a value.
 */
struct page *find_cached_page(const struct address_space *mapping,
			      pgoff_t index);
/* The same of the first page at or after *index, up to @last; sets *index. */
struct page *next_cached_page(const struct address_space *mapping,
			      pgoff_t *index, pgoff_t last);
/* Locked, referenced, present or new and not up to date. ERR_PTR. */
struct page *grab_cache_page(struct task_struct *curr,
			     struct address_space *mapping, pgoff_t index);
/* Pages of the file, the last one partial. */
uint32_t file_pages(const struct address_space *mapping);

vm_fault_t filemap_fault(struct vm_fault *vmf);
vm_fault_t filemap_map_pages(struct vm_fault *vmf, pgoff_t start, pgoff_t end);

/* ---- mm/truncate.c --------------------------------------------------------------------- */

/* A hole at bytes [start, end) of the file, which keeps its size. */
void truncate_pagecache_range(struct task_struct *curr, struct inode *inode,
			      int64_t start, int64_t end);
/*
 * Drops what can be dropped of [start, last]: clean, unmapped, not in use. How
 * many pages, and shadows of pages. Others that nobody maps are the next for
 * reclaim. Doesn't sleep.
 */
uint32_t invalidate_mapping_pages(struct task_struct *curr,
				  struct address_space *mapping, pgoff_t start,
				  pgoff_t last);
/*
 * A locked page of which the caller has a reference leaves its cache, if nobody
 * else has and it is clean. False: it doesn't. Doesn't sleep.
 */
bool invalidate_inode_page(struct task_struct *curr, struct page *page);
/*
 * The same for one with a memory error, whatever it holds and whoever maps it.
 * 0; -EINVAL: it is no regular file's.
 */
int generic_error_remove_page(struct task_struct *curr,
			      struct address_space *mapping, struct page *page);
/* Those of [start, end) that were never up to date. */
void truncate_new_pages(struct task_struct *curr, struct address_space *mapping,
			pgoff_t start, pgoff_t end);

/* ---- mm/memory.c ------------------------------------------------------------------------- */

/* map_pages() has found a page: vmf->pte is there from now on. */
void install_table(struct vm_fault *vmf);
void do_set_pte(struct vm_fault *vmf, struct page *page, vaddr_t vaddr,
		pte_t *ptep);

/* ---- mm/page_writeback.c ------------------------------------------------------------------- */

/* True when it was clean. The page is mapped, locked or otherwise kept. */
bool set_page_dirty(struct task_struct *curr, struct page *page);
/* The page leaves the cache: its dirtiness needs no writing any more. */
void cancel_dirty_page(struct task_struct *curr, struct page *page);
/*
 * Before a locked page is written: it counts as clean from now on, and is
 * write-protected wherever it is mapped. False: it was clean already.
 */
bool clear_page_dirty_for_io(struct task_struct *curr, struct page *page);
/*
 * A locked page is on its way to its disk, until end_page_writeback(), which
 * may be called in interrupt context and wakes those in
 * wait_on_page_writeback(). It stays in its cache meanwhile.
 */
void set_page_writeback(struct task_struct *curr, struct page *page);
void end_page_writeback(struct task_struct *curr, struct page *page);

/* ---- mm/readahead.c ------------------------------------------------------------------------- */

/* A file is opened. */
void file_ra_state_init(struct file_ra_state *ra,
			const struct address_space *mapping);
/*
 * Reads what is missing of [index, index + nr) of the file; the page that has
 * @lookahead pages of these before the end gets PG_readahead. Waits for nothing
 * but memory, and says nothing of failures: whoever needs a page tries it again
 * alone.
 */
void page_cache_ra_unbounded(struct task_struct *curr,
			     struct address_space *mapping, struct file *file,
			     pgoff_t index, uint32_t nr, uint32_t lookahead);
/* The same on somebody's word, up to what the device does in one go. */
void force_page_cache_readahead(struct task_struct *curr,
				struct address_space *mapping,
				struct file *file, pgoff_t index, uint32_t nr);
/* Before a read of @nr pages at @index that isn't in the cache. */
void page_cache_sync_readahead(struct task_struct *curr,
			       struct address_space *mapping, struct file *file,
			       pgoff_t index, uint32_t nr);
/* A read of @nr pages came by a page with PG_readahead. */
void page_cache_async_readahead(struct task_struct *curr,
				struct address_space *mapping,
				struct file *file, struct page *page,
				uint32_t nr);
/*
 * Around a fault on a page that isn't in the cache, or is @page. What was
 * pinned when mmap_lock had to be given up for it, or NULL.
 */
struct file *do_sync_mmap_readahead(struct vm_fault *vmf);
struct file *do_async_mmap_readahead(struct vm_fault *vmf, struct page *page);
/*
 * Before a wait in a fault on a file: gives mmap_lock up if this try may be
 * repeated. Then vmf->vma is not to be touched any more, and the file stays
 * until the caller's fput(). @fpin: what an earlier call returned.
 */
struct file *maybe_unlock_mmap_for_io(struct vm_fault *vmf, struct file *fpin);

#endif
