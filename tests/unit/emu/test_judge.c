/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every kind of expectation (verdict.h) beside a run that is made up here:
 * one that is met, and one that isn't and must be told of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/machine.h"
#include "emu/scenario/verdict.h"
#include "tests/unit/emu/helper_made_up.h"

/* From linux's siginfo.h, whose names the C library has as macros, too. */
enum {
	MAPERR = 1,
	ACCERR = 2
};

/* Set up for each test, who changes what he means. */
static struct made_up it;

static int set_up(void **state)
{
	(void)state;
	made_up_run(&it);
	return 0;
}

/* ---- verdicts ---------------------------------------------------------------------- */

static char *all_of(const struct verdict *verdict)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	for (size_t i = 0; i < verdict->nr; i++)
		fprintf(to, "%s|%s|%s\n", verdict->failures[i].what,
			verdict->failures[i].expected,
			verdict->failures[i].got);
	fclose(to);
	return text;
}

/* One failure that says all of @words (NULL-terminated); none without words. */
static void expect_verdict(const char *word, ...)
{
	struct verdict *verdict = judge(&it.scenario, &it.program, &it.seen);
	char *text;
	va_list words;

	assert_non_null(verdict);
	text = all_of(verdict);
	if (verdict->nr != (word != NULL))
		fail_msg("%zu failures:\n%s", verdict->nr, text);
	va_start(words, word);
	for (; word; word = va_arg(words, const char *))
		if (!strstr(text, word))
			fail_msg("no '%s' in\n%s", word, text);
	va_end(words);
	free(text);
	verdict_destroy(verdict);
}

#define expect_good()   expect_verdict(NULL)
#define expect_bad(...) expect_verdict(__VA_ARGS__, NULL)

/* ---- how it ends --------------------------------------------------------------------- */

static void test_exit_status(void **state)
{
	(void)state;
	expect_good();
	it.scenario.expect.exit = 3;
	expect_bad("end of the run", "exit status 3", "exit status 0");
	it.seen.status = 3;
	expect_good();
	it.seen.status = MACHINE_EXIT_SIGNAL + SIGSEGV;
	expect_bad("exit status 3", "killed by SIGSEGV");
	it.scenario.expect.signal = SIGSEGV;
	expect_good();
	it.seen.status = 0;
	expect_bad("killed by SIGSEGV", "exit status 0");
}

static void test_panic(void **state)
{
	(void)state;
	it.seen.panicked = true;
	it.seen.status = MACHINE_EXIT_PANIC;
	expect_bad("a panic; the end of the log", "System halted");
	it.scenario.expect.panics = true;
	expect_good();
	it.seen.panicked = false;
	expect_bad("a panic", "exit status 126");
}

static void test_limit_and_trouble(void **state)
{
	(void)state;
	it.seen.limit_reached = true;
	it.seen.where = "demo-6, R: at 0x10000, main";
	expect_bad("not ended after 5000 cycles", "demo-6, R");
	it.seen.limit_reached = false;
	it.seen.trouble = "the guest hangs";
	expect_bad("the guest hangs", "demo-6, R");
}

/* ---- texts --------------------------------------------------------------------------- */

static void test_console(void **state)
{
	static const char *const there[] = {"one", "two", NULL};
	static const char *const other[] = {"one", "three", NULL};
	struct scenario_text *console = &it.scenario.expect.console;

	(void)state;
	console->exact = "one\ntwo\n";
	expect_good();
	console->exact = "one\ntoo\n";
	expect_bad("console", "- too\n+ two");
	console->exact = "one\ntwo";
	expect_bad("- two (without newline)", "+ two");
	console->exact = NULL;
	console->contains = there;
	expect_good();
	console->contains = other;
	expect_bad("has in it: three");
	console->contains = NULL;
	console->lacks = other + 1;
	expect_good();
	console->lacks = there + 1;
	expect_bad("lacks: two");
	console->lacks = NULL;
	console->matches = "^t.o$";
	expect_good();
	console->matches = "^t.$";
	expect_bad("matches: ^t.$");
	console->matches = "(";
	expect_bad("no regular expression");
}

