/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk (rows A1 and A2): each kind of descriptor from literal words, the
 * choice between TTBR0 and TTBR1, flat translation, and the order in which
 * walks fail. Words are written out bit by bit from the manual's drawings
 * (ARM ARM B3.5.1), not built by mmu/armv7.h.
 */
#include "tests/unit/mmu/helper_board.h"

static struct board *board;

static int setup_a9(void **state)
{
	struct mmu_config config = plain_config("cortex-a9");

	(void)state;
	board = board_create(&config);
	return 0;
}

static int setup_a8(void **state)
{
	struct mmu_config config = plain_config("cortex-a8");

	(void)state;
	board = board_create(&config);
	return 0;
}

static int setup_a15(void **state)
{
	struct mmu_config config = plain_config("cortex-a15");

	(void)state;
	board = board_create(&config);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	board_destroy(board);
	return 0;
}

static void expect_fault(const struct mmu_result *result,
			 enum mmu_fault_type type, int level, int domain)
{
	assert_int_equal(result->fault.type, type);
	assert_int_equal(result->fault.level, level);
	assert_int_equal(result->fault.domain, domain);
}

static void expect_mapping(const struct mmu_result *result, paddr_t paddr,
			   uint32_t size)
{
	assert_int_equal(result->fault.type, MMU_FAULT_NONE);
	assert_int_equal(result->paddr, paddr);
	assert_int_equal(result->size_bytes, size);
}

/* ---- leaves ------------------------------------------------------------- */

static void section(void **state)
{
	(void)state;
	/* PA 0x123, AP 011, TEX 001 C B, S, nG, domain 5 */
	set_l1(board, 0x80000000, 0x12331cae);
	struct mmu_result result = read_at(board, 0x800abcde);

	expect_mapping(&result, 0x123abcde, 0x100000);
	assert_int_equal(result.rights, 7);
	assert_int_equal(result.attr.type, MMU_NORMAL);
	assert_int_equal(result.attr.inner, MMU_WBWA);
	assert_int_equal(result.attr.outer, MMU_WBWA);
	assert_true(result.attr.shareable);
	assert_int_equal(result.source, MMU_WALKED);
	assert_int_equal(mmu_stats(board->mmu)->fills_section, 1);
	assert_int_equal(mmu_stats(board->mmu)->l2_reads, 0);

	struct mmu_tlb_view view;
	mmu_tlb_view(board->mmu, 0, 0, &view);
	assert_true(view.valid);
	assert_int_equal(view.va, 0x80000000);
	assert_int_equal(view.domain, 5);
	assert_int_equal(view.ap, 3);
	assert_false(view.global);
}

static void supersection_has_domain_0(void **state)
{
	(void)state;
	/* PA 0x45, bits 23:20 and 8:5 set: extension bits, not a domain */
	for (int i = 0; i < 16; i++)
		set_l1(board, 0x81000000 + i * 0x100000, 0x45f40de2);
	cp15(board, CP15_DACR, 0x00000001);
	struct mmu_result result = read_at(board, 0x81abcdef);

	/* The Cortex-A9 has no PA[39:32] */
	expect_mapping(&result, 0x45abcdef, 0x1000000);
	assert_int_equal(mmu_stats(board->mmu)->fills_supersection, 1);
}

static void supersection_of_40_bits(void **state)
{
	(void)state;
	set_l1(board, 0x81a00000, 0x45940cc2);
	struct mmu_result result = read_at(board, 0x81abcdef);

	expect_mapping(&result, 0x6945abcdef, 0x1000000);
}

static void small_page(void **state)
{
	(void)state;
	set_l1(board, 0x00100000, PAGES | 0x061); /* domain 3 */
	/* PA 0x9abcd, nG, S, AP 001, TEX 000 C B, XN */
	set_l2(board, 0, 0x00145000, 0x9abcdc1f);
	struct mmu_result result = write_at(board, 0x00145678);

	expect_mapping(&result, 0x9abcd678, 0x1000);
	assert_int_equal(result.rights, MMU_MAY_READ | MMU_MAY_WRITE);
	assert_int_equal(result.attr.inner, MMU_WB);
	assert_true(result.attr.shareable);
	assert_int_equal(mmu_stats(board->mmu)->fills_small, 1);
	assert_int_equal(mmu_stats(board->mmu)->l1_reads, 1);
	assert_int_equal(mmu_stats(board->mmu)->l2_reads, 1);
}

