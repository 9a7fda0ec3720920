/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLBs beside the slow, obvious ones of tests/lib/slow_tlb.c, on random
 * accesses, table changes that nobody flushes, context switches, lockdown and
 * every operation of c8, for each policy and geometry (row A4). After each
 * step all counters must agree; the answers, stale ones included, with each
 * access; the contents, entry by entry, every thousand steps.
 *
 * A third party checks inclusion: a soft TLB like an engine's that keeps each
 * right it was given until `dropped` takes it away. What it holds must be a
 * hit in the model's innermost TLB, and the same answer.
 */
#include "tests/unit/mmu/helper_board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/slow_tlb.h"

#define STEPS 200000

/* Addresses used: megabytes 0 to 47, which leaves room for supersections. */
#define MEGABYTES  48
#define SOFT_SLOTS (MEGABYTES * 256)

struct soft_page {
	uint8_t rights;
	paddr_t paddr;
};

struct lockstep {
	struct board *board;
	struct slow_mmu *slow;
	uint64_t random;
	vaddr_t hot[40];
	/* by privilege and page */
	struct soft_page soft[2][SOFT_SLOTS];
	unsigned int soft_hits;
};

static uint32_t draw(struct lockstep *lockstep)
{
	uint64_t z = lockstep->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) >> 16;
}

static uint32_t below(struct lockstep *lockstep, uint32_t n)
{
	return draw(lockstep) % n;
}

/* ---- tables ------------------------------------------------------------- */

static void random_l2_words(struct lockstep *lockstep, int table, vaddr_t va)
{
	uint32_t word = (draw(lockstep) & 0xffff0fc0) | L2_AP(AP_RW_RW);
	bool large = below(lockstep, 3) == 0;

	if (below(lockstep, 12) == 0) {
		set_l2(lockstep->board, table, va, 0);
		return;
	}
	if (!large) {
		set_l2(lockstep->board, table, va, word | L2_SMALL);
		return;
	}
	for (int i = 0; i < 16; i++)
		set_l2(lockstep->board, table, (va & ~0xffffu) + i * 4096,
		       (word & ~0x8000u) | L2_LARGE);
}

/* A new meaning for the megabyte of @va, or for a page in it. */
static void change_tables(struct lockstep *lockstep, vaddr_t va)
{
	uint32_t p = below(lockstep, 100);
	uint32_t word = draw(lockstep) & (0xfff00000 | L1_NG);
	int table = va >> 20;

	word |= L1_AP(AP_RW_RW);
	if (p < 70) {
		set_l1(lockstep->board, va,
		       l1_make_table(l2_table(table), 0, 0));
		random_l2_words(lockstep, table, va);
	} else if (p < 75) {
		set_l1(lockstep->board, va, 0);
	} else if (p < 92) {
		set_l1(lockstep->board, va, word | L1_SECTION);
	} else {
		for (uint32_t i = 0; i < 16; i++)
			set_l1(lockstep->board, (va & ~0xffffffu) + (i << 20),
			       (word & ~0xf00000u) | L1_SUPER | L1_SECTION);
	}
}

static uint32_t word_at(const struct board *board, paddr_t paddr)
{
	return board->ram[(paddr - RAM_BASE) / 4];
}

static bool page_of_section(uint32_t l1, vaddr_t va, struct slow_page *page)
{
	page->size = l1 & L1_SUPER ? 0x1000000 : 0x100000;
	page->va = va & ~(page->size - 1);
	page->paddr = l1 & ~(page->size - 1);
	page->global = !(l1 & L1_NG);
	return true;
}

/* The slow model's walk, which knows just the words that are in use here. */
static bool slow_walk(void *ctx, vaddr_t va, struct slow_page *page)
{
	const struct lockstep *lockstep = ctx;
	const struct board *board = lockstep->board;
	uint32_t l1 = word_at(board, TABLE0 + (va >> 20) * 4), l2;

	if (l1 & L1_SECTION)
		return page_of_section(l1, va, page);
	if (!l1)
		return false;
	l2 = word_at(board, (l1 & ~1023u) + (va >> 12 & 255) * 4);
	if (!l2)
		return false;
	page->size = l2 & L2_SMALL ? 0x1000 : 0x10000;
	page->va = va & ~(page->size - 1);
	page->paddr = l2 & ~(page->size - 1);
	page->global = !(l2 & L2_NG);
	return true;
}

