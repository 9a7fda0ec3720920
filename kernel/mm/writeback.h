/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_WRITEBACK_H
#define KERNEL_MM_WRITEBACK_H

/*
 * Dirty pages on their way to a disk (include/linux/writeback.h,
 * backing-dev-defs.h).
 *
 *	who dirties	set_page_dirty() -> the page is marked and counted, its
 *			inode stands on the b_dirty list
 *	who cleans	the flusher, fsync() or reclaim: write_cache_pages() ->
 *			clear_page_dirty_for_io(), ->writepage()
 *	who is slowed	balance_dirty_pages(): writers that are ahead of the disk
 */

#include "kernel/mm/backing_dev.h"
#include "kernel/mm/filemap.h"
#include "kernel/task/sched.h"

struct file;
struct inode;

enum writeback_sync_modes {
	WB_SYNC_NONE, /* what can be begun without waiting */
	WB_SYNC_ALL, /* every page, and wait */
};

/* One request to write pages of one file. */
struct writeback_control {
	int64_t nr_to_write; /* counted down */
	pgoff_t start, last; /* pages; of no meaning with range_cyclic */
	enum writeback_sync_modes sync_mode;
	bool range_cyclic; /* go on where the last one stopped */
	bool tagged_writepages; /* only what is dirty now */
	bool for_kupdate, for_background;
};

/* NULL: the file is memory and nothing else. */
struct backing_dev_info *inode_to_bdi(const struct inode *inode);
void bdi_init(struct backing_dev_info *bdi);
/* "254:16". */
void bdi_name(const struct backing_dev_info *bdi, char name[16]);

/* ---- mm/page_writeback.c ------------------------------------------------------------------- */

/* Pages that may be dirty before the flusher starts; before writers wait. */
void global_dirty_limits(const struct kernel *k, uint32_t *background,
			 uint32_t *dirty);
bool over_background_thresh(const struct kernel *k);
/*
 * Writes the dirty pages of a file that @wbc wants. 0, or the first error of a
 * ->writepage(); errors of the disk come later.
 */
int do_writepages(struct task_struct *curr, struct address_space *mapping,
		  struct writeback_control *wbc);
/* The page doesn't go now after all: it stays dirty. */
void redirty_page_for_writepage(struct task_struct *curr, struct page *page);

/* ---- mm/dirty_throttle.c ---------------------------------------------------------------------- */

/*
 * After a page of @mapping was dirtied, with nothing locked: may sleep, so
 * that the disk keeps up.
 */
void balance_dirty_pages_ratelimited(struct task_struct *curr,
				     struct address_space *mapping);

/* ---- mm/filemap_sync.c ---------------------------------------------------------------------------- */

#define AS_EIO    0x1u
#define AS_ENOSPC 0x2u

/* A page of the file was lost. May be called in interrupt context. */
void mapping_set_error(struct kernel *k, struct address_space *mapping,
		       int error);
/* Begins to write [start, last]; waits for what is being written of it. */
int filemap_fdatawrite_range(struct task_struct *curr,
			     struct address_space *mapping, pgoff_t start,
			     pgoff_t last, enum writeback_sync_modes mode);
/* Both say once what went wrong since they were asked last: 0 or -errno. */
int filemap_fdatawait_range(struct task_struct *curr,
			    struct address_space *mapping, pgoff_t start,
			    pgoff_t last);
int filemap_write_and_wait_range(struct task_struct *curr,
				 struct address_space *mapping, pgoff_t start,
				 pgoff_t last);
/* The same, and errors that this open file hasn't been told of. */
int file_write_and_wait_range(struct task_struct *curr, struct file *file,
			      pgoff_t start, pgoff_t last);

/* ---- fs/fs_writeback.c --------------------------------------------------------------------------- */

/* A page of @inode is dirty now: the flusher shall know it. Never sleeps. */
void mark_inode_dirty_pages(struct task_struct *curr, struct inode *inode);
/* It dies: the flusher forgets it. */
void inode_io_list_del(struct inode *inode);
/* Now, and in the background. */
void wakeup_flusher_threads(struct task_struct *curr, enum wb_reason reason);
void wb_start_background_writeback(struct task_struct *curr,
				   struct bdi_writeback *wb);
/* All that is dirty now; and waits for it. */
void sync_bdi(struct task_struct *curr, struct backing_dev_info *bdi);
/* A page was handed to the disk; it is there, or lost. */
void wb_submitted(struct backing_dev_info *bdi);
void wb_completed(struct task_struct *curr, struct backing_dev_info *bdi);
/* Before the machine halts: the flusher ends. What is dirty stays so. */
void flusher_shutdown(struct task_struct *curr);

#endif
