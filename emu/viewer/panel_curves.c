/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Curves over virtual time: one chart below the other, all over the same
 * stretch of it. Drawn from the samples of the newest snapshot, so they go on
 * to the present also while an older one is shown.
 */
#include "emu/viewer/panel.h"

#include <SDL.h>

#include "emu/viewer/curves_draw.h"
#include "emu/viewer/history.h"
#include "emu/viewer/view.h"

struct curves_state {
	bool zoomed; /* to range; or else the whole run is shown */
	bool at_end; /* and range goes on with the run */
	struct curves_range range;
	double end; /* of the run, when last drawn */
	uint32_t hidden; /* charts, a bit each */
	struct curves_frame frame; /* as last drawn */
	double hover; /* cycle; below 0: none. Only valid if hovers */
	bool hovers;
	int pressed_x; /* where a button went down */
	bool moved; /* since then */
	struct curves_range pressed_range;
	struct curves_drawing work;
};

/* ---- time ------------------------------------------------------------------------ */

static double end_of(const struct view *view)
{
	const struct snapshot *newest = view->newest ? view->newest : view->now;

	return newest ? (double)newest->cycle : 0;
}

static void keep_up(struct curves_state *state, double end)
{
	if (!state->zoomed)
		state->range = (struct curves_range){0, end};
	else if (state->at_end)
		state->range = curves_pan(state->range, end - state->range.to,
					  end);
	state->end = end;
}

static void set_range(struct curves_state *state, struct view *view,
		      struct curves_range range)
{
	state->range = range;
	state->zoomed = range.from > 0 || range.to < state->end;
	state->at_end = range.to >= state->end;
	view->redraw = true;
}

static void zoom(struct curves_state *state, struct view *view, double at,
		 double factor)
{
	set_range(state, view,
		  curves_zoom(state->range, at, factor, state->end));
}

/* ---- drawing ------------------------------------------------------------------------ */

static struct curves_frame frame_of(const struct curves_state *state,
				    struct canvas *canvas, struct box box)
{
	int gutter = canvas_unit(canvas, 58), legend = canvas_unit(canvas, 190);
	int pad = canvas_unit(canvas, 8);
	struct curves_frame frame = {.range = state->range,
				     .hover = state->hovers ? state->hover
							    : -1};

	if (box.w < 3 * gutter)
		gutter = pad;
	if (box.w < 5 * legend / 2)
		legend = 0;
	frame.left = box.x + gutter;
	frame.right = box.x + box.w - (legend ? legend : pad);
	frame.legend = legend;
	return frame;
}

/* Of the height: what is empty gets little. */
static int weight(const struct view *view, int chart)
{
	const struct snapshot *newest = view->newest ? view->newest : view->now;

	return curves_is_empty(newest, &curves_chart[chart]) ? 2 : 5;
}

/* How many charts there is room for, at most those that aren't hidden. */
static int count_shown(const struct curves_state *state, struct canvas *canvas,
		       int height, int *hidden)
{
	int least = canvas_line_height(canvas, FONT_BOLD) +
		    canvas_unit(canvas, 40);
	int wanted = 0, room = height / least;

	for (int i = 0; i < CURVES_CHARTS; i++)
		wanted += !(state->hidden & 1u << i);
	if (room < 1)
		room = 1;
	*hidden = wanted > room ? wanted - room : 0;
	return wanted - *hidden;
}

static void draw_charts(struct curves_state *state, struct view *view,
			struct canvas *canvas, struct box box, int nr)
{
	int gap = canvas_unit(canvas, 8), at = 0, all = 0;
	uint32_t shown = 0;

	for (int i = 0; i < CURVES_CHARTS && nr; i++)
		if (!(state->hidden & 1u << i)) {
			shown |= 1u << i;
			all += weight(view, i);
			nr--;
		}
	for (int i = 0; i < CURVES_CHARTS; i++) {
		struct box place = {box.x, box.y + box.h * at / (all ?: 1),
				    box.w, 0};

		if (!(shown & 1u << i))
			continue;
		at += weight(view, i);
		place.h = box.y + box.h * at / all - place.y - gap;
		curves_draw_chart(view, canvas, place, &state->frame,
				  &curves_chart[i], &state->work);
	}
}

