/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_TRANSLATION_H
#define MMU_TRANSLATION_H

/*
 * What a completed walk found, and all that a TLB entry must remember of it:
 * the raw AP bits and the domain's number rather than a verdict, since SCTLR
 * and DACR are asked anew at every access, but the memory attributes already
 * resolved, since PRRR and NMRR are not.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/mmu.h"
#include "mmu/types.h"

struct translation {
	paddr_t paddr; /* of its first byte */
	uint8_t shift; /* log2 of its size: 12, 16, 20 or 24 */
	uint8_t level; /* of its descriptor */
	uint8_t domain;
	uint8_t ap; /* AP[2:0] */
	bool xn, pxn;
	bool global;
	struct mmu_attr attr;
	uint32_t l1, l2; /* the words themselves; l2 0 where none was read */
};

static inline uint32_t translation_size(const struct translation *translation)
{
	return 1u << translation->shift;
}

/* Where @va, which lies inside @translation, is in physical memory. */
static inline paddr_t translation_paddr(const struct translation *translation,
					vaddr_t va)
{
	return translation->paddr | (va & (translation_size(translation) - 1));
}

#endif
