/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope explain`: one fault from beginning to end, or a list of them.
 */
#include "emu/command.h"

static error_t parse_explain(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct explain_options *explain = &arguments->explain;

	switch (key) {
	case OPTION_FAULT:
		if (!explain_parse_fault(arg, explain, &arguments->diag))
			argp_error(state, "%s", arguments->diag.text);
		return 0;
	case OPTION_LIST:
		arguments->list = true;
		return 0;
	case OPTION_JSON:
		explain->json = true;
		return 0;
	case ARGP_KEY_END:
		if (arguments->list == (explain->number > 0))
			argp_error(state, "which fault? Give one --fault N, or "
					  "--list to see them all");
		return 0;
	default:
		return command_parse_run(key, arg, state);
	}
}

static const struct argp argp = {
	.options =
		(const struct argp_option[]){
			COMMAND_SET_OPTION,
			{"fault", OPTION_FAULT, "N", 0,
			 "Tell all about the N-th fault of the run", 0},
			{"list", OPTION_LIST, NULL, 0,
			 "List all faults with their numbers, a line each", 0},
			{"json", OPTION_JSON, NULL, 0,
			 "Answer in JSON; a list in lines of it", 0},
			{0},
		},
	.parser = parse_explain,
	.args_doc = "BOARD.yaml [--] [PROGRAM [ARGS...]]",
	.doc = "Run the board's programs, or PROGRAM, and explain one fault: "
	       "the instruction, what the TLBs, the page tables and the VMA "
	       "said before, what the kernel did, and what they said then."
	       "\v"
	       "Counted are all aborts, also those that the kernel meets while "
	       "it copies from or to a program; the same board and program "
	       "have the same faults each time. The answer goes to standard "
	       "output, what the programs write to standard error. The exit "
	       "status is as for run; 125 also when there are not so many "
	       "faults.",
};

static int act(struct arguments *arguments)
{
	arguments->machine.explain = &arguments->explain;
	return command_ask_board(arguments);
}

const struct command command_explain = {
	.name = "explain",
	.full_name = "mmuscope explain",
	.usage = "explain BOARD.yaml --fault N|--list [--] "
		 "[PROGRAM [ARGS...]]",
	.argp = &argp,
	.act = act,
};
