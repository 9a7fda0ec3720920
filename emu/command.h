/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_COMMAND_H
#define EMU_COMMAND_H

/*
 * The subcommands: one file each, command_NAME.c, with its options, its help
 * and what it does. main.c finds them in commands.def and gives them what
 * argp has read. None of them exits.
 */

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "emu/diag.h"
#include "emu/explain.h"
#include "emu/machine.h"
#include "emu/scenario/suite.h"
#include "emu/viewer_options.h"
#include "emu/why.h"

/* Options without a letter. */
enum {
	OPTION_SET = 256,
	OPTION_STATS,
	OPTION_LEDGER,
	OPTION_TRACE,
	OPTION_TRACE_BUFFER,
	OPTION_TRACE_EVENTS,
	OPTION_TRACE_FILTER,
	OPTION_TRACE_FORMAT,
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
	OPTION_JUNIT,
	OPTION_ONLY,
	OPTION_RECORD_GOLDEN,
	OPTION_UPDATE_GOLDEN,
	OPTION_TIMEOUT,
	OPTION_CROSS_COMPILE,
	OPTION_CACHE,
	OPTION_IGNORE,
	OPTION_VARY,
	OPTION_LIMIT,
	OPTION_PRINT,
};

/* Words of the command line, as many as there are. */
struct words {
	const char **word;
	size_t nr;
};

/* What argp has read, of whichever command. */
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
	struct {
		struct words paths, only;
		struct suite_options options;
		const char *junit; /* NULL: not wanted */
	} test;
	struct {
		const char *trace[2], *ignore;
	} diff;
	const char *shell; /* of completion; NULL: none named */
	struct {
		struct words varied; /* "key=a,b,c" */
		const char *out, *print; /* NULL: not given */
		unsigned int jobs, timeout_s, limit;
	} sweep;
	struct diag diag; /* of an option's value */
};

struct command {
	const char *name, *full_name;
	const char *usage; /* lines, each after the name, for the main help */
	const struct argp *argp;
	/* The status to exit with; what went wrong is printed. */
	int (*act)(struct arguments *arguments);
};

#define COMMAND(symbol) extern const struct command command_##symbol;
#include "emu/commands.def"
#undef COMMAND

/* ---- what several of them share (command.c, command_run.c) ---------------- */

/* False: no memory. */
bool words_add(struct words *words, const char *word);
/* Prints @diag; the status for it. */
int command_fail(const struct diag *diag);
/* Parsers for argp: --set and BOARD; these, PROGRAM and run's own. */
error_t command_parse_common(int key, char *arg, struct argp_state *state);
error_t command_parse_run(int key, char *arg, struct argp_state *state);
/* Loads the board and runs it as @arguments say. */
int command_run_board(struct arguments *arguments);
/*
 * The same for a command whose answer goes to standard output: no report, and
 * what the programs write on standard error.
 */
int command_ask_board(struct arguments *arguments);

#define COMMAND_SET_OPTION                                                \
	{                                                                 \
		"set", OPTION_SET, "KEY=VALUE", 0,                        \
			"Override a key of the board; may be repeated", 0 \
	}

#define COMMAND_AT_OPTION                                                   \
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

#endif
