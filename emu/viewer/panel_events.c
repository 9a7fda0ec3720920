/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The feed: what happened, a line each, the newest below. A fault's line has
 * its instruction, which is put in words for those lines alone that are seen.
 */
#include "emu/viewer/panel.h"

#include <SDL_keycode.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/snapshot/events.h"
#include "emu/viewer/events_model.h"
#include "emu/viewer/view.h"

struct feed_panel {
	struct events_filter filter;
	bool one_process; /* that which is selected */
	uint64_t bottom; /* serial of the last line; 0: the newest, always */
	float wheel; /* parts of a line */
	/* as drawn */
	struct box list;
	struct box chip[NR_EVENT_KINDS + 1]; /* the last: one process */
	int line;
	uint32_t first, nr_rows, nr_shown;
	struct events_row *row;
	uint32_t room; /* of these */
};

/* ---- what there is ---------------------------------------------------------------- */

static const struct snapshot_event *collect(struct feed_panel *panel,
					    const struct view *view)
{
	uint32_t nr;
	const struct snapshot_event *event = snapshot_events(view->now, &nr);

	if (nr + NR_EVENT_KINDS > panel->room) {
		uint32_t room = 2 * (nr + NR_EVENT_KINDS);
		void *more = realloc(panel->row, room * sizeof(*panel->row));

		if (!more)
			nr = 0;
		else {
			panel->row = more;
			panel->room = room;
		}
	}
	panel->filter.pid = panel->one_process ? view->selected.pid : 0;
	panel->nr_rows = events_rows(event, nr, &panel->filter, panel->row);
	return event;
}

static uint64_t newest_serial(const struct snapshot *snapshot)
{
	uint32_t nr = 0;
	const struct snapshot_event *event =
		snapshot ? snapshot_events(snapshot, &nr) : NULL;

	return nr ? event[nr - 1].serial : 0;
}

/* ---- colours --------------------------------------------------------------------- */

static colour_t kind_colour(const struct palette *palette,
			    enum snapshot_event_kind kind)
{
	static const uint8_t kinds[NR_EVENT_KINDS] = {
		[EVENT_FAULT] = 1,      [EVENT_SIGNAL] = 3,
		[EVENT_PROCESS] = 7,    [EVENT_RECLAIM] = 0,
		[EVENT_COMPACTION] = 9, [EVENT_MIGRATION] = 2,
		[EVENT_OOM] = 5,        [EVENT_MODULE] = 6,
	};

	return palette->kind[kinds[kind]];
}

static colour_t outcome_colour(const struct palette *palette,
			       const struct snapshot_event *event)
{
	if (event->fault.sig || event->fault.outcome == 3)
		return palette->bad;
	if (event->fault.outcome || event->fault.flags & FAULT_FLAG_MAJOR)
		return palette->warn;
	return palette->good;
}

/* Dark or light, so that it can be read on @ground. */
static colour_t ink_on(colour_t ground)
{
	unsigned int light = (ground >> 16 & 255) * 3 +
			     (ground >> 8 & 255) * 6 + (ground & 255);

	return light > 1250 ? 0x101216 : 0xffffff;
}

static void draw_letter(struct canvas *canvas, const struct palette *palette,
			struct box box, enum snapshot_event_kind kind)
{
	const char text[2] = {snapshot_event_words(kind)->letter};
	colour_t colour = kind_colour(palette, kind);

	canvas_fill(canvas, box, colour);
	canvas_text(
		canvas,
		box.x + (box.w - canvas_text_width(canvas, FONT_SMALL, text)) /
				2,
		box.y + (box.h - canvas_line_height(canvas, FONT_SMALL)) / 2,
		FONT_SMALL, ink_on(colour), text);
}

/* ---- the filter ----------------------------------------------------------------------- */

static struct box draw_chip(struct canvas *canvas,
			    const struct palette *palette, int x, int y,
			    const char *text, bool on)
{
	int pad = canvas_unit(canvas, 5);
	struct box box = {x, y,
			  canvas_text_width(canvas, FONT_SMALL, text) + 2 * pad,
			  canvas_line_height(canvas, FONT_SMALL) +
				  canvas_unit(canvas, 2)};

	if (on)
		canvas_fill(canvas, box, palette->raised);
	canvas_frame(canvas, box, on ? palette->dim : palette->border,
		     canvas_unit(canvas, 1));
	canvas_text(canvas, box.x + pad, box.y + canvas_unit(canvas, 1),
		    FONT_SMALL, on ? palette->text : palette->faint, text);
	return box;
}

