/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mm_init.h"

/*
 * How the page allocator comes up (arch/arm/mm/init.c's bootmem_init, the
 * free_area_init half of mm/page_alloc.c, mm/mm_init.c): memblock's regions
 * become nodes and zones, each frame gets its struct page, the zones of each
 * node a line of fallbacks; then memblock's free memory becomes the buddy's.
 *
 * mem_map is one array over all frames from the first to the last, both ends
 * made whole blocks of the highest order, so that a buddy always has a struct
 * page to be looked at; frames that are not there are marked reserved. It is
 * itself allocated from memblock: 32 bytes a frame, the price of a struct
 * page on ARM. Written is at first what boot needs of it (deferred_init_block),
 * as with Linux's CONFIG_DEFERRED_STRUCT_PAGE_INIT, but for good: nobody comes
 * later to write the rest.
 *
 * MODEL: with several nodes the array is still one (FLATMEM), in the memory of
 * the boot CPU's node; with SPARSEMEM each node would have its own part.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/image.h"
#include "kernel/arm_sizes.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vmalloc.h"

#define K(pages) ((unsigned long)(pages) << (PAGE_SHIFT - 10))

static const char *const zone_names[MAX_NR_ZONES] = {"DMA", "Normal", "HighMem",
						     "Movable"};

static pfn_t pfn_up(paddr_t paddr)
{
	return (pfn_t)((paddr + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

static pfn_t pfn_down(paddr_t paddr)
{
	return (pfn_t)(paddr >> PAGE_SHIFT);
}

static pfn_t clamp_pfn(pfn_t pfn, pfn_t low, pfn_t high)
{
	return pfn < low ? low : pfn > high ? high : pfn;
}

/* ---- boot arguments ---------------------------------------------------------- */

/* "name=64M" in frames; 0 when absent. */
static uint64_t frames_param(const struct kernel *k, const char *name)
{
	uint64_t size = 0;

	boot_param_bytes(k, name, &size);
	return size >> PAGE_SHIFT;
}

/* ---- nodes and zones ------------------------------------------------------------ */

/* Frames of node @nid's memory within [start, end). */
static uint32_t present_in(const struct kernel *k, int nid, pfn_t start,
			   pfn_t end)
{
	const struct memblock_region *region;
	uint32_t nr_pages = 0;

	for_each_mem_region(region, k)
	{
		pfn_t from, to;

		if (region->nid != nid)
			continue;
		from = clamp_pfn(pfn_up(region->base), start, end);
		to = clamp_pfn(pfn_down(region->base + region->size), start,
			       end);
		if (from < to)
			nr_pages += to - from;
	}
	return nr_pages;
}

static void init_zone_lists(struct zone *zone)
{
	for (int order = 0; order < MAX_ORDER; order++) {
		struct free_area *area = &zone->free_area[order];

		for (int type = 0; type < MIGRATE_TYPES; type++)
			INIT_LIST_HEAD(&area->free_list[type]);
		area->nr_free = 0;
	}
	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		pcp_init(&zone->pcp[cpu]);
}

/*
 * What hash tables may reckon with: all pages, and those of the kernel's own
 * memory. Struct pages of highmem are in lowmem, too.
 */
static void count_boot_pages(struct mem_state *mem, const struct zone *zone,
			     uint32_t map_pages)
{
	if (!is_highmem(zone))
		mem->nr_kernel_pages += zone->managed_pages;
	else if (mem->nr_kernel_pages > 2 * (uint64_t)map_pages)
		mem->nr_kernel_pages -= map_pages;
	mem->nr_all_pages += zone->managed_pages;
}

/* The zone's part of its node: [start, end) within [node_start, node_end). */
static void init_zone(struct kernel *k, struct pglist_data *pgdat,
		      enum zone_type idx, pfn_t start, pfn_t end)
{
	const struct mem_state *mem = &k->mem;
	struct zone *zone = &pgdat->node_zones[idx];
	pfn_t node_start = pgdat->node_start_pfn;
	pfn_t node_end = node_start + pgdat->node_spanned_pages;
	uint32_t map_pages;

