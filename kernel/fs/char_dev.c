/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/char_dev.h"

/*
 * Character devices by number (Linux: fs/char_dev.c, drivers/base/map.c).
 *
 * Two things that Linux keeps apart, too: who has reserved a number, which is
 * a name in /proc/devices; and which device answers when it is opened, a
 * struct cdev in a map. An inode remembers the device that it found, for as
 * long as there is one.
 *
 * Invariants: the list of ranges is in order of number and none overlaps the
 * next; the map has smaller ranges before larger ones, so that the first that
 * fits is the right one. Nothing sleeps between a look at either and a change.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/module/module.h"
#include "kernel/state.h"

#define CHRDEV_MAJOR_MAX           512u
#define CHRDEV_MAJOR_HASH_SIZE     255u
/* Where majors that nobody names are looked for, downward. */
#define CHRDEV_MAJOR_DYN_END       234u
#define CHRDEV_MAJOR_DYN_EXT_START 511u
#define CHRDEV_MAJOR_DYN_EXT_END   384u

/* ---- numbers ---------------------------------------------------------------- */

static bool major_taken(const struct kernel *k, uint32_t major)
{
	const struct char_device_struct *cd = k->vfs.chrdevs;

	while (cd && cd->major != major)
		cd = cd->next;
	return cd;
}

/* Linux looks for an empty chain of its hash table, not for a free number. */
static bool chain_taken(const struct kernel *k, uint32_t chain)
{
	return major_taken(k, chain) ||
	       major_taken(k, chain + CHRDEV_MAJOR_HASH_SIZE) ||
	       major_taken(k, chain + 2 * CHRDEV_MAJOR_HASH_SIZE);
}

/* 0: there is none left. */
static uint32_t find_dynamic_major(const struct kernel *k)
{
	for (uint32_t i = CHRDEV_MAJOR_HASH_SIZE - 1; i >= CHRDEV_MAJOR_DYN_END;
	     i--)
		if (!chain_taken(k, i))
			return i;
	for (uint32_t i = CHRDEV_MAJOR_DYN_EXT_START;
	     i >= CHRDEV_MAJOR_DYN_EXT_END; i--)
		if (!major_taken(k, i))
			return i;
	return 0;
}

static int check_range(struct kernel *k, uint32_t major, uint32_t baseminor,
		       uint32_t minorct, const char *name)
{
	if (major >= CHRDEV_MAJOR_MAX) {
		printk(k,
		       "CHRDEV \"%s\" major requested (%u) is greater than the "
		       "maximum (%u)",
		       name, major, CHRDEV_MAJOR_MAX - 1);
		return -EINVAL;
	}
	if (baseminor > MINORMASK || minorct > MINORMASK + 1 - baseminor) {
		printk(k,
		       "CHRDEV \"%s\" minor range requested (%u-%u) is out of "
		       "range of maximum range (%u-%u) for a single major",
		       name, baseminor, baseminor + minorct - 1, 0, MINORMASK);
		return -EINVAL;
	}
	return 0;
}

/* Into the list, unless it overlaps another there. */
static int insert_range(struct kernel *k, struct char_device_struct *cd)
{
	struct char_device_struct **at = &k->vfs.chrdevs;
	const uint32_t end = cd->baseminor + cd->minorct;

	while (*at && ((*at)->major < cd->major ||
		       ((*at)->major == cd->major &&
			(*at)->baseminor + (*at)->minorct <= cd->baseminor)))
		at = &(*at)->next;
	if (*at && (*at)->major == cd->major && (*at)->baseminor < end)
		return -EBUSY;
	cd->next = *at;
	*at = cd;
	return 0;
}

