/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DEVICE_BCM2836_H
#define EMU_DEVICE_BCM2836_H

/*
 * The two interrupt controllers of the Raspberry Pi 2: the old one of the
 * BCM2835, which collects the peripherals' interrupts (BCM2835 ARM
 * Peripherals, chapter 7), and the local one of each core, which takes its
 * output, mailboxes and the generic timers (Broadcom's QA7, "ARM Quad A7
 * core").
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/irq_line.h"
#include "kernel/hw.h"

/* Interrupts of the peripherals: bank 0 is the ARM side's own, 8 of them. */
#define BCM2835_BANKS       3
#define BCM2835_PAGE_OFFSET 0x200 /* its registers begin there in their page */

struct bcm2835_ic {
	uint32_t level[BCM2835_BANKS], enabled[BCM2835_BANKS];
	uint32_t fiq_control;
	struct irq_line line;
};

enum bcm2836_source { /* bits of a core's source registers */
	BCM2836_MAILBOX0 = 4,
	BCM2836_GPU = 8,
	BCM2836_NR_SOURCES = 12,
};

struct bcm2836_local {
	unsigned int nr_cpus;
	uint32_t control, prescaler, gpu_routing, pmu_routing;
	uint32_t timer_control[NR_CPUS], mailbox_control[NR_CPUS];
	uint32_t mailbox[NR_CPUS][4];
	uint32_t level[NR_CPUS]; /* of the timers, by bit */
	bool gpu;
	struct irq_line core[NR_CPUS];
};

void bcm2835_ic_create(struct bcm2835_ic *ic, struct irq_line line);
/* An irq_line's end: input 32 * bank + bit. */
void bcm2835_ic_set_input(void *ic, unsigned int irq, bool up);
uint32_t bcm2835_ic_read(void *ic, uint32_t offset, unsigned int size);
void bcm2835_ic_write(void *ic, uint32_t offset, unsigned int size,
		      uint32_t value);

void bcm2836_local_create(struct bcm2836_local *local, unsigned int nr_cpus,
			  const struct irq_line core[]);
/* The same of BCM2836_GPU, and of core 0's sources 0 to 3 (timers). */
void bcm2836_local_set_input(void *local, unsigned int source, bool up);
/* The same of any core's timers: input BCM2836_NR_SOURCES * core + source. */
void bcm2836_local_set_timer(void *local, unsigned int input, bool up);
uint32_t bcm2836_local_read(void *local, uint32_t offset, unsigned int size);
void bcm2836_local_write(void *local, uint32_t offset, unsigned int size,
			 uint32_t value);

#endif
