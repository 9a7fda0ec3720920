/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trace as Perfetto's own (https://perfetto.dev, protos/perfetto/trace):
 * a row of packets, each a track's description or an event on a track.
 *
 *	a track for each core		a slice for each task that ran on it
 *	a track for each task		system calls and page faults as slices,
 *					all else as instants
 *	a counter for each use of memory
 *
 * Times are nanoseconds of the machine's. A slice is written as it ends where
 * the event knows when it began; packets need not be in order, but those of
 * the same time stay in the order in which they are written, which is why a
 * system call begins by an event of its own.
 *
 * Invariant: on each track, as many slices end as begin.
 */
#include "emu/trace_sink.h"

#include <stdlib.h>
#include <string.h>

#include "emu/protobuf.h"
#include "emu/trace_counters.h"

/* Field numbers of the messages, in the order of Perfetto's files. */
enum {
	TRACE_PACKET = 1,

	PACKET_TIMESTAMP = 8,
	PACKET_SEQUENCE_ID = 10,
	PACKET_TRACK_EVENT = 11,
	PACKET_SEQUENCE_FLAGS = 13,
	PACKET_TRACK_DESCRIPTOR = 60,

	EVENT_ANNOTATIONS = 4,
	EVENT_TYPE = 9,
	EVENT_TRACK = 11,
	EVENT_CATEGORIES = 22,
	EVENT_NAME = 23,
	EVENT_COUNTER_VALUE = 30,

	ANNOTATION_UINT = 3,
	ANNOTATION_INT = 4,
	ANNOTATION_STRING = 6,
	ANNOTATION_POINTER = 7,
	ANNOTATION_NAME = 10,

	TRACK_UUID = 1,
	TRACK_NAME = 2,
	TRACK_PROCESS = 3,
	TRACK_THREAD = 4,
	TRACK_PARENT = 5,
	TRACK_COUNTER = 8,

	PROCESS_PID = 1,
	PROCESS_NAME = 6,
	THREAD_PID = 1,
	THREAD_TID = 2,
	THREAD_NAME = 5,
	COUNTER_UNIT = 3,
};

enum {
	STATE_CLEARED = 1, /* of a sequence's flags */
	UNIT_SIZE_BYTES = 3,
	SEQUENCE = 1 /* all packets are of one */
};

enum event_type {
	SLICE_BEGIN = 1,
	SLICE_END,
	INSTANT,
	COUNTER
};

/* Tracks have numbers: what they are for, and of which. */
enum track_kind {
	TRACK_OF_PROCESS = 1,
	TRACK_OF_THREAD,
	TRACK_OF_CPU,
	TRACK_OF_COUNTER
};
#define TRACK(kind, number) ((uint64_t)(kind) << 32 | (uint32_t)(number))

/* Room for any packet. */
#define PACKET_BYTES (KERNEL_TRACE_LINE + HW_TRACE_ARGS * 64 + 512)

/* Events that are more than an instant. */
enum special {
	SWITCH,
	SYS_ENTER,
	SYS_EXIT,
	TASK_EXIT,
	NR_SPECIAL
};

/* A task that has been met; found by its number. */
struct track {
	int32_t tid;
	unsigned int depth; /* slices that are open */
	char name[16];
};

struct perfetto {
	uint32_t clock_hz;
	uint64_t now; /* ns, of the last event */
	unsigned int events[NR_SPECIAL]; /* their places in the list */
	bool cpu_busy[NR_CPUS], cpu_known[NR_CPUS];
	struct track *tracks;
	size_t nr_tracks, room;
};

static const char *const special_names[NR_SPECIAL] = {
	[SWITCH] = "sched_switch",
	[SYS_ENTER] = "sys_enter",
	[SYS_EXIT] = "sys_exit",
	[TASK_EXIT] = "sched_process_exit",
};

static const char *const groups[] = {
#define TRACE_EVENT(group, name, what) #group,
#include "kernel/trace_events.def"
#undef TRACE_EVENT
};

/* ---- beginning ---------------------------------------------------------------------- */

static void *create(uint32_t clock_hz)
{
	struct perfetto *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->clock_hz = clock_hz;
	for (unsigned int i = 0; kernel_trace_name(i); i++)
		for (int j = 0; j < NR_SPECIAL; j++)
			if (!strcmp(kernel_trace_name(i), special_names[j]))
				p->events[j] = i;
	return p;
}

