/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the kernel's events to a file. An event is copied as it comes, its
 * arguments and a few bytes of strings, into a block; a full block is put in
 * words by a thread of its own (trace_writer.c), while the machine fills the
 * other of two. With --trace-buffer there is no block but a ring, which forgets
 * its oldest event for each new one and is put in words when the run is over,
 * panicked or not.
 *
 * Invariant: what is written is a function of the events alone, so that two
 * runs of the same machine give the same file, byte for byte.
 */
#include "emu/trace.h"

#include <stdlib.h>
#include <string.h>

#include "emu/config/nearest.h"
#include "emu/diag.h"
#include "emu/trace_counters.h"
#include "emu/trace_expression.h"
#include "emu/trace_filter.h"
#include "emu/trace_sink.h"
#include "emu/trace_writer.h"

#define BLOCK_BYTES (UINT64_C(256) << 10)
#define MAX_STRING  160 /* what of one is kept */
#define RECORD_HEAD offsetof(struct trace_record, arg)
#define MAX_RECORD  (sizeof(struct trace_record) + 8 * (MAX_STRING + 8))
#define COUNTERS_HZ 1000 /* as often as that, if something happens */
#define MOST_KEPT   UINT64_C(1000000000)

/* Where records lie: from @first on, going on in front behind the last. */
struct ring {
	char *data;
	size_t size, first, end;
	uint64_t nr; /* in it */
};

struct trace {
	/* The writer's while it is busy: */
	const struct trace_sink *sink;
	void *state; /* the sink's */
	struct trace_out out;
	struct ring full;
	/* The machine's: */
	bool has_writer; /* not with --trace-buffer */
	struct trace_writer writer;
	hw_trace_mask_t events;
	struct trace_expression *filter; /* NULL: none */
	struct ring ring;
	uint64_t last; /* 0: all */
	uint64_t nr_lost;
	const struct kernel *kernel;
	uint64_t counters_due, counters_every; /* cycles */
	char comm[TRACE_COMM]; /* of the last event, and as it is kept: */
	char kept_comm[TRACE_COMM];
	char path[]; /* for messages */
};

/* ---- options ------------------------------------------------------------------- */

static const struct trace_sink *const sinks[] = {
	[TRACE_TEXT] = &trace_sink_text,
	[TRACE_JSON] = &trace_sink_json,
	[TRACE_PERFETTO] = &trace_sink_perfetto,
};

bool trace_parse_format(const char *text, struct trace_options *options,
			struct diag *diag)
{
	for (int i = TRACE_TEXT; i <= TRACE_PERFETTO; i++)
		if (!strcmp(text, sinks[i]->name)) {
			options->format = (enum trace_format)i;
			return true;
		}
	return diag_error(diag, NULL,
			  "--trace-format: '%s' is none of text, json and "
			  "perfetto",
			  text);
}

bool trace_parse_last(const char *text, struct trace_options *options,
		      struct diag *diag)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || !n || n > MOST_KEPT)
		return diag_error(diag, NULL,
				  "--trace-buffer: '%s' is no number of events "
				  "from 1 to 1000000000",
				  text);
	options->last = n;
	return true;
}

static bool ends_with(const char *path, const char *suffix)
{
	size_t n = strlen(path), m = strlen(suffix);

	return n >= m && !strcmp(path + n - m, suffix);
}

static const struct trace_sink *choose_sink(const struct trace_options *options)
{
	if (options->format != TRACE_BY_NAME)
		return sinks[options->format];
	for (int i = TRACE_TEXT; i <= TRACE_PERFETTO; i++)
		for (int j = 0; sinks[i]->suffixes[j]; j++)
			if (ends_with(options->path, sinks[i]->suffixes[j]))
				return sinks[i];
	return &trace_sink_text;
}

bool trace_options_are_empty(const struct trace_options *options,
			     struct diag *diag)
{
	const char *what = options->events   ? "--trace-events"
			   : options->filter ? "--trace-filter"
			   : options->last   ? "--trace-buffer"
			   : options->format ? "--trace-format"
					     : NULL;

