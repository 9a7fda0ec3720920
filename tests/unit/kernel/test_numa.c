/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Nodes: what is read from device trees, good and bad; zonelists of random
 * boards beside a slow and obvious model; where allocations end up and how
 * that is counted. An argument is the seed of the random boards.
 */

#include "tests/unit/kernel/mm_fixture.h"

#include <libfdt.h>

#include "kernel/arch/arm/numa.h"

#define BASE ((paddr_t)0x60000000)

static uint32_t seed = 1;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* ---- device trees ---------------------------------------------------------- */

/* One memory or cpu node's number: an id, NONE, or SHORT: a bad property. */
#define NONE  (-1)
#define SHORT (-2)

struct tree {
	int memory[4], cpu[4], nr_memory, nr_cpus;
	uint32_t map[40]; /* triples */
	int nr_map; /* cells; 0: no distance-map; -1: one without matrix */
};

static void put_id(void *blob, int id)
{
	if (id == SHORT)
		fdt_property(blob, "numa-node-id", "x", 1);
	else if (id != NONE)
		fdt_property_u32(blob, "numa-node-id", (uint32_t)id);
}

static void put_cells(void *blob, const char *name, const uint32_t *cell,
		      int nr)
{
	fdt32_t *to;

	fdt_property_placeholder(blob, name, nr * 4, (void **)&to);
	for (int i = 0; i < nr; i++)
		to[i] = cpu_to_fdt32(cell[i]);
}

/* Memory node i: 16 MB at BASE + i * 16 MB. */
static void *make_tree(const struct tree *t)
{
	void *blob = calloc(1, 8192);
	char name[32];

	fdt_create(blob, 8192);
	fdt_finish_reservemap(blob);
	fdt_begin_node(blob, "");
	fdt_property_u32(blob, "#address-cells", 1);
	fdt_property_u32(blob, "#size-cells", 1);
	fdt_begin_node(blob, "cpus");
	for (int i = 0; i < t->nr_cpus; i++) {
		snprintf(name, sizeof(name), "cpu@%d", i);
		fdt_begin_node(blob, name);
		fdt_property_string(blob, "device_type", "cpu");
		put_id(blob, t->cpu[i]);
		fdt_end_node(blob);
	}
	fdt_end_node(blob);
	for (int i = 0; i < t->nr_memory; i++) {
		uint32_t base = (uint32_t)BASE + (uint32_t)i * (16u << 20);

		snprintf(name, sizeof(name), "memory@%x", base);
		fdt_begin_node(blob, name);
		fdt_property_string(blob, "device_type", "memory");
		put_cells(blob, "reg", (uint32_t[]){base, 16u << 20}, 2);
		put_id(blob, t->memory[i]);
		fdt_end_node(blob);
	}
	if (t->nr_map) {
		fdt_begin_node(blob, "distance-map");
		fdt_property_string(blob, "compatible", "numa-distance-map-v1");
		if (t->nr_map > 0)
			put_cells(blob, "distance-matrix", t->map, t->nr_map);
		fdt_end_node(blob);
	}
	fdt_end_node(blob);
	assert_int_equal(fdt_finish(blob), 0);
	return blob;
}

static struct mm_fixture *parse(const struct tree *t, const char *args)
{
	struct mm_fixture *f = fixture_create(BASE, 64 * MB, 0x80000000);
	void *blob = make_tree(t);

	strcpy(f->k->arch.command_line, args);
	for (int i = 0; i < t->nr_memory; i++)
		memblock_add_node(f->k, BASE + (paddr_t)i * 16 * MB, 16 * MB,
				  NUMA_NO_NODE, 0);
	memblock_set_current_limit(f->k, BASE + 64 * MB);
	arch_numa_init(f->k, blob);
	free(blob);
	return f;
}

static int node_at(const struct mm_fixture *f, int bank)
{
	const struct memblock_region *region;
	paddr_t at = BASE + (paddr_t)bank * 16 * MB;

	for_each_mem_region(
		region,
		f->k) if (at >= region->base &&
			  at < region->base + region->size) return region->nid;
	return -9;
}

