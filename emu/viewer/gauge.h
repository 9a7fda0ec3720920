/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_GAUGE_H
#define EMU_VIEWER_GAUGE_H

/* Parts that several panels are made of: watermarks and chips. */

#include "emu/snapshot/section.h"
#include "emu/viewer/palette.h"

/* ---- a zone's free memory against its watermarks ------------------------------ */

enum zone_level {
	ZONE_PLENTY,
	ZONE_BELOW_HIGH,
	ZONE_BELOW_LOW,
	ZONE_BELOW_MIN
};

/* In pages, those of per-CPU lists not included. */
uint64_t zone_free(const struct kernel_zone_info *zone);
enum zone_level zone_level(const struct kernel_zone_info *zone);
/* "below low: kswapd is to run" */
const char *zone_level_text(enum zone_level level);

/*
 * Where @pages are on a gauge @width wide: the left half is for what watermarks
 * are about, up to twice the high one, the right half for the rest.
 */
int gauge_place(const struct kernel_zone_info *zone, uint64_t pages, int width);
int gauge_height(const struct canvas *canvas);
void gauge_draw(struct canvas *canvas, const struct palette *palette,
		struct box box, const struct kernel_zone_info *zone);

/* ---- small things --------------------------------------------------------------- */

/* Black or white, what is read better on @ground. */
colour_t ink_on(colour_t ground);
/* "12,345"; and in four letters: "12k". */
const char *text_count(uint64_t n, char to[32]);
const char *text_short(uint64_t n, char to[8]);
const char *text_pages(uint64_t pages, char to[32]);

/* A square of @colour as high as a line of FONT_SMALL; returns its end. */
int chip_draw(struct canvas *canvas, int x, int y, colour_t colour);

#endif
