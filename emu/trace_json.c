/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trace as lines of JSON, an object for each event:
 *
 *	{"cycle":24,"cpu":0,"task":"cow","pid":2,"tgid":2,
 *	 "event":"page_fault_user","cycles":0,"fields":{"address":"0x68dc4",…}}
 *
 * The first line has the version, {"schema":1}, and what a ring has lost.
 * Numbers that the text has in hexadecimal are strings with 0x; "cycles" is
 * how long it took, of events that end something.
 */
#include "emu/trace_sink.h"

#include <stdlib.h>
#include <string.h>

#include "emu/formats.h"

/* A byte may become six, "\u00ff", and there is a name before each field. */
#define LINE (6 * KERNEL_TRACE_LINE + HW_TRACE_ARGS * 64 + 256)

static void *create(uint32_t clock_hz)
{
	(void)clock_hz;
	return malloc(1); /* it remembers nothing */
}

static char *number(char *to, union hw_trace_arg value, char kind)
{
	const struct hw_trace_piece piece = {.kind = kind};

	return to + kernel_trace_value(&piece, value, to);
}

/* What is no UTF-8 goes by its number, too: a guest may choose any bytes. */
static char *quoted(char *to, const char *text)
{
	*to++ = '"';
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\') {
			*to++ = '\\';
			*to++ = (char)byte;
		} else if (byte < 0x80) {
			*to++ = (char)byte;
		} else {
			to += sprintf(to, "\\u%04x", byte);
		}
	}
	*to++ = '"';
	return to;
}

static char *key(char *to, const char *name)
{
	*to++ = '"';
	to = stpcpy(to, name);
	return stpcpy(to, "\":");
}

static char *put(char *to, const char *name, uint64_t value)
{
	to = number(key(to, name), (union hw_trace_arg){.number = value}, 'd');
	*to++ = ',';
	return to;
}

static char *field(char *to, const struct hw_trace_piece *piece,
		   union hw_trace_arg arg)
{
	const char one[2] = {(char)arg.number, '\0'};

	to = key(to, piece->name);
	switch (piece->kind) {
	case 's':
		return quoted(to, arg.text);
	case 'c':
		return quoted(to, one);
	case 'x':
		to = number(stpcpy(to, "\"0x"), arg, 'x');
		return stpcpy(to, "\"");
	default:
		return number(to, arg, piece->kind);
	}
}

static char *fields(char *to, const struct trace_record *record)
{
	const struct hw_trace_format *format = record->format;

	to = stpcpy(to, "\"fields\":{");
	for (unsigned int i = 0; i < format->nr_args; i++) {
		if (i)
			*to++ = ',';
		to = field(to, &format->piece[i], record->arg[i]);
	}
	return stpcpy(to, "}}\n");
}

static void begin(void *sink, struct trace_out *out, uint64_t nr_lost)
{
	char *to = trace_out_room(out, LINE);

	(void)sink;
	to = put(stpcpy(to, "{"), "schema", FORMAT_TRACE);
	if (nr_lost)
		to = put(to, "not_kept", nr_lost);
	trace_out_used(out, stpcpy(to - 1, "}\n"));
}

static void record(void *sink, struct trace_out *out,
		   const struct trace_record *record)
{
	char *to = trace_out_room(out, LINE);

	(void)sink;
	to = put(stpcpy(to, "{"), "cycle", record->cycle);
	to = put(to, "cpu", record->cpu);
	if (record->event == TRACE_RECORD_NOTE) {
		to = quoted(key(to, "note"), record->arg[0].text);
		to = stpcpy(to, "}\n");
	} else {
		to = stpcpy(quoted(key(to, "task"), record->comm), ",");
		to = put(to, "pid", (uint64_t)record->pid);
		to = put(to, "tgid", (uint64_t)record->tgid);
		to = quoted(key(to, "event"), kernel_trace_name(record->event));
		*to++ = ',';
		if (record->since)
			to = put(to, "cycles", record->cycle - record->since);
		to = fields(to, record);
	}
	trace_out_used(out, to);
}

const struct trace_sink trace_sink_json = {
	.name = "json",
	.suffixes = (const char *const[]){".json", ".jsonl", NULL},
	.preset = "exceptions",
	.create = create,
	.destroy = free,
	.begin = begin,
	.record = record,
};
