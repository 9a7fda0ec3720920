/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mmu/tlb.h"

#include <stdlib.h>
#include <string.h>

#include "mmu/armv7.h"

/*
 * Translation lookaside buffers: ARM ARM B3.9 and B3.10, and the geometries of
 * the Cortex-A manuals.
 *
 * Where an entry may lie and how it is found are two things here. Hardware
 * compares all ways of a set at once; we find an entry by a hash of its page
 * number, in a table of chained buckets, whatever the geometry. Sets and ways
 * only decide who must leave when an entry comes. An entry's key is its page
 * number (VA over the size) with the size above it, as 0 to 3:
 *
 *     31     22 21  20 19                0
 *    +---------+------+-------------------+
 *    |    0    | size |     VA >> shift   |
 *    +---------+------+-------------------+
 *
 * A lookup tries the sizes of which there are entries, smallest first, as a
 * Cortex-A5 does with its hitmap. Chains are newest first, so the first match
 * is the one that tlb_lookup() promises.
 *
 * Sets are chosen by the low bits of the page number, each size by its own.
 *
 * MODEL: lookups of several sizes cost no more than one.
 * MODEL: the Cortex-A8 locks entries inside its 32; here as on the A9 the
 * lockable entries are further ones.
 */

#define SMALLEST_SHIFT 12
#define SIZE_SHIFT     20

/* 4 KB, 64 KB, 1 MB and 16 MB are 4 bits apart. */
static int size_index(uint8_t shift)
{
	return (shift - SMALLEST_SHIFT) / 4;
}

static uint32_t key_of(vaddr_t va, int size)
{
	return va >> (SMALLEST_SHIFT + 4 * size) | (uint32_t)size << SIZE_SHIFT;
}

/* Fibonacci hashing: neighbouring pages fall into distant buckets. */
static uint16_t *bucket_of(const struct tlb *tlb, uint32_t key)
{
	return &tlb->buckets[key * 0x9e3779b1u >> tlb->bucket_shift];
}

/* ---- life --------------------------------------------------------------- */

/* Twice as many buckets as entries, and at least two. */
static uint32_t bucket_bits(uint32_t entries)
{
	uint32_t bits = 1;

	while (1u << bits < 2 * entries)
		bits++;
	return bits;
}

bool tlb_init(struct tlb *tlb, const char *name,
	      const struct mmu_tlb_config *config, uint64_t seed)
{
	uint32_t nr = config->entries + config->lockable;
	uint32_t bits = bucket_bits(nr);

	*tlb = (struct tlb){.config = *config};
	tlb->stats.name = name;
	tlb->stats.entries = nr;
	tlb->ways = config->ways ? config->ways : config->entries;
	tlb->sets = config->entries / tlb->ways;
	tlb->bucket_shift = 32 - bits;
	tlb->entries = calloc(nr, sizeof(*tlb->entries));
	tlb->buckets = calloc((size_t)1 << bits, sizeof(*tlb->buckets));
	tlb->occupied = calloc(nr, sizeof(*tlb->occupied));
	if (!tlb->entries || !tlb->buckets || !tlb->occupied)
		return false;
	if (!replacement_init(&tlb->replacement, config->replacement, tlb->sets,
			      tlb->ways, seed))
		return false;
	tlb->heeds_hits = replacement_heeds_hits(&tlb->replacement);
	return true;
}

void tlb_destroy(struct tlb *tlb)
{
	replacement_destroy(&tlb->replacement);
	free(tlb->occupied);
	free(tlb->buckets);
	free(tlb->entries);
}

/* ---- lookup ------------------------------------------------------------- */

static struct tlb_entry *find(struct tlb *tlb, vaddr_t va, asid_t asid)
{
	for (int size = 0; size < TLB_SIZES; size++) {
		uint32_t key = key_of(va, size);

		if (!tlb->nr_of_size[size])
			continue;
		for (uint32_t i = *bucket_of(tlb, key); i;) {
			struct tlb_entry *entry = &tlb->entries[i - 1];

			if (entry->key == key &&
			    (entry->global || entry->asid == asid))
				return entry;
			i = entry->next;
		}
	}
	return NULL;
}

static void heed_hit(struct tlb *tlb, const struct tlb_entry *entry)
{
	uint32_t index = entry - tlb->entries;

	if (index < tlb->config.entries)
		replacement_hit(&tlb->replacement, index / tlb->ways,
				index % tlb->ways);
}

const struct tlb_entry *tlb_lookup(struct tlb *tlb, vaddr_t va, asid_t asid,
				   enum mmu_kind kind)
{
	struct tlb_entry *entry = find(tlb, va, asid);

	tlb->stats.lookups++;
	if (!entry) {
		tlb->stats.misses++;
		tlb->stats.fetch_misses += kind == MMU_FETCH;
		return NULL;
	}
	entry->hits++;
	if (tlb->heeds_hits)
		heed_hit(tlb, entry);
	return entry;
}

/* ---- coming and going --------------------------------------------------- */

static void link_entry(struct tlb *tlb, struct tlb_entry *entry)
{
	uint16_t *bucket = bucket_of(tlb, entry->key);
	uint32_t index = entry - tlb->entries;

	entry->next = *bucket;
	*bucket = index + 1;
	entry->valid = true;
	tlb->occupied[index] = 1;
	tlb->nr_of_size[entry->key >> SIZE_SHIFT]++;
}

