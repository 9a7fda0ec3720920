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

static char lines[MAX_LINES][KERNEL_TRACE_LINE];
static int nr_lines;

static void keep_line(void *ctx, const struct hw_trace *event)
{
	(void)ctx;
	assert_true(nr_lines < MAX_LINES);
	kernel_trace_line(event, lines[nr_lines++]);
}

/* 64 MB, everything free and movable; traces @events. */
static struct mm_fixture *traced(hw_trace_mask_t events)
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

/* Line @i is @event with page= and pfn= of @page, then @fields. */
static void assert_line(struct mm_fixture *f, int i, const char *event,
			const struct page *page, const char *fields)
{
	char wanted[512];

	assert_in_range(i, 0, nr_lines - 1);
	snprintf(wanted, sizeof(wanted), "test-0 %s: page=%08x pfn=0x%x %s",
		 event, kobj_addr(f->k, page), page_to_pfn(f->k, page), fields);
	assert_string_equal(lines[i], wanted);
}

static void test_refill_and_alloc(void **state)
{
	struct mm_fixture *f = traced(~UINT64_C(0));
	int batch = f->k->mem.node_data[0].node_zones[ZONE_NORMAL].pcp[0].batch;
	struct page *page = alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);

	(void)state;
	/* a batch for the CPU's list, and the first of it for the caller */
	assert_int_equal(nr_lines, batch + 1);
	assert_line(f, 0, "mm_page_alloc_zone_locked", page,
		    "order=0 migratetype=1 percpu_refill=1");
	assert_line(f, batch, "mm_page_alloc", page,
		    "order=0 migratetype=1 gfp_flags=GFP_HIGHUSER_MOVABLE");
	alloc_page(&f->task, GFP_HIGHUSER_MOVABLE | __GFP_ZERO);
	assert_int_equal(nr_lines, batch + 2);
	assert_non_null(strstr(lines[batch + 1],
			       "gfp_flags=GFP_HIGHUSER_MOVABLE|__GFP_ZERO"));
	__free_pages(&f->task, page, 0);
	assert_line(f, batch + 2, "mm_page_free", page, "order=0");
	fixture_destroy(f);
}

static void test_past_the_lists(void **state)
{
	struct mm_fixture *f = traced(~UINT64_C(0));
	struct page *page = alloc_pages(&f->task, GFP_HIGHUSER_MOVABLE, 5);

	(void)state;
	assert_int_equal(nr_lines, 2);
	assert_line(f, 0, "mm_page_alloc_zone_locked", page,
		    "order=5 migratetype=1 percpu_refill=0");
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
	assert_line(f, 0, "mm_page_alloc_extfrag", page,
		    "alloc_order=4 fallback_order=10 pageblock_order=10 "
		    "alloc_migratetype=0 fallback_migratetype=1 "
		    "fragmenting=0 change_ownership=1");
	alloc_pages(&f->task, GFP_KERNEL, 4);
	assert_int_equal(nr_lines, 1);
	fixture_destroy(f);
}

static void test_drain(void **state)
{
	struct mm_fixture *f = traced(TRACE_BIT(TRACE_mm_page_pcpu_drain));
	struct per_cpu_pages *pcp =
		&f->k->mem.node_data[0].node_zones[ZONE_NORMAL].pcp[0];

	(void)state;
	alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);
	assert_int_equal(nr_lines, 0);
	drain_all_pages(f->k);
	assert_int_equal(count("mm_page_pcpu_drain: page="), pcp->batch - 1);
	assert_int_equal(nr_lines, pcp->batch - 1);
	fixture_destroy(f);
}

static void test_only_what_was_asked_for(void **state)
{
	struct mm_fixture *f = traced(0);

	(void)state;
	__free_pages(&f->task, alloc_page(&f->task, GFP_KERNEL), 0);
	assert_int_equal(nr_lines, 0);
	f->k->hw.trace_events = TRACE_BIT(TRACE_mm_page_free);
	__free_pages(&f->task, alloc_page(&f->task, GFP_KERNEL), 0);
	assert_int_equal(nr_lines, 1);
	/* more than there is: the failure is an event, too */
	f->k->hw.trace_events = TRACE_BIT(TRACE_mm_page_alloc);
	while (alloc_pages(&f->task, GFP_KERNEL | __GFP_NOWARN, 10))
		;
	assert_string_equal(
		lines[nr_lines - 1],
		"test-0 mm_page_alloc: page=00000000 pfn=0x0 order=10 "
		"migratetype=0 gfp_flags=GFP_KERNEL|__GFP_NOWARN");
	fixture_destroy(f);
}

