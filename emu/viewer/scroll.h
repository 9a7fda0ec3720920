/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_SCROLL_H
#define EMU_VIEWER_SCROLL_H

/*
 * What doesn't fit into a box is moved up and down, by the same keys in all
 * panels.
 */

#include <stdbool.h>

#include "emu/viewer/canvas.h"

struct palette;
struct panel_event;
struct view;

/* All zero at first. */
struct scroll {
	int at, most; /* pixels that are above the box, and may be */
	int line, page; /* as far as keys move it */
	float wheel; /* parts of a line that it was turned by */
};

/* As panel_kind.help has it. */
#define SCROLL_HELP "wheel, ↑ ↓, PgUp PgDn\tscroll\n"

/*
 * At each drawing: the height of all, that of the box, and that of a line. As
 * many lines are above as were before, also when they are of another height.
 */
void scroll_fit(struct scroll *scroll, int height, int room, int line);
/* True: it moved. */
bool scroll_by(struct scroll *scroll, int pixels);
/* What is from @y on, @height high, comes to the middle, if it isn't in sight. */
void scroll_to(struct scroll *scroll, int room, int y, int height);
/* True: @event was the wheel or one of those keys, and is done. */
bool scroll_event(struct scroll *scroll, struct view *view,
		  const struct panel_event *event);
/* A bar along the right edge of @box, unless all is in sight. */
void scroll_draw(struct canvas *canvas, const struct palette *palette,
		 struct box box, const struct scroll *scroll);

#endif
