/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_RSEQ_H
#define KERNEL_TASK_RSEQ_H

/* Restartable sequences (include/linux/sched.h, kernel/rseq.c). */

#include "kernel/task/sched.h"

/* rseq(2). 0 or -errno. */
int32_t do_rseq(struct task_struct *curr, vaddr_t rseq, uint32_t rseq_len,
		int flags, uint32_t sig);
/*
 * On the way to user mode, when rseq_notify is set: a critical section that
 * was left is aborted, the area learns of the CPU. What is wrong with the
 * area or the section makes SIGSEGV pending.
 */
void rseq_handle_notify_resume(struct task_struct *curr);
/* The same before the frame of a signal is made. */
void rseq_signal_deliver(struct task_struct *curr);
/* @child, made with these CLONE_ flags, is a copy of its parent so far. */
void rseq_fork(struct task_struct *child, uint64_t flags);
/* Its program is another. */
void rseq_execve(struct task_struct *task);

/* @task gives up its core, or has been given one. */
static inline void rseq_preempt(struct task_struct *task)
{
	if (!task->rseq.area)
		return;
	task->rseq.event = true;
	task->rseq.notify = true;
}

#endif
