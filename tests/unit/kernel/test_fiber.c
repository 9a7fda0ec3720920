/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fibers: who runs when, what survives a switch, stacks used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "kernel/task/fiber.h"

struct two {
	struct fiber_pool pool;
	struct fiber *home, *a, *b;
	char log[64];
	double number;
};

static void note(struct two *t, const char *what)
{
	strcat(t->log, what);
}

static void run_a(void *arg)
{
	struct two *t = arg;
	volatile double kept = 1.5; /* lives on a's stack over switches */

	for (;;) {
		note(t, "a");
		fiber_switch(t->a, t->b);
		kept *= 2;
		t->number = kept;
	}
}

static void run_b(void *arg)
{
	struct two *t = arg;

	for (;;) {
		note(t, "b");
		fiber_switch(t->b, t->home);
		note(t, "B");
		fiber_switch(t->b, t->a);
	}
}

static void switches_in_order(void **state)
{
	struct two t = {.log = ""};

	(void)state;
	t.home = fiber_of_caller();
	t.a = fiber_create(&t.pool, run_a, &t);
	t.b = fiber_create(&t.pool, run_b, &t);
	fiber_switch(t.home, t.a);
	assert_string_equal(t.log, "ab");
	fiber_switch(t.home, t.b);
	assert_string_equal(t.log, "abBab");
	assert_true(t.number == 3.0);
	fiber_switch(t.home, t.b);
	assert_true(t.number == 6.0);
	fiber_destroy(&t.pool, t.a);
	fiber_destroy(&t.pool, t.b);
	assert_int_equal(t.pool.nr_idle, 2);
	fiber_pool_drain(&t.pool);
	fiber_destroy(&t.pool, t.home);
}

/* snprintf() with floating point needs an aligned stack and a lot of it. */
static void deep_run(void *arg)
{
	struct two *t = arg;
	char filler[100 * 1024];

	memset(filler, 'x', sizeof(filler));
	snprintf(t->log, sizeof(t->log), "%.3f %c", 2.5, filler[99999]);
	for (;;)
		fiber_switch(t->a, t->home);
}

static void stacks_are_deep_and_used_again(void **state)
{
	struct two t = {.log = ""};

	(void)state;
	t.home = fiber_of_caller();
	for (int round = 0; round < 100; round++) {
		t.log[0] = '\0';
		t.a = fiber_create(&t.pool, deep_run, &t);
		fiber_switch(t.home, t.a);
		assert_string_equal(t.log, "2.500 x");
		fiber_destroy(&t.pool, t.a);
		assert_int_equal(t.pool.nr_idle, 1);
	}
	fiber_pool_drain(&t.pool);
	assert_int_equal(t.pool.nr_idle, 0);
	fiber_destroy(&t.pool, t.home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(switches_in_order),
		cmocka_unit_test(stacks_are_deep_and_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
