/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DEVICE_TWD_H
#define EMU_DEVICE_TWD_H

/*
 * The private timer that each core of a Cortex-A9 MPCore has (DDI 0407G,
 * chapter 4): a counter that counts PERIPHCLK down, once or again and again.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/alarms.h"
#include "emu/irq_line.h"

#define TWD_BYTES 0x20u

struct twd {
	struct alarms *alarms; /* of its core */
	uint32_t hz; /* of PERIPHCLK */
	struct irq_line line;
	struct alarm alarm; /* when the interrupt will rise */
	uint32_t load, control;
	bool event; /* it has come to 0 */
	bool halted; /* and stays there */
	/* It counts down from @from, which it holds at @since; 0 before. */
	uint64_t from, since; /* since: in prescaled ticks */
};

void twd_create(struct twd *twd, struct alarms *alarms, uint32_t hz,
		struct irq_line line);

/* How it answers its core. */
uint32_t twd_read(struct twd *twd, uint32_t offset);
void twd_write(struct twd *twd, uint32_t offset, uint32_t value);

#endif
