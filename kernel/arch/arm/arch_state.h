/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_ARCH_STATE_H
#define KERNEL_ARCH_ARM_ARCH_STATE_H

/* What kernel/arch/arm keeps: the board's layout, ASIDs. */

#include "kernel/mm/mm_types.h"

#define NUM_ASIDS 256

struct arch_state {
	vaddr_t page_offset, high_memory, task_size;
	vaddr_t vmalloc_start, vmalloc_end, modules_vaddr, pkmap_base;
	paddr_t phys_offset;
	paddr_t vectors_paddr, sigpage_paddr;
	uint64_t asid_generation;
	uint32_t asid_map[NUM_ASIDS / 32];
	uint32_t cur_asid_idx;
	uint32_t tlb_flush_pending; /* CPUs, by bit */
};

#endif
