/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mmu/armv7.h"
#include "mmu/state.h"
#include "mmu/walk.h"

/*
 * The stale-entry detector. The architecture lets a TLB keep an entry for as
 * long as software does not invalidate it, so a hit that the tables no longer
 * bear out is legal, and nearly always a forgotten flush. With
 * mmu_config.recheck_hits each hit is walked again, at no cost to the guest,
 * and a difference reported.
 *
 * A difference is one that an access could notice: another physical address,
 * other rights, domain, attributes or nG, or nothing there any more. A section
 * that was split into pages which say the same is none.
 */

static bool same_attr(const struct mmu_attr *a, const struct mmu_attr *b)
{
	return a->type == b->type && a->inner == b->inner &&
	       a->outer == b->outer && a->shareable == b->shareable &&
	       a->outer_shareable == b->outer_shareable;
}

static bool agree(const struct translation *a, const struct translation *b,
		  vaddr_t va)
{
	return translation_paddr(a, va) == translation_paddr(b, va) &&
	       a->domain == b->domain && a->ap == b->ap && a->xn == b->xn &&
	       a->pxn == b->pxn && a->global == b->global &&
	       same_attr(&a->attr, &b->attr);
}

/* Such a translation would not have been cached, so it is none. */
static bool access_flag_clear(const struct walk *walk)
{
	return (walk->regs.sctlr & SCTLR_AFE) &&
	       !(walk->found.ap & AP_ACCESS_FLAG);
}

static void report(struct mmu *mmu, const struct walk *walk, bool faults,
		   struct mmu_stale *stale)
{
	stale->now_faults = faults;
	if (!faults)
		stale->now_paddr = translation_paddr(&walk->found, walk->va);
	if (walk->levels > 0) {
		stale->now_l1 = walk->step[0].word;
		stale->l1_paddr = walk->step[0].paddr;
	}
	if (walk->levels > 1) {
		stale->now_l2 = walk->step[1].word;
		stale->l2_paddr = walk->step[1].paddr;
	}
	mmu->stats.stale_hits++;
	if (mmu->port.stale)
		mmu->port.stale(mmu->port.ctx, stale);
}

void mmu_recheck(struct mmu *mmu, const struct tlb *tlb,
		 const struct tlb_entry *entry, vaddr_t va, enum mmu_kind kind,
		 enum mmu_privilege privilege)
{
	const struct walk_account nobody = {0};
	const struct translation *cached = &entry->translation;
	struct walk walk;
	bool faults;

	walk_begin(&walk, mmu->core, &mmu->port, &mmu->regs, &nobody, va);
	faults = !walk_tables(&walk) || access_flag_clear(&walk);
	if (!faults && agree(cached, &walk.found, va))
		return;

	report(mmu, &walk, faults,
	       &(struct mmu_stale){
		       .va = va,
		       .kind = kind,
		       .privilege = privilege,
		       .tlb = tlb->stats.name,
		       .asid = entry->asid,
		       .global = entry->global,
		       .size_bytes = translation_size(cached),
		       .cached_paddr = translation_paddr(cached, va),
		       .cached_l1 = cached->l1,
		       .cached_l2 = cached->l2,
	       });
}
