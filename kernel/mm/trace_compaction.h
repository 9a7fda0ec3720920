/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_TRACE_COMPACTION_H
#define KERNEL_MM_TRACE_COMPACTION_H

/* Tracepoints of compaction (trace/events/compaction.h). */

#include "kernel/lib/trace.h"
#include "kernel/mm/compaction_internal.h"
#include "kernel/mm/mmflags.h"

static inline const char *compact_result_name(enum compact_result result)
{
	static const char *const names[] = {
		[COMPACT_NOT_SUITABLE_ZONE] = "not_suitable_zone",
		[COMPACT_SKIPPED] = "skipped",
		[COMPACT_DEFERRED] = "deferred",
		[COMPACT_NO_SUITABLE_PAGE] = "no_suitable_page",
		[COMPACT_CONTINUE] = "continue",
		[COMPACT_COMPLETE] = "complete",
		[COMPACT_PARTIAL_SKIPPED] = "partial_skipped",
		[COMPACT_CONTENDED] = "contended",
		[COMPACT_SUCCESS] = "success",
	};

	return names[result];
}

static inline const char *compact_priority_name(enum compact_priority prio)
{
	static const char *const names[] = {
		[COMPACT_PRIO_SYNC_FULL] = "COMPACT_PRIO_SYNC_FULL",
		[COMPACT_PRIO_SYNC_LIGHT] = "COMPACT_PRIO_SYNC_LIGHT",
		[COMPACT_PRIO_ASYNC] = "COMPACT_PRIO_ASYNC",
	};

	return names[prio];
}

