/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hand at the panels that are lists: processes, events, a fault explained.
 * What is where is in the order that was asked for, a click selects what the
 * tip names, and each key does what the help says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/snapshot/events.h"
#include "emu/viewer/explain_model.h"
#include "tests/unit/viewer/helper_hand.h"
#include "tests/unit/viewer/helper_scene.h"

/* ---- processes --------------------------------------------------------------------- */

#define NR_PROCESSES 60
#define NR_KTHREADS  3
#define NR_GONE      5

/*
 * Pids 1 to 60: three threads of the kernel's, then programs whose parent is
 * the one of half their number; the last five have ended. What they have in
 * each column has an order of its own.
 */
static struct snapshot_process *processes(void)
{
	static struct snapshot_process process[NR_PROCESSES];

	memset(process, 0, sizeof(process));
	for (int i = 0; i < NR_PROCESSES; i++) {
		const uint32_t n = (uint32_t)i;

		process[i] = (struct snapshot_process){
			.pid = i + 1,
			.ppid = i < NR_KTHREADS ? 0 : (i + 1) / 2,
			.kthread = i < NR_KTHREADS,
			.exit_status = i < NR_PROCESSES - NR_GONE ? -1 : 256,
			.mm = i < NR_KTHREADS ? 0 : n + 100,
			.rss_anon = n * 7 % 61 * 100,
			.rss_file = n % 3,
			.swapped = n * 11 % 61,
			.min_flt = n * 13 % 61 * 1000,
			.maj_flt = n * 17 % 61,
			.utime_cycles = n * 19 % 61 * 100000,
			.state = 'S',
			.nr_threads = 1,
		};
		snprintf(process[i].comm, sizeof(process[i].comm), "job%d",
			 i + 1);
	}
	return process;
}

struct table { /* a view of processes alone */
	struct view view;
	struct hand hand;
};

static void table_begin(struct table *table, int height)
{
	table->view = (struct view){.palette = palette_number(0),
				    .now = snapshot_make(0)};
	table->view.selected.pfn = SNAPSHOT_NO_FRAME;
	snapshot_set(table->view.now, SECTION_PROCESSES, processes(),
		     NR_PROCESSES * sizeof(struct snapshot_process));
	hand_begin(&table->hand, panel_named("processes"), &table->view, 640,
		   height, 1);
}

static void table_end(struct table *table)
{
	hand_end(&table->hand);
	snapshot_unmake(table->view.now);
}

/* The pid of the line at @y; 0: there is none. */
static int pid_at(struct hand *hand, int y)
{
	const struct tip *tip = hand_point(hand, hand->box.x + 60, y);
	int pid = 0;

	if (tip)
		assert_int_equal(sscanf(tip->line[0], "%*[^(](%d)", &pid), 1);
	return pid;
}

/* Those in sight from the top, and the height of each line. */
static int pids_in_sight(struct hand *hand, int *pid, int *height)
{
	int nr = 0, last = 0;

	for (int y = hand->box.y; y < hand->box.y + hand->box.h; y++) {
		const int now = pid_at(hand, y);

		if (now && now != last) {
			height[nr] = 0;
			pid[nr++] = now;
		}
		if (now)
			height[nr - 1]++;
		last = now;
	}
	return nr;
}

static uint64_t column(const struct snapshot_process *p, int order)
{
	const uint64_t value[] = {
		0,          (uint64_t)p->rss_anon + p->rss_file + p->rss_shmem,
		p->swapped, p->min_flt + p->maj_flt,
		p->maj_flt, p->utime_cycles,
	};

	return value[order];
}

static void expect_sorted(const int *pid, int nr, int order)
{
	const struct snapshot_process *all = processes();

	for (int i = 1; i < nr; i++) {
		uint64_t a = column(&all[pid[i - 1] - 1], order);
		uint64_t b = column(&all[pid[i] - 1], order);

		assert_true(a > b || (a == b && pid[i - 1] < pid[i]));
	}
}

