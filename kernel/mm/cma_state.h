/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_CMA_STATE_H
#define KERNEL_MM_CMA_STATE_H

/* What the kernel knows of its CMA areas (mm/cma.h); part of struct mem_state. */

#include "kernel/lib/ratelimit.h"
#include "kernel/mm/mm_types.h"

struct debugfs_u32_array;

#define MAX_CMA_AREAS 8
#define CMA_MAX_NAME  64

/*
 * A range of memory that was reserved at boot and lent to movable pages since.
 * A set bit of the map stands for 2^order_per_bit pages that a driver has, or
 * is just taking; no bit is set for what is lent.
 */
struct cma {
	pfn_t base_pfn;
	uint32_t count; /* pages; 0: could not be made */
	uint32_t *bitmap;
	unsigned int order_per_bit;
	char name[CMA_MAX_NAME];
	uint64_t nr_pages_succeeded, nr_pages_failed;
	struct list_head mem_head; /* taken through debugfs, newest first */
	struct debugfs_u32_array *dfs_bitmap;
};

struct cma_state {
	struct cma areas[MAX_CMA_AREAS];
	unsigned int area_count;
	struct rw_semaphore mutex; /* one range is taken at a time */
	struct cma *dma_default; /* dma_contiguous_default_area */
	struct ratelimit_state alloc_rs;
};

#endif
