/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_OOM_KILL_H
#define KERNEL_MM_OOM_KILL_H

/* When nothing can be reclaimed: who has to go (include/linux/oom.h). */

#include <stdbool.h>

#include "kernel/mm/gfp.h"

/*
 * Kills the process whose end frees most, by Linux's badness and
 * oom_score_adj, and logs why. True: somebody is on the way out (perhaps
 * @curr itself), so the allocation should be tried again after a schedule().
 * False: for this allocation there is nobody to kill. Panics when no process
 * is left.
 */
bool out_of_memory(struct task_struct *curr, gfp_t gfp, unsigned int order);

/* 0 to 2000, as /proc/PID/oom_score scales it. */
int64_t oom_badness(const struct task_struct *task, uint32_t totalpages);

#endif
