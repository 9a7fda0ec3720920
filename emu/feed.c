/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened of late: see feed.h. Each kind of event has a ring of its own;
 * a number that counts all of them puts them in order again when they are
 * taken. A fault costs a copy of some words here, and nothing is put in words
 * before somebody reads it.
 *
 * Invariant: what is kept is a function of what the machine did, and of what
 * was expected of it, never of when somebody looked.
 */
#include "emu/feed.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/fault_record.h"
#include "emu/machine_state.h"

/* Faults come by the million: theirs has no room for a trace event's text. */
struct ring {
	uint32_t room;
	uint32_t event_bytes; /* of struct snapshot_event, what is used */
	uint64_t nr; /* so far; the newest is at (nr - 1) % room */
	char *events;
};

struct feed {
	struct machine *machine;
	uint64_t serial; /* of the newest event */
	hw_trace_mask_t mask; /* of the trace events that are ours */
	uint8_t kind[sizeof(hw_trace_mask_t) * 8]; /* of each of these */
	struct ring ring[NR_EVENT_KINDS];
	struct fault_records *records;
	uint64_t taken; /* the serial of the newest that was taken */
};

static const char *const trace_names[] = {
#define TRACE_EVENT(group, name, what) #name,
#include "kernel/trace_events.def"
#undef TRACE_EVENT
};
enum {
	NR_TRACED = sizeof(trace_names) / sizeof(trace_names[0])
};

/* NR_EVENT_KINDS: it is none of ours. */
static enum snapshot_event_kind kind_of(unsigned int event)
{
	static const struct {
		const char *name;
		enum snapshot_event_kind kind;
	} rows[] = {
#define FEED_EVENT(KIND, event) {#event, EVENT_##KIND},
#include "emu/snapshot/feed_kinds.def"
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(rows[i].name, trace_names[event]))
			return rows[i].kind;
	return NR_EVENT_KINDS;
}

hw_trace_mask_t feed_trace_events(void)
{
	hw_trace_mask_t mask = 0;

	for (unsigned int i = 0; i < NR_TRACED; i++)
		if (kind_of(i) != NR_EVENT_KINDS)
			mask |= TRACE_BIT(i);
	return mask;
}

/* ---- making it ------------------------------------------------------------------ */

#define FAULT_BYTES                               \
	(offsetof(struct snapshot_event, fault) + \
	 sizeof(((struct snapshot_event *)NULL)->fault))
_Static_assert(FAULT_BYTES % _Alignof(struct snapshot_event) == 0,
	       "each begins where the one before it ends");

static bool create_rings(struct feed *feed)
{
	static const uint32_t room[NR_EVENT_KINDS] = {
#define FEED_KIND(NAME, letter, label, kept, sentence) [EVENT_##NAME] = (kept),
#include "emu/snapshot/feed_kinds.def"
	};

	for (int i = 0; i < NR_EVENT_KINDS; i++) {
		struct ring *ring = &feed->ring[i];

		ring->room = room[i];
		ring->event_bytes = i == EVENT_FAULT
					    ? FAULT_BYTES
					    : sizeof(struct snapshot_event);
		ring->events = calloc(ring->room, ring->event_bytes);
		if (!ring->events)
			return false;
	}
	return true;
}

struct feed *feed_create(struct machine *machine)
{
	struct feed *feed = calloc(1, sizeof(*feed));

	if (!feed)
		return NULL;
	feed->machine = machine;
	feed->mask = feed_trace_events();
	for (unsigned int i = 0; i < NR_TRACED; i++)
		feed->kind[i] = (uint8_t)kind_of(i);
	feed->records = fault_records_create(machine);
	if (feed->records && create_rings(feed))
		return feed;
	feed_destroy(feed);
	return NULL;
}

void feed_destroy(struct feed *feed)
{
	if (!feed)
		return;
	for (int i = 0; i < NR_EVENT_KINDS; i++)
		free(feed->ring[i].events);
	fault_records_destroy(feed->records);
	free(feed);
}

/* ---- what happens ------------------------------------------------------------------ */

static struct snapshot_event *event_at(const struct ring *ring, uint64_t n)
{
	return (struct snapshot_event *)(void *)(ring->events +
						 n % ring->room *
							 ring->event_bytes);
}

/* The next of its kind, all zero but for what is common. */
static struct snapshot_event *add(struct feed *feed,
				  enum snapshot_event_kind kind)
{
	struct ring *ring = &feed->ring[kind];
	struct snapshot_event *event = event_at(ring, ring->nr++);

	memset(event, 0, ring->event_bytes);
	event->serial = ++feed->serial;
	event->nth = ring->nr;
	event->kind = (uint8_t)kind;
	return event;
}

