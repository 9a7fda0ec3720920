/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_SPACE_CELL_H
#define EMU_VIEWER_SPACE_CELL_H

/* What the pages of a cell of an address space are, and how that looks. */

#include <stdbool.h>
#include <stdint.h>

#include "emu/viewer/canvas.h"

struct kernel_vma;
struct palette;
struct view;

enum space_kind {
	SPACE_UNTOUCHED, /* nothing is there yet */
	SPACE_ANON,
	SPACE_FILE,
	SPACE_SHMEM,
	SPACE_ZERO, /* the zero page */
	SPACE_DEVICE,
	SPACE_SWAPPED,
	SPACE_MOVING, /* migration has it */
	NR_SPACE_KINDS
};

/* Of @nr pages, so many are… */
struct space_cell {
	uint32_t nr, present;
	uint32_t kind[NR_SPACE_KINDS];
	uint32_t young, dirty, cow, shared, large, huge, changed;
	uint32_t mapcount; /* the highest */
};

/* What the shown snapshot says of @nr pages of @vma from @va on. */
struct space_cell space_cell(const struct view *view,
			     const struct kernel_vma *vma, uint32_t va,
			     uint32_t nr);
/* What most of it is that is anything. */
enum space_kind space_cell_kind(const struct space_cell *cell);

enum space_mode {
	SPACE_BY_KIND,
	SPACE_BY_ACCESS,
	SPACE_BY_SHARING,
	SPACE_BY_ENTRY,
	NR_SPACE_MODES
};
const char *space_mode_name(enum space_mode mode);

/* Into @box, with a margin right and below unless it goes on there. */
struct space_look {
	enum space_mode mode;
	bool on_right, on_below;
};
void space_cell_draw(struct canvas *canvas, const struct palette *palette,
		     const struct space_cell *cell, struct box box,
		     struct space_look look);

/* Returns its height; draws only if @canvas is to be drawn on. */
int space_legend(struct canvas *canvas, const struct palette *palette,
		 struct box box, enum space_mode mode, bool draw);

/* All about the page, or pages, for the tip of the pointer at @x, @y. */
void space_cell_tip(struct view *view, const struct kernel_vma *vma,
		    uint32_t va, uint32_t nr, int x, int y);

/* "rw-p", and what a mapping is of. */
void space_rights(const struct kernel_vma *vma, char to[5]);
const char *space_name(const struct kernel_vma *vma);

#endif
