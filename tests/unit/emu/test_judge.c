/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every kind of expectation (verdict.h) beside a run that is made up here:
 * one that is met, and one that isn't and must be told of.
 */
#define _GNU_SOURCE /* asprintf */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/machine.h"
#include "emu/scenario/guest.h"
#include "emu/scenario/observation.h"
#include "emu/scenario/scenario.h"
#include "emu/scenario/symbols.h"
#include "emu/scenario/verdict.h"

#define DEMO     MMUSCOPE_BUILD_DIR "/guests/cow"
#define NO_BOUND UINT64_MAX
#define RANGE(from, to)                                    \
	{                                                  \
		.low = (from), .high = (to), .given = true \
	}
#define NUMBER(called, from, to)                               \
	{                                                      \
		.name = (called), .range = RANGE((from), (to)) \
	}

/* From linux's siginfo.h, whose names the C library has as macros, too. */
enum {
	MAPERR = 1,
	ACCERR = 2
};

/* ---- a run ---------------------------------------------------------------------- */

static const struct scenario_guest the_guest = {.name = "demo"};
static const struct built_guest the_program = {.path = DEMO, .host = true};
static const char *const no_reports[] = {NULL};

/* Set up for each test, who changes what he means. */
static struct scenario scenario;
static struct observation seen;
static struct observed_fault faults[4];
static struct observed_exit exits[2];
static struct observed_vma vmas[3];
static struct kernel_zone_info zone;
static uint32_t main_at; /* where the program has its main() */

static void make_fault(struct observed_fault *fault, uint64_t number,
		       uint32_t far, const char *resolution)
{
	*fault = (struct observed_fault){
		.fault = {.number = number,
			  .pid = 6,
			  .comm = "cow",
			  .write = true,
			  .far = far,
			  .fsr = 0x817,
			  .resolution = resolution},
		.vma = "[heap]",
		.vma_start = 0x1000,
		.vma_end = 0xf0000000,
		.over = true,
	};
}

static void make_exit(void)
{
	vmas[0] = (struct observed_vma){.vma = {.start = 0x10000,
						.end = 0x20000,
						.rights = KERNEL_VMA_READ |
							  KERNEL_VMA_EXEC,
						.name = "/host/cow"},
					.present = 12};
	vmas[1] = (struct observed_vma){.vma = {.start = 0x50000,
						.end = 0x54000,
						.rights = KERNEL_VMA_READ |
							  KERNEL_VMA_WRITE},
					.present = 3,
					.swapped = 1};
	zone = (struct kernel_zone_info){.name = "Normal"};
	zone.free_blocks[0][3] = 2;
	zone.free_blocks[1][3] = 5;
	exits[0] = (struct observed_exit){
		.pid = 6,
		.comm = "cow",
		.of_board = true,
		.info = {.rss_anon = 11,
			 .rss_file = 20,
			 .rss_shmem = 1,
			 .swapped = 2,
			 .min_flt = 30,
			 .maj_flt = 4},
		.vmas = vmas,
		.nr_vmas = 2,
		.zones = &zone,
		.nr_zones = 1,
	};
	exits[0].memory[FRAME_SLAB] = 77;
}

