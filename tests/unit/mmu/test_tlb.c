/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLBs (rows A4 and A5): miss counts of small access patterns, worked out
 * by hand in the comments; each maintenance operation; micro-TLBs; lockdown;
 * ASIDs; and when the owner is told that something was dropped.
 */
#include "tests/unit/mmu/helper_board.h"

/* Page n of the patterns. */
#define VA(n) (0x00100000u + (n)*0x1000u)

/* 128 global pages at VA(0) on; @flags as of a small page. */
static struct board *board_with_pages(const struct mmu_config *config,
				      uint32_t flags)
{
	struct board *board = board_create(config);

	for (int n = 0; n < 128; n++)
		map_page(board, VA(n), 0x10000000 + n * 0x1000, flags);
	return board;
}

static struct board *plain_board(enum mmu_replacement policy, uint32_t entries,
				 uint32_t ways)
{
	struct mmu_config config = plain_config("cortex-a9");

	config.main.replacement = policy;
	config.main.entries = entries;
	config.main.ways = ways;
	return board_with_pages(&config, 0);
}

static uint64_t misses(struct board *board)
{
	return tlb_stats(board, "main")->misses;
}

/* Reads pages given by number; returns how many of them missed. */
static uint64_t read_pages(struct board *board, const int *pages, int nr)
{
	uint64_t before = misses(board);

	for (int i = 0; i < nr; i++)
		read_at(board, VA(pages[i]));
	return misses(board) - before;
}

#define READ_PAGES(board, ...)                        \
	read_pages(board, (const int[]){__VA_ARGS__}, \
		   sizeof((int[]){__VA_ARGS__}) / sizeof(int))

/* ---- patterns ----------------------------------------------------------- */

/*
 * A stride over n pages in a 64-entry TLB: n misses the first time. Then none
 * while n <= 64; with 65 pages each access evicts the page that comes next,
 * so all miss, ever.
 */
static void stride(void **state)
{
	(void)state;
	for (int policy = MMU_ROUND_ROBIN; policy <= MMU_LRU; policy++) {
		struct board *board = plain_board(policy, 64, 0);

		if (policy == MMU_RANDOM) {
			board_destroy(board);
			continue;
		}
		for (int turn = 0; turn < 3; turn++)
			for (int n = 0; n < 64; n++)
				read_at(board, VA(n));
		assert_int_equal(misses(board), 64);
		assert_int_equal(tlb_stats(board, "main")->evictions, 0);
		cp15(board, CP15_TLBIALL, 0);
		for (int turn = 0; turn < 3; turn++)
			for (int n = 0; n < 65; n++)
				read_at(board, VA(n));
		assert_int_equal(misses(board), 64 + 3 * 65);
		assert_int_equal(tlb_stats(board, "main")->evictions,
				 3 * 65 - 64);
		board_destroy(board);
	}
}

/*
 * Four entries. 0 1 2 3 miss; 0 hits. 4 replaces 0 under round-robin and FIFO
 * (the oldest), 1 under LRU. So then: round-robin and FIFO miss 0 (it replaces
 * 1) and hit 2 and 3; LRU hits 0, 2 and 3.
 */
static void hits_matter_to_lru_alone(void **state)
{
	struct board *rr = plain_board(MMU_ROUND_ROBIN, 4, 0);
	struct board *fifo = plain_board(MMU_FIFO, 4, 0);
	struct board *lru = plain_board(MMU_LRU, 4, 0);

	(void)state;
	assert_int_equal(READ_PAGES(rr, 0, 1, 2, 3, 0, 4), 5);
	assert_int_equal(READ_PAGES(fifo, 0, 1, 2, 3, 0, 4), 5);
	assert_int_equal(READ_PAGES(lru, 0, 1, 2, 3, 0, 4), 5);
	assert_int_equal(READ_PAGES(rr, 0, 2, 3), 1);
	assert_int_equal(READ_PAGES(fifo, 0, 2, 3), 1);
	assert_int_equal(READ_PAGES(lru, 0, 2, 3), 0);
	assert_false(mmu_sees_hits(rr->mmu));
	assert_false(mmu_sees_hits(fifo->mmu));
	assert_true(mmu_sees_hits(lru->mmu));
	board_destroy(rr);
	board_destroy(fifo);
	board_destroy(lru);
}

