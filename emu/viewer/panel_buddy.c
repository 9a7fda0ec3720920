/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page allocator: for each zone its watermarks, and how many free blocks
 * of each order each migrate type has. A cell fills up as its blocks' pages
 * do; full is what the zone's fullest cell has. Scales are logarithmic.
 */
#include "emu/viewer/panel.h"

#include <stdio.h>

#include "emu/viewer/buddy_model.h"
#include "emu/viewer/gauge.h"
#include "emu/viewer/scroll.h"
#include "emu/viewer/view.h"

struct buddy_panel {
	struct scroll scroll;
	struct buddy_plan plan; /* as last drawn */
};

static const char *const type_names[KERNEL_NR_MIGRATETYPES] = {
#define MIGRATETYPE(label) label,
#include "kernel/migratetype.def"
#undef MIGRATETYPE
};

static colour_t type_colour(const struct palette *palette, int type)
{
	static const uint8_t kinds[KERNEL_NR_MIGRATETYPES] = {5, 1, 2, 3, 9, 6};

	return palette->kind[kinds[type]];
}

static void zone_title(const struct kernel_zone_info *zone, bool nodes,
		       char *to, size_t size)
{
	if (nodes)
		snprintf(to, size, "Node %d, zone %s", zone->node, zone->name);
	else
		snprintf(to, size, "Zone %s", zone->name);
}

/* The same zone as it was when marks began to count; NULL: unknown. */
static const struct kernel_zone_info *zone_before(const struct view *view,
						  uint32_t number)
{
	uint32_t nr = 0;
	const struct kernel_zone_info *zone =
		view->before ? snapshot_zones(view->before, &nr) : NULL;

	return number < nr ? &zone[number] : NULL;
}

/* ---- the parts of a card ---------------------------------------------------------- */

static void draw_title(struct canvas *canvas, const struct palette *palette,
		       const struct buddy_card *card,
		       const struct kernel_zone_info *zone, bool nodes)
{
	const enum zone_level level = zone_level(zone);
	const struct box gauge = card->gauge;
	const int y = card->box.y + canvas_unit(canvas, 6);
	const int gap = canvas_unit(canvas, 12);
	char title[64], free[32], managed[32], text[128];
	int x;

	zone_title(zone, nodes, title, sizeof(title));
	x = canvas_text_cut(canvas, gauge.x, y, gauge.w, FONT_BOLD,
			    palette->text, title);
	text_pages(zone_free(zone), free);
	text_pages(zone->managed, managed);
	snprintf(text, sizeof(text), "%s of %s free, %s", free, managed,
		 zone_level_text(level));
	if (x + gap < gauge.x + gauge.w)
		canvas_text_cut(canvas, x + gap, y, gauge.x + gauge.w - x - gap,
				FONT_TEXT,
				level >= ZONE_BELOW_LOW ? palette->bad
							: palette->dim,
				text);
}

static void draw_orders(struct canvas *canvas, const struct palette *palette,
			const struct buddy_card *card)
{
	const int small = canvas_line_height(canvas, FONT_SMALL);
	const int y = card->matrix.y - 2 * small;
	const int width = card->matrix.x - card->gauge.x;

	canvas_text_cut(canvas, card->gauge.x, y, width, FONT_SMALL,
			palette->dim, "order");
	canvas_text_cut(canvas, card->gauge.x, y + small, width, FONT_SMALL,
			palette->faint, "block");
	for (int order = 0; order < KERNEL_NR_ORDERS; order++) {
		const int x = card->matrix.x + order * card->column;
		char text[32];
		int half;

		snprintf(text, sizeof(text), "%d", order);
		half = canvas_text_width(canvas, FONT_SMALL, text) / 2;
		canvas_text(canvas, x + card->column / 2 - half, y, FONT_SMALL,
			    palette->dim, text);
		snprintf(text, sizeof(text), order < 8 ? "%dK" : "%dM",
			 order < 8 ? 4 << order : 1 << (order - 8));
		half = canvas_text_width(canvas, FONT_SMALL, text) / 2;
		if (2 * half + canvas_unit(canvas, 2) < card->column)
			canvas_text(canvas, x + card->column / 2 - half,
				    y + small, FONT_SMALL, palette->faint,
				    text);
	}
}

/* 256 times the binary logarithm of @n + 1, straight between powers. */
static int log_256(uint64_t n)
{
	int log = 0;

	n++;
	while (n >> (log + 1))
		log++;
	return log * 256 + (int)(((n << 8) >> log) & 255);
}

static uint64_t fullest(const struct kernel_zone_info *zone)
{
	uint64_t most = 1;

	for (int type = 0; type < KERNEL_NR_MIGRATETYPES; type++)
		for (int order = 0; order < KERNEL_NR_ORDERS; order++) {
			const uint64_t pages =
				(uint64_t)zone->free_blocks[type][order]
				<< order;

			most = pages > most ? pages : most;
		}
	return most;
}

