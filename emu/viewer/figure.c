/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Figures of words: see figure.h. Fields are as wide as their names ask for
 * before they are as wide as they have bits, so that a flag of one bit can be
 * read beside an address of twenty.
 */
#include "emu/viewer/figure.h"

#include <stdio.h>
#include <string.h>

#define TINT   80 /* of a field's colour, in 255 */
#define BINARY 5 /* fields of so many bits at most are shown so */
#define COLUMN 292 /* points */
#define LABEL  96

static colour_t field_colour(const struct palette *palette, const char *name)
{
	static const struct {
		const char *name;
		int kind;
	} kinds[] = {
		{"base", KIND_SKY},        {"PFN", KIND_SKY},
		{"offset", KIND_SKY},      {"35:32", KIND_SKY},
		{"39:36", KIND_SKY},       {"AP", KIND_ORANGE},
		{"AP2", KIND_ORANGE},      {"RDONLY", KIND_ORANGE},
		{"USER", KIND_ORANGE},     {"TEX", KIND_GREEN},
		{"C", KIND_GREEN},         {"B", KIND_GREEN},
		{"MT", KIND_GREEN},        {"IRGN0", KIND_GREEN},
		{"IRGN1", KIND_GREEN},     {"RGN", KIND_GREEN},
		{"S", KIND_TEAL},          {"NOS", KIND_TEAL},
		{"SHARED", KIND_TEAL},     {"nG", KIND_PURPLE},
		{"XN", KIND_VERMILLION},   {"PXN", KIND_VERMILLION},
		{"domain", KIND_YELLOW},   {"type", KIND_GREY},
		{"NS", KIND_OLIVE},        {"DIRTY", KIND_BROWN},
		{"YOUNG", KIND_ROSE},      {"NONE", KIND_VERMILLION},
		{"L1 index", KIND_ORANGE}, {"L2 index", KIND_PURPLE},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return palette->kind[kinds[i].kind];
	return palette->kind[KIND_GREY];
}

/* ---- numbers ------------------------------------------------------------------ */

static int nr_bits(const struct snapshot_bits *bits)
{
	return bits->high - bits->low + 1;
}

uint32_t figure_value(uint32_t word, const struct snapshot_bits *bits)
{
	return word >> bits->low &
	       (uint32_t)((UINT64_C(1) << nr_bits(bits)) - 1);
}

void figure_value_text(uint32_t word, const struct snapshot_bits *bits,
		       char *to, size_t size)
{
	const uint32_t value = figure_value(word, bits);
	const int nr = nr_bits(bits);

	if (!strcmp(bits->name, "base")) {
		snprintf(to, size, "0x%08x", value << bits->low);
		return;
	}
	if (nr > BINARY) {
		snprintf(to, size, "0x%0*x", (nr + 3) / 4, value);
		return;
	}
	for (int i = 0; i < nr && (size_t)i + 1 < size; i++) {
		to[i] = value >> (nr - 1 - i) & 1 ? '1' : '0';
		to[i + 1] = '\0';
	}
}

bool figure_share(const struct snapshot_word *word, const int *need, int width,
		  int *share)
{
	int needed = 0, left, bits = 32, given = 0;

	for (int i = 0; i < word->nr_bits; i++)
		needed += need[i];
	left = width > needed ? width - needed : 0;
	for (int i = 0; i < word->nr_bits; i++) {
		const int nr = nr_bits(&word->bits[i]);
		const int more = left * nr / bits;

		left -= more;
		bits -= nr;
		share[i] = width >= needed ? need[i] + more : width * nr / 32;
		given += share[i];
	}
	share[0] += width - given;
	return width >= needed;
}

/* ---- the figure --------------------------------------------------------------- */

const struct figure_spot *figure_spot_at(const struct figure_spots *spots,
					 int x, int y)
{
	for (unsigned int i = 0; i < spots->nr; i++)
		if (box_has(spots->spot[i].box, x, y))
			return &spots->spot[i];
	return NULL;
}

static void remember(struct figure_spots *spots, struct box box,
		     const struct snapshot_word *word,
		     const struct snapshot_bits *bits)
{
	if (spots->nr < FIGURE_MAX_SPOTS)
		spots->spot[spots->nr++] = (struct figure_spot){box, word->word,
								*bits};
}

int figure_height(const struct canvas *canvas)
{
	return canvas_line_height(canvas, FONT_SMALL) * 2 +
	       canvas_line_height(canvas, FONT_MONO) + canvas_unit(canvas, 4);
}

static void centred(struct canvas *canvas, struct box box, int y,
		    enum font font, colour_t colour, const char *text)
{
	int width = canvas_text_width(canvas, font, text);

	if (width <= box.w)
		canvas_text(canvas, box.x + (box.w - width) / 2, y, font,
			    colour, text);
}

/* The numbers of its first and last bit, above the field. */
static void draw_numbers(struct canvas *canvas, const struct palette *palette,
			 struct box box, const struct snapshot_bits *bits)
{
	int pad = canvas_unit(canvas, 2);
	char high[4], low[4];

	snprintf(high, sizeof(high), "%u", bits->high);
	snprintf(low, sizeof(low), "%u", bits->low);
	if (bits->high == bits->low) {
		centred(canvas, box, box.y, FONT_SMALL, palette->faint, high);
		return;
	}
	if (canvas_text_width(canvas, FONT_SMALL, high) +
		    canvas_text_width(canvas, FONT_SMALL, low) + 3 * pad >
	    box.w)
		return;
	canvas_text(canvas, box.x + pad, box.y, FONT_SMALL, palette->faint,
		    high);
	canvas_text_right(canvas, box.x + box.w - pad, box.y, FONT_SMALL,
			  palette->faint, low);
}

static void draw_field(struct canvas *canvas, const struct palette *palette,
		       struct box box, const struct snapshot_word *word,
		       const struct snapshot_bits *bits)
{
	const int line = canvas_line_height(canvas, FONT_SMALL);
	const int pad = canvas_unit(canvas, 2);
	const bool named = bits->name[0];
	struct box cell = {box.x, box.y + line, box.w, box.h - line};
	char value[40];

	figure_value_text(word->word, bits, value, sizeof(value));
	draw_numbers(canvas, palette, box, bits);
	if (named)
		canvas_blend(canvas, cell, field_colour(palette, bits->name),
			     TINT);
	canvas_frame(canvas,
		     (struct box){cell.x, cell.y,
				  cell.w + canvas_unit(canvas, 1), cell.h},
		     palette->border, canvas_unit(canvas, 1));
	centred(canvas, cell, cell.y + pad / 2, FONT_SMALL, palette->dim,
		bits->name);
	centred(canvas, cell, cell.y + line, FONT_MONO,
		named ? palette->text : palette->faint, value);
}

void figure_draw(struct canvas *canvas, const struct palette *palette,
		 struct box box, const struct snapshot_word *word,
		 struct figure_spots *spots)
{
	int need[WORD_MAX_BITS], share[WORD_MAX_BITS], x = box.x;

	if (!word->nr_bits)
		return;
	for (int i = 0; i < word->nr_bits; i++) {
		const struct snapshot_bits *bits = &word->bits[i];
		char value[40];
		int name, number;

		figure_value_text(word->word, bits, value, sizeof(value));
		name = canvas_text_width(canvas, FONT_SMALL, bits->name);
		number = canvas_text_width(canvas, FONT_MONO, value);
		need[i] = (name > number ? name : number) +
			  canvas_unit(canvas, 6);
	}
	figure_share(word, need, box.w - canvas_unit(canvas, 1), share);
	for (int i = 0; i < word->nr_bits; i++) {
		struct box field = {x, box.y, share[i], figure_height(canvas)};

		draw_field(canvas, palette, field, word, &word->bits[i]);
		remember(spots, field, word, &word->bits[i]);
		x += share[i];
	}
}

/* ---- the table ------------------------------------------------------------------- */

static int nr_meanings(const struct snapshot_word *word)
{
	int nr = 0;

	for (int i = 0; i < word->nr_bits; i++)
		nr += word->bits[i].meaning[0] != '\0';
	return nr;
}

static int nr_columns(const struct canvas *canvas, int width)
{
	int nr = width / canvas_unit(canvas, COLUMN);

	return nr < 1 ? 1 : nr;
}

int figure_table_height(const struct canvas *canvas, int width,
			const struct snapshot_word *word)
{
	int columns = nr_columns(canvas, width);

	return (nr_meanings(word) + columns - 1) / columns *
	       canvas_line_height(canvas, FONT_TEXT);
}

static void draw_meaning(struct canvas *canvas, const struct palette *palette,
			 struct box box, const struct snapshot_bits *bits)
{
	const int size = canvas_unit(canvas, 8), pad = canvas_unit(canvas, 5);
	char name[24];
	int x = box.x;

	canvas_fill(canvas,
		    (struct box){x, box.y + (box.h - size) / 2, size, size},
		    field_colour(palette, bits->name));
	x += size + pad;
	if (bits->high == bits->low)
		snprintf(name, sizeof(name), "%s [%u]", bits->name, bits->high);
	else
		snprintf(name, sizeof(name), "%s [%u:%u]", bits->name,
			 bits->high, bits->low);
	canvas_text_cut(canvas, x, box.y, canvas_unit(canvas, LABEL), FONT_TEXT,
			palette->dim, name);
	x += canvas_unit(canvas, LABEL);
	if (box.x + box.w > x)
		canvas_text_cut(canvas, x, box.y, box.x + box.w - x - pad,
				FONT_TEXT, palette->text, bits->meaning);
}

void figure_table(struct canvas *canvas, const struct palette *palette,
		  struct box box, const struct snapshot_word *word,
		  struct figure_spots *spots)
{
	const int columns = nr_columns(canvas, box.w);
	const int rows = (nr_meanings(word) + columns - 1) / columns;
	const int line = canvas_line_height(canvas, FONT_TEXT);
	int n = 0;

	for (int i = 0; i < word->nr_bits; i++) {
		const struct snapshot_bits *bits = &word->bits[i];
		struct box at = {box.x + n / (rows ?: 1) * (box.w / columns),
				 box.y + n % (rows ?: 1) * line,
				 box.w / columns, line};

		if (!bits->meaning[0])
			continue;
		draw_meaning(canvas, palette, at, bits);
		remember(spots, at, word, bits);
		n++;
	}
}
