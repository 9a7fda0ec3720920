/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One set-associative cache, physically indexed and tagged. A set is a short
 * row of words, searched from its first way on.
 *
 * Invariant: a line is in one way of its set at most; what isn't valid is
 * CACHE_NO_LINE.
 *
 * MODEL: A virtually indexed cache (L1I of most cores) is indexed by physical
 * address here, too: a program sees the same but where the way is larger than
 * a page, when which sets its pages share follows from their frames.
 * MODEL: "pseudo-random" is a xorshift of 32 bits, not the core's own shift
 * register, which is documented nowhere.
 */
#include "emu/timing/cache.h"

#include <stdlib.h>
#include <string.h>

static bool is_power_of_2(uint64_t n)
{
	return n && !(n & (n - 1));
}

const char *cache_geometry_check(const struct cache_geometry *geometry)
{
	const uint64_t size = geometry->size_bytes;

	if (!size)
		return NULL;
	if (!is_power_of_2(geometry->line_bytes) || geometry->line_bytes < 32)
		return "line must be a power of two from 32 on";
	if (!is_power_of_2(size))
		return "size must be a power of two, or 0 for none";
	if (!geometry->ways)
		return "ways must be at least 1";
	if (geometry->ways > size / geometry->line_bytes)
		return "ways must not be more than its lines";
	if (size % (geometry->ways * geometry->line_bytes) ||
	    !is_power_of_2(size / geometry->ways / geometry->line_bytes))
		return "ways must leave a number of sets that is a power of "
		       "two";
	return NULL;
}

static uint32_t log2_of(uint32_t n)
{
	return 31u - (uint32_t)__builtin_clz(n);
}

bool cache_create(struct cache *cache, const struct cache_geometry *geometry,
		  uint64_t seed)
{
	const uint32_t nr_lines =
		(uint32_t)(geometry->size_bytes / geometry->line_bytes);

	memset(cache, 0, sizeof(*cache));
	cache->line_shift = log2_of(geometry->line_bytes);
	cache->ways = geometry->ways;
	cache->set_mask = nr_lines / geometry->ways - 1;
	cache->replacement = geometry->replacement;
	cache->random = (uint32_t)(seed ^ seed >> 32) | 1;
	cache->line = malloc(nr_lines * sizeof(*cache->line));
	cache->next = calloc(cache->set_mask + 1, 1);
	cache->used = calloc(nr_lines, sizeof(*cache->used));
	if (!cache->line || !cache->next || !cache->used) {
		cache_destroy(cache);
		return false;
	}
	memset(cache->line, 0xff, nr_lines * sizeof(*cache->line));
	return true;
}

void cache_destroy(struct cache *cache)
{
	free(cache->line);
	free(cache->next);
	free(cache->used);
	memset(cache, 0, sizeof(*cache));
}

static inline uint32_t number_of(const struct cache *cache, paddr_t paddr)
{
	return (uint32_t)(paddr >> cache->line_shift);
}

/* Of its first way, in cache->line. */
static inline uint32_t set_of(const struct cache *cache, uint32_t number)
{
	return (number & cache->set_mask) * cache->ways;
}

static inline paddr_t paddr_of(const struct cache *cache, uint32_t word)
{
	return (paddr_t)(word / 2) << cache->line_shift;
}

bool cache_access(struct cache *cache, paddr_t paddr, bool write)
{
	const uint32_t at = cache_find(cache, paddr);
	struct cache_stats *stats = &cache->stats;

	if (write)
		stats->writes++;
	else
		stats->reads++;
	if (at == CACHE_NO_LINE) {
		if (write)
			stats->write_misses++;
		else
			stats->read_misses++;
		return false;
	}
	cache_use(cache, at);
	cache->line[at] |= write ? CACHE_DIRTY : 0;
	return true;
}

bool cache_holds(const struct cache *cache, paddr_t paddr, bool *dirty)
{
	const uint32_t at = cache_find(cache, paddr);

	if (dirty)
		*dirty = at != CACHE_NO_LINE && cache->line[at] & CACHE_DIRTY;
	return at != CACHE_NO_LINE;
}

static uint32_t random_way(struct cache *cache)
{
	uint32_t x = cache->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	cache->random = x;
	return (uint32_t)((uint64_t)x * cache->ways >> 32);
}

static uint32_t oldest_way(const struct cache *cache, uint32_t first)
{
	uint32_t oldest = 0;

	for (uint32_t way = 1; way < cache->ways; way++)
		if (cache->used[first + way] < cache->used[first + oldest])
			oldest = way;
	return oldest;
}

static uint32_t victim_way(struct cache *cache, uint32_t first)
{
	uint8_t *next = &cache->next[first / cache->ways];
	uint32_t way;

	switch (cache->replacement) {
	case CACHE_RANDOM:
		return random_way(cache);
	case CACHE_LRU:
		return oldest_way(cache, first);
	case CACHE_ROUND_ROBIN:
		break;
	}
	way = *next;
	*next = (uint8_t)((way + 1) % cache->ways);
	return way;
}

static uint32_t way_for(struct cache *cache, uint32_t first)
{
	for (uint32_t way = 0; way < cache->ways; way++)
		if (cache->line[first + way] == CACHE_NO_LINE)
			return way;
	return victim_way(cache, first);
}

static struct cache_victim at_place(const struct cache *cache, uint32_t at)
{
	const uint32_t word = at == CACHE_NO_LINE ? CACHE_NO_LINE
						  : cache->line[at];

	if (word == CACHE_NO_LINE)
		return (struct cache_victim){false, false, 0};
	return (struct cache_victim){true, word & CACHE_DIRTY,
				     paddr_of(cache, word)};
}

struct cache_victim cache_fill(struct cache *cache, paddr_t paddr, bool dirty)
{
	const uint32_t number = number_of(cache, paddr);
	const uint32_t first = set_of(cache, number);
	const uint32_t at = first + way_for(cache, first);
	const struct cache_victim victim = at_place(cache, at);

	cache->stats.writebacks += victim.dirty;
	cache->line[at] = number << 1 | dirty;
	cache_use(cache, at);
	return victim;
}

bool cache_clean(struct cache *cache, paddr_t paddr)
{
	const uint32_t at = cache_find(cache, paddr);

	if (at == CACHE_NO_LINE || !(cache->line[at] & CACHE_DIRTY))
		return false;
	cache->line[at] &= ~CACHE_DIRTY;
	return true;
}

struct cache_victim cache_invalidate(struct cache *cache, paddr_t paddr)
{
	const uint32_t at = cache_find(cache, paddr);
	const struct cache_victim was = at_place(cache, at);

	if (was.valid) {
		cache->line[at] = CACHE_NO_LINE;
		cache->stats.invalidated++;
	}
	return was;
}

struct cache_victim cache_set_way(const struct cache *cache, uint32_t set,
				  uint32_t way)
{
	return at_place(cache, (set & cache->set_mask) * cache->ways +
				       way % cache->ways);
}

void cache_invalidate_all(struct cache *cache)
{
	const uint32_t nr_lines = cache_nr_sets(cache) * cache->ways;

	for (uint32_t at = 0; at < nr_lines; at++) {
		cache->stats.invalidated += cache->line[at] != CACHE_NO_LINE;
		cache->line[at] = CACHE_NO_LINE;
	}
}