/*
 * Four entries, filled with 0 1 2 3; 0 is invalidated and 4 takes its place.
 * Next to leave: round-robin's counter has not moved, so entry 0, page 4;
 * FIFO's oldest is page 1.
 */
static void round_robin_is_not_fifo(void **state)
{
	struct board *rr = plain_board(MMU_ROUND_ROBIN, 4, 0);
	struct board *fifo = plain_board(MMU_FIFO, 4, 0);

	(void)state;
	READ_PAGES(rr, 0, 1, 2, 3);
	READ_PAGES(fifo, 0, 1, 2, 3);
	cp15(rr, CP15_TLBIMVA, VA(0));
	cp15(fifo, CP15_TLBIMVA, VA(0));
	assert_int_equal(READ_PAGES(rr, 4, 5), 2);
	assert_int_equal(READ_PAGES(fifo, 4, 5), 2);
	assert_int_equal(READ_PAGES(rr, 1, 2, 3, 5), 0);
	assert_int_equal(READ_PAGES(fifo, 2, 3, 4, 5), 0);
	board_destroy(rr);
	board_destroy(fifo);
}

/* The same seed gives the same victims, another one others. */
static void random_is_seeded(void **state)
{
	uint64_t counts[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct mmu_config config = plain_config("cortex-a9");
		struct board *board;

		config.main.replacement = MMU_RANDOM;
		config.seed = i / 2;
		board = board_with_pages(&config, 0);
		for (int n = 0; n < 5000; n++)
			read_at(board, VA(n * 7 % 80));
		counts[i] = misses(board);
		board_destroy(board);
	}
	assert_int_equal(counts[0], counts[1]);
	assert_int_not_equal(counts[0], counts[2]);
	assert_in_range(counts[0], 80, 4000);
}

/*
 * Eight entries in two ways: four sets, set = page number mod 4. Pages 0 4 8
 * share set 0 (VA(0) is page 0x100). 0 4 miss, 8 replaces 0, 0 replaces 4;
 * 8 hits. Pages 1 and 2 lie in other sets and disturb nobody.
 */
static void sets_and_ways(void **state)
{
	struct board *board = plain_board(MMU_ROUND_ROBIN, 8, 2);

	(void)state;
	assert_int_equal(READ_PAGES(board, 0, 4, 8, 0, 8), 4);
	assert_int_equal(READ_PAGES(board, 1, 2, 1, 2), 2);
	assert_int_equal(READ_PAGES(board, 8, 0), 0);
	assert_int_equal(tlb_stats(board, "main")->evictions, 2);
	board_destroy(board);
}

/* One entry serves its whole page, whatever the size. */
static void all_four_sizes(void **state)
{
	struct board *board = plain_board(MMU_ROUND_ROBIN, 64, 0);

	(void)state;
	set_l1(board, 0x03000000, l1_make_table(l2_table(60), 0, 0));
	for (int i = 0; i < 16; i++) {
		set_l2(board, 60, 0x03000000 + i * 0x1000,
		       l2_make_large(0x20000000, L2_AP(AP_RW_RW)));
		set_l1(board, 0x05000000 + i * 0x100000,
		       l1_make_supersection(0x40000000, L1_AP(AP_RW_RW)));
	}
	set_l1(board, 0x04000000,
	       l1_make_section(0x30000000, 0, L1_AP(AP_RW_RW)));
	for (uint32_t i = 0; i < 16; i++) {
		read_at(board, VA(0) + i * 0x100);
		read_at(board, 0x03000000 + i * 0x1000);
		read_at(board, 0x04000000 + i * 0x10000);
		read_at(board, 0x05000000 + i * 0x100000);
	}
	assert_int_equal(misses(board), 4);
	assert_int_equal(mmu_stats(board->mmu)->fills_small, 1);
	assert_int_equal(mmu_stats(board->mmu)->fills_large, 1);
	assert_int_equal(mmu_stats(board->mmu)->fills_section, 1);
	assert_int_equal(mmu_stats(board->mmu)->fills_supersection, 1);
	assert_int_equal(mmu_stats(board->mmu)->l1_reads, 4);
	assert_int_equal(mmu_stats(board->mmu)->l2_reads, 2);
	/* TLBIMVA at any address inside removes the whole. */
	cp15(board, CP15_TLBIMVA, 0x0300f000);
	cp15(board, CP15_TLBIMVA, 0x040ff000);
	cp15(board, CP15_TLBIMVA, 0x05fff000);
	assert_int_equal(tlb_stats(board, "main")->invalidations, 3);
	board_destroy(board);
}

