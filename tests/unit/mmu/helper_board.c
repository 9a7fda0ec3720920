/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/mmu/helper_board.h"

#include <stdlib.h>
#include <string.h>

static bool peek_word(void *ctx, paddr_t paddr, uint32_t *word)
{
	const struct board *board = ctx;

	assert_true(!(paddr & 3));
	if (paddr < RAM_BASE || paddr >= RAM_BASE + RAM_BYTES)
		return false;
	*word = board->ram[(paddr - RAM_BASE) / 4];
	return true;
}

static bool read_word(void *ctx, paddr_t paddr, const struct mmu_attr *attr,
		      uint32_t *word, uint32_t *cycles)
{
	struct board *board = ctx;

	board->reads++;
	board->last_attr = *attr;
	*cycles = board->read_cycles;
	return peek_word(ctx, paddr, word);
}

static void note_drop(void *ctx, vaddr_t va, uint32_t size_bytes)
{
	struct board *board = ctx;
	unsigned int i = board->nr_drops++ % MAX_DROPS;

	board->drops[i].va = va;
	board->drops[i].size_bytes = size_bytes;
}

static void note_broadcast(void *ctx, uint32_t reg, uint32_t value)
{
	struct board *board = ctx;

	board->nr_broadcasts++;
	board->broadcast_reg = reg;
	board->broadcast_value = value;
}

static void note_stale(void *ctx, const struct mmu_stale *stale)
{
	struct board *board = ctx;

	board->nr_stale++;
	board->stale = *stale;
}

struct mmu_config plain_config(const char *core)
{
	return (struct mmu_config){
		.core = core,
		.main = {.entries = 64, .replacement = MMU_ROUND_ROBIN},
	};
}

struct board *board_create(const struct mmu_config *config)
{
	struct board *board = calloc(1, sizeof(*board));
	struct mmu_port port = {
		.ctx = board,
		.read_word = read_word,
		.peek_word = peek_word,
		.dropped = note_drop,
		.broadcast = note_broadcast,
		.stale = note_stale,
	};

	assert_non_null(board);
	board->config = *config;
	assert_null(mmu_config_check(config));
	board->mmu = mmu_create(config, &port);
	assert_non_null(board->mmu);
	cp15(board, CP15_TTBR0, TABLE0);
	cp15(board, CP15_TTBR1, TABLE1);
	cp15(board, CP15_DACR, 0x55555555);
	cp15(board, CP15_SCTLR, SCTLR_M);
	board->nr_drops = 0;
	return board;
}

void board_destroy(struct board *board)
{
	mmu_destroy(board->mmu);
	free(board);
}

void board_write(struct board *board, paddr_t paddr, uint32_t word)
{
	assert_in_range(paddr, RAM_BASE, RAM_BASE + RAM_BYTES - 4);
	board->ram[(paddr - RAM_BASE) / 4] = word;
}

void set_l1(struct board *board, vaddr_t va, uint32_t word)
{
	board_write(board, l1_descriptor_paddr(TABLE0, va), word);
}

paddr_t l2_table(int table)
{
	return PAGES + table * L2_TABLE_BYTES;
}

void set_l2(struct board *board, int table, vaddr_t va, uint32_t word)
{
	board_write(board, l2_descriptor_paddr(l2_table(table), va), word);
}

void map_page(struct board *board, vaddr_t va, paddr_t paddr, uint32_t flags)
{
	int table = va >> 20 & 0x3f;

	set_l1(board, va, l1_make_table(l2_table(table), 0, 0));
	set_l2(board, table, va,
	       l2_make_small(paddr, L2_AP(AP_RW_RW) |
					    L2_SMALL_TEXCB(TEXCB_NORMAL_WBWA) |
					    flags));
}

void cp15(struct board *board, uint32_t reg, uint32_t value)
{
	assert_true(mmu_cp15_write(board->mmu, reg, value));
}

uint32_t cp15_read(struct board *board, uint32_t reg)
{
	uint32_t value;

	assert_true(mmu_cp15_read(board->mmu, reg, &value));
	return value;
}

struct mmu_result access_of(struct board *board, vaddr_t va, enum mmu_kind kind,
			    enum mmu_privilege privilege)
{
	struct mmu_result result;
	bool ok = mmu_access(board->mmu, va, kind, privilege, &result);

	assert_int_equal(ok, result.fault.type == MMU_FAULT_NONE);
	return result;
}

struct mmu_result read_at(struct board *board, vaddr_t va)
{
	return access_of(board, va, MMU_READ, MMU_PL1);
}

struct mmu_result write_at(struct board *board, vaddr_t va)
{
	return access_of(board, va, MMU_WRITE, MMU_PL1);
}

struct mmu_result fetch_at(struct board *board, vaddr_t va)
{
	return access_of(board, va, MMU_FETCH, MMU_PL1);
}

bool board_has_micro(struct board *board, enum mmu_kind kind)
{
	const struct mmu_config *config = &board->config;

	return kind == MMU_FETCH ? config->micro_i.entries
				 : config->micro_d.entries;
}

const struct mmu_tlb_stats *tlb_stats(struct board *board, const char *name)
{
	for (int i = 0; i < mmu_nr_tlbs(board->mmu); i++) {
		const struct mmu_tlb_stats *stats = mmu_tlb_stats(board->mmu,
								  i);

		if (!strcmp(stats->name, name))
			return stats;
	}
	fail_msg("no TLB called %s", name);
	return NULL;
}
