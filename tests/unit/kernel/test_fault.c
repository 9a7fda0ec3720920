/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Each kind of page fault once: what the entry, its hardware word, mapcount,
 * references, rss and the counters are afterwards.
 */

#include "tests/unit/kernel/helper_user_mm.h"

#include <string.h>

#include "kernel/mm/kobj.h"

#define RW (PROT_READ | PROT_WRITE)

static int setup(void **state)
{
	*state = user_mm_create(NULL);
	return 0;
}

static int teardown(void **state)
{
	user_mm_destroy(*state);
	return 0;
}

/* E.2's example: user, memory type 7, here without S: one core. */
#define ANON_DIRTY_RW (L_PTE_VALID | L_PTE_YOUNG | L_PTE_DIRTY | L_PTE_USER)

static void test_anonymous_read_then_write(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *page;
	uint32_t word;

	assert_int_equal(peek32(u, va), 0);
	assert_ptr_equal(page_at(u, va), u->k->user.zero_page);
	word = pte_word(u, va);
	assert_true(word & L_PTE_RDONLY);
	assert_int_equal(u->k->faults.anon_zero, 1);
	assert_int_equal(synced_rss(u), 0);

	assert_true(store(u, va, 42));
	page = page_at(u, va);
	assert_ptr_not_equal(page, u->k->user.zero_page);
	assert_int_equal(u->k->faults.anon_new, 1);
	assert_int_equal(synced_counter(u, MM_ANONPAGES), 1);
	assert_int_equal(page_count(page), 1);
	assert_int_equal(page_mapcount(page), 1);
	assert_true(PageAnon(page) && PageSwapBacked(page) && PageLRU(page) &&
		    PageUptodate(page) && PageAnonExclusive(page));
	word = pte_word(u, va);
	assert_int_equal(word & ANON_DIRTY_RW, ANON_DIRTY_RW);
	assert_false(word & L_PTE_RDONLY);
	assert_int_equal(peek32(u, va), 42);
	assert_int_equal(peek32(u, va + 4), 0);
	/* AP: both may write; not executable; small page; nG */
	assert_int_equal(hw_word(u, va) & 0xe33, 0x833);
	verify_ok(u);
}

static void test_file_read_maps_around(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_file(u, 0, 64 * PAGE_SIZE, PROT_READ, MAP_PRIVATE, 0);
	struct page *page;

	/* 20: in the aligned 16 from 16 on; all of it is read around. */
	assert_int_equal(peek32(u, va + 20 * PAGE_SIZE), 0x15151515);
	assert_int_equal(u->curr->maj_flt, 1);
	assert_int_equal(u->curr->min_flt, 0);
	assert_int_equal(u->k->faults.file_read, 1);
	page = page_at(u, va + 20 * PAGE_SIZE);
	assert_int_equal(page_mapcount(page), 1);
	assert_int_equal(page_count(page), 2);
	assert_ptr_equal(page_mapping(page), &u->inode.i_data);

	/*
	 * The fault was tried again once all was read: its neighbours, then in
	 * the cache, were mapped with it.
	 */
	assert_int_equal(synced_counter(u, MM_FILEPAGES), 16);
	assert_int_equal(peek32(u, va + 18 * PAGE_SIZE), 0x13131313);
	assert_int_equal(peek32(u, va + 31 * PAGE_SIZE), 0x20202020);
	assert_int_equal(u->curr->min_flt, 0);
	assert_int_equal(pte_word(u, va + 32 * PAGE_SIZE), 0);
	assert_int_equal(pte_word(u, va + 15 * PAGE_SIZE), 0);
	verify_ok(u);
}

