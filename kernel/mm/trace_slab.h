/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_TRACE_SLAB_H
#define KERNEL_MM_TRACE_SLAB_H

/*
 * Tracepoints of the slab allocators (trace/events/kmem.h), one for each call
 * from outside. call_site is the C function that called, without an offset:
 * the same whichever compiler built it.
 */

#include "kernel/lib/trace.h"
#include "kernel/mm/mmflags.h"
#include "kernel/mm/slab_hooks.h"

/* @object 0: there was no memory; @allocated: what it takes from its slab. */
static inline void trace_kmalloc(const struct kernel *k, const char *caller,
				 vaddr_t object, uint32_t requested,
				 uint32_t allocated, gfp_t gfp, int nid)
{
	if (trace_enabled(k, TRACE_kmalloc))
		trace_event(k, TRACE_kmalloc,
			    "call_site=%s ptr=%08x bytes_req=%u bytes_alloc=%u "
			    "gfp_flags=%s node=%d accounted=%s",
			    caller, object, requested, allocated,
			    gfp_flag_names(gfp & ~__GFP_SLAB_OWN).text, nid,
			    "false");
}

static inline void trace_kmem_cache_alloc(const struct kernel *k,
					  const char *caller, vaddr_t object,
					  const struct kmem_cache *cache,
					  gfp_t gfp, int nid)
{
	if (trace_enabled(k, TRACE_kmem_cache_alloc))
		trace_event(k, TRACE_kmem_cache_alloc,
			    "call_site=%s ptr=%08x bytes_req=%u bytes_alloc=%u "
			    "gfp_flags=%s node=%d accounted=%s",
			    caller, object, cache->object_size, cache->size,
			    gfp_flag_names(gfp & ~__GFP_SLAB_OWN).text, nid,
			    "false");
}

static inline void trace_kfree(const struct kernel *k, const char *caller,
			       vaddr_t object)
{
	if (trace_enabled(k, TRACE_kfree))
		trace_event(k, TRACE_kfree, "call_site=%s ptr=%08x", caller,
			    object);
}

static inline void trace_kmem_cache_free(const struct kernel *k,
					 const char *caller, vaddr_t object,
					 const struct kmem_cache *cache)
{
	if (trace_enabled(k, TRACE_kmem_cache_free))
		trace_event(k, TRACE_kmem_cache_free,
			    "call_site=%s ptr=%08x name=%s", caller, object,
			    cache->name);
}

#endif
