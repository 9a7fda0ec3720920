/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_TRACE_CMA_H
#define KERNEL_MM_TRACE_CMA_H

/*
 * Tracepoints of contiguous memory (trace/events/cma.h, page_isolation.h).
 * MODEL: without the field page=, which is but another name of pfn=.
 */

#include "kernel/lib/trace.h"

static inline void trace_cma_alloc_start(const struct kernel *k,
					 const struct cma *cma, uint32_t count,
					 unsigned int align)
{
	if (trace_enabled(k, TRACE_cma_alloc_start))
		trace_event(k, TRACE_cma_alloc_start,
			    "name=%s count=%u align=%u", cma->name, count,
			    align);
}

static inline void trace_cma_alloc_finish(const struct kernel *k,
					  const struct cma *cma, pfn_t pfn,
					  uint32_t count, unsigned int align,
					  int errorno)
{
	if (trace_enabled(k, TRACE_cma_alloc_finish))
		trace_event(k, TRACE_cma_alloc_finish,
			    "name=%s pfn=0x%x count=%u align=%u errorno=%d",
			    cma->name, pfn, count, align, errorno);
}

static inline void trace_cma_alloc_busy_retry(const struct kernel *k,
					      const struct cma *cma, pfn_t pfn,
					      uint32_t count,
					      unsigned int align)
{
	if (trace_enabled(k, TRACE_cma_alloc_busy_retry))
		trace_event(k, TRACE_cma_alloc_busy_retry,
			    "name=%s pfn=0x%x count=%u align=%u", cma->name,
			    pfn, count, align);
}

static inline void trace_cma_release(const struct kernel *k,
				     const struct cma *cma, pfn_t pfn,
				     uint32_t count)
{
	if (trace_enabled(k, TRACE_cma_release))
		trace_event(k, TRACE_cma_release, "name=%s pfn=0x%x count=%u",
			    cma->name, pfn, count);
}

/* @fin: the first frame that is neither free nor closed; @end: all are. */
static inline void trace_test_pages_isolated(const struct kernel *k,
					     pfn_t start, pfn_t end, pfn_t fin)
{
	if (trace_enabled(k, TRACE_test_pages_isolated))
		trace_event(k, TRACE_test_pages_isolated,
			    "start_pfn=0x%x end_pfn=0x%x fin_pfn=0x%x ret=%s",
			    start, end, fin, end <= fin ? "success" : "fail");
}

#endif
