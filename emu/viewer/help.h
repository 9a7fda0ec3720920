/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_HELP_H
#define EMU_VIEWER_HELP_H

/* The sheet of all keys and gestures, over the panels. */

struct canvas;
struct palette;

/* Of what: the keys everywhere, those of each panel in sight. */
struct help_part {
	const char *title;
	const char *lines; /* as panel_kind.help; "": none */
};

void help_draw(struct canvas *canvas, const struct palette *palette,
	       const struct help_part *parts, unsigned int nr_parts);

#endif
