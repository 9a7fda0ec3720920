/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/mmc.h"

/*
 * A card as a disk (Linux: drivers/mmc/core/block.c, queue.c): a thread takes
 * one request at a time off the disk's queue, sends the command that reads or
 * writes a page's blocks, and CMD12, which ends it; after a write it asks until
 * the card has stored what it got. What fails is tried again, after the card
 * has been brought back to where it takes commands; then it is -EIO.
 *
 * The thread asks for no memory: so pages can be written when there is none.
 *
 * MODEL: one thread does what work queues do since 4.16, so a read, too, ends
 * in a thread. Blocks of a page that can't be read aren't read one by one to
 * save the others. No CMD23, which cards of version 2 don't know.
 */

#include <errno.h>
#include <stdio.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/block/blkdev.h"
#include "kernel/fs/diskfs.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define MMC_BLOCK_MAJOR    179u
#define MMC_MAX_RETRIES    5
#define MMC_MINORS         8u
#define MMC_BLK_TIMEOUT_MS 10000u
#define POLL_FIRST_US      32u
#define POLL_MAX_US        32768u
#define ARM_SIZEOF_MMC_BLK 256

#define CMD_ERRORS                                                 \
	(R1_OUT_OF_RANGE | R1_ADDRESS_ERROR | R1_BLOCK_LEN_ERROR | \
	 R1_WP_VIOLATION | R1_CC_ERROR | R1_ERROR)

struct mmc_blk_data {
	struct mmc_card *card;
	struct block_device *bdev;
	struct bio *bio; /* the thread's; NULL: it has nothing to do */
	struct wait_queue_head wait;
};

/* A request and its parts. */
struct mmc_blk_request {
	struct mmc_request mrq;
	struct mmc_command cmd, stop;
	struct mmc_data data;
};

/* ---- one request -------------------------------------------------------------------- */

static void mmc_blk_rw_rq_prep(struct mmc_blk_request *brq,
			       const struct mmc_card *card,
			       const struct bio *bio)
{
	const uint32_t flags = bio->write ? MMC_RSP_R1B : MMC_RSP_R1;

	*brq = (struct mmc_blk_request){
		.cmd = {.opcode = bio->write ? MMC_WRITE_MULTIPLE_BLOCK
					     : MMC_READ_MULTIPLE_BLOCK,
			.arg = card->csd.block_addressed
				       ? bio->sector
				       : bio->sector << SECTOR_SHIFT,
			.flags = MMC_RSP_R1},
		.stop = {.opcode = MMC_STOP_TRANSMISSION, .flags = flags},
		.data = {.write = bio->write,
			 .blksz = 1u << SECTOR_SHIFT,
			 .blocks = SECTORS_PER_PAGE,
			 .page = bio->page},
	};
	brq->mrq.cmd = &brq->cmd;
	brq->mrq.stop = &brq->stop;
	brq->mrq.data = &brq->data;
	mmc_set_data_timeout(&brq->data, card);
}

static void sleep_us(struct task_struct *curr, uint32_t us)
{
	curr->state = TASK_UNINTERRUPTIBLE;
	schedule_timeout_until(curr,
			       sched_clock_cycles(curr->k) +
				       ns_to_cycles(curr->k, 1000ull * us));
}

/* Until it takes commands with data again. 0, -EIO or -ETIMEDOUT. */
static int mmc_blk_card_busy(struct task_struct *curr,
			     const struct mmc_card *card)
{
	const uint64_t give_up = sched_clock_cycles(curr->k) +
				 ns_to_cycles(curr->k,
					      1000000ull * MMC_BLK_TIMEOUT_MS);
	uint32_t us = POLL_FIRST_US, status;
	int error;

	for (;;) {
		error = mmc_send_status(curr, card, &status);
		if (error)
			return error;
		if (status & CMD_ERRORS)
			return -EIO;
		if (status & R1_READY_FOR_DATA &&
		    R1_CURRENT_STATE(status) == R1_STATE_TRAN)
			return 0;
		if (sched_clock_cycles(curr->k) >= give_up)
			return -ETIMEDOUT;
		sleep_us(curr, us);
		us = us < POLL_MAX_US ? 2 * us : us;
	}
}

/* 0 or -errno. */
static int mmc_blk_attempt(struct task_struct *curr, struct mmc_card *card,
			   const struct bio *bio)
{
	struct mmc_blk_request brq;

	mmc_blk_rw_rq_prep(&brq, card, bio);
	mmc_wait_for_req(curr, card->host, &brq.mrq);
	if (brq.cmd.error || brq.data.error || brq.stop.error)
		return -EIO;
	if (brq.cmd.resp[0] & CMD_ERRORS ||
	    brq.stop.resp[0] & CMD_ERRORS & ~R1_OUT_OF_RANGE)
		return -EIO;
	return bio->write ? mmc_blk_card_busy(curr, card) : 0;
}

/* A card that is still in the middle of it is told to stop. */
static int mmc_blk_fix_state(struct task_struct *curr, struct mmc_card *card)
{
	struct mmc_command stop = {
		.opcode = MMC_STOP_TRANSMISSION,
		.flags = MMC_RSP_R1B,
	};
	uint32_t status, state;
	int error = mmc_send_status(curr, card, &status);

	if (error)
		return error;
	state = R1_CURRENT_STATE(status);
	if (state == R1_STATE_DATA || state == R1_STATE_RCV)
		mmc_wait_for_cmd(curr, card->host, &stop);
	error = mmc_blk_card_busy(curr, card);
	/* told once, it isn't told again */
	return error == -EIO ? mmc_blk_card_busy(curr, card) : error;
}

