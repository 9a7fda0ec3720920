/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_PNG_H
#define EMU_PNG_H

/* Pictures as files of the host. */

#include <stdbool.h>

struct diag;
struct picture;

/* The same picture gives the same bytes. False, and @diag says why. */
bool png_write(const struct picture *picture, const char *path,
	       struct diag *diag);

#endif