/* Each after its parent, and after whom else of that parent's is older. */
static void expect_tree(const int *pid, int nr)
{
	const struct snapshot_process *all = processes();
	int place[NR_PROCESSES + 1] = {0};

	for (int i = 0; i < nr; i++)
		place[pid[i]] = i + 1;
	for (int i = 0; i < nr; i++) {
		const int parent = all[pid[i] - 1].ppid;

		if (!parent || !place[parent])
			continue;
		assert_true(place[parent] < i + 1);
		/* between them stand descendants of the parent's alone */
		for (int n = place[parent]; n < i; n++) {
			int up = pid[n];

			while (up > parent)
				up = all[up - 1].ppid;
			assert_int_equal(up, parent);
		}
	}
}

static void processes_in_order(void **state)
{
	struct table table;
	int pid[NR_PROCESSES], height[NR_PROCESSES], nr;

	(void)state;
	table_begin(&table, 1200);
	nr = pids_in_sight(&table.hand, pid, height);
	assert_int_equal(nr, NR_PROCESSES - NR_GONE);
	expect_tree(pid, nr);
	assert_true(hand_key(&table.hand, SDLK_f));
	nr = pids_in_sight(&table.hand, pid, height);
	for (int i = 0; i < nr; i++)
		assert_int_equal(pid[i], i + 1);
	for (int order = 1; order < 6; order++) {
		assert_true(hand_key(&table.hand, SDLK_o));
		nr = pids_in_sight(&table.hand, pid, height);
		assert_int_equal(nr, NR_PROCESSES - NR_GONE);
		expect_sorted(pid, nr, order);
	}
	assert_true(hand_key(&table.hand, SDLK_o)); /* by pid again */
	assert_int_equal(pid_at(&table.hand, table.hand.box.y + 30), 1);
	assert_false(hand_key(&table.hand, SDLK_e));
	table_end(&table);
}

static void processes_of_some_kinds(void **state)
{
	struct table table;
	int pid[NR_PROCESSES], height[NR_PROCESSES];

	(void)state;
	table_begin(&table, 1200);
	assert_true(hand_key(&table.hand, SDLK_x));
	assert_int_equal(pids_in_sight(&table.hand, pid, height), NR_PROCESSES);
	assert_true(hand_key(&table.hand, SDLK_k));
	assert_int_equal(pids_in_sight(&table.hand, pid, height),
			 NR_PROCESSES - NR_KTHREADS);
	assert_true(hand_key(&table.hand, SDLK_x));
	assert_int_equal(pids_in_sight(&table.hand, pid, height),
			 NR_PROCESSES - NR_KTHREADS - NR_GONE);
	table_end(&table);
}

/* A click on a title sorts by it; from the left: pid, RAM, swap, … */
static void titles_sort(void **state)
{
	struct table table;
	int pid[NR_PROCESSES], height[NR_PROCESSES], nr, order = 0;
	uint64_t last = 0;

	(void)state;
	table_begin(&table, 1200);
	hand_key(&table.hand, SDLK_f);
	last = hand_look(&table.hand);
	for (int x = table.hand.box.x; x < table.hand.box.x + 640; x += 6) {
		hand_click(&table.hand, x, table.hand.box.y + 8);
		if (hand_look(&table.hand) == last)
			continue;
		last = hand_look(&table.hand);
		nr = pids_in_sight(&table.hand, pid, height);
		hand_leave(&table.hand);
		last = hand_look(&table.hand);
		expect_sorted(pid, nr, ++order);
	}
	assert_int_equal(order, 5);
	table_end(&table);
}

static void click_selects_a_process(void **state)
{
	struct table table;
	int pid;

	(void)state;
	table_begin(&table, 300);
	for (int y = table.hand.box.y; y < table.hand.box.y + 300; y += 5) {
		const uint64_t serial = table.view.selected.serial;

		pid = pid_at(&table.hand, y);
		hand_click(&table.hand, table.hand.box.x + 60, y);
		assert_int_equal(table.view.selected.serial != serial,
				 pid != 0);
		if (pid)
			assert_int_equal(table.view.selected.pid, pid);
	}
	assert_true(table.view.selected.pid > 0);
	table_end(&table);
}

