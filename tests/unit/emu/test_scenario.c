/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario's file says, field by field. What it must not say is in
 * tests/cli/bad-scenario.sh.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
/* after those that it needs */
#include <cmocka.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/scenario/scenario.h"

/* A file topic/name.yaml in a folder of its own, and what it says. */
static struct scenario *load(const char *text)
{
	char folder[] = "/tmp/scenario-XXXXXX";
	char topic[64], path[96];
	struct diag diag = {0};
	struct scenario *scenario;
	FILE *file;

	assert_non_null(mkdtemp(folder));
	snprintf(topic, sizeof(topic), "%s/topic", folder);
	snprintf(path, sizeof(path), "%s/name.yaml", topic);
	assert_int_equal(0, mkdir(topic, 0700));
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	scenario = scenario_load(path, &diag);
	if (!scenario)
		print_error("%s\n", diag.text);
	unlink(path);
	rmdir(topic);
	rmdir(folder);
	assert_non_null(scenario);
	return scenario;
}

static void assert_range(struct scenario_range range, uint64_t low,
			 uint64_t high)
{
	assert_true(range.given);
	assert_true(range.low == low && range.high == high);
}

static void test_least(void **state)
{
	struct scenario *s = load("guests: {run: /bin/true}\n");

	(void)state;
	assert_string_equal(s->name, "topic/name");
	assert_string_equal(s->about, "");
	assert_string_equal(s->config->board_name, "vexpress-a9");
	assert_int_equal(s->nr_guests, 1);
	assert_int_equal(s->guests[0].kind, GUEST_RUN);
	assert_string_equal(s->guests[0].name, "true");
	assert_string_equal(s->guests[0].args[0], "/bin/true");
	assert_null(s->guests[0].args[1]);
	assert_string_equal(s->input, "");
	assert_true(s->limit_cycles == UINT64_C(20000000000));
	assert_false(s->oracle);
	assert_int_equal(s->expect.exit, 0);
	assert_int_equal(s->expect.signal, 0);
	assert_int_equal(s->expect.nr_faults, 0);
	assert_null(s->expect.console.exact);
	/* what is cheap looks on */
	assert_string_equal(s->detect[0], "verify");
	assert_true(s->config->detect & 1u << DETECT_VERIFY);
	assert_false(s->config->detect & 1u << DETECT_STALE);
	scenario_destroy(s);
}

static void test_guests(void **state)
{
	struct scenario *s = load("about: two\n"
				  "board: tiny-8m\n"
				  "set:\n"
				  "  memory.size: 16M\n"
				  "  cpu: {tlb: {entries: 16}}\n"
				  "guests:\n"
				  "  - source: |\n"
				  "      int main(void)\n"
				  "      {\n"
				  "      }\n"
				  "    args: [400, host:x, /y]\n"
				  "    cflags: -mthumb\n"
				  "  - file: two.c\n"
				  "    name: second\n"
				  "  - run: /bin/cat /etc/passwd\n"
				  "stdin: \"in\\n\"\n"
				  "limit: {cycles: 2M}\n"
				  "detect: [stale, kmemleak]\n"
				  "oracle: true\n");
	const struct scenario_guest *g = s->guests;

	(void)state;
	assert_string_equal(s->about, "two");
	assert_true(s->config->memory.size_bytes == 16 << 20);
	assert_int_equal(s->config->cpu.tlb.main.entries, 16);
	assert_int_equal(s->nr_guests, 3);
	assert_int_equal(g[0].kind, GUEST_SOURCE);
	assert_string_equal(g[0].name, "name");
	assert_string_equal(g[0].source, "int main(void)\n{\n}\n");
	assert_int_equal(g[0].where.line, 8);
	assert_string_equal(g[0].args[0], "400");
	assert_non_null(strstr(g[0].args[1], "/topic/x"));
	assert_memory_equal(g[0].args[1], "host:/", 6);
	assert_string_equal(g[0].args[2], "/y");
	assert_string_equal(g[0].cflags[0], "-mthumb");
	assert_int_equal(g[1].kind, GUEST_FILE);
	assert_string_equal(g[1].name, "second");
	assert_non_null(strstr(g[1].source, "/topic/two.c"));
	assert_string_equal(g[2].args[1], "/etc/passwd");
	assert_string_equal(s->input, "in\n");
	assert_true(s->limit_cycles == 2000000);
	assert_string_equal(s->detect[0], "stale");
	assert_string_equal(s->detect[1], "kmemleak");
	assert_null(s->detect[2]);
	assert_int_equal(s->config->detect,
			 1u << DETECT_STALE | 1u << DETECT_KMEMLEAK);
	assert_true(s->oracle);
	scenario_destroy(s);
}

