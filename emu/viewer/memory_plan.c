/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where each frame is: see memory_plan.h. Tiles grow with the zoom, headlines
 * don't: so pixels, not tiles, are what the view's corner is counted in.
 */
#include "emu/viewer/memory_plan.h"

#include <math.h>
#include <string.h>

#include "emu/snapshot/snapshot.h"

#define WIDEST 2.0 /* a tile, in heights */

_Static_assert(PLAN_SIDE *PLAN_SIDE == KERNEL_BLOCK_FRAMES,
	       "a tile has a cell for each frame of a pageblock");

/* ---- within a tile -------------------------------------------------------------- */

/* Bits 0, 2, 4, 6, 8 of @n, side by side. */
static unsigned int even_bits(unsigned int n)
{
	return (n & 1) | (n >> 1 & 2) | (n >> 2 & 4) | (n >> 3 & 8) |
	       (n >> 4 & 16);
}

static unsigned int spread_bits(unsigned int n)
{
	return (n & 1) | (n & 2) << 1 | (n & 4) << 2 | (n & 8) << 3 |
	       (n & 16) << 4;
}

struct plan_cell plan_cell_of(bool by_rows, unsigned int index)
{
	if (by_rows)
		return (struct plan_cell){index % PLAN_SIDE, index / PLAN_SIDE};
	return (struct plan_cell){even_bits(index), even_bits(index >> 1)};
}

unsigned int plan_index_of(bool by_rows, struct plan_cell cell)
{
	if (by_rows)
		return cell.y * PLAN_SIDE + cell.x;
	return spread_bits(cell.x) | spread_bits(cell.y) << 1;
}

struct plan_cell plan_extent(bool by_rows, unsigned int order)
{
	if (!by_rows)
		return (struct plan_cell){1u << (order + 1) / 2,
					  1u << order / 2};
	return (struct plan_cell){order < 5 ? 1u << order : PLAN_SIDE,
				  order < 5 ? 1 : 1u << (order - 5)};
}

/* ---- the rows of tiles ----------------------------------------------------------- */

/* The first frame of RAM in a block; NULL: none is. Banks are whole MB. */
static const struct kernel_frame *first_ram(const struct snapshot *snapshot,
					    uint32_t block)
{
	const struct kernel_frame *frame = snapshot_frames(snapshot, block);

	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i += 32)
		if (frame[i].flags & KERNEL_FRAME_RAM)
			return &frame[i];
	return NULL;
}

static void add_block(struct memory_plan *plan, uint32_t block,
		      const struct kernel_frame *frame)
{
	struct plan_zone *last = plan->nr_zones
					 ? &plan->zone[plan->nr_zones - 1]
					 : NULL;

	if (last && last->node == frame->node && last->zone == frame->zone &&
	    last->first_block + last->nr_blocks == block) {
		last->nr_blocks++;
		return;
	}
	if (plan->nr_zones == PLAN_MAX_ZONES)
		return;
	plan->zone[plan->nr_zones++] =
		(struct plan_zone){block, 1, 0, frame->node, frame->zone};
}

static void find_zones(struct memory_plan *plan,
		       const struct snapshot *snapshot)
{
	plan->nr_zones = 0;
	plan->nr_blocks = snapshot->nr_blocks;
	for (uint32_t n = 0; n < snapshot->nr_blocks; n++) {
		const struct kernel_frame *frame = first_ram(snapshot, n);

		if (frame)
			add_block(plan, n, frame);
	}
}

static uint32_t rows_with(const struct memory_plan *plan, unsigned int columns)
{
	uint32_t rows = 0;

	for (unsigned int i = 0; i < plan->nr_zones; i++)
		rows += (plan->zone[i].nr_blocks + columns - 1) / columns;
	return rows;
}

