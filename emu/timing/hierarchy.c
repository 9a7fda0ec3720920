/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory system behind a core, and what an access costs in it.
 *
 * Times come from two numbers a level, as they are measured on real cores:
 * hit_cycles, of a load that all waits for (one chain of pointers), and
 * line_cycles, of each line when many are on their way at once. Which of them
 * a miss costs is told by its address: a load whose line lies as far from one
 * that missed before as that from the one before it is part of a stream, which
 * the core had asked for ahead (by hit under miss, or a prefetcher), as a fetch
 * of the next line is; any other is one that the program waits for. Stores wait
 * in a buffer, and stall the core when the line before has not left it yet.
 * Lines on their way share one port, which works on while the core does, so
 * that what a copy reads and what it writes take their time one after the
 * other.
 *
 * Invariants: with several cores a line that is dirty in one L1D is in no
 * other; under `inclusive` what is in an L1D is in L2.
 *
 * MODEL: a chain of pointers at equal steps of few lines is taken for a stream;
 * loads at random addresses that don't wait for each other are taken for ones
 * that do.
 * MODEL: dirty lines leave L1D for L2 in no time. Those that leave L2 keep the
 * port busy for as long as DRAM takes to write them.
 * MODEL: coherence between cores is by two rules: who stores to a line takes
 * it from all others, who loads one that is dirty elsewhere has it cleaned
 * there, in the time of a hit in L2.
 */
#include "emu/timing/hierarchy.h"

#include <stdlib.h>
#include <string.h>

#define NO_LINE UINT64_MAX

/* A stream's steps: at most so many lines, either way. */
#define STREAM_LINES 4
/* On their way at once. */
#define LINES_AHEAD  4
#define PAGE_MASK    UINT64_C(0xfff)

static const struct stall no_stall;

/* ---- coming up ------------------------------------------------------------ */

const char *hierarchy_check(const struct hierarchy_params *params,
			    const char **key)
{
	const struct {
		const char *key;
		const struct hierarchy_level *level;
	} levels[] = {
		{"l1i", &params->l1i},
		{"l1d", &params->l1d},
		{"l2", &params->l2},
	};

	for (int i = 0; i < 3; i++) {
		const struct hierarchy_level *level = levels[i].level;
		const char *wrong = cache_geometry_check(&level->geometry);

		*key = levels[i].key;
		if (wrong)
			return wrong;
		if (!level->geometry.size_bytes && i < 2)
			return "size must not be 0: caches off is timing.model "
			       "block";
		if (level->line_cycles > level->hit_cycles)
			return "line_cycles must not be above hit_cycles";
	}
	if (!params->l2.geometry.size_bytes)
		return NULL;
	if (params->l2.geometry.line_bytes < params->l1d.geometry.line_bytes ||
	    params->l2.geometry.line_bytes < params->l1i.geometry.line_bytes)
		return "line must not be shorter than those of L1";
	if (params->l2.hit_cycles < params->l1d.hit_cycles ||
	    params->l2.hit_cycles < params->l1i.hit_cycles)
		return "hit_cycles must not be below those of L1";
	return NULL;
}

static uint32_t cycles_of_ns(const struct hierarchy_params *params, uint64_t ns)
{
	return (uint32_t)((ns * params->clock_hz + 500000000) / 1000000000);
}

/* Of a line of @line_bytes at @mb_per_s; 0: as fast as one likes. */
static uint32_t line_time(const struct hierarchy_params *params,
			  uint32_t line_bytes, uint32_t mb_per_s)
{
	const uint64_t per_s = mb_per_s * UINT64_C(1000000);

	return per_s ? (uint32_t)((line_bytes * params->clock_hz + per_s / 2) /
				  per_s)
		     : 0;
}

