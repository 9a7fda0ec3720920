/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process's address space: a band of cells for each mapping, with what it is
 * on the left, or above where the panel is narrow. What is where is up to
 * space_model.c, how a cell looks to space_cell.c.
 */
#include "emu/viewer/panel.h"

#include <SDL_keycode.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/live.h"
#include "emu/viewer/space_cell.h"
#include "emu/viewer/space_model.h"
#include "emu/viewer/view.h"

#define FEW_MAPPINGS 60 /* holes between more than that aren't written out */

struct state {
	struct space_plan plan;
	struct part *vmas; /* that it was made for */
	int zoom, scroll;
	enum space_mode mode;
	int pid; /* whose it was */
	uint64_t serial; /* of the selection that was scrolled to */
	struct box grids, labels, map; /* where they were drawn */
	bool hovers;
	uint32_t hover;
	bool anchored; /* the page that is to stay where it is */
	uint32_t anchor;
	int anchor_y;
	bool held, dragged;
	int held_y, held_scroll;
};

/* ---- making room -------------------------------------------------------------- */

static void fit_scroll(struct state *state)
{
	int most = state->plan.height - state->grids.h;

	if (state->scroll > most)
		state->scroll = most;
	if (state->scroll < 0)
		state->scroll = 0;
}

static struct space_room room_of(const struct state *state,
				 struct canvas *canvas, uint32_t nr)
{
	const int line = canvas_line_height(canvas, FONT_TEXT);
	const int small = canvas_line_height(canvas, FONT_SMALL);
	const bool above = !state->labels.w;

	return (struct space_room){
		.width = state->grids.w,
		.height = state->grids.h,
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
		state->scroll = 0;
	state->pid = view->now->pid;
	if (vmas != state->vmas || !same_room(&room, &state->plan.room)) {
		part_put(state->vmas);
		state->vmas = part_get(vmas);
		space_plan_make(&state->plan, vma, nr, &room);
	}
	fit_scroll(state);
}

/* After another zoom: the page under the pointer stays there. */
static void keep_anchor(struct state *state)
{
	struct box cell;

	if (state->anchored &&
	    space_cell_of(&state->plan, state->anchor, &cell))
		state->scroll = cell.y + cell.h / 2 - state->anchor_y;
	state->anchored = false;
	fit_scroll(state);
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
	if (!space_cell_of(&state->plan, selected->va, &cell))
		return;
	if (cell.y < state->scroll ||
	    cell.y + cell.h > state->scroll + state->grids.h)
		state->scroll = cell.y - state->grids.h / 2;
	fit_scroll(state);
}

/* ---- the head ------------------------------------------------------------------- */

static void describe(const struct view *view, char *to, size_t size)
{
	const struct snapshot_process *process = view_process(view,
							      view->now->pid);
	uint32_t nr;
	const struct kernel_vma *vma = snapshot_vmas(view->now, &nr);
	char all[32], here[32], out[32];
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < nr; i++)
		bytes += vma[i].end - vma[i].start;
	text_bytes(bytes, all, sizeof(all));
	if (!process) {
		snprintf(to, size, "%" PRIu32 " mappings, %s", nr, all);
		return;
	}
	text_bytes(((uint64_t)process->rss_anon + process->rss_file +
		    process->rss_shmem)
			   << 12,
		   here, sizeof(here));
	text_bytes((uint64_t)process->swapped << 12, out, sizeof(out));
	snprintf(to, size, "%" PRIu32 " mappings, %s · in RAM %s%s%s", nr, all,
		 here, process->swapped ? " · swapped out " : "",
		 process->swapped ? out : "");
}

static void draw_title(const struct view *view, struct canvas *canvas,
		       struct box box)
{
	const struct snapshot_process *process = view_process(view,
							      view->now->pid);
	char text[200];
	int x;

	snprintf(text, sizeof(text), "%s (%d)", process ? process->comm : "",
		 view->now->pid);
	x = canvas_text_cut(canvas, box.x, box.y, box.w, FONT_BOLD,
			    view->palette->text, text);
	x += canvas_unit(canvas, 10);
	describe(view, text, sizeof(text));
	if (x < box.x + box.w)
		canvas_text_cut(canvas, x, box.y, box.x + box.w - x, FONT_TEXT,
				view->palette->dim, text);
}

