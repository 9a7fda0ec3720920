/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Swap: each area's slots in their order, a cell for each, or for several
 * where they are too many for its place; such a cell has the mean of their
 * colours. Kinds have a sign, too, as soon as cells are large enough for it.
 */
#include "emu/viewer/panel.h"

#include <SDL_keycode.h>
#include <stdio.h>

#include "emu/viewer/gauge.h"
#include "emu/viewer/scroll.h"
#include "emu/viewer/swap_model.h"
#include "emu/viewer/view.h"

#define MAX_AREAS 8
#define NR_KINDS  (KERNEL_SLOT_BAD + 1)

struct area_map {
	uint32_t number; /* in the snapshot */
	struct swap_map map;
	struct scroll scroll;
};

struct swap_panel {
	int zoom;
	uint32_t nr_areas;
	struct area_map area[MAX_AREAS]; /* as last drawn */
};

static const struct {
	const char *name, *meaning;
	char sign;
} kinds[NR_KINDS] = {
	[KERNEL_SLOT_FREE] = {"free", "free", ' '},
	[KERNEL_SLOT_USED] = {"used", "in use by one page-table entry or file",
			      'u'},
	[KERNEL_SLOT_SHARED] = {"shared", "in use by several processes", 's'},
	[KERNEL_SLOT_CACHED] = {"cached", "its page is in the swap cache, too",
				'c'},
	[KERNEL_SLOT_BAD] = {"bad", "the area's header, or not usable", 'x'},
};

static colour_t kind_colour(const struct palette *palette, unsigned int kind)
{
	switch (kind) {
	case KERNEL_SLOT_FREE:
		return palette->free;
	case KERNEL_SLOT_USED:
		return palette->kind[0];
	case KERNEL_SLOT_SHARED:
		return palette->kind[4];
	case KERNEL_SLOT_CACHED:
		return palette->kind[9];
	default:
		return palette->bad;
	}
}

/* ---- the map ------------------------------------------------------------------------ */

/* The mean of what @nr slots from @first on are. */
static colour_t mean_colour(const struct view *view,
			    const struct snapshot_swap *area, uint32_t first,
			    uint32_t nr)
{
	uint32_t count[NR_KINDS], sum = 0, rgb[3] = {0};

	swap_count(view->now, area, first, nr, count);
	for (unsigned int kind = 0; kind < NR_KINDS; kind++) {
		const colour_t colour = kind_colour(view->palette, kind);

		for (int i = 0; i < 3; i++)
			rgb[i] += count[kind] * (colour >> 8 * i & 255);
		sum += count[kind];
	}
	if (!sum)
		return view->palette->nothing;
	return rgb[0] / sum | rgb[1] / sum << 8 | rgb[2] / sum << 16;
}

static colour_t cell_colour(const struct view *view,
			    const struct snapshot_swap *area,
			    const struct swap_map *map, uint32_t slot)
{
	unsigned int kind;

	if (map->slots > 1)
		return mean_colour(view, area, slot, map->slots);
	kind = swap_slot(view->now, area, slot);
	return kind < NR_KINDS ? kind_colour(view->palette, kind)
			       : view->palette->nothing;
}

/* One row of cells, pixel by pixel: there may be very many. */
static void draw_cells(struct canvas *canvas, const struct view *view,
		       const struct snapshot_swap *area,
		       const struct area_map *at, uint32_t first, int top)
{
	const struct swap_map *map = &at->map;
	const struct box clip = canvas_clip(canvas);
	const int gap = map->cell >= 5 ? 1 : 0;
	int x = map->box.x;

	for (int i = 0; i < map->columns; i++, x += map->cell) {
		const uint32_t slot = first + (uint32_t)i * map->slots;
		colour_t colour;

		if (slot >= map->nr_slots)
			return;
		colour = cell_colour(view, area, map, slot);
		for (int y = top; y < top + map->cell - gap; y++) {
			uint32_t *row = canvas_row(canvas, y);

			if (y < clip.y || y >= clip.y + clip.h)
				continue;
			for (int at_x = x; at_x < x + map->cell - gap; at_x++)
				if (at_x >= clip.x && at_x < clip.x + clip.w)
					row[at_x] = colour;
		}
	}
}

/* What it is without its colour. */
static void draw_sign(struct canvas *canvas, const struct palette *palette,
		      struct box cell, unsigned int kind)
{
	const colour_t ink = ink_on(kind_colour(palette, kind));
	const int third = cell.w / 3;
	const char text[2] = {kinds[kind].sign, '\0'};

