/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_MEMORY_MODES_H
#define EMU_VIEWER_MEMORY_MODES_H

/*
 * By what the frames of the picture of memory are coloured. A mode sorts them
 * into at most 256 classes, and knows how each class looks and what it is
 * called.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/viewer/palette.h"
#include "emu/snapshot/snapshot.h"

struct snapshot;
struct view;

#define NR_CLASSES 256

enum memory_mode {
	MODE_USE,
	MODE_FREE,
	MODE_SLAB,
	MODE_MOBILITY,
	MODE_ZONE,
	MODE_PROCESS,
	MODE_LRU,
	MODE_MAPPED,
	MODE_STATE,
	MODE_CHANGED,
	NR_MEMORY_MODES
};

/* How a class is drawn and what the legend says of it. */
struct class_look {
	colour_t colour;
	char letter[4]; /* in cells that have room for it; "": none */
	char label[40]; /* "": it isn't in the legend */
	bool background; /* what this mode isn't about */
};

/* Who has which class, where that isn't the frame's own business. */
#define MAX_OWNERS 250
struct memory_owners {
	unsigned int nr;
	struct memory_owner {
		uint32_t mm;
		int pid;
		char comm[16];
	} owner[MAX_OWNERS];
	uint8_t class_of[1024]; /* by hash of mm; 0: nobody has it */
};

/* From the processes of @snapshot. True: they are others than before. */
bool owners_update(struct memory_owners *owners,
		   const struct snapshot *snapshot);

const char *mode_name(enum memory_mode mode); /* "use" */
const char *mode_sentence(enum memory_mode mode);
/* The legend begins with the most frequent, instead of by number. */
bool mode_sorts_by_count(enum memory_mode mode);

/*
 * The classes of the frames of a block; @changed are the cycles at which they
 * last did, 0: not since they were first seen; for MODE_CHANGED alone.
 */
struct class_source {
	enum memory_mode mode;
	const struct memory_owners *owners;
	uint64_t now;
	uint32_t clock_hz;
	const uint64_t *changed;
};
void mode_classify(const struct class_source *source,
		   const struct kernel_frame frame[KERNEL_BLOCK_FRAMES],
		   uint8_t class_of[KERNEL_BLOCK_FRAMES]);

/* How classes look now; all zero those that there are none of. */
void mode_looks(const struct view *view, enum memory_mode mode,
		const struct memory_owners *owners,
		struct class_look look[NR_CLASSES]);

/* Black or white, whichever can be read on @ground. */
colour_t colour_on(colour_t ground);

#endif
