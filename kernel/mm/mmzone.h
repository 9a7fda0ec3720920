/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MMZONE_H
#define KERNEL_MM_MMZONE_H

/*
 * Nodes, zones and free areas (include/linux/mmzone.h), and struct mem_state:
 * all of the kernel's state about physical memory.
 */

#include "kernel/mm/gfp.h"

enum zone_type {
	ZONE_DMA,
	ZONE_NORMAL,
	ZONE_HIGHMEM,
	ZONE_MOVABLE,
	MAX_NR_ZONES
};

struct mem_state {
	struct page *mem_map;
	pfn_t min_low_pfn, max_low_pfn, max_pfn; /* RAM: [min, max) */
	uint64_t totalram_pages;
	struct kmem_cache *radix_tree_node_cachep;
};

#endif
