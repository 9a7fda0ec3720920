/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_STACK_H
#define KERNEL_TASK_STACK_H

/* The kernel stack that a task has in guest memory (kernel/fork.c). */

#include "kernel/task/sched.h"

/* 0 or -ENOMEM. May sleep. */
int alloc_thread_stack(struct task_struct *curr, struct task_struct *task);
/* Not @curr's own. */
void free_thread_stack(struct task_struct *curr, struct task_struct *task);
/* Before ARM code runs on @curr's: nobody learns what was there. */
void clear_thread_stack(struct task_struct *curr);
/* Nothing is kept for later any more. */
void free_vm_stack_cache(struct task_struct *curr);
/* Its lowest address; THREAD_SIZE bytes. */
vaddr_t task_stack(const struct task_struct *task);

#endif
