/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_MACHINE_STATE_H
#define EMU_MACHINE_STATE_H

/*
 * What a machine is made of, for the few files that look after all of it.
 */

#include <stdint.h>
#include <stdio.h>

#include "emu/bus.h"
#include "emu/clock.h"
#include "emu/console.h"
#include "emu/cpu.h"
#include "emu/devices.h"
#include "emu/disk.h"
#include "emu/explain.h"
#include "emu/feed.h"
#include "emu/findings.h"
#include "emu/hostfs.h"
#include "emu/ledger.h"
#include "emu/machine.h"
#include "emu/ram.h"
#include "emu/screenshot.h"
#include "emu/snapshot/snapshot.h"
#include "emu/stale.h"
#include "emu/timing/hierarchy.h"
#include "emu/trace.h"
#include "emu/wheel.h"
#include "emu/why.h"
#include "kernel/kernel.h"

#define LOG_TAIL_BYTES 4096
#define NR_DISKS       2 /* swap, disk: numbered so in the device tree */

#define MACHINE_MAX_ZONES 16 /* 4 nodes of 4 */

struct machine {
	const struct config *config;
	struct machine_options options;

	struct ram ram;
	struct bus bus;
	struct cpu *cpu[NR_CPUS];
	unsigned int nr_cpus;
	struct hierarchy *caches; /* NULL: timing.model isn't cache */
	struct wheel wheel; /* which of them runs */

	struct console console;
	bool lent; /* the terminal is in our hands */
	struct devices devices;
	uint64_t irq_cycle[NR_CPUS]; /* when it was last interrupted */
	uint64_t keys_cycle; /* at a terminal: when to look for keys */
	struct pace pace;

	struct hostfs *fs;
	struct disk disk[NR_DISKS];
	void *dtb;
	struct kernel_program *programs; /* config's, "host:" resolved */
	struct hw hw;
	struct kernel *kernel;

	struct trace *trace; /* NULL: none wanted */
	FILE *stats; /* to be written; NULL: none wanted, or it is */
	struct ledger *ledger; /* NULL: none is kept */
	struct why *why; /* NULL: nothing is asked */
	struct snapshots *snapshots; /* NULL: nobody looks */
	uint64_t sample_cycle; /* when they are to be told of a rest */
	struct feed *feed; /* NULL: nobody looks */
	struct machine_go go; /* as the watcher said last */
	bool in_flow; /* it stopped for the watcher alone */
	uint64_t nr_steps; /* single instructions, or traps of theirs */
	struct explain *explain; /* NULL: nothing is asked */
	struct screenshot screenshot;
	struct memory_map *memory_map; /* taken when the programs had ended */
	/* taken then, too; all zero before */
	struct kernel_slab_stats slab_at_end;
	unsigned int nr_zones_at_end;
	struct kernel_zone_info zone_at_end[MACHINE_MAX_ZONES];
	hw_trace_mask_t trace_events; /* by place in kernel/trace_events.def */
	struct stale_log stale;
	struct findings findings;
	char log_tail[LOG_TAIL_BYTES]; /* of a quiet machine */
	size_t nr_log;

	int64_t started_ns;
	double host_seconds;
	enum kernel_verdict verdict;
	int exit_status;
};

/* Whether cycles can go to @cause: those of caches only where there are some. */
static inline bool machine_has_cause(const struct machine *m,
				     enum cycle_cause cause)
{
	return m->caches || (cause != CYCLE_L1I && cause != CYCLE_L1D &&
			     cause != CYCLE_DRAM);
}

/* Fills in machine->hw from all the rest. hw_port.c */
void hw_port_create(struct machine *machine);

/*
 * stats.c: the statistics as JSON, to a file that is opened before anything
 * runs, if one is wanted; false, and @diag says why.
 */
bool stats_open(struct machine *machine, struct diag *diag);
bool stats_write(struct machine *machine, struct diag *diag);

/* report.c: what happened, for a person. */
void report_print(const struct machine *machine, FILE *to);

#endif
