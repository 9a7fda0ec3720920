/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_TIMERFD_H
#define KERNEL_FS_TIMERFD_H

/* Timers that are files (include/linux/timerfd.h). A value or -errno. */

#include "kernel/task/sched.h"

/* Of a timer, in nanoseconds: until it is due, and between two times. */
struct itimerspec64 {
	uint64_t interval, value;
};

int32_t do_timerfd_create(struct task_struct *curr, int clockid,
			  uint32_t flags);
int32_t do_timerfd_settime(struct task_struct *curr, int fd, uint32_t flags,
			   const struct itimerspec64 *new,
			   struct itimerspec64 *old);
int32_t do_timerfd_gettime(struct task_struct *curr, int fd,
			   struct itimerspec64 *now);
/* CLOCK_REALTIME says something else from now on. */
void timerfd_clock_was_set(struct task_struct *curr);

#endif
