/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page allocator: everything that is freed merges back, random operations
 * keep every frame in exactly one place, watermarks and zones as real Linux
 * has them, migrate types, per-CPU lists, what happens when memory is short.
 */

#include "tests/unit/kernel/mm_fixture.h"

/* ---- everything merges back ------------------------------------------------- */

struct block {
	struct page *page;
	unsigned int order;
	gfp_t gfp;
};

#define NR_BLOCKS 3000

/* No two blocks overlap; owned[] is the slow model: who has each frame. */
static void claim(struct mm_fixture *f, uint16_t *owned, const struct block *b,
		  uint16_t id, bool take)
{
	pfn_t pfn = page_to_pfn(f->k, b->page) - f->k->mem.map_base_pfn;

	if (take)
		assert_int_equal(pfn & ((1u << b->order) - 1), 0);
	for (uint32_t i = 0; i < 1u << b->order; i++) {
		assert_int_equal(owned[pfn + i], take ? 0 : id);
		owned[pfn + i] = take ? id : 0;
	}
}

static void random_operations(uint64_t size_mb, int steps, uint64_t seed)
{
	static const gfp_t kinds[] = {GFP_KERNEL, GFP_HIGHUSER_MOVABLE,
				      GFP_KERNEL | __GFP_RECLAIMABLE,
				      GFP_KERNEL | __GFP_COMP,
				      GFP_ATOMIC | __GFP_NOWARN};
	static struct block blocks[NR_BLOCKS];
	struct mm_fixture *f = fixture_simple(size_mb, false);
	uint16_t *owned = calloc(size_mb * 256 + 2048, sizeof(*owned));
	uint32_t before[MAX_ORDER], after[MAX_ORDER];
	uint64_t nr_free = free_blocks(f->k, before), taken = 0;

	memset(blocks, 0, sizeof(blocks));
	for (int i = 0; i < steps; i++) {
		uint16_t id = (uint16_t)(next_random(&seed) % NR_BLOCKS);
		struct block *b = &blocks[id];

		if (b->page) {
			claim(f, owned, b, id + 1, false);
			__free_pages(&f->task, b->page, b->order);
			taken -= 1u << b->order;
			b->page = NULL;
		} else {
			b->order = next_random(&seed) % 100 < 80
					   ? next_random(&seed) % 3
					   : next_random(&seed) % MAX_ORDER;
			b->gfp = kinds[next_random(&seed) % 5] | __GFP_NOWARN;
			b->page = alloc_pages(&f->task, b->gfp, b->order);
			if (!b->page)
				continue;
			assert_int_equal(page_count(b->page), 1);
			claim(f, owned, b, id + 1, true);
			taken += 1u << b->order;
		}
		if (i % 500 == 0) {
			assert_int_equal(verify_page_alloc(f->k), 0);
			assert_int_equal(free_blocks(f->k, after),
					 nr_free - taken);
		}
	}
	for (int i = 0; i < NR_BLOCKS; i++)
		if (blocks[i].page)
			__free_pages(&f->task, blocks[i].page, blocks[i].order);
	assert_int_equal(free_blocks(f->k, after), nr_free);
	assert_memory_equal(before, after, sizeof(before));
	assert_int_equal(verify_page_alloc(f->k), 0);
	free(owned);
	fixture_destroy(f);
}

static void test_random(void **state)
{
	(void)state;
	random_operations(64, 40000, 1);
	random_operations(8, 20000, 2); /* mobility grouping off */
	random_operations(33, 20000, 3);
}

/* ---- zones and watermarks ------------------------------------------------------ */

/*
 * The oracle: 256 MB, one zone, 60253 managed pages, of which 733 came after
 * min_free_kbytes was computed (initrd and .init): min 487, low 608, high 729,
 * pcp batch 15, high 608.
 */
