/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TRACE_FILTER_H
#define EMU_TRACE_FILTER_H

/* Which events a trace has. */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"

struct diag;

/* What is traced when nobody says what. */
#define TRACE_FILTER_PRESET "exceptions"

/*
 * Reads "kmem,page_fault_user": events and groups of kernel/trace_events.def,
 * "all" for all of them. Their bits go to @events, by place in that list.
 * False, with what is allowed in @diag, when a name is none.
 */
bool trace_filter_parse(const char *list, hw_trace_mask_t *events,
			struct diag *diag);

#endif
