/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_MMU_HELPER_BOARD_H
#define TESTS_UNIT_MMU_HELPER_BOARD_H

/*
 * The smallest board that an MMU can sit on: some RAM for tables, and a note
 * of all that the MMU tells its owner. Physical addresses outside of the RAM
 * answer nothing.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmu/armv7.h"
#include "mmu/mmu.h"

/* Where the tests put things. */
#define RAM_BASE  0x60000000u
#define RAM_BYTES 0x00100000u
#define TABLE0    0x60004000u /* for TTBR0 */
#define TABLE1    0x60008000u /* for TTBR1 */
#define PAGES     0x60010000u /* second-level tables: the n-th is 1 KB on */

#define MAX_DROPS 64

struct board {
	uint32_t ram[RAM_BYTES / 4];
	struct mmu *mmu;
	struct mmu_config config;
	uint32_t read_cycles; /* what each descriptor read costs */

	unsigned int reads;
	struct mmu_attr last_attr;
	unsigned int nr_drops;
	struct {
		vaddr_t va;
		uint32_t size_bytes;
	} drops[MAX_DROPS];
	unsigned int nr_stale;
	struct mmu_stale stale;
	unsigned int nr_broadcasts;
	uint32_t broadcast_reg, broadcast_value;
};

/* The reference board's TLB: 64 entries, unified, round-robin. */
struct mmu_config plain_config(const char *core);

/* MMU on, TTBR0 = TABLE0, every domain a client, all tables empty. */
struct board *board_create(const struct mmu_config *config);
void board_destroy(struct board *board);

void board_write(struct board *board, paddr_t paddr, uint32_t word);
/* The first-level word of @va in TABLE0, and one in the @table-th of PAGES. */
void set_l1(struct board *board, vaddr_t va, uint32_t word);
void set_l2(struct board *board, int table, vaddr_t va, uint32_t word);
/* The address of the @table-th second-level table. */
paddr_t l2_table(int table);
/* Maps the small page at @va, global, read-write for all, to @paddr. */
void map_page(struct board *board, vaddr_t va, paddr_t paddr, uint32_t flags);

void cp15(struct board *board, uint32_t reg, uint32_t value);
uint32_t cp15_read(struct board *board, uint32_t reg);

/* An access, and what it gave. */
struct mmu_result access_of(struct board *board, vaddr_t va, enum mmu_kind kind,
			    enum mmu_privilege privilege);
struct mmu_result read_at(struct board *board, vaddr_t va); /* at PL1 */
struct mmu_result write_at(struct board *board, vaddr_t va); /* at PL1 */
struct mmu_result fetch_at(struct board *board, vaddr_t va); /* at PL1 */

/* True when accesses of @kind have a micro-TLB before the main one. */
bool board_has_micro(struct board *board, enum mmu_kind kind);

/* The counters of the TLB called @name. */
const struct mmu_tlb_stats *tlb_stats(struct board *board, const char *name);

#endif
