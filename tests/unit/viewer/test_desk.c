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
#include "tests/unit/viewer/helper_scene.h"

#define WIDTH  1100
#define HEIGHT 700

static unsigned int nr_steps = 1500;
static uint64_t seed = 7;

struct hand {
	struct scene scene;
	struct canvas *canvas;
	struct desk *desk;
};

static struct hand *begin(const char *layout)
{
	struct hand *hand = calloc(1, sizeof(*hand));
	const char *why;

	scene_begin(&hand->scene);
	hand->canvas = canvas_create(WIDTH, HEIGHT, 1, &why);
	assert_non_null(hand->canvas);
	hand->desk = desk_create(&hand->scene.view, layout_named(layout));
	assert_non_null(hand->desk);
	scene_fault(&hand->scene, 500);
	desk_draw(hand->desk, hand->canvas);
	return hand;
}

static void end(struct hand *hand)
{
	desk_destroy(hand->desk);
	canvas_destroy(hand->canvas);
	scene_end(&hand->scene);
	free(hand);
}

static void key(struct hand *hand, int code)
{
	SDL_Event event = {.key = {.type = SDL_KEYDOWN}};

	event.key.keysym.sym = code;
	event.key.keysym.scancode = SDL_GetScancodeFromKey(code);
	desk_event(hand->desk, &event);
	event.type = SDL_KEYUP;
	desk_event(hand->desk, &event);
}

static void point(struct hand *hand, int x, int y)
{
	const SDL_Event event = {
		.motion = {.type = SDL_MOUSEMOTION, .x = x, .y = y}};

	desk_event(hand->desk, &event);
}

static void button(struct hand *hand, int x, int y, bool down)
{
	const SDL_Event event = {.button = {.type = down ? SDL_MOUSEBUTTONDOWN
							 : SDL_MOUSEBUTTONUP,
					    .button = 1,
					    .clicks = 1,
					    .x = x,
					    .y = y}};

	desk_event(hand->desk, &event);
}

static void click(struct hand *hand, int x, int y)
{
	button(hand, x, y, true);
	button(hand, x, y, false);
}

static void wheel(struct hand *hand, float steps)
{
	const SDL_Event event = {.wheel = {.type = SDL_MOUSEWHEEL,
					   .y = steps > 0 ? 1 : -1,
					   .preciseY = steps}};

	desk_event(hand->desk, &event);
}

/* What the picture is, as one number. */
static uint64_t look(struct hand *hand)
{
	struct box all = canvas_box(hand->canvas);
	uint64_t sum = 0;

	desk_draw(hand->desk, hand->canvas);
	for (int y = 0; y < all.h; y++)
		for (int x = 0; x < all.w; x++)
			sum = sum * 31 + canvas_row(hand->canvas, y)[x];
	return sum;
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
	struct hand *hand = begin("memory");
	struct view *view = &hand->scene.view;
	uint64_t before = look(hand);

	(void)state;
	for (int y = HEIGHT / 4; y < HEIGHT * 3 / 4; y += 20) {
		click(hand, WIDTH / 2, y);
		if (view->selected.pfn != SNAPSHOT_NO_FRAME)
			break;
	}
	assert_true(view->selected.pfn != SNAPSHOT_NO_FRAME);
	assert_non_null(view_frame(view->now, view->selected.pfn));
	assert_true(look(hand) != before);
	key(hand, SDLK_ESCAPE);
	assert_true(view->selected.pfn == SNAPSHOT_NO_FRAME);
	end(hand);
}

static void pointer_asks(void **state)
{
	struct hand *hand = begin("memory");

	(void)state;
	for (int y = HEIGHT / 4; y < HEIGHT * 3 / 4; y += 20) {
		point(hand, WIDTH / 2, y);
		if (hand->scene.view.tip.nr_lines)
			break;
	}
	assert_true(hand->scene.view.tip.nr_lines > 0);
	point(hand, 0, 0);
	assert_int_equal(hand->scene.view.tip.nr_lines, 0);
	end(hand);
}

static void wheel_zooms_and_comes_back(void **state)
{
	struct hand *hand = begin("memory");
	uint64_t before;

	(void)state;
	before = look(hand);
	point(hand, WIDTH / 2, HEIGHT / 2);
	wheel(hand, 1);
	wheel(hand, 1);
	point(hand, 0, 0);
	assert_true(look(hand) != before);
	point(hand, WIDTH / 2, HEIGHT / 2);
	for (int i = 0; i < 20; i++)
		wheel(hand, -1);
	point(hand, 0, 0);
	assert_true(look(hand) == before);
	end(hand);
}

static void palettes_take_turns(void **state)
{
	struct hand *hand = begin("overview");
	uint64_t dark = look(hand);

	(void)state;
	point(hand, 0, 0);
	key(hand, SDLK_t);
	assert_true(look(hand) != dark);
	key(hand, SDLK_t);
	assert_true(look(hand) == dark);
	end(hand);
}

/* In the end it stands, and may be looked at for as long as one likes. */
static void space_goes_on_and_pauses(void **state)
{
	struct hand *hand = begin("overview");
	struct view *view = &hand->scene.view;
	uint64_t cycle = view->now->cycle;

	(void)state;
	key(hand, SDLK_SPACE);
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
	end(hand);
}

/* ---- anything ---------------------------------------------------------------------------- */

static uint32_t any(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)((seed >> 33) % below);
}

static int any_key(void)
{
	static const int keys[] = {SDLK_UP,     SDLK_DOWN,   SDLK_LEFT,
				   SDLK_RIGHT,  SDLK_HOME,   SDLK_END,
				   SDLK_PAGEUP, SDLK_PLUS,   SDLK_MINUS,
				   SDLK_TAB,    SDLK_F1,     SDLK_PAGEDOWN,
				   SDLK_SPACE,  SDLK_ESCAPE, SDLK_RETURN,
				   SDLK_SLASH};

	switch (any(3)) {
	case 0:
		return keys[any(sizeof(keys) / sizeof(*keys))];
	case 1:
		return '0' + (int)any(10);
	default:
		return 'a' + (int)any(26);
	}
}

static void any_event(struct hand *hand)
{
	struct box all = canvas_box(hand->canvas);
	int x = (int)any((uint32_t)all.w + 20) - 10;
	int y = (int)any((uint32_t)all.h + 20) - 10;

	switch (any(6)) {
	case 0:
		button(hand, x, y, true);
		return;
	case 1:
		button(hand, x, y, false);
		return;
	case 2:
		wheel(hand, (float)any(7) - 3);
		return;
	case 3:
		key(hand, any_key());
		return;
	default:
		point(hand, x, y);
		return;
	}
}

static void any_size(struct hand *hand)
{
	static const double scales[] = {1, 1, 1.5, 2};

	assert_true(
		canvas_resize(hand->canvas, (int)any(any(2) ? 1200 : 40) + 1,
			      (int)any(any(2) ? 800 : 40) + 1, scales[any(4)]));
}

static void nothing_harms(void **state)
{
	struct hand *hand = begin(layout_number(0)->name);
	struct view *view = &hand->scene.view;
	unsigned int nr_layouts = 0;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	while (layout_number(nr_layouts))
		nr_layouts++;
	for (unsigned int i = 0; i < nr_steps; i++) {
		any_event(hand);
		view->ms += any(50);
		if (!any(10))
			view_arrive(view, live_snapshot(view->live));
		if (!any(60))
			desk_layout(hand->desk, layout_number(any(nr_layouts)));
		if (!any(40))
			any_size(hand);
		if (!any(4))
			desk_draw(hand->desk, hand->canvas);
	}
	end(hand);
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
