/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_TRACE_STATE_H
#define KERNEL_LIB_TRACE_STATE_H

/* What the tracepoints keep. */

#include "kernel/hw.h"

enum trace_event {
#define TRACE_EVENT(group, name, what) TRACE_##name,
#include "kernel/trace_events.def"
#undef TRACE_EVENT
	NR_TRACE_EVENTS
};

struct trace_state {
	/* Each taken apart when its event comes for the first time. */
	struct hw_trace_format format[NR_TRACE_EVENTS];
};

#endif
