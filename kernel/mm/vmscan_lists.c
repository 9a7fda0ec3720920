/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vmscan.h"

/*
 * Which lists reclaim looks at, and how far (mm/vmscan.c, shrink_lruvec() and
 * below).
 *
 *	          used twice, or refaulted
 *	inactive ---------------------------> active
 *	  |  ^                                  |
 *	  |  +----------------------------------+
 *	  v     as long as inactive is too short
 *	freed
 *
 * Pages of files and anonymous memory have a pair of lists each. How the share
 * of the scan is split between the pairs follows from what reclaiming each has
 * cost lately: writes to swap and refaults, weighed by swappiness. With much
 * inactive cache that isn't refaulted, only that is scanned; where hardly any
 * cache is left, only anonymous memory.
 *
 * Leaves out memory cgroups, multi-generational lists and huge pages.
 */

#include <string.h>

#include "kernel/lib/bug.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/trace_vmscan.h"
#include "kernel/mm/workingset.h"
#include "kernel/mm/writeback.h"
#include "kernel/task/signal.h"

/* What looking at a page costs that isn't freed: asking all who map it. */
#define SCAN_PAGE_NS 2000u

#define for_each_evictable_lru(lru) \
	for (lru = LRU_INACTIVE_ANON; lru <= LRU_ACTIVE_FILE; lru++)

/* ---- lengths -------------------------------------------------------------------- */

static uint64_t node_lru_pages(const struct pglist_data *pgdat,
			       enum lru_list lru)
{
	return (uint64_t)pgdat->vm_stat[NR_INACTIVE_ANON + lru];
}

/* Of pages in zones that the caller can use. */
static uint64_t lruvec_lru_size(const struct pglist_data *pgdat,
				enum lru_list lru, enum zone_type zone_idx)
{
	int64_t size = 0;

	for (int i = 0; i <= (int)zone_idx; i++) {
		const struct zone *zone = &pgdat->node_zones[i];

		if (managed_zone(zone))
			size += zone->vm_stat[NR_ZONE_INACTIVE_ANON + lru];
	}
	return (uint64_t)size;
}

bool can_reclaim_anon_pages(const struct scan_control *sc)
{
	return get_nr_swap_pages(sc->curr->k) > 0;
}

bool can_age_anon_pages(const struct kernel *k)
{
	return total_swap_pages(k) > 0;
}

/*
 * How much of a list must be inactive, so that a page has time to be used a
 * second time: half, and less the larger memory is.
 */
bool inactive_is_low(const struct pglist_data *pgdat, enum lru_list inactive)
{
	const uint64_t nr_inactive = node_lru_pages(pgdat, inactive);
	const uint64_t nr_active = node_lru_pages(pgdat, inactive + 1);
	const uint64_t gb = (nr_inactive + nr_active) >> (30 - PAGE_SHIFT);
	uint64_t ratio = 1;

	while (gb && (ratio + 1) * (ratio + 1) <= 10 * gb)
		ratio++;
	return nr_inactive * ratio < nr_active;
}

/* ---- off the lists and back --------------------------------------------------------- */

/* PGSKIP_DMA is followed by the other zones' of that name. */
static void count_skipped(struct kernel *k,
			  const uint32_t nr_skipped[MAX_NR_ZONES])
{
	for (int i = 0; i < MAX_NR_ZONES; i++)
		count_vm_events(k, (enum vm_event)(PGSKIP_DMA + i),
				nr_skipped[i]);
}

/*
 * Up to @nr_to_scan of the oldest pages go to @dst with a reference each; who
 * may not be reclaimed goes to the list's young end. Pages of zones that are
 * no use to the caller don't count as scanned, and keep their place: else a
 * call for lowmem would never see any behind highmem's. How many were taken.
 */