/* In a corner of @box: it has become more, or less. */
static void draw_change(struct canvas *canvas, const struct palette *palette,
			struct box box, bool more)
{
	const int side = canvas_unit(canvas, 5);

	for (int i = 0; i < side; i++) {
		const int row = more ? i : side - 1 - i;
		const int w = row + 1;

		canvas_fill(canvas,
			    (struct box){box.x + box.w - side + (side - w) / 2 -
						 canvas_unit(canvas, 1),
					 box.y + canvas_unit(canvas, 2) + i, w,
					 1},
			    palette->fresh);
	}
}

static void draw_cell(struct canvas *canvas, const struct palette *palette,
		      struct box box, colour_t colour, uint32_t blocks,
		      int level)
{
	const int small = canvas_line_height(canvas, FONT_SMALL);
	char text[8];
	int width;

	canvas_fill(canvas, box, palette->window);
	if (blocks) {
		int height = level * box.h / 256;

		if (height < canvas_unit(canvas, 2))
			height = canvas_unit(canvas, 2);
		if (height > box.h)
			height = box.h;
		canvas_blend(canvas,
			     (struct box){box.x, box.y + box.h - height, box.w,
					  height},
			     colour, 140);
		canvas_fill(canvas,
			    (struct box){box.x, box.y + box.h - height, box.w,
					 canvas_unit(canvas, 1)},
			    colour);
	}
	text_short(blocks, text);
	width = canvas_text_width(canvas, FONT_SMALL, text);
	if (width + canvas_unit(canvas, 1) <= box.w &&
	    small <= box.h + canvas_unit(canvas, 2))
		canvas_text(canvas, box.x + (box.w - width) / 2,
			    box.y + (box.h - small) / 2, FONT_SMALL,
			    blocks ? palette->text : palette->faint,
			    blocks ? text : "·");
}

static void draw_matrix(struct canvas *canvas, const struct view *view,
			const struct buddy_card *card,
			const struct kernel_zone_info *zone)
{
	const struct palette *palette = view->palette;
	const struct kernel_zone_info *before = zone_before(view, card->zone);
	const int gap = canvas_unit(canvas, 1);
	const int small = canvas_line_height(canvas, FONT_SMALL);
	const int full = log_256(fullest(zone));
	const int chip = canvas_unit(canvas, 13);
	const bool roomy = card->row > 2 * small ||
			   card->column > canvas_unit(canvas, 40);

	for (int row = 0; row < card->nr_types; row++) {
		const int type = card->type[row];
		const int y = card->matrix.y + row * card->row;
		const int text_y = y + (card->row - small) / 2;
		const colour_t colour = type_colour(palette, type);

		chip_draw(canvas, card->gauge.x, text_y, colour);
		canvas_text_cut(canvas, card->gauge.x + chip, text_y,
				card->matrix.x - card->gauge.x - chip,
				FONT_SMALL, palette->text, type_names[type]);
		for (int order = 0; order < KERNEL_NR_ORDERS; order++) {
			const uint32_t n = zone->free_blocks[type][order];
			const struct box box = {
				card->matrix.x + order * card->column, y,
				card->column - gap, card->row - gap};
			const int level = log_256((uint64_t)n << order) * 256 /
					  full;

			draw_cell(canvas, palette, box, colour, n, level);
			if (before && roomy &&
			    before->free_blocks[type][order] != n)
				draw_change(canvas, palette, box,
					    before->free_blocks[type][order] <
						    n);
		}
	}
}

/* What of free memory an allocation of each order can't use. */
static void draw_indices(struct canvas *canvas, const struct palette *palette,
			 const struct buddy_card *card,
			 const struct kernel_zone_info *zone)
{
	const int small = canvas_line_height(canvas, FONT_SMALL);
	const int gap = canvas_unit(canvas, 1);
	const int width = card->matrix.x - card->gauge.x;

	canvas_text_cut(canvas, card->gauge.x, card->indices, width, FONT_SMALL,
			palette->dim, "unusable");
	canvas_text_cut(canvas, card->gauge.x, card->indices + small, width,
			FONT_SMALL, palette->dim, "fragmented");
	for (int order = 0; order < KERNEL_NR_ORDERS; order++) {
		const int unusable = zone->unusable_index[order];
		const int index = zone->fragmentation_index[order];
		const int x = card->matrix.x + order * card->column;
		struct box bar = {x, card->indices, card->column - gap,
				  small - gap};
		char text[16];
		int half;

		canvas_fill(canvas, bar, palette->window);
		bar.w = bar.w * (unusable < 0 ? 0 : unusable) / 1000;
		canvas_blend(canvas, bar, palette->bad, 150);
		snprintf(text, sizeof(text), "%d%%", unusable / 10);
		half = canvas_text_width(canvas, FONT_SMALL, text) / 2;
		if (2 * half + canvas_unit(canvas, 2) < card->column)
			canvas_text(canvas, x + card->column / 2 - half,
				    card->indices, FONT_SMALL, palette->text,
				    text);
		if (index < 0)
			snprintf(text, sizeof(text), "fits");
		else
			snprintf(text, sizeof(text), ".%03d",
				 index > 999 ? 999 : index);
		half = canvas_text_width(canvas, FONT_SMALL, text) / 2;
		if (2 * half + canvas_unit(canvas, 2) < card->column)
			canvas_text(canvas, x + card->column / 2 - half,
				    card->indices + small, FONT_SMALL,
				    index < 0 ? palette->faint : palette->bad,
				    text);
	}
}

