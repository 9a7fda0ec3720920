/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What several commands share: their common arguments, and a board that is
 * loaded and run.
 */
#include "emu/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/live.h"

error_t command_parse_common(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case OPTION_SET:
		arguments->sets[arguments->nr_sets++] = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->board)
			return ARGP_ERR_UNKNOWN;
		arguments->board = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

bool words_add(struct words *words, const char *word)
{
	const char **more = realloc(words->word,
				    (words->nr + 1) * sizeof(*more));

	if (!more)
		return false;
	words->word = more;
	more[words->nr++] = word;
	return true;
}

int command_fail(const struct diag *diag)
{
	diag_print(diag, stderr);
	return MACHINE_EXIT_HOST;
}

/* ---- a board -------------------------------------------------------------- */

static int run_machine(const struct config *config,
		       const struct machine_options *options, struct diag *diag)
{
	struct machine *machine = NULL;
	int status;

	if (config_check_host(config, diag))
		machine = machine_create(config, options, diag);
	if (!machine)
		return command_fail(diag);
	status = machine_run(machine, diag);
	machine_destroy(machine);
	return diag->failed ? command_fail(diag) : status;
}

#ifdef MMUSCOPE_VIEWER
/* A run that is looked at; what its thread needs. */
struct viewed_run {
	const struct config *config;
	struct machine_options options;
	struct diag diag;
};

static int run_viewed(void *arg)
{
	struct viewed_run *run = arg;

	return run_machine(run->config, &run->options, &run->diag);
}

static int view_machine(const struct config *config,
			const struct arguments *arguments, struct diag *diag)
{
	const struct viewer_options *options = &arguments->viewer.options;
	const struct live_order first = {
		.go = viewer_is_headless(options) ? LIVE_PAUSE : LIVE_RUN};
	struct viewed_run run = {config, arguments->machine, {0}};
	struct live *live;
	int status = MACHINE_EXIT_HOST;

	if (!viewer_check(options, diag))
		return command_fail(diag);
	live = live_create(&first);
	if (live)
		run.options.watcher = live_watcher(live);
	if (!live || !live_start(live, run_viewed, &run)) {
		diag_error(diag, NULL, "no thread for the machine");
		viewer_forget();
	} else {
		viewer_run(live, options, diag);
		status = live_join(live);
	}
	live_destroy(live);
	return diag->failed ? command_fail(diag) : status;
}
#endif

static int run_config(const struct config *config,
		      const struct arguments *arguments, struct diag *diag)
{
	const struct viewer_request *viewer = &arguments->viewer;
	bool board_wants = config->view && arguments->may_view;
	bool has_viewer = false;

#ifdef MMUSCOPE_VIEWER
	has_viewer = true;
#endif
	if (!viewer_request_check(viewer, board_wants, has_viewer, diag))
		return command_fail(diag);
#ifdef MMUSCOPE_VIEWER
	if (board_wants || viewer->first)
		return view_machine(config, arguments, diag);
#endif
	return run_machine(config, &arguments->machine, diag);
}

int command_run_board(struct arguments *arguments)
{
	struct diag diag = {0};
	struct config *config = config_load(arguments->board, arguments->sets,
					    arguments->nr_sets, &diag);
	int status = MACHINE_EXIT_HOST;

	if (config && (!arguments->program ||
		       config_set_program(config, arguments->program, &diag)))
		status = run_config(config, arguments, &diag);
	else
		diag_print(&diag, stderr);
	config_destroy(config);
	return status;
}

int command_ask_board(struct arguments *arguments)
{
	arguments->machine.console_in = STDIN_FILENO;
	arguments->machine.console_out = STDERR_FILENO;
	arguments->machine.quiet = true;
	return command_run_board(arguments);
}
