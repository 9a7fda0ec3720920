/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tiles as pixels: see memory_paint.h. A row of cells is made once and copied
 * to the pixel rows below it; so a picture costs little more than its bytes.
 */
#include "emu/viewer/memory_paint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/snapshot/snapshot.h"
#include "emu/viewer/canvas.h"
#include "emu/viewer/frame_words.h"
#include "emu/viewer/view.h"

/* ---- pixels ------------------------------------------------------------------------- */

/* A tile that is being painted; columns and rows of cells, in pixels. */
struct tile {
	struct box box, seen; /* seen: what of it isn't clipped */
	int left[PLAN_SIDE + 1], top[PLAN_SIDE + 1];
	int line; /* width of lines between blocks; 0: none */
	bool inner; /* and between frames of a block */
	colour_t line_colour;
	colour_t colour[PLAN_SIDE][PLAN_SIDE];
	bool ends_right[PLAN_SIDE][PLAN_SIDE]; /* a block does, at this cell */
	bool ends_below[PLAN_SIDE][PLAN_SIDE];
};

static void span(uint32_t *row, const struct box *seen, int from, int to,
		 colour_t colour)
{
	int end = to < seen->x + seen->w ? to : seen->x + seen->w;

	for (int x = from > seen->x ? from : seen->x; x < end; x++)
		row[x] = colour;
}

/* What is between a cell and the next: the end of a block, or a hint. */
static colour_t line_after(const struct tile *tile, bool ends, int x, int y)
{
	return ends ? tile->line_colour
		    : colour_mix(tile->colour[y][x], tile->line_colour, 80);
}

/* One pixel row through the cells of row @y; @below: along their end. */
static void make_row(const struct tile *tile, uint32_t *row, int y, bool below)
{
	for (int x = 0; x < PLAN_SIDE; x++) {
		int from = tile->left[x], to = tile->left[x + 1];
		bool right = tile->ends_right[y][x];
		bool under = below && (tile->ends_below[y][x] || tile->inner);
		int line = right || tile->inner ? tile->line : 0;

		span(row, &tile->seen, from, to - line,
		     under ? line_after(tile, tile->ends_below[y][x], x, y)
			   : tile->colour[y][x]);
		if (line)
			span(row, &tile->seen, to - line, to,
			     line_after(tile,
					right || (below &&
						  tile->ends_below[y][x]),
					x, y));
	}
}

static void copy_rows(struct canvas *canvas, const struct tile *tile,
		      const struct box *rows, int y, bool below)
{
	size_t bytes = (size_t)tile->seen.w * sizeof(uint32_t);
	uint32_t *first = NULL;

	for (int at = rows->y; at < rows->y + rows->h; at++) {
		uint32_t *row = canvas_row(canvas, at);

		if (at < tile->seen.y || at >= tile->seen.y + tile->seen.h)
			continue;
		if (first)
			memcpy(row + tile->seen.x, first + tile->seen.x, bytes);
		else
			make_row(tile, row, y, below);
		first = row;
	}
}

static void paint_cells(struct canvas *canvas, const struct tile *tile)
{
	for (int y = 0; y < PLAN_SIDE; y++) {
		struct box body = {0, tile->top[y], 0,
				   tile->top[y + 1] - tile->top[y] -
					   tile->line};
		struct box end = {0, tile->top[y + 1] - tile->line, 0,
				  tile->line};

		if (tile->top[y + 1] <= tile->seen.y ||
		    tile->top[y] >= tile->seen.y + tile->seen.h)
			continue;
		copy_rows(canvas, tile, &body, y, false);
		copy_rows(canvas, tile, &end, y, true);
	}
}

/* ---- what is in it --------------------------------------------------------------------- */

struct cell_table {
	struct plan_cell of[KERNEL_BLOCK_FRAMES];
};

static void make_table(struct cell_table *table, bool by_rows)
{
	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++)
		table->of[i] = plan_cell_of(by_rows, i);
}

