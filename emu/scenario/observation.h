/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_OBSERVATION_H
#define EMU_SCENARIO_OBSERVATION_H

/*
 * What happened in a run: written down by a machine's watcher while it goes on,
 * and judged afterwards. Plain data; all strings live as long as it does.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/scenario/scenario.h"

struct built_guest;

/* One fault that has ended (or whose task ended over it). */
struct observed_fault {
	struct kernel_fault fault;
	char vma[64]; /* of its address, as in /proc/PID/maps */
	uint32_t vma_start, vma_end; /* both 0: no VMA */
	uint8_t vma_rights; /* KERNEL_VMA_… */
	uint32_t sig_addr; /* of its signal */
	uint8_t code[4], nr_code; /* the instruction */
	bool over;
};

struct observed_vma {
	struct kernel_vma vma;
	uint32_t present, swapped; /* pages */
};

/* A process as it began to exit: the board's, and those of asked for names. */
struct observed_exit {
	int pid;
	char comm[16];
	bool of_board;
	struct kernel_process_info info; /* comm points to the above */
	const struct observed_vma *vmas;
	size_t nr_vmas;
	uint64_t memory[NR_FRAME_USES];
	const struct kernel_zone_info *zones;
	size_t nr_zones;
};

struct observed_trace {
	uint64_t cycle;
	unsigned int event; /* its place in trace_events.def */
	const char *text;
};

struct observation {
	const struct built_guest *guests; /* that were run; must outlive it */
	int status; /* as machine_run() gave it */
	bool panicked;
	const char *trouble; /* what the machine had to say; "": nothing */
	bool limit_reached;
	const char *where; /* then: each task, pc, symbol; lines. Else "" */
	const char *console;
	size_t console_bytes;
	const char *log;
	const struct observed_fault *faults; /* in the order they began */
	size_t nr_faults;
	const struct observed_exit *exits;
	size_t nr_exits;
	const struct observed_trace
		*trace; /* of the events that are asked for */
	size_t nr_trace;
	const struct expected_number *counts; /* all of them; range.low */
	size_t nr_counts;
	uint64_t cycles;
	uint64_t hash; /* of the run */
	/* What detectors reported: "stale: …", as they said it. */
	const char *const *reports; /* NULL-terminated */
};

/*
 * Runs @scenario, whose guests are built, on a machine of its own, in this
 * thread. NULL, with the reason in @diag: the machine couldn't be made.
 */
struct observation *observe(const struct scenario *scenario,
			    const struct built_guest *guests,
			    struct diag *diag);
/*
 * The record of fault @number of such a run, as `mmuscope explain` prints it,
 * found by running it once more; to be freed. NULL: there is none.
 */
char *observe_fault(const struct scenario *scenario,
		    const struct built_guest *guests, uint64_t number);
void observation_destroy(struct observation *observation);

#endif
