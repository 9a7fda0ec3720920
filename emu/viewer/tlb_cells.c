/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cells of TLBs: see tlb_cells.h. What a mark says is said by a sign, too,
 * where there is room for one.
 */
#include "emu/viewer/tlb_cells.h"

#include <stdio.h>
#include <stdlib.h>

#include "emu/viewer/view.h"

#define FADE_MS    900
#define FADE_FILLS 16

/* ---- what is new --------------------------------------------------------------- */

static bool make_marks(struct tlb_marks *marks, uint32_t nr)
{
	if (marks->nr == nr)
		return true;
	free(marks->mark);
	marks->mark = calloc(nr, sizeof(*marks->mark));
	marks->nr = marks->mark ? nr : 0;
	return marks->mark;
}

/* Once for each snapshot that is shown. */
void tlb_look_for_changes(struct tlb_marks *marks, const struct view *view)
{
	uint32_t nr, nr_before = 0;
	const struct snapshot_tlb_entry *now = snapshot_tlb_entries(view->now,
								    &nr);
	const struct snapshot_tlb_entry *before =
		view->before ? snapshot_tlb_entries(view->before, &nr_before)
			     : NULL;

	if (!make_marks(marks, nr) || marks->serial == view->now->serial)
		return;
	marks->serial = view->now->serial;
	for (uint32_t i = 0; nr == nr_before && i < nr; i++) {
		enum tlb_change change = tlb_change(&before[i], &now[i]);

		if (change != TLB_SAME)
			marks->mark[i] = (struct tlb_mark){
				(uint8_t)change, marks->serial, view->ms};
	}
}

/*
 * How bright the mark of @entry, number @i, still is, of 255: it fades with
 * time. A picture has no time: there what is new fades with each later fill.
 */
static int brightness(const struct tlb_marks *marks, struct view *view,
		      const struct snapshot_tlb_entry *entry, uint32_t i)
{
	const struct tlb_mark *mark = &marks->mark[i];
	const bool fill = mark->change == TLB_FILLED ||
			  mark->change == TLB_REPLACED;
	const uint64_t age = view->ms - mark->ms;

	if (!mark->change)
		return 0;
	if (!view->ms && mark->serial != marks->serial)
		return 0;
	if (!view->ms && fill)
		return entry->age >= FADE_FILLS
			       ? 0
			       : 255 - (int)entry->age * 255 / FADE_FILLS;
	if (!view->ms)
		return 255;
	if (age >= FADE_MS)
		return 0;
	view->redraw = true; /* it is less in the next picture */
	return (int)(255 - age * 255 / FADE_MS);
}

static colour_t mark_colour(const struct palette *palette, uint8_t change)
{
	return change == TLB_HIT    ? palette->good
	       : change == TLB_GONE ? palette->bad
				    : palette->fresh;
}

/* ---- a cell ------------------------------------------------------------------------ */

/* In hues that neighbours don't share, and never that of global entries. */
colour_t tlb_asid_colour(const struct palette *palette, uint8_t asid)
{
	const unsigned int kind = asid % (PALETTE_KINDS - 1);

	return palette->kind[kind + (kind >= TLB_GLOBAL_KIND)];
}

static colour_t entry_colour(const struct tlb_brush *brush,
			     const struct snapshot_tlb_entry *entry)
{
	if (!(entry->flags & TLB_VALID))
		return brush->view->palette->free;
	if (entry->flags & TLB_GLOBAL)
		return brush->view->palette->kind[TLB_GLOBAL_KIND];
	return tlb_asid_colour(brush->view->palette, entry->asid);
}

static void size_text(uint32_t bytes, char *to, size_t size)
{
	snprintf(to, size, bytes >= 1u << 20 ? "%uM" : "%uK",
		 bytes >= 1u << 20 ? bytes >> 20 : bytes >> 10);
}

