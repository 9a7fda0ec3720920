/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * What of each zone is kept back, and for whom (mm/page_alloc.c,
 * setup_per_zone_wmarks() and setup_per_zone_lowmem_reserve()): below the low
 * watermark kswapd is woken, below min only those go on who free memory; and
 * who could live in a higher zone leaves some of the lower ones alone.
 */

#include "kernel/mm/mm_init.h"

void set_default_watermark_sysctls(struct kernel *k)
{
	struct mem_state *mem = &k->mem;

	mem->watermark_scale_factor = 10;
	mem->watermark_boost_factor = 15000;
	mem->lowmem_reserve_ratio[ZONE_DMA] = 256;
	mem->lowmem_reserve_ratio[ZONE_NORMAL] = 32;
}

/* What must stay free so that everyone finds some: for MemAvailable. */
static void calculate_totalreserve_pages(struct kernel *k)
{
	struct zone *zone;

	k->mem.totalreserve_pages = 0;
	for_each_zone(zone, k) {
		uint32_t reserve = 0;

		for (int i = zone->idx; i < MAX_NR_ZONES; i++)
			if (zone->lowmem_reserve[i] > reserve)
				reserve = zone->lowmem_reserve[i];
		reserve += wmark_pages(zone, WMARK_HIGH);
		if (reserve > zone->managed_pages)
			reserve = zone->managed_pages;
		k->mem.totalreserve_pages += reserve;
	}
}

/* Lower zones keep some back from those who could also live higher up. */
void setup_per_zone_lowmem_reserve(struct kernel *k)
{
	struct pglist_data *pgdat;

	for_each_online_pgdat(pgdat, k) for (int i = 0; i < MAX_NR_ZONES - 1;
					     i++)
	{
		struct zone *zone = &pgdat->node_zones[i];
		uint32_t ratio = (uint32_t)k->mem.lowmem_reserve_ratio[i];
		uint32_t above = 0;

		for (int j = i + 1; j < MAX_NR_ZONES; j++) {
			above += pgdat->node_zones[j].managed_pages;
			zone->lowmem_reserve[j] = ratio && zone->managed_pages
							  ? above / ratio
							  : 0;
		}
	}
	calculate_totalreserve_pages(k);
}

void setup_per_zone_wmarks(struct kernel *k)
{
	uint64_t pages_min = k->mem.min_free_kbytes >> (PAGE_SHIFT - 10);
	uint64_t lowmem_pages = 0;
	struct zone *zone;

	for_each_zone(zone, k)
		if (!is_highmem(zone))
			lowmem_pages += zone->managed_pages;
	for_each_zone(zone, k) {
		uint64_t managed = zone->managed_pages;
		uint64_t min, gap, share;

		share = lowmem_pages ? pages_min * managed / lowmem_pages : 0;
		min = share;
		/* The kernel hardly needs highmem; only a token there. */
		if (is_highmem(zone))
			min = managed < 32 * 1024    ? 32
			      : managed > 128 * 1024 ? 128
						     : managed / 1024;
		gap = managed * k->mem.watermark_scale_factor / 10000;
		if (gap < share / 4)
			gap = share / 4;
		zone->watermark_boost = 0;
		zone->_watermark[WMARK_MIN] = (uint32_t)min;
		zone->_watermark[WMARK_LOW] = (uint32_t)(min + gap);
		zone->_watermark[WMARK_HIGH] = (uint32_t)(min + 2 * gap);
		zone_pcp_update(k, zone);
	}
	calculate_totalreserve_pages(k);
}

static uint32_t int_sqrt(uint64_t n)
{
	uint32_t root = 0;

	for (uint32_t bit = 1u << 31; bit; bit >>= 1)
		if ((uint64_t)(root | bit) * (root | bit) <= n)
			root |= bit;
	return root;
}

/* 4 times the root of lowmem in KB: the more memory, the smaller the part. */
void init_per_zone_wmark_min(struct kernel *k)
{
	uint64_t lowmem_kbytes = nr_free_zone_pages(k, GFP_USER) * 4;
	uint32_t min = int_sqrt(lowmem_kbytes * 16);

	k->mem.min_free_kbytes = min < 128 ? 128 : min > 262144 ? 262144 : min;
	setup_per_zone_wmarks(k);
	setup_per_zone_lowmem_reserve(k);
}