	return !what ||
	       diag_error(diag, NULL, "%s wants --trace FILE, too", what);
}

/* ---- the file ---------------------------------------------------------------------- */

static void flush(struct trace_out *out)
{
	fwrite(out->room, 1, out->nr, out->file);
	out->nr = 0;
}

char *trace_out_room(struct trace_out *out, size_t size)
{
	if (sizeof(out->room) - out->nr < size)
		flush(out);
	return out->room + out->nr;
}

void trace_out_used(struct trace_out *out, const char *end)
{
	out->nr = (size_t)(end - out->room);
}

static void write_record(struct trace *trace, const struct trace_record *record)
{
	struct trace_record copy;
	const struct hw_trace_format *format = record->format;

	memcpy(&copy, record,
	       RECORD_HEAD + record->nr_args * sizeof(copy.arg[0]));
	for (unsigned int i = 0; i < record->nr_args; i++)
		if ((!format || format->piece[i].kind == 's') &&
		    record->arg[i].number < record->bytes)
			copy.arg[i].text = (const char *)record +
					   record->arg[i].number;
	trace->sink->record(trace->state, &trace->out, &copy);
}

/* ---- records -------------------------------------------------------------------------- */

static struct trace_record *record_at(const struct ring *ring, size_t at)
{
	return (struct trace_record *)(void *)(ring->data + at);
}

/* The next that is kept, past the mark that it goes on in front. */
static size_t settle(const struct ring *ring, size_t at)
{
	return at != ring->end &&
			       (at == ring->size || !record_at(ring, at)->bytes)
		       ? 0
		       : at;
}

static void write_all(struct trace *trace, struct ring *ring)
{
	size_t at = ring->first;

	for (; ring->nr; ring->nr--) {
		at = settle(ring, at);
		write_record(trace, record_at(ring, at));
		at += record_at(ring, at)->bytes;
	}
	ring->first = ring->end = 0;
}

static void write_full(void *arg)
{
	struct trace *trace = arg;

	write_all(trace, &trace->full);
}

static void hand_over(struct trace *trace)
{
	const struct ring full = trace->ring;

	trace_writer_wait(&trace->writer);
	trace->ring = trace->full;
	trace->full = full;
	trace_writer_go(&trace->writer);
}

static void forget_first(struct trace *trace)
{
	struct ring *ring = &trace->ring;
	size_t at = settle(ring, ring->first);

	ring->first = at + record_at(ring, at)->bytes;
	ring->nr--;
	trace->nr_lost++;
	if (!ring->nr)
		ring->first = ring->end = 0;
}

/* Twice as large, and in a row again. */
static bool grow(struct ring *ring)
{
	char *data = malloc(2 * ring->size);
	size_t at = ring->first, to = 0;

	if (!data)
		return false;
	for (uint64_t i = 0; i < ring->nr; i++) {
		at = settle(ring, at);
		memcpy(data + to, ring->data + at, record_at(ring, at)->bytes);
		to += record_at(ring, at)->bytes;
		at += record_at(ring, at)->bytes;
	}
	free(ring->data);
	*ring = (struct ring){data, 2 * ring->size, 0, to, ring->nr};
	return true;
}

/* Room for one more in a row behind the last; NULL: nowhere. */
static struct trace_record *room_in_ring(struct ring *ring)
{
	if (ring->end >= ring->first) {
		if (ring->size - ring->end >= MAX_RECORD)
			return record_at(ring, ring->end);
		if (ring->first <= MAX_RECORD)
			return NULL;
		if (ring->end < ring->size)
			record_at(ring, ring->end)->bytes = 0;
		ring->end = 0;
	}
	/* one that begins where the first does would look like an empty ring */
	return ring->first - ring->end > MAX_RECORD ? record_at(ring, ring->end)
						    : NULL;
}

static struct trace_record *begin_record(struct trace *trace)
{
	struct ring *ring = &trace->ring;
	struct trace_record *record;