static void test_file_cow(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_file(u, 0, 4 * PAGE_SIZE, RW, MAP_PRIVATE, 0);
	struct page *page;

	assert_true(store(u, va + PAGE_SIZE, 7));
	assert_int_equal(u->k->faults.file_cow, 1);
	assert_int_equal(peek32(u, va + PAGE_SIZE), 7);
	assert_int_equal(peek32(u, va + PAGE_SIZE + 4), 0x02020202);
	assert_true(PageAnon(page_at(u, va + PAGE_SIZE)));
	assert_int_equal(synced_counter(u, MM_ANONPAGES), 1);
	page = find_get_page(&u->inode.i_data, 1);
	assert_int_equal(*(uint32_t *)page_bytes(u->k, page), 0x02020202);
	put_page(u->curr, page);

	/* Read first, then written: the entry is replaced. */
	assert_int_equal(peek32(u, va + 2 * PAGE_SIZE), 0x03030303);
	assert_true(store(u, va + 2 * PAGE_SIZE, 8));
	assert_int_equal(u->k->faults.cow_copy, 1);
	assert_int_equal(peek32(u, va + 2 * PAGE_SIZE), 8);
	assert_int_equal(synced_counter(u, MM_ANONPAGES), 2);
	verify_ok(u);
}

static void test_file_shared(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_file(u, 0, 4 * PAGE_SIZE, RW, MAP_SHARED, 0);
	struct page *page;

	assert_true(store(u, va + PAGE_SIZE, 10)); /* at once */
	assert_int_equal(u->k->faults.file_shared, 1);
	assert_int_equal(global_page_state(u->k, NR_DIRTY), 1);

	assert_int_equal(peek32(u, va), 0x01010101);
	assert_true(pte_word(u, va) & L_PTE_RDONLY); /* first write is noted */
	page = page_at(u, va);
	assert_false(PageDirty(page));
	assert_true(store(u, va, 9));
	assert_ptr_equal(page_at(u, va), page);
	assert_true(PageDirty(page));
	assert_int_equal(u->k->faults.cow_reuse, 1);
	assert_int_equal(*(uint32_t *)page_bytes(u->k, page), 9);
	assert_int_equal(global_page_state(u->k, NR_DIRTY), 2);
	verify_ok(u);
}

static void test_file_swap_backed(void **state)
{
	struct user_mm *u = *state;
	struct page *page;
	vaddr_t va;

	u->inode.i_data.swap_backed = true;
	va = map_file(u, 0, PAGE_SIZE, RW, MAP_SHARED, 0);
	assert_int_equal(peek32(u, va), 0x01010101);
	/* Writable, but clean: hardware must not write without us knowing. */
	assert_false(pte_word(u, va) & (L_PTE_RDONLY | L_PTE_DIRTY));
	assert_true(hw_word(u, va) & 0x200);
	assert_true(store(u, va, 3));
	assert_int_equal(u->k->faults.mkdirty, 1);
	assert_false(hw_word(u, va) & 0x200);
	page = page_at(u, va);
	assert_false(PageDirty(page)); /* the entry knows */
	assert_int_equal(synced_counter(u, MM_SHMEMPAGES), 1);
	assert_int_equal(unmap(u, va, PAGE_SIZE), 0);
	assert_true(PageDirty(page));
	assert_int_equal(global_page_state(u->k, NR_DIRTY), 0);
	verify_ok(u);
}

static void test_young(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct vm_area_struct *vma;
	pte_t *pte;

	assert_true(store(u, va, 1));
	vma = find_vma(u->mm, va);
	pte = pte_lookup(u->mm, va);
	assert_true(ptep_clear_flush_young(u->curr, vma, va, pte));
	assert_int_equal(hw_word(u, va), 0);
	assert_int_equal(peek32(u, va), 1);
	assert_int_equal(u->k->faults.mkyoung, 1);
	assert_int_not_equal(hw_word(u, va), 0);
	verify_ok(u);
}

