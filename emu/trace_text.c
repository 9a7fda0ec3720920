/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trace as text, in the manner of ftrace: one event a line, after its
 * cycle, core and task. Time is the machine's, so that two runs of the same
 * machine give the same file.
 */
#include "emu/trace_sink.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/formats.h"

#define LINE (KERNEL_TRACE_LINE + 128)

static void *create(uint32_t clock_hz)
{
	(void)clock_hz;
	return malloc(1); /* it remembers nothing */
}

static void begin(void *sink, struct trace_out *out, uint64_t nr_lost)
{
	char *to = trace_out_room(out, LINE);

	(void)sink;
	to += sprintf(to, "# mmuscope trace, schema %d\n", FORMAT_TRACE);
	if (nr_lost)
		to += sprintf(to,
			      "# %" PRIu64 " events before these weren't "
			      "kept\n",
			      nr_lost);
	trace_out_used(out, to);
}

/* @value in decimal, behind spaces up to @width. */
static char *number(char *to, uint64_t value, unsigned int width)
{
	const struct hw_trace_piece piece = {.kind = 'u',
					     .width = (uint8_t)width};

	return to + kernel_trace_value(
			    &piece, (union hw_trace_arg){.number = value}, to);
}

static char *text(char *to, const char *from)
{
	return stpcpy(to, from);
}

static void record(void *sink, struct trace_out *out,
		   const struct trace_record *record)
{
	char *to = trace_out_room(out, LINE);

	(void)sink;
	to = number(to, record->cycle, 12);
	to = text(to, " [");
	to = number(to, record->cpu, 0);
	to = text(to, "] ");
	if (record->event == TRACE_RECORD_NOTE) {
		to = text(to, record->arg[0].text);
	} else {
		to = text(to, record->comm);
		*to++ = '-';
		to = number(to, (uint32_t)record->pid, 0);
		*to++ = ' ';
		to = text(to, kernel_trace_name(record->event));
		to = text(to, ": ");
		to += kernel_trace_text(record->format, record->arg, to);
	}
	*to++ = '\n';
	trace_out_used(out, to);
}

const struct trace_sink trace_sink_text = {
	.name = "text",
	.suffixes = (const char *const[]){NULL},
	.preset = "exceptions",
	.create = create,
	.destroy = free,
	.begin = begin,
	.record = record,
};
