/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TIMING_PREDICTOR_H
#define EMU_TIMING_PREDICTOR_H

/*
 * Which branches a core foresees. Conditional ones have a counter of two bits
 * by address and the directions of the last ones (gshare); indirect ones go
 * where they went last.
 *
 * MODEL: returns are always foreseen, as by a return stack that never
 * overflows; targets of direct branches are always known.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define PREDICTOR_MAX_HISTORY 14u
#define PREDICTOR_TARGETS     256u

struct predictor {
	uint32_t mask; /* of history, and of the index */
	uint32_t history;
	uint8_t counter[1u << PREDICTOR_MAX_HISTORY];
	uint32_t target[PREDICTOR_TARGETS];
};

/* All branches, as after reset. */
static inline void predictor_forget(struct predictor *p)
{
	p->history = 0;
	memset(p->counter, 0, p->mask + 1u);
	memset(p->target, 0, sizeof(p->target));
}

/* A conditional branch at @pc went so. True: as foreseen. */
static inline bool predictor_direction(struct predictor *p, uint32_t pc,
				       bool taken)
{
	uint8_t *counter = &p->counter[(pc >> 1 ^ p->history) & p->mask];
	uint8_t was = *counter;

	if (taken)
		*counter = was < 3 ? was + 1 : 3;
	else
		*counter = was ? was - 1 : 0;
	p->history = (p->history << 1 | taken) & p->mask;
	return was >> 1 == taken;
}

/* Nothing changes when the branch at @pc is taken once more. */
static inline bool predictor_is_steady(const struct predictor *p, uint32_t pc)
{
	return p->history == p->mask &&
	       p->counter[(pc >> 1 ^ p->history) & p->mask] == 3;
}

/* An indirect branch at @pc went to @to. True: as foreseen. */
static inline bool predictor_target(struct predictor *p, uint32_t pc,
				    uint32_t to)
{
	uint32_t *target = &p->target[(pc >> 1) % PREDICTOR_TARGETS];
	bool foreseen = *target == to;

	*target = to;
	return foreseen;
}

#endif
