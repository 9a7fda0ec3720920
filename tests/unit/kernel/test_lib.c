/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bitmaps, random numbers, iov_iter and the kernel log. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/bitmap.h"
#include "kernel/lib/iov_iter.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/rand.h"
#include "kernel/lib/work.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

/* ---- bitmap ------------------------------------------------------------------ */

static void test_bitmap(void **state)
{
	DECLARE_BITMAP(map, 100);
	uint32_t bit, seen = 0;

	(void)state;
	bitmap_zero(map, 100);
	map[3] = 0xfffffff0; /* beyond the end: must not be seen */
	assert_int_equal(find_first_bit(map, 100), 100);
	assert_int_equal(find_first_zero_bit(map, 100), 0);
	bitmap_set(map, 30, 40);
	assert_int_equal(bitmap_weight(map, 100), 40);
	assert_int_equal(find_first_bit(map, 100), 30);
	assert_int_equal(find_next_zero_bit(map, 100, 31), 70);
	assert_int_equal(bitmap_find_next_zero_area(map, 100, 0, 30, 0), 0);
	assert_int_equal(bitmap_find_next_zero_area(map, 100, 1, 30, 0), 70);
	assert_int_equal(bitmap_find_next_zero_area(map, 100, 1, 4, 7), 8);
	assert_int_equal(bitmap_find_next_zero_area(map, 100, 25, 6, 7), 72);
	assert_true(bitmap_find_next_zero_area(map, 100, 0, 31, 0) > 100);
	bitmap_clear(map, 31, 38);
	for_each_set_bit(bit, map, 100)
		seen = seen * 100 + bit;
	assert_int_equal(seen, 3069);
	assert_true(test_and_clear_bit(69, map));
	assert_false(test_and_set_bit(69, map));
	bitmap_set(map, 0, 100);
	assert_int_equal(find_first_zero_bit(map, 100), 100);
}

/* ---- random numbers ------------------------------------------------------------ */

