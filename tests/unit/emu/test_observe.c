/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is written down of whole runs (observation.h), beside what is known of
 * them otherwise: the guest's own output, the kernel's counters, the same run
 * without anybody who looks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/scenario/compile.h"
#include "emu/scenario/guest.h"
#include "emu/scenario/observation.h"
#include "emu/scenario/scenario.h"
#include "emu/scenario/symbols.h"
#include "emu/scenario/verdict.h"
#include "tests/unit/emu/helper_whole.h"

#define BOARD         MMUSCOPE_SOURCE_DIR "/configs/vexpress-a9.yaml"
#define PROGRAM(name) MMUSCOPE_BUILD_DIR "/guests/" name

static const struct scenario_guest guests[] = {{.name = "cow"},
					       {.name = "stack"}};
static const char *const cow_argv[] = {WHOLE_GUEST("cow"), NULL};
static const char *const stack_argv[] = {WHOLE_GUEST("stack"), NULL};
static const struct built_guest programs[] = {
	{.path = PROGRAM("cow"), .host = true, .argv = cow_argv},
	{.path = PROGRAM("stack"), .host = true, .argv = stack_argv},
};

static struct config *config;

static struct scenario make_scenario(size_t nr_guests)
{
	return (struct scenario){
		.path = "test.yaml",
		.name = "test",
		.config = config,
		.guests = guests,
		.nr_guests = nr_guests,
		.input = "",
		.limit_cycles = UINT64_C(10000000000),
	};
}

static struct observation *run(const struct scenario *scenario)
{
	struct diag diag = {0};
	struct observation *seen = observe(scenario, programs, &diag);

	if (!seen)
		fail_msg("%s", diag.text);
	return seen;
}

static uint64_t count_of(const struct observation *seen, const char *name)
{
	for (size_t i = 0; i < seen->nr_counts; i++)
		if (!strcmp(seen->counts[i].name, name))
			return seen->counts[i].range.low;
	fail_msg("no counter %s", name);
	return 0;
}

static uint64_t resolved_by(const struct observation *seen, const char *how)
{
	uint64_t nr = 0;

	for (size_t i = 0; i < seen->nr_faults; i++) {
		const char *resolution = seen->faults[i].fault.resolution;

		nr += resolution && !strcmp(resolution, how);
	}
	return nr;
}

/* ---- a whole run ----------------------------------------------------------------- */

static void test_faults_are_those_that_were_counted(void **state)
{
	/* not anon_new: exec() touches a stack by itself */
	static const char *const names[] = {"anon_zero", "file_read",
					    "cow_copy", "cow_reuse", "mkyoung"};
	struct scenario scenario = make_scenario(1);
	struct observation *seen = run(&scenario);

	(void)state;
	assert_int_equal(seen->status, 0);
	assert_string_equal(seen->console, "child 0 parent 1\n"
					   "faults while shared 64 alone 0\n");
	assert_int_equal(seen->console_bytes, strlen(seen->console));
	assert_non_null(strstr(seen->log, "Booting Linux"));
	assert_string_equal(seen->trouble, "");
	assert_false(seen->limit_reached || seen->panicked);
	assert_null(seen->reports[0]);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_int_equal(resolved_by(seen, names[i]),
				 count_of(seen, names[i]));
	assert_true(count_of(seen, "cow_copy") >= 64);
	for (size_t i = 0; i < seen->nr_faults; i++) {
		const struct observed_fault *fault = &seen->faults[i];

		assert_int_equal(fault->fault.number, i + 1);
		assert_true(fault->over);
		assert_in_range(fault->fault.far, fault->vma_start,
				fault->vma_end - 1);
	}
	observation_destroy(seen);
}

static void test_an_exit_is_what_the_process_had(void **state)
{
	struct scenario scenario = make_scenario(1);
	struct observation *seen = run(&scenario);
	const struct observed_exit *exit = seen->exits;
	uint32_t pages = 0;
	uint64_t frames = 0;

	(void)state;
	/* the child isn't the board's, and nobody asked for it */
	assert_int_equal(seen->nr_exits, 1);
	assert_string_equal(exit->comm, "cow");
	assert_true(exit->of_board);
	for (size_t i = 0; i < exit->nr_vmas; i++)
		pages += exit->vmas[i].present;
	/* the vectors page and the zero page count for no process */
	assert_in_range(pages, exit->info.rss_anon + exit->info.rss_file,
			exit->info.rss_anon + exit->info.rss_file + 4);
	assert_true(exit->info.rss_anon >= 64);
	for (int i = 0; i < NR_FRAME_USES; i++)
		frames += exit->memory[i];
	assert_int_equal(frames, config->memory.size_bytes / 4096);
	assert_int_equal(exit->nr_zones, 1);
	observation_destroy(seen);
}

