/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vmscan.h"

/*
 * Reclaim, from above (mm/vmscan.c): how hard to look for pages that can be
 * freed, where, and when to wait for others instead.
 *
 * Effort is the priority: at 12 the 4096th part of every list is looked at, at
 * 0 all of it. Whoever needs memory at once (direct reclaim) goes down from 12
 * until 32 pages are free; kswapd (kswapd.c) does the same ahead of need. Each
 * round asks the node's LRU lists (vmscan_lists.c) and then, in proportion,
 * the shrinkers (shrinker.c).
 *
 * When reclaim meets what only time will solve it sleeps for a while instead
 * of burning through the lists: reclaim_throttle().
 *
 * Leaves out memory cgroups, node_reclaim(), hibernation, soft limits.
 */

#include <string.h>

#include "kernel/mm/compaction.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/shrinker.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/trace_vmscan.h"
#include "kernel/mm/workingset.h"
#include "kernel/task/signal.h"

static bool waitqueue_active(const struct wait_queue_head *wq)
{
	return !list_empty(&wq->head);
}

uint32_t zone_reclaimable_pages(const struct kernel *k, const struct zone *zone)
{
	int64_t nr = zone->vm_stat[NR_ZONE_INACTIVE_FILE] +
		     zone->vm_stat[NR_ZONE_ACTIVE_FILE];

	if (get_nr_swap_pages(k) > 0)
		nr += zone->vm_stat[NR_ZONE_INACTIVE_ANON] +
		      zone->vm_stat[NR_ZONE_ACTIVE_ANON];
	return (uint32_t)nr;
}

/* ---- waiting --------------------------------------------------------------------- */

/*
 * No use to wait where kswapd has given up; nor where most could be reclaimed
 * without waiting for any writing.
 */
static bool skip_throttle_noprogress(const struct kernel *k,
				     const struct pglist_data *pgdat)
{
	int64_t reclaimable = 0, write_pending = 0;

	if (pgdat->kswapd_failures >= MAX_RECLAIM_RETRIES)
		return true;
	for (int i = 0; i < MAX_NR_ZONES; i++) {
		const struct zone *zone = &pgdat->node_zones[i];

		if (!managed_zone(zone))
			continue;
		reclaimable += zone_reclaimable_pages(k, zone);
		write_pending += zone->vm_stat[NR_ZONE_WRITE_PENDING];
	}
	return 2 * write_pending <= reclaimable;
}

/* In virtual cycles. */
static uint64_t throttle_timeout(const struct kernel *k,
				 enum vmscan_throttle_state reason)
{
	const uint64_t jiffy = k->hw.clock_hz / HZ;

	switch (reason) {
	case VMSCAN_THROTTLE_WRITEBACK:
		return jiffy * HZ / 10;
	case VMSCAN_THROTTLE_ISOLATED:
		return jiffy * HZ / 50;
	default:
		return jiffy;
	}
}

/* Sleeps until somebody has made progress, or for @timeout. Cycles slept. */
static uint64_t throttle_sleep(struct task_struct *curr,
			       struct wait_queue_head *wq, uint64_t timeout)
{
	struct wait_queue_entry wait = {0};
	const uint64_t began = sched_clock_cycles(curr->k);

	prepare_to_wait(curr, wq, &wait, TASK_UNINTERRUPTIBLE);
	schedule_timeout_until(curr, began + timeout);
	finish_wait(curr, wq, &wait);
	return sched_clock_cycles(curr->k) - began;
}

void reclaim_throttle(struct task_struct *curr, struct pglist_data *pgdat,
		      enum vmscan_throttle_state reason)
{
	const struct kernel *k = curr->k;
	const uint64_t timeout = throttle_timeout(k, reason);
	uint64_t slept;

	/* Threads that write pages out would wait for themselves. */
	if (!current_is_kswapd(curr) && curr->flags & PF_KTHREAD)
		return;
	if ((reason == VMSCAN_THROTTLE_NOPROGRESS ||
	     reason == VMSCAN_THROTTLE_CONGESTED) &&
	    skip_throttle_noprogress(k, pgdat))
		return;
	if (reason == VMSCAN_THROTTLE_WRITEBACK &&
	    ++pgdat->nr_writeback_throttled == 1)
		pgdat->nr_reclaim_start = pgdat->vm_stat[NR_THROTTLED_WRITTEN];
	slept = throttle_sleep(curr, &pgdat->reclaim_wait[reason], timeout);
	if (reason == VMSCAN_THROTTLE_WRITEBACK)
		pgdat->nr_writeback_throttled--;
	trace_mm_vmscan_throttled(k, pgdat->node_id,
				  cycles_to_ns(k, timeout) / 1000,
				  cycles_to_ns(k, slept) / 1000, reason);
}