static void destroy(void *sink)
{
	struct perfetto *p = sink;

	free(p->tracks);
	free(p);
}

static uint64_t ns(const struct perfetto *p, uint64_t cycle)
{
	return (uint64_t)((unsigned __int128)cycle * 1000000000 / p->clock_hz);
}

/* ---- packets --------------------------------------------------------------------------- */

static char *begin_packet(struct trace_out *out, char **packet)
{
	char *to = pb_begin(trace_out_room(out, PACKET_BYTES), TRACE_PACKET,
			    packet);

	return pb_uint(to, PACKET_SEQUENCE_ID, SEQUENCE);
}

static void end_packet(struct trace_out *out, char *to, char *packet)
{
	trace_out_used(out, pb_end(to, packet));
}

/* A track's description, but for what is its kind's own. */
static char *begin_track(struct trace_out *out, uint64_t uuid, char *at[2])
{
	char *to = begin_packet(out, &at[0]);

	to = pb_begin(to, PACKET_TRACK_DESCRIPTOR, &at[1]);
	return pb_uint(to, TRACK_UUID, uuid);
}

static void end_track(struct trace_out *out, char *to, char *const at[2])
{
	end_packet(out, pb_end(to, at[1]), at[0]);
}

static void describe_counters(struct trace_out *out)
{
	for (int i = 0; i < NR_TRACE_COUNTERS; i++) {
		char *at[2], *counter;
		char *to = begin_track(out, TRACK(TRACK_OF_COUNTER, i), at);

		to = pb_string(to, TRACK_NAME, trace_counter_names[i]);
		to = pb_begin(to, TRACK_COUNTER, &counter);
		to = pb_uint(to, COUNTER_UNIT, UNIT_SIZE_BYTES);
		end_track(out, pb_end(to, counter), at);
	}
}

static void begin(void *sink, struct trace_out *out, uint64_t nr_lost)
{
	char *packet, *to = begin_packet(out, &packet);

	(void)sink;
	(void)nr_lost;
	end_packet(out, pb_uint(to, PACKET_SEQUENCE_FLAGS, STATE_CLEARED),
		   packet);
	describe_counters(out);
}

static void describe_cpu(struct perfetto *p, struct trace_out *out, int cpu)
{
	char *at[2], *to, name[16];

	if (p->cpu_known[cpu])
		return;
	p->cpu_known[cpu] = true;
	snprintf(name, sizeof(name), "CPU %d", cpu);
	to = begin_track(out, TRACK(TRACK_OF_CPU, cpu), at);
	end_track(out, pb_string(to, TRACK_NAME, name), at);
}

static void describe_process(struct trace_out *out, int32_t pid,
			     const char *name)
{
	char *at[2], *process;
	char *to = begin_track(out, TRACK(TRACK_OF_PROCESS, pid), at);

	to = pb_begin(to, TRACK_PROCESS, &process);
	to = pb_uint(to, PROCESS_PID, (uint64_t)pid);
	to = pb_string(to, PROCESS_NAME, name);
	end_track(out, pb_end(to, process), at);
}

static void describe_thread(struct trace_out *out, int32_t pid, int32_t tid,
			    const char *name)
{
	char *at[2], *thread;
	char *to = begin_track(out, TRACK(TRACK_OF_THREAD, tid), at);

	to = pb_uint(to, TRACK_PARENT, TRACK(TRACK_OF_PROCESS, pid));
	to = pb_begin(to, TRACK_THREAD, &thread);
	to = pb_uint(to, THREAD_PID, (uint64_t)pid);
	to = pb_uint(to, THREAD_TID, (uint64_t)tid);
	to = pb_string(to, THREAD_NAME, name);
	end_track(out, pb_end(to, thread), at);
}

/* ---- tasks ----------------------------------------------------------------------------- */

