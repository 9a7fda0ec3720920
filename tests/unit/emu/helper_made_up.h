/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_EMU_HELPER_MADE_UP_H
#define TESTS_UNIT_EMU_HELPER_MADE_UP_H

/* A scenario and a run of it that never was: for those who judge. */

#include "emu/scenario/guest.h"
#include "emu/scenario/observation.h"
#include "emu/scenario/scenario.h"

#define NO_BOUND UINT64_MAX
#define RANGE(from, to)                                    \
	{                                                  \
		.low = (from), .high = (to), .given = true \
	}
#define NUMBER(called, from, to)                               \
	{                                                      \
		.name = (called), .range = RANGE((from), (to)) \
	}

/*
 * One guest, "demo", whose process is called cow: three faults, a console of
 * two lines, one process that exits. Nothing is expected but exit status 0,
 * which it has.
 */
struct made_up {
	struct scenario scenario;
	struct built_guest program;
	struct observation seen;
	struct observed_fault faults[4];
	struct observed_exit exits[2];
	struct observed_vma vmas[3];
	struct kernel_zone_info zone;
	uint32_t main_at; /* where the program has its main() */
};

extern const char *const made_up_no_reports[];

void made_up_run(struct made_up *run);

#endif
