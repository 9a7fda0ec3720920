/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_EVENTS_LINE_H
#define EMU_VIEWER_EVENTS_LINE_H

/* One line of the feed of events: its columns, as many as there is room for. */

#include "emu/snapshot/section.h"
#include "emu/viewer/canvas.h"
#include "emu/viewer/palette.h"

struct events_row;
struct view;

enum events_column {
	COLUMN_TIME,
	COLUMN_TASK,
	COLUMN_NUMBER,
	COLUMN_ACCESS,
	COLUMN_ADDRESS,
	COLUMN_INSTRUCTION,
	COLUMN_PC,
	COLUMN_STATUS,
	COLUMN_OUTCOME,
	NR_EVENTS_COLUMNS
};

/* Where each column is, in pixels; width 0: it is left out. */
struct events_grid {
	int x[NR_EVENTS_COLUMNS], w[NR_EVENTS_COLUMNS];
	int end;
};

struct events_pen {
	struct canvas *canvas;
	const struct palette *palette;
	struct events_grid grid;
	int y; /* of the text */
};

struct events_grid events_lay_out(struct canvas *canvas, int left, int width);

/* A kind's letter on its colour. */
void events_draw_letter(struct canvas *canvas, const struct palette *palette,
			struct box box, enum snapshot_event_kind kind);
void events_draw_titles(const struct events_pen *pen);
/* The line of @row, one of @event, in the box @line. */
void events_draw_row(const struct events_pen *pen, const struct view *view,
		     struct box line, const struct snapshot_event *event,
		     const struct events_row *row);

#endif
