/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual time. An instruction takes one cycle, or what timing.model makes of
 * it, and whatever else costs time (walks, the kernel's work) is charged by
 * cause, so the ledger tells where the time went. An idle core jumps to its
 * next alarm.
 *
 * Invariant: time only grows, and is the sum of the ledger; instructions are
 * counted exactly, whatever they cost.
 *
 * MODEL: one cycle an instruction, whatever it does; with timing.model block
 * what the core's pipeline makes of it while all hits its caches; with cache
 * what misses them besides.
 */
#include "emu/clock.h"

#include <string.h>
#include <time.h>

/* So far ahead that `left` stays a sane number; a core runs on from there. */
#define FAR_AHEAD (UINT64_C(1) << 62)

static void set_stop(struct clock *clock, uint64_t cycle)
{
	uint64_t now = clock_now(clock);

	if (cycle > now + FAR_AHEAD)
		cycle = now + FAR_AHEAD;
	clock->left = (int64_t)(cycle - now);
	clock->stop = cycle;
}

void clock_reset(struct clock *clock)
{
	memset(clock, 0, sizeof(*clock));
	clock_set_alarm(clock, CLOCK_NEVER);
}

void clock_set_alarm(struct clock *clock, uint64_t cycle)
{
	clock->alarm = cycle;
	set_stop(clock, cycle);
}

void clock_stop_at(struct clock *clock, uint64_t cycle)
{
	set_stop(clock, cycle < clock->alarm ? cycle : clock->alarm);
}

uint64_t clock_spent(const struct clock *clock, enum cycle_cause cause)
{
	return cause == CYCLE_EXECUTE ? clock_executed(clock)
				      : clock->charged_to[cause];
}

void clock_charge(struct clock *clock, enum cycle_cause cause, uint64_t cycles)
{
	clock->left -= (int64_t)cycles;
	clock->charged += cycles;
	clock->charged_to[cause] += cycles;
}

void clock_idle_until(struct clock *clock, uint64_t cycle)
{
	uint64_t now = clock_now(clock);

	if (cycle > now)
		clock_charge(clock, CYCLE_IDLE, cycle - now);
}

int64_t host_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

void pace_start(struct pace *pace, uint32_t clock_hz, uint64_t now)
{
	pace->clock_hz = clock_hz;
	pace->start_cycle = now;
	pace->start_ns = host_ns();
}

/* By the wall clock. */
static int64_t due_ns(const struct pace *pace, uint64_t cycle)
{
	uint64_t cycles = cycle - pace->start_cycle;
	uint64_t seconds = cycles / pace->clock_hz;
	uint64_t rest = cycles % pace->clock_hz;

	return pace->start_ns + (int64_t)(seconds * 1000000000u) +
	       (int64_t)(rest * 1000000000u / pace->clock_hz);
}

int64_t pace_ns_until(const struct pace *pace, uint64_t cycle)
{
	int64_t ns = due_ns(pace, cycle) - host_ns();

	return ns > 0 ? ns : 0;
}

int64_t pace_ns_late(const struct pace *pace, uint64_t cycle)
{
	int64_t ns = host_ns() - due_ns(pace, cycle);

	return ns > 0 ? ns : 0;
}

uint64_t pace_cycle_now(const struct pace *pace)
{
	uint64_t ns = (uint64_t)(host_ns() - pace->start_ns);

	return pace->start_cycle + ns / 1000000000u * pace->clock_hz +
	       ns % 1000000000u * pace->clock_hz / 1000000000u;
}