static uint32_t isolate_lru_pages(struct scan_control *sc,
				  struct pglist_data *pgdat,
				  uint32_t nr_to_scan, struct list_head *dst,
				  uint32_t *nr_scanned, enum lru_list lru)
{
	struct kernel *k = sc->curr->k;
	struct list_head *src = &node_lruvec(k, pgdat)->lists[lru];
	uint32_t nr_skipped[MAX_NR_ZONES] = {0};
	uint32_t scan = 0, skipped = 0, nr_taken = 0;
	struct list_head skipped_list;

	INIT_LIST_HEAD(&skipped_list);
	while (scan < nr_to_scan && !list_empty(src)) {
		struct page *page = list_last_entry(src, struct page, lru);

		if (page_zonenum(page) > sc->reclaim_idx) {
			list_move(&page->lru, &skipped_list);
			nr_skipped[page_zonenum(page)]++;
			skipped++;
			continue;
		}
		scan++;
		if (!sc->may_unmap && page_mapped(page)) {
			list_move(&page->lru, src);
			continue;
		}
		isolate_lru_page(k, page);
		list_add(&page->lru, dst);
		nr_taken++;
	}
	list_splice_init(&skipped_list, src);
	count_skipped(k, nr_skipped);
	*nr_scanned = scan;
	trace_mm_vmscan_lru_isolate(sc, nr_to_scan, scan + skipped, skipped,
				    nr_taken, lru);
	return nr_taken;
}

static void mod_isolated(struct kernel *k, struct pglist_data *pgdat, bool file,
			 int64_t delta)
{
	const enum vm_item item = file ? NR_ISOLATED_FILE : NR_ISOLATED_ANON;

	pgdat->vm_stat[item] += delta;
	mod_global_state(k, item, delta);
}

/*
 * Back to the lists that their flags name now; who has lost its last user
 * meanwhile is freed. How many were put on a list.
 */
static uint32_t move_pages_to_lru(struct task_struct *curr,
				  struct pglist_data *pgdat,
				  struct list_head *list)
{
	uint32_t nr_moved = 0;

	while (!list_empty(list)) {
		struct page *page = list_last_entry(list, struct page, lru);

		list_del(&page->lru);
		if (page_evictable(page) && page_count(page) > 1) {
			nr_moved++;
			if (PageActive(page))
				workingset_age_nonresident(
					node_lruvec(curr->k, pgdat), 1);
		}
		putback_lru_page(curr, page);
	}
	return nr_moved;
}

/* ---- the active lists ------------------------------------------------------------------ */

/*
 * A page that was only mapped and used once is no better than others of its
 * age: most of what reclaim meets in a working set's lists is touched, and to
 * sort by that would cost more than it is worth. Text of running programs
 * alone is spared, for every use-once read would push it out else.
 */
static bool is_text_in_use(struct task_struct *curr, struct page *page)
{
	uint32_t vm_flags;

	return page_referenced(curr, page, &vm_flags) && (vm_flags & VM_EXEC) &&
	       page_is_file_lru(page);
}

void shrink_active_list(struct scan_control *sc, struct pglist_data *pgdat,
			uint32_t nr_to_scan, enum lru_list lru)
{
	struct task_struct *curr = sc->curr;
	const bool file = is_file_lru(lru);
	uint32_t nr_scanned, nr_taken, nr_rotated = 0, nr_activate;
	uint32_t nr_deactivate;
	struct list_head hold, active, inactive;

	INIT_LIST_HEAD(&hold);
	INIT_LIST_HEAD(&active);
	INIT_LIST_HEAD(&inactive);
	lru_add_drain(curr);
	nr_taken = isolate_lru_pages(sc, pgdat, nr_to_scan, &hold, &nr_scanned,
				     lru);
	mod_isolated(curr->k, pgdat, file, nr_taken);
	count_vm_events(curr->k, PGREFILL, nr_scanned);
	while (!list_empty(&hold)) {
		struct page *page = list_last_entry(&hold, struct page, lru);

		list_del(&page->lru);
		if (!page_evictable(page)) {
			putback_lru_page(curr, page);
		} else if (is_text_in_use(curr, page)) {
			nr_rotated++;
			list_add(&page->lru, &active);
		} else {
			ClearPageActive(page);
			SetPageWorkingset(page);
			list_add(&page->lru, &inactive);
		}
	}
	nr_activate = move_pages_to_lru(curr, pgdat, &active);
	nr_deactivate = move_pages_to_lru(curr, pgdat, &inactive);
	count_vm_events(curr->k, PGDEACTIVATE, nr_deactivate);
	mod_isolated(curr->k, pgdat, file, -(int64_t)nr_taken);
	trace_mm_vmscan_lru_shrink_active(sc, pgdat->node_id, nr_taken,
					  nr_activate, nr_deactivate,
					  nr_rotated, file);
}

