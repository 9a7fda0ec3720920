/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vmscan.h"

/*
 * kswapd (the end of mm/vmscan.c): a task for each node that reclaims before
 * memory is short, so that programs needn't.
 *
 *	low	the allocator wakes kswapd and goes on
 *	min	who allocates reclaims for himself
 *	high	kswapd sleeps again
 *
 * It also works off what the watermarks were raised by (watermark_boost) when
 * a migrate type had to take another's pageblock: with more free memory that
 * is needed less often. For that alone it neither writes nor swaps.
 *
 * After a balanced round it sleeps for a tenth of a second, to see whether it
 * is woken again at once, before it lies down for good. After 16 rounds in
 * vain it leaves the node to direct reclaim, until that finds something.
 */

#include <stdio.h>

#include "kernel/init.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/compaction.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/trace_vmscan.h"

/* ---- balance ------------------------------------------------------------------------ */

bool pgdat_balanced(const struct pglist_data *pgdat, unsigned int order,
		    enum zone_type highest_zoneidx)
{
	bool any = false;

	for (int i = 0; i <= (int)highest_zoneidx; i++) {
		const struct zone *zone = &pgdat->node_zones[i];

		if (!managed_zone(zone))
			continue;
		if (zone_watermark_ok(zone, order,
				      wmark_pages(zone, WMARK_HIGH),
				      highest_zoneidx, 0))
			return true;
		any = true;
	}
	return !any;
}

/* Pages that watermarks are raised by. */
static uint32_t watermark_boosts(const struct pglist_data *pgdat,
				 enum zone_type highest_zoneidx,
				 uint32_t boost[MAX_NR_ZONES])
{
	uint32_t sum = 0;

	for (int i = 0; i <= (int)highest_zoneidx; i++) {
		boost[i] = pgdat->node_zones[i].watermark_boost;
		sum += boost[i];
	}
	return sum;
}

/* What has been worked off; more may have come meanwhile. */
static void lower_boosts(struct pglist_data *pgdat,
			 enum zone_type highest_zoneidx,
			 const uint32_t boost[MAX_NR_ZONES])
{
	for (int i = 0; i <= (int)highest_zoneidx; i++) {
		uint32_t *left = &pgdat->node_zones[i].watermark_boost;

		*left -= boost[i] < *left ? boost[i] : *left;
	}
}

static void set_reclaim_active(struct pglist_data *pgdat,
			       enum zone_type highest_zoneidx, bool active)
{
	for (int i = 0; i <= (int)highest_zoneidx; i++) {
		struct zone *zone = &pgdat->node_zones[i];

		if (managed_zone(zone) && active)
			zone->flags |= 1u << ZONE_RECLAIM_ACTIVE;
		else
			zone->flags &= ~(1u << ZONE_RECLAIM_ACTIVE);
	}
}

/* ---- a run ----------------------------------------------------------------------------- */

/*
 * As much as the high watermarks are, at this priority. True: so much was
 * looked at that there is no need to look harder.
 */
static bool kswapd_shrink_node(struct scan_control *sc,
			       struct pglist_data *pgdat)
{
	sc->nr_to_reclaim = 0;
	for (int i = 0; i <= (int)sc->reclaim_idx; i++) {
		const struct zone *zone = &pgdat->node_zones[i];
		uint32_t high = wmark_pages(zone, WMARK_HIGH);

		if (managed_zone(zone))
			sc->nr_to_reclaim += high > SWAP_CLUSTER_MAX
						     ? high
						     : SWAP_CLUSTER_MAX;
	}
	shrink_node(sc, pgdat);
	/* Enough for a block to come together: the rest isn't reclaim's. */
	if (sc->order && sc->nr_reclaimed >= compact_gap(sc->order))
		sc->order = 0;
	return sc->nr_scanned >= sc->nr_to_reclaim;
}

static void age_active_anon(struct scan_control *sc, struct pglist_data *pgdat)
{
	if (can_age_anon_pages(sc->curr->k) &&
	    inactive_is_low(pgdat, LRU_INACTIVE_ANON))
		shrink_active_list(sc, pgdat, SWAP_CLUSTER_MAX,
				   LRU_ACTIVE_ANON);
}

static void wake_throttled(struct task_struct *curr, struct pglist_data *pgdat)
{
	if (!list_empty(&pgdat->pfmemalloc_wait.head) &&
	    allow_direct_reclaim(curr, pgdat))
		wake_up_all(curr, &pgdat->pfmemalloc_wait);
}

/*
 * One round at sc->priority; @boost: pages still to be freed for the sake of
 * raised watermarks, 0 when marks are what it is about. False: that is all.
 */
