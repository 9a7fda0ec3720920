/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slab allocator: layouts by Linux's arithmetic worked out by hand, colours
 * in addresses, arrays and batches, slabinfo, reaping, misuse.
 */

#include "kernel/fs/seq_file.h"
#include "kernel/mm/slab_parts.h"
#include "tests/unit/kernel/mm_fixture.h"

static struct mm_fixture *start(const char *bootargs, unsigned int nr_cpus)
{
	struct mm_fixture *f = fixture_create(0x60000000, 64 * MB, 0x80000000);

	f->k->params.slab_allocator = "slab";
	f->k->hw.nr_cpus = nr_cpus;
	strcpy(f->k->arch.command_line, bootargs);
	memblock_add(f->k, 0x60000000, 64 * MB);
	fixture_boot(f, true);
	for (int i = 0; i < NR_CPUS; i++)
		f->k->sched.cpus[i].id = i;
	return f;
}

static struct kmem_cache *bytes_cache(struct mm_fixture *f, uint32_t size)
{
	return kmem_cache_create(&f->task, "bytes", size, 0, 0, 0, NULL);
}

static vaddr_t take(struct mm_fixture *f, struct kmem_cache *cache)
{
	uint8_t *object = kmem_cache_alloc(&f->task, cache, GFP_KERNEL);

	assert_non_null(object);
	return phys_to_virt(f->k,
			    0x60000000 + (paddr_t)(object - f->k->hw.ram));
}

static void give(struct mm_fixture *f, struct kmem_cache *cache, vaddr_t object)
{
	kmem_cache_free(&f->task, cache, kbytes(f->k, object));
}

static bool logged(const struct mm_fixture *f, const char *text)
{
	return strstr(f->log, text);
}

static void nothing(void *object)
{
	(void)object;
}

/*
 * 4096 = 56*72 + 64 = 64*64 = 19*208 + 144 = 9*432 + 208; 256 objects of 16
 * are one too many for an index of a byte, so the list goes behind: 4096/17.
 * With a constructor the list can't lie in an object: 8 of 512 leave nothing,
 * it is kmalloc's; 9 of 432 leave room for 9 bytes, 4096 = 9*433 + 199.
 * 1344: 3 leave 64; 2752: 1 leaves 1344, of two pages 2 leave 2688, and there
 * it ends; 8192 is two pages whole, 9000 three, which is order 2.
 */
static void test_layouts(void **state)
{
	static const struct {
		uint32_t size, num, order, cflags, colour;
		void (*ctor)(void *);
	} cases[] = {
		{72, 56, 0, CFLGS_OBJFREELIST_SLAB, 1, NULL},
		{64, 64, 0, CFLGS_OBJFREELIST_SLAB, 0, NULL},
		{208, 19, 0, CFLGS_OBJFREELIST_SLAB, 2, NULL},
		{16, 240, 0, 0, 0, NULL},
		{24, 163, 0, 0, 0, NULL},
		{512, 8, 0, CFLGS_OFF_SLAB, 0, nothing},
		{432, 9, 0, 0, 3, nothing},
		{1344, 3, 0, CFLGS_OBJFREELIST_SLAB, 1, NULL},
		{2752, 2, 1, CFLGS_OBJFREELIST_SLAB, 42, NULL},
		{4096, 1, 0, CFLGS_OBJFREELIST_SLAB, 0, NULL},
		{8192, 1, 1, CFLGS_OBJFREELIST_SLAB, 0, NULL},
		{9000, 1, 2, CFLGS_OBJFREELIST_SLAB, 115, NULL},
	};
	struct mm_fixture *f = start("", 1);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kmem_cache *cache =
			kmem_cache_create(&f->task, "layout", cases[i].size, 0,
					  0, 0, cases[i].ctor);

		assert_int_equal(cache->size, cases[i].size);
		assert_int_equal(cache->num, cases[i].num);
		assert_int_equal(cache->gfporder, cases[i].order);
		assert_int_equal(cache->cflags, cases[i].cflags);
		assert_int_equal(cache->colour, cases[i].colour);
		kmem_cache_destroy(&f->task, cache);
	}
	/* the smallest object is 16 bytes */
	assert_int_equal(bytes_cache(f, 8)->size, 16);
	assert_int_equal(f->k->mem.slab.kmem_cache->size, 128);
	fixture_destroy(f);
}

