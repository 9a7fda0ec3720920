/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * kernel/init.c: a board boots on an empty root, finds no program to run, says
 * so and halts, with every frame accounted for.
 */

#include "tests/unit/kernel/helper_fake_hw.h"

#include <string.h>

static const struct {
	const char *what;
	struct fake_hw_config config;
} boards[] = {
	{"vexpress-a9", {0}},
	{"tiny, 8 MB",
	 {.core = "cortex-a8", .bank = {{0x70000000, 8 * FAKE_MB, 0}}}},
	{"highmem",
	 {.page_offset = 0xc0000000,
	  .bank = {{0x60000000, 1536 * FAKE_MB, 0}}}},
	{"two nodes",
	 {.core = "cortex-a15",
	  .bank = {{0x60000000, 64 * FAKE_MB, 0},
		   {0x64000000, 64 * FAKE_MB, 1}}}},
	{"four cores", {.core = "cortex-a7", .nr_cpus = 4}},
	{"no ASIDs", {.no_asid = true}},
};

static void test_boards(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		struct fake_hw *f = fake_hw_create(&boards[i].config);
		uint64_t use[NR_FRAME_USES], sum = 0, frames = 0;

		print_message("           %s\n", boards[i].what);
		assert_int_equal(fake_boot(f, "/bin/nothing"), KERNEL_HALTED);
		assert_non_null(kernel_program_error(f->k));
		assert_non_null(strstr(f->log, "Linux version"));
		assert_non_null(strstr(f->log, "Virtual kernel memory layout"));
		assert_non_null(strstr(f->log, "Freeing unused kernel image"));
		assert_non_null(strstr(f->log, "/bin/nothing"));
		kernel_frame_uses(f->k, use);
		for (int u = 0; u < NR_FRAME_USES; u++)
			sum += use[u];
		for (int b = 0; b < FAKE_BANKS; b++)
			frames += f->bank[b].size_bytes / 4096;
		assert_int_equal(sum, frames);
		assert_int_equal(kernel_verify(f->k), 0);
		assert_int_equal(f->nr_stale, 0);
		fake_hw_destroy(f);
	}
}

/* Two kernels in one process share nothing: their logs are the same. */
static void test_two_at_once(void **state)
{
	struct fake_hw *a = fake_hw_create(&(struct fake_hw_config){0});
	struct fake_hw *b = fake_hw_create(&(struct fake_hw_config){0});

	(void)state;
	assert_int_equal(fake_boot(a, "/bin/nothing"), KERNEL_HALTED);
	assert_int_equal(fake_boot(b, "/bin/nothing"), KERNEL_HALTED);
	assert_int_equal(a->now, b->now);
	assert_int_equal(a->log_len, b->log_len);
	assert_memory_equal(a->log, b->log, a->log_len);
	fake_hw_destroy(a);
	fake_hw_destroy(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boards),
		cmocka_unit_test(test_two_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
