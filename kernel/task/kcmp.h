/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_KCMP_H
#define KERNEL_TASK_KCMP_H

/* Do two tasks share a thing of the kernel's? (kernel/kcmp.c) */

#include "kernel/task/sched.h"

/* 0: the same; 1, 2: before or after in an order without meaning; -errno. */
int32_t do_kcmp(struct task_struct *curr, int pid1, int pid2, int type,
		uint32_t idx1, uint32_t idx2);

#endif
