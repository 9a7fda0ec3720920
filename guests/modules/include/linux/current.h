/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_CURRENT_H
#define _LINUX_CURRENT_H

#include <linux/types.h>

#define TASK_COMM_LEN 16

struct thread_info {
	unsigned long flags; /* TIF_… */
	unsigned long preempt_count; /* linux/preempt.h */
	u32 cpu;
};

/*
 * A task. What it shows is what a module may read; of itself it may write
 * __state, by set_current_state(). There is more behind it.
 */
struct task_struct {
	struct thread_info thread_info;
	unsigned int __state;
	unsigned int flags; /* PF_… */
	int pid, tgid;
	char comm[TASK_COMM_LEN];
};

/* Whoever this code runs for. In an interrupt: whom it interrupted. */
static inline struct task_struct *get_current(void)
{
	struct task_struct *task;

	__asm__("mrc p15, 0, %0, c13, c0, 3" : "=r"(task));
	return task;
}
#define current get_current()

#endif
