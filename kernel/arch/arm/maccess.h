/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_MACCESS_H
#define KERNEL_ARCH_ARM_MACCESS_H

/*
 * Kernel memory at addresses that may be wrong (mm/maccess.c): through the
 * core's MMU at PL1, and nothing happens where there is no RAM that may be
 * accessed so. Addresses of user space are wrong, too.
 */

#include <stdint.h>

#include "mmu/types.h"

struct task_struct;

/* 0 or -EFAULT; a copy that fails may be half done. Never sleep. */
int copy_from_kernel_nofault(struct task_struct *curr, void *to, vaddr_t from,
			     uint32_t nr_bytes);
int copy_to_kernel_nofault(struct task_struct *curr, vaddr_t to,
			   const void *from, uint32_t nr_bytes);
/*
 * The length without the NUL, @size - 1 at most, what is longer being cut; or
 * -EFAULT. @to is terminated if it isn't.
 */
int strncpy_from_kernel_nofault(struct task_struct *curr, char *to,
				vaddr_t from, uint32_t size);

#endif
