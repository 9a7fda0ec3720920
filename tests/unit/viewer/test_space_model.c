/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bands of an address space: each page is in one cell, and the cell says
 * that it is; all fit where they can; a large mapping doesn't take the cells
 * of small ones; processes are listed once each, parents first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "emu/viewer/process_list.h"
#include "emu/viewer/space_model.h"

static const struct space_room room = {
	.width = 640,
	.height = 700,
	.least = 15,
	.gap = 2,
	.hole = 13,
	.cell_least = 6,
	.cell_good = 26,
	.cell_most = 72,
};

static const struct kernel_vma small[] = {
	{.start = 0x10000, .end = 0x67000},
	{.start = 0x67000, .end = 0x69000},
	{.start = 0x76fbd000, .end = 0x76ffd000},
	{.start = 0xbefdf000, .end = 0xbf000000},
};
static const struct kernel_vma large[] = {
	{.start = 0x10000, .end = 0x67000},
	{.start = 0x40000000, .end = 0x80000000}, /* 1 GB */
	{.start = 0xbefdf000, .end = 0xbf000000},
};

/* Every page's cell is where its address is found again. */
static void check(const struct space_plan *plan)
{
	for (uint32_t i = 0; i < plan->nr; i++) {
		const struct space_band *band = &plan->band[i];
		uint32_t step = (band->end - band->start) / 4096 / 500 + 1;

		assert_true(!i || band->y >= band[-1].y + band[-1].height);
		assert_true(band->rows * (uint32_t)plan->cell <=
			    (uint32_t)band->height);
		for (uint32_t va = band->start; va < band->end;
		     va += step * 4096) {
			struct box cell;
			uint32_t found;

			assert_true(space_cell_of(plan, va, &cell));
			assert_true(cell.x + cell.w <= plan->room.width);
			assert_true(space_page_at(plan, cell.x + cell.w - 1,
						  cell.y, &found));
			assert_true(va - found < 4096u << band->shift);
			assert_ptr_equal(space_band_at(plan, cell.y), band);
		}
		assert_ptr_equal(space_band_of(plan, band->end - 1), band);
	}
}

static void all_fit(void **unused)
{
	struct space_plan plan = {0};
	struct box cell;
	uint32_t va;

	(void)unused;
	assert_true(space_plan_make(&plan, small, 4, &room));
	check(&plan);
	assert_true(plan.height <= room.height);
	assert_int_equal(plan.cell, room.cell_good);
	assert_int_equal(plan.columns % 4, 0);
	assert_false(plan.band[1].after_hole);
	assert_true(plan.band[2].after_hole);
	assert_false(space_cell_of(&plan, 0x50000000, &cell));
	assert_false(space_page_at(&plan, room.width + 1, 0, &va));
	assert_false(space_page_at(&plan, 0, plan.height, &va));
	space_plan_free(&plan);
}

static void large_gives_way(void **unused)
{
	struct space_plan plan = {0};

	(void)unused;
	assert_true(space_plan_make(&plan, large, 3, &room));
	check(&plan);
	assert_true(plan.height <= room.height);
	assert_true(plan.height > room.height / 2);
	assert_int_equal(plan.band[0].shift, 0);
	assert_true(plan.band[1].shift > 0);
	assert_int_equal(plan.band[2].shift, 0);
	space_plan_free(&plan);
}

static void zoom_shows_each_page(void **unused)
{
	struct space_plan plan = {0};
	struct space_room near = room;
	int last = 0;

	(void)unused;
	for (near.zoom = 0; near.zoom <= SPACE_MAX_ZOOM; near.zoom++) {
		assert_true(space_plan_make(&plan, large, 3, &near));
		check(&plan);
		assert_true(plan.height > last && plan.cell <= 72);
		last = plan.height;
	}
	assert_int_equal(plan.band[1].shift, 0);
	assert_int_equal(plan.cell, 72);
	space_plan_free(&plan);
}

static void nothing_and_tiny(void **unused)
{
	struct space_plan plan = {0};
	struct space_room tiny = room;
	uint32_t va;

	(void)unused;
	assert_true(space_plan_make(&plan, NULL, 0, &room));
	assert_null(space_band_at(&plan, 0));
	assert_false(space_page_at(&plan, 0, 0, &va));
	tiny.width = tiny.height = 1;
	assert_true(space_plan_make(&plan, large, 3, &tiny));
	assert_int_equal(plan.columns, 1);
	space_plan_free(&plan);
}

/* ---- processes ----------------------------------------------------------------- */

static void as_a_tree(void **unused)
{
	static const struct snapshot_process processes[] = {
		{.pid = 9, .ppid = 1, .exit_status = 256},
		{.pid = 1, .exit_status = -1},
		{.pid = 6, .ppid = 1, .exit_status = -1, .rss_anon = 4},
		{.pid = 12, .ppid = 6, .exit_status = -1, .rss_anon = 9},
		{.pid = 8, .ppid = 6, .exit_status = -1},
		{.pid = 7, .ppid = 1, .exit_status = -1, .swapped = 30},
		{.pid = 2, .exit_status = -1, .kthread = true},
	};
	static const int tree[] = {1, 6, 8, 12, 7, 9, 2};
	static const int depth[] = {0, 1, 2, 2, 1, 1, 0};
	struct process_choice choice = {PROCESS_BY_PID, true, true, true};
	struct process_list list = {0};

	(void)unused;
	assert_true(process_list_make(&list, processes, 7, &choice));
	assert_int_equal(list.nr, 7);
	assert_int_equal(list.nr_living, 5);
	assert_int_equal(list.most, 30);
	for (int i = 0; i < 7; i++) {
		assert_int_equal(list.line[i].pid, tree[i]);
		assert_int_equal(list.line[i].depth, depth[i]);
	}
	choice = (struct process_choice){PROCESS_BY_RSS, true, false, false};
	assert_true(process_list_make(&list, processes, 7, &choice));
	assert_int_equal(list.nr, 5);
	assert_int_equal(list.line[0].pid, 12);
	assert_int_equal(list.line[1].pid, 6);
	process_list_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_fit),
		cmocka_unit_test(large_gives_way),
		cmocka_unit_test(zoom_shows_each_page),
		cmocka_unit_test(nothing_and_tiny),
		cmocka_unit_test(as_a_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
