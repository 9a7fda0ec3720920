/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope page-tables`: what they map, from the first word to the last.
 */
#include "emu/command.h"

static error_t parse_tables(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct why_options *why = &arguments->why;
	bool good = true;

	switch (key) {
	case OPTION_PID:
		why->who = arg;
		good = *arg || diag_error(&arguments->diag, NULL,
					  "--pid: which process?");
		break;
	case OPTION_RANGE:
		good = why_parse_range(arg, why, &arguments->diag);
		break;
	case OPTION_ENTRIES:
		why->entries = true;
		break;
	case OPTION_AT:
		good = why_parse_at(arg, why, &arguments->diag);
		break;
	case OPTION_JSON:
		why->json = true;
		break;
	default:
		return command_parse_run(key, arg, state);
	}
	if (!good)
		argp_error(state, "%s", arguments->diag.text);
	return 0;
}

static const struct argp argp = {
	.options =
		(const struct argp_option[]){
			COMMAND_SET_OPTION,
			{"pid", OPTION_PID, "WHO", 0,
			 "The tables of process WHO, a pid or the name of the "
			 "first that has it; without, the kernel's own",
			 0},
			{"va", OPTION_RANGE, "START[-END]", 0,
			 "These addresses alone (hexadecimal)", 0},
			{"entries", OPTION_ENTRIES, NULL, 0,
			 "Each word of the tables, of pages Linux's and the "
			 "hardware's, in place of stretches that are alike",
			 0},
			COMMAND_AT_OPTION,
			{"json", OPTION_JSON, NULL, 0, "Answer in JSON", 0},
			{0},
		},
	.parser = parse_tables,
	.args_doc = "BOARD.yaml [--] [PROGRAM [ARGS...]]",
	.doc = "Run the board's programs, or PROGRAM, and print what the page "
	       "tables of the kernel or of a process map, as "
	       "/sys/kernel/debug/kernel_page_tables does."
	       "\v"
	       "The answer goes to standard output, what the programs write "
	       "to standard error. The exit status is as for run; 125 also "
	       "when there is no such process at that moment.",
};

static int act(struct arguments *arguments)
{
	arguments->why.tables = true;
	arguments->machine.why = &arguments->why;
	return command_ask_board(arguments);
}

const struct command command_tables = {
	.name = "page-tables",
	.full_name = "mmuscope page-tables",
	.usage = "page-tables BOARD.yaml [--pid WHO] [--] "
		 "[PROGRAM [ARGS...]]",
	.argp = &argp,
	.act = act,
};
