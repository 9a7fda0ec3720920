/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hand at the picture of physical memory and at the inspector of one frame:
 * each frame is somewhere and told as what it is, a click selects it, and
 * mappers lead to the pages that they map.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/memory_modes.h"
#include "tests/unit/viewer/helper_hand.h"
#include "tests/unit/viewer/helper_scene.h"

static struct scene scene;
static struct view *const view = &scene.view;

static int set_up(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene_wish(&scene, panel_named("memory")->sections |
				   panel_named("frame")->sections |
				   1u << SECTION_LINK | 1u << SECTION_VMAS |
				   1u << SECTION_PAGES);
	scene_fault(&scene, 500);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scene_end(&scene);
	return 0;
}

static struct hand at_memory(int width, int height)
{
	struct hand hand;

	view_select_nothing(view);
	hand_begin(&hand, panel_named("memory"), view, width, height, 1);
	return hand;
}

/* The frame that the tip tells of; SNAPSHOT_NO_FRAME: none. */
static uint64_t frame_at(struct hand *hand, int x, int y)
{
	const struct tip *tip = hand_point(hand, x, y);
	uint64_t pfn, address;

	if (!tip || sscanf(tip->line[0], "frame %" SCNx64 ", address %" SCNx64,
			   &pfn, &address) != 2)
		return SNAPSHOT_NO_FRAME;
	assert_int_equal(address, pfn << 12);
	return pfn;
}

/* All of the 32 MB; those of use other than the one told would show. */
static void memory_has_each_frame(void **state)
{
	struct hand hand = at_memory(700, 620);
	const uint64_t first = view->now->first_paddr >> 12;
	const uint32_t nr = view->now->nr_blocks * KERNEL_BLOCK_FRAMES;
	bool *seen = calloc(nr, sizeof(*seen));
	uint32_t nr_seen = 0;

	(void)state;
	assert_int_equal(nr, 8192);
	FOR_EACH_PLACE(&hand, x, y, 2, 2)
	{
		const uint64_t pfn = frame_at(&hand, x, y);

		assert_true(view->pointed == pfn);
		if (pfn == SNAPSHOT_NO_FRAME)
			continue;
		assert_in_range(pfn, first, first + nr - 1);
		nr_seen += !seen[pfn - first];
		seen[pfn - first] = true;
		assert_int_equal(tip_has(&view->tip, "no RAM"), 0);
		assert_int_equal(view_frame(view->now, pfn)->use == FRAME_FREE,
				 tip_has(&view->tip, "free"));
	}
	assert_int_equal(nr_seen, nr);
	assert_true(frame_at(&hand, 400, 400) != SNAPSHOT_NO_FRAME);
	hand_leave(&hand);
	assert_true(view->pointed == SNAPSHOT_NO_FRAME);
	free(seen);
	hand_end(&hand);
}

static void click_selects_the_frame(void **state)
{
	struct hand hand = at_memory(700, 620);

	(void)state;
	FOR_EACH_PLACE(&hand, x, y, 61, 47)
	{
		const uint64_t pfn = frame_at(&hand, x, y);
		const uint64_t serial = view->selected.serial;

		hand_click(&hand, x, y);
		assert_int_equal(view->selected.serial != serial,
				 pfn != SNAPSHOT_NO_FRAME);
		if (pfn == SNAPSHOT_NO_FRAME)
			continue;
		assert_true(view->selected.by_frame);
		assert_true(view->selected.pfn == pfn);
	}
	assert_true(view->selected.by_frame);
	hand_end(&hand);
}

/* How many pixels wide the frame at @x, @y is. */
static int width_at(struct hand *hand, int x, int y)
{
	const uint64_t pfn = frame_at(hand, x, y);
	int from = x, to = x;

	while (from > hand->box.x && frame_at(hand, from - 1, y) == pfn)
		from--;
	while (to < hand->box.x + hand->box.w && frame_at(hand, to, y) == pfn)
		to++;
	return to - from;
}

static void memory_zooms_and_moves(void **state)
{
	struct hand hand = at_memory(700, 620);
	const int x = hand.box.x + 400, y = hand.box.y + 333;
	const uint64_t pfn = frame_at(&hand, x, y);
	const int width = width_at(&hand, x, y);
	uint64_t look;

	(void)state;
	hand_leave(&hand);
	look = hand_look(&hand);
	assert_true(pfn != SNAPSHOT_NO_FRAME);
	for (int i = 0; i < 8; i++) {
		hand_wheel(&hand, x, y, 1);
		assert_true(frame_at(&hand, x, y) == pfn);
	}
	/* 1.25 to the 8th is 6 */
	assert_in_range(width_at(&hand, x, y), width * 4, width * 8 + 8);
	hand_drag(&hand, x, y, 50, 30);
	assert_true(frame_at(&hand, x + 50, y + 30) == pfn);
	assert_true(hand_ctrl_key(&hand, SDLK_RIGHT));
	assert_true(frame_at(&hand, x - 30, y + 30) == pfn);
	assert_true(hand_ctrl_key(&hand, SDLK_LEFT));
	assert_true(hand_ctrl_key(&hand, SDLK_DOWN));
	assert_true(frame_at(&hand, x + 50, y - 50) == pfn);
	assert_true(hand_ctrl_key(&hand, SDLK_UP));
	assert_true(frame_at(&hand, x + 50, y + 30) == pfn);
	assert_true(hand_key(&hand, SDLK_0));
	view_select_nothing(view);
	hand_leave(&hand);
	assert_true(hand_look(&hand) == look);
	hand_end(&hand);
}

