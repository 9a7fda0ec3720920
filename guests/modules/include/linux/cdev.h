/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_CDEV_H
#define _LINUX_CDEV_H

#include <linux/fs.h>

/* Often a part of a larger structure: container_of(inode->i_cdev, …). */
struct cdev {
	struct module *owner;
	const struct file_operations *ops;
	void *list[2];
	dev_t dev;
	unsigned int count;
};

/**
 * cdev_init - make a device ready to be added
 * @cdev: the module's
 * @fops: what is done with its files
 *
 * Context: Any context.
 */
void cdev_init(struct cdev *cdev, const struct file_operations *fops);
/**
 * cdev_add - let a device be opened, from now on
 * @cdev: made ready by cdev_init(); its owner is held while it is open
 * @dev: the first number it answers for
 * @count: how many
 *
 * Context: Process context; may sleep.
 * Return: 0, -EBUSY or -ENOMEM.
 */
int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count);
/**
 * cdev_del - nobody opens it any more
 * @cdev: the device; one that wasn't added is left alone
 *
 * Files that are open go on.
 *
 * Context: Process context.
 */
void cdev_del(struct cdev *cdev);

#endif
