/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Huge entries in the words of the manual, references that survive a split,
 * and whether the verifier sees a huge entry that is wrong.
 */

#include "tests/unit/kernel/helper_user_mm.h"

#include <string.h>

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/swap.h"
#include "mmu/armv7.h"

#define RW (PROT_READ | PROT_WRITE)

/* 2 MB at a multiple of 2 MB, and its first word written. */
static vaddr_t map_huge(struct user_mm *u)
{
	vaddr_t va = map(u, 0, 2 * PMD_SIZE, RW, MAP_PRIVATE);

	va = (va + PMD_SIZE - 1) & PMD_MASK;
	assert_true(store(u, va, 1));
	assert_true(pmd_trans_huge(*pmd_off(u->curr->mm, va)));
	return va;
}

static int setup(void **state)
{
	struct user_mm *u = user_mm_create(NULL);

	u->k->thp.configured = true;
	u->k->thp.orders_always = THP_ORDER_PMD;
	*state = u;
	return 0;
}

static int teardown(void **state)
{
	user_mm_destroy(*state);
	return 0;
}

/* B3.5.1: PA[31:20], nG, S, AP[2:0], TEX, domain, XN, C, B, 1, PXN. */
static void test_section_words(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_huge(u);
	pmd_t *pmd = pmd_off(u->mm, va);
	uint32_t word = pmd->pmd[0], pa = word & 0xfff00000;

	assert_int_equal(word & 2, 2);
	assert_int_equal(word & 1u << 18, 0);
	assert_int_equal(pmd->pmd[1], word + 0x100000);
	assert_int_equal(pa & 0x1fffff, 0);
	assert_int_equal(l1_ap(word), AP_RW_RW);
	assert_int_equal(word & 1u << 17, 1u << 17); /* nG */
	assert_int_equal(word & 1u << 4, 1u << 4); /* XN */
	assert_int_equal(l1_domain(word), l1_domain(u->k->arch.user_pmd));

	/* Read-only, then for nobody: a fault to the hardware, not to us. */
	assert_int_equal(do_mprotect(u->curr, va, PMD_SIZE, PROT_READ), 0);
	assert_int_equal(l1_ap(pmd->pmd[0]), AP_RO_RO);
	assert_int_equal(do_mprotect(u->curr, va, PMD_SIZE, PROT_NONE), 0);
	assert_int_equal(pmd->pmd[0] & 3, 0);
	assert_int_equal(pmd->pmd[1] & 3, 0);
	assert_true(pmd_trans_huge(*pmd));
	assert_int_equal(do_mprotect(u->curr, va, PMD_SIZE, RW), 0);
	assert_int_equal(pmd->pmd[0], word);
	assert_int_equal(peek32(u, va), 1);
	verify_ok(u);
}

/* Every Linux word comes back from its pair. */
static void test_words_round_trip(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_huge(u);
	pmd_t *pmd = pmd_off(u->mm, va);
	const pte_t pte = pmd_pte(*pmd);
	static const uint32_t flags[] = {L_PTE_YOUNG, L_PTE_DIRTY, L_PTE_RDONLY,
					 L_PTE_XN, L_PTE_NONE};

	for (uint32_t set = 0; set < 1u << 5; set++) {
		uint32_t word = pte_val(pte);

		for (int i = 0; i < 5; i++)
			word = set >> i & 1 ? word | flags[i]
					    : word & ~flags[i];
		set_pmd_at(u->mm, va, pmd, __pte(word));
		assert_int_equal(pte_val(pmd_pte(*pmd)), word);
		assert_true(pmd_hw_fits(u->k, pmd));
		assert_true(pmd_trans_huge(*pmd));
	}
	set_pmd_at(u->mm, va, pmd, pte);
	flush_tlb_pmd(u->curr, u->mm, va);
}

static void test_references(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_huge(u);
	struct page *head, *fifth;

	assert_int_equal(get_user_page(u->curr, va, true, &head), 0);
	assert_int_equal(
		get_user_page(u->curr, va + 5 * PAGE_SIZE, true, &fifth), 0);
	assert_ptr_equal(fifth, head + 5);
	assert_int_equal(page_count(fifth), 3); /* entry, head, fifth */
	assert_int_equal(thp_nr_pages(head), 512);
	assert_int_equal(split_huge_page(u->curr, fifth), 0);
	assert_int_equal(page_count(head), 2);
	assert_int_equal(page_count(fifth), 2);
	assert_int_equal(page_count(head + 6), 1);
	assert_int_equal(page_mapcount(head + 511), 1);
	assert_true(PageLRU(head + 511) && PageAnonExclusive(head + 511));
	assert_ptr_equal(page_at(u, va + 5 * PAGE_SIZE), fifth);
	put_page(u->curr, head);
	put_page(u->curr, fifth);
	assert_int_equal(peek32(u, va), 1);
	verify_ok(u);
}

/* What a child's write splits is split for the parent, too. */
static void test_fork(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_huge(u);
	struct mm_struct *child = fork_mm(u);

	assert_non_null(child);
	assert_true(pmd_trans_huge(*pmd_off(child, va)));
	verify_ok(u);
	enter_mm(u, child);
	assert_int_equal(peek32(u, va), 1);
	assert_true(store(u, va, 2));
	assert_true(pmd_table(*pmd_off(child, va)));
	assert_true(pmd_table(*pmd_off(u->mm, va)));
	assert_int_equal(peek32(u, va), 2);
	enter_mm(u, u->mm);
	assert_int_equal(peek32(u, va), 1);
	verify_ok(u);
	end_mm(u, child);
	verify_ok(u);
}

/* Each thing that must hold, broken once. */
static void test_verifier_sees_it(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_huge(u);
	pmd_t *pmd = pmd_off(u->mm, va);
	struct page *page = pte_page(u->k, pmd_pte(*pmd)), *table;
	uint32_t *bytes;

	verify_ok(u);
	pmd->pmd[1] ^= 0x100000; /* both words map the same MB */
	assert_true(kernel_verify(u->k));
	pmd->pmd[1] ^= 0x100000;
	table = u->mm->pmd_huge_pte;
	u->mm->pmd_huge_pte = NULL;
	assert_true(kernel_verify(u->k));
	u->mm->pmd_huge_pte = table;
	bytes = page_bytes(u->k, table);
	bytes[77] = 1;
	assert_true(kernel_verify(u->k));
	bytes[77] = 0;
	page->_mapcount++;
	assert_true(kernel_verify(u->k));
	page->_mapcount--;
	mod_page_state(u->k, page, NR_ANON_TRANSPARENT_HUGEPAGES, 1);
	assert_true(kernel_verify(u->k));
	mod_page_state(u->k, page, NR_ANON_TRANSPARENT_HUGEPAGES, -1);
	/* less than the TLB has from the last store */
	set_pmd_at(u->mm, va, pmd, pte_wrprotect(pmd_pte(*pmd)));
	assert_true(kernel_verify(u->k));
	set_pmd_at(u->mm, va, pmd, pte_mkwrite(pmd_pte(*pmd)));
	verify_ok(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_section_words, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_words_round_trip, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_references, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_fork, setup, teardown),
		cmocka_unit_test_setup_teardown(test_verifier_sees_it, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