/* Whether all chips fit in @width with their words, or with letters alone. */
static void chip_text(int i, bool words, uint64_t count, char *to, size_t size)
{
	const struct snapshot_event_words *kind =
		snapshot_event_words((enum snapshot_event_kind)i);

	if (words)
		snprintf(to, size, "%d %s %" PRIu64, i + 1, kind->label, count);
	else
		snprintf(to, size, "%c", kind->letter);
}

static void count_kinds(const struct view *view, uint64_t count[NR_EVENT_KINDS])
{
	uint32_t nr;
	const struct snapshot_event *event = snapshot_events(view->now, &nr);

	memset(count, 0, NR_EVENT_KINDS * sizeof(*count));
	for (uint32_t i = 0; i < nr; i++)
		count[event[i].kind] = event[i].nth;
}

static int chips_width(struct canvas *canvas, bool words,
		       const uint64_t count[NR_EVENT_KINDS])
{
	int sum = 0;

	for (int i = 0; i < NR_EVENT_KINDS; i++) {
		char text[40];

		chip_text(i, words, count[i], text, sizeof(text));
		sum += canvas_text_width(canvas, FONT_SMALL, text) +
		       canvas_unit(canvas, words ? 26 : 14);
	}
	return sum + canvas_unit(canvas, 90);
}

/* Returns how high it is. */
static int draw_filter(struct feed_panel *panel, const struct view *view,
		       struct canvas *canvas, struct box box)
{
	const struct palette *palette = view->palette;
	const int gap = canvas_unit(canvas, 4);
	const int height = canvas_line_height(canvas, FONT_SMALL) +
			   canvas_unit(canvas, 2);
	uint64_t count[NR_EVENT_KINDS];
	int x = box.x + gap, y = box.y + gap;
	bool words;
	char text[40];

	count_kinds(view, count);
	words = chips_width(canvas, true, count) < box.w;
	for (int i = 0; i < NR_EVENT_KINDS; i++) {
		bool on = !(panel->filter.hidden & 1u << i);

		chip_text(i, words, count[i], text, sizeof(text));
		if (words) {
			if (on)
				draw_letter(canvas, palette,
					    (struct box){x, y, height, height},
					    (enum snapshot_event_kind)i);
			panel->chip[i] = draw_chip(canvas, palette, x + height,
						   y, text, on);
			panel->chip[i].x -= height;
			panel->chip[i].w += height;
		} else {
			struct box chip = {x, y, height, height};

			if (on)
				draw_letter(canvas, palette, chip,
					    (enum snapshot_event_kind)i);
			else
				draw_chip(canvas, palette, x, y, text, false);
			panel->chip[i] = chip;
		}
		x = panel->chip[i].x + panel->chip[i].w + gap;
	}
	if (panel->one_process && view->selected.pid)
		snprintf(text, sizeof(text), "9 process %d only",
			 view->selected.pid);
	else
		snprintf(text, sizeof(text), "9 all processes");
	panel->chip[NR_EVENT_KINDS] = (struct box){0};
	if (x + canvas_text_width(canvas, FONT_SMALL, text) <
	    box.x + box.w - 3 * gap)
		panel->chip[NR_EVENT_KINDS] = draw_chip(
			canvas, palette, x, y, text, panel->one_process);
	return height + 2 * gap;
}

/* ---- lines ------------------------------------------------------------------------------ */

enum column {
	TIME,
	TASK,
	NUMBER,
	ACCESS,
	ADDRESS,
	INSTRUCTION,
	PC,
	STATUS,
	OUTCOME,
	NR_COLUMNS
};

/* In letters of FONT_MONO; the least dear is left out first. */
static const struct {
	uint8_t width, dear;
	const char *title;
} columns[NR_COLUMNS] = {
	[TIME] = {12, 6, "time"},
	[TASK] = {13, 4, "task"},
	[NUMBER] = {8, 5, "fault"},
	[ACCESS] = {6, 8, "access"},
	[ADDRESS] = {10, 9, "address"},
	[INSTRUCTION] = {27, 7, "instruction"},
	[PC] = {10, 3, "pc"},
	[STATUS] = {36, 2, "status"},
	[OUTCOME] = {17, 10, "outcome"},
};

