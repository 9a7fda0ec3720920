/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index over thousands of VMAs against the list: as they come, go and
 * change, find_vma() is asked about random addresses, with and without a valid
 * index.
 */
#include "tests/unit/kernel/helper_user_mm.h"

enum {
	PAGES = 3000,
	STEPS = 3000,
	QUESTIONS = 10,
};

#define BASE    0x10000000u
#define PROT_RW (PROT_READ | PROT_WRITE)

static uint32_t next(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((*seed >> 33) * below >> 31);
}

static struct vm_area_struct *by_list(const struct mm_struct *mm, vaddr_t vaddr)
{
	struct vm_area_struct *vma = mm->mmap;

	while (vma && vma->vm_end <= vaddr)
		vma = vma->vm_next;
	return vma;
}

static void ask(struct user_mm *u, uint64_t *seed)
{
	for (int i = 0; i < QUESTIONS; i++) {
		vaddr_t vaddr = BASE - 2 * PAGE_SIZE +
				next(seed, (PAGES + 4) * PAGE_SIZE);

		assert_ptr_equal(find_vma(u->mm, vaddr), by_list(u->mm, vaddr));
	}
	assert_ptr_equal(find_vma(u->mm, 0), u->mm->mmap);
	assert_ptr_equal(find_vma(u->mm, 0xbf000000), NULL);
}

static void change(struct user_mm *u, uint64_t *seed)
{
	vaddr_t vaddr = BASE + next(seed, PAGES) * PAGE_SIZE;
	uint32_t len = (1 + next(seed, 3)) * PAGE_SIZE;

	switch (next(seed, 3)) {
	case 0:
		assert_int_equal(unmap(u, vaddr, len), 0);
		break;
	case 1:
		map(u, vaddr, len, next(seed, 2) ? PROT_RW : PROT_READ,
		    MAP_PRIVATE | MAP_FIXED);
		break;
	default:
		do_mprotect(u->curr, vaddr, len, PROT_RW);
	}
}

static void test_index(void **state)
{
	struct user_mm *u = user_mm_create(NULL);
	uint64_t seed = 7;
	uint32_t nr_valid = 0;

	(void)state;
	for (uint32_t i = 0; i < PAGES; i++)
		map(u, BASE + i * PAGE_SIZE, PAGE_SIZE,
		    i & 1 ? PROT_READ : PROT_RW, MAP_PRIVATE | MAP_FIXED);
	for (int step = 0; step < STEPS; step++) {
		change(u, &seed);
		nr_valid += u->mm->vma_index_valid;
		ask(u, &seed);
		vma_index_build(u->curr, u->mm);
		assert_true(u->mm->vma_index_valid);
		ask(u, &seed);
	}
	/* some changed nothing */
	assert_in_range(nr_valid, 1, STEPS / 2);
	verify_ok(u);
	unmap(u, BASE, PAGES * PAGE_SIZE);
	user_mm_destroy(u);
}

/* Faults find that it is worth it, and a few VMAs never do. */
static void test_wanted(void **state)
{
	struct user_mm *u = user_mm_create(NULL);

	(void)state;
	for (uint32_t i = 0; i < 600; i++)
		map(u, BASE + i * PAGE_SIZE, PAGE_SIZE,
		    i & 1 ? PROT_READ : PROT_RW, MAP_PRIVATE | MAP_FIXED);
	for (uint32_t i = 0; i < 200; i++)
		peek32(u, BASE + i * PAGE_SIZE);
	assert_false(u->mm->vma_index_valid);
	for (uint32_t i = 200; i < 400; i++)
		peek32(u, BASE + i * PAGE_SIZE);
	assert_true(u->mm->vma_index_valid);
	verify_ok(u);
	assert_int_equal(unmap(u, BASE, 300 * PAGE_SIZE), 0);
	for (uint32_t i = 300; i < 600; i++)
		peek32(u, BASE + i * PAGE_SIZE);
	assert_false(u->mm->vma_index_valid);
	unmap(u, BASE, 600 * PAGE_SIZE);
	user_mm_destroy(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