	if (kind == KERNEL_SLOT_FREE || kind >= NR_KINDS)
		return;
	if (cell.h >= canvas_line_height(canvas, FONT_SMALL)) {
		const int width = canvas_text_width(canvas, FONT_SMALL, text);

		canvas_text(canvas, cell.x + (cell.w - width) / 2,
			    cell.y + (cell.h -
				      canvas_line_height(canvas, FONT_SMALL)) /
					     2,
			    FONT_SMALL, ink, text);
	} else if (kind == KERNEL_SLOT_SHARED) {
		canvas_fill(canvas,
			    (struct box){cell.x + third, cell.y + third,
					 cell.w - 2 * third - 1,
					 cell.h - 2 * third - 1},
			    ink);
	} else if (kind == KERNEL_SLOT_CACHED) {
		canvas_fill(canvas,
			    (struct box){cell.x, cell.y + cell.h - third - 1,
					 cell.w - 1, third},
			    ink);
	} else if (kind == KERNEL_SLOT_BAD) {
		canvas_line(canvas, cell.x, cell.y, cell.x + cell.w - 2,
			    cell.y + cell.h - 2, ink);
		canvas_line(canvas, cell.x + cell.w - 2, cell.y, cell.x,
			    cell.y + cell.h - 2, ink);
	}
}

/* The same area as it was when marks began to count; NULL: unknown. */
static const struct snapshot_swap *area_before(const struct view *view,
					       const struct snapshot_swap *area)
{
	uint32_t nr = 0;
	const struct snapshot_swap *before =
		view->before ? snapshot_swaps(view->before, &nr) : NULL;

	for (uint32_t i = 0; i < nr; i++)
		if (before[i].area == area->area &&
		    before[i].slots == area->slots)
			return &before[i];
	return NULL;
}

/* Signs, and what has changed. */
static void draw_marks(struct canvas *canvas, const struct view *view,
		       const struct snapshot_swap *area,
		       const struct area_map *at, uint32_t first, uint32_t end)
{
	const struct swap_map *map = &at->map;
	const struct snapshot_swap *before = area_before(view, area);

	if (map->slots > 1 || map->cell < 4)
		return;
	if (end > map->nr_slots)
		end = map->nr_slots;
	for (uint32_t slot = first; slot < end; slot++) {
		const unsigned int kind = swap_slot(view->now, area, slot);
		const struct box cell = swap_map_cell(map, slot, at->scroll.at);

		if (map->cell >= 7)
			draw_sign(canvas, view->palette, cell, kind);
		if (before && swap_slot(view->before, before, slot) != kind)
			canvas_fill(canvas,
				    (struct box){cell.x, cell.y,
						 (cell.w + 1) / 3,
						 (cell.h + 1) / 3},
				    view->palette->fresh);
	}
}

static void mark_selected(struct canvas *canvas, const struct view *view,
			  const struct snapshot_swap *area,
			  const struct area_map *at)
{
	uint32_t nr;
	const struct snapshot_link *link = snapshot_link(view->now, &nr);
	struct box cell;
	const int out = canvas_unit(canvas, 2);

	if (!nr || !link->swapped || link->area != area->area ||
	    !view->selected.has_va)
		return;
	cell = swap_map_cell(&at->map, link->slot, at->scroll.at);
	cell = (struct box){cell.x - out, cell.y - out, cell.w + 2 * out,
			    cell.h + 2 * out};
	canvas_frame(canvas, cell, view->palette->accent, out);
}

static void draw_map(struct canvas *canvas, const struct view *view,
		     const struct snapshot_swap *area, struct area_map *at)
{
	const struct swap_map *map = &at->map;
	uint32_t row_slots;
	int first, last;

	if (!map->columns)
		return;
	row_slots = (uint32_t)map->columns * map->slots;
	first = at->scroll.at / map->cell;
	last = (at->scroll.at + map->box.h) / map->cell;
	if (last >= map->rows)
		last = map->rows - 1;
	canvas_push_clip(canvas, map->box);
	for (int row = first; row <= last; row++)
		draw_cells(canvas, view, area, at, (uint32_t)row * row_slots,
			   map->box.y + row * map->cell - at->scroll.at);
	draw_marks(canvas, view, area, at, (uint32_t)first * row_slots,
		   (uint32_t)(last + 1) * row_slots);
	mark_selected(canvas, view, area, at);
	scroll_draw(canvas, view->palette, map->box, &at->scroll);
	canvas_pop_clip(canvas);
}

