/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_PANEL_H
#define EMU_VIEWER_PANEL_H

/*
 * A panel: one part of the window that shows one thing. Each kind is a row of
 * panels.def and a file of its own, panel_NAME.c.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/viewer/canvas.h"

struct view;

/* What the hand does, at @x, @y of the picture. */
struct panel_event {
	enum {
		PANEL_HOVER, /* the pointer moved, no button is down */
		PANEL_LEAVE, /* and is elsewhere now */
		PANEL_PRESS,
		PANEL_DRAG, /* it moved with that button down */
		PANEL_RELEASE,
		PANEL_WHEEL,
		PANEL_KEY
	} kind;
	int x, y;
	struct box box; /* where the panel was last drawn */
	int button; /* 1 left, 2 middle, 3 right */
	int clicks; /* PANEL_PRESS: 2 is the second of two */
	float wheel; /* steps, up and away from the hand is positive */
	int key; /* PANEL_KEY: SDL_Keycode, with the pointer here */
	bool shift, ctrl;
};

struct panel_kind {
	const char *name; /* as layouts say it */
	const char *title;
	/* For the help overlay: a line each, key or gesture, tab, meaning. */
	const char *help;
	uint32_t sections; /* of snapshots that it needs, 1 << SECTION_… */
	size_t state_bytes; /* zeroed before the first call; 0: none */
	/* Into @box, which is clipped and already filled with palette.panel. */
	void (*draw)(void *state, struct view *view, struct canvas *canvas,
		     struct box box);
	/*
	 * True: it was for this panel; a key that it doesn't want goes on to
	 * the window. May be NULL.
	 */
	bool (*event)(void *state, struct view *view,
		      const struct panel_event *event);
	void (*free)(void *state); /* what it holds; may be NULL */
};

#define PANEL(name) extern const struct panel_kind panel_##name;
#include "emu/viewer/panels.def"
#undef PANEL

/* By name; NULL: there is none. */
const struct panel_kind *panel_named(const char *name);

#endif
