/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a trace of every fault costs a guest that does nothing but fault: the
 * CPU time of the machine's thread without a trace and with each of text, JSON
 * and the last thousand kept, in turns; the median of the rounds' ratios. Words
 * are put by a thread of its own and are not in it, nor is the file: they go
 * to /dev/null.
 *
 *	bench_trace [--json] [ROUNDS]
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/machine.h"

enum {
	MAX_ROUNDS = 101,
	ROUNDS = 7, /* odd */
};

static const char *const guest[] = {"host:" MMUSCOPE_BUILD_DIR "/guests/touch",
				    "200", "10", NULL};

static const struct way {
	const char *name;
	struct trace_options trace;
} ways[] = {
	{"none", {.path = NULL}},
	{"text", {.path = "/dev/null", .format = TRACE_TEXT}},
	{"json", {.path = "/dev/null", .format = TRACE_JSON}},
	{"the last 1000",
	 {.path = "/dev/null", .format = TRACE_TEXT, .last = 1000}},
};
#define NR_WAYS (sizeof(ways) / sizeof(ways[0]))

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const struct diag *diag)
{
	diag_print(diag, stderr);
	exit(1);
}

static double run(const struct trace_options *trace)
{
	const char *const sets[] = {"memory.size=512M"};
	struct diag diag = {0};
	struct config *config = config_load(MMUSCOPE_SOURCE_DIR
					    "/configs/vexpress-a9.yaml",
					    (const char **)sets, 1, &diag);
	int null = open("/dev/null", O_RDWR);
	struct machine_options options = {
		.quiet = true,
		.console_in = null,
		.console_out = null,
		.trace = *trace,
	};
	struct machine *m;
	double began;

	if (!config || !config_set_program(config, guest, &diag))
		fail(&diag);
	m = machine_create(config, &options, &diag);
	if (!m)
		fail(&diag);
	began = seconds();
	if (machine_run(m, &diag))
		fail(&diag);
	began = seconds() - began;
	machine_destroy(m);
	config_destroy(config);
	close(null);
	return began;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void tell(const char *name, double *slow, int rounds, bool json)
{
	qsort(slow, (size_t)rounds, sizeof(*slow), by_value);
	printf(json ? "{\"trace\": \"%s\", \"slow_down_percent\": %.1f}\n"
		    : "%-14s slows the guest by %+.1f %% (%+.1f to %+.1f)\n",
	       name, slow[rounds / 2], slow[0], slow[rounds - 1]);
}

int main(int argc, char **argv)
{
	static double slow[NR_WAYS][MAX_ROUNDS];
	bool json = argc > 1 && !strcmp(argv[1], "--json");
	int rounds = argc > 1 + json ? atoi(argv[1 + json]) : ROUNDS;

	if (rounds < 1 || rounds > MAX_ROUNDS)
		return 2;
	run(&ways[0].trace); /* the host's caches and clock */
	for (int i = 0; i < rounds; i++) {
		double alone = run(&ways[0].trace);

		for (size_t w = 1; w < NR_WAYS; w++)
			slow[w][i] = (run(&ways[w].trace) / alone - 1) * 100;
	}
	for (size_t w = 1; w < NR_WAYS; w++)
		tell(ways[w].name, slow[w], rounds, json);
	return 0;
}
