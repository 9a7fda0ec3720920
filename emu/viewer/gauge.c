/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts that several panels are made of: see gauge.h. */
#include "emu/viewer/gauge.h"

#include <stdio.h>
#include <string.h>

#include "emu/viewer/view.h"

/* ---- watermarks ------------------------------------------------------------------ */

uint64_t zone_free(const struct kernel_zone_info *zone)
{
	uint64_t pages = 0;

	for (int type = 0; type < KERNEL_NR_MIGRATETYPES; type++)
		for (int order = 0; order < KERNEL_NR_ORDERS; order++)
			pages += (uint64_t)zone->free_blocks[type][order]
				 << order;
	return pages;
}

enum zone_level zone_level(const struct kernel_zone_info *zone)
{
	const uint64_t free = zone_free(zone);

	return free < zone->min    ? ZONE_BELOW_MIN
	       : free < zone->low  ? ZONE_BELOW_LOW
	       : free < zone->high ? ZONE_BELOW_HIGH
				   : ZONE_PLENTY;
}

const char *zone_level_text(enum zone_level level)
{
	static const char *const texts[] = {
		[ZONE_PLENTY] = "above high: enough",
		[ZONE_BELOW_HIGH] = "below high: kswapd goes on if it runs",
		[ZONE_BELOW_LOW] = "below low: kswapd is woken",
		[ZONE_BELOW_MIN] = "below min: who allocates reclaims",
	};

	return texts[level];
}

int gauge_place(const struct kernel_zone_info *zone, uint64_t pages, int width)
{
	const uint64_t knee = 2 * (uint64_t)zone->high;
	const int half = width / 2;

	if (!knee || zone->managed <= knee)
		return zone->managed
			       ? (int)((uint64_t)width * pages / zone->managed)
			       : 0;
	if (pages <= knee)
		return (int)((uint64_t)half * pages / knee);
	if (pages > zone->managed)
		pages = zone->managed;
	return half + (int)((uint64_t)(width - half) * (pages - knee) /
			    (zone->managed - knee));
}

int gauge_height(const struct canvas *canvas)
{
	return canvas_line_height(canvas, FONT_SMALL) + canvas_unit(canvas, 12);
}

static colour_t level_colour(const struct palette *palette,
			     enum zone_level level)
{
	return level == ZONE_PLENTY       ? palette->good
	       : level == ZONE_BELOW_HIGH ? palette->kind[0]
	       : level == ZONE_BELOW_LOW  ? palette->warn
					  : palette->bad;
}

/* Names stand where there is room for them, from the left. */
static void draw_marks(struct canvas *canvas, const struct palette *palette,
		       struct box box, int bar,
		       const struct kernel_zone_info *zone)
{
	const struct {
		const char *name;
		uint64_t pages;
	} marks[] = {
		{"min", zone->min}, {"low", zone->low}, {"high", zone->high}};
	int line = canvas_unit(canvas, 1), free_from = box.x;

	for (int i = 0; i < 3; i++) {
		int x = box.x + gauge_place(zone, marks[i].pages, box.w);
		int width = canvas_text_width(canvas, FONT_SMALL,
					      marks[i].name);
		int left = x - width / 2;

		canvas_fill(canvas,
			    (struct box){x, box.y - line, line,
					 bar + canvas_unit(canvas, 3)},
			    palette->text);
		if (left < free_from)
			left = free_from;
		if (left > x || left + width > box.x + box.w)
			continue;
		canvas_text(canvas, left, box.y + bar + line, FONT_SMALL,
			    palette->dim, marks[i].name);
		free_from = left + width + canvas_unit(canvas, 4);
	}
}

void gauge_draw(struct canvas *canvas, const struct palette *palette,
		struct box box, const struct kernel_zone_info *zone)
{
	const int bar = canvas_unit(canvas, 9);
	const int free = gauge_place(zone, zone_free(zone), box.w);
	const bool broken = zone->managed > 2 * (uint64_t)zone->high;
	char text[32];

	canvas_fill(canvas, (struct box){box.x, box.y, box.w, bar},
		    palette->free);
	canvas_fill(canvas, (struct box){box.x, box.y, free, bar},
		    level_colour(palette, zone_level(zone)));
	if (broken) { /* the scale is another one from here on */
		int x = box.x + box.w / 2, gap = canvas_unit(canvas, 2);

		canvas_fill(canvas, (struct box){x - gap, box.y, gap, bar},
			    palette->panel);
	}
	draw_marks(canvas, palette, box, bar, zone);
	text_pages(zone->managed, text);
	canvas_text_right(canvas, box.x + box.w,
			  box.y + bar + canvas_unit(canvas, 1), FONT_SMALL,
			  palette->faint, text);
}

/* ---- small things ----------------------------------------------------------------- */

colour_t ink_on(colour_t ground)
{
	const uint32_t light = (ground >> 16 & 255) * 299 +
			       (ground >> 8 & 255) * 587 + (ground & 255) * 114;

	return light > 128000 ? 0x101216 : 0xffffff;
}

const char *text_count(uint64_t n, char to[32])
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%llu",
			      (unsigned long long)n);
	char *at = to;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return to;
}

const char *text_short(uint64_t n, char to[8])
{
	if (n < 10000)
		snprintf(to, 8, "%u", (unsigned int)n);
	else if (n < 1000000)
		snprintf(to, 8, "%uk", (unsigned int)(n / 1000));
	else
		snprintf(to, 8, "%uM", (unsigned int)(n / 1000000) % 10000u);
	return to;
}

const char *text_pages(uint64_t pages, char to[32])
{
	text_bytes(pages * 4096, to, 32);
	return to;
}

int chip_draw(struct canvas *canvas, int x, int y, colour_t colour)
{
	const int line = canvas_line_height(canvas, FONT_SMALL);
	const int side = canvas_unit(canvas, 9);

	canvas_fill(canvas, (struct box){x, y + (line - side) / 2, side, side},
		    colour);
	return x + side + canvas_unit(canvas, 4);
}
