/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_FAULT_RECORD_H
#define EMU_FAULT_RECORD_H

/*
 * What is kept of faults, so that they can be explained afterwards. Of each of
 * the newest: registers, instruction, outcome, cycles.
 * Of some all: what lies there, TLBs, the frame, and the kernel's events. All
 * about a fault costs as much as the fault, so it is kept of those that
 * somebody expects to look at, and of others as far as they are not many in a
 * short time.
 */

#include <stdbool.h>
#include <stdint.h>

struct fault_records;
struct kernel_fault;
struct machine;
struct part;

#define CACHE_LINE 64

/* These bytes are about to be written. */
static inline void prefetch_to_write(const void *at, uint32_t nr_bytes)
{
	for (uint32_t i = 0; i < nr_bytes; i += CACHE_LINE)
		__builtin_prefetch((const char *)at + i, 1);
}

#define FAULT_RECORDS_BRIEF 256
#define FAULT_RECORDS_FULL  128

/* NULL: no memory. */
struct fault_records *fault_records_create(struct machine *machine);
void fault_records_destroy(struct fault_records *records);

/* All about faults from the @first-th on; UINT64_MAX: as may be. */
void fault_records_expect(struct fault_records *records, uint64_t first);

void fault_records_begin(struct fault_records *records,
			 const struct kernel_fault *fault);
/* A line of trace, "COMM-PID …": is part of that task's fault, if of any. */
void fault_records_trace(struct fault_records *records, const char *line);
/* True: all about it is kept. */
bool fault_records_end(struct fault_records *records,
		       const struct kernel_fault *fault);

/* The instruction's bytes of fault @number, if it is kept; how many. */
uint8_t fault_records_code(const struct fault_records *records, uint64_t number,
			   uint8_t to[4]);

/* The newest of those of which all is kept; 0: there is none. */
uint64_t fault_records_newest(const struct fault_records *records);
/*
 * What is kept of fault @number, as struct snapshot_explain; nothing if
 * nothing is. NULL: no memory.
 */
struct part *fault_records_take(struct fault_records *records, uint64_t number);

#endif
