/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_MEMORY_PAINT_H
#define EMU_VIEWER_MEMORY_PAINT_H

/* The tiles of the picture of memory, as pixels, and what is written on them. */

#include "emu/viewer/memory_cells.h"
#include "emu/viewer/memory_plan.h"

struct canvas;
struct view;

struct memory_painter {
	struct canvas *canvas;
	const struct view *view;
	const struct memory_plan *plan;
	const struct memory_cells *cells;
	const struct class_look *look;
};

/* All tiles that are in sight. */
void paint_tiles(const struct memory_painter *painter);
/* A frame around @place and 1 << @order frames, also if it is tiny. */
void paint_ring(const struct memory_painter *painter, struct plan_place place,
		unsigned int order, colour_t colour);

#endif
