/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_DETECT_STATE_H
#define KERNEL_MM_DETECT_STATE_H

/* What the detectors keep; owned by kernel/mm/detect*.c. */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kernel.h"

struct frame_note;

struct detect_state {
	uint32_t on; /* bits by enum kernel_detector: who looks */
	struct frame_note *notes; /* host memory, one a frame; or NULL */
	uint64_t fill; /* what free frames are filled with, but for the frame */
	uint64_t nr_found[NR_DETECTORS];
	bool stop; /* the machine panics on its way out of the kernel */
	/* The last look into the TLBs: its number, and walks until then. */
	uint32_t tlb_scan;
	uint64_t tlb_walks;
};

#endif
