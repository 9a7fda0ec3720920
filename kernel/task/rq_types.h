/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_RQ_TYPES_H
#define KERNEL_TASK_RQ_TYPES_H

/* What the scheduler keeps by task and by core, as data; sched_core.h uses. */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/lib/rbtree.h"

struct task_struct;

/* A task's part. Times are cycles, weighted ones in vruntime. */
struct sched_entity {
	struct rb_node run_node; /* among its core's fair tasks, when queued */
	uint64_t exec_start; /* while it runs: up to when the rest accounts */
	uint64_t vruntime; /* compared by its signed difference */
	uint64_t sum_exec_runtime, prev_sum_exec_runtime; /* now, and when
							     it was put on */
};
struct sched_rt_entity {
	uint32_t time_slice; /* ticks that are left to one of SCHED_RR */
	uint32_t timeout; /* ticks that it has run since it woke */
	bool to_tail; /* its turn is over: behind those like it */
};

/* The fair tasks of a core but the one that runs, by vruntime. */
struct cfs_rq {
	struct rb_root_cached tasks_timeline;
	uint32_t nr_queued;
	uint64_t load; /* their weights */
	uint64_t min_vruntime; /* never goes back; all are placed by it */
	struct task_struct *skip, *last; /* who yielded; who was preempted */
};

/* The real-time tasks of a core but the one that runs, by priority. */
struct rt_rq {
	struct list_head queue;
	uint32_t nr_queued;
	uint64_t rt_time; /* cycles used of this period's */
	bool rt_throttled; /* all of them: none counts as runnable */
};

#endif
