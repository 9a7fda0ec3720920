/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/writeback.h"

/*
 * The flusher: which files are written back, and when (fs/fs-writeback.c,
 * mm/backing-dev.c).
 *
 * A file gets onto b_dirty with its first dirty page and stays in that place
 * however often it is written to: so none waits longer than
 * dirty_expire_centisecs, give or take the dirty_writeback_centisecs between
 * two looks. What is to be written moves to b_io, oldest first; a file that
 * has more than a chunk of pages goes to b_more_io in between, for the others'
 * sake.
 *
 *	works		files		pages
 *	sync(2)		all		those dirty at that time, and waits
 *	periodic	old ones	all of them
 *	background	all		until less than the threshold is dirty
 *
 * Background and periodic work end when somebody else wants something.
 *
 * MODEL: a thread for the disk, called flush-MAJOR:MINOR as up to Linux 3.9;
 * since then any kworker does it. Metadata is never written: it has no place
 * on the disk.
 */

#include <stdio.h>

#include "kernel/block/bio.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fs.h"
#include "kernel/init.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/vmstat.h"

/* As many pages of one file, before it is another's turn: 4 MB. */
#define MIN_WRITEBACK_PAGES 1024

struct wb_writeback_work {
	struct list_head list;
	enum writeback_sync_modes sync_mode;
	bool for_kupdate, for_background;
	enum wb_reason reason;
	int64_t nr_pages;
	uint64_t before; /* files that were dirty at this cycle */
	bool done; /* for who waits on wb->written */
};

/* ---- which disk ------------------------------------------------------------------- */

struct backing_dev_info *inode_to_bdi(const struct inode *inode)
{
	return inode->i_sb ? inode->i_sb->s_bdi : NULL;
}

void bdi_init(struct backing_dev_info *bdi)
{
	struct bdi_writeback *wb = &bdi->wb;

	bdi->ra_pages = VM_READAHEAD_PAGES;
	bdi->io_pages = BDI_IO_PAGES;
	INIT_LIST_HEAD(&wb->b_dirty);
	INIT_LIST_HEAD(&wb->b_io);
	INIT_LIST_HEAD(&wb->b_more_io);
	INIT_LIST_HEAD(&wb->work_list);
	init_waitqueue_head(&wb->wait);
	init_waitqueue_head(&wb->written);
	init_waitqueue_head(&wb->stopped);
}

void bdi_name(const struct backing_dev_info *bdi, char name[16])
{
	if (bdi && bdi->bdev)
		snprintf(name, 16, "%u:%u", MAJOR(bdi->bdev->dev),
			 MINOR(bdi->bdev->dev));
	else
		snprintf(name, 16, "(unknown)");
}

static struct backing_dev_info *wb_bdi(struct bdi_writeback *wb)
{
	return container_of(wb, struct backing_dev_info, wb);
}

static const char *reason_name(enum wb_reason reason)
{
	static const char *const names[] = {
		[WB_REASON_BACKGROUND] = "background",
		[WB_REASON_VMSCAN] = "vmscan",
		[WB_REASON_SYNC] = "sync",
		[WB_REASON_PERIODIC] = "periodic",
	};

	return names[reason];
}

static void trace_work(const struct kernel *k, enum trace_event event,
		       struct bdi_writeback *wb,
		       const struct wb_writeback_work *work)
{
	char name[16];

	if (!trace_enabled(k, event))
		return;
	bdi_name(wb_bdi(wb), name);
	trace_event(k, event,
		    "bdi %s: nr_pages=%lld sync_mode=%d kupdate=%d "
		    "background=%d reason=%s",
		    name, (long long)work->nr_pages, work->sync_mode,
		    work->for_kupdate, work->for_background,
		    reason_name(work->reason));
}

/* ---- the lists ----------------------------------------------------------------------- */

static bool on_list(const struct inode *inode)
{
	return inode->i_io_list.next && !list_empty(&inode->i_io_list);
}

static void io_list_move(struct inode *inode, struct list_head *to)
{
	if (on_list(inode))
		list_del(&inode->i_io_list);
	list_add(&inode->i_io_list, to);
}

