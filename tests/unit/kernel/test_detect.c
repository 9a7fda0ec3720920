/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The detectors of frames (mm/detect.h), each made to bite by the mistake that
 * it is there for, and silent about what only looks like one.
 */

#include "tests/unit/kernel/helper_user_mm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swap.h"

#define RW (PROT_READ | PROT_WRITE)

struct test {
	struct user_mm *u;
	/* what was found */
	unsigned int nr;
	enum kernel_detector detector;
	char what[256], story[1200];
	uint64_t pfn;
	vaddr_t va;
};

static struct test *found_by; /* the machine, which ops get, knows no test */

static bool detected(void *ctx, const struct kernel_finding *finding)
{
	struct test *t = found_by;

	(void)ctx;
	t->nr++;
	t->detector = finding->detector;
	snprintf(t->what, sizeof(t->what), "%s", finding->what);
	snprintf(t->story, sizeof(t->story), "%s", finding->story);
	t->pfn = finding->pfn;
	t->va = finding->va;
	return true;
}

static int setup(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	t->u = user_mm_create(NULL);
	strcpy(t->u->curr->comm, "tester");
	t->u->k->sched.in_kernel = t->u->curr->cpu;
	t->u->f->ops.detected = detected;
	t->u->k->params.detect = DETECT_FRAMES;
	detect_init(t->u->k);
	found_by = t;
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct test *t = *state;

	detect_exit(t->u->k);
	t->u->k->detect.on = 0;
	user_mm_destroy(t->u);
	free(t);
	return 0;
}

static void expect_found(struct test *t, enum kernel_detector detector,
			 const char *what, const char *story)
{
	if (t->nr != 1 || t->detector != detector || !strstr(t->what, what) ||
	    !strstr(t->story, story))
		fail_msg("%u found: %s\n%s", t->nr, t->what, t->story);
	t->nr = 0;
}

static struct page *some_page(struct test *t)
{
	struct page *page = alloc_page(t->u->curr, GFP_KERNEL);

	assert_non_null(page);
	return page;
}

/* Its entry in the page tables, with a table made for it. */
static pte_t *entry(struct test *t, vaddr_t va)
{
	struct mm_struct *mm = t->u->mm;

	return pte_alloc_map(t->u->curr, mm, pmd_off(mm, va), va);
}

/* Maps it as a kernel would that forgets what it likes. */
static void show(struct test *t, vaddr_t va, struct page *page)
{
	struct vm_area_struct *vma = find_vma(t->u->mm, va);
	pte_t pte = pte_mkyoung(
		pte_mkdirty(mk_pte(t->u->k, page, vma->vm_page_prot)));

	set_pte_at(t->u->mm, va, entry(t, va), pte);
}

static void hide(struct test *t, vaddr_t va)
{
	pte_clear(t->u->mm, va, entry(t, va));
	flush_tlb_page(t->u->curr, find_vma(t->u->mm, va), va);
}

/* ---- read before it was written ------------------------------------------- */

