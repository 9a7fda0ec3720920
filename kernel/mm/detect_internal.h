/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_DETECT_INTERNAL_H
#define KERNEL_MM_DETECT_INTERNAL_H

/* What the files of the detectors share: notes of frames, and reports. */

#include "kernel/mm/detect.h"
#include "kernel/mm/kobj.h"

/* Something that was done to a frame, and by whom. */
struct frame_event {
	const char *function; /* NULL: never */
	const char *during; /* "fork", "a page fault" */
	uint64_t cycle;
	int pid;
	char comm[16];
};

struct frame_note {
	struct frame_event allocated, freed; /* the last of each */
	struct frame_event mapped, unmapped; /* by a user entry */
	vaddr_t va; /* the place of that entry */
	uint32_t entries; /* of users' tables that map it, as they were told */
	uint32_t tlb_scan; /* the last look into the TLBs that met it */
	bool filled; /* free, and filled with detect_fill_word() */
	bool clean; /* all of it was written since it was handed out */
	bool was_mapped; /* by a user's entry, since then */
};

static inline struct frame_note *frame_note(const struct kernel *k, pfn_t pfn)
{
	return &k->detect.notes[pfn - k->mem.map_base_pfn];
}

/* Who does something now, in @function. */
struct frame_event frame_event_now(const struct kernel *k,
				   const char *function);

/* ---- detect_fill.c ---------------------------------------------------------- */

/* What free frames of this machine hold, but for their number. */
uint64_t detect_fill_base(uint64_t seed);
/* The frame was freed: fills it. */
void detect_fill_frame(struct kernel *k, pfn_t pfn);
/* It is handed out: still as it was filled? Else fills it now. */
void detect_check_filled(struct kernel *k, pfn_t pfn);
/* It becomes visible at @vaddr of @mm: has all of it been written to? */
void detect_check_mapped(struct mm_struct *mm, vaddr_t vaddr, pfn_t pfn);

/* ---- detect_mapped.c -------------------------------------------------------- */

/* Does a driver show frames there that nobody counts? */
bool is_raw_mapping(struct mm_struct *mm, vaddr_t vaddr);
/*
 * The frame is about to be freed by @caller: false, and a report, when an entry
 * maps it. A report too when a TLB does.
 */
bool detect_check_unmapped(struct kernel *k, pfn_t pfn, const char *caller);

/* ---- reports ------------------------------------------------------------------ */

/* One that grows. */
struct report {
	struct kernel *k;
	struct kernel_finding finding;
	char what[200];
	char story[1000];
	size_t len; /* of story */
};

void report_begin(struct report *r, struct kernel *k,
		  enum kernel_detector detector, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Where somebody should look: a frame, or an address of @mm's. */
void report_frame(struct report *r, pfn_t pfn);
void report_place(struct report *r, const struct mm_struct *mm, vaddr_t va);
/* A line of the story. */
void report_line(struct report *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* "freed by cow[7] in wp_page_copy(), during a page fault, at cycle 123". */
void report_event(struct report *r, const char *did,
		  const struct frame_event *event);
void report_end(struct report *r);

/* The process that lives in @mm; NULL: none does. */
const struct task_struct *task_of_mm(const struct kernel *k,
				     const struct mm_struct *mm);

#endif
