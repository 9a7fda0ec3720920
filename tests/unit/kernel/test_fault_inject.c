/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Which call fails: each attribute, by counting. */

#include "tests/unit/kernel/mm_fixture.h"

#include "kernel/lib/fault_inject.h"

struct inject {
	struct mm_fixture *f;
	struct fault_attr attr;
};

static struct inject start(void)
{
	struct inject i = {
		.f = fixture_simple(16, true),
		.attr = FAULT_ATTR_INITIALIZER("fail_test"),
	};

	i.attr.verbose = 0;
	return i;
}

/* "..x." for four calls of one unit, the third of which fails. */
static const char *calls(struct inject *i, int nr, const char *caller)
{
	static char text[128];
	int n;

	for (n = 0; n < nr; n++)
		text[n] = fault_armed(&i->f->task, &i->attr) &&
					  should_fail_ex(&i->f->task, &i->attr,
							 1, 0, caller)
				  ? 'x'
				  : '.';
	text[n] = '\0';
	return text;
}

static void test_attributes(void **state)
{
	struct inject i = start();

	(void)state;
	assert_string_equal(calls(&i, 4, "a"), "....");
	i.attr.probability = 100;
	assert_string_equal(calls(&i, 4, "a"), "x...");
	i.attr.times = -1;
	i.attr.interval = 3;
	assert_string_equal(calls(&i, 9, "a"), "..x..x..x");
	i.attr.interval = 1;
	i.attr.space = 3; /* two units are handed out; then 1 > 1 is false */
	assert_string_equal(calls(&i, 6, "a"), "..xxxx");
	i.attr.times = 2;
	assert_string_equal(calls(&i, 6, "a"), "xx....");
	fault_attr_arm(&i.attr, 3, 1);
	assert_string_equal(calls(&i, 9, "a"), "..x......");
	fault_attr_arm(&i.attr, 1, -1);
	i.attr.callers = "bb,a";
	assert_string_equal(calls(&i, 2, "a"), "xx");
	assert_string_equal(calls(&i, 2, "b"), "..");
	assert_string_equal(calls(&i, 2, "bb"), "xx");
	fixture_destroy(i.f);
}

/* What is no allocation fails by its own attribute alone, and is not counted. */
static void test_not_counted(void **state)
{
	struct inject i = start();
	struct task_struct *task = &i.f->task;

	(void)state;
	task->fail_nth = 2;
	i.f->k->inject.nth = 2;
	for (int n = 0; n < 4; n++)
		assert_false(should_fail(task, &i.attr, 1, "a"));
	i.attr.probability = 100;
	assert_true(should_fail(task, &i.attr, 1, "a"));
	assert_false(should_fail(task, &i.attr, 1, "a"));
	assert_int_equal(task->fail_nth, 2);
	assert_int_equal(i.f->k->inject.nth, 2);
	fixture_destroy(i.f);
}

/* A filter lets what doesn't pass go by uncounted. */
static void test_tasks(void **state)
{
	struct inject i = start();
	struct task_struct *task = &i.f->task;

	(void)state;
	fault_attr_arm(&i.attr, 2, 1);
	i.attr.task_filter = true;
	assert_string_equal(calls(&i, 3, "a"), "...");
	task->make_it_fail = true;
	assert_string_equal(calls(&i, 3, "a"), ".x.");
	fault_attr_arm(&i.attr, 1, -1);
	task->in_interrupt = 1;
	assert_string_equal(calls(&i, 2, "a"), "..");
	i.attr.task_filter = false;
	task->fail_nth = 1; /* is for the task, not for its interrupts */
	assert_string_equal(calls(&i, 2, "a"), "xx");
	assert_int_equal(task->fail_nth, 1);
	task->in_interrupt = 0;
	task->fail_nth = 3; /* and comes before the attributes */
	assert_string_equal(calls(&i, 4, "a"), "..xx");
	assert_int_equal(task->fail_nth, 0);
	i.attr.probability = 0;
	i.f->k->inject.nth = 2;
	assert_string_equal(calls(&i, 4, "a"), ".x..");
	fixture_destroy(i.f);
}

/* Of 10,000 calls 30 %: within five standard deviations of 46. */
static void test_chance(void **state)
{
	struct inject i = start();
	char first[101];
	int nr = 0;

	(void)state;
	i.attr.probability = 30;
	i.attr.times = -1;
	i.f->k->inject.random = 7;
	for (int n = 0; n < 100; n++) {
		const char *text = calls(&i, 100, "a");

		if (n == 0)
			strcpy(first, text);
		for (; *text; text++)
			nr += *text == 'x';
	}
	assert_in_range(nr, 3000 - 230, 3000 + 230);
	i.f->k->inject.random = 7;
	assert_string_equal(calls(&i, 100, "a"), first);
	fixture_destroy(i.f);
}

/* What Linux leaves alone by itself, and what not. */
static void test_presets(void **state)
{
	struct mm_fixture *f = fixture_simple(16, true);
	struct fault_inject_state *inject;

	(void)state;
	inject = &f->k->inject;
	fault_inject_init(f->k);
	inject->fail_page_alloc.attr.probability = 100;
	inject->fail_page_alloc.attr.times = -1;
	inject->failslab.attr.probability = 100;
	inject->failslab.attr.times = -1;
	assert_non_null(alloc_pages(&f->task, GFP_KERNEL, 1));
	assert_non_null(alloc_pages(&f->task, GFP_ATOMIC, 0));
	assert_null(alloc_pages(&f->task, GFP_ATOMIC, 1));
	assert_non_null(strstr(f->log, "FAULT_INJECTION: forcing a failure."));
	assert_non_null(strstr(f->log,
			       "name fail_page_alloc, interval 1, probability "
			       "100, space 0, times -1"));
	assert_non_null(strstr(f->log, "Caller: test_presets"));
	assert_int_not_equal(kmalloc(&f->task, 64, GFP_KERNEL), 0);
	assert_int_equal(kmalloc(&f->task, 64, GFP_ATOMIC), 0);
	inject->fail_page_alloc.ignore_gfp_reclaim = false;
	assert_null(alloc_pages(&f->task, GFP_KERNEL, 1));
	assert_non_null(alloc_pages(&f->task, GFP_KERNEL | __GFP_NOFAIL, 1));
	assert_non_null(alloc_pages(&f->task, GFP_HIGHUSER, 1));
	inject->fail_page_alloc.ignore_gfp_highmem = false;
	assert_null(alloc_pages(&f->task, GFP_HIGHUSER, 1));
	inject->failslab.ignore_gfp_reclaim = false;
	assert_int_equal(kmalloc(&f->task, 64, GFP_KERNEL), 0);
	inject->failslab.cache_filter = true;
	assert_int_not_equal(kmalloc(&f->task, 64, GFP_KERNEL), 0);
	fixture_destroy(f);
}

static void test_argument(void **state)
{
	struct inject i = start();
	struct fault_attr before;

	(void)state;
	assert_true(setup_fault_attr(i.f->k, &i.attr, "7,50,-1,-1"));
	assert_int_equal(i.attr.interval, 7);
	assert_int_equal(i.attr.probability, 50);
	assert_int_equal(i.attr.space, -1);
	assert_int_equal(i.attr.times, -1);
	before = i.attr;
	assert_false(setup_fault_attr(i.f->k, &i.attr, "1,2,3"));
	assert_memory_equal(&before, &i.attr, sizeof(before));
	assert_non_null(
		strstr(i.f->log, "FAULT_INJECTION: failed to parse arguments"));
	fixture_destroy(i.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_not_counted),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_chance),
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_argument),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
