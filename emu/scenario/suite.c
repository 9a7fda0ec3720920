/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding scenarios, and running them side by side.
 *
 * Each has a process of its own, so that nothing of one can reach another, not
 * even a crash of ours; its outcome comes back through a pipe, whose end says
 * that it is over. Outcomes are told in the order of the list, so that a report
 * says the same however many run at once.
 */
#define _GNU_SOURCE /* asprintf */
#include "emu/scenario/suite.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "emu/config/nearest.h"
#include "emu/pool.h"
#include "emu/scenario/compile.h"
#include "emu/scenario/scenario.h"

/* ---- finding ------------------------------------------------------------- */

static bool no_memory(struct diag *diag)
{
	return diag_error(diag, NULL, "out of memory");
}

static bool add_file(struct suite *suite, const char *path, struct diag *diag)
{
	struct test *more = realloc(suite->test,
				    (suite->nr + 1) * sizeof(*more));
	struct test *test;

	if (!more)
		return no_memory(diag);
	suite->test = more;
	test = &more[suite->nr++];
	*test = (struct test){.path = strdup(path)};
	if (!test->path)
		return no_memory(diag);
	test->scenario = scenario_load(path, &test->diag);
	test->name = strdup(test->scenario ? test->scenario->name : path);
	return test->name || no_memory(diag);
}

