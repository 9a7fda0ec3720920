/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the buddy panel has what: see buddy_model.h. Each zone has a card; the
 * cards stand below each other, or side by side where this saves scrolling.
 */
#include "emu/viewer/buddy_model.h"

#include "emu/viewer/view.h"

/* The migrate types that are worth a row. */
static int choose_types(struct buddy_card *card,
			const struct kernel_zone_info *zone)
{
	int nr = 0;

	for (int type = 0; type < KERNEL_NR_MIGRATETYPES; type++) {
		bool any = zone->pageblocks[type] || type < 3;

		for (int order = 0; order < KERNEL_NR_ORDERS; order++)
			any |= zone->free_blocks[type][order] != 0;
		if (any)
			card->type[nr++] = (uint8_t)type;
	}
	return nr;
}

static int fixed_height(const struct buddy_metrics *m)
{
	return m->line + m->gauge + 2 * m->small + 10 * m->unit;
}

static int least_height(const struct buddy_metrics *m, int nr_types)
{
	return fixed_height(m) + nr_types * (m->small + 2 * m->unit);
}

static int least_width(const struct buddy_metrics *m)
{
	return m->label + KERNEL_NR_ORDERS * 26 * m->unit;
}

static void place_card(struct buddy_card *card, const struct buddy_metrics *m)
{
	const int pad = 6 * m->unit;
	const struct box in = box_inside(card->box, pad);
	const int left = in.x + m->label + pad;
	const int top = in.y + m->line + 2 * m->unit;
	int room = in.y + in.h;
	const int most = 80 * m->unit;

	card->gauge = (struct box){in.x, top, in.w, m->gauge};
	card->matrix.x = left;
	card->matrix.y = top + m->gauge + 2 * m->small + 2 * m->unit;
	card->column = (in.x + in.w - left) / KERNEL_NR_ORDERS;
	if (card->column < 1)
		card->column = 1;
	card->matrix.w = card->column * KERNEL_NR_ORDERS;
	card->row = m->small + 2 * m->unit;
	/* what comes below, if the rows don't need its place */
	room -= card->matrix.y + card->nr_types * card->row;
	card->indices = room > 3 * m->small;
	room -= card->indices ? 2 * m->small + 6 * m->unit : 0;
	card->blocks = room > 3 * m->small;
	room -= card->blocks ? 2 * m->small + 6 * m->unit : 0;
	if (room > 0)
		card->row += room / card->nr_types;
	if (card->row > most)
		card->row = most;
	card->matrix.h = card->row * card->nr_types;
	if (card->indices)
		card->indices = card->matrix.y + card->matrix.h + 4 * m->unit;
	if (card->blocks)
		card->blocks = card->indices + 2 * m->small + 6 * m->unit;
}

void buddy_plan(struct buddy_plan *plan, struct box box,
		const struct buddy_metrics *metrics,
		const struct kernel_zone_info *zone, uint32_t nr_zones)
{
	int columns = 1, rows, height, least = 0;

	*plan = (struct buddy_plan){0};
	if (nr_zones > BUDDY_MAX_ZONES)
		nr_zones = BUDDY_MAX_ZONES;
	plan->nr_cards = nr_zones;
	if (!nr_zones)
		return;
	for (uint32_t i = 0; i < nr_zones; i++) {
		struct buddy_card *card = &plan->card[i];

		card->zone = i;
		card->nr_types = choose_types(card, &zone[i]);
		height = least_height(metrics, card->nr_types);
		least = height > least ? height : least;
	}
	while ((int)(nr_zones + (uint32_t)columns - 1) / columns * least >
		       box.h &&
	       columns < (int)nr_zones &&
	       box.w / (columns + 1) >= least_width(metrics))
		columns++;
	rows = ((int)nr_zones + columns - 1) / columns;
	height = box.h / rows > least ? box.h / rows : least;
	plan->height = height * rows;
	for (uint32_t i = 0; i < nr_zones; i++) {
		struct buddy_card *card = &plan->card[i];
		const int column = (int)i % columns;

		card->box = (struct box){box.x + box.w * column / columns,
					 box.y + (int)i / columns * height,
					 box.w / columns, height};
		place_card(card, metrics);
	}
}

const struct buddy_card *buddy_at(const struct buddy_plan *plan, int x, int y,
				  int *type, int *order)
{
	for (uint32_t i = 0; i < plan->nr_cards; i++) {
		const struct buddy_card *card = &plan->card[i];

		if (!box_has(card->matrix, x, y))
			continue;
		*order = (x - card->matrix.x) / card->column;
		*type = card->type[(y - card->matrix.y) / card->row];
		return card;
	}
	return NULL;
}

static bool is_such(const struct kernel_frame *frame, int node, int type,
		    int order)
{
	return frame->use == FRAME_FREE && frame->order == order &&
	       frame->flags & KERNEL_FRAME_FIRST &&
	       frame->migratetype == type && frame->node == (unsigned int)node;
}

uint64_t buddy_find(const struct snapshot *snapshot,
		    const struct kernel_zone_info *zone, int type, int order,
		    uint64_t after)
{
	const uint64_t end = zone->start_pfn + zone->spanned;
	const uint64_t from = after >= zone->start_pfn && after < end
				      ? after + 1
				      : zone->start_pfn;

	for (uint64_t n = 0; n < zone->spanned; n++) {
		const uint64_t pfn = zone->start_pfn + (from - zone->start_pfn +
							n) % zone->spanned;
		const struct kernel_frame *frame = view_frame(snapshot, pfn);

		if (frame && is_such(frame, zone->node, type, order))
			return pfn;
	}
	return SNAPSHOT_NO_FRAME;
}