static void test_tree(void **state)
{
	struct mm_fixture *f = parse(
		&(struct tree){.nr_memory = 4,
			       .memory = {0, 1, 2, 0},
			       .nr_cpus = 3,
			       .cpu = {1, NONE, 2},
			       .nr_map = 12,
			       .map = {0, 1, 15, 2, 0, 44, 1, 2, 30, 2, 1, 31}},
		"");
	struct mem_state *mem = &f->k->mem;
	paddr_t from, to;
	uint64_t cursor = 0;
	int nr = 0;

	(void)state;
	assert_true(mem->numa);
	assert_int_equal(mem->nr_online_nodes, 3);
	assert_int_equal(node_at(f, 1), 1);
	assert_int_equal(node_at(f, 2), 2);
	assert_int_equal(node_at(f, 3), 0);
	assert_int_equal(mem->cpu_node[0], 1);
	assert_int_equal(mem->cpu_node[1], 0);
	assert_int_equal(mem->cpu_node[2], 2);
	/* the way back as the way there, unless it is said later on */
	assert_int_equal(mem->node_distance[0][1], 15);
	assert_int_equal(mem->node_distance[1][0], 15);
	assert_int_equal(mem->node_distance[1][2], 30);
	assert_int_equal(mem->node_distance[2][1], 31);
	/* downwards alone says nothing about upwards */
	assert_int_equal(mem->node_distance[2][0], 44);
	assert_int_equal(mem->node_distance[0][2], 20);
	assert_int_equal(mem->node_distance[2][2], 10);
	/* each node's pglist_data lies in its own memory */
	while (memblock_next_free_range(f->k, &cursor, 1, &from, &to))
		nr += to - from < 16 * MB;
	assert_int_equal(nr, 1);
	assert_non_null(strstr(f->log, "NUMA: NODE_DATA [mem 0x61ff"));
	fixture_destroy(f);
}

static void assert_one_node(const struct tree *t, const char *args,
			    const char *why)
{
	struct mm_fixture *f = parse(t, args);

	assert_int_equal(f->k->mem.nr_online_nodes, 1);
	for (int i = 0; i < t->nr_memory; i++)
		assert_int_equal(node_at(f, i), 0);
	for (int i = 0; i < NR_CPUS; i++)
		assert_int_equal(f->k->mem.cpu_node[i], 0);
	assert_int_equal(f->k->mem.node_distance[0][0], 10);
	if (why)
		assert_non_null(strstr(f->log, why));
	else
		assert_string_equal(f->log, "");
	fixture_destroy(f);
}

static void test_bad_trees(void **state)
{
	const char *fake = "NUMA: Faking a node at [mem 0x0000000060000000-"
			   "0x0000000061ffffff]";
	struct tree good = {.nr_memory = 2,
			    .memory = {0, 1},
			    .nr_cpus = 1,
			    .nr_map = 3,
			    .map = {0, 1, 30}};
	struct tree t;
	struct mm_fixture *f;

	(void)state;
	/* without a number there are no nodes, and not a word about them */
	assert_one_node(&(struct tree){.nr_memory = 2, .memory = {NONE, NONE}},
			"", NULL);
	assert_one_node(&(struct tree){.nr_memory = 2,
				       .memory = {SHORT, SHORT}},
			"", NULL);
	assert_one_node(&good, "numa=off", "NUMA: NUMA disabled");
	t = good;
	t.memory[1] = NONE;
	assert_one_node(&t, "",
			"NUMA: Warning: invalid memblk node -1 [mem "
			"0x61000000-0x61ffffff]");
	t = good;
	t.memory[1] = MAX_NUMNODES;
	assert_one_node(&t, "", fake);
	t = good;
	t.memory[1] = INT32_MIN; /* 0x80000000 */
	assert_one_node(&t, "", fake);
	t = good;
	t.nr_map = -1;
	assert_one_node(&t, "", "NUMA: No distance-matrix property");
	/* a cpu that is nowhere is on node 0 */
	t = good;
	t.cpu[0] = 77;
	f = parse(&t, "");
	assert_int_equal(f->k->mem.nr_online_nodes, 2);
	assert_int_equal(f->k->mem.cpu_node[0], 0);
	assert_non_null(strstr(f->log, "Node id 77 exceeds maximum value"));
	fixture_destroy(f);
}

