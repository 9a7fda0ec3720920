/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_SPACE_MODEL_H
#define EMU_VIEWER_SPACE_MODEL_H

/*
 * Where a process's pages are in a picture: a band for each mapping, one below
 * the other, each a grid of cells. A cell is a page, or, where a mapping is too
 * large for the picture, a power of two of them; each mapping has a scale of
 * its own, so that neither holes nor one large mapping drown the others.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/snapshot/section.h"
#include "emu/viewer/canvas.h"

#define SPACE_MAX_ZOOM 7

/* What there is room for; in pixels. */
struct space_room {
	int width, height; /* for the grids; in sight */
	int least; /* a band's height, for its text */
	int head; /* above each grid, for its text; or 0 */
	int gap, hole; /* between two bands, without or with a hole between */
	int cell_least, cell_good, cell_most; /* sides of cells */
	int zoom; /* 0: all is in sight, if it can be */
};

struct space_band {
	uint32_t start, end; /* of the mapping */
	int y, height; /* of the whole band, from the top of the first */
	uint32_t rows;
	uint8_t shift; /* a cell has 1 << shift pages */
	bool after_hole;
};

struct space_plan {
	struct space_room room;
	int cell; /* side, with its margin */
	uint32_t columns;
	int height; /* of all */
	uint32_t nr;
	struct space_band *band;
};

/* For @vma, of which there are @nr. False: no memory; then it is empty. */
bool space_plan_make(struct space_plan *plan, const struct kernel_vma *vma,
		     uint32_t nr, const struct space_room *room);
void space_plan_free(struct space_plan *plan);

/* The band at @y, or the one after it if that is between two; NULL: none. */
const struct space_band *space_band_at(const struct space_plan *plan, int y);
/* That which has @va; NULL: none. */
const struct space_band *space_band_of(const struct space_plan *plan,
				       uint32_t va);
/* The first page of the cell at @x, @y. False: there is none. */
bool space_page_at(const struct space_plan *plan, int x, int y, uint32_t *va);
/* The cell of @va. False: it is in no band. */
bool space_cell_of(const struct space_plan *plan, uint32_t va,
		   struct box *cell);

#endif
