/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_WALK_CACHE_H
#define MMU_WALK_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "mmu/tlb.h"
#include "mmu/types.h"

struct walk_cache_line {
	bool valid;
	asid_t asid;
	uint32_t megabyte; /* VA[31:20] */
	uint32_t l1; /* the descriptor, of type page table */
};

/* Owned by struct mmu. No two valid lines of a set have the same tags. */
struct walk_cache {
	uint32_t sets, ways;
	struct walk_cache_line *lines; /* by set */
	uint32_t *turn; /* of each set: the way to replace */
};

/* False when memory is short. @ways 0: fully associative. */
bool walk_cache_init(struct walk_cache *cache, uint32_t entries, uint32_t ways);
void walk_cache_destroy(struct walk_cache *cache);

bool walk_cache_lookup(const struct walk_cache *cache, vaddr_t va, asid_t asid,
		       uint32_t *l1);
void walk_cache_fill(struct walk_cache *cache, vaddr_t va, asid_t asid,
		     uint32_t l1);
void walk_cache_invalidate(struct walk_cache *cache,
			   const struct tlb_scope *scope);

#endif
