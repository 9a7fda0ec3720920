/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole picture: see desk.h. Who draws where is decided anew for each
 * picture; events go to whom was drawn where they happen.
 */
#include "emu/viewer/desk.h"

#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/live.h"
#include "emu/viewer/canvas.h"
#include "emu/viewer/help.h"
#include "emu/viewer/layout.h"
#include "emu/viewer/panel.h"
#include "emu/viewer/strip.h"
#include "emu/viewer/timeline.h"
#include "emu/viewer/view.h"

#define MESSAGE_MS 4000

struct place {
	const struct panel_kind *kind;
	void *state;
	struct box box; /* of its content, as last drawn */
};

struct desk {
	struct view *view;
	const struct layout *layout;
	unsigned int nr_places;
	struct place place[LAYOUT_MAX_PANELS];
	struct place timeline;
	struct strip *strip;
	bool helps; /* the help is in sight */
	struct place *under; /* the pointer */
	struct place *held; /* where a button went down */
	int x, y; /* of the pointer */
};

/* ---- the panels of a layout ------------------------------------------------------ */

static void clear_places(struct desk *desk)
{
	for (unsigned int i = 0; i < desk->nr_places; i++) {
		struct place *place = &desk->place[i];

		if (place->kind->free)
			place->kind->free(place->state);
		free(place->state);
	}
	desk->nr_places = 0;
	desk->under = desk->held = NULL;
}

void desk_layout(struct desk *desk, const struct layout *layout)
{
	uint32_t sections = 1u << SECTION_PROCESSES | 1u << SECTION_ZONES |
			    1u << SECTION_LINK;

	clear_places(desk);
	desk->layout = layout;
	for (unsigned int i = 0; i < layout->nr_panels; i++) {
		const struct panel_kind *kind =
			panel_named(layout->place[i].panel);
		struct place *place = &desk->place[desk->nr_places];

		*place = (struct place){.kind = kind,
					.state = calloc(1,
							kind->state_bytes + 1)};
		if (!place->state)
			continue;
		desk->nr_places++;
		sections |= kind->sections;
	}
	view_wish(desk->view, sections);
	desk->view->redraw = true;
}

struct desk *desk_create(struct view *view, const struct layout *layout)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	if (!desk)
		return NULL;
	desk->view = view;
	desk->timeline.kind = &timeline_kind;
	desk->timeline.state = calloc(1, timeline_kind.state_bytes);
	desk->strip = strip_create(view);
	if (!desk->timeline.state || !desk->strip) {
		desk_destroy(desk);
		return NULL;
	}
	desk_layout(desk, layout);
	return desk;
}

void desk_destroy(struct desk *desk)
{
	if (!desk)
		return;
	clear_places(desk);
	free(desk->timeline.state);
	strip_destroy(desk->strip);
	free(desk);
}

/* ---- drawing --------------------------------------------------------------------------- */

static struct box draw_head(struct canvas *canvas,
			    const struct palette *palette, struct box box,
			    const char *title)
{
	int pad = canvas_unit(canvas, 6);
	int height = canvas_line_height(canvas, FONT_BOLD) + pad;
	struct box head = {box.x, box.y, box.w, height};

	canvas_fill(canvas, head, palette->raised);
	canvas_text_cut(canvas, box.x + pad, box.y + pad / 2, box.w - 2 * pad,
			FONT_BOLD, palette->text, title);
	return (struct box){box.x, box.y + height, box.w,
			    box.h > height ? box.h - height : 0};
}

static void draw_place(struct desk *desk, struct canvas *canvas,
		       struct place *place, struct box box)
{
	const struct palette *palette = desk->view->palette;

	canvas_push_clip(canvas, box);
	canvas_fill(canvas, box, palette->panel);
	place->box = draw_head(canvas, palette, box, place->kind->title);
	canvas_push_clip(canvas, place->box);
	if (desk->view->now && place->box.w && place->box.h)
		place->kind->draw(place->state, desk->view, canvas, place->box);
	else
		place->box = (struct box){0}; /* not to be pointed at */
	canvas_pop_clip(canvas);
	canvas_pop_clip(canvas);
}

static void draw_status(struct desk *desk, struct canvas *canvas,
			struct box box)
{
	struct view *view = desk->view;
	int pad = canvas_unit(canvas, 6);