static void test_past_the_file(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_file(u, 0, 80 * PAGE_SIZE, PROT_READ, MAP_SHARED, 0);
	uint32_t value;

	assert_true(load(u, va + 63 * PAGE_SIZE, &value));
	assert_false(load(u, va + 64 * PAGE_SIZE, &value));
	u->file_io_error = true;
	assert_false(load(u, va + 5 * PAGE_SIZE, &value));
	u->file_io_error = false;
	assert_true(load(u, va + 5 * PAGE_SIZE, &value));
	verify_ok(u);
}

static void test_truncate_under_mapping(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_file(u, 0, 8 * PAGE_SIZE, RW, MAP_SHARED, 0);
	vaddr_t private = map_file(u, 0, 8 * PAGE_SIZE, RW, MAP_PRIVATE, 0);
	uint32_t value;

	assert_true(store(u, va + 3 * PAGE_SIZE, 1));
	assert_true(store(u, private + 5 * PAGE_SIZE, 2)); /* a copy goes too */
	truncate_setsize(u->curr, &u->inode, 3 * PAGE_SIZE + 8);
	assert_true(load(u, va + 3 * PAGE_SIZE, &value));
	assert_int_equal(value, 1);
	assert_int_equal(peek32(u, va + 3 * PAGE_SIZE + 8), 0);
	assert_int_equal(peek32(u, va + 3 * PAGE_SIZE + 4), 0x04040404);
	assert_false(load(u, va + 4 * PAGE_SIZE, &value));
	assert_false(load(u, private + 5 * PAGE_SIZE, &value));
	assert_int_equal(synced_counter(u, MM_ANONPAGES), 0);
	verify_ok(u);
}

static void test_rights(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, 3 * PAGE_SIZE, RW, MAP_PRIVATE);
	uint32_t value;

	assert_true(store(u, va, 1));
	assert_int_equal(do_mprotect(u->curr, va, PAGE_SIZE, PROT_READ), 0);
	assert_false(store(u, va, 2)); /* the TLB had it writable */
	assert_int_equal(peek32(u, va), 1);
	assert_int_equal(do_mprotect(u->curr, va, PAGE_SIZE, PROT_NONE), 0);
	assert_false(load(u, va, &value));
	assert_int_equal(do_mprotect(u->curr, va, PAGE_SIZE, RW), 0);
	assert_true(store(u, va, 3));
	assert_int_equal(u->k->faults.cow_reuse, 0); /* given back at once */
	assert_false(load(u, va + 3 * PAGE_SIZE, &value));
	verify_ok(u);
}

static void test_unmapped_is_gone(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, 2 * PAGE_SIZE, RW, MAP_PRIVATE);
	uint64_t before = free_frames(u);
	uint32_t value;

	assert_true(store(u, va, 1) && store(u, va + PAGE_SIZE, 2));
	assert_int_equal(unmap(u, va, 2 * PAGE_SIZE), 0);
	assert_false(load(u, va, &value)); /* the TLB had it */
	/* both pages and the table; the anon_vma's slab may stay */
	assert_true(free_frames(u) + 2 >= before);
	assert_int_equal(u->mm->pgtables_bytes, 0);
	verify_ok(u);
}

static void test_stack_grows(void **state)
{
	struct user_mm *u = *state;
	vaddr_t top = u->mm->task_size;
	struct vm_area_struct *vma;
	uint32_t value;

	assert_int_equal(setup_stack_vma(u->curr, u->mm, top), 0);
	assert_true(store(u, top - 4, 1));
	assert_true(store(u, top - 100 * PAGE_SIZE, 2));
	vma = find_vma(u->mm, top - 4);
	assert_int_equal(vma->vm_start, top - 100 * PAGE_SIZE);
	assert_int_equal(u->mm->stack_vm, 100);
	assert_int_equal(u->k->faults.stack_growth, 1);
	/* RLIMIT_STACK: 8 MB */
	assert_true(store(u, top - (8 << 20), 3));
	assert_false(load(u, top - (8 << 20) - 4, &value));
	verify_ok(u);
}

