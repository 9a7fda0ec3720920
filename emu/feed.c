/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened of late: see feed.h. Each kind of event has a ring of its own;
 * a number that counts all of them puts them in order again when they are
 * taken. A fault costs one line of little more than a cache line here, and
 * nothing is put in words before somebody reads it.
 *
 * Invariant: what is kept is a function of what the machine did, and of what
 * was expected of it, never of when somebody looked.
 */
#include "emu/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/fault_record.h"
#include "emu/fault_text.h"
#include "emu/machine_state.h"
#include "emu/snapshot/events.h"

struct ring {
	uint32_t room;
	uint64_t nr; /* so far; the newest is at (nr - 1) % room */
	struct snapshot_event *events; /* or, of faults: */
	struct fault_line *faults;
};

/*
 * Faults come by the million, each after the kernel has cleared a page or more
 * of what the host's caches held: so a fault is no more than these words.
 */
struct fault_line {
	uint64_t serial;
	struct kernel_fault fault; /* but for its cycles */
	uint8_t code[4], nr_code;
	bool explained;
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

static bool create_rings(struct feed *feed)
{
	static const uint32_t room[NR_EVENT_KINDS] = {
#define FEED_KIND(NAME, letter, label, kept, sentence) [EVENT_##NAME] = (kept),
#include "emu/snapshot/feed_kinds.def"
	};

	for (int i = 0; i < NR_EVENT_KINDS; i++) {
		struct ring *ring = &feed->ring[i];

		ring->room = room[i];
		if (i == EVENT_FAULT)
			ring->faults = calloc(ring->room,
					      sizeof(*ring->faults));
		else
			ring->events = calloc(ring->room,
					      sizeof(*ring->events));
		if (!ring->faults && !ring->events)
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
	for (int i = 0; i < NR_EVENT_KINDS; i++) {
		free(feed->ring[i].events);
		free(feed->ring[i].faults);
	}
	fault_records_destroy(feed->records);
	free(feed);
}

/* ---- what happens ------------------------------------------------------------------ */

/* The next of its kind, all zero but for what is common. */
static struct snapshot_event *add(struct feed *feed,
				  enum snapshot_event_kind kind)
{
	struct ring *ring = &feed->ring[kind];
	struct snapshot_event *event = &ring->events[ring->nr++ % ring->room];

	*event = (struct snapshot_event){
		.serial = ++feed->serial,
		.nth = ring->nr,
		.kind = (uint8_t)kind,
	};
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
	to->cpu = (uint8_t)m->wheel.running;
	to->trace.name = trace_names[event];
	parse(to, line);
}

void feed_expect(struct feed *feed, uint64_t first)
{
	if (feed)
		fault_records_expect(feed->records, first);
}

static struct fault_line *next_line(const struct ring *ring)
{
	return &ring->faults[ring->nr % ring->room];
}

/*
 * By the next fault the host's nearer caches have lost its line, as pages were
 * cleared since: it is asked for early, lest stores wait for it.
 */
static void prepare_line(const struct ring *ring)
{
	const char *line = (const void *)next_line(ring);

	__builtin_prefetch(line, 1);
	__builtin_prefetch(line + sizeof(struct fault_line) - 1, 1);
}

bool feed_fault_begins(struct feed *feed, const struct kernel_fault *fault)
{
	if (!feed)
		return false;
	prepare_line(&feed->ring[EVENT_FAULT]);
	return fault_records_begin(feed->records, fault);
}

void feed_fault_ends(struct feed *feed, const struct kernel_fault *fault)
{
	struct ring *ring;
	struct fault_line *to;

	if (!feed)
		return;
	ring = &feed->ring[EVENT_FAULT];
	to = next_line(ring);
	ring->nr++;
	to->serial = ++feed->serial;
	to->fault = *fault;
	to->fault.cycles = NULL;
	to->nr_code = (uint8_t)fault_read_code(feed->machine,
					       feed->machine->wheel.running,
					       fault->pc, to->code);
	to->explained = fault_records_end(feed->records, fault);
}

/* ---- what is shown --------------------------------------------------------------------- */

static uint8_t flags_of(const struct kernel_fault *fault)
{
	return (uint8_t)((fault->fetch ? FAULT_FLAG_FETCHES : 0) |
			 (fault->write ? FAULT_FLAG_WRITES : 0) |
			 (fault->thumb ? FAULT_FLAG_THUMB : 0) |
			 (fault->stack_growth ? FAULT_FLAG_GROWS_STACK : 0) |
			 (fault->major ? FAULT_FLAG_MAJOR : 0));
}

static struct snapshot_event event_of(const struct fault_line *line,
				      uint64_t nth)
{
	const struct kernel_fault *fault = &line->fault;
	struct snapshot_event event = {
		.serial = line->serial,
		.nth = nth,
		.cycle = fault->cycle,
		.pid = fault->pid,
		.kind = EVENT_FAULT,
		.cpu = (uint8_t)fault->cpu,
		.fault =
			{
				.resolution = fault->resolution,
				.number = fault->number,
				.end_cycle = fault->end_cycle,
				.far = fault->far,
				.pc = fault->pc,
				.fsr = fault->fsr,
				.sig = fault->sig,
				.code = fault->code,
				.origin = (uint8_t)fault->origin,
				.outcome = (uint8_t)fault->outcome,
				.flags = flags_of(fault),
				.nr_code = line->nr_code,
				.explained = line->explained,
			},
	};

	memcpy(event.comm, fault->comm, sizeof(event.comm));
	memcpy(event.fault.bytes, line->code, sizeof(event.fault.bytes));
	return event;
}

static uint64_t nr_kept(const struct ring *ring)
{
	return ring->nr < ring->room ? ring->nr : ring->room;
}

/* The serial of the @i-th that is kept, the oldest is 0; UINT64_MAX: none. */
static uint64_t serial_of(const struct ring *ring, uint64_t i)
{
	uint64_t at = (ring->nr - nr_kept(ring) + i) % ring->room;

	if (i >= nr_kept(ring))
		return UINT64_MAX;
	return ring->faults ? ring->faults[at].serial : ring->events[at].serial;
}

static struct snapshot_event kept(const struct ring *ring, uint64_t i)
{
	uint64_t n = ring->nr - nr_kept(ring) + i;

	return ring->faults ? event_of(&ring->faults[n % ring->room], n + 1)
			    : ring->events[n % ring->room];
}

/* The ring whose next one, by @at, happened first. */
static int next(const struct feed *feed, const uint64_t at[NR_EVENT_KINDS])
{
	uint64_t first = UINT64_MAX;
	int ring = -1;

	for (int i = 0; i < NR_EVENT_KINDS; i++) {
		uint64_t serial = serial_of(&feed->ring[i], at[i]);

		if (serial < first) {
			first = serial;
			ring = i;
		}
	}
	return ring;
}

struct part *feed_events(struct feed *feed, const struct part *last)
{
	uint64_t at[NR_EVENT_KINDS] = {0};
	struct snapshot_event *to;
	struct part *part;
	size_t nr = 0;
	int ring;

	if (last && feed->taken == feed->serial)
		return part_get((struct part *)last);
	for (int i = 0; i < NR_EVENT_KINDS; i++)
		nr += nr_kept(&feed->ring[i]);
	part = part_create(nr * sizeof(*to));
	if (!part)
		return NULL;
	to = (struct snapshot_event *)(void *)part->data;
	while ((ring = next(feed, at)) >= 0)
		*to++ = kept(&feed->ring[ring], at[ring]++);
	feed->taken = feed->serial;
	return part;
}

static struct part *explain_event(const struct snapshot_event *event)
{
	const struct kernel_fault fault = snapshot_fault(event);
	struct fault_code code = {.nr = event->fault.nr_code, .late = true};

	memcpy(code.bytes, event->fault.bytes, sizeof(code.bytes));
	return fault_record_brief(&fault, &code);
}

struct part *feed_explain(struct feed *feed, uint64_t number)
{
	const struct ring *ring = &feed->ring[EVENT_FAULT];
	struct part *part;

	if (!number)
		number = fault_records_newest(feed->records);
	part = fault_records_take(feed->records, number);
	for (uint64_t i = 0; !part && i < nr_kept(ring); i++) {
		const struct snapshot_event event = kept(ring, i);

		if (event.fault.number == number)
			part = explain_event(&event);
	}
	return part ? part : part_create(0);
}