void inode_io_list_del(struct inode *inode)
{
	if (on_list(inode))
		list_del_init(&inode->i_io_list);
}

void mark_inode_dirty_pages(struct task_struct *curr, struct inode *inode)
{
	struct backing_dev_info *bdi = inode_to_bdi(inode);
	bool first;

	if (!bdi || !bdi->bdev || on_list(inode))
		return;
	first = list_empty(&bdi->wb.b_dirty);
	inode->dirtied_when = sched_clock_cycles(curr->k);
	list_add(&inode->i_io_list, &bdi->wb.b_dirty);
	if (trace_enabled(curr->k, TRACE_writeback_mark_inode_dirty))
		trace_event(curr->k, TRACE_writeback_mark_inode_dirty,
			    "ino=%llu", (unsigned long long)inode->i_ino);
	/* The flusher sleeps without limit while there is nothing to do. */
	if (first)
		wake_up(curr, &bdi->wb.wait);
}

/*
 * From b_dirty's old end what was dirty at @before; b_more_io goes on. The
 * oldest stands last, and is the next.
 */
static void queue_io(struct bdi_writeback *wb, uint64_t before)
{
	while (!list_empty(&wb->b_more_io))
		list_move(wb->b_more_io.prev, &wb->b_io);
	while (!list_empty(&wb->b_dirty)) {
		struct inode *inode = list_entry(wb->b_dirty.prev, struct inode,
						 i_io_list);

		if (inode->dirtied_when > before)
			break;
		list_move(&inode->i_io_list, &wb->b_io);
	}
}

/* It was looked at: clean, to be gone on with, or dirty again. */
static void requeue_inode(struct task_struct *curr, struct bdi_writeback *wb,
			  struct inode *inode, bool cut_off)
{
	uint32_t index = 0;

	if (!on_list(inode))
		return; /* it died */
	if (!xa_find_marked(&inode->i_data.i_pages, &index, UINT32_MAX,
			    XA_MARK_DIRTY)) {
		inode_io_list_del(inode);
	} else if (cut_off) {
		io_list_move(inode, &wb->b_more_io);
	} else {
		inode->dirtied_when = sched_clock_cycles(curr->k);
		io_list_move(inode, &wb->b_dirty);
	}
}

/* ---- writing --------------------------------------------------------------------------- */

static void trace_single(const struct kernel *k, const struct inode *inode,
			 int64_t wrote)
{
	if (trace_enabled(k, TRACE_writeback_single_inode))
		trace_event(k, TRACE_writeback_single_inode,
			    "ino=%llu index=%u wrote=%lld",
			    (unsigned long long)inode->i_ino,
			    inode->i_data.writeback_index, (long long)wrote);
}

/* How many pages. @inode may have died when this returns. */
static int64_t writeback_single_inode(struct task_struct *curr,
				      struct bdi_writeback *wb,
				      struct inode *inode,
				      const struct wb_writeback_work *work)
{
	const bool all = work->sync_mode == WB_SYNC_ALL;
	const int64_t chunk = all || work->nr_pages < MIN_WRITEBACK_PAGES
				      ? work->nr_pages
				      : MIN_WRITEBACK_PAGES;
	struct writeback_control wbc = {
		.nr_to_write = chunk,
		.last = UINT32_MAX,
		.sync_mode = work->sync_mode,
		.range_cyclic = !all,
		.for_kupdate = work->for_kupdate,
		.for_background = work->for_background,
	};
	int64_t wrote;

	ihold(inode);
	do_writepages(curr, &inode->i_data, &wbc);
	wrote = chunk - wbc.nr_to_write;
	trace_single(curr->k, inode, wrote);
	requeue_inode(curr, wb, inode, wbc.nr_to_write <= 0);
	iput(curr, inode);
	return wrote;
}

/* Everything of b_io, or as much as @work has left. */
static int64_t writeback_inodes(struct task_struct *curr,
				struct bdi_writeback *wb,
				struct wb_writeback_work *work)
{
	int64_t wrote = 0;

