/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the panels of free blocks and of swap slots have what: what is drawn
 * at a place is what is found there, at any size.
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
#include "emu/viewer/swap_model.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_where_they_are_drawn),
		cmocka_unit_test(no_zones),
		cmocka_unit_test(gauges_are_monotonic),
		cmocka_unit_test(slots_are_where_they_are_drawn),
		cmocka_unit_test(counts_are_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
