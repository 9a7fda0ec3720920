/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mm_init.h"

/*
 * The books of nodes and zones, checked from outside: which frame belongs to
 * whom, where allocations look, and whether sums are sums. Part of
 * kernel_verify(); the free lists within a zone are page_verify.c's.
 */

#include <stdarg.h>
#include <stdio.h>

#include "kernel/lib/printk.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"

struct zone_check {
	struct kernel *k;
	unsigned int nr_errors;
	uint32_t present[MAX_NUMNODES][MAX_NR_ZONES]; /* frames found */
};

__attribute__((format(printf, 2, 3))) static void
complain(struct zone_check *c, const char *format, ...)
{
	char text[200];
	va_list args;

	if (c->nr_errors++ >= 20)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printk(c->k, "verify: %s", text);
}

/* ---- frames ---------------------------------------------------------------- */

/*
 * Each frame of RAM says to which zone of its node it belongs; the first of a
 * free block speaks for all of it, whose others check_free_block() looks at.
 * Returns how many have been seen to.
 */
static uint32_t check_frame(struct zone_check *c, pfn_t pfn, int nid)
{
	const struct page *page = pfn_to_page(c->k, pfn);
	const uint32_t nr = PageBuddy(page) ? block_pages(page) : 1;
	const int idx = (int)page_zonenum(page);
	const struct zone *zone = &c->k->mem.node_data[nid].node_zones[idx];

	if (page_to_nid(page) != nid) {
		complain(c, "frame %#x is node %d's, but says %d", pfn, nid,
			 page_to_nid(page));
		return nr;
	}
	if (pfn < zone->zone_start_pfn || pfn + nr > zone_end_pfn(zone))
		complain(c, "frame %#x is not within zone %s of node %d", pfn,
			 zone->name, nid);
	c->present[nid][idx] += nr;
	return nr;
}

/* Frames of mem_map that don't exist are nobody's to take. */
static void check_hole(struct zone_check *c, pfn_t start, pfn_t end)
{
	for (; start < end; start++)
		if (!PageReserved(pfn_to_page(c->k, start)))
			complain(c,
				 "frame %#x doesn't exist, but isn't "
				 "reserved",
				 start);
}

static void check_frames(struct zone_check *c)
{
	const struct memblock_region *region;
	pfn_t done = c->k->mem.map_base_pfn;

	for_each_mem_region(region, c->k)
	{
		pfn_t pfn = (pfn_t)((region->base + PAGE_SIZE - 1) >>
				    PAGE_SHIFT);
		pfn_t end = (pfn_t)((region->base + region->size) >>
				    PAGE_SHIFT);

		check_hole(c, done, pfn);
		while (pfn < end)
			pfn += check_frame(c, pfn, region->nid);
		done = end;
	}
	check_hole(c, done, c->k->mem.map_end_pfn);
}

/* ---- zones -------------------------------------------------------------------- */

static void check_zone(struct zone_check *c, const struct zone *zone)
{
	const int nid = zone->zone_pgdat->node_id;
	uint32_t found = c->present[nid][zone->idx];

	if (zone->present_pages != found)
		complain(c, "zone %s of node %d has %u frames, not %u",
			 zone->name, nid, found, zone->present_pages);
	if (zone->present_pages > zone->spanned_pages ||
	    zone->managed_pages > zone->present_pages)
		complain(c,
			 "zone %s of node %d: spanned %u, present %u, "
			 "managed %u",
			 zone->name, nid, zone->spanned_pages,
			 zone->present_pages, zone->managed_pages);
	if (zone->vm_numa_event[NUMA_HIT] + zone->vm_numa_event[NUMA_MISS] !=
	    zone->vm_numa_event[NUMA_LOCAL] + zone->vm_numa_event[NUMA_OTHER])
		complain(c,
			 "zone %s of node %d: hits and misses are not local "
			 "and other",
			 zone->name, nid);
}

/* Zones of a node don't overlap, and are its memory together. */
static void check_node(struct zone_check *c, const struct pglist_data *pgdat)
{
	uint32_t present = 0;
	pfn_t after = 0;

	for (int i = 0; i < MAX_NR_ZONES; i++) {
		const struct zone *zone = &pgdat->node_zones[i];

		if (zone->zone_pgdat != pgdat || (int)zone->idx != i)
			complain(c, "node %d: zone %d isn't its",
				 pgdat->node_id, i);
		if (zone->spanned_pages && zone->zone_start_pfn < after)
			complain(c, "node %d: zone %s overlaps the one before",
				 pgdat->node_id, zone->name);
		if (zone->spanned_pages)
			after = zone_end_pfn(zone);
		present += zone->present_pages;
		check_zone(c, zone);
	}
	if (present != pgdat->node_present_pages)
		complain(c, "node %d has %u frames, its zones %u",
			 pgdat->node_id, pgdat->node_present_pages, present);
}

