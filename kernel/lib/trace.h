/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_TRACE_H
#define KERNEL_LIB_TRACE_H

/*
 * Tracepoints (include/linux/tracepoint.h): where something happens that
 * Linux traces too, under its name and with its fields. An event that nobody
 * asked for costs one branch.
 */

#include "kernel/lib/bug.h"
#include "kernel/state.h"

_Static_assert(NR_TRACE_EVENTS <= sizeof(hw_trace_mask_t) * 8,
	       "a bit for each");

static inline bool trace_enabled(const struct kernel *k, enum trace_event event)
{
	return unlikely(k->hw.trace_events >> event & 1);
}

/*
 * Tells of @event, with what @format says; an event has one format, with the
 * fields that trace_fields.def names. The task is the one for which the kernel
 * runs. Only when trace_enabled(). The arguments are kept as they are, and are
 * put in words by who reads them, if anybody does.
 */
__attribute__((format(printf, 3, 4))) void trace_event(const struct kernel *k,
						       enum trace_event event,
						       const char *format, ...);
/* The same for the end of something that began at cycle @since. */
__attribute__((format(printf, 4, 5))) void
trace_event_since(const struct kernel *k, enum trace_event event,
		  uint64_t since, const char *format, ...);

#endif
