/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hand at the window, without the window: the desk gets SDL's events and
 * draws, over a live machine. First what each gesture must do; then anything,
 * many times, at any size, in all layouts.
 *
 *	test_desk [STEPS [SEED]]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/canvas.h"
#include "emu/viewer/desk.h"
#include "emu/viewer/layout.h"
#include "emu/viewer/panel.h"
#include "tests/unit/viewer/helper_desk.h"
#include "tests/unit/viewer/helper_scene.h"

#define WIDTH  1100
#define HEIGHT 700

static unsigned int nr_steps = 1500;
static uint64_t seed = 7;

struct desk_scene {
	struct scene scene;
	struct sitter sitter;
};

static struct desk_scene *begin(const char *layout)
{
	struct desk_scene *at = calloc(1, sizeof(*at));

	assert_non_null(at);
	scene_begin(&at->scene);
	sitter_begin(&at->sitter, &at->scene.view, layout, WIDTH, HEIGHT, 1);
	scene_fault(&at->scene, 500);
	desk_draw(at->sitter.desk, at->sitter.canvas);
	return at;
}

static void end(struct desk_scene *at)
{
	sitter_end(&at->sitter);
	scene_end(&at->scene);
	free(at);
}

/* ---- layouts ------------------------------------------------------------------------------ */

static bool overlap(const struct layout_place *a, const struct layout_place *b)
{
	return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h &&
	       b->y < a->y + a->h;
}

/* Each panel is there, all together fill the window, and none hides another. */
static void layouts_fit(void **state)
{
	const struct layout *layout;

	(void)state;
	for (unsigned int n = 0; (layout = layout_number(n)); n++) {
		unsigned int area = 0;

		for (unsigned int i = 0; i < layout->nr_panels; i++) {
			const struct layout_place *place = &layout->place[i];

			assert_non_null(panel_named(place->panel));
			assert_true(place->x + place->w <= 100);
			assert_true(place->y + place->h <= 100);
			area += (unsigned int)place->w * place->h;
			for (unsigned int j = 0; j < i; j++)
				assert_false(overlap(place, &layout->place[j]));
		}
		assert_int_equal(area, 100 * 100);
		assert_ptr_equal(layout_named(layout->name), layout);
	}
}

/* ---- each gesture ----------------------------------------------------------------------- */

static void click_selects_a_frame(void **state)
{
	struct desk_scene *at = begin("memory");
	struct view *view = &at->scene.view;
	uint64_t before = sitter_look(&at->sitter);

	(void)state;
	for (int y = HEIGHT / 4; y < HEIGHT * 3 / 4; y += 20) {
		sitter_click(&at->sitter, WIDTH / 2, y);
		if (view->selected.pfn != SNAPSHOT_NO_FRAME)
			break;
	}
	assert_true(view->selected.pfn != SNAPSHOT_NO_FRAME);
	assert_non_null(view_frame(view->now, view->selected.pfn));
	assert_true(sitter_look(&at->sitter) != before);
	sitter_key(&at->sitter, SDLK_ESCAPE);
	assert_true(view->selected.pfn == SNAPSHOT_NO_FRAME);
	end(at);
}

static void pointer_asks(void **state)
{
	struct desk_scene *at = begin("memory");

	(void)state;
	for (int y = HEIGHT / 4; y < HEIGHT * 3 / 4; y += 20) {
		sitter_point(&at->sitter, WIDTH / 2, y);
		if (at->scene.view.tip.nr_lines)
			break;
	}
	assert_true(at->scene.view.tip.nr_lines > 0);
	sitter_point(&at->sitter, 0, 0);
	assert_int_equal(at->scene.view.tip.nr_lines, 0);
	end(at);
}

static void wheel_zooms_and_comes_back(void **state)
{
	struct desk_scene *at = begin("memory");
	uint64_t before;

	(void)state;
	before = sitter_look(&at->sitter);
	sitter_point(&at->sitter, WIDTH / 2, HEIGHT / 2);
	sitter_wheel(&at->sitter, 1);
	sitter_wheel(&at->sitter, 1);
	sitter_point(&at->sitter, 0, 0);
	assert_true(sitter_look(&at->sitter) != before);
	sitter_point(&at->sitter, WIDTH / 2, HEIGHT / 2);
	for (int i = 0; i < 20; i++)
		sitter_wheel(&at->sitter, -1);
	sitter_point(&at->sitter, 0, 0);
	assert_true(sitter_look(&at->sitter) == before);
	end(at);
}

static void palettes_take_turns(void **state)
{
	struct desk_scene *at = begin("overview");
	uint64_t dark = sitter_look(&at->sitter);

	(void)state;
	sitter_point(&at->sitter, 0, 0);
	sitter_key(&at->sitter, SDLK_t);
	assert_true(sitter_look(&at->sitter) != dark);
	sitter_key(&at->sitter, SDLK_t);
	assert_true(sitter_look(&at->sitter) == dark);
	end(at);
}

/* In the end it stands, and may be looked at for as long as one likes. */
static void space_goes_on_and_pauses(void **state)
{
	struct desk_scene *at = begin("overview");
	struct view *view = &at->scene.view;
	uint64_t cycle = view->now->cycle;

	(void)state;
	sitter_key(&at->sitter, SDLK_SPACE);
	for (int i = 0; i < 5000; i++) {
		view_arrive(view, live_snapshot(view->live));
		if (live_status(view->live).state == LIVE_ENDED ||
		    view->now->cycle > cycle)
			break;
		SDL_Delay(1);
	}
	assert_true(live_status(view->live).state != LIVE_STARTING);
	assert_true(live_status(view->live).state == LIVE_ENDED ||
		    view->now->cycle > cycle);
	end(at);
}

/* ---- anything ---------------------------------------------------------------------------- */

static void any_size(struct sitter *s)
{
	static const double scales[] = {1, 1, 1.5, 2};

	assert_true(canvas_resize(
		s->canvas, (int)sitter_any(s, sitter_any(s, 2) ? 1200 : 40) + 1,
		(int)sitter_any(s, sitter_any(s, 2) ? 800 : 40) + 1,
		scales[sitter_any(s, 4)]));
}

static void nothing_harms(void **state)
{
	struct desk_scene *at = begin(layout_number(0)->name);
	struct view *view = &at->scene.view;
	struct sitter *s = &at->sitter;
	unsigned int nr_layouts = 0;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	s->seed = seed;
	while (layout_number(nr_layouts))
		nr_layouts++;
	for (unsigned int i = 0; i < nr_steps; i++) {
		sitter_do_anything(s);
		view->ms += sitter_any(s, 50);
		if (!sitter_any(s, 10))
			view_arrive(view, live_snapshot(view->live));
		if (!sitter_any(s, 60))
			desk_layout(s->desk,
				    layout_number(sitter_any(s, nr_layouts)));
		if (!sitter_any(s, 40))
			any_size(s);
		if (!sitter_any(s, 4))
			desk_draw(s->desk, s->canvas);
	}
	end(at);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts_fit),
		cmocka_unit_test(click_selects_a_frame),
		cmocka_unit_test(pointer_asks),
		cmocka_unit_test(wheel_zooms_and_comes_back),
		cmocka_unit_test(palettes_take_turns),
		cmocka_unit_test(space_goes_on_and_pauses),
		cmocka_unit_test(nothing_harms),
	};

	if (argc > 1)
		nr_steps = (unsigned int)strtoul(argv[1], NULL, 0);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