/* So many tiles in a row that they become as large as they can. */
static void choose_columns(struct memory_plan *plan)
{
	double height = plan->box.h - (double)plan->nr_zones * plan->head;
	double best = 0;

	for (unsigned int columns = 1; columns <= plan->nr_blocks; columns++) {
		uint32_t rows = rows_with(plan, columns);
		double w = (double)plan->box.w / columns;
		double h = fmax(height, 1) / rows;

		w = fmin(w, h * WIDEST);
		h = fmin(h, w);
		if (w * h <= best)
			continue;
		best = w * h;
		plan->columns = columns;
		plan->nr_rows = rows;
		plan->fit_width = w;
		plan->fit_height = h;
	}
}

static void place_zones(struct memory_plan *plan)
{
	uint32_t row = 0;

	for (unsigned int i = 0; i < plan->nr_zones; i++) {
		plan->zone[i].first_row = row;
		row += (plan->zone[i].nr_blocks + plan->columns - 1) /
		       plan->columns;
	}
}

static bool same_box(struct box a, struct box b)
{
	return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

static double tile_width(const struct memory_plan *plan)
{
	return plan->fit_width * plan->zoom;
}

static double tile_height(const struct memory_plan *plan)
{
	return plan->fit_height * plan->zoom;
}

/* Nothing but the plan is to be seen, where it is larger than the box. */
static void keep_inside(struct memory_plan *plan)
{
	double width = tile_width(plan) * plan->columns;
	double height = tile_height(plan) * plan->nr_rows +
			(double)plan->head * plan->nr_zones;

	plan->left = fmax(0, fmin(plan->left, width - plan->box.w));
	plan->top = fmax(0, fmin(plan->top, height - plan->box.h));
}

bool plan_update(struct memory_plan *plan, const struct snapshot *snapshot,
		 struct box box, int head)
{
	struct memory_plan last = *plan;
	struct plan_place middle = {0};
	bool zoomed = plan->zoom > 1 &&
		      plan_hit(plan, plan->box.x + plan->box.w / 2,
			       plan->box.y + plan->box.h / 2, &middle);

	find_zones(plan, snapshot);
	if (!plan->nr_zones || box.w < 1 || box.h < 1)
		return false;
	plan->box = box;
	plan->head = head;
	if (last.nr_zones == plan->nr_zones && same_box(last.box, box) &&
	    last.head == head && last.nr_blocks == plan->nr_blocks &&
	    last.zone[plan->nr_zones - 1].nr_blocks ==
		    plan->zone[plan->nr_zones - 1].nr_blocks) {
		place_zones(plan);
		return true;
	}
	choose_columns(plan);
	place_zones(plan);
	if (plan->zoom < 1)
		plan->zoom = 1;
	if (zoomed)
		plan_show(plan, middle, 0);
	keep_inside(plan);
	return true;
}

/* ---- where a tile is -------------------------------------------------------------- */

static unsigned int zone_of_block(const struct memory_plan *plan,
				  uint32_t block)
{
	for (unsigned int i = 0; i < plan->nr_zones; i++)
		if (block - plan->zone[i].first_block < plan->zone[i].nr_blocks)
			return i;
	return plan->nr_zones;
}

static int edge(double at)
{
	return (int)floor(at);
}

static double row_top(const struct memory_plan *plan, unsigned int zone,
		      uint32_t row)
{
	return plan->box.y - plan->top + row * tile_height(plan) +
	       (zone + 1.0) * plan->head;
}

struct box plan_head(const struct memory_plan *plan, unsigned int zone)
{
	int top = edge(row_top(plan, zone, plan->zone[zone].first_row));

	return (struct box){plan->box.x, top - plan->head, plan->box.w,
			    plan->head};
}

struct box plan_tile(const struct memory_plan *plan, uint32_t block)
{
	unsigned int zone = zone_of_block(plan, block);
	uint32_t n, row;
	double x, y;

	if (zone == plan->nr_zones)
		return (struct box){0};
	n = block - plan->zone[zone].first_block;
	row = plan->zone[zone].first_row + n / plan->columns;
	x = plan->box.x - plan->left + n % plan->columns * tile_width(plan);
	y = row_top(plan, zone, row);
	return (struct box){edge(x), edge(y),
			    edge(x + tile_width(plan)) - edge(x),
			    edge(y + tile_height(plan)) - edge(y)};
}

struct box plan_cells(const struct memory_plan *plan, struct plan_place place,
		      unsigned int order)
{
	struct box tile = plan_tile(plan, place.block);
	struct plan_cell cell =
		plan_cell_of(plan->by_rows, place.index & ~((1u << order) - 1));
	struct plan_cell size = plan_extent(plan->by_rows, order);
	int left = tile.w * (int)cell.x / PLAN_SIDE;
	int top = tile.h * (int)cell.y / PLAN_SIDE;

	return (struct box){
		tile.x + left,
		tile.y + top,
		tile.w * (int)(cell.x + size.x) / PLAN_SIDE - left,
		tile.h * (int)(cell.y + size.y) / PLAN_SIDE - top,
	};
}

/* Which of @n parts of @length pixel @at is in: the other way round. */
static unsigned int part_at(int at, int length)
{
	return (unsigned int)(((at + 1) * PLAN_SIDE - 1) / length);
}

static bool hit_tile(const struct memory_plan *plan, uint32_t block, int x,
		     int y, struct plan_place *place)
{
	struct box tile = plan_tile(plan, block);
	struct plan_cell cell;

	if (!box_has(tile, x, y))
		return false;
	cell = (struct plan_cell){part_at(x - tile.x, tile.w),
				  part_at(y - tile.y, tile.h)};
	*place = (struct plan_place){block, plan_index_of(plan->by_rows, cell)};
	return true;
}

bool plan_hit(const struct memory_plan *plan, int x, int y,
	      struct plan_place *place)
{
	if (!box_has(plan->box, x, y))
		return false;
	for (unsigned int i = 0; i < plan->nr_zones; i++) {
		const struct plan_zone *zone = &plan->zone[i];

		for (uint32_t n = 0; n < zone->nr_blocks; n++)
			if (hit_tile(plan, zone->first_block + n, x, y, place))
				return true;
	}
	return false;
}

/* ---- moving --------------------------------------------------------------------------- */

static void limit_zoom(struct memory_plan *plan)
{
	double most = fmax(1, plan->most_width / plan->fit_width);

	plan->zoom = fmax(1, fmin(plan->zoom, most));
}

/* How many headlines are above pixel @y. */
static unsigned int heads_above(const struct memory_plan *plan, int y)
{
	unsigned int n = 0;

	while (n < plan->nr_zones && plan_head(plan, n).y < y)
		n++;
	return n;
}

void plan_zoom(struct memory_plan *plan, int x, int y, double factor)
{
	double heads = (double)heads_above(plan, y) * plan->head;
	double across = plan->left + x - plan->box.x;
	double down = plan->top + y - plan->box.y - heads;
	double last = plan->zoom;

	plan->zoom *= factor;
	limit_zoom(plan);
	factor = plan->zoom / last;
	plan->left = across * factor - (x - plan->box.x);
	plan->top = down * factor + heads - (y - plan->box.y);
	keep_inside(plan);
}

void plan_pan(struct memory_plan *plan, int dx, int dy)
{
	plan->left -= dx;
	plan->top -= dy;
	keep_inside(plan);
}

void plan_fit(struct memory_plan *plan)
{
	plan->zoom = 1;
	keep_inside(plan);
}

void plan_show(struct memory_plan *plan, struct plan_place place, double width)
{
	struct box cell;

	if (zone_of_block(plan, place.block) == plan->nr_zones)
		return;
	if (tile_width(plan) < width * PLAN_SIDE)
		plan->zoom = width * PLAN_SIDE / plan->fit_width;
	limit_zoom(plan);
	cell = plan_cells(plan, place, 0);
	plan->left += cell.x + cell.w / 2.0 - plan->box.x - plan->box.w / 2.0;
	plan->top += cell.y + cell.h / 2.0 - plan->box.y - plan->box.h / 2.0;
	keep_inside(plan);
}
