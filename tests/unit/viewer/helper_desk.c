/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/viewer/helper_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <stdio.h>

#include "emu/viewer/layout.h"

void sitter_begin(struct sitter *sitter, struct view *view, const char *layout,
		  int width, int height, double scale)
{
	const char *why;

	*sitter = (struct sitter){
		.view = view,
		.canvas = canvas_create(width, height, scale, &why),
		.desk = desk_create(view, layout_named(layout)),
	};
	if (!sitter->canvas)
		fail_msg("%s", why);
	assert_non_null(sitter->desk);
	desk_draw(sitter->desk, sitter->canvas);
}

void sitter_end(struct sitter *sitter)
{
	desk_destroy(sitter->desk);
	canvas_destroy(sitter->canvas);
}

/* ---- what is done ------------------------------------------------------------ */

enum desk_answer sitter_key(struct sitter *sitter, int code)
{
	SDL_Event event = {.key = {.type = SDL_KEYDOWN}};
	enum desk_answer answer;

	event.key.keysym.sym = code;
	event.key.keysym.scancode = SDL_GetScancodeFromKey(code);
	answer = desk_event(sitter->desk, &event);
	event.type = SDL_KEYUP;
	desk_event(sitter->desk, &event);
	return answer;
}

enum desk_answer sitter_shift_key(struct sitter *sitter, int code)
{
	enum desk_answer answer;

	SDL_SetModState(KMOD_LSHIFT);
	answer = sitter_key(sitter, code);
	SDL_SetModState(KMOD_NONE);
	return answer;
}

void sitter_type(struct sitter *sitter, const char *text)
{
	for (; *text; text++) {
		SDL_Event event = {.text = {.type = SDL_TEXTINPUT}};

		event.text.text[0] = *text;
		desk_event(sitter->desk, &event);
	}
}

const struct tip *sitter_point(struct sitter *sitter, int x, int y)
{
	const SDL_Event event = {
		.motion = {.type = SDL_MOUSEMOTION, .x = x, .y = y}};

	desk_event(sitter->desk, &event);
	return sitter->view->tip.nr_lines ? &sitter->view->tip : NULL;
}

void sitter_button(struct sitter *sitter, int x, int y, bool down)
{
	const SDL_Event event = {.button = {.type = down ? SDL_MOUSEBUTTONDOWN
							 : SDL_MOUSEBUTTONUP,
					    .button = 1,
					    .clicks = 1,
					    .x = x,
					    .y = y}};

	desk_event(sitter->desk, &event);
}

void sitter_click(struct sitter *sitter, int x, int y)
{
	sitter_button(sitter, x, y, true);
	sitter_button(sitter, x, y, false);
}

void sitter_wheel(struct sitter *sitter, float steps)
{
	const SDL_Event event = {.wheel = {.type = SDL_MOUSEWHEEL,
					   .y = steps > 0 ? 1 : -1,
					   .preciseY = steps}};

	desk_event(sitter->desk, &event);
}

uint64_t sitter_look(struct sitter *sitter)
{
	const struct box all = canvas_box(sitter->canvas);
	uint64_t sum = 0;

	desk_draw(sitter->desk, sitter->canvas);
	for (int y = 0; y < all.h; y++)
		for (int x = 0; x < all.w; x++)
			sum = sum * 31 + canvas_row(sitter->canvas, y)[x];
	return sum;
}

/* ---- anything --------------------------------------------------------------------- */

uint32_t sitter_any(struct sitter *sitter, uint32_t below)
{
	sitter->seed = sitter->seed * UINT64_C(6364136223846793005) +
		       1442695040888963407;
	return (uint32_t)((sitter->seed >> 33) % below);
}

static int any_key(struct sitter *sitter)
{
	static const int keys[] = {SDLK_UP,     SDLK_DOWN,   SDLK_LEFT,
				   SDLK_RIGHT,  SDLK_HOME,   SDLK_END,
				   SDLK_PAGEUP, SDLK_PLUS,   SDLK_MINUS,
				   SDLK_TAB,    SDLK_F1,     SDLK_PAGEDOWN,
				   SDLK_SPACE,  SDLK_ESCAPE, SDLK_RETURN,
				   SDLK_SLASH};

	switch (sitter_any(sitter, 3)) {
	case 0:
		return keys[sitter_any(sitter, sizeof(keys) / sizeof(*keys))];
	case 1:
		return '0' + (int)sitter_any(sitter, 10);
	default:
		return 'a' + (int)sitter_any(sitter, 26);
	}
}

void sitter_do_anything(struct sitter *sitter)
{
	struct box all = canvas_box(sitter->canvas);
	int x = (int)sitter_any(sitter, (uint32_t)all.w + 20) - 10;
	int y = (int)sitter_any(sitter, (uint32_t)all.h + 20) - 10;

	switch (sitter_any(sitter, 6)) {
	case 0:
		sitter_button(sitter, x, y, true);
		return;
	case 1:
		sitter_button(sitter, x, y, false);
		return;
	case 2:
		sitter_wheel(sitter, (float)sitter_any(sitter, 7) - 3);
		return;
	case 3:
		sitter_key(sitter, any_key(sitter));
		return;
	default:
		sitter_point(sitter, x, y);
		return;
	}
}
