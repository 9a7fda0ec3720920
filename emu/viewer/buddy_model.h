/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_BUDDY_MODEL_H
#define EMU_VIEWER_BUDDY_MODEL_H

/* Where the buddy panel has what. */

#include "emu/viewer/canvas.h"
#include "emu/viewer/gauge.h"

#define BUDDY_MAX_ZONES 16

/* What it is drawn in: lengths that depend on fonts. */
struct buddy_metrics {
	int line, small; /* heights of lines */
	int unit; /* one point */
	int gauge; /* height of one */
	int label; /* the longest of the rows' */
};

struct buddy_card {
	uint32_t zone; /* its number */
	struct box box;
	struct box gauge;
	struct box matrix; /* cells alone */
	int column, row; /* size of a cell */
	int nr_types;
	uint8_t type[KERNEL_NR_MIGRATETYPES]; /* one a row */
	int indices, blocks; /* where these begin; 0: no room */
};

struct buddy_plan {
	int height; /* of all; more than there is: to be scrolled */
	uint32_t nr_cards;
	struct buddy_card card[BUDDY_MAX_ZONES];
};

/* @box.y is where the first line is when nothing is scrolled. */
void buddy_plan(struct buddy_plan *plan, struct box box,
		const struct buddy_metrics *metrics,
		const struct kernel_zone_info *zone, uint32_t nr_zones);

/* The cell at @x, @y. NULL: there is none. */
const struct buddy_card *buddy_at(const struct buddy_plan *plan, int x, int y,
				  int *type, int *order);

struct snapshot;
/* The first frame of such a free block behind @after, or of all; or none. */
uint64_t buddy_find(const struct snapshot *snapshot,
		    const struct kernel_zone_info *zone, int type, int order,
		    uint64_t after);

#endif
