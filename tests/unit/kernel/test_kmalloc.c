/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmalloc and its kin under each allocator; memory of a chosen node; classes
 * for DMA; caches that share slabs; slab's tunables by /proc/slabinfo.
 */
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab_parts.h"
#include "tests/unit/kernel/mm_fixture.h"

static const char *const allocators[] = {"slub", "slab", "slob"};

/* 64 MB, of which each of @nr_nodes has a share. */
static struct mm_fixture *start(const char *allocator, const char *bootargs,
				unsigned int nr_nodes)
{
	struct mm_fixture *f = fixture_create(0x60000000, 64 * MB, 0x80000000);
	const uint64_t share = 64 * MB / nr_nodes;

	f->k->params.slab_allocator = allocator;
	strcpy(f->k->arch.command_line, bootargs);
	for (unsigned int nid = 0; nid < nr_nodes; nid++)
		memblock_add_node(f->k, 0x60000000 + nid * share, share,
				  (int)nid, 0);
	fixture_boot(f, true);
	for (int i = 0; i < NR_CPUS; i++)
		f->k->sched.cpus[i].id = i;
	return f;
}

static void for_each(void (*test)(struct mm_fixture *f, const char *name))
{
	for (int i = 0; i < 3; i++) {
		struct mm_fixture *f = start(allocators[i], "", 1);

		test(f, allocators[i]);
		assert_int_equal(verify_slab(f->k), 0);
		assert_int_equal(f->k->mem.slab.nr_errors, 0);
		fixture_destroy(f);
	}
}

static uint8_t *at(const struct mm_fixture *f, vaddr_t object)
{
	assert_true(object > ZERO_SIZE_PTR);
	return kbytes(f->k, object);
}

