/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CONDITION_H
#define EMU_CONDITION_H

/*
 * Conditions that a run is to come to, as people write them: "fault:68",
 * "free-below-low". They hold, or don't, while a machine stands still; of what
 * happens, what has happened since one began to wait for it counts.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum condition_kind {
	CONDITION_NEVER,
	CONDITION_END, /* all programs have ended */
	CONDITION_CYCLE, /* so many have gone by */
	CONDITION_FAULT, /* the kernel is done with the N-th */
	CONDITION_FAULT_IN, /* with one at these addresses */
	CONDITION_LOW, /* a zone has less free than its low watermark */
	CONDITION_OOM, /* somebody has been killed for memory since */
	CONDITION_SWAP, /* a page has been swapped out since */
	CONDITION_EXIT, /* a process begins to end, and all it had is there */
	NR_CONDITION_KINDS
};

struct condition {
	enum condition_kind kind;
	uint64_t number; /* of cycles; of the fault */
	uint32_t first, last; /* addresses, both included */
	int pid; /* of the process they are in; 0: of any */
	/* CONDITION_EXIT: a pid or a name; "": one of the board's programs */
	char who[16];
};

/*
 * Reads @text: end, exit[:WHO], cycle:N, fault:N, fault-in:[PID:]FIRST-LAST
 * (hexadecimal), free-below-low, oom, swap-out. False, with what is wanted in
 * @why, when it is none of these.
 */
bool condition_parse(const char *text, struct condition *to, char *why,
		     size_t size);

/* The names of all, with commas and "and": what may be written. */
extern const char condition_names[];

/* The same in words, cut to @size: "fault 68 is done". */
void condition_text(const struct condition *condition, char *to, size_t size);

#endif
