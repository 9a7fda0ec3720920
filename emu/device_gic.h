/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DEVICE_GIC_H
#define EMU_DEVICE_GIC_H

/*
 * ARM Generic Interrupt Controller, architecture versions 1 and 2 (IHI 0048B):
 * one distributor and an interface for each core. Interrupt ids 0 to 15 are
 * software's, up to 31 each core's own (PPI), from 32 on shared (SPI).
 */

#include <stdbool.h>
#include <stdint.h>

#include "emu/irq_line.h"
#include "kernel/hw.h"

#define GIC_MAX_IRQS 288
#define GIC_WORDS    (GIC_MAX_IRQS / 32)
#define GIC_NR_SGIS  16
#define GIC_NR_OWN   32 /* ids that each core has for itself */

/* One bit for each interrupt; of the first 32, for each core. */
struct gic_bits {
	uint32_t own[NR_CPUS];
	uint32_t shared[GIC_WORDS]; /* [0] isn't used */
};

struct gic_params {
	unsigned int version; /* 1 or 2 */
	unsigned int nr_irqs; /* a multiple of 32, ids 0 to 31 included */
	unsigned int nr_cpus;
	uint32_t distributor_id, interface_id; /* GICD_IIDR, GICC_IIDR */
	struct irq_line core[NR_CPUS]; /* nIRQ of each */
	const int *accessing; /* the core that accesses; NULL: core 0 */
};

/* What one core's interface keeps. */
struct gic_cpu {
	struct gic *gic;
	unsigned int number;
	uint32_t ctlr;
	uint8_t mask, binary_point;
	uint32_t active_levels; /* GICC_APR0: by group priority, 32 of them */
	uint8_t sgi_from[GIC_NR_SGIS]; /* cores that sent this one */
	uint8_t priority[GIC_NR_OWN];
};

struct gic {
	struct gic_params params;
	uint32_t ctlr;
	struct gic_bits enabled, active, edge;
	struct gic_bits level; /* of the inputs */
	struct gic_bits latch; /* pending until acknowledged */
	uint8_t priority[GIC_MAX_IRQS], targets[GIC_MAX_IRQS]; /* from 32 on */
	struct gic_cpu cpu[NR_CPUS];
};

void gic_create(struct gic *gic, const struct gic_params *params);

/* An irq_line's end: input @irq, an id; PPIs are those of core 0. */
void gic_set_input(void *gic, unsigned int irq, bool up);
/* Another one for PPIs: input @input is gic_private_input()'s. */
void gic_set_private_input(void *gic, unsigned int input, bool up);
static inline unsigned int gic_private_input(unsigned int cpu, unsigned int irq)
{
	return cpu * GIC_NR_OWN + irq;
}
/* The same for PPI @irq of @cpu. */
void gic_set_ppi(struct gic *gic, unsigned int cpu, unsigned int irq, bool up);

/*
 * The distributor's registers, an interface's (ctx: struct gic_cpu), and those
 * of the interface of the core that accesses.
 */
uint32_t gic_distributor_read(void *gic, uint32_t offset, unsigned int size);
void gic_distributor_write(void *gic, uint32_t offset, unsigned int size,
			   uint32_t value);
uint32_t gic_interface_read(void *cpu, uint32_t offset, unsigned int size);
void gic_interface_write(void *cpu, uint32_t offset, unsigned int size,
			 uint32_t value);
uint32_t gic_own_interface_read(void *gic, uint32_t offset, unsigned int size);
void gic_own_interface_write(void *gic, uint32_t offset, unsigned int size,
			     uint32_t value);

#endif
