/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_BLOCK_BLKDEV_H
#define KERNEL_BLOCK_BLKDEV_H

/* Block devices by number, and as files (include/linux/blkdev.h). */

#include "kernel/block/bio.h"
#include "kernel/fs/fs.h"

#define VIRTBLK_MAJOR 254u /* "virtblk" in /proc/devices */
#define DISK_MINORS   16u /* for partitions, which no disk here has */

/* Its number, as stat(2) has it. */
uint32_t bdev_dev(const struct block_device *bdev);
/* NULL: there is none of that number. */
struct block_device *blkdev_get_by_dev(struct kernel *k, uint32_t dev);
/* Size in 1024 bytes, as /proc/partitions has it. */
static inline uint32_t bdev_kbytes(const struct block_device *bdev)
{
	return bdev->nr_sectors / 2;
}

extern const struct file_operations def_blk_fops;

struct seq_file;
int proc_partitions(struct seq_file *m, void *v);
int proc_diskstats(struct seq_file *m, void *v);

#endif
