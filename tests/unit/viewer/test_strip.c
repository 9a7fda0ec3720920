/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hand at the strip of controls and at the window as a whole: each control
 * is a key, too, and both do the same; menus and the prompt do what they say;
 * and on a display of twice the pixels everything is as it was, only finer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/layout.h"
#include "emu/viewer/panel.h"
#include "tests/unit/viewer/helper_desk.h"
#include "tests/unit/viewer/helper_hand.h"
#include "tests/unit/viewer/helper_scene.h"

#define WIDTH  1400
#define HEIGHT 800
#define ROW    14 /* where the strip's controls are */

struct at {
	struct scene scene;
	struct sitter sitter;
};

static struct at *begin(void)
{
	struct at *at = calloc(1, sizeof(*at));

	assert_non_null(at);
	scene_begin(&at->scene);
	scene_fault(&at->scene, 100);
	sitter_begin(&at->sitter, &at->scene.view, "overview", WIDTH, HEIGHT,
		     1);
	return at;
}

static void end(struct at *at)
{
	sitter_end(&at->sitter);
	scene_end(&at->scene);
	free(at);
}

/* Where the control is whose tip has "(key: @key)". */
static int control(struct at *at, const char *key)
{
	char text[32];

	snprintf(text, sizeof(text), "(key: %s)", key);
	for (int x = 0; x < WIDTH; x += 3)
		if (tip_has(sitter_point(&at->sitter, x, ROW), text))
			return x;
	fail_msg("no control has key %s", key);
	return 0;
}

static struct live_status status_of(struct at *at)
{
	return live_status(at->scene.live);
}

/* Until it stands, or has ended. */
static void wait_for_it(struct at *at)
{
	view_arrive(&at->scene.view, live_wait(at->scene.live));
}

static uint32_t sections_of(const char *layout)
{
	const struct layout *is = layout_named(layout);
	uint32_t sections = 1u << SECTION_PROCESSES | 1u << SECTION_ZONES |
			    1u << SECTION_LINK;

	for (unsigned int i = 0; i < is->nr_panels; i++)
		sections |= panel_named(is->place[i].panel)->sections;
	return sections;
}

/* ---- how it goes on ----------------------------------------------------------- */

/* By key, and by a click on what says that it is that key. */
static void steps_by_key_and_click(void **state)
{
	static const struct {
		const char *name;
		int key;
		enum live_go go;
	} controls[] = {
		{"i", SDLK_i, LIVE_STEP_INSTRUCTION},
		{"f", SDLK_f, LIVE_STEP_FAULT},
		{"s", SDLK_s, LIVE_STEP_SYSCALL},
		{"w", SDLK_w, LIVE_STEP_SWITCH},
	};
	struct at *at = begin();

	(void)state;
	for (int i = 0; i < 4; i++) {
		uint64_t serial = at->scene.view.now->serial;
		int x = control(at, controls[i].name);

		sitter_key(&at->sitter, controls[i].key);
		wait_for_it(at);
		assert_int_equal(status_of(at).go, controls[i].go);
		assert_true(at->scene.view.now->serial > serial);
		serial = at->scene.view.now->serial;
		scene_fault(&at->scene, 150 + 100 * (uint64_t)i);
		sitter_click(&at->sitter, x, ROW);
		wait_for_it(at);
		assert_int_equal(status_of(at).go, controls[i].go);
	}
	end(at);
}

static void faults_by_key(void **state)
{
	struct at *at = begin();

	(void)state;
	for (uint64_t i = 101; i < 110; i++) {
		sitter_key(&at->sitter, SDLK_f);
		wait_for_it(at);
		assert_int_equal(at->scene.view.now->nr_faults, i);
	}
	end(at);
}