static void reset_core(struct core_caches *core, struct hierarchy *of)
{
	core->of = of;
	core->fetch_line = core->data_line = core->past_line = NO_LINE;
	core->fetch_next = NO_LINE;
	core->store_next = NO_LINE;
	core->code_left = 1;
	for (unsigned int i = 0; i < HIERARCHY_STREAMS; i++)
		core->load[i].last = NO_LINE;
}

struct hierarchy *hierarchy_create(const struct hierarchy_params *params,
				   unsigned int nr_cores)
{
	struct hierarchy *h = calloc(1, sizeof(*h));
	const uint32_t line_bytes = params->l1d.geometry.line_bytes;
	bool ok = h;

	if (!h)
		return NULL;
	h->params = *params;
	h->nr_cores = nr_cores;
	h->has_l2 = params->l2.geometry.size_bytes;
	h->dram_cycles = cycles_of_ns(params, params->dram_latency_ns);
	h->read_line_cycles = line_time(params, line_bytes,
					params->dram_read_mb_per_s);
	h->write_line_cycles = line_time(params, line_bytes,
					 params->dram_write_mb_per_s);
	for (unsigned int i = 0; ok && i < nr_cores; i++) {
		reset_core(&h->core[i], h);
		ok = cache_create(&h->core[i].l1i, &params->l1i.geometry,
				  params->seed + 3 * i) &&
		     cache_create(&h->core[i].l1d, &params->l1d.geometry,
				  params->seed + 3 * i + 1);
	}
	if (ok && h->has_l2)
		ok = cache_create(&h->l2, &params->l2.geometry,
				  params->seed + 2);
	if (ok)
		return h;
	hierarchy_destroy(h);
	return NULL;
}

void hierarchy_destroy(struct hierarchy *h)
{
	if (!h)
		return;
	for (unsigned int i = 0; i < h->nr_cores; i++) {
		cache_destroy(&h->core[i].l1i);
		cache_destroy(&h->core[i].l1d);
	}
	cache_destroy(&h->l2);
	free(h);
}

/* ---- the caches' contents ---------------------------------------------------- */

/* A line of L1D is gone, or not dirty any more: nothing is known of it. */
static void forget_last(struct core_caches *core)
{
	core->data_line = NO_LINE;
}

/* DRAM takes a dirty line of @line_bytes. */
static void write_dram(struct core_caches *core, uint32_t line_bytes)
{
	struct hierarchy *h = core->of;
	const uint32_t nr = line_bytes / h->params.l1d.geometry.line_bytes;

	h->dram_writes++;
	core->port_free += (uint64_t)nr * h->write_line_cycles;
}

/* L1D of all cores loses the line of L2 at @paddr; true: one was dirty. */
static bool drop_inner(struct hierarchy *h, paddr_t paddr)
{
	const uint32_t step = h->params.l1d.geometry.line_bytes;
	bool dirty = false;

	for (unsigned int i = 0; i < h->nr_cores; i++) {
		for (uint32_t at = 0; at < cache_line_bytes(&h->l2); at += step)
			dirty |= cache_invalidate(&h->core[i].l1d, paddr + at)
					 .dirty;
		forget_last(&h->core[i]);
	}
	return dirty;
}

/* L2 takes a line in, and gives one to DRAM for it. */
static void fill_l2(struct core_caches *core, paddr_t paddr, bool dirty)
{
	struct hierarchy *h = core->of;
	struct cache_victim victim = cache_fill(&h->l2, paddr, dirty);

	if (victim.valid && h->params.inclusive)
		victim.dirty |= drop_inner(h, victim.paddr);
	if (victim.dirty)
		write_dram(core, cache_line_bytes(&h->l2));
}

/* A dirty line of an L1D goes where it came from. */
static void write_back(struct core_caches *core, paddr_t paddr)
{
	struct hierarchy *h = core->of;

	if (!h->has_l2)
		write_dram(core, cache_line_bytes(&core->l1d));
	else if (!cache_access(&h->l2, paddr, true))
		fill_l2(core, paddr, true);
}

