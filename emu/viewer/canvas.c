/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drawing: see canvas.h. Glyphs are rendered once for each font and kept as
 * coverage, a byte a pixel; text is their blending in a colour.
 */
#include "emu/viewer/canvas.h"

#include <SDL.h>
#include <SDL_ttf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CLIPS 8
#define NR_GLYPHS 1024 /* a cache, by code point */
#define ELLIPSIS  0x2026
#define FONT_DIR  "/usr/share/fonts/truetype/dejavu/"

struct glyph {
	uint32_t code; /* 0: none here */
	int advance, left, top, w, h;
	uint8_t *coverage;
};

struct typeface {
	TTF_Font *font;
	int height;
	struct glyph glyph[NR_GLYPHS];
};

struct canvas {
	SDL_Surface *surface;
	double scale;
	struct box clip[MAX_CLIPS];
	int nr_clips;
	struct typeface face[NR_FONTS];
};

/* ---- making it ------------------------------------------------------------------ */

static void forget_glyphs(struct typeface *face)
{
	for (int i = 0; i < NR_GLYPHS; i++)
		free(face->glyph[i].coverage);
	memset(face->glyph, 0, sizeof(face->glyph));
	if (face->font)
		TTF_CloseFont(face->font);
	face->font = NULL;
}

static bool open_fonts(struct canvas *canvas)
{
	static const struct {
		const char *file;
		double points;
	} fonts[NR_FONTS] = {
		[FONT_TEXT] = {"DejaVuSans.ttf", 12},
		[FONT_BOLD] = {"DejaVuSans-Bold.ttf", 12},
		[FONT_MONO] = {"DejaVuSansMono.ttf", 11.5},
		[FONT_SMALL] = {"DejaVuSans.ttf", 10},
	};

	for (int i = 0; i < NR_FONTS; i++) {
		struct typeface *face = &canvas->face[i];
		char path[128];

		forget_glyphs(face);
		snprintf(path, sizeof(path), FONT_DIR "%s", fonts[i].file);
		face->font = TTF_OpenFont(path,
					  canvas_unit(canvas, fonts[i].points));
		if (!face->font)
			return false;
		TTF_SetFontHinting(face->font, TTF_HINTING_LIGHT);
		face->height = TTF_FontHeight(face->font);
	}
	return true;
}

static bool make_surface(struct canvas *canvas, int width, int height)
{
	SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormat(
		0, width > 0 ? width : 1, height > 0 ? height : 1, 32,
		SDL_PIXELFORMAT_RGB888);

	if (!surface)
		return false;
	SDL_FreeSurface(canvas->surface);
	canvas->surface = surface;
	canvas->nr_clips = 0;
	return true;
}

struct canvas *canvas_create(int width, int height, double scale,
			     const char **why)
{
	struct canvas *canvas = calloc(1, sizeof(*canvas));

	*why = "no memory for a picture";
	if (!canvas)
		return NULL;
	canvas->scale = scale;
	if (make_surface(canvas, width, height)) {
		*why = "the fonts in " FONT_DIR
		       " are missing: package fonts-dejavu-core has them";
		if ((TTF_WasInit() || !TTF_Init()) && open_fonts(canvas))
			return canvas;
	}
	canvas_destroy(canvas);
	return NULL;
}

void canvas_destroy(struct canvas *canvas)
{
	if (!canvas)
		return;
	for (int i = 0; i < NR_FONTS; i++)
		forget_glyphs(&canvas->face[i]);
	SDL_FreeSurface(canvas->surface);
	free(canvas);
}

bool canvas_resize(struct canvas *canvas, int width, int height, double scale)
{
	bool same = scale <= canvas->scale && scale >= canvas->scale;

	if (!make_surface(canvas, width, height))
		return false;
	canvas->scale = scale;
	return same || open_fonts(canvas);
}

struct box canvas_box(const struct canvas *canvas)
{
	return (struct box){0, 0, canvas->surface->w, canvas->surface->h};
}

int canvas_unit(const struct canvas *canvas, double points)
{
	int n = (int)(points * canvas->scale + 0.5);

	return n < 1 && points > 0 ? 1 : n;
}

SDL_Surface *canvas_surface(struct canvas *canvas)
{
	return canvas->surface;
}

/* ---- clipping ------------------------------------------------------------------- */