static void test_watermarks_oracle(void **state)
{
	struct mm_fixture *f = fixture_create(0x40000000, 256 * MB, 0xc0000000);
	struct kernel *k = f->k;
	struct zone *zone;
	uint32_t extra;

	(void)state;
	strcpy(k->arch.command_line, "console=ttyAMA0 dma_zone=4G");
	memblock_add(k, 0x40000000, 256 * MB);
	memblock_set_current_limit(k, k->arch.arm_lowmem_limit);
	bootmem_init(k);
	build_all_zonelists(k);
	/* 65536 struct pages of 32 bytes (36 in the oracle, with memcg). */
	assert_non_null(strstr(f->log, "Built 1 zonelists, mobility grouping "
				       "on.  Total pages: 65024\n"));
	/* What the oracle's kernel keeps for itself. */
	extra = 65536 - 59520 -
		(uint32_t)(memblock_reserved_size(k) >> PAGE_SHIFT);
	assert_true(memblock_phys_alloc_range(k, (paddr_t)extra << PAGE_SHIFT,
					      PAGE_SIZE, 0x40000000,
					      0x50000000));
	for_each_zone(zone, k)
		zone->managed_pages = 0;
	memblock_free_all(k);
	zone = &k->mem.node_data[0].node_zones[ZONE_DMA];
	/* Two lists of memblock end within a page. */
	assert_in_range(zone->managed_pages, 59519, 59520);
	zone->managed_pages = 59520;
	init_per_zone_wmark_min(k);
	assert_int_equal(k->mem.min_free_kbytes, 1951);
	zone->managed_pages = 60253;
	setup_per_zone_wmarks(k);
	assert_int_equal(zone->_watermark[WMARK_MIN], 487);
	assert_int_equal(zone->_watermark[WMARK_LOW], 608);
	assert_int_equal(zone->_watermark[WMARK_HIGH], 729);
	assert_int_equal(zone->pcp[0].batch, 15);
	assert_int_equal(zone->pcp[0].high, 608);
	zone = &k->mem.node_data[0].node_zones[ZONE_HIGHMEM];
	assert_int_equal(zone->_watermark[WMARK_MIN], 32);
	assert_int_equal(zone->_watermark[WMARK_HIGH], 32);
	fixture_destroy(f);
}

/* 1.5 GB at 0xC0000000: 768 MB lowmem, the rest highmem. */
static void test_highmem(void **state)
{
	struct mm_fixture *f = fixture_create(0x60000000, 1536 * MB,
					      0xc0000000);
	struct kernel *k = f->k;
	struct zone *normal, *high;
	struct page *page;

	(void)state;
	memblock_add(k, 0x60000000, 1536 * MB);
	fixture_boot(f, false);
	normal = &k->mem.node_data[0].node_zones[ZONE_NORMAL];
	high = &k->mem.node_data[0].node_zones[ZONE_HIGHMEM];
	assert_int_equal(normal->present_pages, 768 * 256);
	assert_int_equal(high->present_pages, 768 * 256);
	assert_int_equal(high->managed_pages, 768 * 256);
	/* Ratio 32: a high allocation must leave 1/32 of highmem in lowmem. */
	assert_int_equal(normal->lowmem_reserve[ZONE_HIGHMEM], 768 * 256 / 32);
	assert_int_equal(high->_watermark[WMARK_MIN], 128);
	page = alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);
	assert_true(PageHighMem(k, page));
	put_page(&f->task, page);
	page = alloc_page(&f->task, GFP_KERNEL);
	assert_false(PageHighMem(k, page));
	put_page(&f->task, page);
	assert_int_equal(k->mem.totalhigh_pages, 768 * 256);
	fixture_destroy(f);
}

