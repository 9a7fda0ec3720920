/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The strip of time: see timeline.h. From above: memory in use, with page
 * faults before it; marks of swapping, compaction and OOM kills; and a tick
 * for each snapshot that one can go back to.
 */
#include "emu/viewer/timeline.h"

#include <SDL.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "emu/viewer/curves_draw.h"
#include "emu/viewer/history.h"
#include "emu/viewer/view.h"

#define CHART_FAULTS   0
#define CHART_MEMORY   2
#define STEPS_OF_SHIFT 10

struct timeline {
	struct curves_frame frame; /* as last drawn: the whole run */
	struct box track; /* so */
	bool hovers;
	int hover_x;
	struct curves_drawing memory, faults;
};

/* Events that are marked, by which count tells of them. */
static const struct mark {
	const char *name, *brief;
	enum sample_value value;
	int row; /* where they overlap, the other is seen, too */
} marks[] = {
	{"swapped out", "out", SAMPLE_SWAPPED_OUT, 0},
	{"swapped in", "in", SAMPLE_SWAPPED_IN, 1},
	{"compacted", "compact", SAMPLE_COMPACTED, 2},
	{"killed for memory", "OOM", SAMPLE_OOM_KILLED, 3},
};
#define NR_MARKS (sizeof(marks) / sizeof(*marks))

static colour_t mark_colour(const struct palette *palette, size_t mark)
{
	const colour_t colours[NR_MARKS] = {palette->kind[KIND_VERMILLION],
					    palette->kind[KIND_SKY],
					    palette->kind[KIND_OLIVE],
					    palette->bad};

	return colours[mark];
}

int timeline_height(const struct canvas *canvas)
{
	struct box all = canvas_box(canvas);
	int height = canvas_line_height(canvas, FONT_TEXT) +
		     canvas_line_height(canvas, FONT_SMALL) +
		     canvas_unit(canvas, 22);

	return all.h > 8 * height ? height : 0;
}

static const struct snapshot *newest_of(const struct view *view)
{
	return view->newest ? view->newest : view->now;
}

/* ---- drawing ---------------------------------------------------------------------- */

static size_t nr_kept(const struct view *view)
{
	return view->history ? history_length(view->history) : 0;
}

/* Where one is, in words, left of the track. */
static void draw_words(const struct view *view, struct canvas *canvas,
		       struct box box)
{
	const struct palette *palette = view->palette;
	const struct snapshot *newest = newest_of(view);
	int line = canvas_line_height(canvas, FONT_BOLD);
	int y = box.y + canvas_unit(canvas, 3);
	char time[32], bytes[32], text[80];

	if (view->went_back) {
		text_time(newest->cycle - view->now->cycle, newest->clock_hz,
			  time, sizeof(time));
		snprintf(text, sizeof(text), "◀ %s back", time);
	} else {
		snprintf(text, sizeof(text), "● newest");
	}
	canvas_text_cut(canvas, box.x, y, box.w, FONT_BOLD,
			view->went_back ? palette->warn : palette->good, text);
	if (!nr_kept(view))
		return;
	text_bytes(history_bytes(view->history), bytes, sizeof(bytes));
	snprintf(text, sizeof(text), "%zu of %zu, %s",
		 history_near(view->history, view->now->cycle) + 1,
		 nr_kept(view), bytes);
	canvas_text_cut(canvas, box.x, y + line, box.w, FONT_SMALL,
			palette->dim, text);
}

static struct box bin_box(const struct timeline *t,
			  const struct curves_bins *bins, int bin)
{
	double first = bins->first + bin * bins->cycles;
	int left = curves_x(&t->frame, first);

	return (struct box){
		left, 0, curves_x(&t->frame, first + bins->cycles) - left, 0};
}

