/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_PAGEATTR_H
#define KERNEL_ARCH_ARM_PAGEATTR_H

/*
 * Rights of kernel memory, page by page (include/linux/set_memory.h): of the
 * modules area and of vmalloc's, @nr_pages from the page of @kaddr on. All
 * TLBs know when they return. 0, or -EINVAL for other addresses.
 */

#include <stdint.h>

#include "mmu/types.h"

struct task_struct;

int set_memory_ro(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages);
int set_memory_rw(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages);
int set_memory_nx(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages);
int set_memory_x(struct task_struct *curr, vaddr_t kaddr, uint32_t nr_pages);

#endif
