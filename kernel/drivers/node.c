/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/node.h"

/*
 * /sys/devices/system/node (Linux: drivers/base/node.c): which nodes there
 * are, and of each its memory, its distances and where allocations ended up.
 * Only boards with nodes have it, as only kernels with CONFIG_NUMA do.
 *
 * Leaves out what belongs to hotplug and huge pages: a node's links to its CPUs
 * and memory blocks, hugepages/.
 */

#include <stdio.h>

#include "kernel/fs/sysfs.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/compaction.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/swap.h"
#include "kernel/state.h"

/* ---- all nodes --------------------------------------------------------------- */

static uint32_t nodes_with(const struct kernel *k,
			   bool (*has)(const struct kernel *k, int nid))
{
	uint32_t mask = 0;

	for (int nid = 0; nid < (int)k->mem.nr_online_nodes; nid++)
		if (has(k, nid))
			mask |= 1u << nid;
	return mask;
}

static bool is_online(const struct kernel *k, int nid)
{
	(void)k, (void)nid;
	return true;
}

static bool has_cpu(const struct kernel *k, int nid)
{
	return k->mem.node_cpus[nid];
}

static bool has_memory(const struct kernel *k, int nid)
{
	return k->mem.node_data[nid].node_present_pages;
}

static bool lowest_zone_at_most(const struct kernel *k, int nid, int highest)
{
	const struct zone *zones = k->mem.node_data[nid].node_zones;

	for (int i = 0; i <= highest; i++)
		if (populated_zone(&zones[i]))
			return true;
	return false;
}

static bool has_normal_memory(const struct kernel *k, int nid)
{
	return lowest_zone_at_most(k, nid, ZONE_NORMAL);
}

static bool has_high_memory(const struct kernel *k, int nid)
{
	return lowest_zone_at_most(k, nid, ZONE_HIGHMEM);
}

#define NODE_STATE(name, has)                                    \
	static int name##_show(struct seq_file *m, void *object) \
	{                                                        \
		(void)object;                                    \
		seq_print_mask_list(m, nodes_with(m->k, has));   \
		return 0;                                        \
	}
NODE_STATE(possible, is_online)
NODE_STATE(online, is_online)
NODE_STATE(normal_memory, has_normal_memory)
NODE_STATE(high_memory, has_high_memory)
NODE_STATE(memory, has_memory)
NODE_STATE(cpu, has_cpu)

static const struct sysfs_attribute state_attributes[] = {
	{"possible", 0444, possible_show, NULL},
	{"online", 0444, online_show, NULL},
	{"has_normal_memory", 0444, normal_memory_show, NULL},
	{"has_high_memory", 0444, high_memory_show, NULL},
	{"has_memory", 0444, memory_show, NULL},
	{"has_cpu", 0444, cpu_show, NULL},
};

/* ---- one node: CPUs and distances ---------------------------------------------- */

static int cpumap_show(struct seq_file *m, void *object)
{
	const struct pglist_data *pgdat = object;
	const int digits = ((int)m->k->hw.nr_cpus + 3) / 4;

	seq_printf(m, "%0*x\n", digits, m->k->mem.node_cpus[pgdat->node_id]);
	return 0;
}

static int cpulist_show(struct seq_file *m, void *object)
{
	const struct pglist_data *pgdat = object;

	seq_print_mask_list(m, m->k->mem.node_cpus[pgdat->node_id]);
	return 0;
}

static int distance_show(struct seq_file *m, void *object)
{
	const struct pglist_data *pgdat = object;
	const struct mem_state *mem = &m->k->mem;

	for (unsigned int nid = 0; nid < mem->nr_online_nodes; nid++)
		seq_printf(m, "%s%d", nid ? " " : "",
			   mem->node_distance[pgdat->node_id][nid]);
	seq_putc(m, '\n');
	return 0;
}

/* ---- one node: memory ------------------------------------------------------------ */

