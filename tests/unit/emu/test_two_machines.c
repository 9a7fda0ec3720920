/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two machines in one process, on two threads at the same time: each leaves
 * the trace and the statistics that it leaves when it runs alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/machine.h"

#define BOARD       MMUSCOPE_SOURCE_DIR "/configs/vexpress-a9.yaml"
#define GUEST(name) "host:" MMUSCOPE_BUILD_DIR "/guests/" name

struct job {
	const char *run; /* the value of the key */
	char stats[64], trace[64];
	int status;
};

static void name_files(struct job *job, const char *tag)
{
	snprintf(job->stats, sizeof(job->stats), "/tmp/two-%d-%s.json",
		 (int)getpid(), tag);
	snprintf(job->trace, sizeof(job->trace), "/tmp/two-%d-%s.trace",
		 (int)getpid(), tag);
}

static void *run_job(void *arg)
{
	struct job *job = arg;
	struct diag diag = {0};
	const char *sets[] = {job->run};
	struct config *config = config_load(BOARD, sets, 1, &diag);
	int null = open("/dev/null", O_RDWR);
	struct machine_options options = {
		.quiet = true,
		.stats_path = job->stats,
		.trace.path = job->trace,
		.console_in = null,
		.console_out = null,
	};
	struct machine *machine =
		config ? machine_create(config, &options, &diag) : NULL;

	job->status = machine ? machine_run(machine, &diag) : -1;
	if (machine)
		machine_destroy(machine);
	if (config)
		config_destroy(config);
	close(null);
	return NULL;
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text;
	long size;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = calloc(1, (size_t)size + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)size, file), size);
	fclose(file);
	return text;
}

static json_t *read_stats(const char *path)
{
	json_t *stats = json_load_file(path, 0, NULL);

	assert_non_null(stats);
	json_object_del(stats, "host_seconds");
	return stats;
}

static void assert_same(const struct job *a, const struct job *b)
{
	json_t *stats_a = read_stats(a->stats), *stats_b = read_stats(b->stats);
	char *trace_a = read_all(a->trace), *trace_b = read_all(b->trace);

	assert_int_equal(a->status, 0);
	assert_int_equal(b->status, 0);
	assert_true(json_equal(stats_a, stats_b));
	assert_true(strlen(trace_a) > 1000); /* there is something in it */
	assert_true(!strcmp(trace_a, trace_b));
	json_decref(stats_a);
	json_decref(stats_b);
	free(trace_a);
	free(trace_b);
}

static void forget_files(const struct job *job)
{
	unlink(job->stats);
	unlink(job->trace);
}

static void neither_disturbs_the_other(void **state)
{
	struct job alone[2] = {{.run = "run=[[" GUEST("anon") "]]"},
			       {.run = "run=[[" GUEST("cow") "]]"}};
	struct job together[2] = {alone[0], alone[1]};
	pthread_t thread[2];

	(void)state;
	name_files(&alone[0], "a");
	name_files(&alone[1], "b");
	name_files(&together[0], "c");
	name_files(&together[1], "d");
	run_job(&alone[0]);
	run_job(&alone[1]);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, run_job,
						&together[i]),
				 0);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	for (int i = 0; i < 2; i++) {
		assert_same(&alone[i], &together[i]);
		forget_files(&alone[i]);
		forget_files(&together[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neither_disturbs_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