static void unlink_entry(struct tlb *tlb, struct tlb_entry *entry)
{
	uint16_t *link = bucket_of(tlb, entry->key);
	uint32_t index = entry - tlb->entries;

	while (*link != index + 1)
		link = &tlb->entries[*link - 1].next;
	*link = entry->next;
	entry->valid = false;
	tlb->occupied[index] = 0;
	tlb->nr_of_size[entry->key >> SIZE_SHIFT]--;
}

/* While lockdown preserves, fills go round the lockable entries. */
static uint32_t locked_slot(struct tlb *tlb)
{
	uint32_t slot = tlb->lock_victim;

	tlb->lock_victim = (slot + 1) % tlb->config.lockable;
	return tlb->config.entries + slot;
}

/* An invalid way of the set if there is one, or else the policy's victim. */
static uint32_t free_slot(struct tlb *tlb, uint32_t set)
{
	uint32_t base = set * tlb->ways, way;
	const uint8_t *ways = tlb->occupied + base;
	const uint8_t *hole = memchr(ways, 0, tlb->ways);

	if (hole) {
		way = hole - ways;
	} else {
		way = replacement_victim(&tlb->replacement, set);
		replacement_took_victim(&tlb->replacement, set);
	}
	replacement_filled(&tlb->replacement, set, way);
	return base + way;
}

static void evict(struct tlb *tlb, struct tlb_entry *entry)
{
	unlink_entry(tlb, entry);
	tlb->stats.evictions++;
	if (tlb->gone)
		tlb->gone(tlb->owner, entry);
}

const struct tlb_entry *tlb_insert(struct tlb *tlb, vaddr_t va, asid_t asid,
				   const struct translation *translation,
				   uint8_t whole_shift)
{
	uint32_t key = key_of(va, size_index(translation->shift));
	bool lock = tlb->preserve && tlb->config.lockable;
	uint32_t index = lock ? locked_slot(tlb)
			      : free_slot(tlb, key & (tlb->sets - 1));
	struct tlb_entry *entry = &tlb->entries[index];

	if (entry->valid)
		evict(tlb, entry);
	entry->key = key;
	entry->asid = asid;
	entry->global = translation->global;
	entry->locked = lock;
	entry->whole_shift = whole_shift;
	entry->va = va & ~(translation_size(translation) - 1);
	entry->translation = *translation;
	entry->filled_at = ++tlb->fills;
	entry->hits = 0;
	tlb->has_pieces |= whole_shift != translation->shift;
	link_entry(tlb, entry);
	return entry;
}

/* ---- invalidation ------------------------------------------------------- */

/*
 * B3.10.5. That a locked entry survives the two operations is the Cortex-A9's
 * rule (TRM 6.2.2). A piece goes when its page goes, wherever in the page the
 * given address lies.
 */
static bool covers(const struct tlb_scope *scope, const struct tlb_entry *entry)
{
	bool same_va = !((scope->va ^ entry->va) >> entry->whole_shift);
	bool same_asid = entry->asid == scope->asid;

	switch (scope->kind) {
	case TLB_SCOPE_ALL:
		return !entry->locked;
	case TLB_SCOPE_MVA:
		return same_va && (entry->global || same_asid);
	case TLB_SCOPE_MVA_ALL_ASIDS:
		return same_va && !entry->locked;
	case TLB_SCOPE_ASID:
		return same_asid && !entry->global;
	case TLB_SCOPE_RESET:
		break;
	}
	return true;
}

static void remove_entry(struct tlb *tlb, struct tlb_entry *entry, bool tell)
{
	unlink_entry(tlb, entry);
	tlb->stats.invalidations++;
	if (tell && tlb->gone)
		tlb->gone(tlb->owner, entry);
}

/* By address, through the buckets: the entries hold whole pages. */
static uint32_t invalidate_page(struct tlb *tlb, const struct tlb_scope *scope)
{
	uint32_t removed = 0;

	for (int size = 0; size < TLB_SIZES; size++) {
		uint32_t i = *bucket_of(tlb, key_of(scope->va, size));

		while (i && tlb->nr_of_size[size]) {
			struct tlb_entry *entry = &tlb->entries[i - 1];

			i = entry->next;
			if (!covers(scope, entry))
				continue;
			remove_entry(tlb, entry, true);
			removed++;
		}
	}
	return removed;
}

uint32_t tlb_invalidate(struct tlb *tlb, const struct tlb_scope *scope)
{
	bool by_va = scope->kind == TLB_SCOPE_MVA ||
		     scope->kind == TLB_SCOPE_MVA_ALL_ASIDS;
	uint32_t removed = 0;

	if (by_va && !tlb->has_pieces)
		return invalidate_page(tlb, scope);

	for (uint32_t i = 0; i < tlb_nr_entries(tlb); i++) {
		struct tlb_entry *entry = &tlb->entries[i];

		if (!entry->valid || !covers(scope, entry))
			continue;
		remove_entry(tlb, entry, by_va);
		removed++;
	}
	if (removed && !by_va && tlb->gone)
		tlb->gone(tlb->owner, NULL);
	return removed;
}

bool tlb_is_next_victim(const struct tlb *tlb, uint32_t index)
{
	uint32_t set = index / tlb->ways;

	if (index >= tlb->config.entries)
		return false;
	return replacement_victim(&tlb->replacement, set) == index % tlb->ways;
}
