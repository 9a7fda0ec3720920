/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_TYPES_H
#define MMU_TYPES_H

/*
 * The few words that every layer needs in order to talk about an access.
 */

#include <stdint.h>

typedef uint32_t vaddr_t; /* a virtual address (the manual's MVA) */
typedef uint64_t paddr_t; /* physical; supersections reach 40 bits */
typedef uint8_t asid_t;

enum mmu_kind {
	MMU_READ,
	MMU_WRITE,
	MMU_FETCH
};

/* PL0 is user mode (and LDRT/STRT), PL1 everything else. */
enum mmu_privilege {
	MMU_PL0,
	MMU_PL1
};

#endif
