/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sleeping locks between cores whose clocks differ, and what barriers cost. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/lib/price.h"
#include "kernel/task/sched.h"
#include "tests/unit/kernel/helper_fake_hw.h"

static struct fake_hw *f;

static int setup(void **state)
{
	(void)state;
	f = fake_hw_create(&(struct fake_hw_config){0});
	f->k->hw.nr_cpus = 2;
	f->k->params.prices.percent = 100;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	f->k->hw.nr_cpus = 1;
	fake_hw_destroy(f);
	return 0;
}

/* Held from 1000 to 2000, then taken by a core at @now: when it has it. */
static uint64_t taken(bool held_to_write, bool write, uint64_t now)
{
	struct task_struct *curr = fake_curr(f);
	struct rw_semaphore sem;

	init_rwsem(&sem);
	f->now = 1000;
	held_to_write ? down_write(curr, &sem) : down_read(curr, &sem);
	f->now = 2000;
	held_to_write ? up_write(curr, &sem) : up_read(curr, &sem);
	f->now = now;
	write ? down_write(curr, &sem) : down_read(curr, &sem);
	now = f->now;
	write ? up_write(curr, &sem) : up_read(curr, &sem);
	return now;
}

static void test_nobody_comes_before_the_release(void **state)
{
	(void)state;
	assert_int_equal(taken(true, true, 1500), 2000);
	assert_int_equal(taken(true, false, 1500), 2000);
	assert_int_equal(taken(false, true, 1500), 2000);
	assert_int_equal(taken(false, false, 1500), 1500);
	assert_int_equal(taken(true, true, 2500), 2500);
}

static void test_without_prices_clocks_are_left_alone(void **state)
{
	(void)state;
	f->k->params.prices.percent = 0;
	assert_int_equal(taken(true, true, 1500), 1500);
	f->k->params.prices.percent = 100;
	f->k->hw.nr_cpus = 1;
	assert_int_equal(taken(true, true, 1500), 1500);
}

static uint64_t price_of(enum kernel_price price)
{
	const uint64_t before = f->now;

	charge_price(fake_curr(f), price);
	return f->now - before;
}

static void test_barriers_cost_with_two_cores(void **state)
{
	struct kernel_prices *prices = &f->k->params.prices;

	(void)state;
	prices->barrier = 10;
	prices->of[PRICE_WAKE] = prices->of[PRICE_CALL] = 100;
	assert_int_equal(price_of(PRICE_WAKE), 100 + 25 * 10);
	assert_int_equal(price_of(PRICE_CALL), 100);
	f->k->hw.nr_cpus = 1;
	assert_int_equal(price_of(PRICE_WAKE), 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_nobody_comes_before_the_release, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_without_prices_clocks_are_left_alone, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			test_barriers_cost_with_two_cores, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
