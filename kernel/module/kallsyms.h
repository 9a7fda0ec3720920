/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_KALLSYMS_H
#define KERNEL_MODULE_KALLSYMS_H

/* Names within modules (kernel/module/kallsyms.c); lib/kallsyms.h asks. */

#include <stdbool.h>

#include "kernel/lib/kallsyms.h"

struct kernel;

bool module_kallsyms_lookup(struct task_struct *curr, vaddr_t kaddr,
			    struct ksym *to);
/* Each symbol of each module, whatever its type but undefined. */
void module_kallsyms_for_each(struct task_struct *curr,
			      void (*fn)(void *arg, const struct ksym *sym),
			      void *arg);
bool is_module_text_address(const struct kernel *k, vaddr_t kaddr);

#endif
