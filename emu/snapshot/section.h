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
	/*
	 * Whose address space. 0: that of the task that runs, or has run a
	 * moment ago; see snapshot.pid.
	 */
	int pid;
	bool has_va; /* an address of it is wanted, or else one that matters */
	uint32_t va;
	uint64_t pfn; /* a frame; SNAPSHOT_NO_FRAME: none */
	uint64_t pointed; /* another one, under the pointer; or none */
	bool by_frame; /* the frame was chosen, and the page belongs to it */
	uint64_t fault; /* the number of one that is to be explained; 0: none */
};

/* What stands at the pages of one pair of first-level words: 2 MB. */
struct snapshot_table {
	uint32_t start;
	struct kernel_page page[KERNEL_TABLE_PAGES];
};

/*
 * One page by its two names. Of the wish one is taken as given; the other is
 * what belongs to it at this moment, if anything does.
 */
struct snapshot_link {
	bool linked;
	bool swapped; /* the page has no frame, but slot @slot of area @area */
	uint8_t area;
	int pid;
	uint32_t va, slot;
	uint64_t pfn;
};

/*
 * One of the facts of a frame, see kernel_why_page(): at depth 0 a record
 * begins, "frame" or "mapped by", or "more" for mappers that are left out.
 */
struct snapshot_fact {
	uint32_t pfn; /* the frame; wish.pfn or wish.pointed */
	uint32_t depth;
	char key[32];
	char value[160];
};

struct snapshot_process {
	int pid, ppid;
	char comm[16];
	uint32_t mm; /* see struct kernel_frame; 0: a kernel thread, or gone */
	uint8_t asid; /* of its TLB entries; 0: it has none now */
	uint32_t rss_anon, rss_file, rss_shmem, swapped; /* pages */
	uint64_t min_flt, maj_flt;
	uint64_t utime_cycles;
	int exit_status; /* wait status; -1 while it lives */
	bool runs; /* on a core, now */
	bool kthread; /* the kernel's own */
	char state; /* as in /proc/PID/stat; 0: gone */
	uint32_t nr_threads;
};
/* Of those that have ended only the last are there: */
#define SNAPSHOT_EXITED 256

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

/* ---- a walk ------------------------------------------------------------------ */

/* Some bits of a word: what they are called and what they say. */
struct snapshot_bits {
	uint8_t high, low;
	char name[10]; /* as the manual has it; "": to be zero, or ignored */
	char meaning[52]; /* "": nothing by itself */
};

/* A register or descriptor, from bit 31 down without a gap. */
#define WORD_MAX_BITS 16
struct snapshot_word {
	bool there; /* it was read */
	uint8_t nr_bits;
	char kind[22]; /* "small page" */
	uint32_t paddr, word;
	struct snapshot_bits bits[WORD_MAX_BITS];
};

enum walk_reason { /* why this address */
	WALK_SELECTED,
	WALK_OF_FAULT, /* DFAR: of the last data abort */
	WALK_OF_FETCH, /* the program counter */
	WALK_OF_START /* where the memory of the process begins */
};

/* What an access would meet: by privilege, and read, write, fetch. */
struct snapshot_verdict {
	const char *fault; /* "permission"; NULL: it is allowed */
	uint8_t level;
	uint16_t status; /* DFSR or IFSR */
};

/* What a walk for one address reads and comes to. */
struct snapshot_walk {
	int pid;
	uint32_t va;
	enum walk_reason reason;
	uint8_t ttbcr_n; /* TTBCR.N; 0: TTBR0 is for all addresses */
	bool upper; /* TTBR1 is chosen */
	uint8_t levels; /* descriptors that were read */
	uint8_t domain;
	const char *domain_access; /* "client", by DACR */
	struct snapshot_word ttbr, l1, l2, linux_word;
	char linux_says[64];
	struct snapshot_verdict verdict[2][3];
	bool mapped; /* what follows holds */
	uint32_t size_bytes;
	uint64_t paddr;
	char memory[64]; /* its type and caches */
};

/* ---- TLBs --------------------------------------------------------------------- */

struct snapshot_tlb {
	const char *name; /* "main", "micro_d" */
	const char *replacement; /* "round-robin" */
	uint8_t cpu;
	uint8_t asid; /* CONTEXTIDR's */
	bool tagged; /* ASIDs tell address spaces apart */
	uint32_t mm; /* TTBR0's; see struct kernel_frame */
	uint32_t first; /* of its entries among all */
	uint32_t entries; /* all of them, */
	uint32_t lockable; /* the last of which are for lockdown */
	uint32_t ways, sets; /* of the others; all ways, 1: associative */
	uint64_t lookups, misses, evictions, invalidations, flushes;
};

enum { /* flags */
	TLB_VALID = 1,
	TLB_LOCKED = 2,
	TLB_VICTIM = 4, /* the next to leave its set, if that is full */
	TLB_GLOBAL = 8,
	TLB_XN = 16,
	TLB_PXN = 32
};
struct snapshot_tlb_entry {
	uint8_t flags, asid, domain, ap;
	uint32_t va, size_bytes;
	uint32_t hits; /* lookups that found it */
	uint64_t paddr;
	uint64_t fill; /* which of its TLB it came by; no two are the same */
	uint64_t age; /* fills since then */
	/* "WBWA S"; "r-x/rwx", a program's and the kernel's. NULL if invalid. */
	const char *memory, *rights;
};

/* The controller of the guest's display; width 0: it is dark. */
struct snapshot_display {
	uint32_t width, height, bits; /* of a pixel in memory */
	uint32_t halves, half_bytes; /* of an STN display of two, or all */
	uint64_t paddr[2];
	/* its registers; see emu/device_pl111.h */
	uint32_t control, timing[4], palette[128];
	uint32_t cursor_image[256], cursor_control, cursor_config;
	uint32_t cursor_palette[2], cursor_xy, cursor_clip;
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
