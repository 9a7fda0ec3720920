/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stale-entry detector (row A6): each way in which tables may leave an
 * entry behind is reported once a hit uses it, with both sets of words; what
 * software may do without a flush is not; and looking changes no count.
 */
#include "tests/unit/mmu/helper_board.h"

#define PAGE 0x00345000u

static struct board *new_board(const char *core)
{
	struct mmu_config config = plain_config(core);

	config.recheck_hits = true;
	return board_create(&config);
}

/* A cached page, whose descriptor is then @l2. Returns how many reports. */
static unsigned int reports_after(uint32_t l2)
{
	struct board *board = new_board("cortex-a9");
	unsigned int nr;

	map_page(board, PAGE, 0x10000000, L2_NG);
	read_at(board, PAGE);
	read_at(board, PAGE);
	assert_int_equal(board->nr_stale, 0);
	set_l2(board, 3, PAGE, l2);
	read_at(board, PAGE);
	nr = board->nr_stale;
	assert_int_equal(mmu_stats(board->mmu)->stale_hits, nr);
	cp15(board, CP15_TLBIALL, 0);
	read_at(board, PAGE);
	read_at(board, PAGE);
	assert_int_equal(board->nr_stale, nr);
	board_destroy(board);
	return nr;
}

static void every_kind_of_difference(void **state)
{
	/* As map_page() builds it: AP 011, write-back, write-allocate. */
	const uint32_t same = 0x1000087e;

	(void)state;
	assert_int_equal(reports_after(same), 0);
	assert_int_equal(reports_after(same ^ 0x00001000), 1); /* address */
	assert_int_equal(reports_after(same ^ 0x00000200), 1); /* AP[2] */
	assert_int_equal(reports_after(same ^ 0x00000001), 1); /* XN */
	assert_int_equal(reports_after(same ^ 0x00000800), 1); /* nG */
	assert_int_equal(reports_after(same ^ 0x00000008), 1); /* C */
	assert_int_equal(reports_after(same ^ 0x00000400), 1); /* S */
	assert_int_equal(reports_after(0), 1);
}

static void what_a_report_says(void **state)
{
	struct board *board = new_board("cortex-a9");
	const struct mmu_stale *stale = &board->stale;
	struct mmu_result result;

	(void)state;
	cp15(board, CP15_CONTEXTIDR, 6);
	map_page(board, PAGE, 0x10000000, L2_NG);
	read_at(board, PAGE);
	set_l2(board, 3, PAGE, 0x2000087e);
	result = access_of(board, PAGE + 0x10, MMU_WRITE, MMU_PL0);

	/* The stale entry answers, as on the chip. */
	assert_int_equal(result.paddr, 0x10000010);
	assert_int_equal(board->nr_stale, 1);
	assert_int_equal(stale->va, PAGE + 0x10);
	assert_int_equal(stale->kind, MMU_WRITE);
	assert_int_equal(stale->privilege, MMU_PL0);
	assert_string_equal(stale->tlb, "main");
	assert_int_equal(stale->asid, 6);
	assert_false(stale->global);
	assert_int_equal(stale->size_bytes, 0x1000);
	assert_int_equal(stale->cached_paddr, 0x10000010);
	assert_int_equal(stale->cached_l1, l2_table(3) | 1);
	assert_int_equal(stale->cached_l2, 0x1000087e);
	assert_false(stale->now_faults);
	assert_int_equal(stale->now_paddr, 0x20000010);
	assert_int_equal(stale->now_l1, l2_table(3) | 1);
	assert_int_equal(stale->now_l2, 0x2000087e);
	assert_int_equal(stale->l1_paddr, TABLE0 + 0x003 * 4);
	assert_int_equal(stale->l2_paddr, l2_table(3) + 0x45 * 4);
	board_destroy(board);
}

/* A page table that was freed: the first level tells. */
static void first_level_gone(void **state)
{
	struct board *board = new_board("cortex-a9");

	(void)state;
	map_page(board, PAGE, 0x10000000, 0);
	read_at(board, PAGE);
	set_l1(board, PAGE, 0);
	read_at(board, PAGE);
	assert_int_equal(board->nr_stale, 1);
	assert_true(board->stale.now_faults);
	assert_int_equal(board->stale.now_l1, 0);
	assert_int_equal(board->stale.l1_paddr, TABLE0 + 0x003 * 4);
	assert_int_equal(board->stale.l2_paddr, 0);
	board_destroy(board);
}

