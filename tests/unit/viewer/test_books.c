/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the panels of free blocks and of swap slots have what: what is drawn
 * at a place is what is found there, at any size; and the panels themselves
 * under a hand that goes everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/buddy_model.h"
#include "emu/viewer/gauge.h"
#include "emu/viewer/panel.h"
#include "emu/viewer/swap_model.h"
#include "emu/viewer/view.h"
#include "tests/unit/viewer/helper_hand.h"

#define METRICS(u)                                                \
	{                                                         \
		.line = 15 * (u), .small = 12 * (u), .unit = (u), \
		.gauge = 24 * (u), .label = 80 * (u),             \
	}

static const struct box sizes[] = {
	{0, 0, 1, 1},         {3, 5, 60, 40},    {10, 20, 300, 200},
	{0, 40, 1100, 700},   {7, 0, 600, 1200}, {0, 0, 2880, 1800},
	{100, 100, 2000, 90},
};
#define NR_SIZES (sizeof(sizes) / sizeof(sizes[0]))

/* ---- free blocks ------------------------------------------------------------- */

/* The middle of a cell is that cell; cells are in their cards, without overlap. */
static void cells_are_where_they_are_drawn(void **state)
{
	static struct kernel_zone_info zone[4];

	(void)state;
	zone[1].free_blocks[4][3] = 1;
	for (size_t size = 0; size < NR_SIZES; size++)
		for (uint32_t nr = 1; nr <= 4; nr++) {
			const struct buddy_metrics metrics =
				METRICS(1 + (int)size % 2);
			struct buddy_plan plan;

			buddy_plan(&plan, sizes[size], &metrics, zone, nr);
			assert_int_equal(plan.nr_cards, nr);
			for (uint32_t i = 0; i < nr; i++) {
				const struct buddy_card *card = &plan.card[i];
				int type, order;

				assert_int_equal(card->nr_types,
						 i == 1 ? 4 : 3);
				for (int n = 0; n < card->nr_types * 11; n++) {
					int x = card->matrix.x +
						n % 11 * card->column +
						card->column / 2;
					int y = card->matrix.y +
						n / 11 * card->row +
						card->row / 2;

					assert_ptr_equal(buddy_at(&plan, x, y,
								  &type,
								  &order),
							 card);
					assert_int_equal(type,
							 card->type[n / 11]);
					assert_int_equal(order, n % 11);
				}
				assert_true(card->matrix.y + card->matrix.h <=
					    card->box.y + card->box.h);
				assert_null(buddy_at(&plan, card->gauge.x,
						     card->gauge.y, &type,
						     &order));
			}
		}
}

static void no_zones(void **state)
{
	const struct buddy_metrics metrics = METRICS(1);
	struct buddy_plan plan;
	int type, order;

	(void)state;
	buddy_plan(&plan, sizes[3], &metrics, NULL, 0);
	assert_null(buddy_at(&plan, 10, 50, &type, &order));
}

/* Marks keep their order, and the high one is a quarter from the left. */
static void gauges_are_monotonic(void **state)
{
	const struct kernel_zone_info zone = {
		.managed = 262144, .min = 1000, .low = 1250, .high = 1500};
	int last = 0;

	(void)state;
	for (uint64_t pages = 0; pages <= zone.managed; pages += 64) {
		int place = gauge_place(&zone, pages, 400);

		assert_true(place >= last && place <= 400);
		last = place;
	}
	assert_int_equal(gauge_place(&zone, 0, 400), 0);
	assert_int_equal(gauge_place(&zone, 1500, 400), 100);
	assert_int_equal(gauge_place(&zone, zone.managed, 400), 400);
}

/* ---- slots ---------------------------------------------------------------------- */

static void slots_are_where_they_are_drawn(void **state)
{
	static const uint32_t nrs[] = {1, 9, 1000, 16384, 262144, 1 << 20};

	(void)state;
	for (size_t size = 0; size < NR_SIZES; size++)
		for (size_t n = 0; n < 6; n++)
			for (int zoom = 0; zoom < 12; zoom += 3) {
				struct swap_map map;
				uint32_t step = nrs[n] / 97 + 1;
				int high;

				swap_map_plan(&map, sizes[size], nrs[n], zoom);
				high = swap_map_height(&map);
				if (!zoom && sizes[size].h >= 40)
					assert_true(high <= sizes[size].h);
				for (uint32_t i = 0; i < nrs[n]; i += step) {
					struct box cell = swap_map_cell(&map, i,
									0);
					int down = cell.y - map.box.y;

					/* scrolled so that it is at the top */
					assert_int_equal(
						swap_map_at(&map, cell.x,
							    map.box.y, down),
						i - i % map.slots);
				}
			}
}

