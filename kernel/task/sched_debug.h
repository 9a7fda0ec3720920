/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_SCHED_DEBUG_H
#define KERNEL_TASK_SCHED_DEBUG_H

/* The scheduler in figures: /proc/PID/sched, /proc/schedstat. */

struct seq_file;
struct task_struct;

int proc_sched_show_task(struct seq_file *m, struct task_struct *task);
/* Anything that is written begins its counts anew, as far as it has them. */
int proc_sched_set_task(struct task_struct *curr, struct task_struct *task,
			const char *text);
int schedstat_show(struct seq_file *m, void *v);

#endif
