/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/slow_tlb.h"

#include <stdlib.h>
#include <string.h>

static void *zeroed(size_t nr, size_t size)
{
	void *p = calloc(nr ? nr : 1, size);

	if (!p)
		abort();
	return p;
}

static uint64_t next_random(uint64_t x)
{
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

static uint32_t nr_entries(const struct slow_tlb *tlb)
{
	return tlb->config.entries + tlb->config.lockable;
}

static uint32_t nr_ways(const struct slow_tlb *tlb)
{
	return tlb->config.ways ? tlb->config.ways : tlb->config.entries;
}

static uint32_t nr_sets(const struct slow_tlb *tlb)
{
	return tlb->config.entries / nr_ways(tlb);
}

static void add(struct slow_mmu *slow, const char *name,
		const struct mmu_tlb_config *config, uint64_t seed)
{
	struct slow_tlb *tlb = &slow->tlbs[slow->nr_tlbs];

	if (!config->entries)
		return;
	tlb->name = name;
	tlb->config = *config;
	tlb->entries = zeroed(nr_entries(tlb), sizeof(*tlb->entries));
	tlb->turn = zeroed(nr_sets(tlb), sizeof(*tlb->turn));
	tlb->random = (seed + slow->nr_tlbs + 1) * 0x9e3779b97f4a7c15;
	if (!tlb->random)
		tlb->random = 1;
	tlb->random = next_random(next_random(tlb->random));
	slow->nr_tlbs++;
}

struct slow_mmu *slow_mmu_create(const struct mmu_config *config,
				 slow_walk_fn walk, void *ctx)
{
	struct slow_mmu *slow = zeroed(1, sizeof(*slow));

	slow->walk = walk;
	slow->ctx = ctx;
	slow->tagged_micro = !strcmp(config->core, "cortex-a15");
	add(slow, "micro_i", &config->micro_i, config->seed);
	add(slow, "micro_d", &config->micro_d, config->seed);
	add(slow, "micro_st", &config->micro_st, config->seed);
	add(slow, "main", &config->main, config->seed);
	add(slow, "main_i", &config->main_i, config->seed);
	add(slow, "main_d", &config->main_d, config->seed);
	return slow;
}

void slow_mmu_destroy(struct slow_mmu *slow)
{
	for (int i = 0; i < slow->nr_tlbs; i++) {
		free(slow->tlbs[i].entries);
		free(slow->tlbs[i].turn);
	}
	free(slow);
}

struct slow_tlb *slow_mmu_tlb(struct slow_mmu *slow, const char *name)
{
	for (int i = 0; i < slow->nr_tlbs; i++)
		if (!strcmp(slow->tlbs[i].name, name))
			return &slow->tlbs[i];
	return NULL;
}

/* ---- finding ------------------------------------------------------------ */

static bool matches(const struct slow_entry *entry, vaddr_t va, asid_t asid)
{
	return entry->valid && va >= entry->va &&
	       va - entry->va < entry->size &&
	       (entry->global || entry->asid == asid);
}

/* Of several, the smallest; of equals, the youngest. */
static struct slow_entry *look(struct slow_mmu *slow, struct slow_tlb *tlb,
			       vaddr_t va, enum mmu_kind kind)
{
	struct slow_entry *best = NULL;

	tlb->stats.lookups++;
	for (uint32_t i = 0; i < nr_entries(tlb); i++) {
		struct slow_entry *entry = &tlb->entries[i];

		if (!matches(entry, va, slow->asid))
			continue;
		if (!best || entry->size < best->size ||
		    (entry->size == best->size && entry->filled > best->filled))
			best = entry;
	}
	if (best) {
		best->used = ++slow->now;
	} else {
		tlb->stats.misses++;
		if (kind == MMU_FETCH)
			tlb->stats.fetch_misses++;
	}
	return best;
}

/* ---- filling ------------------------------------------------------------ */

static uint32_t victim_of_full_set(struct slow_tlb *tlb, uint32_t set)
{
	const struct slow_entry *ways = tlb->entries + set * nr_ways(tlb);
	uint32_t way = 0;

	switch (tlb->config.replacement) {
	case MMU_ROUND_ROBIN:
		way = tlb->turn[set];
		tlb->turn[set] = (way + 1) % nr_ways(tlb);
		break;
	case MMU_RANDOM:
		way = (tlb->random >> 32) % nr_ways(tlb);
		tlb->random = next_random(tlb->random);
		break;
	case MMU_FIFO:
		for (uint32_t i = 1; i < nr_ways(tlb); i++)
			if (ways[i].filled < ways[way].filled)
				way = i;
		break;
	case MMU_LRU:
		for (uint32_t i = 1; i < nr_ways(tlb); i++)
			if (ways[i].used < ways[way].used)
				way = i;
		break;
	}
	return way;
}

static struct slow_entry *slot_for(struct slow_tlb *tlb, vaddr_t va,
				   uint32_t size)
{
	uint32_t set = va / size % nr_sets(tlb);
	struct slow_entry *ways = tlb->entries + set * nr_ways(tlb);

	if (tlb->preserve && tlb->config.lockable) {
		uint32_t slot = tlb->lock_victim;

		tlb->lock_victim = (slot + 1) % tlb->config.lockable;
		return &tlb->entries[tlb->config.entries + slot];
	}
	for (uint32_t way = 0; way < nr_ways(tlb); way++)
		if (!ways[way].valid)
			return &ways[way];
	return &ways[victim_of_full_set(tlb, set)];
}

/* @from: as it stands in the tables, or in the next TLB out. */
static struct slow_entry *fill(struct slow_mmu *slow, struct slow_tlb *tlb,
			       vaddr_t va, const struct slow_entry *from)
{
	struct slow_entry new = *from;
	struct slow_entry *slot;

	if (tlb->config.small_only && new.size > 4096) {
		new.paddr += (va & ~4095u) - new.va;
		new.va = va & ~4095u;
		new.size = 4096;
	}
	slot = slot_for(tlb, new.va, new.size);
	if (slot->valid)
		tlb->stats.evictions++;
	new.valid = true;
	new.locked = slot >= tlb->entries + tlb->config.entries;
	new.filled = new.used = ++slow->now;
	*slot = new;
	return slot;
}

/* ---- an access ---------------------------------------------------------- */

static struct slow_tlb *micro_for(struct slow_mmu *slow, enum mmu_kind kind)
{
	struct slow_tlb *store = slow_mmu_tlb(slow, "micro_st");

	if (kind == MMU_FETCH)
		return slow_mmu_tlb(slow, "micro_i");
	if (kind == MMU_WRITE && store)
		return store;
	return slow_mmu_tlb(slow, "micro_d");
}

static struct slow_tlb *main_for(struct slow_mmu *slow, enum mmu_kind kind)
{
	struct slow_tlb *unified = slow_mmu_tlb(slow, "main");

	if (unified)
		return unified;
	return slow_mmu_tlb(slow, kind == MMU_FETCH ? "main_i" : "main_d");
}

static bool walk(struct slow_mmu *slow, vaddr_t va, struct slow_entry *entry)
{
	struct slow_page page;

	slow->walks++;
	if (!slow->walk(slow->ctx, va, &page))
		return false;
	*entry = (struct slow_entry){
		.global = page.global,
		.va = page.va,
		.paddr = page.paddr,
		.size = page.size,
		.asid = slow->asid,
		.whole_va = page.va,
		.whole_size = page.size,
	};
	return true;
}

bool slow_mmu_access(struct slow_mmu *slow, vaddr_t va, enum mmu_kind kind,
		     paddr_t *paddr)
{
	struct slow_tlb *micro = micro_for(slow, kind);
	struct slow_tlb *main = main_for(slow, kind);
	struct slow_entry *entry = NULL, walked;

	if (micro)
		entry = look(slow, micro, va, kind);
	if (!entry) {
		entry = look(slow, main, va, kind);
		if (!entry) {
			if (!walk(slow, va, &walked))
				return false;
			entry = fill(slow, main, va, &walked);
			if (micro) /* from the walk, not from a piece of it */
				entry = fill(slow, micro, va, &walked);
		} else if (micro) {
			entry = fill(slow, micro, va, entry);
		}
	}
	*paddr = entry->paddr + (va - entry->va);
	return true;
}

/* ---- maintenance -------------------------------------------------------- */

enum scope {
	ALL,
	BY_MVA,
	BY_ASID,
	BY_MVA_ALL_ASIDS
};

static bool goes(const struct slow_entry *entry, enum scope scope,
		 uint32_t value)
{
	bool here = (value & ~4095u) >= entry->whole_va &&
		    (value & ~4095u) - entry->whole_va < entry->whole_size;
	bool mine = entry->asid == (value & 255);

	switch (scope) {
	case ALL:
		return !entry->locked;
	case BY_MVA:
		return here && (entry->global || mine);
	case BY_ASID:
		return !entry->global && mine;
	case BY_MVA_ALL_ASIDS:
		return here && !entry->locked;
	}
	return false;
}

static void sweep(struct slow_tlb *tlb, enum scope scope, uint32_t value)
{
	for (uint32_t i = 0; i < nr_entries(tlb); i++) {
		struct slow_entry *entry = &tlb->entries[i];

		if (!entry->valid || !goes(entry, scope, value))
			continue;
		entry->valid = false;
		tlb->stats.invalidations++;
	}
}

static bool is_micro(const struct slow_tlb *tlb)
{
	return !strncmp(tlb->name, "micro", 5);
}

static bool is_on_side(const struct slow_tlb *tlb, bool code, bool data)
{
	if (!strcmp(tlb->name, "main"))
		return true;
	return strstr(tlb->name, "_i") ? code : data;
}

static void maintain_one(struct slow_mmu *slow, struct slow_tlb *tlb, bool code,
			 bool data, enum scope scope, uint32_t value)
{
	if (is_micro(tlb) && !slow->tagged_micro) {
		tlb->stats.flushes++;
		sweep(tlb, ALL, 0);
	} else if (is_on_side(tlb, code, data)) {
		tlb->stats.flushes++;
		sweep(tlb, scope, value);
	}
}

void slow_mmu_maintain(struct slow_mmu *slow, uint32_t reg, uint32_t value)
{
	uint32_t crm = reg >> 4 & 15;

	for (int i = 0; i < slow->nr_tlbs; i++)
		maintain_one(slow, &slow->tlbs[i], crm != 6, crm != 5,
			     (enum scope)(reg & 3), value);
}

void slow_mmu_context_changed(struct slow_mmu *slow)
{
	for (int i = 0; i < slow->nr_tlbs; i++)
		if (is_micro(&slow->tlbs[i]) && !slow->tagged_micro)
			sweep(&slow->tlbs[i], ALL, 0);
}

void slow_mmu_set_asid(struct slow_mmu *slow, asid_t asid)
{
	if (asid == slow->asid)
		return;
	slow->asid = asid;
	slow_mmu_context_changed(slow);
}

void slow_mmu_lockdown(struct slow_mmu *slow, uint32_t value)
{
	struct slow_tlb *tlb = main_for(slow, MMU_READ);

	tlb->preserve = value & 1;
	if (tlb->config.lockable)
		tlb->lock_victim = (value >> 28) % tlb->config.lockable;
}
