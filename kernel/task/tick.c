/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/tick.h"

/*
 * Time in ticks, for ARM code that reads it from memory (Linux: kernel/time/
 * tick-sched.c, jiffies.c). There is no tick otherwise: only a core that runs
 * ARM code in SVC mode is interrupted at each of them (kcall_alarm()), since
 * such code may wait for one; and an interrupt that comes late, or after a long
 * sleep, brings all that have gone by.
 */

#include "kernel/mm/kobj.h"
#include "kernel/state.h"

static uint64_t cycles_a_jiffy(const struct kernel *k)
{
	return k->hw.clock_hz / HZ;
}

uint64_t jiffies_now(const struct kernel *k)
{
	return INITIAL_JIFFIES + sched_clock_cycles(k) / cycles_a_jiffy(k);
}

uint64_t jiffy_to_cycle(const struct kernel *k, uint32_t jiffy)
{
	const uint64_t now = jiffies_now(k);
	const int32_t ahead = (int32_t)(jiffy - (uint32_t)now);

	if (ahead <= 0)
		return sched_clock_cycles(k);
	return (now - INITIAL_JIFFIES + (uint64_t)ahead) * cycles_a_jiffy(k);
}

uint64_t next_tick(const struct kernel *k)
{
	return (k->sched.last_tick + 1) * cycles_a_jiffy(k);
}

void tick_do_update_jiffies64(struct kernel *k)
{
	k->sched.last_tick = jiffies_now(k) - INITIAL_JIFFIES;
	if (likely(k->arch.jiffies_64))
		*(uint64_t *)kbytes(k, k->arch.jiffies_64) = jiffies_now(k);
}
