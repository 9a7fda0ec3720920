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
 * Part of each core. The block hook counts `left` down
 * and looks at nothing else, so that is where the time is: now is `stop` minus
 * `left`, and what of it was not charged to a cause was spent on instructions.
 * How many these were is what that is, less `beyond`.
 */
struct clock {
	int64_t left; /* cycles until stop; not above 0: must stop */
	/*
	 * Cycles of instructions beyond one each; below 0 where several ran in
	 * one. With timing.model count it stays 0.
	 */
	int64_t beyond;
	uint64_t stop; /* when the core stops at latest */
	uint64_t alarm; /* the kernel's timer; CLOCK_NEVER: none */
	uint64_t charged; /* the sum of charged_to */
	uint64_t charged_to[NR_CYCLE_CAUSES];
};

void clock_reset(struct clock *clock);

static inline uint64_t clock_now(const struct clock *clock)
{
	return clock->stop - (uint64_t)clock->left;
}

/* What was not charged: the cycles of instructions. */
static inline uint64_t clock_executed(const struct clock *clock)
{
	return clock_now(clock) - clock->charged;
}

static inline uint64_t clock_instructions(const struct clock *clock)
{
	return clock_executed(clock) - (uint64_t)clock->beyond;
}

/* What went to @cause; all of them sum up to clock_now(). */
uint64_t clock_spent(const struct clock *clock, enum cycle_cause cause);

/* For any cause but CYCLE_EXECUTE, which counts itself. */
void clock_charge(struct clock *clock, enum cycle_cause cause, uint64_t cycles);

/* The kernel's timer; the core stops there. */
void clock_set_alarm(struct clock *clock, uint64_t cycle);

/* Lets the core stop at @cycle, or at the alarm when that comes first. */
void clock_stop_at(struct clock *clock, uint64_t cycle);

static inline bool clock_must_stop(const struct clock *clock)
{
	return clock->left <= 0;
}

static inline bool clock_alarm_rings(const struct clock *clock)
{
	return clock_now(clock) >= clock->alarm;
}

/* Time passes with nothing to run until @cycle; no way back. */
void clock_idle_until(struct clock *clock, uint64_t cycle);

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

/* Nanoseconds by which @cycle is late; 0 when it isn't yet. */
int64_t pace_ns_late(const struct pace *pace, uint64_t cycle);

/*
 * Virtual time that lies between the start and the wall clock's now: how far
 * an idle machine may jump when somebody has pressed a key.
 */
uint64_t pace_cycle_now(const struct pace *pace);

/* The host's monotonic clock. */
int64_t host_ns(void);

#endif