/* Whole pieces are counted by their sums, the ends slot by slot. */
static void counts_are_sums(void **state)
{
	const uint32_t nr = 3000, nr_pieces = 3;
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
	struct part *part =
		part_create(nr_pieces * sizeof(struct snapshot_slots));
	struct snapshot_slots *piece = (void *)part->data;
	const struct snapshot_swap area = {.slots = nr, .nr_pieces = nr_pieces};
	uint32_t count[KERNEL_SLOT_BAD + 1];

	(void)state;
	for (uint32_t i = 0; i < nr; i++) {
		struct snapshot_slots *p = &piece[i / SNAPSHOT_PIECE_SLOTS];
		const uint8_t kind = (uint8_t)(i * 7 % 5);

		p->first = i - i % SNAPSHOT_PIECE_SLOTS;
		p->nr++;
		p->slot[i % SNAPSHOT_PIECE_SLOTS] = kind;
		p->count[kind]++;
	}
	snapshot->section[SECTION_SLOTS] = part;
	for (uint32_t first = 0; first < nr; first += 511)
		for (uint32_t n = 1; n < 4000; n += 613) {
			uint32_t want[KERNEL_SLOT_BAD + 1] = {0};

			for (uint32_t i = first; i < first + n && i < nr; i++)
				want[swap_slot(snapshot, &area, i)]++;
			swap_count(snapshot, &area, first, n, count);
			assert_memory_equal(count, want, sizeof(count));
		}
	assert_int_equal(swap_slot(snapshot, &area, nr), KERNEL_SLOT_BAD + 1);
	part_put(part);
	free(snapshot);
}

/* ---- whole panels --------------------------------------------------------------- */

#define FRAMES (2 * KERNEL_BLOCK_FRAMES)

/* Two nodes; full of numbers that are too large for their places. */
static struct snapshot *make_snapshot(uint32_t turn)
{
	struct snapshot *to = snapshot_make(2);
	struct kernel_zone_info zone[2] = {0};
	struct kernel_lruvec lruvec[2] = {0};
	static struct snapshot_cache cache[300];
	static struct kernel_frame frame[FRAMES];
	struct snapshot_swap area = {.name = "an area with a name so long",
				     .slots = 1000,
				     .used = 900 + turn,
				     .nr_pieces = 1};
	struct snapshot_slots piece = {.nr = 1000, .count = {1000}};

	for (uint32_t i = 0; i < 2; i++) {
		zone[i] = (struct kernel_zone_info){
			.node = (int)i,
			.name = "Movable",
			.start_pfn = i * KERNEL_BLOCK_FRAMES,
			.spanned = KERNEL_BLOCK_FRAMES,
			.managed = 1000,
			.min = 10,
			.low = 12,
			.high = 14};
		for (int n = 0; n < 66; n++)
			zone[i].free_blocks[n / 11][n % 11] =
				UINT32_MAX / (uint32_t)(n + 1) * turn;
		lruvec[i] = (struct kernel_lruvec){
			.node = (int)i,
			.pages = {0, UINT32_MAX, turn, 7},
			.isolated = turn,
			.kswapd_failures = 17 * turn};
	}
	for (uint32_t i = 0; i < 300; i++) {
		cache[i] =
			(struct snapshot_cache){.number = i + 1,
						.object_size = 8 + i,
						.slab_frames = 8,
						.slab_objects = 32768 / (8 + i),
						.slabs = i % 3 * turn};
		strcpy(cache[i].name, "a cache with a long name");
		cache[i].objects = cache[i].slabs * cache[i].slab_objects;
		cache[i].active = cache[i].objects / 2;
	}
	for (uint32_t i = 0; i < FRAMES; i++)
		frame[i] = (struct kernel_frame){
			.use = i % 2 ? FRAME_SLAB : FRAME_FREE,
			.flags = KERNEL_FRAME_RAM | KERNEL_FRAME_FIRST,
			.order = i % 11,
			.migratetype = i % 6,
			.node = i / KERNEL_BLOCK_FRAMES,
			.cache = (uint8_t)i};
	for (uint32_t i = 0; i < 2; i++)
		snapshot_set_block(to, i, frame + i * KERNEL_BLOCK_FRAMES);
	snapshot_set(to, SECTION_ZONES, zone, sizeof(zone));
	snapshot_set(to, SECTION_LRUVECS, lruvec, sizeof(lruvec));
	snapshot_set(to, SECTION_CACHES, cache, sizeof(cache));
	snapshot_set(to, SECTION_SWAPS, &area, sizeof(area));
	snapshot_set(to, SECTION_SLOTS, &piece, sizeof(piece));
	return to;
}