/* A guest prints what it likes. */
static void test_console_with_any_bytes(void **state)
{
	static const char bytes[] = "a\0\x1b[2J\nb\n";

	(void)state;
	it.seen.console = bytes;
	it.seen.console_bytes = sizeof(bytes) - 1;
	it.scenario.expect.console.matches = "^b$";
	expect_good();
	it.scenario.expect.console.exact = "a\nb\n";
	expect_bad("a\\x00\\x1b[2J");
}

static void test_log(void **state)
{
	static const char *const halted[] = {"System halted", NULL};

	(void)state;
	it.scenario.expect.log.contains = halted;
	expect_good();
	it.scenario.expect.log.contains = NULL;
	it.scenario.expect.log.lacks = halted;
	expect_bad("the kernel's log", "lacks: System halted");
}

/* ---- faults -------------------------------------------------------------------------- */

static struct scenario_region at_main(const char *text, uint64_t offset)
{
	return (struct scenario_region){
		.first = {.text = text, .symbol = "main", .offset = offset}};
}

static void expect_list(struct expected_faults *list,
			const struct expected_fault *fault, size_t nr,
			enum scenario_order order)
{
	list->given = true;
	list->order = order;
	list->list = fault;
	list->nr = nr;
	it.scenario.expect.faults = list;
	it.scenario.expect.nr_faults = 1;
}

static struct expected_fault any_fault(void)
{
	return (struct expected_fault){
		.major = -1, .stack_growth = -1, .count = {1, 1, false}};
}

/* The first fault alone is in scope; @good fits it, @bad doesn't. */
static void expect_field(struct expected_fault good, struct expected_fault bad,
			 const char *says)
{
	struct expected_faults list = {0};

	good.major = good.major ?: -1;
	it.seen.nr_faults = 1;
	expect_list(&list, &good, 1, ORDER_STRICT);
	expect_good();
	expect_list(&list, &bad, 1, ORDER_STRICT);
	expect_bad("faults", "- ", "+ write to main by cow-6", says);
}

/* Each with enough that is right for the two to belong together. */
#define FIELD(good, bad, says)                                            \
	do {                                                              \
		struct expected_fault fits = any_fault(), differs = fits; \
                                                                          \
		fits.at = differs.at = at_main("main", 0);                \
		fits.good;                                                \
		differs.bad;                                              \
		expect_field(fits, differs, says);                        \
	} while (0)

static void test_fault_fields(void **state)
{
	struct observed_fault *fault = &it.faults[0];

	(void)state;
	FIELD(access = ACCESS_WRITE, access = ACCESS_READ,
	      "access: read expected, write seen");
	FIELD(access = ACCESS_ANY, access = ACCESS_EXEC,
	      "access: fetch expected, write seen");
	FIELD(is = "anon_new", is = "cow_copy",
	      "is: cow_copy expected, anon_new seen");
	FIELD(vma = "[heap]", vma = "anon", "vma: anon expected, [heap] seen");
	FIELD(vma = NULL, vma = "none", "vma: none expected, [heap] seen");
	FIELD(of = "demo", of = "other", "of: other expected, cow seen");
	FIELD(of = "cow", of = "dem", "of: dem expected, cow seen");
	FIELD(status = "translation level 2", status = "permission",
	      "status: permission expected, translation fault, level 2");
	FIELD(status = "level 2, domain 1", status = "level 1",
	      "status: level 1 expected");
	FIELD(major = -1, major = 1, "major: true expected, false seen");
	FIELD(stack_growth = 0, stack_growth = 1,
	      "stack_growth: true expected, false seen");
	fault->fault.major = true;
	FIELD(major = 1, major = 0, "major: false expected, true seen");
	fault->over = false;
	FIELD(is = NULL, is = "anon_new", "its task ended over it");
}

static void test_fault_numbers(void **state)
{
	struct expected_fault good = any_fault(), bad;

	(void)state;
	good.at = at_main("main", 0);
	bad = good;
	good.has_fsr = bad.has_fsr = true;
	good.fsr = 0x817;
	bad.fsr = 0x805;
	expect_field(good, bad, "fsr: 0x805 expected, 0x817 seen");
	good.has_fsr = bad.has_fsr = false;
	good.has_by = bad.has_by = true;
	good.by = FAULT_BY_PROGRAM;
	bad.by = FAULT_FOR_PROGRAM;
	expect_field(good, bad, "by: the kernel, on the program's behalf");
}

