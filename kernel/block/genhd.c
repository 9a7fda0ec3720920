/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/block/blkdev.h"

/*
 * Majors of block devices, and disks that appear (Linux: block/genhd.c).
 *
 * Invariant: the list is in order of number, and nothing sleeps between a look
 * at it and a change.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/drivers/devtmpfs.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define BLKDEV_MAJOR_HASH_SIZE 255u
#define BLKDEV_MAJOR_MAX       512u

struct blk_major_name {
	struct blk_major_name *next;
	uint32_t major;
	char name[16];
};

/* ---- majors ------------------------------------------------------------------- */

/* Where @major is, or would be. */
static struct blk_major_name **find_major(struct kernel *k, uint32_t major)
{
	struct blk_major_name **at = &k->block.majors;

	while (*at && (*at)->major < major)
		at = &(*at)->next;
	return at;
}

static bool major_taken(struct kernel *k, uint32_t major)
{
	const struct blk_major_name *found = *find_major(k, major);

	return found && found->major == major;
}

/* As Linux: of the chains of its table, the last that is empty. 0: none. */
static uint32_t find_dynamic_major(struct kernel *k)
{
	uint32_t major = BLKDEV_MAJOR_HASH_SIZE - 1;

	while (major && (major_taken(k, major) ||
			 major_taken(k, major + BLKDEV_MAJOR_HASH_SIZE)))
		major--;
	return major;
}

static int insert_major(struct kernel *k, struct blk_major_name *new)
{
	struct blk_major_name **at = find_major(k, new->major);

	if (*at && (*at)->major == new->major) {
		printk(k, "register_blkdev: cannot get major %u for %s",
		       new->major, new->name);
		return -EBUSY;
	}
	new->next = *at;
	*at = new;
	return 0;
}

int register_blkdev(struct task_struct *curr, uint32_t major, const char *name)
{
	struct blk_major_name *new;
	int err;

	if (major > BLKDEV_MAJOR_MAX) {
		printk(curr->k,
		       "register_blkdev: major requested (%u) is greater than "
		       "the maximum (%u) for %s",
		       major, BLKDEV_MAJOR_MAX, name);
		return -EINVAL;
	}
	new = kzalloc_obj(curr, ARM_SIZEOF_BLK_MAJOR_NAME, sizeof(*new),
			  GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->major = major ? major : find_dynamic_major(curr->k);
	snprintf(new->name, sizeof(new->name), "%s", name);
	if (!new->major)
		printk(curr->k, "register_blkdev: failed to get major for %s",
		       name);
	err = new->major ? insert_major(curr->k, new) : -EBUSY;
	if (err) {
		kfree_obj(curr, new);
		return err;
	}
	return major ? 0 : (int)new->major;
}

void unregister_blkdev(struct task_struct *curr, uint32_t major,
		       const char *name)
{
	struct blk_major_name **at = find_major(curr->k, major), *old = *at;

	if (!old || old->major != major || strcmp(old->name, name) != 0)
		return;
	*at = old->next;
	kfree_obj(curr, old);
}

void blkdev_show(struct seq_file *m)
{
	const struct blk_major_name *name = m->k->block.majors;

	for (; name; name = name->next)
		seq_printf(m, "%3u %s\n", name->major, name->name);
}

/* ---- disks -------------------------------------------------------------------------- */

void device_add_disk(struct task_struct *curr, struct block_device *bdev,
		     uint32_t major, uint32_t first_minor)
{
	bdev->dev = MKDEV(major, first_minor);
	devtmpfs_create_node(curr, bdev->name, S_IFBLK | 0600, bdev->dev);
}
