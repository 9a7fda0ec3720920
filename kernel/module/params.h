/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_PARAMS_H
#define KERNEL_MODULE_PARAMS_H

/* What insmod says behind the file's name (include/linux/moduleparam.h). */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct module;
struct task_struct;

#define MODULE_PARAM_NAME 64 /* longer names are cut */

/*
 * The text at @args in user memory, kmalloc'ed as @to. 0, -EFAULT, -EINVAL
 * for one of @most characters or more, -ENOMEM.
 */
int module_copy_args(struct task_struct *curr, vaddr_t args, uint32_t most,
		     vaddr_t *to);
/*
 * Sets @mod's parameters from its args. 0, -EINVAL, -ERANGE or -ENOSPC for a
 * value that is none, or what the module's own function said; what is wrong is
 * in the log.
 */
int module_parse_args(struct task_struct *curr, struct module *mod);

/* The @n-th parameter's name, and its mode in /sys. False: there is none. */
bool module_param_name(struct task_struct *curr, struct module *mod, uint32_t n,
		       char name[MODULE_PARAM_NAME], uint32_t *perm);
/*
 * Its value from the text at @text in kmalloc'ed memory, which may be changed
 * on the way; 0: its name alone was said. 0 or -errno. May sleep.
 */
int module_param_set(struct task_struct *curr, struct module *mod, uint32_t n,
		     vaddr_t text);
/* Its value as text, with a newline. Characters, or -errno. May sleep. */
int32_t module_param_get(struct task_struct *curr, struct module *mod,
			 uint32_t n, char *to, uint32_t size);
/*
 * The same for the struct kernel_param at @kp in a module's memory as if its
 * type were that of the image's object @type, a number's.
 */
int module_param_set_as(struct task_struct *curr, vaddr_t kp, const char *type,
			const char *text);
int32_t module_param_get_as(struct task_struct *curr, vaddr_t kp,
			    const char *type, char *to, uint32_t size);
/* @mod goes: what its parameters were given goes, too. */
void module_destroy_params(struct task_struct *curr, struct module *mod);

#endif
