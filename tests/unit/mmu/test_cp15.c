/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system control coprocessor (row A2) and the door's other ends: register
 * values after reset, which bits can be written, identification per core,
 * address translation into PAR, what is undefined where, when the owner must
 * drop what it holds, and configurations that make no sense.
 */
#include "tests/unit/mmu/helper_board.h"

#include <string.h>

static struct board *new_board(const char *core)
{
	struct mmu_config config = plain_config(core);

	return board_create(&config);
}

static const char *const cores[] = {
	"cortex-a5", "cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15",
};

#define NR_CORES (sizeof(cores) / sizeof(cores[0]))

/* ---- registers ---------------------------------------------------------- */

static void reset(void **state)
{
	struct board *board = new_board("cortex-a9");
	struct mmu_tlb_view view;

	(void)state;
	set_l1(board, 0, 0x12300c02);
	read_at(board, 0);
	board->nr_drops = 0;
	mmu_reset(board->mmu);
	assert_int_equal(cp15_read(board, CP15_SCTLR), 0x00c50078);
	assert_int_equal(cp15_read(board, CP15_TTBR0), 0);
	assert_int_equal(cp15_read(board, CP15_DACR), 0);
	mmu_tlb_view(board->mmu, 0, 0, &view);
	assert_false(view.valid);
	assert_int_not_equal(board->nr_drops, 0);
	assert_int_equal(read_at(board, 0x1234).source, MMU_FLAT);
	board_destroy(board);
}

/* What comes back after writing all ones, and all zeros. */
static void writable_bits(void **state)
{
	static const struct {
		uint32_t reg, ones, zeros;
	} rows[] = {
		/* M A C SW Z I V RR VE EE TRE AFE TE, and the ones */
		{CP15_SCTLR, 0x73c57c7f, 0x00c50078},
		{CP15_TTBR0, 0xffffffff, 0},
		{CP15_TTBR1, 0xffffffff, 0},
		{CP15_TTBCR, 0x00000037, 0},
		{CP15_DACR, 0xffffffff, 0},
		{CP15_PRRR, 0xffffffff, 0},
		{CP15_NMRR, 0xffffffff, 0},
		{CP15_CONTEXTIDR, 0xffffffff, 0},
		{CP15_PAR, 0xffffffff, 0},
	};
	struct board *board = new_board("cortex-a9");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cp15(board, rows[i].reg, 0xffffffff);
		assert_int_equal(cp15_read(board, rows[i].reg), rows[i].ones);
		cp15(board, rows[i].reg, 0);
		assert_int_equal(cp15_read(board, rows[i].reg), rows[i].zeros);
	}
	board_destroy(board);
}

/* What Linux writes into SCTLR of an ARMv7 core at boot. */
static void linux_sctlr(void **state)
{
	struct board *board = new_board("cortex-a9");
	uint32_t sctlr;

	(void)state;
	mmu_reset(board->mmu);
	sctlr = (cp15_read(board, CP15_SCTLR) & ~0x2120c302u) | 0x10c03c7d;
	cp15(board, CP15_SCTLR, sctlr);
	assert_int_equal(cp15_read(board, CP15_SCTLR), 0x10c53c7d);
	assert_false(mmu_strict_alignment(board->mmu));
	board_destroy(board);
}

/* The owner drops everything when addresses change their meaning, not else. */
static void changes_are_told(void **state)
{
	static const struct {
		uint32_t reg, value;
		bool told;
	} rows[] = {
		{CP15_TTBR0, TABLE1, true},
		{CP15_TTBR0, TABLE1, false}, /* the same again */
		{CP15_TTBR1, TABLE0, true},
		{CP15_TTBCR, 1, true},
		{CP15_DACR, 1, true},
		{CP15_PRRR, 1, true},
		{CP15_NMRR, 1, true},
		{CP15_CONTEXTIDR, 1, true},
		{CP15_CONTEXTIDR, 0x101, false}, /* PROCID */
		{CP15_SCTLR, SCTLR_M | SCTLR_A, false},
		{CP15_SCTLR, SCTLR_M | SCTLR_V | SCTLR_I, false},
		{CP15_SCTLR, SCTLR_M | SCTLR_AFE, true},
		{CP15_SCTLR, SCTLR_M | SCTLR_AFE | SCTLR_TRE, true},
		{CP15_SCTLR, 0, true},
		{CP15_DFSR, 1, false},
		{CP15_PAR, 1, false},
	};
	struct board *board = new_board("cortex-a9");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		board->nr_drops = 0;
		cp15(board, rows[i].reg, rows[i].value);
		assert_int_equal(board->nr_drops, rows[i].told);
		if (rows[i].told)
			assert_int_equal(board->drops[0].size_bytes, 0);
	}
	board_destroy(board);
}