static void fill_l1d(struct core_caches *core, paddr_t paddr, bool dirty)
{
	const struct cache_victim victim = cache_fill(&core->l1d, paddr, dirty);

	if (cache_line_of(&core->l1d, paddr) == core->past_line)
		core->past_line = NO_LINE;
	if (victim.dirty)
		write_back(core, victim.paddr);
}

/* L2 or DRAM gives a line; true: L2 had it. */
static bool read_outer(struct core_caches *core, paddr_t paddr)
{
	struct hierarchy *h = core->of;

	if (h->has_l2 && cache_access(&h->l2, paddr, false))
		return true;
	h->dram_reads++;
	if (h->has_l2)
		fill_l2(core, paddr, false);
	return false;
}

/* ---- other cores --------------------------------------------------------------- */

/* True: another core had it dirty, and it is in L2 (or DRAM) now. */
static bool clean_elsewhere(struct core_caches *core, paddr_t paddr)
{
	struct hierarchy *h = core->of;
	bool had = false;

	for (unsigned int i = 0; i < h->nr_cores; i++) {
		if (&h->core[i] == core || !cache_clean(&h->core[i].l1d, paddr))
			continue;
		forget_last(&h->core[i]);
		write_back(core, paddr);
		had = true;
	}
	return had;
}

/* Its copies leave all other cores. */
static void take_from_others(struct core_caches *core, paddr_t paddr)
{
	struct hierarchy *h = core->of;

	for (unsigned int i = 0; i < h->nr_cores; i++) {
		if (&h->core[i] == core)
			continue;
		if (cache_invalidate(&h->core[i].l1d, paddr).dirty)
			write_back(core, paddr);
		forget_last(&h->core[i]);
	}
}

/* ---- what it costs ------------------------------------------------------------- */

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Something that the core waits for from the beginning to the end. */
static struct stall wait_for(struct core_caches *core, bool l2_hit,
			     uint32_t hidden, uint64_t now)
{
	const struct hierarchy *h = core->of;
	struct stall stall = {
		.near = h->has_l2 ? h->params.l2.hit_cycles - hidden : 0,
		.dram = l2_hit ? 0 : h->dram_cycles,
	};

	core->port_free = later(core->port_free, now + stall.near + stall.dram);
	return stall;
}

/*
 * When the port was last free, of the past that counts: it works ahead of the
 * core, or behind it, by so many lines at most.
 */
static uint64_t port_since(const struct core_caches *core, uint32_t line_cycles,
			   uint64_t now)
{
	const uint64_t ahead = (uint64_t)LINES_AHEAD * line_cycles;

	return later(core->port_free, now > ahead ? now - ahead : 0);
}

/* The next line of a stream, which was asked for before the core wanted it. */
static struct stall wait_for_next(struct core_caches *core, bool l2_hit,
				  uint64_t now)
{
	const struct hierarchy *h = core->of;
	const uint32_t near = h->has_l2 ? h->params.l2.line_cycles : 0;
	uint32_t cycles = near, wait;

	if (!l2_hit && h->read_line_cycles > cycles)
		cycles = h->read_line_cycles;
	core->port_free = port_since(core, cycles, now) + cycles;
	if (core->port_free <= now)
		return no_stall;
	wait = (uint32_t)(core->port_free - now);
	return wait < near ? (struct stall){wait, 0}
			   : (struct stall){near, wait - near};
}

/*
 * A line that leaves through the buffer: the core waits for the one before,
 * until the port has taken it and the core itself can.
 */
static struct stall wait_for_buffer(struct core_caches *core, bool near,
				    uint32_t cycles, uint64_t now)
{
	const uint64_t free = later(core->port_free, core->buffer_free);
	const uint32_t wait = free > now ? (uint32_t)(free - now) : 0;

	core->port_free = port_since(core, cycles, now) + cycles;
	return near ? (struct stall){wait, 0} : (struct stall){0, wait};
}

/* ---- loads ---------------------------------------------------------------------- */

