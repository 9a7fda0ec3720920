/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_PIPE_H
#define KERNEL_FS_PIPE_H

/* Pipes and FIFOs (include/linux/pipe_fs_i.h). */

#include "kernel/fs/fasync.h"

#define PIPE_DEF_BUFFERS 16
#define PIPE_MAX_SIZE    (1u << 20) /* for users; sysctl fs.pipe-max-size */

struct pipe_buffer {
	struct page *page;
	uint32_t offset, len;
	bool can_merge; /* more may be written behind its bytes */
};

/*
 * A ring of pages: head counts buffers ever filled, tail buffers ever
 * emptied. Owned by the inode; lives while someone has it open.
 */
struct pipe_inode_info {
	struct rw_semaphore mutex; /* held over a transfer, dropped to wait */
	struct wait_queue_head rd_wait, wr_wait;
	struct fasync_struct *fasync_readers, *fasync_writers;
	uint32_t head, tail;
	uint32_t readers, writers; /* open files of each kind */
	uint32_t r_counter, w_counter; /* ever opened, for FIFO's open */
	uint32_t files;
	struct page *tmp_page; /* one kept for the next write */
	uint32_t ring_size; /* buffers, a power of two */
	struct pipe_buffer *bufs;
};

static inline bool pipe_empty(const struct pipe_inode_info *pipe)
{
	return pipe->head == pipe->tail;
}

static inline bool pipe_full(const struct pipe_inode_info *pipe)
{
	return pipe->head - pipe->tail >= pipe->ring_size;
}

static inline struct pipe_buffer *pipe_buf(struct pipe_inode_info *pipe,
					   uint32_t n)
{
	return &pipe->bufs[n % pipe->ring_size];
}

/*
 * With the mutex held, which they drop meanwhile: until there is something to
 * read or room to write, or never will be. 0, or -errno after a signal.
 */
int pipe_wait_readable(struct task_struct *curr, struct pipe_inode_info *pipe);
int pipe_wait_writable(struct task_struct *curr, struct pipe_inode_info *pipe);
/* @buf has been emptied: its page goes. */
void pipe_release_buf(struct task_struct *curr, struct pipe_inode_info *pipe,
		      struct pipe_buffer *buf);
/* Nobody can read any more: SIGPIPE. Returns -EPIPE. */
int pipe_broken(struct task_struct *curr);

/* NULL: @file is no pipe. */
struct pipe_inode_info *get_pipe_info(const struct file *file);

int32_t pipe_fcntl(struct task_struct *curr, struct file *file, uint32_t cmd,
		   uint32_t arg);

#endif
