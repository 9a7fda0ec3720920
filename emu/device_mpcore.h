/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DEVICE_MPCORE_H
#define EMU_DEVICE_MPCORE_H

/*
 * The private memory region of the Cortex-A9 MPCore (DDI 0407G, table 1-3):
 * Snoop Control Unit, GIC interface, timers and GIC distributor in 8 KB.
 */

#include <stdint.h>

struct gic;
struct twd;

#define MPCORE_BYTES       0x2000u
#define MPCORE_DISTRIBUTOR 0x1000u

struct mpcore {
	struct gic *gic;
	struct twd *twd; /* one for each core */
	const int *accessing; /* the core that accesses; NULL: core 0 */
	uint32_t scu_control;
};

void mpcore_create(struct mpcore *mpcore, struct gic *gic, struct twd *twd);
uint32_t mpcore_read(void *mpcore, uint32_t offset, unsigned int size);
void mpcore_write(void *mpcore, uint32_t offset, unsigned int size,
		  uint32_t value);

#endif