	*zone = (struct zone){
		.idx = idx,
		.highmem = idx == ZONE_HIGHMEM ||
			   (idx == ZONE_MOVABLE &&
			    mem->max_pfn > mem->max_low_pfn),
		.name = zone_names[idx],
		.zone_pgdat = pgdat,
	};
	init_zone_lists(zone);
	start = clamp_pfn(start, node_start, node_end);
	end = clamp_pfn(end, node_start, node_end);
	if (start >= end)
		return;
	zone->zone_start_pfn = start;
	zone->spanned_pages = end - start;
	zone->present_pages = present_in(k, pgdat->node_id, start, end);
	if (zone->present_pages)
		pgdat->nr_zones = idx + 1;
	/* A first estimate, for whoever asks before memblock_free_all(). */
	map_pages = (zone->spanned_pages * ARM_SIZEOF_PAGE + PAGE_SIZE - 1) /
		    PAGE_SIZE;
	zone->managed_pages = zone->present_pages;
	if (!is_highmem(zone) && zone->managed_pages >= map_pages)
		zone->managed_pages -= map_pages;
	count_boot_pages(&k->mem, zone, map_pages);
}

/* Where a node's memory begins and ends, holes between included. */
static void span_node(struct kernel *k, struct pglist_data *pgdat)
{
	const struct memblock_region *region;
	pfn_t start = UINT32_MAX, end = 0;

	for_each_mem_region(region, k)
	{
		if (region->nid != pgdat->node_id)
			continue;
		if (pfn_up(region->base) < start)
			start = pfn_up(region->base);
		end = pfn_down(region->base + region->size);
	}
	if (start >= end) {
		pgdat->node_start_pfn = pgdat->node_spanned_pages = 0;
		printk(k, "Initmem setup node %d as memoryless",
		       pgdat->node_id);
		return;
	}
	pgdat->node_start_pfn = start;
	pgdat->node_spanned_pages = end - start;
	printk(k, "Initmem setup node %d [mem 0x%016llx-0x%016llx]",
	       pgdat->node_id, (unsigned long long)start << PAGE_SHIFT,
	       ((unsigned long long)end << PAGE_SHIFT) - 1);
}

static void init_node(struct kernel *k, int nid, const pfn_t *zone_start,
		      const pfn_t *zone_end, pfn_t movable_pfn)
{
	struct pglist_data *pgdat = &k->mem.node_data[nid];

	pgdat->node_id = nid;
	pgdat->online = true;
	span_node(k, pgdat);
	for (int i = 0; i < MAX_NR_ZONES; i++) {
		pfn_t first = zone_start[i], last = zone_end[i];

		if (i == ZONE_MOVABLE && movable_pfn) {
			first = movable_pfn;
			last = pgdat->node_start_pfn +
			       pgdat->node_spanned_pages;
		} else if (movable_pfn && last > movable_pfn) {
			last = movable_pfn;
		}
		init_zone(k, pgdat, (enum zone_type)i, first, last);
		pgdat->node_present_pages += pgdat->node_zones[i].present_pages;
	}
}

/* ---- mem_map ------------------------------------------------------------------------ */

static void alloc_mem_map(struct kernel *k)
{
	struct mem_state *mem = &k->mem;
	const int nid = mem->cpu_node[0];
	uint32_t nr_frames, nr_blocks;
	vaddr_t map, usemap;

	mem->map_base_pfn = mem->min_low_pfn & ~(MAX_ORDER_NR_PAGES - 1);
	mem->map_end_pfn = (mem->max_pfn + MAX_ORDER_NR_PAGES - 1) &
			   ~(MAX_ORDER_NR_PAGES - 1);
	nr_frames = mem->map_end_pfn - mem->map_base_pfn;
	nr_blocks = nr_frames / pageblock_nr_pages;
	map = memblock_alloc_try_nid_raw(k,
					 (paddr_t)nr_frames * ARM_SIZEOF_PAGE,
					 SMP_CACHE_BYTES, MEMBLOCK_LOW_LIMIT,
					 MEMBLOCK_ALLOC_ACCESSIBLE, nid);
	if (!map)
		boot_panic(k,
			   "Failed to allocate %u bytes for node %d memory map",
			   nr_frames * ARM_SIZEOF_PAGE, nid);
	/* Four bits a pageblock, as Linux has them; here a byte each. */
	usemap = memblock_alloc_node(k, (nr_blocks + 7) / 8 * 4,
				     SMP_CACHE_BYTES, nid);
	if (!usemap)
		boot_panic(k, "Failed to allocate %u bytes for pageblock flags",
			   (nr_blocks + 7) / 8 * 4);
	mem->mem_map = kobj(k, map);
	mem->pageblock_flags = kobj(k, usemap);
	memset(mem->pageblock_flags, MIGRATE_MOVABLE, nr_blocks);
}

static void init_pages(struct page *page, uint32_t nr_pages, uint32_t flags,
		       int refcount)
{
	for (; nr_pages; nr_pages--, page++) {
		*page = (struct page){.flags = flags, ._refcount = refcount};
		page->_mapcount = -1;
	}
}