static void test_nodes(void **state)
{
	struct mm_fixture *f = fixture_create(0x60000000, 256 * MB, 0x80000000);
	struct kernel *k = f->k;
	struct page *page;
	uint32_t n = 0;

	(void)state;
	/* Node 1 begins after a hole of 16 MB. */
	memblock_add_node(k, 0x60000000, 112 * MB, 0, 0);
	memblock_add_node(k, 0x68000000, 128 * MB, 1, 0);
	fixture_boot(f, false);
	assert_int_equal(k->mem.nr_online_nodes, 2);
	assert_int_equal(k->mem.node_data[0].node_present_pages, 112 * 256);
	assert_int_equal(k->mem.node_data[1].node_present_pages, 128 * 256);
	assert_true(PageReserved(pfn_to_page(k, 0x67800)));
	page = alloc_pages_node(&f->task, 1, GFP_KERNEL, 0);
	assert_int_equal(page_to_nid(page), 1);
	put_page(&f->task, page);
	/* Node 0's own first, then node 1's; __GFP_THISNODE never. */
	while ((page = alloc_pages(&f->task,
				   GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN,
				   5))) {
		assert_int_equal(page_to_nid(page), 0);
		n += 32;
	}
	assert_in_range(n, 100 * 256, 112 * 256);
	page = alloc_pages(&f->task, GFP_KERNEL, 5);
	assert_int_equal(page_to_nid(page), 1);
	fixture_destroy(f);
}

static void test_movable_zone(void **state)
{
	struct mm_fixture *f = fixture_create(0x60000000, 256 * MB, 0x80000000);
	struct kernel *k = f->k;
	struct page *page;

	(void)state;
	strcpy(k->arch.command_line, "kernelcore=96M");
	memblock_add(k, 0x60000000, 256 * MB);
	fixture_boot(f, false);
	assert_int_equal(
		k->mem.node_data[0].node_zones[ZONE_NORMAL].present_pages,
		96 * 256);
	assert_int_equal(
		k->mem.node_data[0].node_zones[ZONE_MOVABLE].present_pages,
		160 * 256);
	page = alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);
	assert_int_equal(page_zonenum(page), ZONE_MOVABLE);
	put_page(&f->task, page);
	page = alloc_page(&f->task, GFP_HIGHUSER);
	assert_int_equal(page_zonenum(page), ZONE_NORMAL);
	put_page(&f->task, page);
	fixture_destroy(f);
}

/* Requests that could live in highmem leave lowmem its reserve. */
static void test_lowmem_reserve(void **state)
{
	struct mm_fixture *f = fixture_create(0x60000000, 1024 * MB,
					      0xd0000000);
	struct zone *normal = &f->k->mem.node_data[0].node_zones[ZONE_NORMAL];
	const gfp_t low = GFP_KERNEL | __GFP_NOWARN;
	int64_t floor;

	(void)state;
	memblock_add(f->k, 0x60000000, 1024 * MB);
	fixture_boot(f, false);
	floor = normal->lowmem_reserve[ZONE_HIGHMEM] +
		normal->_watermark[WMARK_MIN];
	assert_int_equal(normal->lowmem_reserve[ZONE_HIGHMEM], 512 * 256 / 32);
	while (alloc_pages(&f->task, GFP_HIGHUSER | __GFP_NOWARN, 4))
		;
	assert_in_range(normal->vm_stat[NR_FREE_PAGES], floor, floor + 32);
	while (alloc_pages(&f->task, low, 4))
		;
	assert_in_range(normal->vm_stat[NR_FREE_PAGES],
			normal->_watermark[WMARK_MIN],
			normal->_watermark[WMARK_MIN] + 32);
	fixture_destroy(f);
}

/* ---- references, compound pages ---------------------------------------------------- */

static void test_references(void **state)
{
	struct mm_fixture *f = fixture_simple(32, false);
	uint32_t before[MAX_ORDER], after[MAX_ORDER];
	struct page *page;

	(void)state;
	free_blocks(f->k, before);
	page = alloc_pages(&f->task, GFP_KERNEL | __GFP_COMP, 4);
	get_page(page + 5);
	assert_int_equal(page_count(page), 2);
	assert_ptr_equal(compound_head(page + 15), page);
	put_page(&f->task, page + 3);
	assert_int_equal(page_count(page), 1);
	__free_pages(&f->task, page, 4);

	/* A speculative reference on the first page of a plain block. */
	page = alloc_pages(&f->task, GFP_KERNEL, 4);
	get_page(page);
	__free_pages(&f->task, page, 4);
	assert_int_equal(page_count(page), 1);
	put_page(&f->task, page);

	page = alloc_pages(&f->task, GFP_KERNEL, 3);
	split_page(page, 3);
	for (int i = 0; i < 8; i++)
		put_page(&f->task, page + i);
	free_blocks(f->k, after);
	assert_memory_equal(before, after, sizeof(before));
	fixture_destroy(f);
}

