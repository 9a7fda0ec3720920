/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_ARCH_TIMER_H
#define EMU_ARCH_TIMER_H

/*
 * The generic timer of Cortex-A7 and A15 (ARM DDI 0406C, chapter B8) as one
 * core has it: a counter and timers that compare with it. Its registers lie
 * in CP15; which they are is kernel/hw.h's enum arch_timer_reg.
 */

#include <stdint.h>

#include "emu/alarms.h"
#include "emu/irq_line.h"
#include "kernel/hw.h"

struct arch_timer_compare {
	struct arch_timer *timer;
	struct alarm alarm;
	struct irq_line line;
	uint64_t value; /* CVAL */
	uint32_t control; /* CTL, without its status bit */
};

struct arch_timer {
	struct alarms *alarms;
	uint32_t hz; /* 0: this board has none */
	struct arch_timer_compare physical, virtual;
};

/* @physical and @virtual: where CNTP's and CNTV's interrupts go. */
void arch_timer_create(struct arch_timer *timer, struct alarms *alarms,
		       uint32_t hz, struct irq_line physical,
		       struct irq_line virtual);

/* MODEL: CNTVOFF is 0: both counters count alike. */
uint64_t arch_timer_read(const struct arch_timer *timer,
			 enum arch_timer_reg reg);
void arch_timer_write(struct arch_timer *timer, enum arch_timer_reg reg,
		      uint64_t value);

#endif
