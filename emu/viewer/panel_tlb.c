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

#include "emu/viewer/scroll.h"
#include "emu/viewer/tlb_cells.h"
#include "emu/viewer/view.h"

#define MAX_ASIDS 256

struct state {
	struct tlb_layout layout; /* as last drawn */
	struct box grid; /* what of it is in sight */
	struct scroll scroll;
	int coarser; /* steps from what there is room for */
	struct tlb_marks marks;
};

/* ---- the panel ---------------------------------------------------------------------------- */

/* At *@x of @box, which moves on; nothing, to its end, if it doesn't fit. */
static void put_key(struct canvas *canvas, const struct palette *palette,
		    int *x, struct box box, colour_t colour, const char *text)
{
	const int size = canvas_unit(canvas, 9), gap = canvas_unit(canvas, 4);
	const int width = size + gap +
			  canvas_text_width(canvas, FONT_SMALL, text);

	if (*x + width > box.x + box.w) {
		*x = box.x + box.w;
		return;
	}
	canvas_fill(canvas,
		    (struct box){*x, box.y + canvas_unit(canvas, 2), size,
				 size},
		    colour);
	canvas_text(canvas, *x + size + gap, box.y, FONT_SMALL, palette->dim,
		    text);
	*x += width + canvas_unit(canvas, 10);
}

static void draw_legend(struct view *view, struct canvas *canvas,
			struct box box)
{
	const struct palette *palette = view->palette;
	int x = box.x;

	put_key(canvas, palette, &x, box, palette->fresh,
		"+ filled ± replaced");
	put_key(canvas, palette, &x, box, palette->good, "• hit");
	put_key(canvas, palette, &x, box, palette->bad, "× gone");
	put_key(canvas, palette, &x, box, palette->warn, "◥ next victim");
	put_key(canvas, palette, &x, box, palette->accent,
		"□ serves the selected page");
}

/* Which colour is whose: the ASIDs that there are. */
static void draw_owners(struct view *view, struct canvas *canvas,
			struct box box, enum tlb_cell cell)
{
	uint32_t nr, nr_tlbs;
	const struct snapshot_tlb_entry *entry = snapshot_tlb_entries(view->now,
								      &nr);
	const struct snapshot_tlb *tlb = snapshot_tlbs(view->now, &nr_tlbs);
	bool seen[MAX_ASIDS] = {false};
	int x = box.x;

	put_key(canvas, view->palette, &x, box, view->palette->free, "empty");
	put_key(canvas, view->palette, &x, box,
		view->palette->kind[TLB_GLOBAL_KIND], "all: global");
	for (uint32_t i = 0; i < nr && x < box.x + box.w; i++) {
		const struct snapshot_process *owner;
		char text[48];

		if (!(entry[i].flags & TLB_VALID) ||
		    entry[i].flags & TLB_GLOBAL || seen[entry[i].asid])
			continue;
		seen[entry[i].asid] = true;
		owner = tlb_owner(view->now, tlb, &entry[i]);
		snprintf(text, sizeof(text), "ASID %u: %s", entry[i].asid,
			 owner ? owner->comm : "gone");
		put_key(canvas, view->palette, &x, box,
			tlb_asid_colour(view->palette, entry[i].asid), text);
	}
	if (cell == TLB_CELL_LINE && x < box.x + box.w)
		canvas_text_cut(canvas, x, box.y, box.x + box.w - x, FONT_SMALL,
				view->palette->dim,
				"virtual→physical  size  ASID  "
				"program/kernel may  age in fills");
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
				"0x%08x of %s:", view->selected.va,
				process ? process->comm : "who runs");
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
			  6 * digit + canvas_unit(canvas, 14),
			  12 * digit + canvas_unit(canvas, 14),
			  41 * digit + canvas_unit(canvas, 14)},
		.height = {canvas_unit(canvas, 9), line, line, line},
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

	grid.y += 3 * line + metrics.gap;
	grid.h -= 3 * line + metrics.gap;
	if (!nr || !nr_entries || grid.h < 1)
		return;
	state->grid = grid;
	tlb_look_for_changes(&state->marks, view);
	state->layout =
		tlb_layout(&metrics, grid, tlb, nr,
			   (enum tlb_cell)(NR_TLB_CELLS - 1 - state->coarser));
	draw_selection(view, canvas, all);
	draw_legend(view, canvas,
		    (struct box){all.x, all.y + line, all.w, line});
	draw_owners(view, canvas,
		    (struct box){all.x, all.y + 2 * line, all.w, line},
		    state->layout.cell);
	scroll_fit(&state->scroll, state->layout.height, grid.h, line);
	state->layout.box.y -= state->scroll.at;
	canvas_push_clip(canvas, grid);
	for (uint32_t i = 0; i < nr; i++) {
		const struct tlb_brush brush = {
			&state->layout, &state->marks, view,
			canvas,         &tlb[i],       entry + tlb[i].first,
		};

		tlb_draw(&brush, tlb_box(&state->layout, tlb, nr, i));
	}
	scroll_draw(canvas, view->palette, grid, &state->scroll);
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

	/* what the last picture had none of has no place yet */
	if (!state->layout.nr_columns || !box_has(state->grid, x, y))
		return (struct found){0};
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
	default:
		if (event->kind != PANEL_KEY ||
		    (event->key != SDLK_PLUS && event->key != SDLK_MINUS))
			return scroll_event(&state->scroll, view, event);
	}
	zoom(state, event->key == SDLK_MINUS ? 1 : -1);
	view->redraw = true;
	return true;
}

static void forget(void *opaque)
{
	struct state *state = opaque;

	free(state->marks.mark);
}

const struct panel_kind panel_tlb = {
	.name = "tlb",
	.title = "TLBs",
	.help = "click\tselect the page of an entry\n"
		"+ -\tmore or less of each entry\n" SCROLL_HELP,
	.sections = 1u << SECTION_TLBS | 1u << SECTION_TLB_ENTRIES |
		    1u << SECTION_PROCESSES,
	.state_bytes = sizeof(struct state),
	.draw = draw,
	.event = handle,
	.free = forget,
};
