/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_MEMORY_LEGEND_H
#define EMU_VIEWER_MEMORY_LEGEND_H

/* Around the picture of memory: which modes there are, what colours mean. */

#include "emu/viewer/canvas.h"
#include "emu/viewer/memory_cells.h"

struct canvas;
struct view;

struct memory_legend {
	struct box chip[NR_MEMORY_MODES]; /* as last drawn; of no size: not */
};

/* The modes, along the top of @box; returns what is left of it. */
struct box legend_draw_modes(struct memory_legend *legend,
			     const struct view *view, struct canvas *canvas,
			     struct box box, enum memory_mode mode);
/* The mode whose name is there; NR_MEMORY_MODES: none's. */
enum memory_mode legend_mode_at(const struct memory_legend *legend, int x,
				int y);

/*
 * What the classes that there are look like, and how much memory they are,
 * along the bottom of @box; returns what is left of it.
 */
struct box legend_draw(const struct view *view, struct canvas *canvas,
		       struct box box, const struct memory_cells *cells,
		       const struct class_look look[NR_CLASSES]);

#endif
