/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_SIGNALFD_H
#define KERNEL_FS_SIGNALFD_H

/* Signals by a file descriptor (include/linux/signalfd.h). */

#include "kernel/task/sched.h"

/* @fd -1: a new one; else its mask is changed. The descriptor, or -errno. */
int32_t do_signalfd4(struct task_struct *curr, int fd, sigset64 mask,
		     uint32_t flags);

#endif
