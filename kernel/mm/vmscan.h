/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_VMSCAN_H
#define KERNEL_MM_VMSCAN_H

/*
 * What the files of reclaim share: vmscan.c (how hard, and whether to wait),
 * vmscan_lists.c (which lists, how far), vmscan_pages.c (what becomes of a
 * page), kswapd.c (reclaim ahead of need).
 */

#include "kernel/mm/page_flags.h"
#include "kernel/mm/swap.h"
#include "kernel/state.h"

/* Of a list the 2^-12th part is looked at first. */
#define DEF_PRIORITY        12
/* Rounds of reclaim in vain before something else is tried. */
#define MAX_RECLAIM_RETRIES 16

#define DEACTIVATE_ANON 1u
#define DEACTIVATE_FILE 2u

/* What one call of reclaim wants, may do, and has done; in pages. */
struct scan_control {
	struct task_struct *const curr;
	uint32_t nr_to_reclaim;
	uint64_t anon_cost, file_cost; /* the node's when the round began */
	uint8_t may_deactivate; /* DEACTIVATE_*: active lists may shrink */
	bool force_deactivate; /* after a first attempt that spared them */
	bool skipped_deactivate; /* it did */
	bool may_writepage, may_unmap, may_swap;
	bool cache_trim_mode; /* much inactive cache: only that */
	bool file_is_tiny; /* hardly any cache: only anonymous memory */
	bool compaction_ready; /* enough is free: it only lies apart */
	unsigned int order;
	int priority;
	enum zone_type reclaim_idx; /* no page of a zone above */
	nodemask_t nodemask; /* of these nodes alone; 0: all */
	gfp_t gfp_mask;
	uint32_t nr_scanned, nr_reclaimed;
	struct { /* of what this round took off the inactive lists */
		uint32_t dirty, unqueued_dirty, congested, writeback;
		uint32_t immediate, file_taken, taken;
	} nr;
};

/* What became of the pages of one list. */
struct reclaim_stat {
	uint32_t nr_dirty, nr_unqueued_dirty, nr_congested, nr_writeback;
	uint32_t nr_immediate, nr_pageout, nr_activate[2], nr_ref_keep;
	uint32_t nr_unmap_fail, nr_lazyfree_fail;
};

static inline bool current_is_kswapd(const struct task_struct *curr)
{
	return curr->flags & PF_KSWAPD;
}

static inline bool is_file_lru(enum lru_list lru)
{
	return lru == LRU_INACTIVE_FILE || lru == LRU_ACTIVE_FILE;
}

static inline bool is_active_lru(enum lru_list lru)
{
	return lru == LRU_ACTIVE_ANON || lru == LRU_ACTIVE_FILE;
}

static inline struct lruvec *node_lruvec(struct kernel *k,
					 const struct pglist_data *pgdat)
{
	return &k->user.lruvec[pgdat->node_id];
}

/* ---- mm/vmscan.c ------------------------------------------------------------- */

/*
 * Reclaims from one node at sc->priority until as much came free as was asked
 * for, or all of the lists' share was looked at. May sleep.
 */
void shrink_node(struct scan_control *sc, struct pglist_data *pgdat);
/* What the next round should spare, by the state of the node's lists. */
void prepare_scan_count(struct scan_control *sc,
			const struct pglist_data *pgdat);
/* May an allocation reclaim for itself, or does it take kswapd's reserve? */
bool allow_direct_reclaim(struct task_struct *curr, struct pglist_data *pgdat);
/* What the workingset counters say now is nothing new for the next round. */
void snapshot_refaults(struct kernel *k, const struct pglist_data *pgdat);

/* ---- mm/vmscan_lists.c --------------------------------------------------------- */

bool can_reclaim_anon_pages(const struct scan_control *sc);
/* Are there swap areas at all, even full ones? */
bool can_age_anon_pages(const struct kernel *k);
bool inactive_is_low(const struct pglist_data *pgdat, enum lru_list inactive);
/* Of how many pages of each evictable list that share is, after the former. */
void get_scan_count(const struct scan_control *sc,
		    const struct pglist_data *pgdat, uint64_t nr[NR_LRU_LISTS]);
/* A share of the node's lists by priority; may sleep. */
void shrink_lruvec(struct scan_control *sc, struct pglist_data *pgdat);
/* Up to @nr_to_scan of the oldest active pages become inactive, or stay. */
void shrink_active_list(struct scan_control *sc, struct pglist_data *pgdat,
			uint32_t nr_to_scan, enum lru_list lru);

/* ---- mm/vmscan_pages.c --------------------------------------------------------- */

/*
 * Frees of the isolated pages of @page_list what can be; the others are on it
 * afterwards. How many are gone. May sleep.
 */
uint32_t shrink_page_list(struct scan_control *sc, struct pglist_data *pgdat,
			  struct list_head *page_list,
			  struct reclaim_stat *stat, bool ignore_references);

/* ---- mm/kswapd.c ------------------------------------------------------------------ */

/* Does the node have @order free in a zone that counts, above all marks? */
bool pgdat_balanced(const struct pglist_data *pgdat, unsigned int order,
		    enum zone_type highest_zoneidx);

#endif
