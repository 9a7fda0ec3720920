/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_STATE_H
#define MMU_STATE_H

/*
 * What lies behind the door of mmu/mmu.h.
 */

#include "mmu/core.h"
#include "mmu/mmu.h"
#include "mmu/regs.h"
#include "mmu/tlb.h"
#include "mmu/walk_cache.h"

#define MMU_MAX_TLBS 5 /* three micro-TLBs, main for instructions and data */

/* The TLBs that accesses of one kind look in, innermost first. */
struct tlb_path {
	struct tlb *inner;
	struct tlb *main; /* NULL: inner is the main TLB */
	/* MMU_MAY_* of the kinds that share this inner TLB. */
	uint8_t kinds;
};

struct mmu {
	struct mmu_config config;
	const struct core *core;
	struct mmu_port port;
	struct mmu_regs regs;
	struct tlb tlbs[MMU_MAX_TLBS]; /* the first nr_tlbs of them */
	int nr_tlbs;
	int nr_micro; /* so many of which, at the front, are micro-TLBs */
	struct tlb_path path[3]; /* by enum mmu_kind */
	struct walk_cache walk_cache;
	struct mmu_stats stats;
};

static inline asid_t mmu_asid(const struct mmu *mmu)
{
	return mmu->regs.contextidr & 0xff;
}

/* Addresses may mean something else from here on; nothing was invalidated. */
void mmu_context_changed(struct mmu *mmu);

/* The sides of a split TLB that a maintenance operation names. */
enum mmu_side {
	MMU_SIDE_I = 1,
	MMU_SIDE_D = 2,
	MMU_SIDE_BOTH = 3
};

/* A maintenance operation, on this core alone. */
void mmu_maintain(struct mmu *mmu, enum mmu_side side,
		  const struct tlb_scope *scope);

/* stale.c: compares a hit with the tables, and reports (A6). */
void mmu_recheck(struct mmu *mmu, const struct tlb *tlb,
		 const struct tlb_entry *entry, vaddr_t va, enum mmu_kind kind,
		 enum mmu_privilege privilege);

#endif
