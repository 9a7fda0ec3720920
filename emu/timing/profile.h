/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TIMING_PROFILE_H
#define EMU_TIMING_PROFILE_H

/*
 * What of a core's pipeline decides how long instructions take: plain numbers
 * from the board file (cpu.pipeline.*), the same for every core. No core has
 * code of its own.
 */

#include <stdbool.h>
#include <stdint.h>

enum insn_class {
#define INSN_CLASS(name, key, sentence) CLASS_##name,
#include "emu/timing/insn_class.def"
#undef INSN_CLASS
	NR_INSN_CLASSES
};

/* Where instructions are executed. */
enum pipe {
	PIPE_ALU0,
	PIPE_ALU1,
	PIPE_MULTIPLY,
	PIPE_LOAD,
	PIPE_STORE,
	PIPE_BRANCH,
	PIPE_FP0,
	PIPE_FP1,
	NR_PIPES
};

#define PIPE_NAMES \
	"alu0", "alu1", "multiply", "load", "store", "branch", "fp0", "fp1"

/* In order of their numbers: FP pipes take from the queue behind the core. */
#define FP_PIPES (1u << PIPE_FP0 | 1u << PIPE_FP1)

/* In cycles. */
struct insn_cost {
	uint32_t latency; /* from issue to the issue of what needs the result */
	uint32_t early; /* and more, if it is to be shifted, or an address */
	uint32_t accumulate; /* of products, to be added to; 0: latency */
	uint32_t busy; /* a pipe can't take the next one for so long */
	uint32_t wide; /* the same of the 128-bit form; 0: busy */
	uint32_t pipes; /* by enum pipe: any of them; the first free one */
	bool alone; /* nothing issues beside it */
};

#define PIPELINE_MAX_WIDTH  8u
#define PIPELINE_MAX_WINDOW 256u
#define PIPELINE_MAX_QUEUE  64u

struct pipeline {
	uint32_t width; /* instructions a cycle */
	uint32_t window; /* of instructions in flight; 0: in order */
	/* Out of order, by enum pipe: one instruction waits before these. */
	uint32_t single;
	uint32_t queue; /* for FP_PIPES, of an in-order core; 0: none */
	uint32_t multiple; /* registers a cycle of LDM, STM, VLDM … */
	uint32_t store_late; /* what is stored may come so much later */
	bool factors_early; /* what is multiplied is needed as if shifted */
	uint32_t taken; /* bubble behind a taken branch */
	uint32_t mispredict;
	uint32_t history; /* bits of the branch predictor's history */
	uint32_t exception_entry, exception_return;
	struct insn_cost of[NR_INSN_CLASSES];
};

/*
 * Why no core can have these numbers, and in @key which is wrong, a word
 * behind "cpu.pipeline."; NULL: it can.
 */
const char *pipeline_check(const struct pipeline *pipeline, const char **key);

#endif
