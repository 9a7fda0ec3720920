/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_TRACE_VMALLOC_H
#define KERNEL_MM_TRACE_VMALLOC_H

/* Tracepoints of vmap areas (trace/events/vmalloc.h, since Linux 6.3). */

#include "kernel/lib/trace.h"
#include "kernel/mm/mm_types.h"

/* @at 0: no addresses were left. */
static inline void trace_alloc_vmap_area(const struct kernel *k, vaddr_t at,
					 uint32_t size, uint32_t align,
					 vaddr_t vstart, vaddr_t vend)
{
	if (trace_enabled(k, TRACE_alloc_vmap_area))
		trace_event(k, TRACE_alloc_vmap_area,
			    "va_start: %u size=%u align=%u vstart=0x%x "
			    "vend=0x%x failed=%d",
			    at, size, align, vstart, vend, !at);
}

static inline void trace_purge_vmap_area_lazy(const struct kernel *k,
					      vaddr_t start, vaddr_t end,
					      uint32_t nr_purged)
{
	if (trace_enabled(k, TRACE_purge_vmap_area_lazy))
		trace_event(k, TRACE_purge_vmap_area_lazy,
			    "start=0x%x end=0x%x num_purged=%u", start, end,
			    nr_purged);
}

static inline void trace_free_vmap_area_noflush(const struct kernel *k,
						vaddr_t start, uint32_t nr_lazy,
						uint32_t nr_lazy_max)
{
	if (trace_enabled(k, TRACE_free_vmap_area_noflush))
		trace_event(k, TRACE_free_vmap_area_noflush,
			    "va_start=0x%x nr_lazy=%u nr_lazy_max=%u", start,
			    nr_lazy, nr_lazy_max);
}

#endif
