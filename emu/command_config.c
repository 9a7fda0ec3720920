/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope config`: a board with all its keys, and the keys themselves.
 */
#include "emu/command.h"

#include <stdio.h>

#include "emu/config/config.h"

static error_t parse_config(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case OPTION_KEYS:
		arguments->keys = true;
		return 0;
	case ARGP_KEY_END:
		if (!arguments->keys && !arguments->board)
			argp_error(state, "which board? Give a BOARD.yaml, or "
					  "--keys");
		return 0;
	}
	return command_parse_common(key, arg, state);
}

static const struct argp argp = {
	.options =
		(const struct argp_option[]){
			COMMAND_SET_OPTION,
			{"keys", OPTION_KEYS, NULL, 0,
			 "Print the documentation of all keys", 0},
			{0},
		},
	.parser = parse_config,
	.args_doc = "BOARD.yaml\n--keys",
	.doc = "Print every key of the board with its value and where it came "
	       "from, as a board file that gives the same machine.",
};

static int act(struct arguments *arguments)
{
	struct diag diag = {0};
	struct config *config = NULL;

	if (arguments->keys) {
		config_print_keys(stdout);
	} else {
		config = config_load(arguments->board, arguments->sets,
				     arguments->nr_sets, &diag);
		if (!config)
			return command_fail(&diag);
		config_print(config, stdout);
		config_destroy(config);
	}
	if (fflush(stdout) || ferror(stdout)) {
		diag_errno(&diag, NULL, "can't write to standard output");
		return command_fail(&diag);
	}
	return 0;
}

const struct command command_config = {
	.name = "config",
	.full_name = "mmuscope config",
	.usage = "config BOARD.yaml\n"
		 "config --keys",
	.argp = &argp,
	.act = act,
};