/* Who looks changes nothing. */
static void test_the_run_is_that_without_a_watcher(void **state)
{
	struct scenario scenario = make_scenario(1);
	struct observation *seen = run(&scenario);
	struct whole whole = {.argv = {WHOLE_GUEST("cow")}};
	char hash[24];

	(void)state;
	whole_run(&whole);
	snprintf(hash, sizeof(hash), "%016llx", (unsigned long long)seen->hash);
	assert_string_equal(
		json_string_value(json_object_get(whole.stats, "run_hash")),
		hash);
	assert_int_equal(
		json_integer_value(json_object_get(whole.stats, "cycles")),
		seen->cycles);
	whole_free(&whole);
	observation_destroy(seen);
}

static void test_a_fault_is_explained_by_a_second_run(void **state)
{
	struct scenario scenario = make_scenario(1);
	struct observation *seen = run(&scenario);
	char number[64], *record;
	size_t i = 0;

	(void)state;
	while (!seen->faults[i].fault.resolution ||
	       strcmp(seen->faults[i].fault.resolution, "cow_copy") != 0)
		i++;
	record = observe_fault(&scenario, programs,
			       seen->faults[i].fault.number);
	assert_non_null(record);
	snprintf(number, sizeof(number), "number                   %zu\n",
		 i + 1);
	assert_non_null(strstr(record, number));
	assert_non_null(strstr(record, "cow_copy"));
	assert_non_null(strstr(record, "---- after ----"));
	free(record);
	assert_null(observe_fault(&scenario, programs, 1000000));
	observation_destroy(seen);
}

/* ---- ends that are none -------------------------------------------------------------- */

static void test_a_limit_ends_the_run(void **state)
{
	struct scenario scenario = make_scenario(1);
	struct observation *seen;
	struct verdict *verdict;

	(void)state;
	scenario.limit_cycles = 40000; /* in the midst of libc's beginning */
	seen = run(&scenario);
	assert_true(seen->limit_reached);
	assert_in_range(seen->cycles, 40000, 60000);
	assert_non_null(strstr(seen->where, "cow-"));
	assert_non_null(strstr(seen->where, ", on the core: at 0x"));
	verdict = judge(&scenario, programs, seen);
	assert_int_equal(verdict->nr, 1);
	assert_non_null(strstr(verdict->failures[0].got,
			       "not ended after 40000 cycles\ncow-"));
	verdict_destroy(verdict);
	/* and so does that which looks for a fault */
	assert_null(observe_fault(&scenario, programs, 1000000));
	observation_destroy(seen);
}

static void test_a_missing_program_is_told(void **state)
{
	static const char *const argv[] = {"/bin/nothing", NULL};
	static const struct built_guest lost = {.path = "/bin/nothing",
						.argv = argv};
	struct scenario scenario = make_scenario(1);
	struct diag diag = {0};
	struct observation *seen = observe(&scenario, &lost, &diag);

	(void)state;
	assert_non_null(seen);
	assert_non_null(strstr(seen->trouble, "/bin/nothing"));
	observation_destroy(seen);
}

/* ---- several guests, events ------------------------------------------------------------ */

static void test_scopes_of_two_guests(void **state)
{
	const struct expected_fault growth = {
		.major = -1,
		.stack_growth = 1,
		.vma = "[stack]",
		.count = {.low = 2000, .high = 2048, .given = true}};
	struct expected_faults list = {.given = true,
				       .order = ORDER_ORDERED,
				       .of = "stack",
				       .list = &growth,
				       .nr = 1};
	struct scenario scenario = make_scenario(2);
	struct observation *seen;
	struct verdict *verdict;

	(void)state;
	scenario.expect.faults = &list;
	scenario.expect.nr_faults = 1;
	seen = run(&scenario);
	assert_int_equal(seen->nr_exits, 2);
	/* 4 MB of stack, and its child's 4 MB up to the limit */
	verdict = judge(&scenario, programs, seen);
	assert_int_equal(verdict->nr, 0);
	verdict_destroy(verdict);
	list.of = "cow";
	verdict = judge(&scenario, programs, seen);
	assert_int_equal(verdict->nr, 1);
	assert_non_null(strstr(verdict->failures[0].what, "faults of cow"));
	verdict_destroy(verdict);
	observation_destroy(seen);
}