static void test_faults(void **state)
{
	struct scenario *s = load(
		"guests: {run: /bin/true}\n"
		"expect:\n"
		"  faults:\n"
		"    - order: ordered\n"
		"      of: true\n"
		"      in: buffer..buffer+0x4000\n"
		"      list:\n"
		"        - {at: buffer-4, access: write, by: kernel,\n"
		"           is: anon_new, vma: anon, fsr: 0x805,\n"
		"           status: 'translation fault, level 2', count: 2..,\n"
		"           major: false, stack_growth: true}\n"
		"        - {at: 0x10000, access: exec, code: SEGV_ACCERR,\n"
		"           addr: table, of: child}\n"
		"    - {order: any, list: []}\n");
	const struct expected_faults *faults = s->expect.faults;
	const struct expected_fault *f = faults->list;

	(void)state;
	assert_int_equal(s->expect.nr_faults, 2);
	assert_int_equal(faults->order, ORDER_ORDERED);
	assert_string_equal(faults->of, "true");
	assert_string_equal(faults->in.first.symbol, "buffer");
	assert_true(faults->in.end.offset == 0x4000);
	assert_int_equal(faults->nr, 2);
	assert_int_equal(faults->where.line, 4);
	assert_string_equal(f[0].at.first.text, "buffer-4");
	assert_string_equal(f[0].at.first.symbol, "buffer");
	assert_true(f[0].at.first.offset == (uint64_t)-4);
	assert_null(f[0].at.end.text);
	assert_int_equal(f[0].access, ACCESS_WRITE);
	assert_true(f[0].has_by && f[0].by == FAULT_FOR_PROGRAM);
	assert_string_equal(f[0].is, "anon_new");
	assert_string_equal(f[0].vma, "anon");
	assert_true(f[0].has_fsr && f[0].fsr == 0x805);
	assert_int_equal(f[0].major, 0);
	assert_int_equal(f[0].stack_growth, 1);
	assert_range(f[0].count, 2, UINT64_MAX);
	assert_int_equal(f[0].where.line, 8);
	assert_null(f[1].at.first.symbol);
	assert_true(f[1].at.first.offset == 0x10000);
	assert_int_equal(f[1].access, ACCESS_EXEC);
	assert_string_equal(f[1].is, "signal");
	assert_int_equal(f[1].signal, SIGSEGV);
	assert_true(f[1].has_code && f[1].code == 2);
	assert_string_equal(f[1].addr.symbol, "table");
	assert_string_equal(f[1].of, "child");
	assert_int_equal(f[1].major, -1);
	assert_true(f[1].count.low == 1 && f[1].count.high == 1);
	assert_int_equal(faults[1].order, ORDER_ANY);
	assert_int_equal(faults[1].nr, 0);
	scenario_destroy(s);
}

static void test_the_rest(void **state)
{
	struct scenario *s = load(
		"guests: {run: /bin/true}\n"
		"expect:\n"
		"  signal: SIGBUS\n"
		"  console: {contains: [a, b], lacks: c, matches: \"^d$\"}\n"
		"  log: exact\n"
		"  counts: {cow_copy: 4, pgmajfault: ..7, walks.walks: 0..}\n"
		"  cycles: ..2G\n"
		"  reports: verify\n"
		"  trace: {event: mm_page_alloc, contains: order=3}\n"
		"  final:\n"
		"    rss_anon: 10..14\n"
		"    swapped: 0\n"
		"    vmas: [{in: buffer, perms: rw-p, pages: 4..},\n"
		"           {name: '[heap]', absent: true}]\n"
		"    memory: {free: 1000..}\n"
		"    buddy: {Normal.10: 1..}\n");
	const struct scenario_expect *e = &s->expect;
	const struct expected_final *final = e->final;

	(void)state;
	assert_int_equal(e->signal, SIGBUS);
	assert_string_equal(e->console.contains[1], "b");
	assert_null(e->console.contains[2]);
	assert_string_equal(e->console.lacks[0], "c");
	assert_string_equal(e->console.matches, "^d$");
	assert_string_equal(e->log.exact, "exact");
	assert_int_equal(e->nr_counts, 3);
	assert_string_equal(e->counts[0].name, "cow_copy");
	assert_range(e->counts[0].range, 4, 4);
	assert_range(e->counts[1].range, 0, 7);
	assert_range(e->counts[2].range, 0, UINT64_MAX);
	assert_range(e->cycles, 0, 2000000000);
	assert_string_equal(e->reports[0], "verify");
	assert_int_equal(e->nr_trace, 1);
	assert_string_equal(e->trace[0].event, "mm_page_alloc");
	assert_string_equal(e->trace[0].contains, "order=3");
	assert_true(e->trace[0].count.low == 1 &&
		    e->trace[0].count.high == UINT64_MAX);
	assert_int_equal(e->nr_final, 1);
	assert_int_equal(final->nr_numbers, 2);
	assert_string_equal(final->numbers[1].name, "swapped");
	assert_range(final->numbers[1].range, 0, 0);
	assert_int_equal(final->nr_vmas, 2);
	assert_string_equal(final->vmas[0].in.first.symbol, "buffer");
	assert_string_equal(final->vmas[0].perms, "rw-p");
	assert_range(final->vmas[0].pages, 4, UINT64_MAX);
	assert_string_equal(final->vmas[1].name, "[heap]");
	assert_true(final->vmas[1].absent);
	assert_string_equal(final->memory[0].name, "free");
	assert_string_equal(final->buddy[0].name, "Normal.10");
	scenario_destroy(s);
}

/* A status may be a panic; a console's text may be in place of a map. */
static void test_other_shapes(void **state)
{
	struct scenario *s = load("guests: [{run: /bin/true}]\n"
				  "detect: none\n"
				  "expect: {exit: panic, console: \"x\\n\"}\n");

	(void)state;
	assert_true(s->expect.panics);
	assert_string_equal(s->expect.console.exact, "x\n");
	assert_null(s->detect[0]);
	assert_int_equal(s->config->detect, 0);
	scenario_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_guests),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_the_rest),
		cmocka_unit_test(test_other_shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