static int numastat_show(struct seq_file *m, void *object)
{
	static const char *const names[NR_VM_NUMA_EVENT_ITEMS] = {
		"numa_hit",       "numa_miss",  "numa_foreign",
		"interleave_hit", "local_node", "other_node",
	};

	for (int i = 0; i < NR_VM_NUMA_EVENT_ITEMS; i++)
		seq_printf(m, "%s %llu\n", names[i],
			   (unsigned long long)sum_zone_numa_event_state(
				   object, (enum numa_stat_item)i));
	return 0;
}

static int node_vmstat_show(struct seq_file *m, void *object)
{
	show_node_vmstat(m, object);
	return 0;
}

static void show_kb(struct seq_file *m, const struct pglist_data *pgdat,
		    const char *name, int64_t kbytes)
{
	seq_printf(m, "Node %d %-15s %8lld kB\n", pgdat->node_id, name,
		   (long long)kbytes);
}

static void show_pages(struct seq_file *m, const struct pglist_data *pgdat,
		       const char *name, int64_t pages)
{
	show_kb(m, pgdat, name, pages << (PAGE_SHIFT - 10));
}

static void show_item(struct seq_file *m, const struct pglist_data *pgdat,
		      const char *name, enum vm_item item)
{
	show_pages(m, pgdat, name, node_page_state(pgdat, item));
}

/* What the allocator has of the node, of highmem alone with @high. */
static int64_t managed_pages(const struct pglist_data *pgdat, bool high)
{
	int64_t sum = 0;

	for (int i = 0; i < MAX_NR_ZONES; i++)
		if (!high || is_highmem(&pgdat->node_zones[i]))
			sum += pgdat->node_zones[i].managed_pages;
	return sum;
}

static void show_totals(struct seq_file *m, const struct pglist_data *pgdat)
{
	int64_t total = managed_pages(pgdat, false);
	int64_t nr_free = node_page_state(pgdat, NR_FREE_PAGES);

	show_pages(m, pgdat, "MemTotal:", total);
	show_pages(m, pgdat, "MemFree:", nr_free);
	show_pages(m, pgdat, "MemUsed:", total - nr_free);
	show_item(m, pgdat, "SwapCached:", NR_SWAPCACHED);
}

static void show_lru(struct seq_file *m, const struct pglist_data *pgdat)
{
	int64_t active_anon = node_page_state(pgdat, NR_ACTIVE_ANON);
	int64_t inactive_anon = node_page_state(pgdat, NR_INACTIVE_ANON);
	int64_t active_file = node_page_state(pgdat, NR_ACTIVE_FILE);
	int64_t inactive_file = node_page_state(pgdat, NR_INACTIVE_FILE);

	show_pages(m, pgdat, "Active:", active_anon + active_file);
	show_pages(m, pgdat, "Inactive:", inactive_anon + inactive_file);
	show_pages(m, pgdat, "Active(anon):", active_anon);
	show_pages(m, pgdat, "Inactive(anon):", inactive_anon);
	show_pages(m, pgdat, "Active(file):", active_file);
	show_pages(m, pgdat, "Inactive(file):", inactive_file);
	show_item(m, pgdat, "Unevictable:", NR_UNEVICTABLE);
	show_item(m, pgdat, "Mlocked:", NR_MLOCK);
}

static void show_high_low(struct seq_file *m, const struct pglist_data *pgdat)
{
	int64_t total = managed_pages(pgdat, false);
	int64_t high = managed_pages(pgdat, true);
	int64_t nr_free = node_page_state(pgdat, NR_FREE_PAGES);
	int64_t high_free =
		pgdat->node_zones[ZONE_HIGHMEM].vm_stat[NR_FREE_PAGES];

	show_pages(m, pgdat, "HighTotal:", high);
	show_pages(m, pgdat, "HighFree:", high_free);
	show_pages(m, pgdat, "LowTotal:", total - high);
	show_pages(m, pgdat, "LowFree:", nr_free - high_free);
}