/* All addresses that the process has, to scale, and what is in sight. */
static void draw_map(const struct state *state, const struct view *view,
		     struct canvas *canvas)
{
	const struct palette *palette = view->palette;
	const struct box map = state->map;
	const struct space_plan *plan = &state->plan;
	const struct space_band *first, *last;

	canvas_fill(canvas, map, palette->nothing);
	for (uint32_t i = 0; i < plan->nr; i++) {
		const struct space_band *band = &plan->band[i];
		int from = (int)((int64_t)map.w * band->start >> 32);
		int to = (int)((int64_t)map.w * band->end >> 32);
		struct box mark = {map.x + from, map.y,
				   to > from ? to - from : 1, map.h};

		canvas_fill(canvas, mark, palette->dim);
	}
	for (int gb = 1; gb < 4; gb++)
		canvas_fill(canvas,
			    (struct box){map.x + map.w * gb / 4, map.y,
					 canvas_unit(canvas, 1), map.h},
			    palette->faint);
	first = space_band_at(plan, state->scroll);
	last = space_band_at(plan, state->scroll + state->grids.h - 1);
	if (plan->height > state->grids.h && first && last) {
		int from = (int)((int64_t)map.w * first->start >> 32);
		int to = (int)((int64_t)map.w * last->end >> 32);

		canvas_frame(canvas,
			     (struct box){map.x + from - 1, map.y,
					  to - from + 2, map.h},
			     palette->hover, canvas_unit(canvas, 1));
	}
}

static void draw_map_names(const struct view *view, struct canvas *canvas,
			   struct box map, int y)
{
	static const char *const names[] = {"0", "1 GB", "2 GB", "3 GB"};

	for (int gb = 0; gb < 4; gb++)
		canvas_text_cut(canvas, map.x + map.w * gb / 4, y, map.w / 4,
				FONT_SMALL, view->palette->faint, names[gb]);
}

static struct box draw_frame(struct state *state, struct view *view,
			     struct canvas *canvas, struct box box)
{
	const int pad = canvas_unit(canvas, 6);
	const int small = canvas_line_height(canvas, FONT_SMALL);
	const bool tall = box.h > canvas_unit(canvas, 260);
	struct box in = box_inside(box, pad);
	int line = canvas_line_height(canvas, FONT_BOLD);
	int bottom = in.y + in.h;

	draw_title(view, canvas, (struct box){in.x, in.y, in.w, line});
	in.y += line + pad / 2;
	state->map = (struct box){0};
	if (tall) {
		state->map = (struct box){in.x, in.y, in.w,
					  canvas_unit(canvas, 7)};
		draw_map_names(view, canvas, state->map, in.y + state->map.h);
		in.y += state->map.h + small + pad / 2;
	}
	if (box.h > canvas_unit(canvas, 180)) {
		int height = space_legend(canvas, view->palette, in,
					  state->mode, false);

		if (height < box.h / 4) {
			struct box legend = {in.x, bottom - height, in.w,
					     height};

			space_legend(canvas, view->palette, legend, state->mode,
				     true);
			bottom -= height + pad;
		}
	}
	in.h = bottom > in.y ? bottom - in.y : 0;
	return in;
}

/* ---- bands ------------------------------------------------------------------------- */

/* The last part of a path is what tells files apart. */
static const char *short_name(const struct kernel_vma *vma)
{
	const char *name = space_name(vma);
	const char *slash = name[0] == '/' ? strrchr(name, '/') : NULL;

	return slash && slash[1] ? slash + 1 : name;
}

/* So much of it is in RAM, and what a cell stands for. */
static void describe_band(const struct view *view, const struct kernel_vma *vma,
			  uint8_t shift, char *to, size_t size)
{
	const uint32_t nr = (vma->end - vma->start) >> 12;
	const struct space_cell all = space_cell(view, vma, vma->start, nr);
	char here[32], out[48] = "", scale[48] = "", text[32];

	text_bytes((uint64_t)all.present << 12, here, sizeof(here));
	if (all.kind[SPACE_SWAPPED]) {
		text_bytes((uint64_t)all.kind[SPACE_SWAPPED] << 12, text,
			   sizeof(text));
		snprintf(out, sizeof(out), ", %s out", text);
	}
	if (shift) {
		text_bytes(UINT64_C(4096) << shift, text, sizeof(text));
		snprintf(scale, sizeof(scale), ", cell %s", text);
	}
	snprintf(to, size, "%s in RAM%s%s", here, out, scale);
}

