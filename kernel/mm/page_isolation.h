/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_PAGE_ISOLATION_H
#define KERNEL_MM_PAGE_ISOLATION_H

/* Closing pageblocks (include/linux/page-isolation.h). */

#include "kernel/mm/mmzone.h"

static inline bool has_isolate_pageblock(const struct zone *zone)
{
	return zone->nr_isolate_pageblock;
}

/*
 * Closes the pageblocks that [start, end) touches, all in one zone: what is
 * free in them, or comes free, can't be had and doesn't count as free memory.
 * @migratetype is what they are, MIGRATE_CMA or MIGRATE_MOVABLE, and what
 * undo_isolate_page_range() makes of them. 0, or -EBUSY and nothing is
 * changed: something in the range can't move, or a pageblock is closed
 * already.
 */
int start_isolate_page_range(struct kernel *k, pfn_t start, pfn_t end,
			     enum migratetype migratetype);
void undo_isolate_page_range(struct kernel *k, pfn_t start, pfn_t end,
			     enum migratetype migratetype);
/* 0: all of [start, end) is closed and free; -EBUSY: not yet. */
int test_pages_isolated(const struct kernel *k, pfn_t start, pfn_t end);
/*
 * A page of [start, end), which lies within one pageblock, that no migration
 * could move away; NULL: none. For CMA itself all of its own can.
 */
struct page *has_unmovable_pages(struct kernel *k, pfn_t start, pfn_t end,
				 enum migratetype migratetype);

#endif