/* [ is slower, ] faster, between the ends of the list. */
static void speeds_by_key(void **state)
{
	struct at *at = begin();

	(void)state;
	sitter_key(&at->sitter, SDLK_LEFTBRACKET);
	assert_true(status_of(at).speed > 0.99 && status_of(at).speed < 1.01);
	sitter_key(&at->sitter, SDLK_LEFTBRACKET);
	assert_true(status_of(at).speed < 0.11);
	for (int i = 0; i < 20; i++)
		sitter_key(&at->sitter, SDLK_RIGHTBRACKET);
	assert_true(status_of(at).speed <= 0);
	/* by the menu: the fourth */
	sitter_key(&at->sitter, SDLK_v);
	for (int i = 0; i < 3; i++)
		sitter_key(&at->sitter, SDLK_DOWN);
	sitter_key(&at->sitter, SDLK_RETURN);
	assert_true(status_of(at).speed > 0.009 && status_of(at).speed < 0.011);
	live_speed(at->scene.live, 0);
	end(at);
}

/* ---- the prompt ------------------------------------------------------------------- */

static void the_prompt_takes_conditions(void **state)
{
	struct at *at = begin();

	(void)state;
	sitter_key(&at->sitter, SDLK_u);
	sitter_type(&at->sitter, "fault:2220");
	sitter_key(&at->sitter, SDLK_BACKSPACE);
	/* a letter, and no order now */
	assert_int_equal(sitter_key(&at->sitter, SDLK_q), DESK_NOTHING);
	sitter_key(&at->sitter, SDLK_RETURN);
	wait_for_it(at);
	assert_int_equal(status_of(at).go, LIVE_UNTIL);
	assert_int_equal(status_of(at).until.kind, CONDITION_FAULT);
	assert_int_equal(status_of(at).until.number, 222);
	assert_int_equal(at->scene.view.now->nr_faults, 222);
	end(at);
}

/* What can't be read stays there, to be mended; Esc gives it up. */
static void the_prompt_refuses(void **state)
{
	struct at *at = begin();
	uint64_t look, closed = sitter_look(&at->sitter);

	(void)state;
	sitter_key(&at->sitter, SDLK_u);
	sitter_type(&at->sitter, "falt:3");
	look = sitter_look(&at->sitter);
	assert_true(look != closed);
	sitter_key(&at->sitter, SDLK_RETURN);
	assert_true(sitter_look(&at->sitter) != look); /* it says why */
	assert_int_equal(status_of(at).until.number, 100);
	sitter_key(&at->sitter, SDLK_ESCAPE);
	assert_true(sitter_look(&at->sitter) == closed);
	end(at);
}

/* The second of those that are ready-made, with the arrows. */
static void ready_made_conditions(void **state)
{
	struct at *at = begin();

	(void)state;
	sitter_key(&at->sitter, SDLK_u);
	sitter_key(&at->sitter, SDLK_DOWN);
	sitter_key(&at->sitter, SDLK_RETURN);
	wait_for_it(at);
	assert_int_equal(status_of(at).until.kind, CONDITION_FAULT);
	assert_int_equal(status_of(at).until.number, 200);
	end(at);
}

/* ---- the window ---------------------------------------------------------------------- */

static void layouts_by_key_and_menu(void **state)
{
	struct at *at = begin();
	const uint32_t *const wished = &at->scene.view.wish.sections;
	unsigned int nr = 0;
	uint64_t first;

	(void)state;
	sitter_point(&at->sitter, 0, HEIGHT - 1);
	first = sitter_look(&at->sitter);
	while (layout_number(nr))
		nr++;
	for (unsigned int i = 1; i <= nr; i++) {
		sitter_key(&at->sitter, SDLK_TAB);
		desk_draw(at->sitter.desk, at->sitter.canvas);
		assert_int_equal(*wished,
				 sections_of(layout_number(i % nr)->name));
	}
	assert_true(sitter_look(&at->sitter) == first);
	sitter_shift_key(&at->sitter, SDLK_TAB);
	desk_draw(at->sitter.desk, at->sitter.canvas);
	assert_int_equal(*wished, sections_of(layout_number(nr - 1)->name));
	sitter_key(&at->sitter, SDLK_l);
	for (unsigned int i = 0; i < 3; i++)
		sitter_key(&at->sitter, SDLK_DOWN);
	sitter_key(&at->sitter, SDLK_RETURN);
	assert_int_equal(*wished, sections_of(layout_number(2)->name));
	end(at);
}

