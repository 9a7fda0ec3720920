/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* mempcpy */
#include "tests/unit/emu/helper_whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"

#define BOARD MMUSCOPE_SOURCE_DIR "/configs/vexpress-a9.yaml"

/* A file that nobody else can have, as a path. */
static int scratch(char *path, size_t size)
{
	int fd;

	snprintf(path, size, "/tmp/mmuscope-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	return fd;
}

static char *read_all(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = calloc(1, (size_t)size + 1);

	assert_non_null(text);
	assert_int_equal(pread(fd, text, (size_t)size, 0), size);
	return text;
}

static void run(struct whole *whole, const struct machine_options *options)
{
	struct diag diag = {0};
	struct config *config;
	struct machine *machine;
	size_t nr_sets = 0;

	while (whole->sets[nr_sets])
		nr_sets++;
	config = config_load(BOARD, whole->sets, nr_sets, &diag);
	if (!config || !config_set_program(config, whole->argv, &diag))
		fail_msg("%s", diag.text);
	machine = machine_create(config, options, &diag);
	if (!machine)
		fail_msg("%s", diag.text);
	if (whole->before)
		whole->before(machine);
	whole->status = machine_run(machine, &diag);
	machine_destroy(machine);
	config_destroy(config);
}

void whole_run(struct whole *whole)
{
	char stats[64], trace[64];
	int stats_fd = scratch(stats, sizeof(stats));
	int trace_fd = scratch(trace, sizeof(trace));
	int null = open("/dev/null", O_RDWR);
	struct machine_options options = {
		.quiet = true,
		.stats_path = stats,
		.trace.path = trace,
		.show_all = whole->show_all,
		.watcher = whole->watcher,
		.console_in = null,
		.console_out = null,
	};

	run(whole, &options);
	whole->stats = json_load_file(stats, 0, NULL);
	assert_non_null(whole->stats);
	json_object_del(whole->stats, "host_seconds");
	whole->trace = read_all(trace_fd);
	unlink(stats);
	unlink(trace);
	close(stats_fd);
	close(trace_fd);
	close(null);
}

void whole_free(struct whole *whole)
{
	json_decref(whole->stats);
	free(whole->trace);
}

char *whole_main_job(const char *fewer)
{
	struct diag diag = {0};
	struct config *config = config_load(BOARD, NULL, 0, &diag);
	const char *from, *found;
	char *script, *to;
	int nr = 0;

	assert_non_null(config);
	from = config->run[0].argv[2];
	to = script = calloc(1, strlen(from) + 1);
	assert_non_null(script);
	for (; (found = strstr(from, "1000")); from = found + 4, nr++) {
		assert_true(strlen(fewer) <= 4);
		to = mempcpy(to, from, (size_t)(found - from));
		to = stpcpy(to, fewer);
	}
	strcpy(to, from);
	assert_true(nr > 0);
	config_destroy(config);
	return script;
}

/* Where two texts part, from the start of that line. */
static const char *parting(const char *a, const char *b)
{
	const char *line = a;

	for (; *a && *a == *b; a++, b++)
		if (*a == '\n')
			line = a + 1;
	return line;
}

static void expect_same_text(const char *a, const char *b, const char *what)
{
	if (strcmp(a, b))
		fail_msg("%s: they part at\n%.300s\n-- and\n%.300s", what,
			 parting(a, b), parting(b, a));
}

void whole_expect_same(const struct whole *a, const struct whole *b,
		       const char *what)
{
	char *stats_a = json_dumps(a->stats, JSON_INDENT(1));
	char *stats_b = json_dumps(b->stats, JSON_INDENT(1));

	assert_int_equal(a->status, b->status);
	expect_same_text(stats_a, stats_b, what);
	expect_same_text(a->trace, b->trace, what);
	free(stats_a);
	free(stats_b);
}
