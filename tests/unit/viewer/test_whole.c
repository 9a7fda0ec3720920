/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run that is looked at by the whole viewer, which draws all layouts, keeps
 * a history and gives orders at random, is the run that nobody looks at: trace
 * and statistics are the same.
 *
 *	test_whole [EVENTS [SEED]]: gives orders so long, then looks on
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <stdlib.h>
#include <string.h>

#include "emu/live.h"
#include "emu/viewer/history.h"
#include "emu/viewer/layout.h"
#include "tests/unit/emu/helper_whole.h"
#include "tests/unit/viewer/helper_desk.h"

static unsigned int nr_events = 3000;
static uint64_t seed = 3;

static int run(void *arg)
{
	struct whole *whole = arg;

	whole_run(whole);
	return whole->status;
}

/* Pictures of what comes, between orders of any kind. */
static unsigned int play(struct sitter *sitter)
{
	struct view *view = sitter->view;
	unsigned int nr_layouts = 0, nr_drawn = 0;

	while (layout_number(nr_layouts))
		nr_layouts++;
	for (unsigned int i = 0; i < nr_events; i++) {
		sitter_do_anything(sitter);
		view->ms += sitter_any(sitter, 50);
		if (!sitter_any(sitter, 100))
			desk_layout(sitter->desk, layout_number(sitter_any(
							  sitter, nr_layouts)));
		if (sitter_any(sitter, 12))
			continue;
		view_arrive(view, live_snapshot(view->live));
		desk_draw(sitter->desk, sitter->canvas);
		nr_drawn++;
	}
	return nr_drawn;
}

static unsigned int look_on(struct sitter *sitter)
{
	struct view *view = sitter->view;
	unsigned int nr = 0;

	live_speed(view->live, 0);
	live_go(view->live, &(struct live_order){.go = LIVE_RUN});
	while (live_status(view->live).state != LIVE_ENDED) {
		view_arrive(view, live_snapshot(view->live));
		if (view->redraw)
			desk_draw(sitter->desk, sitter->canvas);
		nr += view->redraw;
		SDL_Delay(1);
	}
	return nr;
}

static void watched_is_alone(const struct whole *what)
{
	const struct live_order paused = {.go = LIVE_PAUSE};
	struct whole alone = *what, watched = *what;
	struct view view = {
		.palette = palette_number(0),
		.live = live_create(&paused),
		.history = history_create(1 << 24),
		.selected.pfn = SNAPSHOT_NO_FRAME,
	};
	struct sitter sitter;
	unsigned int nr_drawn;

	whole_run(&alone);
	watched.watcher = live_watcher(view.live);
	sitter_begin(&sitter, &view, "overview", 500, 400, 1);
	sitter.seed = seed;
	assert_true(live_start(view.live, run, &watched));
	nr_drawn = play(&sitter);
	look_on(&sitter);
	live_join(view.live);
	assert_true(nr_drawn > nr_events / 20);
	assert_true(view.now && view.now->serial > 10);
	sitter_end(&sitter);
	view_clear(&view);
	history_destroy(view.history);
	live_destroy(view.live);
	whole_expect_same(&alone, &watched, "with a viewer and without");
	whole_free(&alone);
	whole_free(&watched);
}

static void faults(void **state)
{
	const struct whole what = {.argv = {WHOLE_GUEST("forks"), "60", "40"},
				   .sets = {"memory.size=32M"}};

	(void)state;
	watched_is_alone(&what);
}

static void swapping(void **state)
{
	const struct whole what = {.argv = {WHOLE_GUEST("swapset"), "12", "1"},
				   .sets = {"memory.size=16M",
					    "swap.size=64M"}};

	(void)state;
	watched_is_alone(&what);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults),
		cmocka_unit_test(swapping),
	};

	if (argc > 1)
		nr_events = (unsigned int)strtoul(argv[1], NULL, 0);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
