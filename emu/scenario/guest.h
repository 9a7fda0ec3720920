/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_GUEST_H
#define EMU_SCENARIO_GUEST_H

/*
 * Guests as programs: C is compiled by the cross compiler, once for each text,
 * flags and compiler, and kept in a folder of the user's cache.
 */

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct scenario;

struct built_guest {
	const char *path; /* of the host, or of the guest's root */
	bool host; /* it is one of the host: has symbols to be asked for */
	const char *const *argv; /* NULL-terminated, as in a board's run */
};

/*
 * One for each guest of @scenario. NULL when one can't be had: @diag says why,
 * and *@words, to be freed, what the compiler said, if it was that. To be freed
 * by guests_free(), and used no longer than @scenario.
 */
struct compiler;
struct built_guest *guests_build(const struct scenario *scenario,
				 const struct compiler *compiler, char **words,
				 struct diag *diag);
void guests_free(struct built_guest *guests);

#endif