static int set_up(void **state)
{
	static const struct expected_number counts[] = {
		NUMBER("anon_new", 5, 0), NUMBER("pgmajfault", 0, 0)};
	static const struct observed_trace trace[] = {
		{100, 0, "demo-6 page_fault_user: address=0x1000"},
		{200, 0, "demo-6 page_fault_user: address=0x2000"}};
	struct diag diag = {0};
	struct symbols *symbols = symbols_read(DEMO, &diag);

	(void)state;
	assert_non_null(symbols);
	main_at = symbols_find(symbols, "main")->start;
	symbols_free(symbols);
	make_fault(&faults[0], 11, main_at, "anon_new");
	make_fault(&faults[1], 12, main_at + 4, "cow_copy");
	make_fault(&faults[2], 13, 0x7efff123, "anon_zero");
	faults[2].fault.write = false;
	make_exit();
	seen = (struct observation){
		.guests = &the_program,
		.trouble = "",
		.where = "",
		.console = "one\ntwo\n",
		.console_bytes = 8,
		.log = "Booting Linux\nreboot: System halted\n",
		.faults = faults,
		.nr_faults = 3,
		.exits = exits,
		.nr_exits = 1,
		.counts = counts,
		.nr_counts = 2,
		.trace = trace,
		.nr_trace = 2,
		.cycles = 1000,
		.reports = no_reports,
	};
	scenario = (struct scenario){
		.path = "demo.yaml",
		.name = "demo",
		.guests = &the_guest,
		.nr_guests = 1,
		.limit_cycles = 5000,
	};
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
	struct verdict *verdict = judge(&scenario, &the_program, &seen);
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
	scenario.expect.exit = 3;
	expect_bad("end of the run", "exit status 3", "exit status 0");
	seen.status = 3;
	expect_good();
	seen.status = MACHINE_EXIT_SIGNAL + SIGSEGV;
	expect_bad("exit status 3", "killed by SIGSEGV");
	scenario.expect.signal = SIGSEGV;
	expect_good();
	seen.status = 0;
	expect_bad("killed by SIGSEGV", "exit status 0");
}

static void test_panic(void **state)
{
	(void)state;
	seen.panicked = true;
	seen.status = MACHINE_EXIT_PANIC;
	expect_bad("a panic; the end of the log", "System halted");
	scenario.expect.panics = true;
	expect_good();
	seen.panicked = false;
	expect_bad("a panic", "exit status 126");
}

static void test_limit_and_trouble(void **state)
{
	(void)state;
	seen.limit_reached = true;
	seen.where = "demo-6, R: at 0x10000, main";
	expect_bad("not ended after 5000 cycles", "demo-6, R");
	seen.limit_reached = false;
	seen.trouble = "the guest hangs";
	expect_bad("the guest hangs", "demo-6, R");
}

/* ---- texts --------------------------------------------------------------------------- */

static void test_console(void **state)
{
	static const char *const there[] = {"one", "two", NULL};
	static const char *const other[] = {"one", "three", NULL};
	struct scenario_text *console = &scenario.expect.console;

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
	seen.console = bytes;
	seen.console_bytes = sizeof(bytes) - 1;
	scenario.expect.console.matches = "^b$";
	expect_good();
	scenario.expect.console.exact = "a\nb\n";
	expect_bad("a\\x00\\x1b[2J");
}

static void test_log(void **state)
{
	static const char *const halted[] = {"System halted", NULL};

	(void)state;
	scenario.expect.log.contains = halted;
	expect_good();
	scenario.expect.log.contains = NULL;
	scenario.expect.log.lacks = halted;
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
	scenario.expect.faults = list;
	scenario.expect.nr_faults = 1;
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
	seen.nr_faults = 1;
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
	struct observed_fault *fault = &faults[0];

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
	faults[0].fault.resolution = NULL;
	faults[0].fault.outcome = FAULT_SIGNAL;
	faults[0].fault.sig = SIGSEGV;
	faults[0].fault.code = ACCERR;
	faults[0].sig_addr = main_at;
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
	seen.faults = &faults[1]; /* main+4 */
	seen.nr_faults = 1;
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
		.first = {.text = "0x10", .offset = main_at & ~0xfffu}};
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
	memcpy(faults[2].fault.comm, "other", 6);
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
	scenario.expect.counts = &count;
	scenario.expect.nr_counts = 1;
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
	scenario.expect.cycles = (struct scenario_range)RANGE(0, 1000);
	expect_good();
	scenario.expect.cycles = (struct scenario_range)RANGE(0, 999);
	expect_bad("cycles of the run|..999|1000");
}

