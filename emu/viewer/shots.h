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

/* Before the run: can the files be written? Makes the folder of a series. */
bool shots_check(const struct viewer_options *options, struct diag *diag);

/*
 * The pictures that the options ask for, of a machine that is under
 * LIVE_PAUSE. The same run gives the same pictures. False: as @diag says.
 */
bool shots_run(struct view *view, const struct viewer_options *options,
	       struct diag *diag);

#endif
