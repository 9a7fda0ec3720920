/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/compaction_internal.h"

/*
 * kcompactd (the end of mm/compaction.c): a daemon for each node, which makes
 * blocks for those who couldn't wait for one, and keeps memory from breaking
 * up too far before anybody asks.
 *
 * It is called by kswapd, when that has freed enough for an order but found no
 * block of it. And twice a second of virtual time it looks by itself: how much
 * of a node's free memory lies in pieces smaller than a huge page (the score,
 * in per cent, zones weighted by size)? Above a mark that
 * vm.compaction_proactiveness moves, it compacts until the score is ten below.
 * A round that didn't help makes the next one wait for half a minute.
 *
 * MODEL: an idle machine isn't woken for that look, as Linux does: its virtual
 * time would have no end.
 */

#include <stdio.h>

#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/trace_compaction.h"
#include "kernel/task/sched.h"

/* What huge pages are for Linux on ARM, where it has none: a pair of MBs. */
#define COMPACTION_HPAGE_ORDER         (PMD_SHIFT - PAGE_SHIFT)
#define HPAGE_FRAG_CHECK_INTERVAL_MSEC 500
#define BACKOFF_SHIFT                  6

/* ---- the score --------------------------------------------------------------------- */

/* Per cent of what is free, in pieces of less than @order. */
static unsigned int extfrag_for_order(const struct zone *zone,
				      unsigned int order)
{
	int index;

	if (!zone->vm_stat[NR_FREE_PAGES])
		return 0;
	index = unusable_free_index(zone, order);
	return (unsigned int)index / 10;
}

static unsigned int
fragmentation_score_zone_weighted(const struct pglist_data *pgdat,
				  const struct zone *zone)
{
	uint64_t score = (uint64_t)zone->present_pages *
			 extfrag_for_order(zone, COMPACTION_HPAGE_ORDER);

	return (unsigned int)(score / (pgdat->node_present_pages + 1));
}

static unsigned int fragmentation_score_node(const struct pglist_data *pgdat)
{
	unsigned int score = 0;

	for (int i = 0; i < MAX_NR_ZONES; i++)
		score += fragmentation_score_zone_weighted(
			pgdat, &pgdat->node_zones[i]);
	return score;
}

static unsigned int fragmentation_score_wmark(const struct kernel *k, bool low)
{
	int mark = 100 - k->sysctl.compaction_proactiveness;

	if (mark < 5)
		mark = 5;
	if (!low)
		mark = mark + 10 < 100 ? mark + 10 : 100;
	return (unsigned int)mark;
}

bool proactive_is_done(const struct compact_control *cc)
{
	return extfrag_for_order(cc->zone, COMPACTION_HPAGE_ORDER) <=
	       fragmentation_score_wmark(cc->curr->k, true);
}

static bool should_proactive_compact_node(const struct kernel *k,
					  const struct pglist_data *pgdat)
{
	return k->sysctl.compaction_proactiveness &&
	       fragmentation_score_node(pgdat) >
		       fragmentation_score_wmark(k, false);
}

/* ---- being called --------------------------------------------------------------------- */

static bool kcompactd_node_suitable(const struct kernel *k,
				    const struct pglist_data *pgdat)
{
	const struct kcompactd *d = &pgdat->kcompactd;

	for (int i = 0; i <= (int)d->highest_zoneidx; i++) {
		const struct zone *zone = &pgdat->node_zones[i];

		if (populated_zone(zone) &&
		    compaction_suitable(k, zone, d->max_order, 0,
					d->highest_zoneidx) == COMPACT_CONTINUE)
			return true;
	}
	return false;
}

void wakeup_kcompactd(struct task_struct *curr, struct pglist_data *pgdat,
		      unsigned int order, enum zone_type highest_zoneidx)
{
	struct kcompactd *d = &pgdat->kcompactd;

	if (!order)
		return;
	if (d->max_order < (int)order)
		d->max_order = (int)order;
	if (d->highest_zoneidx > highest_zoneidx)
		d->highest_zoneidx = highest_zoneidx;
	if (!d->task || !d->sleeps || !kcompactd_node_suitable(curr->k, pgdat))
		return;
	trace_mm_compaction_wakeup_kcompactd(curr->k, pgdat->node_id,
					     (int)order, highest_zoneidx);
	wake_up_process(curr, d->task);
}

