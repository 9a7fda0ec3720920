/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_TIMER_TYPES_H
#define KERNEL_TASK_TIMER_TYPES_H

/* A timer as data; what is done with it is in kernel/task/sched.h. */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/rbtree.h"

struct task_struct;

struct timer { /* in cycles of virtual time */
	struct rb_node node;
	uint64_t expires, seq; /* seq: equal times fire in order of arming */
	void (*function)(struct task_struct *curr, struct timer *timer);
	struct rb_root *base; /* the tree it is in, while pending */
	bool pending;
	bool deferrable; /* no reason to wake an idle core */
};

#endif
