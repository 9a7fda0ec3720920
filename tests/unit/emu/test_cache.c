/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One cache (emu/timing/cache.c), judged by a slow and obvious one: a list of
 * all its lines with when they came and when they were used last, searched
 * from end to end. Then cases worked out by hand, and geometries that can't
 * be.
 *
 * test_cache [steps [seed]]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "emu/timing/cache.h"

#define MOST_LINES 256

static unsigned int steps = 200000;
static uint64_t seed = 1;

static uint32_t below(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33) % n;
}

/* ---- the slow one ---------------------------------------------------------- */

struct slow_line {
	bool valid, dirty;
	uint64_t address; /* of its first byte */
	uint32_t set, way;
	uint64_t used;
};

struct slow_cache {
	struct cache_geometry geometry;
	uint32_t nr_sets;
	struct slow_line line[MOST_LINES]; /* in the order of set and way */
	uint32_t replaced[MOST_LINES]; /* by set */
	uint64_t now;
};

static void slow_create(struct slow_cache *slow,
			const struct cache_geometry *geometry)
{
	memset(slow, 0, sizeof(*slow));
	slow->geometry = *geometry;
	slow->nr_sets = (uint32_t)(geometry->size_bytes / geometry->ways /
				   geometry->line_bytes);
	for (uint32_t set = 0; set < slow->nr_sets; set++)
		for (uint32_t way = 0; way < geometry->ways; way++) {
			slow->line[set * geometry->ways + way].set = set;
			slow->line[set * geometry->ways + way].way = way;
		}
}

static uint32_t slow_set(const struct slow_cache *slow, uint64_t address)
{
	return (uint32_t)(address / slow->geometry.line_bytes % slow->nr_sets);
}

static struct slow_line *slow_find(struct slow_cache *slow, uint64_t address)
{
	const uint64_t first = address - address % slow->geometry.line_bytes;

	for (int i = 0; i < MOST_LINES; i++)
		if (slow->line[i].valid && slow->line[i].address == first)
			return &slow->line[i];
	return NULL;
}

static struct slow_line *slow_place(struct slow_cache *slow, uint32_t set,
				    uint32_t way)
{
	return &slow->line[set * slow->geometry.ways + way];
}

/* Whom it must be; NULL: any of the set. */
static struct slow_line *slow_victim(struct slow_cache *slow, uint32_t set)
{
	struct slow_line *oldest = NULL;
	uint32_t way;

	for (way = 0; way < slow->geometry.ways; way++) {
		struct slow_line *line = slow_place(slow, set, way);

		if (!line->valid)
			return line;
		if (!oldest || line->used < oldest->used)
			oldest = line;
	}
	if (slow->geometry.replacement == CACHE_LRU)
		return oldest;
	if (slow->geometry.replacement == CACHE_RANDOM)
		return NULL;
	return slow_place(slow, set,
			  slow->replaced[set]++ % slow->geometry.ways);
}

/* ---- both over the same ------------------------------------------------------- */

struct pair {
	struct cache fast;
	struct slow_cache slow;
	uint64_t writebacks, invalidated;
};

static void same_line(const struct cache_victim *got,
		      const struct slow_line *want)
{
	assert_int_equal(got->valid, want && want->valid);
	if (!got->valid)
		return;
	assert_int_equal(got->dirty, want->dirty);
	assert_int_equal(got->paddr, want->address);
}

static void fill_both(struct pair *pair, uint64_t address, bool dirty)
{
	struct slow_cache *slow = &pair->slow;
	const uint32_t set = slow_set(slow, address);
	struct slow_line *victim = slow_victim(slow, set);
	const struct cache_victim got = cache_fill(&pair->fast, address, dirty);

	if (!victim) {
		victim = slow_find(slow, got.paddr);
		assert_non_null(victim);
		assert_int_equal(victim->set, set);
	}
	same_line(&got, victim);
	pair->writebacks += victim->valid && victim->dirty;
	victim->valid = true;
	victim->dirty = dirty;
	victim->address = address - address % slow->geometry.line_bytes;
	victim->used = ++slow->now;
}

static void access_both(struct pair *pair, uint64_t address, bool write)
{
	struct slow_line *line = slow_find(&pair->slow, address);

	assert_int_equal(cache_access(&pair->fast, address, write),
			 line != NULL);
	if (!line) {
		fill_both(pair, address, write);
		return;
	}
	line->used = ++pair->slow.now;
	line->dirty |= write;
}

static void maintain_both(struct pair *pair, uint64_t address)
{
	struct slow_line *line = slow_find(&pair->slow, address);

	if (below(2)) {
		assert_int_equal(cache_clean(&pair->fast, address),
				 line && line->dirty);
		if (line)
			line->dirty = false;
	} else {
		const struct cache_victim got = cache_invalidate(&pair->fast,
								 address);

		same_line(&got, line);
		pair->invalidated += line != NULL;
		if (line)
			line->valid = false;
	}
}

static void look_at_both(struct pair *pair, uint64_t address)
{
	const struct slow_line *line = slow_find(&pair->slow, address);
	const uint32_t set = below(pair->slow.nr_sets);
	const uint32_t way = below(pair->slow.geometry.ways);
	const struct cache_victim place = cache_set_way(&pair->fast, set, way);
	bool dirty;

	assert_int_equal(cache_holds(&pair->fast, address, &dirty),
			 line != NULL);
	assert_int_equal(dirty, line && line->dirty);
	same_line(&place, slow_place(&pair->slow, set, way));
}

