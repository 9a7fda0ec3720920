/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * fork: what is shared, what is copied on write, whose page is reused; and
 * that all frames come back, also when memory runs out half-way.
 */

#include "tests/unit/kernel/helper_user_mm.h"

#include <string.h>

#include "kernel/mm/kobj.h"
#include "kernel/mm/rmap.h"

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

static void test_cow_both_ways(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, 2 * PAGE_SIZE, RW, MAP_PRIVATE);
	struct mm_struct *child;
	struct page *page;
	uint64_t before;

	assert_true(store(u, va, 1) && store(u, va + PAGE_SIZE, 2));
	page = page_at(u, va);
	before = (uint64_t)global_page_state(u->k, NR_ANON_PAGES);
	child = fork_mm(u);
	assert_int_equal(global_page_state(u->k, NR_ANON_PAGES), before);
	assert_int_equal(page_mapcount(page), 2);
	assert_int_equal(page_count(page), 2);
	assert_false(PageAnonExclusive(page));
	assert_true(pte_word(u, va) & L_PTE_RDONLY);
	assert_int_equal(get_mm_counter(child, MM_ANONPAGES), 2);
	verify_ok(u);

	/* The parent writes: it gets the copy. */
	assert_true(store(u, va, 11));
	assert_ptr_not_equal(page_at(u, va), page);
	assert_int_equal(u->k->faults.cow_copy, 1);
	assert_int_equal(page_mapcount(page), 1);
	/* The child writes to the other one first. */
	enter_mm(u, child);
	assert_int_equal(peek32(u, va), 1);
	assert_int_equal(u->k->faults.mkyoung, 1); /* a copied entry is old */
	assert_true(store(u, va + PAGE_SIZE, 22));
	assert_int_equal(u->k->faults.cow_copy, 2);
	/* It is alone with the old page by now: no copy. */
	assert_true(store(u, va, 12));
	assert_int_equal(u->k->faults.cow_copy, 2);
	assert_int_equal(u->k->faults.cow_reuse, 1);
	assert_ptr_equal(page_at(u, va), page);
	assert_true(PageAnonExclusive(page));

	enter_mm(u, u->mm);
	assert_int_equal(peek32(u, va), 11);
	assert_int_equal(peek32(u, va + PAGE_SIZE), 2);
	enter_mm(u, child);
	assert_int_equal(peek32(u, va), 12);
	assert_int_equal(peek32(u, va + PAGE_SIZE), 22);
	enter_mm(u, u->mm);
	/* A copy that leaves the old page in the TLB would fault once more. */
	assert_int_equal(u->k->faults.spurious, 0);
	verify_ok(u);
	end_mm(u, child);
	verify_ok(u);
}

/* Someone else's reference (a pipe, a debugger) forbids reuse. */
static void test_no_reuse_with_references(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct mm_struct *child;
	struct page *page;

	assert_true(store(u, va, 1));
	page = page_at(u, va);
	child = fork_mm(u);
	get_page(page);
	end_mm(u, child);
	assert_true(store(u, va, 2));
	assert_ptr_not_equal(page_at(u, va), page);
	assert_int_equal(*(uint32_t *)page_bytes(u->k, page), 1);
	put_page(u->curr, page);
	verify_ok(u);
}

static void test_shared_stays_shared(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_file(u, 0, PAGE_SIZE, RW, MAP_SHARED, 3);
	struct mm_struct *child;

	assert_true(store(u, va, 1));
	child = fork_mm(u);
	enter_mm(u, child);
	assert_int_equal(pte_word(u, va), 0); /* a fault brings it back */
	assert_int_equal(peek32(u, va), 1);
	assert_true(store(u, va, 2));
	enter_mm(u, u->mm);
	assert_int_equal(peek32(u, va), 2);
	verify_ok(u);
	end_mm(u, child);
}

static void test_zero_page_is_not_copied(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct mm_struct *child;

	assert_int_equal(peek32(u, va), 0);
	child = fork_mm(u);
	enter_mm(u, child);
	assert_true(store(u, va, 5));
	assert_int_equal(u->k->faults.anon_new, 1);
	assert_int_equal(u->k->faults.cow_copy, 0);
	enter_mm(u, u->mm);
	assert_int_equal(peek32(u, va), 0);
	verify_ok(u);
	end_mm(u, child);
}