/* Whole pageblocks by type, one bar. */
static void draw_blocks(struct canvas *canvas, const struct palette *palette,
			const struct buddy_card *card,
			const struct kernel_zone_info *zone)
{
	const int small = canvas_line_height(canvas, FONT_SMALL);
	const int width = card->matrix.w - canvas_unit(canvas, 1);
	uint64_t all = 0, before = 0;

	canvas_text_cut(canvas, card->gauge.x, card->blocks,
			card->matrix.x - card->gauge.x, FONT_SMALL,
			palette->dim, "pageblocks");
	for (int type = 0; type < KERNEL_NR_MIGRATETYPES; type++)
		all += zone->pageblocks[type];
	for (int type = 0; all && type < KERNEL_NR_MIGRATETYPES; type++) {
		const uint64_t n = zone->pageblocks[type];
		const int left = (int)((uint64_t)width * before / all);
		const int right = (int)((uint64_t)width * (before + n) / all);
		const struct box box = {card->matrix.x + left, card->blocks,
					right - left, small};
		char text[32];

		before += n;
		canvas_fill(canvas, box, type_colour(palette, type));
		text_count(n, text);
		if (canvas_text_width(canvas, FONT_SMALL, text) + 4 < box.w)
			canvas_text(canvas, box.x + canvas_unit(canvas, 3),
				    box.y, FONT_SMALL,
				    ink_on(type_colour(palette, type)), text);
	}
}

/* ---- the panel --------------------------------------------------------------------- */

static int label_width(struct canvas *canvas, struct box box)
{
	int width = 0;

	for (int type = 0; type < KERNEL_NR_MIGRATETYPES; type++) {
		int w = canvas_text_width(canvas, FONT_SMALL, type_names[type]);

		width = w > width ? w : width;
	}
	width += canvas_unit(canvas, 16);
	return width < box.w / 4 ? width : box.w / 4;
}

static bool several_nodes(const struct kernel_zone_info *zone, uint32_t nr)
{
	for (uint32_t i = 1; i < nr; i++)
		if (zone[i].node != zone[0].node)
			return true;
	return false;
}

static void mark_selected(struct canvas *canvas, const struct view *view,
			  const struct buddy_card *card,
			  const struct kernel_zone_info *zone)
{
	const uint64_t pfn = view->selected.pfn;
	const struct kernel_frame *frame = view_frame(view->now, pfn);

	if (!frame || frame->use != FRAME_FREE || pfn < zone->start_pfn ||
	    pfn >= zone->start_pfn + zone->spanned)
		return;
	for (int row = 0; row < card->nr_types; row++)
		if (card->type[row] == frame->migratetype)
			canvas_frame(
				canvas,
				(struct box){card->matrix.x +
						     frame->order *
							     card->column,
					     card->matrix.y + row * card->row,
					     card->column, card->row},
				view->palette->accent, canvas_unit(canvas, 2));
}

static void draw_card(struct canvas *canvas, const struct view *view,
		      const struct buddy_card *card,
		      const struct kernel_zone_info *zone, bool nodes)
{
	draw_title(canvas, view->palette, card, zone, nodes);
	gauge_draw(canvas, view->palette, card->gauge, zone);
	draw_orders(canvas, view->palette, card);
	draw_matrix(canvas, view, card, zone);
	if (card->indices)
		draw_indices(canvas, view->palette, card, zone);
	if (card->blocks)
		draw_blocks(canvas, view->palette, card, zone);
	mark_selected(canvas, view, card, zone);
}

