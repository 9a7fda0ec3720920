/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/filemap.h"

/*
 * Frames in a row at a place of the caller's choice (the end of
 * mm/page_alloc.c): the pageblocks around the range are closed, what lives in
 * the range moves away, and what then lies free is taken off the free lists,
 * cut to size. Whatever fails, the pageblocks are opened again as they were.
 *
 * The free blocks that cover the range may reach beyond both its ends: those
 * parts are taken too, and freed again.
 */

#include <errno.h>

#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/compaction_internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_isolation.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/task/signal.h"

/* ---- emptying a range ---------------------------------------------------------- */

/* Pages that stay are tried so often, cluster by cluster. */
#define MAX_TRIES 5

/* A page of a file that can be read again, locked. True: it is gone. */
static bool drop_clean_page(struct task_struct *curr, struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	if (!mapping || !page_is_file_lru(page) || PageDirty(page) ||
	    PageWriteback(page) || PageUnevictable(page))
		return false;
	try_to_unmap(curr, page, TTU_IGNORE_MLOCK);
	/* The cache has it, and we. */
	if (page_mapped(page) || page_count(page) != 2 || PageDirty(page))
		return false;
	delete_from_page_cache(curr, page);
	return true;
}

/* It is cheaper to read it again than to move it: maybe nobody will. */
static uint32_t reclaim_clean_pages_from_list(struct task_struct *curr,
					      struct list_head *list)
{
	struct page *page, *next;
	struct list_head clean;
	uint32_t nr = 0;

	INIT_LIST_HEAD(&clean);
	list_for_each_entry_safe(page, next, list, lru) {
		bool gone;

		if (!trylock_page(page))
			continue;
		gone = drop_clean_page(curr, page);
		unlock_page(curr, page);
		if (!gone)
			continue;
		list_move(&page->lru, &clean);
		nr++;
	}
	putback_movable_pages(curr, &clean); /* the last reference goes */
	return nr;
}

/* What is in [start, end), whose pageblocks are closed, moves elsewhere. */
static int alloc_contig_migrate_range(struct compact_control *cc, pfn_t start,
				      pfn_t end)
{
	struct migration_target_control mtc = {
		.nid = cc->zone->zone_pgdat->node_id,
		.gfp_mask = GFP_USER | __GFP_MOVABLE | __GFP_RETRY_MAYFAIL,
	};
	unsigned int tries = 0;
	pfn_t pfn = start;
	int ret = 0;

	lru_add_drain(cc->curr); /* which holds references */
	while (ret != -ENOMEM &&
	       (pfn < end || !list_empty(&cc->migratepages))) {
		if (fatal_signal_pending(cc->curr)) {
			ret = -EINTR;
			break;
		}
		if (list_empty(&cc->migratepages)) {
			cc->nr_migratepages = 0;
			ret = isolate_migratepages_range(cc, pfn, end);
			if (ret && ret != -EAGAIN)
				break;
			pfn = cc->migrate_pfn;
			tries = 0;
		} else if (++tries == MAX_TRIES) {
			ret = -EBUSY;
			break;
		}
		cc->nr_migratepages -= reclaim_clean_pages_from_list(
			cc->curr, &cc->migratepages);
		ret = migrate_pages(cc->curr, &cc->migratepages,
				    alloc_migration_target, NULL, &mtc,
				    cc->mode, MR_CONTIG_RANGE, NULL);
	}
	putback_movable_pages(cc->curr, &cc->migratepages);
	return ret < 0 ? ret : 0;
}

/* ---- taking what is free ----------------------------------------------------------- */

/* Where the free block begins that @start lies in; @start: in none. */
static pfn_t outer_start_pfn(const struct kernel *k, pfn_t start)
{
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		pfn_t outer = start & ~0u << order;
		const struct page *page = pfn_to_page(k, outer);

		if (PageBuddy(page))
			return start - outer < 1u << buddy_order(page) ? outer
								       : start;
	}
	return start;
}

/*
 * Takes the closed free blocks of [start, end), which cover it, as single
 * pages with a reference each. Returns where the last one ends.
 */
