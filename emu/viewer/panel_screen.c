/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's display: each of its pixels as one or several of ours, or
 * several as one; never a pixel and a half. A click on a pixel selects the
 * frame of memory that it lies in.
 */
#include "emu/viewer/panel.h"

#include <stdio.h>
#include <stdlib.h>

#include "emu/picture.h"
#include "emu/snapshot/display.h"
#include "emu/viewer/view.h"

struct screen_state {
	struct picture picture;
	/* what it was made of, with references; NULL: nothing yet */
	struct part *display, *pixels;
	struct box image; /* as last drawn */
	uint32_t *line; /* a scratch, image.w of them */
	int room; /* in it */
};

static const struct snapshot_display *display_of(const struct snapshot *now)
{
	uint32_t nr;
	const struct snapshot_display *display = snapshot_display(now, &nr);

	return nr && display->width && display->height ? display : NULL;
}

/* ---- making the picture --------------------------------------------------------- */

static bool renew(struct screen_state *state, const struct snapshot *now)
{
	struct part *display = now->section[SECTION_DISPLAY];
	struct part *pixels = now->section[SECTION_PIXELS];

	if (display && display == state->display && pixels == state->pixels)
		return state->picture.rgb;
	if (!snapshot_picture(now, &state->picture))
		return false;
	part_put(state->display);
	part_put(state->pixels);
	state->display = part_get(display);
	state->pixels = part_get(pixels);
	return true;
}

/* ---- drawing ----------------------------------------------------------------------- */

/* As large as @box lets it be, in its middle. */
static struct box fit(struct box box, int width, int height)
{
	struct box image = {0, 0, box.w, box.h};
	int whole_x = box.w / width, whole_y = box.h / height;
	int whole = whole_x < whole_y ? whole_x : whole_y;

	if (whole >= 1) {
		image.w = width * whole;
		image.h = height * whole;
	} else if ((int64_t)box.w * height < (int64_t)box.h * width) {
		image.h = (int)((int64_t)box.w * height / width);
	} else {
		image.w = (int)((int64_t)box.h * width / height);
	}
	image.x = box.x + (box.w - image.w) / 2;
	image.y = box.y + (box.h - image.h) / 2;
	return image;
}

/* The mean of pixels [@x1, @x2) by [@y1, @y2). */
static uint32_t mean(const struct picture *picture, uint32_t x1, uint32_t x2,
		     uint32_t y1, uint32_t y2)
{
	uint32_t r = 0, g = 0, b = 0, nr = (x2 - x1) * (y2 - y1);

	for (uint32_t y = y1; y < y2; y++) {
		const uint8_t *at = picture->rgb +
				    3 * ((size_t)y * picture->width + x1);

		for (uint32_t x = x1; x < x2; x++, at += 3) {
			r += at[0];
			g += at[1];
			b += at[2];
		}
	}
	return (r / nr) << 16 | (g / nr) << 8 | b / nr;
}

/* Where pixel @n of @to begins among @from: exact where they divide. */
static uint32_t source(int n, int to, uint32_t from)
{
	return (uint32_t)((uint64_t)n * from / (uint32_t)to);
}

static void make_line(const struct screen_state *state, uint32_t y1,
		      uint32_t y2)
{
	const struct picture *picture = &state->picture;

	for (int x = 0; x < state->image.w; x++) {
		uint32_t x1 = source(x, state->image.w, picture->width);
		uint32_t x2 = source(x + 1, state->image.w, picture->width);

		state->line[x] = mean(picture, x1, x2 > x1 ? x2 : x1 + 1, y1,
				      y2 > y1 ? y2 : y1 + 1);
	}
}

static bool make_room(struct screen_state *state)
{
	uint32_t *line;

	if (state->image.w <= state->room)
		return true;
	line = realloc(state->line, (size_t)state->image.w * sizeof(*line));
	if (!line)
		return false;
	state->line = line;
	state->room = state->image.w;
	return true;
}

