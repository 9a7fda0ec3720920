/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memblock against a map of pages: every operation on random ranges, the
 * lists' shape after each, allocation from both ends, the dump.
 */

#include <errno.h>

#include "tests/unit/kernel/mm_fixture.h"

static struct mm_fixture *bare(void)
{
	return fixture_create(0x60000000, 16 * MB, 0x80000000);
}

static void assert_regions(const struct memblock_type *type, uint32_t cnt,
			   const paddr_t (*want)[2])
{
	paddr_t total = 0;

	assert_int_equal(type->cnt, cnt);
	for (uint32_t i = 0; i < cnt; i++) {
		assert_int_equal(type->regions[i].base, want[i][0]);
		assert_int_equal(type->regions[i].size, want[i][1]);
		total += want[i][1];
	}
	assert_int_equal(type->total_size, total);
}

/* ---- merge and split, by hand ------------------------------------------------ */

static void test_add(void **state)
{
	struct mm_fixture *f = bare();
	struct memblock_type *memory = &f->k->mem.memblock.memory;

	(void)state;
	memblock_add(f->k, 0x1000, 0x1000);
	memblock_add(f->k, 0x4000, 0x1000);
	assert_regions(memory, 2,
		       (paddr_t[][2]){{0x1000, 0x1000}, {0x4000, 0x1000}});
	memblock_add(f->k, 0x2000, 0x1000); /* touches the first */
	assert_regions(memory, 2,
		       (paddr_t[][2]){{0x1000, 0x2000}, {0x4000, 0x1000}});
	memblock_add(f->k, 0, 0x10000); /* fills all gaps */
	assert_regions(memory, 1, (paddr_t[][2]){{0, 0x10000}});
	memblock_add(f->k, 0x2000, 0x3000); /* nothing new */
	assert_regions(memory, 1, (paddr_t[][2]){{0, 0x10000}});
	memblock_add(f->k, 0xf000, 0); /* nothing at all */
	assert_regions(memory, 1, (paddr_t[][2]){{0, 0x10000}});
	/* Another node's memory isn't merged. */
	memblock_add_node(f->k, 0x10000, 0x1000, 1, 0);
	assert_regions(memory, 2,
		       (paddr_t[][2]){{0, 0x10000}, {0x10000, 0x1000}});
	memblock_set_node(f->k, 0x10000, 0x1000, 0);
	assert_regions(memory, 1, (paddr_t[][2]){{0, 0x11000}});
	fixture_destroy(f);
}

static void test_remove(void **state)
{
	struct mm_fixture *f = bare();
	struct memblock_type *memory = &f->k->mem.memblock.memory;

	(void)state;
	memblock_add(f->k, 0x1000, 0x9000);
	memblock_remove(f->k, 0x3000, 0x1000); /* a hole */
	assert_regions(memory, 2,
		       (paddr_t[][2]){{0x1000, 0x2000}, {0x4000, 0x6000}});
	memblock_remove(f->k, 0x2000, 0x4000); /* across it */
	assert_regions(memory, 2,
		       (paddr_t[][2]){{0x1000, 0x1000}, {0x6000, 0x4000}});
	memblock_mark_nomap(f->k, 0x7000, 0x1000);
	assert_regions(memory, 4,
		       (paddr_t[][2]){{0x1000, 0x1000},
				      {0x6000, 0x1000},
				      {0x7000, 0x1000},
				      {0x8000, 0x2000}});
	memblock_enforce_memory_limit(f->k, 0x2800);
	assert_regions(memory, 3,
		       (paddr_t[][2]){{0x1000, 0x1000},
				      {0x6000, 0x1000},
				      {0x7000, 0x800}});
	assert_int_equal(memblock_phys_mem_size(f->k), 0x2800);
	assert_int_equal(memblock_start_of_DRAM(f->k), 0x1000);
	assert_int_equal(memblock_end_of_DRAM(f->k), 0x7800);
	memblock_remove(f->k, 0, ~(paddr_t)0);
	assert_regions(memory, 0, NULL);
	fixture_destroy(f);
}

/* ---- against a map ------------------------------------------------------------- */

#define NR_PAGES 256