/* Where each column is: x and width in pixels; width 0: it is left out. */
struct grid {
	int x[NR_COLUMNS], w[NR_COLUMNS];
	int end;
};

static struct grid lay_out(struct canvas *canvas, int left, int width)
{
	const int letter = canvas_text_width(canvas, FONT_MONO, "0");
	struct grid grid = {.end = left + width};
	int sum = 0, x = left;

	for (int i = 0; i < NR_COLUMNS; i++) {
		grid.w[i] = columns[i].width * letter;
		sum += grid.w[i];
	}
	while (sum > width) {
		int least = -1;

		for (int i = 0; i < NR_COLUMNS; i++)
			if (grid.w[i] &&
			    (least < 0 ||
			     columns[i].dear < columns[least].dear))
				least = i;
		if (columns[least].dear == 10)
			break;
		sum -= grid.w[least];
		grid.w[least] = 0;
	}
	for (int i = 0; i < NR_COLUMNS; i++) {
		grid.x[i] = x;
		x += grid.w[i];
	}
	/* what is left is the outcome's */
	grid.w[OUTCOME] = grid.end - grid.x[OUTCOME];
	return grid;
}

struct pen {
	struct canvas *canvas;
	const struct palette *palette;
	struct grid grid;
	int y;
};

static void put(const struct pen *pen, enum column column, colour_t colour,
		const char *text)
{
	const int gap = canvas_text_width(pen->canvas, FONT_MONO, "0");
	int w = pen->grid.w[column] - gap;

	if (w > gap)
		canvas_text_cut(pen->canvas, pen->grid.x[column], pen->y, w,
				FONT_MONO, colour, text);
}

static void draw_fault(const struct pen *pen,
		       const struct snapshot_event *event)
{
	const struct palette *palette = pen->palette;
	char text[96];

	snprintf(text, sizeof(text), "%" PRIu64, event->fault.number);
	put(pen, NUMBER, palette->dim, text);
	put(pen, ACCESS, palette->text, snapshot_fault_kind(event));
	snprintf(text, sizeof(text), "%08" PRIx32, event->fault.far);
	put(pen, ADDRESS, palette->text, text);
	if (pen->grid.w[INSTRUCTION]) {
		snapshot_fault_instruction(event, text, sizeof(text));
		put(pen, INSTRUCTION, palette->kind[9], text);
	}
	snprintf(text, sizeof(text), "%08" PRIx32 "%s", event->fault.pc,
		 snapshot_fault_for_program(event) ? "k" : "");
	put(pen, PC, palette->dim, text);
	snapshot_fault_status(event, text, sizeof(text));
	put(pen, STATUS, palette->dim, text);
	snapshot_fault_outcome(event, text, sizeof(text));
	put(pen, OUTCOME, outcome_colour(palette, event), text);
}

static void draw_other(const struct pen *pen,
		       const struct snapshot_event *event)
{
	char text[160];
	/* from where a fault has its number on, over all of its columns */
	int x = pen->grid.x[NUMBER];

	events_sentence(event, text, sizeof(text));
	canvas_text_cut(pen->canvas, x, pen->y, pen->grid.end - x, FONT_MONO,
			event->kind == EVENT_OOM ? pen->palette->bad
						 : pen->palette->text,
			text);
}

static void draw_event(const struct pen *pen, const struct view *view,
		       const struct snapshot_event *event)
{
	char text[48];

	text_time(event->cycle, view->now->clock_hz, text, sizeof(text));
	put(pen, TIME, pen->palette->faint, text);
	snprintf(text, sizeof(text), "%s-%d", event->comm, event->pid);
	put(pen, TASK, pen->palette->dim, text);
	if (event->kind == EVENT_FAULT)
		draw_fault(pen, event);
	else
		draw_other(pen, event);
}

static void draw_dropped(const struct pen *pen, struct box line,
			 const struct snapshot_event *event, uint64_t dropped)
{
	const struct snapshot_event_words *words =
		snapshot_event_words((enum snapshot_event_kind)event->kind);
	char text[120];

	snprintf(text, sizeof(text), "%" PRIu64 " older %s event%s not kept%s",
		 dropped, words->label, dropped > 1 ? "s" : "",
		 event->kind == EVENT_FAULT
			 ? "; mmuscope explain --list has all"
			 : "");
	canvas_text_cut(pen->canvas,
			line.x + line.h + canvas_unit(pen->canvas, 6), pen->y,
			line.w - line.h, FONT_SMALL, pen->palette->faint, text);
	canvas_fill(pen->canvas,
		    (struct box){line.x, line.y + line.h - 1, line.w, 1},
		    pen->palette->border);
}