/*
 * Does @line continue a stream that was expected at @next? Pages lie where they
 * like: at the end of one the stream goes on in any other, as far from its
 * beginning.
 */
static bool continues(const struct stream *stream, paddr_t line)
{
	const paddr_t next = stream->last + (paddr_t)stream->stride;

	return line == next || ((stream->last ^ next) & ~PAGE_MASK &&
				!((line ^ next) & PAGE_MASK));
}

/* How far @line is from where @stream was; 0: too far to belong to it. */
static int64_t step_from(const struct core_caches *core,
			 const struct stream *stream, paddr_t line)
{
	const int64_t step = (int64_t)(line - stream->last);
	const int64_t most = (int64_t)STREAM_LINES << core->l1d.line_shift;

	return step >= -most && step <= most ? step : 0;
}

/* The stream that @line continues; or that it is near; or the oldest. */
static struct stream *stream_of(struct core_caches *core, paddr_t line)
{
	struct stream *end = core->load + HIERARCHY_STREAMS;
	struct stream *oldest = core->load;

	for (struct stream *stream = core->load; stream < end; stream++)
		if (stream->stride && continues(stream, line))
			return stream;
	for (struct stream *stream = core->load; stream < end; stream++) {
		if (step_from(core, stream, line))
			return stream;
		if (stream->used < oldest->used)
			oldest = stream;
	}
	oldest->last = NO_LINE;
	return oldest;
}

/*
 * Is the line at @line one that a stream of misses comes by? Two that lie near
 * each other begin one; from the third on its steps are known.
 */
static bool in_stream(struct core_caches *core, paddr_t line)
{
	struct stream *stream = stream_of(core, line);
	const bool known = stream->last != NO_LINE && stream->stride &&
			   continues(stream, line);

	if (!known)
		stream->stride = stream->last == NO_LINE
					 ? 0
					 : step_from(core, stream, line);
	stream->last = line;
	stream->used = ++core->nr_streams;
	return known;
}

static paddr_t line_start(const struct cache *cache, paddr_t paddr)
{
	return cache_line_of(cache, paddr) << cache->line_shift;
}

struct stall hierarchy_load_line(struct core_caches *core, paddr_t paddr,
				 uint64_t now)
{
	const struct hierarchy_params *params = &core->of->params;
	bool l2_hit;
	struct stall stall;

	core->data_line = cache_line_of(&core->l1d, paddr);
	core->data_dirty = false;
	if (cache_access(&core->l1d, paddr, false))
		return no_stall;
	l2_hit = core->of->nr_cores > 1 && clean_elsewhere(core, paddr);
	l2_hit |= read_outer(core, paddr);
	stall = in_stream(core, line_start(&core->l1d, paddr))
			? wait_for_next(core, l2_hit, now)
			: wait_for(core, l2_hit, params->l1d.hit_cycles, now);
	fill_l1d(core, paddr, false);
	core->data_line = cache_line_of(&core->l1d, paddr);
	return stall;
}

/* ---- stores ---------------------------------------------------------------------- */

/* Have the last lines before @line been written from end to end? */
static bool streams_past(const struct core_caches *core, paddr_t paddr)
{
	const uint32_t lines = core->of->params.stream_lines;
	const uint64_t bytes = paddr - core->store_from;

	return lines && bytes >= (uint64_t)lines << core->l1d.line_shift;
}

/* It goes to L2 if that has the line, else on to DRAM. */
static struct stall store_past(struct core_caches *core, paddr_t paddr,
			       uint64_t now)
{
	struct hierarchy *h = core->of;
	const bool l2_hit = h->has_l2 && cache_access(&h->l2, paddr, true);
	const struct stall stall = wait_for_buffer(
		core, l2_hit, l2_hit ? 0 : h->write_line_cycles, now);

	core->past_l1d++;
	h->dram_writes += !l2_hit;
	core->past_line = cache_line_of(&core->l1d, paddr);
	core->buffer_free = now + stall.near + stall.dram +
			    h->params.write_line_cycles;
	return stall;
}

