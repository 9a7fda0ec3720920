/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_PKMAP_STATE_H
#define KERNEL_MM_PKMAP_STATE_H

/* What mm/kmap_high.c keeps. */

#include "kernel/mm/mm_types.h"
#include "kernel/task/wait_types.h"

#define LAST_PKMAP    512u /* slots, of a page each: one second-level table */
#define PA_HASH_ORDER 7

/* Where a highmem page is mapped; in the hash while it is. */
struct page_address_map {
	const struct page *page;
	vaddr_t virtual;
	struct list_head list;
};

struct pkmap_state {
	/*
	 * Of each slot: 0 free, 1 nobody's, but a TLB may still know it,
	 * n + 1: n have it.
	 */
	uint32_t count[LAST_PKMAP];
	uint32_t last_nr; /* the slot that was looked at last */
	struct wait_queue_head map_wait; /* for a slot to become nobody's */
	struct page_address_map maps[LAST_PKMAP];
	struct list_head htable[1u << PA_HASH_ORDER];
};

#endif