/* ---- the soft TLB ------------------------------------------------------- */

static struct soft_page *soft_page(struct lockstep *lockstep, vaddr_t va,
				   enum mmu_privilege privilege)
{
	return &lockstep->soft[privilege][va >> 12];
}

static void soft_drop(struct lockstep *lockstep, vaddr_t va, uint32_t size)
{
	if (!size) {
		memset(lockstep->soft, 0, sizeof(lockstep->soft));
		return;
	}
	for (uint32_t page = va >> 12; page < (va + size) >> 12; page++) {
		lockstep->soft[0][page].rights = 0;
		lockstep->soft[1][page].rights = 0;
	}
}

/* The board has noted what was dropped since last time. */
static void take_drops(struct lockstep *lockstep)
{
	struct board *board = lockstep->board;

	assert_in_range(board->nr_drops, 0, MAX_DROPS);
	for (unsigned int i = 0; i < board->nr_drops; i++)
		soft_drop(lockstep, board->drops[i].va,
			  board->drops[i].size_bytes);
	board->nr_drops = 0;
}

/* ---- steps -------------------------------------------------------------- */

static vaddr_t random_va(struct lockstep *lockstep)
{
	if (below(lockstep, 4))
		return lockstep->hot[below(lockstep, 40)] |
		       (draw(lockstep) & 0xffc);
	return below(lockstep, MEGABYTES) << 20 | (draw(lockstep) & 0xffffc);
}

static void do_access(struct lockstep *lockstep)
{
	vaddr_t va = random_va(lockstep);
	enum mmu_kind kind = below(lockstep, 3);
	enum mmu_privilege privilege = below(lockstep, 2);
	struct soft_page *soft = soft_page(lockstep, va, privilege);
	bool held = soft->rights & 1 << kind;
	struct soft_page was = *soft;
	struct mmu_result result;
	paddr_t paddr;
	bool translated;

	result = access_of(lockstep->board, va, kind, privilege);
	translated = slow_mmu_access(lockstep->slow, va, kind, &paddr);
	if (!translated) {
		assert_int_equal(result.fault.type, MMU_FAULT_TRANSLATION);
		assert_false(held);
		take_drops(lockstep);
		return;
	}
	/* What may not be accessed is cached all the same. */
	assert_true(result.fault.type == MMU_FAULT_NONE ||
		    result.fault.type == MMU_FAULT_PERMISSION);
	assert_int_equal(result.paddr, paddr);
	if (held) {
		assert_int_equal(result.fault.type, MMU_FAULT_NONE);
		lockstep->soft_hits++;
		assert_int_equal(was.paddr, result.paddr & ~4095ull);
		assert_true(result.source == MMU_MICRO_HIT ||
			    (result.source == MMU_MAIN_HIT &&
			     !board_has_micro(lockstep->board, kind)));
	}
	take_drops(lockstep);
	if (soft->rights && soft->paddr == (result.paddr & ~4095ull))
		soft->rights |= result.rights;
	else
		soft->rights = result.rights;
	soft->paddr = result.paddr & ~4095ull;
}

static void do_maintenance(struct lockstep *lockstep)
{
	static const uint32_t operations[] = {
		CP15_TLBIMVA,    CP15_TLBIMVA,  CP15_TLBIMVA,   CP15_TLBIMVAA,
		CP15_TLBIASID,   CP15_TLBIALL,  CP15_TLBIMVAIS, CP15_TLBIMVAAIS,
		CP15_TLBIASIDIS, CP15_ITLBIMVA, CP15_DTLBIMVA,  CP15_ITLBIASID,
		CP15_DTLBIASID,  CP15_ITLBIALL, CP15_DTLBIALL,  CP15_TLBIALLIS,
	};
	uint32_t n = below(lockstep, 64);
	uint32_t reg = operations[n < 16 ? n : n & 3];
	uint32_t value = (random_va(lockstep) & ~0xfffu) | below(lockstep, 4);

	/* The Cortex-A8 has no multiprocessing operations. */
	if (mmu_cp15_write(lockstep->board->mmu, reg, value))
		slow_mmu_maintain(lockstep->slow, reg, value);
}

