/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_FRAMEBUFFER_H
#define EMU_FRAMEBUFFER_H

/*
 * What stands on the guest's display at this moment: read from the guest's
 * RAM, as the controller's registers say, whenever somebody asks. Asking
 * changes nothing that the guest could see.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/picture.h"

struct pl111;

/*
 * Into @picture (at first all zero), whose memory is used again where it
 * suffices. False: the display is dark, or no memory; @picture is as it was.
 * To be called while the machine stands still.
 */
bool framebuffer_read(const struct pl111 *lcd, struct picture *picture);

/*
 * The same of memory that was copied before: @half, of which there are two on
 * a display of two halves; NULL is black. Of @lcd only registers count.
 */
bool framebuffer_decode(const struct pl111 *lcd, const uint8_t *const half[],
			struct picture *picture);

#endif
