/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * When the free lists are below the low watermark (mm/page_alloc.c,
 * __alloc_pages_slowpath): wake kswapd, try down to the min watermark or below
 * it for those who may, reclaim on the caller's own time, try again, and in
 * the end kill something. Each step is tried only if the request's flags and
 * its order allow it.
 *
 * Memory can't be had by force: after MAX_RECLAIM_RETRIES rounds without
 * progress, and when killing doesn't help, the answer is NULL, or a panic for
 * __GFP_NOFAIL.
 *
 * MODEL: compaction takes no part yet.
 */

#include "kernel/lib/printk.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/trace_kmem.h"
#include "kernel/task/sched.h"

#include <signal.h>

#define MAX_RECLAIM_RETRIES 16
/* Jiffies that a victim has to give its memory back: then the request fails. */
#define MAX_OOM_WAITS       100

/* Killed: by the OOM killer or otherwise; its memory comes free soon. */
static bool is_dying(const struct task_struct *task)
{
	return (task->flags & PF_EXITING) ||
	       (task->signal && task->signal->group_exit) ||
	       (task->pending.signal & (sigset64)1 << (SIGKILL - 1));
}

static unsigned int gfp_to_alloc_flags(const struct task_struct *curr,
				       gfp_t gfp,
				       const struct alloc_context *ac)
{
	unsigned int flags = ALLOC_WMARK_MIN;

	if (gfp & __GFP_HIGH)
		flags |= ALLOC_HIGH;
	if (gfp & __GFP_KSWAPD_RECLAIM)
		flags |= ALLOC_KSWAPD;
	if ((gfp & __GFP_ATOMIC) && !(gfp & __GFP_NOMEMALLOC))
		flags |= ALLOC_HARDER;
	if (ac->migratetype == MIGRATE_MOVABLE)
		flags |= ALLOC_CMA;
	if (gfp & __GFP_NOMEMALLOC)
		return flags;
	/* Those who free memory may empty the reserves, those who die, half. */
	if ((gfp & __GFP_MEMALLOC) || (curr->flags & PF_MEMALLOC))
		flags |= ALLOC_NO_WATERMARKS;
	else if (is_dying(curr))
		flags |= ALLOC_OOM;
	return flags;
}

static void wake_all_kswapds(struct task_struct *curr, gfp_t gfp,
			     unsigned int order, const struct alloc_context *ac)
{
	const struct pglist_data *last = NULL;
	struct zone *zone;

	for (int i = 0; (zone = ac->zonelist->zones[i]); i++) {
		if (zone->idx > ac->highest_zoneidx || zone->zone_pgdat == last)
			continue;
		wakeup_kswapd(curr, zone, gfp, order, ac->highest_zoneidx);
		last = zone->zone_pgdat;
	}
}

/*
 * Reclaims on the caller's own time, then looks again; also at what the CPUs'
 * lists and the high-order reserve were keeping.
 */
static struct page *direct_reclaim(struct task_struct *curr, gfp_t gfp,
				   unsigned int order, unsigned int alloc_flags,
				   const struct alloc_context *ac,
				   uint32_t *progress)
{
	struct kernel *k = curr->k;
	struct page *page;

	count_vm_event(k,
		       (enum vm_event)(ALLOCSTALL_DMA + ac->highest_zoneidx));
	curr->flags |= PF_MEMALLOC;
	trace_mm_vmscan_direct_reclaim_begin(k, order, gfp);
	*progress = try_to_free_pages(curr, ac->zonelist, order, gfp);
	trace_mm_vmscan_direct_reclaim_end(k, *progress);
	curr->flags &= ~PF_MEMALLOC;

	page = get_page_from_freelist(curr, gfp, order, alloc_flags, ac);
	if (!page) {
		unreserve_highatomic_pageblock(k, ac, false);
		drain_all_pages(k);
		page = get_page_from_freelist(curr, gfp, order, alloc_flags,
					      ac);
	}
	return page;
}

static bool should_retry(struct kernel *k, const struct alloc_context *ac,
			 unsigned int order, uint32_t progress, int *rounds)
{
	if (progress && order <= PAGE_ALLOC_COSTLY_ORDER)
		*rounds = 0;
	else
		++*rounds;
	if (*rounds > MAX_RECLAIM_RETRIES)
		return unreserve_highatomic_pageblock(k, ac, true);
	return progress != 0;
}