	while (!list_empty(&wb->b_io) && work->nr_pages > 0) {
		struct inode *inode = list_entry(wb->b_io.prev, struct inode,
						 i_io_list);
		int64_t n = writeback_single_inode(curr, wb, inode, work);

		wrote += n;
		work->nr_pages -= n;
		if (work->for_background && !over_background_thresh(curr->k))
			break;
	}
	return wrote;
}

static bool has_other_work(const struct bdi_writeback *wb)
{
	return !list_empty(&wb->work_list) || wb->start_all;
}

static int64_t wb_writeback(struct task_struct *curr, struct bdi_writeback *wb,
			    struct wb_writeback_work *work)
{
	int64_t wrote = 0, n;

	trace_work(curr->k, TRACE_writeback_start, wb, work);
	while (work->nr_pages > 0 && !wb->should_stop) {
		if ((work->for_background || work->for_kupdate) &&
		    has_other_work(wb))
			break;
		if (work->for_background && !over_background_thresh(curr->k))
			break;
		if (list_empty(&wb->b_io))
			queue_io(wb, work->before);
		n = writeback_inodes(curr, wb, work);
		wrote += n;
		if (!n && list_empty(&wb->b_more_io))
			break;
	}
	trace_work(curr->k, TRACE_writeback_written, wb, work);
	return wrote;
}

/* ---- what there is to do ------------------------------------------------------------------ */

static uint64_t centisecs(const struct kernel *k, int32_t n)
{
	return ns_to_cycles(k, (uint64_t)n * 10000000);
}

static void do_one_work(struct task_struct *curr, struct bdi_writeback *wb)
{
	struct wb_writeback_work *work =
		list_entry(wb->work_list.next, struct wb_writeback_work, list);

	list_del(&work->list);
	trace_work(curr->k, TRACE_writeback_exec, wb, work);
	wb_writeback(curr, wb, work);
	work->done = true;
	wake_up_all(curr, &wb->written);
}

static void check_start_all(struct task_struct *curr, struct bdi_writeback *wb)
{
	struct wb_writeback_work work = {
		.reason = wb->start_all_reason,
		.nr_pages = global_page_state(curr->k, NR_DIRTY),
		.before = UINT64_MAX,
	};

	wb->start_all = false;
	wb_writeback(curr, wb, &work);
}

static bool old_data_due(const struct kernel *k, const struct bdi_writeback *wb)
{
	const int32_t interval = k->sysctl.dirty_writeback_centisecs;

	return interval && !list_empty(&wb->b_dirty) &&
	       sched_clock_cycles(k) >=
		       wb->last_old_flush + centisecs(k, interval);
}

static void check_old_data_flush(struct task_struct *curr,
				 struct bdi_writeback *wb)
{
	const uint64_t now = sched_clock_cycles(curr->k);
	const uint64_t expire =
		centisecs(curr->k, curr->k->sysctl.dirty_expire_centisecs);
	struct wb_writeback_work work = {
		.for_kupdate = true,
		.reason = WB_REASON_PERIODIC,
		.nr_pages = INT64_MAX,
		.before = now > expire ? now - expire : 0,
	};

	wb->last_old_flush = now;
	wb_writeback(curr, wb, &work);
}

static void check_background_flush(struct task_struct *curr,
				   struct bdi_writeback *wb)
{
	struct wb_writeback_work work = {
		.for_background = true,
		.reason = WB_REASON_BACKGROUND,
		.nr_pages = INT64_MAX,
		.before = UINT64_MAX,
	};

	wb_writeback(curr, wb, &work);
}

/* All there is to do now. */
static void wb_do_writeback(struct task_struct *curr, struct bdi_writeback *wb)
{
	wb->writing = true;
	while (!list_empty(&wb->work_list))
		do_one_work(curr, wb);
	if (wb->start_all)
		check_start_all(curr, wb);
	if (old_data_due(curr->k, wb))
		check_old_data_flush(curr, wb);
	if (over_background_thresh(curr->k) && !list_empty(&wb->b_dirty))
		check_background_flush(curr, wb);
	wb->writing = false;
}