	if (trace->last && ring->nr == trace->last)
		forget_first(trace);
	while (!(record = room_in_ring(ring))) {
		if (!trace->last)
			hand_over(trace);
		else if (!grow(ring))
			forget_first(trace);
	}
	return record;
}

static void end_record(struct trace *trace, struct trace_record *record,
		       const char *end)
{
	record->bytes = ((uint32_t)(end - (char *)record) + 7) & ~7u;
	trace->ring.end += record->bytes;
	trace->ring.nr++;
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Has one of its bytes no business in a line of text? */
static bool has_unprintable(uint64_t word)
{
	const uint64_t delete = word ^ EACH_BYTE(0x7f);

	return (((word - EACH_BYTE(0x20)) & ~word) |
		((delete - EACH_BYTE(1)) & ~delete)) &
	       EACH_BYTE(0x80);
}

/*
 * Eight bytes at a time, as far as @to has room for. Guests choose many of
 * these strings: see printable(). Returns what is behind it.
 */
static char *keep_string(char *to, const char *text, size_t most)
{
	size_t n = strnlen(text, most), words = n / 8;
	uint64_t word;

	memcpy(to, text, n);
	memset(to + n, ' ', 8);
	for (size_t i = 0; i <= words; i++) {
		memcpy(&word, to + 8 * i, 8);
		if (has_unprintable(word))
			for (size_t j = 8 * i; j < 8 * i + 8; j++)
				to[j] = printable(to[j]);
	}
	to[n] = '\0';
	return to + n + 1;
}

/* The tasks of events in a row are mostly one. */
static void keep_comm(struct trace *trace, char *to, const char *comm)
{
	char whole[TRACE_COMM + 8];

	if (strncmp(trace->comm, comm, TRACE_COMM)) {
		keep_string(whole, comm, TRACE_COMM - 1);
		memcpy(trace->kept_comm, whole, TRACE_COMM);
		memcpy(trace->comm, comm, strnlen(comm, TRACE_COMM - 1) + 1);
	}
	memcpy(to, trace->kept_comm, TRACE_COMM);
}

/*
 * A string of the program's own, that nobody changes: where it lies is enough
 * to know. (The linker's names for where the program begins, and where what
 * can be written to does.)
 */
static bool is_constant(const char *text)
{
	extern const char __executable_start[], __data_start[];

	return text >= __executable_start && text < __data_start;
}

static void keep_counters(struct trace *trace, uint64_t cycle)
{
	struct trace_record *record = begin_record(trace);

	*record = (struct trace_record){.event = TRACE_RECORD_COUNTERS,
					.cycle = cycle,
					.format = &trace_counter_format,
					.nr_args = NR_TRACE_COUNTERS};
	trace_counters(trace->kernel, record->arg);
	end_record(trace, record, (char *)&record->arg[NR_TRACE_COUNTERS]);
	trace->counters_due = cycle + trace->counters_every;
}

static void keep_event(struct trace *trace, uint64_t cycle, int cpu,
		       const struct hw_trace *event)
{
	const struct hw_trace_format *format = event->format;
	struct trace_record *record = begin_record(trace);
	char *end = (char *)&record->arg[format->nr_args];

	record->event = (uint16_t)event->event;
	record->cpu = (uint8_t)cpu;
	record->nr_args = (uint8_t)format->nr_args;
	record->pid = event->pid;
	record->tgid = event->tgid;
	record->cycle = cycle;
	record->since = event->since;
	record->format = format;
	keep_comm(trace, record->comm, event->comm);
	for (unsigned int i = 0; i < format->nr_args; i++) {
		record->arg[i] = event->arg[i];
		if (format->piece[i].kind != 's' ||
		    is_constant(event->arg[i].text))
			continue;
		record->arg[i].number = (uint64_t)(end - (char *)record);
		end = keep_string(end, event->arg[i].text, MAX_STRING);
	}
	end_record(trace, record, end);
}

void trace_add(struct trace *trace, uint64_t cycle, int cpu,
	       const struct hw_trace *event)
{
	if (trace->filter &&
	    !trace_expression_holds(trace->filter, cycle, cpu, event))
		return;
	if (cycle >= trace->counters_due && trace->kernel)
		keep_counters(trace, cycle);
	keep_event(trace, cycle, cpu, event);
}

void trace_note(struct trace *trace, uint64_t cycle, int cpu, const char *line)
{
	struct trace_record *record = begin_record(trace);
	char *end = (char *)&record->arg[1];

	*record = (struct trace_record){.event = TRACE_RECORD_NOTE,
					.cpu = (uint8_t)cpu,
					.cycle = cycle,
					.nr_args = 1};
	record->arg[0].number = (uint64_t)(end - (char *)record);
	end_record(trace, record, keep_string(end, line, 6 * MAX_STRING));
}

/* ---- beginning and end ------------------------------------------------------------------- */

static void end_writer(struct trace *trace)
{
	if (trace->has_writer)
		trace_writer_end(&trace->writer);
	trace->has_writer = false;
}

static void destroy(struct trace *trace)
{
	end_writer(trace);
	if (trace->state)
		trace->sink->destroy(trace->state);
	if (trace->out.file)
		fclose(trace->out.file);
	trace_expression_destroy(trace->filter);
	free(trace->ring.data);
	free(trace->full.data);
	free(trace);
}

static bool open_all(struct trace *trace, const struct trace_options *options,
		     uint32_t clock_hz, struct diag *diag)
{
	if (!trace_filter_parse(options->events ?: trace->sink->preset,
				&trace->events, diag))
		return false;
	if (options->filter) {
		trace->filter = trace_expression_parse(options->filter, diag);
		if (!trace->filter)
			return false;
	}
	trace->ring.size = trace->full.size = BLOCK_BYTES;
	trace->ring.data = malloc(BLOCK_BYTES);
	trace->full.data = malloc(BLOCK_BYTES);
	trace->state = trace->sink->create(clock_hz);
	if (!trace->ring.data || !trace->full.data || !trace->state)
		return diag_error(diag, NULL, "no memory for a trace");
	trace->out.file = fopen(trace->path, "we");
	if (!trace->out.file)
		return diag_errno(diag, NULL, "can't write the trace to '%s'",
				  trace->path);
	setvbuf(trace->out.file, NULL, _IONBF, 0);
	if (trace->last)
		return true;
	trace->sink->begin(trace->state, &trace->out, 0);
	trace->has_writer = trace_writer_start(&trace->writer, write_full,
					       trace);
	return trace->has_writer ||
	       diag_error(diag, NULL, "no thread for the trace");
}

struct trace *trace_create(const struct trace_options *options,
			   uint32_t clock_hz, struct diag *diag)
{
	struct trace *trace =
		calloc(1, sizeof(*trace) + strlen(options->path) + 1);

	if (!trace) {
		diag_error(diag, NULL, "no memory for a trace");
		return NULL;
	}
	strcpy(trace->path, options->path);
	trace->sink = choose_sink(options);
	trace->last = options->last;
	trace->counters_every = clock_hz / COUNTERS_HZ;
	if (open_all(trace, options, clock_hz, diag))
		return trace;
	destroy(trace);
	return NULL;
}

hw_trace_mask_t trace_events(const struct trace *trace)
{
	return trace->events;
}

void trace_set_kernel(struct trace *trace, const struct kernel *kernel)
{
	if (trace->sink->counters)
		trace->kernel = kernel;
}

bool trace_close(struct trace *trace, struct diag *diag)
{
	bool good;

	end_writer(trace);
	if (trace->last)
		trace->sink->begin(trace->state, &trace->out, trace->nr_lost);
	write_all(trace, &trace->ring);
	if (trace->sink->end)
		trace->sink->end(trace->state, &trace->out);
	flush(&trace->out);
	good = !ferror(trace->out.file);
	if (fclose(trace->out.file))
		good = false;
	trace->out.file = NULL;
	if (!good)
		diag_errno(diag, NULL, "can't write the trace to '%s'",
			   trace->path);
	destroy(trace);
	return good;
}
