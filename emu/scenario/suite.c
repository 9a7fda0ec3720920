/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding scenarios, and running them side by side.
 *
 * Each has a process of its own, so that nothing of one can reach another, not
 * even a crash of ours; its outcome comes back through a pipe, whose end says
 * that it is over. Outcomes are told in the order of the list, so that a report
 * says the same however many run at once.
 */
#define _GNU_SOURCE /* sched_getaffinity, asprintf */
#include "emu/scenario/suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "emu/config/nearest.h"
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

static void write_all(int fd, const void *data, size_t nr)
{
	const char *at = data;

	while (nr) {
		ssize_t n = write(fd, at, nr);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		at += n;
		nr -= (size_t)n;
	}
}

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

/* A scenario that is being run. */
struct child {
	size_t test;
	pid_t pid;
	int out, err; /* its outcome, and what mmuscope says on stderr */
	struct buffer {
		char *data;
		size_t nr;
	} outcome, words;
	int64_t started_ns;
	bool killed;
};

struct runner {
	struct suite *suite;
	const struct suite_options *options;
	struct compiler compiler;
	struct diag compiler_diag; /* why there is none */
	struct child *child;
	size_t nr_children, most;
	size_t next, told; /* to be started; to be told of */
	size_t nr_over;
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static bool is_compiled(const struct scenario *scenario)
{
	for (size_t i = 0; scenario && i < scenario->nr_guests; i++)
		if (scenario->guests[i].kind != GUEST_RUN)
			return true;
	return false;
}

/* In the child, from here to its end. */
static void be_child(struct runner *runner, const struct test *test, int out,
		     int err)
{
	const bool needs = is_compiled(test->scenario);
	struct outcome outcome = {0};
	int nothing = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	dup2(nothing, 0);
	dup2(nothing, 1);
	dup2(err, 2);
	if (needs && runner->compiler_diag.failed) {
		outcome.state = OUTCOME_ERROR;
		outcome.summary = strdup(runner->compiler_diag.text);
		outcome.report = strdup("");
		outcome.note = strdup("");
		outcome.console = strdup("");
	} else {
		test_try(test, &runner->compiler, runner->options->golden,
			 &outcome);
	}
	send_outcome(out, &outcome);
	free(outcome.summary);
	free(outcome.report);
	free(outcome.note);
	free(outcome.console);
}

static bool start(struct runner *runner, size_t i, struct diag *diag)
{
	struct child *child = &runner->child[runner->nr_children];
	int out[2], err[2];

	*child = (struct child){.test = i, .started_ns = now_ns()};
	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		return diag_errno(diag, NULL, "no pipe for a scenario");
	fflush(NULL);
	child->pid = fork();
	if (!child->pid) {
		close(out[0]);
		close(err[0]);
		be_child(runner, &runner->suite->test[i], out[1], err[1]);
		exit(0);
	}
	close(out[1]);
	close(err[1]);
	child->out = out[0];
	child->err = err[0];
	if (child->pid < 0)
		return diag_errno(diag, NULL, "no process for a scenario");
	runner->nr_children++;
	return true;
}

/* What has come; false: the end. */
static bool receive(int fd, struct buffer *buffer)
{
	char piece[4096];
	ssize_t n = read(fd, piece, sizeof(piece));
	char *more;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (!n)
		return false;
	more = realloc(buffer->data, buffer->nr + (size_t)n + 1);
	if (!more)
		return false;
	buffer->data = more;
	memcpy(more + buffer->nr, piece, (size_t)n);
	buffer->nr += (size_t)n;
	more[buffer->nr] = '\0';
	return true;
}

/* @child came to its end, and not by what it said. */
static void blame(const struct child *child, const struct runner *runner,
		  int status, struct outcome *outcome)
{
	char *summary = NULL;
	int n;

	if (child->killed)
		n = asprintf(&summary,
			     "not over after %u seconds of the host's",
			     runner->options->timeout_s);
	else if (WIFSIGNALED(status))
		n = asprintf(&summary, "mmuscope itself died of SIG%s",
			     sigabbrev_np(WTERMSIG(status)) ?: "?");
	else
		n = asprintf(&summary, "mmuscope itself ended with status %d",
			     WEXITSTATUS(status));
	outcome->state = OUTCOME_ERROR;
	free(outcome->summary);
	outcome->summary = n < 0 ? NULL : summary;
}

/* What mmuscope said on its standard error belongs to the report. */
static void add_words(struct outcome *outcome, const char *words)
{
	char *more;

	if (asprintf(&more, "%s%s%s", outcome->report ?: "",
		     words && *words ? "mmuscope said:\n" : "",
		     words ?: "") < 0)
		return;
	free(outcome->report);
	outcome->report = more;
}

static void finish(struct runner *runner, struct child *child)
{
	struct test *test = &runner->suite->test[child->test];
	struct outcome *outcome = &test->outcome;
	int status = 0;
	bool whole;

	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	whole = open_letter(child->outcome.data, child->outcome.nr, outcome);
	if (!whole || status)
		blame(child, runner, status, outcome);
	if (outcome->state != OUTCOME_PASSED)
		add_words(outcome, child->words.data);
	outcome->summary = outcome->summary ?: strdup("");
	outcome->report = outcome->report ?: strdup("");
	outcome->note = outcome->note ?: strdup("");
	outcome->console = outcome->console ?: strdup("");
	outcome->seconds = (double)(now_ns() - child->started_ns) / 1e9;
	free(child->outcome.data);
	free(child->words.data);
	close(child->out);
	close(child->err);
	*child = runner->child[--runner->nr_children];
	runner->nr_over++;
}

/* One that can't be run is over at once. */
static void give_up(struct runner *runner, struct test *test)
{
	test->outcome = (struct outcome){
		.state = OUTCOME_ERROR,
		.summary = strdup(test->diag.text),
		.report = strdup(""),
		.note = strdup(""),
		.console = strdup(""),
	};
	runner->nr_over++;
}

static bool start_more(struct runner *runner, struct diag *diag)
{
	while (runner->next < runner->suite->nr &&
	       runner->nr_children < runner->most) {
		size_t i = runner->next++;

		if (!runner->suite->test[i].scenario)
			give_up(runner, &runner->suite->test[i]);
		else if (!start(runner, i, diag))
			return false;
	}
	return true;
}

/* Milliseconds until the first is too late; -1: none ever is. */
static int next_timeout(const struct runner *runner)
{
	int64_t all_ns = runner->options->timeout_s * INT64_C(1000000000);
	int64_t left_ns, least_ns = INT64_MAX;

	for (size_t i = 0; all_ns && i < runner->nr_children; i++) {
		left_ns = runner->child[i].started_ns + all_ns - now_ns();
		if (!runner->child[i].killed && left_ns < least_ns)
			least_ns = left_ns;
	}
	if (least_ns == INT64_MAX)
		return -1;
	return least_ns < 0 ? 0 : (int)(least_ns / 1000000 + 1);
}

static void kill_late(struct runner *runner)
{
	int64_t all_ns = runner->options->timeout_s * INT64_C(1000000000);

	for (size_t i = 0; all_ns && i < runner->nr_children; i++) {
		struct child *child = &runner->child[i];

		if (now_ns() - child->started_ns < all_ns || child->killed)
			continue;
		child->killed = true;
		kill(-child->pid, SIGKILL); /* a compiler, too */
		kill(child->pid, SIGKILL);
	}
}

/*
 * Waits until something comes from a child. The pipe of outcomes ends last,
 * as standard error is taken first.
 */
static void listen_to(struct runner *runner)
{
	struct pollfd fd[2 * runner->nr_children];

	for (size_t i = 0; i < runner->nr_children; i++) {
		fd[2 * i] = (struct pollfd){runner->child[i].err, POLLIN, 0};
		fd[2 * i + 1] = (struct pollfd){runner->child[i].out, POLLIN,
						0};
	}
	poll(fd, 2 * runner->nr_children, next_timeout(runner));
	kill_late(runner);
	for (size_t i = runner->nr_children; i--;) {
		struct child *child = &runner->child[i];

		if (fd[2 * i].revents & POLLIN)
			receive(child->err, &child->words);
		else if (fd[2 * i + 1].revents &&
			 !receive(child->out, &child->outcome))
			finish(runner, child);
	}
}

static void tell(struct runner *runner)
{
	const struct suite_options *options = runner->options;
	const struct suite *suite = runner->suite;
	size_t running[runner->most];

	while (runner->told < suite->nr &&
	       suite->test[runner->told].outcome.state != OUTCOME_NONE) {
		if (options->done)
			options->done(options->arg, suite, runner->told);
		runner->told++;
	}
	for (size_t i = 0; i < runner->nr_children; i++)
		running[i] = runner->child[i].test;
	if (options->progress)
		options->progress(options->arg, suite, runner->nr_over, running,
				  runner->nr_children);
}

static unsigned int nr_cores(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set)
		       ? 1
		       : (unsigned int)CPU_COUNT(&set);
}

static bool run_all(struct runner *runner, struct diag *diag)
{
	while (start_more(runner, diag)) {
		tell(runner);
		if (!runner->nr_children)
			return true;
		listen_to(runner);
		tell(runner);
	}
	return false;
}

bool suite_run(struct suite *suite, const struct suite_options *options,
	       struct diag *diag)
{
	struct runner runner = {.suite = suite, .options = options};
	bool compiled = false, good;

	runner.most = options->jobs ?: nr_cores();
	runner.child = calloc(runner.most, sizeof(*runner.child));
	if (!runner.child)
		return no_memory(diag);
	for (size_t i = 0; i < suite->nr; i++)
		compiled = compiled || is_compiled(suite->test[i].scenario);
	if (compiled)
		compiler_find(&runner.compiler, options->prefix, options->cache,
			      &runner.compiler_diag);
	good = run_all(&runner, diag);
	if (compiled)
		compiler_forget(&runner.compiler);
	free(runner.child);
	return good;
}
