/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_BOARD_BOARDS_H
#define EMU_BOARD_BOARDS_H

/* The tables themselves, for board.c; and short forms to write them in. */

#include "emu/board/board.h"

#define BOARD(symbol, name) extern const struct board symbol;
#include "emu/board/boards.def"
#undef BOARD

/* clang-format off */
#define SPI(n) {IRQ_SPI, n}
#define PPI(n) {IRQ_PPI, n}
#define BANK(bank, bit) {IRQ_BANK, 32 * (bank) + (bit)}
#define LOCAL(n) {IRQ_LOCAL, n}
/* clang-format on */

#define DEVICES(table) \
	.devices = (table), .nr_devices = sizeof(table) / sizeof((table)[0])

#endif