/* ---- the inactive lists ------------------------------------------------------------------ */

/*
 * More is off the lists than on them: so many reclaim at once that each sees
 * a list without pages, and would take memory for exhausted. Who may not wait
 * for files gets on a little longer, so that others don't wait for them.
 */
static bool too_many_isolated(const struct scan_control *sc,
			      const struct pglist_data *pgdat, bool file)
{
	const gfp_t io_fs = __GFP_IO | __GFP_FS;
	uint64_t inactive, isolated;

	if (current_is_kswapd(sc->curr))
		return false;
	inactive = node_lru_pages(pgdat,
				  file ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON);
	isolated = (uint64_t)pgdat->vm_stat[file ? NR_ISOLATED_FILE
						 : NR_ISOLATED_ANON];
	if ((sc->gfp_mask & io_fs) == io_fs)
		inactive >>= 3;
	return isolated > inactive;
}

static void add_to_round(struct scan_control *sc,
			 const struct reclaim_stat *stat, uint32_t nr_taken,
			 bool file)
{
	sc->nr.dirty += stat->nr_dirty;
	sc->nr.congested += stat->nr_congested;
	sc->nr.unqueued_dirty += stat->nr_unqueued_dirty;
	sc->nr.writeback += stat->nr_writeback;
	sc->nr.immediate += stat->nr_immediate;
	sc->nr.taken += nr_taken;
	if (file)
		sc->nr.file_taken += nr_taken;
}

static void count_inactive(struct task_struct *curr, enum vm_event kswapd,
			   enum vm_event anon, bool file, uint32_t nr)
{
	/* ..._DIRECT comes after ..._KSWAPD, ..._FILE after ..._ANON. */
	count_vm_events(curr->k, kswapd + !current_is_kswapd(curr), nr);
	count_vm_events(curr->k, anon + file, nr);
}
_Static_assert(PGSCAN_DIRECT == PGSCAN_KSWAPD + 1, "see count_inactive()");
_Static_assert(PGSTEAL_DIRECT == PGSTEAL_KSWAPD + 1, "see count_inactive()");
_Static_assert(PGSCAN_FILE == PGSCAN_ANON + 1, "see count_inactive()");
_Static_assert(PGSTEAL_FILE == PGSTEAL_ANON + 1, "see count_inactive()");

/*
 * Nothing of @nr_taken pages could be freed or sent off, while others are on
 * their way to a disk. Until we are through with ours, some of these arrive.
 *
 * MODEL: looking through lists takes no time of its own. Without this, all of
 * them would have been looked through in vain before the disk had done
 * anything, and somebody killed for want of memory that is about to be free.
 */
static void spend_time_scanning(struct task_struct *curr,
				const struct pglist_data *pgdat,
				const struct reclaim_stat *stat,
				uint32_t nr_reclaimed, uint32_t nr_taken)
{
	const struct hw *hw = &curr->k->hw;
	const uint64_t page = hw->clock_hz / (1000000000 / SCAN_PAGE_NS);

	if (nr_reclaimed || stat->nr_pageout || !pgdat->vm_stat[NR_WRITEBACK])
		return;
	curr->state = TASK_UNINTERRUPTIBLE;
	schedule_timeout_until(curr,
			       hw->ops->now(hw->ctx) + nr_taken * (page + 1));
}