static void test_wipe_and_dont_fork(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, 3 * PAGE_SIZE, RW, MAP_PRIVATE);
	struct mm_struct *child;
	uint32_t value;

	for (uint32_t i = 0; i < 3; i++)
		assert_true(store(u, va + i * PAGE_SIZE, 7));
	do_madvise(u->curr, u->curr->mm, va, PAGE_SIZE, MADV_WIPEONFORK);
	do_madvise(u->curr, u->curr->mm, va + PAGE_SIZE, PAGE_SIZE,
		   MADV_DONTFORK);
	child = fork_mm(u);
	assert_int_equal(child->total_vm, 2);
	enter_mm(u, child);
	assert_int_equal(peek32(u, va), 0);
	assert_false(load(u, va + PAGE_SIZE, &value));
	assert_int_equal(peek32(u, va + 2 * PAGE_SIZE), 7);
	verify_ok(u);
	enter_mm(u, u->mm);
	end_mm(u, child);
}

/* fork, die, fork from the child…: anon_vmas must not pile up. */
static void test_anon_vma_reuse(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct anon_vma_chain *avc;
	uint32_t chain = 0;

	assert_true(store(u, va, 1));
	for (uint32_t i = 0; i < 100; i++) {
		struct mm_struct *child = fork_mm(u), *parent = u->mm;

		enter_mm(u, child);
		assert_true(store(u, va, i));
		end_mm(u, parent);
		u->mm = child;
	}
	list_for_each_entry(avc, &find_vma(u->mm, va)->anon_vma_chain, same_vma)
		chain++;
	assert_true(chain <= 4);
	verify_ok(u);
}

static void test_thousand_forks_leak_nothing(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, 64 * PAGE_SIZE, RW, MAP_PRIVATE);
	uint64_t before = 0;

	for (uint32_t i = 0; i < 64; i++)
		assert_true(store(u, va + i * PAGE_SIZE, i));
	for (uint32_t n = 0; n < 1000; n++) {
		struct mm_struct *child = fork_mm(u);

		enter_mm(u, child);
		for (uint32_t i = 0; i < 64; i += 7)
			assert_true(store(u, va + i * PAGE_SIZE, n));
		enter_mm(u, u->mm);
		end_mm(u, child);
		if (n == 1) /* slabs have what they want */
			before = free_frames(u);
	}
	assert_int_equal(free_frames(u), before);
}

/* The n-th page allocation fails, for n = 1, 2, …, until none is needed. */
static void test_fork_fails_cleanly(void **state)
{
	struct user_mm *u = *state;
	uint64_t before;
	uint32_t n;

	for (uint32_t i = 0; i < 3; i++) {
		vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);

		assert_true(store(u, va, 1));
		/* a table of its own for each */
		map(u, va - 8 * PMD_SIZE, PAGE_SIZE, PROT_READ,
		    MAP_PRIVATE | MAP_FIXED);
		u->mm->mmap_base = va - 8 * PMD_SIZE;
	}
	end_mm(u, fork_mm(u));
	before = free_frames(u);
	for (n = 1; n < 50; n++) {
		struct mm_struct *child = mm_alloc(u->curr);
		int error;

		fault_attr_arm(&u->k->inject.fail_page_alloc.attr, n, 1);
		error = dup_mmap(u->curr, child, u->mm);
		fault_attr_arm(&u->k->inject.fail_page_alloc.attr, 0, 1);
		mmput(u->curr, child);
		verify_ok(u);
		assert_int_equal(free_frames(u), before);
		if (!error)
			break;
		assert_int_equal(error, -ENOMEM);
	}
	assert_in_range(n, 2, 49);
}

static void test_fault_out_of_memory(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE);
	struct vm_area_struct *vma = find_vma(u->mm, va);

	fault_attr_arm(&u->k->inject.fail_page_alloc.attr, 1, -1);
	down_read(u->curr, &u->mm->mmap_lock);
	assert_int_equal(handle_mm_fault(u->curr, vma, va, FAULT_FLAG_WRITE),
			 VM_FAULT_OOM);
	up_read(u->curr, &u->mm->mmap_lock);
	fault_attr_arm(&u->k->inject.fail_page_alloc.attr, 0, 1);
	verify_ok(u);
	assert_true(store(u, va, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_cow_both_ways),
		TEST(test_no_reuse_with_references),
		TEST(test_shared_stays_shared),
		TEST(test_zero_page_is_not_copied),
		TEST(test_wipe_and_dont_fork),
		TEST(test_anon_vma_reuse),
		TEST(test_thousand_forks_leak_nothing),
		TEST(test_fork_fails_cleanly),
		TEST(test_fault_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
