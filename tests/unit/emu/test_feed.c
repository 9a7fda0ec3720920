/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The viewer's feed beside `mmuscope explain`: the same faults in the same
 * order with the same words, and of one that is explained the same facts. The
 * feed keeps what it promises, and a trace has what it was asked for and no
 * more, whoever looks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/formats.h"
#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/machine_state.h"
#include "emu/snapshot/events.h"

#define BOARD       MMUSCOPE_SOURCE_DIR "/configs/vexpress-a9.yaml"
#define GUEST(name) "run=[[host:" MMUSCOPE_BUILD_DIR "/guests/" name "]]"

struct look {
	uint64_t every, nr_rests;
	uint64_t serial; /* of the last event that was seen */
	FILE *list; /* of faults, as explain --list --json has it; or NULL */
	uint64_t nr_kind[NR_EVENT_KINDS];
	uint64_t explain; /* a fault's number; 0: none */
	uint64_t nr_explained;
	json_t *before, *after; /* what was said of it */
	json_t *events;
	struct snapshot *last;
};

/* ---- one fault of the list --------------------------------------------------- */

static void put(json_t *to, const char *key, const char *value)
{
	json_object_set_new(to, key, json_string(value));
}

static void put_hex(json_t *to, const char *key, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%08" PRIx32, value);
	put(to, key, text);
}

static void list(FILE *to, const struct snapshot_event *event)
{
	json_t *line = json_object();
	char text[96];

	json_object_set_new(line, "schema", json_integer(FORMAT_EXPLAIN));
	json_object_set_new(line, "number",
			    json_integer((json_int_t)event->fault.number));
	json_object_set_new(line, "cycle",
			    json_integer((json_int_t)event->cycle));
	put(line, "comm", event->comm);
	json_object_set_new(line, "pid", json_integer(event->pid));
	put(line, "kind", snapshot_fault_kind(event));
	put_hex(line, "address", event->fault.far);
	put_hex(line, "pc", event->fault.pc);
	json_object_set_new(line, "for_program",
			    json_boolean(snapshot_fault_for_program(event)));
	snapshot_fault_status(event, text, sizeof(text));
	put(line, "status", text);
	snapshot_fault_outcome(event, text, sizeof(text));
	put(line, "outcome", text);
	json_dumpf(line, to, JSON_COMPACT);
	fputc('\n', to);
	json_decref(line);
}

/* ---- one fault explained -------------------------------------------------------- */

/* "linux_word" of "linux word", as the JSON has it. */
static const char *key_of(const char *key, char to[32])
{
	snprintf(to, 32, "%s", key);
	for (char *at = to; *at; at++)
		if (*at == ' ')
			*at = '_';
	return to;
}

/* The facts of a section as text, "walk.level=1" and so on in their order. */
static json_t *facts_of_lines(const struct snapshot_explain *line, uint32_t nr,
			      const char *section)
{
	json_t *facts = json_array();
	const char *record = "";
	bool within = false;
	char a[32], b[32], text[256];

	for (uint32_t i = 0; i < nr; i++) {
		if (!line[i].depth)
			within = !strcmp(line[i].key, section);
		else if (within && line[i].depth == 1)
			record = line[i].key;
		else if (within) {
			snprintf(text, sizeof(text), "%s.%s=%s",
				 key_of(record, a), key_of(line[i].key, b),
				 line[i].value);
			json_array_append_new(facts, json_string(text));
		}
	}
	return facts;
}

static void add_fact(json_t *facts, const char *record, const char *key,
		     const json_t *value)
{
	char text[128], line[256];

	if (json_is_string(value))
		snprintf(text, sizeof(text), "%.95s", json_string_value(value));
	else
		snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	snprintf(line, sizeof(line), "%s.%s=%s", record, key, text);
	json_array_append_new(facts, json_string(line));
}

static json_t *facts_of_json(json_t *section)
{
	json_t *facts = json_array(), *records, *record, *value;
	const char *name, *key;
	size_t i;

	json_object_foreach(section, name, records)
	{
		json_t *one = json_pack("[O]", records);
		json_t *all = json_is_array(records) ? records : one;

		json_array_foreach(all, i, record)
			json_object_foreach(record, key, value)
				add_fact(facts, name, key, value);
		json_decref(one);
	}
	return facts;
}

