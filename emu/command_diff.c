/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope diff`: where two traces part.
 */
#include "emu/command.h"

#include <stdio.h>

#include "emu/trace_diff.h"

static error_t parse_diff(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case OPTION_IGNORE:
		arguments->diff.ignore = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			argp_error(state, "there are more than two traces");
		else
			arguments->diff.trace[state->arg_num] = arg;
		return 0;
	case ARGP_KEY_END:
		if (state->arg_num < 2)
			argp_error(state, "which traces? Give two that --trace "
					  "wrote, as text or JSON");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options =
		(const struct argp_option[]){
			{"ignore", OPTION_IGNORE, "FIELDS", 0,
			 "These may differ, with commas between them: fields "
			 "of events, and cycle",
			 0},
			{0},
		},
	.parser = parse_diff,
	.args_doc = "TRACE TRACE",
	.doc = "Find the first event in which two traces differ, and tell what "
	       "it means."
	       "\v"
	       "Exit status: 0 when there is no difference, 1 when there is "
	       "one, 125 when a trace can't be read.",
};

static int act(struct arguments *arguments)
{
	struct diag diag = {0};
	enum trace_difference difference =
		trace_diff(arguments->diff.trace[0], arguments->diff.trace[1],
			   arguments->diff.ignore, stdout, &diag);

	if (fflush(stdout) || ferror(stdout))
		diag_errno(&diag, NULL, "can't write to standard output");
	if (diag.failed)
		return command_fail(&diag);
	return difference == TRACES_SAME ? 0 : 1;
}

const struct command command_diff = {
	.name = "diff",
	.full_name = "mmuscope diff",
	.usage = "diff TRACE TRACE",
	.argp = &argp,
	.act = act,
};
