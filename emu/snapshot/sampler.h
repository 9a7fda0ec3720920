/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_SAMPLER_H
#define EMU_SNAPSHOT_SAMPLER_H

/*
 * Takes samples of a machine as it runs, whether or not somebody looks at that
 * moment: what curves are drawn from.
 */

#include "emu/snapshot/sample.h"

struct machine;
struct part;
struct sampler;

#define SAMPLER_FIRST_INTERVAL 2048 /* cycles */

/* NULL: no memory. @machine needs its kernel at the first rest only. */
struct sampler *sampler_create(const struct machine *machine);
void sampler_destroy(struct sampler *sampler);

/*
 * Takes a sample when one is due, and returns the cycle at which the next one
 * is. In a run of any length there are at most some MAX_SAMPLES * log2(cycles)
 * of them.
 */
uint64_t sampler_rest(struct sampler *sampler, uint64_t cycle);

/* The same with values from elsewhere; it may be too early for it. */
void sampler_add(struct sampler *sampler, const struct snapshot_sample *sample);

/*
 * Puts a reference to each block in @to and returns how many samples they
 * have. What there is no memory for is left out.
 */
uint32_t sampler_blocks(struct sampler *sampler,
			struct part *to[MAX_SAMPLE_BLOCKS]);

#endif
