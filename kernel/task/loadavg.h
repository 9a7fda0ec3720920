/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_LOADAVG_H
#define KERNEL_TASK_LOADAVG_H

/* How busy the machine has been (include/linux/sched/loadavg.h). */

#include <stdint.h>

#define FSHIFT        11 /* fraction bits of a load */
#define FIXED_1       (1u << FSHIFT)
#define LOAD_INT(x)   ((x) >> FSHIFT)
#define LOAD_FRAC(x)  LOAD_INT(((x) & (FIXED_1 - 1)) * 100)
#define SI_LOAD_SHIFT 16

struct kernel;

/*
 * Before anybody begins or ends to run: samples that were due by now are
 * taken, while it is still as it was then.
 */
void calc_global_load(struct kernel *k);
/* Over 1, 5 and 15 minutes, each plus @offset, shifted left by @shift. */
void get_avenrun(struct kernel *k, uint32_t loads[3], uint32_t offset,
		 unsigned int shift);
/* How many are running or waiting to. */
unsigned int nr_running(const struct kernel *k);

#endif