/* Three pages at once; the one that somebody else holds too isn't freed. */
static void test_batched(void **state)
{
	struct mm_fixture *f = traced(TRACE_BIT(TRACE_mm_page_free) |
				      UINT64_C(1)
					      << TRACE_mm_page_free_batched);
	struct page *pages[3], *held;

	(void)state;
	for (int i = 0; i < 3; i++)
		pages[i] = alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);
	held = pages[1];
	get_page(held);
	release_pages(&f->task, pages, 3);
	assert_int_equal(nr_lines, 4);
	assert_line(f, 0, "mm_page_free_batched", pages[1], "order=0");
	assert_line(f, 1, "mm_page_free", pages[1], "order=0");
	assert_line(f, 2, "mm_page_free_batched", pages[0], "order=0");
	assert_int_equal(page_count(held), 1);
	/* the first of them is the first to be used again */
	assert_ptr_equal(alloc_page(&f->task, GFP_HIGHUSER_MOVABLE), pages[0]);
	fixture_destroy(f);
}

/* ---- when memory is short ---------------------------------------------------- */

/* The steps of a request that fails, in Linux's order and words. */
static void test_slow_path(void **state)
{
	struct mm_fixture *f = traced(0);
	struct pglist_data *pgdat = &f->k->mem.node_data[0];
	struct zone *zone = &pgdat->node_zones[ZONE_NORMAL];
	struct task_struct kswapd = {.k = f->k, .cpu = f->task.cpu};
	struct wait_queue_entry sleeper = {.task = &kswapd};
	char want[256];

	(void)state;
	while (alloc_page(&f->task, GFP_KERNEL | __GFP_NOWARN))
		;
	drain_all_pages(f->k);
	pgdat->kswapd = &kswapd;
	INIT_LIST_HEAD(&pgdat->kswapd_wait.head);
	list_add(&sleeper.entry, &pgdat->kswapd_wait.head);
	zone->vm_stat[NR_ZONE_INACTIVE_FILE] = 7;
	f->k->hw.trace_events =
		TRACE_BIT(TRACE_mm_vmscan_wakeup_kswapd) |
		TRACE_BIT(TRACE_mm_vmscan_direct_reclaim_begin) |
		TRACE_BIT(TRACE_mm_vmscan_direct_reclaim_end) |
		TRACE_BIT(TRACE_reclaim_retry_zone) |
		TRACE_BIT(TRACE_mm_page_alloc);
	assert_null(alloc_pages(&f->task, GFP_KERNEL | __GFP_NOWARN, 2));
	/* once before all else, and once a round */
	assert_string_equal(lines[0],
			    "test-0 mm_vmscan_wakeup_kswapd: nid=0 order=2 "
			    "gfp_flags=GFP_KERNEL|__GFP_NOWARN");
	assert_string_equal(lines[1], lines[0]);
	assert_string_equal(lines[2],
			    "test-0 mm_vmscan_direct_reclaim_begin: order=2 "
			    "gfp_flags=GFP_KERNEL|__GFP_NOWARN");
	assert_string_equal(lines[3], "test-0 mm_vmscan_direct_reclaim_end: "
				      "nr_reclaimed=0");
	snprintf(want, sizeof(want),
		 "test-0 reclaim_retry_zone: node=0 zone=Normal   order=2 "
		 "reclaimable=7 available=%lld min_wmark=%u "
		 "no_progress_loops=1 wmark_check=%d",
		 (long long)zone->vm_stat[NR_FREE_PAGES] + 7,
		 wmark_pages(zone, WMARK_MIN),
		 zone_watermark_ok(zone, 2, wmark_pages(zone, WMARK_MIN) - 7,
				   ZONE_NORMAL, ALLOC_WMARK_MIN));
	assert_string_equal(lines[4], want);
	assert_string_equal(lines[nr_lines - 1],
			    "test-0 mm_page_alloc: page=00000000 pfn=0x0 "
			    "order=2 migratetype=0 "
			    "gfp_flags=GFP_KERNEL|__GFP_NOWARN");
	fixture_destroy(f);
}

/*
 * As long as the estimate says that reclaim could help it is tried again, 16
 * times without progress at most.
 */
static void test_sixteen_rounds(void **state)
{
	struct mm_fixture *f = traced(0);
	struct zone *zone = &f->k->mem.node_data[0].node_zones[ZONE_NORMAL];

	(void)state;
	while (alloc_page(&f->task, GFP_KERNEL | __GFP_NOWARN))
		;
	zone->vm_stat[NR_ZONE_INACTIVE_FILE] = 5000;
	f->k->hw.trace_events = TRACE_BIT(TRACE_reclaim_retry_zone);
	assert_null(alloc_page(&f->task, GFP_KERNEL | __GFP_NOWARN));
	assert_int_equal(nr_lines, 16);
	assert_int_equal(count("wmark_check=1"), 16);
	assert_non_null(strstr(lines[15], "no_progress_loops=16"));
	/* asked not to: one round, and no estimate */
	assert_null(alloc_page(&f->task,
			       GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN));
	assert_int_equal(nr_lines, 16);
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
		cmocka_unit_test(test_batched),
		cmocka_unit_test(test_slow_path),
		cmocka_unit_test(test_sixteen_rounds),
		cmocka_unit_test(test_flag_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
