/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SWEEP_SWEEP_H
#define EMU_SWEEP_SWEEP_H

/*
 * `mmuscope sweep`: a board run at every point of a grid of settings, several
 * points at once, one line of JSON each.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/sweep/grid.h"

struct diag;

struct sweep {
	struct grid grid;
	const char *board;
	const char *const *sets;
	size_t nr_sets;
	const char *const *program; /* NULL-terminated; NULL: the board's */
	const char *out; /* NULL: standard output */
	unsigned int jobs, timeout_s; /* as in struct pool */
	bool quiet; /* no progress, no sum */
};

/* How it went. */
struct sweep_sum {
	size_t nr_points, nr_kept, nr_over, nr_failed;
	bool interrupted; /* by SIGINT or SIGTERM */
};

/*
 * Runs every point that is not in sweep->out yet. False: it didn't come to the
 * end; @diag says why, unless sum->interrupted.
 */
bool sweep_run(const struct sweep *sweep, struct sweep_sum *sum,
	       struct diag *diag);

/* print.c: the same for others to run. False: see @diag. */
bool sweep_print_parallel(const struct sweep *sweep, FILE *to,
			  struct diag *diag);
bool sweep_print_slurm(const struct sweep *sweep, FILE *to, struct diag *diag);

/* ---- one point (point.c) ------------------------------------------------------ */

struct point_ids {
	uint64_t binary; /* hash of this mmuscope */
	char *path; /* the file of the host that was hashed last */
	uint64_t file;
};

/* The configuration of @point; NULL: @diag says what doesn't fit together. */
struct config *point_load(const struct sweep *sweep, size_t point,
			  struct diag *diag);
/*
 * A number for all that the run depends on: mmuscope itself, the board with its
 * settings, the command, files of the host that it names. Not what lies in the
 * root. @config NULL: it couldn't be loaded. @ids begins as {0}.
 */
uint64_t point_id(const struct sweep *sweep, size_t point,
		  const struct config *config, struct point_ids *ids);
/* In a process of its own: runs @point, writes what came of it to @fd. */
void point_work(const struct sweep *sweep, size_t point, int fd);
/*
 * The line, with its newline, for what point_work() wrote; @error, if not
 * NULL, is what happened to its process. NULL: no memory. *failed: the line
 * has an error.
 */
char *point_line(const struct sweep *sweep, size_t point, uint64_t id,
		 const char *given, size_t nr_given, const char *error,
		 bool *failed);

/* ---- what there is of lines (results.c) ------------------------------------------ */

struct results {
	size_t nr;
	struct result {
		uint64_t id;
		char *line; /* NULL: not there yet */
		bool failed;
	} * result; /* by point */
	const char *path; /* NULL: standard output */
	int fd;
	bool keeps; /* a file to go on with, in any order meanwhile */
	bool ordered; /* what was written is in order */
	size_t written; /* points in order, of who keeps nothing */
	size_t last; /* point of the last line written, + 1 */
};

/* Fills in result[] from sweep->out, whose ids are there already. */
bool results_open(struct results *results, const char *path, struct diag *diag);
/* @line is the results' from now on. */
bool results_add(struct results *results, size_t point, char *line, bool failed,
		 struct diag *diag);
/* Puts lines in order. To be called after any end. */
bool results_close(struct results *results, struct diag *diag);
void results_free(struct results *results);

#endif
