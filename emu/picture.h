/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_PICTURE_H
#define EMU_PICTURE_H

/* A picture: what a display shows, or a window. */

#include <stddef.h>
#include <stdint.h>

/* Red, green, blue, a byte each, from the left, lines from the top. */
struct picture {
	uint32_t width, height;
	uint8_t *rgb;
	size_t room_bytes; /* at @rgb */
};

void picture_free(struct picture *picture);

#endif