static void fill_colours(const struct memory_painter *p,
			 const struct cell_table *table, uint32_t block,
			 struct tile *tile)
{
	const struct cell_block *cells = &p->cells->block[block];
	/* where there are lines, a frame marks it, too */
	const unsigned int part = tile->line ? 60 : 170;

	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++) {
		colour_t colour = p->look[cells->class_of[i]].colour;

		if (cells->heat[i])
			colour = colour_mix(colour, p->view->palette->fresh,
					    cells->heat[i] * part / 256);
		tile->colour[table->of[i].y][table->of[i].x] = colour;
	}
}

/* Where blocks end, so that one looks like one. */
static void fill_ends(const struct memory_painter *p,
		      const struct cell_table *table, uint32_t block,
		      struct tile *tile)
{
	const struct kernel_frame *frame = snapshot_frames(p->view->now, block);

	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++) {
		struct plan_cell at = table->of[i];
		struct plan_cell size = plan_extent(p->plan->by_rows,
						    frame[i].order);

		tile->ends_right[at.y][at.x] = !((at.x + 1) & (size.x - 1));
		tile->ends_below[at.y][at.x] = !((at.y + 1) & (size.y - 1));
	}
}

static struct box cut(struct box a, struct box b)
{
	int left = a.x > b.x ? a.x : b.x, top = a.y > b.y ? a.y : b.y;
	int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;

	return (struct box){left, top, right > left ? right - left : 0,
			    bottom > top ? bottom - top : 0};
}

/* Between tiles there is a little room, if there is any. */
static int tile_gap(const struct canvas *canvas, const struct memory_plan *plan)
{
	double width = plan->fit_width * plan->zoom;

	return width > canvas_unit(canvas, 300)  ? canvas_unit(canvas, 3)
	       : width > canvas_unit(canvas, 30) ? canvas_unit(canvas, 1)
						 : 0;
}

static void paint_tile(const struct memory_painter *p,
		       const struct cell_table *table, uint32_t block,
		       struct tile *tile)
{
	int gap = tile_gap(p->canvas, p->plan);
	int width = tile->box.w - gap, height = tile->box.h - gap;

	for (int i = 0; i <= PLAN_SIDE; i++) {
		tile->left[i] = tile->box.x + width * i / PLAN_SIDE;
		tile->top[i] = tile->box.y + height * i / PLAN_SIDE;
	}
	tile->line = width / PLAN_SIDE >= canvas_unit(p->canvas, 5) &&
				     height / PLAN_SIDE >=
					     canvas_unit(p->canvas, 5)
			     ? canvas_unit(p->canvas, 1)
			     : 0;
	tile->inner = width / PLAN_SIDE >= canvas_unit(p->canvas, 24);
	tile->line_colour = p->view->palette->panel;
	fill_colours(p, table, block, tile);
	if (tile->line)
		fill_ends(p, table, block, tile);
	else
		memset(tile->ends_right, 0, sizeof(tile->ends_right));
	tile->seen.w = tile->seen.w < tile->box.x + width - tile->seen.x
			       ? tile->seen.w
			       : tile->box.x + width - tile->seen.x;
	if (tile->seen.w > 0)
		paint_cells(p->canvas, tile);
}

/* A frame around each cell that has changed, where cells are large enough. */
static void mark_cells(const struct memory_painter *p, uint32_t block,
		       struct box seen, int line)
{
	const struct cell_block *cells = &p->cells->block[block];

	if (!line || !cells->hot)
		return;
	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++) {
		struct box box = plan_cells(p->plan,
					    (struct plan_place){block, i}, 0);

		if (cells->heat[i] < 60 || !cut(box, seen).w)
			continue;
		box.w -= line;
		box.h -= line;
		canvas_frame(p->canvas, box, p->view->palette->fresh,
			     box.w > canvas_unit(p->canvas, 14)
				     ? canvas_unit(p->canvas, 2)
				     : canvas_unit(p->canvas, 1));
	}
}

