/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_TRACE_KMEM_H
#define KERNEL_MM_TRACE_KMEM_H

/*
 * Tracepoints of the page allocator (trace/events/kmem.h, vmscan.h, oom.h).
 * MODEL: page= is the address of the struct page, as with no_hash_pointers.
 */

#include "kernel/lib/trace.h"
#include "kernel/mm/mmflags.h"
#include "kernel/mm/page_alloc.h"

/* %p of a struct page on ARM: in the linear map, where mem_map lies. */
static inline vaddr_t trace_page(const struct kernel *k,
				 const struct page *page)
{
	return page ? kobj_addr(k, page) : 0;
}

/* @page NULL: there was none to be had. */
static inline void trace_mm_page_alloc(const struct kernel *k,
				       const struct page *page,
				       unsigned int order, gfp_t gfp,
				       enum migratetype migratetype)
{
	if (trace_enabled(k, TRACE_mm_page_alloc))
		trace_event(k, TRACE_mm_page_alloc,
			    "page=%08x pfn=0x%x order=%u migratetype=%d "
			    "gfp_flags=%s",
			    trace_page(k, page),
			    page ? page_to_pfn(k, page) : 0, order,
			    (int)migratetype, gfp_flag_names(gfp).text);
}

static inline void trace_mm_page_free(const struct kernel *k,
				      const struct page *page,
				      unsigned int order)
{
	if (trace_enabled(k, TRACE_mm_page_free))
		trace_event(k, TRACE_mm_page_free,
			    "page=%08x pfn=0x%x order=%u", trace_page(k, page),
			    page_to_pfn(k, page), order);
}

/* After or before the event above: one of many that go at once. */
static inline void trace_mm_page_free_batched(const struct kernel *k,
					      const struct page *page)
{
	if (trace_enabled(k, TRACE_mm_page_free_batched))
		trace_event(k, TRACE_mm_page_free_batched,
			    "page=%08x pfn=0x%x order=0", trace_page(k, page),
			    page_to_pfn(k, page));
}

static inline void trace_mm_page_alloc_zone_locked(const struct kernel *k,
						   const struct page *page,
						   unsigned int order,
						   enum migratetype migratetype)
{
	/* said of the order alone: also when the CPU's lists are passed by */
	const bool refill = pcp_allowed_order(order) &&
			    migratetype < MIGRATE_PCPTYPES;

	if (trace_enabled(k, TRACE_mm_page_alloc_zone_locked))
		trace_event(k, TRACE_mm_page_alloc_zone_locked,
			    "page=%08x pfn=0x%x order=%u migratetype=%d "
			    "percpu_refill=%d",
			    trace_page(k, page), page_to_pfn(k, page), order,
			    (int)migratetype, refill);
}

static inline void trace_mm_page_pcpu_drain(const struct kernel *k,
					    const struct page *page,
					    unsigned int order,
					    enum migratetype migratetype)
{
	if (trace_enabled(k, TRACE_mm_page_pcpu_drain))
		trace_event(k, TRACE_mm_page_pcpu_drain,
			    "page=%08x pfn=0x%x order=%u migratetype=%d",
			    trace_page(k, page), page_to_pfn(k, page), order,
			    (int)migratetype);
}

static inline void trace_mm_page_alloc_extfrag(const struct kernel *k,
					       const struct page *page,
					       unsigned int alloc_order,
					       unsigned int fallback_order,
					       enum migratetype alloc,
					       enum migratetype fallback)
{
	if (trace_enabled(k, TRACE_mm_page_alloc_extfrag))
		trace_event(
			k, TRACE_mm_page_alloc_extfrag,
			"page=%08x pfn=0x%x alloc_order=%u fallback_order=%u "
			"pageblock_order=%d alloc_migratetype=%d "
			"fallback_migratetype=%d fragmenting=%d "
			"change_ownership=%d",
			trace_page(k, page), page_to_pfn(k, page), alloc_order,
			fallback_order, pageblock_order, (int)alloc,
			(int)fallback, fallback_order < pageblock_order,
			alloc == get_pageblock_migratetype(k, page));
}

static inline void trace_mm_vmscan_direct_reclaim_begin(const struct kernel *k,
							unsigned int order,
							gfp_t gfp)
{
	if (trace_enabled(k, TRACE_mm_vmscan_direct_reclaim_begin))
		trace_event(k, TRACE_mm_vmscan_direct_reclaim_begin,
			    "order=%u gfp_flags=%s", order,
			    gfp_flag_names(gfp).text);
}

static inline void trace_mm_vmscan_direct_reclaim_end(const struct kernel *k,
						      uint32_t nr_reclaimed)
{
	if (trace_enabled(k, TRACE_mm_vmscan_direct_reclaim_end))
		trace_event(k, TRACE_mm_vmscan_direct_reclaim_end,
			    "nr_reclaimed=%u", nr_reclaimed);
}

static inline void trace_mm_vmscan_wakeup_kswapd(const struct kernel *k,
						 int nid, unsigned int order,
						 gfp_t gfp)
{
	if (trace_enabled(k, TRACE_mm_vmscan_wakeup_kswapd))
		trace_event(k, TRACE_mm_vmscan_wakeup_kswapd,
			    "nid=%d order=%u gfp_flags=%s", nid, order,
			    gfp_flag_names(gfp).text);
}

/* Would an allocation succeed if all of @zone that can be were reclaimed? */
static inline void
trace_reclaim_retry_zone(const struct kernel *k, const struct zone *zone,
			 unsigned int order, uint32_t reclaimable,
			 int64_t available, uint32_t min_wmark,
			 int no_progress_loops, bool wmark_check)
{
	static const char *const names[MAX_NR_ZONES] = {"DMA", "Normal",
							"HighMem", "Movable"};

	if (trace_enabled(k, TRACE_reclaim_retry_zone))
		trace_event(k, TRACE_reclaim_retry_zone,
			    "node=%d zone=%-8s order=%u reclaimable=%u "
			    "available=%lld min_wmark=%u no_progress_loops=%d "
			    "wmark_check=%d",
			    zone->zone_pgdat->node_id, names[zone->idx], order,
			    reclaimable, (long long)available, min_wmark,
			    no_progress_loops, wmark_check);
}

#endif