static void test_zero_copy_code(void **state)
{
	struct mm_fixture *f = fixture_simple(32, false);
	struct page *page = alloc_page(&f->task, GFP_KERNEL), *other;
	uint8_t *bytes = page_bytes(f->k, page);

	(void)state;
	memset(bytes, 0xaa, PAGE_SIZE);
	SetPageCode(page);
	put_page(&f->task, page);
	assert_int_equal(f->nr_code_changed, 0);
	other = alloc_page(&f->task, GFP_KERNEL | __GFP_ZERO);
	assert_ptr_equal(other, page); /* freed last, used first */
	assert_int_equal(f->nr_code_changed, 1);
	assert_false(PageCode(page));
	for (uint32_t i = 0; i < PAGE_SIZE; i++)
		assert_int_equal(bytes[i], 0);
	assert_int_equal(f->zeroed, 1400);
	bytes[17] = 4;
	other = alloc_page(&f->task, GFP_KERNEL);
	SetPageCode(other);
	copy_highpage(&f->task, other, page);
	assert_int_equal(f->nr_code_changed, 2);
	assert_memory_equal(page_bytes(f->k, other), bytes, PAGE_SIZE);
	assert_int_equal(f->copied, 6800);
	fixture_destroy(f);
}

/* ---- migrate types ------------------------------------------------------------------ */

static uint32_t blocks_of_type(const struct mm_fixture *f,
			       enum migratetype type)
{
	const struct mem_state *mem = &f->k->mem;
	uint32_t n = 0;

	for (pfn_t pfn = mem->map_base_pfn; pfn < mem->map_end_pfn;
	     pfn += pageblock_nr_pages)
		n += get_pageblock_migratetype(f->k, pfn_to_page(f->k, pfn)) ==
		     type;
	return n;
}

/* Kernel pages gather in pageblocks of their own, though they are scattered. */
static void test_grouping(void **state)
{
	struct mm_fixture *f = fixture_simple(128, false);
	static struct page *movable[40000];
	uint32_t n = 0, mixed = 0;

	(void)state;
	assert_int_equal(blocks_of_type(f, MIGRATE_UNMOVABLE), 0);
	for (int i = 0; i < 20000; i++) {
		movable[n++] = alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);
		if (i % 10 == 0) {
			struct page *page = alloc_page(&f->task, GFP_KERNEL);

			page->private = 1;
		}
	}
	assert_in_range(blocks_of_type(f, MIGRATE_UNMOVABLE), 2, 3);
	for (uint32_t i = 0; i < n; i++)
		mixed += get_pageblock_migratetype(f->k, movable[i]) !=
			 MIGRATE_MOVABLE;
	assert_int_equal(mixed, 0);
	for (uint32_t i = 0; i < n; i++)
		put_page(&f->task, movable[i]);
	drain_all_pages(f->k);
	/* So nearly all of memory is large blocks again. */
	assert_true(f->k->mem.node_data[0]
			    .node_zones[ZONE_NORMAL]
			    .free_area[MAX_ORDER - 1]
			    .nr_free >= 28);
	fixture_destroy(f);
}