static void test_trace(void **state)
{
	struct expected_trace trace = {
		.event = "page_fault_user",
		.count = {1, NO_BOUND, false},
	};

	(void)state;
	scenario.expect.trace = &trace;
	scenario.expect.nr_trace = 1;
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
	seen.reports = found;
	expect_bad("detectors", "stale: an entry of old");
	scenario.expect.reports = stale;
	expect_good();
	seen.reports = no_reports;
	expect_bad("a report of stale|none");
}

/* ---- what a process leaves ---------------------------------------------------------------- */

static struct expected_final final;

static void expect_final(void)
{
	final = (struct expected_final){.given = true};
	scenario.expect.final = &final;
	scenario.expect.nr_final = 1;
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
	exits[1] = exits[0];
	memcpy(exits[1].comm, "child", 6);
	exits[1].of_board = false;
	exits[1].info.rss_anon = 5;
	seen.nr_exits = 2;
	expect_final();
	final.numbers = &number;
	final.nr_numbers = 1;
	expect_bad("rss_anon as demo exits|5|11");
	final.of = "child";
	expect_good();
	final.of = "nobody";
	expect_bad("no such process has begun to exit");
}

/* ---- golden traces --------------------------------------------------------------------------- */

/* Beside a scenario in a folder that nobody else has. */
static void make_path(char *folder, char *path, size_t size)
{
	assert_non_null(mkdtemp(folder));
	snprintf(path, size, "%s/demo.yaml", folder);
	scenario.path = path;
}

static char *compare(enum golden_state state)
{
	char *difference;

	assert_int_equal(golden_compare(&scenario, &seen, &difference), state);
	return difference;
}

static void expect_difference(enum golden_state state, const char *says)
{
	char *difference = compare(state);

	assert_non_null(difference);
	if (!strstr(difference, says))
		fail_msg("no '%s' in\n%s", says, difference);
	free(difference);
}

static void replace(const char *golden, const char *was, const char *is)
{
	char text[8192], *at;
	FILE *file = fopen(golden, "r+");
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	at = strstr(text, was);
	assert_non_null(at);
	assert_int_equal(strlen(was), strlen(is));
	memcpy(at, is, strlen(is));
	rewind(file);
	assert_int_equal(fwrite(text, 1, n, file), n);
	fclose(file);
}

static void test_golden(void **state)
{
	char folder[] = "/tmp/mmuscope-golden-XXXXXX", path[64], golden[80];
	struct diag diag = {0};

	(void)state;
	make_path(folder, path, sizeof(path));
	snprintf(golden, sizeof(golden), "%s.golden", path);
	assert_null(compare(GOLDEN_NONE));
	assert_true(golden_write(&scenario, &seen, &diag));
	assert_null(compare(GOLDEN_SAME));

	/* what may change without a word */
	faults[0].fault.cycle = 99;
	faults[0].fault.number = faults[0].fault.pid = 40;
	faults[1].fault.pid = faults[2].fault.pid = exits[0].pid = 40;
	seen.cycles++;
	assert_null(compare(GOLDEN_SAME));

	faults[1].fault.resolution = "cow_reuse";
	expect_difference(GOLDEN_DIFFERS, "+ write to main+0x4 by cow-1: "
					  "cow_reuse, translation fault");
	faults[1].fault.resolution = "cow_copy";
	seen.console = "one\ntoo\n";
	expect_difference(GOLDEN_DIFFERS, "- console two\n+ console too\n");
	seen.console = "one\ntwo\n";
	exits[0].info.rss_anon++;
	expect_difference(GOLDEN_DIFFERS, "rss_anon=12");

	replace(golden, "demo=", "demo:");
	expect_difference(GOLDEN_OTHER_VERSION, "with other programs");
	replace(golden, "version 1", "version 0");
	expect_difference(GOLDEN_OTHER_VERSION, "has version 0");
	replace(golden, "# mmuscope", "# someword");
	expect_difference(GOLDEN_ERROR, "isn't one");
	unlink(golden);
	rmdir(folder);
	assert_false(golden_write(&scenario, &seen, &diag));
	assert_non_null(strstr(diag.text, "No such file"));
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
		with_run(test_golden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