/*
 * Of a line that is read before it is written, while the core goes on: as many
 * at once as L2's two times say.
 */
static uint32_t fill_cycles(const struct hierarchy *h, bool l2_hit)
{
	const struct hierarchy_level *l2 = &h->params.l2;

	if (!h->has_l2)
		return h->dram_cycles;
	return l2->line_cycles +
	       (l2_hit ? 0
		       : (uint32_t)((uint64_t)h->dram_cycles * l2->line_cycles /
				    l2->hit_cycles));
}

static struct stall store_through_fill(struct core_caches *core, paddr_t paddr,
				       uint64_t now)
{
	const bool l2_hit = read_outer(core, paddr);

	fill_l1d(core, paddr, true);
	core->data_line = cache_line_of(&core->l1d, paddr);
	core->data_dirty = true;
	return wait_for_buffer(core, l2_hit, fill_cycles(core->of, l2_hit),
			       now);
}

/* No write-allocate in L1D: L2 takes it, or DRAM where there is no L2. */
static struct stall store_around(struct core_caches *core, paddr_t paddr,
				 uint64_t now)
{
	struct hierarchy *h = core->of;
	const bool l2_hit = h->has_l2 && cache_access(&h->l2, paddr, true);
	uint32_t cycles = h->write_line_cycles;

	core->past_l1d++;
	if (h->has_l2) {
		cycles = fill_cycles(h, l2_hit);
		h->dram_reads += !l2_hit;
		if (!l2_hit)
			fill_l2(core, paddr, true);
	} else {
		h->dram_writes++;
	}
	core->past_line = cache_line_of(&core->l1d, paddr);
	return wait_for_buffer(core, l2_hit, cycles, now);
}

struct stall hierarchy_store_line(struct core_caches *core, paddr_t paddr,
				  uint64_t now)
{
	bool hit;

	if (cache_line_of(&core->l1d, paddr) == core->past_line) {
		core->l1d.stats.writes++; /* the buffer merges it */
		return no_stall;
	}
	hit = cache_access(&core->l1d, paddr, true);
	if (core->of->nr_cores > 1)
		take_from_others(core, paddr);
	if (hit) {
		core->data_line = cache_line_of(&core->l1d, paddr);
		core->data_dirty = true;
		return no_stall;
	}
	if (streams_past(core, paddr))
		return store_past(core, paddr, now);
	return core->of->params.write_allocate
		       ? store_through_fill(core, paddr, now)
		       : store_around(core, paddr, now);
}

/* ---- the rest ---------------------------------------------------------------------- */

struct stall hierarchy_fetch_line(struct core_caches *core, paddr_t paddr,
				  uint64_t now)
{
	const paddr_t line = cache_line_of(&core->l1i, paddr);
	const bool next = line == core->fetch_next;
	bool l2_hit;

	core->fetch_line = line;
	if (cache_access(&core->l1i, paddr, false))
		return no_stall;
	core->fetch_next = line + 1;
	l2_hit = core->of->nr_cores > 1 && clean_elsewhere(core, paddr);
	/* What was written as data may be dirty in this core's own L1D. */
	l2_hit |= read_outer(core, paddr);
	core->code_left += cache_fill(&core->l1i, paddr, false).valid;
	return next ? wait_for_next(core, l2_hit, now)
		    : wait_for(core, l2_hit, core->of->params.l1i.hit_cycles,
			       now);
}

struct stall hierarchy_uncached(struct core_caches *core, uint64_t now)
{
	return wait_for(core, false, 0, now);
}

static uint32_t total(struct stall stall)
{
	return stall.near + stall.dram;
}

