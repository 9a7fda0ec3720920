/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_SPACE_PAINT_H
#define EMU_VIEWER_SPACE_PAINT_H

/*
 * An address space, drawn: around it who it is, all addresses to scale and
 * what colours mean; in it a band for each mapping, with what that is.
 */

#include <stdint.h>

#include "emu/viewer/canvas.h"
#include "emu/viewer/scroll.h"
#include "emu/viewer/space_cell.h"
#include "emu/viewer/space_model.h"

struct view;

/* What is where. */
struct space_picture {
	struct space_plan plan;
	enum space_mode mode;
	struct scroll scroll;
	struct box grids; /* of cells */
	struct box labels; /* left of them; of no width: they are above each */
	struct box map; /* of all addresses; of no width: there is none */
};

/* What is around the bands; leaves the map free, and returns what is left. */
struct box space_paint_frame(struct space_picture *picture, struct view *view,
			     struct canvas *canvas, struct box box);
/* All addresses that the process has, to scale, and what is in sight. */
void space_paint_map(const struct space_picture *picture,
		     const struct view *view, struct canvas *canvas);
void space_paint_bands(const struct space_picture *picture, struct view *view,
		       struct canvas *canvas);
/* Around the cell of @va, if it has one. */
void space_paint_outline(const struct space_picture *picture,
			 struct canvas *canvas, uint32_t va, colour_t colour,
			 int width);

#endif
