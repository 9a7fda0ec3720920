/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_POOL_H
#define EMU_POOL_H

/*
 * Jobs side by side, each in a process of its own: scenarios of `mmuscope
 * test`, points of `mmuscope sweep`.
 */

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "emu/diag.h"

/* How one job ended. Texts are gone when over() returns. */
struct pool_end {
	size_t job;
	int status; /* as waitpid() has it */
	bool late; /* killed, since its time was over */
	const char *out; /* what work() wrote to its pipe; never NULL */
	size_t nr_out;
	const char *words; /* what it said on standard error */
	double seconds; /* of the host's */
};

struct pool {
	size_t nr_jobs; /* 0 to nr_jobs - 1, begun in this order */
	unsigned int most; /* processes at once; 0: as many as cores */
	unsigned int timeout_s; /* of the host's, for one; 0: none */
	unsigned int tick_ms; /* progress() comes at least so often; 0: no */
	const volatile sig_atomic_t *stop; /* set: end all; NULL: nobody does */
	/*
	 * In the child: standard input and output are nothing, what is written
	 * to @out arrives in over().
	 */
	void (*work)(void *arg, size_t job, int out);
	/* It is not to be run; counts as over. May be NULL. */
	bool (*skip)(void *arg, size_t job);
	/* In any order. False: all others end, too, and pool_run() is false. */
	bool (*over)(void *arg, const struct pool_end *end);
	void (*progress)(void *arg, size_t nr_over, const size_t *running,
			 size_t nr_running);
	void *arg;
};

/*
 * Runs all jobs. False: over() said so, *stop was set, or the host refuses,
 * which @diag then says; no child is left then either.
 */
bool pool_run(const struct pool *pool, struct diag *diag);

/* All of @data to @fd; false: it can't be written. */
bool write_all(int fd, const void *data, size_t nr_bytes);

#endif
