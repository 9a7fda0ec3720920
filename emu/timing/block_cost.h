/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TIMING_BLOCK_COST_H
#define EMU_TIMING_BLOCK_COST_H

/*
 * How long a block of instructions takes in a pipeline: a pure function of its
 * bytes, of those of the block that ran before it, and of the profile.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/timing/insn_class.h"
#include "emu/timing/profile.h"

/* Instructions as they lie in memory. */
struct code {
	const uint8_t *bytes;
	uint32_t size_bytes;
	bool thumb;
};

struct block_cost {
	uint32_t cycles; /* behind the block before; at least 1 */
	uint32_t again; /* behind itself, in the steady state; at least 1 */
	enum block_end end;
};

struct block_timer;

/* Keeps @pipeline, which must outlive it. NULL: the host has no memory. */
struct block_timer *block_timer_create(const struct pipeline *pipeline);
void block_timer_destroy(struct block_timer *timer);

/*
 * The cost of @block behind @before, of which the last instructions count;
 * with @before.size_bytes 0: behind itself.
 */
struct block_cost block_cost(struct block_timer *timer, struct code before,
			     struct code block);

/* Cycles for the first @nr_bytes of @block alone; at most all of @whole. */
uint32_t block_cost_prefix(struct block_timer *timer, struct code block,
			   uint32_t nr_bytes, uint32_t whole);

#endif
