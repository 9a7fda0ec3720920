/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_ALIGN_H
#define EMU_SCENARIO_ALIGN_H

/*
 * A list of what was expected beside a list of what was seen: whether they
 * fit, and where not, which belongs to which.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many of one kind are expected in a row; both bounds are allowed. */
struct align_item {
	uint32_t low, high; /* high UINT32_MAX: no bound */
};

enum {
	ALIGN_NEAR = 7, /* so much may differ in what still belongs together */
	ALIGN_FAR = 8
};

struct align_problem {
	const struct align_item *item;
	size_t nr_items, nr_seen;
	/*
	 * What is like none of the items may lie between; also what is like
	 * items without a bound alone.
	 */
	bool others_between;
	/*
	 * How unlike @item the @seen-th is: 0: it is as expected; up to
	 * ALIGN_NEAR: as much is different; ALIGN_FAR: it is something else.
	 */
	unsigned int (*differs)(void *arg, size_t item, size_t seen);
	void *arg;
};

enum align_kind {
	ALIGN_SAME, /* seen as expected */
	ALIGN_DIFFERS, /* in its place, but different */
	ALIGN_MISSING, /* expected, not seen */
	ALIGN_EXTRA, /* seen, not expected */
	ALIGN_OTHER, /* seen, not expected, and it may be there */
};

struct align_step {
	enum align_kind kind;
	size_t item, seen; /* unless it is missing, or extra */
};

/* In order. Of very long lists only what lies around the first difference. */
struct alignment {
	bool fits; /* no step differs, is missing or extra */
	bool cut; /* steps before the first and after the last were left out */
	size_t nr_steps;
	struct align_step *step;
};

/* The alignment with least differences. False: no memory. */
bool align(const struct align_problem *problem, struct alignment *to);
void align_free(struct alignment *alignment);

#endif
