/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * When the free lists are below the low watermark (mm/page_alloc.c,
 * __alloc_pages_slowpath): wake kswapd, go down to the min watermark, then as
 * far below it as the request and its task may, reclaim and compact on the
 * caller's own time, look whether reclaiming everything would help, and in the end kill
 * something. Each step is tried only if the request's flags and its order
 * allow it. The order of the steps is Linux's, and each leaves its trace
 * event.
 *
 * MODEL: nothing waits for ever. Who waits for a victim of the OOM killer
 * waits until it is gone or its memory has been reaped, which takes three
 * seconds at most. But a request that the killer does nothing for ends after
 * MAX_OOM_WAITS jiffies: with NULL, or with a panic for __GFP_NOFAIL.
 */

#include <stdarg.h>
#include <stdio.h>

#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/compaction.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/show_mem.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/trace_compaction.h"
#include "kernel/mm/trace_kmem.h"
#include "kernel/task/sched.h"

#define MAX_RECLAIM_RETRIES 16
#define MAX_COMPACT_RETRIES 16
#define MAX_OOM_WAITS       100
#define MAX_THRASHING       100 /* reclaims within */
#define THRASHING_CYCLES    1000 /* of a program's own time */

/* One request on its way. */
struct slow_request {
	struct task_struct *const curr;
	gfp_t gfp;
	const unsigned int order;
	struct alloc_context ac;
	unsigned int alloc_flags;
	bool did_some_progress;
	int no_progress_loops;
	int waits; /* jiffies slept for nobody in particular */
	enum compact_priority compact_priority;
	enum compact_result compact_result;
	int compaction_retries;
};

static bool is_costly(const struct slow_request *r)
{
	return r->order > PAGE_ALLOC_COSTLY_ORDER;
}

static struct page *try_freelist(const struct slow_request *r, gfp_t gfp,
				 unsigned int alloc_flags)
{
	return get_page_from_freelist(r->curr, gfp, r->order, alloc_flags,
				      &r->ac);
}

#define for_each_zone_zonelist(zone, r)                          \
	for_each_zone_zonelist_nodemask(zone, (r)->ac.zonelist,  \
					(r)->ac.highest_zoneidx, \
					(r)->ac.nodemask)

/* ---- reports ---------------------------------------------------------------- */

void warn_alloc(struct task_struct *curr, gfp_t gfp, nodemask_t nodemask,
		const char *format, ...)
{
	char what[128], nodes[NODEMASK_TEXT];
	va_list args;

	if ((gfp & __GFP_NOWARN) ||
	    !__ratelimit(curr->k, &curr->k->mem.nopage_rs, 10, 1, __func__))
		return;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	printk(curr->k, "%s: %s, mode:%#x(%s), nodemask=%s", curr->comm, what,
	       gfp, gfp_flag_names(gfp).text, nodemask_text(nodes, nodemask));
	dump_stack(curr);
	show_mem_nodes(curr->k, nodemask);
}

void warn_alloc_once(struct task_struct *curr, enum alloc_warning which,
		     const char *what)
{
	struct kernel *k = curr->k;
	char where[96];

	if (k->mem.warned_once & 1u << which)
		return;
	k->mem.warned_once |= 1u << which;
	snprintf(where, sizeof(where), "mm/page_alloc: %s", what);
	warn_at(curr, where);
}

/* ---- how deep it may go ------------------------------------------------------- */

static bool rt_task(const struct task_struct *task)
{
	return task->rt_priority > 0;
}

static unsigned int gfp_to_alloc_flags_cma(const struct slow_request *r,
					   unsigned int alloc_flags)
{
	if (r->ac.migratetype == MIGRATE_MOVABLE)
		alloc_flags |= ALLOC_CMA;
	return alloc_flags;
}

static unsigned int gfp_to_alloc_flags(const struct slow_request *r)
{
	unsigned int flags = ALLOC_WMARK_MIN;

	if (r->gfp & __GFP_HIGH)
		flags |= ALLOC_HIGH;
	if (r->gfp & __GFP_KSWAPD_RECLAIM)
		flags |= ALLOC_KSWAPD;
	if (r->gfp & __GFP_ATOMIC) {
		if (!(r->gfp & __GFP_NOMEMALLOC))
			flags |= ALLOC_HARDER;
	} else if (rt_task(r->curr) && !r->curr->in_interrupt) {
		flags |= ALLOC_HARDER;
	}
	return gfp_to_alloc_flags_cma(r, flags);
}

/*
 * Who frees memory may have all that is left, who was killed to free his, a
 * part. 0: neither.
 */
