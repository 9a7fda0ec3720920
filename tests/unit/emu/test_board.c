/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The board tables against each other and against well-known facts. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emu/board/board.h"

static bool apart(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return !a_size || !b_size || a + a_size <= b || b + b_size <= a;
}

static void check_reg(const struct board *board, size_t number,
		      struct board_reg reg)
{
	assert_true(apart(reg.base, reg.size_bytes, board->ram_base,
			  board->ram_max_bytes));
	for (size_t i = 0; i < number; i++)
		for (size_t j = 0; j < DEVICE_REGS; j++)
			assert_true(apart(reg.base, reg.size_bytes,
					  board->devices[i].reg[j].base,
					  board->devices[i].reg[j].size_bytes));
}

static void test_nothing_overlaps(void **state)
{
	const struct board *board;

	(void)state;
	for (size_t b = 0; (board = board_number(b)); b++)
		for (size_t i = 0; i < board->nr_devices; i++)
			for (size_t j = 0; j < DEVICE_REGS; j++)
				check_reg(board, i, board->devices[i].reg[j]);
}

static void test_names(void **state)
{
	const struct board *board;

	(void)state;
	for (size_t b = 0; (board = board_number(b)); b++) {
		assert_ptr_equal(board_find(board->name), board);
		/* The first of each name is found: the name is unique. */
		for (size_t i = 0; i < board->nr_devices; i++)
			assert_ptr_equal(board_device_named(
						 board, board->devices[i].name),
					 &board->devices[i]);
		assert_non_null(board_device_named(board, board->console));
		assert_int_equal(
			board_device_named(board, board->console)->kind,
			DEVICE_PL011);
	}
	assert_null(board_find("pdp-11"));
}

static void test_where_things_are(void **state)
{
	const struct board *vexpress = board_find("vexpress-a9");
	const struct board *raspi2 = board_find("raspi2");
	const struct board_device *uart;

	(void)state;
	uart = board_device(vexpress, DEVICE_PL011, 0);
	assert_int_equal(uart->reg[0].base, 0x10009000);
	assert_int_equal(board_irq_number(uart->irq[0]), 37);
	uart = board_device(vexpress, DEVICE_PL011, 3);
	assert_int_equal(uart->reg[0].base, 0x1000c000);
	assert_null(board_device(vexpress, DEVICE_PL011, 4));
	assert_null(board_device(vexpress, DEVICE_ARCH_TIMER, 0));
	assert_int_equal(board_device(board_find("linux-virt"), DEVICE_PL011, 0)
				 ->reg[0]
				 .base,
			 0x09000000);
	uart = board_device(raspi2, DEVICE_PL011, 0);
	assert_int_equal(board_irq_number(uart->irq[0]), 2 * 32 + 25);
	assert_int_equal(raspi2->ram_base, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_overlaps),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_where_things_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
