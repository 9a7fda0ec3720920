/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page allocator's rules, one test a rule: what each GFP flag and each
 * kind of task may have of the reserves, what is tried before a request
 * fails and what isn't, the reserve of high-order atomic requests, what
 * misuse is warned of, and how a failure is reported.
 */

#define FIXTURE_HAS_OOM_KILLER
#include "tests/unit/kernel/mm_fixture.h"

#define QUIET __GFP_NOWARN

/* What the OOM killer, which is not here, was asked and does. */
static struct {
	unsigned int nr_calls;
	unsigned int nr_sleeps;
	bool helps; /* says that somebody is on the way out */
	struct page *frees; /* who then gives this back */
	unsigned int order;
} oom;

bool out_of_memory(struct oom_control *oc)
{
	oom.nr_calls++;
	if (oom.frees)
		__free_pages(oc->curr, oom.frees, oom.order);
	oom.frees = NULL;
	return oom.helps;
}

uint64_t schedule_timeout_until(struct task_struct *curr, uint64_t expires)
{
	struct mm_fixture *f = curr->k->hw.ctx;

	oom.nr_sleeps++;
	f->now = expires;
	curr->state = TASK_RUNNING;
	return 0;
}

static struct signal_struct signals;
static struct mm_struct victim_mm;

static struct mm_fixture *machine(uint64_t size_mb)
{
	struct mm_fixture *f = fixture_simple(size_mb, false);

	memset(&oom, 0, sizeof(oom));
	memset(&signals, 0, sizeof(signals));
	f->task.signal = &signals;
	f->log_len = 0;
	f->log[0] = '\0';
	return f;
}

static struct zone *normal(struct mm_fixture *f)
{
	return &f->k->mem.node_data[0].node_zones[ZONE_NORMAL];
}

static int64_t nr_free(struct mm_fixture *f)
{
	return normal(f)->vm_stat[NR_FREE_PAGES];
}

/*
 * Takes single pages as @gfp until there are no more; returns what is left.
 * Lists of the CPU hold no more than one batch back.
 */
static int64_t left_by(struct mm_fixture *f, gfp_t gfp)
{
	while (alloc_page(&f->task, gfp | QUIET))
		;
	drain_all_pages(f->k);
	while (alloc_page(&f->task, gfp | QUIET))
		drain_all_pages(f->k);
	return nr_free(f);
}

/* ---- how deep ----------------------------------------------------------------- */