	canvas_fill(canvas, box, view->palette->window);
	if (view->message[0] && view->ms - view->message_ms > MESSAGE_MS)
		view->message[0] = '\0';
	canvas_text_cut(canvas, box.x + pad, box.y + pad / 2, box.w - 2 * pad,
			FONT_TEXT, view->palette->dim,
			view->message[0] ? view->message
					 : desk->layout->sentence);
}

static void draw_tip(struct desk *desk, struct canvas *canvas)
{
	const struct tip *tip = &desk->view->tip;
	const struct palette *palette = desk->view->palette;
	struct box all = canvas_box(canvas);
	int pad = canvas_unit(canvas, 6), offset = canvas_unit(canvas, 14);
	int line = canvas_line_height(canvas, FONT_TEXT);
	struct box box = {tip->x + offset, tip->y + offset, 0,
			  (int)tip->nr_lines * line + pad};

	if (!tip->nr_lines)
		return;
	for (unsigned int i = 0; i < tip->nr_lines; i++) {
		int width = canvas_text_width(canvas, FONT_TEXT, tip->line[i]);

		if (width + 2 * pad > box.w)
			box.w = width + 2 * pad;
	}
	if (box.x + box.w > all.w)
		box.x = tip->x - offset - box.w > 0 ? tip->x - offset - box.w
						    : 0;
	if (box.y + box.h > all.h)
		box.y = tip->y - offset - box.h > 0 ? tip->y - offset - box.h
						    : 0;
	canvas_fill(canvas, box, palette->raised);
	canvas_frame(canvas, box, palette->border, canvas_unit(canvas, 1));
	for (unsigned int i = 0; i < tip->nr_lines; i++)
		canvas_text(canvas, box.x + pad,
			    box.y + pad / 2 + (int)i * line, FONT_TEXT,
			    i ? palette->dim : palette->text, tip->line[i]);
}

/* At the bottom of @middle, which is returned without it. */
static struct box draw_timeline(struct desk *desk, struct canvas *canvas,
				struct box middle)
{
	int height = timeline_height(canvas);
	struct place *place = &desk->timeline;

	if (height > middle.h)
		height = 0;
	middle.h -= height;
	place->box = (struct box){middle.x, middle.y + middle.h, middle.w,
				  height};
	if (!height || !desk->view->now)
		return middle;
	canvas_push_clip(canvas, place->box);
	canvas_fill(canvas, place->box, desk->view->palette->panel);
	place->kind->draw(place->state, desk->view, canvas, place->box);
	canvas_pop_clip(canvas);
	return middle;
}

static void draw_help(const struct desk *desk, struct canvas *canvas)
{
	struct help_part part[LAYOUT_MAX_PANELS + 2] = {
		{"Everywhere", strip_help()},
		{timeline_kind.title, timeline_kind.help},
	};

	for (unsigned int i = 0; i < desk->nr_places; i++) {
		part[i + 2].title = desk->place[i].kind->title;
		part[i + 2].lines = desk->place[i].kind->help;
	}
	help_draw(canvas, desk->view->palette, part, desk->nr_places + 2);
}

void desk_draw(struct desk *desk, struct canvas *canvas)
{
	struct box all = canvas_box(canvas);
	int gap = canvas_unit(canvas, 2);
	int line = canvas_line_height(canvas, FONT_TEXT) +
		   canvas_unit(canvas, 6);
	int strip = line + canvas_unit(canvas, 6);
	struct box middle = {all.x, all.y + strip, all.w,
			     all.h > strip + line ? all.h - strip - line : 0};

	canvas_fill(canvas, all, desk->view->palette->window);
	strip_draw(desk->strip, canvas,
		   (struct box){all.x, all.y, all.w, strip}, desk->layout);
	middle = draw_timeline(desk, canvas, middle);
	for (unsigned int i = 0; i < desk->nr_places; i++) {
		const struct layout_place *place = &desk->layout->place[i];

		draw_place(desk, canvas, &desk->place[i],
			   box_inside(layout_box(place, middle), gap));
	}
	draw_status(desk, canvas,
		    (struct box){all.x, all.y + all.h - line, all.w, line});
	strip_draw_over(desk->strip, canvas);
	draw_tip(desk, canvas);
	if (desk->helps)
		draw_help(desk, canvas);
	desk->view->redraw = false;
}

/* ---- the hand ------------------------------------------------------------------------------ */

