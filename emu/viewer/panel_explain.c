/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One fault, explained: the selected one, or the newest of which all is kept.
 * What was there before
 * stands beside what is there afterwards, if there is room, and what differs
 * is marked. The lines are those of `mmuscope explain` (emu/fault_record.c).
 */
#include "emu/viewer/panel.h"

#include <stdio.h>
#include <string.h>

#include "emu/viewer/explain_model.h"
#include "emu/viewer/history.h"
#include "emu/viewer/scroll.h"
#include "emu/viewer/view.h"

#define MAX_SPOTS 256

struct explain_panel {
	uint64_t fault; /* what it showed, to begin above for another */
	struct scroll scroll;
	/* as drawn, for the pointer */
	uint32_t nr_spots;
	struct spot {
		struct box box;
		char text[TIP_CHARS];
	} spot[MAX_SPOTS];
};

struct pen {
	struct explain_panel *panel;
	struct canvas *canvas;
	const struct palette *palette;
	const struct explain_lines *lines;
	struct box column; /* where it is drawn; y of the next line is box.y */
	int line;
};

/* ---- which ------------------------------------------------------------------- */

/*
 * A fault is what it was: a snapshot that is newer than the shown one may know
 * it as well.
 */
static struct explain_lines find(const struct view *view)
{
	struct explain_lines lines = explain_lines(view->now);

	if (view->selected.fault && lines.fault != view->selected.fault &&
	    view->history)
		for (size_t i = history_length(view->history); i > 0; i--) {
			struct explain_lines other =
				explain_lines(history_at(view->history, i - 1));

			if (other.fault == view->selected.fault)
				return other;
		}
	return lines;
}

/* ---- lines --------------------------------------------------------------------- */

static int key_width(const struct pen *pen)
{
	int letter = canvas_text_width(pen->canvas, FONT_TEXT, "n");
	int width = 15 * letter;

	return width < pen->column.w / 3 ? width : pen->column.w / 3;
}

static void advance(struct pen *pen, int by)
{
	pen->column.y += by;
}

static void draw_title(struct pen *pen, const char *title, const char *more)
{
	const int unit = canvas_unit(pen->canvas, 1);
	int x;

	advance(pen, 5 * unit);
	x = canvas_text_cut(pen->canvas, pen->column.x, pen->column.y,
			    pen->column.w, FONT_BOLD, pen->palette->text,
			    title);
	canvas_text_cut(pen->canvas, x + 6 * unit, pen->column.y,
			pen->column.x + pen->column.w - x - 6 * unit, FONT_TEXT,
			pen->palette->dim, more);
	advance(pen, pen->line);
	canvas_fill(pen->canvas,
		    (struct box){pen->column.x, pen->column.y, pen->column.w,
				 unit},
		    pen->palette->border);
	advance(pen, 3 * unit);
}

/* What may be cut off is told in full where the pointer is. */
static void keep_spot(struct pen *pen, const char *key, const char *value)
{
	struct explain_panel *panel = pen->panel;
	struct spot *spot = &panel->spot[panel->nr_spots];

	if (panel->nr_spots == MAX_SPOTS)
		return;
	panel->nr_spots++;
	spot->box = (struct box){pen->column.x, pen->column.y, pen->column.w,
				 pen->line};
	snprintf(spot->text, sizeof(spot->text), "%s: %s", key, value);
}

static void draw_pair(struct pen *pen, int indent, const char *key,
		      colour_t colour, const char *value, bool marked)
{
	const int unit = canvas_unit(pen->canvas, 1);
	const int width = key_width(pen);
	const int x = pen->column.x + indent;

	if (marked)
		canvas_fill(pen->canvas,
			    (struct box){pen->column.x - 5 * unit,
					 pen->column.y + unit, 3 * unit,
					 pen->line - 2 * unit},
			    pen->palette->fresh);
	canvas_text_cut(pen->canvas, x, pen->column.y, width - indent - unit,
			FONT_TEXT, pen->palette->dim, key);
	canvas_text_cut(pen->canvas, pen->column.x + width, pen->column.y,
			pen->column.w - width, FONT_MONO, colour, value);
	keep_spot(pen, key, value);
	advance(pen, pen->line);
}