void acct_reclaim_writeback(struct task_struct *curr, struct page *page)
{
	struct pglist_data *pgdat = &curr->k->mem.node_data[page_to_nid(page)];
	int64_t nr_written;

	if (!pgdat->nr_writeback_throttled)
		return;
	mod_page_state(curr->k, page, NR_THROTTLED_WRITTEN, 1);
	nr_written = pgdat->vm_stat[NR_THROTTLED_WRITTEN] -
		     pgdat->nr_reclaim_start;
	if (nr_written > SWAP_CLUSTER_MAX * pgdat->nr_writeback_throttled)
		wake_up(curr, &pgdat->reclaim_wait[VMSCAN_THROTTLE_WRITEBACK]);
}

/* Direct reclaim after its round: does it get anywhere? */
static void consider_reclaim_throttle(const struct scan_control *sc,
				      struct pglist_data *pgdat)
{
	if (sc->nr_reclaimed > sc->nr_scanned >> 3) {
		wake_up(sc->curr,
			&pgdat->reclaim_wait[VMSCAN_THROTTLE_NOPROGRESS]);
		return;
	}
	if (sc->priority == 1 && !sc->nr_reclaimed)
		reclaim_throttle(sc->curr, pgdat, VMSCAN_THROTTLE_NOPROGRESS);
}

bool allow_direct_reclaim(struct task_struct *curr, struct pglist_data *pgdat)
{
	int64_t reserve = 0, free_pages = 0;

	if (pgdat->kswapd_failures >= MAX_RECLAIM_RETRIES || !pgdat->kswapd)
		return true;
	for (int i = 0; i <= ZONE_NORMAL; i++) {
		const struct zone *zone = &pgdat->node_zones[i];

		if (!managed_zone(zone) ||
		    !zone_reclaimable_pages(curr->k, zone))
			continue;
		reserve += wmark_pages(zone, WMARK_MIN);
		free_pages += zone->vm_stat[NR_FREE_PAGES];
	}
	if (!reserve || free_pages > reserve / 2)
		return true;
	if (waitqueue_active(&pgdat->kswapd_wait)) {
		if (pgdat->kswapd_highest_zoneidx > ZONE_NORMAL)
			pgdat->kswapd_highest_zoneidx = ZONE_NORMAL;
		wake_up(curr, &pgdat->kswapd_wait);
	}
	return false;
}

/* The first node of the list whose lowmem an allocation would live in. */
static struct pglist_data *lowmem_node(const struct scan_control *sc,
				       const struct zonelist *zonelist)
{
	const struct zone *zone;

	for_each_zone_zonelist_nodemask(
		zone, zonelist, sc->reclaim_idx,
		sc->nodemask) if (zone->idx <=
				  ZONE_NORMAL) return zone->zone_pgdat;
	return NULL;
}

/* Until there is free memory again, cycle @until, or its death. */
static void wait_for_reserve(struct task_struct *curr,
			     struct pglist_data *pgdat, uint64_t until)
{
	struct wait_queue_entry wait = {0};

	do
		prepare_to_wait(curr, &pgdat->pfmemalloc_wait, &wait,
				TASK_KILLABLE);
	while (!allow_direct_reclaim(curr, pgdat) &&
	       !fatal_signal_pending(curr) &&
	       schedule_timeout_until(curr, until));
	finish_wait(curr, &pgdat->pfmemalloc_wait, &wait);
}

/*
 * Half of the reserve is for those who write pages out. Who comes below that
 * waits for kswapd; true: for good, it was killed.
 */
