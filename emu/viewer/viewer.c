/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The door of the viewer: see viewer.h. */
#include "emu/viewer/viewer.h"

#include <SDL.h>

#include "emu/diag.h"
#include "emu/live.h"
#include "emu/viewer/history.h"
#include "emu/viewer/layout.h"
#include "emu/viewer/palette.h"
#include "emu/viewer/shots.h"
#include "emu/viewer/view.h"
#include "emu/viewer/window.h"

#define HISTORY_BYTES ((size_t)256 << 20)

bool viewer_check(const struct viewer_options *options, struct diag *diag)
{
	if (options->layout && !layout_named(options->layout))
		return diag_error(diag, NULL, "'%s' is no layout",
				  options->layout);
	if (options->palette && !palette_named(options->palette))
		return diag_error(diag, NULL,
				  "'%s' is no palette; there are dark and "
				  "light",
				  options->palette);
	return true;
}

static bool show(struct view *view, const struct viewer_options *options,
		 struct diag *diag)
{
	bool good;

	if (options->screenshot || options->record)
		return shots_run(view, options, diag);
	if (SDL_Init(SDL_INIT_VIDEO))
		return diag_error(diag, NULL,
				  "no display: %s; --screenshot FILE.png takes "
				  "a picture without one",
				  SDL_GetError());
	good = window_run(view, options, diag);
	SDL_Quit();
	return good;
}

bool viewer_run(struct live *live, const struct viewer_options *options,
		struct diag *diag)
{
	struct view view = {
		.live = live,
		.palette = options->palette ? palette_named(options->palette)
					    : palette_number(0),
		.history = history_create(HISTORY_BYTES),
		.selected.pfn = SNAPSHOT_NO_FRAME,
	};
	bool good = show(&view, options, diag);

	view_clear(&view);
	history_destroy(view.history);
	if (options->stop_with_window)
		live_stop(live);
	else
		live_leave(live);
	return good;
}