static void sizes(struct mm_fixture *f, const char *name)
{
	struct task_struct *curr = &f->task;
	vaddr_t object;

	(void)name;
	assert_int_equal(kmalloc(curr, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	assert_int_equal(ksize(f->k, ZERO_SIZE_PTR), 0);
	kfree(curr, ZERO_SIZE_PTR);
	kfree(curr, 0);
	for (uint32_t n = 1; n <= KMALLOC_MAX_SIZE; n = n * 3 + 1) {
		object = kzalloc(curr, n, GFP_KERNEL);
		assert_true(ksize(f->k, object) >= n);
		assert_int_equal(object % 64, 0);
		assert_int_equal(at(f, object)[0] | at(f, object)[n - 1], 0);
		memset(at(f, object), 0xff, ksize(f->k, object));
		kfree(curr, object);
	}
	object = kmalloc(curr, KMALLOC_MAX_SIZE, GFP_KERNEL);
	assert_int_equal(ksize(f->k, object), KMALLOC_MAX_SIZE);
	kfree(curr, object);
	assert_int_equal(kmalloc(curr, KMALLOC_MAX_SIZE + 1, GFP_KERNEL), 0);
}

static void arrays(struct mm_fixture *f, const char *name)
{
	struct task_struct *curr = &f->task;
	vaddr_t object = kcalloc(curr, 30, 10, GFP_KERNEL);

	(void)name;
	for (int i = 0; i < 300; i++)
		assert_int_equal(at(f, object)[i], 0);
	kfree(curr, object);
	/* 2^32 + 2^16 bytes are not 2^16 */
	assert_int_equal(kmalloc_array(curr, 0x10001, 0x10000, GFP_KERNEL), 0);
	assert_int_equal(kcalloc(curr, 0, 10, GFP_KERNEL), ZERO_SIZE_PTR);
}

static void copies(struct mm_fixture *f, const char *name)
{
	struct task_struct *curr = &f->task;
	vaddr_t text = kstrdup(curr, "a string", GFP_KERNEL);
	vaddr_t part = kstrndup(curr, "a string", 3, GFP_KERNEL);
	vaddr_t copy = kmemdup(curr, "\1\2\3", 3, GFP_KERNEL);

	(void)name;
	assert_string_equal((char *)at(f, text), "a string");
	assert_string_equal((char *)at(f, part), "a s");
	assert_memory_equal(at(f, copy), "\1\2\3", 3);
	fault_attr_arm(&f->k->inject.failslab.attr, 1, 1);
	assert_int_equal(kstrdup(curr, "none", GFP_NOWAIT), 0);
	kfree(curr, text);
	kfree(curr, part);
	kfree_sensitive(curr, copy);
	/* but for where an allocator keeps its own words */
	assert_int_not_equal(memcmp(kbytes(f->k, copy), "\1\2\3", 3), 0);
	kfree_sensitive(curr, 0);
}

static void reallocs(struct mm_fixture *f, const char *name)
{
	struct task_struct *curr = &f->task;
	vaddr_t object = krealloc(curr, 0, 10, GFP_KERNEL), bigger;

	(void)name;
	memcpy(at(f, object), "0123456789", 10);
	bigger = krealloc(curr, object, 5000, GFP_KERNEL);
	assert_memory_equal(at(f, bigger), "0123456789", 10);
	assert_int_equal(krealloc(curr, bigger, 20, GFP_KERNEL), bigger);
	fault_attr_arm(&f->k->inject.failslab.attr, 1, 1);
	assert_int_equal(krealloc(curr, bigger, 8192 - 64, GFP_KERNEL) == 0,
			 ksize(f->k, bigger) < 8192 - 64);
	fault_attr_arm(&f->k->inject.failslab.attr, 0, 1);
	assert_memory_equal(at(f, bigger), "0123456789", 10);
	assert_int_equal(krealloc(curr, bigger, 0, GFP_KERNEL), ZERO_SIZE_PTR);
}

static void bulks(struct mm_fixture *f, const char *name)
{
	struct kmem_cache *cache = kmem_cache_create(&f->task, "bulk", 40, 0, 0,
						     0, NULL);
	const uint64_t before = f->k->mem.slab.stats.now.objects;
	void *objects[100];

	(void)name;
	assert_int_equal(kmem_cache_alloc_bulk(&f->task, cache, GFP_KERNEL, 100,
					       objects),
			 100);
	for (int i = 0; i < 100; i++)
		for (int j = 0; j < i; j++)
			assert_ptr_not_equal(objects[i], objects[j]);
	assert_int_equal(f->k->mem.slab.stats.now.objects, before + 100);
	kmem_cache_free_bulk(&f->task, cache, 100, objects);
	fault_attr_arm(&f->k->inject.failslab.attr, 50,
		       1); /* then nothing is left of the others */
	assert_int_equal(kmem_cache_alloc_bulk(&f->task, cache, GFP_KERNEL, 100,
					       objects),
			 0);
	assert_int_equal(f->k->mem.slab.stats.now.objects, before);
	assert_true(kmem_cache_shrink(&f->task, cache));
	kmem_cache_destroy(&f->task, cache);
}

static void test_family(void **state)
{
	(void)state;
	for_each(sizes);
	for_each(arrays);
	for_each(copies);
	for_each(reallocs);
	for_each(bulks);
}

/* ---- nodes ---------------------------------------------------------------------- */

static int nid_of(const struct mm_fixture *f, vaddr_t object)
{
	return page_to_nid(virt_to_page(f->k, object));
}

/* Two nodes, a CPU on each: what a CPU gets is near, unless it says where. */
static void test_nodes(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct mm_fixture *f = start(allocators[i], "", 2);
		vaddr_t object[400];

		f->k->hw.nr_cpus = 2;
		assert_int_equal(f->k->mem.nr_online_nodes, 2);
		for (int n = 0; n < 400; n++) {
			int nid = n / 3 % 2;

			object[n] = kmalloc_node(&f->task, 300, GFP_KERNEL,
						 nid);
			assert_int_equal(nid_of(f, object[n]), nid);
		}
		assert_int_equal(nid_of(f, kmalloc_node(&f->task, 200000,
							GFP_KERNEL, 1)),
				 1);
		for (int n = 0; n < 400; n++)
			kfree(&f->task, object[n]);
		/* slub's CPU takes what its last slab still has, as in Linux */
		if (!f->k->mem.slab.ops->alloc_bytes)
			kmem_cache_shrink(&f->task, kmalloc_slab(f->k, 300, 0));
		for (int n = 0; n < 50 && i < 2; n++)
			assert_int_equal(
				nid_of(f, kmalloc(&f->task, 300, GFP_KERNEL)),
				0);
		assert_int_equal(verify_slab(f->k), 0);
		fixture_destroy(f);
	}
}

/* A node without memory is no reason to fail, unless only it will do. */
static void test_node_is_full(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct mm_fixture *f = start(allocators[i], "", 2);
		const gfp_t only = GFP_NOWAIT | __GFP_THISNODE | __GFP_NOWARN;
		vaddr_t object;

		while (alloc_pages_node(&f->task, 1, only, 0))
			;
		while (kmalloc_node(&f->task, 3000, only, 1))
			;
		object = kmalloc_node(&f->task, 3000, GFP_KERNEL, 1);
		assert_int_equal(nid_of(f, object), 0);
		assert_int_equal(verify_slab(f->k), 0);
		fixture_destroy(f);
	}
}

/* ---- DMA, merging ---------------------------------------------------------------- */

static void test_dma(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct mm_fixture *f = start(allocators[i], "", 1);
		vaddr_t object;

		/* without a zone for it, all memory will do */
		object = kmalloc(&f->task, 100, GFP_KERNEL | GFP_DMA);
		assert_string_equal(
			virt_to_page(f->k, object)->slab_cache->name,
			"kmalloc-128");
		fixture_destroy(f);
		f = start(allocators[i], "dma_zone=16M", 1);
		if (!f->k->mem.zone_configured[ZONE_DMA])
			skip();
		object = kmalloc(&f->task, 100, GFP_KERNEL | GFP_DMA);
		assert_string_equal(
			virt_to_page(f->k, object)->slab_cache->name,
			"dma-kmalloc-128");
		assert_int_equal(page_zonenum(virt_to_page(f->k, object)),
				 ZONE_DMA);
		object = kmalloc(&f->task, 100, GFP_KERNEL | __GFP_RECLAIMABLE);
		assert_string_equal(
			virt_to_page(f->k, object)->slab_cache->name,
			"kmalloc-rcl-128");
		fixture_destroy(f);
	}
}

