/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole guests beside the slow, obvious model (tests/lib/slow_tlb). Each runs
 * twice: as always, and once more on a machine that shows its MMU every fetch,
 * load and store; the linker puts us between that MMU and all who use it
 * (--wrap), and we show the same to the slow model, which walks the tables in
 * guest RAM by itself.
 *
 *   fast run == shown run		trace and statistics, byte for byte
 *   MMU of the shown run == slow model	each address, and all counters
 *
 * So if the engine held a translation that the model's TLB has evicted, or ran
 * code from a page whose fetch nobody counted, the first would fail; if the
 * model were wrong, the second.
 */
#include "tests/unit/emu/helper_whole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "mmu/armv7.h"
#include "tests/lib/slow_tlb.h"

/* ---- between the MMU and its users ------------------------------------------- */

struct mmu *__real_mmu_create(const struct mmu_config *config,
			      const struct mmu_port *port);
void __real_mmu_destroy(struct mmu *mmu);
bool __real_mmu_access(struct mmu *mmu, vaddr_t va, enum mmu_kind kind,
		       enum mmu_privilege privilege, struct mmu_result *result);
bool __real_mmu_cp15_write(struct mmu *mmu, uint32_t reg, uint32_t value);

struct mmu *__wrap_mmu_create(const struct mmu_config *config,
			      const struct mmu_port *port);
void __wrap_mmu_destroy(struct mmu *mmu);
bool __wrap_mmu_access(struct mmu *mmu, vaddr_t va, enum mmu_kind kind,
		       enum mmu_privilege privilege, struct mmu_result *result);
bool __wrap_mmu_cp15_write(struct mmu *mmu, uint32_t reg, uint32_t value);

static struct {
	bool wanted; /* the next MMU gets a slow companion */
	struct mmu *mmu;
	struct slow_mmu *slow;
	uint64_t nr_accesses, nr_wrong;
	char first_wrong[200];
} pair;

static void wrong(const char *what, uint64_t theirs, uint64_t slow)
{
	if (!pair.nr_wrong++)
		snprintf(pair.first_wrong, sizeof(pair.first_wrong),
			 "%s: %llx, slow model %llx, at access %llu", what,
			 (unsigned long long)theirs, (unsigned long long)slow,
			 (unsigned long long)pair.nr_accesses);
}

/* The manual's drawings once more (B3.5.1), for who shares no code with mmu/ */
static bool decode(vaddr_t va, const uint32_t *word, int levels,
		   struct slow_page *page)
{
	if (levels == 1 && (word[0] & 3) == 2) {
		page->size = word[0] & 1u << 18 ? 16u << 20 : 1u << 20;
		page->paddr = word[0] & ~(page->size - 1);
		page->global = !(word[0] & 1u << 17);
	} else if (levels == 2 && word[1] & 3) {
		page->size = word[1] & 2 ? 4096 : 65536;
		page->paddr = word[1] & ~(page->size - 1);
		page->global = !(word[1] & 1u << 11);
	} else {
		return false;
	}
	page->va = va & ~(page->size - 1);
	return true;
}

static bool slow_walk(void *ctx, vaddr_t va, struct slow_page *page)
{
	struct mmu_walk_step step[2] = {0};
	int levels = mmu_peek_walk(pair.mmu, va, step);
	const uint32_t word[2] = {step[0].word, step[1].word};

	(void)ctx;
	return decode(va, word, levels, page);
}

struct mmu *__wrap_mmu_create(const struct mmu_config *config,
			      const struct mmu_port *port)
{
	struct mmu *mmu = __real_mmu_create(config, port);

	if (pair.wanted) {
		pair.mmu = mmu;
		pair.slow = slow_mmu_create(config, slow_walk, NULL);
		pair.wanted = false;
	}
	return mmu;
}

static bool is_on(void)
{
	uint32_t sctlr = 0;

	mmu_cp15_read(pair.mmu, CP15_SCTLR, &sctlr);
	return sctlr & 1;
}

bool __wrap_mmu_access(struct mmu *mmu, vaddr_t va, enum mmu_kind kind,
		       enum mmu_privilege privilege, struct mmu_result *result)
{
	bool known, allowed;
	paddr_t paddr = 0;

	if (mmu != pair.mmu || !is_on())
		return __real_mmu_access(mmu, va, kind, privilege, result);
	pair.nr_accesses++;
	known = slow_mmu_access(pair.slow, va, kind, &paddr);
	allowed = __real_mmu_access(mmu, va, kind, privilege, result);
	if (allowed && !known)
		wrong("allowed", va, 0);
	else if (allowed && result->paddr != paddr)
		wrong("physical address", result->paddr, paddr);
	return allowed;
}

