/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_POLL_H
#define KERNEL_FS_POLL_H

/* Waiting for several files at once (include/linux/poll.h). */

#include "kernel/fs/fs.h"

/* One queue that a poller stands in. */
struct poll_entry {
	struct wait_queue_head *wq;
	struct wait_queue_entry wait;
};

/* Room for the queues of one pass; NULL entries: only look. */
struct poll_table {
	/* who stands in queues by other means, not as a sleeper; or NULL */
	void (*qproc)(struct task_struct *curr, struct wait_queue_head *wq,
		      struct poll_table *table);
	struct poll_entry *entries;
	uint32_t nr, max;
};

/*
 * Called by ->poll(): puts @curr in @wq, already marked as sleeping, so that
 * nothing may sleep between here and schedule(). At most two a file.
 */
void poll_wait(struct task_struct *curr, struct wait_queue_head *wq,
	       struct poll_table *table);

#endif
