/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_SWAP_MODEL_H
#define EMU_VIEWER_SWAP_MODEL_H

/* Where the swap panel has which slot. */

#include "emu/snapshot/snapshot.h"
#include "emu/viewer/canvas.h"

/*
 * A map of @nr_slots, row by row: cells of @cell pixels, @columns in a row. A
 * cell stands for @slots of them; more than one where they are too many.
 */
struct swap_map {
	struct box box;
	uint32_t nr_slots;
	uint32_t slots; /* a cell */
	int cell, columns, rows;
};

/* All of @nr_slots in @box, or with cells @zoom steps larger than then. */
void swap_map_plan(struct swap_map *map, struct box box, uint32_t nr_slots,
		   int zoom);
/* How high it is, more than the box where one has zoomed in. */
int swap_map_height(const struct swap_map *map);
/* The first slot of the cell at @x, @y + @scrolled; UINT32_MAX: none. */
uint32_t swap_map_at(const struct swap_map *map, int x, int y, int scrolled);
/* The cell of @slot, when @scrolled. */
struct box swap_map_cell(const struct swap_map *map, uint32_t slot,
			 int scrolled);

/* How many of @nr slots of @area from @first on are what; of those known. */
void swap_count(const struct snapshot *snapshot,
		const struct snapshot_swap *area, uint32_t first, uint32_t nr,
		uint32_t count[KERNEL_SLOT_BAD + 1]);
/* One slot; KERNEL_SLOT_BAD + 1: not known. */
unsigned int swap_slot(const struct snapshot *snapshot,
		       const struct snapshot_swap *area, uint32_t slot);

#endif