/* ---- what is written on it ---------------------------------------------------------- */

static void write_middle(const struct memory_painter *p, struct box box,
			 colour_t colour, const char *text)
{
	int width = canvas_text_width(p->canvas, FONT_SMALL, text);
	int height = canvas_line_height(p->canvas, FONT_SMALL);

	canvas_text(p->canvas, box.x + (box.w - width) / 2,
		    box.y + (box.h - height) / 2, FONT_SMALL, colour, text);
}

/* In a large cell: which, whose, and how often. */
static void write_lines(const struct memory_painter *p, struct box box,
			uint64_t pfn, const struct kernel_frame *frame,
			colour_t colour)
{
	static const char *const keys[NR_FRAME_USES] = {
#define FRAME_USE(name, key, label) key,
#include "kernel/frame_use.def"
#undef FRAME_USE
	};
	int height = canvas_line_height(p->canvas, FONT_SMALL);
	int pad = canvas_unit(p->canvas, 3);
	char line[5][40] = {{0}};
	unsigned int nr = 0;

	snprintf(line[nr++], sizeof(line[0]), "%05" PRIx64, pfn);
	snprintf(line[nr++], sizeof(line[0]), "%s", keys[frame->use]);
	frame_owner(p->view->now, frame, line[nr], sizeof(line[0]));
	nr += line[nr][0] != '\0';
	if (frame->order)
		snprintf(line[nr++], sizeof(line[0]), "order %u", frame->order);
	if (frame->mapcount)
		snprintf(line[nr++], sizeof(line[0]), "mapped ×%u",
			 frame->mapcount);
	for (unsigned int i = 0; i < nr; i++) {
		int y = box.y + pad + (int)i * height;

		if (y + height > box.y + box.h)
			break;
		canvas_text_cut(p->canvas, box.x + pad, y, box.w - 2 * pad,
				FONT_SMALL, colour, line[i]);
	}
}

static bool has_room_for_lines(const struct memory_painter *p,
			       struct plan_place place)
{
	struct box cell = plan_cells(p->plan, place, 0);

	return cell.w >= canvas_unit(p->canvas, 46) &&
	       cell.h >= canvas_unit(p->canvas, 26);
}

/* In the middle of what is seen of it: its order if it is free, or a letter. */
static void write_block(const struct memory_painter *p, struct plan_place place,
			const struct kernel_frame *frame,
			const struct box *seen)
{
	const struct class_look *look =
		&p->look[p->cells->block[place.block].class_of[place.index]];
	struct box box = cut(plan_cells(p->plan, place, frame->order), *seen);
	const bool free = frame->use == FRAME_FREE;
	colour_t ink = colour_on(look->colour);
	char order[4];

	snprintf(order, sizeof(order), "%u", frame->order);
	if (box.w && box.h && (free || look->letter[0]))
		write_middle(p, box,
			     colour_mix(look->colour, ink, free ? 90 : 170),
			     free ? order : look->letter);
}

/* Each frame of a tile whose cells are large. */
static void write_frames(const struct memory_painter *p, uint32_t block,
			 const struct box *seen)
{
	const struct kernel_frame *frame = snapshot_frames(p->view->now, block);
	uint64_t first = (p->view->now->first_paddr >> 12) +
			 (uint64_t)block * KERNEL_BLOCK_FRAMES;

	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++) {
		struct plan_place place = {block, i};
		struct box cell = plan_cells(p->plan, place, 0);
		colour_t ground =
			p->look[p->cells->block[block].class_of[i]].colour;
		bool leads = frame[i].flags & KERNEL_FRAME_FIRST;

		if (frame[i].flags & KERNEL_FRAME_RAM && cut(cell, *seen).w)
			write_lines(p, cell, first + i, &frame[i],
				    colour_mix(ground, colour_on(ground),
					       leads ? 230 : 110));
	}
}