static colour_t head_colour(const struct pen *pen,
			    const struct snapshot_explain *line)
{
	if (!strcmp(line->key, "instruction"))
		return pen->palette->kind[KIND_TEAL];
	if (!strcmp(line->key, "outcome"))
		return strncmp(line->value, "SIG", 3) ? pen->palette->good
						      : pen->palette->bad;
	return pen->palette->text;
}

/* Any section as it is: keys and values. */
static void draw_plain(struct pen *pen, uint32_t first)
{
	const struct snapshot_explain *line = pen->lines->line;
	const int indent = canvas_unit(pen->canvas, 10);
	uint32_t end = explain_end(pen->lines, first);

	draw_title(pen, line[first].key, line[first].value);
	for (uint32_t i = first + 1; i < end; i++)
		draw_pair(pen, line[i].depth > 1 ? indent : 0, line[i].key,
			  head_colour(pen, &line[i]), line[i].value, false);
}

/* Of a record its name, or what is first in it: "walk, level 1". */
static void draw_place(struct pen *pen, uint32_t first, uint32_t other)
{
	const struct snapshot_explain *line = pen->lines->line;
	const int indent = canvas_unit(pen->canvas, 10);
	uint32_t end = explain_end(pen->lines, first);

	draw_title(pen, line[first].key, "");
	if (first + 1 == end)
		draw_pair(pen, 0, "", pen->palette->faint, "nothing is there",
			  false);
	for (uint32_t i = first + 1; i < end; i++) {
		bool marked = other != EXPLAIN_NONE &&
			      explain_differs(pen->lines, first, i, other);

		if (line[i].depth == 1) {
			canvas_text_cut(pen->canvas, pen->column.x,
					pen->column.y, pen->column.w, FONT_TEXT,
					pen->palette->text, line[i].key);
			advance(pen, pen->line);
			continue;
		}
		draw_pair(pen, indent, line[i].key,
			  marked ? pen->palette->text : pen->palette->dim,
			  line[i].value, marked);
	}
}

/* In columns; those that point into the page at fault are marked. */
static void draw_registers(struct pen *pen, uint32_t first)
{
	const struct snapshot_explain *line = pen->lines->line;
	const int letter = canvas_text_width(pen->canvas, FONT_MONO, "0");
	const int unit = canvas_unit(pen->canvas, 1);
	const int cell = 18 * letter;
	uint32_t end = explain_end(pen->lines, first);
	int columns = pen->column.w / cell > 4   ? 4
		      : pen->column.w / cell > 0 ? pen->column.w / cell
						 : 1;
	int n = 0;

	draw_title(pen, line[first].key, "when it happened");
	for (uint32_t i = first + 1; i < end; i++, n++) {
		int x = pen->column.x + n % columns * cell;
		int y = pen->column.y + n / columns * pen->line;
		bool points = explain_same_page(line[i].value,
						pen->lines->address);

		if (points)
			canvas_fill(pen->canvas,
				    (struct box){x - 5 * unit, y + unit,
						 3 * unit,
						 pen->line - 2 * unit},
				    pen->palette->fresh);
		canvas_text(pen->canvas, x, y, FONT_MONO, pen->palette->dim,
			    line[i].key);
		canvas_text(pen->canvas, x + 5 * letter, y, FONT_MONO,
			    points ? pen->palette->text : pen->palette->dim,
			    line[i].value);
	}
	advance(pen, (n + columns - 1) / columns * pen->line);
}

static void draw_events(struct pen *pen, uint32_t first)
{
	const struct snapshot_explain *line = pen->lines->line;
	uint32_t end = explain_end(pen->lines, first);

	draw_title(pen, line[first].key,
		   first + 1 == end ? "no events" : "cycle, event");
	for (uint32_t i = first + 1; i < end; i++)
		draw_pair(pen, 0, line[i].key, pen->palette->text,
			  line[i].value, false);
}

/* Side by side where there is room. */
static void draw_places(struct pen *pen, uint32_t before, uint32_t after)
{
	const int gap = canvas_unit(pen->canvas, 18);
	struct box all = pen->column;
	int y = all.y;

	if (all.w < canvas_unit(pen->canvas, 620)) {
		draw_place(pen, before, EXPLAIN_NONE);
		if (after != EXPLAIN_NONE)
			draw_place(pen, after, before);
		return;
	}
	pen->column.w = (all.w - gap) / 2;
	draw_place(pen, before, EXPLAIN_NONE);
	y = pen->column.y;
	pen->column.y = all.y;
	pen->column.x = all.x + pen->column.w + gap;
	if (after != EXPLAIN_NONE)
		draw_place(pen, after, before);
	pen->column = (struct box){all.x, y > pen->column.y ? y : pen->column.y,
				   all.w, all.h};
}

