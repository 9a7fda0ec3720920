/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slab caches: one row each, a bar as long as its memory, full as far as
 * its objects are in use. Colours are those of frames coloured by cache.
 */
#include "emu/viewer/panel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/gauge.h"
#include "emu/viewer/scroll.h"
#include "emu/viewer/view.h"

#define MAX_ROWS 512

enum column {
	NAME,
	USED,
	ALL,
	SIZE,
	SLABS,
	BYTES,
	FILL,
	NR_COLUMNS
};

static const struct {
	const char *title, *meaning;
	double width; /* in points; of the bar: the least */
	int keep; /* those with less go first where room is short */
} columns[NR_COLUMNS] = {
	[NAME] = {"cache", "its name", 110, 9},
	[USED] = {"used", "objects in use", 52, 6},
	[ALL] = {"objects", "all places for objects", 52, 4},
	[SIZE] = {"size", "bytes from one object to the next", 44, 3},
	[SLABS] = {"slabs", "blocks of pages that it has", 44, 2},
	[BYTES] = {"memory", "bytes of all of its slabs", 58, 8},
	[FILL] = {"in use", "how much of that the objects in use are", 48, 5},
};

struct row {
	const struct snapshot_cache *cache;
	const struct snapshot_cache *before; /* the same then; or NULL */
};

struct slab_panel {
	struct scroll scroll;
	enum column by; /* 0, NAME, at first: means BYTES until chosen */
	bool chosen, upward;
	/* as last drawn */
	struct box rows;
	int row_height, head_bottom;
	uint32_t nr_rows;
	uint32_t number[MAX_ROWS]; /* caches by row */
	int left[NR_COLUMNS], right[NR_COLUMNS]; /* 0, 0: not shown */
};

static uint64_t cache_pages(const struct snapshot_cache *cache)
{
	return cache->slabs * cache->slab_frames;
}

static uint64_t fill_permille(const struct snapshot_cache *cache)
{
	const uint64_t bytes = cache_pages(cache) * 4096;

	return bytes ? cache->active * cache->object_size * 1000 / bytes : 0;
}

/* ---- the order of rows ------------------------------------------------------------ */

static enum column sorted_by(const struct slab_panel *panel)
{
	return panel->chosen ? panel->by : BYTES;
}

static uint64_t value(const struct snapshot_cache *cache, enum column column)
{
	switch (column) {
	case USED:
		return cache->active;
	case ALL:
		return cache->objects;
	case SIZE:
		return cache->object_size;
	case SLABS:
		return cache->slabs;
	case FILL:
		return fill_permille(cache);
	default:
		return cache_pages(cache);
	}
}

/* Is @a to stand below @b? */
static bool is_behind(const struct slab_panel *panel, const struct row *a,
		      const struct row *b)
{
	const enum column by = sorted_by(panel);
	const int name = strcmp(a->cache->name, b->cache->name);
	uint64_t left, right;

	if (by == NAME)
		return panel->upward ? name < 0 : name > 0;
	left = value(a->cache, by);
	right = value(b->cache, by);
	if (left == right)
		return name > 0;
	return panel->upward ? left > right : left < right;
}

/* Few rows, mostly in order already from one picture to the next. */
static void sort(const struct slab_panel *panel, struct row *row, uint32_t nr)
{
	for (uint32_t i = 1; i < nr; i++) {
		const struct row moved = row[i];
		uint32_t to = i;

		for (; to && is_behind(panel, &row[to - 1], &moved); to--)
			row[to] = row[to - 1];
		row[to] = moved;
	}
}

static const struct snapshot_cache *find_cache(const struct snapshot *snapshot,
					       uint32_t number)
{
	uint32_t nr = 0;
	const struct snapshot_cache *cache =
		snapshot ? snapshot_caches(snapshot, &nr) : NULL;

	for (uint32_t i = 0; i < nr; i++)
		if (cache[i].number == number)
			return &cache[i];
	return NULL;
}