static void test_merging(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct mm_fixture *f = start(allocators[i], "slab_merge", 1);
		struct task_struct *curr = &f->task;
		struct kmem_cache *one, *two;

		one = kmem_cache_create(curr, "one", 40, 0, 0, 0, NULL);
		two = kmem_cache_create(curr, "two", 40, 0, 0, 0, NULL);
		assert_ptr_equal(one, two);
		assert_ptr_not_equal(one, kmem_cache_create(curr, "larger", 48,
							    0, 0, 0, NULL));
		assert_ptr_not_equal(
			one, kmem_cache_create(curr, "reclaimed", 40, 0, 0,
					       SLAB_RECLAIM_ACCOUNT, NULL));
		assert_ptr_not_equal(one, kmem_cache_create(curr, "structs", 40,
							    80, 0, 0, NULL));
		assert_ptr_not_equal(one, kmem_cache_create(curr, "aligned", 40,
							    0, 64, 0, NULL));
		/* the first to go leaves it to the other */
		kmem_cache_destroy(curr, one);
		assert_non_null(kmem_cache_alloc(curr, two, GFP_KERNEL));
		assert_int_equal(verify_slab(f->k), 0);
		fixture_destroy(f);
		f = start(allocators[i], "", 1);
		assert_ptr_not_equal(
			kmem_cache_create(&f->task, "one", 40, 0, 0, 0, NULL),
			kmem_cache_create(&f->task, "two", 40, 0, 0, 0, NULL));
		fixture_destroy(f);
	}
}

/* ---- tunables ---------------------------------------------------------------------- */

static int write_slabinfo(struct mm_fixture *f, const char *text)
{
	return slabinfo_store(&f->task, NULL, text);
}

static void test_tunables(void **state)
{
	struct mm_fixture *f = start("slab", "", 1);
	struct kmem_cache *cache = kmem_cache_create(&f->task, "tuned", 512, 0,
						     0, 0, NULL);
	void *objects[64];

	(void)state;
	assert_int_equal(cache->limit, 54);
	assert_int_equal(kmem_cache_alloc_bulk(&f->task, cache, GFP_KERNEL, 64,
					       objects),
			 64);
	kmem_cache_free_bulk(&f->task, cache, 40, objects);
	assert_int_equal(write_slabinfo(f, "tuned 10 5 3\n"), 0);
	assert_int_equal(cache->limit, 10);
	assert_int_equal(cache->batchcount, 5);
	assert_int_equal(cache->shared, 3);
	assert_int_equal(cache->cpu_cache[0]->limit, 10);
	assert_int_equal(cache->node[0]->shared->limit, 15);
	assert_int_equal(verify_slab(f->k), 0);
	kmem_cache_free_bulk(&f->task, cache, 24, objects + 40);
	assert_true(cache->cpu_cache[0]->avail <= 10);
	assert_int_equal(write_slabinfo(f, "tuned 8 4 0"), 0);
	assert_null(cache->node[0]->shared);
	/* no sense, or no memory: all stays as it is */
	assert_int_equal(write_slabinfo(f, "tuned 8 9 0"), 0);
	assert_int_equal(write_slabinfo(f, "tuned 0 0 0"), 0);
	assert_int_equal(write_slabinfo(f, "tuned 8 4 -1"), 0);
	assert_int_equal(write_slabinfo(f, "tuned 2000000000 1 0"), -ENOMEM);
	assert_int_equal(write_slabinfo(f, "tuned 65536 65536 65537"), -ENOMEM);
	fault_attr_arm(&f->k->inject.failslab.attr, 1, 1);
	assert_int_equal(write_slabinfo(f, "tuned 7 4 2"), -ENOMEM);
	assert_int_equal(cache->limit, 8);
	assert_int_equal(write_slabinfo(f, "tuned 8 4"), -EINVAL);
	assert_int_equal(write_slabinfo(f, "tuned"), -EINVAL);
	assert_int_equal(write_slabinfo(f, ""), -EINVAL);
	assert_int_equal(write_slabinfo(f, "nobody 8 4 0"), -EINVAL);
	assert_int_equal(verify_slab(f->k), 0);
	kmem_cache_destroy(&f->task, cache);
	assert_int_equal(f->k->mem.slab.nr_errors, 0);
	fixture_destroy(f);
	f = start("slub", "", 1);
	assert_int_equal(write_slabinfo(f, "kmalloc-64 8 4 0"), -EIO);
	fixture_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_family),
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_node_is_full),
		cmocka_unit_test(test_dma),
		cmocka_unit_test(test_merging),
		cmocka_unit_test(test_tunables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
