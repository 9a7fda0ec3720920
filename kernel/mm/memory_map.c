/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/kernel.h"

/*
 * Physical memory as reports and viewers see it: what each frame is used for,
 * and each zone's books. Reads everything, changes nothing.
 */

#include "kernel/mm/cma.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"

/* ---- what frames are used for -------------------------------------------------- */

uint32_t block_pages(const struct page *page)
{
	if (PageDeferred(page))
		return MAX_ORDER_NR_PAGES;
	if (PageReserved(page))
		return 1;
	if (PageBuddy(page))
		return 1u << buddy_order(page);
	return 1u << page->compound_order;
}

enum frame_use frame_use(const struct kernel *k, const struct page *page)
{
	if (PageReserved(page))
		return FRAME_RESERVED;
	if (PageBuddy(page))
		return FRAME_FREE;
	if (!page->_refcount)
		return FRAME_PCP;
	if (PageSlab(page))
		return FRAME_SLAB;
	if (page->_mapcount < -1 && PageTable(page))
		return FRAME_PGTABLE;
	if (page->_mapcount < -1 && PageKstack(page))
		return FRAME_STACK;
	if (PageAnon(page))
		return FRAME_ANON;
	if (page->mapping)
		return PageSwapBacked(page) ? FRAME_SHMEM : FRAME_FILE;
	return cma_pfn_taken(&k->mem.cma, page_to_pfn(k, page)) ? FRAME_CMA
								: FRAME_KERNEL;
}

const struct page *free_block_of(const struct kernel *k, pfn_t pfn)
{
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		const struct page *head =
			pfn_to_page(k, pfn & ~((1u << order) - 1));

		if (PageBuddy(head) && buddy_order(head) >= order)
			return head;
	}
	return NULL;
}

void kernel_for_each_frame_run(const struct kernel *k,
			       void (*each)(void *arg, uint64_t pfn,
					    uint32_t nr_frames,
					    enum frame_use use),
			       void *arg)
{
	const struct memblock_region *region;

	for_each_mem_region(region, k)
	{
		pfn_t pfn = (pfn_t)(region->base >> PAGE_SHIFT);
		pfn_t end = pfn + (pfn_t)(region->size >> PAGE_SHIFT);

		while (k->mem.mem_map && pfn < end) {
			const struct page *page = pfn_to_page(k, pfn);
			uint32_t n = block_pages(page);

			each(arg, pfn, n, frame_use(k, page));
			pfn += n;
		}
	}
}

static void add_run(void *arg, uint64_t pfn, uint32_t nr_frames,
		    enum frame_use use)
{
	(void)pfn;
	((uint64_t *)arg)[use] += nr_frames;
}

void kernel_frame_uses(const struct kernel *k, uint64_t count[NR_FRAME_USES])
{
	for (int i = 0; i < NR_FRAME_USES; i++)
		count[i] = 0;
	kernel_for_each_frame_run(k, add_run, count);
}

/* ---- zones --------------------------------------------------------------------- */

const char *kernel_migratetype_name(int migratetype)
{
	static const char *const names[MIGRATE_TYPES] = {
		"Unmovable",  "Movable", "Reclaimable",
		"HighAtomic", "CMA",     "Isolate",
	};

	return names[migratetype];
}

uint32_t nr_free_blocks(const struct zone *zone, unsigned int order,
			enum migratetype migratetype)
{
	const struct list_head *pos;
	uint32_t nr = 0;

	list_for_each(pos, &zone->free_area[order].free_list[migratetype])
		nr++;
	return nr;
}

/* A block of which no frame is there has no struct pages in Linux. */
static bool pageblock_present(const struct kernel *k, pfn_t pfn)
{
	const struct memblock_region *region;
	pfn_t first = pfn & ~(pageblock_nr_pages - 1);

	for_each_mem_region(
		region,
		k) if (region->base < (paddr_t)(first + pageblock_nr_pages)
					      << PAGE_SHIFT &&
		       region->base + region->size >
			       (paddr_t)first << PAGE_SHIFT) return true;
	return false;
}

void count_pageblocks(const struct kernel *k, const struct zone *zone,
		      uint32_t count[MIGRATE_TYPES])
{
	pfn_t pfn = zone->zone_start_pfn;

	for (int type = 0; type < MIGRATE_TYPES; type++)
		count[type] = 0;
	for (; pfn < zone_end_pfn(zone); pfn += pageblock_nr_pages)
		if (pageblock_present(k, pfn))
			count[get_pageblock_migratetype(k,
							pfn_to_page(k, pfn))]++;
}

static struct kernel_zone_info zone_info(const struct kernel *k,
					 const struct zone *zone)
{
	struct kernel_zone_info info = {
		.node = zone->zone_pgdat->node_id,
		.name = zone->name,
		.start_pfn = zone->zone_start_pfn,
		.spanned = zone->spanned_pages,
		.present = zone->present_pages,
		.managed = zone->managed_pages,
		.min = wmark_pages(zone, WMARK_MIN),
		.low = wmark_pages(zone, WMARK_LOW),
		.high = wmark_pages(zone, WMARK_HIGH),
	};

	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		for (int type = 0; type < MIGRATE_TYPES; type++)
			info.free_blocks[type][order] = nr_free_blocks(
				zone, order, (enum migratetype)type);
		info.fragmentation_index[order] = fragmentation_index(zone,
								      order);
		info.unusable_index[order] = unusable_free_index(zone, order);
	}
	count_pageblocks(k, zone, info.pageblocks);
	return info;
}

void kernel_for_each_zone(const struct kernel *k,
			  void (*each)(void *arg,
				       const struct kernel_zone_info *zone),
			  void *arg)
{
	const struct zone *zone;

	_Static_assert(KERNEL_NR_ORDERS == MAX_ORDER, "kernel.h's orders");
	_Static_assert(KERNEL_NR_MIGRATETYPES == MIGRATE_TYPES,
		       "kernel.h's migrate types");
	for_each_populated_zone(zone, k)
	{
		struct kernel_zone_info info = zone_info(k, zone);

		each(arg, &info);
	}
}

/* ---- CMA areas ------------------------------------------------------------------- */

void kernel_for_each_cma_area(const struct kernel *k,
			      void (*each)(void *arg,
					   const struct kernel_cma_info *area),
			      void *arg)
{
	for (unsigned int i = 0; i < k->mem.cma.area_count; i++) {
		const struct cma *cma = &k->mem.cma.areas[i];
		struct kernel_cma_info info = {
			.name = cma->name,
			.start_pfn = cma->base_pfn,
			.nr_frames = cma->count,
		};

		if (cma->count)
			each(arg, &info);
	}
}
