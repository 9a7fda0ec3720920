/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * Counting where allocations end up (zone_statistics() and what mm/vmstat.c
 * has of CONFIG_NUMA). Each block counts once, whatever its order, and only on
 * boards with nodes.
 *
 * MODEL: the counters can't be turned off (vm.numa_stat).
 */

#include "kernel/kernel.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

nodemask_t nodes_with_memory(const struct kernel *k)
{
	nodemask_t nodes = 0;

	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++)
		if (k->mem.node_data[nid].node_present_pages)
			nodes |= 1u << nid;
	return nodes;
}

nodemask_t nodes_with_high_memory(const struct kernel *k)
{
	nodemask_t nodes = 0;
	const struct zone *zone;

	for_each_populated_zone(zone, k) if (zone->idx <= ZONE_HIGHMEM)
		nodes |= 1u << zone->zone_pgdat->node_id;
	return nodes;
}

/*
 * The first zone of the list that the request allows; @zone, which served it,
 * where that was one that it doesn't.
 */
static struct zone *preferred_zone(const struct alloc_context *ac,
				   struct zone *zone)
{
	struct zone *first;

	for_each_zone_zonelist_nodemask(first, ac->zonelist,
					ac->highest_zoneidx,
					ac->nodemask) return first;
	return zone;
}

void zone_statistics(const struct task_struct *curr,
		     const struct alloc_context *ac, struct zone *zone)
{
	struct zone *preferred = preferred_zone(ac, zone);
	const int nid = zone->zone_pgdat->node_id;

	if (preferred->zone_pgdat == zone->zone_pgdat) {
		zone->vm_numa_event[NUMA_HIT]++;
	} else {
		zone->vm_numa_event[NUMA_MISS]++;
		preferred->vm_numa_event[NUMA_FOREIGN]++;
	}
	if (curr->k->mem.cpu_node[curr->cpu->id] == nid)
		zone->vm_numa_event[NUMA_LOCAL]++;
	else
		zone->vm_numa_event[NUMA_OTHER]++;
}

const char *numa_stat_name(enum numa_stat_item item)
{
	static const char *const names[NR_VM_NUMA_EVENT_ITEMS] = {
		"numa_hit",        "numa_miss",  "numa_foreign",
		"numa_interleave", "numa_local", "numa_other",
	};

	return names[item];
}

uint64_t sum_zone_numa_event_state(const struct pglist_data *pgdat,
				   enum numa_stat_item item)
{
	uint64_t sum = 0;

	for (int i = 0; i < MAX_NR_ZONES; i++)
		sum += pgdat->node_zones[i].vm_numa_event[item];
	return sum;
}

uint64_t sum_numa_event_state(const struct kernel *k, enum numa_stat_item item)
{
	const struct pglist_data *pgdat;
	uint64_t sum = 0;

	for_each_online_pgdat(pgdat, k)
		sum += sum_zone_numa_event_state(pgdat, item);
	return sum;
}

int64_t node_page_state(const struct pglist_data *pgdat, enum vm_item item)
{
	int64_t sum = 0;

	if (item >= NR_VM_ZONE_ITEMS)
		return pgdat->vm_stat[item];
	for (int i = 0; i < MAX_NR_ZONES; i++)
		sum += pgdat->node_zones[i].vm_stat[item];
	return sum;
}

static struct kernel_node_info node_info(const struct kernel *k,
					 const struct pglist_data *pgdat)
{
	struct kernel_node_info info = {
		.node = pgdat->node_id,
		.frames = pgdat->node_present_pages,
		.cpus = k->mem.node_cpus[pgdat->node_id],
		.nr_nodes = k->mem.nr_online_nodes,
		.hit = sum_zone_numa_event_state(pgdat, NUMA_HIT),
		.miss = sum_zone_numa_event_state(pgdat, NUMA_MISS),
		.foreign = sum_zone_numa_event_state(pgdat, NUMA_FOREIGN),
		.local = sum_zone_numa_event_state(pgdat, NUMA_LOCAL),
		.other = sum_zone_numa_event_state(pgdat, NUMA_OTHER),
	};

	_Static_assert(KERNEL_MAX_NODES == MAX_NUMNODES, "kernel.h's nodes");
	for (unsigned int nid = 0; nid < info.nr_nodes; nid++)
		info.distance[nid] = k->mem.node_distance[pgdat->node_id][nid];
	return info;
}

void kernel_for_each_node(const struct kernel *k,
			  void (*each)(void *arg,
				       const struct kernel_node_info *node),
			  void *arg)
{
	const struct pglist_data *pgdat;

	if (!k->mem.numa)
		return;
	for_each_online_pgdat(pgdat, k)
	{
		struct kernel_node_info info = node_info(k, pgdat);

		each(arg, &info);
	}
}