void deferred_init_block(struct page *head)
{
	ClearPageDeferred(head);
	init_pages(head + 1, MAX_ORDER_NR_PAGES - 1,
		   head->flags & ~0u << ZONES_PGSHIFT, head->_refcount);
}

void deferred_init_pfn(struct kernel *k, pfn_t pfn)
{
	struct page *head = pfn_to_page(k, pfn & ~(MAX_ORDER_NR_PAGES - 1));

	if (unlikely(PageDeferred(head)))
		deferred_init_block(head);
}

/* Frames of one zone and node; of whole blocks the first one. */
static void init_zone_pages(struct kernel *k, pfn_t pfn, pfn_t end,
			    const struct zone *zone)
{
	const uint32_t flags = (uint32_t)zone->idx << ZONES_PGSHIFT |
			       (uint32_t)zone->zone_pgdat->node_id
				       << NODES_PGSHIFT;

	while (pfn < end) {
		uint32_t n = MAX_ORDER_NR_PAGES - pfn % MAX_ORDER_NR_PAGES;

		if (n > end - pfn)
			n = end - pfn;
		if (n == MAX_ORDER_NR_PAGES)
			init_pages(pfn_to_page(k, pfn), 1,
				   flags | 1u << PG_deferred, 1);
		else
			init_pages(pfn_to_page(k, pfn), n, flags, 1);
		pfn += n;
	}
}

/* All frames that exist, zone by zone; then those that don't. */
static void memmap_init(struct kernel *k)
{
	const struct memblock_region *region;
	pfn_t done = k->mem.map_base_pfn;
	struct zone *zone;

	for_each_mem_region(region, k)
	{
		pfn_t start = pfn_up(region->base);
		pfn_t end = pfn_down(region->base + region->size);

		init_pages(pfn_to_page(k, done), start - done,
			   1u << PG_reserved, 1);
		for_each_populated_zone(zone, k)
		{
			pfn_t from, to;

			if (zone->zone_pgdat->node_id != region->nid)
				continue;
			from = clamp_pfn(start, zone->zone_start_pfn,
					 zone_end_pfn(zone));
			to = clamp_pfn(end, zone->zone_start_pfn,
				       zone_end_pfn(zone));
			init_zone_pages(k, from, to, zone);
		}
		done = end;
	}
	init_pages(pfn_to_page(k, done), k->mem.map_end_pfn - done,
		   1u << PG_reserved, 1);
}

/* ---- free_area_init -------------------------------------------------------------------- */

static void log_zone_ranges(struct kernel *k, const pfn_t *start,
			    const pfn_t *end, const pfn_t *movable_pfn)
{
	const struct memblock_region *region;

	printk(k, "Zone ranges:");
	for (int i = 0; i < ZONE_MOVABLE; i++) {
		if (!k->mem.zone_configured[i])
			continue;
		if (start[i] >= end[i])
			printk(k, "  %-8s empty", zone_names[i]);
		else
			printk(k, "  %-8s [mem 0x%016llx-0x%016llx]",
			       zone_names[i],
			       (unsigned long long)start[i] << PAGE_SHIFT,
			       ((unsigned long long)end[i] << PAGE_SHIFT) - 1);
	}
	printk(k, "Movable zone start for each node");
	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++)
		if (movable_pfn[nid])
			printk(k, "  Node %u: 0x%016llx", nid,
			       (unsigned long long)movable_pfn[nid]
				       << PAGE_SHIFT);
	printk(k, "Early memory node ranges");
	for_each_mem_region(region, k) printk(
		k, "  node %3d: [mem 0x%016llx-0x%016llx]", region->nid,
		(unsigned long long)pfn_up(region->base) << PAGE_SHIFT,
		((unsigned long long)pfn_down(region->base + region->size)
		 << PAGE_SHIFT) -
			1);
}

static void find_nodes(struct kernel *k)
{
	const struct memblock_region *region;

	if (!k->mem.nr_online_nodes)
		k->mem.nr_online_nodes = 1;
	for_each_mem_region(region, k)
	{
		BUG_ON(region->nid < 0 || region->nid >= MAX_NUMNODES);
		if ((unsigned int)region->nid >= k->mem.nr_online_nodes)
			k->mem.nr_online_nodes = (unsigned int)region->nid + 1;
	}
	for (int a = 0; a < MAX_NUMNODES; a++)
		for (int b = 0; b < MAX_NUMNODES; b++)
			if (!k->mem.node_distance[a][b])
				k->mem.node_distance[a][b] = a == b ? 10 : 20;
}