bool __wrap_mmu_cp15_write(struct mmu *mmu, uint32_t reg, uint32_t value)
{
	bool ok = __real_mmu_cp15_write(mmu, reg, value);

	if (mmu != pair.mmu)
		return ok;
	if (reg >> 12 == 8)
		slow_mmu_maintain(pair.slow, reg, value);
	else if (reg == CP15_CONTEXTIDR)
		slow_mmu_set_asid(pair.slow, value & 255);
	else if (reg == CP15_SCTLR || reg >> 12 == 2 || reg >> 12 == 3)
		slow_mmu_context_changed(pair.slow);
	return ok;
}

static void compare_tlb(const struct slow_tlb *slow,
			const struct mmu_tlb_stats *stats)
{
#define STAT(name, sentence)                 \
	if (stats->name != slow->stats.name) \
		wrong(#name, stats->name, slow->stats.name);
#include "mmu/tlb_stats.def"
#undef STAT
}

void __wrap_mmu_destroy(struct mmu *mmu)
{
	if (mmu == pair.mmu) {
		for (int i = 0; i < mmu_nr_tlbs(mmu); i++)
			compare_tlb(&pair.slow->tlbs[i], mmu_tlb_stats(mmu, i));
		if (mmu_stats(mmu)->walks != pair.slow->walks)
			wrong("walks", mmu_stats(mmu)->walks, pair.slow->walks);
		slow_mmu_destroy(pair.slow);
		pair.mmu = NULL;
	}
	__real_mmu_destroy(mmu);
}

/* ---- runs ----------------------------------------------------------------------- */

static void run_pair(struct whole *fast, const char *what)
{
	struct whole shown = *fast;

	whole_run(fast);
	memset(&pair, 0, sizeof(pair));
	pair.wanted = true;
	shown.show_all = true;
	whole_run(&shown);
	if (pair.nr_wrong)
		fail_msg("%s: %s; wrong in all: %llu", what, pair.first_wrong,
			 (unsigned long long)pair.nr_wrong);
	whole_expect_same(fast, &shown, what);
	assert_true(pair.nr_accesses > 100);
	whole_free(fast);
	whole_free(&shown);
}

static void guests_on_the_reference_tlb(void **state)
{
	static const char *const argv[][3] = {
		{WHOLE_GUEST("anon")},        {WHOLE_GUEST("cow")},
		{WHOLE_GUEST("signals")},     {WHOLE_GUEST("faults")},
		{WHOLE_GUEST("filemap")},     {WHOLE_GUEST("kuser")},
		{WHOLE_GUEST("mmapcalls")},   {WHOLE_GUEST("asid")},
		{WHOLE_GUEST("forks"), "20"}, {WHOLE_GUEST("hello")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(argv) / sizeof(argv[0]); i++) {
		struct whole whole = {.argv = {argv[i][0], argv[i][1]}};

		run_pair(&whole, argv[i][0]);
	}
}

#define TLB(key, value) "cpu.tlb." key "=" value

static const struct {
	const char *name, *sets[8];
} geometries[] = {
	{"16 entries", {TLB("entries", "16")}},
	{"2 ways of 64", {TLB("entries", "128"), TLB("ways", "2")}},
	{"split", {TLB("split", "true"), TLB("entries", "32")}},
	{"random", {TLB("replacement", "random")}},
	{"fifo", {TLB("replacement", "fifo"), TLB("entries", "24")}},
	{"lru", {TLB("replacement", "lru")}},
	{"no ASIDs", {"kernel.asid=false", TLB("entries", "32")}},
	{"micro-TLBs",
	 {TLB("entries", "128"), TLB("ways", "2"), TLB("micro_i.entries", "8"),
	  TLB("micro_d.entries", "10")}},
	{"A15's",
	 {"cpu.model=cortex-a15", TLB("entries", "512"), TLB("ways", "4"),
	  TLB("micro_i.entries", "32"), TLB("micro_d.entries", "16"),
	  TLB("micro_st.entries", "16")}},
};

static void other_geometries(void **state)
{
	char *job = whole_main_job("20");

	(void)state;
	for (size_t i = 0; i < sizeof(geometries) / sizeof(geometries[0]);
	     i++) {
		struct whole whole = {.argv = {WHOLE_GUEST("forks"), "3"}};

		memcpy(whole.sets, geometries[i].sets, sizeof(whole.sets));
		run_pair(&whole, geometries[i].name);
		whole = (struct whole){.argv = {"/bin/sh", "-c", job}};
		memcpy(whole.sets, geometries[i].sets, sizeof(whole.sets));
		run_pair(&whole, geometries[i].name);
	}
	free(job);
}

/* The loop of a thousand is shorter, unless somebody has the time. */
static void the_main_job(void **state)
{
	char *job = whole_main_job(getenv("WHOLE_JOB") ? "1000" : "50");
	struct whole whole = {.argv = {"/bin/sh", "-c", job}};

	(void)state;
	run_pair(&whole, "the main job");
	free(job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guests_on_the_reference_tlb),
		cmocka_unit_test(other_geometries),
		cmocka_unit_test(the_main_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
