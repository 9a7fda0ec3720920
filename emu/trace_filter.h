/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TRACE_FILTER_H
#define EMU_TRACE_FILTER_H

/* Which events a trace has. */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"

struct diag;

/*
 * Reads "kmem,!kfree,sched:*,page_fault_user": events and groups of
 * kernel/trace_events.def as Linux's set_event takes them, with * and ? for
 * parts of names, "all" for all of them; what stands behind a ! is taken away
 * again, from all if it comes first. Their bits go to @events, by place in that
 * list. False, with what is allowed in @diag, when a name is none.
 */
bool trace_filter_parse(const char *list, hw_trace_mask_t *events,
			struct diag *diag);
/* Those that one such name, without !, stands for; none: it is no name. */
hw_trace_mask_t trace_filter_events(const char *name);

#endif