static void draw_section(struct pen *pen, uint32_t i)
{
	const char *name = pen->lines->line[i].key;

	if (!strcmp(name, "registers"))
		draw_registers(pen, i);
	else if (!strcmp(name, "before"))
		draw_places(pen, i, explain_section(pen->lines, "after"));
	else if (!strcmp(name, "what the kernel did"))
		draw_events(pen, i);
	else if (strcmp(name, "after") != 0)
		draw_plain(pen, i);
}

/* ---- the whole ---------------------------------------------------------------------- */

static void say_why_not(struct view *view, struct canvas *canvas,
			struct box box)
{
	const int pad = canvas_unit(canvas, 8);
	const int line = canvas_line_height(canvas, FONT_TEXT);
	char text[120];

	if (!view->selected.fault) {
		canvas_text_cut(canvas, box.x + pad, box.y + pad,
				box.w - 2 * pad, FONT_TEXT,
				view->palette->faint, "no fault so far");
		return;
	}
	snprintf(text, sizeof(text), "Of fault %llu nothing is kept any more.",
		 (unsigned long long)view->selected.fault);
	canvas_text_cut(canvas, box.x + pad, box.y + pad, box.w - 2 * pad,
			FONT_TEXT, view->palette->text, text);
	snprintf(text, sizeof(text),
		 "All of it: mmuscope explain BOARD --fault %llu",
		 (unsigned long long)view->selected.fault);
	canvas_text_cut(canvas, box.x + pad, box.y + pad + line,
			box.w - 2 * pad, FONT_TEXT, view->palette->dim, text);
}

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct explain_panel *panel = state;
	struct explain_lines lines = find(view);
	const int pad = canvas_unit(canvas, 8);
	struct pen pen = {panel, canvas, view->palette, &lines,
			  .line = canvas_line_height(canvas, FONT_MONO) +
				  canvas_unit(canvas, 1)};

	panel->nr_spots = 0;
	if (!lines.nr ||
	    (view->selected.fault && lines.fault != view->selected.fault)) {
		say_why_not(view, canvas, box);
		return;
	}
	if (panel->fault != lines.fault)
		panel->scroll.at = 0;
	panel->fault = lines.fault;
	pen.column = (struct box){box.x + pad, box.y - panel->scroll.at,
				  box.w - 2 * pad, 0};
	for (uint32_t i = 0; i < lines.nr; i = explain_end(&lines, i))
		draw_section(&pen, i);
	scroll_fit(&panel->scroll,
		   pen.column.y + pad - (box.y - panel->scroll.at), box.h,
		   pen.line);
	scroll_draw(canvas, view->palette, box, &panel->scroll);
	if (panel->scroll.at < panel->scroll.most)
		canvas_text_right(canvas, box.x + box.w - pad / 2,
				  box.y + box.h -
					  canvas_line_height(canvas, FONT_BOLD),
				  FONT_BOLD, view->palette->warn, "▾ more");
}

static bool tell(const struct explain_panel *panel, struct view *view, int x,
		 int y)
{
	for (uint32_t i = 0; i < panel->nr_spots; i++)
		if (box_has(panel->spot[i].box, x, y))
			view_tip(view, x, y, "%s", panel->spot[i].text);
	return true;
}

static bool event(void *state, struct view *view,
		  const struct panel_event *event)
{
	struct explain_panel *panel = state;

	if (event->kind == PANEL_HOVER)
		return tell(panel, view, event->x, event->y);
	return scroll_event(&panel->scroll, view, event);
}

const struct panel_kind panel_explain = {
	.name = "explain",
	.title = "Fault explained",
	.help = SCROLL_HELP
	"mark at the left\twhat the fault has changed, and registers "
	"that point into its page\n",
	.sections = 1u << SECTION_EXPLAIN,
	.state_bytes = sizeof(struct explain_panel),
	.draw = draw,
	.event = event,
};
