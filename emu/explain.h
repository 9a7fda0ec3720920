/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_EXPLAIN_H
#define EMU_EXPLAIN_H

/*
 * `mmuscope explain`: one fault of a run, with all that belongs to it; or a
 * list of all faults, a line each.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "kernel/hw.h"

struct diag;
struct explain;
struct kernel;
struct kernel_fault;
struct machine;

/* What is asked. */
struct explain_options {
	uint64_t number; /* of the fault; 0: the list */
	bool json;
};

/* Reads an option's value, "68". False: what is wanted is in @diag. */
bool explain_parse_fault(const char *text, struct explain_options *to,
			 struct diag *diag);

/*
 * A list is printed to @to as the faults come. @options must outlive it.
 * NULL: no memory.
 */
struct explain *explain_create(const struct explain_options *options,
			       struct machine *machine, FILE *to);
void explain_destroy(struct explain *explain);
/* The events that may be part of it. */
hw_trace_mask_t explain_trace_events(const struct explain_options *options);

/* What the machine tells on the way; NULL for @explain: nobody asked. */
void explain_trace(struct explain *explain, uint64_t cycle, const char *line);
/* True: this one is asked for. */
bool explain_begins(struct explain *explain, const struct kernel_fault *fault);
void explain_ends(struct explain *explain, const struct kernel_fault *fault);

/* The answer, or in @diag why there is none. */
bool explain_print(const struct explain *explain, FILE *to, struct diag *diag);

#endif
