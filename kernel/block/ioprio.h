/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_BLOCK_IOPRIO_H
#define KERNEL_BLOCK_IOPRIO_H

/* How urgent a task's input and output is (include/linux/ioprio.h). */

#include "kernel/task/sched.h"

/* A task's own, or shared by CLONE_IO. */
struct io_context {
	uint32_t refcount;
	uint16_t ioprio; /* class << 13 | level; 0: by nice */
};

/* Behind the system calls; a value or -errno. */
int32_t do_ioprio_set(struct task_struct *curr, int which, int who, int ioprio);
int32_t do_ioprio_get(struct task_struct *curr, int which, int who);
/* fork: @share as CLONE_IO says. 0 or -ENOMEM. */
int copy_io(struct task_struct *curr, struct task_struct *child, bool share);
/* @task ends. */
void exit_io_context(struct task_struct *curr, struct task_struct *task);

#endif
