/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VESA's timings at 60 Hz, and a quarter of VGA's. The controllers' clock
 * comes from an oscillator that the board's own firmware sets before the
 * kernel runs (Versatile Express: OSC1 of the daughterboard); here it is set
 * to what the display wants.
 */
#include "emu/display.h"

#include <stddef.h>

/* clang-format off */
static const struct display_mode modes[] = {
	/* choice 0 is none */
	{"320x240",   6293750,  320,  8,  48,  24, 240, 3, 2, 17, false},
	{"640x480",  25175000,  640, 16,  96,  48, 480, 10, 2, 33, false},
	{"800x600",  40000000,  800, 40, 128,  88, 600, 1, 4, 23, true},
	{"1024x768", 65000000, 1024, 24, 136, 160, 768, 3, 6, 29, false},
};
/* clang-format on */

const struct display_mode *display_mode(unsigned int number)
{
	return number && number <= sizeof(modes) / sizeof(*modes)
		       ? &modes[number - 1]
		       : NULL;
}