void compaction_proactiveness_changed(struct task_struct *curr)
{
	struct pglist_data *pgdat;

	if (!curr->k->sysctl.compaction_proactiveness)
		return;
	for_each_online_pgdat(pgdat, curr->k)
	{
		struct kcompactd *d = &pgdat->kcompactd;

		if (d->proactive_trigger || !d->task)
			continue;
		d->proactive_trigger = true;
		trace_mm_compaction_wakeup_kcompactd(curr->k, pgdat->node_id,
						     COMPACT_ORDER_ALL,
						     MAX_NR_ZONES - 1);
		wake_up_process(curr, d->task);
	}
}

/* ---- the daemon --------------------------------------------------------------------- */

static void kcompactd_do_work(struct task_struct *curr,
			      struct pglist_data *pgdat)
{
	struct kcompactd *d = &pgdat->kcompactd;
	const int order = d->max_order;
	const enum zone_type highest_zoneidx = d->highest_zoneidx;

	trace_mm_compaction_kcompactd_wake(curr->k, pgdat->node_id, order,
					   highest_zoneidx);
	count_vm_event(curr->k, KCOMPACTD_WAKE);
	for (int i = 0; i <= (int)highest_zoneidx; i++)
		if (populated_zone(&pgdat->node_zones[i]))
			kcompactd_zone(curr, &pgdat->node_zones[i], order,
				       highest_zoneidx);
	/* Who has asked for more meanwhile is served next. */
	if (d->max_order <= order)
		d->max_order = 0;
	if (d->highest_zoneidx >= highest_zoneidx)
		d->highest_zoneidx = pgdat->nr_zones - 1;
}

/* Until it is called, or @timeout cycles. True: it was called for an order. */
static bool wait_for_work(struct task_struct *curr, struct kcompactd *d,
			  uint64_t timeout)
{
	const uint64_t until = sched_clock_cycles(curr->k) + timeout;

	while (!d->max_order && !d->proactive_trigger) {
		d->sleeps = true;
		curr->state = TASK_INTERRUPTIBLE;
		if (!curr->k->sysctl.compaction_proactiveness)
			schedule(curr); /* till called */
		else if (!schedule_timeout_deferrable(curr, until))
			break;
	}
	d->sleeps = false;
	return d->max_order && !d->proactive_trigger;
}

/* Until the score is looked at again, in cycles. */
static uint64_t proactive_round(struct task_struct *curr,
				struct pglist_data *pgdat, uint64_t interval)
{
	unsigned int before, after;

	if (!should_proactive_compact_node(curr->k, pgdat))
		return interval;
	before = fragmentation_score_node(pgdat);
	proactive_compact_node(curr, pgdat);
	after = fragmentation_score_node(pgdat);
	return after < before ? interval : interval << BACKOFF_SHIFT;
}

static int kcompactd(struct task_struct *curr, void *data)
{
	struct pglist_data *pgdat = data;
	struct kcompactd *d = &pgdat->kcompactd;
	const uint64_t interval = (uint64_t)curr->k->hw.clock_hz / 1000 *
				  HPAGE_FRAG_CHECK_INTERVAL_MSEC;
	uint64_t timeout = interval;

	d->max_order = 0;
	d->highest_zoneidx = pgdat->nr_zones - 1;
	for (;;) {
		trace_mm_compaction_kcompactd_sleep(curr->k, pgdat->node_id);
		if (wait_for_work(curr, d, timeout)) {
			kcompactd_do_work(curr, pgdat);
			timeout = interval;
			continue;
		}
		timeout = proactive_round(curr, pgdat, interval);
		d->proactive_trigger = false;
	}
	return 0;
}

void kcompactd_init(struct task_struct *curr)
{
	struct pglist_data *pgdat;

	for_each_online_pgdat(pgdat, curr->k)
	{
		char name[16];

		snprintf(name, sizeof(name), "kcompactd%d", pgdat->node_id);
		pgdat->kcompactd.task = kthread_run(curr, kcompactd, pgdat,
						    name);
		if (!pgdat->kcompactd.task)
			printk(curr->k, "Failed to start kcompactd on node %d",
			       pgdat->node_id);
	}
}