static uint32_t collect(const struct slab_panel *panel, const struct view *view,
			struct row *row)
{
	uint32_t nr;
	const struct snapshot_cache *cache = snapshot_caches(view->now, &nr);

	if (nr > MAX_ROWS)
		nr = MAX_ROWS;
	for (uint32_t i = 0; i < nr; i++) {
		row[i].cache = &cache[i];
		row[i].before = find_cache(view->before, cache[i].number);
	}
	sort(panel, row, nr);
	return nr;
}

/* ---- columns ------------------------------------------------------------------------ */

/* From the left: the name, numbers, and what is left is the bar's. */
static void place_columns(struct slab_panel *panel, struct canvas *canvas,
			  struct box box)
{
	const int pad = canvas_unit(canvas, 6), bar = canvas_unit(canvas, 60);
	int width[NR_COLUMNS], sum = 2 * pad + bar, x = box.x + pad;

	for (int i = 0; i < NR_COLUMNS; i++) {
		width[i] = canvas_unit(canvas, columns[i].width);
		sum += width[i] + pad;
	}
	for (int keep = 0; keep < 9 && sum > box.w; keep++)
		for (int i = 0; i < NR_COLUMNS && sum > box.w; i++)
			if (columns[i].keep == keep) {
				sum -= width[i] + pad;
				width[i] = 0;
			}
	if (sum < box.w) { /* long names, if there is room */
		int more = (box.w - sum) / 3;

		if (more > canvas_unit(canvas, 70))
			more = canvas_unit(canvas, 70);
		width[NAME] += more;
	}
	if (width[NAME] > box.w - 2 * pad)
		width[NAME] = box.w - 2 * pad;
	for (int i = 0; i < NR_COLUMNS; i++) {
		panel->left[i] = width[i] ? x : 0;
		panel->right[i] = width[i] ? x + width[i] : 0;
		x += width[i] ? width[i] + pad : 0;
	}
	panel->rows.x = x; /* where the bars begin */
	panel->rows.w = box.x + box.w - pad - x;
}

static void draw_head(struct slab_panel *panel, struct canvas *canvas,
		      const struct palette *palette, int y)
{
	for (int i = 0; i < NR_COLUMNS; i++) {
		const bool by = sorted_by(panel) == (enum column)i;
		char text[32];

		if (!panel->right[i])
			continue;
		snprintf(text, sizeof(text), "%s%s", columns[i].title,
			 by ? panel->upward ? " ▴" : " ▾" : "");
		if (i == NAME)
			canvas_text_cut(canvas, panel->left[i], y,
					panel->right[i] - panel->left[i],
					FONT_SMALL,
					by ? palette->text : palette->dim,
					text);
		else
			canvas_text_right(canvas, panel->right[i], y,
					  FONT_SMALL,
					  by ? palette->text : palette->dim,
					  text);
	}
	if (panel->rows.w > canvas_unit(canvas, 150))
		canvas_text_cut(canvas, panel->rows.x, y, panel->rows.w,
				FONT_SMALL, palette->dim,
				"memory: in use ■, free objects ▨, lost □");
}

/* ---- rows ----------------------------------------------------------------------------- */

/* Stripes, so that free objects differ from used ones by more than a shade. */
static void draw_stripes(struct canvas *canvas, struct box box, colour_t colour,
			 int step)
{
	canvas_blend(canvas, box, colour, 70);
	canvas_push_clip(canvas, box);
	for (int x = box.x - box.h; x < box.x + box.w; x += step)
		canvas_line(canvas, x, box.y + box.h, x + box.h, box.y, colour);
	canvas_pop_clip(canvas);
}

static void draw_bar(struct canvas *canvas, const struct view *view,
		     struct box box, const struct row *row, uint64_t longest)
{
	const struct snapshot_cache *cache = row->cache;
	const colour_t colour = palette_hash(view->palette, cache->number);
	const uint64_t bytes = cache_pages(cache) * 4096;
	const int width = (int)((uint64_t)box.w * bytes / longest);
	const int used = bytes ? (int)((uint64_t)width * cache->active *
				       cache->object_size / bytes)
			       : 0;
	const int all = bytes ? (int)((uint64_t)width * cache->objects *
				      cache->object_size / bytes)
			      : 0;
	const int step = canvas_unit(canvas, 4);

