/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/compaction_internal.h"

/*
 * Compaction (mm/compaction.c): when memory is free, but in pieces too small,
 * pages in use are moved together at one end of a zone, so that at the other
 * end free blocks grow.
 *
 *	zone  |u.uu.uf..u.|.uf....u..|..u......|u...f..u.|
 *	       migrate scanner -->       <-- free scanner
 *
 * The two scanners are in compaction_scan.c, the moving in migrate.c; here is
 * when to begin, when to end, and when to leave it.
 *
 * Who asks: an allocation of more than a page that found no block, on its own
 * time, first without waiting for anything, then harder
 * (try_to_compact_pages()); kcompactd in the background (kcompactd.c); an
 * administrator (compact_nodes()).
 *
 * A run is skipped where it can't help: where too little is free to move
 * anything into, or where the failure is for lack of memory rather than of
 * order (fragmentation_index() against vm.extfrag_threshold); and after runs
 * that failed, for the next 2^n requests of that order.
 *
 * Leaves out: capturing the block just when it forms, before anybody else
 * can have it: between its forming and the allocation nobody runs here.
 */

#include <errno.h>

#include "kernel/mm/swap.h"
#include "kernel/mm/trace_compaction.h"
#include "kernel/task/sched.h"
#include "kernel/task/signal.h"

/* 64 requests at most. */
#define COMPACT_MAX_DEFER_SHIFT 6

/* ---- not now ------------------------------------------------------------------------ */

static void defer_compaction(struct kernel *k, struct zone *zone, int order)
{
	struct zone_compaction *c = &zone->compact;

	c->considered = 0;
	if (c->defer_shift < COMPACT_MAX_DEFER_SHIFT)
		c->defer_shift++;
	if (order < c->order_failed)
		c->order_failed = order;
	trace_mm_compaction_defer_compaction(k, zone, order);
}

static bool compaction_deferred(struct kernel *k, struct zone *zone, int order)
{
	struct zone_compaction *c = &zone->compact;
	const unsigned int limit = 1u << c->defer_shift;

	if (order < c->order_failed)
		return false;
	if (++c->considered >= limit) {
		c->considered = limit;
		return false;
	}
	trace_mm_compaction_deferred(k, zone, order);
	return true;
}

void compaction_defer_reset(struct kernel *k, struct zone *zone,
			    unsigned int order, bool alloc_success)
{
	struct zone_compaction *c = &zone->compact;

	if (alloc_success) {
		c->considered = 0;
		c->defer_shift = 0;
	}
	if ((int)order >= c->order_failed)
		c->order_failed = (int)order + 1;
	trace_mm_compaction_defer_reset(k, zone, (int)order);
}

/* After the longest deferral it begins from scratch. */
static bool compaction_restarting(const struct zone *zone, int order)
{
	const struct zone_compaction *c = &zone->compact;

	return order >= c->order_failed &&
	       c->defer_shift == COMPACT_MAX_DEFER_SHIFT &&
	       c->considered >= 1u << c->defer_shift;
}

static void reset_cached_positions(struct zone *zone)
{
	struct zone_compaction *c = &zone->compact;

	c->cached_migrate_pfn[0] = zone->zone_start_pfn;
	c->cached_migrate_pfn[1] = zone->zone_start_pfn;
	c->cached_free_pfn = pageblock_start_pfn(zone_end_pfn(zone) - 1);
}

void reset_isolation_suitable(struct kernel *k, struct pglist_data *pgdat)
{
	for (int i = 0; i < MAX_NR_ZONES; i++)
		if (populated_zone(&pgdat->node_zones[i]))
			__reset_isolation_suitable(k, &pgdat->node_zones[i]);
}

/* ---- would it help? ------------------------------------------------------------------ */

