/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_SNAPSHOT_H
#define EMU_SNAPSHOT_SNAPSHOT_H

/*
 * What a machine was like at one moment, for whoever wants to look at it while
 * it goes on: plain data that nobody writes any more, and that any thread may
 * read as long as it holds a reference. Snapshots share what didn't change
 * from one to the next, so that a long row of them costs little.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/snapshot/part.h"
#include "emu/snapshot/sample.h"
#include "emu/snapshot/section.h"
#include "kernel/view.h"

struct snapshot {
	uint64_t serial; /* of those of this machine, from 1 */
	uint64_t cycle;
	uint32_t clock_hz; /* cycles in a second */
	uint64_t nr_faults; /* so far; see kernel_nr_faults() */
	struct snapshot_wish wish; /* what it was taken by */
	int pid; /* whose address space it has; 0: nobody's */

	struct part *section[NR_SECTIONS]; /* NULL: not wished for */

	/* Counts over time, to about now; see snapshot_sample_at(). */
	uint32_t nr_samples;
	struct part *samples[MAX_SAMPLE_BLOCKS];

	/* Physical memory, from a multiple of 4 MB on. */
	uint64_t first_paddr;
	uint32_t nr_blocks;
	struct part *block[]; /* see snapshot_frames() */
};

/* The KERNEL_BLOCK_FRAMES frames of block @n. */
const struct kernel_frame *snapshot_frames(const struct snapshot *snapshot,
					   uint32_t n);
/* The @n-th of nr_samples; 0 is the oldest. */
const struct snapshot_sample *
snapshot_sample_at(const struct snapshot *snapshot, uint32_t n);

/* True: block @n is the same in both. (False: it may be.) */
bool snapshot_same_block(const struct snapshot *a, const struct snapshot *b,
			 uint32_t n);

/* True: so is this section. NULL is a snapshot, too, which has none. */
bool snapshot_same_section(const struct snapshot *a, const struct snapshot *b,
			   enum snapshot_section section);

/*
 * snapshot_zones(snapshot, &nr) and the like: the *@nr elements of a section;
 * 0 of them where it wasn't wished for.
 */
#define SECTION(NAME, name, type, sentence)                                   \
	static inline const type *snapshot_##name(                            \
		const struct snapshot *snapshot, uint32_t *nr)                \
	{                                                                     \
		const struct part *part = snapshot->section[SECTION_##NAME];  \
                                                                              \
		*nr = part ? (uint32_t)(part->size_bytes / sizeof(type)) : 0; \
		return part ? (const type *)(const void *)part->data : NULL;  \
	}
#include "emu/snapshot/sections.def"
#undef SECTION

/*
 * What SECTION_PAGES has at @va, and the 2 MB around it; NULL: nothing is
 * there.
 */
const struct snapshot_table *snapshot_table(const struct snapshot *snapshot,
					    uint32_t va);
/* Bytes of those tables that @before, which may be NULL, doesn't share. */
size_t snapshot_table_bytes(const struct snapshot *snapshot,
			    const struct snapshot *before);
const struct kernel_page *snapshot_page(const struct snapshot *snapshot,
					uint32_t va);

/* One more reference, and one less, by any thread. NULL is let pass. */
struct snapshot *snapshot_get(struct snapshot *snapshot);
void snapshot_put(struct snapshot *snapshot);

/* ---- taking them: the machine's thread ------------------------------------ */

struct machine;
struct snapshots;

/* For @machine, which has all but its kernel. NULL: no memory. */
struct snapshots *snapshots_create(const struct machine *machine);
void snapshots_destroy(struct snapshots *snapshots);
/* What the kernel is to write to: hw.changed_blocks, hw.changed_tables. */
uint8_t *snapshots_changed_blocks(struct snapshots *snapshots);
uint8_t *snapshots_changed_tables(struct snapshots *snapshots);

/*
 * To be called at the first rest of the machine whose @cycle isn't below what
 * it returned last, so that there are samples; 0 at first.
 */
uint64_t snapshots_rest(struct snapshots *snapshots, uint64_t cycle);

/*
 * The machine as it is, while no kernel code runs, with what @wish names.
 * Reads those frames that have changed since the last time, and one block in
 * SNAPSHOT_REFRESH of the rest, for flags of pages may change unmarked: dirty,
 * referenced, locked and the like are up to so many snapshots old. NULL: no
 * memory.
 */
#define SNAPSHOT_REFRESH 16
struct snapshot *snapshots_take(struct snapshots *snapshots,
				const struct snapshot_wish *wish);
/* The next one reads all frames and pages, so that nothing in it is old. */
void snapshots_read_all(struct snapshots *snapshots);

#endif
