/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TIMING_SCHEDULE_H
#define EMU_TIMING_SCHEDULE_H

/*
 * Instructions going through a pipeline one after the other: when each issues,
 * and when its results are there.
 */

#include "emu/timing/insn_class.h"
#include "emu/timing/profile.h"

/* Cycles ahead in which a pipe may be taken, out of order. */
#define SCHEDULE_AHEAD 1024u

struct schedule {
	const struct pipeline *pipeline;
	struct {
		uint64_t plain, early, accumulate;
		bool product;
	} ready[NR_TIMED_REGS];
	uint64_t pipe_free[NR_PIPES], pipe_issued[NR_PIPES];
	uint64_t cycle; /* of the last issue, or dispatch out of order */
	uint32_t in_cycle; /* instructions so far in it */
	bool alone; /* the cycle is one instruction's */
	uint64_t retired[PIPELINE_MAX_WINDOW], last_retired;
	uint32_t in_retired;
	uint64_t queued[PIPELINE_MAX_QUEUE], last_queued;
	uint64_t nr, nr_queued;
	/* What a new beginning leaves as it is: */
	uint64_t run; /* above the bits of a cycle */
	uint64_t taken[NR_PIPES][SCHEDULE_AHEAD]; /* run and cycle, by cycle */
};

/* Times begin anew. Before the first time @s must be all zero. */
void schedule_begin(struct schedule *s, const struct pipeline *pipeline);

/* The next instruction in the program's order. Returns when it issues. */
uint64_t schedule_insn(struct schedule *s, const struct timed_insn *insn);

/*
 * The cycle in which what ran so far has left the pipeline's front: the last
 * issue, or out of order the last retirement.
 */
uint64_t schedule_time(const struct schedule *s);

#endif