static void test_stack_guard_gap(void **state)
{
	struct user_mm *u = *state;
	vaddr_t top = u->mm->task_size;
	vaddr_t below = top - 400 * PAGE_SIZE;
	uint32_t value;

	assert_int_equal(setup_stack_vma(u->curr, u->mm, top), 0);
	assert_int_equal(map(u, below, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED),
			 below);
	/* 256 pages stay free above the end of that mapping. */
	assert_true(store(u, below + (1 + 256) * PAGE_SIZE, 1));
	assert_false(load(u, below + 256 * PAGE_SIZE, &value));
	verify_ok(u);
}

static void test_populate(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, 8 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_POPULATE);

	assert_int_equal(synced_counter(u, MM_ANONPAGES), 8);
	assert_int_equal(u->curr->min_flt, 8);
	assert_true(store(u, va + 7 * PAGE_SIZE, 1));
	assert_int_equal(u->curr->min_flt, 8);
	assert_int_equal(do_madvise(u->curr, u->curr->mm, va, 4 * PAGE_SIZE,
				    MADV_DONTNEED),
			 0);
	assert_int_equal(synced_counter(u, MM_ANONPAGES), 4);
	assert_int_equal(get_mm_hiwater_rss(u->mm), 8);
	assert_int_equal(peek32(u, va), 0);
	verify_ok(u);
}

static void test_mremap_moves_pages(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, 4 * PAGE_SIZE, RW, MAP_PRIVATE);
	vaddr_t to = va - (64 << 20) + 3 * PAGE_SIZE;
	struct page *page;
	uint32_t value;

	for (uint32_t i = 0; i < 4; i++)
		assert_true(store(u, va + i * PAGE_SIZE, 100 + i));
	page = page_at(u, va + PAGE_SIZE);
	assert_int_equal(do_mremap(u->curr, va, 4 * PAGE_SIZE, 6 * PAGE_SIZE,
				   MREMAP_MAYMOVE | MREMAP_FIXED, to),
			 to);
	assert_false(load(u, va, &value));
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(peek32(u, to + i * PAGE_SIZE), 100 + i);
	assert_ptr_equal(page_at(u, to + PAGE_SIZE), page);
	assert_int_equal(peek32(u, to + 5 * PAGE_SIZE), 0);
	verify_ok(u);
}

static void test_access_remote(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, 4 * PAGE_SIZE, PROT_READ, MAP_PRIVATE);
	char buf[32] = "across a page border", got[32] = "";

	/* A debugger may write to what the program can't. */
	enter_mm(u, NULL);
	assert_int_equal(access_remote_vm(u->curr, u->mm, va + PAGE_SIZE - 5,
					  buf, sizeof(buf),
					  FOLL_WRITE | FOLL_FORCE),
			 sizeof(buf));
	/* and others can't, either */
	assert_int_equal(
		access_remote_vm(u->curr, u->mm, va, buf, 1, FOLL_WRITE), 0);
	assert_int_equal(access_remote_vm(u->curr, u->mm, va + PAGE_SIZE - 5,
					  got, sizeof(got), 0),
			 sizeof(got));
	assert_string_equal(got, "across a page border");
	assert_int_equal(access_remote_vm(u->curr, u->mm,
					  va + 4 * PAGE_SIZE - 8, got,
					  sizeof(got), 0),
			 8);
	enter_mm(u, u->mm);
	assert_false(store(u, va, 1));
	verify_ok(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_anonymous_read_then_write),
		TEST(test_file_read_maps_around),
		TEST(test_file_cow),
		TEST(test_file_shared),
		TEST(test_file_swap_backed),
		TEST(test_young),
		TEST(test_past_the_file),
		TEST(test_truncate_under_mapping),
		TEST(test_rights),
		TEST(test_unmapped_is_gone),
		TEST(test_stack_grows),
		TEST(test_stack_guard_gap),
		TEST(test_populate),
		TEST(test_mremap_moves_pages),
		TEST(test_access_remote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
