/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_NTP_H
#define KERNEL_TASK_NTP_H

/* How well the clock is kept (kernel/time/ntp.c). */

#include "kernel/task/sched.h"

/* What programs have told; all zero but status: nobody has. */
struct ntp_state {
	bool begun;
	int32_t status, constant, tai;
	int64_t freq, maxerror, esterror, tick, adjust;
	uint64_t maxerror_at; /* ns since boot when it was told */
};

/* Do these programs' values hold? A TIME_… state or -errno. */
int32_t do_adjtimex(struct task_struct *curr, vaddr_t utimex, bool wide);
int32_t do_clock_adjtime(struct task_struct *curr, int clock, vaddr_t utimex,
			 bool wide);

#endif
