/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_WAIT_TYPES_H
#define KERNEL_TASK_WAIT_TYPES_H

/* Wait queues' structures, for those that have one; sched.h uses them. */

#include <stdbool.h>

#include "kernel/lib/list.h"

struct task_struct;

struct wait_queue_head {
	struct list_head head;
};
struct wait_queue_entry {
	struct task_struct *task;
	bool exclusive;
	struct list_head entry;
};

#endif
