/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_MISC_H
#define KERNEL_MODULE_MISC_H

/* Misc devices, for the rest of the kernel (include/linux/miscdevice.h). */

struct seq_file;
struct task_struct;

/* Boot: major 10 is theirs. */
void misc_init(struct task_struct *curr);
/* /proc/misc */
int misc_show(struct seq_file *m, void *v);

#endif
