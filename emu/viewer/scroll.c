/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moving what doesn't fit: see scroll.h. */
#include "emu/viewer/scroll.h"

#include <SDL_keycode.h>

#include "emu/viewer/panel.h"
#include "emu/viewer/view.h"

#define LINES_OF_WHEEL 3

void scroll_fit(struct scroll *scroll, int height, int room, int line)
{
	line = line > 0 ? line : 1;
	if (scroll->line && scroll->line != line)
		scroll->at = scroll->at / scroll->line * line;
	scroll->line = line;
	/* a line of the last page is to be seen on the next one */
	scroll->page = room > 2 * line ? room - line : line;
	scroll->most = height > room ? height - room : 0;
	scroll_by(scroll, 0);
}

bool scroll_by(struct scroll *scroll, int pixels)
{
	const int before = scroll->at;

	scroll->at += pixels;
	if (scroll->at > scroll->most)
		scroll->at = scroll->most;
	if (scroll->at < 0)
		scroll->at = 0;
	return scroll->at != before;
}

void scroll_to(struct scroll *scroll, int room, int y, int height)
{
	if (y < scroll->at || y + height > scroll->at + room)
		scroll_by(scroll, y -
					  (room - height) / 2 / scroll->line *
						  scroll->line -
					  scroll->at);
}

/* Whole lines; a wheel that turns finely comes to them in the end. */
static int turn(struct scroll *scroll, float steps)
{
	int lines;

	scroll->wheel -= steps * LINES_OF_WHEEL;
	lines = (int)scroll->wheel;
	scroll->wheel -= (float)lines;
	return lines * scroll->line;
}

bool scroll_event(struct scroll *scroll, struct view *view,
		  const struct panel_event *event)
{
	int by;

	if (event->kind == PANEL_WHEEL)
		by = turn(scroll, event->wheel);
	else if (event->kind != PANEL_KEY)
		return false;
	else if (event->key == SDLK_UP || event->key == SDLK_DOWN)
		by = event->key == SDLK_UP ? -scroll->line : scroll->line;
	else if (event->key == SDLK_PAGEUP || event->key == SDLK_PAGEDOWN)
		by = event->key == SDLK_PAGEUP ? -scroll->page : scroll->page;
	else
		return false;
	view->redraw |= scroll_by(scroll, by);
	return true;
}

void scroll_draw(struct canvas *canvas, const struct palette *palette,
		 struct box box, const struct scroll *scroll)
{
	const int width = canvas_unit(canvas, 4);
	const int least = canvas_unit(canvas, 12);
	struct box bar = {box.x + box.w - width, box.y, width, box.h};

	if (!scroll->most || box.h < 1)
		return;
	canvas_blend(canvas, bar, palette->border, 120);
	bar.h = (int)((int64_t)box.h * box.h / (box.h + scroll->most));
	if (bar.h < least)
		bar.h = least < box.h ? least : box.h;
	bar.y += (int)((int64_t)(box.h - bar.h) * scroll->at / scroll->most);
	canvas_fill(canvas, bar, palette->faint);
}
