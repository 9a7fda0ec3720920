/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory system (emu/timing/hierarchy.c): times worked out by hand, and
 * the rules that hold whatever happens, over random accesses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "emu/timing/hierarchy.h"

#define RAM UINT64_C(0x60000000)

/* At 1 GHz a nanosecond is a cycle. */
static const struct hierarchy_params plain = {
	.l1i = {{1024, 2, 32, CACHE_ROUND_ROBIN}, 1, 1},
	.l1d = {{1024, 4, 32, CACHE_ROUND_ROBIN}, 4, 1},
	.l2 = {{16384, 8, 64, CACHE_LRU}, 20, 8},
	.write_allocate = true,
	.stream_lines = 3,
	.write_line_cycles = 10,
	.walks = WALKS_L1D,
	.dram_latency_ns = 100,
	.dram_read_mb_per_s = 1000, /* 32 cycles a line of 32 bytes */
	.dram_write_mb_per_s = 2000, /* 16 */
	.clock_hz = 1000000000,
	.seed = 1,
};

static struct hierarchy *create(const struct hierarchy_params *params,
				unsigned int nr_cores)
{
	struct hierarchy *h;
	const char *key;

	assert_null(hierarchy_check(params, &key));
	h = hierarchy_create(params, nr_cores);
	assert_non_null(h);
	return h;
}

static uint32_t sum(struct stall stall)
{
	return stall.near + stall.dram;
}

/* ---- times by hand ------------------------------------------------------------ */

static void test_levels(void **state)
{
	struct hierarchy *h = create(&plain, 1);
	struct core_caches *core = &h->core[0];
	struct stall stall;

	(void)state;
	/* DRAM: what L2 costs beyond L1's 4 cycles, and 100 more. */
	stall = hierarchy_load(core, RAM, 1000);
	assert_int_equal(stall.near, 16);
	assert_int_equal(stall.dram, 100);
	assert_int_equal(sum(hierarchy_load(core, RAM + 28, 2000)), 0);
	/* L2's line is two of L1D's; 256 bytes on, so that none follows. */
	assert_int_equal(sum(hierarchy_load(core, RAM + 512, 3000)), 116);
	stall = hierarchy_load(core, RAM + 512 + 32, 9000);
	assert_int_equal(stall.dram, 0); /* in a stream, late: nothing */
	assert_int_equal(core->l1d.stats.reads, 4);
	assert_int_equal(core->l1d.stats.read_misses, 3);
	assert_int_equal(h->l2.stats.read_misses, 2);
	assert_int_equal(h->dram_reads, 2);
	hierarchy_destroy(h);
}

/* A chain over 4 KB in an order without streams: all of it in L2, not L1. */
static void test_chain_in_l2(void **state)
{
	struct hierarchy *h = create(&plain, 1);
	struct core_caches *core = &h->core[0];
	uint64_t now = 0, from = 0;

	(void)state;
	for (int i = 0; i < 256; i++) {
		if (i == 128)
			from = now;
		now += 4 +
		       sum(hierarchy_load(core, RAM + i * 37 % 128 * 32, now));
	}
	assert_int_equal(now - from, 128 * 20);
	hierarchy_destroy(h);
}

/* Lines one after the other come as fast as DRAM gives them. */
static void test_read_stream(void **state)
{
	struct hierarchy *h = create(&plain, 1);
	struct core_caches *core = &h->core[0];
	uint64_t now = 0;

	(void)state;
	for (uint32_t at = 0; at < 65536; at += 4)
		now += 1 + sum(hierarchy_load(core, RAM + at, now));
	/* 2048 lines, every second one from L2: 8 cycles, 32 the others. */
	assert_in_range(now, 1024 * 40, 1024 * 40 + 200);
	hierarchy_destroy(h);
}

