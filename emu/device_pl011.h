/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DEVICE_PL011_H
#define EMU_DEVICE_PL011_H

/*
 * ARM PrimeCell UART PL011 (DDI 0183G), the console's.
 *
 * What a driver must know of ours:
 *  - It sends at once; the transmit FIFO is never full.
 *  - Input is taken from the host only while UARTIMSC.RXIM is set, that is
 *    while somebody wants it: unmask it when a reader goes to sleep, mask it
 *    when none is left.
 *  - UARTFR.DCD (bit 2) is set while there may be more input. At its end
 *    carrier is lost: once the FIFO is empty DCD reads 0 and the interrupt
 *    DCDMIS (bit 2) is raised, which a driver takes for the end of file.
 *  - When the terminal at the other end has another size, it rings (RIMIS).
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/bus.h"
#include "emu/console.h"
#include "emu/irq_line.h"

#define PL011_FIFO 16

struct pl011 {
	struct console *console; /* NULL: the cable is not plugged in */
	uint8_t fifo[PL011_FIFO];
	unsigned int first, nr_fifo;
	bool carrier;
	uint16_t ilpr, ibrd, fbrd, lcr_h, cr, ifls, dmacr;
	uint16_t imsc, events; /* masks; RI, TX and DCD as they happened */
	struct irq_line line;
};

/* Its interrupt output is loose until it is connected. */
void pl011_create(struct pl011 *uart, struct console *console);
void pl011_connect(struct pl011 *uart, struct irq_line line);

/* How it answers on the bus. */
uint32_t pl011_read(void *ctx, uint32_t offset, unsigned int size);
void pl011_write(void *ctx, uint32_t offset, unsigned int size, uint32_t value);

/* Whether its interrupt line is up. */
bool pl011_interrupt(const struct pl011 *uart);

/* Whether the driver wants input, and there is room and hope for it. */
bool pl011_listens(const struct pl011 *uart);

/*
 * Takes input from the host: from a terminal what is there, from a file or
 * pipe up to the end of a line, a full FIFO or the end, however long that
 * takes, so that the guest's course depends on the bytes alone and not on
 * when they came.
 */
void pl011_receive(struct pl011 *uart);

/* The other end rings: UARTRIINTR, until it is cleared. */
void pl011_ring(struct pl011 *uart);

#endif