	if (!bytes || box.w < 1)
		return;
	canvas_frame(canvas,
		     (struct box){box.x, box.y, width > 1 ? width : 1, box.h},
		     view->palette->border, 1);
	if (all > used)
		draw_stripes(canvas,
			     (struct box){box.x + used, box.y, all - used,
					  box.h},
			     colour, step);
	canvas_fill(canvas,
		    (struct box){box.x, box.y, used > 1 ? used : 1, box.h},
		    colour);
	if (row->before && row->before->slabs != cache->slabs) {
		const uint64_t then = cache_pages(row->before) * 4096;
		int x = box.x +
			(int)((uint64_t)box.w *
			      (then < longest ? then : longest) / longest);

		canvas_fill(canvas,
			    (struct box){x, box.y - canvas_unit(canvas, 1),
					 canvas_unit(canvas, 2),
					 box.h + canvas_unit(canvas, 2)},
			    view->palette->fresh);
	}
}

static void draw_number(struct slab_panel *panel, struct canvas *canvas,
			int column, int y, colour_t colour, const char *text)
{
	if (panel->right[column])
		canvas_text_right(canvas, panel->right[column], y, FONT_SMALL,
				  colour, text);
}

static void draw_row(struct slab_panel *panel, struct canvas *canvas,
		     const struct view *view, int y, const struct row *row,
		     uint64_t longest)
{
	const struct palette *palette = view->palette;
	const struct snapshot_cache *cache = row->cache;
	const bool fresh = row->before && row->before->active != cache->active;
	const struct kernel_frame *frame = view_frame(view->now,
						      view->selected.pfn);
	const colour_t ink = cache->slabs ? palette->text : palette->faint;
	const int inset = canvas_unit(canvas, 3);
	char text[32];
	int x;

	if (frame && frame->use == FRAME_SLAB && frame->cache &&
	    frame->cache == cache->number)
		canvas_fill(canvas,
			    (struct box){panel->left[NAME] - inset, y,
					 panel->rows.x + panel->rows.w -
						 panel->left[NAME] + inset,
					 panel->row_height},
			    palette->raised);
	x = chip_draw(canvas, panel->left[NAME], y,
		      palette_hash(palette, cache->number));
	canvas_text_cut(canvas, x, y, panel->right[NAME] - x, FONT_SMALL, ink,
			cache->name);
	draw_number(panel, canvas, USED, y, fresh ? palette->fresh : ink,
		    text_count(cache->active, text));
	draw_number(panel, canvas, ALL, y, palette->dim,
		    text_count(cache->objects, text));
	draw_number(panel, canvas, SIZE, y, palette->dim,
		    text_count(cache->object_size, text));
	draw_number(panel, canvas, SLABS, y, palette->dim,
		    text_count(cache->slabs, text));
	draw_number(panel, canvas, BYTES, y, ink,
		    cache->slabs ? text_pages(cache_pages(cache), text) : "-");
	snprintf(text, sizeof(text), "%u%%",
		 (unsigned int)(fill_permille(cache) / 10));
	draw_number(panel, canvas, FILL, y, palette->dim,
		    cache->slabs ? text : "-");
	draw_bar(canvas, view,
		 (struct box){panel->rows.x, y + inset, panel->rows.w,
			      panel->row_height - 2 * inset},
		 row, longest);
}

/* All caches in one line, and who has how much of it in a bar. */
static int draw_sum(struct canvas *canvas, const struct view *view,
		    struct box box, const struct row *row, uint32_t nr)
{
	const int pad = canvas_unit(canvas, 6), bar = canvas_unit(canvas, 10);
	const int line = canvas_line_height(canvas, FONT_TEXT);
	uint64_t pages = 0, used = 0, before = 0;
	uint32_t busy = 0;
	char text[32], sum[160];

