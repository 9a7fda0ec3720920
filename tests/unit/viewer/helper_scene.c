/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/viewer/helper_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/machine.h"
#include "emu/viewer/history.h"

static int run(void *arg)
{
	struct scene *scene = arg;
	struct diag diag = {0};
	int null = open("/dev/null", O_RDWR);
	const struct machine_options options = {
		.quiet = true,
		.watcher = live_watcher(scene->live),
		.console_in = null,
		.console_out = null,
	};
	struct machine *machine = machine_create(scene->config, &options,
						 &diag);
	int status = machine ? machine_run(machine, &diag) : -1;

	diag_print(&diag, stderr);
	if (machine)
		machine_destroy(machine);
	close(null);
	return status;
}

void scene_begin(struct scene *scene)
{
	static const char *const program[] = {
		"host:" MMUSCOPE_BUILD_DIR "/guests/album", NULL};
	static const char *sets[] = {"memory.size=32M"};
	const struct live_order first = {.go = LIVE_PAUSE};
	struct diag diag = {0};
	struct config *config = config_load(MMUSCOPE_SOURCE_DIR
					    "/configs/vexpress-a9.yaml",
					    sets, 1, &diag);

	if (!config || !config_set_program(config, program, &diag))
		fail_msg("%s", diag.text);
	memset(scene, 0, sizeof(*scene));
	scene->config = config;
	scene->live = live_create(&first);
	assert_non_null(scene->live);
	scene->view = (struct view){
		.palette = palette_number(0),
		.live = scene->live,
		.history = history_create(1 << 24),
		.selected.pfn = SNAPSHOT_NO_FRAME,
	};
	assert_true(live_start(scene->live, run, scene));
	view_arrive(&scene->view, live_wait(scene->live));
}

void scene_fault(struct scene *scene, uint64_t fault)
{
	const struct live_order order = {.go = LIVE_UNTIL,
					 .until = {.kind = CONDITION_FAULT,
						   .number = fault}};

	live_go(scene->live, &order);
	view_arrive(&scene->view, live_wait(scene->live));
	assert_non_null(scene->view.now);
}

void scene_wish(struct scene *scene, uint32_t sections)
{
	view_wish(&scene->view, scene->view.wish.sections | sections);
	/* what comes may say which page or frame is meant, and ask for more */
	for (int i = 0; i < 40 && !view_has_wish(&scene->view); i++)
		view_arrive(&scene->view, live_wait(scene->live));
	assert_true(view_has_wish(&scene->view));
}

void scene_end(struct scene *scene)
{
	view_clear(&scene->view);
	history_destroy(scene->view.history);
	live_leave(scene->live);
	assert_int_equal(live_join(scene->live), 0);
	live_destroy(scene->live);
	config_destroy((struct config *)scene->config);
}
