/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Physical memory, a cell for each frame: where they are is memory_plan.c's
 * business, what colour they have memory_modes.c's, what changed since the
 * last picture memory_cells.c's, and pixels memory_paint.c's.
 */
#include "emu/viewer/panel.h"

#include <SDL.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/viewer/frame_words.h"
#include "emu/viewer/memory_legend.h"
#include "emu/viewer/memory_paint.h"
#include "emu/viewer/view.h"

#define CELL_WITH_TEXT 64 /* units: wide enough to read what is in it */
#define WIDEST_CELL    160

struct memory {
	struct memory_plan plan;
	struct memory_cells cells;
	struct memory_legend legend;
	enum memory_mode mode;
	double unit; /* pixels of one, as last drawn */
	bool pointed; /* the pointer is on a frame */
	struct plan_place at;
	int x, y; /* of the pointer */
	int pressed_x, pressed_y;
	bool pressed, dragged;
};

static uint64_t first_pfn(const struct view *view)
{
	return view->now->first_paddr >> 12;
}

static uint64_t pfn_of(const struct view *view, struct plan_place place)
{
	return first_pfn(view) + (uint64_t)place.block * KERNEL_BLOCK_FRAMES +
	       place.index;
}

/* False: it isn't in the snapshot. */
static bool place_of(const struct view *view, uint64_t pfn,
		     struct plan_place *place)
{
	if (!view_frame(view->now, pfn))
		return false;
	pfn -= first_pfn(view);
	*place = (struct plan_place){(uint32_t)(pfn / KERNEL_BLOCK_FRAMES),
				     pfn % KERNEL_BLOCK_FRAMES};
	return true;
}

/* ---- around the cells ---------------------------------------------------------------- */

static uint32_t free_of_zone(const struct kernel_zone_info *zone)
{
	uint32_t nr = 0;

	for (int type = 0; type < KERNEL_NR_MIGRATETYPES; type++)
		for (int order = 0; order < KERNEL_NR_ORDERS; order++)
			nr += zone->free_blocks[type][order] << order;
	return nr;
}

/* How much is free, between nothing and three times the high watermark. */
static void draw_watermarks(const struct view *view, struct canvas *canvas,
			    struct box box, const struct kernel_zone_info *zone)
{
	const struct palette *palette = view->palette;
	const uint32_t mark[3] = {zone->min, zone->low, zone->high};
	uint64_t most = 3 * (uint64_t)zone->high + 1;
	uint64_t nr_free = free_of_zone(zone);
	struct box part = box;

	canvas_fill(canvas, box, palette->raised);
	part.w = (int)((uint64_t)box.w * (nr_free < most ? nr_free : most) /
		       most);
	canvas_fill(canvas, part,
		    nr_free < zone->min   ? palette->bad
		    : nr_free < zone->low ? palette->warn
					  : palette->good);
	for (int i = 0; i < 3; i++) {
		part.x = box.x + (int)((uint64_t)box.w * mark[i] / most);
		part.w = canvas_unit(canvas, 1);
		canvas_fill(canvas, part, palette->text);
	}
}

static void draw_head(const struct view *view, struct canvas *canvas,
		      const struct plan_zone *at, struct box box)
{
	uint64_t pfn = first_pfn(view) +
		       (uint64_t)at->first_block * KERNEL_BLOCK_FRAMES;
	const struct kernel_zone_info *zone = frame_zone(view->now, pfn,
							 at->node);
	int y = box.y + canvas_unit(canvas, 3), bar = canvas_unit(canvas, 90);
	char size[24], nr_free[24], text[160];
	int x;

	text_bytes((uint64_t)at->nr_blocks * KERNEL_BLOCK_FRAMES * 4096, size,
		   sizeof(size));
	snprintf(text, sizeof(text), "node %u  zone %s", at->node,
		 zone ? zone->name : "?");
	x = canvas_text_cut(canvas, box.x, y, box.w, FONT_BOLD,
			    view->palette->text, text);
	if (zone)
		text_bytes((uint64_t)free_of_zone(zone) * 4096, nr_free,
			   sizeof(nr_free));
	snprintf(text, sizeof(text), "from 0x%08" PRIx64 ", %s%s%s", pfn << 12,
		 size, zone ? ", free " : "", zone ? nr_free : "");
	x += canvas_unit(canvas, 10);
	x = canvas_text_cut(canvas, x, y, box.x + box.w - x, FONT_SMALL,
			    view->palette->dim, text) +
	    canvas_unit(canvas, 10);
	if (zone && zone->high && x + bar < box.x + box.w)
		draw_watermarks(view, canvas,
				(struct box){x, y + canvas_unit(canvas, 3), bar,
					     canvas_unit(canvas, 8)},
				zone);
}

