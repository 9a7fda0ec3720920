/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_isolation.h"

/*
 * Pageblocks are closed while their pages are moved away (mm/page_isolation.c):
 * otherwise what was emptied at one end would be filled again at the other.
 * A closed pageblock has type MIGRATE_ISOLATE, and its free blocks lie on that
 * type's lists, where no allocation looks; they are not part of NR_FREE_PAGES.
 * zone->nr_isolate_pageblock counts them, so that frees need to look twice
 * only while there are any.
 *
 * A pageblock is the largest block of the buddy (4 MB), so no block ever lies
 * half in a closed one.
 *
 * Leaves out: memory hotplug's flags, huge pages.
 */

#include <errno.h>

#include "kernel/mm/kobj.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/trace_cma.h"

static pfn_t pageblock_start_pfn(pfn_t pfn)
{
	return pfn & ~(pageblock_nr_pages - 1);
}

static pfn_t pageblock_align(pfn_t pfn)
{
	return pageblock_start_pfn(pfn + pageblock_nr_pages - 1);
}

static bool is_closed(const struct kernel *k, const struct page *page)
{
	return get_pageblock_migratetype(k, page) == MIGRATE_ISOLATE;
}

struct page *has_unmovable_pages(struct kernel *k, pfn_t start, pfn_t end,
				 enum migratetype migratetype)
{
	struct page *page = pfn_to_page(k, start);
	bool movable_zone;

	deferred_init_pfn(k, start);
	movable_zone = page_zonenum(page) == ZONE_MOVABLE;
	if (get_pageblock_migratetype(k, page) == MIGRATE_CMA)
		return migratetype == MIGRATE_CMA ? NULL : page;
	for (pfn_t pfn = start; pfn < end; pfn++) {
		const struct page *head;

		page = pfn_to_page(k, pfn);
		head = compound_head(page);
		if (PageReserved(page))
			return page;
		if (movable_zone) /* nothing else can be there */
			continue;
		if (PageBuddy(page))
			pfn += (1u << buddy_order(page)) - 1;
		else if (page_count(head) && !PageLRU(head))
			return page;
	}
	return NULL;
}

/* Closes one pageblock; of it, [start, end) is wanted. 0 or -EBUSY. */
static int set_migratetype_isolate(struct kernel *k, pfn_t block, pfn_t start,
				   pfn_t end, enum migratetype migratetype)
{
	pfn_t block_end = block + pageblock_nr_pages;
	struct page *page;
	struct zone *zone;
	enum migratetype was;
	uint32_t nr_pages;

	if (start < block)
		start = block;
	if (end > block_end)
		end = block_end;
	deferred_init_pfn(k, start);
	page = pfn_to_page(k, start);
	zone = page_zone(k, page);
	was = get_pageblock_migratetype(k, page);
	/*
	 * A pageblock that belongs to two zones can't be closed for one: its
	 * free blocks would stay where they are.
	 */
	if (was == MIGRATE_ISOLATE || !zone_spans_pfn(zone, block) ||
	    !zone_spans_pfn(zone, block_end - 1) ||
	    has_unmovable_pages(k, start, end, migratetype))
		return -EBUSY;
	if (was == MIGRATE_HIGHATOMIC) /* no longer a reserve */
		zone->nr_reserved_highatomic -= pageblock_nr_pages;
	set_pageblock_migratetype(k, page, MIGRATE_ISOLATE);
	zone->nr_isolate_pageblock++;
	nr_pages = move_freepages_block(k, zone, page, MIGRATE_ISOLATE, NULL);
	mod_zone_freepage_state(k, zone, -(int64_t)nr_pages, was);
	return 0;
}

static void unset_migratetype_isolate(struct kernel *k, pfn_t block,
				      enum migratetype migratetype)
{
	struct page *page = pfn_to_page(k, block);
	struct zone *zone = page_zone(k, page);
	uint32_t nr_pages;

	if (!is_closed(k, page))
		return;
	nr_pages = move_freepages_block(k, zone, page, migratetype, NULL);
	mod_zone_freepage_state(k, zone, nr_pages, migratetype);
	set_pageblock_migratetype(k, page, migratetype);
	zone->nr_isolate_pageblock--;
}

void undo_isolate_page_range(struct kernel *k, pfn_t start, pfn_t end,
			     enum migratetype migratetype)
{
	pfn_t last = pageblock_align(end);

	for (pfn_t block = pageblock_start_pfn(start); block < last;
	     block += pageblock_nr_pages)
		unset_migratetype_isolate(k, block, migratetype);
}

int start_isolate_page_range(struct kernel *k, pfn_t start, pfn_t end,
			     enum migratetype migratetype)
{
	pfn_t last = pageblock_align(end);

	for (pfn_t block = pageblock_start_pfn(start); block < last;
	     block += pageblock_nr_pages) {
		int err = set_migratetype_isolate(k, block, start, end,
						  migratetype);

		if (!err)
			continue;
		if (block > start)
			undo_isolate_page_range(k, start, block, migratetype);
		return err;
	}
	return 0;
}

/* The first frame of [pfn, end) that isn't free; at least @end: all are. */
static pfn_t first_in_use(const struct kernel *k, pfn_t pfn, pfn_t end)
{
	while (pfn < end) {
		const struct page *page = pfn_to_page(k, pfn);

		if (!PageBuddy(page))
			break;
		pfn += 1u << buddy_order(page);
	}
	return pfn;
}

int test_pages_isolated(const struct kernel *k, pfn_t start, pfn_t end)
{
	pfn_t fin = start;

	while (fin < end && is_closed(k, pfn_to_page(k, fin)))
		fin = pageblock_start_pfn(fin) + pageblock_nr_pages;
	if (fin >= end)
		fin = first_in_use(k, start, end);
	trace_test_pages_isolated(k, start, end, fin);
	return fin < end ? -EBUSY : 0;
}
