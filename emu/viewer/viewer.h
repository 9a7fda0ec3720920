/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_VIEWER_H
#define EMU_VIEWER_VIEWER_H

/* The door of the viewer: a window on a live machine, or pictures of it. */

#include <stdbool.h>

#include "emu/condition.h"

struct diag;
struct live;

struct viewer_options {
	const char *layout; /* its name; NULL: the first */
	const char *palette; /* so */
	int width, height; /* 0: as fits */
	double scale; /* of texts and lines; 0: the display's */

	/* No window, but pictures: */
	const char *screenshot; /* a file, at @moment; or NULL */
	struct condition moment;
	const char *record; /* a folder; or NULL */
	double record_ms; /* of virtual time between two of them */

	bool stop_with_window; /* a closed window ends the run */
};

/* True: such options can be served; else @diag says what there is. */
bool viewer_check(const struct viewer_options *options, struct diag *diag);

/*
 * Shows @live until the window is closed, or takes the pictures until there is
 * no more to take; then the machine runs on alone, or ends, as the options
 * say. In the process's first thread. False, with the reason in @diag: there
 * is no display, or what the host refused.
 */
bool viewer_run(struct live *live, const struct viewer_options *options,
		struct diag *diag);

#endif