static void large_page(void **state)
{
	(void)state;
	set_l1(board, 0x00100000, PAGES | 0x001);
	/* PA 0x7654, XN in bit 15, TEX 100 (outer NC), AP 110, inner WT */
	for (int i = 0; i < 16; i++)
		set_l2(board, 0, 0x00130000 + i * 0x1000, 0x7654c229);
	struct mmu_result result = read_at(board, 0x0013fedc);

	expect_mapping(&result, 0x7654fedc, 0x10000);
	assert_int_equal(result.rights, MMU_MAY_READ);
	assert_int_equal(result.attr.inner, MMU_WT);
	assert_int_equal(result.attr.outer, MMU_NC);
	assert_int_equal(mmu_stats(board->mmu)->fills_large, 1);
}

/* Type 0b11 at level 1, and bit 2 of a page table: PXN where there is PXN. */
static void reserved_without_pxn(void **state)
{
	(void)state;
	set_l1(board, 0x80000000, 0x12300c03);
	struct mmu_result result = read_at(board, 0x80000000);

	expect_fault(&result, MMU_FAULT_TRANSLATION, 1, 0);

	set_l1(board, 0x00100000, PAGES | 5);
	set_l2(board, 0, 0x00100000, 0x60000032);
	result = fetch_at(board, 0x00100000);
	expect_mapping(&result, 0x60000000, 0x1000);
}

static void pxn(void **state)
{
	(void)state;
	set_l1(board, 0x80000000, 0x12300c03);
	struct mmu_result result = fetch_at(board, 0x80000000);

	expect_fault(&result, MMU_FAULT_PERMISSION, 1, 0);
	result = access_of(board, 0x80000000, MMU_FETCH, MMU_PL0);
	expect_mapping(&result, 0x12300000, 0x100000);

	set_l1(board, 0x00100000, PAGES | 5);
	set_l2(board, 0, 0x00100000, 0x60000032);
	result = fetch_at(board, 0x00100000);
	expect_fault(&result, MMU_FAULT_PERMISSION, 2, 0);
	result = access_of(board, 0x00100000, MMU_FETCH, MMU_PL0);
	expect_mapping(&result, 0x60000000, 0x1000);
}

/* ---- faults of the walk ------------------------------------------------- */

static void translation_faults(void **state)
{
	(void)state;
	struct mmu_result result = read_at(board, 0x40000000);

	expect_fault(&result, MMU_FAULT_TRANSLATION, 1, 0);
	set_l1(board, 0x40000000, PAGES | 0x1e1); /* domain 15, empty table */
	result = read_at(board, 0x40000000);
	expect_fault(&result, MMU_FAULT_TRANSLATION, 2, 15);
	/* Neither was cached. */
	set_l2(board, 0, 0x40000000, 0x60000032);
	result = read_at(board, 0x40000000);
	expect_mapping(&result, 0x60000000, 0x1000);
}

static void walk_into_nothing(void **state)
{
	(void)state;
	set_l1(board, 0x40000000, 0xdead0000 | 0x041); /* domain 2 */
	struct mmu_result result = read_at(board, 0x40000000);

	expect_fault(&result, MMU_FAULT_EXTERNAL_WALK, 2, 2);
	cp15(board, CP15_TTBR0, 0x10000000);
	result = read_at(board, 0x40000000);
	expect_fault(&result, MMU_FAULT_EXTERNAL_WALK, 1, 0);
}

/* ---- TTBR0, TTBR1, TTBCR ------------------------------------------------ */

/* The split by N: the first address above goes to TTBR1. */
static void ttbcr_n(void **state)
{
	(void)state;
	for (uint32_t n = 1; n < 8; n++) {
		vaddr_t split = 1u << (32 - n);
		/* Bits below 14 - n are not part of TTBR0's base. */
		uint32_t base = TABLE0 + (0x4000u >> n);

		cp15(board, CP15_TTBCR, n);
		cp15(board, CP15_TTBR0, base | 0x4a);
		board_write(board, base + ((split - 0x100000) >> 18),
			    0x11100c02);
		board_write(board, TABLE1 + (split >> 18), 0x22200c02);
		cp15(board, CP15_TLBIALL, 0);

		struct mmu_result low = read_at(board, split - 4);
		struct mmu_result high = read_at(board, split + 4);

		expect_mapping(&low, 0x111ffffc, 0x100000);
		expect_mapping(&high, 0x22200004, 0x100000);
	}
}

static void n_0_uses_ttbr0_alone(void **state)
{
	(void)state;
	set_l1(board, 0xfff00000, 0x11100c02);
	cp15(board, CP15_TTBCR, TTBCR_PD1);
	struct mmu_result result = read_at(board, 0xffffffff);

	expect_mapping(&result, 0x111fffff, 0x100000);
}

