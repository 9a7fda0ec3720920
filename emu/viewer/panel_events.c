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
#include "emu/viewer/events_line.h"
#include "emu/viewer/events_model.h"
#include "emu/viewer/scroll.h"
#include "emu/viewer/view.h"

struct feed_panel {
	struct events_filter filter;
	bool one_process; /* that which is selected */
	uint64_t bottom; /* serial of the last line; 0: the newest, always */
	struct scroll scroll; /* by whole lines; at is worked out of bottom */
	/* as drawn */
	struct box list;
	struct box chip[NR_EVENT_KINDS + 1]; /* the last: one process */
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
				events_draw_letter(canvas, palette,
						   (struct box){x, y, height,
								height},
						   (enum snapshot_event_kind)i);
			panel->chip[i] = draw_chip(canvas, palette, x + height,
						   y, text, on);
			panel->chip[i].x -= height;
			panel->chip[i].w += height;
		} else {
			struct box chip = {x, y, height, height};

			if (on)
				events_draw_letter(canvas, palette, chip,
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

static void draw_lines(struct feed_panel *panel, const struct view *view,
		       struct canvas *canvas,
		       const struct snapshot_event *event)
{
	const struct box list = panel->list;
	const int bar = canvas_unit(canvas, 6);
	struct events_pen pen = {canvas, view->palette, .y = list.y};

	pen.grid = events_lay_out(
		canvas, list.x + panel->scroll.line + canvas_unit(canvas, 4),
		list.w - panel->scroll.line - bar - canvas_unit(canvas, 6));
	for (uint32_t i = 0; i < panel->nr_shown; i++) {
		struct box line = {list.x, list.y + (int)i * panel->scroll.line,
				   list.w - bar, panel->scroll.line};

		pen.y = line.y + (panel->scroll.line -
				  canvas_line_height(canvas, FONT_MONO)) /
					 2;
		events_draw_row(&pen, view, line, event,
				&panel->row[panel->first + i]);
	}
	pen.y = list.y - canvas_line_height(canvas, FONT_SMALL);
	events_draw_titles(&pen);
	scroll_draw(canvas, view->palette, list, &panel->scroll);
}

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct feed_panel *panel = state;
	const struct snapshot_event *event = collect(panel, view);
	const int line = canvas_line_height(canvas, FONT_MONO) +
			 canvas_unit(canvas, 2);
	int top = draw_filter(panel, view, canvas, box) +
		  canvas_line_height(canvas, FONT_SMALL);

	panel->list = (struct box){box.x, box.y + top, box.w,
				   box.h > top ? box.h - top : 0};
	panel->list.h -= panel->list.h % line;
	panel->nr_shown = (uint32_t)(panel->list.h / line);
	panel->first = events_first(event, panel->row, panel->nr_rows,
				    panel->nr_shown, panel->bottom);
	scroll_fit(&panel->scroll, (int)panel->nr_rows * line, panel->list.h,
		   line);
	panel->scroll.at = (int)panel->first * line;
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

	if (!box_has(panel->list, x, y) || !panel->scroll.line)
		return NULL;
	i = (uint32_t)((y - panel->list.y) / panel->scroll.line);
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

/* The list stays where it was moved to, or follows what comes at its end. */
static void keep_place(struct feed_panel *panel, const struct view *view)
{
	uint32_t nr, last;
	const struct snapshot_event *event = snapshot_events(view->now, &nr);

	panel->first = (uint32_t)(panel->scroll.at / panel->scroll.line);
	last = panel->first + panel->nr_shown - 1;
	panel->bottom = 0;
	if (panel->scroll.at < panel->scroll.most && panel->nr_shown &&
	    last < panel->nr_rows && panel->row[last].event < nr)
		panel->bottom = event[panel->row[last].event].serial;
}

static bool scrolled(struct feed_panel *panel, struct view *view,
		     const struct panel_event *event)
{
	if (!panel->scroll.line || !scroll_event(&panel->scroll, view, event))
		return false;
	keep_place(panel, view);
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
		scroll_to(&panel->scroll, panel->list.h,
			  (int)at * panel->scroll.line, panel->scroll.line);
		keep_place(panel, view);
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
	default:
		return (event->kind == PANEL_KEY &&
			key(panel, view, event->key)) ||
		       scrolled(panel, view, event);
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
		"wheel, PgUp PgDn\tscroll; the end follows the newest\n",
	.sections = 1u << SECTION_EVENTS,
	.state_bytes = sizeof(struct feed_panel),
	.draw = draw,
	.event = event,
	.free = forget,
};