/* Whole lines written pass L1D by, and cost what DRAM takes for them. */
static void test_write_stream(void **state)
{
	struct hierarchy *h = create(&plain, 1);
	struct core_caches *core = &h->core[0];
	uint64_t now = 0;

	(void)state;
	for (uint32_t at = 0; at < 65536; at += 4)
		now += 1 + sum(hierarchy_store(core, RAM + at, 4, now));
	assert_int_equal(core->past_l1d, 2048 - 3);
	assert_int_equal(core->l1d.stats.write_misses, 2048);
	assert_in_range(now, 2044 * 16, 2048 * 16 + 200);
	assert_in_range(h->dram_reads, 2, 3);
	hierarchy_destroy(h);
}

/* Lines whose steps are the same are a stream; others aren't. */
static void test_steps(void **state)
{
	static const struct {
		int32_t step; /* in lines */
		bool stream;
	} of[] = {
		{1, true},  {2, true},  {4, true},   {-1, true},
		{-3, true}, {5, false}, {-5, false}, {13, false},
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct hierarchy *h = create(&plain, 1);
		uint64_t now = 0, stalls = 0;

		for (int32_t n = 0; n < 100; n++) {
			const struct stall stall = hierarchy_load(
				&h->core[0],
				RAM + (paddr_t)(1000 + n * of[i].step) * 32,
				now);

			stalls += sum(stall);
			now += 1000 + sum(stall);
		}
		/* The first tells nothing, nor where the second goes on to. */
		if (of[i].stream)
			assert_in_range(stalls, 116, 2 * 116);
		else
			assert_in_range(stalls, 100 * 16, 100 * 116);
		hierarchy_destroy(h);
	}
}

/* A chain over pages that lie anywhere: a stream goes on over their ends. */
static void test_stream_over_pages(void **state)
{
	struct hierarchy *h = create(&plain, 1);
	uint64_t stalls = 0;

	(void)state;
	for (uint32_t n = 0; n < 4 * 128; n++)
		stalls += sum(hierarchy_load(
			&h->core[0],
			RAM + (paddr_t)(n / 128 * 7 % 4) * 4096 + n % 128 * 32,
			(uint64_t)n * 1000));
	assert_in_range(stalls, 116, 2 * 116);
	hierarchy_destroy(h);
}

/*
 * A copy takes the port for what it reads and writes, and what the core does
 * meanwhile takes no time; loads in between don't split lines that go past.
 */
static void test_copy(void **state)
{
	struct hierarchy *h = create(&plain, 1);
	struct core_caches *core = &h->core[0];
	uint64_t now = 0;

	(void)state;
	for (uint32_t at = 0; at < 65536; at += 4) {
		now += 1 + sum(hierarchy_load(core, RAM + at, now));
		now += 1 +
		       sum(hierarchy_store(core, RAM + 0x100000 + at, 4, now));
	}
	assert_int_equal(core->past_l1d, 2048 - 3);
	/* Of two lines one comes from DRAM, one from L2; each is written. */
	assert_in_range(now, 1024 * (32 + 8 + 2 * 16),
			1024 * (32 + 8 + 2 * 16) + 400);
	hierarchy_destroy(h);
}

/* A line that was written past L1D and is read is in L1D from then on. */
static void test_read_behind_stream(void **state)
{
	struct hierarchy *h = create(&plain, 1);
	struct core_caches *core = &h->core[0];
	bool dirty;

	(void)state;
	for (uint32_t at = 0; at < 1024; at += 4)
		hierarchy_store(core, RAM + at, 4, (uint64_t)at * 100);
	assert_false(cache_holds(&core->l1d, RAM + 1020, NULL));
	hierarchy_load(core, RAM + 1020, 900000);
	hierarchy_store(core, RAM + 1020, 4, 910000);
	assert_true(cache_holds(&core->l1d, RAM + 1020, &dirty));
	assert_true(dirty);
	hierarchy_destroy(h);
}

