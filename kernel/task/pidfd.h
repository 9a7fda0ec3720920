/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_PIDFD_H
#define KERNEL_TASK_PIDFD_H

/* Processes by file descriptors; results are the call's value or -errno. */

#include <stdint.h>

#include "kernel/task/sched_core.h"

struct file;
struct ksiginfo;

/* A file for @pid; of @flags O_NONBLOCK counts. ERR_PTR. */
struct file *pidfd_create(struct task_struct *curr, struct pid *pid,
			  uint32_t flags);
/*
 * What descriptor @fd names, with a reference, and the file's flags; -EBADF
 * also for what is no pidfd. ERR_PTR.
 */
struct pid *pidfd_get_pid(struct task_struct *curr, int fd, uint32_t *flags);

/* The same for what signals are sent to: a folder of /proc will do. */
struct pid *pidfd_to_pid(struct task_struct *curr, int fd);

int32_t do_pidfd_open(struct task_struct *curr, int nr, uint32_t flags);
/* @info NULL: as kill() would. 0 or -errno. */
int kill_pid_info(struct task_struct *curr, const struct pid *pid, int sig,
		  const struct ksiginfo *info);
int32_t do_pidfd_getfd(struct task_struct *curr, int pidfd, int fd,
		       uint32_t flags);

#endif
