/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_REPLACE_H
#define MMU_REPLACE_H

/*
 * Replacement: which way of a full set must leave. Sets and ways are all this
 * code knows of a TLB; the TLB fills invalid ways by itself and asks only when
 * there are none.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/mmu.h"

struct policy;

/* Owned by its TLB. Each set's queue holds each of its ways exactly once. */
struct replacement {
	const struct policy *policy;
	uint32_t ways;
	uint16_t *turn; /* of each set: round-robin's next victim */
	uint16_t *first, *last; /* of each set: the queue's ends */
	uint16_t *behind, *before; /* of each way: its neighbours in there */
	uint64_t random;
	uint16_t *memory; /* that all of the arrays above lie in */
};

/* False when memory is short. */
bool replacement_init(struct replacement *replacement,
		      enum mmu_replacement policy, uint32_t sets, uint32_t ways,
		      uint64_t seed);
void replacement_destroy(struct replacement *replacement);

/* Which way of a full @set would leave now; changes nothing. */
uint32_t replacement_victim(const struct replacement *replacement,
			    uint32_t set);
/* That victim has been taken. */
void replacement_took_victim(struct replacement *replacement, uint32_t set);
/* @way was filled, in place of a victim or of nothing. */
void replacement_filled(struct replacement *replacement, uint32_t set,
			uint32_t way);
/* @way was hit. Whether that matters: replacement_heeds_hits(). */
void replacement_hit(struct replacement *replacement, uint32_t set,
		     uint32_t way);
bool replacement_heeds_hits(const struct replacement *replacement);

#endif