static void keep_explanation(struct look *look, const struct snapshot *snapshot)
{
	uint32_t nr;
	const struct snapshot_explain *line = snapshot_explain(snapshot, &nr);
	bool within = false;

	if (!nr || look->before)
		return;
	look->before = facts_of_lines(line, nr, "before");
	look->after = facts_of_lines(line, nr, "after");
	look->events = json_array();
	for (uint32_t i = 0; i < nr; i++) {
		if (!line[i].depth)
			within = !strcmp(line[i].key, "what the kernel did");
		else if (within)
			json_array_append_new(look->events,
					      json_string(line[i].value));
	}
}

/* ---- runs ----------------------------------------------------------------------- */

static void see(struct look *look, const struct snapshot *snapshot)
{
	uint32_t nr;
	const struct snapshot_event *event = snapshot_events(snapshot, &nr);

	for (uint32_t i = 0; i < nr; i++) {
		assert_true(!i || event[i].serial > event[i - 1].serial);
		if (event[i].serial <= look->serial)
			continue;
		look->serial = event[i].serial;
		look->nr_kind[event[i].kind]++;
		if (look->list)
			assert_int_equal(event[i].nth,
					 look->nr_kind[event[i].kind]);
		if (look->list && event[i].kind == EVENT_FAULT)
			list(look->list, &event[i]);
		if (event[i].kind == EVENT_FAULT)
			look->nr_explained += event[i].fault.explained;
	}
}

static void rest(void *arg, struct machine *m, struct machine_go *go)
{
	struct look *look = arg;
	const struct snapshot_wish wish = {
		.sections = 1u << SECTION_EVENTS |
			    (look->explain ? 1u << SECTION_EXPLAIN : 0),
		.pfn = SNAPSHOT_NO_FRAME,
		.fault = look->explain,
	};
	struct snapshot *snapshot;

	(void)go;
	if (!look->nr_rests && look->explain)
		feed_expect(m->feed, look->explain);
	if (look->nr_rests++ % look->every)
		return;
	snapshot = machine_snapshot(m, &wish);
	assert_non_null(snapshot);
	see(look, snapshot);
	if (look->explain)
		keep_explanation(look, snapshot);
	snapshot_put(look->last);
	look->last = snapshot;
}

/* What it printed to standard output; @look and @explain may be NULL. */
static char *run(const char *const *sets, struct look *look,
		 const struct explain_options *explain, const char *trace)
{
	const struct machine_watcher watcher = {.arg = look, .rest = rest};
	struct diag diag = {0};
	size_t nr_sets = 0, size;
	int null = open("/dev/null", O_RDWR), out = dup(1);
	struct machine_options options = {
		.quiet = true,
		.explain = explain,
		.trace.path = trace,
		.watcher = look ? &watcher : NULL,
		.console_in = null,
		.console_out = null,
	};
	FILE *file = tmpfile();
	struct config *config;
	struct machine *m;
	char *text;

	while (sets[nr_sets])
		nr_sets++;
	config = config_load(BOARD, (const char **)sets, nr_sets, &diag);
	assert_non_null(config);
	fflush(stdout);
	dup2(fileno(file), 1);
	m = machine_create(config, &options, &diag);
	if (m)
		machine_run(m, &diag);
	fflush(stdout);
	dup2(out, 1);
	close(out);
	close(null);
	assert_non_null(m);
	machine_destroy(m);
	config_destroy(config);
	size = (size_t)lseek(fileno(file), 0, SEEK_END);
	text = calloc(1, size + 1);
	assert_int_equal(pread(fileno(file), text, size, 0), (ssize_t)size);
	fclose(file);
	return text;
}

static void forget(struct look *look)
{
	json_decref(look->before);
	json_decref(look->after);
	json_decref(look->events);
	snapshot_put(look->last);
}

static void same_list(const char *const *sets, struct look *look)
{
	const struct explain_options wanted = {.json = true};
	char *got = NULL, *want;
	size_t size;

	look->every = 1;
	look->list = open_memstream(&got, &size);
	want = run(sets, look, &wanted, NULL);
	fclose(look->list);
	assert_true(look->nr_kind[EVENT_FAULT] > 20);
	assert_string_equal(got, want);
	free(got);
	free(want);
}