/* The addresses at which rows of tiles begin, left of them. */
static void draw_addresses(const struct memory *m, const struct view *view,
			   struct canvas *canvas, struct box gutter)
{
	int height = canvas_line_height(canvas, FONT_SMALL);
	int last = gutter.y - height;

	canvas_push_clip(canvas, gutter);
	for (unsigned int z = 0; z < m->plan.nr_zones; z++) {
		const struct plan_zone *zone = &m->plan.zone[z];

		for (uint32_t n = 0; n < zone->nr_blocks;
		     n += m->plan.columns) {
			uint32_t block = zone->first_block + n;
			int y = plan_tile(&m->plan, block).y;
			char text[16];

			if (y < last + height)
				continue;
			last = y;
			snprintf(text, sizeof(text), "%08" PRIx64,
				 (first_pfn(view) +
				  (uint64_t)block * KERNEL_BLOCK_FRAMES)
					 << 12);
			canvas_text(canvas, gutter.x, y, FONT_SMALL,
				    view->palette->faint, text);
		}
	}
	canvas_pop_clip(canvas);
}

static void draw_heads(const struct memory *m, const struct view *view,
		       struct canvas *canvas)
{
	for (unsigned int z = 0; z < m->plan.nr_zones; z++) {
		struct box head = plan_head(&m->plan, z);

		if (head.y + head.h <= m->plan.box.y ||
		    head.y >= m->plan.box.y + m->plan.box.h)
			continue;
		canvas_fill(canvas, head, view->palette->panel);
		draw_head(view, canvas, &m->plan.zone[z], head);
	}
}

/* Where in the whole that is which is seen, along the edges. */
static void draw_scrollbars(const struct memory *m, const struct view *view,
			    struct canvas *canvas)
{
	const struct memory_plan *plan = &m->plan;
	double width = plan->fit_width * plan->zoom * plan->columns;
	double height = plan->fit_height * plan->zoom * plan->nr_rows +
			(double)plan->head * plan->nr_zones;
	int thick = canvas_unit(canvas, 4);
	struct box box = plan->box, bar = box;

	if (plan->zoom <= 1)
		return;
	bar.y = box.y + box.h - thick;
	bar.h = thick;
	bar.x = box.x + (int)(plan->left * box.w / width);
	bar.w = (int)(box.w * fmin(1, box.w / width)) + thick;
	canvas_blend(canvas, bar, view->palette->text, 150);
	bar = box;
	bar.x = box.x + box.w - thick;
	bar.w = thick;
	bar.y = box.y + (int)(plan->top * box.h / height);
	bar.h = (int)(box.h * fmin(1, box.h / height)) + thick;
	canvas_blend(canvas, bar, view->palette->text, 150);
}

/* ---- what is pointed at and selected --------------------------------------------- */

/* Each entry that maps it, as far as there is room. */
static void say_mappers(struct memory *m, struct view *view, uint64_t pfn)
{
	struct frame_mapper mapper[8];
	unsigned int nr = frame_mappers(view->now, pfn, mapper, 8);

	for (unsigned int i = 0; i < nr && i < 8; i++)
		view_tip(view, m->x, m->y, "  %s %d at 0x%08x  %s",
			 mapper[i].comm, mapper[i].pid, mapper[i].va,
			 mapper[i].vma);
	if (nr > 8)
		view_tip(view, m->x, m->y, "  and %u more", nr - 8);
}

static void say_what_is_there(struct memory *m, struct view *view)
{
	uint64_t pfn = pfn_of(view, m->at);
	struct frame_words words;
	uint64_t changed;
	char ago[40];

	frame_words(view, pfn, &words);
	view_no_tip(view);
	for (unsigned int i = 0; i < words.nr_lines; i++)
		view_tip(view, m->x, m->y, "%s", words.line[i]);
	say_mappers(m, view, pfn);
	if (m->at.block >= m->cells.nr_blocks)
		return;
	changed = m->cells.block[m->at.block].changed[m->at.index];
	if (!changed || changed > view->now->cycle)
		return;
	text_time(view->now->cycle - changed, view->now->clock_hz, ago,
		  sizeof(ago));
	view_tip(view, m->x, m->y, "seen to change %s ago", ago);
}

