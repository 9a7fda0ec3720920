/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_DISKFS_H
#define KERNEL_FS_DISKFS_H

/*
 * Regular files of the root whose bytes are on a disk: all that are made or
 * changed, where the board has one.
 */

#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/mm/writeback.h"

struct block_device;

/* The disk of a file system, in blocks of a page. */
struct disk_sb_info {
	struct block_device *bdev;
	uint32_t nr_blocks; /* block 0 is never given out */
	uint32_t nr_free; /* reserved ones included */
	uint32_t nr_reserved; /* promised to pages that are dirty */
	uint32_t *used; /* a bit for each */
	uint32_t last; /* given out: the next file goes on from there */
};

/* ---- diskfs.c ------------------------------------------------------------------------ */

/* At boot: the disk that isn't swap space, if there is one, is @sb's. */
void diskfs_mount(struct task_struct *curr, struct super_block *sb);
/* The same of a disk that was found later, before there are any files. */
void diskfs_add_disk(struct task_struct *curr, struct block_device *bdev);
/* A new regular file, or one of the host, keeps its bytes there. */
void diskfs_init_file(struct inode *inode);
/* The file dies, its pages are gone. */
void diskfs_evict(struct task_struct *curr, struct inode *inode);
void diskfs_statfs(const struct super_block *sb, struct kstatfs *st);
/* Blocks of 512 bytes, for stat(2). */
uint64_t diskfs_sectors(const struct inode *inode);
static inline bool is_disk_file(const struct inode *inode)
{
	return inode->i_sb->s_disk && S_ISREG(inode->i_mode);
}

/* ---- diskfs_map.c ---------------------------------------------------------------------- */

/* No memory: false, and there is no disk. */
bool disk_map_init(struct task_struct *curr, struct super_block *sb,
		   struct block_device *bdev);
/* Where page @index is on the disk; 0: it isn't. */
uint32_t disk_block(const struct inode *inode, pgoff_t index);
/* Is what the file shows there something else than zeroes? */
bool disk_has_data(const struct inode *inode, pgoff_t index);
/* Must the host's file be asked? */
bool disk_shows_host(const struct inode *inode, pgoff_t index);
/*
 * Before the page gets dirty: from now on there is a block for it. 0, -ENOSPC,
 * -ENOMEM. May sleep.
 */
int disk_reserve(struct task_struct *curr, struct inode *inode, pgoff_t index);
/* It didn't get dirty after all. */
void disk_unreserve(struct task_struct *curr, struct inode *inode,
		    pgoff_t index);
/* The block of a page that has one, or has it reserved. Never sleeps. */
uint32_t disk_allocate(struct task_struct *curr, struct inode *inode,
		       pgoff_t index);
/* The blocks of [start, UINT32_MAX] are free; the host's file ends there. */
void disk_truncate(struct task_struct *curr, struct inode *inode,
		   pgoff_t start);
/* Those of [start, end) are free, and zeroes there. 0 or -ENOMEM. */
int disk_punch(struct task_struct *curr, struct inode *inode, pgoff_t start,
	       pgoff_t end);

/* For kernel_verify(): the map of blocks against its numbers. */
unsigned int verify_disk(struct kernel *k);

/* ---- rootfs.c ------------------------------------------------------------------------------ */

/* A ->readpage() of the host's bytes, with zeroes behind them. */
int rootfs_readpage(struct task_struct *curr, struct file *file,
		    struct page *page);

#endif