void free_area_init(struct kernel *k, const pfn_t *max_zone_pfn)
{
	pfn_t start[MAX_NR_ZONES], end[MAX_NR_ZONES], at = k->mem.min_low_pfn;
	pfn_t movable_pfn[MAX_NUMNODES], top_start = at;

	find_nodes(k);
	for (int i = 0; i < MAX_NR_ZONES; i++) {
		start[i] = at;
		end[i] = max_zone_pfn[i] > at ? max_zone_pfn[i] : at;
		if (i != ZONE_MOVABLE && end[i] > start[i])
			top_start = start[i];
		at = end[i];
	}
	find_zone_movable_pfns(k, top_start, movable_pfn);
	log_zone_ranges(k, start, end, movable_pfn);
	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++)
		init_node(k, (int)nid, start, end, movable_pfn[nid]);
	alloc_mem_map(k);
	memmap_init(k);
}

void bootmem_init(struct kernel *k)
{
	struct mem_state *mem = &k->mem;
	pfn_t max_zone_pfn[MAX_NR_ZONES] = {0};
	uint64_t dma = frames_param(k, "dma_zone");

	set_default_watermark_sysctls(k);
	mem->min_low_pfn = pfn_up(memblock_start_of_DRAM(k));
	mem->max_pfn = pfn_down(memblock_end_of_DRAM(k));
	mem->max_low_pfn = clamp_pfn(pfn_down(k->arch.arm_lowmem_limit),
				     mem->min_low_pfn, mem->max_pfn);
	for (int i = 0; i < MAX_NR_ZONES; i++)
		mem->zone_configured[i] = i != ZONE_DMA || dma;
	if (dma > mem->max_low_pfn - mem->min_low_pfn)
		dma = mem->max_low_pfn - mem->min_low_pfn;
	max_zone_pfn[ZONE_DMA] = mem->min_low_pfn + (pfn_t)dma;
	max_zone_pfn[ZONE_NORMAL] = mem->max_low_pfn;
	max_zone_pfn[ZONE_HIGHMEM] = mem->max_pfn;
	free_area_init(k, max_zone_pfn);
}

/* ---- memory to the buddy ------------------------------------------------------------------------ */

static unsigned long image_kbytes(const struct kernel *k, const char *from,
				  const char *to)
{
	const struct kernel_image *image = k->arch.image;

	if (!image)
		return 0;
	return (image_symbol(image, to) - image_symbol(image, from)) >> 10;
}

static void mem_init_print_info(struct kernel *k)
{
	const struct mem_state *mem = &k->mem;
	uint64_t physpages = 0;
	struct zone *zone;

	for_each_zone(zone, k)
		physpages += zone->present_pages;
	printk(k,
	       "Memory: %luK/%luK available (%luK kernel code, %luK rwdata, "
	       "%luK rodata, %luK init, %luK bss, %luK reserved, "
	       "%luK cma-reserved, %luK highmem)",
	       K(k->vmstat.item[NR_FREE_PAGES]), K(physpages),
	       image_kbytes(k, "_text", "_etext"),
	       image_kbytes(k, "_sdata", "_edata"),
	       image_kbytes(k, "__start_rodata", "__end_rodata"),
	       image_kbytes(k, "__init_begin", "__init_end"),
	       image_kbytes(k, "__bss_start", "__bss_stop"),
	       K(physpages - mem->totalram_pages - mem->totalcma_pages),
	       K(mem->totalcma_pages), K(mem->totalhigh_pages));
}

void mm_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct zone *zone;

	for_each_zone(zone, k)
		zone->managed_pages = 0;
	page_address_init(k);
	memblock_free_all(k);
	mem_init_print_info(k);
	kmem_cache_init(curr);
	vmalloc_init(curr);
	xarray_init(curr);
}

uint32_t free_reserved_area(struct task_struct *curr, vaddr_t start,
			    vaddr_t end, int poison, const char *what)
{
	struct kernel *k = curr->k;
	vaddr_t kaddr = PAGE_ALIGN(start);
	uint32_t nr_pages = 0;

	for (; kaddr + PAGE_SIZE <= end; kaddr += PAGE_SIZE, nr_pages++) {
		struct page *page = virt_to_page(k, kaddr);

		if (poison >= 0 && poison <= 0xff)
			memset(page_bytes(k, page), poison, PAGE_SIZE);
		ClearPageReserved(page);
		page->_refcount = 1;
		page_zone(k, page)->managed_pages++;
		__free_pages(curr, page, 0);
	}
	k->mem.totalram_pages += nr_pages;
	if (nr_pages && what)
		printk(k, "Freeing %s memory: %luK", what, K(nr_pages));
	return nr_pages;
}
