/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_MEMORY_PLAN_H
#define EMU_VIEWER_MEMORY_PLAN_H

/*
 * Where each frame is in the picture of physical memory. Each pageblock (4 MB)
 * is a tile; tiles stand in rows from the left, each zone beginning a row of
 * its own below a headline. Within a tile frames follow the Z-order curve, so
 * that a block of the buddy allocator, whatever its order, is one rectangle.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/viewer/canvas.h"

#define PLAN_SIDE      32 /* cells of a tile, both ways */
#define PLAN_MAX_ZONES 16

struct snapshot;

/* Blocks of RAM one after the other, of one zone. */
struct plan_zone {
	uint32_t first_block, nr_blocks;
	uint32_t first_row; /* of tiles; of the whole plan */
	uint8_t node, zone; /* as in struct kernel_frame */
};

/* A place in it: frame @index of block @block, counted from the snapshot's. */
struct plan_place {
	uint32_t block;
	unsigned int index;
};

struct memory_plan {
	unsigned int nr_zones;
	struct plan_zone zone[PLAN_MAX_ZONES];
	uint32_t nr_blocks; /* of the snapshot that it is for */
	unsigned int columns; /* tiles in a row */
	uint32_t nr_rows;
	struct box box; /* where it is seen */
	int head; /* height of a zone's headline */
	double fit_width, fit_height; /* of a tile, where all is seen */
	double zoom; /* times as much; 1: all is seen */
	double left, top; /* what is at the box's corner, from the plan's */
	double most_width; /* of a tile, zoomed in as far as it goes */
	bool by_rows; /* frames of a tile row by row, instead of the Z curve */
};

/*
 * Fits @plan, which was zero at first, to what @snapshot says of RAM, seen in
 * @box. What was in the middle stays there. False: there is nothing to see.
 */
bool plan_update(struct memory_plan *plan, const struct snapshot *snapshot,
		 struct box box, int head);

/* @factor times as large, with what is at @x, @y staying there. */
void plan_zoom(struct memory_plan *plan, int x, int y, double factor);
void plan_pan(struct memory_plan *plan, int dx, int dy);
/* All of it. */
void plan_fit(struct memory_plan *plan);
/* @place in the middle, its cell at least @width pixels wide. */
void plan_show(struct memory_plan *plan, struct plan_place place, double width);

/* What is at pixel @x, @y; false: none of the tiles. */
bool plan_hit(const struct memory_plan *plan, int x, int y,
	      struct plan_place *place);
/* The headline of zone number @zone. */
struct box plan_head(const struct memory_plan *plan, unsigned int zone);
/* The tile of a block; of no size: it has no RAM. */
struct box plan_tile(const struct memory_plan *plan, uint32_t block);
/* The 1 << @order frames that @place is the first of, or in the midst of. */
struct box plan_cells(const struct memory_plan *plan, struct plan_place place,
		      unsigned int order);

/* Column and row in its tile of a frame, and back. */
struct plan_cell {
	unsigned int x, y;
};
struct plan_cell plan_cell_of(bool by_rows, unsigned int index);
unsigned int plan_index_of(bool by_rows, struct plan_cell cell);
/* How many columns and rows a block of that order takes. */
struct plan_cell plan_extent(bool by_rows, unsigned int order);

#endif