/* No line is cut: what isn't in sight whole isn't in sight. */
static void lines_are_whole(void **state)
{
	int pid[NR_PROCESSES], height[NR_PROCESSES];

	(void)state;
	for (int high = 150; high < 190; high += 3) {
		struct table table;
		int nr;

		table_begin(&table, high);
		nr = pids_in_sight(&table.hand, pid, height);
		assert_in_range(nr, 3, 20);
		for (int i = 0; i < nr; i++)
			assert_int_equal(height[i], height[0]);
		table_end(&table);
	}
}

static void processes_scroll(void **state)
{
	struct table table;
	int pid[NR_PROCESSES], height[NR_PROCESSES], nr, nr_shown;

	(void)state;
	table_begin(&table, 250);
	hand_key(&table.hand, SDLK_f);
	nr_shown = pids_in_sight(&table.hand, pid, height);
	assert_int_equal(pid[0], 1);
	assert_true(hand_key(&table.hand, SDLK_DOWN));
	pids_in_sight(&table.hand, pid, height);
	assert_int_equal(pid[0], 2);
	assert_true(hand_key(&table.hand, SDLK_UP));
	assert_true(hand_wheel(&table.hand, 100, 100, -1));
	pids_in_sight(&table.hand, pid, height);
	assert_int_equal(pid[0], 4);
	hand_wheel(&table.hand, 100, 100, 1);
	assert_true(hand_key(&table.hand, SDLK_PAGEDOWN));
	pids_in_sight(&table.hand, pid, height);
	assert_in_range(pid[0], nr_shown - 1, nr_shown + 1);
	for (int i = 0; i < 20; i++)
		hand_key(&table.hand, SDLK_PAGEDOWN);
	nr = pids_in_sight(&table.hand, pid, height);
	assert_int_equal(nr, nr_shown);
	assert_int_equal(pid[nr - 1], NR_PROCESSES - NR_GONE);
	hand_expect_scrolls(&table.hand, "(1)", "(55)");
	table_end(&table);
}

static void the_selected_process_comes_into_sight(void **state)
{
	struct table table;
	int pid[NR_PROCESSES], height[NR_PROCESSES];

	(void)state;
	table_begin(&table, 200);
	for (int who = 1; who <= NR_PROCESSES - NR_GONE; who += 6) {
		bool there = false;
		int nr;

		view_select_process(&table.view, who);
		hand_look(&table.hand);
		nr = pids_in_sight(&table.hand, pid, height);
		for (int i = 0; i < nr; i++)
			there |= pid[i] == who;
		assert_true(there);
	}
	table_end(&table);
}

/* ---- events -------------------------------------------------------------------------- */

/* Of three kinds, by two tasks; faults have the numbers of their places. */
#define NR_EVENTS 90

static struct snapshot_event *events(void)
{
	static struct snapshot_event event[NR_EVENTS];
	static const enum snapshot_event_kind kinds[] = {
		EVENT_FAULT, EVENT_PROCESS, EVENT_MIGRATION};
	uint64_t nth[NR_EVENT_KINDS] = {0};

	memset(event, 0, sizeof(event));
	for (uint32_t i = 0; i < NR_EVENTS; i++) {
		event[i].serial = i + 1;
		event[i].kind = (uint8_t)kinds[i % 3];
		event[i].nth = ++nth[kinds[i % 3]];
		event[i].cycle = 1000 * (i + 1);
		event[i].pid = i % 2 ? 7 : 8;
		strcpy(event[i].comm, "who");
		if (event[i].kind == EVENT_FAULT) {
			event[i].fault.number = i + 1;
			event[i].fault.far = 0x10000 + i * 4096 + 0x123;
			event[i].fault.end_cycle = event[i].cycle + 10;
			continue;
		}
		event[i].trace.name = "event";
		snprintf(event[i].trace.text, sizeof(event[i].trace.text),
			 "pfn=0x%x nr=%u", 0x60000 + i, i + 1);
	}
	return event;
}