static unsigned int gfp_pfmemalloc_flags(const struct slow_request *r)
{
	if (r->gfp & __GFP_NOMEMALLOC)
		return 0;
	if (r->gfp & __GFP_MEMALLOC)
		return ALLOC_NO_WATERMARKS;
	if (r->curr->in_interrupt)
		return 0;
	if (r->curr->flags & PF_MEMALLOC)
		return ALLOC_NO_WATERMARKS;
	return tsk_is_oom_victim(r->curr) ? ALLOC_OOM : 0;
}

/* ---- compaction --------------------------------------------------------------- */

/* Moves pages together, then looks again. */
static struct page *direct_compact(struct slow_request *r,
				   enum compact_priority prio)
{
	struct task_struct *curr = r->curr;
	struct page *page;
	struct zone *zone;

	if (!r->order)
		return NULL;
	curr->flags |= PF_MEMALLOC;
	r->compact_result = try_to_compact_pages(curr, r->gfp, r->order,
						 r->alloc_flags, &r->ac, prio);
	curr->flags &= ~PF_MEMALLOC;
	if (r->compact_result == COMPACT_SKIPPED)
		return NULL;
	count_vm_event(curr->k, COMPACTSTALL);
	page = try_freelist(r, r->gfp, r->alloc_flags);
	if (!page) {
		count_vm_event(curr->k, COMPACTFAIL);
		return NULL;
	}
	zone = page_zone(curr->k, page);
	zone->compact.blockskip_flush = false;
	compaction_defer_reset(curr->k, zone, r->order, true);
	count_vm_event(curr->k, COMPACTSUCCESS);
	return page;
}

/*
 * Another round, harder if the last one went through all there is? Costly
 * requests give up sooner: they have something else to fall back on.
 */
static bool should_compact_retry(struct slow_request *r)
{
	const int max_retries = is_costly(r) ? MAX_COMPACT_RETRIES / 4
					     : MAX_COMPACT_RETRIES;
	const enum compact_priority min_priority =
		is_costly(r) ? MIN_COMPACT_COSTLY_PRIORITY
			     : MIN_COMPACT_PRIORITY;
	const enum compact_priority priority = r->compact_priority;
	const int retries = r->compaction_retries +
			    compaction_made_progress(r->compact_result);
	bool ret = false;

	if (!r->order)
		return false;
	r->compaction_retries = retries;
	if (compaction_needs_reclaim(r->compact_result)) {
		ret = compaction_zonelist_suitable(r->curr->k, &r->ac, r->order,
						   r->alloc_flags);
	} else if (!compaction_failed(r->compact_result) &&
		   !compaction_withdrawn(r->compact_result) &&
		   retries <= max_retries) {
		ret = true;
	} else if (priority > min_priority) {
		r->compact_priority--;
		r->compaction_retries = 0;
		ret = true;
	}
	trace_compact_retry(r->curr->k, r->order, priority, r->compact_result,
			    retries, max_retries, ret);
	return ret;
}

/* ---- reclaim ---------------------------------------------------------------- */

static void wake_all_kswapds(const struct slow_request *r)
{
	const struct pglist_data *last = NULL;
	struct zone *zone;

	if (!(r->alloc_flags & ALLOC_KSWAPD))
		return;
	for_each_zone_zonelist(zone, r)
	{
		if (zone->zone_pgdat != last)
			wakeup_kswapd(r->curr, zone, r->gfp, r->order,
				      r->ac.highest_zoneidx);
		last = zone->zone_pgdat;
	}
}

static uint32_t perform_reclaim(const struct slow_request *r)
{
	struct kernel *k = r->curr->k;
	uint32_t progress;

	count_vm_event(k,
		       (enum vm_event)(ALLOCSTALL_DMA + r->ac.highest_zoneidx));
	r->curr->flags |= PF_MEMALLOC;
	progress = try_to_free_pages(r->curr, r->ac.zonelist, r->order, r->gfp,
				     r->ac.nodemask);
	r->curr->flags &= ~PF_MEMALLOC;
	return progress;
}

/*
 * Reclaims, then looks again; and once more when what was freed may be stuck
 * on the CPUs' lists or in the high-order reserve.
 */
static struct page *direct_reclaim(struct slow_request *r)
{
	struct page *page;

	r->did_some_progress = perform_reclaim(r);
	if (!r->did_some_progress)
		return NULL;
	page = try_freelist(r, r->gfp, r->alloc_flags);
	if (page)
		return page;
	unreserve_highatomic_pageblock(r->curr->k, &r->ac, false);
	drain_all_pages(r->curr->k);
	return try_freelist(r, r->gfp, r->alloc_flags);
}

/* Of all zones that may serve. */
static uint32_t reclaimable_pages(const struct slow_request *r)
{
	struct zone *zone;
	uint32_t sum = 0;

	for_each_zone_zonelist(zone, r)
		sum += zone_reclaimable_pages(r->curr->k, zone);
	return sum;
}

