/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_STALE_H
#define EMU_STALE_H

/*
 * Forgotten TLB flushes, made visible: who wrote a descriptor last, and what
 * a hit on an entry older than that looked like.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/hw.h"
#include "mmu/mmu.h"

#define STALE_WRITERS 4096

/* Who wrote which descriptor, the last one in each slot. */
struct stale_log {
	struct stale_writer {
		paddr_t paddr;
		uint64_t cycle;
		struct hw_writer who; /* function NULL: nobody yet */
		bool told; /* a stale hit because of it was described */
	} writer[STALE_WRITERS];
	uint64_t nr_hits;
};

void stale_written(struct stale_log *log, paddr_t paddr, uint64_t cycle,
		   const struct hw_writer *who);

/* Describes a stale hit in one line; false: that change is known already. */
bool stale_describe(struct stale_log *log, const struct mmu_stale *stale,
		    char *line, size_t size);

#endif