/* Each stops where Linux's __zone_watermark_ok() says. */
static void test_depth(void **state)
{
	static const struct {
		gfp_t gfp;
		/* what is left: this part of the min mark, in 64ths */
		int part;
	} kinds[] = {
		{GFP_KERNEL, 64},
		{GFP_NOWAIT, 64},
		{GFP_KERNEL | __GFP_HIGH, 32},
		{GFP_ATOMIC | __GFP_NOMEMALLOC, 32}, /* no ALLOC_HARDER */
		{GFP_ATOMIC & ~__GFP_HIGH, 48},
		{GFP_ATOMIC, 24},
		{GFP_KERNEL | __GFP_MEMALLOC, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct mm_fixture *f = machine(32);
		int64_t min = normal(f)->_watermark[WMARK_MIN];
		int64_t left = left_by(f, kinds[i].gfp);

		assert_in_range(left, min * kinds[i].part / 64,
				min * kinds[i].part / 64 + 1);
		fixture_destroy(f);
	}
}

/* Who asks counts as much as how. */
static void test_depth_by_task(void **state)
{
	struct mm_fixture *f = machine(32);
	int64_t min = normal(f)->_watermark[WMARK_MIN];

	(void)state;
	f->task.rt_priority = 1; /* ALLOC_HARDER */
	assert_in_range(left_by(f, GFP_KERNEL), min * 3 / 4, min * 3 / 4 + 1);
	f->task.in_interrupt = 1; /* it isn't the task that asks */
	assert_null(alloc_page(&f->task, GFP_NOWAIT | QUIET));
	f->task.in_interrupt = 0;
	f->task.rt_priority = 0;
	/* a victim of the OOM killer: half, but never beyond NOMEMALLOC */
	signals.oom_mm = &victim_mm;
	assert_null(
		alloc_page(&f->task, GFP_KERNEL | __GFP_NOMEMALLOC | QUIET));
	assert_in_range(left_by(f, GFP_KERNEL), min / 2, min / 2 + 1);
	signals.oom_mm = NULL;
	f->task.flags |= PF_MEMALLOC; /* frees memory itself: all of it */
	assert_null(
		alloc_page(&f->task, GFP_KERNEL | __GFP_NOMEMALLOC | QUIET));
	assert_int_equal(left_by(f, GFP_KERNEL), 0);
	/* and doesn't reclaim within reclaim */
	assert_int_equal(f->k->vmstat.event[ALLOCSTALL_NORMAL] > 0, true);
	fixture_destroy(f);
}

/* A dying task has no more than others until the OOM killer has said so. */
static void test_dying_asks_first(void **state)
{
	struct mm_fixture *f = machine(32);

	(void)state;
	left_by(f, GFP_KERNEL);
	oom.nr_calls = 0;
	f->task.flags |= PF_EXITING;
	assert_null(alloc_page(&f->task, GFP_KERNEL | QUIET));
	assert_int_equal(oom.nr_calls, 1);
	fixture_destroy(f);
}

/* ---- what is tried -------------------------------------------------------------- */

static unsigned int stalls(struct mm_fixture *f)
{
	return (unsigned int)f->k->vmstat.event[ALLOCSTALL_NORMAL];
}

struct trial {
	gfp_t gfp;
	unsigned int order;
	bool reclaims, kills;
};

static void test_steps(void **state)
{
	static const struct trial trials[] = {
		{GFP_KERNEL, 0, true, true},
		{GFP_KERNEL, 3, true, true},
		{GFP_NOIO, 0, true, true},
		{GFP_KERNEL, 4, true, false}, /* costly */
		{GFP_NOWAIT, 0, false, false},
		{GFP_ATOMIC | __GFP_NOMEMALLOC, 4, false, false},
		{GFP_KERNEL | __GFP_NORETRY, 0, true, false},
		{GFP_KERNEL | __GFP_RETRY_MAYFAIL, 0, true, false},
		{GFP_KERNEL | __GFP_RETRY_MAYFAIL, 4, true, false},
		{GFP_KERNEL | __GFP_THISNODE, 0, true, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		const struct trial *t = &trials[i];
		struct mm_fixture *f = machine(32);
		unsigned int before;

		left_by(f, GFP_ATOMIC);
		oom.nr_calls = 0;
		before = stalls(f);
		assert_null(alloc_pages(&f->task, t->gfp | QUIET, t->order));
		assert_int_equal(stalls(f) > before, t->reclaims);
		assert_int_equal(oom.nr_calls, t->kills);
		fixture_destroy(f);
	}
}

/* Nobody is killed for DMA memory: it needn't be his. */
static void test_no_kill_for_dma(void **state)
{
	struct mm_fixture *f = fixture_create(0x60000000, 32 * MB, 0x80000000);

	(void)state;
	memset(&oom, 0, sizeof(oom));
	strcpy(f->k->arch.command_line, "dma_zone=8M");
	memblock_add(f->k, 0x60000000, 32 * MB);
	fixture_boot(f, false);
	while (alloc_page(&f->task, GFP_KERNEL | __GFP_DMA | QUIET))
		;
	assert_int_equal(oom.nr_calls, 0);
	while (alloc_page(&f->task, GFP_KERNEL | QUIET))
		;
	assert_int_equal(oom.nr_calls, 1);
	fixture_destroy(f);
}

/* It is tried again as long as somebody dies, and in the end there is some. */
static void test_killing_helps(void **state)
{
	struct mm_fixture *f = machine(32);
	struct page *big = alloc_pages(&f->task, GFP_KERNEL, 8);

	(void)state;
	left_by(f, GFP_KERNEL);
	oom.nr_calls = 0;
	oom.helps = true;
	oom.frees = big;
	oom.order = 8;
	assert_non_null(alloc_page(&f->task, GFP_KERNEL | QUIET));
	assert_int_equal(oom.nr_calls, 1);
	assert_int_equal(oom.nr_sleeps, 1);
	/* who may not have somebody killed doesn't wait for ever */
	left_by(f, GFP_NOFS);
	assert_in_range(oom.nr_sleeps, 100, 301);
	fixture_destroy(f);
}

/* ---- __GFP_NOFAIL ----------------------------------------------------------------- */

static void test_nofail(void **state)
{
	struct mm_fixture *f = machine(32);
	int64_t min = normal(f)->_watermark[WMARK_MIN];

	(void)state;
	left_by(f, GFP_KERNEL);
	/* a part of the reserves */
	assert_non_null(alloc_page(&f->task, GFP_KERNEL | __GFP_NOFAIL));
	assert_in_range(nr_free(f), min - 40, min - 1);
	/* more when the OOM killer has nobody else: see Linux's may_oom() */
	oom.helps = true;
	while (nr_free(f) > 0)
		assert_non_null(
			alloc_page(&f->task, GFP_KERNEL | __GFP_NOFAIL));
	oom.helps = false;
	f->catch_panic = true;
	if (!setjmp(f->stopped)) {
		drain_all_pages(f->k);
		for (;;)
			alloc_page(&f->task, GFP_KERNEL | __GFP_NOFAIL);
	}
	assert_non_null(strstr(f->log, "not syncing: Out of memory"));
	fixture_destroy(f);
}

/* ---- the reserve of high-order atomic requests --------------------------------------- */

static void fill_but(struct mm_fixture *f, unsigned int nr_blocks)
{
	static struct page *blocks[4096];
	unsigned int n = 0;

	while ((blocks[n] = alloc_pages(&f->task, GFP_NOWAIT | QUIET, 4)))
		n++;
	while (nr_blocks--)
		__free_pages(&f->task, blocks[--n], 4);
}

static void test_highatomic(void **state)
{
	struct mm_fixture *f = machine(64);
	struct page *page, *again;

	(void)state;
	fill_but(f, 2);
	/* below the low mark: it comes by the slow path, and reserves */
	page = alloc_pages(&f->task, GFP_ATOMIC, 4);
	assert_non_null(page);
	assert_int_equal(normal(f)->nr_reserved_highatomic, pageblock_nr_pages);
	__free_pages(&f->task, page, 4);
	/* others may not have it, neither a block nor single pages */
	while ((again = alloc_pages(&f->task, GFP_NOWAIT | QUIET, 4)))
		assert_int_not_equal(get_pageblock_migratetype(f->k, again),
				     MIGRATE_HIGHATOMIC);
	assert_ptr_equal(alloc_pages(&f->task, GFP_ATOMIC | QUIET, 4), page);
	__free_pages(&f->task, page, 4);
	/* one pageblock stays unless there is nothing else to be had */
	assert_false(unreserve_highatomic_pageblock(
		f->k,
		&(struct alloc_context){
			.zonelist = &f->k->mem.node_data[0].node_zonelists[0],
			.highest_zoneidx = ZONE_NORMAL,
			.migratetype = MIGRATE_UNMOVABLE},
		false));
	assert_true(unreserve_highatomic_pageblock(
		f->k,
		&(struct alloc_context){
			.zonelist = &f->k->mem.node_data[0].node_zonelists[0],
			.highest_zoneidx = ZONE_NORMAL,
			.migratetype = MIGRATE_UNMOVABLE},
		true));
	assert_int_equal(normal(f)->nr_reserved_highatomic, 0);
	assert_int_equal(verify_page_alloc(f->k), 0);
	fixture_destroy(f);
}

/* ---- per-CPU lists ---------------------------------------------------------------------- */

/* Who only frees doesn't keep larger blocks from merging. */
static void test_high_orders_leave(void **state)
{
	struct mm_fixture *f = machine(256);
	struct per_cpu_pages *pcp = &normal(f)->pcp[0];
	struct page *pages[64], *eight = alloc_pages(&f->task, GFP_KERNEL, 3);
	struct page *another = alloc_pages(&f->task, GFP_KERNEL, 3);

	(void)state;
	__free_pages(&f->task, eight, 3);
	assert_true(pcp->count >= 8); /* it may be wanted again soon */
	for (int i = 0; i < 64; i++)
		pages[i] = alloc_page(&f->task, GFP_KERNEL);
	pcp->high = pcp->batch * 4;
	for (int i = 0; i < 64; i++)
		__free_pages(&f->task, pages[i], 0);
	assert_true(pcp->free_factor > 0);
	__free_pages(&f->task, another, 3);
	assert_int_equal(pcp->count, 0);
	fixture_destroy(f);
}

/* While kswapd works, a CPU keeps four batches at most, and no less than one. */
static void test_fewer_under_reclaim(void **state)
{
	struct mm_fixture *f = machine(256);
	struct zone *zone = normal(f);
	struct per_cpu_pages *pcp = &zone->pcp[0];
	const int high = pcp->high, less = pcp->batch * 4;
	struct page *pages[1024];

	(void)state;
	assert_true(less < high && high < 1024);
	for (int active = 0; active < 2; active++) {
		const int bound = active ? less : high;
		int most = 0;

		for (int i = 0; i < 1024; i++)
			pages[i] = alloc_page(&f->task, GFP_KERNEL);
		drain_all_pages(f->k);
		zone->flags = active ? 1u << ZONE_RECLAIM_ACTIVE : 0;
		for (int i = 0; i < 1024; i++) {
			__free_pages(&f->task, pages[i], 0);
			if (pcp->count > most)
				most = pcp->count;
			assert_true(i < bound || pcp->count >= pcp->batch);
		}
		assert_int_equal(most, bound - 1);
	}
	fixture_destroy(f);
}

/* ---- boosts ------------------------------------------------------------------------------ */

/* Free pages lie apart, in blocks of movable ones, when another kind wants one. */
static uint32_t boost_of(uint32_t factor, uint64_t size_mb)
{
	struct mm_fixture *f = machine(size_mb);
	struct zone *zone = normal(f);
	struct page *page, *other = NULL;
	uint32_t boost;

	f->k->mem.watermark_boost_factor = factor;
	while ((page = alloc_page(&f->task, GFP_HIGHUSER_MOVABLE | QUIET))) {
		if (other && page_to_pfn(f->k, page) & 1)
			continue;
		page->private = (uint64_t)(uintptr_t)other;
		other = page;
	}
	assert_int_equal(zone->watermark_boost, 0);
	while ((page = other)) {
		other = (struct page *)(uintptr_t)page->private;
		__free_pages(&f->task, page, 0);
	}
	drain_all_pages(f->k);
	assert_non_null(alloc_page(&f->task, GFP_KERNEL));
	boost = zone->watermark_boost;
	assert_int_equal(wmark_pages(zone, WMARK_LOW),
			 zone->_watermark[WMARK_LOW] + boost);
	setup_per_zone_wmarks(f->k); /* as a sysctl does */
	assert_int_equal(zone->watermark_boost, 0);
	fixture_destroy(f);
	return boost;
}

static void test_boost(void **state)
{
	(void)state;
	assert_int_equal(boost_of(15000, 64), pageblock_nr_pages);
	assert_int_equal(boost_of(0, 64), 0);
	assert_int_equal(boost_of(15000, 8), 0); /* too small a machine */
}

/* ---- misuse, and reports -------------------------------------------------------------------- */

static unsigned int count(const struct mm_fixture *f, const char *part)
{
	unsigned int n = 0;

	for (const char *at = f->log; (at = strstr(at, part)); at++)
		n++;
	return n;
}

/* Each once, and not at all when asked not to. */
static void test_warnings(void **state)
{
	struct mm_fixture *f = machine(32);

	(void)state;
	assert_null(alloc_pages(&f->task, GFP_KERNEL | QUIET, MAX_ORDER));
	assert_int_equal(count(f, "WARNING"), 0);
	assert_null(alloc_pages(&f->task, GFP_KERNEL, MAX_ORDER));
	assert_null(alloc_pages(&f->task, GFP_KERNEL, MAX_ORDER));
	assert_int_equal(count(f, "WARNING: CPU: 0 PID: 0"), 1);
	assert_int_equal(count(f, "Not tainted"), 0);
	assert_int_equal(count(f, "Tainted: G        W         "), 1);
	assert_int_equal(f->k->sysctl.tainted, 1 << 9);
	alloc_pages(&f->task, GFP_KERNEL | __GFP_NOFAIL, 2);
	assert_int_equal(count(f, "WARNING"), 2);
	fixture_destroy(f);
}

static void test_report(void **state)
{
	struct mm_fixture *f = machine(32);
	char want[128];

	(void)state;
	left_by(f, GFP_KERNEL);
	assert_null(alloc_pages(&f->task, GFP_KERNEL | __GFP_COMP, 2));
	assert_non_null(strstr(f->log,
			       "test: page allocation failure: order:2, "
			       "mode:0x40cc0(GFP_KERNEL|__GFP_COMP), "
			       "nodemask=(null)\n"));
	assert_non_null(
		strstr(f->log, "CPU: 0 PID: 0 Comm: test Not tainted "));
	assert_non_null(strstr(f->log, "Mem-Info:\n"));
	snprintf(want, sizeof(want),
		 "Normal free:%lldkB boost:0kB min:%ukB low:%ukB high:%ukB "
		 "reserved_highatomic:0KB ",
		 (long long)nr_free(f) * 4,
		 wmark_pages(normal(f), WMARK_MIN) * 4,
		 wmark_pages(normal(f), WMARK_LOW) * 4,
		 wmark_pages(normal(f), WMARK_HIGH) * 4);
	assert_non_null(strstr(f->log, want));
	snprintf(want, sizeof(want), "= %lldkB\n", (long long)nr_free(f) * 4);
	assert_non_null(strstr(f->log, want));
	assert_non_null(strstr(f->log, "8192 pages RAM\n"));
	/* one in ten seconds */
	assert_null(alloc_page(&f->task, GFP_KERNEL));
	assert_int_equal(count(f, "page allocation failure"), 1);
	f->now += 11 * (uint64_t)f->k->hw.clock_hz;
	assert_null(alloc_page(&f->task, GFP_KERNEL));
	assert_int_equal(count(f, "page allocation failure"), 2);
	assert_int_equal(count(f, "warn_alloc: 1 callbacks suppressed"), 1);
	fixture_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_depth_by_task),
		cmocka_unit_test(test_dying_asks_first),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_no_kill_for_dma),
		cmocka_unit_test(test_killing_helps),
		cmocka_unit_test(test_nofail),
		cmocka_unit_test(test_highatomic),
		cmocka_unit_test(test_high_orders_leave),
		cmocka_unit_test(test_fewer_under_reclaim),
		cmocka_unit_test(test_boost),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
