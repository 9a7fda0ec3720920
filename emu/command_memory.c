/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope memory`: what physical memory holds when all is over.
 */
#include "emu/command.h"

static const struct argp argp = {
	.options =
		(const struct argp_option[]){
			COMMAND_SET_OPTION,
			{0},
		},
	.parser = command_parse_run,
	.args_doc = "BOARD.yaml [--] [PROGRAM [ARGS...]]",
	.doc = "Run the board's programs, or PROGRAM, and print what physical "
	       "memory holds when they have ended."
	       "\v"
	       "The map goes to standard output, what the programs write to "
	       "standard error. The exit status is as for run.",
};

static int act(struct arguments *arguments)
{
	arguments->machine.memory_map = true;
	return command_ask_board(arguments);
}

const struct command command_memory = {
	.name = "memory",
	.full_name = "mmuscope memory",
	.usage = "memory BOARD.yaml [--] [PROGRAM [ARGS...]]",
	.argp = &argp,
	.act = act,
};
