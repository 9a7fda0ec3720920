/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TRACE_H
#define EMU_TRACE_H

/*
 * The trace of a run: which of the kernel's events are kept, and how the file
 * says them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"

struct diag;
struct kernel;

enum trace_format {
	TRACE_BY_NAME, /* .json, .jsonl; .pftrace, .perfetto-trace; else text */
	TRACE_TEXT,
	TRACE_JSON,
	TRACE_PERFETTO
};

struct trace_options {
	const char *path; /* NULL: no trace */
	enum trace_format format;
	const char *events; /* NULL: those that its format is good for */
	const char *filter; /* an expression; NULL: all of these */
	uint64_t last; /* so many are kept, and written at the end; 0: all */
};

/* "text", "json", "perfetto"; "1000". False: neither, as @diag says. */
bool trace_parse_format(const char *text, struct trace_options *options,
			struct diag *diag);
bool trace_parse_last(const char *text, struct trace_options *options,
		      struct diag *diag);

/*
 * True when nothing is asked of a trace without a path; else false, and @diag
 * says what.
 */
bool trace_options_are_empty(const struct trace_options *options,
			     struct diag *diag);

struct trace;

/* Times are of a clock of @clock_hz. NULL, with the reason in @diag. */
struct trace *trace_create(const struct trace_options *options,
			   uint32_t clock_hz, struct diag *diag);
/* The events that it wants to hear of. */
hw_trace_mask_t trace_events(const struct trace *trace);
/* Where the counters of a Perfetto trace are read from. */
void trace_set_kernel(struct trace *trace, const struct kernel *kernel);

void trace_add(struct trace *trace, uint64_t cycle, int cpu,
	       const struct hw_trace *event);
/* A line that is no event of the kernel's. */
void trace_note(struct trace *trace, uint64_t cycle, int cpu, const char *line);

/*
 * Writes what is still to be written, and ends it. False, with the reason in
 * @diag, when not all of it reached the disk.
 */
bool trace_close(struct trace *trace, struct diag *diag);

#endif