/* ---- zonelists -------------------------------------------------------------------- */

static int times_in(const struct zonelist *list, const struct zone *zone)
{
	int times = 0;

	for (int i = 0; list->zones[i]; i++)
		times += list->zones[i] == zone;
	return times;
}

/*
 * A zone may have lost all its pages, or got its first, since the lists were
 * built; Linux looks at managed_zone() then, and so does this: only a zone
 * that is there twice, or is missing, is wrong.
 */
static void check_membership(struct zone_check *c, const struct zonelist *list,
			     const struct pglist_data *only, int nid)
{
	const struct zone *zone;

	for_each_zone(zone, c->k) {
		int wanted = managed_zone(zone) &&
			     (!only || zone->zone_pgdat == only);
		int times = times_in(list, zone);

		if (times > 1 || times < wanted ||
		    (times && only && zone->zone_pgdat != only))
			complain(c,
				 "node %d: zone %s of node %d is in its "
				 "list %d times",
				 nid, zone->name, zone->zone_pgdat->node_id,
				 times);
	}
}

/* Node by node, each from its highest zone down; one's own first. */
static void check_order(struct zone_check *c, const struct zonelist *list,
			const struct pglist_data *home)
{
	uint32_t seen = 0;

	for (int i = 0; list->zones[i]; i++) {
		const struct zone *zone = list->zones[i];
		const int nid = zone->zone_pgdat->node_id;
		const struct zone *before = i ? list->zones[i - 1] : NULL;

		if (before && before->zone_pgdat == zone->zone_pgdat) {
			if (before->idx <= zone->idx)
				complain(c, "node %d: zone %s comes too late",
					 home->node_id, zone->name);
			continue;
		}
		if (seen & 1u << nid)
			complain(c,
				 "node %d: node %d is in its list in two "
				 "pieces",
				 home->node_id, nid);
		if (seen && zone->zone_pgdat == home)
			complain(c, "node %d isn't the first in its list", nid);
		seen |= 1u << nid;
	}
}

static void check_zonelists(struct zone_check *c,
			    const struct pglist_data *pgdat)
{
	const struct zonelist *lists = pgdat->node_zonelists;

	check_membership(c, &lists[ZONELIST_FALLBACK], NULL, pgdat->node_id);
	check_membership(c, &lists[ZONELIST_NOFALLBACK], pgdat, pgdat->node_id);
	check_order(c, &lists[ZONELIST_FALLBACK], pgdat);
	check_order(c, &lists[ZONELIST_NOFALLBACK], pgdat);
}

/* ---- sums --------------------------------------------------------------------------- */

static void check_items(struct zone_check *c)
{
	for (int i = 0; i < NR_VM_ITEMS; i++) {
		const struct pglist_data *pgdat;
		int64_t sum = 0;

		for_each_online_pgdat(pgdat, c->k)
			sum += node_page_state(pgdat, (enum vm_item)i);
		if (sum != c->k->vmstat.item[i])
			complain(c, "%s is %lld on all nodes, %lld in all",
				 vm_item_name((enum vm_item)i), (long long)sum,
				 (long long)c->k->vmstat.item[i]);
	}
}

static void check_totals(struct zone_check *c)
{
	const struct zone *zone;
	uint64_t managed = 0, misses = 0, foreign = 0;

	for_each_zone(zone, c->k) {
		managed += zone->managed_pages;
		misses += zone->vm_numa_event[NUMA_MISS];
		foreign += zone->vm_numa_event[NUMA_FOREIGN];
	}
	if (managed != c->k->mem.totalram_pages)
		complain(c, "zones have %llu pages, the machine %llu",
			 (unsigned long long)managed,
			 (unsigned long long)c->k->mem.totalram_pages);
	if (misses != foreign)
		complain(c, "%llu allocations missed, %llu went abroad",
			 (unsigned long long)misses,
			 (unsigned long long)foreign);
}

unsigned int verify_zones(struct kernel *k)
{
	struct zone_check c = {.k = k};
	const struct pglist_data *pgdat;

	check_frames(&c);
	for_each_online_pgdat(pgdat, k)
	{
		check_node(&c, pgdat);
		check_zonelists(&c, pgdat);
	}
	check_items(&c);
	check_totals(&c);
	return c.nr_errors;
}