/*
 * Hardly a page can be reclaimed, and those that are the program needs at once
 * again: it faults, and gets no further.
 *
 * The rules of should_reclaim_retry() don't end that. Guest eaters, as bush of
 * 3000 on 24 MB, comes to a point where one page of text is reclaimable and
 * 156 are available, one more than the min mark: so it may help to go on. Each
 * third reclaim frees that page, which is progress, and the loops count anew;
 * the next instruction needs it. In Linux others run while the disk reads it,
 * and may end; who sits before it waits for minutes. Here it may be there at
 * once: no time passes, and nobody else ever runs.
 *
 * MODEL: after MAX_THRASHING times memory counts as exhausted.
 */
static bool thrashes(const struct slow_request *r)
{
	struct task_struct *curr = r->curr;

	if (!curr->mm || reclaimable_pages(r) >= SWAP_CLUSTER_MAX ||
	    curr->utime - curr->thrash.utime > THRASHING_CYCLES) {
		curr->thrash.utime = curr->utime;
		curr->thrash.nr = 0;
	}
	return ++curr->thrash.nr > MAX_THRASHING;
}

/* Would it be enough to reclaim all of one zone that can be? */
static bool should_reclaim_retry(struct slow_request *r)
{
	struct zone *zone;

	/* Progress on single pages says nothing of large blocks. */
	if (r->did_some_progress && !is_costly(r))
		r->no_progress_loops = 0;
	else
		r->no_progress_loops++;
	if (r->no_progress_loops > MAX_RECLAIM_RETRIES)
		return unreserve_highatomic_pageblock(r->curr->k, &r->ac, true);
	for_each_zone_zonelist(zone, r)
	{
		uint32_t reclaimable = zone_reclaimable_pages(r->curr->k, zone);
		int64_t available = reclaimable + zone->vm_stat[NR_FREE_PAGES];
		uint32_t min = wmark_pages(zone, WMARK_MIN);
		bool ok = __zone_watermark_ok(zone, r->order, min,
					      r->ac.highest_zoneidx,
					      r->alloc_flags, available);

		trace_reclaim_retry_zone(r->curr->k, zone, r->order,
					 reclaimable, available, min,
					 r->no_progress_loops, ok);
		if (ok)
			return true;
	}
	return false;
}

/* ---- killing ------------------------------------------------------------------ */

/* So that a victim can run and end; nobody takes the CPU from us. */
static void wait_for_victim(struct slow_request *r)
{
	struct kernel *k = r->curr->k;

	r->curr->state = TASK_UNINTERRUPTIBLE;
	schedule_timeout_until(r->curr,
			       k->hw.ops->now(k->hw.ctx) + k->hw.clock_hz / HZ);
}

/* Would it help to kill a process, and may that be for this request? */
static bool oom_kill_allowed(const struct slow_request *r)
{
	return !is_costly(r) &&
	       !(r->gfp & (__GFP_RETRY_MAYFAIL | __GFP_THISNODE)) &&
	       r->ac.highest_zoneidx >= ZONE_NORMAL;
}

static struct page *may_oom(struct slow_request *r)
{
	struct oom_control oc = {
		.curr = r->curr,
		.gfp_mask = r->gfp,
		.order = (int)r->order,
		.nodemask = r->ac.nodemask,
	};
	struct page *page;

	r->did_some_progress = false;
	/* Has somebody ended meanwhile? Then there is much, or it's no use. */
	page = try_freelist(r,
			    (r->gfp | __GFP_HARDWALL) & ~__GFP_DIRECT_RECLAIM,
			    ALLOC_WMARK_HIGH);
	if (page || !oom_kill_allowed(r) || r->waits == MAX_OOM_WAITS)
		return page;
	if (!out_of_memory(&oc))
		return NULL;
	r->did_some_progress = true;
	if (r->gfp & __GFP_NOFAIL)
		page = try_freelist(r, r->gfp, ALLOC_NO_WATERMARKS);
	if (!(r->gfp & __GFP_FS))
		r->waits++; /* the killer leaves it to others */
	if (!page && !tsk_is_oom_victim(r->curr))
		wait_for_victim(r);
	return page;
}

/* ---- the steps ------------------------------------------------------------------- */

/* A victim that got nothing though it may go so deep won't get any. */
static bool used_reserves(const struct slow_request *r)
{
	return tsk_is_oom_victim(r->curr) &&
	       ((r->alloc_flags & ALLOC_OOM) || (r->gfp & __GFP_NOMEMALLOC));
}