/* Ready for another attempt? */
static int mmc_blk_recovery(struct task_struct *curr, struct mmc_card *card)
{
	if (!mmc_blk_fix_state(curr, card))
		return 0;
	return mmc_hw_reset(curr, card);
}

static int mmc_blk_issue_rw(struct task_struct *curr, struct mmc_card *card,
			    const struct bio *bio)
{
	if (bio_beyond_end(bio))
		return -EIO;
	for (int retries = 0; retries <= MMC_MAX_RETRIES; retries++) {
		if (!mmc_blk_attempt(curr, card, bio))
			return 0;
		if (mmc_blk_recovery(curr, card)) {
			printk(curr->k, "%s: recovery failed!",
			       bio->bdev->name);
			break;
		}
	}
	return -EIO;
}

/* ---- the queue ---------------------------------------------------------------------------- */

static void mmc_blk_queue_rq(struct task_struct *curr, struct bio *bio)
{
	struct mmc_blk_data *md = bio->bdev->driver;

	md->bio = bio;
	wake_up(curr, &md->wait);
}

static int mmc_queue_thread(struct task_struct *curr, void *arg)
{
	struct mmc_blk_data *md = arg;
	int error;

	curr->flags |= PF_MEMALLOC;
	for (;;) {
		wait_event(curr, &md->wait, md->bio);
		error = mmc_blk_issue_rw(curr, md->card, md->bio);
		md->bio = NULL;
		blk_end_request(curr, md->bdev, error);
	}
	return 0;
}

/* ---- the disk ------------------------------------------------------------------------------ */

/* Three figures and a unit, as "64.0 MiB". */
static void string_get_size(uint64_t bytes, char *to, size_t size)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
	uint32_t hundredths = 0, whole;
	unsigned int unit = 0;

	for (; bytes >= 1024 && unit < 3; bytes /= 1024, unit++)
		hundredths = (uint32_t)(bytes % 1024 * 100 / 1024);
	whole = (uint32_t)bytes;
	if (whole >= 100 || !unit)
		snprintf(to, size, "%u %s", whole, units[unit]);
	else if (whole >= 10)
		snprintf(to, size, "%u.%u %s", whole, hundredths / 10,
			 units[unit]);
	else
		snprintf(to, size, "%u.%02u %s", whole, hundredths,
			 units[unit]);
}

static void init_bdev(struct task_struct *curr, struct mmc_blk_data *md)
{
	const struct mmc_host *host = md->card->host;
	const void *fdt = boot_fdt(curr->k);
	struct block_device *bdev = md->bdev;

	snprintf(bdev->name, sizeof(bdev->name), "mmcblk%u", host->index);
	bdev->nr_sectors = md->card->csd.nr_sectors;
	bdev->bytes_per_sec = (uint64_t)host->ios.clock * host->ios.bus_width /
			      8;
	bdev->swap = of_property_read_bool(fdt, host->of_node, "mmuscope,swap");
	bdev->rotational = of_property_read_bool(fdt, host->of_node,
						 "mmuscope,rotational");
	bdev->queue_rq = mmc_blk_queue_rq;
	bdev->driver = md;
	blkdev_init(bdev);
}

/* 0 or -ENOMEM, and nothing is left of the attempt. */
static int mmc_blk_alloc(struct task_struct *curr, struct mmc_card *card,
			 struct block_device *bdev)
{
	struct mmc_blk_data *md = kzalloc_obj(curr, ARM_SIZEOF_MMC_BLK,
					      sizeof(*md), GFP_KERNEL);

	if (!md)
		return -ENOMEM;
	if (blkdev_alloc_bios(curr, bdev)) {
		kfree_obj(curr, md);
		return -ENOMEM;
	}
	md->card = card;
	md->bdev = bdev;
	init_waitqueue_head(&md->wait);
	init_bdev(curr, md);
	if (kthread_run(curr, mmc_queue_thread, md, "mmcqd/0"))
		return 0;
	kfree_obj(curr, bdev->bios);
	kfree_obj(curr, md);
	*bdev = (struct block_device){0};
	return -ENOMEM;
}

void mmc_blk_probe(struct task_struct *curr, struct mmc_card *card)
{
	struct block_state *block = &curr->k->block;
	struct block_device *bdev = &block->bdev[block->nr_bdevs];
	char size[24];

	if (block->nr_bdevs == MAX_BLOCK_DEVICES ||
	    register_blkdev(curr, MMC_BLOCK_MAJOR, "mmc") ||
	    mmc_blk_alloc(curr, card, bdev)) {
		printk(curr->k, "mmcblk%u: no memory for the disk",
		       card->host->index);
		return;
	}
	block->nr_bdevs++;
	string_get_size((uint64_t)bdev->nr_sectors << SECTOR_SHIFT, size,
			sizeof(size));
	printk(curr->k, "%s: mmc%u:%04x %s %s", bdev->name, card->host->index,
	       card->rca, card->prod_name, size);
	device_add_disk(curr, bdev, MMC_BLOCK_MAJOR,
			card->host->index * MMC_MINORS);
	diskfs_add_disk(curr, bdev);
}