/*
 * Fetches share a unified TLB: two entries, code on page 0, data on 1 and 2.
 * f0 r1 miss, f0 hits, r2 evicts page 0 (the oldest), f0 misses and evicts 1,
 * r1 misses and evicts 2.
 */
static void fetches_are_counted(void **state)
{
	struct board *board = plain_board(MMU_FIFO, 2, 0);

	(void)state;
	fetch_at(board, VA(0));
	read_at(board, VA(1));
	fetch_at(board, VA(0));
	read_at(board, VA(2));
	fetch_at(board, VA(0));
	read_at(board, VA(1));
	assert_int_equal(misses(board), 5);
	assert_int_equal(tlb_stats(board, "main")->fetch_misses, 2);
	assert_int_equal(tlb_stats(board, "main")->lookups, 6);
	board_destroy(board);
}

/* The engine's soft TLB obeys this. */
static void evictions_are_told(void **state)
{
	struct board *board = plain_board(MMU_ROUND_ROBIN, 2, 0);

	(void)state;
	READ_PAGES(board, 0, 1);
	assert_int_equal(board->nr_drops, 0);
	READ_PAGES(board, 2);
	assert_int_equal(board->nr_drops, 1);
	assert_int_equal(board->drops[0].va, VA(0));
	assert_int_equal(board->drops[0].size_bytes, 0x1000);
	cp15(board, CP15_TLBIMVA, VA(2));
	assert_int_equal(board->nr_drops, 2);
	assert_int_equal(board->drops[1].va, VA(2));
	cp15(board, CP15_TLBIMVA, VA(2)); /* nothing there any more */
	assert_int_equal(board->nr_drops, 2);
	cp15(board, CP15_TLBIALL, 0);
	assert_int_equal(board->nr_drops, 3);
	assert_int_equal(board->drops[2].size_bytes, 0);
	board_destroy(board);
}

/* ---- ASIDs -------------------------------------------------------------- */

/*
 * Two processes with the same eight addresses, switching ten times. With ASIDs
 * each misses its eight pages once; without (a flush at each switch) at every
 * turn.
 */
static void asids_survive_a_switch(void **state)
{
	struct mmu_config config = plain_config("cortex-a9");
	struct board *board = board_with_pages(&config, L2_NG);

	(void)state;
	for (int turn = 0; turn < 20; turn++) {
		cp15(board, CP15_CONTEXTIDR, 1 + turn % 2);
		assert_int_equal(board->drops[board->nr_drops - 1].size_bytes,
				 0);
		for (int n = 0; n < 8; n++)
			read_at(board, VA(n));
	}
	assert_int_equal(misses(board), 16);
	for (int turn = 0; turn < 20; turn++) {
		cp15(board, CP15_TLBIALL, 0);
		for (int n = 0; n < 8; n++)
			read_at(board, VA(n));
	}
	assert_int_equal(misses(board), 16 + 160);
	board_destroy(board);
}

/* An entry of a process that is not running leaves without a word. */
static void other_asids_leave_silently(void **state)
{
	struct mmu_config config = plain_config("cortex-a9");
	struct board *board = board_with_pages(&config, L2_NG);
	unsigned int drops;

	(void)state;
	cp15(board, CP15_CONTEXTIDR, 1);
	read_at(board, VA(0));
	cp15(board, CP15_CONTEXTIDR, 2);
	drops = board->nr_drops;
	cp15(board, CP15_TLBIMVA, VA(0) | 1);
	assert_int_equal(tlb_stats(board, "main")->invalidations, 1);
	assert_int_equal(board->nr_drops, drops);
	/* PROCID alone is no switch. */
	cp15(board, CP15_CONTEXTIDR, 0xabcd02);
	assert_int_equal(board->nr_drops, drops);
	board_destroy(board);
}