static void draw_row(struct pen *pen, const struct view *view, struct box line,
		     const struct snapshot_event *event,
		     const struct events_row *row)
{
	const struct snapshot_event *it = &event[row->event];
	const int unit = canvas_unit(pen->canvas, 1);
	struct box letter = {line.x + 3 * unit, line.y + unit,
			     line.h - 2 * unit, line.h - 2 * unit};

	if (row->dropped) {
		draw_dropped(pen, line, it, row->dropped);
		return;
	}
	if (it->kind == EVENT_FAULT &&
	    it->fault.number == view->selected.fault) {
		canvas_fill(pen->canvas, line, pen->palette->raised);
		canvas_frame(pen->canvas, line, pen->palette->accent, unit);
	}
	if (it->serial > newest_serial(view->before) && view->before)
		canvas_fill(pen->canvas,
			    (struct box){line.x, line.y, 2 * unit, line.h},
			    pen->palette->fresh);
	draw_letter(pen->canvas, pen->palette, letter,
		    (enum snapshot_event_kind)it->kind);
	draw_event(pen, view, it);
}

static void draw_titles(const struct pen *pen)
{
	for (int i = 0; i < NR_COLUMNS; i++)
		if (pen->grid.w[i])
			canvas_text_cut(pen->canvas, pen->grid.x[i], pen->y,
					pen->grid.w[i], FONT_SMALL,
					pen->palette->faint, columns[i].title);
}

static void draw_scrollbar(const struct feed_panel *panel,
			   const struct palette *palette, struct canvas *canvas,
			   struct box box)
{
	int height;

	if (panel->nr_rows <= panel->nr_shown || !box.h)
		return;
	height = (int)((uint64_t)box.h * panel->nr_shown / panel->nr_rows);
	if (height < canvas_unit(canvas, 8))
		height = canvas_unit(canvas, 8);
	canvas_fill(canvas, box, palette->raised);
	canvas_fill(
		canvas,
		(struct box){box.x,
			     box.y + (int)((uint64_t)(box.h - height) *
					   panel->first /
					   (panel->nr_rows - panel->nr_shown)),
			     box.w, height},
		palette->faint);
}

static void draw_lines(struct feed_panel *panel, const struct view *view,
		       struct canvas *canvas,
		       const struct snapshot_event *event)
{
	const struct box list = panel->list;
	const int bar = canvas_unit(canvas, 6);
	struct pen pen = {canvas, view->palette, .y = list.y};

	pen.grid = lay_out(canvas,
			   list.x + panel->line + canvas_unit(canvas, 4),
			   list.w - panel->line - bar - canvas_unit(canvas, 6));
	for (uint32_t i = 0; i < panel->nr_shown; i++) {
		struct box line = {list.x, list.y + (int)i * panel->line,
				   list.w - bar, panel->line};

		pen.y = line.y +
			(panel->line - canvas_line_height(canvas, FONT_MONO)) /
				2;
		draw_row(&pen, view, line, event,
			 &panel->row[panel->first + i]);
	}
	pen.y = list.y - canvas_line_height(canvas, FONT_SMALL);
	draw_titles(&pen);
	draw_scrollbar(panel, view->palette, canvas,
		       (struct box){list.x + list.w - bar, list.y, bar,
				    list.h});
}

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct feed_panel *panel = state;
	const struct snapshot_event *event = collect(panel, view);
	int top = draw_filter(panel, view, canvas, box) +
		  canvas_line_height(canvas, FONT_SMALL);

	panel->line = canvas_line_height(canvas, FONT_MONO) +
		      canvas_unit(canvas, 2);
	panel->list = (struct box){box.x, box.y + top, box.w,
				   box.h > top ? box.h - top : 0};
	panel->nr_shown = (uint32_t)(panel->list.h / panel->line);
	panel->first = events_first(event, panel->row, panel->nr_rows,
				    panel->nr_shown, panel->bottom);
	if (panel->nr_shown > panel->nr_rows)
		panel->nr_shown = panel->nr_rows;
	if (!panel->nr_rows) {
		canvas_text_cut(canvas, box.x + canvas_unit(canvas, 8),
				panel->list.y + canvas_unit(canvas, 4),
				box.w - canvas_unit(canvas, 12), FONT_TEXT,
				view->palette->faint,
				"nothing has happened yet that is shown here");
		return;
	}
	draw_lines(panel, view, canvas, event);
}

