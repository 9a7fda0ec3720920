/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cells of an address space: see space_cell.h. What a page itself is comes
 * from its frame, which is as young as the snapshot; what its process may do
 * with it, from its entry.
 */
#include "emu/viewer/space_cell.h"

#include <stdio.h>
#include <string.h>

#include "emu/viewer/view.h"

enum { /* of frame_use.def */
	USE_SHMEM = FRAME_SHMEM
};

/* ---- what it is ------------------------------------------------------------------ */

static enum space_kind kind_of(const struct kernel_vma *vma,
			       const struct kernel_page *page,
			       const struct kernel_frame *frame)
{
	if (page->flags & KERNEL_PAGE_SWAPPED)
		return SPACE_SWAPPED;
	if (page->flags & KERNEL_PAGE_MOVING)
		return SPACE_MOVING;
	if (!(page->flags & KERNEL_PAGE_PRESENT))
		return SPACE_UNTOUCHED;
	if (page->flags & KERNEL_PAGE_ZERO)
		return SPACE_ZERO;
	if (vma->rights & KERNEL_VMA_DEVICE)
		return SPACE_DEVICE;
	if (page->kind & KERNEL_PAGE_ANON)
		return SPACE_ANON;
	return frame && frame->use == USE_SHMEM ? SPACE_SHMEM : SPACE_FILE;
}

/* A store would have to give it a page of its own, or find that it has one. */
static bool is_cow(const struct kernel_vma *vma, const struct kernel_page *page)
{
	const uint8_t rights = vma->rights &
			       (KERNEL_VMA_WRITE | KERNEL_VMA_SHARED);

	return rights == KERNEL_VMA_WRITE &&
	       (page->flags & (KERNEL_PAGE_PRESENT | KERNEL_PAGE_WRITE)) ==
		       KERNEL_PAGE_PRESENT;
}

static bool differ(const struct kernel_page *a, const struct kernel_page *b)
{
	static const struct kernel_page nothing = {
		.where = KERNEL_PAGE_NOWHERE};
	const uint8_t flags = (uint8_t)~KERNEL_PAGE_YOUNG;

	b = b ? b : &nothing;
	return a->where != b->where || ((a->flags ^ b->flags) & flags);
}

static void count(struct space_cell *cell, const struct view *view,
		  const struct kernel_vma *vma, const struct kernel_page *page)
{
	const bool present = page->flags & KERNEL_PAGE_PRESENT;
	const struct kernel_frame *frame =
		present ? view_frame(view->now, page->where) : NULL;
	const enum space_kind kind = kind_of(vma, page, frame);
	uint32_t mapcount = frame && kind != SPACE_ZERO ? frame->mapcount : 0;

	cell->kind[kind]++;
	if (!present)
		return;
	cell->present++;
	cell->young += !!(page->flags & KERNEL_PAGE_YOUNG);
	cell->dirty += !!(page->flags & KERNEL_PAGE_DIRTY);
	cell->cow += is_cow(vma, page);
	cell->shared += mapcount > 1;
	cell->large += !!(page->kind & KERNEL_PAGE_LARGE);
	cell->huge += !!(page->kind & KERNEL_PAGE_HUGE);
	if (mapcount > cell->mapcount)
		cell->mapcount = mapcount;
}

/* Pages of one table; @was: the table as it was before, or NULL. */
static void count_table(struct space_cell *cell, const struct view *view,
			const struct kernel_vma *vma,
			const struct snapshot_table *table,
			const struct snapshot_table *was, uint32_t first,
			uint32_t nr)
{
	for (uint32_t i = first; i < first + nr; i++) {
		count(cell, view, vma, &table->page[i]);
		if (table != was)
			cell->changed += differ(&table->page[i],
						was ? &was->page[i] : NULL);
	}
}

/* NULL: there is nothing that it could be compared with. */
static const struct snapshot *earlier(const struct view *view)
{
	const struct snapshot *before = view->before;

	return before && before->pid == view->now->pid &&
			       before->section[SECTION_PAGES]
		       ? before
		       : NULL;
}

