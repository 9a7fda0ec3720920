/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hash of a run: it tells apart whatever differs in one number, one kind
 * or the order of two steps, and never forgets.
 */
#include "kernel/lib/run_hash.h"

#include <stdlib.h>

#include "tests/unit/kernel/mm_fixture.h"

static uint64_t of(enum run_hash_kind kind, uint64_t cycle, int pid, uint32_t a,
		   uint32_t b)
{
	struct run_hash hash = {0};

	run_hash_step(&hash, kind, cycle, pid, a, b);
	return hash.value;
}

static void test_each_number_counts(void **state)
{
	const uint64_t base = of(RUN_HASH_ABORT, 1000, 7, 0x68dc4, 0x80f);

	(void)state;
	assert_int_equal(base, of(RUN_HASH_ABORT, 1000, 7, 0x68dc4, 0x80f));
	assert_int_not_equal(base,
			     of(RUN_HASH_SWITCH, 1000, 7, 0x68dc4, 0x80f));
	assert_int_not_equal(base, of(RUN_HASH_ABORT, 1001, 7, 0x68dc4, 0x80f));
	assert_int_not_equal(base, of(RUN_HASH_ABORT, 1000, 8, 0x68dc4, 0x80f));
	assert_int_not_equal(base, of(RUN_HASH_ABORT, 1000, 7, 0x68dc5, 0x80f));
	assert_int_not_equal(base, of(RUN_HASH_ABORT, 1000, 7, 0x68dc4, 0x80e));
}

static void test_order_counts(void **state)
{
	struct run_hash ab = {0}, ba = {0};

	(void)state;
	run_hash_step(&ab, RUN_HASH_SYSCALL, 5, 1, 4, 0);
	run_hash_step(&ab, RUN_HASH_SYSCALL, 5, 1, 3, 0);
	run_hash_step(&ba, RUN_HASH_SYSCALL, 5, 1, 3, 0);
	run_hash_step(&ba, RUN_HASH_SYSCALL, 5, 1, 4, 0);
	assert_int_not_equal(ab.value, ba.value);
}

/* One difference at the beginning is still seen after a million steps. */
static void test_nothing_is_forgotten(void **state)
{
	struct run_hash one = {0}, other = {0};

	(void)state;
	run_hash_step(&one, RUN_HASH_ABORT, 1, 1, 0x1000, 5);
	run_hash_step(&other, RUN_HASH_ABORT, 1, 1, 0x2000, 5);
	for (uint32_t i = 0; i < 1000000; i++) {
		run_hash_step(&one, RUN_HASH_SWITCH, i, 1, i, 0);
		run_hash_step(&other, RUN_HASH_SWITCH, i, 1, i, 0);
		assert_int_not_equal(one.value, other.value);
	}
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Numbers as runs have them, near each other, all have values of their own. */
static void test_no_two_alike(void **state)
{
	enum {
		NR = 1 << 17
	};
	uint64_t *value = calloc(NR, sizeof(*value));
	uint32_t n = 0;

	(void)state;
	for (uint64_t cycle = 0; cycle < 32; cycle++)
		for (int pid = 0; pid < 16; pid++)
			for (uint32_t page = 0; page < 64; page++)
				for (uint32_t fsr = 5; fsr < 9; fsr++)
					value[n++] = of(RUN_HASH_ABORT, cycle,
							pid, page << 12, fsr);
	assert_int_equal(n, NR);
	qsort(value, NR, sizeof(*value), compare);
	for (uint32_t i = 1; i < NR; i++)
		assert_int_not_equal(value[i], value[i - 1]);
	free(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_number_counts),
		cmocka_unit_test(test_order_counts),
		cmocka_unit_test(test_nothing_is_forgotten),
		cmocka_unit_test(test_no_two_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