/* ---- identification ----------------------------------------------------- */

static void identification(void **state)
{
	static const uint32_t midr[NR_CORES] = {
		0x410fc051, 0x410fc075, 0x410fc080, 0x410fc090, 0x412fc0f1,
	};
	static const bool pxn[NR_CORES] = {false, true, false, false, true};

	(void)state;
	for (size_t i = 0; i < NR_CORES; i++) {
		struct board *board;

		assert_true(mmu_core_known(cores[i]));
		board = new_board(cores[i]);
		assert_int_equal(cp15_read(board, CP15_MIDR), midr[i]);
		assert_int_equal((cp15_read(board, CP15_ID_MMFR0) & 15) >= 4,
				 pxn[i]);
		/* Read-only. */
		assert_false(mmu_cp15_write(board->mmu, CP15_MIDR, 0));
		board_destroy(board);
	}
	assert_false(mmu_core_known("cortex-m3"));
	assert_false(mmu_core_known(NULL));
}

static void mpidr(void **state)
{
	struct mmu_config config = plain_config("cortex-a9");
	struct board *board;

	(void)state;
	config.cpu = 3;
	board = board_create(&config);
	assert_int_equal(cp15_read(board, CP15_MPIDR), 0x80000003);
	board_destroy(board);
}

static void tlbtr(void **state)
{
	struct mmu_config unified = {
		.core = "cortex-a9",
		.main = {.entries = 128, .ways = 2, .lockable = 4},
	};
	struct mmu_config split = {
		.core = "cortex-a8",
		.main_i = {.entries = 32, .lockable = 16},
		.main_d = {.entries = 32, .lockable = 16},
	};
	struct board *board = board_create(&unified);

	(void)state;
	assert_int_equal(cp15_read(board, CP15_TLBTR), 0x00000402);
	board_destroy(board);
	board = board_create(&split);
	assert_int_equal(cp15_read(board, CP15_TLBTR), 0x00101001);
	board_destroy(board);
}

/* The Cortex-A8 has no multiprocessing operations, the A7 no lockdown. */
static void undefined(void **state)
{
	struct board *a8 = new_board("cortex-a8");
	struct board *a7 = new_board("cortex-a7");
	uint32_t value;

	(void)state;
	assert_false(mmu_cp15_write(a8->mmu, CP15_TLBIALLIS, 0));
	assert_false(mmu_cp15_write(a8->mmu, CP15_TLBIMVAA, 0));
	assert_false(mmu_cp15_write(a8->mmu, CP15_ICIALLUIS, 0));
	assert_true(mmu_cp15_write(a8->mmu, CP15_TLBLOCK, 0));
	assert_false(mmu_cp15_write(a7->mmu, CP15_TLBLOCK, 0));
	assert_false(mmu_cp15_read(a7->mmu, CP15_TLBLOCK, &value));
	assert_false(mmu_cp15_read(a7->mmu, CP15_TLBIALL, &value));
	assert_false(mmu_cp15_read(a7->mmu, CP15_DCCMVAC, &value));
	assert_false(mmu_cp15_write(a7->mmu, CP15_REG(9, 0, 12, 0), 0));
	assert_false(mmu_cp15_read(a7->mmu, CP15_REG(9, 0, 12, 0), &value));
	/* Caches and barriers are accepted. */
	assert_true(mmu_cp15_write(a7->mmu, CP15_DCCMVAC, 0xdeadbeef));
	assert_true(mmu_cp15_write(a7->mmu, CP15_DSB, 0));
	assert_int_equal(a7->nr_drops, 0);
	board_destroy(a8);
	board_destroy(a7);
}