static void do_context(struct lockstep *lockstep)
{
	uint32_t asid = below(lockstep, 4);

	cp15(lockstep->board, CP15_CONTEXTIDR, draw(lockstep) << 8 | asid);
	slow_mmu_set_asid(lockstep->slow, asid);
	if (below(lockstep, 4) == 0) {
		uint32_t domain15 = cp15_read(lockstep->board, CP15_DACR) >> 30;

		cp15(lockstep->board, CP15_DACR,
		     0x15555555 | (domain15 ^ 1) << 30);
		slow_mmu_context_changed(lockstep->slow);
	}
}

static void do_lockdown(struct lockstep *lockstep)
{
	uint32_t value = below(lockstep, 4) << 28 | !below(lockstep, 4);

	if (mmu_cp15_write(lockstep->board->mmu, CP15_TLBLOCK, value))
		slow_mmu_lockdown(lockstep->slow, value);
}

static void step(struct lockstep *lockstep)
{
	uint32_t p = below(lockstep, 1000);

	if (p < 950)
		do_access(lockstep);
	else if (p < 970)
		change_tables(lockstep, random_va(lockstep));
	else if (p < 990)
		do_maintenance(lockstep);
	else if (p < 998)
		do_context(lockstep);
	else
		do_lockdown(lockstep);
	take_drops(lockstep);
}

/* ---- comparing ---------------------------------------------------------- */

static void compare_counts(const struct lockstep *lockstep)
{
	const struct mmu *mmu = lockstep->board->mmu;

	assert_int_equal(mmu_nr_tlbs(mmu), lockstep->slow->nr_tlbs);
	assert_int_equal(mmu_stats(mmu)->walks, lockstep->slow->walks);
	for (int i = 0; i < mmu_nr_tlbs(mmu); i++) {
		const struct mmu_tlb_stats *fast = mmu_tlb_stats(mmu, i);
		const struct slow_tlb *slow = &lockstep->slow->tlbs[i];

		assert_string_equal(fast->name, slow->name);
#define STAT(name, sentence) assert_int_equal(fast->name, slow->stats.name);
#include "mmu/tlb_stats.def"
#undef STAT
	}
}

static void compare_entry(const struct mmu_tlb_view *fast,
			  const struct slow_entry *slow)
{
	assert_int_equal(fast->valid, slow->valid);
	if (!fast->valid)
		return;
	assert_int_equal(fast->va, slow->va);
	assert_int_equal(fast->paddr, slow->paddr);
	assert_int_equal(fast->size_bytes, slow->size);
	assert_int_equal(fast->global, slow->global);
	assert_int_equal(fast->asid, slow->asid);
	assert_int_equal(fast->locked, slow->locked);
}

static void compare_contents(const struct lockstep *lockstep)
{
	const struct mmu *mmu = lockstep->board->mmu;

	for (int i = 0; i < mmu_nr_tlbs(mmu); i++) {
		uint32_t nr = mmu_tlb_stats(mmu, i)->entries;

		for (uint32_t index = 0; index < nr; index++) {
			struct mmu_tlb_view view;

			mmu_tlb_view(mmu, i, index, &view);
			compare_entry(&view,
				      &lockstep->slow->tlbs[i].entries[index]);
		}
	}
}

static void run_lockstep(const struct mmu_config *config)
{
	struct lockstep *lockstep = calloc(1, sizeof(*lockstep));

	assert_non_null(lockstep);
	lockstep->random = config->seed;
	lockstep->board = board_create(config);
	lockstep->slow = slow_mmu_create(config, slow_walk, lockstep);
	for (int i = 0; i < 40; i++)
		lockstep->hot[i] = below(lockstep, MEGABYTES) << 20 |
				   (draw(lockstep) & 0xff000);
	for (int i = 0; i < 2000; i++)
		change_tables(lockstep, random_va(lockstep));
	for (int i = 0; i < 40; i++)
		change_tables(lockstep, lockstep->hot[i]);

	for (int i = 0; i < STEPS; i++) {
		step(lockstep);
		compare_counts(lockstep);
		if (i % 1000 == 0)
			compare_contents(lockstep);
	}
	assert_in_range(lockstep->soft_hits, STEPS / 20, STEPS);
	slow_mmu_destroy(lockstep->slow);
	board_destroy(lockstep->board);
	free(lockstep);
}

