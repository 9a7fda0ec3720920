/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_CANVAS_H
#define EMU_VIEWER_CANVAS_H

/*
 * What is drawn on: pixels in memory, the same for a window and for a file,
 * so that both show the same to the last pixel. Lengths are in pixels of the
 * picture; those that are to look the same on each display come from
 * canvas_unit().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct SDL_Surface;
struct canvas;

/* 0xrrggbb */
typedef uint32_t colour_t;
/* @part of 256 parts of @to, and the rest of @from. */
colour_t colour_mix(colour_t from, colour_t to, uint32_t part);

struct box {
	int x, y, w, h;
};

static inline bool box_has(struct box box, int x, int y)
{
	return x >= box.x && x < box.x + box.w && y >= box.y &&
	       y < box.y + box.h;
}

/* Without @n pixels at each side; never less than nothing. */
static inline struct box box_inside(struct box box, int n)
{
	return (struct box){box.x + n, box.y + n,
			    box.w > 2 * n ? box.w - 2 * n : 0,
			    box.h > 2 * n ? box.h - 2 * n : 0};
}

enum font {
	FONT_TEXT, /* proportional: what people say */
	FONT_BOLD,
	FONT_MONO, /* addresses, numbers in columns */
	FONT_SMALL, /* proportional: axes, legends */
	NR_FONTS
};

/*
 * A picture of @width by @height pixels, where what is meant to be one pixel
 * on an ordinary display takes @scale of them. NULL: no memory or no font, as
 * @why says (which lives for ever).
 */
struct canvas *canvas_create(int width, int height, double scale,
			     const char **why);
void canvas_destroy(struct canvas *canvas);
/* Of another size; what was drawn is lost. False: no memory, nothing done. */
bool canvas_resize(struct canvas *canvas, int width, int height, double scale);

/* The whole, from 0, 0. */
struct box canvas_box(const struct canvas *canvas);
/* @points of an ordinary display's pixels; at least 1 if @points is. */
int canvas_unit(const struct canvas *canvas, double points);
/* For SDL_UpdateTexture and files; XRGB8888. */
struct SDL_Surface *canvas_surface(struct canvas *canvas);

/* Nothing outside @box is drawn until the pop; they nest, 8 deep. */
void canvas_push_clip(struct canvas *canvas, struct box box);
void canvas_pop_clip(struct canvas *canvas);
struct box canvas_clip(const struct canvas *canvas);

void canvas_fill(struct canvas *canvas, struct box box, colour_t colour);
/* @alpha 0 to 255. */
void canvas_blend(struct canvas *canvas, struct box box, colour_t colour,
		  int alpha);
/* The outline, @width pixels, inside @box. */
void canvas_frame(struct canvas *canvas, struct box box, colour_t colour,
		  int width);
/* One pixel wide. */
void canvas_line(struct canvas *canvas, int x1, int y1, int x2, int y2,
		 colour_t colour);

/*
 * The pixels themselves, for who draws many cells: row @y from column 0. Keep
 * to canvas_clip() yourself.
 */
uint32_t *canvas_row(struct canvas *canvas, int y);

/* ---- text: UTF-8, @y is the top of the line --------------------------------- */

int canvas_line_height(const struct canvas *canvas, enum font font);
int canvas_text_width(struct canvas *canvas, enum font font, const char *text);
/* Returns where the next would begin. */
int canvas_text(struct canvas *canvas, int x, int y, enum font font,
		colour_t colour, const char *text);
int canvas_textf(struct canvas *canvas, int x, int y, enum font font,
		 colour_t colour, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
/* Cut to @width, with … at the end where it is. Returns as canvas_text(). */
int canvas_text_cut(struct canvas *canvas, int x, int y, int width,
		    enum font font, colour_t colour, const char *text);
/* So that it ends before @right. */
void canvas_text_right(struct canvas *canvas, int right, int y, enum font font,
		       colour_t colour, const char *text);

#endif