static void test_events_that_are_asked_for(void **state)
{
	static const struct expected_trace fork[] = {
		{.event = "sched_process_fork",
		 .contains = "comm=cow",
		 .count = {1, 1, true}},
		{.event = "sched_process_exit",
		 .contains = "comm=cow",
		 .count = {2, 2, true}},
	};
	struct scenario scenario = make_scenario(1);
	struct observation *seen;
	struct verdict *verdict;

	(void)state;
	scenario.expect.trace = fork;
	scenario.expect.nr_trace = 2;
	seen = run(&scenario);
	verdict = judge(&scenario, programs, seen);
	if (verdict->nr)
		fail_msg("%s: %s", verdict->failures[0].what,
			 verdict->failures[0].got);
	verdict_destroy(verdict);
	observation_destroy(seen);
}

/* ---- where programs lie -------------------------------------------------------------- */

/*
 * A program that the kernel may put anywhere, and which maps another such
 * file, as a loader maps libraries: their symbols lie where both were mapped.
 */
static const char anywhere_text[] =
	"about: Two files that may lie anywhere.\n"
	"guests:\n"
	"  - name: anywhere\n"
	"    cflags: [-fPIE, -nostdlib, '-Wl,-pie,--no-dynamic-linker']\n"
	"    source: |\n"
	"      static volatile char pages[8192]\n"
	"      \t__attribute__((aligned(4096)));\n"
	"      static long call(long nr, long a, long b, long c, long d)\n"
	"      {\n"
	"      \tregister long r7 __asm__(\"r7\") = nr, r0 __asm__(\"r0\") = a,\n"
	"      \t\tr1 __asm__(\"r1\") = b, r2 __asm__(\"r2\") = c,\n"
	"      \t\tr3 __asm__(\"r3\") = d, r4 __asm__(\"r4\") = 3,\n"
	"      \t\tr5 __asm__(\"r5\") = 0;\n"
	"      \t__asm__ volatile(\"svc #0\" : \"+r\"(r0) : \"r\"(r7),\n"
	"      \t\t\"r\"(r1), \"r\"(r2), \"r\"(r3), \"r\"(r4), \"r\"(r5)\n"
	"      \t\t: \"memory\");\n"
	"      \treturn r0;\n"
	"      }\n"
	"      void _start(void)\n"
	"      {\n"
	"      \tpages[4096] = 1;\n"
	"      \tcall(5, (long)\"/host/other\", 0, 0, 0);\n"
	"      \t*(volatile char *)call(192, 0, 8192, 1, 2);\n"
	"      \tcall(1, 0, 0, 0, 0);\n"
	"      }\n"
	"  - name: other\n"
	"    cflags: [-fPIE, -nostdlib, '-Wl,-pie,--no-dynamic-linker']\n"
	"    source: |\n"
	"      __attribute__((naked)) void _start(void)\n"
	"      {\n"
	"      \t__asm__ volatile(\"mov r0, #0\\n mov r7, #1\\n svc #0\");\n"
	"      }\n"
	"      __attribute__((section(\".interp\"), used)) const char first[64];\n"
	"expect:\n"
	"  faults:\n"
	"    - {of: anywhere, in: pages, list:\n"
	"        [{at: pages+0x1000, access: write, is: anon_new}]}\n"
	"  final:\n"
	"    of: anywhere\n"
	"    vmas:\n"
	"      - {in: pages, perms: rw-p, pages: 1..}\n"
	"      - {in: 'other:first', name: /host/other, perms: r--p}\n";

static struct scenario *load_text(const char *folder, const char *text)
{
	struct scenario *scenario;
	struct diag diag = {0};
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/test.yaml", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	scenario = scenario_load(path, &diag);
	unlink(path);
	if (!scenario)
		fail_msg("%s", diag.text);
	return scenario;
}