static void draw_label(const struct view *view, struct canvas *canvas,
		       const struct kernel_vma *vma,
		       const struct space_band *band, struct box box)
{
	const struct palette *palette = view->palette;
	const int line = canvas_line_height(canvas, FONT_TEXT);
	const int gap = canvas_unit(canvas, 6);
	int right = box.x + box.w - gap;
	char text[200];
	int x;

	space_rights(vma, text);
	x = canvas_text_cut(canvas, box.x, box.y, box.w, FONT_MONO,
			    palette->faint, text);
	text_bytes(vma->end - vma->start, text, sizeof(text));
	canvas_text_right(canvas, right, box.y, FONT_TEXT, palette->dim, text);
	right -= canvas_text_width(canvas, FONT_TEXT, text) + gap;
	x += gap;
	if (right > x)
		canvas_text_cut(canvas, x, box.y, right - x, FONT_TEXT,
				palette->text, short_name(vma));
	right = box.x + box.w - gap;
	if (box.h < 2 * line)
		return;
	snprintf(text, sizeof(text), "%08" PRIx32 "–%08" PRIx32, vma->start,
		 vma->end);
	canvas_text_cut(canvas, box.x, box.y + line, right - box.x, FONT_MONO,
			palette->faint, text);
	if (box.h < 3 * line)
		return;
	describe_band(view, vma, band->shift, text, sizeof(text));
	canvas_text_cut(canvas, box.x, box.y + 2 * line, right - box.x,
			FONT_SMALL, palette->dim, text);
}

static void draw_hole(const struct view *view, struct canvas *canvas,
		      const struct space_band *band, struct box box)
{
	const int small = canvas_line_height(canvas, FONT_SMALL);
	const int middle = box.y + box.h / 2;
	char size[32], text[64];
	int x = box.x;

	if (box.h >= small) {
		text_bytes(band->start - band[-1].end, size, sizeof(size));
		snprintf(text, sizeof(text), "hole, %s", size);
		x = canvas_text_cut(canvas, x, middle - small / 2, box.w,
				    FONT_SMALL, view->palette->faint, text) +
		    canvas_unit(canvas, 6);
	}
	for (; x < box.x + box.w; x += canvas_unit(canvas, 6))
		canvas_fill(canvas,
			    (struct box){x, middle, canvas_unit(canvas, 2), 1},
			    view->palette->border);
}

/*
 * The entry of the page after it is the same one: its cell is joined to that
 * @step cells on.
 */
static bool joined(const struct view *view, const struct space_band *band,
		   uint32_t va, uint32_t step)
{
	const struct kernel_page *page;
	uint32_t size, next = va + step * 4096;

	if (band->shift || next >= band->end || next < va)
		return false;
	page = snapshot_page(view->now, va);
	if (!page || !(page->kind & (KERNEL_PAGE_LARGE | KERNEL_PAGE_HUGE)))
		return false;
	size = page->kind & KERNEL_PAGE_HUGE ? 1u << 21 : 1u << 16;
	return va / size == next / size;
}

static void draw_row(const struct state *state, struct view *view,
		     struct canvas *canvas, const struct kernel_vma *vma,
		     const struct space_band *band, uint32_t row, int y)
{
	const struct space_plan *plan = &state->plan;
	const uint32_t nr = 1u << band->shift;
	uint64_t va = band->start +
		      (((uint64_t)row * plan->columns) << band->shift << 12);

	for (uint32_t i = 0; i < plan->columns && va < band->end; i++) {
		const struct space_cell cell = space_cell(view, vma,
							  (uint32_t)va, nr);
		const struct space_look look = {
			.mode = state->mode,
			.on_right = i + 1 < plan->columns &&
				    cell.large + cell.huge &&
				    joined(view, band, (uint32_t)va, 1),
			.on_below = cell.large + cell.huge &&
				    joined(view, band, (uint32_t)va,
					   plan->columns),
		};

		space_cell_draw(
			canvas, view->palette, &cell,
			(struct box){state->grids.x + (int)i * plan->cell, y,
				     plan->cell, plan->cell},
			look);
		va += (uint64_t)nr << 12;
	}
}

