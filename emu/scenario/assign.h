/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_ASSIGN_H
#define EMU_SCENARIO_ASSIGN_H

/*
 * Expectations without an order: each is to have so many of the things that
 * were seen, and none of these is had by two.
 */

#include "emu/scenario/align.h"

struct assignment {
	bool fits;
	/* Of each item: as many as its low bound wants, if there are so many. */
	uint32_t *has;
	/* Of each thing seen: nobody may have it, though it is like a bound
	 * item. */
	bool *left_over;
};

/*
 * @problem as for align(), with others_between. What is like an item that has
 * an upper bound must be had by an item. False: no memory.
 */
bool assign(const struct align_problem *problem, struct assignment *to);
void assign_free(struct assignment *assignment);

#endif
