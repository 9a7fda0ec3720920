/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_CHRDEV_H
#define KERNEL_MODULE_CHRDEV_H

/* Modules' devices, within kernel/module/. */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/fs/fs.h"
#include "mmu/types.h"

struct arm_file_operations;
struct export;
struct module;
struct seq_file;

/* ---- module/chrdev.c ---------------------------------------------------------- */

/* The module whose struct module lies at @this_module; NULL: none. */
struct module *module_by_handle(const struct kernel *k, vaddr_t this_module);
/* The module that called; NULL: none that is loaded. */
struct module *module_of_caller(const struct export *call);
/*
 * @mod is unloaded: what it has registered and not given back is reported and
 * taken away, so that nobody calls code that is gone.
 */
void module_forget_devices(struct task_struct *curr, const struct module *mod);

/* ---- module/device.c ------------------------------------------------------------ */

/* Its classes, their devices and misc devices; how many. */
unsigned int module_forget_classes(struct task_struct *curr,
				   const struct module *mod);

/* ---- module/file_ops.c ----------------------------------------------------------- */

/* Of every file that a module answers for. */
extern const struct file_operations module_file_fops;
/* A module's operations at @fops. False: they can't be read. */
bool module_read_fops(struct task_struct *curr, vaddr_t fops,
		      struct arm_file_operations *to);
/* The struct file that the module sees; 0: it isn't one of theirs. */
vaddr_t module_file_shadow(const struct file *file);

/* ---- module/vm_ops.c ---------------------------------------------------------------- */

/* A module's ->mmap() at @fn. 0 or -errno. */
int module_mmap(struct task_struct *curr, struct file *file,
		struct vm_area_struct *vma, vaddr_t fn);

#endif
