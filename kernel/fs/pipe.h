/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_PIPE_H
#define KERNEL_FS_PIPE_H

/* Pipes and FIFOs (include/linux/pipe_fs_i.h). */

#include "kernel/fs/fs.h"

#define PIPE_DEF_BUFFERS 16
#define PIPE_MAX_SIZE    (1u << 20) /* for users; sysctl fs.pipe-max-size */

struct pipe_buffer {
	struct page *page;
	uint32_t offset, len;
};

/*
 * A ring of pages: head counts buffers ever filled, tail buffers ever
 * emptied. Owned by the inode; lives while someone has it open.
 */
struct pipe_inode_info {
	struct rw_semaphore mutex; /* held over a transfer, dropped to wait */
	struct wait_queue_head rd_wait, wr_wait;
	uint32_t head, tail;
	uint32_t readers, writers; /* open files of each kind */
	uint32_t r_counter, w_counter; /* ever opened, for FIFO's open */
	uint32_t files;
	struct page *tmp_page; /* one kept for the next write */
	uint32_t ring_size; /* buffers, a power of two */
	struct pipe_buffer *bufs;
};

int32_t pipe_fcntl(struct task_struct *curr, struct file *file, uint32_t cmd,
		   uint32_t arg);

#endif
