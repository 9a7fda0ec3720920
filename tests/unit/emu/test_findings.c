/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detectors on whole machines (key detect): a kernel that forgets TLB flushes
 * is found by each of those that can see it, and the finding names who did it;
 * its watcher decides whether the run goes on. Where nothing is wrong they are
 * silent, and the run is the one without them.
 */
#include "tests/unit/emu/helper_whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/state.h"

/* What a watcher was told. */
struct told {
	bool goes_on; /* what it answers */
	unsigned int nr;
	char *first; /* as text */
};

static void no_rest(void *arg, struct machine *machine, struct machine_go *go)
{
	(void)arg, (void)machine, (void)go;
}

static bool note_finding(void *arg, struct machine *machine,
			 const struct kernel_finding *finding)
{
	struct told *told = arg;

	(void)machine;
	if (!told->nr++)
		told->first = finding_text(finding);
	return told->goes_on;
}

static void forget_mm(struct machine *m)
{
	m->kernel->arch.forget_flushes = 1;
	m->kernel->arch.forget_kinds = 1u << FLUSH_MM;
}

/* The machine's status, with what its detectors told. */
static int run_broken(const char *detect, const char *guest,
		      void (*forget)(struct machine *m), struct told *told)
{
	const struct machine_watcher watcher = {
		.arg = told,
		.rest = no_rest,
		.detected = note_finding,
	};
	struct whole whole = {
		.sets = {detect},
		.argv = {guest},
		.before = forget,
		.watcher = &watcher,
	};
	int status;

	whole_run(&whole);
	status = whole.status;
	whole_free(&whole);
	return status;
}

static void expect_told(struct told *told, const char *const *words)
{
	assert_true(told->nr > 0);
	for (; *words; words++)
		if (!strstr(told->first, *words))
			fail_msg("no '%s' in\n%s", *words, told->first);
	free(told->first);
}

/* After fork the parent goes on writing to what is no longer its own. */
static void stale(void **state)
{
	static const char *const words[] = {
		"stale: stale TLB entry: va ",
		"\n  the descriptor was changed by cow[",
		"in copy_present_pte(), for clone, at cycle",
		"\n  who owed a flush of 0x",
		" in use now\n",
		"\n  see: mmuscope why BOARD.yaml --va ",
		NULL,
	};
	struct told told = {0};

	(void)state;
	assert_int_equal(run_broken("detect=[stale,freed-mapped]",
				    WHOLE_GUEST("cow"), forget_mm, &told),
			 MACHINE_EXIT_PANIC);
	expect_told(&told, words);
}

/* It never forks, so that its only flush of all is the one at its end. */
static void freed_mapped(void **state)
{
	static const char *const words[] = {
		"freed-mapped: frame 0x",
		" was freed while TLB main of CPU 0 still translates 0x",
		"\n  unmapped, and not flushed, by anon[",
		"\n  freed by anon[",
		"\n  handed out by init[", /* its stack, for exec */
		"\n  see: mmuscope why BOARD.yaml --page 0x",
		NULL,
	};
	struct told told = {0};

	(void)state;
	assert_int_equal(run_broken("detect=freed-mapped", WHOLE_GUEST("anon"),
				    forget_mm, &told),
			 MACHINE_EXIT_PANIC);
	expect_told(&told, words);
}

/* What is found by others comes in the same form. */
static void verify(void **state)
{
	static const char *const words[] = {
		"verify: ",
		"as listed in the log; they were right at fault ",
		"\n  found at cycle ",
		NULL,
	};
	struct told told = {0};

	(void)state;
	assert_int_equal(run_broken("detect=[verify]", WHOLE_GUEST("cow"),
				    forget_mm, &told),
			 MACHINE_EXIT_PANIC);
	expect_told(&told, words);
}

static void the_watcher_decides(void **state)
{
	struct told told = {.goes_on = true};

	(void)state;
	assert_int_not_equal(run_broken("detect=freed-mapped",
					WHOLE_GUEST("anon"), forget_mm, &told),
			     MACHINE_EXIT_PANIC);
	assert_true(told.nr > 1);
	free(told.first);
}

static void nothing_changes(void **state)
{
	static const struct {
		const char *guest, *arg, *memory;
	} runs[] = {
		{WHOLE_GUEST("cow"), NULL, "memory.size=256M"},
		{WHOLE_GUEST("mmapcalls"), NULL, "memory.size=256M"},
		{WHOLE_GUEST("filemap"), NULL, "memory.size=256M"},
		{WHOLE_GUEST("swapset"), "16", "memory.size=16M"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct whole with = {
			.sets = {runs[i].memory, "swap.size=64M",
				 "detect=[verify,kmemleak,uninitialised,"
				 "freed-mapped,use-after-free]"},
			.argv = {runs[i].guest, runs[i].arg},
		};
		struct whole without = {
			.sets = {runs[i].memory, "swap.size=64M"},
			.argv = {runs[i].guest, runs[i].arg},
		};

		whole_run(&with);
		whole_run(&without);
		assert_int_not_equal(with.status, MACHINE_EXIT_PANIC);
		whole_expect_same(&with, &without, runs[i].guest);
		whole_free(&with);
		whole_free(&without);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stale),
		cmocka_unit_test(freed_mapped),
		cmocka_unit_test(verify),
		cmocka_unit_test(the_watcher_decides),
		cmocka_unit_test(nothing_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
