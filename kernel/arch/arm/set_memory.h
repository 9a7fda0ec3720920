/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_SET_MEMORY_H
#define KERNEL_ARCH_ARM_SET_MEMORY_H

/* Rights of memory that vmalloc() or module_alloc() gave (asm/set_memory.h). */

#include <stdint.h>

#include "mmu/types.h"

struct task_struct;

/*
 * @nr_pages from @kaddr on may be read, also written, or executed as well; TLBs
 * have been told when they return. 0, or -EINVAL: not such memory.
 */
int set_memory_ro(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages);
int set_memory_rw(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages);
int set_memory_nx(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages);
int set_memory_x(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages);

#endif
