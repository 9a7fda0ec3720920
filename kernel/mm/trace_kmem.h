/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_TRACE_KMEM_H
#define KERNEL_MM_TRACE_KMEM_H

/*
 * Tracepoints of the page allocator (trace/events/kmem.h, vmscan.h).
 * MODEL: without the field page=, which is but another name of pfn=.
 */

#include "kernel/lib/trace.h"
#include "kernel/mm/mmflags.h"
#include "kernel/mm/page_alloc.h"

/* @page NULL: there was none to be had. */
static inline void trace_mm_page_alloc(const struct kernel *k,
				       const struct page *page,
				       unsigned int order, gfp_t gfp,
				       enum migratetype migratetype)
{
	if (trace_enabled(k, TRACE_mm_page_alloc))
		trace_event(k, TRACE_mm_page_alloc,
			    "pfn=0x%x order=%u migratetype=%d gfp_flags=%s",
			    page ? page_to_pfn(k, page) : 0, order,
			    (int)migratetype, gfp_flag_names(gfp).text);
}

static inline void trace_mm_page_free(const struct kernel *k,
				      const struct page *page,
				      unsigned int order)
{
	if (trace_enabled(k, TRACE_mm_page_free))
		trace_event(k, TRACE_mm_page_free, "pfn=0x%x order=%u",
			    page_to_pfn(k, page), order);
}

static inline void trace_mm_page_alloc_zone_locked(const struct kernel *k,
						   const struct page *page,
						   unsigned int order,
						   enum migratetype migratetype,
						   bool refill)
{
	if (trace_enabled(k, TRACE_mm_page_alloc_zone_locked))
		trace_event(k, TRACE_mm_page_alloc_zone_locked,
			    "pfn=0x%x order=%u migratetype=%d percpu_refill=%d",
			    page_to_pfn(k, page), order, (int)migratetype,
			    refill);
}

static inline void trace_mm_page_pcpu_drain(const struct kernel *k,
					    const struct page *page,
					    unsigned int order,
					    enum migratetype migratetype)
{
	if (trace_enabled(k, TRACE_mm_page_pcpu_drain))
		trace_event(k, TRACE_mm_page_pcpu_drain,
			    "pfn=0x%x order=%u migratetype=%d",
			    page_to_pfn(k, page), order, (int)migratetype);
}

static inline void trace_mm_page_alloc_extfrag(const struct kernel *k,
					       const struct page *page,
					       unsigned int alloc_order,
					       unsigned int fallback_order,
					       enum migratetype alloc,
					       enum migratetype fallback)
{
	if (trace_enabled(k, TRACE_mm_page_alloc_extfrag))
		trace_event(k, TRACE_mm_page_alloc_extfrag,
			    "pfn=0x%x alloc_order=%u fallback_order=%u "
			    "pageblock_order=%d alloc_migratetype=%d "
			    "fallback_migratetype=%d fragmenting=%d "
			    "change_ownership=%d",
			    page_to_pfn(k, page), alloc_order, fallback_order,
			    pageblock_order, (int)alloc, (int)fallback,
			    fallback_order < pageblock_order,
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

#endif