static void test_fault_signals(void **state)
{
	struct expected_fault good = any_fault(), bad;

	(void)state;
	it.faults[0].fault.resolution = NULL;
	it.faults[0].fault.outcome = FAULT_SIGNAL;
	it.faults[0].fault.sig = SIGSEGV;
	it.faults[0].fault.code = ACCERR;
	it.faults[0].sig_addr = it.main_at;
	good.at = at_main("main", 0);
	good.is = "signal";
	good.signal = SIGSEGV;
	bad = good;
	bad.signal = SIGBUS;
	expect_field(good, bad,
		     "signal: SIGBUS expected, SIGSEGV, SEGV_ACCERR");
	good.has_code = bad.has_code = true;
	good.code = ACCERR;
	bad.signal = SIGSEGV;
	bad.code = MAPERR;
	expect_field(good, bad, "SEGV_MAPERR expected, SIGSEGV, SEGV_ACCERR");
	bad = good;
	good.addr = at_main("main", 0).first;
	bad.addr = at_main("main+1", 1).first;
	expect_field(good, bad, "addr: main+1 expected");
}

/* All of a symbol, one address, a page, a range. */
static void test_fault_places(void **state)
{
	struct expected_fault fault = any_fault();
	struct expected_faults list = {0};

	(void)state;
	it.seen.faults = &it.faults[1]; /* main+4 */
	it.seen.nr_faults = 1;
	expect_list(&list, &fault, 1, ORDER_STRICT);
	fault.at = at_main("main", 0);
	expect_good();
	fault.at = at_main("main+4", 4);
	expect_good();
	fault.at = at_main("main+0", 0);
	expect_bad("- touch at main+0", "+ write to main+0x4");
	fault.at.end = (struct scenario_place){
		.text = "main+4", .symbol = "main", .offset = 4};
	expect_bad("touch at main+0..main+4");
	fault.at.end.offset = 5;
	expect_good();
	fault.at = (struct scenario_region){
		.first = {.text = "0x10", .offset = it.main_at & ~0xfffu}};
	expect_good();
	fault.at.first.offset += 0x1000;
	expect_bad("touch at 0x10");
	fault.at = at_main("mian", 0);
	fault.at.first.symbol = "mian";
	expect_bad("demo has no symbol 'mian'; did you mean main?");
}

static void test_strict_order(void **state)
{
	struct expected_fault want[3] = {any_fault(), any_fault(), any_fault()};
	struct expected_faults list = {0};

	(void)state;
	want[0].is = "anon_new";
	want[1].is = "cow_copy";
	want[2].is = "anon_zero";
	expect_list(&list, want, 3, ORDER_STRICT);
	expect_good();
	expect_list(&list, want, 2, ORDER_STRICT);
	expect_bad("and no others", "+ read of 0x7efff123 by cow-6: anon_zero",
		   "fault 13");
	expect_list(&list, want + 1, 2, ORDER_STRICT);
	expect_bad("+ write to main by cow-6: anon_new, fault 11");
	expect_list(&list, want, 0, ORDER_STRICT);
	expect_bad("none", "fault 11", "fault 12", "fault 13");
	want[1].is = "anon_zero";
	want[2].is = "cow_copy";
	expect_list(&list, want, 3, ORDER_STRICT);
	expect_bad("- touch: anon_zero");
}

static void test_counted_faults(void **state)
{
	struct expected_fault want[2] = {any_fault(), any_fault()};
	struct expected_faults list = {0};

	(void)state;
	want[0].access = ACCESS_WRITE;
	want[1].access = ACCESS_READ;
	want[0].count = (struct scenario_range)RANGE(2, 2);
	expect_list(&list, want, 2, ORDER_STRICT);
	expect_good();
	want[0].count = (struct scenario_range)RANGE(3, NO_BOUND);
	expect_bad("3.. times: write", "- 3.. times: write");
	want[0].count = (struct scenario_range)RANGE(0, 1);
	expect_bad("+ write to main+0x4");
	want[0].count = (struct scenario_range)RANGE(1, 5);
	expect_good();
}

