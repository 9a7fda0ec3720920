/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope test`: scenarios run and judged, for people and for CI.
 */
#include "emu/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "emu/scenario/report.h"
#include "emu/scenario/scenario.h"
#include "emu/scenario/suite.h"

enum {
	STATUS_FAILED = 1, /* something wasn't as expected */
	TIMEOUT_S = 300 /* of one scenario, unless said otherwise */
};

/* A number from @low on. */
static void parse_number(const char *text, unsigned int low, unsigned int *to,
			 struct argp_state *state)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || number < low ||
	    number > 100000)
		argp_error(state, "'%s' is no number from %u to 100000", text,
			   low);
	*to = (unsigned int)number;
}

static void set_golden(struct suite_options *options, enum suite_golden golden,
		       struct argp_state *state)
{
	if (options->golden != GOLDEN_CHECK && options->golden != golden)
		argp_error(state, "--record writes all golden traces, --update "
				  "those that differ: give one");
	options->golden = golden;
}

static error_t parse_end(const struct arguments *arguments,
			 struct argp_state *state)
{
	if (!arguments->keys && !arguments->test.paths.nr)
		argp_error(state, "which scenarios? Give files or folders, for "
				  "instance configs/scenarios");
	return 0;
}

static error_t parse_test(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct suite_options *options = &arguments->test.options;

	switch (key) {
	case 'j':
		parse_number(arg, 1, &options->jobs, state);
		return 0;
	case OPTION_TIMEOUT:
		parse_number(arg, 0, &options->timeout_s, state);
		return 0;
	case OPTION_ONLY:
		return words_add(&arguments->test.only, arg) ? 0 : ENOMEM;
	case OPTION_JUNIT:
		arguments->test.junit = arg;
		return 0;
	case OPTION_LIST:
		arguments->list = true;
		return 0;
	case OPTION_KEYS:
		arguments->keys = true;
		return 0;
	case OPTION_RECORD_GOLDEN:
		set_golden(options, GOLDEN_RECORD, state);
		return 0;
	case OPTION_UPDATE_GOLDEN:
		set_golden(options, GOLDEN_UPDATE, state);
		return 0;
	case OPTION_CROSS_COMPILE:
		options->prefix = arg;
		return 0;
	case OPTION_CACHE:
		options->cache = arg;
		return 0;
	case ARGP_KEY_INIT:
		options->timeout_s = TIMEOUT_S;
		return 0;
	case ARGP_KEY_ARG:
		return words_add(&arguments->test.paths, arg) ? 0 : ENOMEM;
	case ARGP_KEY_END:
		return parse_end(arguments, state);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options =
		(const struct argp_option[]){
			{"jobs", 'j', "N", 0,
			 "Run N at once; without, one for each core", 0},
			{"only", OPTION_ONLY, "NAME", 0,
			 "Only the scenario NAME (cow/order, or order), or "
			 "those of the topic NAME (cow); wildcards as in a "
			 "shell; may be repeated",
			 0},
			{"list", OPTION_LIST, NULL, 0,
			 "List the scenarios, and run none", 0},
			{"junit", OPTION_JUNIT, "FILE", 0,
			 "Write the results to FILE as JUnit's XML, too; - is "
			 "standard output, without TAP",
			 0},
			{"record", OPTION_RECORD_GOLDEN, NULL, 0,
			 "Write the golden trace of each scenario that passes "
			 "to its file's name with .golden",
			 0},
			{"update", OPTION_UPDATE_GOLDEN, NULL, 0,
			 "Renew golden traces that differ, and show how", 0},
			{"timeout", OPTION_TIMEOUT, "SECONDS", 0,
			 "Give a scenario up after so long; 0: never; without, "
			 "after 300",
			 0},
			{"cross-compile", OPTION_CROSS_COMPILE, "PREFIX", 0,
			 "Compile guests with PREFIXgcc, as $CROSS_COMPILE "
			 "says, too",
			 0},
			{"cache", OPTION_CACHE, "DIR", 0,
			 "Keep compiled guests in DIR; without, in "
			 "~/.cache/mmuscope",
			 0},
			{"keys", OPTION_KEYS, NULL, 0,
			 "Print the documentation of all keys of a scenario",
			 0},
			{0},
		},
	.parser = parse_test,
	.args_doc = "FILE.yaml|DIR...\n--keys",
	.doc = "Run scenarios, several at once, and say whether all happened "
	       "as they expect. Of a DIR all files below it are taken."
	       "\v"
	       "Results go to standard output as TAP, in the order of the "
	       "names, with what was expected and what happened where these "
	       "differ; how it goes on, to a terminal on standard error.\n"
	       "\n"
	       "Exit status: 0 when all passed; 1 when something wasn't as "
	       "expected; 125 for errors of usage and host, and when a scenario "
	       "couldn't be read, compiled or run.",
};

/* ---- while they run ------------------------------------------------------------ */

static void done(void *arg, const struct suite *suite, size_t i)
{
	const struct arguments *arguments = arg;

	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr); /* over the line of progress */
	if (!arguments->test.junit || strcmp(arguments->test.junit, "-") != 0)
		tap_test(suite, i, stdout);
}

/* "12 of 60, 1 not as expected: cow/order, swap/out" in one line. */
static void progress(void *arg, const struct suite *suite, size_t nr_over,
		     const size_t *running, size_t nr_running)
{
	const size_t nr_bad = suite_count(suite, OUTCOME_FAILED) +
			      suite_count(suite, OUTCOME_ERROR);
	char line[80];
	size_t n;

	(void)arg;
	if (!isatty(STDERR_FILENO))
		return;
	n = (size_t)snprintf(line, sizeof(line), "%zu of %zu", nr_over,
			     suite->nr);
	if (nr_bad)
		n += (size_t)snprintf(line + n, sizeof(line) - n, ", %zu bad",
				      nr_bad);
	for (size_t i = 0; i < nr_running && n < sizeof(line); i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%s",
				      i ? ", " : ": ",
				      suite->test[running[i]].name);
	fprintf(stderr, "\r\033[K%s", nr_running ? line : "");
	fflush(stderr);
}

/* ---- what is asked ------------------------------------------------------------------ */

static void list(const struct suite *suite)
{
	for (size_t i = 0; i < suite->nr; i++) {
		const struct test *test = &suite->test[i];

		printf("%-32s  %s\n", test->name,
		       test->scenario ? test->scenario->about
				      : test->diag.text);
	}
}

static int status_of(const struct suite *suite)
{
	if (suite_count(suite, OUTCOME_ERROR))
		return MACHINE_EXIT_HOST;
	return suite_count(suite, OUTCOME_FAILED) ? STATUS_FAILED : 0;
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool run(struct suite *suite, struct arguments *arguments,
		struct diag *diag)
{
	struct suite_options options = arguments->test.options;
	const char *junit = arguments->test.junit;
	const bool tap = !junit || strcmp(junit, "-") != 0;
	double started = now_s();

	options.done = done;
	options.progress = progress;
	options.arg = arguments;
	if (tap)
		tap_begin(suite, stdout);
	if (!suite_run(suite, &options, diag))
		return false;
	if (tap)
		tap_end(suite, now_s() - started, stdout);
	return !junit || junit_write(suite, now_s() - started, junit, diag);
}

static int test(struct suite *suite, struct arguments *arguments,
		struct diag *diag)
{
	const struct words *paths = &arguments->test.paths;
	const struct words *only = &arguments->test.only;
	bool good = true;

	for (size_t i = 0; good && i < paths->nr; i++)
		good = suite_add(suite, paths->word[i], diag);
	good = good && suite_choose(suite, only->word, only->nr, diag);
	if (good && arguments->list)
		list(suite);
	else if (good)
		good = run(suite, arguments, diag);
	if (good && (fflush(stdout) || ferror(stdout)))
		good = diag_errno(diag, NULL, "can't write to standard output");
	if (!good)
		return command_fail(diag);
	return arguments->list ? 0 : status_of(suite);
}

static int act(struct arguments *arguments)
{
	struct suite suite = {0};
	struct diag diag = {0};
	int status = 0;

	if (arguments->keys)
		scenario_print_keys(stdout);
	else
		status = test(&suite, arguments, &diag);
	suite_free(&suite);
	free(arguments->test.paths.word);
	free(arguments->test.only.word);
	return status;
}

const struct command command_test = {
	.name = "test",
	.full_name = "mmuscope test",
	.usage = "test FILE.yaml|DIR...\n"
		 "test --keys",
	.argp = &argp,
	.act = act,
};
