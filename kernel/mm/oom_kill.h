/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_OOM_KILL_H
#define KERNEL_MM_OOM_KILL_H

/* When nothing can be reclaimed: who has to go (include/linux/oom.h). */

#include <stdbool.h>

#include "kernel/mm/gfp.h"

/* Lives for one call. */
struct oom_control {
	struct task_struct *const curr;
	const gfp_t gfp_mask;
	const int order;
	uint32_t totalpages;
	struct task_struct *chosen;
	int64_t chosen_points;
};

/*
 * Kills the process whose end frees most, by Linux's badness and
 * oom_score_adj, and logs why. True: somebody is on the way out (perhaps
 * @curr itself), so the allocation should be tried again after a schedule().
 * Never false: when there is nobody to kill, it panics.
 */
bool out_of_memory(struct oom_control *oc);

/* 0 to 2000, as /proc/PID/oom_score scales it. */
int64_t oom_badness(const struct task_struct *task, uint32_t totalpages);

#endif
