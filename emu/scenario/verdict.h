/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_VERDICT_H
#define EMU_SCENARIO_VERDICT_H

/* What was expected beside what happened. */

#include <stdbool.h>
#include <stddef.h>

#include "emu/diag.h"

struct built_guest;
struct observation;
struct scenario;

/* One expectation that wasn't met, in words for a person. */
struct failure {
	struct diag_where where; /* of the expectation */
	const char *what; /* "fault 3 of 5: write to buffer+0x1000" */
	const char *expected, *got; /* lines; aligned where they differ */
	const char *explain; /* the record of the fault nearest to it; or "" */
};

struct verdict {
	const struct failure *failures;
	size_t nr;
};

/*
 * Never NULL but for want of memory; nr 0: all is as expected. An expectation
 * that names no symbol of the guest's is a failure that says so.
 */
struct verdict *judge(const struct scenario *scenario,
		      const struct built_guest *guests,
		      const struct observation *observation);
void verdict_destroy(struct verdict *verdict);

/*
 * The golden trace of a run, beside its scenario (FILE.golden): what happened
 * as text, the same on every machine, with the version that wrote it.
 */
enum golden_state {
	GOLDEN_NONE, /* there is none */
	GOLDEN_SAME,
	GOLDEN_DIFFERS,
	GOLDEN_OTHER_VERSION, /* can't be compared */
	GOLDEN_ERROR /* can't be read or written */
};
/* @difference: in words, to be freed; NULL when there is none. */
enum golden_state golden_compare(const struct scenario *scenario,
				 const struct observation *observation,
				 char **difference);
bool golden_write(const struct scenario *scenario,
		  const struct observation *observation, struct diag *diag);

#endif
