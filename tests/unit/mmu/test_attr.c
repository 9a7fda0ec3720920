/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory attributes (row A1): every TEX, C, B and S without remap, against
 * table B3-10 written out; with remap, Linux's PRRR and NMRR decoded by hand,
 * then random ones against a second decoder. In all four kinds of leaf.
 */
#include "tests/unit/mmu/helper_board.h"

#define SO MMU_STRONGLY_ORDERED
#define DV MMU_DEVICE
#define NM MMU_NORMAL

/* Shareability: none, that of S, always. */
enum share {
	NO,
	S,
	YES
};

struct row {
	enum mmu_memtype type;
	enum mmu_cacheability outer, inner;
	enum share share;
};

/* By TEX[2:0]:C:B. Reserved ones are modelled as Strongly-ordered. */
static const struct row table_b3_10[32] = {
	/* TEX 000 */
	{SO, MMU_NC, MMU_NC, YES},
	{DV, MMU_NC, MMU_NC, YES},
	{NM, MMU_WT, MMU_WT, S},
	{NM, MMU_WB, MMU_WB, S},
	/* TEX 001 */
	{NM, MMU_NC, MMU_NC, S},
	{SO, MMU_NC, MMU_NC, YES},
	{SO, MMU_NC, MMU_NC, YES},
	{NM, MMU_WBWA, MMU_WBWA, S},
	/* TEX 010 */
	{DV, MMU_NC, MMU_NC, NO},
	{SO, MMU_NC, MMU_NC, YES},
	{SO, MMU_NC, MMU_NC, YES},
	{SO, MMU_NC, MMU_NC, YES},
	/* TEX 011 */
	{SO, MMU_NC, MMU_NC, YES},
	{SO, MMU_NC, MMU_NC, YES},
	{SO, MMU_NC, MMU_NC, YES},
	{SO, MMU_NC, MMU_NC, YES},
	/* TEX 100: outer non-cacheable */
	{NM, MMU_NC, MMU_NC, S},
	{NM, MMU_NC, MMU_WBWA, S},
	{NM, MMU_NC, MMU_WT, S},
	{NM, MMU_NC, MMU_WB, S},
	/* TEX 101: outer write-back, write-allocate */
	{NM, MMU_WBWA, MMU_NC, S},
	{NM, MMU_WBWA, MMU_WBWA, S},
	{NM, MMU_WBWA, MMU_WT, S},
	{NM, MMU_WBWA, MMU_WB, S},
	/* TEX 110: outer write-through */
	{NM, MMU_WT, MMU_NC, S},
	{NM, MMU_WT, MMU_WBWA, S},
	{NM, MMU_WT, MMU_WT, S},
	{NM, MMU_WT, MMU_WB, S},
	/* TEX 111: outer write-back, no write-allocate */
	{NM, MMU_WB, MMU_NC, S},
	{NM, MMU_WB, MMU_WBWA, S},
	{NM, MMU_WB, MMU_WT, S},
	{NM, MMU_WB, MMU_WB, S},
};

static struct board *new_board(void)
{
	struct mmu_config config = plain_config("cortex-a9");

	return board_create(&config);
}

/* The attributes of one leaf of each kind, with the bits put by hand. */
static void attributes(struct board *board, uint32_t texcb, bool s,
		       struct mmu_attr attr[4])
{
	uint32_t tex = texcb >> 2, cb = (texcb & 3) << 2;

	set_l1(board, 0x00100000, PAGES | 1);
	set_l2(board, 0, 0x00100000, 0x12345032 | tex << 6 | cb | s << 10);
	set_l2(board, 0, 0x00110000, 0x12340031 | tex << 12 | cb | s << 10);
	set_l1(board, 0x00200000, 0x12300c02 | tex << 12 | cb | s << 16);
	set_l1(board, 0x01000000, 0x12040c02 | tex << 12 | cb | s << 16);
	cp15(board, CP15_TLBIALL, 0);
	attr[0] = read_at(board, 0x00100000).attr;
	attr[1] = read_at(board, 0x00110000).attr;
	attr[2] = read_at(board, 0x00200000).attr;
	attr[3] = read_at(board, 0x01000000).attr;
}

static void expect(const struct mmu_attr *attr, const struct row *row, bool s)
{
	bool shareable = row->share == YES || (row->share == S && s);

	assert_int_equal(attr->type, row->type);
	assert_int_equal(attr->inner, row->inner);
	assert_int_equal(attr->outer, row->outer);
	assert_int_equal(attr->shareable, shareable);
	assert_int_equal(attr->outer_shareable, shareable);
}

