/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every entry of every TLB, at its place in hardware: tlb_model.h says where.
 * What came, was found or went since the snapshot before is marked, and the
 * mark fades; a picture has it at its brightest.
 */
#include "emu/viewer/panel.h"

#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/tlb_model.h"
#include "emu/viewer/view.h"

#define FADE_MS 900

struct state {
	struct tlb_layout layout; /* as last drawn */
	int scroll;
	int coarser; /* steps from what there is room for */
	/* What happened last to each entry, and when it was seen. */
	uint64_t serial; /* of the snapshot looked at */
	uint32_t nr_marks;
	struct mark {
		uint8_t change;
		uint64_t serial, ms;
	} * mark;
};

/* ---- what is new --------------------------------------------------------------- */

static bool make_marks(struct state *state, uint32_t nr)
{
	if (state->nr_marks == nr)
		return true;
	free(state->mark);
	state->mark = calloc(nr, sizeof(*state->mark));
	state->nr_marks = state->mark ? nr : 0;
	return state->mark;
}

/* Once for each snapshot that is shown. */
static void look_for_changes(struct state *state, const struct view *view)
{
	uint32_t nr, nr_before = 0;
	const struct snapshot_tlb_entry *now = snapshot_tlb_entries(view->now,
								    &nr);
	const struct snapshot_tlb_entry *before =
		view->before ? snapshot_tlb_entries(view->before, &nr_before)
			     : NULL;

	if (!make_marks(state, nr) || state->serial == view->now->serial)
		return;
	state->serial = view->now->serial;
	for (uint32_t i = 0; nr == nr_before && i < nr; i++) {
		enum tlb_change change = tlb_change(&before[i], &now[i]);

		if (change != TLB_SAME)
			state->mark[i] = (struct mark){(uint8_t)change,
						       state->serial, view->ms};
	}
}

