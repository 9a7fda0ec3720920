/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TRACE_COUNTERS_H
#define EMU_TRACE_COUNTERS_H

/* What memory is used for, as a trace draws it over time: in bytes. */

#include "kernel/hw.h"

enum {
	COUNTER_FREE,
	COUNTER_CACHED,
	COUNTER_ANON,
	COUNTER_SHMEM,
	COUNTER_SLAB,
	COUNTER_PAGE_TABLES,
	COUNTER_DIRTY,
	COUNTER_SWAP,
	NR_TRACE_COUNTERS
};

struct kernel;

/* By /proc/meminfo's names. */
extern const char *const trace_counter_names[NR_TRACE_COUNTERS];
/* For records: that many numbers. */
extern const struct hw_trace_format trace_counter_format;

void trace_counters(const struct kernel *kernel,
		    union hw_trace_arg value[NR_TRACE_COUNTERS]);

#endif
