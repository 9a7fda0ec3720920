/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_LAYOUT_H
#define EMU_VIEWER_LAYOUT_H

/* Which panels are in the window, and where. */

#include "emu/viewer/canvas.h"

#define LAYOUT_MAX_PANELS 9

struct layout {
	const char *name;
	const char *sentence; /* what it is good for */
	unsigned int nr_panels;
	struct layout_place {
		const char *panel; /* its name */
		uint8_t x, y, w, h; /* hundredths of the window */
	} place[LAYOUT_MAX_PANELS];
};

/* By number; NULL past the last. The first is the one to begin with. */
const struct layout *layout_number(unsigned int number);
/* By name; NULL: there is none. */
const struct layout *layout_named(const char *name);

/* Where @place is in @box. */
struct box layout_box(const struct layout_place *place, struct box box);

#endif
