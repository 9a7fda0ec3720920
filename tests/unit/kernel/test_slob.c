/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slob allocator: where blocks lie, which list serves what, merging, the
 * words of a free block as Linux lays them out, and misuse.
 */

#include "kernel/mm/slab_internal.h"
#include "tests/unit/kernel/mm_fixture.h"

static struct mm_fixture *start(void)
{
	struct mm_fixture *f = fixture_create(0x60000000, 64 * MB, 0x80000000);

	f->k->params.slab_allocator = "slob";
	memblock_add(f->k, 0x60000000, 64 * MB);
	fixture_boot(f, true);
	return f;
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

static struct kmem_cache *bytes_cache(struct mm_fixture *f, uint32_t size)
{
	return kmem_cache_create(&f->task, "bytes", size, 0, 0, 0, NULL);
}

static uint32_t nr_pages(const struct list_head *list)
{
	const struct list_head *at;
	uint32_t nr = 0;

	list_for_each(at, list)
		nr++;
	return nr;
}

static int16_t word(const struct mm_fixture *f, vaddr_t at)
{
	int16_t value;

	memcpy(&value, kbytes(f->k, at), 2);
	return value;
}

/* A page's first objects, and its one free block behind them. */
static void test_first_fit(void **state)
{
	struct mm_fixture *f = start();
	struct kmem_cache *cache = bytes_cache(f, 600);
	vaddr_t a = take(f, cache), b = take(f, cache), c = take(f, cache);
	struct page *page = virt_to_page(f->k, a);

	(void)state;
	assert_int_equal(a % PAGE_SIZE, 0);
	assert_int_equal(b, a + 600);
	assert_int_equal(c, b + 600);
	assert_int_equal(page->units, 2048 - 3 * 300);
	assert_int_equal(page->freelist, c + 600);
	/* 1148 units free, and the next block is at the page's end */
	assert_int_equal(word(f, c + 600), 1148);
	assert_int_equal(word(f, c + 602), 2048);
	give(f, cache, b);
	assert_int_equal(page->freelist, b);
	assert_int_equal(word(f, b), 300);
	assert_int_equal(word(f, b + 2), 900);
	assert_int_equal(take(f, cache), b); /* the first that fits */
	give(f, cache, b);
	give(f, cache, a); /* merges to the right */
	assert_int_equal(word(f, a), 600);
	assert_int_equal(word(f, a + 2), 900);
	assert_int_equal(verify_slab(f->k), 0);
	give(f, cache, c); /* the page goes */
	assert_int_equal(nr_pages(&f->k->mem.slab.free_slob_medium), 0);
	fixture_destroy(f);
}

/* One unit left says so by a negative next. */
static void test_smallest_block(void **state)
{
	struct mm_fixture *f = start();
	struct kmem_cache *all = bytes_cache(f, 4094);
	vaddr_t object = take(f, all);

	(void)state;
	assert_int_equal(word(f, object + 4094), -2048);
	assert_int_equal(virt_to_page(f->k, object)->units, 1);
	assert_int_equal(verify_slab(f->k), 0);
	give(f, all, object);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

/* Each size finds pages of its own list alone. */
static void test_lists(void **state)
{
	struct mm_fixture *f = start();
	const struct slab_state *slab = &f->k->mem.slab;
	uint32_t small = nr_pages(&slab->free_slob_small);
	vaddr_t a = take(f, bytes_cache(f, 1024));
	vaddr_t b = take(f, bytes_cache(f, 1022));
	vaddr_t c = take(f, bytes_cache(f, 256));

	(void)state;
	assert_int_equal(nr_pages(&slab->free_slob_large), 1);
	assert_int_equal(nr_pages(&slab->free_slob_medium), 1);
	assert_int_not_equal(a / PAGE_SIZE, b / PAGE_SIZE);
	assert_int_equal(b / PAGE_SIZE, c / PAGE_SIZE);
	assert_true(nr_pages(&slab->free_slob_small) >= small);
	fixture_destroy(f);
}

/* The next search begins at the page that served the last one. */
static void test_rotation(void **state)
{
	struct mm_fixture *f = start();
	struct kmem_cache *big = bytes_cache(f, 1500);
	struct list_head *list = &f->k->mem.slab.free_slob_large;
	vaddr_t objects[6]; /* two a page, 1096 bytes over */
	struct page *page;

	(void)state;
	for (int i = 0; i < 6; i++)
		objects[i] = take(f, big);
	assert_int_equal(nr_pages(list), 3);
	give(f, big, objects[2]); /* of the page in the middle */
	page = virt_to_page(f->k, objects[2]);
	assert_ptr_not_equal(list_first_entry(list, struct page, slab_list),
			     page);
	assert_int_equal(take(f, big), objects[2]);
	assert_ptr_equal(list_first_entry(list, struct page, slab_list), page);
	assert_int_equal(nr_pages(list), 3);
	fixture_destroy(f);
}

/* The size stands 64 bytes before, and a power of two is aligned to itself. */
static void test_kmalloc(void **state)
{
	struct mm_fixture *f = start();
	vaddr_t object = kmalloc(&f->task, 100, GFP_KERNEL);

	(void)state;
	assert_int_equal(object % 64, 0);
	assert_int_equal(word(f, object - 64), 100);
	assert_int_equal(ksize(f->k, object), 100);
	kfree(&f->task, object);
	for (uint32_t size = 8; size < 4096; size *= 2) {
		object = kmalloc(&f->task, size, GFP_KERNEL);
		assert_int_equal(object % size, 0);
	}
	object = kmalloc(&f->task, 4032, GFP_KERNEL); /* a page of its own */
	assert_int_equal(object % PAGE_SIZE, 0);
	assert_int_equal(ksize(f->k, object), 4096);
	kfree(&f->task, object);
	assert_int_equal(f->k->vmstat.item[NR_SLAB_RECLAIMABLE], 0);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

static void test_misuse(void **state)
{
	struct mm_fixture *f = start();
	struct kmem_cache *cache = bytes_cache(f, 40);
	vaddr_t other = kmalloc(&f->task, 64, GFP_KERNEL);
	vaddr_t object = kmalloc(&f->task, 64, GFP_KERNEL);
	vaddr_t a = take(f, cache);

	(void)state;
	kfree(&f->task, object);
	kfree(&f->task, object);
	kfree(&f->task, other + 8);
	give(f, cache, a);
	give(f, cache, a);
	assert_int_equal(f->k->mem.slab.nr_errors, 3);
	assert_non_null(strstr(f->log, "is no object of bytes\n"));
	memset(kbytes(f->k, other - 64), 0xff, 4); /* its size */
	kfree(&f->task, other);
	assert_int_equal(f->k->mem.slab.nr_errors, 4);
	assert_non_null(strstr(f->log, "was overwritten\n"));
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

/* A guest wrote over a free block: a modelled panic. */
static void test_scribbled_block(void **state)
{
	struct mm_fixture *f = start();
	struct kmem_cache *cache = bytes_cache(f, 600);
	vaddr_t object = take(f, cache);

	(void)state;
	memset(kbytes(f->k, object + 600), 0x41, 4);
	f->catch_panic = true;
	if (!setjmp(f->stopped)) {
		take(f, cache);
		fail();
	}
	assert_non_null(strstr(f->log, "Kernel panic - not syncing: SLOB: free "
				       "block 0x"));
	fixture_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_fit),
		cmocka_unit_test(test_smallest_block),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_kmalloc),
		cmocka_unit_test(test_misuse),
		cmocka_unit_test(test_scribbled_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
