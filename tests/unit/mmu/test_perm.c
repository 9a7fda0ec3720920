/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Access permissions (rows A1 and A2): AP[2:0] with and without the access
 * flag, XN, PXN, WXN, UWXN, domains; and that they are asked anew after a hit.
 */
#include "tests/unit/mmu/helper_board.h"

#define R  MMU_MAY_READ
#define RW (MMU_MAY_READ | MMU_MAY_WRITE)
#define X  MMU_MAY_FETCH

#define PAGE 0x00100000u

static struct board *new_board(const char *core)
{
	struct mmu_config config = plain_config(core);

	return board_create(&config);
}

/* A small page with @flags in a table with @table_flags. */
static void map(struct board *board, uint32_t flags, uint32_t table_flags)
{
	set_l1(board, PAGE, l1_make_table(l2_table(0), 0, table_flags));
	set_l2(board, 0, PAGE, l2_make_small(0x12345000, flags));
	cp15(board, CP15_TLBIALL, 0);
}

/* The rights at @privilege; accesses one by one must agree with them. */
static int rights(struct board *board, enum mmu_privilege privilege)
{
	int allowed = 0;
	int said = -1;

	for (int kind = MMU_READ; kind <= MMU_FETCH; kind++) {
		struct mmu_result result = access_of(board, PAGE, kind,
						     privilege);

		if (result.fault.type == MMU_FAULT_NONE)
			allowed |= 1 << kind;
		if (said >= 0)
			assert_int_equal(said, result.rights);
		said = result.rights;
	}
	assert_int_equal(said, allowed);
	return allowed;
}

/* ARM ARM table B3-8. */
static void ap_without_access_flag(void **state)
{
	static const int pl1[8] = {0, RW, RW, RW, 0, R, R, R};
	static const int pl0[8] = {0, 0, R, RW, 0, 0, R, R};
	struct board *board = new_board("cortex-a9");

	(void)state;
	for (int ap = 0; ap < 8; ap++) {
		map(board, L2_AP(ap), 0);
		assert_int_equal(rights(board, MMU_PL1),
				 pl1[ap] | (pl1[ap] ? X : 0));
		assert_int_equal(rights(board, MMU_PL0),
				 pl0[ap] | (pl0[ap] ? X : 0));
		map(board, L2_AP(ap) | L2_SMALL_XN, 0);
		assert_int_equal(rights(board, MMU_PL1), pl1[ap]);
		assert_int_equal(rights(board, MMU_PL0), pl0[ap]);
	}
	board_destroy(board);
}

/* Table B3-9: AP[2:1] are the right, AP[0] the flag. */
static void ap_with_access_flag(void **state)
{
	static const int pl1[4] = {RW, RW, R, R};
	static const int pl0[4] = {0, RW, 0, R};
	struct board *board = new_board("cortex-a9");

	(void)state;
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_AFE);
	for (int ap = 0; ap < 4; ap++) {
		struct mmu_result result;

		map(board, L2_AP(ap << 1), 0);
		result = read_at(board, PAGE);
		assert_int_equal(result.fault.type, MMU_FAULT_ACCESS_FLAG);
		assert_int_equal(result.fault.level, 2);

		map(board, L2_AP(ap << 1 | 1) | L2_SMALL_XN, 0);
		assert_int_equal(rights(board, MMU_PL1), pl1[ap]);
		assert_int_equal(rights(board, MMU_PL0), pl0[ap]);
	}
	board_destroy(board);
}

/* Software sets the flag, and needs no flush. */
static void access_flag_fault_is_not_cached(void **state)
{
	struct board *board = new_board("cortex-a9");

	(void)state;
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_AFE);
	map(board, L2_AP(AP_RW_RW & ~AP_ACCESS_FLAG), 0);
	assert_int_equal(read_at(board, PAGE).fault.type,
			 MMU_FAULT_ACCESS_FLAG);
	set_l2(board, 0, PAGE, l2_make_small(0x12345000, L2_AP(AP_RW_RW)));
	assert_int_equal(read_at(board, PAGE).fault.type, MMU_FAULT_NONE);
	assert_int_equal(mmu_stats(board->mmu)->walks, 2);
	board_destroy(board);
}

/* More rights need a flush: the entry that forbids is cached. */
static void permission_fault_is_cached(void **state)
{
	struct board *board = new_board("cortex-a9");

	(void)state;
	map(board, L2_AP(AP_RO_RO), 0);
	assert_int_equal(write_at(board, PAGE).fault.type,
			 MMU_FAULT_PERMISSION);
	set_l2(board, 0, PAGE, l2_make_small(0x12345000, L2_AP(AP_RW_RW)));
	assert_int_equal(write_at(board, PAGE).fault.type,
			 MMU_FAULT_PERMISSION);
	assert_int_equal(write_at(board, PAGE).source, MMU_MAIN_HIT);
	cp15(board, CP15_TLBIMVA, PAGE);
	assert_int_equal(write_at(board, PAGE).fault.type, MMU_FAULT_NONE);
	board_destroy(board);
}

