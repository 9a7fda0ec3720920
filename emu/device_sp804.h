/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DEVICE_SP804_H
#define EMU_DEVICE_SP804_H

/*
 * ARM Dual-Timer Module SP804 (DDI 0271D): two counters that count down, with
 * one interrupt line for both (TIMINTC).
 *
 * What a driver must know of ours: a value written to TimerXLoad is in the
 * counter from the next tick of TIMCLK on, so that it comes to 0 between that
 * many ticks and one more after the write. Ticks are whole ones of the clock
 * since the machine's start.
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/alarms.h"
#include "emu/irq_line.h"

struct sp804;

struct sp804_timer {
	struct sp804 *sp804;
	struct alarm alarm; /* when the interrupt will rise */
	uint32_t load, control;
	bool raw; /* TimerXRIS */
	bool halted; /* a one-shot that has come to 0 */
	/* It counts down from @from, which it holds at @since and before. */
	uint64_t from, since; /* since: in prescaled ticks */
	uint32_t upper; /* bits of the counter that don't count */
};

struct sp804 {
	struct alarms *alarms;
	uint32_t hz; /* of TIMCLK */
	struct irq_line line;
	struct sp804_timer timer[2];
	uint32_t itcr, itop; /* integration test */
};

void sp804_create(struct sp804 *sp804, struct alarms *alarms, uint32_t hz,
		  struct irq_line line);

/* How it answers on the bus. */
uint32_t sp804_read(void *ctx, uint32_t offset, unsigned int size);
void sp804_write(void *ctx, uint32_t offset, unsigned int size, uint32_t value);

#endif
