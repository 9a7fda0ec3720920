/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one mmu_access() costs the host: a hit among 16 pages, a hit in one
 * section, and a miss with walk, fill and eviction (1024 pages in turn). The
 * best of several rounds each, in processor time.
 */
#include <stdio.h>
#include <time.h>

#include "mmu/armv7.h"
#include "mmu/mmu.h"

#define ROUNDS    5
#define HITS      4000000
#define MISSES    1000000
#define TABLE0    0x0000u
#define PAGES     0x4000u
#define NR_PAGES  1024u
#define SECTION   0x80000000u
#define RAM_WORDS 8192u

struct bench {
	uint32_t ram[RAM_WORDS];
	struct mmu *mmu;
	uint64_t drops;
};

static bool read_word(void *ctx, paddr_t paddr, const struct mmu_attr *attr,
		      uint32_t *word, uint32_t *cycles)
{
	const struct bench *bench = ctx;

	(void)attr;
	*cycles = 1;
	if (paddr >= 4 * RAM_WORDS)
		return false;
	*word = bench->ram[paddr / 4];
	return true;
}

static void dropped(void *ctx, vaddr_t va, uint32_t size_bytes)
{
	struct bench *bench = ctx;

	(void)va;
	(void)size_bytes;
	bench->drops++;
}

static void build_tables(struct bench *bench)
{
	for (uint32_t n = 0; n < NR_PAGES; n++) {
		vaddr_t va = n * 0x1000;
		uint32_t table = PAGES + (va >> 20) * L2_TABLE_BYTES;

		bench->ram[l1_descriptor_paddr(TABLE0, va) / 4] =
			l1_make_table(table, 0, 0);
		bench->ram[l2_descriptor_paddr(table, va) / 4] = l2_make_small(
			0x10000000 + va,
			L2_AP(AP_RW_RW) | L2_SMALL_TEXCB(TEXCB_NORMAL_WB));
	}
	bench->ram[l1_descriptor_paddr(TABLE0, SECTION) / 4] =
		l1_make_section(0x60000000, 0, L1_AP(AP_RW_RW));
	mmu_cp15_write(bench->mmu, CP15_TTBR0, TABLE0);
	mmu_cp15_write(bench->mmu, CP15_DACR, 0x55555555);
	mmu_cp15_write(bench->mmu, CP15_SCTLR, SCTLR_M);
}

/* Nanoseconds an access, over @nr accesses to @pages pages from @va on. */
static double measure(struct bench *bench, vaddr_t va, uint32_t pages,
		      uint32_t nr)
{
	double best = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		struct mmu_result result;
		clock_t start = clock();
		double ns;

		for (uint32_t i = 0; i < nr; i++)
			mmu_access(bench->mmu, va + i % pages * 0x1000,
				   MMU_READ, MMU_PL0, &result);
		ns = (double)(clock() - start) / CLOCKS_PER_SEC / nr * 1e9;
		if (ns < best)
			best = ns;
	}
	return best;
}

static void run(const char *name, const struct mmu_config *config)
{
	static const char line[] = "%-32s %8.1f %8.1f %8.1f\n";
	struct bench bench = {.drops = 0};
	struct mmu_port port = {
		.ctx = &bench,
		.read_word = read_word,
		.dropped = dropped,
	};
	double hit, section, miss;

	bench.mmu = mmu_create(config, &port);
	if (!bench.mmu)
		return;
	build_tables(&bench);
	hit = measure(&bench, 0, 16, HITS);
	section = measure(&bench, SECTION, 256, HITS);
	miss = measure(&bench, 0, NR_PAGES, MISSES);
	printf(line, name, hit, section, miss);
	mmu_destroy(bench.mmu);
}

int main(void)
{
	static const char *const policies[] = {"round-robin", "random", "fifo",
					       "lru"};
	struct mmu_config a9 = {
		.core = "cortex-a9",
		.micro_i = {.entries = 32},
		.micro_d = {.entries = 32},
		.main = {.entries = 128, .ways = 2},
	};
	struct mmu_config a15 = {
		.core = "cortex-a15",
		.micro_i = {.entries = 32, .small_only = true},
		.micro_d = {.entries = 32, .small_only = true},
		.micro_st = {.entries = 32, .small_only = true},
		.main = {.entries = 512, .ways = 4},
		.walk_cache_entries = 16,
	};

	printf("%-32s %8s %8s %8s\n", "ns an access", "hit", "section", "miss");
	for (int policy = MMU_ROUND_ROBIN; policy <= MMU_LRU; policy++) {
		struct mmu_config plain = {
			.core = "cortex-a9",
			.main = {.entries = 64, .replacement = policy},
		};
		char name[40];

		snprintf(name, sizeof(name), "64 entries, %s",
			 policies[policy]);
		run(name, &plain);
	}
	run("cortex-a9: micro 32, main 128x2", &a9);
	run("cortex-a15: micro 32, main 512x4", &a15);
	return 0;
}