static void random_walk(const struct cache_geometry *geometry)
{
	struct pair pair = {.writebacks = 0};
	uint64_t accesses = 0;

	assert_null(cache_geometry_check(geometry));
	assert_true(cache_create(&pair.fast, geometry, seed));
	slow_create(&pair.slow, geometry);
	for (unsigned int i = 0; i < steps; i++) {
		uint64_t address = 0x60000000 +
				   below(3 * (uint32_t)geometry->size_bytes);

		switch (below(20)) {
		case 0:
			maintain_both(&pair, address);
			break;
		case 1:
			look_at_both(&pair, address);
			break;
		default:
			access_both(&pair, address, below(3) == 0);
			accesses++;
		}
	}
	assert_int_equal(pair.fast.stats.reads + pair.fast.stats.writes,
			 accesses);
	assert_int_equal(pair.fast.stats.writebacks, pair.writebacks);
	assert_int_equal(pair.fast.stats.invalidated, pair.invalidated);
	cache_destroy(&pair.fast);
}

static void test_like_the_slow_one(void **state)
{
	static const struct cache_geometry geometries[] = {
		{4096, 1, 32, CACHE_ROUND_ROBIN},
		{4096, 4, 32, CACHE_ROUND_ROBIN},
		{4096, 4, 64, CACHE_RANDOM},
		{8192, 2, 64, CACHE_LRU},
		{8192, 16, 64, CACHE_LRU},
		{2048, 64, 32, CACHE_LRU},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(geometries) / sizeof(geometries[0]); i++)
		random_walk(&geometries[i]);
}

/* ---- by hand -------------------------------------------------------------------- */

/* Two ways, two sets, lines of 32 bytes: addresses 64 apart share a set. */
static void test_round_robin_by_hand(void **state)
{
	struct cache_geometry geometry = {128, 2, 32, CACHE_ROUND_ROBIN};
	struct cache cache;
	struct cache_victim victim;

	(void)state;
	assert_true(cache_create(&cache, &geometry, 1));
	assert_false(cache_access(&cache, 0, true));
	assert_false(cache_fill(&cache, 0, true).valid);
	assert_false(cache_fill(&cache, 64, false).valid);
	assert_true(cache_access(&cache, 31, false));
	assert_false(cache_access(&cache, 32, false));
	victim = cache_fill(&cache, 128, false); /* way 0, though just used */
	assert_true(victim.valid && victim.dirty && victim.paddr == 0);
	victim = cache_fill(&cache, 192, false); /* way 1 */
	assert_true(victim.valid && !victim.dirty && victim.paddr == 64);
	victim = cache_fill(&cache, 0, false); /* way 0 again */
	assert_int_equal(victim.paddr, 128);
	assert_int_equal(cache.stats.writebacks, 1);
	cache_destroy(&cache);
}

static void test_lru_by_hand(void **state)
{
	struct cache_geometry geometry = {128, 2, 32, CACHE_LRU};
	struct cache cache;

	(void)state;
	assert_true(cache_create(&cache, &geometry, 1));
	cache_fill(&cache, 0, false);
	cache_fill(&cache, 64, false);
	assert_true(cache_access(&cache, 0, false));
	assert_int_equal(cache_fill(&cache, 128, false).paddr, 64);
	assert_int_equal(cache_fill(&cache, 192, false).paddr, 0);
	cache_destroy(&cache);
}

/* Eight lines in turn through a set of four ways: LRU never hits, random does. */
static void test_random_is_none_of_the_others(void **state)
{
	struct cache_geometry geometry = {128, 4, 32, CACHE_RANDOM};
	struct cache cache;

	(void)state;
	assert_true(cache_create(&cache, &geometry, 1));
	for (unsigned int i = 0; i < 8000; i++) {
		const paddr_t paddr = i % 8 * 32;

		if (!cache_access(&cache, paddr, false))
			cache_fill(&cache, paddr, false);
	}
	assert_in_range(cache.stats.read_misses, 4000, 7600);
	cache_destroy(&cache);
}

static void test_impossible_geometries(void **state)
{
	static const struct cache_geometry wrong[] = {
		{32768, 4, 48, CACHE_LRU}, /* line */
		{32768, 4, 16, CACHE_LRU}, {32768, 4, 0, CACHE_LRU},
		{30000, 4, 32, CACHE_LRU}, /* size */
		{32768, 0, 32, CACHE_LRU}, /* ways */
		{64, 4, 32, CACHE_LRU},    {32768, 3, 32, CACHE_LRU}, /* sets */
	};
	static const struct cache_geometry none = {0, 0, 0, CACHE_LRU};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_non_null(cache_geometry_check(&wrong[i]));
	assert_null(cache_geometry_check(&none));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_the_slow_one),
		cmocka_unit_test(test_round_robin_by_hand),
		cmocka_unit_test(test_lru_by_hand),
		cmocka_unit_test(test_random_is_none_of_the_others),
		cmocka_unit_test(test_impossible_geometries),
	};

	if (argc > 1)
		steps = (unsigned int)strtoul(argv[1], NULL, 0);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
