/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TRACE_SINK_H
#define EMU_TRACE_SINK_H

/* Between trace.c, which keeps events, and those who write them down. */

#include <stdint.h>
#include <stdio.h>

#include "kernel/kernel.h"

/* What else a record can be but an event of trace_events.def. */
enum {
	TRACE_RECORD_NOTE = 0xffff, /* arg[0] is its text */
	TRACE_RECORD_COUNTERS = 0xfffe /* arg[]: see counters.def */
};

#define TRACE_COMM 16

/*
 * An event as it is kept; its strings lie behind its arguments, but for those
 * of the emulator's own. Fewer bytes are less time: the machine writes them
 * where the host's caches haven't been for long.
 */
struct trace_record {
	uint32_t bytes; /* of all of it, a multiple of 8; 0: go on in front */
	uint16_t event;
	uint8_t cpu, nr_args;
	int32_t pid, tgid;
	uint64_t cycle, since; /* see struct hw_trace */
	const struct hw_trace_format *format; /* NULL: not the kernel's */
	char comm[TRACE_COMM]; /* printable, as all strings here */
	union hw_trace_arg arg[HW_TRACE_ARGS]; /* no more than nr_args */
};

/* A file with room in front of it. */
struct trace_out {
	FILE *file;
	size_t nr;
	char room[1 << 16];
};

/* Where the next @size bytes go; trace_out_used() says how many did. */
char *trace_out_room(struct trace_out *out, size_t size);
void trace_out_used(struct trace_out *out, const char *end);

/* A way of writing a trace. */
struct trace_sink {
	const char *name;
	const char *const *suffixes; /* of files; NULL-terminated */
	const char *preset; /* --trace-events where there is none */
	bool counters; /* wants to see them */
	/* Its own memory; NULL: there is none. */
	void *(*create)(uint32_t clock_hz);
	void (*destroy)(void *sink);
	/* Before all others: so many events weren't kept. */
	void (*begin)(void *sink, struct trace_out *out, uint64_t nr_lost);
	/* @record's strings are pointers here. */
	void (*record)(void *sink, struct trace_out *out,
		       const struct trace_record *record);
	/* After all of them; NULL: there is nothing to say. */
	void (*end)(void *sink, struct trace_out *out);
};

extern const struct trace_sink trace_sink_text, trace_sink_json,
	trace_sink_perfetto;

#endif