static int is_wanted(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool has_suffix(const char *path, const char *suffix)
{
	size_t length = strlen(path), end = strlen(suffix);

	return length > end && !strcmp(path + length - end, suffix);
}

/* In the order of the names' bytes, wherever we are. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_folder(struct suite *suite, const char *path,
		       struct diag *diag);

static bool add_entry(struct suite *suite, const char *folder, const char *name,
		      struct diag *diag)
{
	bool slash = has_suffix(folder, "/");
	struct stat st;
	char *path;
	bool good = true;

	if (asprintf(&path, "%s%s%s", folder, slash ? "" : "/", name) < 0)
		return no_memory(diag);
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		good = add_folder(suite, path, diag);
	else if (has_suffix(path, ".yaml"))
		good = add_file(suite, path, diag);
	free(path);
	return good;
}

static bool add_folder(struct suite *suite, const char *path, struct diag *diag)
{
	struct dirent **entry;
	int nr = scandir(path, &entry, is_wanted, by_name);
	bool good = true;

	if (nr < 0)
		return diag_errno(diag, NULL, "can't read '%s'", path);
	for (int i = 0; i < nr; i++) {
		good = good && add_entry(suite, path, entry[i]->d_name, diag);
		free(entry[i]);
	}
	free(entry);
	return good;
}

bool suite_add(struct suite *suite, const char *path, struct diag *diag)
{
	size_t before = suite->nr;
	struct stat st;

	if (stat(path, &st))
		return diag_errno(diag, NULL, "can't read '%s'", path);
	if (!S_ISDIR(st.st_mode))
		return add_file(suite, path, diag);
	return add_folder(suite, path, diag) &&
	       (suite->nr > before ||
		diag_error(diag, NULL, "no scenario (*.yaml) is in '%s'",
			   path));
}

/* ---- choosing ------------------------------------------------------------- */

static bool matches(const struct test *test, const char *pattern)
{
	const char *slash = strrchr(test->name, '/');
	char topic[64] = "";

	if (slash && slash - test->name < (int)sizeof(topic))
		memcpy(topic, test->name, (size_t)(slash - test->name));
	return !fnmatch(pattern, test->name, 0) ||
	       !fnmatch(pattern, topic, 0) ||
	       (slash && !fnmatch(pattern, slash + 1, 0)) ||
	       !fnmatch(pattern, test->path, 0);
}

static bool matches_none(const struct suite *suite, const char *pattern,
			 struct diag *diag)
{
	const char **names = calloc(suite->nr + 1, sizeof(*names));
	struct word near = {0};

	for (size_t i = 0; names && i < suite->nr; i++)
		names[i] = suite->test[i].name;
	if (names)
		near = nearest_of(pattern, names);
	if (near.text)
		diag_error(diag, NULL,
			   "no scenario is called '%s'; did you mean %.*s?",
			   pattern, near.length, near.text);
	else
		diag_error(diag, NULL,
			   "no scenario is called '%s'; --list has all names",
			   pattern);
	free(names);
	return false;
}

static void free_test(struct test *test)
{
	free(test->path);
	free(test->name);
	scenario_destroy(test->scenario);
	free(test->outcome.summary);
	free(test->outcome.report);
	free(test->outcome.note);
	free(test->outcome.console);
}

bool suite_choose(struct suite *suite, const char *const *patterns, size_t nr,
		  struct diag *diag)
{
	bool *keep = calloc(suite->nr + 1, sizeof(*keep));
	bool good = keep || no_memory(diag);
	size_t kept = 0;

	for (size_t p = 0; good && p < nr; p++) {
		bool any = false;

		for (size_t i = 0; i < suite->nr; i++)
			if (matches(&suite->test[i], patterns[p]))
				any = keep[i] = true;
		good = any || matches_none(suite, patterns[p], diag);
	}
	for (size_t i = 0; good && nr && i < suite->nr; i++) {
		if (keep[i])
			suite->test[kept++] = suite->test[i];
		else
			free_test(&suite->test[i]);
	}
	if (good && nr)
		suite->nr = kept;
	free(keep);
	return good;
}

void suite_free(struct suite *suite)
{
	for (size_t i = 0; i < suite->nr; i++)
		free_test(&suite->test[i]);
	free(suite->test);
	*suite = (struct suite){0};
}

size_t suite_count(const struct suite *suite, enum outcome_state state)
{
	size_t nr = 0;

	for (size_t i = 0; i < suite->nr; i++)
		nr += suite->test[i].outcome.state == state;
	return nr;
}

/* ---- an outcome through a pipe ----------------------------------------------- */

/* What goes first; the texts follow, in this order, without NUL. */
struct letter {
	enum outcome_state state;
	uint64_t cycles, hash;
	size_t summary, report, note, console; /* bytes */
};

static void send_outcome(int fd, const struct outcome *outcome)
{
	const struct letter letter = {
		.state = outcome->state,
		.cycles = outcome->cycles,
		.hash = outcome->hash,
		.summary = strlen(outcome->summary),
		.report = strlen(outcome->report),
		.note = strlen(outcome->note),
		.console = strlen(outcome->console),
	};

	write_all(fd, &letter, sizeof(letter));
	write_all(fd, outcome->summary, letter.summary);
	write_all(fd, outcome->report, letter.report);
	write_all(fd, outcome->note, letter.note);
	write_all(fd, outcome->console, letter.console);
}

/* The next @nr of what is left. */
static char *take(const char **at, size_t nr)
{
	char *text = strndup(*at, nr);

	*at += nr;
	return text;
}

/* False: it isn't whole. */
static bool open_letter(const char *data, size_t nr, struct outcome *to)
{
	const char *at = data + sizeof(struct letter);
	struct letter letter;

	if (nr < sizeof(letter))
		return false;
	memcpy(&letter, data, sizeof(letter));
	if (nr != sizeof(letter) + letter.summary + letter.report +
			  letter.note + letter.console)
		return false;
	to->state = letter.state;
	to->cycles = letter.cycles;
	to->hash = letter.hash;
	to->summary = take(&at, letter.summary);
	to->report = take(&at, letter.report);
	to->note = take(&at, letter.note);
	to->console = take(&at, letter.console);
	return true;
}

/* ---- processes --------------------------------------------------------------- */

struct runner {
	struct suite *suite;
	const struct suite_options *options;
	struct compiler compiler;
	struct diag compiler_diag; /* why there is none */
	size_t told; /* to be told of next */
};

static bool is_compiled(const struct scenario *scenario)
{
	for (size_t i = 0; scenario && i < scenario->nr_guests; i++)
		if (scenario->guests[i].kind != GUEST_RUN)
			return true;
	return false;
}

static void free_texts(struct outcome *outcome)
{
	free(outcome->summary);
	free(outcome->report);
	free(outcome->note);
	free(outcome->console);
}

/* One that couldn't be run. */
static struct outcome no_run(const char *why)
{
	return (struct outcome){
		.state = OUTCOME_ERROR,
		.summary = strdup(why),
		.report = strdup(""),
		.note = strdup(""),
		.console = strdup(""),
	};
}

/* In the child. */
static void work(void *arg, size_t i, int out)
{
	struct runner *runner = arg;
	const struct test *test = &runner->suite->test[i];
	const bool needs = is_compiled(test->scenario);
	struct outcome outcome = {0};

	if (needs && runner->compiler_diag.failed)
		outcome = no_run(runner->compiler_diag.text);
	else
		test_try(test, &runner->compiler, runner->options->golden,
			 &outcome);
	send_outcome(out, &outcome);
	free_texts(&outcome);
}

/* It came to its end, and not by what it said. */
static void blame(const struct pool_end *end, const struct runner *runner,
		  struct outcome *outcome)
{
	char *summary = NULL;
	int n;

	if (end->late)
		n = asprintf(&summary,
			     "not over after %u seconds of the host's",
			     runner->options->timeout_s);
	else if (WIFSIGNALED(end->status))
		n = asprintf(&summary, "mmuscope itself died of SIG%s",
			     sigabbrev_np(WTERMSIG(end->status)) ?: "?");
	else
		n = asprintf(&summary, "mmuscope itself ended with status %d",
			     WEXITSTATUS(end->status));
	outcome->state = OUTCOME_ERROR;
	free(outcome->summary);
	outcome->summary = n < 0 ? NULL : summary;
}

/* What mmuscope said on its standard error belongs to the report. */
static void add_words(struct outcome *outcome, const char *words)
{
	char *more;

	if (asprintf(&more, "%s%s%s", outcome->report ?: "",
		     *words ? "mmuscope said:\n" : "", words) < 0)
		return;
	free(outcome->report);
	outcome->report = more;
}

/* Tells of what is over, in the order of the list. */
static void tell(struct runner *runner)
{
	const struct suite_options *options = runner->options;
	const struct suite *suite = runner->suite;

	while (runner->told < suite->nr &&
	       suite->test[runner->told].outcome.state != OUTCOME_NONE) {
		if (options->done)
			options->done(options->arg, suite, runner->told);
		runner->told++;
	}
}

static bool over(void *arg, const struct pool_end *end)
{
	struct runner *runner = arg;
	struct outcome *outcome = &runner->suite->test[end->job].outcome;
	bool whole = open_letter(end->out, end->nr_out, outcome);

	if (!whole || end->status)
		blame(end, runner, outcome);
	if (outcome->state != OUTCOME_PASSED)
		add_words(outcome, end->words);
	outcome->summary = outcome->summary ?: strdup("");
	outcome->report = outcome->report ?: strdup("");
	outcome->note = outcome->note ?: strdup("");
	outcome->console = outcome->console ?: strdup("");
	outcome->seconds = end->seconds;
	tell(runner);
	return true;
}

/* One that can't be run is over at once. */
static bool give_up(void *arg, size_t i)
{
	struct runner *runner = arg;
	struct test *test = &runner->suite->test[i];

	if (test->scenario)
		return false;
	test->outcome = no_run(test->diag.text);
	return true;
}

static void progress(void *arg, size_t nr_over, const size_t *running,
		     size_t nr_running)
{
	struct runner *runner = arg;
	const struct suite_options *options = runner->options;

	tell(runner);
	if (options->progress)
		options->progress(options->arg, runner->suite, nr_over, running,
				  nr_running);
}

bool suite_run(struct suite *suite, const struct suite_options *options,
	       struct diag *diag)
{
	struct runner runner = {.suite = suite, .options = options};
	const struct pool pool = {
		.nr_jobs = suite->nr,
		.most = options->jobs,
		.timeout_s = options->timeout_s,
		.work = work,
		.skip = give_up,
		.over = over,
		.progress = progress,
		.arg = &runner,
	};
	bool compiled = false, good;

	for (size_t i = 0; i < suite->nr; i++)
		compiled = compiled || is_compiled(suite->test[i].scenario);
	if (compiled)
		compiler_find(&runner.compiler, options->prefix, options->cache,
			      &runner.compiler_diag);
	good = pool_run(&pool, diag);
	if (compiled)
		compiler_forget(&runner.compiler);
	return good;
}
