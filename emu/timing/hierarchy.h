/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TIMING_HIERARCHY_H
#define EMU_TIMING_HIERARCHY_H

/*
 * The caches of a machine and the memory behind them: each core's L1I and
 * L1D, one L2 for all, DRAM. Every access of a core comes here with its
 * physical address and the time, and is told how long the core stands still
 * for it, beyond what a hit in L1 costs, which is the instruction's own.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/timing/cache.h"

#define HIERARCHY_MAX_CORES 4
#define HIERARCHY_STREAMS   4u

/* Which cache a page-table walk looks in first. */
enum hierarchy_walks {
	WALKS_L1D,
	WALKS_L2,
	WALKS_MEMORY
};

struct hierarchy_level {
	struct cache_geometry geometry;
	uint32_t hit_cycles; /* of a load, to its use */
	uint32_t line_cycles; /* for each of many lines that don't wait for
				 each other */
};

struct hierarchy_params {
	struct hierarchy_level l1i, l1d, l2;
	bool write_allocate; /* L1D: a store that misses brings the line in */
	/*
	 * L1D: after so many lines that were written whole, one behind the
	 * other, those that follow go past it; 0: never.
	 */
	uint32_t stream_lines;
	uint32_t write_line_cycles; /* L1D: for each of those, at least */
	bool inclusive; /* what leaves L2 leaves L1D */
	enum hierarchy_walks walks;
	uint32_t dram_latency_ns; /* beyond a hit in L2 */
	uint32_t dram_read_mb_per_s, dram_write_mb_per_s; /* 10^6 bytes */
	uint64_t clock_hz;
	uint64_t seed;
};

/* How long the core stands still. */
struct stall {
	uint32_t near; /* until L2 could answer */
	uint32_t dram; /* and from there until DRAM did */
};

/* What a run of misses that follow each other is expected to touch next. */
struct stream {
	paddr_t last; /* a line that missed; ~0: none */
	int64_t stride; /* in bytes to the next; 0: not known yet */
	uint64_t used;
};

struct hierarchy;

/* One core's. */
struct core_caches {
	struct hierarchy *of;
	/*
	 * The lines that fetched and accessed last: again the same is a hit,
	 * and all that changes is a count. ~0: none.
	 */
	paddr_t fetch_line, data_line;
	bool data_dirty; /* may be stored to with nobody asked */
	paddr_t store_from, store_next; /* a run of stores without a gap */
	paddr_t past_line; /* written past L1D last: a buffer merges more */
	uint64_t port_free; /* when the lines that are on their way are there */
	uint64_t buffer_free; /* when the next line can be written past L1D */
	uint64_t nr_streams; /* counts their uses */
	struct stream load[HIERARCHY_STREAMS];
	paddr_t fetch_next;
	uint64_t code_left; /* how often lines left L1I; from 1 */
	struct cache l1i, l1d;
	uint64_t past_l1d; /* lines that were written past it */
};

struct hierarchy {
	struct hierarchy_params params;
	bool has_l2;
	uint32_t dram_cycles, read_line_cycles, write_line_cycles;
	struct cache l2; /* of all cores */
	uint64_t dram_reads, dram_writes; /* lines */
	unsigned int nr_cores;
	struct core_caches core[HIERARCHY_MAX_CORES];
};

/* What is wrong with @params, and in *@key of which part; NULL: nothing. */
const char *hierarchy_check(const struct hierarchy_params *params,
			    const char **key);

/* NULL: no memory. @params must be right. */
struct hierarchy *hierarchy_create(const struct hierarchy_params *params,
				   unsigned int nr_cores);
void hierarchy_destroy(struct hierarchy *hierarchy);

/* ---- accesses, of RAM that may be cached ---------------------------------- */

/* For an access whose line isn't the last one's; see those below. */
struct stall hierarchy_load_line(struct core_caches *core, paddr_t paddr,
				 uint64_t now);
struct stall hierarchy_store_line(struct core_caches *core, paddr_t paddr,
				  uint64_t now);
struct stall hierarchy_fetch_line(struct core_caches *core, paddr_t paddr,
				  uint64_t now);

/*
 * Whether all that was in L1I at some time still is while code_left is the
 * same, and nothing but the count has to be told of a hit.
 */
static inline bool hierarchy_hits_are_silent(const struct core_caches *core)
{
	return core->l1i.replacement != CACHE_LRU;
}

static inline paddr_t cache_line_of(const struct cache *cache, paddr_t paddr)
{
	return paddr >> cache->line_shift;
}

/* One that lies within a line, as all do below. */
static inline struct stall hierarchy_load(struct core_caches *core,
					  paddr_t paddr, uint64_t now)
{
	if (cache_line_of(&core->l1d, paddr) != core->data_line)
		return hierarchy_load_line(core, paddr, now);
	core->l1d.stats.reads++;
	return (struct stall){0, 0};
}

/* Runs of stores go on, and go on over the ends of pages, wherever these lie. */
static inline void hierarchy_note_store(struct core_caches *core, paddr_t paddr,
					uint32_t size_bytes)
{
	if (paddr != core->store_next)
		core->store_from =
			(paddr | core->store_next) & 0xfff
				? paddr
				: paddr - (core->store_next - core->store_from);
	core->store_next = paddr + size_bytes;
}

static inline struct stall hierarchy_store(struct core_caches *core,
					   paddr_t paddr, uint32_t size_bytes,
					   uint64_t now)
{
	hierarchy_note_store(core, paddr, size_bytes);
	if (cache_line_of(&core->l1d, paddr) != core->data_line ||
	    !core->data_dirty)
		return hierarchy_store_line(core, paddr, now);
	core->l1d.stats.writes++;
	return (struct stall){0, 0};
}

static inline struct stall hierarchy_access(struct core_caches *core,
					    bool write, paddr_t paddr,
					    uint32_t size_bytes, uint64_t now)
{
	return write ? hierarchy_store(core, paddr, size_bytes, now)
		     : hierarchy_load(core, paddr, now);
}

static inline struct stall hierarchy_fetch(struct core_caches *core,
					   paddr_t paddr, uint64_t now)
{
	if (cache_line_of(&core->l1i, paddr) != core->fetch_line)
		return hierarchy_fetch_line(core, paddr, now);
	core->l1i.stats.reads++;
	return (struct stall){0, 0};
}

/* An access that no cache takes part in: strongly ordered, or non-cacheable. */
struct stall hierarchy_uncached(struct core_caches *core, uint64_t now);

/*
 * A walk reads a descriptor, with memory attributes that allow the caches or
 * don't. Its whole time, in cycles.
 */
uint32_t hierarchy_walk(struct core_caches *core, paddr_t paddr, bool cacheable,
			uint64_t now);

/* ---- maintenance ------------------------------------------------------------- */

enum {
	HIERARCHY_CLEAN = 1,
	HIERARCHY_INVALIDATE = 2
};

/* By address, to the point of coherency: in every core's L1D and in L2. */
void hierarchy_maintain(struct hierarchy *hierarchy, paddr_t paddr,
			uint64_t size_bytes, unsigned int what);
/* By set and way; @level 0: this core's L1D, 1: L2. */
void hierarchy_set_way(struct core_caches *core, unsigned int level,
		       uint32_t set, uint32_t way, unsigned int what);
/* Code: in every core's L1I; by address, or all of it on one core. */
void hierarchy_code_changed(struct hierarchy *hierarchy, paddr_t paddr,
			    uint64_t size_bytes);
void hierarchy_invalidate_code(struct core_caches *core);

#endif
