/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inspector of one frame: the selected one, or else that under the
 * pointer. What the kernel tells of it, each entry that maps it (a click goes
 * to that page), and what became of it, as far back as snapshots go.
 */
#include "emu/viewer/panel.h"

#include <SDL.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/frame_words.h"
#include "emu/viewer/history.h"
#include "emu/viewer/memory_modes.h"
#include "emu/viewer/scroll.h"
#include "emu/viewer/view.h"

#define MAX_TARGETS 40
#define MAX_CHANGES 60

struct inspector {
	struct scroll scroll;
	uint64_t serial; /* of the selection that it is scrolled for */
	unsigned int nr_targets;
	struct target { /* what can be clicked on */
		struct box box;
		int pid;
		uint32_t va;
		uint64_t pfn; /* instead of pid and va; or SNAPSHOT_NO_FRAME */
	} target[MAX_TARGETS];
	int x, y; /* of the pointer; -1: elsewhere */
};

/* A line after the other, down the panel. */
struct writer {
	struct inspector *inspector;
	const struct view *view;
	struct canvas *canvas;
	struct box box;
	int y;
	int key_width;
};

/* ---- lines -------------------------------------------------------------------------- */

static void heading(struct writer *w, const char *text)
{
	const struct palette *palette = w->view->palette;
	int line = canvas_unit(w->canvas, 1);

	w->y += canvas_unit(w->canvas, 7);
	canvas_text_cut(w->canvas, w->box.x, w->y, w->box.w, FONT_BOLD,
			palette->text, text);
	w->y += canvas_line_height(w->canvas, FONT_BOLD) +
		canvas_unit(w->canvas, 1);
	canvas_fill(w->canvas, (struct box){w->box.x, w->y, w->box.w, line},
		    palette->border);
	w->y += canvas_unit(w->canvas, 3);
}

/* @text in as many lines as it takes, from @x on. */
static void wrapped(struct writer *w, int x, enum font font, colour_t colour,
		    const char *text)
{
	int right = w->box.x + w->box.w;
	int line = canvas_line_height(w->canvas, font);
	char part[200];

	while (*text) {
		size_t n = strlen(text), keep;

		if (n >= sizeof(part))
			n = sizeof(part) - 1;
		for (keep = n;; n = keep) {
			memcpy(part, text, n);
			part[n] = '\0';
			if (x + canvas_text_width(w->canvas, font, part) <=
			    right)
				break;
			for (keep = n - 1; keep > 0; keep--)
				if (strchr(" |,", part[keep - 1]))
					break;
			if (!keep)
				break;
		}
		canvas_text_cut(w->canvas, x, w->y, right - x, font, colour,
				part);
		w->y += line;
		text += n;
	}
}

static void fact(struct writer *w, const char *key, const char *value)
{
	const struct palette *palette = w->view->palette;

	canvas_text_cut(w->canvas, w->box.x, w->y,
			w->key_width - canvas_unit(w->canvas, 6), FONT_TEXT,
			palette->dim, key);
	wrapped(w, w->box.x + w->key_width, FONT_TEXT, palette->text, value);
}

/* Makes what was written from @top on something to click on. */
static void target(struct writer *w, int top, int pid, uint32_t va,
		   uint64_t pfn)
{
	struct inspector *in = w->inspector;
	int pad = canvas_unit(w->canvas, 2);
	struct box box = {w->box.x - pad, top, w->box.w + 2 * pad, w->y - top};

	if (in->nr_targets == MAX_TARGETS)
		return;
	in->target[in->nr_targets++] = (struct target){box, pid, va, pfn};
	if (box_has(box, in->x, in->y))
		canvas_frame(w->canvas, box, w->view->palette->hover,
			     canvas_unit(w->canvas, 1));
}

/* ---- what the frame is ---------------------------------------------------------------- */

static void write_title(struct writer *w, uint64_t pfn,
			const struct kernel_frame *frame)
{
	const struct palette *palette = w->view->palette;
	int side = canvas_line_height(w->canvas, FONT_BOLD);
	struct box swatch = {w->box.x, w->y, side, side};
	char text[80], owner[40];
	int x = w->box.x + side + canvas_unit(w->canvas, 7);

	snprintf(text, sizeof(text), "frame 0x%05" PRIx64, pfn);
	canvas_fill(w->canvas, swatch, palette_use(palette, frame->use));
	canvas_frame(w->canvas, swatch, palette->border,
		     canvas_unit(w->canvas, 1));
	x = canvas_text_cut(w->canvas, x, w->y, w->box.x + w->box.w - x,
			    FONT_BOLD, palette->text, text);
	frame_owner(w->view->now, frame, owner, sizeof(owner));
	x += canvas_unit(w->canvas, 10);
	canvas_text_cut(w->canvas, x, w->y, w->box.x + w->box.w - x, FONT_TEXT,
			palette->dim, owner);
	w->y += side + canvas_unit(w->canvas, 4);
}