/* ---- what stands above ------------------------------------------------------------- */

/* Each kind, how many there are of it: as many as there is room for. */
static void draw_legend(struct canvas *canvas, const struct view *view,
			const struct snapshot_swap *area, int x, int y,
			int right)
{
	uint32_t count[NR_KINDS];

	swap_count(view->now, area, 0, area->slots, count);
	for (unsigned int kind = 1; kind <= NR_KINDS; kind++) {
		const unsigned int shown = kind % NR_KINDS; /* free: last */
		char text[64], n[32];
		const int chip = canvas_unit(canvas, 13);
		int width;

		snprintf(text, sizeof(text), "%s %s", kinds[shown].name,
			 text_count(count[shown], n));
		width = canvas_text_width(canvas, FONT_SMALL, text);
		if (x + chip + width > right)
			return;
		x = chip_draw(canvas, x, y, kind_colour(view->palette, shown));
		x = canvas_text(canvas, x, y, FONT_SMALL, view->palette->dim,
				text) +
		    canvas_unit(canvas, 12);
	}
}

static void draw_title(struct canvas *canvas, const struct view *view,
		       const struct snapshot_swap *area,
		       const struct swap_map *map, struct box box)
{
	const struct snapshot_swap *before = area_before(view, area);
	char used[32], all[32], text[320], more[64] = "", each[64] = "";

	text_pages(area->used, used);
	text_pages(area->slots ? area->slots - 1 : 0, all);
	if (before && before->used != area->used)
		snprintf(more, sizeof(more), " (%+d slots)",
			 (int)(area->used - before->used));
	if (map->slots > 1)
		snprintf(each, sizeof(each), ", a cell is %u slots",
			 map->slots);
	if (area->nr_pieces * (uint64_t)SNAPSHOT_PIECE_SLOTS < area->slots)
		snprintf(each, sizeof(each), ", the first %u slots",
			 area->nr_pieces * SNAPSHOT_PIECE_SLOTS);
	snprintf(text, sizeof(text), "%s of %s used%s, priority %d%s", used,
		 all, more, area->priority, each);
	box.x = canvas_text_cut(canvas, box.x, box.y, box.w, FONT_BOLD,
				view->palette->text, area->name) +
		canvas_unit(canvas, 10);
	canvas_text_cut(canvas, box.x, box.y, box.w - canvas_unit(canvas, 60),
			FONT_TEXT, view->palette->dim, text);
}

/* How much of it is used, in a thin bar. */
static void draw_used(struct canvas *canvas, const struct palette *palette,
		      const struct snapshot_swap *area, struct box box)
{
	canvas_fill(canvas, box, palette->free);
	if (area->slots)
		box.w = (int)((uint64_t)box.w * area->used / area->slots);
	canvas_fill(canvas, box, kind_colour(palette, KERNEL_SLOT_USED));
}

static void draw_area(struct swap_panel *panel, struct canvas *canvas,
		      const struct view *view, const struct snapshot_swap *area,
		      struct area_map *at, struct box box)
{
	const int line = canvas_line_height(canvas, FONT_BOLD);
	const int small = canvas_line_height(canvas, FONT_SMALL);
	const int unit = canvas_unit(canvas, 1);
	struct box map = box_inside(box, 6 * unit);
	const uint64_t known = area->nr_pieces * (uint64_t)SNAPSHOT_PIECE_SLOTS;
	const struct box title = map;

	map.y += line + small + 11 * unit;
	map.h = box.y + box.h - 6 * unit - map.y;
	if (map.h < 0)
		map.h = 0;
	swap_map_plan(&at->map, map,
		      known < area->slots ? (uint32_t)known : area->slots,
		      panel->zoom);
	scroll_fit(&at->scroll, swap_map_height(&at->map), map.h, line);
	draw_title(canvas, view, area, &at->map, title);
	draw_used(canvas, view->palette, area,
		  (struct box){title.x, title.y + line + unit, title.w,
			       4 * unit});
	draw_legend(canvas, view, area, title.x, title.y + line + 7 * unit,
		    title.x + title.w);
	draw_map(canvas, view, area, at);
}

static void draw_nothing(struct canvas *canvas, const struct palette *palette,
			 struct box box)
{
	const int pad = canvas_unit(canvas, 8);