static void draw_cells(const struct state *state, struct view *view,
		       struct canvas *canvas, const struct kernel_vma *vma,
		       const struct space_band *band)
{
	const struct space_plan *plan = &state->plan;
	int top = state->grids.y + band->y + plan->room.head - state->scroll;
	int first = (state->grids.y - top) / plan->cell;

	for (uint32_t row = first > 0 ? (uint32_t)first : 0; row < band->rows;
	     row++) {
		int y = top + (int)row * plan->cell;

		if (y >= state->grids.y + state->grids.h)
			return;
		draw_row(state, view, canvas, vma, band, row, y);
	}
}

static void draw_band(const struct state *state, struct view *view,
		      struct canvas *canvas, const struct kernel_vma *vma,
		      const struct space_band *band)
{
	const struct box all = state->labels.w ? state->labels : state->grids;
	int y = all.y + band->y - state->scroll;
	struct box label = {all.x, y, all.w,
			    state->labels.w ? band->height
					    : state->plan.room.head};
	int gap = band->after_hole ? state->plan.room.hole : 0;

	if (gap)
		draw_hole(view, canvas, band,
			  (struct box){all.x, y - gap,
				       state->grids.x + state->grids.w - all.x,
				       gap});
	/* what is said of a tall one stays in sight */
	if (state->labels.w && y < all.y) {
		int line = 3 * canvas_line_height(canvas, FONT_TEXT);

		label.h = y + label.h - all.y;
		label.y = label.h < line ? all.y + label.h - line : all.y;
		label.y = label.y < y ? y : label.y;
		label.h = y + band->height - label.y;
	}
	draw_label(view, canvas, vma, band, label);
	draw_cells(state, view, canvas, vma, band);
}

static void outline(const struct state *state, struct canvas *canvas,
		    uint32_t va, colour_t colour, int width)
{
	struct box cell;

	if (!space_cell_of(&state->plan, va, &cell))
		return;
	cell.x += state->grids.x;
	cell.y += state->grids.y - state->scroll;
	canvas_frame(canvas, box_inside(cell, -width), colour, width);
}

static void draw_scrollbar(const struct state *state, const struct view *view,
			   struct canvas *canvas, struct box box)
{
	int64_t all = state->plan.height;
	int least = canvas_unit(canvas, 12);
	int height = all > box.h ? (int)((int64_t)box.h * box.h / all) : 0;

	if (!height && all <= box.h)
		return;
	height = height < least ? least : height;
	canvas_fill(canvas, box, view->palette->raised);
	box.y += (int)((int64_t)(box.h - height) * state->scroll /
		       (all - box.h));
	box.h = height;
	canvas_fill(canvas, box, view->palette->faint);
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

	state->labels = (struct box){in.x, in.y, label, in.h};
	state->grids = (struct box){in.x + label, in.y, in.w - label - bar,
				    in.h};
}

static void draw(void *opaque, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct state *state = opaque;
	uint32_t nr;
	const struct kernel_vma *vma = snapshot_vmas(view->now, &nr);
	struct box in;
	const struct space_band *band;

	if (!nr) {
		draw_nothing(view, canvas, box);
		return;
	}
	in = draw_frame(state, view, canvas, box);
	divide(state, canvas, in);
	if (state->grids.w <= 0 || !in.h)
		return;
	renew_plan(state, view, canvas);
	keep_anchor(state);
	show_selected(state, view);
	if (state->map.w)
		draw_map(state, view, canvas);
	canvas_push_clip(canvas, in);
	band = space_band_at(&state->plan, state->scroll);
	for (; band && band < state->plan.band + state->plan.nr &&
	       band->y < state->scroll + in.h;
	     band++)
		draw_band(state, view, canvas, &vma[band - state->plan.band],
			  band);
	if (view->selected.has_va &&
	    (!view->selected.pid || view->selected.pid == view->now->pid))
		outline(state, canvas, view->selected.va, view->palette->accent,
			canvas_unit(canvas, 2));
	if (state->hovers)
		outline(state, canvas, state->hover, view->palette->hover,
			canvas_unit(canvas, 1));
	draw_scrollbar(state, view, canvas,
		       (struct box){in.x + in.w - canvas_unit(canvas, 4), in.y,
				    canvas_unit(canvas, 4), in.h});
	canvas_pop_clip(canvas);
}

/* ---- the hand ------------------------------------------------------------------------- */

