/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The window: see window.h. A picture is drawn when something has changed, at
 * most as often as the display shows one; the machine is asked for a snapshot
 * as often.
 */
#include "emu/viewer/window.h"

#include <SDL.h>
#include <inttypes.h>
#include <stdio.h>

#include "emu/diag.h"
#include "emu/live.h"
#include "emu/viewer/canvas.h"
#include "emu/viewer/choice.h"
#include "emu/viewer/desk.h"
#include "emu/viewer/layout.h"
#include "emu/viewer/shots.h"
#include "emu/viewer/view.h"
#include "emu/viewer/viewer.h"

#define FRAME_MS 16

struct window {
	struct view *view;
	SDL_Window *window;
	SDL_Renderer *renderer;
	SDL_Texture *texture;
	struct canvas *canvas;
	struct desk *desk;
	double ratio; /* pixels of the picture to points of the window */
	bool chosen; /* what the options select */
	bool hidden;
	bool closed;
	enum live_state state; /* as last seen */
};

static bool make_texture(struct window *w)
{
	struct box all = canvas_box(w->canvas);

	if (w->texture)
		SDL_DestroyTexture(w->texture);
	w->texture = SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_RGB888,
				       SDL_TEXTUREACCESS_STREAMING, all.w,
				       all.h);
	return w->texture;
}

/*
 * After the window was made, or has another size, or lost what it showed. A
 * window of no size keeps the picture that it had.
 */
static bool fit(struct window *w, double scale)
{
	int width, height, points;

	SDL_GetRendererOutputSize(w->renderer, &width, &height);
	SDL_GetWindowSize(w->window, &points, NULL);
	w->ratio = points > 0 && width > 0 ? (double)width / points : 1;
	w->view->redraw = true;
	if (width < 1 || height < 1)
		return true;
	return canvas_resize(w->canvas, width, height,
			     scale > 0 ? scale : w->ratio) &&
	       make_texture(w);
}

static bool open_window(struct window *w, const struct viewer_options *options,
			struct diag *diag)
{
	const struct layout *layout = options->layout
					      ? layout_named(options->layout)
					      : layout_number(0);
	const char *why;

	w->window = SDL_CreateWindow(
		"mmuscope", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
		options->width ?: 1440, options->height ?: 900,
		SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
	if (w->window)
		w->renderer = SDL_CreateRenderer(w->window, -1, 0);
	if (!w->renderer)
		return diag_error(diag, NULL, "no window: %s", SDL_GetError());
	w->canvas = canvas_create(1, 1, 1, &why);
	if (!w->canvas)
		return diag_error(diag, NULL, "%s", why);
	w->desk = desk_create(w->view, layout);
	return (w->desk && fit(w, options->scale)) ||
	       diag_error(diag, NULL, "no memory for a window");
}

static void close_window(struct window *w)
{
	desk_destroy(w->desk);
	canvas_destroy(w->canvas);
	if (w->texture)
		SDL_DestroyTexture(w->texture);
	if (w->renderer)
		SDL_DestroyRenderer(w->renderer);
	if (w->window)
		SDL_DestroyWindow(w->window);
}

/* Places from points of the window to pixels of the picture. */
static SDL_Event in_pixels(const struct window *w, SDL_Event event)
{
	if (event.type == SDL_MOUSEMOTION) {
		event.motion.x = (int)(event.motion.x * w->ratio);
		event.motion.y = (int)(event.motion.y * w->ratio);
	} else if (event.type == SDL_MOUSEBUTTONDOWN ||
		   event.type == SDL_MOUSEBUTTONUP) {
		event.button.x = (int)(event.button.x * w->ratio);
		event.button.y = (int)(event.button.y * w->ratio);
	}
	return event;
}

static bool is_there(const char *path)
{
	FILE *file = fopen(path, "rb");

	if (file)
		fclose(file);
	return file;
}

/* In the present folder; its name is the moment. Overwrites none. */
static void write_picture(struct window *w)
{
	const struct snapshot *now = w->view->now;
	struct diag diag = {0};
	char path[64];
	int n = 1;

	snprintf(path, sizeof(path), "mmuscope-%" PRIu64 ".png",
		 now ? now->cycle : 0);
	while (is_there(path))
		snprintf(path, sizeof(path), "mmuscope-%" PRIu64 "-%d.png",
			 now ? now->cycle : 0, ++n);
	if (shots_write(w->canvas, path, &diag))
		view_say(w->view, "what you see is in %s", path);
	else
		view_say(w->view, "%s", diag.text);
}

static void window_changed(struct window *w,
			   const struct viewer_options *options, int what)
{
	switch (what) {
	case SDL_WINDOWEVENT_MINIMIZED:
	case SDL_WINDOWEVENT_HIDDEN:
		w->hidden = true;
		return;
	case SDL_WINDOWEVENT_SIZE_CHANGED:
	case SDL_WINDOWEVENT_EXPOSED:
	case SDL_WINDOWEVENT_SHOWN:
	case SDL_WINDOWEVENT_RESTORED:
		w->hidden = false;
		if (!fit(w, options->scale))
			view_say(w->view, "no memory for a picture this large");
		return;
	}
}

static void handle(struct window *w, const struct viewer_options *options,
		   SDL_Event event)
{
	enum desk_answer answer;

	if (event.type == SDL_QUIT)
		w->closed = true;
	if (event.type == SDL_WINDOWEVENT)
		window_changed(w, options, event.window.event);
	if (event.type == SDL_RENDER_DEVICE_RESET ||
	    event.type == SDL_RENDER_TARGETS_RESET)
		fit(w, options->scale);
	event = in_pixels(w, event);
	answer = desk_event(w->desk, &event);
	w->closed |= answer == DESK_CLOSE;
	if (answer == DESK_SCREENSHOT)
		write_picture(w);
}

static void present(struct window *w)
{
	SDL_Surface *surface = canvas_surface(w->canvas);

	desk_draw(w->desk, w->canvas);
	if (!w->texture)
		return;
	SDL_UpdateTexture(w->texture, NULL, surface->pixels, surface->pitch);
	SDL_RenderCopy(w->renderer, w->texture, NULL, NULL);
	SDL_RenderPresent(w->renderer);
}

/* A machine may end, or stand, without anything new in it to be seen. */
static void look(struct window *w)
{
	struct view *view = w->view;
	struct snapshot *snapshot = live_snapshot(view->live);
	enum live_state state = live_status(view->live).state;

	view->ms = SDL_GetTicks64();
	view_arrive(view, snapshot);
	view->redraw |= state != w->state;
	w->state = state;
}

static void turn(struct window *w, const struct viewer_options *options)
{
	struct diag quiet = {0};
	SDL_Event event;
	uint64_t began = SDL_GetTicks64(), took;

	look(w);
	if (!w->chosen)
		w->chosen = choice_make(w->view, options, &quiet);
	while (SDL_PollEvent(&event))
		handle(w, options, event);
	if (w->view->redraw && !w->hidden)
		present(w);
	took = SDL_GetTicks64() - began;
	if (took < FRAME_MS)
		SDL_WaitEventTimeout(NULL, (int)(FRAME_MS - took));
}

bool window_run(struct view *view, const struct viewer_options *options,
		struct diag *diag)
{
	struct window w = {.view = view, .ratio = 1};
	bool good = open_window(&w, options, diag);

	while (good && !w.closed)
		turn(&w, options);
	close_window(&w);
	return good;
}