static void test_rand(void **state)
{
	struct kernel *a = calloc(1, sizeof(*a)), *b = calloc(1, sizeof(*b));
	uint8_t bytes[13] = {0};
	uint32_t below[7] = {0};

	(void)state;
	rand_init(a, 1234567);
	rand_init(b, 1234567);
	/* The published first value of splitmix64 for this seed. */
	assert_true(get_random_u64(a) == 6457827717110365317u);
	assert_true(get_random_u64(b) == 6457827717110365317u);
	assert_true(get_random_u64(b) == 3203168211198807973u);
	for (int i = 0; i < 7000; i++)
		below[get_random_u32_below(a, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(below[i], 850, 1150);
	get_random_bytes(a, bytes, 12);
	assert_int_equal(bytes[12], 0);
	free(a);
	free(b);
}

/* ---- iov_iter: a user's memory of 64 bytes that ends in a hole ------------------- */

static uint8_t user_memory[64];

void charge_work(struct task_struct *curr, enum kernel_work work,
		 uint32_t units)
{
	(void)curr, (void)work, (void)units;
}

uint32_t copy_to_user(struct task_struct *curr, vaddr_t to, const void *from,
		      uint32_t nr_bytes)
{
	uint32_t n = to >= 64 ? 0 : nr_bytes < 64 - to ? nr_bytes : 64 - to;

	(void)curr;
	if (n)
		memcpy(user_memory + to, from, n);
	return nr_bytes - n;
}

uint32_t copy_from_user(struct task_struct *curr, void *to, vaddr_t from,
			uint32_t nr_bytes)
{
	uint32_t n = from >= 64             ? 0
		     : nr_bytes < 64 - from ? nr_bytes
					    : 64 - from;

	(void)curr;
	if (n)
		memcpy(to, user_memory + from, n);
	return nr_bytes - n;
}

uint32_t copy_from_user_inatomic(struct task_struct *curr, void *to,
				 vaddr_t from, uint32_t nr_bytes)
{
	return copy_from_user(curr, to, from, nr_bytes);
}

int get_user_u8(struct task_struct *curr, uint8_t *to, vaddr_t from)
{
	return copy_from_user(curr, to, from, 1) ? -14 : 0;
}

/* Back over segments that were used up, and one that was begun. */
static void test_iov_iter_restore(void **state)
{
	struct iovec_user iov[] = {{10, 5}, {0, 0}, {30, 3}, {60, 100}};
	struct iov_iter i, before;
	char buf[64];

	(void)state;
	iov_iter_user(&i, iov, 4);
	memcpy(user_memory + 10, "abcde", 5);
	memcpy(user_memory + 30, "fgh", 3);
	memcpy(user_memory + 60, "ijkl", 4);
	assert_int_equal(copy_from_iter(NULL, &i, buf, 2), 2);
	before = i;
	assert_int_equal(fault_in_iov_iter_readable(NULL, &i, 8), 0);
	assert_int_equal(copy_from_iter_atomic(NULL, &i, buf, 8), 8);
	assert_memory_equal(buf, "cdefghij", 8);
	iov_iter_restore(&i, &before);
	assert_int_equal(i.count, 106);
	assert_int_equal(copy_from_iter_atomic(NULL, &i, buf, 7), 7);
	assert_memory_equal(buf, "cdefghi", 7);
	iov_iter_restore(&i, &before);
	iov_iter_advance(&i, 6);
	assert_int_equal(copy_from_iter_atomic(NULL, &i, buf, 64), 4);
	assert_memory_equal(buf, "ijkl", 4);
	assert_int_equal(fault_in_iov_iter_readable(NULL, &i, 3), 3);
}

static void test_iov_iter(void **state)
{
	struct iovec_user iov[] = {{10, 5}, {0, 0}, {30, 3}, {60, 100}};
	struct iov_iter i;
	char buf[64] = {0};

	(void)state;
	iov_iter_user(&i, iov, 4);
	assert_int_equal(i.count, 108);
	assert_int_equal(copy_to_iter(NULL, &i, "abcd", 4), 4);
	assert_int_equal(copy_to_iter(NULL, &i, "efghij", 6), 6);
	assert_memory_equal(user_memory + 10, "abcde", 5);
	assert_memory_equal(user_memory + 30, "fgh", 3);
	assert_memory_equal(user_memory + 60, "ij", 2);
	assert_int_equal(i.count, 98);
	assert_int_equal(copy_to_iter(NULL, &i, "klmn", 4), 2);
	assert_int_equal(copy_to_iter(NULL, &i, "mn", 2), 0);
	assert_int_equal(i.count, 96);

	iov[0] = (struct iovec_user){60, 2};
	iov[1] = (struct iovec_user){10, 2};
	iov_iter_user(&i, iov, 2);
	assert_int_equal(copy_from_iter(NULL, &i, buf, 64), 4);
	assert_string_equal(buf, "ijab");
	assert_int_equal(i.count, 0);

	iov_iter_kernel(&i, buf, 3);
	assert_int_equal(copy_to_iter(NULL, &i, "xyzw", 4), 3);
	assert_string_equal(buf, "xyzb");
	iov_iter_kernel(&i, buf, 4);
	iov_iter_advance(&i, 1);
	assert_int_equal(copy_from_iter(NULL, &i, buf + 10, 9), 3);
	assert_string_equal(buf + 10, "yzb");
}

/* ---- printk and panic -------------------------------------------------------------- */

static uint64_t now_cycles;
static char logged[4096];
static jmp_buf stopped;

static uint64_t fake_now(void *ctx)
{
	(void)ctx;
	return now_cycles;
}

static void fake_log(void *ctx, const char *text, size_t nr_bytes)
{
	size_t len = strlen(logged);

	(void)ctx;
	if (len + nr_bytes < sizeof(logged)) {
		memcpy(logged + len, text, nr_bytes);
		logged[len + nr_bytes] = '\0';
	}
}

static const struct hw_ops fake_ops = {.now = fake_now, .log = fake_log};

_Noreturn void sched_panic_stop(struct kernel *k)
{
	(void)k;
	longjmp(stopped, 1);
}

static void test_printk(void **state)
{
	struct kernel *k = calloc(1, sizeof(*k));
	char *text = malloc(LOG_BUF_BYTES + 1);
	size_t len;

	(void)state;
	k->hw.ops = &fake_ops;
	k->hw.clock_hz = 400000000;
	printk(k, "Zone ranges:");
	now_cycles = 6592800; /* 16482 us */
	printk(k, "two\nlines %d\n", 2);
	now_cycles = 12345ull * 400000000 + 399999999;
	printk(k, "%s", "");
	assert_string_equal(logged, "[    0.000000] Zone ranges:\n"
				    "[    0.016482] two\n"
				    "[    0.016482] lines 2\n"
				    "[12345.999999] \n");
	len = printk_read(k, text, 43, printk_first(k, 43, 0));
	text[len] = '\0';
	assert_string_equal(text, "[    0.016482] lines 2\n"
				  "[12345.999999] \n");
	for (int i = 0; i < 10000; i++)
		printk(k, "line %d of many", i);
	len = printk_read(k, text, LOG_BUF_BYTES,
			  printk_first(k, LOG_BUF_BYTES, 0));
	assert_in_range(len, LOG_BUF_BYTES - 64, LOG_BUF_BYTES);
	assert_memory_equal(text, "[12345.999999] line", 19);
	assert_int_equal(text[len - 1], '\n');

	logged[0] = '\0';
	now_cycles = 0;
	if (!setjmp(stopped))
		panic(k, "VFS: no %s", "init");
	assert_string_equal(
		logged,
		"[    0.000000] Kernel panic - not syncing: VFS: no init\n");
	free(text);
	free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bitmap),
		cmocka_unit_test(test_rand),
		cmocka_unit_test(test_iov_iter),
		cmocka_unit_test(test_iov_iter_restore),
		cmocka_unit_test(test_printk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