/* One store a line: each line is read for it, and leaves dirty. */
static void test_scattered_stores(void **state)
{
	struct hierarchy *h = create(&plain, 1);
	struct core_caches *core = &h->core[0];

	(void)state;
	for (uint32_t at = 0; at < 65536; at += 64)
		hierarchy_store(core, RAM + at, 4, at * 100);
	assert_int_equal(core->past_l1d, 0);
	assert_int_equal(h->dram_reads, 1024);
	/* Half of L1D's sets can hold such lines, and all of L2. */
	assert_int_equal(core->l1d.stats.writebacks, 1024 - 16);
	assert_int_equal(h->l2.stats.writes, 1024 - 16);
	assert_in_range(h->dram_writes, 1024 - 256 - 32, 1024 - 256);
	hierarchy_destroy(h);
}

static void test_fetches(void **state)
{
	struct hierarchy *h = create(&plain, 1);
	struct core_caches *core = &h->core[0];

	(void)state;
	assert_int_equal(sum(hierarchy_fetch(core, RAM, 0)), 19 + 100);
	assert_int_equal(sum(hierarchy_fetch(core, RAM + 16, 500)), 0);
	/* The next line was asked for ahead; L2 has it. */
	assert_int_equal(sum(hierarchy_fetch(core, RAM + 32, 119)), 8);
	hierarchy_code_changed(h, RAM + 8, 4);
	assert_int_equal(sum(hierarchy_fetch(core, RAM, 1000)), 19);
	hierarchy_invalidate_code(core);
	assert_int_equal(sum(hierarchy_fetch(core, RAM, 2000)), 19);
	hierarchy_destroy(h);
}

static void test_walks(void **state)
{
	struct hierarchy_params params = plain;
	struct hierarchy *h = create(&params, 1);

	(void)state;
	assert_int_equal(hierarchy_walk(&h->core[0], RAM, true, 0), 120);
	assert_int_equal(hierarchy_walk(&h->core[0], RAM, true, 500), 4);
	assert_int_equal(hierarchy_walk(&h->core[0], RAM, false, 600), 120);
	hierarchy_destroy(h);
	params.walks = WALKS_L2;
	h = create(&params, 1);
	assert_int_equal(hierarchy_walk(&h->core[0], RAM, true, 0), 120);
	assert_int_equal(hierarchy_walk(&h->core[0], RAM, true, 500), 20);
	assert_int_equal(h->core[0].l1d.stats.reads, 0);
	hierarchy_destroy(h);
	params.walks = WALKS_MEMORY;
	h = create(&params, 1);
	assert_int_equal(hierarchy_walk(&h->core[0], RAM, true, 0), 120);
	assert_int_equal(hierarchy_walk(&h->core[0], RAM, true, 500), 120);
	hierarchy_destroy(h);
}

static void test_no_l2(void **state)
{
	struct hierarchy_params params = plain;
	struct hierarchy *h;

	(void)state;
	params.l2.geometry.size_bytes = 0;
	params.l2.hit_cycles = params.l2.line_cycles = 0;
	h = create(&params, 1);
	assert_int_equal(sum(hierarchy_load(&h->core[0], RAM, 0)), 100);
	hierarchy_store(&h->core[0], RAM, 4, 200);
	hierarchy_set_way(&h->core[0], 1, 0, 0, HIERARCHY_INVALIDATE);
	hierarchy_maintain(h, RAM, 4, HIERARCHY_CLEAN | HIERARCHY_INVALIDATE);
	assert_int_equal(h->dram_writes, 1);
	hierarchy_destroy(h);
}

/* ---- maintenance ---------------------------------------------------------------- */

