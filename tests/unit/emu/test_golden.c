/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Golden traces (verdict.h): what they are compared in, what they leave out,
 * and those that can't be compared.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/scenario/verdict.h"
#include "tests/unit/emu/helper_made_up.h"

/* Set up for each test, who changes what he means. */
static struct made_up it;

static int set_up(void **state)
{
	(void)state;
	made_up_run(&it);
	return 0;
}

/* Beside a scenario in a folder that nobody else has. */
static void make_path(char *folder, char *path, size_t size)
{
	assert_non_null(mkdtemp(folder));
	snprintf(path, size, "%s/demo.yaml", folder);
	it.scenario.path = path;
}

static char *compare(enum golden_state state)
{
	char *difference;

	assert_int_equal(golden_compare(&it.scenario, &it.seen, &difference),
			 state);
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
	assert_true(golden_write(&it.scenario, &it.seen, &diag));
	assert_null(compare(GOLDEN_SAME));

	/* what may change without a word */
	it.faults[0].fault.cycle = 99;
	it.faults[0].fault.number = it.faults[0].fault.pid = 40;
	it.faults[1].fault.pid = it.faults[2].fault.pid = it.exits[0].pid = 40;
	it.seen.cycles++;
	assert_null(compare(GOLDEN_SAME));

	it.faults[1].fault.resolution = "cow_reuse";
	expect_difference(GOLDEN_DIFFERS, "+ write to main+0x4 by cow-1: "
					  "cow_reuse, translation fault");
	it.faults[1].fault.resolution = "cow_copy";
	it.seen.console = "one\ntoo\n";
	expect_difference(GOLDEN_DIFFERS, "- console two\n+ console too\n");
	it.seen.console = "one\ntwo\n";
	it.exits[0].info.rss_anon++;
	expect_difference(GOLDEN_DIFFERS, "rss_anon=12");

	replace(golden, "demo=", "demo:");
	expect_difference(GOLDEN_OTHER_VERSION, "with other programs");
	replace(golden, "version 1", "version 0");
	expect_difference(GOLDEN_OTHER_VERSION, "has version 0");
	replace(golden, "# mmuscope", "# someword");
	expect_difference(GOLDEN_ERROR, "isn't one");
	unlink(golden);
	rmdir(folder);
	assert_false(golden_write(&it.scenario, &it.seen, &diag));
	assert_non_null(strstr(diag.text, "No such file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_golden, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
