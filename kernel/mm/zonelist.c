/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * Where an allocation looks, and in which order (mm/page_alloc.c,
 * build_all_zonelists()): a node's own zones first, the highest that the
 * request allows before the lower ones, then the zones of the other nodes,
 * the nearest node first. Invariant: a node's fallback list has each zone with
 * memory of all nodes exactly once, a node's zones in one piece; its other
 * list has its own alone.
 *
 * Of nodes equally far the next in number is preferred, round the ring, and
 * those that have been some node's first choice stand back a little, so that
 * not all nodes burden the same one. With only one node all this is idle.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/mm_init.h"

#define PENALTY_FOR_NODE_WITH_CPUS 1

/* A node's zones, highest first: what can be used by few is used first. */
static int add_node_zones(struct pglist_data *node, struct zonelist *list,
			  int at)
{
	for (int i = MAX_NR_ZONES - 1; i >= 0; i--)
		if (managed_zone(&node->node_zones[i]))
			list->zones[at++] = &node->node_zones[i];
	return at;
}

/*
 * How far @nid is for @node's purposes; load counts only between equals. At
 * boot no CPU is counted yet, as on arm64: the penalty is for lists that are
 * built later.
 */
static uint32_t node_cost(const struct mem_state *mem, int node, int nid)
{
	uint32_t cost = mem->node_distance[node][nid];

	cost += nid < node;
	if (mem->node_cpus[nid])
		cost += PENALTY_FOR_NODE_WITH_CPUS;
	return cost * MAX_NUMNODES + mem->node_load[nid];
}

int find_next_best_node(const struct kernel *k, int node, uint32_t *used)
{
	const struct mem_state *mem = &k->mem;
	uint32_t best_cost = UINT32_MAX;
	int best = NUMA_NO_NODE;

	if (!(*used & 1u << node) && mem->node_data[node].node_present_pages) {
		*used |= 1u << node;
		return node;
	}
	for (int nid = 0; nid < (int)mem->nr_online_nodes; nid++) {
		uint32_t cost = node_cost(mem, node, nid);

		if ((*used & 1u << nid) ||
		    !mem->node_data[nid].node_present_pages ||
		    cost >= best_cost)
			continue;
		best = nid;
		best_cost = cost;
	}
	if (best >= 0)
		*used |= 1u << best;
	return best;
}

static void log_fallback_order(struct kernel *k, int node,
			       const struct zonelist *list)
{
	int len, prev = NUMA_NO_NODE;
	char text[64];

	if (!k->mem.numa)
		return;
	len = snprintf(text, sizeof(text),
		       "Fallback order for Node %d: ", node);
	for (int i = 0; list->zones[i]; i++) {
		int nid = list->zones[i]->zone_pgdat->node_id;

		if (nid != prev)
			len += snprintf(text + len, sizeof(text) - (size_t)len,
					"%d ", nid);
		prev = nid;
	}
	printk(k, "%s", text);
}

static void build_zonelists(struct kernel *k, struct pglist_data *pgdat)
{
	struct zonelist *fallback = &pgdat->node_zonelists[ZONELIST_FALLBACK];
	struct zonelist *alone = &pgdat->node_zonelists[ZONELIST_NOFALLBACK];
	const int local = pgdat->node_id;
	int nid, at = 0, prev = local;
	uint32_t used = 0;

	while ((nid = find_next_best_node(k, local, &used)) >= 0) {
		/* The first of those equally far; the next may be another's. */
		if (k->mem.node_distance[local][nid] !=
		    k->mem.node_distance[local][prev])
			k->mem.node_load[nid]++;
		at = add_node_zones(&k->mem.node_data[nid], fallback, at);
		prev = nid;
	}
	fallback->zones[at] = NULL;
	alone->zones[add_node_zones(pgdat, alone, 0)] = NULL;
	log_fallback_order(k, local, fallback);
}

uint64_t nr_free_zone_pages(const struct kernel *k, gfp_t gfp)
{
	const struct zonelist *list =
		&k->mem.node_data[k->mem.cpu_node[0]]
			 .node_zonelists[ZONELIST_FALLBACK];
	uint64_t sum = 0;

	for (int i = 0; list->zones[i]; i++) {
		const struct zone *zone = list->zones[i];
		uint32_t high = wmark_pages(zone, WMARK_HIGH);

		if (zone->idx <= gfp_zone(k, gfp) && zone->managed_pages > high)
			sum += zone->managed_pages - high;
	}
	return sum;
}

/*
 * Policies bind what may lie in the highest zone, and ZONE_MOVABLE: so that
 * what must lie lower doesn't fail for want of such memory on some nodes.
 */
static const char *find_policy_zone(struct kernel *k)
{
	const struct zone *zone, *highest = NULL;

	for_each_zone(zone, k)
		if (managed_zone(zone) && zone->idx != ZONE_MOVABLE &&
		    (!highest || zone->idx > highest->idx))
			highest = zone;
	k->mem.policy_zone = highest ? highest->idx : ZONE_NORMAL;
	return highest ? highest->name : "";
}

/*
 * With less memory, each type's pageblocks would soon be all there are. Ours:
 * page_group_by_mobility=off, to see what grouping is good for; Linux decides
 * by size alone.
 */
static bool grouping_disabled(const struct kernel *k, uint64_t total)
{
	uint32_t len;
	const char *said = boot_param(k, "page_group_by_mobility", &len);

	if (said && len == 3 && !memcmp(said, "off", 3))
		return true;
	return total < pageblock_nr_pages * MIGRATE_TYPES;
}

void build_all_zonelists(struct kernel *k)
{
	struct pglist_data *pgdat;
	const char *policy_zone;
	uint64_t total;

	for (int nid = 0; nid < MAX_NUMNODES; nid++)
		k->mem.node_load[nid] = 0;
	for_each_online_pgdat(pgdat, k) build_zonelists(k, pgdat);
	policy_zone = find_policy_zone(k);
	total = nr_free_zone_pages(k, GFP_HIGHUSER_MOVABLE);
	k->mem.page_group_by_mobility_disabled = grouping_disabled(k, total);
	printk(k,
	       "Built %u zonelists, mobility grouping %s.  Total pages: %llu",
	       k->mem.nr_online_nodes,
	       k->mem.page_group_by_mobility_disabled ? "off" : "on",
	       (unsigned long long)total);
	if (k->mem.numa)
		printk(k, "Policy zone: %s", policy_zone);
}
