/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/block/bio.h"

/*
 * Requests to disks (Linux: block/blk-core.c, blk-mq.c, and what a driver
 * does): a queue for each device, served one by one in the order in which they
 * came, each taking as long as the disk is slow. A request that goes on where
 * the one before ended needs no time to get there: neighbours in one go are
 * what readahead and clusters are for.
 *
 * Invariants: the first of the queue is the one that runs, and the timer is
 * armed for its end; free and queued bios together are BLKDEV_NR_BIOS.
 *
 * MODEL: every request is a page; Linux merges neighbours into larger ones,
 * and some elevators sort them. Bytes move at the request's end. A request whose
 * end is lost (fail_io_timeout) ends after inject.io_delay_us, 30 seconds by its
 * preset, when Linux would have asked the driver; drivers with registers of
 * their own lose none.
 */

#include <string.h>

#include "kernel/fs/dcache.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"

/* ---- what happened, for the log and the trace ---------------------------------- */

static void trace_issue(const struct task_struct *curr, const struct bio *bio)
{
	if (trace_enabled(curr->k, TRACE_block_rq_issue))
		trace_event(curr->k, TRACE_block_rq_issue,
			    "%u,%u %s %u (%s) %u + %u [%s]",
			    MAJOR(bio->bdev->dev), MINOR(bio->bdev->dev),
			    bio->write ? "W" : "R", PAGE_SIZE, "", bio->sector,
			    SECTORS_PER_PAGE, curr->comm);
}

static void trace_complete(const struct kernel *k, const struct bio *bio)
{
	if (trace_enabled(k, TRACE_block_rq_complete))
		trace_event(k, TRACE_block_rq_complete,
			    "%u,%u %s (%s) %u + %u [%d]", MAJOR(bio->bdev->dev),
			    MINOR(bio->bdev->dev), bio->write ? "W" : "R", "",
			    bio->sector, SECTORS_PER_PAGE, bio->error);
}

static void report_error(struct kernel *k, const struct bio *bio)
{
	if (!default_ratelimit(k, &k->block.error_rs, "blk_print_req_error"))
		return;
	printk(k,
	       "I/O error, dev %s, sector %u op 0x%x:(%s) flags 0x0 "
	       "phys_seg 1 prio class 2",
	       bio->bdev->name, bio->sector, bio->write,
	       bio->write ? "WRITE" : "READ");
}

/* ---- the disk -------------------------------------------------------------------- */

static uint64_t service_cycles(const struct kernel *k,
			       const struct block_device *bdev,
			       const struct bio *bio)
{
	uint64_t ns = PAGE_SIZE * 1000000000ull / bdev->bytes_per_sec;

	if (bio->sector != bdev->next_sector)
		ns += bio->write ? bdev->write_latency_ns
				 : bdev->read_latency_ns;
	return ns_to_cycles(k, ns);
}

/* The first of the queue, if there is one. */
static void begin_next(struct task_struct *curr, struct block_device *bdev)
{
	const struct kernel *k = curr->k;
	struct bio *bio;

	if (list_empty(&bdev->queue))
		return;
	bio = list_entry(bdev->queue.next, struct bio, list);
	trace_issue(curr, bio);
	bdev->began = sched_clock_cycles(k);
	if (bdev->queue_rq) {
		bdev->queue_rq(curr, bio);
		return;
	}
	timer_arm(curr, &bdev->timer,
		  bdev->began + service_cycles(k, bdev, bio));
	bdev->next_sector = bio->sector + SECTORS_PER_PAGE;
}

/* The page's bytes go where they should. */
static int transfer(struct kernel *k, const struct bio *bio)
{
	const struct hw *hw = &k->hw;
	const struct block_device *bdev = bio->bdev;
	const uint64_t offset = (uint64_t)bio->sector << SECTOR_SHIFT;
	const paddr_t paddr = page_to_phys(k, bio->page);
	int error;

	if (bio_beyond_end(bio))
		return -EIO;
	if (bio->write)
		return hw->ops->disk_write(hw->ctx, (unsigned int)bdev->id,
					   offset, paddr, PAGE_SIZE);
	error = hw->ops->disk_read(hw->ctx, (unsigned int)bdev->id, offset,
				   paddr, PAGE_SIZE);
	hw->ops->code_changed(hw->ctx, paddr, PAGE_SIZE);
	return error;
}

static void account_io(struct kernel *k, const struct bio *bio)
{
	struct disk_stats *stats = &bio->bdev->stats;

	stats->ios[bio->write]++;
	stats->sectors[bio->write] += SECTORS_PER_PAGE;
	stats->cycles[bio->write] += sched_clock_cycles(k) - bio->bdev->began;
}

void blk_end_request(struct task_struct *curr, struct block_device *bdev,
		     int error)
{
	struct bio *bio = list_entry(bdev->queue.next, struct bio, list);

	list_del(&bio->list);
	bio->error = error;
	if (error)
		report_error(curr->k, bio);
	account_io(curr->k, bio);
	trace_complete(curr->k, bio);
	begin_next(curr, bdev);
	bio->end_io(curr, bio);
	list_add(&bio->list, &bdev->free);
	bdev->nr_in_flight--;
	wake_up(curr, &bdev->wait);
}