static bool sound(const struct memblock_type *type)
{
	paddr_t total = 0;

	for (uint32_t i = 0; i < type->cnt; i++) {
		const struct memblock_region *r = &type->regions[i];

		total += r->size;
		if (!r->size)
			return false;
		if (i && r[-1].base + r[-1].size > r->base)
			return false;
		if (i && r[-1].base + r[-1].size == r->base &&
		    r[-1].nid == r->nid && r[-1].flags == r->flags)
			return false;
	}
	return total == type->total_size;
}

static void check_map(struct mm_fixture *f, const bool *memory,
		      const bool *reserved)
{
	bool free_page[NR_PAGES] = {0}, again[NR_PAGES] = {0};
	uint64_t cursor = 0, last = 0;
	paddr_t start, end;

	assert_true(sound(&f->k->mem.memblock.memory));
	assert_true(sound(&f->k->mem.memblock.reserved));
	while (memblock_next_free_range(f->k, &cursor, NUMA_NO_NODE, &start,
					&end)) {
		assert_true(start >= last && end > start);
		last = end;
		for (paddr_t p = start / PAGE_SIZE; p < end / PAGE_SIZE; p++)
			free_page[p] = true;
	}
	cursor = UINT64_MAX;
	while (memblock_next_free_range_rev(f->k, &cursor, NUMA_NO_NODE, &start,
					    &end)) {
		assert_true(end <= last && end > start);
		last = start;
		for (paddr_t p = start / PAGE_SIZE; p < end / PAGE_SIZE; p++)
			again[p] = true;
	}
	for (uint32_t p = 0; p < NR_PAGES; p++) {
		paddr_t paddr = p * PAGE_SIZE;

		assert_int_equal(memblock_is_memory(f->k, paddr), memory[p]);
		assert_int_equal(memblock_is_reserved(f->k, paddr),
				 reserved[p]);
		assert_int_equal(free_page[p], memory[p] && !reserved[p]);
		assert_int_equal(again[p], free_page[p]);
	}
}

/* The slow way to find @n free pages aligned to @align within the limits. */
static int find_slowly(const bool *memory, const bool *reserved, uint32_t n,
		       uint32_t align, uint32_t from, uint32_t to, bool up)
{
	int found = -1;

	for (uint32_t p = from < 1 ? 1 : from; p + n <= to; p++) {
		bool fits = p % align == 0;

		for (uint32_t i = p; fits && i < p + n; i++)
			fits = memory[i] && !reserved[i];
		if (fits)
			found = (int)p;
		if (fits && up)
			break;
	}
	return found;
}

static void random_allocation(struct mm_fixture *f, const bool *memory,
			      bool *reserved, uint64_t *seed)
{
	uint32_t n = 1 + next_random(seed) % 8;
	uint32_t align = 1u << next_random(seed) % 4;
	uint32_t from = next_random(seed) % NR_PAGES;
	uint32_t to = from + next_random(seed) % (NR_PAGES - from) + 1;
	bool up = next_random(seed) % 2;
	int want = find_slowly(memory, reserved, n, align, from, to, up);
	paddr_t got;

	memblock_set_bottom_up(f->k, up);
	got = memblock_phys_alloc_range(f->k, n * PAGE_SIZE, align * PAGE_SIZE,
					(paddr_t)from * PAGE_SIZE,
					(paddr_t)to * PAGE_SIZE);
	assert_int_equal(got, want < 0 ? 0 : (paddr_t)want * PAGE_SIZE);
	for (uint32_t i = 0; want >= 0 && i < n; i++)
		reserved[(uint32_t)want + i] = true;
}

static void test_random(void **state)
{
	bool memory[NR_PAGES] = {0}, reserved[NR_PAGES] = {0};
	struct mm_fixture *f = bare();
	uint64_t seed = 11;

	(void)state;
	for (int step = 0; step < 20000; step++) {
		uint32_t p = next_random(&seed) % NR_PAGES;
		uint32_t n = 1 + next_random(&seed) % 24;
		paddr_t base = (paddr_t)p * PAGE_SIZE, size;
		uint32_t op = next_random(&seed) % 5;

		if (n > NR_PAGES - p)
			n = NR_PAGES - p;
		size = (paddr_t)n * PAGE_SIZE;
		for (uint32_t i = p; i < p + n && op < 4; i++)
			*(op < 2 ? &memory[i] : &reserved[i]) = op % 2 == 0;
		if (op == 0)
			memblock_add(f->k, base, size);
		else if (op == 1)
			memblock_remove(f->k, base, size);
		else if (op == 2)
			memblock_reserve(f->k, base, size);
		else if (op == 3)
			memblock_phys_free(f->k, base, size);
		else
			random_allocation(f, memory, reserved, &seed);
		check_map(f, memory, reserved);
	}
	fixture_destroy(f);
}

