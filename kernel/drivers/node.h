/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_NODE_H
#define KERNEL_DRIVERS_NODE_H

struct task_struct;

/* Boot: /sys/devices/system/node, on a board with nodes. After sysfs_init(). */
void node_dev_init(struct task_struct *curr);

#endif
