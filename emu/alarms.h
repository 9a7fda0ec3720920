/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_ALARMS_H
#define EMU_ALARMS_H

/*
 * What is due when: each timer of the board has one alarm, and a core stops for
 * the first of its own. (A timer that is no core's is core 0's.) Also the arithmetic between the core's cycles and a
 * slower counter's ticks.
 */

#include <stdint.h>

#include "emu/clock.h"

#define ALARMS_MAX 16

struct alarms;

/* Part of the timer; its fields are for alarms.c. */
struct alarm {
	struct alarms *alarms;
	uint64_t cycle; /* CLOCK_NEVER: not set */
	void (*rings)(void *ctx);
	void *ctx;
};

/* Part of the machine: one for each core. */
struct alarms {
	struct clock *clock; /* of the core that is stopped */
	const struct clock *time; /* of the core that runs: what it is now */
	uint32_t clock_hz;
	struct alarm *alarm[ALARMS_MAX];
	unsigned int nr;
};

void alarms_create(struct alarms *alarms, uint32_t clock_hz);
/* To be called before time passes. */
void alarms_start(struct alarms *alarms, struct clock *clock);

/* What time it is, to whoever asks a device now. */
static inline uint64_t alarms_now(const struct alarms *alarms)
{
	return clock_now(alarms->time);
}

/* @rings(@ctx) will be called once time has come to where it is set. */
void alarm_create(struct alarm *alarm, struct alarms *alarms,
		  void (*rings)(void *ctx), void *ctx);
/* For the first moment not before @cycle; in the past: very soon. */
void alarm_set(struct alarm *alarm, uint64_t cycle);

/* Calls those that are due, earlier ones first, and forgets them. */
void alarms_ring(struct alarms *alarms);

/* ---- counters that count in step with the clock, from its 0 ---------------- */

/* How far a counter of @hz has come. */
static inline uint64_t alarms_ticks(const struct alarms *alarms, uint32_t hz)
{
	return (uint64_t)((unsigned __int128)alarms_now(alarms) * hz /
			  alarms->clock_hz);
}

/* The first cycle at which it has come to @tick; CLOCK_NEVER: too far off. */
uint64_t alarms_cycle_of(const struct alarms *alarms, uint64_t tick,
			 uint32_t hz);

#endif