/* ---- address translation ------------------------------------------------ */

static uint32_t par(struct board *board, uint32_t operation, vaddr_t va)
{
	cp15(board, operation, va);
	return cp15_read(board, CP15_PAR);
}

static void address_translation(void **state)
{
	struct board *board = new_board("cortex-a15");

	(void)state;
	/* AP 010: PL1 read-write, PL0 read-only; write-back, write-allocate */
	set_l1(board, 0x80000000, 0x1230180e);
	assert_int_equal(par(board, CP15_ATS1CPR, 0x800abcde), 0x123ab454);
	assert_int_equal(par(board, CP15_ATS1CPW, 0x800abcde), 0x123ab454);
	assert_int_equal(par(board, CP15_ATS1CUR, 0x800abcde), 0x123ab454);
	/* Permission, section: FS 0x0d in [6:1], F. */
	assert_int_equal(par(board, CP15_ATS1CUW, 0x800abcde), 0x1b);
	assert_int_equal(par(board, CP15_ATS1CPR, 0x40000000), 0x0b);
	/* Shareable device: SH, inner 011. */
	set_l1(board, 0x80100000, 0x12300c06);
	assert_int_equal(par(board, CP15_ATS1CPR, 0x80100000), 0x123000b0);
	/* A supersection of 40 bits: SS, PA[39:32] in [23:16]. */
	set_l1(board, 0x81000000, 0x45940cc2);
	assert_int_equal(par(board, CP15_ATS1CPR, 0x81000000), 0x45690092);
	/* DFSR and DFAR are none of its business. */
	assert_int_equal(cp15_read(board, CP15_DFSR), 0);
	/* It looks in the TLB like any access. */
	assert_int_equal(tlb_stats(board, "main")->lookups, 7);
	board_destroy(board);
}

/* ---- configurations ----------------------------------------------------- */

static void bad_configurations(void **state)
{
	struct mmu_port port = {0};
	struct mmu_config config = plain_config("cortex-a9");
	struct mmu_config bad;

	(void)state;
	assert_null(mmu_config_check(&config));
#define REFUSED(change, word)                                          \
	do {                                                           \
		bad = config;                                          \
		change;                                                \
		assert_non_null(mmu_config_check(&bad));               \
		assert_non_null(strstr(mmu_config_check(&bad), word)); \
		assert_null(mmu_create(&bad, &port));                  \
	} while (0)
	REFUSED(bad.core = "z80", "core");
	REFUSED(bad.core = NULL, "core");
	REFUSED(bad.main.entries = 0, "neither");
	REFUSED(bad.main_d.entries = 32, "both");
	REFUSED((bad.main.entries = 0, bad.main_i.entries = 8), "neither");
	REFUSED(bad.main.ways = 3, "multiple");
	REFUSED((bad.main.entries = 48, bad.main.ways = 4), "power of two");
	REFUSED(bad.main.entries = 5000, "4096");
	REFUSED(bad.main.lockable = 17, "lockable");
	REFUSED(bad.main.replacement = MMU_LRU + 1, "policy");
	REFUSED(bad.micro_st.entries = 8, "stores");
	REFUSED(bad.micro_i.lockable = 1, "lockable");
	REFUSED((bad.walk_cache_entries = 6, bad.walk_cache_ways = 2), "two");
#undef REFUSED
	mmu_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reset),
		cmocka_unit_test(writable_bits),
		cmocka_unit_test(linux_sctlr),
		cmocka_unit_test(changes_are_told),
		cmocka_unit_test(identification),
		cmocka_unit_test(mpidr),
		cmocka_unit_test(tlbtr),
		cmocka_unit_test(undefined),
		cmocka_unit_test(address_translation),
		cmocka_unit_test(bad_configurations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