static void pd0_and_pd1(void **state)
{
	(void)state;
	set_l1(board, 0x00000000, 0x11100c02);
	board_write(board, TABLE1 + (0x80000000u >> 18), 0x22200c02);

	cp15(board, CP15_TTBCR, 1 | TTBCR_PD0);
	struct mmu_result low = read_at(board, 0);
	struct mmu_result high = read_at(board, 0x80000000);

	expect_fault(&low, MMU_FAULT_TRANSLATION, 1, 0);
	expect_mapping(&high, 0x22200000, 0x100000);
	assert_int_equal(mmu_stats(board->mmu)->l1_reads, 1);

	cp15(board, CP15_TLBIALL, 0);
	cp15(board, CP15_TTBCR, 1 | TTBCR_PD1);
	low = read_at(board, 0);
	high = read_at(board, 0x80000000);
	expect_mapping(&low, 0x11100000, 0x100000);
	expect_fault(&high, MMU_FAULT_TRANSLATION, 1, 0);
}

/* Linux's TTBR flags: 0x6a for SMP, 0x59 for UP. */
static void walk_attributes(void **state)
{
	(void)state;
	cp15(board, CP15_TTBR0, TABLE0 | 0x6a);
	read_at(board, 0);
	assert_int_equal(board->last_attr.type, MMU_NORMAL);
	assert_int_equal(board->last_attr.inner, MMU_WBWA);
	assert_int_equal(board->last_attr.outer, MMU_WBWA);
	assert_true(board->last_attr.shareable);
	assert_false(board->last_attr.outer_shareable);

	cp15(board, CP15_TTBR0, TABLE0 | 0x59);
	read_at(board, 0);
	assert_int_equal(board->last_attr.inner, MMU_WB);
	assert_int_equal(board->last_attr.outer, MMU_WB);
	assert_false(board->last_attr.shareable);
}

/* The Cortex-A8 has one bit of inner cacheability and no NOS. */
static void walk_attributes_without_mp(void **state)
{
	(void)state;
	cp15(board, CP15_TTBR0, TABLE0 | 0x6a);
	read_at(board, 0);
	assert_int_equal(board->last_attr.inner, MMU_NC);
	assert_int_equal(board->last_attr.outer, MMU_WBWA);
	assert_true(board->last_attr.outer_shareable);
	cp15(board, CP15_TTBR0, TABLE0 | 0x59);
	read_at(board, 0);
	assert_int_equal(board->last_attr.inner, MMU_WB);
	assert_int_equal(board->last_attr.outer, MMU_WB);
}

/* ---- SCTLR.M ------------------------------------------------------------ */

static void flat_while_off(void **state)
{
	(void)state;
	cp15(board, CP15_SCTLR, 0);
	cp15(board, CP15_DACR, 0);
	struct mmu_result result = fetch_at(board, 0xdeadbeec);

	expect_mapping(&result, 0xdeadbeec, 0x1000);
	assert_int_equal(result.rights, 7);
	assert_int_equal(result.source, MMU_FLAT);
	assert_int_equal(board->reads, 0);
	assert_int_equal(tlb_stats(board, "main")->lookups, 0);
}

/* ---- peeking ------------------------------------------------------------ */

static void peek_leaves_no_trace(void **state)
{
	struct mmu_walk_step step[2];
	struct mmu_result result;

	(void)state;
	set_l1(board, 0x00100000, PAGES | 0x001);
	set_l2(board, 0, 0x00145000, 0x9abcd032);
	assert_true(mmu_peek(board->mmu, 0x145678, MMU_READ, MMU_PL1, &result));
	expect_mapping(&result, 0x9abcd678, 0x1000);
	assert_int_equal(result.cycles, 0);
	assert_int_equal(board->reads, 0);
	assert_int_equal(mmu_stats(board->mmu)->walks, 0);
	assert_int_equal(tlb_stats(board, "main")->lookups, 0);

	assert_int_equal(mmu_peek_walk(board->mmu, 0x145678, step), 2);
	assert_int_equal(step[0].paddr, TABLE0 + 4);
	assert_int_equal(step[0].word, PAGES | 1);
	assert_int_equal(step[1].paddr, PAGES + 0x45 * 4);
	assert_int_equal(step[1].word, 0x9abcd032);
	assert_int_equal(mmu_peek_walk(board->mmu, 0x200000, step), 1);
}

#define A8(test)  cmocka_unit_test_setup_teardown(test, setup_a8, teardown)
#define A9(test)  cmocka_unit_test_setup_teardown(test, setup_a9, teardown)
#define A15(test) cmocka_unit_test_setup_teardown(test, setup_a15, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		A9(section),
		A9(supersection_has_domain_0),
		A15(supersection_of_40_bits),
		A9(small_page),
		A9(large_page),
		A9(reserved_without_pxn),
		A15(pxn),
		A9(translation_faults),
		A9(walk_into_nothing),
		A9(ttbcr_n),
		A9(n_0_uses_ttbr0_alone),
		A9(pd0_and_pd1),
		A9(walk_attributes),
		A8(walk_attributes_without_mp),
		A9(flat_while_off),
		A9(peek_leaves_no_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
