/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The help: see help.h. Parts are set in as many columns as there is room for,
 * in the order in which they come; what doesn't fit says so.
 */
#include "emu/viewer/help.h"

#include <stdio.h>
#include <string.h>

#include "emu/viewer/canvas.h"
#include "emu/viewer/palette.h"

struct sheet {
	struct canvas *canvas;
	const struct palette *palette;
	struct box box; /* that may be written on */
	int column, width, keys; /* of a column; of its keys */
	int x, y, pad;
	bool full;
};

static int line_height(const struct canvas *canvas)
{
	return canvas_line_height(canvas, FONT_TEXT) + canvas_unit(canvas, 4);
}

static void next_column(struct sheet *sheet)
{
	sheet->x += sheet->width + sheet->pad * 2;
	sheet->y = sheet->box.y;
	sheet->full = sheet->x + sheet->width > sheet->box.x + sheet->box.w;
}

/* Room for @height more, in this column or the next. */
static bool make_room(struct sheet *sheet, int height)
{
	if (sheet->y + height > sheet->box.y + sheet->box.h &&
	    sheet->y > sheet->box.y)
		next_column(sheet);
	return !sheet->full;
}

static void draw_line(struct sheet *sheet, const char *line, size_t n)
{
	const struct palette *palette = sheet->palette;
	const char *tab = memchr(line, '\t', n);
	size_t key = tab ? (size_t)(tab - line) : 0;
	int height = line_height(sheet->canvas);
	char text[160];

	if (!make_room(sheet, height))
		return;
	snprintf(text, sizeof(text), "%.*s", (int)key, line);
	canvas_text_cut(sheet->canvas, sheet->x, sheet->y,
			sheet->keys - sheet->pad, FONT_BOLD, palette->accent,
			text);
	snprintf(text, sizeof(text), "%.*s", (int)(n - key - (tab != NULL)),
		 line + key + (tab != NULL));
	canvas_text_cut(sheet->canvas, sheet->x + sheet->keys, sheet->y,
			sheet->width - sheet->keys, FONT_TEXT, palette->text,
			text);
	sheet->y += height;
}

static void draw_part(struct sheet *sheet, const struct help_part *part)
{
	int height = canvas_line_height(sheet->canvas, FONT_BOLD);
	const char *line = part->lines, *end;

	if (!line || !*line || !make_room(sheet, 3 * height))
		return;
	canvas_text_cut(sheet->canvas, sheet->x, sheet->y, sheet->width,
			FONT_BOLD, sheet->palette->dim, part->title);
	sheet->y += height + sheet->pad / 3;
	for (; *line; line = *end ? end + 1 : end) {
		end = strchr(line, '\n');
		end = end ? end : line + strlen(line);
		draw_line(sheet, line, (size_t)(end - line));
	}
	sheet->y += sheet->pad;
}

/* A column of as many as are to be, with a part more for how they break. */
static int height_of_all(struct canvas *canvas, int pad,
			 const struct help_part *parts, unsigned int nr_parts,
			 int columns)
{
	int all = 0, most = 0;

	for (unsigned int i = 0; i < nr_parts; i++) {
		const char *line = parts[i].lines;
		int height = pad * 2 + line_height(canvas);

		for (; line && *line; line++)
			if (*line == '\n')
				height += line_height(canvas);
		all += height;
		most = height > most ? height : most;
	}
	return columns > 1 ? all / columns + most / 3 : all + most / 2;
}

static struct box shrink(struct box box, int height)
{
	if (height < box.h) {
		box.y += (box.h - height) / 3;
		box.h = height;
	}
	return box;
}

void help_draw(struct canvas *canvas, const struct palette *palette,
	       const struct help_part *parts, unsigned int nr_parts)
{
	int margin = canvas_unit(canvas, 36), pad = canvas_unit(canvas, 14);
	struct box all = canvas_box(canvas), box;
	struct sheet sheet = {.canvas = canvas, .palette = palette, .pad = pad};
	int columns;

	canvas_blend(canvas, all, palette->window, 150);
	box = box_inside(all,
			 all.w > 8 * margin && all.h > 8 * margin ? margin : 0);
	columns = (box.w - 2 * pad) / canvas_unit(canvas, 500);
	columns = columns ? columns : 1;
	box = shrink(box, height_of_all(canvas, pad, parts, nr_parts, columns));
	canvas_fill(canvas, box, palette->panel);
	canvas_frame(canvas, box, palette->accent, canvas_unit(canvas, 1));
	sheet.box = box_inside(box, pad);
	sheet.width = (sheet.box.w - (columns - 1) * 2 * pad) / columns;
	sheet.keys = sheet.width * 35 / 100;
	sheet.x = sheet.box.x;
	sheet.y = sheet.box.y;
	canvas_push_clip(canvas, box);
	for (unsigned int i = 0; i < nr_parts; i++)
		draw_part(&sheet, &parts[i]);
	if (sheet.full)
		canvas_text_right(
			canvas, sheet.box.x + sheet.box.w,
			sheet.box.y + sheet.box.h -
				canvas_line_height(canvas, FONT_SMALL),
			FONT_SMALL, palette->dim, "… more in a larger window");
	canvas_pop_clip(canvas);
}
