/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hand at the curves and at the strip of time: places are moments, a click
 * shows memory as it was then, and the wheel, drags and keys lead where the
 * help says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/history.h"
#include "emu/viewer/timeline.h"
#include "tests/unit/viewer/helper_hand.h"
#include "tests/unit/viewer/helper_scene.h"

#define WIDTH  900
#define HEIGHT 600
#define NR     13 /* moments that are kept */

static struct scene scene;
static struct view *const view = &scene.view;

static int set_up(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene_wish(&scene, 1u << SECTION_COUNTERS | 1u << SECTION_ZONES);
	for (uint64_t i = 1; history_length(view->history) < NR; i++)
		scene_fault(&scene, i * 45);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scene_end(&scene);
	return 0;
}

static size_t at_moment(void)
{
	return history_near(view->history, view->now->cycle);
}

/* ---- curves ------------------------------------------------------------------------ */

/* The cycle at @x as the tip tells it; -1: there is none. */
static double cycle_at(struct hand *hand, int x)
{
	const struct tip *tip = hand_point(hand, x, hand->box.y + 200);
	unsigned long long cycle;

	if (!tip)
		return -1;
	assert_true(tip->nr_lines >= 2);
	assert_int_equal(sscanf(tip->line[1], "cycle %llu", &cycle), 1);
	return (double)cycle;
}

/* The plots' left edge and the first pixel behind their right one. */
static void edges(struct hand *hand, int *left, int *right)
{
	*left = *right = -1;
	for (int x = hand->box.x; x < hand->box.x + hand->box.w; x++) {
		if (cycle_at(hand, x) < 0)
			continue;
		if (*left < 0)
			*left = x;
		*right = x + 1;
	}
	assert_true(*left > 0 && *right - *left > WIDTH / 2);
}

/* Cycles of a pixel, over all of the plot. */
static double pace(struct hand *hand)
{
	int left, right;

	edges(hand, &left, &right);
	return (cycle_at(hand, right - 1) - cycle_at(hand, left)) /
	       (right - 1 - left);
}

static bool near(double a, double b, double within)
{
	return a - b <= within && b - a <= within;
}

static struct hand at_curves(void)
{
	struct hand hand;

	view_follow(view);
	hand_begin(&hand, panel_named("curves"), view, WIDTH, HEIGHT, 1);
	return hand;
}

/* From 0 to the end, evenly. */
static void places_are_moments(void **state)
{
	struct hand hand = at_curves();
	const double end = (double)view->newest->cycle;
	int left, right;

	(void)state;
	edges(&hand, &left, &right);
	for (int x = left; x < right; x += 7)
		assert_true(near(cycle_at(&hand, x),
				 end * (x - left) / (right - left),
				 end / (right - left)));
	hand_end(&hand);
}

static void click_goes_to_the_moment(void **state)
{
	struct hand hand = at_curves();
	int left, right;
	bool seen[NR] = {false};
	int nr_seen = 0;

	(void)state;
	edges(&hand, &left, &right);
	for (int x = left; x < right; x += 2) {
		const double cycle = cycle_at(&hand, x);
		const size_t want = history_near(view->history,
						 (uint64_t)cycle);

		hand_click(&hand, x, hand.box.y + 200);
		assert_ptr_equal(view->now, history_at(view->history, want));
		assert_int_equal(view->went_back, want != NR - 1);
		nr_seen += !seen[want];
		seen[want] = true;
	}
	assert_true(nr_seen > 3);
	hand_end(&hand);
}

/* A step of the wheel is a factor of 1.25, and the pointer's cycle stays. */
static void curves_zoom_at_the_pointer(void **state)
{
	struct hand hand = at_curves();
	const double all = pace(&hand);
	int left, right, x;
	double cycle, now;

	(void)state;
	edges(&hand, &left, &right);
	x = left + (right - left) / 3;
	cycle = cycle_at(&hand, x);
	hand_wheel(&hand, x, hand.box.y + 200, 3);
	now = pace(&hand);
	assert_true(near(now * 1.25 * 1.25 * 1.25, all, all / 100));
	assert_true(near(cycle_at(&hand, x), cycle, all));
	hand_drag(&hand, x, hand.box.y + 200, 60, 0);
	assert_true(near(cycle_at(&hand, x + 60), cycle, 2 * now));
	assert_false(view->went_back); /* a drag is no click */
	assert_true(hand_key(&hand, SDLK_0));
	assert_true(near(pace(&hand), all, all / 100));
	/* keys zoom around what was last pointed at */
	assert_true(cycle_at(&hand, x) >= 0);
	assert_true(hand_key(&hand, SDLK_PLUS));
	assert_true(near(pace(&hand) * 1.5, all, all / 100));
	assert_true(hand_key(&hand, SDLK_MINUS));
	assert_true(near(pace(&hand), all, all / 100));
	hand_wheel(&hand, x, hand.box.y + 200, 2);
	hand_double_click(&hand, x, hand.box.y + 200);
	assert_true(near(pace(&hand), all, all / 100));
	hand_end(&hand);
}

