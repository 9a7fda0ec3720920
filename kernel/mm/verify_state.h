/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_VERIFY_STATE_H
#define KERNEL_MM_VERIFY_STATE_H

/* What the verifier keeps from one run to the next. */

#include <stdint.h>

struct verify_note;

struct verify_state {
	uint64_t violations; /* of runs that verify_at() made */
	struct verify_note *notes; /* one a frame, all zero between runs */
	uint64_t right_at; /* fault after which nothing was wrong */
	/* in units of about 10 ns, see verify_after_fault() */
	uint64_t cost; /* of the last run */
	uint64_t saved; /* for the next */
};

#endif
