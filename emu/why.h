/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_WHY_H
#define EMU_WHY_H

/*
 * `mmuscope why`, one frame or one address at one moment of a run, and
 * `mmuscope page-tables`, whose tables then.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "kernel/hw.h"
#include "kernel/kernel.h"

struct diag;
struct why;

enum why_at {
	WHY_AT_EXIT, /* the process, or a program of the board's, begins to end */
	WHY_AT_END, /* all programs have ended */
	WHY_AT_FAULT, /* the kernel has met the n-th, and come to rest */
	WHY_AT_CYCLE, /* the kernel is done at or after cycle n */
};

/* What is asked; all zero: nothing. */
struct why_options {
	bool page, va, tables; /* which of the three */
	uint64_t pfn;
	const char *who; /* as kernel_find_process(); NULL: the kernel */
	char name[32]; /* where it is part of an option's value */
	vaddr_t address, last; /* last: of tables alone */
	bool entries; /* word by word */
	enum why_at at;
	uint64_t n;
	bool json;
};

/*
 * Read an option's value: "0x60123"; "ADDRESS", "PID:ADDRESS" or
 * "NAME:ADDRESS"; "START-END"; "exit", "end", "fault:N", "cycle:N". False,
 * with what is wanted in @diag, when it isn't one.
 */
bool why_parse_page(const char *text, struct why_options *to,
		    struct diag *diag);
bool why_parse_va(const char *text, struct why_options *to, struct diag *diag);
bool why_parse_range(const char *text, struct why_options *to,
		     struct diag *diag);
bool why_parse_at(const char *text, struct why_options *to, struct diag *diag);

/* @options must outlive it. NULL: no memory. */
struct why *why_create(const struct why_options *options);
void why_destroy(struct why *why);
/* The events that a history may need. */
hw_trace_mask_t why_trace_events(void);

/* What the machine tells on the way; NULL for @why: nobody asked. */
void why_trace(struct why *why, struct kernel *kernel, uint64_t cycle,
	       const char *line);
void why_trapped(struct why *why, struct kernel *kernel, uint64_t cycle);
void why_process_exits(struct why *why, struct kernel *kernel, uint64_t cycle,
		       int pid, bool of_board);
void why_programs_ended(struct why *why, struct kernel *kernel, uint64_t cycle);

/* The answer, or in @diag why there is none. */
bool why_print(const struct why *why, FILE *to, struct diag *diag);

#endif
