/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The board's timers as the clock sees them. A counter isn't counted: where it
 * is follows from the time, and only the moment at which its interrupt would
 * rise has to be known beforehand.
 *
 * Invariant: the clock's alarm is the earliest of all.
 */
#include "emu/alarms.h"

#include <stddef.h>

static struct alarm *first_alarm(const struct alarms *alarms)
{
	struct alarm *first = NULL;

	for (unsigned int i = 0; i < alarms->nr; i++)
		if (!first || alarms->alarm[i]->cycle < first->cycle)
			first = alarms->alarm[i];
	return first;
}

void alarms_create(struct alarms *alarms, uint32_t clock_hz)
{
	*alarms = (struct alarms){.clock_hz = clock_hz};
}

void alarms_start(struct alarms *alarms, struct clock *clock)
{
	const struct alarm *first = first_alarm(alarms);

	alarms->clock = clock;
	alarms->time = clock;
	if (first)
		clock_set_alarm(clock, first->cycle);
}

void alarm_create(struct alarm *alarm, struct alarms *alarms,
		  void (*rings)(void *ctx), void *ctx)
{
	*alarm = (struct alarm){alarms, CLOCK_NEVER, rings, ctx};
	if (alarms->nr < ALARMS_MAX)
		alarms->alarm[alarms->nr++] = alarm;
}

void alarm_set(struct alarm *alarm, uint64_t cycle)
{
	struct alarms *alarms = alarm->alarms;
	uint64_t before = alarm->cycle;

	if (cycle == before)
		return;
	alarm->cycle = cycle;
	if (!alarms->clock)
		return;
	if (before == alarms->clock->alarm)
		cycle = first_alarm(alarms)->cycle;
	if (cycle < alarms->clock->alarm || before == alarms->clock->alarm)
		clock_set_alarm(alarms->clock, cycle);
}

void alarms_ring(struct alarms *alarms)
{
	struct alarm *alarm;

	while ((alarm = first_alarm(alarms)) &&
	       alarm->cycle <= clock_now(alarms->clock)) {
		alarm_set(alarm, CLOCK_NEVER);
		alarm->rings(alarm->ctx);
	}
}

uint64_t alarms_cycle_of(const struct alarms *alarms, uint64_t tick,
			 uint32_t hz)
{
	unsigned __int128 cycle =
		((unsigned __int128)tick * alarms->clock_hz + hz - 1) / hz;

	return cycle < CLOCK_NEVER ? (uint64_t)cycle : CLOCK_NEVER;
}
