/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which lines the feed has, where it begins, and what an event says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "emu/viewer/events_model.h"
#include "emu/viewer/explain_model.h"

/* ---- lines ----------------------------------------------------------------------- */

/* Faults from the 11th on, with signals between: F S F S … */
static void fill(struct snapshot_event *event, uint32_t nr)
{
	memset(event, 0, nr * sizeof(*event));
	for (uint32_t i = 0; i < nr; i++) {
		event[i].serial = 100 + i;
		event[i].kind = i % 2 ? EVENT_SIGNAL : EVENT_FAULT;
		event[i].nth = i % 2 ? i / 2 + 1 : i / 2 + 11;
		event[i].pid = i < 6 ? 1 : 2;
		if (event[i].kind == EVENT_FAULT)
			event[i].fault.number = 500 + i;
	}
}

static void lines_and_what_was_dropped(void **state)
{
	struct snapshot_event event[10];
	struct events_row row[10 + NR_EVENT_KINDS];
	struct events_filter filter = {0};

	(void)state;
	fill(event, 10);
	assert_int_equal(events_rows(event, 10, &filter, row), 11);
	assert_int_equal(row[0].dropped, 10);
	assert_int_equal(row[0].event, 0);
	for (uint32_t i = 0; i < 10; i++) {
		assert_int_equal(row[i + 1].event, i);
		assert_int_equal(row[i + 1].dropped, 0);
	}
	filter.hidden = 1u << EVENT_FAULT;
	assert_int_equal(events_rows(event, 10, &filter, row), 5);
	assert_int_equal(row[0].event, 1);
	filter = (struct events_filter){.pid = 2};
	assert_int_equal(events_rows(event, 10, &filter, row), 5);
	assert_int_equal(row[0].dropped, 10);
	assert_int_equal(row[1].event, 6);
	assert_int_equal(events_rows(event, 0, &filter, row), 0);
}

static void where_the_list_begins(void **state)
{
	struct snapshot_event event[10];
	struct events_row row[10 + NR_EVENT_KINDS];
	const struct events_filter filter = {0};
	uint32_t nr;

	(void)state;
	fill(event, 10);
	nr = events_rows(event, 10, &filter, row);
	assert_int_equal(events_first(event, row, nr, 4, 0), 7);
	assert_int_equal(events_first(event, row, nr, 40, 0), 0);
	/* the last line is to be event 105, which is row 6 */
	assert_int_equal(events_first(event, row, nr, 4, 105), 3);
	/* one that is no longer there: the first ones */
	assert_int_equal(events_first(event, row, nr, 4, 5), 0);
	assert_int_equal(events_first(event, row, nr, 0, 0), nr);
	assert_int_equal(events_find_fault(event, 10, 504), 4);
	assert_int_equal(events_find_fault(event, 10, 505), 10);
}

/* ---- words --------------------------------------------------------------------------- */

static const char *say(enum snapshot_event_kind kind, const char *name,
		       const char *text)
{
	static char said[160];
	struct snapshot_event event = {.kind = (uint8_t)kind};

	event.trace.name = name;
	snprintf(event.trace.text, sizeof(event.trace.text), "%s", text);
	events_sentence(&event, said, sizeof(said));
	return said;
}

static void sentences(void **state)
{
	(void)state;
	assert_string_equal(
		say(EVENT_SIGNAL, "signal_generate",
		    "sig=11 errno=0 code=1 comm=sh pid=5 grp=0 res=0"),
		"SIGSEGV to sh-5");
	assert_string_equal(
		say(EVENT_SIGNAL, "signal_generate",
		    "sig=17 errno=0 code=1 comm=sh pid=5 grp=1 res=1"),
		"SIGCHLD to sh-5, ignored");
	assert_string_equal(
		say(EVENT_SIGNAL, "signal_deliver",
		    "sig=10 errno=0 code=0 sa_handler=10454 sa_flags=4"),
		"SIGUSR1 taken: handler at 0x10454");
	assert_string_equal(say(EVENT_PROCESS, "sched_process_fork",
				"comm=sh pid=5 child_comm=sh child_pid=6"),
			    "fork: sh-6");
	assert_string_equal(say(EVENT_OOM, "mark_victim",
				"pid=7 comm=lamb total-vm=9kB anon-rss=8kB "
				"file-rss:4kB shmem-rss:0kB uid=0"),
			    "OOM kills lamb-7: anon 8kB, file 4kB, shmem 0kB");
	assert_string_equal(say(EVENT_RECLAIM, "mm_vmscan_kswapd_sleep",
				"nid=0"),
			    "kswapd_sleep  nid=0");
	/* cut off, or not as we know it: no crash, and what there is */
	assert_string_equal(say(EVENT_SIGNAL, "signal_generate", "sig="),
			    "signal  to ?-?");
}

static void fields(void **state)
{
	struct snapshot_event event = {.kind = EVENT_MIGRATION};
	uint64_t value = 0;

	(void)state;
	strcpy(event.trace.text, "end_pfn=0x5 pfn=0x60123 order=2");
	assert_true(events_field(&event, "pfn", &value));
	assert_int_equal(value, 0x60123);
	assert_false(events_field(&event, "fn", &value));
	event.kind = EVENT_FAULT;
	assert_false(events_field(&event, "pfn", &value));
}

/* ---- what differs ----------------------------------------------------------------------- */

static void what_a_fault_changed(void **state)
{
	static const struct snapshot_explain line[] = {
		{0, "fault", "68"}, {1, "address", "0x76fee004, write"},
		{0, "before", ""},  {1, "walk", ""},
		{2, "level", "1"},  {2, "word", "0x1"},
		{1, "walk", ""},    {2, "level", "2"},
		{2, "word", "0x0"}, {0, "after", ""},
		{1, "walk", ""},    {2, "level", "1"},
		{2, "word", "0x1"}, {1, "walk", ""},
		{2, "level", "2"},  {2, "word", "0x6008c83f"},
		{1, "frame", ""},   {2, "pfn", "0x6008c"},
	};
	const struct explain_lines lines = {.line = line, .nr = 18};
	uint32_t before = explain_section(&lines, "before");
	uint32_t after = explain_section(&lines, "after");

	(void)state;
	assert_int_equal(before, 2);
	assert_int_equal(after, 9);
	assert_int_equal(explain_end(&lines, before), 9);
	assert_int_equal(explain_end(&lines, after), 18);
	assert_int_equal(explain_section(&lines, "none"), EXPLAIN_NONE);
	assert_false(explain_differs(&lines, after, 12, before));
	assert_false(explain_differs(&lines, after, 14, before));
	assert_true(explain_differs(&lines, after, 15, before));
	assert_true(explain_differs(&lines, after, 17, before));
	assert_true(explain_same_page("0x76fee123", 0x76fee004));
	assert_false(explain_same_page("0x76fef123", 0x76fee004));
	assert_false(explain_same_page("none", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_and_what_was_dropped),
		cmocka_unit_test(where_the_list_begins),
		cmocka_unit_test(sentences),
		cmocka_unit_test(fields),
		cmocka_unit_test(what_a_fault_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
