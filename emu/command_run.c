/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope run`: programs on a board, and a report.
 */
#include "emu/command.h"

#include <unistd.h>

static error_t parse_viewer(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	if (key < VIEWER_OPTION_FIRST || key >= VIEWER_OPTION_END)
		return ARGP_ERR_UNKNOWN;
	if (!viewer_option(key, arg, &arguments->viewer, &arguments->diag))
		argp_error(state, "%s", arguments->diag.text);
	return 0;
}

static const struct argp viewer_argp = {
	.options = viewer_option_rows,
	.parser = parse_viewer,
};

error_t command_parse_run(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case OPTION_STATS:
		arguments->machine.stats_path = arg;
		return 0;
	case OPTION_LEDGER:
		arguments->machine.ledger_path = arg;
		return 0;
	case OPTION_TRACE:
		arguments->machine.trace.path = arg;
		return 0;
	case OPTION_TRACE_EVENTS:
		arguments->machine.trace.events = arg;
		return 0;
	case OPTION_TRACE_FILTER:
		arguments->machine.trace.filter = arg;
		return 0;
	case OPTION_TRACE_FORMAT:
		if (!trace_parse_format(arg, &arguments->machine.trace,
					&arguments->diag))
			argp_error(state, "%s", arguments->diag.text);
		return 0;
	case OPTION_TRACE_BUFFER:
		if (!trace_parse_last(arg, &arguments->machine.trace,
				      &arguments->diag))
			argp_error(state, "%s", arguments->diag.text);
		return 0;
	case OPTION_FRAMEBUFFER:
		if (!screenshot_parse(arg, &arguments->machine.framebuffer,
				      &arguments->diag))
			argp_error(state, "%s", arguments->diag.text);
		return 0;
	case 'q':
		arguments->machine.quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!arguments->board)
			break;
		/* From here on all belongs to PROGRAM, options too. */
		arguments->program =
			(const char *const *)&state->argv[state->next - 1];
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which board? Give a BOARD.yaml, for "
				  "instance configs/vexpress-a9.yaml");
		return 0;
	case ARGP_KEY_INIT:
		if (state->child_inputs)
			state->child_inputs[0] = arguments;
		return 0;
	}
	return command_parse_common(key, arg, state);
}

static const struct argp argp = {
	.options =
		(const struct argp_option[]){
			{"set", OPTION_SET, "KEY=VALUE", 0,
			 "Override a key of the board, such as "
			 "cpu.tlb.entries=128; may be repeated",
			 0},
			{"stats", OPTION_STATS, "FILE", 0,
			 "Write statistics as JSON to FILE", 0},
			{"ledger", OPTION_LEDGER, "FILE", 0,
			 "Keep a ledger of cycles by task, what it was at, "
			 "mapping and cause, and write it to FILE as folded "
			 "stacks, which flame graphs are drawn from; it is "
			 "in the report and in statistics, too",
			 0},
			{"trace", OPTION_TRACE, "FILE", 0,
			 "Write a trace of events to FILE", 0},
			{"trace-events", OPTION_TRACE_EVENTS, "LIST", 0,
			 "Trace these events or groups of them, with commas "
			 "between; all is every one, and those after a ! "
			 "are left out",
			 0},
			{"trace-filter", OPTION_TRACE_FILTER, "EXPRESSION", 0,
			 "Of these, those for which it holds, such as "
			 "\"task == sh && address == 0x10000..0x1ffff\"",
			 0},
			{"trace-format", OPTION_TRACE_FORMAT, "FORMAT", 0,
			 "text, json (an object a line) or perfetto; without, "
			 "as FILE ends: .json, .jsonl, .pftrace, "
			 ".perfetto-trace, else text",
			 0},
			{"trace-buffer", OPTION_TRACE_BUFFER, "N", 0,
			 "Keep the last N events and write them when all is "
			 "over, after a panic, too",
			 0},
			{"framebuffer", OPTION_FRAMEBUFFER, "FILE.png[@MOMENT]",
			 0,
			 "Write what the guest's display shows to FILE: at "
			 "the end (@end), or when the machine stands still "
			 "first at or after cycle N (@cycle:N)",
			 0},
			{"quiet", 'q', NULL, 0, "No boot log and no report", 0},
			{0},
		},
	.parser = command_parse_run,
	.children =
		(const struct argp_child[]){
			{&viewer_argp, 0, "A window, or pictures of it:", 0},
			{0},
		},
	.args_doc = "BOARD.yaml [--] [PROGRAM [ARGS...]]",
	.doc = "Boot the machine that BOARD.yaml describes and run its "
	       "programs, or PROGRAM in their place."
	       "\v"
	       "PROGRAM is a path in the guest's root; host:FILE, also among "
	       "its arguments, is a file of the host, which the guest sees "
	       "read-only. The console is "
	       "standard input and output; boot log and report go to standard "
	       "error.\n"
	       "\n"
	       "Exit status: the first program's own; 128+n when signal n "
	       "killed it; 125 for errors of usage, configuration and host, "
	       "and for a program that can't be loaded; 126 when the modelled "
	       "kernel panicked.",
};

static int act(struct arguments *arguments)
{
	arguments->machine.console_in = STDIN_FILENO;
	arguments->machine.console_out = STDOUT_FILENO;
	arguments->may_view = true;
	return command_run_board(arguments);
}

const struct command command_run = {
	.name = "run",
	.full_name = "mmuscope run",
	.usage = "run BOARD.yaml [--] [PROGRAM [ARGS...]]",
	.argp = &argp,
	.act = act,
};
