/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_TRACE_VMSCAN_H
#define KERNEL_MM_TRACE_VMSCAN_H

/* Tracepoints of reclaim (trace/events/vmscan.h). */

#include "kernel/mm/shrinker.h"
#include "kernel/mm/trace_kmem.h"
#include "kernel/mm/vmscan.h"

/* RECLAIM_WB_*: reclaim itself never waits for what it writes. */
static inline const char *trace_reclaim_flags(bool file)
{
	return file ? "RECLAIM_WB_FILE|RECLAIM_WB_ASYNC"
		    : "RECLAIM_WB_ANON|RECLAIM_WB_ASYNC";
}

static inline void trace_mm_vmscan_kswapd_sleep(const struct kernel *k, int nid)
{
	if (trace_enabled(k, TRACE_mm_vmscan_kswapd_sleep))
		trace_event(k, TRACE_mm_vmscan_kswapd_sleep, "nid=%d", nid);
}

static inline void trace_mm_vmscan_kswapd_wake(const struct kernel *k, int nid,
					       unsigned int order)
{
	if (trace_enabled(k, TRACE_mm_vmscan_kswapd_wake))
		trace_event(k, TRACE_mm_vmscan_kswapd_wake, "nid=%d order=%u",
			    nid, order);
}

static inline void trace_mm_vmscan_throttled(const struct kernel *k, int nid,
					     uint64_t usec_timeout,
					     uint64_t usec_delayed,
					     enum vmscan_throttle_state reason)
{
	static const char *const names[NR_VMSCAN_THROTTLE] = {
		"VMSCAN_THROTTLE_WRITEBACK", "VMSCAN_THROTTLE_ISOLATED",
		"VMSCAN_THROTTLE_NOPROGRESS", "VMSCAN_THROTTLE_CONGESTED"};

	if (trace_enabled(k, TRACE_mm_vmscan_throttled))
		trace_event(k, TRACE_mm_vmscan_throttled,
			    "nid=%d usec_timeout=%llu usect_delayed=%llu "
			    "reason=%s",
			    nid, (unsigned long long)usec_timeout,
			    (unsigned long long)usec_delayed, names[reason]);
}

static inline void trace_mm_vmscan_lru_isolate(const struct scan_control *sc,
					       uint32_t nr_requested,
					       uint32_t nr_scanned,
					       uint32_t nr_skipped,
					       uint32_t nr_taken,
					       enum lru_list lru)
{
	static const char *const names[NR_LRU_LISTS] = {
		"inactive_anon", "active_anon", "inactive_file", "active_file",
		"unevictable"};
	const struct kernel *k = sc->curr->k;

	if (trace_enabled(k, TRACE_mm_vmscan_lru_isolate))
		trace_event(k, TRACE_mm_vmscan_lru_isolate,
			    "isolate_mode=%d classzone=%d order=%u "
			    "nr_requested=%u nr_scanned=%u nr_skipped=%u "
			    "nr_taken=%u lru=%s",
			    sc->may_unmap ? 0 : 2, (int)sc->reclaim_idx,
			    sc->order, nr_requested, nr_scanned, nr_skipped,
			    nr_taken, names[lru]);
}

static inline void trace_mm_vmscan_writepage(const struct kernel *k,
					     const struct page *page)
{
	if (trace_enabled(k, TRACE_mm_vmscan_writepage))
		trace_event(k, TRACE_mm_vmscan_writepage,
			    "page=%08x pfn=0x%x flags=%s", trace_page(k, page),
			    page_to_pfn(k, page),
			    trace_reclaim_flags(page_is_file_lru(page)));
}

static inline void
trace_mm_vmscan_lru_shrink_inactive(const struct scan_control *sc, int nid,
				    uint32_t nr_scanned, uint32_t nr_reclaimed,
				    const struct reclaim_stat *stat, bool file)
{
	const struct kernel *k = sc->curr->k;

	if (trace_enabled(k, TRACE_mm_vmscan_lru_shrink_inactive))
		trace_event(
			k, TRACE_mm_vmscan_lru_shrink_inactive,
			"nid=%d nr_scanned=%u nr_reclaimed=%u nr_dirty=%u "
			"nr_writeback=%u nr_congested=%u nr_immediate=%u "
			"nr_activate_anon=%u nr_activate_file=%u "
			"nr_ref_keep=%u nr_unmap_fail=%u priority=%d flags=%s",
			nid, nr_scanned, nr_reclaimed, stat->nr_dirty,
			stat->nr_writeback, stat->nr_congested,
			stat->nr_immediate, stat->nr_activate[0],
			stat->nr_activate[1], stat->nr_ref_keep,
			stat->nr_unmap_fail, sc->priority,
			trace_reclaim_flags(file));
}

static inline void
trace_mm_vmscan_lru_shrink_active(const struct scan_control *sc, int nid,
				  uint32_t nr_taken, uint32_t nr_active,
				  uint32_t nr_deactivated,
				  uint32_t nr_referenced, bool file)
{
	const struct kernel *k = sc->curr->k;

	if (trace_enabled(k, TRACE_mm_vmscan_lru_shrink_active))
		trace_event(k, TRACE_mm_vmscan_lru_shrink_active,
			    "nid=%d nr_taken=%u nr_active=%u nr_deactivated=%u "
			    "nr_referenced=%u priority=%d flags=%s",
			    nid, nr_taken, nr_active, nr_deactivated,
			    nr_referenced, sc->priority,
			    trace_reclaim_flags(file));
}

/* A shrinker goes by the name of its scan(). */
static inline void trace_mm_shrink_slab_start(const struct kernel *k,
					      const struct shrinker *shrinker,
					      const struct shrink_control *sc,
					      uint32_t owed, uint32_t freeable,
					      uint64_t delta,
					      uint64_t total_scan, int priority)
{
	if (trace_enabled(k, TRACE_mm_shrink_slab_start))
		trace_event(k, TRACE_mm_shrink_slab_start,
			    "%s nid: %d objects to shrink %u gfp_flags %s "
			    "cache items %u delta %llu total_scan %llu "
			    "priority %d",
			    shrinker->name, sc->nid, owed,
			    gfp_flag_names(sc->gfp_mask).text, freeable,
			    (unsigned long long)delta,
			    (unsigned long long)total_scan, priority);
}

static inline void trace_mm_shrink_slab_end(const struct kernel *k,
					    const struct shrinker *shrinker,
					    int nid, uint32_t freed,
					    uint32_t unused_scan,
					    uint32_t new_scan,
					    uint64_t total_scan)
{
	if (trace_enabled(k, TRACE_mm_shrink_slab_end))
		trace_event(k, TRACE_mm_shrink_slab_end,
			    "%s nid: %d unused scan count %u new scan count %u "
			    "total_scan %llu last shrinker return val %u",
			    shrinker->name, nid, unused_scan, new_scan,
			    (unsigned long long)total_scan, freed);
}

#endif