/* The mapping under the pointer, its label included; NULL: none. */
static const struct kernel_vma *vma_at(const struct state *state,
				       const struct view *view, int y)
{
	uint32_t nr;
	const struct kernel_vma *vma = snapshot_vmas(view->now, &nr);
	const struct space_band *band =
		space_band_at(&state->plan, y - state->grids.y + state->scroll);
	uint32_t n = band ? (uint32_t)(band - state->plan.band) : nr;

	return n < nr && vma[n].start == band->start ? &vma[n] : NULL;
}

static bool page_at(const struct state *state, int x, int y, uint32_t *va)
{
	return state->plan.nr && box_has(state->grids, x, y) &&
	       space_page_at(&state->plan, x - state->grids.x,
			     y - state->grids.y + state->scroll, va);
}

static void hover(struct state *state, struct view *view, int x, int y)
{
	const struct kernel_vma *vma = vma_at(state, view, y);
	bool did = state->hovers;

	state->hovers = page_at(state, x, y, &state->hover) && vma;
	view->redraw |= state->hovers || did;
	if (state->hovers)
		space_cell_tip(
			view, vma, state->hover,
			1u << space_band_of(&state->plan, state->hover)->shift,
			x, y);
}

/* The page under the pointer stays under it. */
static void zoom(struct state *state, struct view *view, int by, int x, int y)
{
	int to = state->zoom + by;

	if (to < 0 || to > SPACE_MAX_ZOOM || !state->plan.height)
		return;
	state->zoom = to;
	state->held = false;
	state->anchored = page_at(state, x, y, &state->anchor);
	state->anchor_y = y - state->grids.y;
	view->redraw = true;
}

static void scroll(struct state *state, struct view *view, int by)
{
	state->scroll += by;
	fit_scroll(state);
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
	const int page = state->grids.h * 9 / 10;

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
		state->zoom = state->scroll = 0;
		view->redraw = true;
		return true;
	case SDLK_PAGEDOWN:
		scroll(state, view, page);
		return true;
	case SDLK_PAGEUP:
		scroll(state, view, -page);
		return true;
	case SDLK_DOWN:
		scroll(state, view, page / 9);
		return true;
	case SDLK_UP:
		scroll(state, view, -page / 9);
		return true;
	case SDLK_c:
		state->mode = (state->mode + 1) % NR_SPACE_MODES;
		view_say(view, "address space, coloured by %s",
			 space_mode_name(state->mode));
		return true;
	case SDLK_u:
		run_until_fault(state, view, event->y);
		return true;
	default:
		return false;
	}
}

static void press(struct state *state, struct view *view,
		  const struct panel_event *event)
{
	uint64_t va;
	const struct space_band *band;

	if (box_has(state->map, event->x, event->y)) {
		va = ((uint64_t)(event->x - state->map.x) << 32) /
		     (uint64_t)state->map.w;
		for (band = state->plan.band;
		     band < state->plan.band + state->plan.nr &&
		     band->end <= va;
		     band++)
			;
		state->scroll = band < state->plan.band + state->plan.nr
					? band->y
					: state->plan.height;
		scroll(state, view, 0);
		return;
	}
	state->held = event->button == 1;
	state->dragged = false;
	state->held_y = event->y;
	state->held_scroll = state->scroll;
}

static void drag(struct state *state, struct view *view,
		 const struct panel_event *event)
{
	int by = state->held_y - event->y;

	if (!state->held || (!state->dragged && by > -4 && by < 4))
		return;
	state->dragged = true;
	state->scroll = state->held_scroll + by;
	scroll(state, view, 0);
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
			scroll(state, view,
			       (int)(-event->wheel * (float)state->grids.h /
				     8));
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

	space_plan_free(&state->plan);
	part_put(state->vmas);
}

const struct panel_kind panel_space = {
	.name = "space",
	.title = "Address space",
	.help = "click\tselect a page\n"
		"wheel, + -\tzoom around the pointer; 0: all\n"
		"drag, shift+wheel, arrows, PgUp PgDn\tscroll\n"
		"c\tcolour by kind, access, sharing, size of entry\n"
		"u\trun until a fault in the mapping under the pointer\n",
	.sections = 1u << SECTION_VMAS | 1u << SECTION_PAGES |
		    1u << SECTION_PROCESSES,
	.state_bytes = sizeof(struct state),
	.draw = draw,
	.event = handle,
	.free = give_back,
};
