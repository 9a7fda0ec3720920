/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_FRAMEBUFFER_H
#define EMU_FRAMEBUFFER_H

/*
 * What stands on the guest's display at this moment: read from the guest's
 * RAM, as the controller's registers say, whenever somebody asks. Asking
 * changes nothing that the guest could see.
 */

#include <stdbool.h>

#include "emu/picture.h"

struct pl111;

/*
 * Into @picture (at first all zero), whose memory is used again where it
 * suffices. False: the display is dark, or no memory; @picture is as it was.
 * To be called while the machine stands still.
 */
bool framebuffer_read(const struct pl111 *lcd, struct picture *picture);

#endif
