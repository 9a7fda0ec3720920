/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MISCDEVICE_H
#define _LINUX_MISCDEVICE_H

#include <linux/fs.h>

struct device;

#define MISC_MAJOR         10
#define MISC_DYNAMIC_MINOR 255

/* A device of major 10. A file of it finds this in its private_data at open. */
struct miscdevice {
	int minor;
	const char *name;
	const struct file_operations *fops;
	void *list[2];
	struct device *parent, *this_device;
	const char *nodename; /* in /dev; NULL: the name */
	umode_t mode; /* rights of that; 0: root's alone */
};

/**
 * misc_register - let a device be opened, with a node in /dev
 * @misc: the device; a minor of MISC_DYNAMIC_MINOR becomes one that is free
 *
 * Context: Process context; may sleep.
 * Return: 0, -EBUSY, -EEXIST or -ENOMEM.
 */
int misc_register(struct miscdevice *misc);
/**
 * misc_deregister - no more
 * @misc: the device
 *
 * Context: Process context; may sleep.
 */
void misc_deregister(struct miscdevice *misc);

#endif