/* If @available pages were free. */
static enum compact_result __compaction_suitable(const struct zone *zone,
						 int order,
						 unsigned int alloc_flags,
						 enum zone_type highest_zoneidx,
						 int64_t available)
{
	uint32_t mark = wmark_pages(zone, alloc_flags & ALLOC_WMARK_MASK);

	if (is_via_compact_memory(order))
		return COMPACT_CONTINUE;
	if (zone_watermark_ok(zone, (unsigned int)order, mark, highest_zoneidx,
			      alloc_flags))
		return COMPACT_SUCCESS;
	/*
	 * For a moment each page exists twice. Costly requests, which are
	 * never desperate, leave more to others.
	 */
	mark = wmark_pages(zone, order > PAGE_ALLOC_COSTLY_ORDER ? WMARK_LOW
								 : WMARK_MIN);
	mark += compact_gap((unsigned int)order);
	if (!__zone_watermark_ok(zone, 0, mark, highest_zoneidx, ALLOC_CMA,
				 available))
		return COMPACT_SKIPPED;
	return COMPACT_CONTINUE;
}

enum compact_result compaction_suitable(const struct kernel *k,
					const struct zone *zone, int order,
					unsigned int alloc_flags,
					enum zone_type highest_zoneidx)
{
	enum compact_result ret =
		__compaction_suitable(zone, order, alloc_flags, highest_zoneidx,
				      zone->vm_stat[NR_FREE_PAGES]);

	/*
	 * Is a costly block missing because memory is broken up, or because it
	 * is short? Small ones are worth a try either way.
	 */
	if (ret == COMPACT_CONTINUE && order > PAGE_ALLOC_COSTLY_ORDER) {
		int index = fragmentation_index(zone, (unsigned int)order);

		if (index >= 0 && index <= k->sysctl.extfrag_threshold)
			ret = COMPACT_NOT_SUITABLE_ZONE;
	}
	trace_mm_compaction_suitable(k, zone, order, ret);
	return ret == COMPACT_NOT_SUITABLE_ZONE ? COMPACT_SKIPPED : ret;
}

bool compaction_zonelist_suitable(const struct kernel *k,
				  const struct alloc_context *ac,
				  unsigned int order, unsigned int alloc_flags)
{
	const struct zone *zone;

	for_each_zone_zonelist_nodemask(zone, ac->zonelist, ac->highest_zoneidx,
					ac->nodemask)
	{
		/* Not all of what reclaim could get lies together. */
		int64_t available = zone_reclaimable_pages(k, zone) / order +
				    zone->vm_stat[NR_FREE_PAGES];

		if (__compaction_suitable(zone, (int)order, alloc_flags,
					  ac->highest_zoneidx,
					  available) != COMPACT_SKIPPED)
			return true;
	}
	return false;
}

/* ---- one run over one zone -------------------------------------------------------------- */

/* Could the allocation have a block by now? */
static bool block_is_there(const struct compact_control *cc)
{
	struct kernel *k = cc->curr->k;
	unsigned int order = (unsigned int)cc->order;

	for (; order < MAX_ORDER; order++) {
		const struct free_area *area = &cc->zone->free_area[order];

		if (!list_empty(&area->free_list[cc->migratetype]))
			return true;
		if (cc->migratetype == MIGRATE_MOVABLE &&
		    !list_empty(&area->free_list[MIGRATE_CMA]))
			return true;
		if (has_stealable_block(k, cc->zone, order, cc->migratetype))
			return true;
	}
	return false;
}

static enum compact_result __compact_finished(struct compact_control *cc)
{
	enum compact_result ret = COMPACT_NO_SUITABLE_PAGE;

	if (compact_scanners_met(cc)) {
		reset_cached_positions(cc->zone);
		if (cc->direct_compaction)
			cc->zone->compact.blockskip_flush = true;
		return cc->whole_zone ? COMPACT_COMPLETE
				      : COMPACT_PARTIAL_SKIPPED;
	}
	if (cc->proactive_compaction)
		ret = proactive_is_done(cc) ? COMPACT_SUCCESS
					    : COMPACT_CONTINUE;
	else if (is_via_compact_memory(cc->order))
		ret = COMPACT_CONTINUE;
	else if (cc->migrate_pfn & (pageblock_nr_pages - 1))
		return COMPACT_CONTINUE; /* a pageblock half done is mixed */
	else if (block_is_there(cc))
		ret = COMPACT_SUCCESS;
	if (cc->contended || fatal_signal_pending(cc->curr))
		ret = COMPACT_CONTENDED;
	return ret;
}