/* As parts of @top of the upper part of the track. */
static void draw_area(const struct timeline *t, struct canvas *canvas,
		      struct box area, const struct curves_chart *chart,
		      const struct curves_drawing *work, double top, bool root,
		      colour_t colour)
{
	for (int bin = 0; top > 0 && bin < work->bins.nr; bin++) {
		struct box box = bin_box(t, &work->bins, bin);
		double part = fmin(curves_height(chart, work->band[bin]) / top,
				   1);

		box.h = (int)lround((root ? sqrt(part) : part) * area.h);
		if (!box.h && part > 0)
			box.h = 1;
		box.y = area.y + area.h - box.h;
		canvas_fill(canvas, box, colour);
	}
}

static void fill(struct curves_drawing *work, const struct snapshot *snapshot,
		 const struct curves_frame *frame, struct canvas *canvas,
		 const struct curves_chart *chart)
{
	int max = (frame->right - frame->left) / canvas_unit(canvas, 2);

	if (max > CURVES_MAX_BINS / 2)
		max = CURVES_MAX_BINS / 2;
	memset(work->band, 0, sizeof(work->band));
	work->bins = curves_make_bins(frame->range, max);
	curves_fill(snapshot, chart, &work->bins, work->band);
}

static void draw_curves(struct timeline *t, const struct view *view,
			struct canvas *canvas, struct box area)
{
	const struct curves_chart *memory = &curves_chart[CHART_MEMORY];
	const struct curves_chart *faults = &curves_chart[CHART_FAULTS];
	const struct snapshot *newest = newest_of(view);
	double most = 0;

	fill(&t->memory, newest, &t->frame, canvas, memory);
	fill(&t->faults, newest, &t->frame, canvas, faults);
	for (int bin = 0; bin < t->faults.bins.nr; bin++)
		most = fmax(most, curves_height(faults, t->faults.band[bin]));
	draw_area(t, canvas, area, memory, &t->memory,
		  curves_memory(newest).managed, false, view->palette->free);
	draw_area(t, canvas, area, faults, &t->faults, most, true,
		  view->palette->kind[KIND_BLUE]);
}

/* Each in a row of its own, where its count has grown. */
static void draw_marks(const struct timeline *t, const struct view *view,
		       struct canvas *canvas, struct box area)
{
	const struct snapshot *newest = newest_of(view);
	int high = area.h / (int)NR_MARKS > 1 ? area.h / (int)NR_MARKS : 1;
	int wide = canvas_unit(canvas, 2);

	for (uint32_t n = 1; n < newest->nr_samples; n++) {
		const struct snapshot_sample *at = snapshot_sample_at(newest,
								      n);
		const struct snapshot_sample *last = snapshot_sample_at(newest,
									n - 1);

		for (size_t i = 0; i < NR_MARKS; i++)
			if (at->value[marks[i].value] !=
			    last->value[marks[i].value])
				canvas_fill(
					canvas,
					(struct box){
						curves_x(&t->frame,
							 (double)at->cycle) -
							wide / 2,
						area.y + marks[i].row * high,
						wide, high},
					mark_colour(view->palette, i));
	}
}

/* Somebody was killed for memory: a line, and as many names as fit. */
static void draw_kills(const struct timeline *t, const struct view *view,
		       struct canvas *canvas, struct box area)
{
	const struct snapshot *newest = newest_of(view);
	int end = area.x, pad = canvas_unit(canvas, 3);

	for (uint32_t n = 1; n < newest->nr_samples; n++) {
		const struct snapshot_sample *at = snapshot_sample_at(newest,
								      n);
		int x = curves_x(&t->frame, (double)at->cycle);

		if (at->value[SAMPLE_OOM_KILLED] ==
		    snapshot_sample_at(newest, n - 1)->value[SAMPLE_OOM_KILLED])
			continue;
		canvas_fill(canvas,
			    (struct box){x, area.y, canvas_unit(canvas, 1),
					 area.h},
			    view->palette->bad);
		if (x + pad >= end)
			end = canvas_text(canvas, x + pad, area.y, FONT_SMALL,
					  view->palette->bad, "OOM");
	}
}

/* What the marks mean: their names, in their colours. */
static void draw_legend(const struct view *view, struct canvas *canvas,
			struct box box)
{
	int gap = canvas_unit(canvas, 6), right = box.x + box.w;