static void dacr_is_asked_after_a_hit(void **state)
{
	struct board *board = new_board("cortex-a9");
	struct mmu_result result;

	(void)state;
	set_l1(board, 0x80000000, 0x12300ca2); /* domain 5, AP 011 */
	assert_int_equal(read_at(board, 0x80000000).rights, RW | X);

	cp15(board, CP15_DACR, 0x55555155); /* 5: no access */
	assert_int_equal(board->drops[board->nr_drops - 1].size_bytes, 0);
	result = read_at(board, 0x80000000);
	assert_int_equal(result.source, MMU_MAIN_HIT);
	assert_int_equal(result.fault.type, MMU_FAULT_DOMAIN);
	assert_int_equal(result.fault.level, 1);
	assert_int_equal(result.fault.domain, 5);
	assert_int_equal(result.rights, 0);

	cp15(board, CP15_DACR, 0x55555955); /* 5: reserved */
	assert_int_equal(read_at(board, 0x80000000).fault.type,
			 MMU_FAULT_DOMAIN);
	cp15(board, CP15_DACR, 0x55555d55); /* 5: manager */
	assert_int_equal(read_at(board, 0x80000000).rights, RW | X);
	assert_int_equal(mmu_stats(board->mmu)->walks, 1);
	board_destroy(board);
}

static void manager_overrides_ap_and_xn(void **state)
{
	struct board *board = new_board("cortex-a15");

	(void)state;
	map(board, L2_AP(AP_NONE) | L2_SMALL_XN, L1_TABLE_PXN);
	assert_int_equal(rights(board, MMU_PL1), 0);
	cp15(board, CP15_DACR, 0x55555557);
	assert_int_equal(rights(board, MMU_PL1), RW | X);
	assert_int_equal(rights(board, MMU_PL0), RW | X);
	/* But not the access flag: the manual's order, not QEMU's. */
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_AFE);
	cp15(board, CP15_TLBIALL, 0);
	assert_int_equal(read_at(board, PAGE).fault.type,
			 MMU_FAULT_ACCESS_FLAG);
	board_destroy(board);
}

/* Access flag before domain, domain before permission. */
static void order_of_checks(void **state)
{
	struct board *board = new_board("cortex-a9");

	(void)state;
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_AFE);
	cp15(board, CP15_DACR, 0);
	map(board, L2_AP(AP_RO_NONE & ~AP_ACCESS_FLAG), 0);
	assert_int_equal(write_at(board, PAGE).fault.type,
			 MMU_FAULT_ACCESS_FLAG);
	map(board, L2_AP(AP_RO_NONE), 0);
	assert_int_equal(write_at(board, PAGE).fault.type, MMU_FAULT_DOMAIN);
	cp15(board, CP15_DACR, 1);
	assert_int_equal(write_at(board, PAGE).fault.type,
			 MMU_FAULT_PERMISSION);
	/* An empty second-level descriptor comes before its domain. */
	cp15(board, CP15_DACR, 0);
	set_l2(board, 0, PAGE, 0);
	cp15(board, CP15_TLBIALL, 0);
	assert_int_equal(write_at(board, PAGE).fault.type,
			 MMU_FAULT_TRANSLATION);
	board_destroy(board);
}

static void pxn_binds_pl1_alone(void **state)
{
	struct board *board = new_board("cortex-a7");

	(void)state;
	map(board, L2_AP(AP_RW_RW), L1_TABLE_PXN);
	assert_int_equal(rights(board, MMU_PL1), RW);
	assert_int_equal(rights(board, MMU_PL0), RW | X);
	board_destroy(board);
}

static void wxn_and_uwxn(void **state)
{
	struct board *board = new_board("cortex-a15");

	(void)state;
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_WXN);
	map(board, L2_AP(AP_RW_RO), 0);
	assert_int_equal(rights(board, MMU_PL1), RW);
	assert_int_equal(rights(board, MMU_PL0), R | X);
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_UWXN);
	assert_int_equal(rights(board, MMU_PL1), RW | X);
	map(board, L2_AP(AP_RW_RW), 0);
	assert_int_equal(rights(board, MMU_PL1), RW);
	assert_int_equal(rights(board, MMU_PL0), RW | X);
	board_destroy(board);
}

/* The bits read as zero where there are no virtualization extensions. */
static void no_wxn_on_cortex_a9(void **state)
{
	struct board *board = new_board("cortex-a9");

	(void)state;
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_WXN | SCTLR_UWXN);
	assert_int_equal(cp15_read(board, CP15_SCTLR), 0x00c50079);
	map(board, L2_AP(AP_RW_RW), 0);
	assert_int_equal(rights(board, MMU_PL1), RW | X);
	board_destroy(board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ap_without_access_flag),
		cmocka_unit_test(ap_with_access_flag),
		cmocka_unit_test(access_flag_fault_is_not_cached),
		cmocka_unit_test(permission_fault_is_cached),
		cmocka_unit_test(dacr_is_asked_after_a_hit),
		cmocka_unit_test(manager_overrides_ap_and_xn),
		cmocka_unit_test(order_of_checks),
		cmocka_unit_test(pxn_binds_pl1_alone),
		cmocka_unit_test(wxn_and_uwxn),
		cmocka_unit_test(no_wxn_on_cortex_a9),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
