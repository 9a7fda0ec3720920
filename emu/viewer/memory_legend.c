/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The legend of the picture of memory: see memory_legend.h. */
#include "emu/viewer/memory_legend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/view.h"

/* ---- modes --------------------------------------------------------------------------- */

static struct box draw_chip(const struct view *view, struct canvas *canvas,
			    struct box at, const char *name, bool chosen)
{
	const struct palette *palette = view->palette;
	int pad = canvas_unit(canvas, 5);

	at.w = canvas_text_width(canvas, FONT_SMALL, name) + 2 * pad;
	canvas_fill(canvas, at, chosen ? palette->text : palette->raised);
	canvas_text(canvas, at.x + pad,
		    at.y + (at.h - canvas_line_height(canvas, FONT_SMALL)) / 2,
		    FONT_SMALL, chosen ? palette->panel : palette->dim, name);
	return at;
}

static int width_of_chips(struct canvas *canvas)
{
	int width = 0;

	for (int i = 0; i < NR_MEMORY_MODES; i++)
		width += canvas_text_width(canvas, FONT_SMALL,
					   mode_name((enum memory_mode)i)) +
			 canvas_unit(canvas, 13);
	return width;
}

struct box legend_draw_modes(struct memory_legend *legend,
			     const struct view *view, struct canvas *canvas,
			     struct box box, enum memory_mode mode)
{
	int pad = canvas_unit(canvas, 5), gap = canvas_unit(canvas, 3);
	int height = canvas_line_height(canvas, FONT_SMALL) +
		     canvas_unit(canvas, 4);
	struct box at = {box.x + pad, box.y + pad, 0, height};
	bool all = width_of_chips(canvas) <= box.w - 2 * pad;

	memset(legend, 0, sizeof(*legend));
	if (box.h < 6 * height)
		return box;
	for (int i = 0; i < NR_MEMORY_MODES; i++) {
		if (!all && i != (int)mode)
			continue;
		at = draw_chip(view, canvas, at, mode_name((enum memory_mode)i),
			       i == (int)mode);
		legend->chip[i] = at;
		at.x += at.w + gap;
	}
	canvas_text_cut(canvas, at.x + pad, at.y + canvas_unit(canvas, 2),
			box.x + box.w - at.x - 2 * pad, FONT_SMALL,
			view->palette->dim, mode_sentence(mode));
	box.y += height + 2 * pad;
	box.h -= height + 2 * pad;
	return box;
}

enum memory_mode legend_mode_at(const struct memory_legend *legend, int x,
				int y)
{
	for (int i = 0; i < NR_MEMORY_MODES; i++)
		if (box_has(legend->chip[i], x, y))
			return (enum memory_mode)i;
	return NR_MEMORY_MODES;
}

/* ---- classes ------------------------------------------------------------------------- */

struct item {
	uint8_t number;
	uint32_t count;
	bool background;
};

/* What the mode is about first; then by count, the most first. */
static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->background != y->background)
		return x->background ? 1 : -1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->number - y->number;
}

static unsigned int find_items(const struct memory_cells *cells,
			       const struct class_look *look, struct item *item)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < NR_CLASSES; i++)
		if (look[i].label[0] && cells->count[i])
			item[nr++] = (struct item){(uint8_t)i, cells->count[i],
						   look[i].background};
	if (mode_sorts_by_count(cells->mode))
		qsort(item, nr, sizeof(*item), compare_items);
	return nr;
}

struct pen {
	const struct view *view;
	struct canvas *canvas;
	struct box box;
	int x, y, line;
	bool draws; /* or else measures */
};

/* Room for @width; false: there is none. */
static bool next_place(struct pen *pen, int width)
{
	if (pen->x + width > pen->box.x + pen->box.w && pen->x > pen->box.x) {
		pen->x = pen->box.x;
		pen->y += pen->line;
	}
	return pen->y + pen->line <= pen->box.y + pen->box.h;
}

/* A swatch with its letter, the label and an amount. */
static bool draw_item(struct pen *pen, const struct class_look *look,
		      colour_t edge, uint32_t nr_frames)
{
	struct canvas *canvas = pen->canvas;
	const struct palette *palette = pen->view->palette;
	int side = pen->line - canvas_unit(canvas, 4);
	int pad = canvas_unit(canvas, 4), top = canvas_unit(canvas, 2);
	struct box swatch;
	char amount[24];
	int width;

	text_bytes((uint64_t)nr_frames * 4096, amount, sizeof(amount));
	width = side + 4 * pad +
		canvas_text_width(canvas, FONT_SMALL, look->label) +
		(nr_frames ? canvas_text_width(canvas, FONT_SMALL, amount) : 0);
	if (!next_place(pen, width))
		return false;
	if (pen->draws) {
		swatch = (struct box){pen->x, pen->y + top, side, side};
		canvas_fill(canvas, swatch, look->colour);
		canvas_frame(canvas, swatch, edge, canvas_unit(canvas, 1));
		canvas_text(canvas,
			    pen->x + (side - canvas_text_width(canvas,
							       FONT_SMALL,
							       look->letter)) /
					     2,
			    pen->y + (pen->line -
				      canvas_line_height(canvas, FONT_SMALL)) /
					     2,
			    FONT_SMALL, colour_on(look->colour), look->letter);
		int x = canvas_text(canvas, pen->x + side + pad, pen->y + top,
				    FONT_SMALL, palette->text, look->label);

		if (nr_frames)
			canvas_text(canvas, x + pad, pen->y + top, FONT_SMALL,
				    palette->dim, amount);
	}
	pen->x += width + 2 * pad;
	return true;
}

/* False: there was no room for all. */
static bool draw_items(struct pen *pen, const struct memory_cells *cells,
		       const struct class_look *look)
{
	struct item item[NR_CLASSES];
	unsigned int nr = find_items(cells, look, item);
	const struct palette *palette = pen->view->palette;
	struct class_look changed = {palette->fresh, "", "changed just now",
				     false};

	for (unsigned int i = 0; i < nr; i++)
		if (!draw_item(pen, &look[item[i].number], palette->border,
			       item[i].count))
			return false;
	if (cells->nr_changed)
		return draw_item(pen, &changed, palette->border,
				 cells->nr_changed);
	return true;
}

struct box legend_draw(const struct view *view, struct canvas *canvas,
		       struct box box, const struct memory_cells *cells,
		       const struct class_look look[NR_CLASSES])
{
	int pad = canvas_unit(canvas, 5);
	struct pen pen = {
		.view = view,
		.canvas = canvas,
		.box = box_inside(box, pad),
		.line = canvas_line_height(canvas, FONT_SMALL) +
			canvas_unit(canvas, 4),
	};
	int height;

	if (box.h < 8 * pen.line)
		return box;
	pen.box.h = box.h / 4;
	pen.x = pen.box.x;
	pen.y = pen.box.y;
	draw_items(&pen, cells, look);
	height = pen.y + pen.line - pen.box.y;
	if (height > pen.box.h)
		height = pen.box.h / pen.line * pen.line;
	pen.box.y = box.y + box.h - height - pad;
	pen.box.h = height;
	pen.x = pen.box.x;
	pen.y = pen.box.y;
	pen.draws = true;
	if (!draw_items(&pen, cells, look))
		canvas_text_right(canvas, box.x + box.w - pad,
				  pen.box.y + height - pen.line +
					  canvas_unit(canvas, 2),
				  FONT_SMALL, view->palette->dim, "…");
	box.h -= height + 2 * pad;
	return box;
}
