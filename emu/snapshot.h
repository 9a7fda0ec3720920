/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_H
#define EMU_SNAPSHOT_H

/*
 * What a machine was like at one moment, for whoever wants to look at it while
 * it goes on: plain data that nobody writes any more, and that any thread may
 * read as long as it holds a reference. Snapshots share what didn't change
 * from one to the next, so that a long row of them costs little.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/view.h"

/* 4 MB of RAM, frame by frame; shared between snapshots. */
struct snapshot_block;

struct snapshot {
	uint64_t serial; /* of those of this machine, from 1 */
	uint64_t cycle;
	uint64_t nr_faults; /* so far; see kernel_nr_faults() */

	/* Physical memory, from a multiple of 4 MB on. */
	uint64_t first_paddr;
	uint32_t nr_blocks;
	struct snapshot_block *block[]; /* see snapshot_frames() */
};

/* The KERNEL_BLOCK_FRAMES frames of block @n. */
const struct kernel_frame *snapshot_frames(const struct snapshot *snapshot,
					   uint32_t n);
/* True: block @n is the same in both. (False: it may be.) */
bool snapshot_same_block(const struct snapshot *a, const struct snapshot *b,
			 uint32_t n);

/* One more reference, and one less, by any thread. NULL is let pass. */
struct snapshot *snapshot_get(struct snapshot *snapshot);
void snapshot_put(struct snapshot *snapshot);

/* ---- taking them: the machine's thread ------------------------------------ */

struct hw;
struct kernel;
struct snapshots;

/* For a machine with such RAM. NULL: no memory. */
struct snapshots *snapshots_create(const struct hw *hw);
void snapshots_destroy(struct snapshots *snapshots);
/* What the kernel is to write to: hw.changed_blocks. */
uint8_t *snapshots_changed_blocks(struct snapshots *snapshots);

/*
 * The machine as it is, while no kernel code runs. Reads what has changed
 * since the last time, and one block in SNAPSHOT_REFRESH of the rest, for
 * flags of pages may change unmarked: dirty, referenced, locked and the like
 * are up to so many snapshots old. NULL: no memory.
 */
#define SNAPSHOT_REFRESH 16
struct snapshot *snapshots_take(struct snapshots *snapshots,
				const struct kernel *kernel);

#endif