/* A click beside a menu closes it, one on an item chooses it. */
static void menus_by_click(void **state)
{
	struct at *at = begin();
	int x = control(at, "l");
	const uint32_t *const wished = &at->scene.view.wish.sections;
	uint32_t seen = 0;
	uint64_t closed;

	(void)state;
	sitter_point(&at->sitter, 0, HEIGHT - 1);
	closed = sitter_look(&at->sitter);
	sitter_click(&at->sitter, x, ROW);
	assert_true(sitter_look(&at->sitter) != closed);
	sitter_click(&at->sitter, 5, HEIGHT / 2);
	sitter_point(&at->sitter, 0, HEIGHT - 1);
	assert_true(sitter_look(&at->sitter) == closed);
	for (int y = ROW + 20; y < 330; y += 12) {
		x = control(at, "l"); /* names aren't all as long */
		sitter_click(&at->sitter, x, ROW);
		desk_draw(at->sitter.desk, at->sitter.canvas);
		sitter_click(&at->sitter, x + 20, y);
		desk_draw(at->sitter.desk, at->sitter.canvas);
		for (unsigned int i = 0; layout_number(i); i++)
			if (*wished == sections_of(layout_number(i)->name))
				seen |= 1u << i;
		sitter_key(&at->sitter, SDLK_ESCAPE);
	}
	for (unsigned int i = 0; layout_number(i); i++)
		assert_true(seen & 1u << i);
	end(at);
}

static void colours_and_help(void **state)
{
	static const int keys[] = {SDLK_h, SDLK_F1, SDLK_QUESTION, SDLK_SLASH};
	struct at *at = begin();
	const struct palette *first = at->scene.view.palette;
	uint64_t look;

	(void)state;
	sitter_key(&at->sitter, SDLK_t);
	assert_ptr_not_equal(at->scene.view.palette, first);
	sitter_click(&at->sitter, control(at, "t"), ROW);
	assert_ptr_equal(at->scene.view.palette, first);
	sitter_point(&at->sitter, 0, HEIGHT - 1);
	look = sitter_look(&at->sitter);
	for (int i = 0; i < 4; i++) {
		sitter_key(&at->sitter, keys[i]);
		assert_true(sitter_look(&at->sitter) != look);
		/* any key closes it, and does nothing else */
		assert_int_equal(sitter_key(&at->sitter, SDLK_q), DESK_NOTHING);
		assert_true(sitter_look(&at->sitter) == look);
	}
	assert_int_equal(sitter_key(&at->sitter, SDLK_F12), DESK_SCREENSHOT);
	assert_int_equal(sitter_key(&at->sitter, SDLK_q), DESK_CLOSE);
	end(at);
}

static void escape_selects_nothing(void **state)
{
	struct at *at = begin();
	const struct selection *selected = &at->scene.view.selected;

	(void)state;
	view_select_page(&at->scene.view, 1, 0x10000);
	view_select_fault(&at->scene.view, 7);
	sitter_key(&at->sitter, SDLK_ESCAPE);
	assert_int_equal(selected->pid, 0);
	assert_false(selected->has_va);
	assert_int_equal(selected->fault, 0);
	end(at);
}

/* ---- a finer display ------------------------------------------------------------------ */

#define MAX_SAID 3000

/* The first lines of all tips, each once, in order; and how many places say it. */
struct said {
	unsigned int nr;
	struct one {
		char text[TIP_CHARS];
		unsigned int times;
	} one[MAX_SAID];
};

static void hear(struct said *said, const char *text)
{
	for (unsigned int i = 0; i < said->nr; i++)
		if (!strcmp(said->one[i].text, text)) {
			said->one[i].times++;
			return;
		}
	assert_true(said->nr < MAX_SAID);
	said->one[said->nr].times = 1;
	strcpy(said->one[said->nr++].text, text);
}

