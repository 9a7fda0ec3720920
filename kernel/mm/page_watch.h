/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_PAGE_WATCH_H
#define KERNEL_MM_PAGE_WATCH_H

/*
 * Where memory has changed since a viewer looked: a byte for each pageblock,
 * so that it needn't read all of mem_map each time. Set when a page is handed
 * out or comes back, goes on or off an LRU list, or is mapped once more or
 * less; not by flags alone. (Linux: none.)
 */

#include "kernel/lib/bug.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mmzone.h"

/* Of @page, or of the block in its pageblock that it begins. */
static inline void page_changed(struct kernel *k, const struct page *page)
{
	if (unlikely(k->hw.changed_blocks))
		k->hw.changed_blocks[(page - k->mem.mem_map) >>
				     pageblock_order] = 1;
}

#endif