static bool throttle_direct_reclaim(const struct scan_control *sc,
				    const struct zonelist *zonelist)
{
	struct task_struct *curr = sc->curr;
	struct pglist_data *pgdat;

	if (curr->flags & PF_KTHREAD || fatal_signal_pending(curr))
		return false;
	pgdat = lowmem_node(sc, zonelist);
	if (!pgdat || allow_direct_reclaim(curr, pgdat))
		return false;
	count_vm_event(curr->k, PGSCAN_DIRECT_THROTTLE);
	/* Without __GFP_FS it holds what kswapd may need: not for ever then. */
	wait_for_reserve(curr, pgdat,
			 sc->gfp_mask & __GFP_FS
				 ? UINT64_MAX
				 : sched_clock_cycles(curr->k) +
					   curr->k->hw.clock_hz);
	return fatal_signal_pending(curr);
}

/* ---- one node ----------------------------------------------------------------------- */

/*
 * Active pages are left alone unless the inactive ones are few, or were
 * refaulted since: then what is active may be older than what was thrown out.
 */
static void choose_deactivation(struct scan_control *sc,
				const struct pglist_data *pgdat,
				const struct lruvec *lruvec)
{
	static const struct {
		enum vm_item refaults;
		enum lru_list inactive;
		uint8_t flag;
	} pairs[2] = {
		{WORKINGSET_ACTIVATE_ANON, LRU_INACTIVE_ANON, DEACTIVATE_ANON},
		{WORKINGSET_ACTIVATE_FILE, LRU_INACTIVE_FILE, DEACTIVATE_FILE},
	};

	sc->may_deactivate = 0;
	for (int i = 0; i < 2; i++)
		if (sc->force_deactivate ||
		    pgdat->vm_stat[pairs[i].refaults] != lruvec->refaults[i] ||
		    inactive_is_low(pgdat, pairs[i].inactive))
			sc->may_deactivate |= pairs[i].flag;
}

/* The cache could go entirely and it would not be enough. */
static bool file_is_tiny(const struct scan_control *sc,
			 const struct pglist_data *pgdat)
{
	const int64_t anon = pgdat->vm_stat[NR_INACTIVE_ANON];
	int64_t file = pgdat->vm_stat[NR_ACTIVE_FILE] +
		       pgdat->vm_stat[NR_INACTIVE_FILE];
	int64_t total_high_wmark = 0;

	for (int i = 0; i < MAX_NR_ZONES; i++) {
		const struct zone *zone = &pgdat->node_zones[i];

		file += zone->vm_stat[NR_FREE_PAGES];
		if (managed_zone(zone))
			total_high_wmark += wmark_pages(zone, WMARK_HIGH);
	}
	return file <= total_high_wmark &&
	       !(sc->may_deactivate & DEACTIVATE_ANON) && anon >> sc->priority;
}

void prepare_scan_count(struct scan_control *sc,
			const struct pglist_data *pgdat)
{
	const struct lruvec *lruvec = node_lruvec(sc->curr->k, pgdat);

	sc->anon_cost = lruvec->anon_cost;
	sc->file_cost = lruvec->file_cost;
	choose_deactivation(sc, pgdat, lruvec);
	sc->cache_trim_mode = pgdat->vm_stat[NR_INACTIVE_FILE] >>
				      sc->priority &&
			      !(sc->may_deactivate & DEACTIVATE_FILE);
	sc->file_is_tiny = file_is_tiny(sc, pgdat);
}

/* What the pages of this round tell about the disks. */
static void note_congestion(struct scan_control *sc, struct pglist_data *pgdat)
{
	struct lruvec *lruvec = node_lruvec(sc->curr->k, pgdat);

	if (!current_is_kswapd(sc->curr)) {
		if (lruvec->congested)
			reclaim_throttle(sc->curr, pgdat,
					 VMSCAN_THROTTLE_CONGESTED);
		return;
	}
	if (sc->nr.writeback && sc->nr.writeback == sc->nr.taken)
		pgdat->flags |= 1u << PGDAT_WRITEBACK;
	if (sc->nr.unqueued_dirty == sc->nr.file_taken)
		pgdat->flags |= 1u << PGDAT_DIRTY;
	if (sc->nr.dirty && sc->nr.dirty == sc->nr.congested)
		lruvec->congested = true;
	if (sc->nr.immediate)
		reclaim_throttle(sc->curr, pgdat, VMSCAN_THROTTLE_WRITEBACK);
}

/* It is a block that is wanted: pages enough for compaction to make one. */
static bool in_reclaim_compaction(const struct scan_control *sc)
{
	return sc->order && (sc->order > PAGE_ALLOC_COSTLY_ORDER ||
			     sc->priority < DEF_PRIORITY - 2);
}

