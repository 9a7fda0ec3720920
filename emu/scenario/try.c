/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One scenario from its guests' C to an outcome: compiled, run, judged, beside
 * its golden trace; and what wasn't as expected, in lines for a person.
 */
#define _GNU_SOURCE /* asprintf */
#include "emu/scenario/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/scenario/guest.h"
#include "emu/scenario/observation.h"
#include "emu/scenario/scenario.h"
#include "emu/scenario/verdict.h"

/* An outcome while it is written. */
struct writing {
	struct outcome *outcome;
	FILE *report;
	size_t size;
	unsigned int nr_wrong;
};

__attribute__((format(printf, 2, 3))) static void
set_text(char **to, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	free(*to); /* it may be one of the arguments */
	*to = text;
}

/* ---- what is wrong ---------------------------------------------------------- */

/* "  expected  …", and further lines of @text below its first. */
static void write_lines(FILE *to, const char *label, const char *text)
{
	for (; text && *text; label = "") {
		size_t length = strcspn(text, "\n");

		fprintf(to, "  %-10s%.*s\n", label, (int)length, text);
		text += length + (text[length] == '\n');
	}
}

/* @where and @what: the first of these is the summary. */
static void begin_wrong(struct writing *writing, const struct diag_where *where,
			const char *what)
{
	struct outcome *outcome = writing->outcome;

	if (!writing->nr_wrong++)
		set_text(&outcome->summary, "%s", what);
	outcome->state = OUTCOME_FAILED;
	if (where && where->file && where->line)
		fprintf(writing->report, "%s:%u: ", where->file, where->line);
	fprintf(writing->report, "%s\n", what);
}

static void write_failure(struct writing *writing,
			  const struct failure *failure)
{
	begin_wrong(writing, &failure->where, failure->what);
	write_lines(writing->report, "expected", failure->expected);
	write_lines(writing->report, "got", failure->got);
	write_lines(writing->report, "", failure->explain);
}

static void judge_run(struct writing *writing, const struct scenario *scenario,
		      const struct built_guest *guests,
		      const struct observation *observation)
{
	struct verdict *verdict = judge(scenario, guests, observation);

	if (!verdict)
		begin_wrong(writing, NULL, "no memory to judge it");
	for (size_t i = 0; verdict && i < verdict->nr; i++)
		write_failure(writing, &verdict->failures[i]);
	verdict_destroy(verdict);
}

/* ---- its golden trace ---------------------------------------------------------- */

static void record(struct writing *writing, const struct scenario *scenario,
		   const struct observation *observation, const char *how)
{
	struct diag diag = {0};

	if (golden_write(scenario, observation, &diag))
		set_text(&writing->outcome->note, "%s %s.golden", how,
			 scenario->path);
	else
		begin_wrong(writing, NULL, diag.text);
}

static void check_golden(struct writing *writing,
			 const struct scenario *scenario,
			 const struct observation *observation,
			 enum suite_golden golden)
{
	char *difference = NULL;
	enum golden_state state;

	if (golden == GOLDEN_RECORD) {
		record(writing, scenario, observation, "recorded");
		return;
	}
	state = golden_compare(scenario, observation, &difference);
	if (state == GOLDEN_NONE || state == GOLDEN_SAME)
		; /* as it should be */
	else if (golden == GOLDEN_UPDATE && state != GOLDEN_ERROR)
		record(writing, scenario, observation, "renewed");
	else if (state == GOLDEN_OTHER_VERSION)
		set_text(&writing->outcome->note, "%s",
			 difference
				 ?: "its golden trace is of another version");
	else
		begin_wrong(writing, NULL,
			    state == GOLDEN_DIFFERS
				    ? "the run isn't as its golden trace has it"
				    : "its golden trace can't be read");
	if (golden == GOLDEN_UPDATE || state != GOLDEN_OTHER_VERSION)
		write_lines(writing->report, "", difference);
	free(difference);
}

/* ---- all of it ------------------------------------------------------------------ */

static void observe_and_judge(struct writing *writing,
			      const struct scenario *scenario,
			      const struct built_guest *guests,
			      enum suite_golden golden)
{
	struct outcome *outcome = writing->outcome;
	struct diag diag = {0};
	struct observation *seen = observe(scenario, guests, &diag);

	if (!seen) {
		set_text(&outcome->summary, "%s", diag.text);
		return;
	}
	outcome->state = OUTCOME_PASSED;
	outcome->cycles = seen->cycles;
	outcome->hash = seen->hash;
	set_text(&outcome->console, "%s", seen->console ?: "");
	judge_run(writing, scenario, guests, seen);
	if (outcome->state == OUTCOME_PASSED || golden == GOLDEN_CHECK)
		check_golden(writing, scenario, seen, golden);
	observation_destroy(seen);
}

void test_try(const struct test *test, const struct compiler *compiler,
	      enum suite_golden golden, struct outcome *outcome)
{
	struct writing writing = {.outcome = outcome};
	struct diag diag = {0};
	struct built_guest *guests;
	char *words = NULL;

	*outcome = (struct outcome){.state = OUTCOME_ERROR};
	set_text(&outcome->summary, "%s", "");
	set_text(&outcome->note, "%s", "");
	set_text(&outcome->console, "%s", "");
	writing.report = open_memstream(&outcome->report, &writing.size);
	if (!writing.report)
		return;
	guests = guests_build(test->scenario, compiler, &words, &diag);
	if (guests) {
		observe_and_judge(&writing, test->scenario, guests, golden);
	} else {
		set_text(&outcome->summary, "%s", diag.text);
		fputs(words ?: "", writing.report);
	}
	if (writing.nr_wrong > 1)
		set_text(&outcome->summary, "%s (and %u more)",
			 outcome->summary, writing.nr_wrong - 1);
	free(words);
	guests_free(guests);
	fclose(writing.report);
}
