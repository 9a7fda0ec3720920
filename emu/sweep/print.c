/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sweep for those who have more machines: each point as a command of its own,
 * which prints its line; a file of such commands for GNU parallel, or a job
 * array for Slurm. Paths of mmuscope and the working directory are this
 * machine's: they must mean the same there.
 *
 * Invariant: a point's command prints the line that the sweep would.
 */
#define _GNU_SOURCE /* get_current_dir_name */
#include "emu/sweep/sweep.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/diag.h"

/* A word as a POSIX shell reads it. */
static void print_word(const char *word, FILE *to)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=./:,@%";

	if (*word && !word[strspn(word, plain)]) {
		fputs(word, to);
		return;
	}
	putc('\'', to);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", to);
		else
			putc(*word, to);
	}
	putc('\'', to);
}

static bool print_self(FILE *to, struct diag *diag)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n < 0)
		return diag_errno(diag, NULL, "can't tell where mmuscope is");
	path[n] = '\0';
	print_word(path, to);
	return true;
}

/* "mmuscope sweep -q BOARD --set …" */
static bool print_begin(const struct sweep *sweep, FILE *to, struct diag *diag)
{
	char *folder = get_current_dir_name();

	fputs("cd ", to);
	print_word(folder ?: ".", to);
	fputs(" && ", to);
	free(folder);
	if (!print_self(to, diag))
		return false;
	fputs(" sweep -q ", to);
	if (sweep->timeout_s)
		fprintf(to, "--timeout %u ", sweep->timeout_s);
	for (size_t i = 0; i < sweep->nr_sets; i++) {
		fputs("--set ", to);
		print_word(sweep->sets[i], to);
		putc(' ', to);
	}
	print_word(sweep->board, to);
	return true;
}

static void print_point(const struct sweep *sweep, size_t point, FILE *to)
{
	for (size_t i = 0; i < sweep->grid.nr_keys; i++) {
		fputs(" --vary ", to);
		print_word(grid_value(&sweep->grid, point, i)->set, to);
	}
}

static void print_program(const struct sweep *sweep, FILE *to)
{
	if (sweep->program)
		fputs(" --", to);
	for (size_t i = 0; sweep->program && sweep->program[i]; i++) {
		putc(' ', to);
		print_word(sweep->program[i], to);
	}
}

bool sweep_print_parallel(const struct sweep *sweep, FILE *to,
			  struct diag *diag)
{
	for (size_t i = 0; i < sweep->grid.nr_points; i++) {
		if (!print_begin(sweep, to, diag))
			return false;
		print_point(sweep, i, to);
		print_program(sweep, to);
		putc('\n', to);
	}
	return true;
}

bool sweep_print_slurm(const struct sweep *sweep, FILE *to, struct diag *diag)
{
	fprintf(to,
		"#!/bin/sh\n"
		"# %zu points. sbatch FILE; when all are done the lines, in "
		"order:\n"
		"# cat sweep-JOB-*.jsonl\n"
		"#SBATCH --job-name=mmuscope-sweep\n"
		"#SBATCH --array=0-%zu\n"
		"#SBATCH --ntasks=1\n"
		"#SBATCH --cpus-per-task=1\n"
		"#SBATCH --output=sweep-%%A-%%6a.jsonl\n"
		"#SBATCH --error=sweep-%%A-%%6a.err\n"
		"case $SLURM_ARRAY_TASK_ID in\n",
		sweep->grid.nr_points, sweep->grid.nr_points - 1);
	for (size_t i = 0; i < sweep->grid.nr_points; i++) {
		fprintf(to, "%zu) set --", i);
		print_point(sweep, i, to);
		fputs(" ;;\n", to);
	}
	fputs("*) echo \"no point ${SLURM_ARRAY_TASK_ID:-without "
	      "SLURM_ARRAY_TASK_ID}\" >&2; exit 125 ;;\n"
	      "esac\n",
	      to);
	if (!print_begin(sweep, to, diag))
		return false;
	fputs(" \"$@\"", to);
	print_program(sweep, to);
	putc('\n', to);
	return true;
}
