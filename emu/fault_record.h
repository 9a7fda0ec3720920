/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_FAULT_RECORD_H
#define EMU_FAULT_RECORD_H

/*
 * Faults of which all is kept, so that they can be explained afterwards:
 * registers, what lies at the address, TLBs, the frame, the kernel's events.
 * All about a fault costs more than the fault, so it is kept of those that
 * somebody expects to look at, and of others as far as they are not many in a
 * short time. Of any other its line in the feed says what there is.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kernel.h"

struct fault_records;
struct machine;
struct part;

#define FAULT_RECORDS_FULL 128

/* NULL: no memory. */
struct fault_records *fault_records_create(struct machine *machine);
void fault_records_destroy(struct fault_records *records);

/* All about faults from the @first-th on; UINT64_MAX: as may be. */
void fault_records_expect(struct fault_records *records, uint64_t first);

/* True: all about it is kept from now on. */
bool fault_records_begin(struct fault_records *records,
			 const struct kernel_fault *fault);
/* A line of trace, "COMM-PID …": is part of that task's fault, if of any. */
void fault_records_trace(struct fault_records *records, const char *line);
/* True: all about it is kept. */
bool fault_records_end(struct fault_records *records,
		       const struct kernel_fault *fault);

/* The newest of those of which all is kept; 0: there is none. */
uint64_t fault_records_newest(const struct fault_records *records);

/* The instruction that was at fault, or as much of it as was in memory. */
struct fault_code {
	uint8_t bytes[4], nr;
	bool late; /* it was read when the fault was over */
};
/*
 * What is kept of fault @number, as struct snapshot_explain; NULL if nothing
 * is, or for want of memory.
 */
struct part *fault_records_take(struct fault_records *records, uint64_t number);
/* The same of a fault that is over, and of which nothing else is kept. */
struct part *fault_record_brief(const struct kernel_fault *fault,
				const struct fault_code *code);

#endif
