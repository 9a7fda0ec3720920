/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_MODULE_H
#define KERNEL_ARCH_ARM_MODULE_H

/* What of loading a module depends on the processor (linux/moduleloader.h). */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct load_info;
struct module;
struct task_struct;

/* A veneer: an instruction that jumps, and where to. */
#define MODULE_VENEER_BYTES 8u

/*
 * Memory that may run, page by page: of the modules area, where calls to the
 * kernel reach, and when that is full of vmalloc's. 0: no memory. May sleep.
 */
vaddr_t module_alloc(struct task_struct *curr, uint32_t nr_bytes);
void module_memfree(struct task_struct *curr, vaddr_t kaddr);

/* How many veneers the branches of init's code, or of the other, may need. */
uint32_t module_count_veneers(const struct load_info *info, bool init);
/*
 * Applies the relocations of section @relsec, the symbols being settled. 0, or
 * -ENOEXEC with a line in the log.
 */
int apply_relocate(struct load_info *info, unsigned int relsec);
/* All is written: code becomes code that can't be written, constants too. */
void module_finalize(struct task_struct *curr, const struct module *mod);

#endif