/* "COMM-PID NAME: TEXT"; a comm may have anything in it but " NAME: ". */
static void parse(struct snapshot_event *to, const char *line)
{
	char mark[64];
	const char *at, *dash;
	size_t length;

	snprintf(mark, sizeof(mark), " %s: ", to->trace.name);
	at = strstr(line, mark);
	if (!at)
		return;
	snprintf(to->trace.text, sizeof(to->trace.text), "%s",
		 at + strlen(mark));
	for (dash = at; dash > line && *dash != '-'; dash--)
		;
	to->pid = atoi(dash + 1);
	length = (size_t)(dash - line);
	memcpy(to->comm, line,
	       length < sizeof(to->comm) ? length : sizeof(to->comm) - 1);
}

void feed_trace(struct feed *feed, unsigned int event, const char *line)
{
	struct machine *m;
	struct snapshot_event *to;

	if (!feed)
		return;
	m = feed->machine;
	fault_records_trace(feed->records, line);
	if (event >= NR_TRACED || !(feed->mask >> event & 1))
		return;
	to = add(feed, (enum snapshot_event_kind)feed->kind[event]);
	to->cycle = m->hw.ops->now(m);
	to->cpu = (uint8_t)m->running;
	to->trace.name = trace_names[event];
	parse(to, line);
}

void feed_expect(struct feed *feed, uint64_t first)
{
	if (feed)
		fault_records_expect(feed->records, first);
}

/*
 * Each fault writes where none has written for long, after the kernel has
 * zeroed pages: the lines are asked for while it does.
 */
void feed_fault_begins(struct feed *feed, const struct kernel_fault *fault)
{
	const struct ring *ring;

	if (!feed)
		return;
	ring = &feed->ring[EVENT_FAULT];
	prefetch_to_write(event_at(ring, ring->nr), ring->event_bytes);
	fault_records_begin(feed->records, fault);
}

static uint8_t flags_of(const struct kernel_fault *fault)
{
	return (uint8_t)((fault->fetch ? FAULT_FLAG_FETCHES : 0) |
			 (fault->write ? FAULT_FLAG_WRITES : 0) |
			 (fault->thumb ? FAULT_FLAG_THUMB : 0) |
			 (fault->stack_growth ? FAULT_FLAG_GROWS_STACK : 0) |
			 (fault->major ? FAULT_FLAG_MAJOR : 0));
}

void feed_fault_ends(struct feed *feed, const struct kernel_fault *fault)
{
	struct snapshot_event *to;

	if (!feed)
		return;
	to = add(feed, EVENT_FAULT);
	to->cycle = fault->cycle;
	to->cpu = (uint8_t)fault->cpu;
	to->pid = fault->pid;
	memcpy(to->comm, fault->comm, sizeof(to->comm));
	to->fault.resolution = fault->resolution;
	to->fault.number = fault->number;
	to->fault.end_cycle = fault->end_cycle;
	to->fault.far = fault->far;
	to->fault.pc = fault->pc;
	to->fault.fsr = fault->fsr;
	to->fault.sig = fault->sig;
	to->fault.code = fault->code;
	to->fault.origin = (uint8_t)fault->origin;
	to->fault.outcome = (uint8_t)fault->outcome;
	to->fault.flags = flags_of(fault);
	to->fault.explained = fault_records_end(feed->records, fault);
	to->fault.nr_code = fault_records_code(feed->records, fault->number,
					       to->fault.bytes);
}

/* ---- what is shown --------------------------------------------------------------------- */

/* The @i-th that is kept, the oldest is 0; NULL: there is none. */
static const struct snapshot_event *kept(const struct ring *ring, uint64_t i)
{
	uint64_t first = ring->nr > ring->room ? ring->nr - ring->room : 0;

	return first + i < ring->nr ? event_at(ring, first + i) : NULL;
}

static size_t nr_kept(const struct feed *feed)
{
	size_t sum = 0;

	for (int i = 0; i < NR_EVENT_KINDS; i++)
		sum += feed->ring[i].nr < feed->ring[i].room
			       ? feed->ring[i].nr
			       : feed->ring[i].room;
	return sum;
}

/* Of the rings' next ones that which happened first. */
static const struct snapshot_event *next(const struct feed *feed,
					 uint64_t at[NR_EVENT_KINDS])
{
	const struct snapshot_event *first = NULL;

	for (int i = 0; i < NR_EVENT_KINDS; i++) {
		const struct snapshot_event *event = kept(&feed->ring[i],
							  at[i]);

		if (event && (!first || event->serial < first->serial))
			first = event;
	}
	if (first)
		at[first->kind]++;
	return first;
}

struct part *feed_events(struct feed *feed, const struct part *last)
{
	uint64_t at[NR_EVENT_KINDS] = {0};
	const struct snapshot_event *event;
	struct snapshot_event *to;
	struct part *part;

	if (last && feed->taken == feed->serial)
		return part_get((struct part *)last);
	part = part_create(nr_kept(feed) * sizeof(*to));
	if (!part)
		return NULL;
	to = (struct snapshot_event *)(void *)part->data;
	while ((event = next(feed, at)))
		memcpy(to++, event, feed->ring[event->kind].event_bytes);
	feed->taken = feed->serial;
	return part;
}

struct part *feed_explain(struct feed *feed, uint64_t number)
{
	return fault_records_take(
		feed->records, number ?: fault_records_newest(feed->records));
}