/* At every second point of the panel. */
static void hear_all(struct said *said, const char *name, struct view *view,
		     int scale)
{
	struct hand hand;

	said->nr = 0;
	view->pointed = SNAPSHOT_NO_FRAME;
	hand_begin(&hand, panel_named(name), view, 640, 480, scale);
	FOR_EACH_PLACE(&hand, x, y, 3 * scale, 3 * scale)
	{
		const struct tip *tip = hand_point(&hand, x, y);

		if (tip)
			hear(said, tip->line[0]);
	}
	hand_end(&hand);
}

static const struct one *find(const struct said *said, const char *text)
{
	for (unsigned int i = 0; i < said->nr; i++)
		if (!strcmp(said->one[i].text, text))
			return &said->one[i];
	return NULL;
}

/*
 * What can be pointed at can be pointed at, and has as much room, a quarter
 * more or less for how letters come out, and a row of points at its edges.
 */
static void expect_alike(const struct said *a, const struct said *b,
			 const char *name)
{
	unsigned int nr_lost = 0;

	for (unsigned int i = 0; i < a->nr; i++) {
		const struct one *one = &a->one[i];
		const struct one *other = find(b, one->text);
		unsigned int slack = one->times / 4 + 30;

		if (!other) {
			nr_lost += one->times > 40;
			continue;
		}
		if (other->times > one->times + slack ||
		    one->times > other->times + slack)
			fail_msg("%s: '%s' has %u places, and on twice the "
				 "pixels %u",
				 name, one->text, one->times, other->times);
	}
	if (nr_lost > a->nr / 20)
		fail_msg("%s: %u of %u things are nowhere", name, nr_lost,
			 a->nr);
}

static void twice_the_pixels(void **state)
{
	static const char *const names[] = {"tlb",    "space", "processes",
					    "events", "walk",  "buddy"};
	struct said *one = calloc(1, sizeof(*one));
	struct said *two = calloc(1, sizeof(*two));
	struct scene scene;

	(void)state;
	scene_begin(&scene);
	for (int i = 0; i < 6; i++)
		scene_wish(&scene, panel_named(names[i])->sections);
	scene_fault(&scene, 300);
	for (int i = 0; i < 6; i++) {
		hear_all(one, names[i], &scene.view, 1);
		hear_all(two, names[i], &scene.view, 2);
		assert_true(one->nr > 3);
		expect_alike(one, two, names[i]);
		expect_alike(two, one, names[i]);
	}
	scene_end(&scene);
	free(one);
	free(two);
}

/* A picture of twice the pixels, seen from farther off, is the same. */
static void the_same_picture(void **state)
{
	struct scene scene;
	struct sitter one, two;
	uint64_t differs = 0;

	(void)state;
	scene_begin(&scene);
	scene_wish(&scene, sections_of("memory"));
	scene_fault(&scene, 500);
	sitter_begin(&one, &scene.view, "memory", 700, 450, 1);
	sitter_begin(&two, &scene.view, "memory", 1400, 900, 2);
	for (int y = 0; y < 450; y++)
		for (int x = 0; x < 700; x++) {
			const uint32_t a = canvas_row(one.canvas, y)[x];
			const uint32_t b = canvas_row(two.canvas, 2 * y)[2 * x];

			for (int shift = 0; shift < 24; shift += 8)
				differs +=
					(uint64_t)abs((int)(a >> shift & 255) -
						      (int)(b >> shift & 255));
		}
	/* letters and edges come out otherwise: 6 of 255 on the average */
	assert_true(differs / (700 * 450 * 3) <= 6);
	sitter_end(&two);
	sitter_end(&one);
	scene_end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_by_key_and_click),
		cmocka_unit_test(faults_by_key),
		cmocka_unit_test(speeds_by_key),
		cmocka_unit_test(the_prompt_takes_conditions),
		cmocka_unit_test(the_prompt_refuses),
		cmocka_unit_test(ready_made_conditions),
		cmocka_unit_test(layouts_by_key_and_menu),
		cmocka_unit_test(menus_by_click),
		cmocka_unit_test(colours_and_help),
		cmocka_unit_test(escape_selects_nothing),
		cmocka_unit_test(twice_the_pixels),
		cmocka_unit_test(the_same_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
