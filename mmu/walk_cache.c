/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mmu/walk_cache.h"

#include <stdlib.h>

/*
 * An intermediate walk cache: it remembers first-level descriptors that point
 * at page tables, so that a walk reads the second level alone. Sections never
 * enter; they are translations and belong to the TLB (Cortex-A35 TRM A6.2).
 *
 * Lines are tagged by ASID, global or not, as the Cortex-A15's are (TRM 5.6).
 * So whoever frees a page table must invalidate by an operation that covers
 * the ASID under which it was walked, the reserved one of a context switch
 * included; changing TTBR0 forgets nothing.
 *
 * MODEL: round-robin replacement, an invalid way first.
 */

bool walk_cache_init(struct walk_cache *cache, uint32_t entries, uint32_t ways)
{
	cache->ways = ways ? ways : entries;
	cache->sets = entries / cache->ways;
	cache->lines = calloc(entries, sizeof(*cache->lines));
	cache->turn = calloc(cache->sets, sizeof(*cache->turn));
	return cache->lines && cache->turn;
}

void walk_cache_destroy(struct walk_cache *cache)
{
	free(cache->lines);
	free(cache->turn);
}

static struct walk_cache_line *set_of(const struct walk_cache *cache,
				      vaddr_t va, uint32_t *set)
{
	*set = (va >> 20) & (cache->sets - 1);
	return cache->lines + *set * cache->ways;
}

bool walk_cache_lookup(const struct walk_cache *cache, vaddr_t va, asid_t asid,
		       uint32_t *l1)
{
	uint32_t set;
	const struct walk_cache_line *line = set_of(cache, va, &set);

	for (uint32_t way = 0; way < cache->ways; way++, line++) {
		if (line->valid && line->megabyte == va >> 20 &&
		    line->asid == asid) {
			*l1 = line->l1;
			return true;
		}
	}
	return false;
}

void walk_cache_fill(struct walk_cache *cache, vaddr_t va, asid_t asid,
		     uint32_t l1)
{
	uint32_t set, way;
	struct walk_cache_line *lines = set_of(cache, va, &set);

	for (way = 0; way < cache->ways && lines[way].valid; way++)
		;
	if (way == cache->ways) {
		way = cache->turn[set];
		cache->turn[set] = (way + 1) % cache->ways;
	}
	lines[way] = (struct walk_cache_line){
		.valid = true,
		.asid = asid,
		.megabyte = va >> 20,
		.l1 = l1,
	};
}

static bool covers(const struct tlb_scope *scope,
		   const struct walk_cache_line *line)
{
	bool same_asid = line->asid == scope->asid;
	bool same_va = line->megabyte == scope->va >> 20;

	switch (scope->kind) {
	case TLB_SCOPE_MVA:
		return same_va && same_asid;
	case TLB_SCOPE_MVA_ALL_ASIDS:
		return same_va;
	case TLB_SCOPE_ASID:
		return same_asid;
	case TLB_SCOPE_ALL:
	case TLB_SCOPE_RESET:
		break;
	}
	return true;
}

void walk_cache_invalidate(struct walk_cache *cache,
			   const struct tlb_scope *scope)
{
	for (uint32_t i = 0; i < cache->sets * cache->ways; i++)
		if (covers(scope, &cache->lines[i]))
			cache->lines[i].valid = false;
}
