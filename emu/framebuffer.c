/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From memory to colours (DDI 0293C, 2.2 to 2.4 and 3.2.5): pixels are taken
 * out of words in the order that the endianness bits give, go through the
 * palette when they have 8 bits or fewer, and through the cursor.
 *
 * Invariant: a pixel of b bits becomes 8 bits by repeating itself, so that
 * black stays black and white white.
 *
 * MODEL: the intensity bit of palette entries and 5:5:5 pixels isn't shown
 * (the boards' displays are wired 8:8:8); STN displays show the full colours,
 * not the dithered ones. A frame that lies not wholly in one bank of RAM is
 * black.
 */
#include "emu/framebuffer.h"

#include <stdlib.h>
#include <string.h>

#include "emu/device_pl111.h"

struct rgb {
	uint8_t r, g, b;
};

/* ---- one pixel ------------------------------------------------------------------ */

/* @bits of @word from @lowest on, as 8 bits. */
static uint8_t widen(uint32_t word, unsigned int lowest, unsigned int bits)
{
	const uint32_t value = word >> lowest & ((1u << bits) - 1);
	uint32_t wide = value << (8 - bits);

	for (unsigned int have = bits; have < 8; have *= 2)
		wide |= wide >> have;
	return (uint8_t)wide;
}

/* Three fields, red in the lowest bits. */
static struct rgb unpack(uint32_t word, unsigned int r, unsigned int g,
			 unsigned int b)
{
	return (struct rgb){widen(word, 0, r), widen(word, r, g),
			    widen(word, r + g, b)};
}

/* Entries are half words: BEBO swaps the two of a word. */
static struct rgb palette_colour(const struct pl111 *lcd, uint32_t pixel)
{
	const bool upper = !(pixel % 2) == !!(lcd->control & PL111_CNTL_BEBO);
	const uint32_t entry = lcd->palette[pixel / 2] >> (upper ? 16 : 0);
	struct rgb colour = unpack(entry, 5, 5, 5);

	if ((lcd->control & (PL111_CNTL_BW | PL111_CNTL_TFT)) == PL111_CNTL_BW)
		colour.r = colour.g = colour.b = widen(entry, 1, 4);
	return colour;
}

static struct rgb pixel_colour(const struct pl111 *lcd, uint32_t pixel)
{
	struct rgb colour;
	uint8_t red;

	switch (pl111_format(lcd)) {
	case PL111_24BPP:
		colour = unpack(pixel, 8, 8, 8);
		break;
	case PL111_16BPP_565:
		colour = unpack(pixel, 5, 6, 5);
		break;
	case PL111_12BPP_444:
		colour = unpack(pixel, 4, 4, 4);
		break;
	case PL111_16BPP_5551:
		colour = unpack(pixel, 5, 5, 5);
		break;
	default:
		colour = palette_colour(lcd, pixel);
	}
	if (lcd->control & PL111_CNTL_BGR) {
		red = colour.b;
		colour.b = colour.r;
		colour.r = red;
	}
	return colour;
}

/*
 * By which shift a word gives its @n'th pixel of @bits. BEBO: the first byte
 * (or half word) is the highest; BEPO: within a byte the first pixel is.
 */
static unsigned int pixel_shift(uint32_t control, unsigned int n,
				unsigned int bits)
{
	const unsigned int unit = bits < 8 ? 8 : bits;
	const unsigned int per_unit = unit / bits;
	unsigned int in_word = n / per_unit, in_unit = n % per_unit;

	if (control & PL111_CNTL_BEBO)
		in_word = 32 / unit - 1 - in_word;
	if (control & PL111_CNTL_BEPO)
		in_unit = per_unit - 1 - in_unit;
	return in_word * unit + in_unit * bits;
}

/* ---- a frame ---------------------------------------------------------------------- */

static uint32_t word_at(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

/* @nr pixels, which lie one after the other; lines don't begin anew. */
static void read_pixels(const struct pl111 *lcd, const uint8_t *from,
			uint32_t nr, struct rgb *to)
{
	const unsigned int bits = pl111_bits_per_pixel(lcd);
	const unsigned int per_word = 32 / bits;
	const uint32_t mask = bits == 32 ? UINT32_MAX : (1u << bits) - 1;
	unsigned int shift[32];

	for (unsigned int n = 0; n < per_word; n++)
		shift[n] = pixel_shift(lcd->control, n, bits);
	for (uint32_t i = 0; i < nr; from += 4) {
		const uint32_t word = word_at(from);

		for (unsigned int n = 0; n < per_word && i < nr; n++, i++)
			to[i] = pixel_colour(lcd, word >> shift[n] & mask);
	}
}

/* ---- the cursor ---------------------------------------------------------------------- */

enum {
	CURSOR_COLOUR0,
	CURSOR_COLOUR1,
	CURSOR_CLEAR,
	CURSOR_INVERT
};

/* The pixel (x, y) of the image: the first of a byte is the highest. */
static unsigned int cursor_pixel(const struct pl111_cursor *cursor,
				 unsigned int size, unsigned int x,
				 unsigned int y)
{
	const unsigned int image = size == 32 ? (cursor->control >> 4 & 3) * 64
					      : 0;
	const uint32_t word = cursor->image[image + (y * size + x) / 16];

	return word >> pixel_shift(PL111_CNTL_BEPO, x % 16, 2) & 3;
}

static void draw_cursor_pixel(const struct pl111_cursor *cursor,
			      unsigned int what, struct rgb *at)
{
	if (what == CURSOR_INVERT)
		*at = (struct rgb){~at->r & 0xff, ~at->g & 0xff, ~at->b & 0xff};
	else if (what != CURSOR_CLEAR)
		*at = unpack(cursor->palette[what], 8, 8, 8);
}

/* The image's pixels from the clip position on lie from XY on. */
static void draw_cursor(const struct pl111 *lcd, struct picture *picture)
{
	const struct pl111_cursor *cursor = &lcd->cursor;
	const unsigned int size = cursor->config & 1 ? 64 : 32;
	const uint32_t left = cursor->xy & 0x3ff, top = cursor->xy >> 16;
	const unsigned int clip_x = cursor->clip & 0x3f;
	const unsigned int clip_y = cursor->clip >> 8;
	struct rgb *pixels = (struct rgb *)picture->rgb;

	if (!(cursor->control & 1))
		return;
	for (unsigned int y = clip_y; y < size; y++)
		for (unsigned int x = clip_x; x < size; x++) {
			const uint32_t to_x = left + x - clip_x;
			const uint32_t to_y = top + y - clip_y;

			if (to_x < picture->width && to_y < picture->height)
				draw_cursor_pixel(
					cursor,
					cursor_pixel(cursor, size, x, y),
					&pixels[to_y * picture->width + to_x]);
		}
}

/* ---- the whole ------------------------------------------------------------------------- */

static bool make_room(struct picture *picture, size_t nr_bytes)
{
	uint8_t *rgb;

	if (picture->room_bytes >= nr_bytes)
		return true;
	rgb = realloc(picture->rgb, nr_bytes);
	if (!rgb)
		return false;
	picture->rgb = rgb;
	picture->room_bytes = nr_bytes;
	return true;
}

bool framebuffer_decode(const struct pl111 *lcd, const uint8_t *const half[],
			struct picture *picture)
{
	const uint32_t width = pl111_width(lcd), height = pl111_height(lcd);
	const unsigned int halves = pl111_is_dual(lcd) ? 2 : 1;
	const uint32_t nr = width * (height / halves);

	_Static_assert(sizeof(struct rgb) == 3, "three bytes a pixel");
	if (!make_room(picture, (size_t)width * height * sizeof(struct rgb)))
		return false;
	picture->width = width;
	picture->height = height;
	for (unsigned int i = 0; i < halves; i++) {
		struct rgb *to = (struct rgb *)picture->rgb + i * nr;

		if (half[i])
			read_pixels(lcd, half[i], nr, to);
		else
			memset(to, 0, nr * sizeof(*to));
	}
	draw_cursor(lcd, picture);
	return true;
}

bool framebuffer_read(const struct pl111 *lcd, struct picture *picture)
{
	const uint32_t nr_bytes = pl111_frame_bytes(lcd);
	const uint8_t *half[2] = {NULL};

	if (!pl111_shows(lcd))
		return false;
	for (unsigned int i = 0; i < (pl111_is_dual(lcd) ? 2 : 1); i++)
		half[i] = pl111_memory(lcd, pl111_frame_base(lcd, i), nr_bytes);
	return framebuffer_decode(lcd, half, picture);
}

void picture_free(struct picture *picture)
{
	free(picture->rgb);
	*picture = (struct picture){0};
}
