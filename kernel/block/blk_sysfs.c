/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/block/blkdev.h"

/*
 * Disks in /sys (Linux: block/blk-sysfs.c, and genhd.c's disk attributes):
 * /sys/block, /sys/class/block and /sys/dev/block lead to each one's folder.
 * lsblk, findfs and their like know disks from here alone.
 *
 * Made when somebody first looks into one of these; disks neither come nor go
 * after the boot.
 *
 * MODEL: the folders are in /sys/devices/virtual/block, whatever bus the disk
 * is at; a queue shows sizes and kind, and none of its limits can be written.
 */

#include <stdio.h>

#include "kernel/fs/dcache.h"
#include "kernel/fs/sysfs.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/state.h"

#define SECTOR_SIZE 512

/* struct block_device is the folders' object. */
static int dev_show(struct seq_file *m, void *object)
{
	const struct block_device *bdev = object;

	seq_printf(m, "%u:%u\n", MAJOR(bdev->dev), MINOR(bdev->dev));
	return 0;
}

static int size_show(struct seq_file *m, void *object)
{
	const struct block_device *bdev = object;

	seq_printf(m, "%u\n", bdev->nr_sectors);
	return 0;
}

static int zero_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_puts(m, "0\n");
	return 0;
}

static int range_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_printf(m, "%u\n", DISK_MINORS);
	return 0;
}

static int inflight_show(struct seq_file *m, void *object)
{
	const struct block_device *bdev = object;

	/* MODEL: all of them as reads */
	seq_printf(m, "%8u %8u\n", bdev->nr_in_flight, 0u);
	return 0;
}

static int stat_show(struct seq_file *m, void *object)
{
	disk_stat_line(m, object);
	return 0;
}

static int uevent_show(struct seq_file *m, void *object)
{
	const struct block_device *bdev = object;

	seq_printf(m,
		   "MAJOR=%u\nMINOR=%u\nDEVNAME=%s\nDEVTYPE=disk\n"
		   "DISKSEQ=%u\n",
		   MAJOR(bdev->dev), MINOR(bdev->dev), bdev->name,
		   (unsigned int)(bdev - m->k->block.bdev) + 1);
	return 0;
}

static const struct sysfs_attribute disk_attributes[] = {
	{"alignment_offset", 0444, zero_show, NULL},
	{"dev", 0444, dev_show, NULL},
	{"discard_alignment", 0444, zero_show, NULL},
	{"hidden", 0444, zero_show, NULL},
	{"inflight", 0444, inflight_show, NULL},
	{"range", 0444, range_show, NULL},
	{"removable", 0444, zero_show, NULL},
	{"ro", 0444, zero_show, NULL},
	{"size", 0444, size_show, NULL},
	{"stat", 0444, stat_show, NULL},
	{"uevent", 0444, uevent_show, NULL},
};

/* ---- the queue --------------------------------------------------------- */

static int sector_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_printf(m, "%d\n", SECTOR_SIZE);
	return 0;
}

static int rotational_show(struct seq_file *m, void *object)
{
	const struct block_device *bdev = object;

	seq_printf(m, "%d\n", bdev->rotational);
	return 0;
}

static int nr_requests_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_printf(m, "%d\n", BLKDEV_NR_BIOS);
	return 0;
}

static int scheduler_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_puts(m, "[none]\n");
	return 0;
}

static const struct sysfs_attribute queue_attributes[] = {
	{"discard_granularity", 0444, zero_show, NULL},
	{"discard_max_bytes", 0444, zero_show, NULL},
	{"discard_zeroes_data", 0444, zero_show, NULL},
	{"hw_sector_size", 0444, sector_show, NULL},
	{"logical_block_size", 0444, sector_show, NULL},
	{"minimum_io_size", 0444, sector_show, NULL},
	{"nr_requests", 0444, nr_requests_show, NULL},
	{"optimal_io_size", 0444, zero_show, NULL},
	{"physical_block_size", 0444, sector_show, NULL},
	{"rotational", 0444, rotational_show, NULL},
	{"scheduler", 0444, scheduler_show, NULL},
};