static struct box cut(struct box a, struct box b)
{
	int left = a.x > b.x ? a.x : b.x, top = a.y > b.y ? a.y : b.y;
	int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;

	return (struct box){left, top, right > left ? right - left : 0,
			    bottom > top ? bottom - top : 0};
}

struct box canvas_clip(const struct canvas *canvas)
{
	return canvas->nr_clips ? canvas->clip[canvas->nr_clips - 1]
				: canvas_box(canvas);
}

void canvas_push_clip(struct canvas *canvas, struct box box)
{
	struct box clip = cut(box, canvas_clip(canvas));

	SDL_assert_release(canvas->nr_clips < MAX_CLIPS);
	canvas->clip[canvas->nr_clips++] = clip;
}

void canvas_pop_clip(struct canvas *canvas)
{
	SDL_assert_release(canvas->nr_clips > 0);
	canvas->nr_clips--;
}

/* ---- shapes ------------------------------------------------------------------------ */

uint32_t *canvas_row(struct canvas *canvas, int y)
{
	return (uint32_t *)(void *)((char *)canvas->surface->pixels +
				    (ptrdiff_t)y * canvas->surface->pitch);
}

void canvas_fill(struct canvas *canvas, struct box box, colour_t colour)
{
	struct box in = cut(box, canvas_clip(canvas));
	const SDL_Rect rect = {in.x, in.y, in.w, in.h};

	if (in.w && in.h)
		SDL_FillRect(canvas->surface, &rect, colour);
}

colour_t colour_mix(colour_t from, colour_t to, uint32_t part)
{
	uint32_t rb = (from & 0xff00ff) * (256 - part) + (to & 0xff00ff) * part;
	uint32_t g = (from & 0x00ff00) * (256 - part) + (to & 0x00ff00) * part;

	return (rb >> 8 & 0xff00ff) | (g >> 8 & 0x00ff00);
}

void canvas_blend(struct canvas *canvas, struct box box, colour_t colour,
		  int alpha)
{
	struct box in = cut(box, canvas_clip(canvas));
	uint32_t part = (uint32_t)alpha + ((uint32_t)alpha >> 7);

	for (int y = in.y; y < in.y + in.h; y++) {
		uint32_t *row = canvas_row(canvas, y);

		for (int x = in.x; x < in.x + in.w; x++)
			row[x] = colour_mix(row[x], colour, part);
	}
}

void canvas_frame(struct canvas *canvas, struct box box, colour_t colour,
		  int width)
{
	struct box side = box;

	side.h = width;
	canvas_fill(canvas, side, colour);
	side.y = box.y + box.h - width;
	canvas_fill(canvas, side, colour);
	side = box;
	side.w = width;
	canvas_fill(canvas, side, colour);
	side.x = box.x + box.w - width;
	canvas_fill(canvas, side, colour);
}

static void put_pixel(struct canvas *canvas, struct box clip, int x, int y,
		      colour_t colour)
{
	if (box_has(clip, x, y))
		canvas_row(canvas, y)[x] = colour;
}

void canvas_line(struct canvas *canvas, int x1, int y1, int x2, int y2,
		 colour_t colour)
{
	const struct box clip = canvas_clip(canvas);
	int dx = abs(x2 - x1), dy = -abs(y2 - y1);
	int step_x = x1 < x2 ? 1 : -1, step_y = y1 < y2 ? 1 : -1;
	int error = dx + dy;

	for (;;) {
		int twice = 2 * error;

		put_pixel(canvas, clip, x1, y1, colour);
		if (x1 == x2 && y1 == y2)
			return;
		if (twice >= dy) {
			error += dy;
			x1 += step_x;
		}
		if (twice <= dx) {
			error += dx;
			y1 += step_y;
		}
	}
}

/* ---- glyphs ------------------------------------------------------------------------ */

/* The next code point of @*text, which moves on; bytes that are none: U+FFFD. */
static uint32_t next_code(const char **text)
{
	const unsigned char *at = (const unsigned char *)*text;
	int more = *at < 0x80             ? 0
		   : (*at & 0xe0) == 0xc0 ? 1
		   : (*at & 0xf0) == 0xe0 ? 2
		   : (*at & 0xf8) == 0xf0 ? 3
					  : -1;
	uint32_t code = more < 1 ? *at : *at & (0x3fu >> more);

	*text += 1;
	if (more < 0)
		return 0xfffd;
	for (int i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0xfffd;
		code = code << 6 | (at[i] & 0x3f);
		*text += 1;
	}
	return code;
}