static void global_entries_match_every_asid(void **state)
{
	struct board *board = plain_board(MMU_ROUND_ROBIN, 64, 0);

	(void)state;
	for (int asid = 0; asid < 256; asid++) {
		cp15(board, CP15_CONTEXTIDR, asid);
		read_at(board, VA(0));
	}
	assert_int_equal(misses(board), 1);
	board_destroy(board);
}

/* ---- maintenance -------------------------------------------------------- */

/*
 * Page 0 global; page 1 of ASID 1 and of ASID 2. Returns which are still in
 * after @reg := @value, as bits 0, 1, 2.
 */
static int left_after(uint32_t reg, uint32_t value)
{
	struct mmu_config config = plain_config("cortex-a9");
	struct board *board = board_create(&config);
	int left;
	uint64_t before;

	map_page(board, VA(0), 0x10000000, 0);
	map_page(board, VA(1), 0x10001000, L2_NG);
	cp15(board, CP15_CONTEXTIDR, 1);
	READ_PAGES(board, 0, 1);
	cp15(board, CP15_CONTEXTIDR, 2);
	READ_PAGES(board, 1);
	assert_int_equal(misses(board), 3);

	cp15(board, reg, value);
	assert_int_equal(tlb_stats(board, "main")->flushes, 1);
	before = tlb_stats(board, "main")->invalidations;
	left = READ_PAGES(board, 0) ? 0 : 1;
	left += READ_PAGES(board, 1) ? 0 : 4;
	cp15(board, CP15_CONTEXTIDR, 1);
	left += READ_PAGES(board, 1) ? 0 : 2;
	assert_int_equal(before,
			 3 - (left & 1) - (left >> 1 & 1) - (left >> 2 & 1));
	board_destroy(board);
	return left;
}

static void maintenance_operations(void **state)
{
	(void)state;
	assert_int_equal(left_after(CP15_TLBIALL, 0), 0);
	assert_int_equal(left_after(CP15_TLBIMVA, VA(1) | 1), 5);
	assert_int_equal(left_after(CP15_TLBIMVA, VA(1) | 2), 3);
	assert_int_equal(left_after(CP15_TLBIMVA, VA(1) | 3), 7);
	assert_int_equal(left_after(CP15_TLBIMVA, VA(0) | 3), 6); /* global */
	assert_int_equal(left_after(CP15_TLBIMVA, VA(2) | 1), 7);
	assert_int_equal(left_after(CP15_TLBIASID, 1), 5);
	assert_int_equal(left_after(CP15_TLBIASID, 2), 3);
	assert_int_equal(left_after(CP15_TLBIMVAA, VA(1)), 1);
	assert_int_equal(left_after(CP15_TLBIMVAA, VA(0)), 6);
	assert_int_equal(left_after(CP15_TLBIALLIS, 0), 0);
	assert_int_equal(left_after(CP15_TLBIMVAIS, VA(1) | 1), 5);
	assert_int_equal(left_after(CP15_TLBIASIDIS, 2), 3);
	assert_int_equal(left_after(CP15_TLBIMVAAIS, VA(1)), 1);
	/* I and D forms act on the unified TLB. */
	assert_int_equal(left_after(CP15_ITLBIALL, 0), 0);
	assert_int_equal(left_after(CP15_DTLBIMVA, VA(1) | 1), 5);
	assert_int_equal(left_after(CP15_ITLBIASID, 2), 3);
}