/* Each key takes a chart away and brings it back. */
static void keys_hide_charts(void **state)
{
	struct hand hand = at_curves();
	uint64_t first, look[5];

	(void)state;
	hand_leave(&hand);
	first = hand_look(&hand);
	for (int i = 0; i < 5; i++) {
		assert_true(hand_key(&hand, SDLK_1 + i));
		look[i] = hand_look(&hand);
		assert_true(look[i] != first);
		for (int other = 0; other < i; other++)
			assert_true(look[i] != look[other]);
		assert_true(hand_key(&hand, SDLK_1 + i));
		assert_true(hand_look(&hand) == first);
	}
	assert_false(hand_key(&hand, SDLK_6));
	hand_end(&hand);
}

/* ---- the strip of time --------------------------------------------------------------- */

static struct hand at_timeline(void)
{
	struct hand hand;

	view_follow(view);
	hand_begin(&hand, &timeline_kind, view, WIDTH, 60, 1);
	return hand;
}

/* Where the strip is: there it says something. */
static void track(struct hand *hand, int *left, int *right)
{
	*left = *right = -1;
	for (int x = hand->box.x; x < hand->box.x + hand->box.w; x++)
		if (hand_point(hand, x, hand->box.y + 30)) {
			*left = *left < 0 ? x : *left;
			*right = x + 1;
		}
	assert_true(*left > 0 && *right - *left > WIDTH / 2);
}

static void scrubbing_follows_the_pointer(void **state)
{
	struct hand hand = at_timeline();
	const double end = (double)view->newest->cycle;
	int left, right;
	size_t last = 0;

	(void)state;
	track(&hand, &left, &right);
	for (int x = left; x < right - 4; x += 5) {
		const uint64_t cycle =
			(uint64_t)(end * (x - left) / (right - left));
		const size_t want = history_near(view->history, cycle);

		hand_drag(&hand, x - 20, hand.box.y + 30, 20, 0);
		/* a pixel more or less may be nearer to the next */
		assert_in_range(at_moment(), want ? want - 1 : 0, want + 1);
		assert_true(at_moment() >= last);
		last = at_moment();
	}
	assert_true(last > NR / 2);
	hand_click(&hand, left, hand.box.y + 30);
	assert_int_equal(at_moment(), 0);
	assert_true(view->went_back);
	hand_click(&hand, right - 1, hand.box.y + 30);
	assert_false(view->went_back);
	assert_ptr_equal(view->now, view->newest);
	hand_end(&hand);
}

static void keys_go_back_and_forward(void **state)
{
	static const struct {
		int key;
		bool shift;
		size_t at;
	} steps[] = {
		{SDLK_LEFT, false, 11},  {SDLK_COMMA, false, 10},
		{SDLK_RIGHT, false, 11}, {SDLK_LEFT, true, 1},
		{SDLK_PERIOD, false, 2}, {SDLK_LEFT, true, 0},
		{SDLK_RIGHT, true, 10},  {SDLK_HOME, false, 0},
		{SDLK_END, false, 12},   {SDLK_RIGHT, false, 12},
	};
	struct hand hand = at_timeline();

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		assert_true(steps[i].shift ? hand_shift_key(&hand, steps[i].key)
					   : hand_key(&hand, steps[i].key));
		assert_int_equal(at_moment(), steps[i].at);
		assert_int_equal(view->went_back, steps[i].at != NR - 1);
	}
	assert_false(hand_key(&hand, SDLK_e));
	hand_end(&hand);
}

/* Up is forward, down is back. */
static void the_wheel_goes_through_time(void **state)
{
	struct hand hand = at_timeline();

	(void)state;
	hand_key(&hand, SDLK_HOME);
	hand_wheel(&hand, 400, 40, 1);
	hand_wheel(&hand, 400, 40, 1);
	assert_int_equal(at_moment(), 2);
	hand_wheel(&hand, 400, 40, -1);
	assert_int_equal(at_moment(), 1);
	view_follow(view);
	hand_end(&hand);
}

/* With nothing kept there is nowhere to go, and it says so. */
static void nothing_is_kept(void **state)
{
	struct history *history = view->history;
	struct snapshot *now = view->now;
	struct hand hand;

	(void)state;
	view->history = NULL;
	hand = at_timeline();
	hand_click(&hand, hand.box.x + WIDTH / 2, hand.box.y + 30);
	assert_non_null(strstr(hand_heard(&hand), "no snapshots"));
	assert_false(hand_key(&hand, SDLK_LEFT));
	assert_ptr_equal(view->now, now);
	hand_end(&hand);
	view->history = history;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_moments),
		cmocka_unit_test(click_goes_to_the_moment),
		cmocka_unit_test(curves_zoom_at_the_pointer),
		cmocka_unit_test(keys_hide_charts),
		cmocka_unit_test(scrubbing_follows_the_pointer),
		cmocka_unit_test(keys_go_back_and_forward),
		cmocka_unit_test(the_wheel_goes_through_time),
		cmocka_unit_test(nothing_is_kept),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