static enum compact_result compact_finished(struct compact_control *cc)
{
	enum compact_result ret = __compact_finished(cc);

	trace_mm_compaction_finished(cc->curr->k, cc->zone, cc->order, ret);
	return ret == COMPACT_NO_SUITABLE_PAGE ? COMPACT_CONTINUE : ret;
}

/* Where the last run ended, or from both ends. */
static void place_scanners(struct compact_control *cc)
{
	struct zone *zone = cc->zone;
	struct zone_compaction *c = &zone->compact;
	const pfn_t start = zone->zone_start_pfn, end = zone_end_pfn(zone);
	const bool sync = cc->mode != MIGRATE_ASYNC;

	if (cc->whole_zone) {
		cc->migrate_pfn = start;
		cc->free_pfn = pageblock_start_pfn(end - 1);
		return;
	}
	cc->migrate_pfn = c->cached_migrate_pfn[sync];
	cc->free_pfn = c->cached_free_pfn;
	if (cc->free_pfn < start || cc->free_pfn >= end) {
		cc->free_pfn = pageblock_start_pfn(end - 1);
		c->cached_free_pfn = cc->free_pfn;
	}
	if (cc->migrate_pfn < start || cc->migrate_pfn >= end) {
		cc->migrate_pfn = start;
		c->cached_migrate_pfn[0] = c->cached_migrate_pfn[1] = start;
	}
	if (cc->migrate_pfn <= c->init_migrate_pfn)
		cc->whole_zone = true;
}

/* Freed pages merge where they lay only when they are the buddy's. */
static void drain_behind(struct compact_control *cc, pfn_t *last_migrated)
{
	pfn_t block;

	if (cc->order <= 0 || !*last_migrated)
		return;
	block = cc->migrate_pfn & ~((1u << cc->order) - 1);
	if (*last_migrated >= block)
		return;
	lru_add_drain(cc->curr);
	drain_pages_zone(cc->curr->k, cc->curr->cpu->id, cc->zone);
	*last_migrated = 0;
}

/*
 * Some pages stayed: they go back to the LRU. False: there is no place left
 * to move any to, though the scanners haven't met.
 */
static bool after_failure(struct compact_control *cc, int err,
			  pfn_t *last_migrated)
{
	putback_movable_pages(cc->curr, &cc->migratepages);
	if (err == -ENOMEM && !compact_scanners_met(cc))
		return false;
	if (cc->direct_compaction && cc->mode == MIGRATE_ASYNC) {
		/* With one that stays, the rest of its block is no use. */
		const pfn_t size = 1u << cc->order;

		cc->migrate_pfn = ((cc->migrate_pfn - 1) | (size - 1)) + 1;
		*last_migrated = 0;
	}
	return true;
}

/* Scans and moves one cluster. False: that was all, with *@ret. */
static bool compact_some(struct compact_control *cc, pfn_t *last_migrated,
			 bool *update_cached, enum compact_result *ret)
{
	struct zone_compaction *c = &cc->zone->compact;
	pfn_t from = cc->migrate_pfn;
	uint32_t nr;
	int err;

	cc->rescan = pageblock_start_pfn(*last_migrated) ==
		     pageblock_start_pfn(from);
	switch (isolate_migratepages(cc)) {
	case ISOLATE_ABORT:
		*ret = COMPACT_CONTENDED;
		putback_movable_pages(cc->curr, &cc->migratepages);
		cc->nr_migratepages = 0;
		return false;
	case ISOLATE_NONE:
		if (*update_cached)
			c->cached_migrate_pfn[1] = c->cached_migrate_pfn[0];
		break;
	case ISOLATE_SUCCESS:
		*update_cached = false;
		*last_migrated = from;
		nr = cc->nr_migratepages;
		err = migrate_pages(cc->curr, &cc->migratepages,
				    compaction_alloc, compaction_free, cc,
				    cc->mode, MR_COMPACTION, NULL);
		trace_mm_compaction_migratepages(cc->curr->k, nr, err,
						 &cc->migratepages);
		cc->nr_migratepages = 0;
		if (err && !after_failure(cc, err, last_migrated)) {
			*ret = COMPACT_CONTENDED;
			return false;
		}
		break;
	}
	drain_behind(cc, last_migrated);
	return true;
}

