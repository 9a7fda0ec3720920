/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The UART by its registers: data, flags, masks, interrupt clear, and the
 * identification that drivers ask for. Baud rate and line control are kept
 * and read back, and do nothing.
 *
 * Invariant: the interrupt line is a function of the registers, and is said
 * anew after each change of theirs.
 *
 * MODEL: characters take no time. The receive and the receive timeout
 * interrupt are both up while the FIFO holds anything.
 */
#include "emu/device_pl011.h"

#include <string.h>

/* Registers, by offset. */
enum {
	DR = 0x00,
	RSR = 0x04,
	FR = 0x18,
	ILPR = 0x20,
	IBRD = 0x24,
	FBRD = 0x28,
	LCR_H = 0x2c,
	CR = 0x30,
	IFLS = 0x34,
	IMSC = 0x38,
	RIS = 0x3c,
	MIS = 0x40,
	ICR = 0x44,
	DMACR = 0x48,
	PERIPH_ID = 0xfe0
};

enum {
	FR_DCD = 1 << 2,
	FR_RXFE = 1 << 4,
	FR_RXFF = 1 << 6,
	FR_TXFE = 1 << 7
};
enum {
	INT_RI = 1 << 0,
	INT_DCD = 1 << 2,
	INT_RX = 1 << 4,
	INT_TX = 1 << 5,
	INT_RT = 1 << 6
};

void pl011_create(struct pl011 *uart, struct console *console)
{
	memset(uart, 0, sizeof(*uart));
	uart->console = console;
	uart->carrier = console;
	uart->cr = 0x300; /* transmit and receive enabled */
	uart->ifls = 0x12; /* interrupts at half */
}

static uint32_t flags(const struct pl011 *uart)
{
	return FR_TXFE | (uart->nr_fifo == 0 ? FR_RXFE : 0) |
	       (uart->nr_fifo == PL011_FIFO ? FR_RXFF : 0) |
	       (uart->carrier || uart->nr_fifo ? FR_DCD : 0);
}

static uint32_t raw_interrupts(const struct pl011 *uart)
{
	uint32_t raw = uart->events;

	if (uart->nr_fifo)
		raw = (raw & ~INT_DCD) | INT_RX | INT_RT;
	return raw;
}

bool pl011_interrupt(const struct pl011 *uart)
{
	return raw_interrupts(uart) & uart->imsc;
}

static void set_line(const struct pl011 *uart)
{
	irq_line_set(&uart->line, pl011_interrupt(uart));
}

void pl011_connect(struct pl011 *uart, struct irq_line line)
{
	uart->line = line;
	set_line(uart);
}

static uint32_t take(struct pl011 *uart)
{
	uint8_t byte;

	if (!uart->nr_fifo)
		return 0;
	byte = uart->fifo[uart->first];
	uart->first = (uart->first + 1) % PL011_FIFO;
	uart->nr_fifo--;
	set_line(uart);
	return byte;
}

static uint32_t identification(uint32_t offset)
{
	static const uint8_t id[8] = {0x11, 0x10, 0x34, 0x00,
				      0x0d, 0xf0, 0x05, 0xb1};

	return id[(offset - PERIPH_ID) / 4 % 8];
}

uint32_t pl011_read(void *ctx, uint32_t offset, unsigned int size)
{
	struct pl011 *uart = ctx;

	(void)size;
	switch (offset & ~3u) {
	case DR:
		return take(uart);
	case FR:
		return flags(uart);
	case ILPR:
		return uart->ilpr;
	case IBRD:
		return uart->ibrd;
	case FBRD:
		return uart->fbrd;
	case LCR_H:
		return uart->lcr_h;
	case CR:
		return uart->cr;
	case IFLS:
		return uart->ifls;
	case IMSC:
		return uart->imsc;
	case RIS:
		return raw_interrupts(uart);
	case MIS:
		return raw_interrupts(uart) & uart->imsc;
	case DMACR:
		return uart->dmacr;
	default:
		return offset >= PERIPH_ID ? identification(offset) : 0;
	}
}

static void send(struct pl011 *uart, uint8_t byte)
{
	if (uart->console)
		console_put(uart->console, byte);
	uart->events |= INT_TX;
}

void pl011_write(void *ctx, uint32_t offset, unsigned int size, uint32_t value)
{
	struct pl011 *uart = ctx;

	(void)size;
	switch (offset & ~3u) {
	case DR:
		send(uart, (uint8_t)value);
		break;
	case ILPR:
		uart->ilpr = value & 0xff;
		break;
	case IBRD:
		uart->ibrd = (uint16_t)value;
		break;
	case FBRD:
		uart->fbrd = value & 0x3f;
		break;
	case LCR_H:
		uart->lcr_h = value & 0xff;
		break;
	case CR:
		uart->cr = (uint16_t)value;
		break;
	case IFLS:
		uart->ifls = value & 0x3f;
		break;
	case IMSC:
		uart->imsc = value & 0x7ff;
		break;
	case ICR:
		uart->events &= ~value;
		break;
	case DMACR:
		uart->dmacr = value & 7;
		break;
	}
	set_line(uart);
}

bool pl011_listens(const struct pl011 *uart)
{
	return uart->imsc & (INT_RX | INT_RT) && uart->carrier &&
	       !uart->nr_fifo;
}

void pl011_receive(struct pl011 *uart)
{
	bool wait = !uart->console->is_tty;
	uint8_t byte = 0;

	while (uart->nr_fifo < PL011_FIFO && !(wait && byte == '\n')) {
		if (!console_get(uart->console, wait, &byte))
			break;
		uart->fifo[(uart->first + uart->nr_fifo++) % PL011_FIFO] = byte;
	}
	if (uart->console->ended && uart->carrier) {
		uart->carrier = false;
		uart->events |= INT_DCD;
	}
	set_line(uart);
}

void pl011_ring(struct pl011 *uart)
{
	uart->events |= INT_RI;
	set_line(uart);
}