/* After a round that freed @nr_reclaimed: another one, for compaction? */
static bool should_continue_reclaim(const struct scan_control *sc,
				    const struct pglist_data *pgdat,
				    uint32_t nr_reclaimed)
{
	const struct kernel *k = sc->curr->k;
	int64_t inactive = pgdat->vm_stat[NR_INACTIVE_FILE];

	if (!in_reclaim_compaction(sc) || !nr_reclaimed)
		return false;
	for (int i = 0; i <= (int)sc->reclaim_idx; i++) {
		const struct zone *zone = &pgdat->node_zones[i];
		enum compact_result suitable;

		if (!managed_zone(zone))
			continue;
		suitable = compaction_suitable(k, zone, (int)sc->order, 0,
					       sc->reclaim_idx);
		if (suitable == COMPACT_SUCCESS || suitable == COMPACT_CONTINUE)
			return false;
	}
	if (can_reclaim_anon_pages(sc))
		inactive += pgdat->vm_stat[NR_INACTIVE_ANON];
	return inactive > compact_gap(sc->order);
}

/* The number of pages that came free. */
static uint32_t shrink_node_once(struct scan_control *sc,
				 struct pglist_data *pgdat)
{
	struct task_struct *curr = sc->curr;
	const uint32_t nr_before = sc->nr_reclaimed;

	memset(&sc->nr, 0, sizeof(sc->nr));
	prepare_scan_count(sc, pgdat);
	shrink_lruvec(sc, pgdat);
	shrink_slab(curr, sc->gfp_mask, pgdat->node_id, sc->priority);
	if (curr->reclaim_state) {
		sc->nr_reclaimed += curr->reclaim_state->reclaimed_slab;
		curr->reclaim_state->reclaimed_slab = 0;
	}
	note_congestion(sc, pgdat);
	return sc->nr_reclaimed - nr_before;
}

void shrink_node(struct scan_control *sc, struct pglist_data *pgdat)
{
	const uint32_t nr_before = sc->nr_reclaimed;
	uint32_t nr;

	do
		nr = shrink_node_once(sc, pgdat);
	while (should_continue_reclaim(sc, pgdat, nr));
	/* A node that gives something is no hopeless case. */
	if (sc->nr_reclaimed > nr_before)
		pgdat->kswapd_failures = 0;
}

void snapshot_refaults(struct kernel *k, const struct pglist_data *pgdat)
{
	struct lruvec *lruvec = node_lruvec(k, pgdat);

	lruvec->refaults[0] = pgdat->vm_stat[WORKINGSET_ACTIVATE_ANON];
	lruvec->refaults[1] = pgdat->vm_stat[WORKINGSET_ACTIVATE_FILE];
}

/* ---- direct reclaim -------------------------------------------------------------------- */

/* For a costly block: enough is free to make one by moving pages. */
static bool compaction_ready(const struct scan_control *sc,
			     const struct zone *zone)
{
	const struct kernel *k = sc->curr->k;
	enum compact_result suitable;

	if (sc->order <= PAGE_ALLOC_COSTLY_ORDER)
		return false;
	suitable = compaction_suitable(k, zone, (int)sc->order, 0,
				       sc->reclaim_idx);
	if (suitable == COMPACT_SUCCESS)
		return true;
	return suitable != COMPACT_SKIPPED &&
	       zone_watermark_ok(zone, 0,
				 wmark_pages(zone, WMARK_HIGH) +
					 compact_gap(sc->order),
				 sc->reclaim_idx, 0);
}

/* Each node once, by the first of its zones that needs it. */
static void shrink_zones(struct scan_control *sc,
			 const struct zonelist *zonelist)
{
	struct pglist_data *first = NULL, *last = NULL;
	struct zone *zone;

	for_each_zone_zonelist_nodemask(zone, zonelist, sc->reclaim_idx,
					sc->nodemask)
	{
		struct pglist_data *pgdat = zone->zone_pgdat;

		if (compaction_ready(sc, zone)) {
			sc->compaction_ready = true;
			continue;
		}
		if (!first)
			first = pgdat;
		if (pgdat != last)
			shrink_node(sc, pgdat);
		last = pgdat;
	}
	if (first)
		consider_reclaim_throttle(sc, first);
}

