/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/kernel.h"

/*
 * Physical memory as reports and viewers see it: what each frame is used for,
 * and each zone's books. Reads everything, changes nothing.
 */

#include <string.h>

#include "kernel/lib/interval_tree.h"
#include "kernel/mm/cma.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/slab_def.h"
#include "kernel/mm/swap.h"

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
	if (unlikely(PageHWPoisonTakenOff(page)))
		return FRAME_POISONED;
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

/* ---- frame by frame ------------------------------------------------------------ */

uint32_t mm_number(const struct mm_struct *mm)
{
	return (uint32_t)(mm->pgd_paddr >> 14);
}

/* The first that rmap knows for anonymous @page. */
static uint32_t anon_mm(const struct page *page)
{
	struct anon_vma *anon_vma = page_anon_vma(page);
	const struct anon_vma_chain *avc;

	if (PageKsm(page) || !page_mapped(page))
		return 0;
	avc = anon_vma_interval_tree_iter_first(&anon_vma->rb_root, page->index,
						page->index);
	return avc ? mm_number(avc->vma->vm_mm) : 0;
}

static uint32_t file_mm(const struct page *page)
{
	const struct vm_area_struct *vma;

	if (!page_mapped(page))
		return 0;
	vma = vma_interval_tree_iter_first(&page->mapping->i_mmap, page->index,
					   page->index);
	return vma ? mm_number(vma->vm_mm) : 0;
}

static uint32_t frame_mm(const struct kernel *k, const struct page *page,
			 enum frame_use use)
{
	switch (use) {
	case FRAME_ANON:
		return anon_mm(page);
	case FRAME_FILE:
	case FRAME_SHMEM:
		return file_mm(page);
	case FRAME_PGTABLE:
		return page->pt_mm && page->pt_mm != &k->init_mm
			       ? mm_number(page->pt_mm)
			       : 0;
	default:
		return 0;
	}
}

static uint8_t frame_flags(const struct page *page)
{
	static const struct {
		uint8_t pg, flag;
	} rows[] = {
		{PG_dirty, KERNEL_FRAME_DIRTY},
		{PG_writeback, KERNEL_FRAME_WRITEBACK},
		{PG_swapcache, KERNEL_FRAME_SWAPCACHE},
		{PG_locked, KERNEL_FRAME_LOCKED},
		{PG_referenced, KERNEL_FRAME_REFERENCED},
		{PG_hwpoison, KERNEL_FRAME_POISONED},
	};
	uint8_t flags = KERNEL_FRAME_RAM;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (page->flags & 1u << rows[i].pg)
			flags |= rows[i].flag;
	return flags;
}

static uint8_t at_most_255(uint32_t n)
{
	return n < 255 ? (uint8_t)n : 255;
}

static uint8_t block_order(const struct page *page)
{
	if (PageReserved(page))
		return 0;
	return (uint8_t)(PageBuddy(page) ? buddy_order(page)
					 : page->compound_order);
}

/* Of the block that @page begins. */
static struct kernel_frame frame_of(const struct kernel *k,
				    const struct page *page)
{
	const enum frame_use use = frame_use(k, page);
	const bool user = use == FRAME_ANON || use == FRAME_FILE ||
			  use == FRAME_SHMEM;
	struct kernel_frame frame = {
		.use = (uint8_t)use,
		.flags = frame_flags(page),
		.order = block_order(page),
		.migratetype = (uint8_t)get_pageblock_migratetype(k, page),
		.node = (uint8_t)(page_to_nid(page) & 15),
		.zone = (uint8_t)(page_zonenum(page) & 15),
		.mm = frame_mm(k, page, use),
	};

	if (user)
		frame.mapcount = at_most_255((uint32_t)page_mapcount(page));
	if (PageLRU(page)) /* also one that has just left its file */
		frame.lru =
			(uint8_t)(KERNEL_LRU_INACTIVE_ANON + page_lru(page));
	if (use == FRAME_SLAB && page->slab_cache)
		frame.cache = at_most_255(page->slab_cache->number);
	return frame;
}

/* Frames of RAM among those from @pfn to @end, which are of one region. */
static void fill_frames(const struct kernel *k, pfn_t pfn, pfn_t end,
			struct kernel_frame *frame)
{
	while (pfn < end) {
		const struct page *page = pfn_to_page(k, pfn);
		uint32_t n = block_pages(page);
		struct kernel_frame one = frame_of(k, page);

		for (uint32_t i = 0; i < n && pfn + i < end; i++)
			frame[i] = one;
		frame->flags |= KERNEL_FRAME_FIRST;
		frame += n;
		pfn += n;
	}
}

void kernel_frames(const struct kernel *k, uint32_t block,
		   struct kernel_frame frame[KERNEL_BLOCK_FRAMES])
{
	_Static_assert(KERNEL_BLOCK_FRAMES == pageblock_nr_pages,
		       "no block of the allocator's crosses such a one");
	const pfn_t first = k->mem.map_base_pfn + block * KERNEL_BLOCK_FRAMES;
	const struct memblock_region *region;

	memset(frame, 0, KERNEL_BLOCK_FRAMES * sizeof(*frame));
	if (!k->mem.mem_map || !pfn_valid(k, first))
		return;
	for_each_mem_region(region, k)
	{
		const pfn_t start = (pfn_t)(region->base >> PAGE_SHIFT);
		const pfn_t end = start + (pfn_t)(region->size >> PAGE_SHIFT);
		const pfn_t from = start > first ? start : first;
		const pfn_t to = end < first + KERNEL_BLOCK_FRAMES
					 ? end
					 : first + KERNEL_BLOCK_FRAMES;

		if (from < to)
			fill_frames(k, from, to, frame + (from - first));
	}
}

/* ---- zones --------------------------------------------------------------------- */

const char *kernel_migratetype_name(int migratetype)
{
	static const char *const names[MIGRATE_TYPES] = {
#define MIGRATETYPE(label) label,
#include "kernel/migratetype.def"
#undef MIGRATETYPE
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
