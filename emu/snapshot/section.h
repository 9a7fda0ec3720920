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

struct snapshot_cache { /* see struct kernel_cache */
	char name[32];
	uint32_t number, object_size, slab_frames, slab_objects;
	uint64_t active, objects, slabs;
};

struct snapshot_cma { /* see struct kernel_cma_info */
	char name[32];
	uint64_t start_pfn;
	uint32_t nr_frames, unused;
};

/*
 * A swap area. Its slots stand in pieces, a row of SECTION_SLOTS each; those
 * beyond the first SNAPSHOT_MAX_SLOTS of all areas don't.
 */
#define SNAPSHOT_MAX_SLOTS   (1u << 20)
#define SNAPSHOT_PIECE_SLOTS 1024
struct snapshot_swap {
	char name[32];
	uint32_t area;
	int32_t priority;
	uint32_t slots, used;
	uint32_t first_piece, nr_pieces;
};
struct snapshot_slots {
	uint64_t changed; /* see kernel_swap_changed() */
	uint32_t area, first;
	uint16_t nr; /* less than the most at an area's end alone */
	uint16_t count[KERNEL_SLOT_BAD + 1]; /* of each enum kernel_slot */
	uint8_t slot[SNAPSHOT_PIECE_SLOTS]; /* enum kernel_slot */
	uint8_t unused[4];
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

/* ---- events ------------------------------------------------------------------- */

enum snapshot_event_kind {
#define FEED_KIND(NAME, letter, label, kept, sentence) EVENT_##NAME,
#include "emu/snapshot/feed_kinds.def"
	NR_EVENT_KINDS
};

enum { /* flags of a fault */
	FAULT_FLAG_FETCHES = 1,
	FAULT_FLAG_WRITES = 2,
	FAULT_FLAG_THUMB = 4,
	FAULT_FLAG_GROWS_STACK = 8,
	FAULT_FLAG_MAJOR = 16
};

/* Something that happened; see events.h for it in words. */
#define SNAPSHOT_EVENT_CHARS 104
struct snapshot_event {
	uint64_t serial; /* of all events, from 1 */
	uint64_t nth; /* of its kind, from 1 */
	uint64_t cycle; /* when it was over; a fault's, when it began */
	int32_t pid;
	uint8_t kind; /* enum snapshot_event_kind */
	uint8_t cpu;
	char comm[16];
	union {
		struct { /* EVENT_FAULT: see struct kernel_fault */
			const char *resolution; /* or NULL */
			uint64_t number, end_cycle;
			uint32_t far, pc, fsr;
			int32_t sig, code;
			uint8_t origin, outcome, flags;
			uint8_t nr_code; /* bytes of the instruction */
			uint8_t bytes[4];
			bool explained; /* all about it was kept */
		} fault;
		struct { /* all others: an event of trace_events.def */
			const char *name;
			char text[SNAPSHOT_EVENT_CHARS]; /* its fields, cut */
		} trace;
	};
};

/* A line of the explanation of a fault: depth 0 is a heading. */
struct snapshot_explain {
	uint32_t depth;
	char key[28];
	char value[96];
};

#endif
