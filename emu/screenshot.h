/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCREENSHOT_H
#define EMU_SCREENSHOT_H

/* `--framebuffer FILE.png`: what the guest's display shows at one moment. */

#include <stdbool.h>
#include <stdint.h>

struct devices;
struct diag;

struct screenshot_options {
	const char *path; /* NULL: none is wanted */
	uint64_t cycle; /* 0: when the machine has come to its end */
};

/* Part of the machine; all zero before. */
struct screenshot {
	bool taken;
};

/*
 * Reads "FILE.png", "FILE.png@end" or "FILE.png@cycle:N"; cuts @text at the
 * @. False, with what is wanted in @diag, when it is none of these.
 */
bool screenshot_parse(char *text, struct screenshot_options *to,
		      struct diag *diag);

/* The machine stands still at @cycle: is it time? */
static inline bool screenshot_is_due(const struct screenshot *shot,
				     const struct screenshot_options *options,
				     uint64_t cycle)
{
	return options->cycle && !shot->taken && cycle >= options->cycle;
}

/*
 * Writes the file, once, as it is due or the run has ended at @cycle. In @diag:
 * a dark display, a moment that never came, and what the host refused.
 */
void screenshot_take(struct screenshot *shot,
		     const struct screenshot_options *options,
		     const struct devices *devices, uint64_t cycle,
		     struct diag *diag);

#endif
