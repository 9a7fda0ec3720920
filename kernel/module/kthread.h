/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_KTHREAD_H
#define KERNEL_MODULE_KTHREAD_H

/* Threads that ARM code has made (include/linux/kthread.h). */

#include "kernel/lib/list.h"
#include "kernel/task/wait_types.h"
#include "mmu/types.h"

struct module;
struct task_struct;

struct kthread {
	struct list_head list;
	struct task_struct *task; /* NULL: it has ended */
	vaddr_t handle; /* the task's name among ARM code */
	vaddr_t fn, data;
	struct wait_queue_head wait; /* for what comes next */
	bool ready, should_stop, ended;
	uint32_t nr_stoppers; /* who sleep until it has ended */
	int32_t result;
};

/*
 * Wakes @task if it sleeps in ARM code's schedule(), in one of @states. True
 * when it did.
 *
 * MODEL: where it sleeps in C code of ours, ARM code doesn't wake it: Linux
 * lets it, and every sleeper bears it.
 */
bool wake_up_arm_code(struct task_struct *curr, struct task_struct *task,
		      uint32_t states);
/* @curr, one of these, is about to end. */
void kthread_exits(struct task_struct *curr, int code);
/* Whose code is @mod's, and goes away. */
void kthreads_of_module(struct task_struct *curr, const struct module *mod);

#endif
