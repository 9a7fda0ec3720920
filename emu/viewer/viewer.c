/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of the viewer: see viewer.h. SDL is asked for a display before the
 * machine is made, so that who has none loses nothing but a line.
 */
#include "emu/viewer/viewer.h"

#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/nearest.h"
#include "emu/diag.h"
#include "emu/live.h"
#include "emu/viewer/history.h"
#include "emu/viewer/layout.h"
#include "emu/viewer/palette.h"
#include "emu/viewer/shots.h"
#include "emu/viewer/view.h"
#include "emu/viewer/window.h"

#define HISTORY_BYTES ((size_t)256 << 20)
#define MAX_NAMES     32

/* ---- names ---------------------------------------------------------------------------- */

/* "'memry' is no layout; did you mean memory? There are overview, memory". */
static bool no_such(const char *what, const char *word,
		    const char *const *names, struct diag *diag)
{
	struct word near = nearest_of(word, names);
	char list[512] = "", mean[64] = "";
	size_t n = 0;

	for (int i = 0; names[i] && n < sizeof(list); i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
				      !i             ? ""
				      : names[i + 1] ? ", "
						     : " and ",
				      names[i]);
	if (near.text)
		snprintf(mean, sizeof(mean), " did you mean %.*s?", near.length,
			 near.text);
	return diag_error(diag, NULL, "--%s: '%.60s' is no %s;%s There are %s",
			  what, word, what, mean, list);
}

static bool check_layout(const char *name, struct diag *diag)
{
	const char *names[MAX_NAMES] = {NULL};
	const struct layout *layout;

	if (!name || layout_named(name))
		return true;
	for (unsigned int i = 0;
	     i + 1 < MAX_NAMES && (layout = layout_number(i)); i++)
		names[i] = layout->name;
	return no_such("layout", name, names, diag);
}

static bool check_palette(const char *name, struct diag *diag)
{
	const char *names[MAX_NAMES] = {NULL};
	const struct palette *palette;

	if (!name || palette_named(name))
		return true;
	for (unsigned int i = 0;
	     i + 1 < MAX_NAMES && (palette = palette_number(i)); i++)
		names[i] = palette->name;
	return no_such("palette", name, names, diag);
}

/* ---- the display ------------------------------------------------------------------------ */

/* Nobody sees what these show; SDL takes one where it finds nothing else. */
static bool is_blind(const char *driver)
{
	return !strcmp(driver, "offscreen") || !strcmp(driver, "dummy") ||
	       !strcmp(driver, "evdev");
}

static bool no_display(const char *why, struct diag *diag)
{
	return diag_error(diag, NULL,
			  "no display for the window (%s); --screenshot "
			  "FILE.png and --record DIR take pictures without "
			  "one, and --set view=false runs a board that asks "
			  "for it",
			  why);
}

/* Why SDL found nothing, in words that help. */
static const char *why_none(void)
{
	if (getenv("SDL_VIDEODRIVER"))
		return SDL_GetError();
	return getenv("DISPLAY") || getenv("WAYLAND_DISPLAY")
		       ? "nothing answers at DISPLAY or WAYLAND_DISPLAY"
		       : "neither DISPLAY nor WAYLAND_DISPLAY is set";
}

static bool open_display(struct diag *diag)
{
	bool chosen = getenv("SDL_VIDEODRIVER");

	/* Ctrl-C at the terminal means what it always does. */
	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
	SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
	/* Wayland's library complains by itself where it has no folder. */
	if (!chosen && !getenv("XDG_RUNTIME_DIR"))
		SDL_SetHint(SDL_HINT_VIDEODRIVER, "x11,KMSDRM");
	if (SDL_Init(SDL_INIT_VIDEO))
		return no_display(why_none(), diag);
	if (chosen || !is_blind(SDL_GetCurrentVideoDriver()))
		return true;
	SDL_Quit();
	return no_display(why_none(), diag);
}

/* ---- all --------------------------------------------------------------------------------- */

bool viewer_check(const struct viewer_options *options, struct diag *diag)
{
	if (!check_layout(options->layout, diag) ||
	    !check_palette(options->palette, diag))
		return false;
	return viewer_is_headless(options) ? shots_check(options, diag)
					   : open_display(diag);
}

void viewer_forget(void)
{
	SDL_Quit();
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
		.pointed = SNAPSHOT_NO_FRAME,
	};
	bool good = viewer_is_headless(options)
			    ? shots_run(&view, options, diag)
			    : window_run(&view, options, diag);

	view_clear(&view);
	history_destroy(view.history);
	viewer_forget();
	if (options->stop)
		live_stop(live);
	else
		live_leave(live);
	return good;
}