/* How bright the mark of entry @i still is, of 255. */
static int brightness(const struct state *state, struct view *view, uint32_t i)
{
	const struct mark *mark = &state->mark[i];
	const uint64_t age = view->ms - mark->ms;

	if (!mark->change)
		return 0;
	if (!view->ms)
		return mark->serial == state->serial ? 255 : 0;
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

struct brush {
	struct state *state;
	struct view *view;
	const struct palette *palette;
	struct canvas *canvas;
	const struct snapshot_tlb *tlb;
};

static colour_t entry_colour(const struct brush *brush,
			     const struct snapshot_tlb_entry *entry)
{
	if (!(entry->flags & TLB_VALID))
		return brush->palette->free;
	if (entry->flags & TLB_GLOBAL)
		return brush->palette->kind[7];
	return palette_hash(brush->palette, entry->asid);
}

static void size_text(uint32_t bytes, char *to, size_t size)
{
	snprintf(to, size, bytes >= 1u << 20 ? "%uM" : "%uK",
		 bytes >= 1u << 20 ? bytes >> 20 : bytes >> 10);
}

static void draw_line(const struct brush *brush, struct box box,
		      const struct snapshot_tlb_entry *entry)
{
	char size[8], tag[8], text[96];

	if (!(entry->flags & TLB_VALID)) {
		canvas_text_cut(brush->canvas, box.x, box.y, box.w, FONT_MONO,
				brush->palette->faint, "–");
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
			brush->palette->text, text);
}

static void draw_page(const struct brush *brush, struct box box,
		      const struct snapshot_tlb_entry *entry)
{
	if (entry->flags & TLB_VALID)
		canvas_textf(brush->canvas, box.x, box.y, FONT_MONO,
			     brush->palette->text, "%05x", entry->va >> 12);
}

/* ▸ the next to go, a bar for what is locked. */
static void draw_flags(const struct brush *brush, struct box box,
		       const struct snapshot_tlb_entry *entry)
{
	const int size = box.h / 3 > 2 ? box.h / 3 : 2;

	if (entry->flags & TLB_VICTIM)
		for (int i = 0; i < size; i++)
			canvas_fill(brush->canvas,
				    (struct box){box.x + box.w - size + i,
						 box.y, size - i, size - i},
				    brush->palette->warn);
	if (entry->flags & TLB_LOCKED)
		canvas_fill(brush->canvas,
			    (struct box){box.x, box.y + box.h - 2, box.w, 2},
			    brush->palette->accent);
}

static void draw_entry(const struct brush *brush, struct box box,
		       const struct snapshot_tlb_entry *entry, uint32_t number,
		       bool serves)
{
	const struct tlb_layout *layout = &brush->state->layout;
	const int one = canvas_unit(brush->canvas, 1);
	const int light = brightness(brush->state, brush->view, number);
	const int stripe = canvas_unit(brush->canvas, 4);
	const bool dot = layout->cell == TLB_CELL_DOT;
	struct box cell = {box.x, box.y, box.w - one, box.h - one};
	struct box text = {box.x + stripe + one * 2, box.y,
			   box.w - stripe - 4 * one, box.h};
	colour_t colour = entry_colour(brush, entry);

	canvas_fill(brush->canvas, cell, brush->palette->window);
	if (dot || !(entry->flags & TLB_VALID))
		canvas_blend(brush->canvas, cell, colour,
			     entry->flags & TLB_VALID ? 230 : 90);
	else
		canvas_fill(brush->canvas,
			    (struct box){cell.x, cell.y, stripe, cell.h},
			    colour);
	if (light)
		canvas_blend(brush->canvas, cell,
			     mark_colour(brush->palette,
					 brush->state->mark[number].change),
			     light * (dot ? 200 : 110) / 255);
	if (layout->cell == TLB_CELL_LINE)
		draw_line(brush, text, entry);
	else if (layout->cell == TLB_CELL_PAGE)
		draw_page(brush, text, entry);
	draw_flags(brush, cell, entry);
	if (serves)
		canvas_frame(brush->canvas, cell, brush->palette->accent,
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

static void draw_head(const struct brush *brush, struct box box,
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
			    brush->palette->text, title) +
	    canvas_unit(canvas, 8);
	canvas_text_cut(canvas, x, box.y + canvas_unit(canvas, 2),
			box.x + box.w > x ? box.x + box.w - x : 0, FONT_SMALL,
			brush->palette->dim, text);
	snprintf(text, sizeof(text),
		 "%.2f %% of %llu lookups hit, %llu evicted, %llu invalidated",
		 tlb->lookups ? 100.0 * (double)(tlb->lookups - tlb->misses) /
					(double)tlb->lookups
			      : 0,
		 (unsigned long long)tlb->lookups,
		 (unsigned long long)tlb->evictions,
		 (unsigned long long)tlb->invalidations);
	canvas_text_cut(canvas, box.x, box.y + line, box.w, FONT_SMALL,
			brush->palette->dim, text);
}

static void draw_tlb(const struct brush *brush, struct box at,
		     const struct snapshot_tlb_entry *entries)
{
	const struct snapshot_tlb *tlb = brush->tlb;
	const struct view *view = brush->view;
	const struct snapshot_process *process = view_focus(view);

	draw_head(brush, at, entries);
	for (uint32_t i = 0; i < tlb->entries; i++)
		draw_entry(brush,
			   tlb_entry_box(&brush->state->layout, tlb, at, i),
			   &entries[i], tlb->first + i,
			   view->selected.has_va &&
				   tlb_serves(tlb, &entries[i], process,
					      view->selected.va));
}

/* ---- the panel ---------------------------------------------------------------------------- */

static void put_key(struct canvas *canvas, const struct palette *palette,
		    int *x, int y, colour_t colour, const char *text)
{
	const int size = canvas_unit(canvas, 9);

	canvas_fill(canvas,
		    (struct box){*x, y + canvas_unit(canvas, 2), size, size},
		    colour);
	*x = canvas_text(canvas, *x + size + canvas_unit(canvas, 4), y,
			 FONT_SMALL, palette->dim, text) +
	     canvas_unit(canvas, 10);
}

static void draw_legend(struct view *view, struct canvas *canvas,
			struct box box, enum tlb_cell cell)
{
	const struct palette *palette = view->palette;
	int x = box.x;

	put_key(canvas, palette, &x, box.y, palette->kind[7], "global");
	put_key(canvas, palette, &x, box.y, palette->free, "empty");
	put_key(canvas, palette, &x, box.y, palette->fresh, "filled");
	put_key(canvas, palette, &x, box.y, palette->good, "hit");
	put_key(canvas, palette, &x, box.y, palette->bad, "gone");
	put_key(canvas, palette, &x, box.y, palette->warn, "◥ next victim");
	put_key(canvas, palette, &x, box.y, palette->accent, "□ selected page");
	if (cell == TLB_CELL_LINE && x < box.x + box.w)
		canvas_text_cut(canvas, x, box.y, box.x + box.w - x, FONT_SMALL,
				palette->faint,
				"virtual→physical, size, ASID, "
				"program's/kernel's rights, age in fills");
}

/* Who would translate the selected page. */
static void draw_selection(struct view *view, struct canvas *canvas,
			   struct box box)
{
	uint32_t nr, nr_entries;
	const struct snapshot_tlb *tlb = snapshot_tlbs(view->now, &nr);
	const struct snapshot_tlb_entry *entry =
		snapshot_tlb_entries(view->now, &nr_entries);
	const struct snapshot_process *process = view_focus(view);
	char text[256];
	size_t used;

	if (!view->selected.has_va) {
		canvas_text_cut(canvas, box.x, box.y, box.w, FONT_TEXT,
				view->palette->faint,
				"Click an entry to see its page in the other "
				"panels.");
		return;
	}
	used = (size_t)snprintf(text, sizeof(text),
				"0x%08x of %s (%d):", view->selected.va,
				process ? process->comm : "nobody",
				process ? process->pid : 0);
	for (uint32_t t = 0; t < nr; t++)
		for (uint32_t i = 0; i < tlb[t].entries; i++)
			if (used < sizeof(text) &&
			    tlb_serves(&tlb[t], &entry[tlb[t].first + i],
				       process, view->selected.va))
				used += (size_t)snprintf(
					text + used, sizeof(text) - used,
					"  core %u %s, entry %u;", tlb[t].cpu,
					tlb[t].name, i);
	if (used < sizeof(text) && text[used - 1] == ':')
		snprintf(text + used, sizeof(text) - used,
			 "  no TLB has it: the next access walks");
	canvas_text_cut(canvas, box.x, box.y, box.w, FONT_TEXT,
			view->palette->text, text);
}

static struct tlb_metrics measure(struct canvas *canvas)
{
	const int line = canvas_line_height(canvas, FONT_MONO) +
			 canvas_unit(canvas, 1);
	const int digit = canvas_text_width(canvas, FONT_MONO, "0");

	return (struct tlb_metrics){
		.width = {canvas_unit(canvas, 9),
			  5 * digit + canvas_unit(canvas, 14),
			  39 * digit + canvas_unit(canvas, 12)},
		.height = {canvas_unit(canvas, 9), line, line},
		.head = canvas_line_height(canvas, FONT_BOLD) +
			canvas_line_height(canvas, FONT_SMALL) +
			canvas_unit(canvas, 3),
		.gap = canvas_unit(canvas, 8),
		.core = canvas_unit(canvas, 320),
	};
}

static void draw(void *opaque, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct state *state = opaque;
	const struct tlb_metrics metrics = measure(canvas);
	const int line = canvas_line_height(canvas, FONT_TEXT);
	struct box all = box_inside(box, canvas_unit(canvas, 8)), grid = all;
	uint32_t nr, nr_entries;
	const struct snapshot_tlb *tlb = snapshot_tlbs(view->now, &nr);
	const struct snapshot_tlb_entry *entry =
		snapshot_tlb_entries(view->now, &nr_entries);
	int over;

	grid.y += 2 * line + metrics.gap;
	grid.h -= 2 * line + metrics.gap;
	if (!nr || !nr_entries || grid.h < 1)
		return;
	look_for_changes(state, view);
	state->layout =
		tlb_layout(&metrics, grid, tlb, nr,
			   (enum tlb_cell)(NR_TLB_CELLS - 1 - state->coarser));
	draw_selection(view, canvas, all);
	draw_legend(view, canvas,
		    (struct box){all.x, all.y + line, all.w, line},
		    state->layout.cell);
	over = state->layout.height - grid.h;
	state->scroll = over < 0 || state->scroll < 0 ? 0
			: state->scroll > over        ? over
						      : state->scroll;
	state->layout.box.y -= state->scroll;
	canvas_push_clip(canvas, grid);
	for (uint32_t i = 0; i < nr; i++) {
		const struct brush brush = {state, view, view->palette, canvas,
					    &tlb[i]};

		draw_tlb(&brush, tlb_box(&state->layout, tlb, nr, i),
			 entry + tlb[i].first);
	}
	canvas_pop_clip(canvas);
}

/* ---- the hand -------------------------------------------------------------------------------- */

struct found {
	const struct snapshot_tlb *tlb; /* NULL: nothing is there */
	const struct snapshot_tlb_entry *entry;
	uint32_t index;
};

static struct found entry_at(const struct state *state, const struct view *view,
			     int x, int y)
{
	uint32_t nr, nr_entries;
	const struct snapshot_tlb *tlb = snapshot_tlbs(view->now, &nr);
	const struct snapshot_tlb_entry *entry =
		snapshot_tlb_entries(view->now, &nr_entries);

	for (uint32_t t = 0; t < nr && nr_entries; t++) {
		struct box at = tlb_box(&state->layout, tlb, nr, t);

		if (!box_has(at, x, y))
			continue;
		for (uint32_t i = 0; i < tlb[t].entries; i++)
			if (box_has(tlb_entry_box(&state->layout, &tlb[t], at,
						  i),
				    x, y))
				return (struct found){
					&tlb[t], &entry[tlb[t].first + i], i};
	}
	return (struct found){0};
}

static void tell(struct view *view, const struct panel_event *event,
		 const struct found *at)
{
	const struct snapshot_tlb_entry *entry = at->entry;
	const struct snapshot_process *owner = tlb_owner(view->now, at->tlb,
							 entry);
	const int x = event->x, y = event->y;
	char size[16];

	if (at->tlb->sets > 1 &&
	    at->index < at->tlb->entries - at->tlb->lockable)
		view_tip(view, x, y, "core %u %s: set %u, way %u", at->tlb->cpu,
			 at->tlb->name, at->index / at->tlb->ways,
			 at->index % at->tlb->ways);
	else
		view_tip(view, x, y, "core %u %s: entry %u", at->tlb->cpu,
			 at->tlb->name, at->index);
	if (!(entry->flags & TLB_VALID)) {
		view_tip(view, x, y, "empty");
		return;
	}
	text_bytes(entry->size_bytes, size, sizeof(size));
	view_tip(view, x, y, "0x%08x → 0x%08llx, %s", entry->va,
		 (unsigned long long)entry->paddr, size);
	if (entry->flags & TLB_GLOBAL)
		view_tip(view, x, y, "global: for all address spaces");
	else
		view_tip(view, x, y, "ASID %u: %s", entry->asid,
			 owner ? owner->comm : "nobody who lives");
	view_tip(view, x, y, "program %.3s, kernel %s; domain %u",
		 entry->rights, entry->rights + 4, entry->domain);
	view_tip(view, x, y, "memory: %s", entry->memory);
	view_tip(view, x, y, "age: %llu fills; found %u times since",
		 (unsigned long long)entry->age, entry->hits);
	if (entry->flags & TLB_LOCKED)
		view_tip(view, x, y, "locked");
	if (entry->flags & TLB_VICTIM)
		view_tip(view, x, y, "the next that has to go");
}

static bool press(const struct state *state, struct view *view,
		  const struct panel_event *event)
{
	const struct found at = entry_at(state, view, event->x, event->y);
	const struct snapshot_process *owner;

	if (!at.tlb || !(at.entry->flags & TLB_VALID))
		return false;
	owner = tlb_owner(view->now, at.tlb, at.entry);
	view_select_page(view, owner ? owner->pid : 0, at.entry->va);
	return true;
}

static bool zoom(struct state *state, int step)
{
	state->coarser += step;
	if (state->coarser < 0)
		state->coarser = 0;
	if (state->coarser >= NR_TLB_CELLS)
		state->coarser = NR_TLB_CELLS - 1;
	return true;
}

static bool handle(void *opaque, struct view *view,
		   const struct panel_event *event)
{
	struct state *state = opaque;
	struct found at;

	switch (event->kind) {
	case PANEL_HOVER:
		at = entry_at(state, view, event->x, event->y);
		if (at.tlb)
			tell(view, event, &at);
		return at.tlb;
	case PANEL_PRESS:
		return press(state, view, event);
	case PANEL_WHEEL:
		state->scroll -= (int)(event->wheel * 40);
		break;
	case PANEL_KEY:
		if (event->key != SDLK_PLUS && event->key != SDLK_MINUS)
			return false;
		zoom(state, event->key == SDLK_MINUS ? 1 : -1);
		break;
	default:
		return false;
	}
	view->redraw = true;
	return true;
}

static void forget(void *opaque)
{
	struct state *state = opaque;

	free(state->mark);
}

const struct panel_kind panel_tlb = {
	.name = "tlb",
	.title = "TLBs",
	.help = "Click an entry\tSelect its page\n"
		"Wheel\tMove what doesn't fit\n"
		"+ -\tMore or less of each entry\n",
	.sections = 1u << SECTION_TLBS | 1u << SECTION_TLB_ENTRIES |
		    1u << SECTION_PROCESSES,
	.state_bytes = sizeof(struct state),
	.draw = draw,
	.event = handle,
	.free = forget,
};
