/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_SHOTS_H
#define EMU_VIEWER_SHOTS_H

/* Pictures as files, of a window or without one. */

#include <stdbool.h>

struct canvas;
struct diag;
struct view;
struct viewer_options;

/* Writes what @canvas shows as PNG. False: as @diag says. */
bool shots_write(struct canvas *canvas, const char *path, struct diag *diag);

/* The pictures that the options ask for. False: as @diag says. */
bool shots_run(struct view *view, const struct viewer_options *options,
	       struct diag *diag);

#endif