static void feed_begin(struct table *table, int height)
{
	table->view = (struct view){.palette = palette_number(0),
				    .now = snapshot_make(0)};
	table->view.selected.pfn = SNAPSHOT_NO_FRAME;
	snapshot_set(table->view.now, SECTION_EVENTS, events(),
		     NR_EVENTS * sizeof(struct snapshot_event));
	hand_begin(&table->hand, panel_named("events"), &table->view, 900,
		   height, 1);
}

/* The event of the line at @y, by its cycle; 0: none. */
static uint32_t event_at(struct hand *hand, int y)
{
	const struct tip *tip = hand_point(hand, hand->box.x + 200, y);
	const char *cycle = NULL;

	for (unsigned int i = 0; tip && i < tip->nr_lines && !cycle; i++)
		cycle = strstr(tip->line[i], "cycle ");
	return cycle ? (uint32_t)strtoul(cycle + 6, NULL, 10) / 1000 : 0;
}

static int events_in_sight(struct hand *hand, uint32_t *event)
{
	uint32_t last = 0;
	int nr = 0;

	for (int y = hand->box.y; y < hand->box.y + hand->box.h; y++) {
		const uint32_t now = event_at(hand, y);

		if (now && now != last)
			event[nr++] = now;
		last = now;
	}
	return nr;
}

static enum snapshot_event_kind kind_of(uint32_t event)
{
	return (enum snapshot_event_kind)events()[event - 1].kind;
}

/* The newest is the last, and none is left out. */
static void events_end_with_the_newest(void **state)
{
	struct table table;
	uint32_t event[NR_EVENTS];
	int nr;

	(void)state;
	feed_begin(&table, 300);
	nr = events_in_sight(&table.hand, event);
	assert_in_range(nr, 8, 30);
	for (int i = 0; i < nr; i++)
		assert_int_equal(event[i], NR_EVENTS - nr + 1 + i);
	table_end(&table);
}

static void click_selects_an_event(void **state)
{
	struct table table;
	struct selection *const selected = &table.view.selected;

	(void)state;
	feed_begin(&table, 300);
	for (int y = table.hand.box.y; y < table.hand.box.y + 300; y += 3) {
		const uint32_t at = event_at(&table.hand, y);
		const struct snapshot_event *event = &events()[at ? at - 1 : 0];

		selected->fault = 0;
		hand_click(&table.hand, table.hand.box.x + 200, y);
		if (!at)
			continue;
		assert_int_equal(selected->pid, event->pid);
		if (event->kind == EVENT_FAULT) {
			assert_int_equal(selected->fault, event->fault.number);
			assert_true(selected->has_va);
			assert_int_equal(selected->va,
					 event->fault.far & ~0xfffu);
		} else {
			assert_int_equal(selected->fault, 0);
			assert_true(selected->by_frame);
			assert_int_equal(selected->pfn, 0x60000 + at - 1);
		}
	}
	table_end(&table);
}

static void expect_kinds(struct hand *hand, bool fault, bool process,
			 bool migration)
{
	uint32_t event[NR_EVENTS];
	int nr = events_in_sight(hand, event);
	bool seen[NR_EVENT_KINDS] = {false};

	for (int i = 0; i < nr; i++)
		seen[kind_of(event[i])] = true;
	assert_int_equal(seen[EVENT_FAULT], fault);
	assert_int_equal(seen[EVENT_PROCESS], process);
	assert_int_equal(seen[EVENT_MIGRATION], migration);
}

