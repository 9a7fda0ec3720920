/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sweep from its grid to its file: which points are there already, the rest
 * in processes side by side, and how it goes on.
 *
 * Invariants: a point that can't be run is a line with its error and no end of
 * the others; the lines are the same however many run at once.
 */
#define _GNU_SOURCE /* sigabbrev_np, asprintf */
#include "emu/sweep/sweep.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emu/clock.h"
#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/pool.h"

enum {
	TICK_MS = 500,
	LINE_EVERY_S = 10, /* where no terminal is */
	BAR = 30
};

struct runner {
	const struct sweep *sweep;
	struct sweep_sum *sum;
	struct diag *diag;
	struct results results;
	size_t *todo; /* points */
	size_t nr_todo;
	bool is_terminal;
	int64_t started_ns, told_ns;
};

/* Set by signals; one sweep runs in a process. */
static volatile sig_atomic_t stop_asked;

static void ask_stop(int signal)
{
	(void)signal;
	stop_asked = 1;
}

/* ---- points ---------------------------------------------------------------------- */

/* What several processes at once, or one after the other, would change. */
static bool check_shared(const struct config *config, struct diag *diag)
{
	static const char why[] = "the points of a sweep must not share a file "
				  "that they write; leave it empty";

	if (*config->rootfs.upper)
		return config_error(config, &config->rootfs.upper, diag, "%s",
				    why);
	if (*config->swap.file)
		return config_error(config, &config->swap.file, diag, "%s",
				    why);
	return !*config->disk.file ||
	       config_error(config, &config->disk.file, diag, "%s", why);
}

static bool number_points(struct runner *runner)
{
	const struct sweep *sweep = runner->sweep;
	struct point_ids ids = {0};
	bool good = true;

	for (size_t i = 0; good && i < runner->results.nr; i++) {
		struct diag mismatch = {0};
		struct config *config = point_load(sweep, i, &mismatch);

		runner->results.result[i].id = point_id(sweep, i, config, &ids);
		good = !config || check_shared(config, runner->diag);
		config_destroy(config);
	}
	free(ids.path);
	return good;
}

