/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/diskfs.h"

/*
 * Which block of the disk a page of a file has (in spirit Linux's
 * fs/ext4/extents_status.c and balloc.c, with delayed allocation).
 *
 * An entry of i_disk.map, by page:
 *
 *	none		the host's bytes, if its file reaches that far, or zeroes
 *	HOLE		zeroes: here the host's bytes don't show any more
 *	RESERVED	the same as before, and a block is promised: the page is
 *			dirty, or fallocate() wanted it
 *	a block		there
 *
 * A block is promised when a page gets dirty, so that a full disk is the
 * writer's error, and chosen when the page is written: then, mostly, those
 * before it have just been, and it gets the next one. The search begins behind
 * the file's last block, or behind the last one given out.
 *
 * Invariant: nr_reserved, the number of RESERVED entries, never exceeds
 * nr_free, the number of clear bits.
 */

#include "kernel/block/bio.h"
#include "kernel/lib/bitmap.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define RESERVED    1u
#define HOLE        2u
#define BLOCK_SHIFT 2

static uint32_t map_entry(const struct inode *inode, pgoff_t index)
{
	const void *entry = xa_load(&inode->i_disk.map, index);

	return entry ? xa_to_value(entry) : 0;
}

static uint32_t host_pages(const struct inode *inode)
{
	return (uint32_t)((inode->i_host_size + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

bool disk_map_init(struct task_struct *curr, struct super_block *sb,
		   struct block_device *bdev)
{
	const uint32_t nr_blocks = bdev->nr_sectors / SECTORS_PER_PAGE;
	const uint32_t bytes = BITMAP_WORDS(nr_blocks) * sizeof(uint32_t);
	struct disk_sb_info *disk;

	if (nr_blocks < 2)
		return false;
	disk = kzalloc_obj(curr, sizeof(*disk), sizeof(*disk), GFP_KERNEL);
	if (!disk)
		return false;
	disk->used = kzalloc_obj(curr, bytes, bytes, GFP_KERNEL);
	if (!disk->used) {
		kfree_obj(curr, disk);
		return false;
	}
	disk->bdev = bdev;
	disk->nr_blocks = nr_blocks;
	disk->nr_free = nr_blocks - 1;
	set_bit(0, disk->used);
	sb->s_disk = disk;
	return true;
}

/* ---- looking ---------------------------------------------------------------------------- */

uint32_t disk_block(const struct inode *inode, pgoff_t index)
{
	return map_entry(inode, index) >> BLOCK_SHIFT;
}

bool disk_shows_host(const struct inode *inode, pgoff_t index)
{
	const uint32_t entry = map_entry(inode, index);

	return !(entry & ~RESERVED) && index < host_pages(inode);
}

bool disk_has_data(const struct inode *inode, pgoff_t index)
{
	return map_entry(inode, index) & ~HOLE || disk_shows_host(inode, index);
}

/* ---- promising and giving ----------------------------------------------------------------- */

int disk_reserve(struct task_struct *curr, struct inode *inode, pgoff_t index)
{
	struct disk_sb_info *disk = inode->i_sb->s_disk;
	void *old = xa_load(&inode->i_disk.map, index);
	int error = 0;

	if (map_entry(inode, index) & ~HOLE)
		return 0;
	if (disk->nr_free == disk->nr_reserved)
		return -ENOSPC;
	disk->nr_reserved++; /* before anything sleeps */
	inode->i_disk.nr_blocks++;
	error = xa_replace(curr, &inode->i_disk.map, index, old,
			   xa_mk_value(map_entry(inode, index) | RESERVED),
			   GFP_KERNEL);
	if (!error)
		return 0;
	disk->nr_reserved--;
	inode->i_disk.nr_blocks--;
	/* The page is locked; only fallocate() may have been faster. */
	return error == -EBUSY ? disk_reserve(curr, inode, index) : error;
}

void disk_unreserve(struct task_struct *curr, struct inode *inode,
		    pgoff_t index)
{
	const uint32_t entry = map_entry(inode, index);

	if (!(entry & RESERVED))
		return;
	inode->i_sb->s_disk->nr_reserved--;
	inode->i_disk.nr_blocks--;
	if (entry & HOLE)
		xa_store(curr, &inode->i_disk.map, index, xa_mk_value(HOLE),
			 GFP_NOWAIT);
	else
		xa_erase(curr, &inode->i_disk.map, index);
}

/* A free block, at @goal or after it or, at the end, from the beginning. */
static uint32_t find_block(const struct disk_sb_info *disk, uint32_t goal)
{
	uint32_t block = find_next_zero_bit(disk->used, disk->nr_blocks, goal);

	if (block >= disk->nr_blocks)
		block = find_next_zero_bit(disk->used, disk->nr_blocks, 1);
	BUG_ON(block >= disk->nr_blocks); /* it was promised */
	return block;
}

uint32_t disk_allocate(struct task_struct *curr, struct inode *inode,
		       pgoff_t index)
{
	struct disk_sb_info *disk = inode->i_sb->s_disk;
	const uint32_t entry = map_entry(inode, index);
	uint32_t block = entry >> BLOCK_SHIFT, before;

	if (block)
		return block;
	BUG_ON(!(entry & RESERVED));
	before = inode->i_disk.last_block ? inode->i_disk.last_block
					  : disk->last;
	block = find_block(disk, before + 1);
	set_bit(block, disk->used);
	disk->nr_free--;
	disk->nr_reserved--;
	disk->last = inode->i_disk.last_block = block;
	xa_store(curr, &inode->i_disk.map, index,
		 xa_mk_value(block << BLOCK_SHIFT), GFP_NOWAIT);
	return block;
}

/* ---- taking back ---------------------------------------------------------------------------- */

static void free_entry(struct inode *inode, uint32_t entry)
{
	struct disk_sb_info *disk = inode->i_sb->s_disk;
	const uint32_t block = entry >> BLOCK_SHIFT;

	if (block) {
		BUG_ON(!test_and_clear_bit(block, disk->used));
		disk->nr_free++;
		inode->i_disk.nr_blocks--;
	} else if (entry & RESERVED) {
		disk->nr_reserved--;
		inode->i_disk.nr_blocks--;
	}
}

void disk_truncate(struct task_struct *curr, struct inode *inode, pgoff_t start)
{
	uint32_t index = start;
	void *entry;

	while ((entry = xa_find(&inode->i_disk.map, &index, UINT32_MAX))) {
		free_entry(inode, xa_to_value(entry));
		xa_erase(curr, &inode->i_disk.map, index);
	}
	if (!start)
		inode->i_disk.last_block = 0;
}

int disk_punch(struct task_struct *curr, struct inode *inode, pgoff_t start,
	       pgoff_t end)
{
	const uint32_t nr_host = host_pages(inode);
	uint32_t index = start;
	void *entry;
	int error;

	for (; index < end && index < nr_host; index++) {
		const uint32_t old = map_entry(inode, index);

		error = xa_store(curr, &inode->i_disk.map, index,
				 xa_mk_value(HOLE), GFP_KERNEL);
		if (error)
			return error;
		free_entry(inode, old);
	}
	while (index < end &&
	       (entry = xa_find(&inode->i_disk.map, &index, end - 1))) {
		free_entry(inode, xa_to_value(entry));
		xa_erase(curr, &inode->i_disk.map, index);
	}
	return 0;
}

/* ---- verification ----------------------------------------------------------------------------- */

unsigned int verify_disk(struct kernel *k)
{
	const struct super_block *sb = k->vfs.root ? k->vfs.root->d_sb : NULL;
	const struct disk_sb_info *disk = sb ? sb->s_disk : NULL;
	uint32_t used;

	if (!disk)
		return 0;
	used = bitmap_weight(disk->used, disk->nr_blocks);
	if (used + disk->nr_free == disk->nr_blocks &&
	    disk->nr_reserved <= disk->nr_free)
		return 0;
	printk(k, "verify: disk of %u blocks: %u used, %u free, %u promised",
	       disk->nr_blocks, used, disk->nr_free, disk->nr_reserved);
	return 1;
}
