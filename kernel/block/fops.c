/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/block/blkdev.h"

/*
 * Disks as files (block/fops.c, block/ioctl.c) and in /proc (block/genhd.c):
 * what mkswap and dd need of /dev/vda.
 *
 * Who opens one with O_EXCL has it alone: no second file that is opened so,
 * no file system, no swap area. While it is a swap area's, nobody writes to it.
 *
 * MODEL: reads and writes go to the disk and wait for it, a page each; there
 * is no page cache of the device, so it can't be mapped (ENODEV), and fsync()
 * has nothing to do.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/mm/highmem.h"

struct block_device *blkdev_get_by_dev(struct kernel *k, uint32_t dev)
{
	for (unsigned int i = 0; i < k->block.nr_bdevs; i++)
		if (bdev_dev(&k->block.bdev[i]) == dev)
			return &k->block.bdev[i];
	return NULL;
}

/* ---- reading and writing ------------------------------------------------------------- */

static struct block_device *file_bdev(const struct file *file)
{
	return blkdev_get_by_dev(file->f_inode->k, file->f_inode->i_rdev);
}

static int64_t bdev_bytes(const struct block_device *bdev)
{
	/* What lies beyond the last whole page has no request that fits. */
	return (int64_t)(bdev->nr_sectors / SECTORS_PER_PAGE) << PAGE_SHIFT;
}

/* With O_EXCL: as long as the file is open, nobody's else. */
static int blkdev_open(struct task_struct *curr, struct inode *inode,
		       struct file *file)
{
	struct block_device *bdev = blkdev_get_by_dev(curr->k, inode->i_rdev);

	if (!bdev)
		return -ENXIO;
	if (!(file->f_flags & O_EXCL))
		return 0;
	if (bdev->holder)
		return -EBUSY;
	bdev->holder = file;
	return 0;
}

static void blkdev_close(struct task_struct *curr, struct file *file)
{
	struct block_device *bdev = file_bdev(file);

	(void)curr;
	if (bdev->holder == file)
		bdev->holder = NULL;
}

/* All that was written is on the disk. */
static int blkdev_fsync(struct task_struct *curr, struct file *file,
			pgoff_t start, pgoff_t last)
{
	(void)curr, (void)file, (void)start, (void)last;
	return 0;
}

static int64_t blkdev_llseek(struct task_struct *curr, struct file *file,
			     int64_t offset, int whence)
{
	return generic_llseek(curr, file, offset, whence,
			      bdev_bytes(file_bdev(file)));
}

/* How much of the request lies in the page at @pos. */
static uint32_t part_of_page(int64_t pos, uint32_t count)
{
	const uint32_t room = PAGE_SIZE - offset_in_page((uint32_t)pos);

	return count < room ? count : room;
}

static uint32_t sector_of(int64_t pos)
{
	return (uint32_t)(pos >> PAGE_SHIFT) * SECTORS_PER_PAGE;
}

/* Bytes, or -errno. */
static int32_t read_part(struct task_struct *curr, struct block_device *bdev,
			 struct page *page, struct iov_iter *to, int64_t pos)
{
	const uint32_t part = part_of_page(pos, to->count);
	uint32_t copied;

	if (submit_bio_wait(curr, bdev, sector_of(pos), false, page))
		return -EIO;
	copied = copy_page_to_iter(curr, page, offset_in_page((uint32_t)pos),
				   part, to);
	return copied ? (int32_t)copied : -EFAULT;
}

/* What surrounds the bytes is read before. */
static int32_t write_part(struct task_struct *curr, struct block_device *bdev,
			  struct page *page, struct iov_iter *from, int64_t pos)
{
	const uint32_t part = part_of_page(pos, from->count);
	uint32_t copied;

	if (part < PAGE_SIZE &&
	    submit_bio_wait(curr, bdev, sector_of(pos), false, page))
		return -EIO;
	copied = copy_page_from_iter(curr, page, offset_in_page((uint32_t)pos),
				     part, from);
	/* The rest of a whole page isn't there to be written again. */
	if (!copied || (part == PAGE_SIZE && copied < part))
		return -EFAULT;
	if (submit_bio_wait(curr, bdev, sector_of(pos), true, page))
		return -EIO;
	return (int32_t)copied;
}

typedef int32_t (*part_fn)(struct task_struct *curr, struct block_device *bdev,
			   struct page *page, struct iov_iter *i, int64_t pos);

/* Bytes; -errno if not even one. */
static int32_t transfer_parts(struct task_struct *curr, struct file *file,
			      struct iov_iter *i, int64_t *pos, part_fn part)
{
	struct block_device *bdev = file_bdev(file);
	struct page *page = alloc_page(curr, GFP_KERNEL);
	int32_t done = 0, n = 0;

