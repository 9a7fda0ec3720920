/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_IOREMAP_H
#define KERNEL_ARCH_ARM_IOREMAP_H

/*
 * Areas of the boot's (arch/arm/mm/mmu.c: iotable_init(),
 * vm_reserve_area_early()), from memblock; vmalloc learns of them when it
 * begins. Drivers map what they need with ioremap(), see io.h.
 */

#include <stdint.h>

#include "mmu/types.h"

struct kernel;

/* [kaddr, kaddr + size) is mapped to @paddr already, and stays so. */
void vm_map_area_early(struct kernel *k, vaddr_t kaddr, paddr_t paddr,
		       uint32_t size, const char *caller);
/* Nothing is there, nor will vmalloc put anything there. */
void vm_reserve_area_early(struct kernel *k, vaddr_t kaddr, uint32_t size,
			   const char *caller);

#endif