/* What makes no sense is left out, with one word about each kind. */
static void test_bad_distances(void **state)
{
	struct mm_fixture *f = parse(
		&(struct tree){.nr_memory = 2,
			       .memory = {0, 1},
			       .nr_map = 17, /* and two thirds of a triple */
			       .map = {0, 0, 11, 0, 1, 256, 0, 9, 30,
				       UINT32_MAX, 0, 30, 1, 0, 25, 0, 1}},
		"");

	(void)state;
	assert_int_equal(f->k->mem.node_distance[0][0], 10);
	assert_int_equal(f->k->mem.node_distance[0][1], 20);
	assert_int_equal(f->k->mem.node_distance[1][0], 25);
	assert_non_null(strstr(f->log, "invalid distance parameter, from=0 "
				       "to=0 distance=11"));
	assert_null(strstr(f->log, "distance=256"));
	assert_non_null(strstr(f->log, "node ids are out of bound, from=0 to=9 "
				       "distance=30"));
	assert_null(strstr(f->log, "from=-1"));
	fixture_destroy(f);
}

/* ---- zonelists --------------------------------------------------------------- */

/* A board of random nodes; some have no memory, some more zones than one. */
static struct mm_fixture *random_board(void)
{
	struct mm_fixture *f = fixture_create(BASE, 256 * MB, 0x80000000);
	struct mem_state *mem = &f->k->mem;
	int nr = 2 + (int)rnd(3);

	/* lowmem may end anywhere, at 2 MB borders */
	f->k->arch.arm_lowmem_limit = BASE + 32 * MB + rnd(100) * 2 * MB;
	if (rnd(2))
		strcpy(f->k->arch.command_line, "dma_zone=24M");
	mem->nr_online_nodes = (unsigned int)nr;
	mem->numa = true;
	for (int i = 0; i < nr; i++)
		for (int j = 0; j < nr; j++)
			mem->node_distance[i][j] =
				i == j ? 10 : (uint8_t)(10 + rnd(4) * 5);
	for (int i = 0; i < nr; i++)
		if (!i || rnd(5))
			memblock_add_node(f->k, BASE + (paddr_t)i * 64 * MB,
					  (8 + 2 * rnd(28)) * MB, i, 0);
	for (int i = 0; i < nr; i++)
		mem->node_cpus[i] = rnd(2);
	memblock_set_current_limit(f->k, f->k->arch.arm_lowmem_limit);
	bootmem_init(f->k);
	build_all_zonelists(f->k);
	return f;
}

/* What memblock has comes to the zones, whose books are in order then. */
static void free_all_and_check(struct mm_fixture *f)
{
	struct zone *zone;

	for_each_zone(zone, f->k)
		zone->managed_pages = 0;
	memblock_free_all(f->k);
	if (verify_zones(f->k))
		fail_msg("%s", f->log);
}

/* Is node @a a better next choice than @b for @home? The rules, in words. */
static bool model_better(const struct mem_state *mem, const int *load, int home,
			 int a, int b)
{
	int far_a = mem->node_distance[home][a] + (a < home) +
		    (mem->node_cpus[a] != 0);
	int far_b = mem->node_distance[home][b] + (b < home) +
		    (mem->node_cpus[b] != 0);

	if (far_a != far_b)
		return far_a < far_b;
	if (load[a] != load[b])
		return load[a] < load[b];
	return a < b;
}

/* The nodes of @home's list in @order; how many. Counts in @load. */
static int model_order(const struct mem_state *mem, int *load, int home,
		       int *order)
{
	bool left[MAX_NUMNODES];
	int nr = 0, before = home;

	for (int i = 0; i < MAX_NUMNODES; i++)
		left[i] = i < (int)mem->nr_online_nodes &&
			  mem->node_data[i].node_present_pages;
	for (;;) {
		int best = -1;

		if (left[home])
			best = home;
		else
			for (int i = 0; i < MAX_NUMNODES; i++)
				if (left[i] &&
				    (best < 0 ||
				     model_better(mem, load, home, i, best)))
					best = i;
		if (best < 0)
			return nr;
		left[best] = false;
		order[nr++] = best;
		if (mem->node_distance[home][best] !=
		    mem->node_distance[home][before])
			load[best]++;
		before = best;
	}
}