static void sides_of_a_split_tlb(void **state)
{
	struct mmu_config config = {
		.core = "cortex-a8",
		.main_i = {.entries = 32},
		.main_d = {.entries = 32},
	};
	struct board *board = board_with_pages(&config, 0);

	(void)state;
	read_at(board, VA(0));
	fetch_at(board, VA(0));
	assert_int_equal(tlb_stats(board, "main_i")->misses, 1);
	assert_int_equal(tlb_stats(board, "main_d")->misses, 1);
	/* A load's answer gives no right to fetch. */
	assert_int_equal(read_at(board, VA(0)).rights,
			 MMU_MAY_READ | MMU_MAY_WRITE);
	assert_int_equal(fetch_at(board, VA(0)).rights, MMU_MAY_FETCH);
	cp15(board, CP15_ITLBIMVA, VA(0));
	read_at(board, VA(0));
	fetch_at(board, VA(0));
	assert_int_equal(tlb_stats(board, "main_i")->misses, 2);
	assert_int_equal(tlb_stats(board, "main_d")->misses, 1);
	cp15(board, CP15_DTLBIALL, 0);
	read_at(board, VA(0));
	fetch_at(board, VA(0));
	assert_int_equal(tlb_stats(board, "main_i")->misses, 2);
	assert_int_equal(tlb_stats(board, "main_d")->misses, 2);
	assert_int_equal(tlb_stats(board, "main_i")->flushes, 1);
	assert_int_equal(tlb_stats(board, "main_d")->flushes, 1);
	board_destroy(board);
}

/* Inner-shareable forms work here and are passed on; remote ones only work. */
static void broadcasts(void **state)
{
	struct board *board = plain_board(MMU_ROUND_ROBIN, 64, 0);

	(void)state;
	READ_PAGES(board, 0, 1);
	cp15(board, CP15_TLBIMVAIS, VA(0));
	assert_int_equal(board->nr_broadcasts, 1);
	assert_int_equal(board->broadcast_reg, CP15_TLBIMVAIS);
	assert_int_equal(board->broadcast_value, VA(0));
	mmu_cp15_remote(board->mmu, CP15_TLBIMVAIS, VA(1));
	assert_int_equal(board->nr_broadcasts, 1);
	cp15(board, CP15_TLBIMVA, VA(0));
	assert_int_equal(board->nr_broadcasts, 1);
	assert_int_equal(READ_PAGES(board, 0, 1), 2);
	board_destroy(board);
}

/* ---- lockdown ----------------------------------------------------------- */

/*
 * While P is set, fills go to the lockable entries, from the victim on. They
 * survive a stride over 128 pages, TLBIALL and TLBIMVAA, but not TLBIMVA.
 */
static void lockdown(void **state)
{
	struct mmu_config config = plain_config("cortex-a9");
	struct board *board;
	struct mmu_tlb_view view;

	(void)state;
	config.main.lockable = 4;
	board = board_with_pages(&config, 0);
	cp15(board, CP15_TLBLOCK, 2u << 28 | 1);
	READ_PAGES(board, 0, 1);
	/* The victim has gone round from 2 to 0. */
	assert_int_equal(cp15_read(board, CP15_TLBLOCK), 1);
	cp15(board, CP15_TLBLOCK, 0);
	mmu_tlb_view(board->mmu, 0, 66, &view);
	assert_true(view.valid && view.locked);
	assert_int_equal(view.va, VA(0));

	for (int n = 2; n < 128; n++)
		read_at(board, VA(n));
	cp15(board, CP15_TLBIALL, 0);
	cp15(board, CP15_TLBIMVAA, VA(0));
	assert_int_equal(READ_PAGES(board, 0, 1), 0);
	cp15(board, CP15_TLBIMVA, VA(0));
	assert_int_equal(READ_PAGES(board, 0, 1), 1);
	board_destroy(board);
}

/* ---- micro-TLBs --------------------------------------------------------- */

static struct board *micro_board(const char *core)
{
	struct mmu_config config = {
		.core = core,
		.micro_i = {.entries = 2},
		.micro_d = {.entries = 2, .hit_cycles = 0},
		.main = {.entries = 64, .hit_cycles = 7},
		.walk_start_cycles = 5,
	};
	struct board *board = board_with_pages(&config, 0);

	board->read_cycles = 10;
	return board;
}

/*
 * Two micro entries before 64. r0 r1 walk; r0 hits the micro-TLB; r2 walks
 * and evicts 0 there, which the owner hears; r0 is in the main TLB still.
 */