/* The order of the smallest block that has room for a letter. */
static unsigned int least_order(const struct memory_painter *p)
{
	double width = p->plan->fit_width * p->plan->zoom / PLAN_SIDE;
	double height = p->plan->fit_height * p->plan->zoom / PLAN_SIDE;
	int w = canvas_unit(p->canvas, 12), h = canvas_unit(p->canvas, 13);

	for (unsigned int order = 0; order < KERNEL_NR_ORDERS; order++) {
		struct plan_cell size = plan_extent(p->plan->by_rows, order);

		if (size.x * width >= w && size.y * height >= h)
			return order;
	}
	return KERNEL_NR_ORDERS;
}

static void write_tile(const struct memory_painter *p, uint32_t block,
		       struct box seen, unsigned int least)
{
	const struct kernel_frame *frame = snapshot_frames(p->view->now, block);
	unsigned int step = 1u << least;

	if (has_room_for_lines(p, (struct plan_place){block, 0})) {
		write_frames(p, block, &seen);
		return;
	}
	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i += step) {
		struct plan_place place = {block, i};

		if (!(frame[i].flags & KERNEL_FRAME_FIRST) ||
		    frame[i].order < least)
			continue;
		write_block(p, place, &frame[i], &seen);
	}
}

/* Pageblocks that aren't for everybody have a frame around them. */
static void outline_tile(const struct memory_painter *p, uint32_t block,
			 struct box box)
{
	const struct palette *palette = p->view->palette;
	uint8_t type = snapshot_frames(p->view->now,
				       block)[KERNEL_BLOCK_FRAMES / 2]
			       .migratetype;
	int gap = tile_gap(p->canvas, p->plan);

	if (type < 3 || !gap)
		return;
	box.w -= gap;
	box.h -= gap;
	canvas_frame(p->canvas, box,
		     type == 4   ? palette->kind[KIND_GREEN]
		     : type == 3 ? palette->kind[KIND_PURPLE]
				 : palette->warn,
		     canvas_unit(p->canvas, 1));
}

/* ---- all of it ---------------------------------------------------------------------------- */

void paint_tiles(const struct memory_painter *p)
{
	const struct memory_plan *plan = p->plan;
	const struct box clip = cut(plan->box, canvas_clip(p->canvas));
	const unsigned int least = least_order(p);
	struct cell_table table;
	struct tile tile = {0};

	make_table(&table, plan->by_rows);
	for (unsigned int z = 0; z < plan->nr_zones; z++) {
		for (uint32_t n = 0; n < plan->zone[z].nr_blocks; n++) {
			uint32_t block = plan->zone[z].first_block + n;

			tile.box = plan_tile(plan, block);
			tile.seen = cut(tile.box, clip);
			if (!tile.seen.w || !tile.seen.h)
				continue;
			paint_tile(p, &table, block, &tile);
			mark_cells(p, block, tile.seen, tile.line);
			outline_tile(p, block, tile.box);
			if (least < KERNEL_NR_ORDERS)
				write_tile(p, block, tile.seen, least);
		}
	}
}

void paint_ring(const struct memory_painter *p, struct plan_place place,
		unsigned int order, colour_t colour)
{
	struct box box = plan_cells(p->plan, place, order);
	int line = canvas_unit(p->canvas, 2), least = canvas_unit(p->canvas, 7);

	if (!box.w || !box.h)
		return;
	if (box.w < least) {
		box.x -= (least - box.w) / 2;
		box.w = least;
	}
	if (box.h < least) {
		box.y -= (least - box.h) / 2;
		box.h = least;
	}
	box.x -= line;
	box.y -= line;
	box.w += 2 * line;
	box.h += 2 * line;
	canvas_frame(p->canvas, box, colour, line);
	canvas_frame(p->canvas, box_inside(box, line), p->view->palette->window,
		     canvas_unit(p->canvas, 1));
}
