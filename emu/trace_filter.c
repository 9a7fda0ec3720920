/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list that --trace-events takes. */
#include "emu/trace_filter.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "emu/config/schema.h"
#include "emu/diag.h"

static const struct {
	const char *group, *name;
} trace_events[] = {
#define TRACE_EVENT(group, name, what) {#group, #name},
#include "kernel/trace_events.def"
#undef TRACE_EVENT
};

enum {
	NR_EVENTS = sizeof(trace_events) / sizeof(trace_events[0])
};

/* Is event @i one of those that @name, "GROUP:EVENT" or either, stands for? */
static bool stands_for(const char *name, int i)
{
	const char *colon = strchr(name, ':');
	char group[64];

	if (!colon)
		return !strcmp(name, "all") ||
		       !fnmatch(name, trace_events[i].group, 0) ||
		       !fnmatch(name, trace_events[i].name, 0);
	snprintf(group, sizeof(group), "%.*s", (int)(colon - name), name);
	return !fnmatch(group, trace_events[i].group, 0) &&
	       !fnmatch(colon + 1, trace_events[i].name, 0);
}

hw_trace_mask_t trace_filter_events(const char *name)
{
	hw_trace_mask_t bits = 0;

	for (int i = 0; i < NR_EVENTS; i++)
		if (stands_for(name, i))
			bits |= TRACE_BIT(i);
	return bits;
}

/* Groups follow each other in the list, so each has one beginning. */
static bool unknown(const char *word, struct diag *diag)
{
	const char *names[2 * NR_EVENTS + 1];
	char groups[512] = "";
	size_t nr = 0, n = 0;

	for (int i = 0; i < NR_EVENTS; i++) {
		if (!i ||
		    strcmp(trace_events[i].group, trace_events[i - 1].group)) {
			names[nr++] = trace_events[i].group;
			if (n < sizeof(groups))
				n += (size_t)snprintf(groups + n,
						      sizeof(groups) - n,
						      ", %s",
						      trace_events[i].group);
		}
		names[nr++] = trace_events[i].name;
	}
	names[nr] = NULL;
	return diag_error(diag, NULL,
			  "--trace-events: '%s' is no event and no group of "
			  "events; did you mean %.*s? The groups are all%s",
			  word, nearest_of(word, names).length,
			  nearest_of(word, names).text, groups);
}

bool trace_filter_parse(const char *list, hw_trace_mask_t *events,
			struct diag *diag)
{
	*events = *list == '!' ? trace_filter_events("all") : 0;
	for (;;) {
		bool without = *list == '!';
		hw_trace_mask_t bits;
		char word[64];
		size_t length;

		list += without;
		length = strcspn(list, ",");
		snprintf(word, sizeof(word), "%.*s", (int)length, list);
		bits = trace_filter_events(word);
		if (!bits)
			return unknown(word, diag);
		*events = without ? *events & ~bits : *events | bits;
		if (!list[length])
			return true;
		list += length + 1;
	}
}
