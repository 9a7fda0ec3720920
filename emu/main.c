/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The command line, and nothing else: reads it, loads the configuration, lets
 * the machine run, prints what went wrong, and exits. The only file that may
 * exit. Interfaces are those of `mmuscope --help`; machines are machine.c's.
 */

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/explain.h"
#include "emu/live.h"
#include "emu/machine.h"
#include "emu/viewer_options.h"
#include "emu/why.h"

const char *argp_program_version = "mmuscope 0.1";

/* Options without a letter. */
enum {
	OPTION_SET = 256,
	OPTION_STATS,
	OPTION_TRACE,
	OPTION_TRACE_EVENTS,
	OPTION_KEYS,
	OPTION_PAGE,
	OPTION_VA,
	OPTION_AT,
	OPTION_JSON,
	OPTION_FAULT,
	OPTION_LIST,
	OPTION_FRAMEBUFFER,
	OPTION_PID,
	OPTION_RANGE,
	OPTION_ENTRIES,
};

struct arguments {
	const char *board;
	const char **sets;
	size_t nr_sets;
	const char *const *program; /* NULL-terminated; NULL: none given */
	bool keys;
	struct machine_options machine;
	struct why_options why;
	struct explain_options explain;
	bool list;
	struct viewer_request viewer;
	bool may_view; /* the board's view: true counts */
	struct diag diag; /* of an option's value */
};

/* What several commands take. */
static error_t parse_common(int key, char *arg, struct argp_state *state)
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

static int fail(const struct diag *diag)
{
	diag_print(diag, stderr);
	return MACHINE_EXIT_HOST;
}

/* ---- run ---------------------------------------------------------------- */

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

static error_t parse_run(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case OPTION_STATS:
		arguments->machine.stats_path = arg;
		return 0;
	case OPTION_TRACE:
		arguments->machine.trace_path = arg;
		return 0;
	case OPTION_TRACE_EVENTS:
		arguments->machine.trace_events = arg;
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
	return parse_common(key, arg, state);
}

