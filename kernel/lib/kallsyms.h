/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_KALLSYMS_H
#define KERNEL_LIB_KALLSYMS_H

/*
 * Names of kernel addresses (include/linux/kallsyms.h): of the image's
 * functions and data, by its System.map, and of modules', by the symbol table
 * that each keeps.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct module;
struct seq_file;
struct task_struct;

#define KSYM_NAME_LEN 128

struct ksym {
	char name[KSYM_NAME_LEN];
	char type; /* as nm tells it */
	vaddr_t start;
	uint32_t size; /* up to the next symbol, or to the end */
	const struct module *mod; /* NULL: the image's */
};
/* What has @kaddr in it. False: nobody knows. */
bool kallsyms_lookup(struct task_struct *curr, vaddr_t kaddr, struct ksym *to);

struct symbol_text {
	char text[KSYM_NAME_LEN + 96];
};
/* printk's %pS, "work+0x94/0x134 [oops]", and %ps, "work [oops]". */
struct symbol_text sprint_symbol(struct task_struct *curr, vaddr_t kaddr);
struct symbol_text sprint_symbol_no_offset(struct task_struct *curr,
					   vaddr_t kaddr);

/* Code of the kernel's: the image's text, or a module's. */
bool kernel_text_address(const struct task_struct *curr, vaddr_t kaddr);

/* /proc/kallsyms */
int kallsyms_show(struct seq_file *m, void *v);

#endif