/* ---- geometries --------------------------------------------------------- */

static void plain_tlb_of_each_policy(void **state)
{
	(void)state;
	for (int policy = MMU_ROUND_ROBIN; policy <= MMU_LRU; policy++) {
		struct mmu_config config = plain_config("cortex-a9");

		config.main.replacement = policy;
		config.main.lockable = 4;
		config.seed = 11 + policy;
		run_lockstep(&config);
	}
}

static void ways_of_each_policy(void **state)
{
	static const struct {
		uint32_t entries, ways;
	} shapes[] = {{16, 1}, {128, 2}, {64, 4}};

	(void)state;
	for (int i = 0; i < 3; i++) {
		for (int policy = MMU_ROUND_ROBIN; policy <= MMU_LRU;
		     policy++) {
			struct mmu_config config = plain_config("cortex-a7");

			config.main.entries = shapes[i].entries;
			config.main.ways = shapes[i].ways;
			config.main.replacement = policy;
			config.seed = 21 + i * 4 + policy;
			run_lockstep(&config);
		}
	}
}

static void one_entry(void **state)
{
	struct mmu_config config = plain_config("cortex-a9");

	(void)state;
	config.main.entries = 1;
	config.main.lockable = 8;
	config.seed = 5;
	run_lockstep(&config);
}

static void cortex_a5(void **state)
{
	struct mmu_config config = {
		.core = "cortex-a5",
		.micro_i = {.entries = 10},
		.micro_d = {.entries = 10},
		.main = {.entries = 128, .ways = 2},
		.seed = 50,
	};

	(void)state;
	run_lockstep(&config);
}

static void cortex_a8(void **state)
{
	struct mmu_config config = {
		.core = "cortex-a8",
		.main_i = {.entries = 32},
		.main_d = {.entries = 32, .lockable = 3},
		.seed = 80,
	};

	(void)state;
	run_lockstep(&config);
}

static void cortex_a9(void **state)
{
	struct mmu_config config = {
		.core = "cortex-a9",
		.micro_i = {.entries = 32},
		.micro_d = {.entries = 32, .replacement = MMU_RANDOM},
		.main = {.entries = 128,
			 .ways = 2,
			 .lockable = 4,
			 .replacement = MMU_LRU},
		.seed = 90,
	};

	(void)state;
	run_lockstep(&config);
}

static void cortex_a15(void **state)
{
	struct mmu_config config = {
		.core = "cortex-a15",
		.micro_i = {.entries = 32, .small_only = true},
		.micro_d = {.entries = 32, .small_only = true},
		.micro_st = {.entries = 32, .small_only = true},
		.main = {.entries = 512, .ways = 4},
		.seed = 150,
	};

	(void)state;
	run_lockstep(&config);
}

/* Fetches have no micro-TLB: for them the main one is the innermost. */
static void micro_for_data_alone(void **state)
{
	struct mmu_config config = {
		.core = "cortex-a9",
		.micro_d = {.entries = 8, .replacement = MMU_LRU},
		.main = {.entries = 32, .replacement = MMU_FIFO},
		.seed = 33,
	};

	(void)state;
	run_lockstep(&config);
}

static void pieces_in_the_main_tlb(void **state)
{
	struct mmu_config config = plain_config("cortex-a15");

	(void)state;
	config.main.small_only = true;
	config.micro_d.entries = 6;
	config.seed = 34;
	run_lockstep(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_tlb_of_each_policy),
		cmocka_unit_test(ways_of_each_policy),
		cmocka_unit_test(one_entry),
		cmocka_unit_test(cortex_a5),
		cmocka_unit_test(cortex_a8),
		cmocka_unit_test(cortex_a9),
		cmocka_unit_test(cortex_a15),
		cmocka_unit_test(micro_for_data_alone),
		cmocka_unit_test(pieces_in_the_main_tlb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
