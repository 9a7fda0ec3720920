/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of the feed of events: see events_line.h. */
#include "emu/viewer/events_line.h"

#include <inttypes.h>
#include <stdio.h>

#include "emu/snapshot/events.h"
#include "emu/viewer/events_model.h"
#include "emu/viewer/view.h"

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
		[EVENT_FAULT] = KIND_SKY,       [EVENT_SIGNAL] = KIND_YELLOW,
		[EVENT_PROCESS] = KIND_GREY,    [EVENT_RECLAIM] = KIND_ORANGE,
		[EVENT_COMPACTION] = KIND_TEAL, [EVENT_MIGRATION] = KIND_GREEN,
		[EVENT_OOM] = KIND_VERMILLION,  [EVENT_MODULE] = KIND_PURPLE,
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

void events_draw_letter(struct canvas *canvas, const struct palette *palette,
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

/* ---- lines ------------------------------------------------------------------------------ */

/* In letters of FONT_MONO; the least dear is left out first. */
static const struct {
	uint8_t width, dear;
	const char *title;
} columns[NR_EVENTS_COLUMNS] = {
	[COLUMN_TIME] = {12, 6, "seconds"},
	[COLUMN_TASK] = {13, 5, "task"},
	[COLUMN_NUMBER] = {7, 4, "fault"},
	[COLUMN_ACCESS] = {6, 8, "access"},
	[COLUMN_ADDRESS] = {9, 9, "address"},
	[COLUMN_INSTRUCTION] = {24, 7, "instruction"},
	[COLUMN_PC] = {10, 3, "pc"},
	[COLUMN_STATUS] = {36, 2, "status"},
	[COLUMN_OUTCOME] = {17, 10, "outcome"},
};

struct events_grid events_lay_out(struct canvas *canvas, int left, int width)
{
	const int letter = canvas_text_width(canvas, FONT_MONO, "0");
	struct events_grid grid = {.end = left + width};
	int sum = 0, x = left;

	for (int i = 0; i < NR_EVENTS_COLUMNS; i++) {
		grid.w[i] = columns[i].width * letter;
		sum += grid.w[i];
	}
	while (sum > width) {
		int least = -1;

		for (int i = 0; i < NR_EVENTS_COLUMNS; i++)
			if (grid.w[i] &&
			    (least < 0 ||
			     columns[i].dear < columns[least].dear))
				least = i;
		if (columns[least].dear == 10)
			break;
		sum -= grid.w[least];
		grid.w[least] = 0;
	}
	for (int i = 0; i < NR_EVENTS_COLUMNS; i++) {
		grid.x[i] = x;
		x += grid.w[i];
	}
	/* what is left is the outcome's */
	grid.w[COLUMN_OUTCOME] = grid.end - grid.x[COLUMN_OUTCOME];
	return grid;
}

static void put(const struct events_pen *pen, enum events_column column,
		colour_t colour, const char *text)
{
	const int gap = canvas_text_width(pen->canvas, FONT_MONO, "0");
	int w = pen->grid.w[column] - gap;

	if (w > gap)
		canvas_text_cut(pen->canvas, pen->grid.x[column], pen->y, w,
				FONT_MONO, colour, text);
}

static void draw_fault(const struct events_pen *pen,
		       const struct snapshot_event *event)
{
	const struct palette *palette = pen->palette;
	char text[96];

	snprintf(text, sizeof(text), "%" PRIu64, event->fault.number);
	put(pen, COLUMN_NUMBER, palette->dim, text);
	put(pen, COLUMN_ACCESS, palette->text, snapshot_fault_kind(event));
	snprintf(text, sizeof(text), "%08" PRIx32, event->fault.far);
	put(pen, COLUMN_ADDRESS, palette->text, text);
	if (pen->grid.w[COLUMN_INSTRUCTION]) {
		snapshot_fault_instruction(event, text, sizeof(text));
		put(pen, COLUMN_INSTRUCTION,
		    event->fault.nr_code ? palette->kind[KIND_TEAL]
					 : palette->faint,
		    text);
	}
	snprintf(text, sizeof(text), "%08" PRIx32 "%s", event->fault.pc,
		 snapshot_fault_for_program(event) ? "k" : "");
	put(pen, COLUMN_PC, palette->dim, text);
	snapshot_fault_status(event, text, sizeof(text));
	put(pen, COLUMN_STATUS, palette->dim, text);
	snapshot_fault_outcome(event, text, sizeof(text));
	put(pen, COLUMN_OUTCOME, outcome_colour(palette, event), text);
}

static void draw_other(const struct events_pen *pen,
		       const struct snapshot_event *event)
{
	char text[160];
	/* from where a fault has its number on, over all of its columns */
	int x = pen->grid.x[COLUMN_NUMBER];

	events_sentence(event, text, sizeof(text));
	canvas_text_cut(pen->canvas, x, pen->y, pen->grid.end - x, FONT_MONO,
			event->kind == EVENT_OOM ? pen->palette->bad
						 : pen->palette->text,
			text);
}

/* As the kernel's log has them, to the microsecond. */
static void seconds(uint64_t cycle, uint32_t clock_hz, char *to, size_t size)
{
	snprintf(to, size, "%4" PRIu64 ".%06" PRIu64, cycle / clock_hz,
		 cycle % clock_hz * 1000000 / clock_hz);
}

static void draw_event(const struct events_pen *pen, const struct view *view,
		       const struct snapshot_event *event)
{
	char text[48];

	seconds(event->cycle, view->now->clock_hz, text, sizeof(text));
	put(pen, COLUMN_TIME, pen->palette->faint, text);
	snprintf(text, sizeof(text), "%s-%d", event->comm, event->pid);
	put(pen, COLUMN_TASK, pen->palette->dim, text);
	if (event->kind == EVENT_FAULT)
		draw_fault(pen, event);
	else
		draw_other(pen, event);
}

static void draw_dropped(const struct events_pen *pen, struct box line,
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

void events_draw_row(const struct events_pen *pen, const struct view *view,
		     struct box line, const struct snapshot_event *event,
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
	events_draw_letter(pen->canvas, pen->palette, letter,
			   (enum snapshot_event_kind)it->kind);
	draw_event(pen, view, it);
}

void events_draw_titles(const struct events_pen *pen)
{
	for (int i = 0; i < NR_EVENTS_COLUMNS; i++)
		if (pen->grid.w[i])
			canvas_text_cut(pen->canvas, pen->grid.x[i], pen->y,
					pen->grid.w[i], FONT_SMALL,
					pen->palette->faint, columns[i].title);
}
