/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_DIFFERENCE_H
#define EMU_SCENARIO_DIFFERENCE_H

/*
 * Two lists beside each other for a person, as an alignment puts them: what is
 * as expected around what isn't.
 */

#include <stdio.h>

#include "emu/scenario/align.h"

struct difference {
	struct align_problem problem; /* its arg is everybody's */
	/* Each a line, without newline. */
	void (*expected)(void *arg, size_t item, FILE *to);
	void (*seen)(void *arg, size_t seen, FILE *to);
	/* In what the two are different; NULL: their lines say it. */
	void (*unlike)(void *arg, size_t item, size_t seen, FILE *to);
};

/*
 * Lines of @alignment, each after a mark: none: as expected; '-': expected;
 * '+': seen instead. Ends with a newline; to be freed. NULL: no memory.
 */
char *difference_text(const struct difference *difference,
		      const struct alignment *alignment);

#endif
