/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_DEVTMPFS_H
#define KERNEL_DRIVERS_DEVTMPFS_H

/* /dev as the kernel keeps it (drivers/base/base.h: devtmpfs_…). */

#include <stdint.h>

struct task_struct;

/* Boot, before any device. */
void devtmpfs_init(struct task_struct *curr);
/*
 * /dev/@name is a device from now on, root's alone by its @mode (S_IFCHR or
 * S_IFBLK, and rights), wherever a devtmpfs is mounted or will be. A '/' or
 * '!' in the name makes folders. What is there already stays. 0 or -ENOMEM.
 * May sleep.
 */
int devtmpfs_create_node(struct task_struct *curr, const char *name,
			 uint32_t mode, uint32_t dev);
/* No more; and folders that this leaves empty go with it. */
void devtmpfs_delete_node(struct task_struct *curr, const char *name,
			  uint32_t mode, uint32_t dev);

#endif
