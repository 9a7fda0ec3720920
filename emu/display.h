/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DISPLAY_H
#define EMU_DISPLAY_H

/*
 * Displays that can hang on a board's controller, by the names of the key
 * `display`: what the device tree tells of them and which pixel clock the
 * board then feeds its controller.
 */

#include <stdbool.h>
#include <stdint.h>

/* In pixels and lines; fields by the names of the device tree's binding. */
struct display_mode {
	const char *name; /* "640x480" */
	uint32_t clock_hz; /* of pixels */
	uint32_t hactive, hfront_porch, hsync_len, hback_porch;
	uint32_t vactive, vfront_porch, vsync_len, vback_porch;
	bool sync_high; /* both of them; false: low */
};

/* The @number'th choice of the key; NULL: no display is plugged in. */
const struct display_mode *display_mode(unsigned int number);

#endif