	for (uint32_t i = 0; i < nr; i++) {
		pages += cache_pages(row[i].cache);
		used += row[i].cache->active * row[i].cache->object_size;
		busy += row[i].cache->slabs != 0;
	}
	text_pages(pages, text);
	snprintf(sum, sizeof(sum), "%s in %u caches, %u%% of it in use", text,
		 (unsigned int)busy,
		 pages ? (unsigned int)(used * 100 / (pages * 4096)) : 0);
	canvas_text_cut(canvas, box.x + pad, box.y + pad / 2, box.w - 2 * pad,
			FONT_TEXT, view->palette->text, sum);
	box = (struct box){box.x + pad, box.y + pad / 2 + line + pad / 3,
			   box.w - 2 * pad, bar};
	for (uint32_t i = 0; pages && i < nr; i++) {
		const uint64_t n = cache_pages(row[i].cache);
		const int left = (int)((uint64_t)box.w * before / pages);
		const int right = (int)((uint64_t)box.w * (before + n) / pages);

		before += n;
		canvas_fill(canvas,
			    (struct box){box.x + left, box.y,
					 right - left > 2 ? right - left - 1
							  : right - left,
					 bar},
			    palette_hash(view->palette, row[i].cache->number));
	}
	return line + bar + pad;
}

static void draw_nothing(struct canvas *canvas, const struct palette *palette,
			 struct box box)
{
	const int pad = canvas_unit(canvas, 8);

	canvas_text_cut(canvas, box.x + pad, box.y + pad, box.w - 2 * pad,
			FONT_TEXT, palette->dim,
			"slob keeps one heap for all: no cache has slabs");
}

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct slab_panel *panel = state;
	const int small = canvas_line_height(canvas, FONT_SMALL);
	struct row row[MAX_ROWS];
	const uint32_t nr = collect(panel, view, row);
	uint64_t longest = 1;
	int y;

	panel->nr_rows = nr;
	if (!nr) {
		draw_nothing(canvas, view->palette, box);
		return;
	}
	place_columns(panel, canvas, box);
	y = box.y + draw_sum(canvas, view, box, row, nr);
	y += canvas_unit(canvas, 3);
	draw_head(panel, canvas, view->palette, y);
	panel->head_bottom = y + small + canvas_unit(canvas, 2);
	panel->row_height = small + canvas_unit(canvas, 3);
	panel->rows.y = panel->head_bottom;
	panel->rows.h = box.y + box.h - panel->rows.y;
	panel->rows.h -= panel->rows.h % panel->row_height;
	if (panel->rows.h < 1)
		return;
	scroll_fit(&panel->scroll, (int)nr * panel->row_height, panel->rows.h,
		   panel->row_height);
	for (uint32_t i = 0; i < nr; i++) {
		const uint64_t bytes = cache_pages(row[i].cache) * 4096;

		panel->number[i] = row[i].cache->number;
		longest = bytes > longest ? bytes : longest;
	}
	box = (struct box){box.x, panel->rows.y, box.w, panel->rows.h};
	canvas_push_clip(canvas, box);
	y = panel->rows.y - panel->scroll.at;
	for (uint32_t i = 0; i < nr; i++, y += panel->row_height)
		if (y + panel->row_height > box.y && y < box.y + box.h)
			draw_row(panel, canvas, view, y, &row[i], longest);
	scroll_draw(canvas, view->palette, box, &panel->scroll);
	canvas_pop_clip(canvas);
}

/* ---- the hand ---------------------------------------------------------------------------- */

static const struct snapshot_cache *cache_at(const struct slab_panel *panel,
					     const struct view *view, int y)
{
	int row;

	if (!panel->row_height || y < panel->rows.y)
		return NULL;
	row = (y - panel->rows.y + panel->scroll.at) / panel->row_height;
	return row < (int)panel->nr_rows
		       ? find_cache(view->now, panel->number[row])
		       : NULL;
}

