/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The picture of memory: what is at which pixel, there and back; blocks of the
 * allocator are rectangles; what was followed from snapshot to snapshot is
 * what a look at all frames says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/memory_cells.h"
#include "emu/viewer/memory_plan.h"
#include "tests/unit/viewer/helper_scene.h"

/* ---- places ----------------------------------------------------------------------- */

static void cells_and_back(void **state)
{
	(void)state;
	for (int by_rows = 0; by_rows < 2; by_rows++)
		for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++)
			assert_int_equal(
				plan_index_of(by_rows,
					      plan_cell_of(by_rows, i)),
				i);
}

/* Each frame of a block is in its rectangle, which has room for no other. */
static void blocks_are_rectangles(void **state)
{
	(void)state;
	for (unsigned int order = 0; order <= 10; order++) {
		struct plan_cell size = plan_extent(false, order);

		assert_int_equal(size.x * size.y, 1u << order);
		for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++) {
			unsigned int first = i & ~((1u << order) - 1);
			struct plan_cell a = plan_cell_of(false, first);
			struct plan_cell b = plan_cell_of(false, i);

			assert_true(b.x - a.x < size.x && b.y - a.y < size.y);
		}
	}
}

static void hits_what_it_draws(struct memory_plan *plan,
			       const struct snapshot *now)
{
	const uint32_t nr = now->nr_blocks * KERNEL_BLOCK_FRAMES;
	uint32_t nr_seen = 0;

	for (uint32_t i = 0; i < nr; i += 37) {
		struct plan_place place = {i / KERNEL_BLOCK_FRAMES,
					   i % KERNEL_BLOCK_FRAMES};
		struct plan_place hit;
		struct box box = plan_cells(plan, place, 0);

		if (!box.w || !box.h || !box_has(plan->box, box.x, box.y))
			continue;
		assert_true(plan_hit(plan, box.x, box.y, &hit));
		assert_int_equal(hit.block, place.block);
		assert_int_equal(hit.index, place.index);
		nr_seen++;
	}
	assert_true(nr_seen > 0);
}

static void each_pixel_is_its_frame(void **state)
{
	static const struct box boxes[] = {
		{10, 20, 800, 600}, {0, 0, 300, 900}, {5, 5, 700, 170}};
	struct scene scene;

	(void)state;
	scene_begin(&scene);
	scene_fault(&scene, 100);
	for (size_t i = 0; i < sizeof(boxes) / sizeof(*boxes); i++) {
		struct memory_plan plan = {.most_width = 3000};

		assert_true(plan_update(&plan, scene.view.now, boxes[i], 20));
		hits_what_it_draws(&plan, scene.view.now);
		plan_zoom(&plan, boxes[i].w / 3, boxes[i].h / 2, 3.7);
		hits_what_it_draws(&plan, scene.view.now);
		plan.by_rows = true;
		hits_what_it_draws(&plan, scene.view.now);
	}
	scene_end(&scene);
}

static void zoom_keeps_the_place(void **state)
{
	struct memory_plan plan = {.most_width = 4000};
	const struct box box = {0, 0, 900, 700};
	struct plan_place before, after;
	struct scene scene;

	(void)state;
	scene_begin(&scene);
	scene_fault(&scene, 100);
	assert_true(plan_update(&plan, scene.view.now, box, 20));
	plan_zoom(&plan, 400, 300, 8);
	assert_true(plan_hit(&plan, 400, 300, &before));
	plan_zoom(&plan, 400, 300, 1.7);
	assert_true(plan_hit(&plan, 400, 300, &after));
	assert_int_equal(before.block, after.block);
	assert_int_equal(before.index, after.index);
	plan_show(&plan, (struct plan_place){before.block, 5}, 60);
	assert_true(
		plan_cells(&plan, (struct plan_place){before.block, 5}, 0).w >=
		59);
	plan_zoom(&plan, 1, 1, 1e-6);
	assert_true(plan.zoom >= 1 && plan.zoom <= 1);
	scene_end(&scene);
}

/* ---- classes and changes ------------------------------------------------------------- */

static void compare_with_model(const struct memory_cells *cells,
			       const struct view *view)
{
	struct memory_cells fresh = {0};
	const struct view alone = {.now = view->now, .palette = view->palette};

	assert_true(cells_update(&fresh, &alone, cells->mode));
	assert_memory_equal(cells->count, fresh.count, sizeof(fresh.count));
	for (uint32_t n = 0; n < fresh.nr_blocks; n++)
		assert_memory_equal(cells->block[n].class_of,
				    fresh.block[n].class_of,
				    KERNEL_BLOCK_FRAMES);
	cells_free(&fresh);
}

static void compare_marks(const struct memory_cells *cells,
			  const struct view *view)
{
	for (uint32_t n = 0; n < cells->nr_blocks; n++) {
		const struct kernel_frame *a = snapshot_frames(view->before, n);
		const struct kernel_frame *b = snapshot_frames(view->now, n);

		for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++)
			assert_int_equal(cells->block[n].heat[i] == 255,
					 frame_changed(&a[i], &b[i]));
	}
}

static void follows_what_changes(void **state)
{
	struct memory_cells cells = {0};
	struct scene scene;
	uint32_t nr_changed = 0;

	(void)state;
	scene_begin(&scene);
	for (unsigned int i = 0; i < MODE_CHANGED * 3; i++) {
		enum memory_mode mode = (enum memory_mode)(i / 3);

		scene_fault(&scene, 60 + i * 17);
		assert_true(cells_update(&cells, &scene.view, mode));
		compare_with_model(&cells, &scene.view);
		if (scene.view.before)
			compare_marks(&cells, &scene.view);
		nr_changed += cells.nr_changed;
	}
	assert_true(nr_changed > 50);
	cells_free(&cells);
	scene_end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_and_back),
		cmocka_unit_test(blocks_are_rectangles),
		cmocka_unit_test(each_pixel_is_its_frame),
		cmocka_unit_test(zoom_keeps_the_place),
		cmocka_unit_test(follows_what_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
