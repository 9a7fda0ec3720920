/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_internal.h"

/*
 * Objects that are refused on demand (mm/failslab.c). As Linux has it, nothing
 * is, before somebody has cleared ignore-gfp-wait: nearly every request may
 * reclaim. What must not fail is not asked about, nor is the cache of caches.
 *
 * MODEL: Linux's slob asks nobody; ours does as the other two do.
 */

#include "kernel/state.h"
#include "kernel/task/sched.h"

bool __should_failslab(struct task_struct *curr, const struct kmem_cache *cache,
		       uint32_t nr_bytes, gfp_t gfp, const char *caller)
{
	struct fault_inject_state *inject = &curr->k->inject;

	if (cache && cache == curr->k->mem.slab.kmem_cache)
		return false;
	if (gfp & __GFP_NOFAIL)
		return false;
	if (inject->failslab.ignore_gfp_reclaim && (gfp & __GFP_DIRECT_RECLAIM))
		return false;
	if (inject->failslab.cache_filter &&
	    !(cache && cache->flags & SLAB_FAILSLAB))
		return false;
	return should_fail_ex(curr, &inject->failslab.attr, nr_bytes,
			      gfp & __GFP_NOWARN ? FAULT_NOWARN : 0, caller);
}
