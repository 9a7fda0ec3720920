/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_VIEWER_HELPER_DESK_H
#define TESTS_UNIT_VIEWER_HELPER_DESK_H

/* Somebody at the whole window, without the window: SDL's events, pictures. */

#include <stdbool.h>
#include <stdint.h>

#include "emu/viewer/canvas.h"
#include "emu/viewer/desk.h"
#include "emu/viewer/view.h"

struct sitter {
	struct view *view;
	struct canvas *canvas;
	struct desk *desk;
	uint64_t seed; /* of what is done at random */
};

/* Before a picture of @width by @height pixels, drawn once. */
void sitter_begin(struct sitter *sitter, struct view *view, const char *layout,
		  int width, int height, double scale);
void sitter_end(struct sitter *sitter);

enum desk_answer sitter_key(struct sitter *sitter, int code);
enum desk_answer sitter_shift_key(struct sitter *sitter, int code);
void sitter_type(struct sitter *sitter, const char *text);
/* The tip there, or NULL. */
const struct tip *sitter_point(struct sitter *sitter, int x, int y);
void sitter_button(struct sitter *sitter, int x, int y, bool down);
void sitter_click(struct sitter *sitter, int x, int y);
void sitter_wheel(struct sitter *sitter, float steps);

/* Draws; what the picture is, as one number. */
uint64_t sitter_look(struct sitter *sitter);

/* A number below @below. */
uint32_t sitter_any(struct sitter *sitter, uint32_t below);
/* One event of any kind, anywhere. */
void sitter_do_anything(struct sitter *sitter);

#endif
