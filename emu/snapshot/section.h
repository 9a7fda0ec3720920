/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_SECTION_H
#define EMU_SNAPSHOT_SECTION_H

/* What the sections of a snapshot consist of, and how one wishes for them. */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/view.h"

enum snapshot_section {
#define SECTION(NAME, name, type, sentence) SECTION_##NAME,
#include "emu/snapshot/sections.def"
#undef SECTION
	NR_SECTIONS
};

/* What is to be in the next snapshots. */
#define SNAPSHOT_NO_FRAME UINT64_MAX
struct snapshot_wish {
	uint32_t sections; /* a bit for each, 1 << SECTION_… */
	int pid; /* whose address space; 0: that of the task that runs */
	uint32_t va; /* an address of it */
	uint64_t pfn; /* a frame; SNAPSHOT_NO_FRAME: none */
	bool by_frame; /* the frame was chosen, and the page belongs to it */
	uint64_t fault; /* the number of one that is to be explained; 0: none */
};

/*
 * One page by its two names. Of the wish one is taken as given; the other is
 * what belongs to it at this moment, if anything does.
 */
struct snapshot_link {
	bool linked;
	int pid;
	uint32_t va;
	uint64_t pfn;
};

struct snapshot_process {
	int pid, ppid;
	char comm[16];
	uint32_t mm; /* see struct kernel_frame; 0: a kernel thread, or gone */
	uint32_t rss_anon, rss_file, rss_shmem, swapped; /* pages */
	uint64_t min_flt, maj_flt;
	uint64_t utime_cycles;
	int exit_status; /* wait status; -1 while it lives */
	bool runs; /* on a core, now */
};

/* What a counter counts; its name is unique within its group. */
enum snapshot_counter_group {
	COUNTER_VMSTAT, /* as in /proc/vmstat */
	COUNTER_FAULT, /* the rows of kernel/fault_count.def */
	COUNTER_CYCLES, /* by cause, kernel/cycle_cause.def; of all cores */
	COUNTER_TLB, /* "main hits" and so on; of all cores */
	NR_COUNTER_GROUPS
};
struct snapshot_counter {
	enum snapshot_counter_group group;
	char name[40];
	uint64_t value;
};

#endif
