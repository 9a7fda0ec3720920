/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list that --trace-events takes. */
#include "emu/trace_filter.h"

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

/* The bits of the event or group @name of @length; 0: there is none. */
static hw_trace_mask_t bits_of(const char *name, size_t length)
{
	hw_trace_mask_t bits = 0;

	for (int i = 0; i < NR_EVENTS; i++) {
		const char *names[] = {"all", trace_events[i].group,
				       trace_events[i].name};

		for (int j = 0; j < 3; j++)
			if (strlen(names[j]) == length &&
			    !strncmp(names[j], name, length))
				bits |= TRACE_BIT(i);
	}
	return bits;
}

/* Groups follow each other in the list, so each has one beginning. */
static bool unknown(const char *name, size_t length, struct diag *diag)
{
	const char *names[2 * NR_EVENTS + 1];
	char word[64], groups[512] = "";
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
	snprintf(word, sizeof(word), "%.*s", (int)length, name);
	return diag_error(diag, NULL,
			  "--trace-events: '%s' is no event and no group of "
			  "events; did you mean %.*s? The groups are all%s",
			  word, nearest_of(word, names).length,
			  nearest_of(word, names).text, groups);
}

bool trace_filter_parse(const char *list, hw_trace_mask_t *events,
			struct diag *diag)
{
	*events = 0;
	for (;;) {
		size_t length = strcspn(list, ",");
		hw_trace_mask_t bits = bits_of(list, length);

		if (!bits)
			return unknown(list, length, diag);
		*events |= bits;
		if (!list[length])
			return true;
		list += length + 1;
	}
}
