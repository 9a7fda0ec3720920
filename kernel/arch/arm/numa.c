/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/numa.h"

/*
 * Nodes as the device tree has them (Linux: drivers/of/of_numa.c and
 * drivers/base/arch_numa.c, which arm64 and RISC-V use). Each memory node and
 * each cpu may have a numa-node-id; a distance-map says how far the nodes are
 * from each other. What it leaves out has a default: 20 from node to node, 10
 * to itself, and the way back as long as the way there.
 *
 * Invariant: afterwards every region of memblock's memory belongs to a node
 * below mem.nr_online_nodes. A node without memory is online, too.
 *
 * MODEL: 32-bit ARM has no CONFIG_NUMA. A device tree without node numbers is
 * booted as such a kernel boots it: nothing is said about nodes, in the log or
 * in /proc. With them it is booted as arm64 would; mem.numa tells which.
 * MODEL: node numbers have no gaps; one that nothing belongs to is a node
 * without memory.
 */

#include <libfdt.h>
#include <string.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/arm_sizes.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memblock.h"
#include "kernel/state.h"

/* ---- distances ------------------------------------------------------------- */

static void default_distances(struct mem_state *mem)
{
	for (int from = 0; from < MAX_NUMNODES; from++)
		for (int to = 0; to < MAX_NUMNODES; to++)
			mem->node_distance[from][to] =
				from == to ? LOCAL_DISTANCE : REMOTE_DISTANCE;
}

void numa_set_distance(struct kernel *k, int from, int to, int distance)
{
	struct mem_state *mem = &k->mem;
	int nr = (int)mem->nr_online_nodes;

	if (from < 0 || to < 0 || from >= nr || to >= nr) {
		if (!mem->warned_node_id)
			printk(k,
			       "NUMA: Warning: node ids are out of bound, "
			       "from=%d to=%d distance=%d",
			       from, to, distance);
		mem->warned_node_id = true;
		return;
	}
	if (distance < 0 || distance > UINT8_MAX ||
	    (from == to && distance != LOCAL_DISTANCE)) {
		if (!mem->warned_distance)
			printk(k,
			       "NUMA: Warning: invalid distance parameter, "
			       "from=%d to=%d distance=%d",
			       from, to, distance);
		mem->warned_distance = true;
		return;
	}
	mem->node_distance[from][to] = (uint8_t)distance;
}

/* Triples: from, to, distance. */
static bool parse_distance_map(struct kernel *k, const void *fdt)
{
	int map = fdt_node_offset_by_compatible(fdt, -1,
						"numa-distance-map-v1");
	const fdt32_t *cell;
	int len;

	if (map < 0)
		return true;
	printk(k, "NUMA: parsing numa-distance-map-v1");
	cell = fdt_getprop(fdt, map, "distance-matrix", &len);
	if (!cell) {
		printk(k, "NUMA: No distance-matrix property in distance-map");
		return false;
	}
	for (int i = 0; i + 2 < len / (int)sizeof(*cell); i += 3) {
		int from = (int)fdt32_to_cpu(cell[i]);
		int to = (int)fdt32_to_cpu(cell[i + 1]);
		int distance = (int)fdt32_to_cpu(cell[i + 2]);

		numa_set_distance(k, from, to, distance);
		if (to > from)
			numa_set_distance(k, to, from, distance);
	}
	return true;
}

/* ---- nodes ------------------------------------------------------------------- */

/* The node number of a memory or cpu node; -1: it has none. */
static int64_t node_id(const void *fdt, int node)
{
	int len;
	const fdt32_t *id = fdt_getprop(fdt, node, "numa-node-id", &len);

	return id && len >= (int)sizeof(*id) ? (int64_t)fdt32_to_cpu(*id) : -1;
}

static bool is_of_type(const void *fdt, int node, const char *type)
{
	const char *text = fdt_getprop(fdt, node, "device_type", NULL);

	return text && !strcmp(text, type);
}

static void node_set_online(struct kernel *k, int64_t nid)
{
	if (nid >= k->mem.nr_online_nodes)
		k->mem.nr_online_nodes = (unsigned int)nid + 1;
}

/* Which CPU is where; a node may have CPUs and no memory. */
static void parse_cpu_nodes(struct kernel *k, const void *fdt)
{
	int cpus = fdt_path_offset(fdt, "/cpus"), node;
	unsigned int cpu = 0;

	if (cpus < 0)
		return;
	fdt_for_each_subnode(node, fdt, cpus)
	{
		int64_t nid = node_id(fdt, node);

		if (!is_of_type(fdt, node, "cpu"))
			continue;
		if (nid >= MAX_NUMNODES) {
			printk(k, "NUMA: Node id %u exceeds maximum value",
			       (unsigned int)nid);
			nid = -1;
		}
		node_set_online(k, nid);
		if (cpu < NR_CPUS)
			k->mem.cpu_node[cpu++] = nid < 0 ? 0 : (uint8_t)nid;
	}
}