/* @major 0: any; it is in *@result. */
static int register_region(struct task_struct *curr, uint32_t major,
			   uint32_t baseminor, uint32_t minorct,
			   const char *name, uint32_t *result)
{
	struct char_device_struct *cd;
	int err;

	err = check_range(curr->k, major, baseminor, minorct, name);
	if (err)
		return err;
	cd = kzalloc_obj(curr, ARM_SIZEOF_CHAR_DEVICE_STRUCT, sizeof(*cd),
			 GFP_KERNEL);
	if (!cd)
		return -ENOMEM;
	cd->major = major ? major : find_dynamic_major(curr->k);
	cd->baseminor = baseminor;
	cd->minorct = minorct;
	snprintf(cd->name, sizeof(cd->name), "%s", name);
	err = cd->major ? insert_range(curr->k, cd) : -EBUSY;
	if (!cd->major)
		printk(curr->k,
		       "CHRDEV \"%s\" dynamic allocation region is full", name);
	if (err)
		kfree_obj(curr, cd);
	else if (result)
		*result = cd->major;
	return err;
}

static void unregister_region(struct task_struct *curr, uint32_t major,
			      uint32_t baseminor, uint32_t minorct)
{
	struct char_device_struct **at = &curr->k->vfs.chrdevs, *cd;

	for (; *at; at = &(*at)->next) {
		cd = *at;
		if (cd->major != major || cd->baseminor != baseminor ||
		    cd->minorct != minorct)
			continue;
		*at = cd->next;
		kfree_obj(curr, cd);
		return;
	}
}

void chrdev_region_set_owner(struct kernel *k, uint32_t from,
			     const struct module *by)
{
	struct char_device_struct *cd = k->vfs.chrdevs;

	for (; cd; cd = cd->next)
		if (cd->major == MAJOR(from) && cd->baseminor == MINOR(from))
			cd->by = by;
}

unsigned int chrdev_regions_of_module(struct task_struct *curr,
				      const struct module *by)
{
	struct char_device_struct **at = &curr->k->vfs.chrdevs, *cd;
	unsigned int nr = 0;

	while ((cd = *at)) {
		if (cd->by != by) {
			at = &cd->next;
			continue;
		}
		*at = cd->next;
		kfree_obj(curr, cd);
		nr++;
	}
	return nr;
}

/* End of the part of [from, end) that is of one major. */
static uint64_t major_end(uint64_t from, uint64_t end)
{
	const uint64_t next = ((from >> MINORBITS) + 1) << MINORBITS;

	return next < end ? next : end;
}

int register_chrdev_region(struct task_struct *curr, uint32_t from,
			   uint32_t count, const char *name)
{
	const uint64_t end = (uint64_t)from + count;
	int err = 0;

	for (uint64_t n = from, next; n < end && !err; n = next) {
		next = major_end(n, end);
		err = register_region(curr, MAJOR(n), MINOR(n),
				      (uint32_t)(next - n), name, NULL);
		if (err)
			unregister_chrdev_region(curr, from,
						 (uint32_t)(n - from));
	}
	return err;
}

int alloc_chrdev_region(struct task_struct *curr, uint32_t *dev,
			uint32_t baseminor, uint32_t count, const char *name)
{
	uint32_t major;
	int err = register_region(curr, 0, baseminor, count, name, &major);

	if (!err)
		*dev = MKDEV(major, baseminor);
	return err;
}

void unregister_chrdev_region(struct task_struct *curr, uint32_t from,
			      uint32_t count)
{
	const uint64_t end = (uint64_t)from + count;

	for (uint64_t n = from, next; n < end; n = next) {
		next = major_end(n, end);
		unregister_region(curr, MAJOR(n), MINOR(n),
				  (uint32_t)(next - n));
	}
}

void chrdev_show(struct seq_file *m)
{
	for (const struct char_device_struct *cd = m->k->vfs.chrdevs; cd;
	     cd = cd->next)
		seq_printf(m, "%3u %s\n", cd->major, cd->name);
}

/* ---- devices ------------------------------------------------------------------ */

struct cdev *cdev_alloc(struct task_struct *curr,
			const struct file_operations *ops, struct module *owner)
{
	struct cdev *cdev = kzalloc_obj(curr, ARM_SIZEOF_CDEV, sizeof(*cdev),
					GFP_KERNEL);

	if (!cdev)
		return NULL;
	cdev->ops = ops;
	cdev->owner = owner;
	cdev->refs = 1;
	INIT_LIST_HEAD(&cdev->list);
	return cdev;
}

