/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_BLOCK_BIO_H
#define KERNEL_BLOCK_BIO_H

/*
 * Block devices and reading and writing their pages (include/linux/blkdev.h,
 * bio.h). A request takes virtual time; who wants to know how it went sleeps,
 * and others run.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/lib/ratelimit.h"
#include "kernel/task/sched.h"

#define SECTOR_SHIFT     9
#define SECTORS_PER_PAGE (PAGE_SIZE >> SECTOR_SHIFT)

struct block_device;

/*
 * A page on its way from or to a device. Owned by the device, which has a
 * fixed number of them: so that memory can be freed by writing when there is
 * none left to ask for.
 */
struct bio {
	struct block_device *bdev;
	struct list_head list; /* free, or in the order of submission */
	uint32_t sector; /* the first of SECTORS_PER_PAGE */
	bool write;
	bool late; /* its end was put off (fail_io_timeout) */
	int error; /* 0 or -EIO, when it has ended */
	struct page *page;
	/* In interrupt context: must not sleep. The bio is free afterwards. */
	void (*end_io)(struct task_struct *curr, struct bio *bio);
	void *private; /* end_io's */
};

/* A bio and its request on ARM, together. */
#define ARM_SIZEOF_BIO 288
#define BLKDEV_NR_BIOS 128 /* in flight; who wants more waits */

struct disk_stats { /* /proc/diskstats */
	uint64_t ios[2], sectors[2], cycles[2]; /* reads, writes */
};

/* One disk. Owned by struct kernel. */
struct block_device {
	char name[8]; /* "vda" */
	uint32_t dev; /* its number, as stat(2) has it */
	int id; /* what the machine calls it */
	uint32_t nr_sectors;
	/* what a request costs: to get there, and for each byte */
	uint64_t read_latency_ns, write_latency_ns, bytes_per_sec;
	bool swap; /* the board's swap space */
	bool rotational; /* neighbours come cheaper than others */
	/* Whose alone it is: a swap area's, a file system's, a file's. */
	const void *holder;
	bool swapfile; /* it is a swap area's: nobody writes to it */
	/*
	 * A driver's, which begins with a request and says how it went by
	 * blk_end_request(). May be in interrupt context: must not sleep. NULL:
	 * a request takes the time above, and then transfer() is called.
	 */
	void (*queue_rq)(struct task_struct *curr, struct bio *bio);
	void *driver; /* queue_rq()'s */
	/*
	 * Moves a request's bytes when its time has come; 0 or -EIO. NULL: the
	 * machine's disk does.
	 */
	int (*transfer)(struct task_struct *curr, const struct bio *bio);
	struct bio *bios; /* BLKDEV_NR_BIOS of them */
	struct list_head free, queue;
	uint32_t nr_in_flight;
	uint32_t next_sector; /* right after the last request begun */
	uint64_t began; /* cycle at which the first of the queue did */
	struct timer timer; /* when it will end */
	struct wait_queue_head wait; /* for a free bio */
	struct disk_stats stats;
};

#define MAX_BLOCK_DEVICES 4
struct block_state {
	struct block_device bdev[MAX_BLOCK_DEVICES];
	unsigned int nr_bdevs;
	struct blk_major_name *majors; /* in their order */
	uint32_t virtblk_major;
	struct ratelimit_state error_rs, buffer_rs; /* reports of errors */
};

/* Room for BLKDEV_NR_BIOS of @bdev's. 0 or -ENOMEM. */
int blkdev_alloc_bios(struct task_struct *curr, struct block_device *bdev);
/* A device whose bios and measures are there gets ready for requests. */
void blkdev_init(struct block_device *bdev);
/*
 * The request that @bdev was busy with has ended: 0 or -EIO. The next one
 * begins.
 */
void blk_end_request(struct task_struct *curr, struct block_device *bdev,
		     int error);
/* Does the request reach beyond its device? */
static inline bool bio_beyond_end(const struct bio *bio)
{
	const uint32_t nr_sectors = bio->bdev->nr_sectors;

	return bio->sector > nr_sectors ||
	       nr_sectors - bio->sector < SECTORS_PER_PAGE;
}
/*
 * At boot: the disks that the device tree has (nodes compatible with
 * "mmuscope,disk").
 */
void disks_probe(struct task_struct *curr);
/* "vda"; NULL: there is none of that name. */
struct block_device *blkdev_get_by_name(struct kernel *k, const char *name);

/*
 * Begins to read the page at @sector of @bdev into @page, or to write it
 * there; returns at once unless BLKDEV_NR_BIOS are in flight already. @page
 * must stay until @end_io, which may come before the call returns. Beyond the
 * device's end, and where the board wants it: ends with -EIO.
 */
#define submit_bio(curr, bdev, sector, write, page, end_io, private)        \
	submit_bio_caller(curr, bdev, sector, write, page, end_io, private, \
			  __func__)
void submit_bio_caller(struct task_struct *curr, struct block_device *bdev,
		       uint32_t sector, bool write, struct page *page,
		       void (*end_io)(struct task_struct *curr,
				      struct bio *bio),
		       void *private, const char *caller);
/* The same, and waits. 0 or -EIO. */
#define submit_bio_wait(curr, bdev, sector, write, page) \
	submit_bio_wait_caller(curr, bdev, sector, write, page, __func__)
int submit_bio_wait_caller(struct task_struct *curr, struct block_device *bdev,
			   uint32_t sector, bool write, struct page *page,
			   const char *caller);

#endif