static void draw_rings(struct memory *m, struct view *view,
		       const struct memory_painter *painter)
{
	const struct kernel_frame *frame;
	struct plan_place place;

	if (m->pointed) {
		frame = view_frame(view->now, pfn_of(view, m->at));
		if (frame)
			paint_ring(painter, m->at, frame->order,
				   view->palette->hover);
	}
	if (place_of(view, view->selected.pfn, &place))
		paint_ring(painter, place, 0, view->palette->accent);
}

/* ---- drawing -------------------------------------------------------------------------- */

static struct box cut_gutter(struct canvas *canvas, struct box *box)
{
	int pad = canvas_unit(canvas, 5);
	struct box gutter = {box->x + pad, box->y, 0, box->h};

	box->x += pad;
	box->w -= box->w > 2 * pad ? 2 * pad : box->w;
	if (box->w > canvas_unit(canvas, 420)) {
		gutter.w = canvas_text_width(canvas, FONT_SMALL, "00000000") +
			   pad;
		box->x += gutter.w;
		box->w -= gutter.w;
	}
	return gutter;
}

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct memory *m = state;
	struct class_look look[NR_CLASSES];
	struct memory_painter painter = {canvas, view, &m->plan, &m->cells,
					 look};
	struct box gutter;

	if (!cells_update(&m->cells, view, m->mode))
		return;
	mode_looks(view, m->mode, &m->cells.owners, look);
	box = legend_draw_modes(&m->legend, view, canvas, box, m->mode);
	box = legend_draw(view, canvas, box, &m->cells, look);
	gutter = cut_gutter(canvas, &box);
	m->unit = canvas_unit(canvas, 100) / 100.0;
	m->plan.most_width = m->unit * WIDEST_CELL * PLAN_SIDE;
	if (!plan_update(&m->plan, view->now, box,
			 canvas_line_height(canvas, FONT_BOLD) +
				 canvas_unit(canvas, 6))) {
		canvas_text_cut(canvas, box.x, box.y, box.w, FONT_TEXT,
				view->palette->dim,
				"The kernel has no memory map yet.");
		return;
	}
	if (gutter.w)
		draw_addresses(m, view, canvas, gutter);
	canvas_push_clip(canvas, m->plan.box);
	paint_tiles(&painter);
	draw_heads(m, view, canvas);
	draw_rings(m, view, &painter);
	draw_scrollbars(m, view, canvas);
	canvas_pop_clip(canvas);
	if (m->pointed) /* something else may be there now */
		m->pointed = plan_hit(&m->plan, m->x, m->y, &m->at);
	if (m->pointed)
		say_what_is_there(m, view);
}

/* ---- the hand -------------------------------------------------------------------------- */

static void choose_mode(struct memory *m, struct view *view, int mode)
{
	m->mode =
		(enum memory_mode)((mode + NR_MEMORY_MODES) % NR_MEMORY_MODES);
	view_say(view, "Memory by %s: %s", mode_name(m->mode),
		 mode_sentence(m->mode));
}

static void point(struct memory *m, struct view *view,
		  const struct panel_event *event)
{
	enum memory_mode chip = legend_mode_at(&m->legend, event->x, event->y);

	m->x = event->x;
	m->y = event->y;
	m->pointed = plan_hit(&m->plan, event->x, event->y, &m->at);
	view_point_at(view,
		      m->pointed ? pfn_of(view, m->at) : SNAPSHOT_NO_FRAME);
	if (m->pointed)
		say_what_is_there(m, view);
	if (chip != NR_MEMORY_MODES)
		view_tip(view, event->x, event->y, "%s", mode_sentence(chip));
	view->redraw = true;
}

static void press(struct memory *m, struct view *view,
		  const struct panel_event *event)
{
	enum memory_mode chip = legend_mode_at(&m->legend, event->x, event->y);
	struct plan_place place;

	if (chip != NR_MEMORY_MODES) {
		choose_mode(m, view, (int)chip + (chip == m->mode));
		return;
	}
	m->pressed = plan_hit(&m->plan, event->x, event->y, &place);
	m->dragged = false;
	m->pressed_x = event->x;
	m->pressed_y = event->y;
	if (!m->pressed || event->button != 1)
		return;
	view_select_frame(view, pfn_of(view, place));
	if (event->clicks == 2)
		plan_show(&m->plan, place, CELL_WITH_TEXT * m->unit);
}