/* Who has nothing left takes from whom first: Linux's order. */
static void test_fallback_order(void **state)
{
	static const struct {
		gfp_t gfp;
		enum migratetype first, second;
	} want[] = {
		{GFP_KERNEL, MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE},
		{GFP_HIGHUSER_MOVABLE, MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE},
		{GFP_KERNEL | __GFP_RECLAIMABLE, MIGRATE_UNMOVABLE,
		 MIGRATE_MOVABLE},
	};
	const gfp_t all = __GFP_MEMALLOC | __GFP_NOWARN;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct mm_fixture *f = fixture_simple(64, false);
		struct page *one, *two, *page;

		one = alloc_pages(&f->task, GFP_HIGHUSER_MOVABLE, 10);
		two = alloc_pages(&f->task, GFP_HIGHUSER_MOVABLE, 10);
		for (unsigned int order = MAX_ORDER; order-- > 0;)
			while (alloc_pages(&f->task, GFP_KERNEL | all, order))
				;
		set_pageblock_migratetype(f->k, one, want[i].second);
		set_pageblock_migratetype(f->k, two, want[i].first);
		__free_pages(&f->task, two, 10);
		__free_pages(&f->task, one, 10);
		page = alloc_page(&f->task, want[i].gfp | all);
		assert_true(page >= two && page < two + 1024);
		fixture_destroy(f);
	}
}

static void test_highatomic(void **state)
{
	struct mm_fixture *f = fixture_simple(64, false);
	struct zone *zone = &f->k->mem.node_data[0].node_zones[ZONE_NORMAL];
	struct page *page, *last = NULL;
	uint32_t n = 0;

	(void)state;
	page = alloc_pages(&f->task, GFP_ATOMIC, 4);
	assert_int_equal(zone->nr_reserved_highatomic, 0); /* fast path */
	__free_pages(&f->task, page, 4);
	while ((page = alloc_pages(&f->task, GFP_NOWAIT | __GFP_NOWARN, 4)))
		last = page, n++;
	assert_true(n > 900);
	__free_pages(&f->task, last, 4);
	page = alloc_pages(&f->task, GFP_ATOMIC, 4);
	assert_non_null(page);
	assert_int_equal(zone->nr_reserved_highatomic, pageblock_nr_pages);
	__free_pages(&f->task, page, 4);
	assert_int_equal(blocks_of_type(f, MIGRATE_HIGHATOMIC), 1);
	assert_int_equal(verify_page_alloc(f->k), 0);
	fixture_destroy(f);
}

/* ---- when memory is short -------------------------------------------------------------- */

static uint64_t take_all(struct mm_fixture *f, gfp_t gfp)
{
	uint64_t n = 0;

	while (alloc_page(&f->task, gfp | __GFP_NOWARN))
		n++;
	return n;
}

/* How deep each kind of request may go. */
static void test_reserves(void **state)
{
	struct mm_fixture *f = fixture_simple(64, false);
	struct zone *zone = &f->k->mem.node_data[0].node_zones[ZONE_NORMAL];
	int64_t min = zone->_watermark[WMARK_MIN];

	(void)state;
	take_all(f, GFP_KERNEL);
	assert_in_range(zone->vm_stat[NR_FREE_PAGES], min - 31, min);
	assert_null(strstr(f->log, "page allocation failure"));
	take_all(f, GFP_ATOMIC);
	/* Half of it for __GFP_HIGH, and a quarter of the rest. */
	assert_in_range(zone->vm_stat[NR_FREE_PAGES], min / 2 * 3 / 4 - 31,
			min / 2 * 3 / 4 + 2);
	take_all(f, GFP_KERNEL | __GFP_MEMALLOC);
	assert_int_equal(zone->vm_stat[NR_FREE_PAGES], 0);
	assert_null(alloc_page(&f->task, GFP_KERNEL));
	assert_non_null(
		strstr(f->log, "test: page allocation failure: order:0"));
	assert_true(f->k->vmstat.event[ALLOCSTALL_NORMAL] > 0);
	assert_int_equal(verify_page_alloc(f->k), 0);
	fixture_destroy(f);
}

static void test_injected_failure(void **state)
{
	struct mm_fixture *f = fixture_simple(32, false);

	(void)state;
	fault_attr_arm(&f->k->inject.fail_page_alloc.attr, 3, 1);
	assert_non_null(alloc_page(&f->task, GFP_KERNEL));
	assert_non_null(alloc_page(&f->task, GFP_KERNEL));
	assert_null(alloc_page(&f->task, GFP_KERNEL));
	assert_non_null(alloc_page(&f->task, GFP_KERNEL));
	assert_null(alloc_pages(&f->task, GFP_KERNEL, MAX_ORDER));
	fixture_destroy(f);
}