/* Until something is wanted, or the next look at old data is due. */
static void wb_sleep(struct task_struct *curr, struct bdi_writeback *wb)
{
	const struct kernel *k = curr->k;
	const int32_t interval = k->sysctl.dirty_writeback_centisecs;
	const bool dirty = !list_empty(&wb->b_dirty) ||
			   !list_empty(&wb->b_io) ||
			   !list_empty(&wb->b_more_io);
	struct wait_queue_entry wait = {0};
	uint64_t until = UINT64_MAX;

	if (dirty && interval)
		until = sched_clock_cycles(k) + centisecs(k, interval);
	prepare_to_wait(curr, &wb->wait, &wait, TASK_INTERRUPTIBLE);
	if (has_other_work(wb) || wb->should_stop)
		curr->state = TASK_RUNNING;
	else
		schedule_timeout_until(curr, until);
	finish_wait(curr, &wb->wait, &wait);
}

static int flusher(struct task_struct *curr, void *data)
{
	struct bdi_writeback *wb = data;

	while (!wb->should_stop) {
		wb_do_writeback(curr, wb);
		wb_sleep(curr, wb);
	}
	wb->task = NULL;
	wake_up_all(curr, &wb->stopped);
	return 0;
}

/* ---- for others ------------------------------------------------------------------------------ */

void wb_start_background_writeback(struct task_struct *curr,
				   struct bdi_writeback *wb)
{
	if (wb->writing)
		return;
	if (trace_enabled(curr->k, TRACE_writeback_wake_background))
		trace_event(curr->k, TRACE_writeback_wake_background, "bdi %s",
			    wb_bdi(wb)->bdev->name);
	wake_up(curr, &wb->wait);
}

void wakeup_flusher_threads(struct task_struct *curr, enum wb_reason reason)
{
	struct bdi_writeback *wb = &curr->k->vfs.root_bdi.wb;

	if (!wb->task || wb->start_all || !global_page_state(curr->k, NR_DIRTY))
		return;
	wb->start_all = true;
	wb->start_all_reason = reason;
	wake_up(curr, &wb->wait);
}

void wb_submitted(struct backing_dev_info *bdi)
{
	bdi->wb.submitted++;
}

void wb_completed(struct task_struct *curr, struct backing_dev_info *bdi)
{
	bdi->wb.completed++;
	wake_up_all(curr, &bdi->wb.written);
}

void sync_bdi(struct task_struct *curr, struct backing_dev_info *bdi)
{
	struct bdi_writeback *wb = &bdi->wb;
	struct wb_writeback_work work = {
		.sync_mode = WB_SYNC_ALL,
		.reason = WB_REASON_SYNC,
		.nr_pages = INT64_MAX,
		.before = sched_clock_cycles(curr->k),
	};
	uint64_t submitted;

	if (!wb->task)
		return;
	trace_work(curr->k, TRACE_writeback_queue, wb, &work);
	list_add_tail(&work.list, &wb->work_list);
	wake_up(curr, &wb->wait);
	wait_event(curr, &wb->written, work.done);
	/* The disk takes them in order: those before are there when this is. */
	submitted = wb->submitted;
	wait_event(curr, &wb->written, wb->completed >= submitted);
}

void flusher_init(struct task_struct *curr)
{
	struct backing_dev_info *bdi = &curr->k->vfs.root_bdi;
	char name[16], comm[24];

	if (!bdi->bdev)
		return;
	bdi_name(bdi, name);
	snprintf(comm, sizeof(comm), "flush-%s", name);
	bdi->wb.task = kthread_run(curr, flusher, &bdi->wb, comm);
	if (!bdi->wb.task)
		printk(curr->k, "flush-%s: no memory for the thread", name);
}

void flusher_shutdown(struct task_struct *curr)
{
	struct bdi_writeback *wb = &curr->k->vfs.root_bdi.wb;

	wb->should_stop = true;
	if (!wb->task)
		return;
	wake_up(curr, &wb->wait);
	wait_event(curr, &wb->stopped, !wb->task);
}