static int by_id(const void *a, const void *b)
{
	const struct result *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* 64M and 65536K are two texts and one machine. */
static bool check_different(const struct runner *runner)
{
	size_t nr = runner->results.nr;
	struct result *copy = calloc(nr, sizeof(*copy));
	bool same = false;

	if (!copy)
		return diag_error(runner->diag, NULL, "out of memory");
	memcpy(copy, runner->results.result, nr * sizeof(*copy));
	qsort(copy, nr, sizeof(*copy), by_id);
	for (size_t i = 1; i < nr; i++)
		same = same || copy[i].id == copy[i - 1].id;
	free(copy);
	return !same ||
	       diag_error(runner->diag, NULL,
			  "two points of the grid are the same machine: a "
			  "value is given twice in other words, or a key in a "
			  "group that is varied, too");
}

static bool list_todo(struct runner *runner)
{
	size_t nr = runner->results.nr;

	runner->todo = calloc(nr, sizeof(*runner->todo));
	if (!runner->todo)
		return diag_error(runner->diag, NULL, "out of memory");
	for (size_t i = 0; i < nr; i++)
		if (!runner->results.result[i].line)
			runner->todo[runner->nr_todo++] = i;
	runner->sum->nr_kept = runner->sum->nr_over = nr - runner->nr_todo;
	return true;
}

/* ---- while they run ---------------------------------------------------------------- */

static void work(void *arg, size_t job, int out)
{
	const struct runner *runner = arg;

	point_work(runner->sweep, runner->todo[job], out);
}

/*
 * What mmuscope said of a run that it began: that the program can't be loaded,
 * or the log of a kernel that panicked.
 */
static char *said(const struct pool_end *end)
{
	static const char ours[] = "mmuscope: ", panic[] = "Kernel panic";
	const char *at = strstr(end->words, ours);

	if (at)
		at += strlen(ours);
	else
		at = strstr(end->words, panic);
	return at ? strndup(at, strcspn(at, "\n")) : NULL;
}

/* What became of its process; NULL: nothing bad. */
static char *trouble(const struct runner *runner, const struct pool_end *end)
{
	char *text = NULL;
	int n;

	if (end->late)
		n = asprintf(&text, "not over after %u seconds of the host's",
			     runner->sweep->timeout_s);
	else if (WIFSIGNALED(end->status))
		n = asprintf(&text, "mmuscope itself died of SIG%s",
			     sigabbrev_np(WTERMSIG(end->status)) ?: "?");
	else if (end->status)
		n = asprintf(&text, "mmuscope itself ended with status %d",
			     WEXITSTATUS(end->status));
	else
		return said(end);
	return n < 0 ? NULL : text;
}

static bool over(void *arg, const struct pool_end *end)
{
	struct runner *runner = arg;
	size_t point = runner->todo[end->job];
	char *error = trouble(runner, end);
	bool failed;
	char *line = point_line(runner->sweep, point,
				runner->results.result[point].id, end->out,
				end->nr_out, error, &failed);

	free(error);
	runner->sum->nr_over++;
	runner->sum->nr_failed += failed;
	return results_add(&runner->results, point, line, failed, runner->diag);
}

/* "1:05" for the rest, as far as one can tell. */
static void print_left(const struct runner *runner, FILE *to)
{
	const struct sweep_sum *sum = runner->sum;
	size_t over = sum->nr_over - sum->nr_kept;
	double passed = (double)(host_ns() - runner->started_ns) / 1e9;
	double left = over ? passed / (double)over *
				      (double)(sum->nr_points - sum->nr_over)
			   : 0;

	if (over && sum->nr_over < sum->nr_points)
		fprintf(to, ", %d:%02d left", (int)left / 60, (int)left % 60);
}

static void print_state(const struct runner *runner, FILE *to)
{
	const struct sweep_sum *sum = runner->sum;

	fprintf(to, "%zu of %zu points", sum->nr_over, sum->nr_points);
	if (sum->nr_failed)
		fprintf(to, ", %zu failed", sum->nr_failed);
	print_left(runner, to);
}

static void draw_bar(const struct runner *runner, FILE *to)
{
	const struct sweep_sum *sum = runner->sum;
	size_t full = BAR * sum->nr_over / sum->nr_points;

	fputs("\r\033[K[", to);
	for (size_t i = 0; i < BAR; i++)
		fputc(i < full ? '#' : '.', to);
	fputs("] ", to);
	print_state(runner, to);
	fflush(to);
}

static void progress(void *arg, size_t nr_over, const size_t *running,
		     size_t nr_running)
{
	struct runner *runner = arg;
	int64_t now = host_ns();

	(void)nr_over;
	(void)running;
	(void)nr_running;
	if (runner->sweep->quiet)
		return;
	if (runner->is_terminal) {
		draw_bar(runner, stderr);
	} else if (now - runner->told_ns >=
		   LINE_EVERY_S * INT64_C(1000000000)) {
		runner->told_ns = now;
		fputs("mmuscope: ", stderr);
		print_state(runner, stderr);
		fputc('\n', stderr);
	}
}

/* ---- all of it ------------------------------------------------------------------------- */

static bool run_pool(struct runner *runner)
{
	const struct sweep *sweep = runner->sweep;
	const struct pool pool = {
		.nr_jobs = runner->nr_todo,
		.most = sweep->jobs,
		.timeout_s = sweep->timeout_s,
		.tick_ms = TICK_MS,
		.stop = &stop_asked,
		.work = work,
		.over = over,
		.progress = progress,
		.arg = runner,
	};
	const struct sigaction stop = {.sa_handler = ask_stop};
	struct sigaction before[2];
	bool good;

	sigaction(SIGINT, &stop, &before[0]);
	sigaction(SIGTERM, &stop, &before[1]);
	runner->started_ns = runner->told_ns = host_ns();
	runner->is_terminal = isatty(STDERR_FILENO);
	good = pool_run(&pool, runner->diag);
	if (runner->is_terminal && !sweep->quiet)
		fputs("\r\033[K", stderr);
	runner->sum->interrupted = !good && stop_asked && !runner->diag->failed;
	sigaction(SIGINT, &before[0], NULL);
	sigaction(SIGTERM, &before[1], NULL);
	return good;
}

static bool run_all(struct runner *runner)
{
	const struct sweep *sweep = runner->sweep;
	bool good = number_points(runner) && check_different(runner) &&
		    results_open(&runner->results, sweep->out, runner->diag);

	if (!good)
		return false;
	good = list_todo(runner) && (!runner->nr_todo || run_pool(runner));
	return results_close(&runner->results, runner->diag) && good;
}

bool sweep_run(const struct sweep *sweep, struct sweep_sum *sum,
	       struct diag *diag)
{
	struct runner runner = {.sweep = sweep, .sum = sum, .diag = diag};
	size_t nr = sweep->grid.nr_points;
	bool good;

	*sum = (struct sweep_sum){.nr_points = nr};
	runner.results.nr = nr;
	runner.results.result = calloc(nr, sizeof(*runner.results.result));
	if (!runner.results.result)
		return diag_error(diag, NULL, "out of memory");
	good = run_all(&runner);
	results_free(&runner.results);
	free(runner.todo);
	return good;
}
