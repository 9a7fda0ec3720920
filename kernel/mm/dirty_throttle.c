/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/writeback.h"

/*
 * Writers that are faster than the disk wait (mm/page-writeback.c:
 * balance_dirty_pages()).
 *
 *	dirty pages	0 ... background ... freerun ... setpoint ... limit
 *	the flusher		 writes from here on
 *	a writer	runs free                   is slowed  |     stands
 *
 * freerun lies in the middle between both thresholds, the setpoint between
 * freerun and limit. A writer that is being slowed pauses after every few
 * pages for as long as the disk takes for them, times a factor that is 2 at
 * freerun, 1 at the setpoint and 0 at the limit, so that what is dirty settles
 * near the setpoint.
 *
 * MODEL: how fast the disk is, Linux finds out by watching it, and divides it
 * among the writers by what each was seen to write; here it is the disk's own
 * figure, and each gets all of it. With several writers, more is dirty before
 * they are slowed enough. The limit holds in any case.
 */

#include "kernel/block/bio.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/vmstat.h"
#include "kernel/task/signal.h"

#define MAX_PAUSE_MS 200
#define MIN_PAUSE_MS 10
#define RATE_SHIFT   10 /* pos_ratio: 1024 is 1 */

struct dirty_control {
	uint32_t background, limit, freerun, dirty;
};

static void look(const struct kernel *k, struct dirty_control *dc)
{
	global_dirty_limits(k, &dc->background, &dc->limit);
	dc->freerun = (dc->background + dc->limit) / 2;
	dc->dirty = (uint32_t)(global_page_state(k, NR_DIRTY) +
			       global_page_state(k, NR_WRITEBACK));
}

/* After so many pages it is time to look again: the fewer, the nearer. */
static uint32_t dirty_poll_interval(const struct dirty_control *dc)
{
	uint32_t room = dc->limit > dc->dirty ? dc->limit - dc->dirty : 0;
	uint32_t pages = 1;

	for (; room >= 4; room /= 4)
		pages *= 2;
	return pages;
}

static uint32_t pos_ratio(const struct dirty_control *dc)
{
	if (dc->dirty >= dc->limit)
		return 0;
	return (uint32_t)(((uint64_t)(dc->limit - dc->dirty)
			   << (RATE_SHIFT + 1)) /
			  (dc->limit - dc->freerun));
}

/* How long @pages should take, in ms. */
static uint32_t pause_for(const struct backing_dev_info *bdi,
			  const struct dirty_control *dc, uint32_t pages)
{
	const uint64_t rate = (bdi->bdev->bytes_per_sec >> PAGE_SHIFT) *
				      pos_ratio(dc) >>
			      RATE_SHIFT;
	uint64_t ms;

	if (!rate)
		return MAX_PAUSE_MS;
	ms = (uint64_t)pages * 1000 / rate;
	return ms < MAX_PAUSE_MS ? (uint32_t)ms : MAX_PAUSE_MS;
}

static void trace_balance(const struct task_struct *curr,
			  const struct backing_dev_info *bdi,
			  const struct dirty_control *dc, uint32_t pause_ms)
{
	const struct kernel *k = curr->k;
	char name[16];

	if (!trace_enabled(k, TRACE_balance_dirty_pages))
		return;
	bdi_name(bdi, name);
	trace_event(k, TRACE_balance_dirty_pages,
		    "bdi %s: limit=%u setpoint=%u dirty=%u "
		    "dirtied=%u dirtied_pause=%u pause=%u",
		    name, dc->limit, (dc->freerun + dc->limit) / 2, dc->dirty,
		    curr->nr_dirtied, curr->nr_dirtied_pause, pause_ms);
}

static void sleep_ms(struct task_struct *curr, uint32_t ms)
{
	const uint64_t cycles = ns_to_cycles(curr->k, ms * 1000000ull);

	curr->state = TASK_KILLABLE;
	schedule_timeout_until(curr, sched_clock_cycles(curr->k) + cycles);
}

static void balance_dirty_pages(struct task_struct *curr,
				struct backing_dev_info *bdi)
{
	struct dirty_control dc;
	uint32_t pause;

	for (;;) {
		look(curr->k, &dc);
		if (over_background_thresh(curr->k))
			wb_start_background_writeback(curr, &bdi->wb);
		if (dc.dirty <= dc.freerun) {
			curr->nr_dirtied = 0;
			curr->nr_dirtied_pause = dirty_poll_interval(&dc);
			return;
		}
		pause = pause_for(bdi, &dc, curr->nr_dirtied);
		trace_balance(curr, bdi, &dc, pause);
		if (pause < MIN_PAUSE_MS) {
			/* too little to sleep for: later, for more of them */
			curr->nr_dirtied_pause = curr->nr_dirtied + 1;
			return;
		}
		sleep_ms(curr, pause);
		curr->nr_dirtied = 0;
		curr->nr_dirtied_pause = 1;
		if (dc.dirty < dc.limit || fatal_signal_pending(curr))
			return;
	}
}

void balance_dirty_pages_ratelimited(struct task_struct *curr,
				     struct address_space *mapping)
{
	struct backing_dev_info *bdi = inode_to_bdi(mapping->host);

	if (!bdi || !bdi->bdev || curr->nr_dirtied < curr->nr_dirtied_pause)
		return;
	balance_dirty_pages(curr, bdi);
}
