/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SLOW_TLB_H
#define TESTS_LIB_SLOW_TLB_H

/*
 * The TLBs of one core once more, as plainly as possible: each a linear list,
 * searched from end to end, with time stamps instead of queues. It shares no
 * code with mmu/ and is slow without regret. Tests show both the same accesses
 * and maintenance operations and compare what they count and answer.
 *
 * It knows no tables: at a miss it asks its owner what a walk would find.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/mmu.h"

/* What a walk found. */
struct slow_page {
	vaddr_t va; /* of the page, a multiple of size */
	paddr_t paddr;
	uint32_t size;
	bool global;
};

/* False: the walk found nothing that may be cached. */
typedef bool (*slow_walk_fn)(void *ctx, vaddr_t va, struct slow_page *page);

struct slow_entry {
	bool valid, locked, global;
	vaddr_t va;
	paddr_t paddr;
	uint32_t size;
	asid_t asid;
	vaddr_t whole_va; /* the page in the tables… */
	uint32_t whole_size; /* …of which this may be a piece */
	uint64_t filled, used; /* when */
};

struct slow_tlb {
	const char *name; /* as in mmu_tlb_stats */
	struct mmu_tlb_config config;
	struct slow_entry *entries; /* set by set, then the lockable ones */
	uint32_t *turn; /* round-robin: of each set */
	uint64_t random; /* see mmu/replace.c */
	bool preserve;
	uint32_t lock_victim;
	struct mmu_tlb_stats stats;
};

struct slow_mmu {
	struct slow_tlb tlbs[6];
	int nr_tlbs;
	bool tagged_micro; /* Cortex-A15: micro-TLBs keep their entries */
	asid_t asid;
	uint64_t now;
	slow_walk_fn walk;
	void *ctx;
	uint64_t walks;
};

/* Aborts the program when memory is short. */
struct slow_mmu *slow_mmu_create(const struct mmu_config *config,
				 slow_walk_fn walk, void *ctx);
void slow_mmu_destroy(struct slow_mmu *slow);

/* True: translated, and @paddr holds the answer, which may be a stale one. */
bool slow_mmu_access(struct slow_mmu *slow, vaddr_t va, enum mmu_kind kind,
		     paddr_t *paddr);

/* A write to a c8 operation, by its CP15_REG number. */
void slow_mmu_maintain(struct slow_mmu *slow, uint32_t reg, uint32_t value);

/* A write to CONTEXTIDR; of another register that concerns translation. */
void slow_mmu_set_asid(struct slow_mmu *slow, asid_t asid);
void slow_mmu_context_changed(struct slow_mmu *slow);

/* The lockdown register of the main TLB, unified or data. */
void slow_mmu_lockdown(struct slow_mmu *slow, uint32_t value);

/* NULL: there is no TLB of that name. */
struct slow_tlb *slow_mmu_tlb(struct slow_mmu *slow, const char *name);

#endif