/* ---- allocation ------------------------------------------------------------------ */

static void test_alloc(void **state)
{
	struct mm_fixture *f = bare();
	struct kernel *k = f->k;
	vaddr_t kaddr;

	(void)state;
	memblock_add(k, 0x60000000, 8 * MB);
	memblock_add_node(k, 0x60800000, 8 * MB, 1, 0);
	memblock_set_current_limit(k, 0x60c00000);
	/* From the limit down, aligned to a cache line by default. */
	assert_int_equal(memblock_phys_alloc(k, 100, 0), 0x60bfff80);
	assert_int_equal(memblock_phys_alloc(k, 0x4000, 0x4000), 0x60bf8000);
	assert_int_equal(memblock_phys_alloc_try_nid(k, 0x1000, 0x1000, 0),
			 0x607ff000);
	assert_int_equal(memblock_phys_alloc_range(k, 0x1000, 0x1000,
						   MEMBLOCK_LOW_LIMIT,
						   MEMBLOCK_ALLOC_ANYWHERE),
			 0x60fff000);
	memset(k->hw.ram, 0xff, 16 * MB);
	memblock_set_bottom_up(k, true);
	kaddr = memblock_alloc(k, 0x2000, 0x1000);
	assert_int_equal(kaddr, 0x80000000);
	assert_int_equal(*(uint8_t *)kbytes(k, kaddr + 0x1fff), 0);
	assert_int_equal(*(uint8_t *)kbytes(k, kaddr + 0x2000), 0xff);
	/* Nothing to be had from the wanted node: any other. */
	memblock_reserve(k, 0x60800000, 8 * MB);
	assert_int_equal(memblock_phys_alloc_try_nid(k, 0x1000, 0x1000, 1),
			 0x60002000);
	assert_int_equal(memblock_phys_alloc(k, 9 * MB, 0), 0);
	assert_int_equal(memblock_alloc(k, 9 * MB, 0), 0);
	/* Nothing above: from below, then. */
	assert_int_equal(memblock_alloc_try_nid_raw(k, 0x1000, 0x1000,
						    0x60900000, 0x60a00000, 1),
			 0x80003000);
	fixture_destroy(f);
}

static void test_dump(void **state)
{
	struct mm_fixture *f = bare();
	struct kernel *k = f->k;

	(void)state;
	memblock_add(k, 0x60000000, 16 * MB);
	memblock_dump_all(k);
	assert_string_equal(f->log, "");
	memblock_set_debug(k, true);
	memblock_reserve(k, 0x60008000, 0x3000);
	memblock_dump_all(k);
	assert_string_equal(
		f->log,
		"[    0.000000] memblock_reserve: [0x60008000-0x6000afff] "
		"test_dump\n"
		"[    0.000000] MEMBLOCK configuration:\n"
		"[    0.000000]  memory size = 0x01000000 reserved size = "
		"0x00003000\n"
		"[    0.000000]  memory.cnt  = 0x1\n"
		"[    0.000000]  memory[0x0]\t[0x60000000-0x60ffffff], "
		"0x01000000 bytes flags: 0x0\n"
		"[    0.000000]  reserved.cnt  = 0x1\n"
		"[    0.000000]  reserved[0x0]\t[0x60008000-0x6000afff], "
		"0x00003000 bytes flags: 0x0\n");
	fixture_destroy(f);
}

