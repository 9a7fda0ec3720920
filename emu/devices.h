/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DEVICES_H
#define EMU_DEVICES_H

/*
 * The board's devices: made from its table, wired to its interrupt controller
 * and put on the bus.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/alarms.h"
#include "emu/arch_timer.h"
#include "emu/bus.h"
#include "emu/console.h"
#include "emu/device_bcm2836.h"
#include "emu/device_gic.h"
#include "emu/device_mpcore.h"
#include "emu/device_pl011.h"
#include "emu/device_pl111.h"
#include "emu/device_pl180.h"
#include "emu/device_sp804.h"
#include "emu/device_twd.h"

struct board;
struct config_disk;
struct disk;

#define DEVICES_UARTS  4
#define DEVICES_SP804S 2

/* Part of the machine. What a board doesn't have stays zero. */
struct devices {
	struct alarms alarms[NR_CPUS];
	bool irq[NR_CPUS]; /* nIRQ: a core is interrupted */
	struct irq_line told; /* the same by the core's number; may be loose */
	struct gic gic;
	struct mpcore mpcore;
	struct bcm2836_local local;
	struct bcm2835_ic ic;
	struct arch_timer arch_timer[NR_CPUS];
	struct twd twd[NR_CPUS];
	struct sp804 sp804[DEVICES_SP804S];
	struct pl011 uart[DEVICES_UARTS];
	struct pl180 mmci;
	struct sd_card card; /* mmci's */
	struct pl011 *console_uart; /* NULL: the board has none */
	struct pl111 display;
	bool has_display; /* its controller; a display may be missing */
};

/*
 * @console is the cable of the UART that the board names as its console;
 * @pixel_hz, the clock that the display's controller is fed (0: the board's).
 */
void devices_create(struct devices *devices, const struct board *board,
		    struct bus *bus, struct console *console,
		    unsigned int nr_cpus, uint32_t clock_hz, uint32_t pixel_hz);
/*
 * With several cores: whose registers are meant, where each has its own, is
 * @running's; and @told hears of interrupts, by core.
 */
void devices_connect_cores(struct devices *devices, const int *running,
			   struct irq_line told);
/*
 * Puts a card into the board's slot, which it must have, before time passes:
 * @disk, which stays the caller's, is what is on it.
 */
void devices_insert_card(struct devices *devices, struct disk *disk,
			 const struct config_disk *config);

#endif
