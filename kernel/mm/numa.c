/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * Counting where allocations end up (zone_statistics() and what mm/vmstat.c
 * has of CONFIG_NUMA). Each block counts once, whatever its order, and only on
 * boards with nodes.
 *
 * MODEL: the counters can't be turned off (vm.numa_stat).
 */

#include "kernel/task/sched.h"

/* The first zone of the list that the request allows. */
static struct zone *preferred_zone(const struct alloc_context *ac)
{
	struct zone *const *z = ac->zonelist->zones;

	while ((*z)->idx > ac->highest_zoneidx)
		z++;
	return *z;
}

void zone_statistics(const struct task_struct *curr,
		     const struct alloc_context *ac, struct zone *zone)
{
	struct zone *preferred = preferred_zone(ac);
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

int64_t node_page_state(const struct pglist_data *pgdat, enum vm_item item)
{
	int64_t sum = 0;

	if (item >= NR_VM_ZONE_ITEMS)
		return pgdat->vm_stat[item];
	for (int i = 0; i < MAX_NR_ZONES; i++)
		sum += pgdat->node_zones[i].vm_stat[item];
	return sum;
}
