/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_IOREMAP_H
#define KERNEL_ARCH_ARM_IOREMAP_H

/* Areas of the vmalloc range (include/linux/vmalloc.h). */

#include <stdint.h>

#include "mmu/types.h"

/* One mapping, in struct arch_state's list by address. */
struct vm_struct {
	struct vm_struct *next;
	vaddr_t addr;
	uint32_t size; /* with its guard page */
	paddr_t phys_addr;
};

#endif
