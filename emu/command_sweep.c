/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope sweep`: a board at every point of a grid of settings.
 */
#include "emu/command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/sweep/sweep.h"

enum {
	STATUS_FAILED = 1, /* a point couldn't be run */
	LIMIT = 10000, /* points, unless said otherwise */
	MOST_POINTS = 10000000
};

static unsigned int parse_number(const char *text, unsigned int low,
				 unsigned int high, struct argp_state *state)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || number < low || number > high)
		argp_error(state, "'%s' is no number from %u to %u", text, low,
			   high);
	return (unsigned int)number;
}

static error_t parse_end(const struct arguments *arguments,
			 struct argp_state *state)
{
	if (!arguments->board)
		argp_error(state, "which board? Give a BOARD.yaml, for "
				  "instance configs/vexpress-a9.yaml");
	if (!arguments->sweep.varied.nr)
		argp_error(state, "what is to be varied? Give --vary KEY=A,B,C,"
				  " for instance cpu.tlb.entries=16..256*2");
	return 0;
}

static error_t parse_sweep(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case OPTION_VARY:
		return words_add(&arguments->sweep.varied, arg) ? 0 : ENOMEM;
	case OPTION_LIMIT:
		arguments->sweep.limit = parse_number(arg, 1, MOST_POINTS,
						      state);
		return 0;
	case OPTION_TIMEOUT:
		arguments->sweep.timeout_s = parse_number(arg, 0, 1000000,
							  state);
		return 0;
	case OPTION_PRINT:
		if (strcmp(arg, "parallel") != 0 && strcmp(arg, "slurm") != 0)
			argp_error(state,
				   "--print wants parallel or slurm, "
				   "not '%s'",
				   arg);
		arguments->sweep.print = arg;
		return 0;
	case 'j':
		arguments->sweep.jobs = parse_number(arg, 1, 100000, state);
		return 0;
	case 'o':
		arguments->sweep.out = arg;
		return 0;
	case ARGP_KEY_INIT:
		arguments->sweep.limit = LIMIT;
		return 0;
	case ARGP_KEY_NO_ARGS:
		return 0; /* the end says it */
	case ARGP_KEY_END:
		return parse_end(arguments, state);
	case 'q':
	case OPTION_SET:
	case ARGP_KEY_ARG:
		return command_parse_run(key, arg, state);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options =
		(const struct argp_option[]){
			{"vary", OPTION_VARY, "KEY=A,B,C", 0,
			 "Run with each of these values of a key, such as "
			 "cpu.tlb.entries=16,32 or =16..256*2 or =1..9+2; "
			 "repeated: with all combinations",
			 0},
			COMMAND_SET_OPTION,
			{"output", 'o', "FILE", 0,
			 "Write the lines to FILE, and go on where it ends; "
			 "without, to standard output",
			 0},
			{"jobs", 'j', "N", 0,
			 "Run N at once; without, one for each core", 0},
			{"timeout", OPTION_TIMEOUT, "SECONDS", 0,
			 "Give a point up after so long; without, never", 0},
			{"limit", OPTION_LIMIT, "N", 0,
			 "Allow a grid of up to N points; without, 10000", 0},
			{"print", OPTION_PRINT, "FORM", 0,
			 "Run nothing, and print the same for others to run: "
			 "parallel is a command a line for GNU parallel, slurm "
			 "a script that is a job array",
			 0},
			{"quiet", 'q', NULL, 0, "No progress and no sum", 0},
			{0},
		},
	.parser = parse_sweep,
	.args_doc = "BOARD.yaml [--] [PROGRAM [ARGS...]]",
	.doc = "Run BOARD.yaml's programs, or PROGRAM, with every combination "
	       "of the values given, several at once, and write a line of JSON "
	       "for each."
	       "\v"
	       "A line has what was varied (vary), a number for all that the "
	       "run depends on (id), the exit status as of run (exit), what "
	       "kept it from running or null (error), and what run --stats "
	       "writes (stats). Lines are in the grid's order, the last key's "
	       "values next to each other. With -o FILE an interrupted sweep "
	       "goes on where it stopped; points that failed are tried again.\n"
	       "\n"
	       "Exit status: 0 when all points ran, whatever their programs' "
	       "status; 1 when one couldn't be run; 125 for errors of usage "
	       "and host; 130 when it was interrupted.",
};

/* ---- what is asked ------------------------------------------------------------------ */

static bool check_size(const struct grid *grid, size_t limit, struct diag *diag)
{
	if (grid->nr_points <= limit)
		return true;
	if (grid->nr_points > MOST_POINTS)
		return diag_error(diag, NULL,
				  "the grid has more points than the %d that "
				  "a sweep may have",
				  MOST_POINTS);
	return diag_error(diag, NULL,
			  "the grid has %zu points, and %zu are allowed; "
			  "--limit %zu allows them",
			  grid->nr_points, limit, grid->nr_points);
}

/* The board by itself: what is wrong with it is wrong at every point. */
static bool check_board(const struct arguments *arguments, struct diag *diag)
{
	struct config *config = config_load(arguments->board, arguments->sets,
					    arguments->nr_sets, diag);
	bool good = config &&
		    (!arguments->program ||
		     config_set_program(config, arguments->program, diag)) &&
		    config_check_host(config, diag);

	config_destroy(config);
	return good;
}

static bool prepare(const struct arguments *arguments, struct sweep *sweep,
		    struct diag *diag)
{
	const struct words *varied = &arguments->sweep.varied;

	for (size_t i = 0; i < varied->nr; i++)
		if (!grid_add(&sweep->grid, varied->word[i], diag))
			return false;
	return check_size(&sweep->grid, arguments->sweep.limit, diag) &&
	       check_board(arguments, diag);
}

static bool print(const struct sweep *sweep, const char *form, const char *out,
		  struct diag *diag)
{
	FILE *to = out ? fopen(out, "we") : stdout;
	bool good = to && (strcmp(form, "slurm") == 0
				   ? sweep_print_slurm
				   : sweep_print_parallel)(sweep, to, diag);

	if (to && (fflush(to) || ferror(to)))
		good = false;
	if (to && out && fclose(to))
		good = false;
	return good || diag_errno(diag, NULL, "can't write to %s",
				  out ?: "standard output");
}

static void print_sum(const struct sweep *sweep, const struct sweep_sum *sum)
{
	if (sweep->quiet)
		return;
	fprintf(stderr, "mmuscope: %zu of %zu points", sum->nr_over,
		sum->nr_points);
	if (sum->nr_kept)
		fprintf(stderr, ", %zu of them from before", sum->nr_kept);
	if (sum->nr_failed)
		fprintf(stderr, ", %zu failed", sum->nr_failed);
	if (sum->interrupted && sweep->out)
		fprintf(stderr, "; the same command goes on with the rest");
	fputc('\n', stderr);
}

static int run(const struct sweep *sweep, struct diag *diag)
{
	struct sweep_sum sum;
	bool good = sweep_run(sweep, &sum, diag);

	if (good || sum.interrupted)
		print_sum(sweep, &sum);
	if (diag->failed)
		return command_fail(diag);
	if (sum.interrupted)
		return MACHINE_EXIT_SIGNAL + SIGINT;
	return sum.nr_failed ? STATUS_FAILED : 0;
}

static int act(struct arguments *arguments)
{
	struct sweep sweep = {
		.board = arguments->board,
		.sets = arguments->sets,
		.nr_sets = arguments->nr_sets,
		.program = arguments->program,
		.out = arguments->sweep.out,
		.jobs = arguments->sweep.jobs,
		.timeout_s = arguments->sweep.timeout_s,
		.quiet = arguments->machine.quiet,
	};
	const char *form = arguments->sweep.print;
	struct diag diag = {0};
	int status;

	if (!prepare(arguments, &sweep, &diag))
		status = command_fail(&diag);
	else if (form)
		status = print(&sweep, form, sweep.out, &diag)
				 ? 0
				 : command_fail(&diag);
	else
		status = run(&sweep, &diag);
	grid_free(&sweep.grid);
	free(arguments->sweep.varied.word);
	return status;
}

const struct command command_sweep = {
	.name = "sweep",
	.full_name = "mmuscope sweep",
	.usage = "sweep --vary KEY=A,B,C... BOARD.yaml [--] [PROGRAM "
		 "[ARGS...]]",
	.argp = &argp,
	.act = act,
};