/* What the free scanner has left over: it begins there the next time. */
static void put_freepages(struct compact_control *cc)
{
	struct zone_compaction *c = &cc->zone->compact;
	pfn_t free_pfn;

	if (!cc->nr_freepages)
		return;
	free_pfn = pageblock_start_pfn(release_freepages(cc));
	if (free_pfn > c->cached_free_pfn)
		c->cached_free_pfn = free_pfn;
}

enum compact_result compact_zone(struct compact_control *cc)
{
	struct kernel *k = cc->curr->k;
	const pfn_t *cached = cc->zone->compact.cached_migrate_pfn;
	const bool sync = cc->mode != MIGRATE_ASYNC;
	bool update_cached = !sync && cached[0] == cached[1];
	pfn_t last_migrated = 0;
	enum compact_result ret;

	INIT_LIST_HEAD(&cc->freepages);
	INIT_LIST_HEAD(&cc->migratepages);
	cc->total_migrate_scanned = cc->total_free_scanned = 0;
	cc->nr_freepages = cc->nr_migratepages = 0;
	cc->migratetype = gfp_migratetype(k, cc->gfp_mask);
	ret = compaction_suitable(k, cc->zone, cc->order, cc->alloc_flags,
				  cc->highest_zoneidx);
	if (ret == COMPACT_SUCCESS || ret == COMPACT_SKIPPED)
		return ret;
	if (compaction_restarting(cc->zone, cc->order)) {
		cc->zone->compact.blockskip_flush = true;
		__reset_isolation_suitable(k, cc->zone);
	}
	place_scanners(cc);
	trace_mm_compaction_begin(k, cc, sync);
	lru_add_drain(cc->curr);
	cc->zone->compact.nr_running++;
	while ((ret = compact_finished(cc)) == COMPACT_CONTINUE &&
	       compact_some(cc, &last_migrated, &update_cached, &ret))
		;
	put_freepages(cc);
	cc->zone->compact.nr_running--;
	count_vm_events(k, COMPACTMIGRATE_SCANNED, cc->total_migrate_scanned);
	count_vm_events(k, COMPACTFREE_SCANNED, cc->total_free_scanned);
	trace_mm_compaction_end(k, cc, sync, ret);
	return ret;
}

/* ---- for an allocation ----------------------------------------------------------------- */

static enum compact_result
compact_zone_order(struct task_struct *curr, struct zone *zone, gfp_t gfp,
		   unsigned int order, unsigned int alloc_flags,
		   enum zone_type highest_zoneidx, enum compact_priority prio)
{
	struct compact_control cc = {
		.curr = curr,
		.zone = zone,
		.order = (int)order,
		.gfp_mask = gfp,
		.alloc_flags = alloc_flags,
		.highest_zoneidx = highest_zoneidx,
		.mode = prio == COMPACT_PRIO_ASYNC ? MIGRATE_ASYNC
						   : MIGRATE_SYNC_LIGHT,
		.direct_compaction = true,
		.whole_zone = prio == MIN_COMPACT_PRIORITY,
		.ignore_skip_hint = prio == MIN_COMPACT_PRIORITY,
		.ignore_block_suitable = prio == MIN_COMPACT_PRIORITY,
	};

	return compact_zone(&cc);
}

enum compact_result try_to_compact_pages(struct task_struct *curr, gfp_t gfp,
					 unsigned int order,
					 unsigned int alloc_flags,
					 const struct alloc_context *ac,
					 enum compact_priority prio)
{
	struct kernel *k = curr->k;
	enum compact_result most = COMPACT_SKIPPED;
	struct zone *zone;

