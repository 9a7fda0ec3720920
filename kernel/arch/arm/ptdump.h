/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_PTDUMP_H
#define KERNEL_ARCH_ARM_PTDUMP_H

struct seq_file;
struct task_struct;

/* What init_mm maps, in Linux's words. */
int kernel_page_tables_show(struct seq_file *m, void *v);
/* An initcall: /sys/kernel/debug/kernel_page_tables. */
void ptdump_init(struct task_struct *curr);

#endif