/* ---- the hand ------------------------------------------------------------------------------ */

static void select_event(struct view *view, const struct snapshot_event *event)
{
	uint64_t pfn;

	if (event->kind == EVENT_FAULT) {
		view_select_page(view, event->pid, event->fault.far);
		view_select_fault(view, event->fault.number);
		return;
	}
	if (event->pid)
		view_select_process(view, event->pid);
	if (events_field(event, "pfn", &pfn))
		view_select_frame(view, pfn);
}

/* What the pointer is on; NULL: nothing. */
static const struct events_row *row_at(const struct feed_panel *panel, int x,
				       int y)
{
	uint32_t i;

	if (!box_has(panel->list, x, y) || !panel->line)
		return NULL;
	i = (uint32_t)((y - panel->list.y) / panel->line);
	return i < panel->nr_shown ? &panel->row[panel->first + i] : NULL;
}

static void tell_fault(struct view *view, int x, int y,
		       const struct snapshot_event *event)
{
	char text[96], time[32];

	text_time(event->cycle, view->now->clock_hz, time, sizeof(time));
	view_tip(view, x, y, "fault %" PRIu64 " at %s, cycle %" PRIu64,
		 event->fault.number, time, event->cycle);
	view_tip(view, x, y, "%s of 0x%08" PRIx32 " by %s, for %s-%d",
		 snapshot_fault_kind(event), event->fault.far,
		 snapshot_fault_origin(event), event->comm, event->pid);
	snapshot_fault_instruction(event, text, sizeof(text));
	view_tip(view, x, y, "pc 0x%08" PRIx32 ": %s", event->fault.pc, text);
	snapshot_fault_status(event, text, sizeof(text));
	view_tip(view, x, y, "%s", text);
	snapshot_fault_outcome(event, text, sizeof(text));
	view_tip(view, x, y, "%s after %" PRIu64 " cycles", text,
		 event->fault.end_cycle - event->cycle);
	if (*snapshot_fault_meaning(event))
		view_tip(view, x, y, "%s", snapshot_fault_meaning(event));
	view_tip(view, x, y, "%s",
		 event->fault.explained
			 ? "all about it is kept: click to explain it"
			 : "click to explain what is kept of it");
}

static void tell(struct feed_panel *panel, struct view *view, int x, int y)
{
	const struct events_row *row = row_at(panel, x, y);
	uint32_t nr;
	const struct snapshot_event *event = snapshot_events(view->now, &nr);

	for (int i = 0; i < NR_EVENT_KINDS; i++)
		if (box_has(panel->chip[i], x, y)) {
			const struct snapshot_event_words *words =
				snapshot_event_words(
					(enum snapshot_event_kind)i);

			view_tip(view, x, y, "%c: %s", words->letter,
				 words->sentence);
			view_tip(view, x, y,
				 "the newest %u are kept; click shows or hides "
				 "them (key %d)",
				 words->kept, i + 1);
		}
	if (!row || row->dropped || row->event >= nr)
		return;
	event += row->event;
	if (event->kind == EVENT_FAULT) {
		tell_fault(view, x, y, event);
		return;
	}
	view_tip(view, x, y, "%s", event->trace.name);
	view_tip(view, x, y, "cycle %" PRIu64 ", %s-%d on core %d",
		 event->cycle, event->comm, event->pid, event->cpu);
	view_tip(view, x, y, "%s", event->trace.text);
}

static void scroll(struct feed_panel *panel, struct view *view, int64_t by)
{
	uint32_t nr;
	const struct snapshot_event *event = snapshot_events(view->now, &nr);
	int64_t last = (int64_t)panel->first + panel->nr_shown - 1 + by;

	view->redraw = true;
	if (last < (int64_t)panel->nr_shown - 1)
		last = (int64_t)panel->nr_shown - 1;
	if (last >= (int64_t)panel->nr_rows - 1 || last < 0 ||
	    !panel->nr_rows || panel->row[last].event >= nr)
		panel->bottom = 0;
	else
		panel->bottom = event[panel->row[last].event].serial;
}

