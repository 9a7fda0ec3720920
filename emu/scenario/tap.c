/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAP version 14. All that isn't host time is the same in each run: cycles and
 * the run's hash stand behind each name, so that two lists can be compared.
 * What is wrong comes as a block of YAML.
 */
#include "emu/scenario/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/scenario/scenario.h"
#include "emu/scenario/suite.h"

void tap_begin(const struct suite *suite, FILE *to)
{
	fprintf(to, "TAP version 14\n1..%zu\n", suite->nr);
	fflush(to);
}

/* In a description \ and # are escaped. */
static void put_description(const char *text, FILE *to)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '#')
			putc('\\', to);
		putc(printable(*text), to);
	}
}

/* As a double-quoted scalar of one line. */
static void put_quoted(const char *key, const char *text, FILE *to)
{
	fprintf(to, "  %s: \"", key);
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			putc('\\', to);
		putc(printable(*text), to);
	}
	fputs("\"\n", to);
}

/* As a literal block. */
static void put_block(const char *key, const char *text, FILE *to)
{
	if (!*text)
		return;
	fprintf(to, "  %s: |2\n", key);
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length)
			fputs("    ", to);
		for (size_t i = 0; i < length; i++)
			putc(text[i] == '\t' ? '\t' : printable(text[i]), to);
		putc('\n', to);
		text += length + (text[length] == '\n');
	}
}

static void put_trouble(const struct test *test, FILE *to)
{
	const struct outcome *outcome = &test->outcome;

	fprintf(to, "  ---\n");
	put_quoted("message", outcome->summary, to);
	fprintf(to, "  severity: %s\n",
		outcome->state == OUTCOME_ERROR ? "error" : "fail");
	put_quoted("file", test->path, to);
	put_block("report", outcome->report, to);
	put_block("console", outcome->console, to);
	fprintf(to, "  ...\n");
}

/* As lines of comment. */
static void put_comment(const char *text, FILE *to)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		fputs("# ", to);
		for (size_t i = 0; i < length; i++)
			putc(printable(text[i]), to);
		putc('\n', to);
		text += length + (text[length] == '\n');
	}
}

void tap_test(const struct suite *suite, size_t i, FILE *to)
{
	const struct test *test = &suite->test[i];
	const struct outcome *outcome = &test->outcome;
	bool passed = outcome->state == OUTCOME_PASSED;

	fprintf(to, "%sok %zu - ", passed ? "" : "not ", i + 1);
	put_description(test->name, to);
	if (outcome->cycles)
		fprintf(to, " (%" PRIu64 " cycles, hash %016" PRIx64 ")",
			outcome->cycles, outcome->hash);
	putc('\n', to);
	if (*outcome->note) {
		fputs("# ", to);
		put_description(outcome->note, to);
		putc('\n', to);
	}
	if (passed)
		put_comment(outcome->report, to); /* what was renewed */
	else
		put_trouble(test, to);
	fflush(to);
}

void tap_end(const struct suite *suite, double seconds, FILE *to)
{
	fprintf(to, "# %zu passed, %zu failed, %zu couldn't be run; %.1f s\n",
		suite_count(suite, OUTCOME_PASSED),
		suite_count(suite, OUTCOME_FAILED),
		suite_count(suite, OUTCOME_ERROR), seconds);
	fflush(to);
}