struct space_cell space_cell(const struct view *view,
			     const struct kernel_vma *vma, uint32_t va,
			     uint32_t nr)
{
	const struct snapshot *before = earlier(view);
	struct space_cell cell = {0};

	if (nr > (vma->end - va) / 4096)
		nr = (vma->end - va) / 4096;
	cell.nr = nr;
	while (nr) {
		const struct snapshot_table *table = snapshot_table(view->now,
								    va);
		uint32_t first = va / 4096 % KERNEL_TABLE_PAGES;
		uint32_t some = KERNEL_TABLE_PAGES - first;

		some = some < nr ? some : nr;
		if (table)
			count_table(&cell, view, vma, table,
				    before ? snapshot_table(before, va) : table,
				    first, some);
		else
			cell.kind[SPACE_UNTOUCHED] += some;
		va += some * 4096;
		nr -= some;
	}
	return cell;
}

enum space_kind space_cell_kind(const struct space_cell *cell)
{
	enum space_kind most = SPACE_UNTOUCHED;

	for (int i = SPACE_UNTOUCHED + 1; i < NR_SPACE_KINDS; i++)
		if (cell->kind[i] &&
		    (!most || cell->kind[i] > cell->kind[most]))
			most = (enum space_kind)i;
	return most;
}

/* ---- how it looks ----------------------------------------------------------------- */

const char *space_mode_name(enum space_mode mode)
{
	static const char *const names[NR_SPACE_MODES] = {
		[SPACE_BY_KIND] = "what it is",
		[SPACE_BY_ACCESS] = "accessed and dirty",
		[SPACE_BY_SHARING] = "how often it is mapped",
		[SPACE_BY_ENTRY] = "size of the entry",
	};

	return names[mode];
}

static colour_t kind_colour(const struct palette *palette, enum space_kind kind)
{
	static const uint8_t kinds[NR_SPACE_KINDS] = {
		[SPACE_ANON] = KIND_ORANGE,   [SPACE_FILE] = KIND_SKY,
		[SPACE_SHMEM] = KIND_GREEN,   [SPACE_ZERO] = KIND_GREY,
		[SPACE_DEVICE] = KIND_BROWN,  [SPACE_SWAPPED] = KIND_ROSE,
		[SPACE_MOVING] = KIND_YELLOW,
	};

	return kind == SPACE_UNTOUCHED ? palette->raised
				       : palette->kind[kinds[kind]];
}

static colour_t access_colour(const struct palette *palette,
			      const struct space_cell *cell)
{
	bool young = 2 * cell->young >= cell->present;

	if (2 * cell->dirty >= cell->present)
		return palette->kind[young ? KIND_VERMILLION : KIND_PURPLE];
	return palette->kind[young ? KIND_SKY : KIND_GREY];
}

static colour_t sharing_colour(const struct palette *palette, uint32_t mapcount)
{
	uint32_t step = PALETTE_STEPS / 5;

	for (uint32_t n = mapcount; n > 1; n /= 2)
		step += PALETTE_STEPS / 8;
	return palette->ramp[step < PALETTE_STEPS ? step : PALETTE_STEPS - 1];
}

static colour_t entry_colour(const struct palette *palette,
			     const struct space_cell *cell)
{
	return palette->kind[cell->huge    ? KIND_YELLOW
			     : cell->large ? KIND_TEAL
					   : KIND_BLUE];
}

static colour_t colour_of(const struct palette *palette,
			  const struct space_cell *cell, enum space_mode mode)
{
	const enum space_kind kind = space_cell_kind(cell);

	if (mode == SPACE_BY_KIND || !cell->present)
		return kind_colour(palette, kind);
	if (mode == SPACE_BY_ACCESS)
		return access_colour(palette, cell);
	if (mode == SPACE_BY_SHARING)
		return sharing_colour(palette, cell->mapcount);
	return entry_colour(palette, cell);
}

static void fill(struct canvas *canvas, struct box box, colour_t colour)
{
	struct box clip = canvas_clip(canvas);

	for (int y = box.y; y < box.y + box.h; y++) {
		uint32_t *row;

		if (y < clip.y || y >= clip.y + clip.h)
			continue;
		row = canvas_row(canvas, y);
		for (int x = box.x; x < box.x + box.w; x++)
			if (x >= clip.x && x < clip.x + clip.w)
				row[x] = colour;
	}
}