#define TRACE_ISOLATE(name)                                                \
	static inline void trace_mm_compaction_isolate_##name(             \
		const struct kernel *k, pfn_t start, pfn_t end,            \
		uint32_t nr_scanned, uint32_t nr_taken)                    \
	{                                                                  \
		if (trace_enabled(k, TRACE_mm_compaction_isolate_##name))  \
			trace_event(k, TRACE_mm_compaction_isolate_##name, \
				    "range=(0x%x ~ 0x%x) nr_scanned=%u "   \
				    "nr_taken=%u",                         \
				    start, end, nr_scanned, nr_taken);     \
	}
TRACE_ISOLATE(migratepages)
TRACE_ISOLATE(freepages)

/* Of @nr_all pages @err stayed, or -ENOMEM: those of @left. */
static inline void
trace_mm_compaction_migratepages(const struct kernel *k, uint32_t nr_all,
				 int err, const struct list_head *left)
{
	const struct list_head *pos;
	uint32_t nr_failed = err > 0 ? (uint32_t)err : 0;

	if (!trace_enabled(k, TRACE_mm_compaction_migratepages))
		return;
	if (err < 0)
		list_for_each(pos, left)
			nr_failed++;
	trace_event(k, TRACE_mm_compaction_migratepages,
		    "nr_migrated=%u nr_failed=%u", nr_all - nr_failed,
		    nr_failed);
}

static inline void trace_mm_compaction_begin(const struct kernel *k,
					     const struct compact_control *cc,
					     bool sync)
{
	if (trace_enabled(k, TRACE_mm_compaction_begin))
		trace_event(k, TRACE_mm_compaction_begin,
			    "zone_start=0x%x migrate_pfn=0x%x free_pfn=0x%x "
			    "zone_end=0x%x, mode=%s",
			    cc->zone->zone_start_pfn, cc->migrate_pfn,
			    cc->free_pfn, zone_end_pfn(cc->zone),
			    sync ? "sync" : "async");
}

static inline void trace_mm_compaction_end(const struct kernel *k,
					   const struct compact_control *cc,
					   bool sync, enum compact_result ret)
{
	if (trace_enabled(k, TRACE_mm_compaction_end))
		trace_event(k, TRACE_mm_compaction_end,
			    "zone_start=0x%x migrate_pfn=0x%x free_pfn=0x%x "
			    "zone_end=0x%x, mode=%s status=%s",
			    cc->zone->zone_start_pfn, cc->migrate_pfn,
			    cc->free_pfn, zone_end_pfn(cc->zone),
			    sync ? "sync" : "async", compact_result_name(ret));
}

static inline void
trace_mm_compaction_try_to_compact_pages(const struct kernel *k,
					 unsigned int order, gfp_t gfp,
					 enum compact_priority prio)
{
	if (trace_enabled(k, TRACE_mm_compaction_try_to_compact_pages))
		trace_event(k, TRACE_mm_compaction_try_to_compact_pages,
			    "order=%u gfp_mask=%s priority=%d", order,
			    gfp_flag_names(gfp).text, prio);
}

#define TRACE_RESULT(event)                                                 \
	static inline void trace_mm_compaction_##event(                     \
		const struct kernel *k, const struct zone *zone, int order, \
		enum compact_result ret)                                    \
	{                                                                   \
		if (trace_enabled(k, TRACE_mm_compaction_##event))          \
			trace_event(k, TRACE_mm_compaction_##event,         \
				    "node=%d zone=%-8s order=%d "           \
				    "ret=%s",                               \
				    zone->zone_pgdat->node_id, zone->name,  \
				    order, compact_result_name(ret));       \
	}
TRACE_RESULT(finished)
TRACE_RESULT(suitable)

#define TRACE_DEFER(event)                                                  \
	static inline void trace_mm_compaction_##event(                     \
		const struct kernel *k, const struct zone *zone, int order) \
	{                                                                   \
		const struct zone_compaction *c = &zone->compact;           \
                                                                            \
		if (trace_enabled(k, TRACE_mm_compaction_##event))          \
			trace_event(k, TRACE_mm_compaction_##event,         \
				    "node=%d zone=%-8s order=%d "           \
				    "order_failed=%d consider=%u "          \
				    "limit=%u",                             \
				    zone->zone_pgdat->node_id, zone->name,  \
				    order, c->order_failed, c->considered,  \
				    1u << c->defer_shift);                  \
	}
TRACE_DEFER(deferred)
TRACE_DEFER(defer_compaction)
TRACE_DEFER(defer_reset)

static inline void trace_mm_compaction_kcompactd_sleep(const struct kernel *k,
						       int nid)
{
	if (trace_enabled(k, TRACE_mm_compaction_kcompactd_sleep))
		trace_event(k, TRACE_mm_compaction_kcompactd_sleep, "nid=%d",
			    nid);
}

#define TRACE_KCOMPACTD(event)                                                 \
	static inline void trace_mm_compaction_##event(                        \
		const struct kernel *k, int nid, int order,                    \
		enum zone_type highest_zoneidx)                                \
	{                                                                      \
		if (trace_enabled(k, TRACE_mm_compaction_##event))             \
			trace_event(k, TRACE_mm_compaction_##event,            \
				    "nid=%d order=%d classzone_idx=%-8s", nid, \
				    order,                                     \
				    k->mem.node_data[nid]                      \
					    .node_zones[highest_zoneidx]       \
					    .name);                            \
	}
TRACE_KCOMPACTD(wakeup_kcompactd)
TRACE_KCOMPACTD(kcompactd_wake)

/* Is an allocation's next round worth it, for compaction's sake? (oom.h) */
static inline void trace_compact_retry(const struct kernel *k,
				       unsigned int order,
				       enum compact_priority prio,
				       enum compact_result result, int retries,
				       int max_retries, bool ret)
{
	const char *feedback = compaction_failed(result)      ? "failed"
			       : compaction_withdrawn(result) ? "withdrawn"
							      : "progress";

	if (trace_enabled(k, TRACE_compact_retry))
		trace_event(k, TRACE_compact_retry,
			    "order=%u priority=%s compaction_result=%s "
			    "retries=%d max_retries=%d should_retry=%d",
			    order, compact_priority_name(prio), feedback,
			    retries, max_retries, ret);
}

#endif
