/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process's address space: a band of cells for each mapping, with what it is
 * on the left, or above where the panel is narrow. Here is what the hand does;
 * what is where is up to space_model.c, how it looks to space_paint.c and
 * space_cell.c.
 */
#include "emu/viewer/panel.h"

#include <SDL_keycode.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/live.h"
#include "emu/viewer/space_paint.h"
#include "emu/viewer/view.h"

#define FEW_MAPPINGS 60 /* holes between more than that aren't written out */

struct state {
	struct space_picture is; /* what was drawn */
	struct part *vmas; /* that it was planned for */
	int zoom;
	int pid; /* whose it was */
	uint64_t serial; /* of the selection that was scrolled to */
	bool hovers;
	uint32_t hover;
	bool anchored; /* the page that is to stay where it is */
	uint32_t anchor;
	int anchor_y;
	bool held, dragged;
	int held_y, held_scroll;
};

/* ---- making room -------------------------------------------------------------- */

static struct space_room room_of(const struct state *state,
				 struct canvas *canvas, uint32_t nr)
{
	const int line = canvas_line_height(canvas, FONT_TEXT);
	const int small = canvas_line_height(canvas, FONT_SMALL);
	const bool above = !state->is.labels.w;

	return (struct space_room){
		.width = state->is.grids.w,
		.height = state->is.grids.h,
		.least = above ? canvas_unit(canvas, 5) : line,
		.head = above ? line : 0,
		.gap = canvas_unit(canvas, 2),
		.hole = nr > FEW_MAPPINGS ? canvas_unit(canvas, 5)
					  : small + canvas_unit(canvas, 2),
		.cell_least = canvas_unit(canvas, 6),
		.cell_good = canvas_unit(canvas, 26),
		.cell_most = canvas_unit(canvas, 72),
		.zoom = state->zoom,
	};
}

