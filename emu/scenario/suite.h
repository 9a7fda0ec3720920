/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_SUITE_H
#define EMU_SCENARIO_SUITE_H

/*
 * Many scenarios: found, chosen, run side by side, each in a process of its
 * own, and told of in their order.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/diag.h"

struct compiler;
struct scenario;

enum outcome_state {
	OUTCOME_NONE, /* it hasn't been run */
	OUTCOME_PASSED,
	OUTCOME_FAILED, /* something wasn't as expected */
	OUTCOME_ERROR, /* it couldn't be run, or mmuscope itself went wrong */
	NR_OUTCOME_STATES
};

/* What came of one. Texts are its own, and never NULL once it has been run. */
struct outcome {
	enum outcome_state state;
	uint64_t cycles, hash; /* of the run; 0: it didn't come to one */
	double seconds; /* of the host's */
	char *summary; /* one line: what is wrong first; "" */
	char *report; /* lines for a person */
	char *note; /* a line about what was recorded; "" */
	char *console; /* what the guests wrote, up to its first NUL */
};

struct test {
	char *path; /* as it was given, or found */
	char *name; /* "cow/order" */
	struct scenario *scenario; /* NULL: see diag */
	struct diag diag;
	struct outcome outcome;
};

struct suite {
	struct test *test;
	size_t nr;
};

/* What is done with golden traces: verdict.h. */
enum suite_golden {
	GOLDEN_CHECK, /* where there is one */
	GOLDEN_RECORD, /* one is written for each */
	GOLDEN_UPDATE, /* those that differ are, and how is told */
};

struct suite_options {
	unsigned int jobs; /* processes at once; 0: as many as cores */
	unsigned int timeout_s; /* of the host's, for one; 0: none */
	enum suite_golden golden;
	const char *prefix, *cache; /* as for compiler_find() */
	/*
	 * Told in the order of the list, each as soon as it and all before
	 * are over; and what goes on: how many are over, some of which run.
	 */
	void (*done)(void *arg, const struct suite *suite, size_t i);
	void (*progress)(void *arg, const struct suite *suite, size_t nr_over,
			 const size_t *running, size_t nr_running);
	void *arg;
};

/*
 * Adds the scenario @path, or all of the folder @path and below, by name.
 * False, with the reason in @diag: nothing to read there. A file that is no
 * good scenario is added, with its error.
 */
bool suite_add(struct suite *suite, const char *path, struct diag *diag);
/*
 * Keeps those whose name, topic (their folder) or file one of @nr @patterns
 * is or, with wildcards as in a shell, matches. False: one matches nothing.
 */
bool suite_choose(struct suite *suite, const char *const *patterns, size_t nr,
		  struct diag *diag);
/* Runs all of it. False: the host refuses. */
bool suite_run(struct suite *suite, const struct suite_options *options,
	       struct diag *diag);
/* How many are in this state. */
size_t suite_count(const struct suite *suite, enum outcome_state state);
void suite_free(struct suite *suite);

/* One of them, in this process (try.c). */
void test_try(const struct test *test, const struct compiler *compiler,
	      enum suite_golden golden, struct outcome *outcome);

#endif
