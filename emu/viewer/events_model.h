/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_EVENTS_MODEL_H
#define EMU_VIEWER_EVENTS_MODEL_H

/*
 * Which lines the feed of events has: those events that are let through, and
 * where older ones of a kind were dropped, a line that says so.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/snapshot/section.h"

struct events_filter {
	uint32_t hidden; /* kinds, 1 << EVENT_… */
	int pid; /* of one task alone; 0: all */
};

struct events_row {
	uint32_t event; /* its index */
	uint64_t dropped; /* not 0: so many of its kind, before it */
};

/* True: @filter lets @event through. */
bool events_wanted(const struct events_filter *filter,
		   const struct snapshot_event *event);

/* To @row, which has room for @nr + NR_EVENT_KINDS; how many there are. */
uint32_t events_rows(const struct snapshot_event *event, uint32_t nr,
		     const struct events_filter *filter,
		     struct events_row *row);

/*
 * Where a list of @nr rows that shows @room of them begins, if @bottom is to
 * be the serial of the last one; 0: the newest.
 */
uint32_t events_first(const struct snapshot_event *event,
		      const struct events_row *row, uint32_t nr, uint32_t room,
		      uint64_t bottom);

/* The fault @number among them; or @nr. */
uint32_t events_find_fault(const struct snapshot_event *event, uint32_t nr,
			   uint64_t number);

/* The number behind @key in an event's fields: "pfn=0x60123". */
bool events_field(const struct snapshot_event *event, const char *key,
		  uint64_t *value);

/*
 * What an event other than a fault says, for people: "SIGSEGV to cow-5"
 * rather than "sig=11 …"; its fields where nothing better is known.
 */
void events_sentence(const struct snapshot_event *event, char *to, size_t size);

#endif