int cdev_add(struct task_struct *curr, struct cdev *cdev, uint32_t dev,
	     uint32_t count)
{
	struct cdev **at = &curr->k->vfs.cdev_map;

	if (!dev || !count)
		return -EBUSY;
	cdev->dev = dev;
	cdev->count = count;
	while (*at && (*at)->count < count)
		at = &(*at)->next;
	cdev->next = *at;
	*at = cdev;
	return 0;
}

static struct cdev *cdev_find(const struct kernel *k, uint32_t dev)
{
	struct cdev *cdev = k->vfs.cdev_map;

	while (cdev && dev - cdev->dev >= cdev->count)
		cdev = cdev->next;
	return cdev;
}

static void cdev_unmap(struct kernel *k, const struct cdev *cdev)
{
	struct cdev **at = &k->vfs.cdev_map;

	while (*at && *at != cdev)
		at = &(*at)->next;
	if (*at)
		*at = cdev->next;
}

/* The last reference is gone: no inode may remember it. */
static void cdev_release(struct task_struct *curr, struct cdev *cdev)
{
	while (!list_empty(&cdev->list))
		cd_forget(
			list_first_entry(&cdev->list, struct inode, i_devices));
	kfree_obj(curr, cdev);
}

static void cdev_drop(struct task_struct *curr, struct cdev *cdev)
{
	BUG_ON(cdev->refs <= 0);
	if (!--cdev->refs)
		cdev_release(curr, cdev);
}

void cdev_del(struct task_struct *curr, struct cdev *cdev)
{
	cdev_unmap(curr->k, cdev);
	cdev_drop(curr, cdev);
}

/* For a file. False: its module goes. */
static bool cdev_get(struct cdev *cdev)
{
	if (cdev->owner && !try_module_get(cdev->owner))
		return false;
	cdev->refs++;
	return true;
}

void cdev_put(struct task_struct *curr, struct cdev *cdev)
{
	if (cdev->owner)
		module_put(curr, cdev->owner);
	cdev_drop(curr, cdev);
}

void cd_forget(struct inode *inode)
{
	if (!inode->i_cdev)
		return;
	inode->i_cdev = NULL;
	list_del_init(&inode->i_devices);
}

int register_chrdev_of(struct task_struct *curr, uint32_t dev, uint32_t count,
		       const char *name, const struct file_operations *ops)
{
	struct cdev *cdev;
	int err = register_chrdev_region(curr, dev, count, name);

	if (err)
		return err;
	cdev = cdev_alloc(curr, ops, NULL);
	if (cdev)
		return cdev_add(curr, cdev, dev, count);
	unregister_chrdev_region(curr, dev, count);
	return -ENOMEM;
}

/* ---- files ----------------------------------------------------------------------- */

/* The device behind @inode with a reference; NULL: none, or it goes. */
static struct cdev *inode_cdev(struct inode *inode)
{
	struct cdev *cdev = inode->i_cdev;

	if (!cdev) {
		cdev = cdev_find(inode->k, inode->i_rdev);
		if (!cdev)
			return NULL;
		inode->i_cdev = cdev;
		list_add(&inode->i_devices, &cdev->list);
	}
	return cdev_get(cdev) ? cdev : NULL;
}

/* The driver's operations take the place of these. */
static int chrdev_open(struct task_struct *curr, struct inode *inode,
		       struct file *file)
{
	struct cdev *cdev = inode_cdev(inode);
	int err = 0;

	if (!cdev)
		return -ENXIO;
	file->f_op = cdev->ops;
	if (file->f_op->open)
		err = file->f_op->open(curr, inode, file);
	if (err)
		cdev_put(curr, cdev);
	return err;
}

const struct file_operations def_chr_fops = {.open = chrdev_open};

static int bad_open(struct task_struct *curr, struct inode *inode,
		    struct file *file)
{
	(void)curr, (void)inode, (void)file;
	return -ENXIO;
}

const struct file_operations bad_fops = {.open = bad_open};