static pfn_t isolate_freepages_range(struct task_struct *curr, pfn_t start,
				     pfn_t end)
{
	while (start < end) {
		struct page *page = pfn_to_page(curr->k, start);
		unsigned int order = buddy_order(page);

		BUG_ON(!PageBuddy(page));
		del_page_from_free_list(page, page_zone(curr->k, page), order);
		prep_new_page(curr, page, order, __GFP_MOVABLE);
		split_page(page, order);
		start += 1u << order;
	}
	return start;
}

int alloc_contig_range(struct task_struct *curr, pfn_t start, pfn_t end,
		       enum migratetype migratetype, gfp_t gfp)
{
	struct kernel *k = curr->k;
	struct compact_control cc = {
		.curr = curr,
		.zone = page_zone(k, pfn_to_page(k, start)),
		.order = COMPACT_ORDER_ALL,
		.mode = MIGRATE_SYNC,
		.ignore_skip_hint = true,
		.no_set_skip_hint = true,
		.gfp_mask = gfp,
		.alloc_contig = true,
	};
	pfn_t outer_start, outer_end;
	int ret = start_isolate_page_range(k, start, end, migratetype);

	if (ret)
		return ret;
	drain_all_pages(k);
	INIT_LIST_HEAD(&cc.migratepages);
	ret = alloc_contig_migrate_range(&cc, start, end);
	if (ret && ret != -EBUSY)
		goto undo;
	/* Who was in the way may be gone by now: the range itself tells. */
	outer_start = outer_start_pfn(k, start);
	ret = test_pages_isolated(k, outer_start, end);
	if (ret)
		goto undo;
	outer_end = isolate_freepages_range(curr, outer_start, end);
	free_contig_range(curr, outer_start, start - outer_start);
	free_contig_range(curr, end, outer_end - end);
undo:
	undo_isolate_page_range(k, start, end, migratetype);
	return ret;
}

void free_contig_range(struct task_struct *curr, pfn_t pfn, uint32_t nr_pages)
{
	uint32_t nr_kept = 0;

	for (; nr_pages; nr_pages--, pfn++) {
		struct page *page = pfn_to_page(curr->k, pfn);

		nr_kept += page_count(page) != 1;
		__free_pages(curr, page, 0);
	}
	if (nr_kept)
		printk(curr->k, "WARNING: %u pages are still in use!", nr_kept);
}

/* ---- anywhere ------------------------------------------------------------------------ */

static bool pfn_range_valid_contig(struct kernel *k, const struct zone *zone,
				   pfn_t start, uint32_t nr_pages)
{
	pfn_t pfn = start;

	while (pfn < start + nr_pages) {
		pfn_t block = pfn & ~(MAX_ORDER_NR_PAGES - 1);
		const struct page *head = pfn_to_page(k, block);
		const struct page *page = pfn_to_page(k, pfn);

		if (PageDeferred(head)) { /* speaks for all of its block */
			page = head;
			pfn = block + MAX_ORDER_NR_PAGES - 1;
		}
		if (page_zone(k, page) != zone || PageReserved(page))
			return false;
		pfn++;
	}
	return true;
}

static struct page *alloc_contig_in_zone(struct task_struct *curr,
					 const struct zone *zone,
					 uint32_t nr_pages, gfp_t gfp)
{
	uint64_t pfn = (uint64_t)(zone->zone_start_pfn + nr_pages - 1) /
		       nr_pages * nr_pages;

	for (; pfn + nr_pages <= zone_end_pfn(zone); pfn += nr_pages) {
		pfn_t at = (pfn_t)pfn;

		if (pfn_range_valid_contig(curr->k, zone, at, nr_pages) &&
		    !alloc_contig_range(curr, at, at + nr_pages,
					MIGRATE_MOVABLE, gfp))
			return pfn_to_page(curr->k, at);
	}
	return NULL;
}

struct page *alloc_contig_pages(struct task_struct *curr, uint32_t nr_pages,
				gfp_t gfp, int nid)
{
	struct zone *const *z = curr->k->mem.node_data[nid]
					.node_zonelists[ZONELIST_FALLBACK]
					.zones;
	enum zone_type highest = gfp_zone(curr->k, gfp);
	struct page *page = NULL;

	for (; *z && nr_pages && !page; z++)
		if ((*z)->idx <= highest)
			page = alloc_contig_in_zone(curr, *z, nr_pages, gfp);
	return page;
}
