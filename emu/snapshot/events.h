/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_EVENTS_H
#define EMU_SNAPSHOT_EVENTS_H

/*
 * Events in words, for any thread; of faults the same as `mmuscope explain`
 * has. What is here is worked out when it is asked for, as a snapshot has the
 * bare numbers.
 */

#include <stdbool.h>
#include <stddef.h>

#include "emu/snapshot/section.h"

struct kernel_fault;

struct snapshot_event_words {
	char letter; /* in place of a colour */
	const char *label, *sentence;
	unsigned int kept; /* as many of the newest */
};
const struct snapshot_event_words *
snapshot_event_words(enum snapshot_event_kind kind);

/* These of EVENT_FAULT alone. */
/* The abort as the kernel told of it, without the cycles by cause. */
struct kernel_fault snapshot_fault(const struct snapshot_event *event);
const char *snapshot_fault_kind(const struct snapshot_event *event);
void snapshot_fault_status(const struct snapshot_event *event, char *to,
			   size_t size);
void snapshot_fault_outcome(const struct snapshot_event *event, char *to,
			    size_t size);
/* What its resolution means; "": it has none. */
const char *snapshot_fault_meaning(const struct snapshot_event *event);
const char *snapshot_fault_origin(const struct snapshot_event *event);
/* The kernel's copying met it; its pc is the program's nevertheless. */
bool snapshot_fault_for_program(const struct snapshot_event *event);
/* "strb r2, [r3]"; takes Capstone some µs. */
void snapshot_fault_instruction(const struct snapshot_event *event, char *to,
				size_t size);

#endif
