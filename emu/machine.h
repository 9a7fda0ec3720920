/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_MACHINE_H
#define EMU_MACHINE_H

/*
 * One machine: a board brought to life, with its RAM, cores, devices, clock
 * and kernel. Machines share nothing; several live in one process.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/screenshot.h"
#include "emu/trace.h"
#include "kernel/hw.h"

struct config;
struct diag;
struct explain_options;
struct kernel_fault;
struct kernel_finding;
struct machine;
struct snapshot;
struct snapshot_wish;
struct why_options;

/* How a machine that somebody looks at is to go on from a rest. */
struct machine_go {
	bool ends; /* not at all: the run ends here */
	bool one; /* to the next rest after one instruction or trap */
	/* Programs rest at latest: */
	uint64_t within; /* after so many cycles; 0: it doesn't matter */
	uint64_t at; /* when so many have gone by; 0: so */
	bool leave_faults; /* fault_begins and fault_ends needn't be called */
};

/*
 * Somebody who looks at a machine while it runs: called by its thread, and may
 * take snapshots then, or wait. What he does changes nothing in it. All but
 * @rest may be NULL.
 */
struct machine_watcher {
	void *arg;
	/* He takes no snapshots: nothing is kept for them. */
	bool no_snapshots;
	/*
	 * No kernel code runs. @go is as it was left the last time. Need not
	 * be called while *@attention is false; NULL: it must always.
	 */
	const atomic_bool *attention;
	void (*rest)(void *arg, struct machine *machine, struct machine_go *go);
	/*
	 * In the midst of the kernel's work, where its books are right: see
	 * struct hw_ops, and kernel_fault for what is known.
	 */
	void (*fault_begins)(void *arg, struct machine *machine,
			     const struct kernel_fault *fault);
	void (*fault_ends)(void *arg, struct machine *machine,
			   const struct kernel_fault *fault);
	void (*process_exits)(void *arg, struct machine *machine, int pid,
			      bool of_board);
	void (*programs_ended)(void *arg, struct machine *machine);
	/*
	 * A detector has found something (findings.h makes text of it). True:
	 * the run goes on; false, or nobody asked: it ends in a panic.
	 */
	bool (*detected)(void *arg, struct machine *machine,
			 const struct kernel_finding *finding);
	/* What the kernel logs, in pieces; also while the machine is made. */
	void (*log)(void *arg, const char *text, size_t nr_bytes);
	/* A trace event, one of @trace_events. */
	void (*trace)(void *arg, struct machine *machine, unsigned int event,
		      const char *line);
	hw_trace_mask_t trace_events;
	/* Nothing will run any more. */
	void (*ends)(void *arg, struct machine *machine);
	/*
	 * An eventfd that ends the waiting of an idle machine, which rests
	 * then; 0: none.
	 */
	int wake_fd;
};

/* What the command line asks for beside the board. */
struct machine_options {
	bool quiet; /* no boot log, no report */
	bool silent; /* nor any other word on stderr: a watcher tells */
	const char *stats_path; /* NULL: no statistics */
	const char *ledger_path; /* NULL: cycles are told by cause alone */
	struct trace_options trace;
	const struct why_options *why; /* NULL: nothing is asked */
	const struct explain_options *explain; /* NULL: nothing */
	FILE *explain_to; /* NULL: standard output */
	struct screenshot_options framebuffer;
	bool memory_map; /* print what memory holds when the programs end */
	const struct machine_watcher *watcher; /* NULL: nobody looks */
	bool show_all; /* these two: for tests, see struct cpu_params */
	bool slow_accesses;
	int console_in; /* the guest console's file descriptors */
	int console_out;
};

/* Exit statuses that are ours and not the first program's. */
enum {
	MACHINE_EXIT_HOST = 125, /* configuration, host, unloadable program */
	MACHINE_EXIT_PANIC = 126, /* the modelled machine panicked */
	MACHINE_EXIT_SIGNAL = 128, /* plus the signal that killed the program */
	MACHINE_EXIT_STOPPED = 129 /* its watcher ended it: as by SIGHUP */
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
/*
 * Time has stood still for the machine's watcher: the next snapshot is read
 * anew, and nobody at a terminal has waited.
 */
void machine_stood(struct machine *machine);

/*
 * A number for all that has happened so far: see kernel_run_hash(). Two runs
 * of the same machine have the same, on every host and by every compiler.
 */
uint64_t machine_run_hash(const struct machine *machine);

void machine_destroy(struct machine *machine);

#endif