static void test_page_that_nobody_cleared(void **state)
{
	struct test *t = *state;
	vaddr_t va = map(t->u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *page = some_page(t);

	show(t, va, page);
	expect_found(t, DETECT_UNINITIALISED, "4096 bytes of it, from byte 0x0",
		     "handed out by tester[0] in some_page()");
	assert_int_equal(t->pfn, page_to_pfn(t->u->k, page));
	assert_int_equal(t->va, va);
	hide(t, va);
	put_page(t->u->curr, page);
	assert_int_equal(t->nr, 0);
}

static void test_page_half_written(void **state)
{
	struct test *t = *state;
	vaddr_t va = map(t->u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *page = some_page(t);

	memzero_page(t->u->curr, page, 0, 2048);
	show(t, va, page);
	expect_found(t, DETECT_UNINITIALISED,
		     "2048 bytes of it, from byte 0x800", "some_page()");
	hide(t, va);
	/* Once all of it is written, it may be shown. */
	put_page(t->u->curr, page);
	page = some_page(t);
	memzero_page(t->u->curr, page, 0, 2048);
	memzero_page(t->u->curr, page, 2048, 2048);
	show(t, va, page);
	assert_int_equal(t->nr, 0);
	hide(t, va);
	put_page(t->u->curr, page);
}

/* A copy is no better than what it was made of. */
static void test_copy_of_an_unwritten_page(void **state)
{
	struct test *t = *state;
	vaddr_t va = map(t->u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *from = some_page(t), *to = some_page(t);
	char origin[64];

	copy_highpage(t->u->curr, to, from);
	show(t, va, to);
	snprintf(origin, sizeof(origin), "was copied from frame 0x%x\n",
		 page_to_pfn(t->u->k, from));
	expect_found(t, DETECT_UNINITIALISED, "becomes visible at", origin);
	hide(t, va);
	put_page(t->u->curr, from);
	put_page(t->u->curr, to);
}

static void test_bytes_of_a_system_call(void **state)
{
	struct test *t = *state;
	vaddr_t va = map(t->u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *page = some_page(t);
	uint8_t *bytes = page_bytes(t->u->k, page);

	memset(bytes, 'x', 100);
	assert_int_equal(copy_to_user(t->u->curr, va, bytes, 100), 0);
	assert_int_equal(t->nr, 0);
	assert_int_equal(copy_to_user(t->u->curr, va, bytes, 120), 0);
	expect_found(t, DETECT_UNINITIALISED,
		     "is read by a program, and 16 bytes of it, from byte 0x68",
		     "some_page()");
	put_page(t->u->curr, page);
}

/* Nor are the bytes of an object what its last owner left there. */
static void test_bytes_of_an_object(void **state)
{
	struct test *t = *state;
	struct task_struct *curr = t->u->curr;
	vaddr_t va = map(t->u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct kmem_cache *cache = kmem_cache_create(curr, "object", 64, 0, 0,
						     0, NULL);
	void *object = kmem_cache_alloc(curr, cache, GFP_KERNEL);

	memset(object, 'x', 64);
	kmem_cache_free(curr, cache, object);
	assert_ptr_equal(kmem_cache_alloc(curr, cache, GFP_KERNEL), object);
	memset(object, 'x', 24);
	assert_int_equal(copy_to_user(curr, va, object, 64), 0);
	expect_found(t, DETECT_UNINITIALISED, "is read by a program, and",
		     "it is one of a slab's");
	kmem_cache_free(curr, cache, object);
	kmem_cache_destroy(curr, cache);
}

static void test_unwritten_page_table(void **state)
{
	struct test *t = *state;
	vaddr_t va = map(t->u, 0x400000, PAGE_SIZE, RW,
			 MAP_PRIVATE | MAP_FIXED);
	struct page *page = some_page(t);
	pmd_t *pmd = pmd_off(t->u->mm, va);

	pmd_populate(t->u->mm, pmd, page);
	expect_found(t, DETECT_UNINITIALISED, "becomes a page table",
		     "some_page()");
	pmd_clear(t->u->mm, pmd);
	put_page(t->u->curr, page);
}

/* ---- freed while mapped ------------------------------------------------------ */

static void test_entry_left(void **state)
{
	struct test *t = *state;
	vaddr_t va = map(t->u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *page = alloc_page(t->u->curr, GFP_KERNEL | __GFP_ZERO);
	const uint64_t before = free_frames(t->u);

	show(t, va, page);
	put_page(t->u->curr, page);
	expect_found(t, DETECT_FREED_MAPPED, "of tester[0] maps it",
		     "freed by tester[0] in test_entry_left(), for");
	assert_non_null(strstr(t->story, "mapped by tester[0] in show()"));
	assert_int_equal(t->va, va);
	/* It wasn't freed: what maps it gives it up, and then it is. */
	assert_int_equal(page->_refcount, 1);
	hide(t, va);
	assert_true(free_frames(t->u) <= before);
	put_page(t->u->curr, page);
	assert_int_equal(t->nr, 0);
}

static void test_flush_left_out(void **state)
{
	struct test *t = *state;
	vaddr_t va = map(t->u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *page = alloc_page(t->u->curr, GFP_KERNEL | __GFP_ZERO);

	show(t, va, page);
	peek32(t->u, va); /* a TLB knows it now */
	pte_clear(t->u->mm, va, entry(t, va));
	put_page(t->u->curr, page);
	expect_found(t, DETECT_FREED_MAPPED, "still translates",
		     "unmapped, and not flushed, by tester[0] in "
		     "test_flush_left_out()");
	flush_tlb_page(t->u->curr, find_vma(t->u->mm, va), va);

	page = alloc_page(t->u->curr, GFP_KERNEL | __GFP_ZERO);
	show(t, va, page);
	peek32(t->u, va);
	hide(t, va);
	put_page(t->u->curr, page);
	assert_int_equal(t->nr, 0);
}

static void test_map_count_left(void **state)
{
	struct test *t = *state;
	struct page *page = some_page(t);

	page->_mapcount = 0;
	put_page(t->u->curr, page);
	expect_found(t, DETECT_FREED_MAPPED, "freed with a map count of 1",
		     "test_map_count_left()");
	page->_mapcount = -1;
	put_page(t->u->curr, page);
}

/* The page cache's reference isn't anybody else's to drop. */
static void test_page_of_a_file(void **state)
{
	struct test *t = *state;
	vaddr_t va = map_file(t->u, 0, PAGE_SIZE, RW, MAP_SHARED, 2);
	struct page *page;

	peek32(t->u, va);
	page = page_at(t->u, va);
	assert_int_equal(unmap(t->u, va, PAGE_SIZE), 0);
	assert_int_equal(page->_refcount, 1);
	put_page(t->u->curr, page);
	expect_found(t, DETECT_FREED_MAPPED,
		     "while the page cache has it as page 2 of a file",
		     "freed by tester[0] in test_page_of_a_file()");
	assert_int_equal(page->_refcount, 1);
	if (!PageLRU(page))
		lru_cache_add(t->u->k, page);
}

static void test_free_frame_mapped(void **state)
{
	struct test *t = *state;
	vaddr_t va = map(t->u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *page = alloc_page(t->u->curr, GFP_KERNEL | __GFP_ZERO);

	t->u->k->detect.on &= ~DETECT_BIT(DETECT_UNINITIALISED);
	entry(t, va); /* a table, which mustn't get the frame */
	put_page(t->u->curr, page);
	show(t, va, page);
	expect_found(t, DETECT_FREED_MAPPED, "which is free, is mapped at",
		     "freed by tester[0] in test_free_frame_mapped()");
	hide(t, va);
}

/* Drivers map frames of which nobody keeps count: their own risk. */
static void test_raw_mapping(void **state)
{
	struct test *t = *state;
	vaddr_t va = map(t->u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct vm_area_struct *vma = find_vma(t->u->mm, va);
	struct page *page = some_page(t);

	vma->vm_flags |= VM_PFNMAP;
	show(t, va, page);
	put_page(t->u->curr, page);
	assert_int_equal(t->nr, 0);
	hide(t, va);
	vma->vm_flags &= ~VM_PFNMAP;
}

/* ---- written after it was freed ------------------------------------------------ */

static void test_write_to_a_free_frame(void **state)
{
	struct test *t = *state;
	struct page *page = some_page(t), *again;
	uint32_t *bytes = page_bytes(t->u->k, page);

	put_page(t->u->curr, page);
	bytes[5] = 0x12345678;
	/* Found when it is handed out again, ... */
	again = some_page(t);
	assert_ptr_equal(again, page);
	expect_found(t, DETECT_USE_AFTER_FREE, "between byte 0x10 and 0x17",
		     "freed by tester[0] in test_write_to_a_free_frame()");
	/* ... or at the end. */
	put_page(t->u->curr, again);
	detect_at_end(t->u->k);
	assert_int_equal(t->nr, 0);
	put_page(t->u->curr, some_page(t));
	bytes[0] = 0;
	detect_at_end(t->u->k);
	expect_found(t, DETECT_USE_AFTER_FREE, "between byte 0x0 and 0x7",
		     "some_page()");
}

/* ---- ordinary life ------------------------------------------------------------------ */

/* What a kernel does all day, and nothing is found. */
static void test_nothing_wrong(void **state)
{
	struct test *t = *state;
	struct user_mm *u = t->u;
	vaddr_t anon = map(u, 0, 8 * PAGE_SIZE, RW, MAP_PRIVATE);
	vaddr_t file = map_file(u, 0, 4 * PAGE_SIZE, RW, MAP_PRIVATE, 2);
	struct mm_struct *child;

	for (uint32_t i = 0; i < 8; i++)
		assert_true(store(u, anon + i * PAGE_SIZE, i));
	assert_true(store(u, file, 1));
	child = fork_mm(u);
	assert_true(store(u, anon, 1) && store(u, file, 2));
	enter_mm(u, child);
	assert_int_equal(peek32(u, anon), 0);
	assert_true(store(u, anon + PAGE_SIZE, 3));
	enter_mm(u, u->mm);
	end_mm(u, child);
	assert_int_equal(unmap(u, anon, 8 * PAGE_SIZE), 0);
	assert_int_equal(unmap(u, file, 4 * PAGE_SIZE), 0);
	detect_at_end(u->k);
	if (t->nr)
		fail_msg("%s\n%s", t->what, t->story);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_page_that_nobody_cleared),
		TEST(test_page_half_written),
		TEST(test_copy_of_an_unwritten_page),
		TEST(test_bytes_of_a_system_call),
		TEST(test_bytes_of_an_object),
		TEST(test_unwritten_page_table),
		TEST(test_entry_left),
		TEST(test_flush_left_out),
		TEST(test_map_count_left),
		TEST(test_page_of_a_file),
		TEST(test_free_frame_mapped),
		TEST(test_raw_mapping),
		TEST(test_write_to_a_free_frame),
		TEST(test_nothing_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
