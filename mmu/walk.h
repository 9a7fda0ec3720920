/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_WALK_H
#define MMU_WALK_H

/*
 * One walk of the tables. It lives for one translation and works on a copy of
 * the registers, taken when it begins: what memory answers on the way cannot
 * change the rules. mmu_access() and mmu_peek() use the same walk; they differ
 * in who is told what it did.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/core.h"
#include "mmu/mmu.h"
#include "mmu/regs.h"
#include "mmu/translation.h"
#include "mmu/walk_cache.h"

/* Whom a walk costs something; a looker-on leaves it all NULL. */
struct walk_account {
	struct walk_cache *cache;
	struct mmu_stats *stats;
	uint32_t *cycles;
};

struct walk {
	/* set by walk_begin() */
	const struct core *core;
	const struct mmu_port *port;
	struct mmu_regs regs;
	struct walk_account account;
	vaddr_t va;

	/* what it learned */
	struct mmu_walk_step step[2];
	int levels; /* how many of them were read */
	struct translation found;

	/* why it stopped, where it found nothing */
	enum mmu_fault_type fault;
	uint8_t fault_level;
	uint8_t domain; /* once a first-level descriptor named it */
};

void walk_begin(struct walk *walk, const struct core *core,
		const struct mmu_port *port, const struct mmu_regs *regs,
		const struct walk_account *account, vaddr_t va);

/*
 * Walks. True: walk->found holds the translation, whose access flag, domain
 * and permissions nobody has asked yet. False: walk->fault tells why.
 */
bool walk_tables(struct walk *walk);

#endif
