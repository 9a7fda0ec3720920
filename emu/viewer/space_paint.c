/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address space, drawn: see space_paint.h. */
#include "emu/viewer/space_paint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/viewer/space_cell.h"
#include "emu/viewer/view.h"

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

void space_paint_map(const struct space_picture *picture,
		     const struct view *view, struct canvas *canvas)
{
	const struct palette *palette = view->palette;
	const struct box map = picture->map;
	const struct space_plan *plan = &picture->plan;
	const struct space_band *first, *last;

	if (!map.w)
		return;
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
	first = space_band_at(plan, picture->scroll.at);
	last = space_band_at(plan, picture->scroll.at + picture->grids.h - 1);
	if (plan->height > picture->grids.h && first && last) {
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

struct box space_paint_frame(struct space_picture *picture, struct view *view,
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
	picture->map = (struct box){0};
	if (tall) {
		picture->map = (struct box){in.x, in.y, in.w,
					    canvas_unit(canvas, 7)};
		draw_map_names(view, canvas, picture->map,
			       in.y + picture->map.h);
		in.y += picture->map.h + small + pad / 2;
	}
	if (box.h > canvas_unit(canvas, 180)) {
		int height = space_legend(canvas, view->palette, in,
					  picture->mode, false);

		if (height < box.h / 4) {
			struct box legend = {in.x, bottom - height, in.w,
					     height};

			space_legend(canvas, view->palette, legend,
				     picture->mode, true);
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

static void draw_row(const struct space_picture *picture, struct view *view,
		     struct canvas *canvas, const struct kernel_vma *vma,
		     const struct space_band *band, uint32_t row, int y)
{
	const struct space_plan *plan = &picture->plan;
	const uint32_t nr = 1u << band->shift;
	uint64_t va = band->start +
		      (((uint64_t)row * plan->columns) << band->shift << 12);

	for (uint32_t i = 0; i < plan->columns && va < band->end; i++) {
		const struct space_cell cell = space_cell(view, vma,
							  (uint32_t)va, nr);
		const struct space_look look = {
			.mode = picture->mode,
			.on_right = i + 1 < plan->columns &&
				    cell.large + cell.huge &&
				    joined(view, band, (uint32_t)va, 1),
			.on_below = cell.large + cell.huge &&
				    joined(view, band, (uint32_t)va,
					   plan->columns),
		};

		space_cell_draw(
			canvas, view->palette, &cell,
			(struct box){picture->grids.x + (int)i * plan->cell, y,
				     plan->cell, plan->cell},
			look);
		va += (uint64_t)nr << 12;
	}
}

static void draw_cells(const struct space_picture *picture, struct view *view,
		       struct canvas *canvas, const struct kernel_vma *vma,
		       const struct space_band *band)
{
	const struct space_plan *plan = &picture->plan;
	int top = picture->grids.y + band->y + plan->room.head -
		  picture->scroll.at;
	int first = (picture->grids.y - top) / plan->cell;

	for (uint32_t row = first > 0 ? (uint32_t)first : 0; row < band->rows;
	     row++) {
		int y = top + (int)row * plan->cell;

		if (y >= picture->grids.y + picture->grids.h)
			return;
		draw_row(picture, view, canvas, vma, band, row, y);
	}
}

static void draw_band(const struct space_picture *picture, struct view *view,
		      struct canvas *canvas, const struct kernel_vma *vma,
		      const struct space_band *band)
{
	const struct box all = picture->labels.w ? picture->labels
						 : picture->grids;
	int y = all.y + band->y - picture->scroll.at;
	struct box label = {all.x, y, all.w,
			    picture->labels.w ? band->height
					      : picture->plan.room.head};
	int gap = band->after_hole ? picture->plan.room.hole : 0;

	if (gap)
		draw_hole(view, canvas, band,
			  (struct box){all.x, y - gap,
				       picture->grids.x + picture->grids.w -
					       all.x,
				       gap});
	/* what is said of a tall one stays in sight */
	if (picture->labels.w && y < all.y) {
		int line = 3 * canvas_line_height(canvas, FONT_TEXT);

		label.h = y + label.h - all.y;
		label.y = label.h < line ? all.y + label.h - line : all.y;
		label.y = label.y < y ? y : label.y;
		label.h = y + band->height - label.y;
	}
	draw_label(view, canvas, vma, band, label);
	draw_cells(picture, view, canvas, vma, band);
}

void space_paint_bands(const struct space_picture *picture, struct view *view,
		       struct canvas *canvas)
{
	const struct space_plan *plan = &picture->plan;
	const struct space_band *band = space_band_at(plan, picture->scroll.at);
	uint32_t nr;
	const struct kernel_vma *vma = snapshot_vmas(view->now, &nr);

	for (; band && band < plan->band + plan->nr &&
	       band->y < picture->scroll.at + picture->grids.h;
	     band++)
		draw_band(picture, view, canvas, &vma[band - plan->band], band);
}

void space_paint_outline(const struct space_picture *picture,
			 struct canvas *canvas, uint32_t va, colour_t colour,
			 int width)
{
	struct box cell;

	if (!space_cell_of(&picture->plan, va, &cell))
		return;
	cell.x += picture->grids.x;
	cell.y += picture->grids.y - picture->scroll.at;
	canvas_frame(canvas, box_inside(cell, -width), colour, width);
}