/* The upper right half, from corner to corner. */
static void fill_half(struct canvas *canvas, struct box box, colour_t colour)
{
	for (int y = 0; y < box.h; y++) {
		int from = box.w * (y + 1) / (box.h + 1);

		fill(canvas,
		     (struct box){box.x + from, box.y + y, box.w - from, 1},
		     colour);
	}
}

static void draw_out(struct canvas *canvas, const struct palette *palette,
		     struct box box, colour_t colour)
{
	int width = canvas_unit(canvas,
				box.w > canvas_unit(canvas, 12) ? 2 : 1);

	fill(canvas, box, colour);
	if (box.w > 2 * width + 1)
		fill(canvas, box_inside(box, width), palette->panel);
}

/* The marks that a page's cell has room for. */
static void draw_marks(struct canvas *canvas, const struct palette *palette,
		       const struct space_cell *cell, struct box box)
{
	int dot = box.h / 3;

	if (cell->shared)
		canvas_frame(canvas, box, palette->text,
			     canvas_unit(canvas, 1));
	if (cell->dirty)
		fill(canvas,
		     (struct box){box.x + box.w - 2 * dot + dot / 2,
				  box.y + box.h - 2 * dot + dot / 2, dot, dot},
		     0x101218);
}

static void draw_letter(struct canvas *canvas, const struct palette *palette,
			const struct space_cell *cell, struct box box)
{
	static const char *const letters[NR_SPACE_KINDS] = {
		[SPACE_UNTOUCHED] = "", [SPACE_ANON] = "A",
		[SPACE_FILE] = "F",     [SPACE_SHMEM] = "M",
		[SPACE_ZERO] = "0",     [SPACE_DEVICE] = "D",
		[SPACE_SWAPPED] = "S",  [SPACE_MOVING] = "…",
	};
	enum space_kind kind = space_cell_kind(cell);
	int margin = canvas_unit(canvas, 3);

	canvas_text(canvas, box.x + margin, box.y + margin / 2, FONT_SMALL,
		    kind == SPACE_SWAPPED ? palette->text : 0x101218,
		    letters[kind]);
}

void space_cell_draw(struct canvas *canvas, const struct palette *palette,
		     const struct space_cell *cell, struct box box,
		     struct space_look look)
{
	const int margin = canvas_unit(canvas, 1);
	const enum space_kind kind = space_cell_kind(cell);
	const bool out = kind == SPACE_SWAPPED || kind == SPACE_MOVING;
	colour_t colour = colour_of(palette, cell, look.mode);
	uint32_t used = cell->nr - cell->kind[SPACE_UNTOUCHED];

	box.w -= look.on_right ? 0 : margin;
	box.h -= look.on_below ? 0 : margin;
	/* a quarter more, so that one page of many is seen */
	colour = colour_mix(palette->raised, colour,
			    used ? 64 + 192 * used / cell->nr : 0);
	if (look.mode == SPACE_BY_KIND && cell->present &&
	    2 * cell->young < cell->present)
		colour = colour_mix(colour, palette->panel, 120);
	if (out && box.h > 3 * margin) {
		draw_out(canvas, palette, box, colour);
	} else {
		fill(canvas, box, colour);
		if (look.mode == SPACE_BY_KIND && 2 * cell->cow > cell->nr)
			fill_half(canvas, box,
				  colour_mix(colour, palette->panel, 170));
	}
	if (cell->nr == 1 && box.h >= canvas_unit(canvas, 7))
		draw_marks(canvas, palette, cell, box);
	if (cell->nr == 1 && box.h >= canvas_unit(canvas, 20))
		draw_letter(canvas, palette, cell, box);
	if (cell->changed)
		canvas_frame(canvas, box, palette->fresh,
			     box.w > canvas_unit(canvas, 12) ? 2 * margin
							     : margin);
}

/* ---- legend ---------------------------------------------------------------------- */

struct legend_row {
	const char *text;
	struct space_cell cell;
	bool joined;
};

#define ONE(k, ...)                                       \
	{                                                 \
		.nr = 1, .kind = {[k] = 1}, ##__VA_ARGS__ \
	}
