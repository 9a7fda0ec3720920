/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_PALETTE_H
#define EMU_VIEWER_PALETTE_H

/*
 * The colours, dark and light. Kinds are told apart by hues that the
 * colour-blind see as different (after Okabe and Ito, 2008), and by lightness;
 * amounts by one ramp from little to much.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/viewer/canvas.h"

enum palette_kind {
	KIND_ORANGE,
	KIND_SKY,
	KIND_GREEN,
	KIND_YELLOW,
	KIND_BLUE,
	KIND_VERMILLION,
	KIND_PURPLE,
	KIND_GREY,
	KIND_BROWN,
	KIND_TEAL,
	KIND_ROSE,
	KIND_OLIVE,
	PALETTE_KINDS
};
#define PALETTE_STEPS 64

struct palette {
	const char *name; /* "dark" */
	colour_t window, panel, raised; /* grounds */
	colour_t border, text, dim, faint; /* lines and letters */
	colour_t accent; /* what is selected */
	colour_t hover;
	colour_t fresh; /* what has changed since */
	colour_t good, warn, bad;
	colour_t nothing; /* no RAM, unmapped */
	colour_t free; /* memory that nobody uses */
	colour_t kind
		[PALETTE_KINDS]; /* enum palette_kind: things to be told apart */
	colour_t ramp[PALETTE_STEPS]; /* from little to much */
};

/* By number; NULL past the last. The first is the one to begin with. */
const struct palette *palette_number(unsigned int number);
/* By name; NULL: there is none. */
const struct palette *palette_named(const char *name);

/* For things without end (processes, caches): by number, always the same. */
colour_t palette_hash(const struct palette *palette, uint32_t number);

/* The colour of a use of frames, by its place in kernel/frame_use.def. */
colour_t palette_use(const struct palette *palette, unsigned int use);

#endif