static int column_at(const struct slab_panel *panel, int x, int y)
{
	if (y < panel->head_bottom - panel->row_height ||
	    y >= panel->head_bottom)
		return -1;
	for (int i = 0; i < NR_COLUMNS; i++)
		if (panel->right[i] && x >= panel->left[i] &&
		    x < panel->right[i])
			return i;
	return -1;
}

static void tell(const struct slab_panel *panel, struct view *view,
		 const struct panel_event *event)
{
	const int x = event->x, y = event->y;
	const int column = column_at(panel, x, y);
	const struct snapshot_cache *cache = cache_at(panel, view, y), *before;
	char text[32];

	if (column >= 0) {
		view_tip(view, x, y, "%s: %s", columns[column].title,
			 columns[column].meaning);
		view_tip(view, x, y, "click: sort; again: the other way");
	}
	if (!cache)
		return;
	before = find_cache(view->before, cache->number);
	view_tip(view, x, y, "%s", cache->name);
	view_tip(view, x, y, "%llu of %llu objects in use, %u bytes each",
		 (unsigned long long)cache->active,
		 (unsigned long long)cache->objects, cache->object_size);
	view_tip(view, x, y, "%llu slabs of %u pages with %u objects: %s",
		 (unsigned long long)cache->slabs, cache->slab_frames,
		 cache->slab_objects, text_pages(cache_pages(cache), text));
	text_bytes(cache_pages(cache) * 4096 -
			   cache->objects * cache->object_size,
		   text, sizeof(text));
	view_tip(view, x, y, "%s lost at the ends of slabs", text);
	if (before &&
	    (before->active != cache->active || before->slabs != cache->slabs))
		view_tip(view, x, y,
			 "since the last look %+lld objects, %+lld slabs",
			 (long long)(cache->active - before->active),
			 (long long)(cache->slabs - before->slabs));
	if (cache->slabs)
		view_tip(view, x, y, "click: the next of its slabs");
}

/* The cache's first frame of a slab behind the one that is selected. */
static void select_slab(struct view *view, const struct snapshot_cache *cache)
{
	const uint64_t first = view->now->first_paddr >> 12;
	const uint64_t nr = (uint64_t)view->now->nr_blocks *
			    KERNEL_BLOCK_FRAMES;
	const uint64_t after = view->selected.pfn;
	const uint64_t from = after >= first && after < first + nr
				      ? after - first + 1
				      : 0;

	for (uint64_t n = 0; n < nr; n++) {
		const uint64_t pfn = first + (from + n) % nr;
		const struct kernel_frame *frame = view_frame(view->now, pfn);

		if (frame->use == FRAME_SLAB && frame->cache == cache->number &&
		    frame->flags & KERNEL_FRAME_FIRST) {
			view_select_frame(view, pfn);
			return;
		}
	}
	view_say(view, "no slab of %s is known by its number", cache->name);
}

static bool press(struct slab_panel *panel, struct view *view,
		  const struct panel_event *event)
{
	const int column = column_at(panel, event->x, event->y);
	const struct snapshot_cache *cache = cache_at(panel, view, event->y);

	if (column >= 0) {
		panel->upward = sorted_by(panel) == (enum column)column &&
				!panel->upward;
		panel->by = (enum column)column;
		panel->chosen = true;
		view->redraw = true;
	} else if (cache) {
		select_slab(view, cache);
	}
	return true;
}

static bool event(void *state, struct view *view,
		  const struct panel_event *event)
{
	struct slab_panel *panel = state;

	if (!view->now)
		return false;
	switch (event->kind) {
	case PANEL_HOVER:
		tell(panel, view, event);
		return true;
	case PANEL_PRESS:
		return press(panel, view, event);
	default:
		return scroll_event(&panel->scroll, view, event);
	}
}

const struct panel_kind panel_slab = {
	.name = "slab",
	.title = "Slab caches",
	.help = "click on a title\tsort by it; again: the other way\n"
		"click on a cache\tthe next of its slabs\n" SCROLL_HELP,
	.sections = 1u << SECTION_CACHES,
	.state_bytes = sizeof(struct slab_panel),
	.draw = draw,
	.event = event,
};