/*
 * The disk has forgotten to say that it is done, if the board wants that: it is
 * asked again when Linux would ask, and then answers.
 */
static bool is_late(struct task_struct *curr, struct block_device *bdev,
		    struct bio *bio)
{
	struct fault_inject_state *inject = &curr->k->inject;

	if (bio->late || !should_fail(curr, &inject->fail_io_timeout, 1,
				      bio->write ? "write" : "read"))
		return false;
	bio->late = true;
	timer_arm(curr, &bdev->timer,
		  sched_clock_cycles(curr->k) +
			  ns_to_cycles(curr->k, 1000ull * inject->io_delay_us));
	return true;
}

/* Time is up for the first of the queue. */
static void time_is_up(struct task_struct *curr, struct timer *timer)
{
	struct block_device *bdev = container_of(timer, struct block_device,
						 timer);
	struct bio *bio = list_entry(bdev->queue.next, struct bio, list);

	if (is_late(curr, bdev, bio))
		return;
	blk_end_request(curr, bdev,
			bdev->transfer ? bdev->transfer(curr, bio)
				       : transfer(curr->k, bio));
}

int blkdev_alloc_bios(struct task_struct *curr, struct block_device *bdev)
{
	bdev->bios = kzalloc_obj(curr, BLKDEV_NR_BIOS * ARM_SIZEOF_BIO,
				 BLKDEV_NR_BIOS * sizeof(*bdev->bios),
				 GFP_KERNEL);
	return bdev->bios ? 0 : -ENOMEM;
}

void blkdev_init(struct block_device *bdev)
{
	INIT_LIST_HEAD(&bdev->free);
	INIT_LIST_HEAD(&bdev->queue);
	for (int i = 0; i < BLKDEV_NR_BIOS; i++)
		list_add_tail(&bdev->bios[i].list, &bdev->free);
	init_waitqueue_head(&bdev->wait);
	bdev->timer.function = time_is_up;
	bdev->next_sector = UINT32_MAX;
}

/* ---- requests --------------------------------------------------------------------- */

/* Waits for one where all are in flight. */
static struct bio *bio_alloc(struct task_struct *curr,
			     struct block_device *bdev)
{
	struct bio *bio;

	wait_event(curr, &bdev->wait, !list_empty(&bdev->free));
	bio = list_entry(bdev->free.next, struct bio, list);
	list_del(&bio->list);
	return bio;
}

void submit_bio_caller(struct task_struct *curr, struct block_device *bdev,
		       uint32_t sector, bool write, struct page *page,
		       void (*end_io)(struct task_struct *curr,
				      struct bio *bio),
		       void *private, const char *caller)
{
	struct bio *bio = bio_alloc(curr, bdev);
	const bool idle = list_empty(&bdev->queue);

	*bio = (struct bio){
		.bdev = bdev,
		.sector = sector,
		.write = write,
		.page = page,
		.end_io = end_io,
		.private = private,
	};
	if (write)
		detect_read(curr->k,
			    phys_bytes(curr->k, page_to_phys(curr->k, page)),
			    PAGE_SIZE, "a disk");
	count_vm_events(curr->k, write ? PGPGOUT : PGPGIN, SECTORS_PER_PAGE);
	if (should_fail(curr, &curr->k->inject.fail_make_request, PAGE_SIZE,
			caller)) {
		bio->error = -EIO;
		end_io(curr, bio);
		list_add(&bio->list, &bdev->free);
		return;
	}
	bdev->nr_in_flight++;
	list_add_tail(&bio->list, &bdev->queue);
	if (idle)
		begin_next(curr, bdev);
}

struct bio_waiter {
	struct task_struct *task;
	bool ended;
	int error;
};

static void wake_bio_waiter(struct task_struct *curr, struct bio *bio)
{
	struct bio_waiter *waiter = bio->private;

	waiter->ended = true;
	waiter->error = bio->error;
	wake_up_process(curr, waiter->task);
}

int submit_bio_wait_caller(struct task_struct *curr, struct block_device *bdev,
			   uint32_t sector, bool write, struct page *page,
			   const char *caller)
{
	struct bio_waiter waiter = {.task = curr};

	submit_bio_caller(curr, bdev, sector, write, page, wake_bio_waiter,
			  &waiter, caller);
	while (!waiter.ended) {
		curr->state = TASK_UNINTERRUPTIBLE;
		schedule(curr);
	}
	return waiter.error;
}

struct block_device *blkdev_get_by_name(struct kernel *k, const char *name)
{
	for (unsigned int i = 0; i < k->block.nr_bdevs; i++)
		if (!strcmp(k->block.bdev[i].name, name))
			return &k->block.bdev[i];
	return NULL;
}
