/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_POSIX_TIMERS_H
#define KERNEL_TASK_POSIX_TIMERS_H

/* timer_create(2) and its kin (include/linux/posix-timers.h). */

#include "kernel/task/sched.h"

/* @wide: times with 64-bit seconds. A value or -errno. */
int32_t do_timer_create(struct task_struct *curr, int clock, vaddr_t uevent,
			vaddr_t uid);
int32_t do_timer_settime(struct task_struct *curr, int id, uint32_t flags,
			 vaddr_t new, vaddr_t old, bool wide);
int32_t do_timer_gettime(struct task_struct *curr, int id, vaddr_t to,
			 bool wide);
int32_t do_timer_getoverrun(struct task_struct *curr, int id);
int32_t do_timer_delete(struct task_struct *curr, int id);
/* The process ends, or runs another program: all its timers go. */
void exit_itimers(struct task_struct *curr);
/* /proc/PID/timers. */
struct seq_file;
void posix_timers_show(struct seq_file *m, const struct task_struct *task);

#endif