struct wanderer {
	const struct panel_kind *kind;
	void *state;
	struct view *view;
	unsigned int nr_tips, nr_selected;
};

static void do_all(struct wanderer *hand, struct box box, int x, int y)
{
	struct panel_event event = {.x = x,
				    .y = y,
				    .box = box,
				    .button = 1,
				    .wheel = x % 2 ? 1 : -1};
	const uint64_t serial = hand->view->selected.serial;

	hand->view->tip.nr_lines = 0;
	event.kind = PANEL_HOVER;
	hand->kind->event(hand->state, hand->view, &event);
	hand->nr_tips += hand->view->tip.nr_lines > 0;
	event.kind = PANEL_PRESS;
	hand->kind->event(hand->state, hand->view, &event);
	hand->nr_selected += hand->view->selected.serial != serial;
	event.kind = PANEL_WHEEL;
	hand->kind->event(hand->state, hand->view, &event);
}

/* Nothing outside its box is touched, wherever the hand goes. */
static void try_panel(struct wanderer *hand, struct canvas *canvas,
		      struct box box)
{
	const colour_t ground = 0x123456;

	hand->state = calloc(1, hand->kind->state_bytes);
	for (int turn = 0; turn < 20; turn++) {
		canvas_fill(canvas, canvas_box(canvas), ground);
		canvas_push_clip(canvas, box);
		hand->kind->draw(hand->state, hand->view, canvas, box);
		canvas_pop_clip(canvas);
		for (int y = 0; y < canvas_box(canvas).h; y++)
			for (int x = 0; x < canvas_box(canvas).w; x++)
				if (canvas_row(canvas, y)[x] != ground &&
				    !box_has(box, x, y))
					fail_msg("%s drew at %d, %d",
						 hand->kind->name, x, y);
		for (int i = 0; i < 10; i++)
			do_all(hand, box, box.x + (turn * 37 + i * 11) % box.w,
			       box.y + (turn * 23 + i * 7) % box.h);
	}
	free(hand->state);
}

static void panels_under_a_hand(void **state)
{
	static const char *const names[] = {"buddy", "lru", "slab", "swap"};
	static const struct box boxes[] = {
		{20, 10, 700, 500}, {100, 50, 160, 90}, {5, 5, 21, 300},
		{5, 5, 600, 13},    {400, 300, 3, 2},
	};
	struct snapshot *none = snapshot_make(0);
	const char *why;
	struct canvas *canvas = canvas_create(740, 520, 1, &why);

	(void)state;
	assert_non_null(canvas);
	for (size_t i = 0; i < 20; i++) {
		struct view view = {.palette = palette_number(i % 2),
				    .now = make_snapshot(3),
				    .before = make_snapshot(1)};
		struct wanderer hand = {panel_named(names[i % 4]), NULL, &view,
					0, 0};

		assert_non_null(hand.kind);
		view.selected.pfn = SNAPSHOT_NO_FRAME;
		try_panel(&hand, canvas, boxes[i / 4]);
		if (i < 4 && i != 1)
			assert_true(hand.nr_tips > 5);
		if (i == 0 || i == 2)
			assert_true(hand.nr_selected > 5);
		snapshot_unmake(view.now);
		view.now = none; /* no section at all, and nothing before */
		snapshot_unmake(view.before);
		view.before = NULL;
		try_panel(&hand, canvas, boxes[i / 4]);
	}
	snapshot_unmake(none);
	canvas_destroy(canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_where_they_are_drawn),
		cmocka_unit_test(no_zones),
		cmocka_unit_test(gauges_are_monotonic),
		cmocka_unit_test(slots_are_where_they_are_drawn),
		cmocka_unit_test(counts_are_sums),
		cmocka_unit_test(panels_under_a_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
