/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The UART as a driver sees it, with a pipe at the far end.
 */
#include "emu/device_pl011.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum {
	DR = 0x00,
	FR = 0x18,
	IMSC = 0x38,
	RIS = 0x3c,
	MIS = 0x40,
	ICR = 0x44
};
enum {
	DCD = 1 << 2,
	RX = 1 << 4,
	TX = 1 << 5
};
enum {
	FR_RXFE = 1 << 4,
	FR_TXFF = 1 << 5
};

struct fixture {
	struct console console;
	struct pl011 uart;
	int feed, drain; /* our ends of its pipes */
};

static int setup(void **state)
{
	static struct fixture f;
	int in[2], out[2];

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	f.feed = in[1];
	f.drain = out[0];
	console_open(&f.console, in[0], out[1]);
	pl011_create(&f.uart, &f.console);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	close(f->console.in);
	close(f->console.out);
	if (f->feed >= 0)
		close(f->feed);
	close(f->drain);
	return 0;
}

static uint32_t get(struct fixture *f, uint32_t offset)
{
	return pl011_read(&f->uart, offset, 4);
}

static void set(struct fixture *f, uint32_t offset, uint32_t value)
{
	pl011_write(&f->uart, offset, 4, value);
}

static void feed(struct fixture *f, const char *text)
{
	assert_int_equal(write(f->feed, text, strlen(text)), strlen(text));
}

static void hang_up(struct fixture *f)
{
	close(f->feed);
	f->feed = -1;
}

/* What its FIFO holds, as text. */
static const char *received(struct fixture *f, char *to)
{
	char *at = to;

	while (!(get(f, FR) & FR_RXFE))
		*at++ = (char)get(f, DR);
	*at = '\0';
	return to;
}

static void output_goes_out_in_order(void **state)
{
	struct fixture *f = *state;
	char text[16] = "";

	for (const char *c = "hello"; *c; c++) {
		assert_false(get(f, FR) & FR_TXFF);
		set(f, DR, (uint32_t)*c);
	}
	console_flush(&f->console);
	assert_int_equal(read(f->drain, text, 16), 5);
	assert_string_equal(text, "hello");
	assert_true(get(f, RIS) & TX);
	set(f, ICR, TX);
	assert_false(get(f, RIS) & TX);
}

static void it_listens_only_when_told(void **state)
{
	struct fixture *f = *state;

	feed(f, "abc\n");
	assert_false(pl011_listens(&f->uart));
	assert_true(get(f, FR) & FR_RXFE);
	set(f, IMSC, RX);
	assert_true(pl011_listens(&f->uart));
	assert_false(pl011_interrupt(&f->uart));
	pl011_receive(&f->uart);
	assert_false(pl011_listens(&f->uart)); /* full enough */
	assert_true(pl011_interrupt(&f->uart));
	assert_true(get(f, MIS) & RX);
	set(f, IMSC, 0);
	assert_false(pl011_interrupt(&f->uart));
}

/* However the bytes came: by lines, or by FIFOs where a line is longer. */
static void input_is_cut_by_what_it_says(void **state)
{
	struct fixture *f = *state;
	char text[32];

	set(f, IMSC, RX);
	feed(f, "one\ntwo\nand a longer third line\nlast");
	hang_up(f);
	pl011_receive(&f->uart);
	assert_string_equal(received(f, text), "one\n");
	pl011_receive(&f->uart);
	assert_string_equal(received(f, text), "two\n");
	pl011_receive(&f->uart);
	assert_string_equal(received(f, text), "and a longer thi");
	pl011_receive(&f->uart);
	assert_string_equal(received(f, text), "rd line\n");
	assert_true(get(f, FR) & DCD);
	pl011_receive(&f->uart);
	assert_string_equal(received(f, text), "last");
}

static void the_end_is_a_lost_carrier(void **state)
{
	struct fixture *f = *state;
	char text[32];

	set(f, IMSC, RX | DCD);
	feed(f, "x");
	hang_up(f);
	assert_true(get(f, FR) & DCD);
	pl011_receive(&f->uart);
	assert_true(get(f, FR) & DCD); /* until the FIFO is empty */
	assert_false(get(f, RIS) & DCD);
	assert_string_equal(received(f, text), "x");
	assert_false(get(f, FR) & DCD);
	assert_true(get(f, MIS) & DCD);
	assert_true(pl011_interrupt(&f->uart));
	assert_false(pl011_listens(&f->uart));
	set(f, ICR, DCD);
	assert_false(pl011_interrupt(&f->uart));
}

static void it_says_who_it_is(void **state)
{
	static const uint8_t id[8] = {0x11, 0x10, 0x34, 0x00,
				      0x0d, 0xf0, 0x05, 0xb1};
	struct fixture *f = *state;

	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(get(f, 0xfe0 + i * 4), id[i]);
}

static void without_a_cable_it_is_silent(void **state)
{
	struct pl011 uart;

	(void)state;
	pl011_create(&uart, NULL);
	pl011_write(&uart, IMSC, 4, RX);
	pl011_write(&uart, DR, 4, 'x');
	assert_false(pl011_listens(&uart));
	assert_false(pl011_interrupt(&uart));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(output_goes_out_in_order),
		TEST(it_listens_only_when_told),
		TEST(input_is_cut_by_what_it_says),
		TEST(the_end_is_a_lost_carrier),
		TEST(it_says_who_it_is),
		TEST(without_a_cable_it_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