uint32_t hierarchy_walk(struct core_caches *core, paddr_t paddr, bool cacheable,
			uint64_t now)
{
	const struct hierarchy_params *params = &core->of->params;
	const uint32_t hit = params->l1d.hit_cycles;
	bool l2_hit;

	if (!cacheable || params->walks == WALKS_MEMORY)
		return total(hierarchy_uncached(core, now));
	if (params->walks == WALKS_L2)
		return total(wait_for(core, read_outer(core, paddr), 0, now));
	if (cache_access(&core->l1d, paddr, false))
		return hit;
	l2_hit = core->of->nr_cores > 1 && clean_elsewhere(core, paddr);
	l2_hit |= read_outer(core, paddr);
	fill_l1d(core, paddr, false);
	forget_last(core);
	return hit + total(wait_for(core, l2_hit, hit, now));
}

/* ---- maintenance ----------------------------------------------------------------- */

/* L2's line goes; under `inclusive` L1D's of the same place go first. */
static void invalidate_l2(struct hierarchy *h, paddr_t paddr)
{
	const paddr_t line = line_start(&h->l2, paddr);

	if (cache_invalidate(&h->l2, paddr).valid && h->params.inclusive &&
	    drop_inner(h, line))
		h->dram_writes++;
}

static void maintain_line(struct hierarchy *h, paddr_t paddr, unsigned int what)
{
	for (unsigned int i = 0; i < h->nr_cores; i++) {
		struct core_caches *core = &h->core[i];

		forget_last(core);
		if (what & HIERARCHY_CLEAN && cache_clean(&core->l1d, paddr))
			write_back(core, paddr);
		if (what & HIERARCHY_INVALIDATE)
			cache_invalidate(&core->l1d, paddr);
	}
	if (!h->has_l2)
		return;
	if (what & HIERARCHY_CLEAN && cache_clean(&h->l2, paddr))
		h->dram_writes++;
	if (what & HIERARCHY_INVALIDATE)
		invalidate_l2(h, paddr);
}

void hierarchy_maintain(struct hierarchy *h, paddr_t paddr, uint64_t size_bytes,
			unsigned int what)
{
	const struct cache *l1d = &h->core[0].l1d;

	if (!size_bytes)
		return;
	for (paddr_t line = cache_line_of(l1d, paddr);
	     line <= cache_line_of(l1d, paddr + size_bytes - 1); line++)
		maintain_line(h, line << l1d->line_shift, what);
}

void hierarchy_set_way(struct core_caches *core, unsigned int level,
		       uint32_t set, uint32_t way, unsigned int what)
{
	struct hierarchy *h = core->of;
	struct cache *cache = level ? &h->l2 : &core->l1d;
	struct cache_victim line;

	if (level > 1 || (level && !h->has_l2))
		return;
	line = cache_set_way(cache, set, way);
	if (!line.valid)
		return;
	forget_last(core);
	if (what & HIERARCHY_CLEAN && cache_clean(cache, line.paddr)) {
		if (level)
			h->dram_writes++;
		else
			write_back(core, line.paddr);
	}
	if (what & HIERARCHY_INVALIDATE && level)
		invalidate_l2(h, line.paddr);
	else if (what & HIERARCHY_INVALIDATE)
		cache_invalidate(cache, line.paddr);
}

void hierarchy_code_changed(struct hierarchy *h, paddr_t paddr,
			    uint64_t size_bytes)
{
	const struct cache *l1i = &h->core[0].l1i;

	if (!size_bytes)
		return;
	for (unsigned int i = 0; i < h->nr_cores; i++) {
		struct core_caches *core = &h->core[i];

		core->fetch_line = NO_LINE;
		core->code_left++;
		for (paddr_t line = cache_line_of(l1i, paddr);
		     line <= cache_line_of(l1i, paddr + size_bytes - 1); line++)
			cache_invalidate(&core->l1i, line << l1i->line_shift);
	}
}

void hierarchy_invalidate_code(struct core_caches *core)
{
	core->fetch_line = NO_LINE;
	core->code_left++;
	cache_invalidate_all(&core->l1i);
}