	for (size_t i = NR_MARKS; i-- > 0;) {
		const char *name = marks[i].brief;
		int width = canvas_text_width(canvas, FONT_SMALL, name);

		if (right - width < box.x)
			return;
		canvas_text_right(canvas, right, box.y, FONT_SMALL,
				  mark_colour(view->palette, i), name);
		right -= width + gap;
	}
}

static void draw_kept(const struct timeline *t, const struct view *view,
		      struct canvas *canvas, struct box area)
{
	for (size_t n = 0; n < nr_kept(view); n++) {
		const struct snapshot *kept = history_at(view->history, n);

		canvas_fill(
			canvas,
			(struct box){curves_x(&t->frame, (double)kept->cycle),
				     area.y, 1, area.h},
			view->palette->dim);
	}
}

/* Where one looks: a line with a head, and what came later dimmed. */
static void draw_position(const struct timeline *t, const struct view *view,
			  struct canvas *canvas)
{
	int wide = canvas_unit(canvas, 2), head = canvas_unit(canvas, 4);
	int x = curves_x(&t->frame, (double)view->now->cycle);
	const struct palette *palette = view->palette;

	if (view->went_back)
		canvas_blend(canvas,
			     (struct box){x, t->track.y,
					  t->track.x + t->track.w - x,
					  t->track.h},
			     palette->panel, 150);
	canvas_fill(canvas,
		    (struct box){x - wide / 2, t->track.y, wide, t->track.h},
		    palette->accent);
	for (int row = 0; row < head; row++)
		canvas_fill(canvas,
			    (struct box){x - (head - row), t->track.y + row,
					 2 * (head - row), 1},
			    palette->accent);
	if (t->hovers)
		canvas_fill(canvas,
			    (struct box){t->hover_x, t->track.y, 1, t->track.h},
			    palette->hover);
}

static void place_track(struct timeline *t, const struct view *view,
			struct canvas *canvas, struct box box)
{
	int words = canvas_unit(canvas, 150), end = canvas_unit(canvas, 140);
	int pad = canvas_unit(canvas, 4);

	if (box.w < 4 * words)
		words = end = canvas_unit(canvas, 8);
	t->track = (struct box){box.x + words, box.y + pad,
				box.w > words + end ? box.w - words - end : 0,
				box.h > 2 * pad ? box.h - 2 * pad : 0};
	t->frame = (struct curves_frame){
		.range = {0, (double)newest_of(view)->cycle},
		.left = t->track.x,
		.right = t->track.x + t->track.w,
		.hover = -1};
}

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct timeline *t = state;
	const struct snapshot *newest = newest_of(view);
	int pad = canvas_unit(canvas, 8), kept = canvas_unit(canvas, 4);
	int rows = canvas_unit(canvas, 8), right = box.x + box.w - pad;
	struct box area;
	char time[32];

	place_track(t, view, canvas, box);
	area = t->track;
	canvas_fill(canvas, area, view->palette->window);
	canvas_push_clip(canvas, area);
	area.h -= kept + rows;
	if (area.h > 0)
		draw_curves(t, view, canvas, area);
	draw_marks(t, view, canvas,
		   (struct box){area.x, area.y + area.h, area.w, rows});
	draw_kept(t, view, canvas,
		  (struct box){area.x, area.y + area.h + rows, area.w, kept});
	draw_kills(t, view, canvas, area);
	draw_position(t, view, canvas);
	canvas_pop_clip(canvas);
	if (t->track.x - box.x < 3 * pad)
		return;
	draw_words(view, canvas,
		   (struct box){box.x + pad, box.y, t->track.x - box.x - pad,
				box.h});
	text_time(newest->cycle, newest->clock_hz, time, sizeof(time));
	canvas_text_right(canvas, box.x + box.w - pad,
			  box.y + canvas_unit(canvas, 3), FONT_SMALL,
			  view->palette->dim, time);
	box.x = t->track.x + t->track.w + pad;
	box.w = right - box.x;
	box.y += canvas_line_height(canvas, FONT_BOLD) + pad / 2;
	draw_legend(view, canvas, box);
}

