/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_RAM_H
#define EMU_RAM_H

/*
 * The machine's RAM, and the object store that shadows it (kernel/hw.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mmu/types.h"

struct diag;

#define RAM_BANKS 4

struct ram_bank {
	paddr_t base;
	uint64_t size_bytes;
};

/*
 * One host mapping from the lowest bank's start to the highest one's end;
 * holes between banks have no access. Reads as zero until written; the host
 * gives memory only to pages that are touched.
 */
struct ram {
	uint8_t *host;
	paddr_t base;
	uint64_t span_bytes;
	struct ram_bank bank[RAM_BANKS];
	unsigned int nr_banks;
	uint8_t *store; /* OBJECT_STORE_SCALE * span_bytes */
	uint8_t *guarded; /* a bit a frame: see ram_guard() */
	uint8_t *poisoned; /* the same: see ram_poison(); NULL: none is */
};

/*
 * Maps @nr_banks banks, each a multiple of 4 KB, not overlapping, in any
 * order. False, with the reason in @diag, when the host has no such room.
 */
bool ram_create(struct ram *ram, const struct ram_bank *banks,
		unsigned int nr_banks, struct diag *diag);
void ram_destroy(struct ram *ram);

/*
 * Frames that cores may read and not write, from now on or no longer: page
 * tables. Engines must forget what they were granted; see cpu_guarded().
 */
void ram_guard(struct ram *ram, paddr_t paddr, uint32_t nr_bytes, bool on);

static inline bool ram_is_guarded(const struct ram *ram, paddr_t paddr)
{
	uint64_t frame = (paddr - ram->base) >> 12;

	return paddr - ram->base < ram->span_bytes &&
	       ram->guarded[frame / 8] >> frame % 8 & 1;
}

/*
 * The frame of @paddr has an error that can't be corrected: cores can neither
 * read nor write it any more. Engines must forget what they were granted; see
 * cpu_poisoned(). The host's memory must suffice for a bit a frame.
 */
void ram_poison(struct ram *ram, paddr_t paddr);

static inline bool ram_is_poisoned(const struct ram *ram, paddr_t paddr)
{
	uint64_t frame = (paddr - ram->base) >> 12;

	return ram->poisoned && paddr - ram->base < ram->span_bytes &&
	       ram->poisoned[frame / 8] >> frame % 8 & 1;
}

/* Where @paddr lies in host memory; NULL when no bank has it. */
static inline uint8_t *ram_host(const struct ram *ram, paddr_t paddr)
{
	for (unsigned int i = 0; i < ram->nr_banks; i++)
		if (paddr - ram->bank[i].base < ram->bank[i].size_bytes)
			return ram->host + (paddr - ram->base);
	return NULL;
}

#endif
