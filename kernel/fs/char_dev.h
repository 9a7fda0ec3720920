/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_CHAR_DEV_H
#define KERNEL_FS_CHAR_DEV_H

/*
 * Character devices: numbers that drivers reserve, and what stands behind a
 * number (include/linux/cdev.h, fs.h, kdev_t.h).
 */

#include "kernel/fs/fs.h"

struct module;
struct seq_file;

/* minor: what a driver asks for when it wants all of a major */
#define CHRDEV_MINORS 256u
#define MINORBITS     20
#define MINORMASK     ((1u << MINORBITS) - 1)

/* A range of numbers with a name: a line of /proc/devices. */
struct char_device_struct {
	struct char_device_struct *next; /* by number */
	uint32_t major, baseminor, minorct;
	const struct module *by; /* who asked; NULL: the kernel */
	char name[64];
};

/*
 * What answers for a range of numbers. Whoever made it holds a reference
 * until cdev_del(); so does each open file.
 */
struct cdev {
	const struct file_operations *ops;
	struct module *owner; /* NULL: the kernel */
	uint32_t dev, count;
	int32_t refs;
	struct cdev *next; /* in the map: smaller ranges first */
	struct list_head list; /* inode.i_devices: who was opened once */
	/* a module's: its operations; its struct cdev or miscdevice, or 0 */
	vaddr_t arm_ops, arm, arm_misc;
	const struct module *by; /* who added it */
};

/*
 * Reserves @count numbers from @from on, over several majors if need be. 0,
 * -EBUSY, -EINVAL, -ENOMEM. The name is copied. May sleep.
 */
int register_chrdev_region(struct task_struct *curr, uint32_t from,
			   uint32_t count, const char *name);
/* The same of a major that nobody has, into *@dev: from 254 down. */
int alloc_chrdev_region(struct task_struct *curr, uint32_t *dev,
			uint32_t baseminor, uint32_t count, const char *name);
void unregister_chrdev_region(struct task_struct *curr, uint32_t from,
			      uint32_t count);

/* Who has reserved @from is @by, which is to give it back some day. */
void chrdev_region_set_owner(struct kernel *k, uint32_t from,
			     const struct module *by);
/* All that @by has reserved is free again; how many ranges. */
unsigned int chrdev_regions_of_module(struct task_struct *curr,
				      const struct module *by);

/* A device of nobody's numbers yet; NULL: no memory. */
struct cdev *cdev_alloc(struct task_struct *curr,
			const struct file_operations *ops,
			struct module *owner);
/*
 * From now on @cdev is what open(2) finds at @count numbers from @dev on; of
 * several the smallest range counts. 0 or -EBUSY: MKDEV(0, 0) is no number.
 */
int cdev_add(struct task_struct *curr, struct cdev *cdev, uint32_t dev,
	     uint32_t count);
/*
 * Nobody finds it any more, added or not, and the maker's reference is given
 * up. Files that are open go on; so may, as on Linux, who opens the inode that
 * one of them has.
 */
void cdev_del(struct task_struct *curr, struct cdev *cdev);
void cdev_put(struct task_struct *curr, struct cdev *cdev);
/* @inode dies. */
void cd_forget(struct inode *inode);

/* Numbers and device at once, as most drivers do. 0 or -errno. */
int register_chrdev_of(struct task_struct *curr, uint32_t dev, uint32_t count,
		       const char *name, const struct file_operations *ops);

/* The lines of /proc/devices. */
void chrdev_show(struct seq_file *m);

/* Boot: /dev/mem, null, zero, full, random, urandom, kmsg (drivers/mem.c). */
void chr_dev_init(struct task_struct *curr);

#endif