static bool has_number(const void *fdt, int node)
{
	return is_of_type(fdt, node, "memory") && node_id(fdt, node) >= 0;
}

static bool numbers_memory(const void *fdt)
{
	int node;

	fdt_for_each_subnode(node, fdt, 0)
	{
		if (has_number(fdt, node))
			return true;
	}
	return false;
}

/* False: there is something wrong with the tree. */
static bool parse_memory_nodes(struct kernel *k, const void *fdt)
{
	int node;

	fdt_for_each_subnode(node, fdt, 0)
	{
		int64_t nid = node_id(fdt, node);
		uint64_t base, size;

		if (!has_number(fdt, node))
			continue;
		if (nid >= MAX_NUMNODES || !of_reg(fdt, node, 0, &base, &size))
			return false;
		for (int i = 0; of_reg(fdt, node, i, &base, &size); i++)
			memblock_set_node(k, base, size, (int)nid);
		node_set_online(k, nid);
	}
	return true;
}

/* A region that the tree gave to no node. */
static bool all_memory_has_a_node(struct kernel *k)
{
	const struct memblock_region *region;

	for_each_mem_region(region, k)
	{
		if (region->nid != NUMA_NO_NODE)
			continue;
		printk(k,
		       "NUMA: Warning: invalid memblk node %d [mem "
		       "0x%08llx-0x%08llx]",
		       region->nid, (unsigned long long)region->base,
		       (unsigned long long)(region->base + region->size) - 1);
		return false;
	}
	return true;
}

/*
 * What a pglist_data weighs comes from the node's own memory, as far as that
 * is lowmem. The C structure is part of struct mem_state.
 */
static void setup_node_data(struct kernel *k, int nid)
{
	struct memblock_region *region;
	paddr_t paddr = memblock_phys_alloc_try_nid(k, ARM_SIZEOF_PGLIST_DATA,
						    0, nid);

	if (!paddr)
		boot_panic(k, "Cannot allocate %u bytes for node %d data",
			   ARM_SIZEOF_PGLIST_DATA, nid);
	printk(k, "NUMA: NODE_DATA [mem 0x%08llx-0x%08llx]",
	       (unsigned long long)paddr,
	       (unsigned long long)paddr + ARM_SIZEOF_PGLIST_DATA - 1);
	for_each_mem_region(region,
			    k) if (paddr >= region->base &&
				   paddr < region->base + region->size &&
				   region->nid != nid)
		printk(k, "NUMA: NODE_DATA(%d) on node %d", nid, region->nid);
}

static bool of_numa_init(struct kernel *k, const void *fdt)
{
	default_distances(&k->mem);
	parse_cpu_nodes(k, fdt);
	return parse_memory_nodes(k, fdt) && parse_distance_map(k, fdt) &&
	       all_memory_has_a_node(k);
}

/* Everything is node 0. */
static void dummy_numa_init(struct kernel *k)
{
	struct mem_state *mem = &k->mem;

	mem->nr_online_nodes = 1;
	memset(mem->cpu_node, 0, sizeof(mem->cpu_node));
	default_distances(mem);
	memblock_set_node(k, 0, MEMBLOCK_ALLOC_ANYWHERE, 0);
}

void arch_numa_init(struct kernel *k, const void *fdt)
{
	struct mem_state *mem = &k->mem;
	uint32_t len;
	const char *arg = boot_param(k, "numa", &len);
	bool off = arg && len >= 3 && !strncmp(arg, "off", 3);

	mem->numa = numbers_memory(fdt);
	if (!mem->numa) {
		dummy_numa_init(k);
		return;
	}
	if (off || !of_numa_init(k, fdt)) {
		if (off)
			printk(k, "NUMA: NUMA disabled");
		printk(k, "NUMA: Faking a node at [mem 0x%016llx-0x%016llx]",
		       (unsigned long long)memblock_start_of_DRAM(k),
		       (unsigned long long)memblock_end_of_DRAM(k) - 1);
		dummy_numa_init(k);
	}
	for (unsigned int nid = 0; nid < mem->nr_online_nodes; nid++)
		setup_node_data(k, (int)nid);
}

void numa_add_cpu(struct kernel *k, unsigned int cpu)
{
	k->mem.node_cpus[k->mem.cpu_node[cpu]] |= 1u << cpu;
}