static void keys_hide_kinds(void **state)
{
	struct table table;

	(void)state;
	feed_begin(&table, 300);
	expect_kinds(&table.hand, true, true, true);
	assert_true(hand_key(&table.hand, SDLK_1 + EVENT_FAULT));
	expect_kinds(&table.hand, false, true, true);
	assert_true(hand_key(&table.hand, SDLK_1 + EVENT_MIGRATION));
	expect_kinds(&table.hand, false, true, false);
	assert_true(hand_key(&table.hand, SDLK_1 + EVENT_FAULT));
	expect_kinds(&table.hand, true, true, false);
	assert_true(hand_key(&table.hand, SDLK_0));
	expect_kinds(&table.hand, true, true, true);
	assert_false(hand_key(&table.hand, SDLK_e));
	table_end(&table);
}

/* What is said of a kind stands above the list; a click there is its key. */
static void chips_hide_kinds(void **state)
{
	struct table table;
	int x, y;

	(void)state;
	feed_begin(&table, 300);
	for (int i = 0; i < NR_EVENT_KINDS; i++)
		assert_true(hand_find(
			&table.hand,
			snapshot_event_words((enum snapshot_event_kind)i)
				->sentence,
			&x, &y));
	assert_true(hand_find(&table.hand,
			      snapshot_event_words(EVENT_FAULT)->sentence, &x,
			      &y));
	assert_true(hand_click(&table.hand, x, y));
	expect_kinds(&table.hand, false, true, true);
	assert_true(hand_click(&table.hand, x, y));
	expect_kinds(&table.hand, true, true, true);
	table_end(&table);
}

static void events_of_one_process(void **state)
{
	struct table table;
	uint32_t event[NR_EVENTS];
	int nr;

	(void)state;
	feed_begin(&table, 300);
	assert_true(hand_key(&table.hand, SDLK_9));
	assert_non_null(strstr(hand_heard(&table.hand), "no process"));
	view_select_process(&table.view, 7);
	hand_look(&table.hand);
	nr = events_in_sight(&table.hand, event);
	assert_true(nr > 5);
	for (int i = 0; i < nr; i++)
		assert_int_equal(events()[event[i] - 1].pid, 7);
	hand_key(&table.hand, SDLK_9);
	nr = events_in_sight(&table.hand, event);
	assert_int_equal(event[nr - 1], event[nr - 2] + 1);
	table_end(&table);
}

/* Fault by fault, and what is selected stays in sight. */
static void arrows_step_through_faults(void **state)
{
	struct table table;
	uint32_t event[NR_EVENTS];

	(void)state;
	feed_begin(&table, 300);
	assert_true(hand_key(&table.hand, SDLK_UP));
	for (uint32_t want = NR_EVENTS - 2; want > 3; want -= 3) {
		bool there = false;
		int nr;

		assert_int_equal(table.view.selected.fault, want);
		nr = events_in_sight(&table.hand, event);
		for (int i = 0; i < nr; i++)
			there |= event[i] == want;
		assert_true(there);
		hand_key(&table.hand, SDLK_UP);
	}
	assert_int_equal(table.view.selected.fault, 1);
	hand_key(&table.hand, SDLK_UP);
	assert_int_equal(table.view.selected.fault, 1);
	assert_true(hand_key(&table.hand, SDLK_DOWN));
	assert_int_equal(table.view.selected.fault, 4);
	table_end(&table);
}

static void events_scroll(void **state)
{
	struct table table;
	uint32_t event[NR_EVENTS];
	int nr;

	(void)state;
	feed_begin(&table, 300);
	hand_wheel(&table.hand, 200, 200, 1);
	nr = events_in_sight(&table.hand, event);
	assert_int_equal(event[nr - 1], NR_EVENTS - 3);
	assert_true(hand_key(&table.hand, SDLK_PAGEUP));
	assert_int_equal(events_in_sight(&table.hand, event), nr);
	assert_int_equal(event[nr - 1], NR_EVENTS - 3 - (nr - 1));
	for (int i = 0; i < 20; i++)
		hand_key(&table.hand, SDLK_PAGEUP);
	events_in_sight(&table.hand, event);
	assert_int_equal(event[0], 1);
	hand_expect_scrolls(&table.hand, "fault 1 at", "fault 88 at");
	table_end(&table);
}