static void draw(void *arg, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct curves_state *state = arg;
	int axis = canvas_line_height(canvas, FONT_SMALL) +
		   canvas_unit(canvas, 6);
	int pad = canvas_unit(canvas, 4), hidden, nr;
	struct box charts = {box.x, box.y + pad, box.w, box.h - axis - pad};
	struct box time = {box.x, box.y + box.h - axis, box.w, axis};

	keep_up(state, end_of(view));
	state->frame = frame_of(state, canvas, box);
	nr = count_shown(state, canvas, charts.h, &hidden);
	draw_charts(state, view, canvas, charts, nr);
	curves_draw_time(view, canvas, time, &state->frame);
	if (hidden && state->frame.legend)
		canvas_textf(canvas,
			     state->frame.right + canvas_unit(canvas, 10),
			     time.y + canvas_unit(canvas, 4), FONT_SMALL,
			     view->palette->faint, "… %d more; keys 1 to %d",
			     hidden, CURVES_CHARTS);
}

/* ---- the hand -------------------------------------------------------------------------- */

static void hover(struct curves_state *state, struct view *view,
		  const struct panel_event *event)
{
	char time[32];
	bool inside = event->x >= state->frame.left &&
		      event->x < state->frame.right;

	view->redraw |= inside || state->hovers;
	state->hovers = inside;
	if (!inside || !view->now)
		return;
	state->hover = curves_cycle(&state->frame, event->x);
	text_time((uint64_t)state->hover, view->now->clock_hz, time,
		  sizeof(time));
	view_tip(view, event->x, event->y, "%s", time);
	view_tip(view, event->x, event->y, "cycle %llu",
		 (unsigned long long)state->hover);
	if (view->history && history_length(view->history))
		view_tip(view, event->x, event->y,
			 "click: show memory as it was then");
}

static void click(struct curves_state *state, struct view *view, int x)
{
	double cycle = curves_cycle(&state->frame, x);

	if (view->history && history_length(view->history) && cycle >= 0)
		view_go_back(view,
			     history_near(view->history, (uint64_t)cycle));
}

static void drag(struct curves_state *state, struct view *view,
		 const struct panel_event *event)
{
	int width = state->frame.right - state->frame.left;
	double cycles;

	if (!state->moved && abs(event->x - state->pressed_x) < 4)
		return;
	state->moved = true;
	if (width < 1)
		return;
	cycles = (state->pressed_x - event->x) *
		 (state->range.to - state->range.from) / width;
	set_range(state, view,
		  curves_pan(state->pressed_range, cycles, state->end));
}

static void press(struct curves_state *state, struct view *view,
		  const struct panel_event *event)
{
	state->pressed_x = event->x;
	state->pressed_range = state->range;
	state->moved = false;
	if (event->clicks == 2)
		set_range(state, view, (struct curves_range){0, state->end});
}

static bool key(struct curves_state *state, struct view *view,
		const struct panel_event *event)
{
	double at = state->hovers ? state->hover
				  : (state->range.from + state->range.to) / 2;

	if (event->key >= SDLK_1 && event->key < SDLK_1 + CURVES_CHARTS) {
		uint32_t all = (1u << CURVES_CHARTS) - 1;

		state->hidden ^= 1u << (event->key - SDLK_1);
		if (state->hidden == all)
			state->hidden = 0;
		view->redraw = true;
		return true;
	}
	switch (event->key) {
	case SDLK_0:
		set_range(state, view, (struct curves_range){0, state->end});
		return true;
	case SDLK_PLUS:
	case SDLK_EQUALS:
		zoom(state, view, at, 1 / 1.5);
		return true;
	case SDLK_MINUS:
		zoom(state, view, at, 1.5);
		return true;
	default:
		return false;
	}
}

static bool event(void *arg, struct view *view, const struct panel_event *event)
{
	struct curves_state *state = arg;

	switch (event->kind) {
	case PANEL_HOVER:
		hover(state, view, event);
		return true;
	case PANEL_LEAVE:
		state->hovers = false;
		view->redraw = true;
		return true;
	case PANEL_PRESS:
		press(state, view, event);
		return true;
	case PANEL_DRAG:
		drag(state, view, event);
		return true;
	case PANEL_RELEASE:
		if (!state->moved && event->button == 1)
			click(state, view, event->x);
		return true;
	case PANEL_WHEEL:
		zoom(state, view, curves_cycle(&state->frame, event->x),
		     SDL_pow(1.25, -(double)event->wheel));
		return true;
	case PANEL_KEY:
		return key(state, view, event);
	default:
		return false;
	}
}

const struct panel_kind panel_curves = {
	.name = "curves",
	.title = "Over time",
	.help = "wheel, + -\tzoom in time around the pointer\n"
		"drag\tearlier, later\n"
		"click\tshow memory as it was then\n"
		"double click, 0\tthe whole run\n"
		"1 to 5\tshow or hide a chart\n",
	.sections = 1u << SECTION_COUNTERS | 1u << SECTION_ZONES,
	.state_bytes = sizeof(struct curves_state),
	.draw = draw,
	.event = event,
};