static struct place *place_at(struct desk *desk, int x, int y)
{
	for (unsigned int i = 0; i < desk->nr_places; i++)
		if (box_has(desk->place[i].box, x, y))
			return &desk->place[i];
	if (box_has(desk->timeline.box, x, y))
		return &desk->timeline;
	return NULL;
}

static bool give(struct desk *desk, struct place *place,
		 struct panel_event event)
{
	if (!place || !place->kind->event)
		return false;
	event.x = desk->x;
	event.y = desk->y;
	event.box = place->box;
	event.shift = SDL_GetModState() & KMOD_SHIFT;
	event.ctrl = SDL_GetModState() & KMOD_CTRL;
	return place->kind->event(place->state, desk->view, &event);
}

static void moved(struct desk *desk, int x, int y)
{
	struct place *under = place_at(desk, x, y);

	desk->x = x;
	desk->y = y;
	desk->view->redraw |= desk->view->tip.nr_lines > 0;
	desk->view->tip.nr_lines = 0;
	if (desk->held) {
		give(desk, desk->held,
		     (struct panel_event){.kind = PANEL_DRAG});
		return;
	}
	if (strip_hover(desk->strip, x, y))
		under = NULL;
	if (desk->under && desk->under != under)
		give(desk, desk->under,
		     (struct panel_event){.kind = PANEL_LEAVE});
	desk->under = under;
	give(desk, under, (struct panel_event){.kind = PANEL_HOVER});
}

static enum desk_answer answer(struct desk *desk, enum strip_answer said)
{
	switch (said) {
	case STRIP_LAYOUT:
		desk_layout(desk, strip_layout(desk->strip));
		return DESK_NOTHING;
	case STRIP_HELP:
		desk->helps = true;
		desk->view->redraw = true;
		return DESK_NOTHING;
	case STRIP_SCREENSHOT:
		return DESK_SCREENSHOT;
	case STRIP_CLOSE:
		return DESK_CLOSE;
	default:
		return DESK_NOTHING;
	}
}

/* True: it closed the help. */
static bool close_help(struct desk *desk)
{
	bool helped = desk->helps;

	desk->helps = false;
	desk->view->redraw |= helped;
	return helped;
}

static enum desk_answer key_pressed(struct desk *desk, int key)
{
	const struct panel_event event = {.kind = PANEL_KEY, .key = key};
	bool shift = SDL_GetModState() & KMOD_SHIFT;

	if (close_help(desk))
		return DESK_NOTHING;
	if (!strip_is_open(desk->strip) && (give(desk, desk->under, event) ||
					    give(desk, &desk->timeline, event)))
		return DESK_NOTHING;
	return answer(desk, strip_key(desk->strip, key, shift));
}

static enum desk_answer pressed(struct desk *desk,
				const SDL_MouseButtonEvent *button)
{
	enum strip_answer said;

	if (close_help(desk))
		return DESK_NOTHING;
	moved(desk, button->x, button->y);
	said = strip_press(desk->strip, button->x, button->y);
	if (said != STRIP_PASS)
		return answer(desk, said);
	desk->held = desk->under;
	give(desk, desk->held,
	     (struct panel_event){.kind = PANEL_PRESS,
				  .button = button->button,
				  .clicks = button->clicks});
	return DESK_NOTHING;
}

enum desk_answer desk_event(struct desk *desk, const SDL_Event *event)
{
	switch (event->type) {
	case SDL_MOUSEMOTION:
		moved(desk, event->motion.x, event->motion.y);
		return DESK_NOTHING;
	case SDL_MOUSEBUTTONDOWN:
		return pressed(desk, &event->button);
	case SDL_TEXTINPUT:
		strip_text(desk->strip, event->text.text);
		return DESK_NOTHING;
	case SDL_MOUSEBUTTONUP:
		give(desk, desk->held,
		     (struct panel_event){.kind = PANEL_RELEASE,
					  .button = event->button.button});
		desk->held = NULL;
		moved(desk, event->button.x, event->button.y);
		return DESK_NOTHING;
	case SDL_MOUSEWHEEL:
		give(desk, desk->under,
		     (struct panel_event){.kind = PANEL_WHEEL,
					  .wheel = event->wheel.preciseY});
		return DESK_NOTHING;
	case SDL_KEYDOWN:
		return key_pressed(desk, event->key.keysym.sym);
	default:
		return DESK_NOTHING;
	}
}