static const struct argp run_argp = {
	.options =
		(const struct argp_option[]){
			{"set", OPTION_SET, "KEY=VALUE", 0,
			 "Override a key of the board, such as "
			 "cpu.tlb.entries=128; may be repeated",
			 0},
			{"stats", OPTION_STATS, "FILE", 0,
			 "Write statistics as JSON to FILE", 0},
			{"trace", OPTION_TRACE, "FILE", 0,
			 "Write a trace of events to FILE", 0},
			{"trace-events", OPTION_TRACE_EVENTS, "LIST", 0,
			 "Trace these events or groups of them, with commas "
			 "between; all is every one",
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
	.parser = parse_run,
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

static int run_machine(const struct config *config,
		       const struct machine_options *options, struct diag *diag)
{
	struct machine *machine = NULL;
	int status;

	if (config_check_host(config, diag))
		machine = machine_create(config, options, diag);
	if (!machine)
		return fail(diag);
	status = machine_run(machine, diag);
	machine_destroy(machine);
	return diag->failed ? fail(diag) : status;
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
		return fail(diag);
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
	return diag->failed ? fail(diag) : status;
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
		return fail(diag);
#ifdef MMUSCOPE_VIEWER
	if (board_wants || viewer->first)
		return view_machine(config, arguments, diag);
#endif
	return run_machine(config, &arguments->machine, diag);
}

static int run_board(struct arguments *arguments)
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

static int command_run(struct arguments *arguments)
{
	arguments->machine.console_in = STDIN_FILENO;
	arguments->machine.console_out = STDOUT_FILENO;
	arguments->may_view = true;
	return run_board(arguments);
}

/* ---- memory ------------------------------------------------------------- */

static const struct argp memory_argp = {
	.options =
		(const struct argp_option[]){
			{"set", OPTION_SET, "KEY=VALUE", 0,
			 "Override a key of the board; may be repeated", 0},
			{0},
		},
	.parser = parse_run,
	.args_doc = "BOARD.yaml [--] [PROGRAM [ARGS...]]",
	.doc = "Run the board's programs, or PROGRAM, and print what physical "
	       "memory holds when they have ended."
	       "\v"
	       "The map goes to standard output, what the programs write to "
	       "standard error. The exit status is as for run.",
};

static int command_memory(struct arguments *arguments)
{
	arguments->machine.console_in = STDIN_FILENO;
	arguments->machine.console_out = STDERR_FILENO;
	arguments->machine.quiet = true;
	arguments->machine.memory_map = true;
	return run_board(arguments);
}

/* ---- why ---------------------------------------------------------------- */

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
		return parse_run(key, arg, state);
	}
	if (!good)
		argp_error(state, "%s", diag->text);
	return 0;
}

#define AT_OPTION                                                           \
	{                                                                   \
		"at", OPTION_AT, "MOMENT", 0,                               \
			"Look then: exit (as process WHO, or the first of " \
			"the programs to do so, begins to end; the "        \
			"default), end (all programs have ended), fault:N " \
			"(the kernel is done with the N-th page fault), "   \
			"cycle:N (it is done for the first time at or "     \
			"after cycle N)",                                   \
			0                                                   \
	}

static const struct argp why_argp = {
	.options =
		(const struct argp_option[]){
			{"set", OPTION_SET, "KEY=VALUE", 0,
			 "Override a key of the board; may be repeated", 0},
			{"page", OPTION_PAGE, "PFN", 0,
			 "Tell of this frame, 0x60123 for instance", 0},
			{"va", OPTION_VA, "[WHO:]ADDRESS", 0,
			 "Tell of this address (hexadecimal) of process WHO, a "
			 "pid or the name of the first that has it; without, "
			 "of the board's first program",
			 0},
			AT_OPTION,
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

static int command_why(struct arguments *arguments)
{
	arguments->machine.console_in = STDIN_FILENO;
	arguments->machine.console_out = STDERR_FILENO;
	arguments->machine.quiet = true;
	arguments->machine.why = &arguments->why;
	return run_board(arguments);
}

/* ---- page-tables -------------------------------------------------------- */

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
		return parse_run(key, arg, state);
	}
	if (!good)
		argp_error(state, "%s", arguments->diag.text);
	return 0;
}

static const struct argp tables_argp = {
	.options =
		(const struct argp_option[]){
			{"set", OPTION_SET, "KEY=VALUE", 0,
			 "Override a key of the board; may be repeated", 0},
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
			AT_OPTION,
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

static int command_tables(struct arguments *arguments)
{
	arguments->why.tables = true;
	return command_why(arguments);
}

/* ---- explain ------------------------------------------------------------ */

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
		return parse_run(key, arg, state);
	}
}

static const struct argp explain_argp = {
	.options =
		(const struct argp_option[]){
			{"set", OPTION_SET, "KEY=VALUE", 0,
			 "Override a key of the board; may be repeated", 0},
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

static int command_explain(struct arguments *arguments)
{
	arguments->machine.console_in = STDIN_FILENO;
	arguments->machine.console_out = STDERR_FILENO;
	arguments->machine.quiet = true;
	arguments->machine.explain = &arguments->explain;
	return run_board(arguments);
}

/* ---- config ------------------------------------------------------------- */

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
	return parse_common(key, arg, state);
}

static const struct argp config_argp = {
	.options =
		(const struct argp_option[]){
			{"set", OPTION_SET, "KEY=VALUE", 0,
			 "Override a key of the board; may be repeated", 0},
			{"keys", OPTION_KEYS, NULL, 0,
			 "Print the documentation of all keys", 0},
			{0},
		},
	.parser = parse_config,
	.args_doc = "BOARD.yaml\n--keys",
	.doc = "Print every key of the board with its value and where it came "
	       "from, as a board file that gives the same machine.",
};

static int command_config(struct arguments *arguments)
{
	struct diag diag = {0};
	struct config *config = NULL;

	if (arguments->keys) {
		config_print_keys(stdout);
	} else {
		config = config_load(arguments->board, arguments->sets,
				     arguments->nr_sets, &diag);
		if (!config)
			return fail(&diag);
		config_print(config, stdout);
		config_destroy(config);
	}
	if (fflush(stdout) || ferror(stdout)) {
		diag_errno(&diag, NULL, "can't write to standard output");
		return fail(&diag);
	}
	return 0;
}

/* ---- all ---------------------------------------------------------------- */

static const struct command {
	const char *name, *full_name;
	const struct argp *argp;
	int (*act)(struct arguments *arguments);
} commands[] = {
	{"run", "mmuscope run", &run_argp, command_run},
	{"memory", "mmuscope memory", &memory_argp, command_memory},
	{"why", "mmuscope why", &why_argp, command_why},
	{"page-tables", "mmuscope page-tables", &tables_argp, command_tables},
	{"explain", "mmuscope explain", &explain_argp, command_explain},
	{"config", "mmuscope config", &config_argp, command_config},
};

struct chosen {
	const struct command *command;
	int index; /* of its name in argv */
};

static error_t parse_command(int key, char *arg, struct argp_state *state)
{
	struct chosen *chosen = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		for (size_t i = 0; i < sizeof(commands) / sizeof(*commands);
		     i++)
			if (!strcmp(commands[i].name, arg))
				chosen->command = &commands[i];
		if (!chosen->command)
			argp_error(state,
				   "'%s' is no command; there are run, memory, "
				   "why, page-tables, explain and config",
				   arg);
		chosen->index = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which command? There are run, memory, why, "
				  "page-tables, explain and config");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp main_argp = {
	.parser = parse_command,
	.args_doc = "run BOARD.yaml [--] [PROGRAM [ARGS...]]\n"
		    "memory BOARD.yaml [--] [PROGRAM [ARGS...]]\n"
		    "why BOARD.yaml --page PFN|--va [WHO:]ADDRESS [--] "
		    "[PROGRAM [ARGS...]]\n"
		    "page-tables BOARD.yaml [--pid WHO] [--] "
		    "[PROGRAM [ARGS...]]\n"
		    "explain BOARD.yaml --fault N|--list [--] "
		    "[PROGRAM [ARGS...]]\n"
		    "config BOARD.yaml\n"
		    "config --keys",
	.doc = "mmuscope runs ARMv7 Linux programs on a modelled MMU under a "
	       "modelled kernel's memory manager."
	       "\v"
	       "`mmuscope COMMAND --help` tells more of each command.",
};

/* Finds the command in argv[*index], whose own arguments follow it. */
static const struct command *parse_main(int argc, char **argv, int *index)
{
	struct chosen chosen = {0};

	if (argp_parse(&main_argp, argc, argv, ARGP_IN_ORDER, NULL, &chosen))
		return NULL;
	*index = chosen.index;
	return chosen.command;
}

int main(int argc, char **argv)
{
	struct arguments arguments = {.why.last = UINT32_MAX};
	const struct command *command;
	int status = MACHINE_EXIT_HOST;
	int index = 0;

	viewer_request_init(&arguments.viewer);
	argp_err_exit_status = MACHINE_EXIT_HOST;
	command = parse_main(argc, argv, &index);
	arguments.sets = calloc((size_t)argc, sizeof(*arguments.sets));
	if (command)
		argv[index] = (char *)command->full_name;
	/* argp itself exits on errors of usage; else it lacked memory. */
	if (!command || !arguments.sets ||
	    argp_parse(command->argp, argc - index, argv + index, ARGP_IN_ORDER,
		       NULL, &arguments))
		fputs("mmuscope: out of memory\n", stderr);
	else
		status = command->act(&arguments);
	free(arguments.sets);
	return status;
}
