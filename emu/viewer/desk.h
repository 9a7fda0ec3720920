/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_DESK_H
#define EMU_VIEWER_DESK_H

/*
 * The whole picture: the strip of controls above, the panels as the layout
 * says, the status line below, and over them what the pointer asks for. Knows
 * no window: the same events and the same view give the same picture.
 */

#include <stdbool.h>
#include <stdint.h>

struct canvas;
struct desk;
struct layout;
struct view;
union SDL_Event;

/* NULL: no memory. @view and @layout must outlive it. */
struct desk *desk_create(struct view *view, const struct layout *layout);
void desk_destroy(struct desk *desk);

void desk_layout(struct desk *desk, const struct layout *layout);
void desk_draw(struct desk *desk, struct canvas *canvas);

/*
 * Of pointer and keys, places in pixels of the picture. What only a window can
 * do is answered by a desk_answer.
 */
enum desk_answer {
	DESK_NOTHING,
	DESK_SCREENSHOT, /* a picture is to be written */
	DESK_CLOSE
};
enum desk_answer desk_event(struct desk *desk, const union SDL_Event *event);

#endif