/* At most ten reports in five seconds: guests can provoke them. */
static bool ratelimited(struct kernel *k)
{
	struct mem_state *mem = &k->mem;
	uint64_t now = k->hw.ops->now(k->hw.ctx);

	if (!mem->nr_warned ||
	    now - mem->warned_since > 5 * (uint64_t)k->hw.clock_hz) {
		mem->warned_since = now;
		mem->nr_warned = 0;
	}
	return mem->nr_warned++ >= 10;
}

static void warn_alloc(struct task_struct *curr, gfp_t gfp, unsigned int order)
{
	const struct zone *zone;

	if ((gfp & __GFP_NOWARN) || ratelimited(curr->k))
		return;
	printk(curr->k, "%s: page allocation failure: order:%u, mode:%#x(%s)",
	       curr->comm, order, gfp, gfp_flag_names(gfp).text);
	for_each_populated_zone(zone, curr->k)
		printk(curr->k,
		       "Node %d %s free:%lldkB min:%ukB low:%ukB high:%ukB",
		       zone->zone_pgdat->node_id, zone->name,
		       (long long)zone->vm_stat[NR_FREE_PAGES] * 4,
		       wmark_pages(zone, WMARK_MIN) * 4,
		       wmark_pages(zone, WMARK_LOW) * 4,
		       wmark_pages(zone, WMARK_HIGH) * 4);
}

/*
 * Has somebody killed and lets him die. False when that can't help. Sleeps.
 */
static bool wait_for_oom_kill(struct task_struct *curr, gfp_t gfp,
			      unsigned int order)
{
	struct oom_control oc = {
		.curr = curr, .gfp_mask = gfp, .order = (int)order};
	struct kernel *k = curr->k;

	if (order > PAGE_ALLOC_COSTLY_ORDER ||
	    (gfp & (__GFP_NORETRY | __GFP_RETRY_MAYFAIL | __GFP_THISNODE)))
		return false;
	if (!out_of_memory(&oc))
		return false;
	if (!is_dying(curr)) {
		curr->state = TASK_UNINTERRUPTIBLE;
		schedule_timeout_until(curr, k->hw.ops->now(k->hw.ctx) +
						     k->hw.clock_hz / HZ);
	}
	return true;
}

struct page *__alloc_pages_slowpath(struct task_struct *curr, gfp_t gfp,
				    unsigned int order,
				    const struct alloc_context *ac)
{
	bool can_reclaim = (gfp & __GFP_DIRECT_RECLAIM) &&
			   !(curr->flags & PF_MEMALLOC);
	bool costly = order > PAGE_ALLOC_COSTLY_ORDER;
	unsigned int alloc_flags;
	uint32_t progress = 0;
	struct page *page;
	int rounds = 0, waits = 0;

	for (;;) {
		alloc_flags = gfp_to_alloc_flags(curr, gfp, ac);
		if (alloc_flags & ALLOC_KSWAPD)
			wake_all_kswapds(curr, gfp, order, ac);
		page = get_page_from_freelist(curr, gfp, order, alloc_flags,
					      ac);
		if (page)
			return page;
		if (!can_reclaim)
			break;
		page = direct_reclaim(curr, gfp, order, alloc_flags, ac,
				      &progress);
		if (page)
			return page;
		if ((gfp & __GFP_NORETRY) ||
		    (costly && !(gfp & __GFP_RETRY_MAYFAIL)))
			break;
		if (should_retry(curr->k, ac, order, progress, &rounds))
			continue;
		/* It has the reserves already, and nobody else to wait for. */
		if ((alloc_flags & ALLOC_OOM) || waits++ == MAX_OOM_WAITS)
			break;
		if (!wait_for_oom_kill(curr, gfp, order))
			break;
		rounds = 0;
	}
	if (gfp & __GFP_NOFAIL)
		panic(curr->k, "Out of memory: %s can't do without %u pages",
		      curr->comm, 1u << order);
	warn_alloc(curr, gfp, order);
	return NULL;
}
