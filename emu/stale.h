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

#define STALE_SETS 1024
#define STALE_WAYS 4

/*
 * Who wrote which descriptor. Of more than STALE_WAYS descriptors of one set
 * those written last are known.
 */
struct stale_log {
	struct stale_writer {
		paddr_t paddr;
		uint64_t cycle, serial;
		struct hw_writer who; /* function NULL: nobody yet */
		bool told; /* a stale hit because of it was described */
	} writer[STALE_SETS][STALE_WAYS];
	uint64_t nr_hits, nr_written;
};

void stale_written(struct stale_log *log, paddr_t paddr, uint64_t cycle,
		   const struct hw_writer *who);

/* Describes a stale hit in one line; false: that change is known already. */
bool stale_describe(struct stale_log *log, const struct mmu_stale *stale,
		    char *line, size_t size);
/* Who changed what the entry stood for, and so should have flushed it. */
void stale_story(struct stale_log *log, const struct mmu_stale *stale,
		 char *text, size_t size);

#endif