static uint32_t shrink_inactive_list(struct scan_control *sc,
				     struct pglist_data *pgdat,
				     uint32_t nr_to_scan, enum lru_list lru)
{
	struct task_struct *curr = sc->curr;
	const bool file = is_file_lru(lru);
	uint32_t nr_scanned, nr_taken, nr_reclaimed;
	struct reclaim_stat stat = {0};
	struct list_head list;

	INIT_LIST_HEAD(&list);
	if (too_many_isolated(sc, pgdat, file)) {
		reclaim_throttle(curr, pgdat, VMSCAN_THROTTLE_ISOLATED);
		if (fatal_signal_pending(curr))
			return SWAP_CLUSTER_MAX; /* it frees more by dying */
		if (too_many_isolated(sc, pgdat, file))
			return 0;
	}
	lru_add_drain(curr);
	nr_taken = isolate_lru_pages(sc, pgdat, nr_to_scan, &list, &nr_scanned,
				     lru);
	mod_isolated(curr->k, pgdat, file, nr_taken);
	count_inactive(curr, PGSCAN_KSWAPD, PGSCAN_ANON, file, nr_scanned);
	if (!nr_taken)
		return 0;
	nr_reclaimed = shrink_page_list(sc, pgdat, &list, &stat, false);
	move_pages_to_lru(curr, pgdat, &list);
	mod_isolated(curr->k, pgdat, file, -(int64_t)nr_taken);
	count_inactive(curr, PGSTEAL_KSWAPD, PGSTEAL_ANON, file, nr_reclaimed);
	lru_note_cost(curr->k, pgdat->node_id, file, stat.nr_pageout);
	/* Nobody has begun to write them: too slowly for us. */
	if (stat.nr_unqueued_dirty == nr_taken)
		wakeup_flusher_threads(curr, WB_REASON_VMSCAN);
	add_to_round(sc, &stat, nr_taken, file);
	trace_mm_vmscan_lru_shrink_inactive(sc, pgdat->node_id, nr_scanned,
					    nr_reclaimed, &stat, file);
	spend_time_scanning(curr, pgdat, &stat, nr_reclaimed, nr_taken);
	return nr_reclaimed;
}

/* ---- shares ---------------------------------------------------------------------------------- */

enum scan_balance {
	SCAN_EQUAL,
	SCAN_FRACT,
	SCAN_ANON,
	SCAN_FILE,
};

static enum scan_balance choose_balance(const struct scan_control *sc)
{
	const int swappiness = sc->curr->k->sysctl.swappiness;

	if (!sc->may_swap || !can_reclaim_anon_pages(sc))
		return SCAN_FILE;
	if (!sc->priority && swappiness)
		return SCAN_EQUAL; /* the last attempt: everything */
	if (sc->file_is_tiny)
		return SCAN_ANON;
	return sc->cache_trim_mode ? SCAN_FILE : SCAN_FRACT;
}

/*
 * The pressure on each pair of lists goes against what it has cost: the other
 * one's share of the cost, but a third at least, and then swappiness of 200.
 */
static void cost_fractions(const struct scan_control *sc, uint64_t fraction[2])
{
	const uint64_t swappiness = (uint64_t)sc->curr->k->sysctl.swappiness;
	const uint64_t sum = sc->anon_cost + sc->file_cost;
	const uint64_t anon_cost = sum + sc->anon_cost;
	const uint64_t file_cost = sum + sc->file_cost;
	const uint64_t total = anon_cost + file_cost;

	fraction[0] = swappiness * (total + 1) / (anon_cost + 1);
	fraction[1] = (200 - swappiness) * (total + 1) / (file_cost + 1);
}

