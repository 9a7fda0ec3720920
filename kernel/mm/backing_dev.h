/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_BACKING_DEV_H
#define KERNEL_MM_BACKING_DEV_H

/* What is behind a file system (include/linux/backing-dev-defs.h). */

#include "kernel/task/sched.h"

struct block_device;

/* Why the flusher is wanted; for the trace. */
enum wb_reason {
	WB_REASON_BACKGROUND,
	WB_REASON_VMSCAN,
	WB_REASON_SYNC,
	WB_REASON_PERIODIC,
};

/* The flusher of a disk. */
struct bdi_writeback {
	/* inodes with dirty pages, by i_io_list: youngest first; */
	struct list_head b_dirty;
	struct list_head b_io; /* chosen for writing; */
	struct list_head b_more_io; /* and cut off in the middle */
	struct list_head work_list; /* struct wb_writeback_work */
	bool start_all; /* wakeup_flusher_threads() has come, for */
	enum wb_reason start_all_reason;
	bool writing; /* some work is being done */
	uint64_t last_old_flush; /* cycle */
	uint64_t submitted, completed; /* pages; the disk keeps the order */
	struct wait_queue_head wait; /* the flusher's own */
	struct wait_queue_head written; /* completed has moved */
	struct wait_queue_head stopped;
	struct task_struct *task;
	bool should_stop;
};

/* Where a file system's pages come from and go to. */
struct backing_dev_info {
	uint32_t ra_pages; /* the readahead window's most */
	uint32_t io_pages; /* the most that is read on one's word */
	bool synchronous; /* what is read is there at once */
	struct block_device *bdev; /* of dirty pages; NULL: there are none */
	struct bdi_writeback wb;
};

#define VM_READAHEAD_PAGES 32u /* 128 KB */
#define BDI_IO_PAGES       320u /* of virtio disks */

#endif