/* The alpha of @surface, as SDL_ttf blends, into @glyph. */
static void keep_coverage(struct glyph *glyph, SDL_Surface *surface)
{
	glyph->w = surface->w;
	glyph->h = surface->h;
	glyph->coverage = malloc((size_t)(surface->w * surface->h));
	if (!glyph->coverage) {
		glyph->w = glyph->h = 0;
		return;
	}
	for (int y = 0; y < glyph->h; y++) {
		const uint32_t *row =
			(const uint32_t *)(const void *)((const char *)surface
								 ->pixels +
							 y * surface->pitch);

		for (int x = 0; x < glyph->w; x++)
			glyph->coverage[y * glyph->w + x] = (uint8_t)(row[x] >>
								      24);
	}
}

static void render(struct typeface *face, struct glyph *glyph, uint32_t code)
{
	const SDL_Color white = {255, 255, 255, 255};
	SDL_Surface *surface;
	int left;

	free(glyph->coverage);
	*glyph = (struct glyph){.code = code};
	TTF_GlyphMetrics32(face->font, code, &left, NULL, NULL, NULL,
			   &glyph->advance);
	surface = TTF_RenderGlyph32_Blended(face->font, code, white);
	if (!surface)
		return;
	/* SDL_ttf's picture of a glyph begins at its left bearing, if < 0 */
	glyph->left = left < 0 ? left : 0;
	keep_coverage(glyph, surface);
	SDL_FreeSurface(surface);
}

static const struct glyph *glyph_of(struct typeface *face, uint32_t code)
{
	struct glyph *glyph = &face->glyph[code % NR_GLYPHS];

	if (glyph->code != code)
		render(face, glyph, code);
	return glyph;
}

static void blend_glyph(struct canvas *canvas, const struct glyph *glyph, int x,
			int y, colour_t colour)
{
	struct box in =
		cut((struct box){x + glyph->left, y, glyph->w, glyph->h},
		    canvas_clip(canvas));

	for (int row = in.y; row < in.y + in.h; row++) {
		const uint8_t *from = glyph->coverage + (row - y) * glyph->w -
				      (x + glyph->left);
		uint32_t *to = canvas_row(canvas, row);

		for (int column = in.x; column < in.x + in.w; column++)
			if (from[column])
				to[column] = colour_mix(
					to[column], colour,
					from[column] + (from[column] >> 7));
	}
}

/* ---- text --------------------------------------------------------------------------- */

int canvas_line_height(const struct canvas *canvas, enum font font)
{
	return canvas->face[font].height;
}

int canvas_text_width(struct canvas *canvas, enum font font, const char *text)
{
	int width = 0;

	while (*text)
		width += glyph_of(&canvas->face[font], next_code(&text))
				 ->advance;
	return width;
}

int canvas_text(struct canvas *canvas, int x, int y, enum font font,
		colour_t colour, const char *text)
{
	while (*text) {
		const struct glyph *glyph = glyph_of(&canvas->face[font],
						     next_code(&text));

		blend_glyph(canvas, glyph, x, y, colour);
		x += glyph->advance;
	}
	return x;
}

int canvas_textf(struct canvas *canvas, int x, int y, enum font font,
		 colour_t colour, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return canvas_text(canvas, x, y, font, colour, text);
}

int canvas_text_cut(struct canvas *canvas, int x, int y, int width,
		    enum font font, colour_t colour, const char *text)
{
	struct typeface *face = &canvas->face[font];
	int end = x + width - glyph_of(face, ELLIPSIS)->advance;

	if (canvas_text_width(canvas, font, text) <= width)
		return canvas_text(canvas, x, y, font, colour, text);
	while (*text) {
		const struct glyph *glyph = glyph_of(face, next_code(&text));

		if (x + glyph->advance > end)
			break;
		blend_glyph(canvas, glyph, x, y, colour);
		x += glyph->advance;
	}
	if (end < x - width)
		return x;
	blend_glyph(canvas, glyph_of(face, ELLIPSIS), x, y, colour);
	return x + glyph_of(face, ELLIPSIS)->advance;
}

void canvas_text_right(struct canvas *canvas, int right, int y, enum font font,
		       colour_t colour, const char *text)
{
	canvas_text(canvas, right - canvas_text_width(canvas, font, text), y,
		    font, colour, text);
}