void get_scan_count(const struct scan_control *sc,
		    const struct pglist_data *pgdat, uint64_t nr[NR_LRU_LISTS])
{
	const enum scan_balance balance = choose_balance(sc);
	uint64_t fraction[2];
	enum lru_list lru;

	cost_fractions(sc, fraction);
	for_each_evictable_lru(lru)
	{
		const bool file = is_file_lru(lru);
		uint64_t scan = lruvec_lru_size(pgdat, lru, sc->reclaim_idx) >>
				sc->priority;

		if (balance == SCAN_FRACT)
			scan = scan * fraction[file] /
			       (fraction[0] + fraction[1]);
		else if (balance != SCAN_EQUAL &&
			 (balance == SCAN_FILE) != file)
			scan = 0;
		nr[lru] = scan;
	}
}

static uint32_t shrink_list(struct scan_control *sc, struct pglist_data *pgdat,
			    uint32_t nr_to_scan, enum lru_list lru)
{
	if (!is_active_lru(lru))
		return shrink_inactive_list(sc, pgdat, nr_to_scan, lru);
	if (sc->may_deactivate &
	    (is_file_lru(lru) ? DEACTIVATE_FILE : DEACTIVATE_ANON))
		shrink_active_list(sc, pgdat, nr_to_scan, lru);
	else
		sc->skipped_deactivate = true;
	return 0;
}

/*
 * Enough is free. The pair of lists with less left to scan stops, the other
 * goes on to the same part of its share: so the balance stays as intended.
 */
static bool rebalance(const uint64_t targets[NR_LRU_LISTS],
		      uint64_t nr[NR_LRU_LISTS])
{
	const uint64_t nr_file = nr[LRU_INACTIVE_FILE] + nr[LRU_ACTIVE_FILE];
	const uint64_t nr_anon = nr[LRU_INACTIVE_ANON] + nr[LRU_ACTIVE_ANON];
	const bool anon_stops = nr_file > nr_anon;
	const int stop = anon_stops ? LRU_INACTIVE_ANON : LRU_INACTIVE_FILE;
	const int go_on = anon_stops ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON;
	uint64_t left_percent;

	if (!nr_file || !nr_anon)
		return false;
	left_percent = (anon_stops ? nr_anon : nr_file) * 100 /
		       (targets[stop] + targets[stop + 1] + 1);
	for (int i = 0; i < 2; i++) {
		const uint64_t target = targets[go_on + i];
		const uint64_t done = target - nr[go_on + i];
		const uint64_t to_do = target * (100 - left_percent) / 100;

		nr[stop + i] = 0;
		nr[go_on + i] = to_do > done ? to_do - done : 0;
	}
	return true;
}

void shrink_lruvec(struct scan_control *sc, struct pglist_data *pgdat)
{
	/* Direct reclaim that just began takes its whole share: */
	bool adjusted = !current_is_kswapd(sc->curr) &&
			sc->priority == DEF_PRIORITY;
	uint64_t nr[NR_LRU_LISTS] = {0}, targets[NR_LRU_LISTS];
	const uint32_t nr_before = sc->nr_reclaimed;
	enum lru_list lru;

	get_scan_count(sc, pgdat, nr);
	memcpy(targets, nr, sizeof(targets));
	while (nr[LRU_INACTIVE_ANON] || nr[LRU_ACTIVE_FILE] ||
	       nr[LRU_INACTIVE_FILE]) {
		for_each_evictable_lru(lru)
		{
			uint32_t batch = nr[lru] < SWAP_CLUSTER_MAX
						 ? (uint32_t)nr[lru]
						 : SWAP_CLUSTER_MAX;

			nr[lru] -= batch;
			if (batch)
				sc->nr_reclaimed += shrink_list(sc, pgdat,
								batch, lru);
		}
		if (adjusted ||
		    sc->nr_reclaimed - nr_before < sc->nr_to_reclaim)
			continue;
		if (!rebalance(targets, nr))
			break;
		adjusted = true;
	}
	/* Without this, memory that isn't short would never age. */
	if (can_age_anon_pages(sc->curr->k) &&
	    inactive_is_low(pgdat, LRU_INACTIVE_ANON))
		shrink_active_list(sc, pgdat, SWAP_CLUSTER_MAX,
				   LRU_ACTIVE_ANON);
}