/* Frames of a block are a click away from each other. */
static void write_fact(struct writer *w, const struct snapshot_fact *at)
{
	int top = w->y;

	if (!strcmp(at->key, "pfn"))
		return;
	fact(w, at->key, at->value);
	if (strstr(at->key, " at pfn"))
		target(w, top, 0, 0, strtoull(at->value, NULL, 0));
}

static void write_facts(struct writer *w, uint64_t pfn)
{
	uint32_t nr;
	const struct snapshot_fact *at = snapshot_frame_facts(w->view->now,
							      &nr);
	bool of_frame = false;

	for (uint32_t i = 0; i < nr; i++) {
		if (at[i].pfn != pfn)
			continue;
		if (!at[i].depth)
			of_frame = !strcmp(at[i].key, "frame");
		else if (of_frame)
			write_fact(w, &at[i]);
	}
}

/* What the snapshot itself has, where nobody asked the kernel. */
static void write_words(struct writer *w, uint64_t pfn)
{
	struct frame_words words;

	frame_words(w->view, pfn, &words);
	for (unsigned int i = 1; i < words.nr_lines; i++)
		wrapped(w, w->box.x, FONT_TEXT, w->view->palette->text,
			words.line[i]);
}

static bool has_facts(const struct view *view, uint64_t pfn)
{
	uint32_t nr;
	const struct snapshot_fact *at = snapshot_frame_facts(view->now, &nr);

	for (uint32_t i = 0; i < nr; i++)
		if (at[i].pfn == pfn)
			return true;
	return false;
}

/* ---- who maps it --------------------------------------------------------------------- */

/* The facts of one mapper, from its head on; returns the one after it. */
static uint32_t write_mapper(struct writer *w, const struct snapshot_fact *at,
			     uint32_t i, uint32_t nr,
			     const struct frame_mapper *mapper)
{
	const struct palette *palette = w->view->palette;
	int top = w->y, indent = w->box.x + canvas_unit(w->canvas, 10);
	char text[200];

	snprintf(text, sizeof(text), "%s %d  at 0x%08x", mapper->comm,
		 mapper->pid, mapper->va);
	canvas_text_cut(w->canvas, w->box.x, w->y, w->box.w, FONT_MONO,
			palette->text, text);
	w->y += canvas_line_height(w->canvas, FONT_MONO);
	for (i++; i < nr && at[i].depth; i++) {
		if (!strcmp(at[i].key, "pid") || !strcmp(at[i].key, "comm") ||
		    !strcmp(at[i].key, "at") || strstr(at[i].key, "offset"))
			continue;
		snprintf(text, sizeof(text), "%s: %s", at[i].key, at[i].value);
		wrapped(w, indent, FONT_SMALL, palette->dim, text);
	}
	target(w, top, mapper->pid, mapper->va, SNAPSHOT_NO_FRAME);
	w->y += canvas_unit(w->canvas, 3);
	return i;
}

static void write_mappers(struct writer *w, uint64_t pfn)
{
	uint32_t nr;
	const struct snapshot_fact *at = snapshot_frame_facts(w->view->now,
							      &nr);
	struct frame_mapper mapper[32];
	unsigned int nr_all = frame_mappers(w->view->now, pfn, mapper, 32);
	unsigned int n = 0;
	char text[60];

	if (!nr_all)
		return;
	snprintf(text, sizeof(text), "Mapped by %u entr%s", nr_all,
		 nr_all == 1 ? "y" : "ies");
	heading(w, text);
	for (uint32_t i = 0; i < nr && n < 32;) {
		if (at[i].pfn == pfn && !at[i].depth &&
		    !strcmp(at[i].key, "mapped by"))
			i = write_mapper(w, at, i, nr, &mapper[n++]);
		else
			i++;
	}
	if (nr_all <= n)
		return;
	snprintf(text, sizeof(text), "and %u more", nr_all - n);
	wrapped(w, w->box.x, FONT_TEXT, w->view->palette->dim, text);
}

/* ---- what became of it ----------------------------------------------------------------- */

