/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_BOARD_BOARD_H
#define EMU_BOARD_BOARD_H

/*
 * Boards: what is soldered to what. A board is a const table of devices with
 * their addresses and interrupts; what a device does is emu/device_*.c, which
 * finds its rows by kind. What can be chosen when a machine is bought (core,
 * RAM, clock) is the board file's, see emu/config/config.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mmu/types.h"

enum device_kind {
	DEVICE_PL011, /* UART */
	DEVICE_SP804, /* two timers */
	DEVICE_PL031, /* real-time clock */
	DEVICE_GIC, /* distributor, reg[0], and CPU interface, reg[1] */
	DEVICE_MPCORE_TIMER, /* A9 private timers */
	DEVICE_ARCH_TIMER, /* ARMv7 generic timer, in CP15 */
	DEVICE_BCM2836_LOCAL, /* raspi2: interrupts and timers of each core */
	DEVICE_BCM2836_INTC, /* raspi2: interrupts of the peripherals */
	DEVICE_BCM2835_TIMER, /* raspi2: system timer */
	DEVICE_SYSREGS, /* vexpress, realview: system registers */
	DEVICE_PL111, /* display */
	DEVICE_PL180, /* multimedia card interface */
	DEVICE_OTHER, /* in the table, without a model: see board.c */
};

/* How an interrupt line is numbered, which its device tree cells follow. */
enum irq_space {
	IRQ_NONE,
	IRQ_SPI, /* GIC: id 32 + number */
	IRQ_PPI, /* GIC: id 16 + number, one for each core */
	IRQ_BANK, /* bcm2836 armctrl: 32 * bank + bit */
	IRQ_LOCAL, /* bcm2836 local: bit of each core's source register */
};

struct board_irq {
	enum irq_space space;
	uint16_t number;
};

#define DEVICE_REGS 2
#define DEVICE_IRQS 4

struct board_reg {
	paddr_t base;
	uint32_t size_bytes; /* 0: no such range */
};

struct board_device {
	enum device_kind kind;
	const char *name; /* "uart0": also its alias */
	const char *node; /* device tree name: "serial" */
	const char *compatible; /* most special first, separated by blanks */
	struct board_reg reg[DEVICE_REGS];
	struct board_irq irq[DEVICE_IRQS];
	uint32_t clock_hz; /* of the clock it is fed; 0: none to tell */
	uint32_t counter_hz; /* of a timer whose node doesn't tell it */
	uint32_t max_hz; /* of a card's clock */
	uint8_t bus_width; /* a card's data lines; 0: one, as usual */
};

struct board {
	const char *name; /* the value of the key `board` */
	const char *model; /* device tree: what people call it */
	const char *compatible; /* as in board_device */
	const char *core; /* what the real one has: "cortex-a9" */
	paddr_t ram_base;
	uint64_t ram_max_bytes; /* what fits between ram_base and the next */
	const char *console; /* name of the console's device */
	const struct board_device *devices;
	size_t nr_devices;
};

/* NULL when there is no such board. */
const struct board *board_find(const char *name);

/* Boards by number, in the order of the documentation; NULL past the last. */
const struct board *board_number(size_t number);

/*
 * The @nth device of @kind (from 0), in the order of the board's manual; NULL
 * when there are not so many.
 */
const struct board_device *board_device(const struct board *board,
					enum device_kind kind, size_t nth);

/* NULL when the board has no device of that name. */
const struct board_device *board_device_named(const struct board *board,
					      const char *name);

/*
 * The number by which the interrupt controller's registers know
 * @irq: a GIC's interrupt id, else 32 * bank + bit (local ones: 96 + bit).
 */
uint32_t board_irq_number(struct board_irq irq);

#endif
