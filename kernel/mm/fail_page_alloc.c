/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * Pages that are refused on demand (mm/page_alloc.c, later
 * mm/fail_page_alloc.c). With Linux's presets only blocks of two pages and
 * more that may not reclaim: min-order, ignore-gfp-highmem and ignore-gfp-wait
 * say otherwise.
 */

#include "kernel/state.h"
#include "kernel/task/sched.h"

bool __should_fail_alloc_page(struct task_struct *curr, gfp_t gfp,
			      unsigned int order, const char *caller)
{
	struct fault_inject_state *inject = &curr->k->inject;

	if (order < inject->fail_page_alloc.min_order)
		return false;
	if (gfp & __GFP_NOFAIL)
		return false;
	if (inject->fail_page_alloc.ignore_gfp_highmem && (gfp & __GFP_HIGHMEM))
		return false;
	if (inject->fail_page_alloc.ignore_gfp_reclaim &&
	    (gfp & __GFP_DIRECT_RECLAIM))
		return false;
	return should_fail_ex(curr, &inject->fail_page_alloc.attr, 1u << order,
			      gfp & __GFP_NOWARN ? FAULT_NOWARN : 0, caller);
}