	canvas_text_cut(canvas, box.x + pad, box.y + pad, box.w - 2 * pad,
			FONT_TEXT, palette->dim, "no swap area is in use");
	canvas_text_cut(canvas, box.x + pad,
			box.y + pad + canvas_line_height(canvas, FONT_TEXT),
			box.w - 2 * pad, FONT_SMALL, palette->faint,
			"--set swap.size=64M gives a board one; swapon "
			"takes others");
}

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct swap_panel *panel = state;
	uint32_t nr;
	const struct snapshot_swap *area = snapshot_swaps(view->now, &nr);

	if (nr > MAX_AREAS)
		nr = MAX_AREAS;
	panel->nr_areas = nr;
	if (!nr)
		draw_nothing(canvas, view->palette, box);
	for (uint32_t i = 0; i < nr; i++) {
		const int top = box.h * (int)i / (int)nr;
		const int bottom = box.h * (int)(i + 1) / (int)nr;

		panel->area[i].number = i;
		draw_area(panel, canvas, view, &area[i], &panel->area[i],
			  (struct box){box.x, box.y + top, box.w,
				       bottom - top});
	}
}

/* ---- the hand ---------------------------------------------------------------------------- */

static void tell(struct swap_panel *panel, struct view *view,
		 const struct panel_event *event)
{
	uint32_t nr, count[NR_KINDS];
	const struct snapshot_swap *area = snapshot_swaps(view->now, &nr);
	const int x = event->x, y = event->y;

	for (uint32_t i = 0; i < panel->nr_areas && i < nr; i++) {
		const struct area_map *at = &panel->area[i];
		const uint32_t slot = swap_map_at(&at->map, x, y,
						  at->scroll.at);

		if (slot == UINT32_MAX)
			continue;
		if (at->map.slots == 1) {
			const unsigned int kind = swap_slot(view->now, &area[i],
							    slot);

			view_tip(view, x, y, "%s, slot %u", area[i].name, slot);
			if (kind < NR_KINDS)
				view_tip(view, x, y, "%s", kinds[kind].meaning);
			return;
		}
		view_tip(view, x, y, "%s, slots %u to %u", area[i].name, slot,
			 slot + at->map.slots - 1);
		swap_count(view->now, &area[i], slot, at->map.slots, count);
		for (unsigned int kind = 0; kind < NR_KINDS; kind++)
			if (count[kind])
				view_tip(view, x, y, "%u %s", count[kind],
					 kinds[kind].name);
		return;
	}
}

static bool zoom(struct swap_panel *panel, struct view *view, int steps)
{
	panel->zoom += steps;
	if (panel->zoom < 0)
		panel->zoom = 0;
	if (panel->zoom > 16)
		panel->zoom = 16;
	view->redraw = true;
	return true;
}

/* The area under the pointer, or the one that there is. */
static bool scroll(struct swap_panel *panel, struct view *view,
		   const struct panel_event *event)
{
	bool taken = false;

	for (uint32_t i = 0; i < panel->nr_areas; i++)
		if (panel->nr_areas == 1 ||
		    box_has(panel->area[i].map.box, event->x, event->y))
			taken |= scroll_event(&panel->area[i].scroll, view,
					      event);
	return taken;
}

static bool event(void *state, struct view *view,
		  const struct panel_event *event)
{
	struct swap_panel *panel = state;

	if (!view->now)
		return false;
	switch (event->kind) {
	case PANEL_HOVER:
		tell(panel, view, event);
		return true;
	case PANEL_WHEEL:
		if (!event->shift)
			return zoom(panel, view, event->wheel > 0 ? 1 : -1);
		return scroll(panel, view, event);
	case PANEL_KEY:
		if (event->key == SDLK_PLUS || event->key == SDLK_EQUALS)
			return zoom(panel, view, 1);
		if (event->key == SDLK_MINUS)
			return zoom(panel, view, -1);
		return scroll(panel, view, event);
	default:
		return false;
	}
}

const struct panel_kind panel_swap = {
	.name = "swap",
	.title = "Swap: slots of each area",
	.help = "wheel, + and -\tzoom\n"
		"shift+" SCROLL_HELP,
	.sections = 1u << SECTION_SWAPS | 1u << SECTION_SLOTS |
		    1u << SECTION_LINK,
	.state_bytes = sizeof(struct swap_panel),
	.draw = draw,
	.event = event,
};
