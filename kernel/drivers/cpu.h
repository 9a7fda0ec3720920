/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_CPU_H
#define KERNEL_DRIVERS_CPU_H

struct task_struct;

/* Boot: /sys/devices/system/cpu. After sysfs_init(). */
void cpu_dev_init(struct task_struct *curr);

#endif