static bool same_room(const struct space_room *a, const struct space_room *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static void renew_plan(struct state *state, const struct view *view,
		       struct canvas *canvas)
{
	struct part *vmas = view->now->section[SECTION_VMAS];
	uint32_t nr;
	const struct kernel_vma *vma = snapshot_vmas(view->now, &nr);
	const struct space_room room = room_of(state, canvas, nr);

	if (state->pid != view->now->pid)
		state->is.scroll.at = 0;
	state->pid = view->now->pid;
	if (vmas != state->vmas || !same_room(&room, &state->is.plan.room)) {
		part_put(state->vmas);
		state->vmas = part_get(vmas);
		space_plan_make(&state->is.plan, vma, nr, &room);
	}
	scroll_fit(&state->is.scroll, state->is.plan.height, room.height,
		   canvas_line_height(canvas, FONT_TEXT));
}

/* After another zoom: the page under the pointer stays there. */
static void keep_anchor(struct state *state)
{
	struct box cell;

	if (state->anchored &&
	    space_cell_of(&state->is.plan, state->anchor, &cell))
		scroll_by(&state->is.scroll, cell.y + cell.h / 2 -
						     state->anchor_y -
						     state->is.scroll.at);
	state->anchored = false;
}

/* What is selected elsewhere is to be seen here. */
static void show_selected(struct state *state, const struct view *view)
{
	const struct selection *selected = &view->selected;
	struct box cell;

	if (selected->serial == state->serial || !selected->has_va ||
	    (selected->pid && selected->pid != view->now->pid))
		return;
	state->serial = selected->serial;
	if (space_cell_of(&state->is.plan, selected->va, &cell))
		scroll_to(&state->is.scroll, state->is.grids.h, cell.y, cell.h);
}

/* ---- drawing -------------------------------------------------------------------------- */

static void draw_nothing(const struct view *view, struct canvas *canvas,
			 struct box box)
{
	const struct snapshot_process *process = view_focus(view);
	const char *text = "no process has memory yet";

	if (process && process->kthread)
		text = "a thread of the kernel's: it has no memory of its own";
	else if (process && process->exit_status != -1)
		text = "it has ended, and its memory is gone";
	else if (view->selected.pid)
		text = "this process has no memory";
	box = box_inside(box, canvas_unit(canvas, 8));
	canvas_text_cut(canvas, box.x, box.y, box.w, FONT_TEXT,
			view->palette->dim, text);
}

static void divide(struct state *state, struct canvas *canvas, struct box in)
{
	int bar = canvas_unit(canvas, 6);
	int label = in.w >= canvas_unit(canvas, 430)
			    ? canvas_unit(canvas,
					  in.w > canvas_unit(canvas, 760) ? 220
									  : 170)
			    : 0;

	state->is.labels = (struct box){in.x, in.y, label, in.h};
	state->is.grids = (struct box){in.x + label, in.y, in.w - label - bar,
				       in.h};
}

static void draw(void *opaque, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct state *state = opaque;
	uint32_t nr;
	struct box in;

	snapshot_vmas(view->now, &nr);
	if (!nr) {
		draw_nothing(view, canvas, box);
		return;
	}
	in = space_paint_frame(&state->is, view, canvas, box);
	divide(state, canvas, in);
	if (state->is.grids.w <= 0 || !in.h)
		return;
	renew_plan(state, view, canvas);
	keep_anchor(state);
	show_selected(state, view);
	space_paint_map(&state->is, view, canvas);
	canvas_push_clip(canvas, in);
	space_paint_bands(&state->is, view, canvas);
	if (view->selected.has_va &&
	    (!view->selected.pid || view->selected.pid == view->now->pid))
		space_paint_outline(&state->is, canvas, view->selected.va,
				    view->palette->accent,
				    canvas_unit(canvas, 2));
	if (state->hovers)
		space_paint_outline(&state->is, canvas, state->hover,
				    view->palette->hover,
				    canvas_unit(canvas, 1));
	scroll_draw(canvas, view->palette, in, &state->is.scroll);
	canvas_pop_clip(canvas);
}

/* ---- the hand ------------------------------------------------------------------------- */

/* The mapping under the pointer, its label included; NULL: none. */
static const struct kernel_vma *vma_at(const struct state *state,
				       const struct view *view, int y)
{
	uint32_t nr;
	const struct kernel_vma *vma = snapshot_vmas(view->now, &nr);
	const struct space_band *band = space_band_at(
		&state->is.plan, y - state->is.grids.y + state->is.scroll.at);
	uint32_t n = band ? (uint32_t)(band - state->is.plan.band) : nr;

	return n < nr && vma[n].start == band->start ? &vma[n] : NULL;
}

static bool page_at(const struct state *state, int x, int y, uint32_t *va)
{
	return state->is.plan.nr && box_has(state->is.grids, x, y) &&
	       space_page_at(&state->is.plan, x - state->is.grids.x,
			     y - state->is.grids.y + state->is.scroll.at, va);
}

static void hover(struct state *state, struct view *view, int x, int y)
{
	const struct kernel_vma *vma = vma_at(state, view, y);
	bool did = state->hovers;

	state->hovers = page_at(state, x, y, &state->hover) && vma;
	view->redraw |= state->hovers || did;
	if (state->hovers)
		space_cell_tip(view, vma, state->hover,
			       1u << space_band_of(&state->is.plan,
						   state->hover)
					       ->shift,
			       x, y);
}

/* The page under the pointer stays under it. */
static void zoom(struct state *state, struct view *view, int by, int x, int y)
{
	int to = state->zoom + by;

	if (to < 0 || to > SPACE_MAX_ZOOM || !state->is.plan.height)
		return;
	state->zoom = to;
	state->held = false;
	state->anchored = page_at(state, x, y, &state->anchor);
	state->anchor_y = y - state->is.grids.y;
	view->redraw = true;
}

/* Goes on until a fault in this mapping. */
static void run_until_fault(const struct state *state, struct view *view, int y)
{
	const struct kernel_vma *vma = vma_at(state, view, y);
	struct live_order order = {.go = LIVE_UNTIL};

	if (!vma || !view->live)
		return;
	order.until = (struct condition){
		.kind = CONDITION_FAULT_IN,
		.first = vma->start,
		.last = vma->end - 1,
		.pid = view->now->pid,
	};
	view_go(view, &order);
	view_say(view, "runs until a fault of %d in %08" PRIx32 "–%08" PRIx32,
		 view->now->pid, vma->start, vma->end);
}

static bool key(struct state *state, struct view *view,
		const struct panel_event *event)
{
	switch (event->key) {
	case SDLK_PLUS:
	case SDLK_EQUALS:
	case SDLK_KP_PLUS:
		zoom(state, view, 1, event->x, event->y);
		return true;
	case SDLK_MINUS:
	case SDLK_KP_MINUS:
		zoom(state, view, -1, event->x, event->y);
		return true;
	case SDLK_0:
		state->zoom = state->is.scroll.at = 0;
		view->redraw = true;
		return true;
	case SDLK_c:
		state->is.mode = (state->is.mode + 1) % NR_SPACE_MODES;
		view_say(view, "address space, coloured by %s",
			 space_mode_name(state->is.mode));
		return true;
	case SDLK_u:
		run_until_fault(state, view, event->y);
		return true;
	default:
		return scroll_event(&state->is.scroll, view, event);
	}
}

/* The first mapping at or above what the map of all addresses has at @x. */
static void go_to_map(struct state *state, int x)
{
	const struct space_plan *plan = &state->is.plan;
	const uint64_t va = ((uint64_t)(x - state->is.map.x) << 32) /
			    (uint64_t)state->is.map.w;
	uint32_t i = 0;

	while (i < plan->nr && plan->band[i].end <= va)
		i++;
	scroll_by(&state->is.scroll,
		  (i < plan->nr ? plan->band[i].y : plan->height) -
			  state->is.scroll.at);
}

static void press(struct state *state, struct view *view,
		  const struct panel_event *event)
{
	if (box_has(state->is.map, event->x, event->y)) {
		go_to_map(state, event->x);
		view->redraw = true;
		return;
	}
	state->held = event->button == 1;
	state->dragged = false;
	state->held_y = event->y;
	state->held_scroll = state->is.scroll.at;
}

static void drag(struct state *state, struct view *view,
		 const struct panel_event *event)
{
	int by = state->held_y - event->y;

	if (!state->held || (!state->dragged && by > -4 && by < 4))
		return;
	state->dragged = true;
	view->redraw |=
		scroll_by(&state->is.scroll,
			  state->held_scroll + by - state->is.scroll.at);
}

static void release(struct state *state, struct view *view,
		    const struct panel_event *event)
{
	uint32_t va;

	if (state->held && !state->dragged &&
	    page_at(state, event->x, event->y, &va)) {
		view_select_page(view, view->now->pid, va);
		state->serial = view->selected.serial;
	}
	state->held = false;
}

static bool handle(void *opaque, struct view *view,
		   const struct panel_event *event)
{
	struct state *state = opaque;

	if (!view->now)
		return false;
	switch (event->kind) {
	case PANEL_HOVER:
		hover(state, view, event->x, event->y);
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
		release(state, view, event);
		return true;
	case PANEL_WHEEL:
		if (event->shift)
			scroll_event(&state->is.scroll, view, event);
		else
			zoom(state, view, event->wheel > 0 ? 1 : -1, event->x,
			     event->y);
		return true;
	case PANEL_KEY:
		return key(state, view, event);
	}
	return false;
}

static void give_back(void *opaque)
{
	struct state *state = opaque;

	space_plan_free(&state->is.plan);
	part_put(state->vmas);
}

const struct panel_kind panel_space = {
	.name = "space",
	.title = "Address space",
	.help = "click\tselect a page\n"
		"wheel, + -\tzoom around the pointer; 0: all\n"
		"drag, shift+" SCROLL_HELP
		"c\tcolour by kind, access, sharing, size of entry\n"
		"u\trun until a fault in the mapping under the pointer\n",
	.sections = 1u << SECTION_VMAS | 1u << SECTION_PAGES |
		    1u << SECTION_PROCESSES,
	.state_bytes = sizeof(struct state),
	.draw = draw,
	.event = handle,
	.free = give_back,
};