static void draw_image(struct screen_state *state, struct canvas *canvas)
{
	struct box image = state->image, clip = canvas_clip(canvas);
	uint32_t made = UINT32_MAX;

	if (image.w < 1 || image.h < 1 || !make_room(state))
		return;
	for (int y = 0; y < image.h; y++) {
		uint32_t y1 = source(y, image.h, state->picture.height);
		uint32_t y2 = source(y + 1, image.h, state->picture.height);
		uint32_t *to = canvas_row(canvas, image.y + y);

		if (image.y + y < clip.y || image.y + y >= clip.y + clip.h)
			continue;
		if (made != y1)
			make_line(state, y1, y2);
		made = y1;
		for (int x = 0; x < image.w; x++)
			if (image.x + x >= clip.x &&
			    image.x + x < clip.x + clip.w)
				to[image.x + x] = state->line[x];
	}
}

/* The box on the panel of pixels [@first, @last] of line @y. */
static struct box pixels_box(const struct screen_state *state, uint32_t y,
			     uint32_t first, uint32_t last)
{
	struct box image = state->image;
	uint32_t width = state->picture.width, height = state->picture.height;
	int left = (int)((uint64_t)first * (uint32_t)image.w / width);
	int right = (int)((uint64_t)(last + 1) * (uint32_t)image.w / width);
	int top = (int)((uint64_t)y * (uint32_t)image.h / height);
	int bottom = (int)((uint64_t)(y + 1) * (uint32_t)image.h / height);

	return (struct box){image.x + left, image.y + top, right - left,
			    bottom - top};
}

/* Those pixels that lie in the selected frame, under a veil. */
static void draw_selected(const struct screen_state *state,
			  const struct view *view, struct canvas *canvas,
			  const struct snapshot_display *display)
{
	uint64_t first = view->selected.pfn << 12, base = display->paddr[0];
	uint64_t from = first > base ? (first - base) * 8 / display->bits : 0;
	uint64_t end = (uint64_t)display->width * display->height, to;

	if (view->selected.pfn == SNAPSHOT_NO_FRAME || display->halves > 1 ||
	    first + 4096 <= base || from >= end)
		return;
	to = (first + 4096 - base) * 8 / display->bits;
	to = to < end ? to : end;
	for (uint64_t at = from; at < to;) {
		uint32_t x = (uint32_t)(at % display->width);
		uint64_t row_end = at - x + display->width;
		uint32_t last = (uint32_t)((row_end < to ? row_end : to) - at);
		struct box box = pixels_box(state,
					    (uint32_t)(at / display->width), x,
					    x + last - 1);

		canvas_blend(canvas, box, view->palette->accent, 110);
		at += last;
	}
}

static void draw_caption(const struct view *view, struct canvas *canvas,
			 struct box box, const struct snapshot_display *display,
			 struct box image)
{
	char text[128], zoom[32] = "";

	if (image.w >= (int)display->width)
		snprintf(zoom, sizeof(zoom), "%u×",
			 (unsigned int)image.w / display->width);
	else
		snprintf(zoom, sizeof(zoom), "%u %%",
			 (unsigned int)image.w * 100 / display->width);
	snprintf(text, sizeof(text),
		 "%u×%u pixels of %u bits at 0x%08llx, shown at %s",
		 display->width, display->height, display->bits,
		 (unsigned long long)display->paddr[0], zoom);
	box.y = image.y + image.h + canvas_unit(canvas, 6);
	if (canvas_text_width(canvas, FONT_SMALL, text) <
	    box.x + box.w - image.x)
		box.x = image.x;
	canvas_text_cut(canvas, box.x, box.y, box.w, FONT_SMALL,
			view->palette->dim, text);
}

static void draw_dark(const struct view *view, struct canvas *canvas,
		      struct box box)
{
	uint32_t nr;
	const char *what, *more;
	int line = canvas_line_height(canvas, FONT_TEXT);
	int pad = canvas_unit(canvas, 10);

	snapshot_display(view->now, &nr);
	if (!view->now->section[SECTION_DISPLAY]) {
		what = "This snapshot was taken without it";
		more = "";
	} else if (nr) {
		what = "The display is dark";
		more = "no program has opened /dev/fb0, or it was switched off";
	} else {
		what = "This board has no display";
		more = "vexpress-a9 has one";
	}
	canvas_text_cut(canvas, box.x + pad, box.y + pad, box.w - 2 * pad,
			FONT_BOLD, view->palette->dim, what);
	canvas_text_cut(canvas, box.x + pad, box.y + pad + line,
			box.w - 2 * pad, FONT_TEXT, view->palette->faint, more);
}

