/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel that forgets its TLB flushes, each kind in turn, with a guest that
 * needs it: the stale-entry detector (cpu.tlb.recheck) finds the first use of
 * an old entry and names the task and the function that changed the
 * descriptor. With nothing forgotten it is silent.
 */
#include "tests/unit/emu/helper_whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <regex.h>
#include <string.h>

#include "kernel/state.h"

static uint64_t number(const struct whole *whole, const char *name)
{
	return (uint64_t)json_integer_value(
		json_object_get(whole->stats, name));
}

/* What is on the first line of the trace that tells of a stale entry. */
static const char *first_stale(const struct whole *whole, char line[300])
{
	const char *at = strstr(whole->trace, "stale TLB entry");

	if (!at)
		fail_msg("no stale entry in the trace");
	snprintf(line, 300, "%.*s", (int)strcspn(at, "\n"), at);
	return line;
}

static void expect_match(const char *text, const char *pattern)
{
	regex_t regex;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&regex, text, 0, NULL, 0))
		fail_msg("'%s' does not match '%s'", text, pattern);
	regfree(&regex);
}

static void forget_mm(struct machine *m)
{
	m->kernel->arch.forget_flushes = 1;
	m->kernel->arch.forget_kinds = 1u << FLUSH_MM;
}

static void forget_page(struct machine *m)
{
	m->kernel->arch.forget_flushes = 1;
	m->kernel->arch.forget_kinds = 1u << FLUSH_PAGE;
}

#define BY(function) \
	"; written by [a-z]+\\[[0-9]+\\] in " function "\\(\\) at cycle [0-9]+$"

static void expect_caught(const char *guest, void (*forget)(struct machine *),
			  const char *pattern)
{
	struct whole whole = {
		.sets = {"cpu.tlb.recheck=true"},
		.argv = {guest},
		.before = forget,
	};
	char line[300];

	whole_run(&whole);
	assert_true(number(&whole, "stale_hits") > 0);
	expect_match(first_stale(&whole, line), pattern);
	whole_free(&whole);
}

/* After fork the parent goes on writing to what is no longer its own. */
static void flush_of_an_address_space(void **state)
{
	(void)state;
	expect_caught(
		WHOLE_GUEST("cow"), forget_mm,
		"^stale TLB entry: va [0-9a-f]{8} asid [0-9]+ hit in main "
		"for pa ([0-9a-f]+) by [0-9a-f]{8}, tables say "
		"pa [0-9a-f]{8} by .*" BY("copy_present_pte"));
}

/* A page of its own took the place of the zero page. */
static void flush_of_a_page(void **state)
{
	(void)state;
	expect_caught(WHOLE_GUEST("mmapcalls"), forget_page,
		      "tables say .*" BY("map_new_anon_page"));
}

/* The verifier, which needs no hit, sees it as well. */
static void the_verifier_panics(void **state)
{
	struct whole whole = {
		.sets = {"kernel.verify=fault"},
		.argv = {WHOLE_GUEST("cow")},
		.before = forget_mm,
	};

	(void)state;
	whole_run(&whole);
	assert_int_equal(whole.status, MACHINE_EXIT_PANIC);
	assert_true(number(&whole, "verify_violations") > 0);
	whole_free(&whole);
}

static void nothing_forgotten_nothing_found(void **state)
{
	static const char *const guests[] = {WHOLE_GUEST("cow"),
					     WHOLE_GUEST("mmapcalls"),
					     WHOLE_GUEST("anon"),
					     WHOLE_GUEST("filemap"),
					     WHOLE_GUEST("asid")};

	(void)state;
	for (size_t i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
		struct whole whole = {
			.sets = {"cpu.tlb.recheck=true"},
			.argv = {guests[i]},
		};

		whole_run(&whole);
		assert_int_equal(whole.status, 0);
		assert_int_equal(number(&whole, "stale_hits"), 0);
		whole_free(&whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flush_of_an_address_space),
		cmocka_unit_test(flush_of_a_page),
		cmocka_unit_test(the_verifier_panics),
		cmocka_unit_test(nothing_forgotten_nothing_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
