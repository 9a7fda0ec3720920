/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * MADV_FREE, MADV_COLD, MADV_PAGEOUT: what they do to entries and LRU lists,
 * and what reclaim takes of what was given up.
 */

#include "tests/unit/kernel/helper_user_mm.h"

#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/swap.h"

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

static uint32_t reclaim(struct user_mm *u)
{
	struct zonelist *zonelist =
		&u->k->mem.node_data[0].node_zonelists[ZONELIST_FALLBACK];

	lru_add_drain(u->curr);
	return try_to_free_pages(u->curr, zonelist, 0, GFP_HIGHUSER, 0);
}

static void test_free_keeps_the_bytes(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	int64_t inactive_file, inactive_anon;

	assert_true(store(u, va, 7));
	inactive_file = global_page_state(u->k, NR_INACTIVE_FILE);
	inactive_anon = global_page_state(u->k, NR_INACTIVE_ANON);
	assert_int_equal(
		do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_FREE), 0);
	assert_int_equal(pte_word(u, va) & (L_PTE_YOUNG | L_PTE_DIRTY), 0);
	assert_int_equal(hw_word(u, va), 0); /* old: no access */
	assert_int_equal(global_page_state(u->k, NR_INACTIVE_FILE),
			 inactive_file); /* waits for others */
	lru_add_drain(u->curr);
	assert_int_equal(global_page_state(u->k, NR_INACTIVE_FILE),
			 inactive_file + 1);
	assert_int_equal(global_page_state(u->k, NR_INACTIVE_ANON),
			 inactive_anon - 1);
	assert_int_equal(peek32(u, va), 7);
	assert_int_equal(u->k->faults.mkyoung, 1);
	assert_true(store(u, va, 8));
	assert_int_equal(u->k->faults.mkdirty, 1);
	verify_ok(u);
}

static void test_reclaim_takes_what_is_clean(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, 4 * PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *kept;

	for (uint32_t i = 0; i < 4; i++)
		assert_true(store(u, va + i * PAGE_SIZE, i + 1));
	do_madvise(u->curr, u->curr->mm, va, 3 * PAGE_SIZE, MADV_FREE);
	assert_true(store(u, va + PAGE_SIZE, 20)); /* changed its mind */
	kept = page_at(u, va + PAGE_SIZE);
	assert_int_equal(reclaim(u), 2);
	verify_ok(u);
	assert_int_equal(pte_word(u, va), 0);
	assert_int_equal(peek32(u, va), 0);
	assert_int_equal(peek32(u, va + PAGE_SIZE), 20);
	assert_int_equal(peek32(u, va + 2 * PAGE_SIZE), 0);
	assert_int_equal(peek32(u, va + 3 * PAGE_SIZE), 4);
	assert_ptr_equal(page_at(u, va + PAGE_SIZE), kept);
	/* In use, then active, and old again: now it is seen to be changed. */
	for (int i = 0; i < 4; i++)
		reclaim(u);
	assert_true(PageSwapBacked(kept) && PageActive(kept));
}

/* The child's clean entry and the parent's dirty one are of the same page. */
static void test_other_processes_decide_too(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct mm_struct *child;

	assert_true(store(u, va, 1));
	child = fork_mm(u);
	enter_mm(u, child);
	do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_FREE);
	assert_int_equal(reclaim(u), 0);
	assert_int_equal(peek32(u, va), 1);
	enter_mm(u, u->mm);
	assert_int_equal(peek32(u, va), 1);
	/* both give it up */
	enter_mm(u, child);
	do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_FREE);
	enter_mm(u, u->mm);
	do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_FREE);
	assert_int_equal(reclaim(u), 1);
	assert_int_equal(peek32(u, va), 0);
	enter_mm(u, child);
	assert_int_equal(peek32(u, va), 0);
	verify_ok(u);
	enter_mm(u, u->mm);
	end_mm(u, child);
}

static void test_locked_since(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);

	assert_true(store(u, va, 1));
	do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_FREE);
	find_vma(u->mm, va)->vm_flags |= VM_LOCKED;
	assert_int_equal(reclaim(u), 0);
	assert_int_equal(do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE,
				    MADV_FREE),
			 -EINVAL);
	assert_int_equal(do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE,
				    MADV_COLD),
			 -EINVAL);
	find_vma(u->mm, va)->vm_flags &= ~VM_LOCKED;
	assert_int_equal(peek32(u, va), 1);
}

/* Someone reads it through /proc/PID/mem just now. */
static void test_in_use(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *page;

	assert_true(store(u, va, 1));
	page = page_at(u, va);
	do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_FREE);
	get_page(page);
	assert_int_equal(reclaim(u), 0);
	put_page(u->curr, page);
	/* By then it is like others again; advice may be given once more. */
	assert_true(PageSwapBacked(page) && PageActive(page));
	assert_int_equal(reclaim(u), 0);
	do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_FREE);
	assert_int_equal(reclaim(u), 1);
}

static void test_cold(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct page *page;

	assert_true(store(u, va, 1));
	page = page_at(u, va);
	activate_page(u->k, page);
	do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_COLD);
	assert_false(PageActive(page));
	assert_int_equal(pte_word(u, va) & (L_PTE_YOUNG | L_PTE_DIRTY),
			 L_PTE_DIRTY);
	assert_int_equal(peek32(u, va), 1);
	assert_int_equal(u->k->faults.mkyoung, 1);
	verify_ok(u);
}

static void test_pageout_unmaps_files_alone(void **state)
{
	struct user_mm *u = *state;
	vaddr_t anon = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	vaddr_t file = map_file(u, 0, 2 * PAGE_SIZE, RW, MAP_PRIVATE, 3);
	struct page *page;

	assert_true(store(u, anon, 1));
	peek32(u, file);
	page = page_at(u, file);
	assert_true(store(u, file + PAGE_SIZE, 9)); /* a copy of its own */
	do_madvise(u->curr, u->curr->mm, anon, PAGE_SIZE, MADV_PAGEOUT);
	do_madvise(u->curr, u->curr->mm, file, 2 * PAGE_SIZE, MADV_PAGEOUT);
	assert_true(pte_word(u, anon) && !hw_word(u, anon));
	assert_int_equal(pte_word(u, file), 0);
	assert_false(page_mapped(page));
	assert_int_equal(peek32(u, anon), 1);
	assert_int_equal(peek32(u, file + PAGE_SIZE), 9);
	peek32(u, file);
	assert_ptr_equal(page_at(u, file), page); /* still in the cache */
	verify_ok(u);
}

/* One program's advice doesn't touch what others use. */
static void test_cold_leaves_shared_pages(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct mm_struct *child;

	assert_true(store(u, va, 1));
	child = fork_mm(u);
	do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_COLD);
	do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_PAGEOUT);
	assert_true(pte_word(u, va) & L_PTE_YOUNG);
	end_mm(u, child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_free_keeps_the_bytes),
		TEST(test_reclaim_takes_what_is_clean),
		TEST(test_other_processes_decide_too),
		TEST(test_locked_since),
		TEST(test_in_use),
		TEST(test_cold),
		TEST(test_pageout_unmaps_files_alone),
		TEST(test_cold_leaves_shared_pages),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