static bool balance_once(struct scan_control *sc, struct pglist_data *pgdat,
			 uint32_t *boost)
{
	const bool laptop_mode = sc->curr->k->sysctl.laptop_mode;
	const uint32_t nr_before = sc->nr_reclaimed;
	/* For a boost a glance is enough, however long it takes. */
	bool raise = !*boost || sc->priority != DEF_PRIORITY - 2;
	uint32_t nr_freed;

	sc->may_writepage = (!laptop_mode && !*boost) ||
			    sc->priority < DEF_PRIORITY - 2;
	sc->may_swap = !*boost;
	age_active_anon(sc, pgdat);
	sc->nr_scanned = 0;
	if (kswapd_shrink_node(sc, pgdat))
		raise = false;
	debit_task_fair(sc->curr, sc->nr_scanned);
	wake_throttled(sc->curr, pgdat);
	nr_freed = sc->nr_reclaimed - nr_before;
	if (*boost && !nr_freed)
		return false;
	*boost -= nr_freed < *boost ? nr_freed : *boost;
	if (raise || !nr_freed)
		sc->priority--;
	return sc->priority >= 1;
}

/* Down from the lowest priority, until the node is balanced. */
static void balance_rounds(struct scan_control *sc, struct pglist_data *pgdat,
			   uint32_t boost)
{
	bool balanced;

	sc->priority = DEF_PRIORITY;
	do {
		balanced = pgdat_balanced(pgdat, sc->order, sc->reclaim_idx);
		if (!balanced &&
		    boost) { /* first things first, and all of it */
			boost = 0;
			sc->priority = DEF_PRIORITY;
		}
		if (balanced && !boost)
			return;
	} while (balance_once(sc, pgdat, &boost));
	if (!sc->nr_reclaimed)
		pgdat->kswapd_failures++;
}

/* The order that it has tried for to the end: 0 where it gave up a larger. */
static unsigned int balance_pgdat(struct task_struct *curr,
				  struct pglist_data *pgdat, unsigned int order,
				  enum zone_type highest_zoneidx)
{
	struct reclaim_state reclaim_state = {0};
	uint32_t boosts[MAX_NR_ZONES];
	uint32_t boost = watermark_boosts(pgdat, highest_zoneidx, boosts);
	struct scan_control sc = {
		.curr = curr,
		.gfp_mask = GFP_KERNEL,
		.order = order,
		.reclaim_idx = highest_zoneidx,
		.may_unmap = true,
	};

	curr->reclaim_state = &reclaim_state;
	count_vm_event(curr->k, PAGEOUTRUN);
	set_reclaim_active(pgdat, highest_zoneidx, true);
	balance_rounds(&sc, pgdat, boost);
	set_reclaim_active(pgdat, highest_zoneidx, false);
	if (boost) {
		lower_boosts(pgdat, highest_zoneidx, boosts);
		/* What was freed lies apart: whole pageblocks help the most. */
		wakeup_kcompactd(curr, pgdat, pageblock_order, highest_zoneidx);
	}
	snapshot_refaults(curr->k, pgdat);
	curr->reclaim_state = NULL;
	return sc.order;
}

/* ---- sleeping and waking ------------------------------------------------------------------ */

/* What it was last asked for; nothing since: as before. */
static enum zone_type kswapd_highest_zoneidx(const struct pglist_data *pgdat,
					     enum zone_type prev)
{
	return pgdat->kswapd_highest_zoneidx == MAX_NR_ZONES
		       ? prev
		       : pgdat->kswapd_highest_zoneidx;
}

static bool prepare_kswapd_sleep(struct task_struct *curr,
				 struct pglist_data *pgdat, unsigned int order,
				 enum zone_type highest_zoneidx)
{
	/* Nobody may wait for a kswapd that sleeps. */
	wake_up_all(curr, &pgdat->pfmemalloc_wait);
	if (pgdat->kswapd_failures >= MAX_RECLAIM_RETRIES)
		return true;
	if (!pgdat_balanced(pgdat, order, highest_zoneidx))
		return false;
	pgdat->flags &= ~(1u << PGDAT_WRITEBACK | 1u << PGDAT_DIRTY);
	node_lruvec(curr->k, pgdat)->congested = false;
	return true;
}

/* A tenth of a second. True: it was woken before that was over. */
static bool short_sleep(struct task_struct *curr, struct pglist_data *pgdat,
			unsigned int order, enum zone_type highest_zoneidx)
{
	const uint64_t until = sched_clock_cycles(curr->k) +
			       curr->k->hw.clock_hz / 10;

	if (!schedule_timeout_until(curr, until)) {
		curr->state = TASK_INTERRUPTIBLE;
		return false;
	}
	/* What it had in mind still counts. */
	pgdat->kswapd_highest_zoneidx = kswapd_highest_zoneidx(pgdat,
							       highest_zoneidx);
	if (pgdat->kswapd_order < order)
		pgdat->kswapd_order = order;
	return true;
}