static void check_list(const struct mem_state *mem, int home, const int *order,
		       int nr)
{
	const struct zonelist *list =
		&mem->node_data[home].node_zonelists[ZONELIST_FALLBACK];
	int at = 0;

	for (int n = 0; n < nr; n++)
		for (int i = MAX_NR_ZONES - 1; i >= 0; i--) {
			const struct zone *zone =
				&mem->node_data[order[n]].node_zones[i];

			if (zone->managed_pages)
				assert_ptr_equal(list->zones[at++], zone);
		}
	assert_null(list->zones[at]);
	list = &mem->node_data[home].node_zonelists[ZONELIST_NOFALLBACK];
	for (at = 0; list->zones[at]; at++)
		assert_ptr_equal(list->zones[at]->zone_pgdat,
				 &mem->node_data[home]);
}

static void test_random_zonelists(void **state)
{
	int nr_ties = 0, nr_mixed = 0;

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct mm_fixture *f = random_board();
		const struct mem_state *mem = &f->k->mem;
		int load[MAX_NUMNODES] = {0}, order[MAX_NUMNODES], nr;

		for (int home = 0; home < (int)mem->nr_online_nodes; home++) {
			nr = model_order(mem, load, home, order);
			check_list(mem, home, order, nr);
			for (int i = 1; i + 1 < nr; i++)
				nr_ties +=
					mem->node_distance[home][order[i]] ==
					mem->node_distance[home][order[i + 1]];
			nr_mixed += mem->node_data[home]
					    .node_zones[0]
					    .present_pages &&
				    mem->node_data[home]
					    .node_zones[1]
					    .present_pages;
		}
		free_all_and_check(f);
		fixture_destroy(f);
	}
	/* the boards were worth asking about */
	assert_true(nr_ties > 60 && nr_mixed > 25);
}

/* Three equals: no node is the first choice of both others. */
static void test_round_robin(void **state)
{
	struct mm_fixture *f = fixture_create(BASE, 64 * MB, 0x80000000);
	const int second[] = {1, 2, 0};

	(void)state;
	for (int i = 0; i < 3; i++)
		memblock_add_node(f->k, BASE + (paddr_t)i * 16 * MB, 16 * MB, i,
				  0);
	f->k->mem.numa = true;
	fixture_boot(f, false);
	for (int i = 0; i < 3; i++)
		assert_int_equal(f->k->mem.node_data[i]
					 .node_zonelists[ZONELIST_FALLBACK]
					 .zones[1]
					 ->zone_pgdat->node_id,
				 second[i]);
	assert_non_null(strstr(f->log, "Fallback order for Node 1: 1 2 0 \n"));
	assert_non_null(strstr(f->log, "Policy zone: Normal"));
	fixture_destroy(f);
}

/* ---- counters ----------------------------------------------------------------- */

static uint64_t event(const struct mm_fixture *f, int nid,
		      enum numa_stat_item item)
{
	return sum_zone_numa_event_state(&f->k->mem.node_data[nid], item);
}

static void test_counters(void **state)
{
	struct mm_fixture *f = fixture_create(BASE, 64 * MB, 0x80000000);
	const gfp_t here = GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN;
	struct kernel *k = f->k;
	struct page *page;

	(void)state;
	memblock_add_node(k, BASE, 16 * MB, 0, 0);
	memblock_add_node(k, BASE + 32 * MB, 16 * MB, 1, 0);
	k->mem.numa = true;
	k->mem.cpu_node[0] = 1;
	fixture_boot(f, false);
	for (int i = 0; i < 2; i++)
		memset(k->mem.node_data[i]
			       .node_zones[ZONE_NORMAL]
			       .vm_numa_event,
		       0,
		       sizeof(k->mem.node_data[i]
				      .node_zones[ZONE_NORMAL]
				      .vm_numa_event));
	/* at home */
	page = alloc_pages(&f->task, GFP_KERNEL, 3);
	assert_int_equal(page_to_nid(page), 1);
	assert_int_equal(event(f, 1, NUMA_HIT), 1); /* a block is one */
	assert_int_equal(event(f, 1, NUMA_LOCAL), 1);
	/* abroad, on purpose */
	page = alloc_pages_node(&f->task, 0, GFP_KERNEL, 0);
	assert_int_equal(page_to_nid(page), 0);
	assert_int_equal(event(f, 0, NUMA_HIT), 1);
	assert_int_equal(event(f, 0, NUMA_OTHER), 1);
	/* abroad, because home is full */
	while (alloc_pages(&f->task, here, 4))
		;
	assert_int_equal(event(f, 0, NUMA_MISS), 0);
	page = alloc_pages(&f->task, GFP_KERNEL, 4);
	assert_int_equal(page_to_nid(page), 0);
	assert_int_equal(event(f, 0, NUMA_MISS), 1);
	assert_int_equal(event(f, 1, NUMA_FOREIGN), 1);
	assert_int_equal(event(f, 0, NUMA_OTHER), 2);
	assert_int_equal(event(f, 0, NUMA_LOCAL), 0);
	/* what failed isn't counted */
	assert_null(alloc_pages(&f->task, here, 4));
	assert_int_equal(event(f, 1, NUMA_MISS), 0);
	fixture_destroy(f);
}