/* Three colours of 64 bytes: 9*433 leaves 199. The first slab has the second. */
static void test_colours(void **state)
{
	static const uint32_t offsets[] = {64, 128, 0, 64, 128};
	struct mm_fixture *f = start("", 1);
	struct kmem_cache *cache = kmem_cache_create(&f->task, "coloured", 432,
						     0, 0, 0, nothing);
	uint32_t seen = 0;
	vaddr_t page = 0;

	(void)state;
	for (int i = 0; i < 45; i++) {
		vaddr_t object = take(f, cache);

		if (object / PAGE_SIZE == page)
			continue;
		page = object / PAGE_SIZE;
		/* it came off the array, which took indices in order */
		assert_int_equal(object % PAGE_SIZE % 432, offsets[seen]);
		seen++;
	}
	assert_int_equal(seen, 5);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

/* Limit 54, batch 27, of what is above 256 bytes; 16 at first use. */
static void test_arrays(void **state)
{
	struct mm_fixture *f = start("", 1);
	struct kmem_cache *cache = bytes_cache(f, 512);
	struct array_cache *ac = cache->cpu_cache[0];
	struct kmem_cache_node *n = cache->node[0];
	vaddr_t objects[200], last;

	(void)state;
	assert_int_equal(ac->limit, 54);
	assert_int_equal(ac->batchcount, 27);
	assert_null(n->shared);
	assert_int_equal(n->free_limit, 2 * 27 + 8);
	objects[0] = take(f, cache);
	/* a new slab gives what it has */
	assert_int_equal(ac->avail, 7);
	assert_int_equal(n->total_slabs, 1);
	assert_int_equal(n->free_objects, 0);
	give(f, cache, objects[0]);
	assert_int_equal(take(f, cache), objects[0]); /* last in, first out */
	give(f, cache, objects[0]);
	for (int i = 0; i < 200; i++)
		objects[i] = take(f, cache);
	assert_int_equal(n->total_slabs, 25);
	assert_int_equal(ac->avail, 0);
	for (int i = 0; i < 54; i++)
		give(f, cache, objects[i]);
	assert_int_equal(ac->avail, 54);
	assert_int_equal(n->free_objects, 0);
	last = objects[53];
	/* the oldest 27 go: 3 slabs of 8 empty, 3 objects of a fourth */
	give(f, cache, objects[54]);
	assert_int_equal(ac->avail, 28);
	assert_int_equal(n->free_objects, 27);
	assert_int_equal(n->free_slabs, 3);
	assert_int_equal(ac->entry[26], last);
	/* above free_limit, which is 62, empty slabs go back */
	for (int i = 55; i < 200; i++)
		give(f, cache, objects[i]);
	assert_true(n->free_objects <= n->free_limit);
	assert_int_equal(verify_slab(f->k), 0);
	assert_true(kmem_cache_shrink(&f->task, cache));
	assert_int_equal(n->total_slabs, 0);
	fixture_destroy(f);
}

/* Several CPUs hand objects to each other through the shared array. */
static void test_shared(void **state)
{
	struct mm_fixture *f = start("", 2);
	struct kmem_cache *cache = bytes_cache(f, 512);
	struct array_cache *shared = cache->node[0]->shared;
	vaddr_t objects[80];

	(void)state;
	assert_int_equal(shared->limit, 8 * 27);
	for (int i = 0; i < 80; i++)
		objects[i] = take(f, cache);
	for (int i = 0; i < 80; i++)
		give(f, cache, objects[i]);
	assert_int_equal(shared->avail, 27);
	assert_int_equal(shared->entry[26], objects[26]);
	f->task.cpu = &f->k->sched.cpus[1];
	assert_int_equal(cache->cpu_cache[1]->avail, 0);
	take(f, cache); /* untouched so far: 16, the youngest */
	assert_int_equal(shared->avail, 11);
	assert_int_equal(cache->cpu_cache[1]->avail, 15);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

/* Two seconds and four: a fifth of an idle array, then empty slabs. */
static void test_reap(void **state)
{
	struct mm_fixture *f = start("", 1);
	struct kmem_cache *cache = bytes_cache(f, 512);
	struct array_cache *ac = cache->cpu_cache[0];
	struct kmem_cache_node *n = cache->node[0];
	vaddr_t objects[48];

	(void)state;
	for (int i = 0; i < 48; i++)
		objects[i] = take(f, cache);
	for (int i = 0; i < 48; i++)
		give(f, cache, objects[i]);
	assert_int_equal(ac->avail, 48);
	cache_reap(&f->task); /* it was touched */
	assert_int_equal(ac->avail, 48);
	cache_reap(&f->task);
	assert_int_equal(ac->avail, 48 - 11);
	assert_int_equal(n->free_slabs, 1);
	f->now += 5 * (uint64_t)f->k->hw.clock_hz;
	cache_reap(&f->task); /* 22 objects free, and (62 + 39) / 40 slabs go */
	assert_int_equal(ac->avail, 48 - 22);
	assert_int_equal(n->free_slabs, 0);
	assert_int_equal(n->total_slabs, 4);
	cache_reap(&f->task); /* no slabs again so soon */
	assert_int_equal(ac->avail, 48 - 33);
	assert_int_equal(n->total_slabs, 4);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

static void test_slabinfo(void **state)
{
	struct mm_fixture *f = start("", 2);
	struct kmem_cache *cache = kmem_cache_create(&f->task, "vm_area_struct",
						     72, 288, 0, 0, NULL);
	static struct text t;
	struct seq_file m;

	(void)state;
	t.len = 0;
	for (int i = 0; i < 57; i++)
		assert_non_null(kmem_cache_alloc(&f->task, cache, GFP_KERNEL));
	seq_open_sink(&m, f->k, to_text, &t);
	slabinfo_show(&m, NULL);
	/* 60 taken from the slabs, of which 3 are in the CPU's array */
	assert_non_null(strstr(
		t.text, "\nvm_area_struct       112    112     72   56    1 : "
			"tunables  120   60    8 : slabdata      2      2      "
			"0\n"));
	/* first made, last shown */
	assert_true(strstr(t.text, "\nkmalloc-rcl-64 ") <
		    strstr(t.text, "\nkmalloc-8k "));
	assert_true(strstr(t.text, "\nkmalloc-64 ") <
		    strstr(t.text, "\nkmem_cache "));
	assert_null(strstr(t.text, "kmem_cache_node"));
	fixture_destroy(f);
}

/* ---- misuse ---------------------------------------------------------------------- */

static void test_double_free(void **state)
{
	struct mm_fixture *f = start("", 1);
	vaddr_t a = kmalloc(&f->task, 64, GFP_KERNEL);

	(void)state;
	kfree(&f->task, a);
	kfree(&f->task, a);
	assert_true(logged(f, "slab error in verify_redzone_free(): cache "
			      "`kmalloc-64': double free detected\n"));
	kfree(&f->task, a + 4);
	assert_true(logged(f, "slab error in cache_free_debugcheck(): cache "
			      "`kmalloc-64': no object begins here\n"));
	assert_int_equal(f->k->mem.slab.nr_errors, 2);
	assert_int_equal(kmalloc(&f->task, 64, GFP_KERNEL), a);
	assert_int_not_equal(kmalloc(&f->task, 64, GFP_KERNEL), a);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

static void test_red_zone(void **state)
{
	struct mm_fixture *f = start("slub_debug=FZPU", 1);
	struct kmem_cache *cache = bytes_cache(f, 40);
	vaddr_t object = take(f, cache);
	uint8_t *bytes = kbytes(f->k, object);

	(void)state;
	/* 8 + 40 + 8 + 8 */
	assert_int_equal(cache->size, 64);
	assert_int_equal(cache->limit, 32);
	assert_int_equal(bytes[0], 0x5a);
	assert_int_equal(bytes[39], 0xa5);
	memset(bytes, 'A', 41);
	give(f, cache, object);
	assert_true(logged(f, "slab error in verify_redzone_free(): cache "
			      "`bytes': memory outside object was "
			      "overwritten\n"));
	assert_true(logged(f, "redzone 1:0xd84156c5635688c0, redzone "
			      "2:0xd84156c563568841\n"));
	assert_true(logged(f, "Last user: (take)\n"));
	assert_int_equal(f->k->mem.slab.nr_errors, 1);
	/* a write after it was freed; the object is used all the same */
	bytes[17] = 0x6a;
	assert_int_equal(take(f, cache), object);
	assert_true(logged(f, "Slab corruption (Tainted: G    B             ): "
			      "bytes start="));
	assert_true(logged(f, "Last user: (give)\n"));
	assert_true(logged(f, "6b 6a 6b 6b"));
	assert_true(logged(f, "Next obj: start="));
	give(f, cache, object);
	assert_int_equal(f->k->mem.slab.nr_errors, 2);
	/* aligned to cache lines: Linux gives up red zones */
	assert_int_equal(kmem_cache_create(&f->task, "lines", 64, 0, 64, 0,
					   NULL)
					 ->flags &
				 SLAB_DEBUG_FLAGS,
			 SLAB_POISON | SLAB_CONSISTENCY_CHECKS);
	kmem_cache_destroy(&f->task, cache);
	assert_int_equal(f->k->mem.slab.nr_errors, 2);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

/* A guest wrote into the list of free objects: a modelled panic, no more. */
static void scribble(uint8_t value)
{
	struct mm_fixture *f = start("", 1);
	struct kmem_cache *cache = bytes_cache(f, 24);
	vaddr_t object = take(f, cache);

	/* 24: the list lies behind the objects; 120 of 163 are in the array */
	memset(kbytes(f->k, (object | 4095) + 1 - 163), value, 163);
	f->catch_panic = true;
	if (!setjmp(f->stopped)) {
		for (int i = 0; i < 200; i++)
			take(f, cache);
		fail();
	}
	assert_true(
		logged(f, "Kernel panic - not syncing: SLAB: bytes: index "));
	fixture_destroy(f);
}

static void test_scribbled_freelist(void **state)
{
	(void)state;
	scribble(255);
	scribble(163);
	scribble(3);
}

/* An off-slab list that can't be had: the pages go back. */
static void test_failures(void **state)
{
	struct mm_fixture *f = start("", 1);
	struct kmem_cache *cache = kmem_cache_create(&f->task, "off", 512, 0, 0,
						     0, nothing);
	struct kmem_cache *lists = cache->freelist_cache;
	uint32_t count[MAX_ORDER];
	uint64_t before;

	(void)state;
	assert_string_equal(lists->name, "kmalloc-64");
	while (lists->cpu_cache[0]->avail || lists->node[0]->free_objects)
		kmalloc(&f->task, 64, GFP_KERNEL);
	before = free_blocks(f->k, count);
	fault_attr_arm(&f->k->inject.fail_page_alloc.attr, 2, 1);
	assert_null(kmem_cache_alloc(&f->task, cache, GFP_NOWAIT));
	fault_attr_arm(&f->k->inject.fail_page_alloc.attr, 0, 1);
	assert_int_equal(free_blocks(f->k, count), before);
	assert_int_equal(verify_slab(f->k), 0);
	take(f, cache);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_reap),
		cmocka_unit_test(test_slabinfo),
		cmocka_unit_test(test_double_free),
		cmocka_unit_test(test_red_zone),
		cmocka_unit_test(test_scribbled_freelist),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
