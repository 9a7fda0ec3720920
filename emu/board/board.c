/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Looking things up in the boards, which are const tables in files of their
 * own. Invariant of a board, asserted by test_config.c: register ranges and
 * RAM do not overlap, names are unique, and the console is one of the devices.
 */

#include "emu/board/board.h"

#include <string.h>

#include "emu/board/boards.h"

static const struct board *const boards[] = {
#define BOARD(symbol, name) &symbol,
#include "emu/board/boards.def"
#undef BOARD
};

const struct board *board_number(size_t number)
{
	return number < sizeof(boards) / sizeof(boards[0]) ? boards[number]
							   : NULL;
}

const struct board *board_find(const char *name)
{
	const struct board *board;

	for (size_t i = 0; (board = board_number(i)); i++)
		if (!strcmp(board->name, name))
			return board;
	return NULL;
}

const struct board_device *board_device(const struct board *board,
					enum device_kind kind, size_t nth)
{
	for (size_t i = 0; i < board->nr_devices; i++)
		if (board->devices[i].kind == kind && !nth--)
			return &board->devices[i];
	return NULL;
}

const struct board_device *board_device_named(const struct board *board,
					      const char *name)
{
	for (size_t i = 0; i < board->nr_devices; i++)
		if (!strcmp(board->devices[i].name, name))
			return &board->devices[i];
	return NULL;
}

uint32_t board_irq_number(struct board_irq irq)
{
	static const uint32_t first[] = {
		[IRQ_NONE] = 0, [IRQ_SPI] = 32,   [IRQ_PPI] = 16,
		[IRQ_BANK] = 0, [IRQ_LOCAL] = 96,
	};

	return first[irq.space] + irq.number;
}