/* So many banks as a device tree may name, and more. */
static void test_too_many(void **state)
{
	struct mm_fixture *f = fixture_create(0x60000000, 16 * MB, 0x80000000);
	struct kernel *k = f->k;
	const struct memblock_type *reserved = &k->mem.memblock.reserved;
	paddr_t at = 0x60000000;
	int err = 0;

	(void)state;
	memblock_add(k, 0x60000000, 16 * MB);
	for (; !err && at < 0x60200000; at += 0x2000)
		err = memblock_reserve(k, at, 0x1000);
	assert_int_equal(err, -ENOMEM);
	assert_int_equal(reserved->cnt, INIT_MEMBLOCK_REGIONS);
	assert_false(memblock_is_reserved(k, at - 0x2000));
	assert_int_equal(memblock_phys_alloc(k, 0x1000, 0), 0);
	assert_string_equal(f->log, "");
	/*
	 * Once it may, it doubles: 256 regions of 12 bytes, next to what is
	 * just being reserved.
	 */
	memblock_allow_resize(k);
	memblock_set_debug(k, true);
	assert_int_equal(memblock_reserve(k, 0x60ffe000, 0x2000), 0);
	assert_non_null(strstr(f->log,
			       "memblock: reserved is doubled to 256 at "
			       "[0x60ffd000-0x60ffdbff]\n"));
	assert_int_equal(reserved->max, 256);
	assert_int_equal(reserved->cnt, INIT_MEMBLOCK_REGIONS + 1);
	assert_true(memblock_is_reserved(k, 0x60ffd000));
	for (at = 0x60400000; at < 0x60800000; at += 0x2000)
		assert_int_equal(memblock_reserve(k, at, 0x1000), 0);
	assert_int_equal(reserved->max, 1024);
	/* the array before was given back */
	assert_false(memblock_is_reserved(k, 0x60ffd000));
	fixture_destroy(f);
}

/* ---- the hand-over ------------------------------------------------------------------- */

static void test_free_all(void **state)
{
	struct mm_fixture *f = fixture_create(0x60000000, 32 * MB, 0x80000000);
	struct kernel *k = f->k;
	uint64_t nr_free = 0, nr_reserved = 0;

	(void)state;
	/* Odd borders, and a hole of 1 MB in the middle. */
	memblock_add(k, 0x60000000, 15 * MB);
	memblock_add(k, 0x61000000, 16 * MB - 0x3000);
	memblock_reserve(k, 0x60008000, 0x12345);
	fixture_boot(f, false);
	drain_all_pages(k);
	assert_int_equal(verify_page_alloc(k), 0);
	for (pfn_t pfn = 0x60000; pfn < 0x62000; pfn++) {
		paddr_t paddr = (paddr_t)pfn << PAGE_SHIFT;
		bool taken = memblock_is_region_reserved(k, paddr, PAGE_SIZE) ||
			     !memblock_is_memory(k, paddr);

		assert_int_equal(PageReserved(pfn_to_page(k, pfn)), taken);
		if (taken)
			nr_reserved++;
		else
			nr_free++;
	}
	assert_int_equal(k->vmstat.item[NR_FREE_PAGES], nr_free);
	assert_int_equal(k->mem.totalram_pages, nr_free);
	/* mem_map: 8192 * 32 bytes; image: 19; hole: 256; end: 3; usemap. */
	assert_int_equal(nr_reserved, 64 + 19 + 256 + 3 + 1);
	fixture_destroy(f);
}

/* Pages that were reserved when the buddy took over, and aren't any more. */
static void test_free_late(void **state)
{
	struct mm_fixture *f = fixture_create(0x60000000, 32 * MB, 0x80000000);
	struct kernel *k = f->k;
	uint64_t total;
	int64_t nr_free;

	(void)state;
	memblock_add(k, 0x60000000, 32 * MB);
	memblock_reserve(k, 0x60100800, 0x5000);
	fixture_boot(f, false);
	total = k->mem.totalram_pages;
	nr_free = k->vmstat.item[NR_FREE_PAGES];
	memblock_set_debug(k, true);
	memblock_free_late(k, 0x60100800, 0x5000);
	assert_non_null(strstr(f->log, "memblock_free_late: "
				       "[0x60100800-0x601057ff] "
				       "test_free_late\n"));
	/* whole pages only: the first and the last stay */
	assert_int_equal(k->mem.totalram_pages, total + 4);
	assert_int_equal(k->vmstat.item[NR_FREE_PAGES], nr_free + 4);
	assert_true(PageReserved(pfn_to_page(k, 0x60100)));
	assert_false(PageReserved(pfn_to_page(k, 0x60101)));
	assert_true(PageReserved(pfn_to_page(k, 0x60105)));
	assert_int_equal(verify_page_alloc(k), 0);
	fixture_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_alloc),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_free_all),
		cmocka_unit_test(test_free_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