static void without_remap(void **state)
{
	struct board *board = new_board();
	struct mmu_attr attr[4];

	(void)state;
	for (uint32_t texcb = 0; texcb < 32; texcb++) {
		for (int s = 0; s < 2; s++) {
			attributes(board, texcb, s, attr);
			for (int leaf = 0; leaf < 4; leaf++)
				expect(&attr[leaf], &table_b3_10[texcb], s);
		}
	}
	board_destroy(board);
}

/* PRRR 0xff0a81a8, NMRR 0x40e040e0: arch/arm/mm/proc-v7-2level.S. */
static void linux_remap(void **state)
{
	static const struct row by_index[8] = {
		{SO, MMU_NC, MMU_NC, YES}, {NM, MMU_NC, MMU_NC, S},
		{NM, MMU_WT, MMU_WT, S},   {NM, MMU_WB, MMU_WB, S},
		{DV, MMU_NC, MMU_NC, S},   {SO, MMU_NC, MMU_NC, YES},
		{SO, MMU_NC, MMU_NC, YES}, {NM, MMU_WBWA, MMU_WBWA, S},
	};
	struct board *board = new_board();
	struct mmu_attr attr[4];

	(void)state;
	cp15(board, CP15_PRRR, 0xff0a81a8);
	cp15(board, CP15_NMRR, 0x40e040e0);
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_TRE);
	for (uint32_t texcb = 0; texcb < 32; texcb++) {
		for (int s = 0; s < 2; s++) {
			const struct row *row = &by_index[texcb & 7];

			attributes(board, texcb, s, attr);
			for (int leaf = 0; leaf < 4; leaf++) {
				/* NOSn are all set: never outer shareable… */
				if (row->type != SO)
					assert_false(
						attr[leaf].outer_shareable);
				/* …which expect() does not know. */
				attr[leaf].outer_shareable =
					attr[leaf].shareable;
				expect(&attr[leaf], row, s);
			}
		}
	}
	board_destroy(board);
}

static uint32_t bits(uint32_t word, int high, int low)
{
	return word << (31 - high) >> (31 - high + low);
}

/* B3.8.3 field by field. */
static struct mmu_attr remap(uint32_t prrr, uint32_t nmrr, int n, int s)
{
	uint32_t type = bits(prrr, 2 * n + 1, 2 * n);
	struct mmu_attr attr = {.type = MMU_STRONGLY_ORDERED,
				.shareable = true,
				.outer_shareable = true};

	if (type != 1 && type != 2)
		return attr;
	attr.type = type == 1 ? MMU_DEVICE : MMU_NORMAL;
	attr.shareable = bits(prrr, type == 1 ? 16 + s : 18 + s,
			      type == 1 ? 16 + s : 18 + s);
	attr.outer_shareable = attr.shareable && !bits(prrr, 24 + n, 24 + n);
	if (type == 2) {
		attr.inner = bits(nmrr, 2 * n + 1, 2 * n);
		attr.outer = bits(nmrr, 2 * n + 17, 2 * n + 16);
	}
	return attr;
}

static void random_remap(void **state)
{
	struct board *board = new_board();
	uint64_t random = 1;
	struct mmu_attr attr[4];

	(void)state;
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_TRE);
	for (int i = 0; i < 20000; i++) {
		uint32_t prrr, nmrr, texcb;
		struct mmu_attr want;

		random = random * 6364136223846793005 + 1442695040888963407;
		prrr = random >> 32;
		random = random * 6364136223846793005 + 1442695040888963407;
		nmrr = random >> 32;
		texcb = random >> 20 & 31;
		cp15(board, CP15_PRRR, prrr);
		cp15(board, CP15_NMRR, nmrr);
		attributes(board, texcb, i & 1, attr);
		want = remap(prrr, nmrr, texcb & 7, i & 1);
		for (int leaf = 0; leaf < 4; leaf++) {
			assert_int_equal(attr[leaf].type, want.type);
			assert_int_equal(attr[leaf].inner, want.inner);
			assert_int_equal(attr[leaf].outer, want.outer);
			assert_int_equal(attr[leaf].shareable, want.shareable);
			assert_int_equal(attr[leaf].outer_shareable,
					 want.outer_shareable);
		}
	}
	board_destroy(board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_remap),
		cmocka_unit_test(linux_remap),
		cmocka_unit_test(random_remap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