static void draw(void *arg, struct view *view, struct canvas *canvas,
		 struct box box)
{
	struct screen_state *state = arg;
	const struct snapshot_display *display = display_of(view->now);
	int pad = canvas_unit(canvas, 6);
	int caption = canvas_line_height(canvas, FONT_SMALL) + pad;
	struct box inside = box_inside(box, pad);

	state->image = (struct box){0};
	if (!display || !renew(state, view->now)) {
		draw_dark(view, canvas, box);
		return;
	}
	if (inside.h < 3 * caption)
		caption = 0;
	inside.h -= caption;
	if (inside.w < 1 || inside.h < 1)
		return;
	state->image = fit(inside, (int)display->width, (int)display->height);
	canvas_frame(canvas, box_inside(state->image, -canvas_unit(canvas, 1)),
		     view->palette->border, canvas_unit(canvas, 1));
	draw_image(state, canvas);
	draw_selected(state, view, canvas, display);
	if (caption)
		draw_caption(view, canvas,
			     (struct box){inside.x, inside.y + inside.h + pad,
					  inside.w, caption},
			     display, state->image);
}

/* ---- the hand ------------------------------------------------------------------------ */

/* The pixel at @x, @y of the picture; false: none. */
static bool pixel_at(const struct screen_state *state, int x, int y,
		     uint32_t *to_x, uint32_t *to_y)
{
	if (!box_has(state->image, x, y) || !state->picture.rgb)
		return false;
	*to_x = source(x - state->image.x, state->image.w,
		       state->picture.width);
	*to_y = source(y - state->image.y, state->image.h,
		       state->picture.height);
	return true;
}

static uint64_t paddr_of(const struct snapshot_display *display, uint32_t x,
			 uint32_t y)
{
	uint32_t lines = display->height / display->halves;
	uint32_t half = lines && y >= lines && display->halves > 1;
	uint64_t pixel = (uint64_t)(y - half * lines) * display->width + x;

	return display->paddr[half] + pixel * display->bits / 8;
}

static void tell(const struct screen_state *state, struct view *view,
		 const struct panel_event *event,
		 const struct snapshot_display *display)
{
	const uint8_t *rgb;
	uint32_t x, y;
	uint64_t paddr;

	if (!pixel_at(state, event->x, event->y, &x, &y))
		return;
	rgb = state->picture.rgb + 3 * ((size_t)y * state->picture.width + x);
	paddr = paddr_of(display, x, y);
	view_tip(view, event->x, event->y, "pixel %u, %u: #%02x%02x%02x", x, y,
		 rgb[0], rgb[1], rgb[2]);
	view_tip(view, event->x, event->y, "at 0x%08llx, frame 0x%llx",
		 (unsigned long long)paddr, (unsigned long long)paddr >> 12);
}

static bool event(void *arg, struct view *view, const struct panel_event *event)
{
	struct screen_state *state = arg;
	const struct snapshot_display *display = view->now
							 ? display_of(view->now)
							 : NULL;
	uint32_t x, y;

	if (!display)
		return false;
	if (event->kind == PANEL_HOVER) {
		tell(state, view, event, display);
		return true;
	}
	if (event->kind == PANEL_PRESS && event->button == 1 &&
	    pixel_at(state, event->x, event->y, &x, &y)) {
		view_select_frame(view, paddr_of(display, x, y) >> 12);
		return true;
	}
	return false;
}

static void forget(void *arg)
{
	struct screen_state *state = arg;

	part_put(state->display);
	part_put(state->pixels);
	picture_free(&state->picture);
	free(state->line);
}

const struct panel_kind panel_screen = {
	.name = "screen",
	.title = "The guest's display",
	.help = "click\tthe frame of memory that this pixel lies in\n",
	.sections = 1u << SECTION_DISPLAY | 1u << SECTION_PIXELS,
	.state_bytes = sizeof(struct screen_state),
	.draw = draw,
	.event = event,
	.free = forget,
};