static void drag(struct memory *m, struct view *view,
		 const struct panel_event *event)
{
	int dx = event->x - m->pressed_x, dy = event->y - m->pressed_y;

	if (!m->pressed || (!m->dragged && abs(dx) + abs(dy) < 4 * m->unit))
		return;
	m->dragged = true;
	m->pressed_x = event->x;
	m->pressed_y = event->y;
	plan_pan(&m->plan, dx, dy);
	view->redraw = true;
}

static bool pan_key(struct memory *m, int key)
{
	int step = (int)(80 * m->unit);

	switch (key) {
	case SDLK_LEFT:
		plan_pan(&m->plan, step, 0);
		return true;
	case SDLK_RIGHT:
		plan_pan(&m->plan, -step, 0);
		return true;
	case SDLK_UP:
		plan_pan(&m->plan, 0, step);
		return true;
	case SDLK_DOWN:
		plan_pan(&m->plan, 0, -step);
		return true;
	default:
		return false;
	}
}

static bool key(struct memory *m, struct view *view,
		const struct panel_event *event)
{
	struct plan_place place;

	if (event->ctrl && pan_key(m, event->key))
		return true;
	switch (event->key) {
	case SDLK_PLUS:
	case SDLK_EQUALS:
	case SDLK_KP_PLUS:
		plan_zoom(&m->plan, event->x, event->y, 1.5);
		return true;
	case SDLK_MINUS:
	case SDLK_KP_MINUS:
		plan_zoom(&m->plan, event->x, event->y, 1 / 1.5);
		return true;
	case SDLK_0:
		plan_fit(&m->plan);
		return true;
	case SDLK_c:
		choose_mode(m, view, (int)m->mode + (event->shift ? -1 : 1));
		return true;
	case SDLK_z:
		m->plan.by_rows = !m->plan.by_rows;
		view_say(view, m->plan.by_rows
				       ? "Frames of a pageblock: row by row"
				       : "Frames of a pageblock: along the Z "
					 "curve, blocks are rectangles");
		return true;
	case SDLK_g:
		if (place_of(view, view->selected.pfn, &place))
			plan_show(&m->plan, place, CELL_WITH_TEXT * m->unit);
		return true;
	default:
		return false;
	}
}

static bool event(void *state, struct view *view,
		  const struct panel_event *event)
{
	struct memory *m = state;

	if (!view->now)
		return false;
	switch (event->kind) {
	case PANEL_HOVER:
		point(m, view, event);
		return true;
	case PANEL_LEAVE:
		m->pointed = false;
		view_point_at(view, SNAPSHOT_NO_FRAME);
		view->redraw = true;
		return true;
	case PANEL_PRESS:
		press(m, view, event);
		return true;
	case PANEL_DRAG:
		drag(m, view, event);
		return true;
	case PANEL_RELEASE:
		m->pressed = false;
		return true;
	case PANEL_WHEEL:
		plan_zoom(&m->plan, m->x, m->y,
			  pow(1.25, (double)event->wheel));
		view->redraw = true;
		return true;
	case PANEL_KEY:
		view->redraw = true;
		return key(m, view, event);
	}
	return false;
}

static void release(void *state)
{
	struct memory *m = state;

	cells_free(&m->cells);
}

const struct panel_kind panel_memory = {
	.name = "memory",
	.title = "Physical memory",
	.help = "wheel, + -\tzoom, around the pointer\n"
		"drag, Ctrl+arrows\tmove\n"
		"0\tall of it\n"
		"click\tselect a frame, in all panels\n"
		"double click, g\tgo to the selected frame, large\n"
		"c, Shift+c\tnext, last colouring\n"
		"z\tframes of a pageblock along the Z curve, or row by row\n",
	.sections = 1u << SECTION_PROCESSES | 1u << SECTION_ZONES |
		    1u << SECTION_CACHES | 1u << SECTION_FRAME_FACTS,
	.state_bytes = sizeof(struct memory),
	.draw = draw,
	.event = event,
	.free = release,
};