/* A node that is all highmem: its lowmem requests are served elsewhere. */
/* ---- pages of other nodes, with a CPU ------------------------------------------ */

/* A batch goes back at each third look, as long as nobody touches them. */
static void test_remote_pages_expire(void **state)
{
	struct mm_fixture *f = fixture_create(BASE, 256 * MB, 0x80000000);
	struct kernel *k = f->k;
	struct per_cpu_pages *pcp[2];
	struct page *pages[40];
	int count[2];

	(void)state;
	for (int nid = 0; nid < 2; nid++) {
		memblock_add_node(k, BASE + (paddr_t)(nid * 128 * MB), 128 * MB,
				  nid, 0);
		pcp[nid] =
			&k->mem.node_data[nid].node_zones[ZONE_NORMAL].pcp[0];
	}
	k->mem.numa = true;
	k->mem.cpu_node[0] = 1;
	fixture_boot(f, false);
	for (int nid = 0; nid < 2; nid++) {
		for (int i = 0; i < 40; i++)
			pages[i] = alloc_pages_node(&f->task, nid, GFP_KERNEL,
						    0);
		for (int i = 0; i < 40; i++)
			__free_pages(&f->task, pages[i], 0);
		count[nid] = pcp[nid]->count;
	}
	assert_true(count[0] > 2 * pcp[0]->batch && count[1]);
	for (int look = 1; count[0]; look++) {
		const int batch = pcp[0]->batch;

		refresh_cpu_vm_stats(k, 0, false); /* only notes */
		if (look == 4) { /* a touch, and it begins anew */
			struct page *page = alloc_pages_node(&f->task, 0,
							     GFP_KERNEL, 0);
			__free_pages(&f->task, page, 0);
			for (int i = 0; i < 2; i++) {
				refresh_cpu_vm_stats(k, 0, true);
				assert_int_equal(pcp[0]->count, count[0]);
			}
			look = 6;
		}
		refresh_cpu_vm_stats(k, 0, true);
		if (look % 3 == 0)
			count[0] -= count[0] < batch ? count[0] : batch;
		assert_int_equal(pcp[0]->count, count[0]);
		assert_int_equal(pcp[1]->count, count[1]);
	}
	fixture_destroy(f);
}

static void test_highmem_node(void **state)
{
	struct mm_fixture *f = fixture_create(BASE, 64 * MB, 0x80000000);
	struct kernel *k = f->k;
	struct page *page;

	(void)state;
	k->arch.arm_lowmem_limit = BASE + 24 * MB;
	memblock_add_node(k, BASE, 16 * MB, 0, 0);
	memblock_add_node(k, BASE + 16 * MB, 16 * MB, 1, 0);
	memblock_add_node(k, BASE + 32 * MB, 16 * MB, 2, 0);
	k->mem.numa = true;
	fixture_boot(f, false);
	assert_int_equal(
		k->mem.node_data[1].node_zones[ZONE_NORMAL].present_pages,
		8 * 256);
	assert_int_equal(
		k->mem.node_data[1].node_zones[ZONE_HIGHMEM].present_pages,
		8 * 256);
	assert_false(
		populated_zone(&k->mem.node_data[2].node_zones[ZONE_NORMAL]));
	page = alloc_pages_node(&f->task, 2, GFP_KERNEL, 0);
	assert_int_not_equal(page_to_nid(page), 2);
	assert_false(PageHighMem(k, page));
	page = alloc_pages_node(&f->task, 2, GFP_HIGHUSER, 0);
	assert_int_equal(page_to_nid(page), 2);
	assert_null(alloc_pages_node(
		&f->task, 2, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN, 0));
	assert_int_equal(verify_page_alloc(k) + verify_zones(k), 0);
	fixture_destroy(f);
}

