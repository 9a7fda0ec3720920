/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_WAIT_TYPES_H
#define KERNEL_TASK_WAIT_TYPES_H

/* Wait queues' structures, for those that have one; sched.h uses them. */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/list.h"

struct task_struct;

struct wait_queue_head {
	struct list_head head;
};
/* What a wake-up says to who isn't a task: POLL* bits; 0 for all of them. */
#define POLLFREE     0x4000u /* the queue is about to go: leave it */
#define POLLHUP_FREE (POLLFREE | 0x0010u)

struct wait_queue_entry {
	struct task_struct *task;
	bool exclusive;
	struct list_head entry;
	/* Called in place of waking @task, if there is one: was it of use? */
	bool (*func)(struct task_struct *curr, struct wait_queue_entry *wait,
		     uint32_t key);
};

#endif
