/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_PARAMS_H
#define KERNEL_MODULE_PARAMS_H

/* What insmod says behind the file's name (include/linux/moduleparam.h). */

#include <stdint.h>

#include "mmu/types.h"

struct module;
struct task_struct;

/*
 * The text at @args in user memory, kmalloc'ed as @to. 0, -EFAULT, -EINVAL
 * for one of @most characters or more, -ENOMEM.
 */
int module_copy_args(struct task_struct *curr, vaddr_t args, uint32_t most,
		     vaddr_t *to);
/*
 * Sets @mod's parameters from its args. 0, -ENOENT for one it hasn't, -EINVAL
 * or -ERANGE for a value that is none; what is wrong is in the log.
 */
int module_parse_args(struct task_struct *curr, struct module *mod);

#endif