static void draw(void *state, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct buddy_panel *panel = state;
	const struct buddy_metrics metrics = {
		.line = canvas_line_height(canvas, FONT_BOLD),
		.small = canvas_line_height(canvas, FONT_SMALL),
		.unit = canvas_unit(canvas, 1),
		.gauge = gauge_height(canvas),
		.label = label_width(canvas, box),
	};
	uint32_t nr;
	const struct kernel_zone_info *zone = snapshot_zones(view->now, &nr);
	struct box at = box;

	buddy_plan(&panel->plan, at, &metrics, zone, nr);
	scroll_fit(&panel->scroll, panel->plan.height, box.h,
		   canvas_line_height(canvas, FONT_TEXT));
	at.y -= panel->scroll.at;
	buddy_plan(&panel->plan, at, &metrics, zone, nr);
	for (uint32_t i = 0; i < panel->plan.nr_cards; i++)
		draw_card(canvas, view, &panel->plan.card[i], &zone[i],
			  several_nodes(zone, nr));
	scroll_draw(canvas, view->palette, box, &panel->scroll);
}

/* ---- the hand ------------------------------------------------------------------------ */

static void tell_cell(struct view *view, const struct panel_event *event,
		      const struct buddy_card *card, int type, int order)
{
	uint32_t nr;
	const struct kernel_zone_info *zone = snapshot_zones(view->now, &nr);
	const struct kernel_zone_info *before = zone_before(view, card->zone);
	uint32_t n;
	char bytes[32], block[32];

	if (card->zone >= nr)
		return;
	zone += card->zone;
	n = zone->free_blocks[type][order];
	text_pages(UINT64_C(1) << order, block);
	text_pages((uint64_t)n << order, bytes);
	view_tip(view, event->x, event->y, "%s, order %d: %u free blocks",
		 type_names[type], order, n);
	view_tip(view, event->x, event->y, "each %s, together %s", block,
		 bytes);
	if (before && before->free_blocks[type][order] != n)
		view_tip(view, event->x, event->y, "%+d since the last look",
			 (int)(n - before->free_blocks[type][order]));
	view_tip(view, event->x, event->y,
		 "order %d: %d.%d %% of what is free is in smaller blocks",
		 order, zone->unusable_index[order] / 10,
		 zone->unusable_index[order] % 10);
	if (zone->fragmentation_index[order] >= 0)
		view_tip(view, event->x, event->y,
			 "such a block would fail for %s (index 0.%03d)",
			 zone->fragmentation_index[order] > 500
				 ? "fragmentation"
				 : "want of memory",
			 zone->fragmentation_index[order]);
	if (n)
		view_tip(view, event->x, event->y,
			 "click: the next of these blocks");
}

static void tell_gauge(struct view *view, const struct panel_event *event,
		       const struct kernel_zone_info *zone)
{
	char text[32];

	view_tip(view, event->x, event->y, "%s: %s", zone->name,
		 zone_level_text(zone_level(zone)));
	view_tip(view, event->x, event->y, "free %s",
		 text_pages(zone_free(zone), text));
	view_tip(view, event->x, event->y, "high %s",
		 text_pages(zone->high, text));
	view_tip(view, event->x, event->y, "low %s",
		 text_pages(zone->low, text));
	view_tip(view, event->x, event->y, "min %s",
		 text_pages(zone->min, text));
	view_tip(view, event->x, event->y,
		 "the left half ends at twice the high watermark");
}

static void tell(struct buddy_panel *panel, struct view *view,
		 const struct panel_event *event)
{
	uint32_t nr;
	const struct kernel_zone_info *zone = snapshot_zones(view->now, &nr);
	int type, order;
	const struct buddy_card *card = buddy_at(&panel->plan, event->x,
						 event->y, &type, &order);

	if (card)
		tell_cell(view, event, card, type, order);
	for (uint32_t i = 0; !card && i < panel->plan.nr_cards && i < nr; i++)
		if (box_has(panel->plan.card[i].gauge, event->x, event->y))
			tell_gauge(view, event, &zone[i]);
}

static bool press(struct buddy_panel *panel, struct view *view,
		  const struct panel_event *event)
{
	uint32_t nr;
	const struct kernel_zone_info *zone = snapshot_zones(view->now, &nr);
	int type, order;
	const struct buddy_card *card = buddy_at(&panel->plan, event->x,
						 event->y, &type, &order);
	uint64_t pfn;

	if (!card || card->zone >= nr || event->button != 1)
		return false;
	pfn = buddy_find(view->now, &zone[card->zone], type, order,
			 view->selected.pfn);
	if (pfn == SNAPSHOT_NO_FRAME)
		view_say(view, "no such block in a %s pageblock",
			 type_names[type]);
	else
		view_select_frame(view, pfn);
	return true;
}

static bool event(void *state, struct view *view,
		  const struct panel_event *event)
{
	struct buddy_panel *panel = state;

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

const struct panel_kind panel_buddy = {
	.name = "buddy",
	.title = "Page allocator: free blocks",
	.help = "click\tthe next free block of that order and type\n" SCROLL_HELP,
	.sections = 1u << SECTION_ZONES,
	.state_bytes = sizeof(struct buddy_panel),
	.draw = draw,
	.event = event,
};