/* ---- the tree ---------------------------------------------------------- */

#define NR(table) ((uint32_t)(sizeof(table) / sizeof((table)[0])))

/* The folder @a/@b at the top, made where it isn't there; NULL: no memory. */
static struct kernfs_node *sysfs_path(struct task_struct *curr, const char *a,
				      const char *b)
{
	struct kernfs_node *dir = sysfs_create_dir(curr, NULL, a, NULL);

	return dir ? sysfs_create_dir(curr, dir, b, NULL) : NULL;
}

static int link_once(struct task_struct *curr, struct kernfs_node *dir,
		     const char *name, struct kernfs_node *target)
{
	if (!dir)
		return -ENOMEM;
	if (sysfs_find(curr, dir, name))
		return 0;
	return sysfs_create_link(curr, dir, name, target);
}

/* @dir is all disks' folder. 0 or -ENOMEM; then it may be there in part. */
static int show_disk(struct task_struct *curr, struct block_device *bdev,
		     struct kernfs_node *dir)
{
	struct kernfs_node *class = sysfs_path(curr, "class", "block"), *queue;
	char number[24];
	int err;

	dir = dir ? sysfs_create_dir(curr, dir, bdev->name, bdev) : NULL;
	if (!dir)
		return -ENOMEM;
	queue = sysfs_create_dir(curr, dir, "queue", bdev);
	if (!queue || !sysfs_create_dir(curr, dir, "holders", bdev) ||
	    !sysfs_create_dir(curr, dir, "slaves", bdev))
		return -ENOMEM;
	err = sysfs_create_files(curr, dir, disk_attributes,
				 NR(disk_attributes));
	if (!err)
		err = sysfs_create_files(curr, queue, queue_attributes,
					 NR(queue_attributes));
	if (!err)
		err = link_once(curr, dir, "subsystem", class);
	if (!err)
		err = link_once(curr, class, bdev->name, dir);
	if (!err)
		err = link_once(curr,
				sysfs_create_dir(curr, NULL, "block", NULL),
				bdev->name, dir);
	snprintf(number, sizeof(number), "%u:%u", MAJOR(bdev->dev),
		 MINOR(bdev->dev));
	if (!err)
		err = link_once(curr, sysfs_path(curr, "dev", "block"), number,
				dir);
	return err;
}

static int show_disks(struct task_struct *curr, struct kernfs_node *dir,
		      void *object)
{
	struct block_state *block = &curr->k->block;
	struct rw_semaphore *sem = &curr->k->vfs.dev_sem;
	int err = 0;

	(void)dir, (void)object;
	/* several folders may be looked into at once */
	down_write(curr, sem);
	if (!sysfs_path(curr, "dev", "block") ||
	    !sysfs_path(curr, "dev", "char") ||
	    !sysfs_path(curr, "class", "block"))
		err = -ENOMEM;
	dir = block->nr_bdevs && !err ? sysfs_path(curr, "devices", "virtual")
				      : NULL;
	dir = dir ? sysfs_create_dir(curr, dir, "block", NULL) : NULL;
	for (unsigned int i = 0; !err && i < block->nr_bdevs; i++)
		err = show_disk(curr, &block->bdev[i], dir);
	up_write(curr, sem);
	return err;
}

void blk_sysfs_init(struct task_struct *curr)
{
	static const char *const tops[] = {"block", "class", "dev"};

	for (size_t n = 0; n < NR(tops); n++) {
		struct kernfs_node *dir = sysfs_create_dir(curr, NULL, tops[n],
							   NULL);

		if (!dir)
			boot_panic(curr->k, "block: no memory for sysfs");
		sysfs_populate_later(dir, show_disks);
	}
}