static void micro_before_main(void **state)
{
	struct board *board = micro_board("cortex-a5");
	struct mmu_result result;

	(void)state;
	result = read_at(board, VA(0));
	assert_int_equal(result.source, MMU_WALKED);
	assert_int_equal(result.cycles, 7 + 5 + 10 + 10);
	READ_PAGES(board, 1);
	result = read_at(board, VA(0));
	assert_int_equal(result.source, MMU_MICRO_HIT);
	assert_int_equal(result.cycles, 0);
	assert_int_equal(board->nr_drops, 0);
	READ_PAGES(board, 2);
	assert_int_equal(board->nr_drops, 1);
	assert_int_equal(board->drops[0].va, VA(0));
	result = read_at(board, VA(0));
	assert_int_equal(result.source, MMU_MAIN_HIT);
	assert_int_equal(result.cycles, 7);
	assert_int_equal(tlb_stats(board, "micro_d")->lookups, 5);
	assert_int_equal(tlb_stats(board, "micro_d")->misses, 4);
	assert_int_equal(tlb_stats(board, "main")->lookups, 4);
	assert_int_equal(misses(board), 3);
	/* The fetch path has a micro-TLB of its own. */
	assert_int_equal(fetch_at(board, VA(0)).source, MMU_MAIN_HIT);
	board_destroy(board);
}

/* Cortex-A5 TRM 6.3: each of these empties the micro-TLBs, not the main. */
static void micro_tlbs_are_emptied(void **state)
{
	static const uint32_t regs[] = {
		CP15_CONTEXTIDR, CP15_DACR,  CP15_PRRR,    CP15_NMRR,
		CP15_TTBR0,      CP15_TTBR1, CP15_TLBIMVA,
	};
	struct board *board = micro_board("cortex-a5");

	(void)state;
	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		uint32_t value = 0x7f000;

		read_at(board, VA(0));
		assert_int_equal(read_at(board, VA(0)).source, MMU_MICRO_HIT);
		if (regs[i] == CP15_TTBR0)
			value = TABLE0 | 2;
		if (regs[i] == CP15_DACR)
			value = 0x55555551;
		if (regs[i] == CP15_CONTEXTIDR)
			value = 9;
		cp15(board, regs[i], value);
		assert_int_equal(read_at(board, VA(0)).source, MMU_MAIN_HIT);
	}
	assert_int_equal(misses(board), 1);
	board_destroy(board);
}

/* Cortex-A15: 4 KB pieces, told apart by ASID, one TLB each for ld and st. */
static void pieces(void **state)
{
	struct mmu_config config = {
		.core = "cortex-a15",
		.micro_i = {.entries = 32, .small_only = true},
		.micro_d = {.entries = 32, .small_only = true},
		.micro_st = {.entries = 32, .small_only = true},
		.main = {.entries = 512, .ways = 4},
	};
	struct board *board = board_create(&config);
	struct mmu_result result;

	(void)state;
	set_l1(board, 0x80000000, 0x12300c02);
	result = read_at(board, 0x80012345);
	assert_int_equal(result.size_bytes, 0x1000);
	assert_int_equal(result.paddr, 0x12312345);
	assert_int_equal(result.rights, MMU_MAY_READ);
	result = read_at(board, 0x80013345);
	assert_int_equal(result.source, MMU_MAIN_HIT);
	assert_int_equal(result.paddr, 0x12313345);
	result = write_at(board, 0x80013345);
	assert_int_equal(result.source, MMU_MAIN_HIT);
	assert_int_equal(result.rights, MMU_MAY_WRITE);

	cp15(board, CP15_CONTEXTIDR, 7);
	assert_int_equal(read_at(board, 0x80013345).source, MMU_MICRO_HIT);
	/* All pieces go with their section. */
	cp15(board, CP15_TLBIMVA, 0x800ff000);
	assert_int_equal(tlb_stats(board, "micro_d")->invalidations, 2);
	assert_int_equal(tlb_stats(board, "micro_st")->invalidations, 1);
	assert_int_equal(read_at(board, 0x80012345).source, MMU_WALKED);
	board_destroy(board);
}

/* ---- the walk cache ----------------------------------------------------- */

/*
 * Two pages of one megabyte: the second walk reads one word. Of the next
 * megabyte: two again. A change of ASID, and TLBIMVA, forget the word.
 */