/* ---- per-CPU lists ----------------------------------------------------------------------- */

static void test_pcp(void **state)
{
	struct mm_fixture *f = fixture_simple(256, false);
	struct zone *zone = &f->k->mem.node_data[0].node_zones[ZONE_NORMAL];
	struct per_cpu_pages *pcp = &zone->pcp[0];
	static struct page *pages[3000];
	int64_t nr_free = zone->vm_stat[NR_FREE_PAGES];

	(void)state;
	assert_int_equal(pcp->batch, 15);
	for (int i = 0; i < 30; i++)
		pages[i] = alloc_page(&f->task, GFP_KERNEL);
	assert_int_equal(pcp->nr_refills, 2);
	assert_int_equal(pcp->count, 0);
	assert_int_equal(zone->vm_stat[NR_FREE_PAGES], nr_free - 30);
	for (int i = 0; i < 30; i++)
		put_page(&f->task, pages[i]);
	assert_int_equal(pcp->count, 30);
	assert_int_equal(zone->vm_stat[NR_FREE_PAGES], nr_free - 30);
	for (int i = 0; i < 3000; i++)
		pages[i] = alloc_page(&f->task, GFP_KERNEL);
	for (int i = 0; i < 3000; i++)
		put_page(&f->task, pages[i]);
	assert_true(pcp->nr_drains > 0);
	assert_true(pcp->count <= pcp->high);
	assert_int_equal(pcp->count + zone->vm_stat[NR_FREE_PAGES], nr_free);
	drain_all_pages(f->k);
	assert_int_equal(zone->vm_stat[NR_FREE_PAGES], nr_free);
	fixture_destroy(f);
}

/* ---- fragmentation ------------------------------------------------------------ */

/* Every second page is free: half of all, in as many blocks. */
static void test_fragmentation_index(void **state)
{
	struct mm_fixture *f = fixture_simple(16, false);
	struct zone *zone = &f->k->mem.node_data[0].node_zones[ZONE_NORMAL];
	static struct page *pages[4096];
	uint64_t nr_free;
	int n = 0;

	(void)state;
	assert_int_equal(fragmentation_index(zone, 3), -1000);
	assert_int_equal(unusable_free_index(zone, 0), 0);
	while ((pages[n] = alloc_page(&f->task, GFP_ATOMIC | __GFP_MEMALLOC |
							__GFP_NOWARN)))
		n++;
	drain_all_pages(f->k);
	for (int i = 0; i < n; i++)
		if (page_to_pfn(f->k, pages[i]) & 1)
			__free_pages(&f->task, pages[i], 0);
	drain_all_pages(f->k);
	nr_free = (uint64_t)zone->vm_stat[NR_FREE_PAGES];
	assert_int_equal(zone->free_area[0].nr_free, nr_free);
	assert_int_equal(fragmentation_index(zone, 0), -1000);
	/* 1 - (1 + free / 2) / blocks: half the memory it would need is there */
	assert_int_equal(fragmentation_index(zone, 1),
			 1000 - (1000 + nr_free * 500) / nr_free);
	assert_in_range(fragmentation_index(zone, 1), 499, 500);
	assert_in_range(fragmentation_index(zone, 10), 990, 999);
	assert_int_equal(unusable_free_index(zone, 0), 0);
	assert_int_equal(unusable_free_index(zone, 1), 1000);
	fixture_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_watermarks_oracle),
		cmocka_unit_test(test_highmem),
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_movable_zone),
		cmocka_unit_test(test_lowmem_reserve),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_zero_copy_code),
		cmocka_unit_test(test_grouping),
		cmocka_unit_test(test_fallback_order),
		cmocka_unit_test(test_highatomic),
		cmocka_unit_test(test_reserves),
		cmocka_unit_test(test_injected_failure),
		cmocka_unit_test(test_pcp),
		cmocka_unit_test(test_fragmentation_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
