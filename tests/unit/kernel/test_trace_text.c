/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trace events in words: what the C library's printf makes of the same format
 * and arguments; and all events have names for their fields.
 */
#include "kernel/lib/trace.h"

#include <stdlib.h>

#include "tests/unit/kernel/mm_fixture.h"

static char line[KERNEL_TRACE_LINE];
static struct hw_trace last;

static void keep(void *ctx, const struct hw_trace *event)
{
	size_t n = kernel_trace_line(event, line);

	(void)ctx;
	last = *event;
	assert_int_equal(n, strlen(line));
}

static struct mm_fixture *traced(void)
{
	struct mm_fixture *f = fixture_simple(16, false);

	f->ops.trace = keep;
	f->k->sched.cpus[0].curr = &f->task;
	f->k->sched.in_kernel = &f->k->sched.cpus[0];
	return f;
}

/* Each event has one format: another for each call. */
#define CHECK(event, format, ...)                                              \
	do {                                                                   \
		char wanted[1024];                                             \
                                                                               \
		snprintf(wanted, sizeof(wanted), "test-0 " #event ": " format, \
			 __VA_ARGS__);                                         \
		trace_event(f->k, TRACE_##event, format, __VA_ARGS__);         \
		assert_string_equal(line, wanted);                             \
	} while (0)

static uint64_t some_number(void)
{
	uint64_t number = (uint64_t)rand() << 33 ^ (uint64_t)rand() << 11 ^
			  (uint64_t)rand();

	/* of any length, and often at an edge */
	number >>= rand() % 64;
	return rand() % 8 ? number : number ? 0 : UINT64_MAX;
}

static void test_as_printf(void **state)
{
	static const char *const words[] = {"", "a", "Normal", "HighMemory"};
	struct mm_fixture *f = traced();

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t a = some_number(), b = some_number();
		const char *s = words[rand() % 4];

		CHECK(kmalloc, "%u,%d", (uint32_t)a, (int)b);
		CHECK(kfree, "x=%x y=0x%08x", (uint32_t)a, (uint32_t)b);
		CHECK(mm_page_alloc, "%llu %lld|", (unsigned long long)a,
		      (long long)b);
		CHECK(mm_page_free, "%llx%s", (unsigned long long)a, s);
		CHECK(cma_release, "[%-8s] [%8s]", s, s);
		CHECK(sched_wakeup, "%03d %5d %-5d.", (int)a % 1000,
		      (int)b % 100000, (int)a);
		CHECK(cma_alloc_start, "%#x %#llx", (uint32_t)a,
		      (unsigned long long)b);
		CHECK(block_rq_issue, "%c%c", 'R', (int)(a % 95) + 32);
	}
	fixture_destroy(f);
}

static void test_no_values(void **state)
{
	struct mm_fixture *f = traced();

	(void)state;
	trace_event(f->k, TRACE_kfree, "nothing at all");
	assert_string_equal(line, "test-0 kfree: nothing at all");
	assert_int_equal(last.format->nr_args, 0);
	fixture_destroy(f);
}

/* A path of any length fits into a line. */
static void test_long_strings(void **state)
{
	static char path[4096];
	struct mm_fixture *f = traced();

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	trace_event(f->k, TRACE_kfree, "%s %s %s %s.", path, path, path, path);
	assert_int_equal(strlen(line), strlen("test-0 kfree: ") + 4 * 160 + 4);
	fixture_destroy(f);
}

static void test_fields(void **state)
{
	struct mm_fixture *f = traced();

	(void)state;
	f->now = 100;
	trace_event_since(f->k, TRACE_mm_page_free, 77,
			  "page=%08x pfn=0x%x order=%u", 1u, 2u, 3u);
	assert_int_equal(last.format->nr_args, 3);
	assert_string_equal(last.format->piece[0].name, "page");
	assert_string_equal(last.format->piece[1].name, "pfn");
	assert_string_equal(last.format->piece[2].name, "order");
	assert_int_equal(last.since, 77);
	assert_int_equal(last.arg[2].number, 3);
	/* the same words elsewhere are the same format */
	{
		char copy[] = "page=%08x pfn=0x%x order=%u";
		const char *format = copy;
		const struct hw_trace_format *before = last.format;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		trace_event(f->k, TRACE_mm_page_free, format, 1u, 2u, 3u);
#pragma GCC diagnostic pop
		assert_ptr_equal(last.format, before);
	}
	fixture_destroy(f);
}

static void test_all_have_names(void **state)
{
	static const char *const names[NR_TRACE_EVENTS] = {
#define TRACE_FIELDS(event, names) [TRACE_##event] = names,
#include "kernel/trace_fields.def"
	};

	(void)state;
	for (unsigned int i = 0; i < NR_TRACE_EVENTS; i++)
		if (!names[i])
			fail_msg("kernel/trace_fields.def lacks %s",
				 kernel_trace_name(i));
	assert_null(kernel_trace_name(NR_TRACE_EVENTS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_printf),
		cmocka_unit_test(test_no_values),
		cmocka_unit_test(test_long_strings),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_all_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