static void test_maintenance(void **state)
{
	struct hierarchy *h = create(&plain, 1);
	struct core_caches *core = &h->core[0];
	bool dirty;

	(void)state;
	hierarchy_store(core, RAM, 4, 0);
	hierarchy_maintain(h, RAM + 30, 1, HIERARCHY_CLEAN);
	assert_true(cache_holds(&core->l1d, RAM, &dirty));
	assert_false(dirty);
	assert_int_equal(h->dram_writes, 1);
	/* Dirty again, and lost: a device wrote this memory. */
	hierarchy_store(core, RAM, 4, 500);
	hierarchy_maintain(h, RAM - 64, 128, HIERARCHY_INVALIDATE);
	assert_false(cache_holds(&core->l1d, RAM, NULL));
	assert_false(cache_holds(&h->l2, RAM, NULL));
	assert_int_equal(h->dram_writes, 1);
	assert_int_equal(sum(hierarchy_load(core, RAM, 1000)), 116);
	/* By set and way, as Linux empties a level: every one of them. */
	hierarchy_store(core, RAM, 4, 2000);
	for (uint32_t set = 0; set < 8; set++)
		for (uint32_t way = 0; way < 4; way++)
			hierarchy_set_way(core, 0, set, way,
					  HIERARCHY_CLEAN |
						  HIERARCHY_INVALIDATE);
	assert_false(cache_holds(&core->l1d, RAM, NULL));
	assert_true(cache_holds(&h->l2, RAM, &dirty));
	assert_true(dirty);
	hierarchy_destroy(h);
}

/* ---- invariants -------------------------------------------------------------------- */

static uint64_t seed = 7;

static uint32_t below(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33) % n;
}

static void check_invariants(const struct hierarchy *h)
{
	for (paddr_t at = RAM; at < RAM + 65536; at += 32) {
		unsigned int held = 0;
		bool any_dirty = false;

		for (unsigned int i = 0; i < h->nr_cores; i++) {
			bool dirty;

			held += cache_holds(&h->core[i].l1d, at, &dirty);
			any_dirty |= dirty;
		}
		assert_true(!any_dirty || held == 1);
		assert_true(!held || !h->params.inclusive ||
			    cache_holds(&h->l2, at, NULL));
	}
}

static void random_accesses(struct hierarchy *h)
{
	uint64_t now = 0;

	for (unsigned int i = 0; i < 40000; i++) {
		struct core_caches *core = &h->core[below(h->nr_cores)];
		const paddr_t paddr = RAM + below(16384) * 4;
		struct stall stall = {0, 0};

		switch (below(8)) {
		case 0:
			stall = hierarchy_fetch(core, paddr, now);
			break;
		case 1:
			now += hierarchy_walk(core, paddr, below(2), now);
			break;
		case 2:
			hierarchy_maintain(h, paddr, below(100), 1 + below(3));
			break;
		case 3:
		case 4:
			stall = hierarchy_store(core, paddr, 4, now);
			break;
		default:
			stall = hierarchy_load(core, paddr, now);
		}
		assert_in_range(sum(stall), 0, 5000);
		now += 1 + sum(stall);
		if (i % 500 == 0)
			check_invariants(h);
	}
	check_invariants(h);
}

static void test_invariants(void **state)
{
	struct hierarchy_params params = plain;
	struct hierarchy *h;

	(void)state;
	for (unsigned int nr = 1; nr <= HIERARCHY_MAX_CORES; nr += 3)
		for (int inclusive = 0; inclusive < 2; inclusive++) {
			params.inclusive = inclusive;
			h = create(&params, nr);
			random_accesses(h);
			hierarchy_destroy(h);
		}
}

static void test_wrong(void **state)
{
	struct hierarchy_params params = plain;
	const char *key;

	(void)state;
	params.l2.geometry.line_bytes = 32;
	assert_null(hierarchy_check(&params, &key));
	params.l1d.geometry.line_bytes = 64;
	assert_non_null(hierarchy_check(&params, &key));
	assert_string_equal(key, "l2");
	params = plain;
	params.l1i.geometry.ways = 64;
	assert_non_null(hierarchy_check(&params, &key));
	assert_string_equal(key, "l1i");
	params = plain;
	params.l2.hit_cycles = 3;
	params.l2.line_cycles = 2;
	assert_non_null(hierarchy_check(&params, &key));
	assert_string_equal(key, "l2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_chain_in_l2),
		cmocka_unit_test(test_read_stream),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_stream_over_pages),
		cmocka_unit_test(test_write_stream),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_read_behind_stream),
		cmocka_unit_test(test_scattered_stores),
		cmocka_unit_test(test_fetches),
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_no_l2),
		cmocka_unit_test(test_maintenance),
		cmocka_unit_test(test_invariants),
		cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
