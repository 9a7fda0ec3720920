/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fault status (row A3): each code of ARM ARM table B3-23 as a literal value of
 * DFSR and IFSR, the address registers, and which fault wins when several
 * would do.
 */
#include "tests/unit/mmu/helper_board.h"

static struct board *new_board(void)
{
	struct mmu_config config = plain_config("cortex-a9");

	return board_create(&config);
}

static uint32_t status(enum mmu_fault_type type, int level, int domain,
		       enum mmu_kind kind)
{
	return mmu_fault_status(&(struct mmu_fault){
		.type = type,
		.level = level,
		.domain = domain,
		.write = kind == MMU_WRITE,
		.fetch = kind == MMU_FETCH,
	});
}

/* The way back, from @fs as loads, stores and fetches show it. */
static void decoded(enum mmu_fault_type type, int level, uint32_t fs)
{
	struct mmu_fault read = mmu_fault_decode(fs | 0x090, false);
	struct mmu_fault write = mmu_fault_decode(fs | 0x800, false);
	struct mmu_fault fetch = mmu_fault_decode(fs, true);

	assert_int_equal(read.type, type);
	assert_int_equal(read.level, level);
	assert_int_equal(read.domain, 9);
	assert_false(read.write || read.fetch || read.maintenance);
	assert_int_equal(write.type, type);
	assert_int_equal(write.domain, 0);
	assert_true(write.write);
	assert_int_equal(fetch.type, type);
	assert_int_equal(fetch.level, level);
	assert_true(fetch.fetch);
}

static void every_code(void **state)
{
	static const struct {
		enum mmu_fault_type type;
		int level;
		uint32_t fs;
	} codes[] = {
		{MMU_FAULT_ALIGNMENT, 0, 0x001},
		{MMU_FAULT_DEBUG, 0, 0x002},
		{MMU_FAULT_ACCESS_FLAG, 1, 0x003},
		{MMU_FAULT_ACCESS_FLAG, 2, 0x006},
		{MMU_FAULT_TRANSLATION, 1, 0x005},
		{MMU_FAULT_TRANSLATION, 2, 0x007},
		{MMU_FAULT_EXTERNAL, 0, 0x008},
		{MMU_FAULT_PARITY, 0, 0x409},
		{MMU_FAULT_DOMAIN, 1, 0x009},
		{MMU_FAULT_DOMAIN, 2, 0x00b},
		{MMU_FAULT_EXTERNAL_WALK, 1, 0x00c},
		{MMU_FAULT_EXTERNAL_WALK, 2, 0x00e},
		{MMU_FAULT_PERMISSION, 1, 0x00d},
		{MMU_FAULT_PERMISSION, 2, 0x00f},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		enum mmu_fault_type type = codes[i].type;
		int level = codes[i].level;
		uint32_t fs = codes[i].fs;

		assert_int_equal(status(type, level, 0, MMU_READ), fs);
		assert_int_equal(status(type, level, 0, MMU_WRITE), fs | 0x800);
		assert_int_equal(status(type, level, 9, MMU_READ), fs | 0x090);
		/* IFSR has neither WnR nor a domain. */
		assert_int_equal(status(type, level, 9, MMU_FETCH), fs);
		decoded(type, level, fs);
	}
}

/* By a cache or address-translation operation: WnR and CM. */
static void maintenance(void **state)
{
	(void)state;
	assert_int_equal(mmu_fault_status(&(struct mmu_fault){
				 .type = MMU_FAULT_TRANSLATION,
				 .level = 2,
				 .domain = 1,
				 .maintenance = true,
			 }),
			 0x2817);
}

/* The names that statistics and traces spell. */
/* Codes that the model never gives: 0, TLB conflict and the like. */
static void no_code(void **state)
{
	static const uint32_t strangers[] = {0x000, 0x004, 0x00a, 0x400, 0x408};

	(void)state;
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		assert_int_equal(mmu_fault_decode(strangers[i], false).type,
				 MMU_FAULT_NONE);
	assert_true(mmu_fault_decode(0x2805, false).maintenance);
	assert_false(mmu_fault_decode(0x2805, false).write);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(mmu_fault_name(MMU_FAULT_TRANSLATION),
			    "translation");
	assert_string_equal(mmu_fault_name(MMU_FAULT_EXTERNAL_WALK),
			    "external_walk");
	for (int type = 0; type < MMU_FAULT_TYPES; type++)
		assert_non_null(mmu_fault_name(type));
}

