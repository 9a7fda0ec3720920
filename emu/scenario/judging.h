/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_JUDGING_H
#define EMU_SCENARIO_JUDGING_H

/* What the files that judge a run share; private to emu/scenario/. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/scenario/observation.h"
#include "emu/scenario/places.h"
#include "emu/scenario/scenario.h"
#include "emu/scenario/verdict.h"
#include "emu/snapshot/part.h"

struct built_guest;

struct judging {
	const struct scenario *scenario;
	const struct built_guest *guests;
	const struct observation *seen;
	struct places *places;
	struct part_writer failures; /* struct failure */
	unsigned int nr_explained;
	struct part_writer pids; /* int: in the order they were named */
};

/* A text that is written bit by bit. */
struct wording {
	FILE *to;
	char *text;
	size_t size;
};
/* False: no memory. */
bool wording_begin(struct wording *wording);
/* To be freed. */
char *wording_end(struct wording *wording);
/* Both at once. NULL: no memory. */
char *worded(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * One more failure. It takes the texts, of which NULL is an empty one. @fault:
 * the number of the fault to be explained; 0: none.
 */
void judging_fail(struct judging *judging, const struct diag_where *where,
		  char *what, char *expected, char *got, uint64_t fault);

/* "4..6", "4" */
struct place_text range_text(const struct scenario_range *range);
bool range_has(const struct scenario_range *range, uint64_t number);
/* The same; but what wasn't given has every number. */
bool range_allows(const struct scenario_range *range, uint64_t number);

/* The parts of it. judge_faults.c, judge_any.c */
void judge_faults(struct judging *judging,
		  const struct expected_faults *expected);
/* judge_final.c */
void judge_final(struct judging *judging,
		 const struct expected_final *expected);
/* "00012000-00016000 rw-p anon, 4 pages", and a newline. */
void vma_say(const struct observed_vma *seen, FILE *to);
/* judge_text.c */
void judge_text(struct judging *judging, const struct scenario_text *expected,
		const char *what, const char *got, size_t nr_bytes);
/* Two texts line by line; to be freed. */
char *text_difference(const char *expected, size_t nr_expected, const char *got,
		      size_t nr_got);

#endif