static void walk_cache(void **state)
{
	struct mmu_config config = plain_config("cortex-a15");
	struct board *board;

	(void)state;
	config.walk_cache_entries = 4;
	config.main.entries = 1;
	board = board_with_pages(&config, 0);
	map_page(board, 0x00200000, 0x20000000, 0);
	READ_PAGES(board, 0, 1);
	assert_int_equal(mmu_stats(board->mmu)->l1_reads, 1);
	assert_int_equal(mmu_stats(board->mmu)->l2_reads, 2);
	assert_int_equal(mmu_stats(board->mmu)->walk_cache_hits, 1);
	read_at(board, 0x00200000);
	assert_int_equal(mmu_stats(board->mmu)->l1_reads, 2);
	cp15(board, CP15_CONTEXTIDR, 1);
	READ_PAGES(board, 2);
	assert_int_equal(mmu_stats(board->mmu)->l1_reads, 3);
	cp15(board, CP15_TLBIMVA, VA(99) | 1);
	READ_PAGES(board, 3);
	assert_int_equal(mmu_stats(board->mmu)->l1_reads, 4);
	cp15(board, CP15_TLBIMVA, VA(99) | 2); /* another ASID's */
	READ_PAGES(board, 4);
	assert_int_equal(mmu_stats(board->mmu)->l1_reads, 4);
	cp15(board, CP15_TLBIASID, 7);
	READ_PAGES(board, 3);
	assert_int_equal(mmu_stats(board->mmu)->l1_reads, 4);
	/* What was invalid is not remembered. */
	assert_int_equal(read_at(board, 0x00300000).fault.type,
			 MMU_FAULT_TRANSLATION);
	set_l1(board, 0x00300000, 0x12300c02);
	assert_int_equal(read_at(board, 0x00300000).fault.type, MMU_FAULT_NONE);
	/* A freed page table that nobody invalidated is still walked. */
	set_l1(board, VA(0), 0);
	assert_int_equal(read_at(board, VA(5)).fault.type, MMU_FAULT_NONE);
	cp15(board, CP15_TLBIALL, 0);
	assert_int_equal(read_at(board, VA(5)).fault.type,
			 MMU_FAULT_TRANSLATION);
	board_destroy(board);
}

/* ---- looking ------------------------------------------------------------ */

static void view(void **state)
{
	struct board *board = plain_board(MMU_ROUND_ROBIN, 4, 0);
	struct mmu_tlb_view entry;

	(void)state;
	READ_PAGES(board, 0, 1, 2, 3, 4);
	mmu_tlb_view(board->mmu, 0, 1, &entry);
	assert_true(entry.valid && entry.next_victim && entry.global);
	assert_int_equal(entry.va, VA(1));
	assert_int_equal(entry.paddr, 0x10001000);
	assert_int_equal(entry.size_bytes, 0x1000);
	assert_int_equal(entry.age, 3);
	assert_int_equal(entry.ap, AP_RW_RW);
	assert_false(entry.xn || entry.pxn || entry.locked);
	mmu_tlb_view(board->mmu, 0, 0, &entry);
	assert_int_equal(entry.va, VA(4));
	assert_false(entry.next_victim);
	board_destroy(board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stride),
		cmocka_unit_test(hits_matter_to_lru_alone),
		cmocka_unit_test(round_robin_is_not_fifo),
		cmocka_unit_test(random_is_seeded),
		cmocka_unit_test(sets_and_ways),
		cmocka_unit_test(all_four_sizes),
		cmocka_unit_test(fetches_are_counted),
		cmocka_unit_test(evictions_are_told),
		cmocka_unit_test(asids_survive_a_switch),
		cmocka_unit_test(other_asids_leave_silently),
		cmocka_unit_test(global_entries_match_every_asid),
		cmocka_unit_test(maintenance_operations),
		cmocka_unit_test(sides_of_a_split_tlb),
		cmocka_unit_test(broadcasts),
		cmocka_unit_test(lockdown),
		cmocka_unit_test(micro_before_main),
		cmocka_unit_test(micro_tlbs_are_emptied),
		cmocka_unit_test(pieces),
		cmocka_unit_test(walk_cache),
		cmocka_unit_test(view),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
