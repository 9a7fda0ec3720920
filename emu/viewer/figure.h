/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_FIGURE_H
#define EMU_VIEWER_FIGURE_H

/* A word of 32 bits as manuals draw it: a box for each field, names, values. */

#include "emu/snapshot/section.h"
#include "emu/viewer/canvas.h"
#include "emu/viewer/palette.h"

/* Where fields were drawn, for the pointer. */
#define FIGURE_MAX_SPOTS 96
struct figure_spots {
	unsigned int nr;
	struct figure_spot {
		struct box box;
		uint32_t word;
		struct snapshot_bits bits;
	} spot[FIGURE_MAX_SPOTS];
};
/* That at @x, @y; NULL: none. */
const struct figure_spot *figure_spot_at(const struct figure_spots *spots,
					 int x, int y);

/* The value of @bits in @word. */
uint32_t figure_value(uint32_t word, const struct snapshot_bits *bits);
/*
 * "01", "0x6fe1c": in binary or, where that is long, hexadecimal; of a base
 * the address.
 */
void figure_value_text(uint32_t word, const struct snapshot_bits *bits,
		       char *to, size_t size);

/*
 * How wide each field is, where @need is what its texts take and @width there
 * is: at least what it needs while that is to be had, and more by its bits.
 * Widths add up to @width. False: there isn't room for all of @need.
 */
bool figure_share(const struct snapshot_word *word, const int *need, int width,
		  int *share);

int figure_height(const struct canvas *canvas);
void figure_draw(struct canvas *canvas, const struct palette *palette,
		 struct box box, const struct snapshot_word *word,
		 struct figure_spots *spots);

/* What the fields mean, in as many columns as there is room for. */
int figure_table_height(const struct canvas *canvas, int width,
			const struct snapshot_word *word);
void figure_table(struct canvas *canvas, const struct palette *palette,
		  struct box box, const struct snapshot_word *word,
		  struct figure_spots *spots);

#endif