/* From a first look to everything. Pages that came free. */
static uint32_t reclaim_harder(struct scan_control *sc,
			       const struct zonelist *zonelist)
{
	const struct zone *zone;

	for (sc->priority = DEF_PRIORITY; sc->priority >= 0; sc->priority--) {
		sc->nr_scanned = 0;
		shrink_zones(sc, zonelist);
		if (sc->nr_reclaimed >= sc->nr_to_reclaim ||
		    sc->compaction_ready)
			break;
		if (sc->priority < DEF_PRIORITY - 2)
			sc->may_writepage = true;
	}
	for_each_zone_zonelist_nodemask(zone, zonelist, sc->reclaim_idx,
					sc->nodemask)
		snapshot_refaults(sc->curr->k, zone->zone_pgdat);
	return sc->nr_reclaimed;
}

static uint32_t do_try_to_free_pages(struct scan_control *sc,
				     const struct zonelist *zonelist)
{
	uint32_t nr = reclaim_harder(sc, zonelist);

	if (!nr && sc->compaction_ready)
		return 1; /* so that it is tried */
	if (!nr && sc->skipped_deactivate) { /* the active ones as well then */
		sc->force_deactivate = true;
		nr = reclaim_harder(sc, zonelist);
	}
	return nr;
}

uint32_t try_to_free_pages(struct task_struct *curr, struct zonelist *zonelist,
			   unsigned int order, gfp_t gfp, nodemask_t nodemask)
{
	struct reclaim_state reclaim_state = {0};
	struct scan_control sc = {
		.curr = curr,
		.nr_to_reclaim = SWAP_CLUSTER_MAX,
		.gfp_mask = gfp,
		.reclaim_idx = gfp_zone(curr->k, gfp),
		.nodemask = nodemask,
		.order = order,
		.may_writepage = !curr->k->sysctl.laptop_mode,
		.may_unmap = true,
		.may_swap = true,
	};
	uint32_t nr = 0;

	/* Killed while it waited: one, so that it isn't taken for hopeless. */
	if (throttle_direct_reclaim(&sc, zonelist))
		return 1;
	curr->reclaim_state = &reclaim_state;
	trace_mm_vmscan_direct_reclaim_begin(curr->k, order, gfp);
	if (curr->k->user.lru_ready) /* not so early in the boot */
		nr = do_try_to_free_pages(&sc, zonelist);
	trace_mm_vmscan_direct_reclaim_end(curr->k, nr);
	curr->reclaim_state = NULL;
	return nr;
}

/* ---- pages by name --------------------------------------------------------------------- */

/* Those of @pages that are @pgdat's, from its old end on, to @list. */
static void take_pages_of(struct kernel *k, const struct pglist_data *pgdat,
			  struct list_head *pages, struct list_head *list)
{
	while (!list_empty(pages)) {
		struct page *page = list_last_entry(pages, struct page, lru);

		if (&k->mem.node_data[page_to_nid(page)] != pgdat)
			return;
		list_del(&page->lru);
		ClearPageActive(page);
		list_add(&page->lru, list);
	}
}

static void reclaim_page_list(struct task_struct *curr,
			      struct pglist_data *pgdat, struct list_head *list)
{
	struct reclaim_stat stat = {0};
	struct scan_control sc = {
		.curr = curr,
		.gfp_mask = GFP_KERNEL,
		.may_writepage = true,
		.may_unmap = true,
		.may_swap = true,
	};
	struct page *page, *next;

	shrink_page_list(&sc, pgdat, list, &stat, false);
	list_for_each_entry_safe(page, next, list, lru) {
		list_del(&page->lru);
		putback_lru_page(curr, page);
	}
}

void reclaim_pages(struct task_struct *curr, struct list_head *pages)
{
	const uint32_t reserve = curr->flags & PF_MEMALLOC;

	/* What it takes to free memory must not wait for memory to be free. */
	curr->flags |= PF_MEMALLOC;
	while (!list_empty(pages)) {
		struct page *page = list_last_entry(pages, struct page, lru);
		struct pglist_data *pgdat =
			&curr->k->mem.node_data[page_to_nid(page)];
		struct list_head list;

		INIT_LIST_HEAD(&list);
		take_pages_of(curr->k, pgdat, pages, &list);
		reclaim_page_list(curr, pgdat, &list);
	}
	if (!reserve)
		curr->flags &= ~PF_MEMALLOC;
}