static void status_and_address_registers(void **state)
{
	struct board *board = new_board();
	struct mmu_result result;

	(void)state;
	/* An access alone writes nothing. */
	result = write_at(board, 0x40001234);
	assert_int_equal(cp15_read(board, CP15_DFSR), 0);
	assert_int_equal(cp15_read(board, CP15_DFAR), 0);

	assert_int_equal(mmu_report_fault(board->mmu, &result.fault), 0x805);
	assert_int_equal(cp15_read(board, CP15_DFSR), 0x805);
	assert_int_equal(cp15_read(board, CP15_DFAR), 0x40001234);
	assert_int_equal(cp15_read(board, CP15_IFSR), 0);

	result = fetch_at(board, 0x50000000);
	assert_int_equal(mmu_report_fault(board->mmu, &result.fault), 0x005);
	assert_int_equal(cp15_read(board, CP15_IFSR), 0x005);
	assert_int_equal(cp15_read(board, CP15_IFAR), 0x50000000);
	assert_int_equal(cp15_read(board, CP15_DFAR), 0x40001234);
	/* Software may write them, as a hypervisor or debugger does. */
	cp15(board, CP15_DFAR, 0x1000);
	assert_int_equal(cp15_read(board, CP15_DFAR), 0x1000);
	board_destroy(board);
}

/* What a write at 0x00100000 makes of DFSR. */
static uint32_t dfsr(struct board *board)
{
	struct mmu_result result;

	cp15(board, CP15_TLBIALL, 0);
	result = write_at(board, 0x00100000);
	return mmu_report_fault(board->mmu, &result.fault);
}

/*
 * B3.13.2: everything is wrong at once, and is mended one by one. The domain
 * of the descriptor is 3, barred; its access flag is clear; it is read-only.
 */
static void priority(void **state)
{
	struct board *board = new_board();

	(void)state;
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_AFE);
	cp15(board, CP15_DACR, 0);
	cp15(board, CP15_TTBR0, 0x10000000);
	cp15(board, CP15_TTBCR, TTBCR_PD0);
	assert_int_equal(dfsr(board), 0x805); /* no table: translation */
	cp15(board, CP15_TTBCR, 0);
	assert_int_equal(dfsr(board), 0x80c); /* no memory under it */
	cp15(board, CP15_TTBR0, TABLE0);
	assert_int_equal(dfsr(board), 0x805); /* nothing in it */
	set_l1(board, 0x00100000, 0x10000061);
	assert_int_equal(dfsr(board), 0x83e); /* the same, one level down */
	set_l1(board, 0x00100000, PAGES | 0x061);
	assert_int_equal(dfsr(board), 0x837);
	set_l2(board, 0, 0x00100000, 0x12345222);
	assert_int_equal(dfsr(board), 0x836); /* access flag */
	set_l2(board, 0, 0x00100000, 0x12345232);
	assert_int_equal(dfsr(board), 0x83b); /* domain */
	cp15(board, CP15_DACR, 0x55555555);
	assert_int_equal(dfsr(board), 0x83f); /* permission */

	set_l1(board, 0x00100000, 0x12308862); /* the same in a section */
	cp15(board, CP15_DACR, 0);
	assert_int_equal(dfsr(board), 0x833);
	set_l1(board, 0x00100000, 0x12308c62);
	assert_int_equal(dfsr(board), 0x839);
	cp15(board, CP15_DACR, 0x55555555);
	assert_int_equal(dfsr(board), 0x83d);
	set_l1(board, 0x00100000, 0x12300c62);
	assert_int_equal(write_at(board, 0x00100000).fault.type,
			 MMU_FAULT_PERMISSION); /* still cached */
	cp15(board, CP15_TLBIALL, 0);
	assert_int_equal(write_at(board, 0x00100000).fault.type,
			 MMU_FAULT_NONE);
	board_destroy(board);
}

static void strict_alignment(void **state)
{
	struct board *board = new_board();

	(void)state;
	assert_false(mmu_strict_alignment(board->mmu));
	cp15(board, CP15_SCTLR, SCTLR_M | SCTLR_A);
	assert_true(mmu_strict_alignment(board->mmu));
	board_destroy(board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code),
		cmocka_unit_test(maintenance),
		cmocka_unit_test(no_code),
		cmocka_unit_test(names),
		cmocka_unit_test(status_and_address_registers),
		cmocka_unit_test(priority),
		cmocka_unit_test(strict_alignment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
