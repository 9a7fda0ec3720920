/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_PTDUMP_H
#define KERNEL_ARCH_ARM_PTDUMP_H

#include <stdint.h>

#include "mmu/types.h"

struct mm_struct;
struct seq_file;
struct task_struct;

/* Who is told of the regions, and of what is mapped alike in each. */
struct ptdump_sink {
	void *arg;
	void (*marker)(void *arg, uint64_t start, const char *name);
	/* [start, end), below the marker of before: "KERNEL", "RW NX …" */
	void (*stretch)(void *arg, uint64_t start, uint64_t end,
			const char *domain, const char *rights);
};
/* What @mm's tables map from @first to @last, both included. */
void ptdump_walk(struct mm_struct *mm, vaddr_t first, vaddr_t last,
		 const struct ptdump_sink *to);

/* What init_mm maps, in Linux's words. */
int kernel_page_tables_show(struct seq_file *m, void *v);
/* An initcall: /sys/kernel/debug/kernel_page_tables. */
void ptdump_init(struct task_struct *curr);

#endif