/* More has come: the end goes on with it, another place stays where it was. */
static void the_end_follows_the_newest(void **state)
{
	struct table table;
	uint32_t event[NR_EVENTS];
	int nr;

	(void)state;
	for (int away = 0; away < 2; away++) {
		feed_begin(&table, 300);
		snapshot_set(table.view.now, SECTION_EVENTS, events(),
			     60 * sizeof(struct snapshot_event));
		hand_look(&table.hand);
		if (away)
			hand_wheel(&table.hand, 200, 200, 2);
		snapshot_set(table.view.now, SECTION_EVENTS, events(),
			     NR_EVENTS * sizeof(struct snapshot_event));
		hand_look(&table.hand);
		nr = events_in_sight(&table.hand, event);
		assert_int_equal(event[nr - 1], away ? 54 : NR_EVENTS);
		table_end(&table);
	}
}

/* ---- a fault explained ---------------------------------------------------------------- */

static void explain_tells_each_line(void **state)
{
	struct scene scene;
	struct hand hand;
	struct explain_lines lines;
	uint32_t registers;
	char first[160];
	uint64_t look;
	int x, y;

	(void)state;
	scene_begin(&scene);
	scene_wish(&scene, 1u << SECTION_EXPLAIN | 1u << SECTION_PROCESSES);
	scene_fault(&scene, 300);
	hand_begin(&hand, panel_named("explain"), &scene.view, 900, 1400, 1);
	lines = explain_lines(scene.view.now);
	registers = explain_section(&lines, "registers");
	assert_true(lines.nr > 30);
	for (uint32_t i = 0; i < lines.nr; i = explain_end(&lines, i))
		for (uint32_t n = i + 1; n < explain_end(&lines, i); n++) {
			const bool heading = n + 1 < lines.nr &&
					     lines.line[n].depth <
						     lines.line[n + 1].depth;
			char text[160];

			snprintf(text, sizeof(text), "%s: %s",
				 lines.line[n].key, lines.line[n].value);
			if (i != registers && !heading &&
			    !hand_find(&hand, text, &x, &y))
				fail_msg("nowhere: %s", text);
		}
	hand_resize(&hand, 500, 200);
	snprintf(first, sizeof(first), "%s: %s", lines.line[1].key,
		 lines.line[1].value);
	hand_expect_scrolls(&hand, first, "mapcount");
	hand_key(&hand, SDLK_DOWN);
	look = hand_look(&hand);
	hand_key(&hand, SDLK_DOWN);
	assert_true(hand_look(&hand) != look);
	hand_key(&hand, SDLK_UP);
	assert_true(hand_look(&hand) == look);
	assert_false(hand_key(&hand, SDLK_e));
	/* of one that is long gone nothing is said but where to look */
	view_select_fault(&scene.view, 5);
	scene_wish(&scene, 0);
	hand_resize(&hand, 900, 1400);
	lines = explain_lines(scene.view.now);
	if (lines.fault != 5)
		assert_int_equal(hand_count(&hand, ":", 8), 0);
	hand_end(&hand);
	scene_end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processes_in_order),
		cmocka_unit_test(processes_of_some_kinds),
		cmocka_unit_test(titles_sort),
		cmocka_unit_test(click_selects_a_process),
		cmocka_unit_test(lines_are_whole),
		cmocka_unit_test(processes_scroll),
		cmocka_unit_test(the_selected_process_comes_into_sight),
		cmocka_unit_test(events_end_with_the_newest),
		cmocka_unit_test(click_selects_an_event),
		cmocka_unit_test(keys_hide_kinds),
		cmocka_unit_test(chips_hide_kinds),
		cmocka_unit_test(events_of_one_process),
		cmocka_unit_test(arrows_step_through_faults),
		cmocka_unit_test(events_scroll),
		cmocka_unit_test(the_end_follows_the_newest),
		cmocka_unit_test(explain_tells_each_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