/* @alloc_order was wanted; reclaim has tried for @order. */
static void kswapd_try_to_sleep(struct task_struct *curr,
				struct pglist_data *pgdat,
				unsigned int alloc_order, unsigned int order,
				enum zone_type highest_zoneidx)
{
	struct wait_queue_entry wait = {0};
	bool woken = false;

	prepare_to_wait(curr, &pgdat->kswapd_wait, &wait, TASK_INTERRUPTIBLE);
	if (prepare_kswapd_sleep(curr, pgdat, order, highest_zoneidx)) {
		reset_isolation_suitable(curr->k, pgdat);
		wakeup_kcompactd(curr, pgdat, alloc_order, highest_zoneidx);
		woken = short_sleep(curr, pgdat, order, highest_zoneidx);
	}
	if (woken) {
		count_vm_event(curr->k, KSWAPD_LOW_WMARK_HIT_QUICKLY);
	} else if (prepare_kswapd_sleep(curr, pgdat, order, highest_zoneidx)) {
		trace_mm_vmscan_kswapd_sleep(curr->k, pgdat->node_id);
		schedule(curr);
	} else {
		count_vm_event(curr->k, KSWAPD_HIGH_WMARK_HIT_QUICKLY);
	}
	finish_wait(curr, &pgdat->kswapd_wait, &wait);
}

void wakeup_kswapd(struct task_struct *curr, struct zone *zone, gfp_t gfp,
		   unsigned int order, enum zone_type highest_zoneidx)
{
	struct pglist_data *pgdat = zone->zone_pgdat;
	uint32_t boosts[MAX_NR_ZONES];

	if (!managed_zone(zone))
		return;
	if (pgdat->kswapd_highest_zoneidx == MAX_NR_ZONES ||
	    pgdat->kswapd_highest_zoneidx < highest_zoneidx)
		pgdat->kswapd_highest_zoneidx = highest_zoneidx;
	if (pgdat->kswapd_order < order)
		pgdat->kswapd_order = order;
	if (!pgdat->kswapd || list_empty(&pgdat->kswapd_wait.head))
		return; /* it is awake, and will see */
	if (pgdat->kswapd_failures >= MAX_RECLAIM_RETRIES ||
	    (pgdat_balanced(pgdat, order, highest_zoneidx) &&
	     !watermark_boosts(pgdat, highest_zoneidx, boosts))) {
		/* Who can't compact for himself may want it all the same. */
		if (!(gfp & __GFP_DIRECT_RECLAIM))
			wakeup_kcompactd(curr, pgdat, order, highest_zoneidx);
		return;
	}
	trace_mm_vmscan_wakeup_kswapd(curr->k, pgdat->node_id, order, gfp);
	wake_up(curr, &pgdat->kswapd_wait);
}

static int kswapd(struct task_struct *curr, void *data)
{
	struct pglist_data *pgdat = data;
	enum zone_type highest_zoneidx = MAX_NR_ZONES - 1;
	unsigned int order = pgdat->kswapd_order, reclaim_order = order;

	curr->flags |= PF_MEMALLOC | PF_KSWAPD;
	for (;;) {
		kswapd_try_to_sleep(curr, pgdat, order, reclaim_order,
				    highest_zoneidx);
		order = pgdat->kswapd_order;
		highest_zoneidx = kswapd_highest_zoneidx(pgdat,
							 highest_zoneidx);
		pgdat->kswapd_order = 0;
		pgdat->kswapd_highest_zoneidx = MAX_NR_ZONES;
		trace_mm_vmscan_kswapd_wake(curr->k, pgdat->node_id, order);
		/* It may fall short of @order: then it sleeps on that. */
		reclaim_order = balance_pgdat(curr, pgdat, order,
					      highest_zoneidx);
		if (reclaim_order == order)
			order = reclaim_order = pgdat->kswapd_order;
	}
	return 0;
}

/* ---- at boot --------------------------------------------------------------------------------- */

void pgdat_init_kswapd(struct pglist_data *pgdat)
{
	init_waitqueue_head(&pgdat->kswapd_wait);
	init_waitqueue_head(&pgdat->pfmemalloc_wait);
	for (int i = 0; i < NR_VMSCAN_THROTTLE; i++)
		init_waitqueue_head(&pgdat->reclaim_wait[i]);
	pgdat->kswapd_highest_zoneidx = MAX_NR_ZONES;
}

void kswapd_init(struct task_struct *curr)
{
	struct pglist_data *pgdat;

	for_each_online_pgdat(pgdat, curr->k)
	{
		char name[TASK_COMM_LEN];

		snprintf(name, sizeof(name), "kswapd%d", pgdat->node_id);
		pgdat->kswapd = kthread_run(curr, kswapd, pgdat, name);
		if (!pgdat->kswapd)
			printk(curr->k, "Failed to start kswapd on node %d",
			       pgdat->node_id);
	}
}