static void test_programs_that_may_lie_anywhere(void **state)
{
	char folder[] = "/tmp/mmuscope-observe-XXXXXX", *words = NULL;
	struct compiler compiler = {0};
	struct diag diag = {0};
	struct scenario *scenario;
	struct built_guest *built;
	struct observation *seen;
	struct verdict *verdict;

	(void)state;
	assert_non_null(mkdtemp(folder));
	scenario = load_text(folder, anywhere_text);
	/* nothing can be kept there: what is made is gone afterwards */
	setenv("XDG_CACHE_HOME", "/proc/none", 1);
	if (!compiler_find(&compiler, NULL, NULL, &diag))
		fail_msg("%s", diag.text);
	built = guests_build(scenario, &compiler, &words, &diag);
	if (!built)
		fail_msg("%s\n%s", diag.text, words ? words : "");
	seen = observe(scenario, built, &diag);
	assert_non_null(seen);
	verdict = judge(scenario, built, seen);
	for (size_t i = 0; i < verdict->nr; i++)
		print_error("%s\n%s\n%s\n", verdict->failures[i].what,
			    verdict->failures[i].expected,
			    verdict->failures[i].got);
	assert_int_equal(verdict->nr, 0);
	verdict_destroy(verdict);
	observation_destroy(seen);
	guests_free(built);
	compiler_forget(&compiler);
	scenario_destroy(scenario);
	rmdir(folder);
}

/* ---- symbols ------------------------------------------------------------------------------ */

static void test_symbols_of_a_program(void **state)
{
	struct diag diag = {0};
	struct symbols *symbols = symbols_read(PROGRAM("cow"), &diag);
	const struct symbol *symbol;

	(void)state;
	assert_non_null(symbols);
	assert_true(symbols_are_fixed(symbols));
	symbol = symbols_find(symbols, "main");
	assert_non_null(symbol);
	assert_false(symbol->start & 1);
	assert_true(symbol->size > 0);
	assert_ptr_equal(symbols_at(symbols, symbol->start)->name,
			 symbol->name);
	assert_ptr_equal(
		symbols_at(symbols, symbol->start + symbol->size - 1)->name,
		symbol->name);
	assert_null(symbols_find(symbols, "no such name"));
	assert_string_equal(symbols_nearest(symbols, "mian"), "main");
	assert_null(symbols_at(symbols, 0));
	symbols_free(symbols);
	assert_null(symbols_read("/dev/null", &diag));
	assert_non_null(strstr(diag.text, "no 32-bit ARM ELF"));
}

/* Whatever is in the file: fewer symbols, or none, and no reading beyond. */
static void test_symbols_of_damaged_files(void **state)
{
	static uint8_t bytes[1 << 20], damaged[1 << 20];
	FILE *file = fopen(PROGRAM("hello"), "rb");
	uint64_t seed = 1;
	size_t size;

	(void)state;
	assert_non_null(file);
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	for (int round = 0; round < 3000; round++) {
		struct diag diag = {0};
		struct symbols *symbols;
		size_t cut = size;
		uint8_t *exact;

		memcpy(damaged, bytes, size);
		for (int i = 0; i < 4; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1;
			/* mostly the headers, at both ends */
			damaged[(seed >> 33) % 4
					? (seed >> 40) % 52
					: size - 1 - (seed >> 40) % 600] =
				(uint8_t)(seed >> 20);
		}
		if (round % 4 == 0)
			cut = (seed >> 33) % size;
		exact = malloc(cut + 1); /* so that sanitizers see its end */
		memcpy(exact, damaged, cut);
		symbols = symbols_parse("damaged", exact, cut, &diag);
		assert_true(symbols || diag.failed);
		if (symbols)
			symbols_at(symbols, (vaddr_t)seed);
		symbols_free(symbols);
		free(exact);
	}
}

static int load_board(void **state)
{
	struct diag diag = {0};

	(void)state;
	config = config_load(BOARD, NULL, 0, &diag);
	return config ? 0 : -1;
}

static int drop_board(void **state)
{
	(void)state;
	config_destroy(config);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults_are_those_that_were_counted),
		cmocka_unit_test(test_an_exit_is_what_the_process_had),
		cmocka_unit_test(test_the_run_is_that_without_a_watcher),
		cmocka_unit_test(test_a_fault_is_explained_by_a_second_run),
		cmocka_unit_test(test_a_limit_ends_the_run),
		cmocka_unit_test(test_a_missing_program_is_told),
		cmocka_unit_test(test_scopes_of_two_guests),
		cmocka_unit_test(test_events_that_are_asked_for),
		cmocka_unit_test(test_programs_that_may_lie_anywhere),
		cmocka_unit_test(test_symbols_of_a_program),
		cmocka_unit_test(test_symbols_of_damaged_files),
	};

	return cmocka_run_group_tests(tests, load_board, drop_board);
}
