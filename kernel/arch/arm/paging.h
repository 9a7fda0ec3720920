/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_PAGING_H
#define KERNEL_ARCH_ARM_PAGING_H

/* The steps of setup_arch() that lay out the kernel's half (arch/arm/mm/mm.h). */

#include <stdint.h>

#include "mmu/types.h"

struct kernel;

/*
 * From memblock's banks and "vmalloc=": all of the layout in struct
 * arch_state.
 */
void adjust_lowmem_bounds(struct kernel *k);
/* swapper_pg_dir in its final form, out of memblock's memory. */
void paging_init(struct kernel *k);
/* Zeroed, aligned to its size, from memblock; panics when there is none. */
paddr_t early_alloc(struct kernel *k, uint32_t nr_bytes);

#endif