/* A domain moved in the first-level word, a flag that a fault would clear. */
static void domain_and_access_flag(void **state)
{
	struct board *board = new_board("cortex-a9");

	(void)state;
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_AFE);
	map_page(board, PAGE, 0x10000000, 0);
	read_at(board, PAGE);
	set_l1(board, PAGE, l1_make_table(l2_table(3), 2, 0));
	read_at(board, PAGE);
	assert_int_equal(board->nr_stale, 1);
	set_l1(board, PAGE, l1_make_table(l2_table(3), 0, 0));
	set_l2(board, 3, PAGE, 0x1000006e); /* AP[0] clear: page is old */
	read_at(board, PAGE);
	assert_int_equal(board->nr_stale, 2);
	assert_true(board->stale.now_faults);
	board_destroy(board);
}

/* A section split into pages that say the same: legal, and no difference. */
static void same_meaning_by_other_words(void **state)
{
	struct board *board = new_board("cortex-a9");

	(void)state;
	set_l1(board, 0x00300000,
	       l1_make_section(0x20000000, 0,
			       L1_AP(AP_RW_RW) | L1_TEXCB(TEXCB_NORMAL_WBWA)));
	read_at(board, PAGE);
	map_page(board, PAGE, 0x20045000, 0);
	read_at(board, PAGE);
	assert_int_equal(board->nr_stale, 0);
	/* A page that was not cached is news, not stale. */
	map_page(board, 0x00500000, 0x30000000, 0);
	read_at(board, 0x00500000);
	assert_int_equal(board->nr_stale, 0);
	board_destroy(board);
}

/* DACR is asked at every access; changing it leaves nothing stale. */
static void dacr_is_no_table(void **state)
{
	struct board *board = new_board("cortex-a9");

	(void)state;
	map_page(board, PAGE, 0x10000000, 0);
	read_at(board, PAGE);
	cp15(board, CP15_DACR, 0);
	read_at(board, PAGE);
	assert_int_equal(board->nr_stale, 0);
	board_destroy(board);
}

/* The micro-TLB and its pieces are rechecked, too. */
static void micro_pieces(void **state)
{
	struct mmu_config config = {
		.core = "cortex-a15",
		.micro_i = {.entries = 4, .small_only = true},
		.micro_d = {.entries = 4, .small_only = true},
		.main = {.entries = 64},
		.recheck_hits = true,
	};
	struct board *board = board_create(&config);

	(void)state;
	set_l1(board, 0x80000000, 0x12300c02);
	read_at(board, 0x80012000);
	read_at(board, 0x80012000);
	assert_int_equal(board->nr_stale, 0);
	set_l1(board, 0x80000000, 0x45600c02);
	read_at(board, 0x80012000);
	assert_int_equal(board->nr_stale, 1);
	assert_string_equal(board->stale.tlb, "micro_d");
	assert_int_equal(board->stale.size_bytes, 0x1000);
	assert_int_equal(board->stale.cached_paddr, 0x12312000);
	assert_int_equal(board->stale.now_paddr, 0x45612000);
	board_destroy(board);
}

static void looking_costs_nothing(void **state)
{
	struct board *board = new_board("cortex-a9");

	(void)state;
	map_page(board, PAGE, 0x10000000, 0);
	for (int i = 0; i < 10; i++)
		read_at(board, PAGE);
	assert_int_equal(board->reads, 2);
	assert_int_equal(mmu_stats(board->mmu)->walks, 1);
	assert_int_equal(tlb_stats(board, "main")->lookups, 10);
	assert_false(mmu_sees_hits(board->mmu));
	board_destroy(board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_difference),
		cmocka_unit_test(what_a_report_says),
		cmocka_unit_test(first_level_gone),
		cmocka_unit_test(domain_and_access_flag),
		cmocka_unit_test(same_meaning_by_other_words),
		cmocka_unit_test(dacr_is_no_table),
		cmocka_unit_test(micro_pieces),
		cmocka_unit_test(looking_costs_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