static void draw_line(const struct tlb_brush *brush, struct box box,
		      const struct snapshot_tlb_entry *entry)
{
	char size[8], tag[8], text[96];

	if (!(entry->flags & TLB_VALID)) {
		canvas_text_cut(brush->canvas, box.x, box.y, box.w, FONT_MONO,
				brush->view->palette->faint, "–");
		return;
	}
	size_text(entry->size_bytes, size, sizeof(size));
	if (entry->flags & TLB_GLOBAL)
		snprintf(tag, sizeof(tag), "all");
	else
		snprintf(tag, sizeof(tag), "%u", entry->asid);
	snprintf(text, sizeof(text), "%08x→%08llx %3s %3s %s %4llu", entry->va,
		 (unsigned long long)entry->paddr, size, tag, entry->rights,
		 (unsigned long long)entry->age);
	canvas_text_cut(brush->canvas, box.x, box.y, box.w, FONT_MONO,
			brush->view->palette->text, text);
}

static void draw_page(const struct tlb_brush *brush, struct box box,
		      const struct snapshot_tlb_entry *entry)
{
	char text[24];

	if (!(entry->flags & TLB_VALID))
		return;
	if (brush->layout->cell == TLB_CELL_PAIR)
		snprintf(text, sizeof(text), "%05x→%05llx", entry->va >> 12,
			 (unsigned long long)entry->paddr >> 12);
	else
		snprintf(text, sizeof(text), "%05x", entry->va >> 12);
	canvas_text_cut(brush->canvas, box.x, box.y, box.w, FONT_MONO,
			brush->view->palette->text, text);
}

/* A corner for the next to go, as soon as no place is free; a bar: locked. */
static void draw_flags(const struct tlb_brush *brush, struct box box,
		       uint32_t index)
{
	const struct snapshot_tlb_entry *entry = &brush->entries[index];
	const int size = canvas_unit(brush->canvas, 5);

	if (entry->flags & TLB_VICTIM &&
	    tlb_set_is_full(brush->tlb, brush->entries, index))
		for (int i = 0; i < size; i++)
			canvas_fill(brush->canvas,
				    (struct box){box.x + box.w - size + i,
						 box.y + i, size - i, 1},
				    brush->view->palette->warn);
	if (entry->flags & TLB_LOCKED)
		canvas_fill(brush->canvas,
			    (struct box){box.x, box.y + box.h - 2, box.w, 2},
			    brush->view->palette->accent);
}

/* What happened to it, as a sign and not by colour alone. */
static void draw_sign(const struct tlb_brush *brush, struct box box,
		      uint8_t change)
{
	static const char *const signs[] = {
		[TLB_SAME] = "", [TLB_FILLED] = "+", [TLB_REPLACED] = "±",
		[TLB_HIT] = "•", [TLB_GONE] = "×",
	};

	canvas_text_right(brush->canvas, box.x + box.w, box.y, FONT_MONO,
			  mark_colour(brush->view->palette, change),
			  signs[change]);
}

/* The ground of a cell: whose it is, and what has just happened. */
static void draw_ground(const struct tlb_brush *brush, struct box cell,
			const struct snapshot_tlb_entry *entry, int stripe,
			uint8_t change, int light)
{
	const bool dot = brush->layout->cell == TLB_CELL_DOT;
	const bool valid = entry->flags & TLB_VALID;
	const colour_t colour = entry_colour(brush, entry);

	canvas_fill(brush->canvas, cell, brush->view->palette->window);
	if (dot || !valid)
		canvas_blend(brush->canvas, cell, colour, valid ? 230 : 90);
	else
		canvas_fill(brush->canvas,
			    (struct box){cell.x, cell.y, stripe, cell.h},
			    colour);
	if (light)
		canvas_blend(brush->canvas, cell,
			     mark_colour(brush->view->palette, change),
			     light *
				     (dot                  ? 190
				      : change == TLB_GONE ? 34
							   : 64) /
				     255);
}

