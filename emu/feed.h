/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_FEED_H
#define EMU_FEED_H

/*
 * What has happened of late in a machine that somebody looks at: faults, and
 * the rarer of the kernel's trace events. The newest of each kind are kept
 * (snapshot/feed_kinds.def), and of some faults all about them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"

struct feed;
struct kernel_fault;
struct machine;
struct part;

/* For @machine, which need not be complete yet. NULL: no memory. */
struct feed *feed_create(struct machine *machine);
void feed_destroy(struct feed *feed);
/* The events that it wants to hear of. */
hw_trace_mask_t feed_trace_events(void);

/*
 * All about faults from the @first-th on is to be kept: somebody means to look
 * at one of them. UINT64_MAX: as may be.
 */
void feed_expect(struct feed *feed, uint64_t first);

/* What the machine tells; NULL for @feed: nobody looks. */
void feed_trace(struct feed *feed, unsigned int event, const char *line);
/* True: all about it is kept, its cycles by cause among it. */
bool feed_fault_begins(struct feed *feed, const struct kernel_fault *fault);
void feed_fault_ends(struct feed *feed, const struct kernel_fault *fault);

/*
 * The events that are kept, oldest first, as struct snapshot_event; @last is
 * given once more when nothing has happened since it was taken.
 */
struct part *feed_events(struct feed *feed, const struct part *last);
/*
 * What is known of the @number-th fault, as struct snapshot_explain; 0: of the
 * newest of which all is kept. Nothing when it isn't kept any more. (fault_record.h)
 */
struct part *feed_explain(struct feed *feed, uint64_t number);

#endif