static void write_change(struct writer *w, const struct snapshot *from,
			 const struct snapshot *to, uint64_t pfn)
{
	const struct palette *palette = w->view->palette;
	bool later = to->cycle > w->view->now->cycle;
	char text[300], time[40];

	frame_change_text(from, to, pfn, text, sizeof(text));
	if (!*text)
		return;
	text_time(to->cycle, to->clock_hz, time, sizeof(time));
	canvas_text_cut(w->canvas, w->box.x, w->y,
			w->key_width - canvas_unit(w->canvas, 6), FONT_TEXT,
			palette->dim, time);
	wrapped(w, w->box.x + w->key_width, FONT_TEXT,
		later ? palette->faint : palette->text, text);
}

/* The newest first; what is later than what is shown stands back. */
static void write_history(struct writer *w, uint64_t pfn)
{
	const struct history *history = w->view->history;
	size_t length = history ? history_length(history) : 0;
	int top;

	if (length < 2)
		return;
	heading(w, "History, as snapshots saw it");
	top = w->y;
	for (size_t n = length - 1; n > 0; n--) {
		const struct snapshot *from = history_at(history, n - 1);
		const struct snapshot *to = history_at(history, n);
		const struct kernel_frame *a = view_frame(from, pfn);
		const struct kernel_frame *b = view_frame(to, pfn);

		if (a != b && a && b && memcmp(a, b, sizeof(*a)) != 0)
			write_change(w, from, to, pfn);
		if (w->y - top > MAX_CHANGES * canvas_unit(w->canvas, 15))
			break;
	}
	if (w->y == top)
		wrapped(w, w->box.x, FONT_TEXT, w->view->palette->dim,
			"nothing has changed since it was first seen");
}

/* ---- drawing -------------------------------------------------------------------------- */

static void write_hint(struct writer *w)
{
	wrapped(w, w->box.x, FONT_TEXT, w->view->palette->dim,
		"Point at a frame of physical memory, or click on one to keep "
		"it: here is then what it is used for, who maps it, and what "
		"became of it.");
}

static uint64_t frame_to_show(const struct view *view)
{
	return view->selected.pfn != SNAPSHOT_NO_FRAME ? view->selected.pfn
						       : view->pointed;
}

static void write_all(struct writer *w)
{
	uint64_t pfn = frame_to_show(w->view);
	const struct kernel_frame *frame = view_frame(w->view->now, pfn);

	if (pfn == SNAPSHOT_NO_FRAME || !frame) {
		write_hint(w);
		return;
	}
	write_title(w, pfn, frame);
	if (has_facts(w->view, pfn))
		write_facts(w, pfn);
	else
		write_words(w, pfn);
	write_mappers(w, pfn);
	write_history(w, pfn);
}

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct inspector *in = state;
	int pad = canvas_unit(canvas, 7);
	struct writer w = {
		.inspector = in,
		.view = view,
		.canvas = canvas,
		.box = box_inside(box, pad),
		.key_width = canvas_text_width(canvas, FONT_TEXT,
					       "part of the block at pfn ."),
	};

	if (in->serial != view->selected.serial)
		in->scroll.at = 0;
	in->serial = view->selected.serial;
	if (w.key_width > w.box.w * 2 / 5)
		w.key_width = w.box.w * 2 / 5;
	in->nr_targets = 0;
	w.y = w.box.y - in->scroll.at;
	write_all(&w);
	scroll_fit(&in->scroll, w.y + in->scroll.at - box.y + pad, box.h,
		   canvas_line_height(canvas, FONT_TEXT));
	scroll_draw(canvas, view->palette, box, &in->scroll);
}

/* ---- the hand --------------------------------------------------------------------------- */

static void press(const struct inspector *in, struct view *view, int x, int y)
{
	for (unsigned int i = 0; i < in->nr_targets; i++) {
		const struct target *at = &in->target[i];

		if (!box_has(at->box, x, y))
			continue;
		if (at->pfn != SNAPSHOT_NO_FRAME)
			view_select_frame(view, at->pfn);
		else
			view_select_page(view, at->pid, at->va);
		return;
	}
}

static bool event(void *state, struct view *view,
		  const struct panel_event *event)
{
	struct inspector *in = state;

	view->redraw = true;
	in->x = event->kind == PANEL_LEAVE ? -1 : event->x;
	in->y = event->y;
	switch (event->kind) {
	case PANEL_PRESS:
		press(in, view, event->x, event->y);
		return true;
	default:
		return scroll_event(&in->scroll, view, event);
	}
}

const struct panel_kind panel_frame = {
	.name = "frame",
	.title = "Frame",
	.help = "click on a mapper\tselect that page\n"
		"click on a block\tselect its first frame\n" SCROLL_HELP,
	.sections = 1u << SECTION_PROCESSES | 1u << SECTION_ZONES |
		    1u << SECTION_CACHES | 1u << SECTION_FRAME_FACTS,
	.state_bytes = sizeof(struct inspector),
	.draw = draw,
	.event = event,
};
