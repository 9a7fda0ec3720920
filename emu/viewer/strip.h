/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_STRIP_H
#define EMU_VIEWER_STRIP_H

/*
 * The strip of controls above all panels: how the machine is and how it is to
 * go on, and which layout and colours show it. Each control is a key, too.
 */

#include <stdbool.h>

#include "emu/viewer/canvas.h"

struct layout;
struct strip;
struct view;

/* What the desk is to do about it. */
enum strip_answer {
	STRIP_PASS, /* it was nothing of the strip's */
	STRIP_TAKEN, /* it was, and is done */
	STRIP_LAYOUT, /* strip_layout() is wanted now */
	STRIP_HELP,
	STRIP_SCREENSHOT,
	STRIP_CLOSE
};

/* NULL: no memory. @view must outlive it. */
struct strip *strip_create(struct view *view);
void strip_destroy(struct strip *strip);

/* With @layout, which is the one in sight. */
void strip_draw(struct strip *strip, struct canvas *canvas, struct box box,
		const struct layout *layout);
/* What hangs down from it over the panels: a menu, the prompt. */
void strip_draw_over(struct strip *strip, struct canvas *canvas);

/* The pointer is at @x, @y, or was pressed there. */
bool strip_hover(struct strip *strip, int x, int y);
enum strip_answer strip_press(struct strip *strip, int x, int y);
/* An SDL_Keycode. While something is written, all keys are the strip's. */
enum strip_answer strip_key(struct strip *strip, int key, bool shift);
bool strip_is_open(const struct strip *strip);
/* UTF-8 that was written. False: nobody asked. */
bool strip_text(struct strip *strip, const char *text);

const struct layout *strip_layout(const struct strip *strip);

/* All keys, for the help: a line each, key, tab, meaning. */
const char *strip_help(void);

#endif