static void test_ordered(void **state)
{
	struct expected_fault want[2] = {any_fault(), any_fault()};
	struct expected_faults list = {0};

	(void)state;
	want[0].is = "anon_new";
	want[1].is = "anon_zero";
	expect_list(&list, want, 2, ORDER_ORDERED);
	expect_good(); /* cow_copy is between */
	want[0].is = "anon_zero";
	want[1].is = "anon_new";
	expect_bad("others may be between", "- touch: anon_zero");
	want[0].is = "anon_new";
	want[1].is = NULL;
	want[1].access = ACCESS_WRITE;
	expect_good();
	want[1].count = (struct scenario_range)RANGE(2, 2);
	expect_bad("2 times: write");
}

static void test_any_order(void **state)
{
	struct expected_fault want[3] = {any_fault(), any_fault(), any_fault()};
	struct expected_faults list = {0};

	(void)state;
	want[0].is = "anon_zero";
	want[1].access = ACCESS_WRITE;
	want[2].is = "anon_new";
	expect_list(&list, want, 3, ORDER_ANY);
	expect_good();
	/* two of them want the same one */
	want[1].is = "anon_new";
	expect_bad("any order", "touch: anon_new", "seen 0 times");
	want[1].is = NULL;
	want[1].count = (struct scenario_range)RANGE(1, 1);
	expect_good();
	expect_list(&list, want, 2, ORDER_ANY);
	expect_bad("+ write to main");
}

static void test_scope(void **state)
{
	struct expected_fault want = any_fault();
	struct expected_faults list = {0};

	(void)state;
	memcpy(it.faults[2].fault.comm, "other", 6);
	want.is = "anon_zero";
	list.of = "other";
	expect_list(&list, &want, 1, ORDER_STRICT);
	expect_good();
	list.of = "demo";
	expect_bad("faults of demo", "+ write to main");
	list.of = NULL;
	list.in = (struct scenario_region){
		.first = {.text = "0x7efff000", .offset = 0x7efff000}};
	expect_good();
	list.in = at_main("main", 0);
	expect_bad("faults in main", "+ write to main");
}

/* ---- numbers ---------------------------------------------------------------------------- */

static void test_counts(void **state)
{
	struct expected_number count = NUMBER("anon_new", 4, 6);

	(void)state;
	it.scenario.expect.counts = &count;
	it.scenario.expect.nr_counts = 1;
	expect_good();
	count.range.low = 6;
	expect_bad("anon_new|6|5");
	count = (struct expected_number)NUMBER("pgmajfault", 1, NO_BOUND);
	expect_bad("pgmajfault|1..|0");
	count.name = "pgmajfaults";
	expect_bad("no such counter; did you mean pgmajfault?");
}

static void test_cycles(void **state)
{
	(void)state;
	it.scenario.expect.cycles = (struct scenario_range)RANGE(0, 1000);
	expect_good();
	it.scenario.expect.cycles = (struct scenario_range)RANGE(0, 999);
	expect_bad("cycles of the run|..999|1000");
}

static void test_trace(void **state)
{
	struct expected_trace trace = {
		.event = "page_fault_user",
		.count = {1, NO_BOUND, false},
	};

	(void)state;
	it.scenario.expect.trace = &trace;
	it.scenario.expect.nr_trace = 1;
	expect_good();
	trace.count = (struct scenario_range)RANGE(2, 2);
	expect_good();
	trace.contains = "address=0x2000";
	expect_bad("events page_fault_user with address=0x2000", "1 of them",
		   "*          200 demo-6");
	trace.count = (struct scenario_range)RANGE(1, 1);
	expect_good();
	trace.event = "page_fault_kernel";
	expect_bad("page_fault_kernel", "0 of them");
}

static void test_reports(void **state)
{
	static const char *const found[] = {"stale: an entry of old", NULL};
	static const char *const stale[] = {"stale", NULL};

	(void)state;
	it.seen.reports = found;
	expect_bad("detectors", "stale: an entry of old");
	it.scenario.expect.reports = stale;
	expect_good();
	it.seen.reports = made_up_no_reports;
	expect_bad("a report of stale|none");
}

/* ---- what a process leaves ---------------------------------------------------------------- */

static struct expected_final final;

static void expect_final(void)
{
	final = (struct expected_final){.given = true};
	it.scenario.expect.final = &final;
	it.scenario.expect.nr_final = 1;
}