/* ---- the verifier ----------------------------------------------------------------- */

static struct zone *normal_zone(const struct mm_fixture *f, int nid)
{
	return &f->k->mem.node_data[nid].node_zones[ZONE_NORMAL];
}

static void break_frame(struct mm_fixture *f)
{
	pfn_to_page(f->k, 0x60400)->flags |= 1u << NODES_PGSHIFT;
}

static void break_zone_of_frame(struct mm_fixture *f)
{
	pfn_to_page(f->k, 0x60400)->flags ^= 3u << ZONES_PGSHIFT;
}

static void break_hole(struct mm_fixture *f)
{
	pfn_to_page(f->k, 0x61100)->flags = 0;
}

static void break_present(struct mm_fixture *f)
{
	normal_zone(f, 1)->present_pages--;
}

static void break_managed(struct mm_fixture *f)
{
	normal_zone(f, 1)->managed_pages++;
}

static void break_span(struct mm_fixture *f)
{
	struct zone *high = &f->k->mem.node_data[0].node_zones[ZONE_HIGHMEM];

	high->zone_start_pfn = normal_zone(f, 0)->zone_start_pfn + 5;
	high->spanned_pages = 1;
}

static void break_list_twice(struct mm_fixture *f)
{
	struct zonelist *list =
		&f->k->mem.node_data[0].node_zonelists[ZONELIST_FALLBACK];

	list->zones[2] = list->zones[0];
	list->zones[3] = NULL;
}

static void break_list_missing(struct mm_fixture *f)
{
	f->k->mem.node_data[0].node_zonelists[ZONELIST_FALLBACK].zones[1] =
		NULL;
}

static void break_list_order(struct mm_fixture *f)
{
	struct zonelist *list =
		&f->k->mem.node_data[0].node_zonelists[ZONELIST_FALLBACK];
	struct zone *first = list->zones[0];

	list->zones[0] = list->zones[1];
	list->zones[1] = first;
}

static void break_list_alone(struct mm_fixture *f)
{
	f->k->mem.node_data[0].node_zonelists[ZONELIST_NOFALLBACK].zones[0] =
		normal_zone(f, 1);
}

static void break_item(struct mm_fixture *f)
{
	f->k->mem.node_data[1].vm_stat[NR_FILE_PAGES]++;
}

static void break_numa(struct mm_fixture *f)
{
	normal_zone(f, 1)->vm_numa_event[NUMA_MISS]++;
}

static void test_verifier(void **state)
{
	void (*const breaks[])(struct mm_fixture * f) = {
		break_frame,      break_zone_of_frame, break_hole,
		break_present,    break_managed,       break_span,
		break_list_twice, break_list_missing,  break_list_order,
		break_list_alone, break_item,          break_numa,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		struct mm_fixture *f = fixture_create(BASE, 64 * MB,
						      0x80000000);

		memblock_add_node(f->k, BASE, 16 * MB, 0, 0);
		memblock_add_node(f->k, BASE + 32 * MB, 16 * MB, 1, 0);
		f->k->mem.numa = true;
		fixture_boot(f, false);
		assert_int_equal(verify_zones(f->k), 0);
		breaks[i](f);
		if (!verify_zones(f->k))
			fail_msg("what is broken %zu. isn't seen", i);
		fixture_destroy(f);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_bad_trees),
		cmocka_unit_test(test_bad_distances),
		cmocka_unit_test(test_random_zonelists),
		cmocka_unit_test(test_round_robin),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_remote_pages_expire),
		cmocka_unit_test(test_highmem_node),
		cmocka_unit_test(test_verifier),
	};

	if (argc > 1)
		seed = (uint32_t)strtoul(argv[1], NULL, 0);
	print_message("seed %u\n", seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