/* Where task @tid is, or belongs: they are sorted by their numbers. */
static size_t place_of(const struct perfetto *p, int32_t tid)
{
	size_t low = 0, high = p->nr_tracks;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (p->tracks[middle].tid < tid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* NULL: no memory. */
static struct track *add_track(struct perfetto *p, size_t at, int32_t tid)
{
	if (p->nr_tracks == p->room) {
		size_t room = p->room ? 2 * p->room : 64;
		struct track *tracks = realloc(p->tracks,
					       room * sizeof(*tracks));

		if (!tracks)
			return NULL;
		p->tracks = tracks;
		p->room = room;
	}
	memmove(&p->tracks[at + 1], &p->tracks[at],
		(p->nr_tracks++ - at) * sizeof(*p->tracks));
	p->tracks[at] = (struct track){.tid = tid};
	return &p->tracks[at];
}

/* Described when it is met for the first time, or has another name. */
static struct track *track_of(struct perfetto *p, struct trace_out *out,
			      const struct trace_record *record)
{
	size_t at = place_of(p, record->pid);
	struct track *track = at < p->nr_tracks &&
					      p->tracks[at].tid == record->pid
				      ? &p->tracks[at]
				      : add_track(p, at, record->pid);

	if (!track || !strcmp(track->name, record->comm))
		return track;
	strcpy(track->name, record->comm);
	if (record->pid == record->tgid)
		describe_process(out, record->tgid, record->comm);
	describe_thread(out, record->tgid, record->pid, record->comm);
	return track;
}

/* ---- events ------------------------------------------------------------------------------ */

static char *begin_event(struct trace_out *out, uint64_t time, uint64_t track,
			 enum event_type type, char *at[2])
{
	char *to = begin_packet(out, &at[0]);

	to = pb_uint(to, PACKET_TIMESTAMP, time);
	to = pb_begin(to, PACKET_TRACK_EVENT, &at[1]);
	to = pb_uint(to, EVENT_TYPE, type);
	return pb_uint(to, EVENT_TRACK, track);
}

static void end_event(struct trace_out *out, char *to, char *const at[2])
{
	end_packet(out, pb_end(to, at[1]), at[0]);
}

static char *annotate(char *to, const struct hw_trace_piece *piece,
		      union hw_trace_arg arg)
{
	const char one[2] = {(char)arg.number, '\0'};
	char *annotation;

	to = pb_begin(to, EVENT_ANNOTATIONS, &annotation);
	to = pb_string(to, ANNOTATION_NAME, piece->name);
	switch (piece->kind) {
	case 's':
		to = pb_string(to, ANNOTATION_STRING, arg.text);
		break;
	case 'c':
		to = pb_string(to, ANNOTATION_STRING, one);
		break;
	case 'x':
		to = pb_uint(to, ANNOTATION_POINTER, arg.number);
		break;
	case 'd':
		to = pb_uint(to, ANNOTATION_INT, arg.number);
		break;
	default:
		to = pb_uint(to, ANNOTATION_UINT, arg.number);
	}
	return pb_end(to, annotation);
}

static char *annotate_all(char *to, const struct trace_record *record)
{
	const struct hw_trace_format *format = record->format;

	for (unsigned int i = 0; i < format->nr_args; i++)
		to = annotate(to, &format->piece[i], record->arg[i]);
	return to;
}

static void put_event(struct trace_out *out, uint64_t time, uint64_t track,
		      enum event_type type, const char *name,
		      const struct trace_record *record)
{
	char *at[2], *to = begin_event(out, time, track, type, at);

	if (name) {
		to = pb_string(to, EVENT_CATEGORIES, groups[record->event]);
		to = pb_string(to, EVENT_NAME, name);
	}
	if (record)
		to = annotate_all(to, record);
	end_event(out, to, at);
}

static void put_end(struct trace_out *out, uint64_t time, uint64_t track)
{
	put_event(out, time, track, SLICE_END, NULL, NULL);
}

/* ---- what an event becomes ----------------------------------------------------------------- */

/* The value of field @name. */
static union hw_trace_arg value_of(const struct trace_record *record,
				   const char *name)
{
	for (unsigned int i = 0; i < record->nr_args; i++)
		if (!strcmp(record->format->piece[i].name, name))
			return record->arg[i];
	return (union hw_trace_arg){0};
}

static void put_switch(struct perfetto *p, struct trace_out *out,
		       const struct trace_record *record)
{
	const uint64_t track = TRACK(TRACK_OF_CPU, record->cpu);
	const int next = (int)value_of(record, "next_pid").number;
	char name[40];

	if (p->cpu_busy[record->cpu])
		put_end(out, p->now, track);
	p->cpu_busy[record->cpu] = next;
	if (!next)
		return;
	snprintf(name, sizeof(name), "%s-%d",
		 value_of(record, "next_comm").text, next);
	put_event(out, p->now, track, SLICE_BEGIN, name, record);
}

static void syscall_name(const struct trace_record *record, char *to,
			 size_t size)
{
	uint32_t number = (uint32_t)value_of(record, "NR").number;
	const char *name = kernel_syscall_name(number);

	if (name)
		snprintf(to, size, "%s", name);
	else
		snprintf(to, size, "system call %u", number);
}

static void put_syscall(struct perfetto *p, struct trace_out *out,
			const struct trace_record *record, struct track *track)
{
	const uint64_t uuid = TRACK(TRACK_OF_THREAD, track->tid);
	char name[40];

	syscall_name(record, name, sizeof(name));
	if (record->event == p->events[SYS_ENTER]) {
		track->depth++;
		put_event(out, p->now, uuid, SLICE_BEGIN, name, record);
		return;
	}
	if (track->depth)
		track->depth--;
	else /* it began before the trace did */
		put_event(out, ns(p, record->since), uuid, SLICE_BEGIN, name,
			  NULL);
	put_event(out, p->now, uuid, SLICE_END, NULL, record);
}

/* Whoever ends leaves the system call that he ends by open. */
static void close_slices(struct perfetto *p, struct trace_out *out,
			 struct track *track)
{
	for (; track->depth; track->depth--)
		put_end(out, p->now, TRACK(TRACK_OF_THREAD, track->tid));
}

static void put_for_task(struct perfetto *p, struct trace_out *out,
			 const struct trace_record *record)
{
	struct track *track = track_of(p, out, record);
	const uint64_t uuid = TRACK(TRACK_OF_THREAD, record->pid);
	const char *name = kernel_trace_name(record->event);

	if (!track)
		return;
	if (record->event == p->events[SYS_ENTER] ||
	    record->event == p->events[SYS_EXIT]) {
		put_syscall(p, out, record, track);
	} else if (record->since) {
		put_event(out, ns(p, record->since), uuid, SLICE_BEGIN, name,
			  record);
		put_end(out, p->now, uuid);
	} else {
		put_event(out, p->now, uuid, INSTANT, name, record);
	}
	if (record->event == p->events[TASK_EXIT])
		close_slices(p, out, track);
}

static void put_counters(struct perfetto *p, struct trace_out *out,
			 const struct trace_record *record)
{
	for (int i = 0; i < NR_TRACE_COUNTERS; i++) {
		char *at[2];
		char *to = begin_event(out, p->now, TRACK(TRACK_OF_COUNTER, i),
				       COUNTER, at);

		to = pb_uint(to, EVENT_COUNTER_VALUE, record->arg[i].number);
		end_event(out, to, at);
	}
}

static void put_note(struct perfetto *p, struct trace_out *out,
		     const struct trace_record *record)
{
	char *at[2];
	char *to = begin_event(out, p->now, TRACK(TRACK_OF_CPU, record->cpu),
			       INSTANT, at);

	end_event(out, pb_string(to, EVENT_NAME, record->arg[0].text), at);
}

static void record(void *sink, struct trace_out *out,
		   const struct trace_record *record)
{
	struct perfetto *p = sink;

	p->now = ns(p, record->cycle);
	if (record->event == TRACE_RECORD_COUNTERS) {
		put_counters(p, out, record);
		return;
	}
	describe_cpu(p, out, record->cpu);
	if (record->event == TRACE_RECORD_NOTE)
		put_note(p, out, record);
	else if (record->event == p->events[SWITCH])
		put_switch(p, out, record);
	else if (record->pid)
		put_for_task(p, out, record);
	else
		put_event(out, p->now, TRACK(TRACK_OF_CPU, record->cpu),
			  INSTANT, kernel_trace_name(record->event), record);
}

static void end(void *sink, struct trace_out *out)
{
	struct perfetto *p = sink;

	for (size_t i = 0; i < p->nr_tracks; i++)
		close_slices(p, out, &p->tracks[i]);
	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		if (p->cpu_busy[cpu])
			put_end(out, p->now, TRACK(TRACK_OF_CPU, cpu));
}

const struct trace_sink trace_sink_perfetto = {
	.name = "perfetto",
	.suffixes = (const char *const[]){".pftrace", ".perfetto-trace", NULL},
	.preset = "exceptions,sched,raw_syscalls,signal,oom",
	.counters = true,
	.create = create,
	.destroy = destroy,
	.begin = begin,
	.record = record,
	.end = end,
};
