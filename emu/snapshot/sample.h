/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_SAMPLE_H
#define EMU_SNAPSHOT_SAMPLE_H

/*
 * Counts of a machine over its whole run, at moments that lie the closer
 * together the shorter it has run.
 */

#include <stdint.h>

#define SAMPLE_MAX_TLBS 5

/* What a sample has: counts since boot, and pages now. */
enum sample_value {
	SAMPLE_INSTRUCTIONS,
	/* page faults, as kernel/fault_count.def has them */
#define RESOLUTION(name, sentence) SAMPLE_FAULT_##name,
#include "kernel/fault_count.def"
	SAMPLE_SIGNALLED,
	/* cycles of all cores, as kernel/cycle_cause.def has them */
#define CAUSE(name, sentence) SAMPLE_CYCLES_##name,
#include "kernel/cycle_cause.def"
#undef CAUSE
	SAMPLE_MISSES, /* of each TLB, the micro-TLBs first */
	SAMPLE_VM = SAMPLE_MISSES + SAMPLE_MAX_TLBS,
	SAMPLE_BEFORE_VM = SAMPLE_VM - 1,
#define SAMPLE_VMSTAT(NAME, vmstat) SAMPLE_##NAME,
#include "emu/snapshot/samples.def"
#undef SAMPLE_VMSTAT
	NR_SAMPLE_VALUES
};

struct snapshot_sample {
	uint64_t cycle;
	uint64_t value[NR_SAMPLE_VALUES];
};

/* They are kept in blocks, which snapshots share once they are full. */
#define SAMPLES_OF_A_BLOCK 64
#define MAX_SAMPLE_BLOCKS  64
#define MAX_SAMPLES        (SAMPLES_OF_A_BLOCK * MAX_SAMPLE_BLOCKS)

#endif