	if (!page)
		return -ENOMEM;
	while (i->count && *pos < bdev_bytes(bdev)) {
		n = part(curr, bdev, page, i, *pos);
		if (n < 0)
			break;
		done += n;
		*pos += n;
	}
	put_page(curr, page);
	return done ? done : n < 0 ? n : 0;
}

static int32_t blkdev_read_iter(struct task_struct *curr, struct file *file,
				struct iov_iter *to, int64_t *pos)
{
	return transfer_parts(curr, file, to, pos, read_part);
}

static int32_t blkdev_write_iter(struct task_struct *curr, struct file *file,
				 struct iov_iter *from, int64_t *pos)
{
	int32_t done;

	if (file_bdev(file)->swapfile)
		return -ETXTBSY;
	if (from->count && *pos >= bdev_bytes(file_bdev(file)))
		return -ENOSPC;
	/* One at a time: each reads what is around its bytes. */
	down_write(curr, &file->f_inode->i_rwsem);
	done = transfer_parts(curr, file, from, pos, write_part);
	up_write(curr, &file->f_inode->i_rwsem);
	return done;
}

/* ---- ioctl(2) ---------------------------------------------------------------------------- */

#define BLKROGET     0x125eu
#define BLKGETSIZE   0x1260u
#define BLKFLSBUF    0x1261u
#define BLKSSZGET    0x1268u
#define BLKPBSZGET   0x127bu
#define BLKGETSIZE64 0x80041272u

static int32_t blkdev_ioctl(struct task_struct *curr, struct file *file,
			    uint32_t cmd, uint32_t arg)
{
	const struct block_device *bdev = file_bdev(file);
	const uint64_t bytes = (uint64_t)bdev->nr_sectors << SECTOR_SHIFT;

	switch (cmd) {
	case BLKFLSBUF:
		return capable(curr, CAP_SYS_ADMIN) ? 0 : -EACCES;
	case BLKROGET:
		return put_user_u32(curr, 0, arg) ? -EFAULT : 0;
	case BLKGETSIZE:
		return put_user_u32(curr, bdev->nr_sectors, arg) ? -EFAULT : 0;
	case BLKSSZGET:
	case BLKPBSZGET:
		return put_user_u32(curr, 1u << SECTOR_SHIFT, arg) ? -EFAULT
								   : 0;
	case BLKGETSIZE64:
		return copy_to_user(curr, arg, &bytes, sizeof(bytes)) ? -EFAULT
								      : 0;
	default:
		return -ENOTTY;
	}
}

const struct file_operations def_blk_fops = {
	.open = blkdev_open,
	.release = blkdev_close,
	.read_iter = blkdev_read_iter,
	.write_iter = blkdev_write_iter,
	.llseek = blkdev_llseek,
	.ioctl = blkdev_ioctl,
	.fsync = blkdev_fsync,
};

/* ---- /proc ----------------------------------------------------------------------------------- */

int proc_partitions(struct seq_file *m, void *v)
{
	const struct block_state *block = &m->k->block;

	(void)v;
	if (block->nr_bdevs)
		seq_puts(m, "major minor  #blocks  name\n\n");
	for (unsigned int i = 0; i < block->nr_bdevs; i++) {
		const struct block_device *bdev = &block->bdev[i];

		seq_printf(m, "%4u  %7u %10u %s\n", MAJOR(bdev_dev(bdev)),
			   MINOR(bdev_dev(bdev)), bdev_kbytes(bdev),
			   bdev->name);
	}
	return 0;
}

static uint64_t to_ms(const struct kernel *k, uint64_t cycles)
{
	return cycles_to_ns(k, cycles) / 1000000;
}

/* MODEL: nothing is merged, discarded or flushed: those columns are 0. */
void disk_stat_line(struct seq_file *m, const struct block_device *bdev)
{
	const struct disk_stats *s = &bdev->stats;
	const uint64_t read = to_ms(m->k, s->cycles[0]);
	const uint64_t write = to_ms(m->k, s->cycles[1]);

	seq_printf(m,
		   "%llu 0 %llu %llu %llu 0 %llu %llu %u %llu %llu 0 0 0 0 0 "
		   "0\n",
		   (unsigned long long)s->ios[0],
		   (unsigned long long)s->sectors[0], (unsigned long long)read,
		   (unsigned long long)s->ios[1],
		   (unsigned long long)s->sectors[1], (unsigned long long)write,
		   bdev->nr_in_flight, (unsigned long long)(read + write),
		   (unsigned long long)(read + write));
}

int proc_diskstats(struct seq_file *m, void *v)
{
	const struct block_state *block = &m->k->block;

	(void)v;
	for (unsigned int i = 0; i < block->nr_bdevs; i++) {
		const struct block_device *bdev = &block->bdev[i];

		seq_printf(m, "%4u %7u %s ", MAJOR(bdev_dev(bdev)),
			   MINOR(bdev_dev(bdev)), bdev->name);
		disk_stat_line(m, bdev);
	}
	return 0;
}
