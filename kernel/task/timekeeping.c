/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * What time it is (Linux: kernel/time/timekeeping.c, sched/clock.c). Each core
 * has a clock of its own, and since cores run in turn these may be apart by as
 * much as one of them runs at a stretch. Programs and all that passes from one
 * core to another go by one time: that of the core that asks, but at least the
 * latest at which any core has left the kernel.
 *
 * Invariant: sched_clock_cycles() never answers less than it did before, on
 * whichever core; with one core it is that core's clock.
 *
 * MODEL: to a core that is behind, time seems to stand still now and then, for
 * a quantum at most.
 */

#include "kernel/lib/bug.h"
#include "kernel/state.h"

uint64_t local_clock(const struct kernel *k)
{
	return k->hw.ops->now(k->hw.ctx);
}

uint64_t sched_clock_cycles(const struct kernel *k)
{
	const uint64_t now = k->hw.ops->now(k->hw.ctx);

	return likely(now > k->sched.time_floor) ? now : k->sched.time_floor;
}

void timekeeping_leave(struct kernel *k)
{
	if (k->hw.nr_cpus > 1)
		k->sched.time_floor = sched_clock_cycles(k);
}