/* ---- the hand ------------------------------------------------------------------------ */

/* How much @value grew from one sample to the next around @cycle. */
static uint64_t grown(const struct snapshot *newest, double cycle,
		      double within, enum sample_value value)
{
	uint64_t first = 0, last = 0;
	bool any = false;

	for (uint32_t n = 0; n < newest->nr_samples; n++) {
		const struct snapshot_sample *at = snapshot_sample_at(newest,
								      n);

		if ((double)at->cycle > cycle + within)
			break;
		if (!any || (double)at->cycle < cycle - within)
			first = at->value[value];
		any = true;
		last = at->value[value];
	}
	return last - first;
}

static void tell(const struct timeline *t, struct view *view,
		 const struct panel_event *event)
{
	const struct snapshot *newest = newest_of(view);
	double cycle = curves_cycle(&t->frame, event->x);
	double within = 3 * (curves_cycle(&t->frame, event->x + 1) - cycle);
	char time[32];

	text_time(cycle > 0 ? (uint64_t)cycle : 0, newest->clock_hz, time,
		  sizeof(time));
	view_tip(view, event->x, event->y, "%s", time);
	for (size_t i = 0; i < NR_MARKS; i++) {
		uint64_t nr = grown(newest, cycle, within, marks[i].value);

		if (nr)
			view_tip(view, event->x, event->y, "%s: %llu",
				 marks[i].name, (unsigned long long)nr);
	}
	view_tip(view, event->x, event->y,
		 "memory in use, and page faults (blue) before it");
	view_tip(view, event->x, event->y,
		 "below: marks of reclaim; a tick for each snapshot kept");
	if (nr_kept(view))
		view_tip(view, event->x, event->y,
			 "drag, ← →: back and forward; End: the newest");
}

static void scrub(const struct timeline *t, struct view *view, int x)
{
	double cycle = curves_cycle(&t->frame, x);

	if (!nr_kept(view))
		view_say(view, "there are no snapshots to go back to");
	else if (x >= t->frame.right - 2)
		view_follow(view);
	else
		view_go_back(view,
			     history_near(view->history,
					  cycle > 0 ? (uint64_t)cycle : 0));
	view->redraw = true;
}

static bool key(struct view *view, const struct panel_event *event)
{
	int steps = event->shift ? STEPS_OF_SHIFT : 1;

	if (!nr_kept(view))
		return false;
	switch (event->key) {
	case SDLK_LEFT:
	case SDLK_COMMA:
		view_step(view, -steps);
		return true;
	case SDLK_RIGHT:
	case SDLK_PERIOD:
		view_step(view, steps);
		return true;
	case SDLK_HOME:
		view_go_back(view, 0);
		return true;
	case SDLK_END:
		view_follow(view);
		view->redraw = true;
		return true;
	default:
		return false;
	}
}

static bool handle(void *state, struct view *view,
		   const struct panel_event *event)
{
	struct timeline *t = state;

	switch (event->kind) {
	case PANEL_HOVER:
		t->hovers = box_has(t->track, event->x, event->y);
		t->hover_x = event->x;
		if (t->hovers && view->now)
			tell(t, view, event);
		view->redraw = true;
		return true;
	case PANEL_LEAVE:
		t->hovers = false;
		view->redraw = true;
		return true;
	case PANEL_PRESS:
	case PANEL_DRAG:
		if (view->now)
			scrub(t, view, event->x);
		return true;
	case PANEL_WHEEL:
		view_step(view, event->wheel > 0 ? 1 : -1);
		return true;
	case PANEL_KEY:
		return key(view, event);
	default:
		return false;
	}
}

const struct panel_kind timeline_kind = {
	.name = "timeline",
	.title = "Timeline",
	.help = "drag\tback to earlier snapshots and forward\n"
		"← → or , .\tone snapshot back or forward; with Shift 10\n"
		"Home, End\tthe oldest, the newest\n",
	.sections = 1u << SECTION_ZONES,
	.state_bytes = sizeof(struct timeline),
	.draw = draw,
	.event = handle,
};