	/* Moving pages may write them, and wait for that. */
	if (!(gfp & __GFP_IO))
		return COMPACT_SKIPPED;
	trace_mm_compaction_try_to_compact_pages(k, order, gfp, prio);
	for_each_zone_zonelist_nodemask(zone, ac->zonelist, ac->highest_zoneidx,
					ac->nodemask)
	{
		enum compact_result ret = COMPACT_DEFERRED;

		if (prio == MIN_COMPACT_PRIORITY ||
		    !compaction_deferred(k, zone, (int)order))
			ret = compact_zone_order(curr, zone, gfp, order,
						 alloc_flags,
						 ac->highest_zoneidx, prio);
		if (ret > most)
			most = ret;
		if (ret == COMPACT_SUCCESS) {
			compaction_defer_reset(k, zone, order, false);
			break;
		}
		if (prio != COMPACT_PRIO_ASYNC &&
		    (ret == COMPACT_COMPLETE || ret == COMPACT_PARTIAL_SKIPPED))
			defer_compaction(k, zone, (int)order);
		if ((prio == COMPACT_PRIO_ASYNC && ret == COMPACT_CONTENDED) ||
		    fatal_signal_pending(curr))
			break;
	}
	return most;
}

/* ---- in the background -------------------------------------------------------------------- */

void kcompactd_zone(struct task_struct *curr, struct zone *zone, int order,
		    enum zone_type highest_zoneidx)
{
	struct kernel *k = curr->k;
	struct compact_control cc = {
		.curr = curr,
		.zone = zone,
		.order = order,
		.highest_zoneidx = highest_zoneidx,
		.mode = MIGRATE_SYNC_LIGHT,
		.gfp_mask = GFP_KERNEL,
	};
	enum compact_result ret;

	if (compaction_deferred(k, zone, order) ||
	    compaction_suitable(k, zone, order, 0, highest_zoneidx) !=
		    COMPACT_CONTINUE)
		return;
	ret = compact_zone(&cc);
	if (ret == COMPACT_SUCCESS) {
		compaction_defer_reset(k, zone, (unsigned int)order, false);
	} else if (ret == COMPACT_PARTIAL_SKIPPED || ret == COMPACT_COMPLETE) {
		/* The last that it freed may complete a block all the same. */
		for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++)
			drain_pages_zone(k, (int)cpu, zone);
		defer_compaction(k, zone, order);
	}
	count_vm_events(k, KCOMPACTD_MIGRATE_SCANNED, cc.total_migrate_scanned);
	count_vm_events(k, KCOMPACTD_FREE_SCANNED, cc.total_free_scanned);
}

/* ---- by hand ------------------------------------------------------------------------------- */

/* Each zone from end to end. */
static void compact_all(struct task_struct *curr, struct pglist_data *pgdat,
			enum migrate_mode mode, bool proactive)
{
	for (int i = 0; i < MAX_NR_ZONES; i++) {
		struct compact_control cc = {
			.curr = curr,
			.zone = &pgdat->node_zones[i],
			.order = COMPACT_ORDER_ALL,
			.mode = mode,
			.ignore_skip_hint = true,
			.whole_zone = true,
			.proactive_compaction = proactive,
			.gfp_mask = GFP_KERNEL,
		};

		if (populated_zone(cc.zone))
			compact_zone(&cc);
	}
}

void compact_node(struct task_struct *curr, struct pglist_data *pgdat)
{
	compact_all(curr, pgdat, MIGRATE_SYNC, false);
}

void proactive_compact_node(struct task_struct *curr, struct pglist_data *pgdat)
{
	compact_all(curr, pgdat, MIGRATE_SYNC_LIGHT, true);
}

void compact_nodes(struct task_struct *curr)
{
	struct pglist_data *pgdat;

	lru_add_drain(curr);
	for_each_online_pgdat(pgdat, curr->k) compact_node(curr, pgdat);
}
