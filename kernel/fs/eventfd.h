/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_EVENTFD_H
#define KERNEL_FS_EVENTFD_H

/* Counters to wait for, as the kernel itself uses them (linux/eventfd.h). */

#include "kernel/fs/fs.h"

/* The eventfd @fd with a reference. ERR_PTR: -EBADF; -EINVAL: it isn't one. */
struct file *eventfd_fget(struct task_struct *curr, int fd);
/* Its count grows by @n, as far as it may. */
void eventfd_signal(struct task_struct *curr, struct file *file, uint64_t n);

#endif
