/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bands of cells: see space_model.h. All mappings get as many rows as they
 * need, but none more than a cap, which is as high as the room allows; those
 * above it take more pages into a cell.
 */
#include "emu/viewer/space_model.h"

#include <stdlib.h>

#define PAGE_SHIFT 12
#define MAX_SHIFT  20 /* all 4 GB in one cell */

static uint32_t pages_of(const struct space_band *band)
{
	return (band->end - band->start) >> PAGE_SHIFT;
}

static uint32_t rows_of(const struct space_plan *plan,
			const struct space_band *band, uint8_t shift)
{
	uint64_t cell_pages = UINT64_C(1) << shift;
	uint64_t row_pages = cell_pages * plan->columns;

	return (uint32_t)((pages_of(band) + row_pages - 1) / row_pages);
}

static int height_of(const struct space_plan *plan,
		     const struct space_band *band)
{
	int64_t grid = (int64_t)band->rows * plan->cell;

	if (grid > INT32_MAX / 4)
		grid = INT32_MAX / 4;
	if (grid < plan->room.least)
		grid = plan->room.least;
	return plan->room.head + (int)grid;
}

/* Puts all in their places, with @cap rows at most; returns the height. */
static int64_t place(struct space_plan *plan, uint32_t cap)
{
	int64_t y = 0;

	for (uint32_t i = 0; i < plan->nr; i++) {
		struct space_band *band = &plan->band[i];

		band->shift = 0;
		band->rows = rows_of(plan, band, 0);
		while (band->rows > cap && band->shift < MAX_SHIFT)
			band->rows = rows_of(plan, band, ++band->shift);
		y += !i                 ? 0
		     : band->after_hole ? plan->room.hole
					: plan->room.gap;
		band->y = (int)y;
		band->height = height_of(plan, band);
		y += band->height;
	}
	plan->height = y < INT32_MAX ? (int)y : INT32_MAX;
	return y;
}

static void set_cell(struct space_plan *plan, int cell)
{
	int columns = plan->room.width / cell;

	plan->cell = cell;
	/* so that rows of one mapping begin at round distances */
	if (columns >= 16)
		columns -= columns % (columns >= 64 ? 16 : 4);
	plan->columns = columns > 0 ? (uint32_t)columns : 1;
}

/* The largest cells of one page each that leave all in sight, or the least. */
static void choose_cell(struct space_plan *plan)
{
	int cell = plan->room.cell_good;

	for (; cell > plan->room.cell_least; cell--) {
		set_cell(plan, cell);
		if (place(plan, UINT32_MAX) <= plan->room.height)
			return;
	}
	set_cell(plan, plan->room.cell_least);
}

static void magnify(struct space_plan *plan)
{
	int cell = plan->cell;

	for (int i = 0; i < plan->room.zoom; i++)
		cell = cell * 7 / 5 + 1;
	set_cell(plan,
		 cell < plan->room.cell_most ? cell : plan->room.cell_most);
}

/* The highest cap with which all fit into @height; 1 if none does. */
static void fill_height(struct space_plan *plan, int64_t height)
{
	uint32_t low = 1, high = 2;

	while (high < UINT32_C(1) << 22 && place(plan, high) <= height &&
	       place(plan, UINT32_MAX) > height) {
		low = high;
		high *= 2;
	}
	if (place(plan, UINT32_MAX) <= height)
		return;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (place(plan, middle) <= height)
			low = middle;
		else
			high = middle;
	}
	place(plan, low);
}

bool space_plan_make(struct space_plan *plan, const struct kernel_vma *vma,
		     uint32_t nr, const struct space_room *room)
{
	struct space_band *band = calloc(nr + 1, sizeof(*band));

	space_plan_free(plan);
	if (!band)
		return false;
	plan->band = band;
	plan->nr = nr;
	plan->room = *room;
	for (uint32_t i = 0; i < nr; i++) {
		band[i].start = vma[i].start;
		band[i].end = vma[i].end;
		band[i].after_hole = i && vma[i].start != vma[i - 1].end;
	}
	choose_cell(plan);
	magnify(plan);
	fill_height(plan, (int64_t)room->height << 2 * room->zoom);
	return true;
}

void space_plan_free(struct space_plan *plan)
{
	free(plan->band);
	*plan = (struct space_plan){0};
}

/* ---- what is where ------------------------------------------------------------ */

const struct space_band *space_band_at(const struct space_plan *plan, int y)
{
	uint32_t first = 0, last = plan->nr;

	while (first < last) { /* the first that ends below @y */
		uint32_t middle = first + (last - first) / 2;

		if (plan->band[middle].y + plan->band[middle].height <= y)
			first = middle + 1;
		else
			last = middle;
	}
	return first < plan->nr ? &plan->band[first] : NULL;
}

const struct space_band *space_band_of(const struct space_plan *plan,
				       uint32_t va)
{
	uint32_t first = 0, last = plan->nr;

	while (first < last) {
		uint32_t middle = first + (last - first) / 2;

		if (plan->band[middle].end <= va)
			first = middle + 1;
		else
			last = middle;
	}
	return first < plan->nr && plan->band[first].start <= va
		       ? &plan->band[first]
		       : NULL;
}

bool space_page_at(const struct space_plan *plan, int x, int y, uint32_t *va)
{
	const struct space_band *band = space_band_at(plan, y);
	uint64_t cell;

	if (!band || x < 0 || x >= (int)plan->columns * plan->cell ||
	    y < band->y + plan->room.head)
		return false;
	cell = (uint64_t)((y - band->y - plan->room.head) / plan->cell) *
		       plan->columns +
	       (uint64_t)(x / plan->cell);
	if (cell << band->shift >= pages_of(band))
		return false;
	*va = band->start + (uint32_t)(cell << band->shift << PAGE_SHIFT);
	return true;
}

bool space_cell_of(const struct space_plan *plan, uint32_t va, struct box *cell)
{
	const struct space_band *band = space_band_of(plan, va);
	uint32_t n;

	if (!band)
		return false;
	n = (va - band->start) >> PAGE_SHIFT >> band->shift;
	*cell = (struct box){(int)(n % plan->columns) * plan->cell,
			     band->y + plan->room.head +
				     (int)(n / plan->columns) * plan->cell,
			     plan->cell, plan->cell};
	return true;
}
