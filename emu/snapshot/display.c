/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's display: its controller's registers and the memory that they
 * name, copied when it isn't as it was the last time. Colours are made of them
 * by who looks, in his own time.
 */
#include "emu/snapshot/display.h"

#include <string.h>

#include "emu/framebuffer.h"
#include "emu/machine_state.h"
#include "emu/snapshot/source.h"

static void keep_registers(struct snapshot_display *to, const struct pl111 *lcd)
{
	to->control = lcd->control;
	memcpy(to->timing, lcd->timing, sizeof(to->timing));
	memcpy(to->palette, lcd->palette, sizeof(to->palette));
	memcpy(to->cursor_image, lcd->cursor.image, sizeof(to->cursor_image));
	to->cursor_control = lcd->cursor.control;
	to->cursor_config = lcd->cursor.config;
	to->cursor_xy = lcd->cursor.xy;
	to->cursor_clip = lcd->cursor.clip;
	memcpy(to->cursor_palette, lcd->cursor.palette,
	       sizeof(to->cursor_palette));
}

static struct pl111 with_registers(const struct snapshot_display *from)
{
	struct pl111 lcd = {.control = from->control};

	memcpy(lcd.timing, from->timing, sizeof(lcd.timing));
	memcpy(lcd.palette, from->palette, sizeof(lcd.palette));
	memcpy(lcd.cursor.image, from->cursor_image, sizeof(lcd.cursor.image));
	lcd.cursor.control = from->cursor_control;
	lcd.cursor.config = from->cursor_config;
	lcd.cursor.xy = from->cursor_xy;
	lcd.cursor.clip = from->cursor_clip;
	memcpy(lcd.cursor.palette, from->cursor_palette,
	       sizeof(lcd.cursor.palette));
	return lcd;
}

struct part *take_display(const struct snapshot_source *source)
{
	const struct devices *devices = &source->machine->devices;
	const struct pl111 *lcd = &devices->display;
	struct part_writer writer = {
		.element_bytes = sizeof(struct snapshot_display)};
	struct snapshot_display *to;

	if (!devices->has_display)
		return part_done(&writer);
	to = part_add(&writer);
	if (!to || !pl111_shows(lcd))
		return part_done(&writer);
	to->width = pl111_width(lcd);
	to->height = pl111_height(lcd);
	to->bits = pl111_bits_per_pixel(lcd);
	to->halves = pl111_is_dual(lcd) ? 2 : 1;
	to->half_bytes = pl111_frame_bytes(lcd);
	for (unsigned int half = 0; half < to->halves; half++)
		to->paddr[half] = pl111_frame_base(lcd, half);
	keep_registers(to, lcd);
	return part_done(&writer);
}

/* Both halves, one after the other; what isn't RAM is black, and zero here. */
static void copy_halves(const struct pl111 *lcd, unsigned int halves,
			unsigned char *to)
{
	uint32_t nr_bytes = pl111_frame_bytes(lcd);

	for (unsigned int half = 0; half < halves; half++) {
		const uint8_t *from = pl111_memory(
			lcd, pl111_frame_base(lcd, half), nr_bytes);

		if (from)
			memcpy(to + half * (size_t)nr_bytes, from, nr_bytes);
	}
}

static bool is_as_before(const struct pl111 *lcd, unsigned int halves,
			 const struct part *last)
{
	uint32_t nr_bytes = pl111_frame_bytes(lcd);

	if (!last || last->size_bytes != (size_t)nr_bytes * halves)
		return false;
	for (unsigned int half = 0; half < halves; half++) {
		const uint8_t *from = pl111_memory(
			lcd, pl111_frame_base(lcd, half), nr_bytes);

		if (!from || memcmp(last->data + half * (size_t)nr_bytes, from,
				    nr_bytes) != 0)
			return false;
	}
	return true;
}

struct part *take_pixels(const struct snapshot_source *source)
{
	const struct pl111 *lcd = &source->machine->devices.display;
	unsigned int halves = pl111_is_dual(lcd) ? 2 : 1;
	struct part *part;

	if (!source->machine->devices.has_display || !pl111_shows(lcd))
		return part_create(0);
	if (is_as_before(lcd, halves, source->last))
		return part_get((struct part *)source->last);
	part = part_create((size_t)pl111_frame_bytes(lcd) * halves);
	if (part)
		copy_halves(lcd, halves, part->data);
	return part;
}

bool snapshot_picture(const struct snapshot *snapshot, struct picture *picture)
{
	uint32_t nr, nr_bytes;
	const struct snapshot_display *display = snapshot_display(snapshot,
								  &nr);
	const uint8_t *pixels = snapshot_pixels(snapshot, &nr_bytes);
	struct pl111 lcd;

	if (!nr || !display->width ||
	    nr_bytes != (size_t)display->half_bytes * display->halves)
		return false;
	lcd = with_registers(display);
	return framebuffer_decode(
		&lcd, (const uint8_t *[]){pixels, pixels + display->half_bytes},
		picture);
}
