/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_WINDOW_H
#define EMU_VIEWER_WINDOW_H

/* The window: SDL's events in, pictures out. */

#include <stdbool.h>

struct diag;
struct view;
struct viewer_options;

/* Until it is closed. False: there is none, as @diag says. */
bool window_run(struct view *view, const struct viewer_options *options,
		struct diag *diag);

#endif
