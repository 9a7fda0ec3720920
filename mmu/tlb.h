/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_TLB_H
#define MMU_TLB_H

/*
 * One translation lookaside buffer: micro or main, instruction, data or
 * unified. It knows neither tables nor rights.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/mmu.h"
#include "mmu/replace.h"
#include "mmu/translation.h"
#include "mmu/types.h"

/* The four sizes of a translation, smallest first: a lookup asks each. */
#define TLB_SIZES 4

struct tlb_entry {
	uint32_t key; /* page number and size; see tlb.c */
	uint16_t next; /* in its bucket: index + 1, 0 at the end */
	asid_t asid;
	bool global;
	bool valid, locked;
	/*
	 * log2 of the page it came from; larger than translation.shift where
	 * this entry is a 4 KB piece of that page.
	 */
	uint8_t whole_shift;
	vaddr_t va; /* of its first byte */
	struct translation translation;
	uint64_t filled_at; /* tlb->fills then */
	uint32_t hits; /* lookups that found it; for onlookers */
};

/* Which entries an invalidation takes: the operations of c8, and reset. */
struct tlb_scope {
	enum tlb_scope_kind {
		TLB_SCOPE_ALL, /* not the locked ones */
		TLB_SCOPE_MVA, /* of this ASID, and global ones */
		TLB_SCOPE_MVA_ALL_ASIDS, /* not the locked ones */
		TLB_SCOPE_ASID, /* not the global ones */
		TLB_SCOPE_RESET, /* everything */
	} kind;
	vaddr_t va;
	asid_t asid;
};

/*
 * Told about each entry that leaves a TLB, or once with NULL when many leave
 * at a time.
 */
typedef void (*tlb_gone_fn)(void *owner, const struct tlb_entry *entry);

/*
 * Owned by struct mmu. Always: each valid entry is in exactly one bucket, that
 * of its key; nr_of_size[] counts them by size; entries [0, config.entries)
 * are the sets, way by way, and the lockable ones follow.
 */
struct tlb {
	struct mmu_tlb_config config;
	struct mmu_tlb_stats stats;
	struct tlb_entry *entries;
	uint16_t *buckets;
	uint8_t *occupied; /* 1 for each valid entry, dense for memchr() */
	uint32_t bucket_shift;
	uint32_t sets, ways;
	uint32_t nr_of_size[TLB_SIZES];
	struct replacement replacement;
	bool heeds_hits;
	bool has_pieces; /* entries that are parts of their page, ever */
	uint64_t fills;

	bool preserve; /* lockdown: fills go to the lockable entries… */
	uint32_t lock_victim; /* …beginning with this one */

	tlb_gone_fn gone; /* NULL: nobody wants to know */
	void *owner;
};

/* False when memory is short; tlb_destroy() is right in either case. */
bool tlb_init(struct tlb *tlb, const char *name,
	      const struct mmu_tlb_config *config, uint64_t seed);
void tlb_destroy(struct tlb *tlb);

/*
 * The entry that translates @va for @asid, or NULL; counts, and tells the
 * replacement policy. Where several match (software forgot a flush; the manual
 * calls it unpredictable), the smallest page wins, then the youngest entry.
 */
const struct tlb_entry *tlb_lookup(struct tlb *tlb, vaddr_t va, asid_t asid,
				   enum mmu_kind kind);

/*
 * Takes in what a miss at @va found: the whole page, or the 4 KB piece around
 * @va of a page of size 1 << @whole_shift. Evicts if it must.
 */
const struct tlb_entry *tlb_insert(struct tlb *tlb, vaddr_t va, asid_t asid,
				   const struct translation *translation,
				   uint8_t whole_shift);

/* Removes what @scope says. Returns how many entries left. */
uint32_t tlb_invalidate(struct tlb *tlb, const struct tlb_scope *scope);

/* How many entries there are, the lockable ones included. */
static inline uint32_t tlb_nr_entries(const struct tlb *tlb)
{
	return tlb->config.entries + tlb->config.lockable;
}

/* True when entry @index is the one that a fill of its full set replaces. */
bool tlb_is_next_victim(const struct tlb *tlb, uint32_t index);

#endif