/* A round of all that may be done. False: another one would be no use. */
static bool one_round(struct slow_request *r, struct page **page)
{
	unsigned int reserve_flags = gfp_pfmemalloc_flags(r);

	wake_all_kswapds(r);
	if (reserve_flags)
		r->alloc_flags = gfp_to_alloc_flags_cma(r, reserve_flags) |
				 (r->alloc_flags & ALLOC_KSWAPD);
	/* Who may dig so deep, or can't wait, takes it from any node. */
	if (reserve_flags || (r->gfp & __GFP_ATOMIC))
		r->ac.nodemask = 0;
	*page = try_freelist(r, r->gfp, r->alloc_flags);
	if (*page || !(r->gfp & __GFP_DIRECT_RECLAIM) ||
	    (r->curr->flags & PF_MEMALLOC))
		return false;
	if (thrashes(r)) {
		*page = may_oom(r);
		return !*page && r->did_some_progress && !used_reserves(r);
	}
	*page = direct_reclaim(r);
	if (!*page)
		*page = direct_compact(r, r->compact_priority);
	if (*page || (r->gfp & __GFP_NORETRY))
		return false;
	if (is_costly(r) && !(r->gfp & __GFP_RETRY_MAYFAIL))
		return false;
	if (should_reclaim_retry(r))
		return true;
	if (r->did_some_progress && should_compact_retry(r))
		return true;
	*page = may_oom(r);
	if (*page)
		return false;
	if (used_reserves(r))
		return false;
	if (r->did_some_progress)
		r->no_progress_loops = 0;
	return r->did_some_progress;
}

/*
 * For a large block, or one that has no pageblocks of its own kind to spare,
 * moving a few pages may be cheaper than freeing many. False: no use going on.
 */
static bool compact_first(struct slow_request *r, struct page **page)
{
	if (!(r->gfp & __GFP_DIRECT_RECLAIM) || gfp_pfmemalloc_flags(r))
		return true;
	if (!is_costly(r) &&
	    (!r->order || r->ac.migratetype == MIGRATE_MOVABLE))
		return true;
	*page = direct_compact(r, INIT_COMPACT_PRIORITY);
	if (*page || !is_costly(r) || !(r->gfp & __GFP_NORETRY))
		return true;
	/* Who can do without gets no more than one cheap attempt. */
	if (r->compact_result == COMPACT_SKIPPED ||
	    r->compact_result == COMPACT_DEFERRED)
		return false;
	r->compact_priority = INIT_COMPACT_PRIORITY;
	return true;
}

/*
 * __GFP_NOFAIL, and nothing helped: a part of the reserves, but not all, since
 * others must get on; and some time for them to do so.
 */
static struct page *nofail(struct slow_request *r)
{
	struct task_struct *curr = r->curr;
	struct page *page;

	if (curr->flags & PF_MEMALLOC)
		warn_alloc_once(curr, WARN_NOFAIL_MEMALLOC,
				"__GFP_NOFAIL of a task that reclaims");
	if (is_costly(r))
		warn_alloc_once(curr, WARN_NOFAIL_COSTLY,
				"__GFP_NOFAIL of a costly order");
	page = try_freelist(r, r->gfp, ALLOC_HARDER);
	if (!page && r->waits == MAX_OOM_WAITS)
		panic(curr->k, "Out of memory: %s can't do without %u pages",
		      curr->comm, 1u << r->order);
	if (!page) {
		r->waits++;
		wait_for_victim(r);
	}
	return page;
}

struct page *__alloc_pages_slowpath(struct task_struct *curr, gfp_t gfp,
				    unsigned int order,
				    const struct alloc_context *ac)
{
	const gfp_t atomic_reclaim = __GFP_ATOMIC | __GFP_DIRECT_RECLAIM;
	struct slow_request r = {.curr = curr,
				 .gfp = gfp,
				 .order = order,
				 .ac = *ac,
				 .compact_priority = DEF_COMPACT_PRIORITY};
	bool go_on = true;
	struct page *page;

	if ((gfp & atomic_reclaim) == atomic_reclaim) {
		warn_alloc_once(curr, WARN_ATOMIC_RECLAIM,
				"__GFP_ATOMIC with __GFP_DIRECT_RECLAIM");
		r.gfp &= ~__GFP_ATOMIC;
	}
	r.alloc_flags = gfp_to_alloc_flags(&r);
	wake_all_kswapds(&r);
	page = try_freelist(&r, r.gfp, r.alloc_flags);
	if (!page)
		go_on = compact_first(&r, &page);
	while (!page) {
		while (go_on && one_round(&r, &page))
			;
		if (page || !(gfp & __GFP_NOFAIL))
			break;
		if (!(gfp & __GFP_DIRECT_RECLAIM)) {
			warn_alloc_once(curr, WARN_NOFAIL_NOWAIT,
					"__GFP_NOFAIL without reclaim");
			break;
		}
		page = nofail(&r);
	}
	if (!page)
		warn_alloc(curr, r.gfp, ac->nodemask,
			   "page allocation failure: order:%u", order);
	return page;
}
