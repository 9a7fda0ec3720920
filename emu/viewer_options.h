/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_OPTIONS_H
#define EMU_VIEWER_OPTIONS_H

/*
 * The options of `mmuscope run` that are the viewer's, as the user writes
 * them. They are known without a viewer, too, to say that there is none.
 */

#include <argp.h>
#include <stdbool.h>

#include "emu/viewer/viewer.h"

struct diag;

/* Of argp; none has a letter. */
enum {
	VIEWER_OPTION_FIRST = 512,
	OPTION_VIEW = VIEWER_OPTION_FIRST,
	OPTION_SCREENSHOT,
	OPTION_RECORD,
	OPTION_EVERY,
	OPTION_LAYOUT,
	OPTION_PALETTE,
	OPTION_SIZE,
	OPTION_SCALE,
	OPTION_SELECT,
	OPTION_STOP,
	VIEWER_OPTION_END
};

extern const struct argp_option viewer_option_rows[];

struct viewer_request {
	struct viewer_options options;
	bool view; /* a window was asked for */
	bool every; /* --every was given */
	const char *first; /* the first such option that was given; or NULL */
};

/* All as if none were given. */
void viewer_request_init(struct viewer_request *request);

/*
 * Takes option @key with its value, which it may cut. False, with what is
 * wanted in @diag.
 */
bool viewer_option(int key, char *value, struct viewer_request *request,
		   struct diag *diag);

/*
 * Do they go together, with a board that asks for a window or doesn't? And is
 * there a viewer? False, as @diag says.
 */
bool viewer_request_check(const struct viewer_request *request,
			  bool board_wants_window, bool has_viewer,
			  struct diag *diag);

#endif
