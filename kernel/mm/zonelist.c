/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * Where an allocation looks, and in which order (mm/page_alloc.c,
 * build_all_zonelists()): a node's own zones first, the highest that the
 * request allows before the lower ones, then the zones of the other nodes,
 * the nearest node first.
 */

#include "kernel/lib/printk.h"
#include "kernel/mm/mm_init.h"

/* A node's zones, highest first: what can be used by few is used first. */
static int add_node_zones(struct pglist_data *node, struct zonelist *list,
			  int at)
{
	for (int i = MAX_NR_ZONES - 1; i >= 0; i--)
		if (managed_zone(&node->node_zones[i]))
			list->zones[at++] = &node->node_zones[i];
	return at;
}

/* The nearest node that is not in @used; the lower number of two equals. */
static int find_next_best_node(const struct kernel *k, int node, uint32_t used)
{
	int best = NUMA_NO_NODE;

	for (int nid = 0; nid < (int)k->mem.nr_online_nodes; nid++) {
		if (used & 1u << nid)
			continue;
		if (best < 0 || k->mem.node_distance[node][nid] <
					k->mem.node_distance[node][best])
			best = nid;
	}
	return best;
}

static void build_zonelists(struct kernel *k, struct pglist_data *pgdat)
{
	struct zonelist *fallback = &pgdat->node_zonelists[ZONELIST_FALLBACK];
	struct zonelist *alone = &pgdat->node_zonelists[ZONELIST_NOFALLBACK];
	int at = add_node_zones(pgdat, fallback, 0);
	uint32_t used = 1u << pgdat->node_id;
	int nid;

	while ((nid = find_next_best_node(k, pgdat->node_id, used)) >= 0) {
		at = add_node_zones(&k->mem.node_data[nid], fallback, at);
		used |= 1u << nid;
	}
	fallback->zones[at] = NULL;
	alone->zones[add_node_zones(pgdat, alone, 0)] = NULL;
}

uint64_t nr_free_zone_pages(const struct kernel *k, gfp_t gfp)
{
	const struct zonelist *list =
		&k->mem.node_data[0].node_zonelists[ZONELIST_FALLBACK];
	uint64_t sum = 0;

	for (int i = 0; list->zones[i]; i++) {
		const struct zone *zone = list->zones[i];
		uint32_t high = wmark_pages(zone, WMARK_HIGH);

		if (zone->idx <= gfp_zone(k, gfp) && zone->managed_pages > high)
			sum += zone->managed_pages - high;
	}
	return sum;
}

void build_all_zonelists(struct kernel *k)
{
	struct pglist_data *pgdat;
	uint64_t total;

	for_each_online_pgdat(pgdat, k) build_zonelists(k, pgdat);
	total = nr_free_zone_pages(k, GFP_HIGHUSER_MOVABLE);
	/* With less, each type's pageblocks would soon be all there are. */
	k->mem.page_group_by_mobility_disabled = total < pageblock_nr_pages *
								 MIGRATE_TYPES;
	printk(k,
	       "Built %u zonelists, mobility grouping %s.  Total pages: %llu",
	       k->mem.nr_online_nodes,
	       k->mem.page_group_by_mobility_disabled ? "off" : "on",
	       (unsigned long long)total);
}
