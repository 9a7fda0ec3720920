/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_AMBA_H
#define KERNEL_DRIVERS_AMBA_H

/* The bus of ARM's PrimeCells (include/linux/amba/bus.h). */

struct task_struct;

/* At boot, with slabs, before any driver: all there are, in /proc/iomem. */
void amba_init(struct task_struct *curr);
/*
 * The driver of the device tree's @node takes its registers, in /proc/iomem as
 * @name, or with NULL as "10009000.serial serial@10009000". 0 or -EBUSY.
 */
int amba_request_regions(struct task_struct *curr, int node, const char *name);

#endif