/* Double click and g: the selected frame in the middle, so large as to read. */
static void memory_goes_to_a_frame(void **state)
{
	const uint64_t first = view->now->first_paddr >> 12;
	struct hand hand = at_memory(700, 620);
	const int x = hand.box.x + 200, y = hand.box.y + 200;
	uint64_t pfn = frame_at(&hand, x, y);
	int at_x, at_y;

	(void)state;
	hand_double_click(&hand, x, y);
	assert_true(view->selected.pfn == pfn);
	for (int i = 0; i < 2; i++) {
		char text[40];

		snprintf(text, sizeof(text), "frame 0x%05" PRIx64 ",", pfn);
		assert_true(hand_find(&hand, text, &at_x, &at_y));
		assert_in_range(width_at(&hand, at_x + 4, at_y), 60, 170);
		pfn = first + 5000;
		view_select_frame(view, pfn);
		assert_true(hand_key(&hand, SDLK_g));
	}
	hand_end(&hand);
}

static void memory_is_coloured(void **state)
{
	struct hand hand = at_memory(700, 620);
	int x, y;

	(void)state;
	hand_heard(&hand);
	for (int i = 1; i <= NR_MEMORY_MODES; i++) {
		const enum memory_mode mode =
			(enum memory_mode)(i % NR_MEMORY_MODES);

		assert_true(hand_key(&hand, SDLK_c));
		assert_non_null(strstr(hand_heard(&hand), mode_sentence(mode)));
	}
	assert_true(hand_shift_key(&hand, SDLK_c));
	assert_non_null(
		strstr(hand_heard(&hand),
		       mode_sentence((enum memory_mode)(NR_MEMORY_MODES - 1))));
	/* their names stand above; a click is as good */
	for (int i = 0; i < NR_MEMORY_MODES - 1; i++) {
		const char *sentence = mode_sentence((enum memory_mode)i);

		assert_true(hand_find(&hand, sentence, &x, &y));
		hand_click(&hand, x, y);
		assert_non_null(strstr(hand_heard(&hand), sentence));
	}
	hand_end(&hand);
}

/* Row by row, the next frame is right of this one. */
static void frames_row_by_row(void **state)
{
	struct hand hand = at_memory(700, 620);
	const int x = hand.box.x + 300, y = hand.box.y + 300;
	uint64_t pfn;
	int width;

	(void)state;
	for (int i = 0; i < 10; i++)
		hand_wheel(&hand, x, y, 1);
	assert_true(hand_key(&hand, SDLK_z));
	assert_non_null(strstr(hand_heard(&hand), "row by row"));
	for (int i = 0; i < 4; i++) {
		pfn = frame_at(&hand, x + 5 * i, y);
		width = width_at(&hand, x + 5 * i, y);
		if (pfn % 32 != 31)
			assert_true(frame_at(&hand, x + 5 * i + width, y) ==
				    pfn + 1);
	}
	assert_true(hand_key(&hand, SDLK_z));
	assert_non_null(strstr(hand_heard(&hand), "Z curve"));
	assert_false(hand_key(&hand, SDLK_e));
	hand_end(&hand);
}

/* ---- one frame --------------------------------------------------------------------- */

/* An anonymous page of the shown process. */
static uint32_t some_page(uint64_t *pfn)
{
	uint32_t nr;
	const struct kernel_vma *vma = snapshot_vmas(view->now, &nr);

	for (uint32_t i = 0; i < nr; i++)
		for (uint32_t va = vma[i].start; va < vma[i].end; va += 4096) {
			const struct kernel_page *page =
				snapshot_page(view->now, va);

			if (page && page->flags & KERNEL_PAGE_PRESENT &&
			    page->kind & KERNEL_PAGE_ANON) {
				*pfn = page->where;
				return va;
			}
		}
	fail_msg("nothing is mapped");
	return 0;
}

/* A click on who maps it goes to that page, and there is no other way. */
static void mappers_are_clicked_on(void **state)
{
	const int pid = view->now->pid;
	uint64_t pfn = 0;
	const uint32_t va = some_page(&pfn);
	struct hand hand;
	unsigned int nr = 0, nr_here = 0;

	(void)state;
	view_select_frame(view, pfn);
	scene_wish(&scene, 0);
	hand_begin(&hand, panel_named("frame"), view, 420, 700, 1);
	FOR_EACH_PLACE(&hand, x, y, 150, 5)
	{
		view_select_frame(view, pfn);
		hand_click(&hand, x, y);
		if (view->selected.by_frame)
			continue;
		nr++;
		nr_here += view->selected.pid == pid && view->selected.va == va;
		assert_int_equal(view->selected.va, va); /* it was forked */
	}
	assert_true(nr_here > 0);
	hand_resize(&hand, 300, 90);
	assert_true(hand_key(&hand, SDLK_PAGEDOWN));
	assert_true(hand_wheel(&hand, 100, 50, 1));
	assert_false(hand_key(&hand, SDLK_e));
	hand_end(&hand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_has_each_frame),
		cmocka_unit_test(click_selects_the_frame),
		cmocka_unit_test(memory_zooms_and_moves),
		cmocka_unit_test(memory_goes_to_a_frame),
		cmocka_unit_test(memory_is_coloured),
		cmocka_unit_test(frames_row_by_row),
		cmocka_unit_test(mappers_are_clicked_on),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