static void test_final_numbers(void **state)
{
	static const struct {
		const char *name;
		uint64_t value;
	} rows[] = {{"rss_anon", 11}, {"rss_file", 20}, {"rss_shmem", 1},
		    {"swapped", 2},   {"min_flt", 30},  {"maj_flt", 4}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct expected_number number =
			NUMBER(rows[i].name, rows[i].value, rows[i].value);

		expect_final();
		final.numbers = &number;
		final.nr_numbers = 1;
		expect_good();
		number.range.high = ++number.range.low;
		expect_bad(rows[i].name, "as demo exits");
	}
}

static void test_final_memory(void **state)
{
	struct expected_number frames = NUMBER("slab", 77, 77);
	struct expected_number blocks = NUMBER("Normal.3", 7, 7);

	(void)state;
	expect_final();
	final.memory = &frames;
	final.nr_memory = 1;
	final.buddy = &blocks;
	final.nr_buddy = 1;
	expect_good();
	frames.range.high = 76;
	frames.range.low = 0;
	expect_bad("slab as demo exits|..76|77");
	frames.range.high = NO_BOUND;
	blocks.name = "Normal.2";
	expect_bad("Normal.2 as demo exits|7|0");
}

static void test_final_mappings(void **state)
{
	struct expected_vma vma = {
		.in = {.first = {.text = "0x50000", .offset = 0x50000},
		       .end = {.text = "0x54000", .offset = 0x54000}},
		.perms = "rw-p",
		.name = "anon",
		.pages = RANGE(3, 3),
		.swapped = RANGE(1, 1),
	};

	(void)state;
	expect_final();
	final.vmas = &vma;
	final.nr_vmas = 1;
	expect_good();
	vma.perms = "r--p";
	expect_bad("mappings of cow as it exits", "r--p",
		   "00050000-00054000 rw-p anon, 3 pages, 1 swapped");
	vma.perms = NULL;
	vma.name = "[heap]";
	expect_bad("[heap]", "anon");
	vma.name = NULL;
	vma.pages.low = vma.pages.high = 4;
	expect_bad("4 pages", "3 pages");
	vma.pages.given = false;
	vma.swapped.low = vma.swapped.high = 0;
	expect_bad("0 swapped", "1 swapped");
	vma.swapped.given = false;
	vma.in.end.offset = 0x55000;
	expect_bad("a mapping at 0x50000..0x54000");
	vma.absent = true;
	expect_good();
	vma.in.end.offset = 0x54000;
	expect_bad("no mapping at 0x50000", "00050000-00054000");
	vma.absent = false;
	vma.in.first.offset = 0x90000;
	vma.in.end.offset = 0x91000;
	expect_bad("none there, but", "00010000-00020000 r-xp /host/cow");
}

static void test_final_of(void **state)
{
	struct expected_number number = NUMBER("rss_anon", 5, 5);

	(void)state;
	it.exits[1] = it.exits[0];
	memcpy(it.exits[1].comm, "child", 6);
	it.exits[1].of_board = false;
	it.exits[1].info.rss_anon = 5;
	it.seen.nr_exits = 2;
	expect_final();
	final.numbers = &number;
	final.nr_numbers = 1;
	expect_bad("rss_anon as demo exits|5|11");
	final.of = "child";
	expect_good();
	final.of = "nobody";
	expect_bad("no such process has begun to exit");
}

#define with_run(test) cmocka_unit_test_setup(test, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_run(test_exit_status),
		with_run(test_panic),
		with_run(test_limit_and_trouble),
		with_run(test_console),
		with_run(test_console_with_any_bytes),
		with_run(test_log),
		with_run(test_fault_fields),
		with_run(test_fault_numbers),
		with_run(test_fault_signals),
		with_run(test_fault_places),
		with_run(test_strict_order),
		with_run(test_counted_faults),
		with_run(test_ordered),
		with_run(test_any_order),
		with_run(test_scope),
		with_run(test_counts),
		with_run(test_cycles),
		with_run(test_trace),
		with_run(test_reports),
		with_run(test_final_numbers),
		with_run(test_final_memory),
		with_run(test_final_mappings),
		with_run(test_final_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
