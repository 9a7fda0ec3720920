/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_BLOCK_BLKDEV_H
#define KERNEL_BLOCK_BLKDEV_H

/* Block devices by number, and as files (include/linux/blkdev.h). */

#include "kernel/block/bio.h"
#include "kernel/fs/fs.h"

struct seq_file;

#define DISK_MINORS 16u /* for partitions, which no disk here has */

/* Its number, as stat(2) has it. */
static inline uint32_t bdev_dev(const struct block_device *bdev)
{
	return bdev->dev;
}
/*
 * @name gets @major or, for 0, one that nobody has, from 254 down. The major
 * (0 if one was named); -EBUSY, -EINVAL, -ENOMEM. (genhd.c)
 */
int register_blkdev(struct task_struct *curr, uint32_t major, const char *name);
void unregister_blkdev(struct task_struct *curr, uint32_t major,
		       const char *name);
/*
 * @bdev, ready for requests, is found by its number (device numbers @major,
 * @first_minor) and has a node in /dev.
 */
void device_add_disk(struct task_struct *curr, struct block_device *bdev,
		     uint32_t major, uint32_t first_minor);
/* The lines of /proc/devices. */
void blkdev_show(struct seq_file *m);
/* NULL: there is none of that number. */
struct block_device *blkdev_get_by_dev(struct kernel *k, uint32_t dev);
/* Size in 1024 bytes, as /proc/partitions has it. */
static inline uint32_t bdev_kbytes(const struct block_device *bdev)
{
	return bdev->nr_sectors / 2;
}

extern const struct file_operations def_blk_fops;

/* Boot: /sys/block and its kin. (blk_sysfs.c) */
void blk_sysfs_init(struct task_struct *curr);
/* What a disk has done, as /proc/diskstats and /sys/block/NAME/stat have it. */
void disk_stat_line(struct seq_file *m, const struct block_device *bdev);
int proc_partitions(struct seq_file *m, void *v);
int proc_diskstats(struct seq_file *m, void *v);

#endif
