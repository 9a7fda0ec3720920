/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events of a snapshot, and the fault that is looked at: emu/feed.h. */
#include "emu/snapshot/events.h"

#include <stdio.h>
#include <string.h>

#include "emu/fault_text.h"
#include "emu/feed.h"
#include "emu/machine_state.h"
#include "emu/snapshot/source.h"

struct part *take_events(const struct snapshot_source *source)
{
	return feed_events(source->machine->feed, source->last);
}

struct part *take_explain(const struct snapshot_source *source)
{
	return feed_explain(source->machine->feed, source->wish->fault);
}

/* ---- in words ---------------------------------------------------------------- */

const struct snapshot_event_words *
snapshot_event_words(enum snapshot_event_kind kind)
{
	static const struct snapshot_event_words words[NR_EVENT_KINDS] = {
#define FEED_KIND(NAME, letter, label, kept, sentence) \
	[EVENT_##NAME] = {letter, label, sentence, kept},
#include "emu/snapshot/feed_kinds.def"
	};

	return &words[kind];
}

struct kernel_fault snapshot_fault(const struct snapshot_event *event)
{
	const uint8_t flags = event->fault.flags;
	struct kernel_fault fault = {
		.number = event->fault.number,
		.cycle = event->cycle,
		.cpu = event->cpu,
		.pid = event->pid,
		.origin = event->fault.origin,
		.fetch = flags & FAULT_FLAG_FETCHES,
		.write = flags & FAULT_FLAG_WRITES,
		.far = event->fault.far,
		.pc = event->fault.pc,
		.thumb = flags & FAULT_FLAG_THUMB,
		.fsr = event->fault.fsr,
		.outcome = event->fault.outcome,
		.end_cycle = event->fault.end_cycle,
		.resolution = event->fault.resolution,
		.stack_growth = flags & FAULT_FLAG_GROWS_STACK,
		.major = flags & FAULT_FLAG_MAJOR,
		.sig = event->fault.sig,
		.code = event->fault.code,
	};

	memcpy(fault.comm, event->comm, sizeof(fault.comm));
	return fault;
}

const char *snapshot_fault_kind(const struct snapshot_event *event)
{
	const struct kernel_fault fault = snapshot_fault(event);

	return fault_kind(&fault);
}

void snapshot_fault_status(const struct snapshot_event *event, char *to,
			   size_t size)
{
	const struct kernel_fault fault = snapshot_fault(event);

	snprintf(to, size, "%s", fault_status(&fault).text);
}

void snapshot_fault_outcome(const struct snapshot_event *event, char *to,
			    size_t size)
{
	const struct kernel_fault fault = snapshot_fault(event);

	snprintf(to, size, "%s", fault_outcome(&fault).text);
}

const char *snapshot_fault_meaning(const struct snapshot_event *event)
{
	return event->fault.resolution
		       ? fault_resolution_sentence(event->fault.resolution)
		       : "";
}

const char *snapshot_fault_origin(const struct snapshot_event *event)
{
	return fault_origin(event->fault.origin);
}

bool snapshot_fault_for_program(const struct snapshot_event *event)
{
	return event->fault.origin == FAULT_FOR_PROGRAM;
}

void snapshot_fault_instruction(const struct snapshot_event *event, char *to,
				size_t size)
{
	snprintf(to, size, "%s",
		 fault_instruction(event->fault.bytes, event->fault.nr_code,
				   event->fault.pc,
				   event->fault.flags & FAULT_FLAG_THUMB)
			 .text);
}
