/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_SCHED_STATE_H
#define KERNEL_TASK_SCHED_STATE_H

/* Cores, tasks, pids and timers of the whole kernel. */

#include "kernel/task/sched.h"

#define PID_MAX  32768
#define PID_HASH 256

struct sched_state {
	struct cpu cpus[NR_CPUS];
	struct task_struct init_task[NR_CPUS]; /* the idle tasks, pid 0 */
	struct task_struct *init; /* pid 1: reaps, halts */
	struct list_head pid_hash[PID_HASH];
	int last_pid, nr_threads;
	uint64_t total_forks, nr_switches;
	struct rb_root timers;
	struct kmem_cache *task_cachep, *signal_cachep, *sighand_cachep;
	struct kmem_cache *sigqueue_cachep;
	bool halted, panicked, program_failed;
	int exit_status;
};

#endif