static bool wheeled(struct feed_panel *panel, struct view *view, float by)
{
	int64_t lines;

	panel->wheel -= by * 3;
	lines = (int64_t)panel->wheel;
	panel->wheel -= (float)lines;
	if (lines)
		scroll(panel, view, lines);
	return true;
}

/* The next fault shown, up (-1) or down (1) from the selected one. */
static void step_selection(struct feed_panel *panel, struct view *view, int by)
{
	uint32_t nr;
	const struct snapshot_event *event = snapshot_events(view->now, &nr);
	int64_t at = by < 0 ? (int64_t)panel->nr_rows : -1;

	for (uint32_t i = 0; i < panel->nr_rows; i++) {
		const struct snapshot_event *it = &event[panel->row[i].event];

		if (it->kind == EVENT_FAULT && !panel->row[i].dropped &&
		    it->fault.number == view->selected.fault)
			at = i;
	}
	for (at += by; at >= 0 && at < panel->nr_rows; at += by) {
		const struct snapshot_event *it = &event[panel->row[at].event];

		if (it->kind != EVENT_FAULT || panel->row[at].dropped)
			continue;
		select_event(view, it);
		if (at < panel->first)
			scroll(panel, view, at - panel->first);
		else if (at >= panel->first + panel->nr_shown)
			scroll(panel, view,
			       at - panel->first - panel->nr_shown + 1);
		return;
	}
}

static void toggle(struct feed_panel *panel, struct view *view, int chip)
{
	if (chip < NR_EVENT_KINDS)
		panel->filter.hidden ^= 1u << chip;
	else
		panel->one_process = !panel->one_process;
	if (panel->one_process && !view->selected.pid)
		view_say(view, "no process is selected: all are shown");
	view->redraw = true;
}

static bool pressed(struct feed_panel *panel, struct view *view, int x, int y)
{
	const struct events_row *row = row_at(panel, x, y);
	uint32_t nr;
	const struct snapshot_event *event = snapshot_events(view->now, &nr);

	for (int i = 0; i <= NR_EVENT_KINDS; i++)
		if (box_has(panel->chip[i], x, y))
			toggle(panel, view, i);
	if (row && !row->dropped && row->event < nr)
		select_event(view, &event[row->event]);
	return true;
}

static bool key(struct feed_panel *panel, struct view *view, int key)
{
	const int64_t page = panel->nr_shown > 1 ? panel->nr_shown - 1 : 1;

	if (key >= SDLK_1 && key <= SDLK_9) {
		toggle(panel, view, key - SDLK_1);
		return true;
	}
	switch (key) {
	case SDLK_0:
		panel->filter.hidden = 0;
		panel->one_process = false;
		view->redraw = true;
		return true;
	case SDLK_UP:
	case SDLK_DOWN:
		step_selection(panel, view, key == SDLK_UP ? -1 : 1);
		return true;
	case SDLK_PAGEUP:
		scroll(panel, view, -page);
		return true;
	case SDLK_PAGEDOWN:
		scroll(panel, view, page);
		return true;
	default:
		return false;
	}
}

static bool event(void *state, struct view *view,
		  const struct panel_event *event)
{
	struct feed_panel *panel = state;

	if (!view->now)
		return false;
	switch (event->kind) {
	case PANEL_HOVER:
		tell(panel, view, event->x, event->y);
		return true;
	case PANEL_PRESS:
		return pressed(panel, view, event->x, event->y);
	case PANEL_WHEEL:
		return wheeled(panel, view, event->wheel);
	case PANEL_KEY:
		return key(panel, view, event->key);
	default:
		return false;
	}
}

static void forget(void *state)
{
	free(((struct feed_panel *)state)->row);
}

const struct panel_kind panel_events = {
	.name = "events",
	.title = "Events",
	.help = "1 … 8\tshow or hide a kind of events; 0 shows all\n"
		"9\tthe selected process alone\n"
		"click\tselect a fault and its page; explain it\n"
		"up, down\tthe fault before, the next one\n"
		"wheel, page up, page down\tscroll; the end follows the newest\n",
	.sections = 1u << SECTION_EVENTS,
	.state_bytes = sizeof(struct feed_panel),
	.draw = draw,
	.event = event,
	.free = forget,
};
