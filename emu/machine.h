/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_MACHINE_H
#define EMU_MACHINE_H

/*
 * One machine: a board brought to life, with its RAM, cores, devices, clock
 * and kernel. Machines share nothing; several live in one process.
 */

#include <stdbool.h>

#include "emu/screenshot.h"

struct config;
struct diag;
struct explain_options;
struct machine;
struct snapshot;
struct snapshot_wish;
struct why_options;

/*
 * Somebody who looks at a machine while it runs. @rest is called by its thread
 * whenever no kernel code runs, and may take a snapshot then.
 */
struct machine_watcher {
	void *arg;
	void (*rest)(void *arg, struct machine *machine);
};

/* What the command line asks for beside the board. */
struct machine_options {
	bool quiet; /* no boot log, no report */
	const char *stats_path; /* NULL: no statistics */
	const char *trace_path; /* NULL: no trace */
	const char *trace_events; /* NULL: TRACE_FILTER_PRESET */
	const struct why_options *why; /* NULL: nothing is asked */
	const struct explain_options *explain; /* NULL: nothing */
	struct screenshot_options framebuffer;
	bool memory_map; /* print what memory holds when the programs end */
	const struct machine_watcher *watcher; /* NULL: nobody looks */
	bool show_all; /* for tests, see struct cpu_params */
	int console_in; /* the guest console's file descriptors */
	int console_out;
};

/* Exit statuses that are ours and not the first program's. */
enum {
	MACHINE_EXIT_HOST = 125, /* configuration, host, unloadable program */
	MACHINE_EXIT_PANIC = 126, /* the modelled machine panicked */
	MACHINE_EXIT_SIGNAL = 128 /* plus the signal that killed the program */
};

/*
 * Builds the machine that @config describes; programs in it that begin with
 * "host:" are put into the guest's /host. Runs nothing yet. Returns NULL, with
 * the reason in @diag, when the host can't give what the board needs. @config
 * and the strings of @options must outlive the machine.
 */
struct machine *machine_create(const struct config *config,
			       const struct machine_options *options,
			       struct diag *diag);

/*
 * Boots and runs until the guest's last program has ended or the machine
 * panicked. Then prints the report on stderr and writes the statistics, as
 * the options say. Returns the exit status for the process; what the host
 * refused on the way is in @diag, and the status is then MACHINE_EXIT_HOST.
 * To be called once.
 */
int machine_run(struct machine *machine, struct diag *diag);

/*
 * The machine as it is now, for any thread to read: see
 * emu/snapshot/snapshot.h. From its watcher alone. NULL: no memory.
 */
struct snapshot *machine_snapshot(struct machine *machine,
				  const struct snapshot_wish *wish);

void machine_destroy(struct machine *machine);

#endif
