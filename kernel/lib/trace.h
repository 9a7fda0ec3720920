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

enum trace_event {
#define TRACE_EVENT(group, name, what) TRACE_##name,
#include "kernel/trace_events.def"
#undef TRACE_EVENT
	NR_TRACE_EVENTS
};
_Static_assert(NR_TRACE_EVENTS <= sizeof(hw_trace_mask_t) * 8,
	       "a bit for each");

static inline bool trace_enabled(const struct kernel *k, enum trace_event event)
{
	return unlikely(k->hw.trace_events >> event & 1);
}

/*
 * "COMM-PID NAME: " and what @format makes of the rest; the task is the one
 * for which the kernel runs. Only when trace_enabled().
 */
__attribute__((format(printf, 3, 4))) void trace_event(const struct kernel *k,
						       enum trace_event event,
						       const char *format, ...);

#endif
