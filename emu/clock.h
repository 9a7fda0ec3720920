/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CLOCK_H
#define EMU_CLOCK_H

/*
 * Virtual time of one core, in cycles. Nothing here knows the host's clock,
 * save struct pace, which slows an interactive machine down to it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"

#define CLOCK_NEVER UINT64_MAX

/*
 * Owned by the machine, one for each core; the core's block hook adds to it
 * directly. `now` is the sum of all of `spent`.
 */
struct clock {
	uint64_t now;
	uint64_t stop; /* when the core stops at latest: alarm, or earlier */
	uint64_t alarm; /* when TRAP_TIMER is due; CLOCK_NEVER: never */
	uint64_t spent[NR_CYCLE_CAUSES];
};

void clock_reset(struct clock *clock);
void clock_charge(struct clock *clock, enum cycle_cause cause, uint64_t cycles);

/* The kernel's timer; the core stops there. */
void clock_set_alarm(struct clock *clock, uint64_t cycle);

/* Lets the core stop at @cycle, or at the alarm when that comes first. */
void clock_stop_at(struct clock *clock, uint64_t cycle);

/* Time passes with nothing to run until @cycle; no way back. */
void clock_idle_until(struct clock *clock, uint64_t cycle);

static inline bool clock_must_stop(const struct clock *clock)
{
	return clock->now >= clock->stop;
}

static inline bool clock_alarm_rings(const struct clock *clock)
{
	return clock->now >= clock->alarm;
}

/* Ties virtual time to the wall clock, for machines that somebody watches. */
struct pace {
	uint32_t clock_hz;
	uint64_t start_cycle;
	int64_t start_ns;
};

void pace_start(struct pace *pace, uint32_t clock_hz, uint64_t now);

/*
 * Nanoseconds of wall clock until virtual time @cycle should come; 0 when it
 * is late already.
 */
int64_t pace_ns_until(const struct pace *pace, uint64_t cycle);

/*
 * Virtual time that lies between the start and the wall clock's now: how far
 * an idle machine may jump when somebody has pressed a key.
 */
uint64_t pace_cycle_now(const struct pace *pace);

/* The host's monotonic clock. */
int64_t host_ns(void);

#endif
