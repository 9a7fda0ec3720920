/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracepoints: each of the page allocator's happens when and as often as what
 * it stands for, with the right fields; only those asked for are written; and
 * flags have Linux's names.
 */
#include "kernel/lib/trace.h"
#include "kernel/mm/mmflags.h"
#include "tests/unit/kernel/mm_fixture.h"

#define MAX_LINES 4096

static char lines[MAX_LINES][256];
static int nr_lines;

static void keep_line(void *ctx, const char *line)
{
	(void)ctx;
	assert_true(nr_lines < MAX_LINES);
	snprintf(lines[nr_lines++], sizeof(lines[0]), "%s", line);
}

/* 64 MB, everything free and movable; traces @events. */
static struct mm_fixture *traced(uint64_t events)
{
	struct mm_fixture *f = fixture_simple(64, false);

	nr_lines = 0;
	f->ops.trace = keep_line;
	f->k->hw.trace_events = events;
	f->k->sched.cpus[0].curr = &f->task;
	f->k->sched.in_kernel = &f->k->sched.cpus[0];
	return f;
}

static int count(const char *part)
{
	int n = 0;

	for (int i = 0; i < nr_lines; i++)
		n += strstr(lines[i], part) != NULL;
	return n;
}

static void assert_line(int i, const char *format, unsigned int pfn)
{
	char wanted[256];

	assert_in_range(i, 0, nr_lines - 1);
	snprintf(wanted, sizeof(wanted), format, pfn);
	assert_string_equal(lines[i], wanted);
}

static void test_refill_and_alloc(void **state)
{
	struct mm_fixture *f = traced(~UINT64_C(0));
	int batch = f->k->mem.node_data[0].node_zones[ZONE_NORMAL].pcp[0].batch;
	struct page *page = alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);
	unsigned int pfn = page_to_pfn(f->k, page);

	(void)state;
	/* a batch for the CPU's list, and the first of it for the caller */
	assert_int_equal(nr_lines, batch + 1);
	assert_line(0,
		    "test-0 mm_page_alloc_zone_locked: pfn=0x%x order=0 "
		    "migratetype=1 percpu_refill=1",
		    pfn);
	assert_line(batch,
		    "test-0 mm_page_alloc: pfn=0x%x order=0 migratetype=1 "
		    "gfp_flags=GFP_HIGHUSER_MOVABLE",
		    pfn);
	alloc_page(&f->task, GFP_HIGHUSER_MOVABLE | __GFP_ZERO);
	assert_int_equal(nr_lines, batch + 2);
	assert_non_null(strstr(lines[batch + 1],
			       "gfp_flags=GFP_HIGHUSER_MOVABLE|__GFP_ZERO"));
	__free_pages(&f->task, page, 0);
	assert_line(batch + 2, "test-0 mm_page_free: pfn=0x%x order=0", pfn);
	fixture_destroy(f);
}

static void test_past_the_lists(void **state)
{
	struct mm_fixture *f = traced(~UINT64_C(0));
	struct page *page = alloc_pages(&f->task, GFP_HIGHUSER_MOVABLE, 5);

	(void)state;
	assert_int_equal(nr_lines, 2);
	assert_line(0,
		    "test-0 mm_page_alloc_zone_locked: pfn=0x%x order=5 "
		    "migratetype=1 percpu_refill=0",
		    page_to_pfn(f->k, page));
	fixture_destroy(f);
}

/* All is movable at first: the first unmovable page takes a whole block. */
static void test_extfrag(void **state)
{
	struct mm_fixture *f = traced(UINT64_C(1)
				      << TRACE_mm_page_alloc_extfrag);
	struct page *page;

	(void)state;
	page = alloc_pages(&f->task, GFP_KERNEL, 4);
	assert_int_equal(nr_lines, 1);
	assert_line(0,
		    "test-0 mm_page_alloc_extfrag: pfn=0x%x alloc_order=4 "
		    "fallback_order=10 pageblock_order=10 alloc_migratetype=0 "
		    "fallback_migratetype=1 fragmenting=0 change_ownership=1",
		    page_to_pfn(f->k, page));
	alloc_pages(&f->task, GFP_KERNEL, 4);
	assert_int_equal(nr_lines, 1);
	fixture_destroy(f);
}

static void test_drain(void **state)
{
	struct mm_fixture *f = traced(UINT64_C(1) << TRACE_mm_page_pcpu_drain);
	struct per_cpu_pages *pcp =
		&f->k->mem.node_data[0].node_zones[ZONE_NORMAL].pcp[0];

	(void)state;
	alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);
	assert_int_equal(nr_lines, 0);
	drain_all_pages(f->k);
	assert_int_equal(count("mm_page_pcpu_drain: pfn="), pcp->batch - 1);
	assert_int_equal(nr_lines, pcp->batch - 1);
	fixture_destroy(f);
}

static void test_only_what_was_asked_for(void **state)
{
	struct mm_fixture *f = traced(0);

	(void)state;
	__free_pages(&f->task, alloc_page(&f->task, GFP_KERNEL), 0);
	assert_int_equal(nr_lines, 0);
	f->k->hw.trace_events = UINT64_C(1) << TRACE_mm_page_free;
	__free_pages(&f->task, alloc_page(&f->task, GFP_KERNEL), 0);
	assert_int_equal(nr_lines, 1);
	/* more than there is: the failure is an event, too */
	f->k->hw.trace_events = UINT64_C(1) << TRACE_mm_page_alloc;
	while (alloc_pages(&f->task, GFP_KERNEL | __GFP_NOWARN, 10))
		;
	assert_string_equal(lines[nr_lines - 1],
			    "test-0 mm_page_alloc: pfn=0x0 order=10 "
			    "migratetype=0 gfp_flags=GFP_KERNEL|__GFP_NOWARN");
	fixture_destroy(f);
}

static void test_flag_names(void **state)
{
	(void)state;
	assert_string_equal(gfp_flag_names(0).text, "none");
	assert_string_equal(gfp_flag_names(GFP_ATOMIC).text, "GFP_ATOMIC");
	assert_string_equal(gfp_flag_names(0x140dca).text,
			    "GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO");
	assert_string_equal(gfp_flag_names(0x400dc2).text,
			    "GFP_KERNEL_ACCOUNT|__GFP_HIGHMEM|__GFP_ZERO");
	assert_string_equal(gfp_flag_names(0x80000000).text, "0x80000000");
	assert_string_equal(gfp_flag_names(0x80000002).text,
			    "__GFP_HIGHMEM|0x80000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refill_and_alloc),
		cmocka_unit_test(test_past_the_lists),
		cmocka_unit_test(test_extfrag),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_only_what_was_asked_for),
		cmocka_unit_test(test_flag_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