static void draw_entry(const struct tlb_brush *brush, struct box box,
		       uint32_t index, bool serves)
{
	const struct snapshot_tlb_entry *entry = &brush->entries[index];
	const uint32_t number = brush->tlb->first + index;
	const uint8_t change = brush->marks->mark[number].change;
	const enum tlb_cell kind = brush->layout->cell;
	const int one = canvas_unit(brush->canvas, 1);
	const int light = brightness(brush->marks, brush->view, entry, number);
	const int stripe = canvas_unit(brush->canvas, 4);
	const struct box cell = {box.x, box.y, box.w - one, box.h - one};
	const struct box text = {box.x + stripe + one * 2, box.y,
				 box.w - stripe - 8 * one, box.h};

	draw_ground(brush, cell, entry, stripe, change, light);
	if (light && kind != TLB_CELL_DOT)
		draw_sign(brush, text, change);
	if (kind == TLB_CELL_LINE)
		draw_line(brush, text, entry);
	else if (kind != TLB_CELL_DOT)
		draw_page(brush, text, entry);
	draw_flags(brush, cell, index);
	if (serves)
		canvas_frame(brush->canvas, cell, brush->view->palette->accent,
			     2 * one);
}

/* ---- a TLB ----------------------------------------------------------------------------- */

static uint32_t nr_valid(const struct snapshot_tlb *tlb,
			 const struct snapshot_tlb_entry *entry)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < tlb->entries; i++)
		nr += entry[i].flags & TLB_VALID;
	return nr;
}

static void draw_head(const struct tlb_brush *brush, struct box box,
		      const struct snapshot_tlb_entry *entry)
{
	const struct snapshot_tlb *tlb = brush->tlb;
	struct canvas *canvas = brush->canvas;
	const int line = canvas_line_height(canvas, FONT_BOLD);
	char title[48], text[128], geometry[48];
	int x;

	snprintf(title, sizeof(title), "core %u  %s", tlb->cpu, tlb->name);
	if (tlb->sets < 2)
		snprintf(geometry, sizeof(geometry), "fully associative");
	else
		snprintf(geometry, sizeof(geometry), "%u sets of %u ways",
			 tlb->sets, tlb->ways);
	snprintf(text, sizeof(text), "%u of %u entries, %s, %s",
		 nr_valid(tlb, entry), tlb->entries, geometry,
		 tlb->replacement);
	x = canvas_text_cut(canvas, box.x, box.y, box.w, FONT_BOLD,
			    brush->view->palette->text, title) +
	    canvas_unit(canvas, 8);
	canvas_text_cut(canvas, x, box.y + canvas_unit(canvas, 2),
			box.x + box.w > x ? box.x + box.w - x : 0, FONT_SMALL,
			brush->view->palette->dim, text);
	snprintf(text, sizeof(text),
		 "%.2f %% of %llu lookups hit, %llu evicted, %llu invalidated",
		 tlb->lookups ? 100.0 * (double)(tlb->lookups - tlb->misses) /
					(double)tlb->lookups
			      : 0,
		 (unsigned long long)tlb->lookups,
		 (unsigned long long)tlb->evictions,
		 (unsigned long long)tlb->invalidations);
	canvas_text_cut(canvas, box.x, box.y + line, box.w, FONT_SMALL,
			brush->view->palette->dim, text);
}

void tlb_draw(const struct tlb_brush *brush, struct box at)
{
	const struct snapshot_tlb *tlb = brush->tlb;
	const struct view *view = brush->view;
	const struct snapshot_process *process = view_focus(view);

	draw_head(brush, at, brush->entries);
	for (uint32_t i = 0; i < tlb->entries; i++)
		draw_entry(brush, tlb_entry_box(brush->layout, tlb, at, i), i,
			   view->selected.has_va &&
				   tlb_serves(tlb, &brush->entries[i], process,
					      view->selected.va));
}