static void show_use(struct seq_file *m, const struct pglist_data *pgdat)
{
	show_item(m, pgdat, "Dirty:", NR_DIRTY);
	show_item(m, pgdat, "Writeback:", NR_WRITEBACK);
	show_item(m, pgdat, "FilePages:", NR_FILE_PAGES);
	show_item(m, pgdat, "Mapped:", NR_MAPPED);
	show_item(m, pgdat, "AnonPages:", NR_ANON_PAGES);
	show_item(m, pgdat, "Shmem:", NR_SHMEM);
	show_kb(m, pgdat,
		"KernelStack:", node_page_state(pgdat, NR_KERNEL_STACK));
	show_item(m, pgdat, "PageTables:", NR_PAGE_TABLE_PAGES);
	show_item(m, pgdat, "SecPageTables:", NR_SEC_PAGE_TABLE_PAGES);
	show_kb(m, pgdat, "NFS_Unstable:", 0);
	show_item(m, pgdat, "Bounce:", NR_BOUNCE);
	show_item(m, pgdat, "WritebackTmp:", NR_WRITEBACK_TEMP);
}

static void show_slab(struct seq_file *m, const struct pglist_data *pgdat)
{
	int64_t reclaimable = node_page_state(pgdat, NR_SLAB_RECLAIMABLE);
	int64_t unreclaimable = node_page_state(pgdat, NR_SLAB_UNRECLAIMABLE);

	show_pages(m, pgdat, "KReclaimable:",
		   reclaimable +
			   node_page_state(pgdat, NR_KERNEL_MISC_RECLAIMABLE));
	show_pages(m, pgdat, "Slab:", reclaimable + unreclaimable);
	show_pages(m, pgdat, "SReclaimable:", reclaimable);
	show_pages(m, pgdat, "SUnreclaim:", unreclaimable);
}

static int node_meminfo_show(struct seq_file *m, void *object)
{
	show_totals(m, object);
	show_lru(m, object);
	show_high_low(m, object);
	show_use(m, object);
	show_slab(m, object);
	return 0;
}

/* Whatever is written. */
static int compact_store(struct task_struct *curr, void *object,
			 const char *text, uint32_t n)
{
	(void)text, (void)n;
	lru_add_drain(curr);
	compact_node(curr, object);
	return 0;
}

static const struct sysfs_attribute node_attributes[] = {
	{"cpumap", 0444, cpumap_show, NULL},
	{"cpulist", 0444, cpulist_show, NULL},
	{"meminfo", 0444, node_meminfo_show, NULL},
	{"numastat", 0444, numastat_show, NULL},
	{"distance", 0444, distance_show, NULL},
	{"vmstat", 0444, node_vmstat_show, NULL},
	{"compact", 0200, NULL, compact_store},
};

/* ---- boot -------------------------------------------------------------------------- */

#define NR(table) ((uint32_t)(sizeof(table) / sizeof((table)[0])))

static bool register_node(struct task_struct *curr, struct kernfs_node *parent,
			  struct pglist_data *pgdat)
{
	struct kernfs_node *dir;
	char name[16];

	snprintf(name, sizeof(name), "node%d", pgdat->node_id);
	dir = sysfs_create_dir(curr, parent, name, pgdat);
	return dir && !sysfs_create_files(curr, dir, node_attributes,
					  NR(node_attributes));
}

void node_dev_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct kernfs_node *dir = sysfs_find(curr, NULL, "devices");
	struct pglist_data *pgdat;

	if (!k->mem.numa)
		return;
	dir = sysfs_create_dir(curr, dir, "system", NULL);
	dir = dir ? sysfs_create_dir(curr, dir, "node", NULL) : NULL;
	if (!dir || sysfs_create_files(curr, dir, state_attributes,
				       NR(state_attributes)))
		boot_panic(k, "node_dev_init: no memory");
	for_each_online_pgdat(pgdat, k) if (!register_node(curr, dir, pgdat))
		boot_panic(k, "node_dev_init: no memory");
}