static void faults_as_explain_lists_them(void **state)
{
	static const char *const cow[] = {GUEST("cow"), NULL};
	struct look look = {0};

	(void)state;
	same_list(cow, &look);
	/* exec, fork, two exits */
	assert_int_equal(look.nr_kind[EVENT_PROCESS], 4);
	forget(&look);
}

static void faults_that_end_in_signals(void **state)
{
	static const char *const faults[] = {GUEST("faults"), NULL};
	struct look look = {0};

	(void)state;
	same_list(faults, &look);
	assert_true(look.nr_kind[EVENT_SIGNAL] > 20);
	forget(&look);
}

/* Swapping: many more faults than are kept, and events of reclaim. */
static void the_newest_are_kept(void **state)
{
	static const char *const sets[] = {"run=[[host:" MMUSCOPE_BUILD_DIR
					   "/guests/swapset, 12, 1]]",
					   "memory.size=16M", "swap.size=64M",
					   NULL};
	struct look look = {.every = 7};
	const struct snapshot_event *event;
	uint64_t kept[NR_EVENT_KINDS] = {0}, newest[NR_EVENT_KINDS] = {0};
	uint32_t nr;

	(void)state;
	free(run(sets, &look, NULL, NULL));
	event = snapshot_events(look.last, &nr);
	for (uint32_t i = 0; i < nr; i++) {
		if (newest[event[i].kind])
			assert_int_equal(event[i].nth,
					 newest[event[i].kind] + 1);
		newest[event[i].kind] = event[i].nth;
		kept[event[i].kind]++;
	}
	assert_true(newest[EVENT_FAULT] > 2000);
	assert_true(newest[EVENT_RECLAIM] > 200);
	for (int i = 0; i < NR_EVENT_KINDS; i++) {
		const unsigned int most =
			snapshot_event_words((enum snapshot_event_kind)i)->kept;

		assert_int_equal(kept[i], newest[i] < most ? newest[i] : most);
	}
	/* and of few of them all, as nobody means to look */
	assert_in_range(look.nr_explained, 10, newest[EVENT_FAULT] / 2);
	forget(&look);
}

static void explained_as_by_explain(uint64_t number)
{
	static const char *const sets[] = {GUEST("cow"), NULL};
	const struct explain_options wanted = {.number = number, .json = true};
	struct look look = {.every = 1, .explain = number};
	char *text = run(sets, NULL, &wanted, NULL);
	json_t *want = json_loads(text, 0, NULL);
	json_t *before, *after, *event;
	size_t i;

	assert_non_null(want);
	free(run(sets, &look, NULL, NULL));
	before = facts_of_json(json_object_get(want, "before"));
	after = facts_of_json(json_object_get(want, "after"));
	assert_true(json_array_size(before) > 5);
	assert_true(json_equal(look.before, before));
	assert_true(json_equal(look.after, after));
	assert_int_equal(json_array_size(look.events),
			 json_array_size(json_object_get(want, "events")));
	json_array_foreach(json_object_get(want, "events"), i, event)
		assert_memory_equal(
			json_string_value(json_array_get(look.events, i)),
			json_string_value(json_object_get(event, "event")), 40);
	json_decref(before);
	json_decref(after);
	json_decref(want);
	free(text);
	forget(&look);
}

static void facts_as_explain_tells_them(void **state)
{
	(void)state;
	explained_as_by_explain(4);
	explained_as_by_explain(150);
}

static char *contents(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	assert_non_null(file);
	assert_true(getdelim(&text, &room, '\0', file) > 0);
	fclose(file);
	unlink(path);
	return text;
}

/* Which has faults alone, though the feed has asked for much more. */
static void a_trace_stays_as_it_was(void **state)
{
	static const char *const sets[] = {GUEST("faults"), NULL};
	struct look look = {.every = 3, .explain = 5};
	char path[64], *alone, *watched;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/feed-%d.txt", (int)getpid());
	free(run(sets, NULL, NULL, path));
	alone = contents(path);
	free(run(sets, &look, NULL, path));
	watched = contents(path);
	assert_string_equal(alone, watched);
	free(alone);
	free(watched);
	forget(&look);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_as_explain_lists_them),
		cmocka_unit_test(faults_that_end_in_signals),
		cmocka_unit_test(the_newest_are_kept),
		cmocka_unit_test(facts_as_explain_tells_them),
		cmocka_unit_test(a_trace_stays_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
