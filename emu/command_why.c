/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope why`: one frame, or one address, and all about it.
 */
#include "emu/command.h"

static error_t parse_why(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct why_options *why = &arguments->why;
	struct diag *diag = &arguments->diag;
	bool good = true;

	switch (key) {
	case OPTION_PAGE:
		good = why_parse_page(arg, why, diag);
		break;
	case OPTION_VA:
		good = why_parse_va(arg, why, diag);
		break;
	case OPTION_AT:
		good = why_parse_at(arg, why, diag);
		break;
	case OPTION_JSON:
		why->json = true;
		break;
	case ARGP_KEY_END:
		if (why->page == why->va)
			argp_error(state, "which frame or address? Give one "
					  "--page PFN or --va ADDRESS");
		return 0;
	default:
		return command_parse_run(key, arg, state);
	}
	if (!good)
		argp_error(state, "%s", diag->text);
	return 0;
}

static const struct argp argp = {
	.options =
		(const struct argp_option[]){
			COMMAND_SET_OPTION,
			{"page", OPTION_PAGE, "PFN", 0,
			 "Tell of this frame, 0x60123 for instance", 0},
			{"va", OPTION_VA, "[WHO:]ADDRESS", 0,
			 "Tell of this address (hexadecimal) of process WHO, a "
			 "pid or the name of the first that has it; without, "
			 "of the board's first program",
			 0},
			COMMAND_AT_OPTION,
			{"json", OPTION_JSON, NULL, 0, "Answer in JSON", 0},
			{0},
		},
	.parser = parse_why,
	.args_doc = "BOARD.yaml [--] [PROGRAM [ARGS...]]",
	.doc = "Run the board's programs, or PROGRAM, and tell why memory is "
	       "as it is: of a frame, what it is used for, who maps it and "
	       "what happened to it; of an address, its mapping, the walk "
	       "through the page tables, what is allowed, and the TLBs."
	       "\v"
	       "The answer goes to standard output, what the programs write "
	       "to standard error. The exit status is as for run; 125 also "
	       "when there is no such frame, process or mapping at that "
	       "moment.",
};

static int act(struct arguments *arguments)
{
	arguments->machine.why = &arguments->why;
	return command_ask_board(arguments);
}

const struct command command_why = {
	.name = "why",
	.full_name = "mmuscope why",
	.usage = "why BOARD.yaml --page PFN|--va [WHO:]ADDRESS [--] "
		 "[PROGRAM [ARGS...]]",
	.argp = &argp,
	.act = act,
};
