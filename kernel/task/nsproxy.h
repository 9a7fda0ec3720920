/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_NSPROXY_H
#define KERNEL_TASK_NSPROXY_H

/* Leaving what is shared (include/linux/nsproxy.h). 0 or -errno. */

#include "kernel/task/sched.h"

/* Linux: ksys_unshare(). */
int32_t do_unshare(struct task_struct *curr, uint32_t flags);
int32_t do_setns(struct task_struct *curr, int fd, uint32_t type);

#endif
