/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_TIMELINE_H
#define EMU_VIEWER_TIMELINE_H

/*
 * The strip of time below the panels: the whole run from left to right, what
 * happened in it, and where in it one looks; drag it to go back and forward.
 * It is drawn and gets events like a panel, but is in no layout.
 */

#include "emu/viewer/panel.h"

extern const struct panel_kind timeline_kind;

/* How high it wants to be in a picture of this height; 0: no room for it. */
int timeline_height(const struct canvas *canvas);

#endif
