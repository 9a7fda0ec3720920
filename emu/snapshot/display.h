/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_DISPLAY_H
#define EMU_SNAPSHOT_DISPLAY_H

/* The guest's display in a snapshot, from memory and registers to colours. */

#include <stdbool.h>

struct picture;
struct snapshot;

/*
 * As framebuffer_read(), from sections DISPLAY and PIXELS. False: they weren't
 * wished for, the display is dark, or no memory; @picture is as it was.
 */
bool snapshot_picture(const struct snapshot *snapshot, struct picture *picture);

#endif
