/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_MEMORY_CELLS_H
#define EMU_VIEWER_MEMORY_CELLS_H

/*
 * What is known of each frame between two pictures: its class, when it last
 * changed, and how bright the mark of that still is. Only blocks that aren't
 * the same as in the last picture are looked at again.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/viewer/memory_modes.h"

struct snapshot;
struct view;

struct memory_cells {
	struct snapshot *last; /* what all this is of; a reference */
	uint64_t ms; /* view->ms then */
	enum memory_mode mode;
	struct memory_owners owners;
	uint32_t nr_blocks;
	struct cell_block {
		uint8_t class_of[KERNEL_BLOCK_FRAMES];
		uint8_t heat[KERNEL_BLOCK_FRAMES]; /* 255: changed just now */
		uint64_t changed[KERNEL_BLOCK_FRAMES]; /* cycle; 0: not yet */
		bool hot; /* some of its frames are */
	} * block;
	uint32_t count[NR_CLASSES]; /* of frames */
	uint32_t nr_changed; /* since view->before */
};

/* Brings @cells, zero at first, to what @view shows. False: no memory. */
bool cells_update(struct memory_cells *cells, const struct view *view,
		  enum memory_mode mode);
void cells_free(struct memory_cells *cells);

/* Are two frames different in what people see? */
bool frame_changed(const struct kernel_frame *a, const struct kernel_frame *b);

#endif