#define HERE(k, ...) ONE(k, .present = 1, ##__VA_ARGS__)
static const struct legend_row kind_rows[] = {
	{"untouched", ONE(SPACE_UNTOUCHED), false},
	{"anonymous", HERE(SPACE_ANON, .young = 1), false},
	{"file", HERE(SPACE_FILE, .young = 1), false},
	{"shared memory", HERE(SPACE_SHMEM, .young = 1), false},
	{"zero page", HERE(SPACE_ZERO, .young = 1), false},
	{"device", HERE(SPACE_DEVICE, .young = 1), false},
	{"swapped out", ONE(SPACE_SWAPPED), false},
	{"moving", ONE(SPACE_MOVING), false},
	{"not accessed lately", HERE(SPACE_ANON), false},
	{"dirty", HERE(SPACE_ANON, .young = 1, .dirty = 1), false},
	{"copy on write", HERE(SPACE_ANON, .young = 1, .cow = 1), false},
	{"mapped more than once", HERE(SPACE_FILE, .young = 1, .shared = 1),
	 false},
	{"64 KB or 2 MB in one entry", HERE(SPACE_ANON, .young = 1), true},
	{"just changed", HERE(SPACE_ANON, .young = 1, .changed = 1), false},
	{NULL, {0}, false},
};
static const struct legend_row access_rows[] = {
	{"accessed and dirty", HERE(SPACE_ANON, .young = 1, .dirty = 1), false},
	{"accessed", HERE(SPACE_ANON, .young = 1), false},
	{"dirty, not accessed lately", HERE(SPACE_ANON, .dirty = 1), false},
	{"neither", HERE(SPACE_ANON), false},
	{"swapped out", ONE(SPACE_SWAPPED), false},
	{"untouched", ONE(SPACE_UNTOUCHED), false},
	{NULL, {0}, false},
};
static const struct legend_row sharing_rows[] = {
	{"mapped once", HERE(SPACE_ANON, .mapcount = 1), false},
	{"2", HERE(SPACE_ANON, .mapcount = 2), false},
	{"4", HERE(SPACE_ANON, .mapcount = 4), false},
	{"16", HERE(SPACE_ANON, .mapcount = 16), false},
	{"64 and more", HERE(SPACE_ANON, .mapcount = 64), false},
	{"swapped out", ONE(SPACE_SWAPPED), false},
	{"untouched", ONE(SPACE_UNTOUCHED), false},
	{NULL, {0}, false},
};
static const struct legend_row entry_rows[] = {
	{"4 KB", HERE(SPACE_ANON), false},
	{"64 KB, large page", HERE(SPACE_ANON, .large = 1), true},
	{"2 MB, pair of sections", HERE(SPACE_ANON, .huge = 1), true},
	{"swapped out", ONE(SPACE_SWAPPED), false},
	{"untouched", ONE(SPACE_UNTOUCHED), false},
	{NULL, {0}, false},
};

static void draw_sample(struct canvas *canvas, const struct palette *palette,
			const struct legend_row *row, struct box box,
			enum space_mode mode)
{
	struct space_look look = {.mode = mode, .on_right = row->joined};

	if (row->joined) {
		struct box left = box;

		left.x -= box.w;
		space_cell_draw(canvas, palette, &row->cell, left, look);
		look.on_right = false;
	}
	space_cell_draw(canvas, palette, &row->cell, box, look);
}

int space_legend(struct canvas *canvas, const struct palette *palette,
		 struct box box, enum space_mode mode, bool draw)
{
	static const struct legend_row *const rows[NR_SPACE_MODES] = {
		kind_rows, access_rows, sharing_rows, entry_rows};
	const int side = canvas_unit(canvas, 10), gap = canvas_unit(canvas, 4);
	const int line = canvas_line_height(canvas, FONT_SMALL) + gap / 2;
	int x = box.x, y = box.y;

	for (const struct legend_row *row = rows[mode]; row->text; row++) {
		int lead = row->joined ? 2 * side : side;
		int width = lead + gap +
			    canvas_text_width(canvas, FONT_SMALL, row->text);

		if (x > box.x && x + width > box.x + box.w) {
			x = box.x;
			y += line;
		}
		if (draw) {
			draw_sample(canvas, palette, row,
				    (struct box){x + lead - side,
						 y + (line - side) / 2, side,
						 side},
				    mode);
			canvas_text(canvas, x + lead + gap, y, FONT_SMALL,
				    palette->dim, row->text);
		}
		x += width + 3 * gap;
	}
	return y + line - box.y;
}
