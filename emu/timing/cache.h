/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TIMING_CACHE_H
#define EMU_TIMING_CACHE_H

/*
 * One cache: which lines it holds, which of them are dirty, and whom a new
 * one evicts. It holds no bytes and knows no time; what is behind it, and
 * what a miss costs, is hierarchy.c's.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

enum cache_replacement {
	CACHE_ROUND_ROBIN, /* each set's ways in turn */
	CACHE_RANDOM,
	CACHE_LRU
};

struct cache_geometry {
	uint64_t size_bytes; /* 0: there is no such cache */
	uint32_t ways, line_bytes;
	enum cache_replacement replacement;
};

struct cache_stats {
	uint64_t reads, writes, read_misses, write_misses;
	uint64_t writebacks; /* dirty lines that left */
	uint64_t invalidated; /* lines that maintenance took */
};

/* A line that had to leave. */
struct cache_victim {
	bool valid, dirty;
	paddr_t paddr;
};

struct cache {
	uint32_t line_shift, set_mask, ways;
	enum cache_replacement replacement;
	/*
	 * By set, then way: the line's number above a dirty bit, or NO_LINE.
	 * Below 64 GB numbers fit for lines of 32 bytes and more.
	 */
	uint32_t *line;
	uint8_t *next; /* CACHE_ROUND_ROBIN: way, by set */
	uint64_t *used; /* CACHE_LRU: when, by set and way */
	uint64_t clock; /* counts uses */
	uint32_t random; /* CACHE_RANDOM: a xorshift's state, never 0 */
	struct cache_stats stats;
};

#define CACHE_NO_LINE UINT32_MAX
#define CACHE_DIRTY   1u

/* What is wrong with @geometry; NULL: nothing, or there is no cache. */
const char *cache_geometry_check(const struct cache_geometry *geometry);

/*
 * An empty cache. @geometry must be right and its size not 0. False: no
 * memory. @seed is that of CACHE_RANDOM.
 */
bool cache_create(struct cache *cache, const struct cache_geometry *geometry,
		  uint64_t seed);
void cache_destroy(struct cache *cache);

/*
 * Counts an access and looks for its line. True: it is there, used now, and
 * dirty if @write. Nothing is filled.
 */
bool cache_access(struct cache *cache, paddr_t paddr, bool write);

/* Looks without counting or using it. @dirty may be NULL. */
bool cache_holds(const struct cache *cache, paddr_t paddr, bool *dirty);

/*
 * Takes in the line of @paddr, which isn't there; an empty way of its set, the
 * lowest, is taken before a victim is chosen.
 */
struct cache_victim cache_fill(struct cache *cache, paddr_t paddr, bool dirty);

/* Makes the line clean; true: it was there and dirty. */
bool cache_clean(struct cache *cache, paddr_t paddr);
/* The line leaves, and is what it was; not counted as a writeback. */
struct cache_victim cache_invalidate(struct cache *cache, paddr_t paddr);

/* The same for what lies in a set and way; both are taken modulo their number. */
struct cache_victim cache_set_way(const struct cache *cache, uint32_t set,
				  uint32_t way);
/* Every line leaves; what was dirty is lost. */
void cache_invalidate_all(struct cache *cache);

/* Where its line is in cache->line; CACHE_NO_LINE: nowhere. */
static inline uint32_t cache_find(const struct cache *cache, paddr_t paddr)
{
	const uint32_t number = (uint32_t)(paddr >> cache->line_shift);
	const uint32_t first = (number & cache->set_mask) * cache->ways;

	for (uint32_t at = first; at < first + cache->ways; at++)
		if ((cache->line[at] | CACHE_DIRTY) ==
		    (number << 1 | CACHE_DIRTY))
			return at;
	return CACHE_NO_LINE;
}

static inline void cache_use(struct cache *cache, uint32_t at)
{
	if (cache->replacement == CACHE_LRU)
		cache->used[at] = ++cache->clock;
}

static inline uint32_t cache_nr_sets(const struct cache *cache)
{
	return cache->set_mask + 1;
}

static inline uint32_t cache_line_bytes(const struct cache *cache)
{
	return 1u << cache->line_shift;
}

#endif
