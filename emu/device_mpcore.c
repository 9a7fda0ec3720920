/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which part of the Cortex-A9's private region an address is in.
 *
 * MODEL: of the Snoop Control Unit there are control and configuration; the
 * global timer and the watchdogs read as zero, and nothing that is written
 * there has an effect.
 */
#include "emu/device_mpcore.h"

#include "emu/device_gic.h"
#include "emu/device_twd.h"

enum {
	SCU_CONTROL = 0x00,
	SCU_CONFIG = 0x04,
	INTERFACE = 0x100,
	INTERFACE_END = 0x200,
	PRIVATE_TIMER = 0x600
};

void mpcore_create(struct mpcore *mpcore, struct gic *gic, struct twd *twd)
{
	*mpcore = (struct mpcore){.gic = gic, .twd = twd};
}

/* The private timer that @offset lies in, of the core that accesses; or NULL. */
static struct twd *timer_at(const struct mpcore *mpcore, uint32_t offset)
{
	if (offset < PRIVATE_TIMER || offset >= PRIVATE_TIMER + TWD_BYTES)
		return NULL;
	return &mpcore->twd[mpcore->accessing ? *mpcore->accessing : 0];
}

uint32_t mpcore_read(void *ctx, uint32_t offset, unsigned int size)
{
	const struct mpcore *mpcore = ctx;
	struct twd *twd = timer_at(mpcore, offset);

	if (twd)
		return twd_read(twd, offset - PRIVATE_TIMER);
	if (offset >= MPCORE_DISTRIBUTOR)
		return gic_distributor_read(mpcore->gic, offset, size);
	if (offset >= INTERFACE && offset < INTERFACE_END)
		return gic_own_interface_read(mpcore->gic, offset - INTERFACE,
					      size);
	switch (offset & ~3u) {
	case SCU_CONTROL:
		return mpcore->scu_control;
	case SCU_CONFIG: /* cores, and which of them are coherent */
		return (mpcore->gic->params.nr_cpus - 1) |
		       ((1u << mpcore->gic->params.nr_cpus) - 1) << 4;
	default:
		return 0;
	}
}

void mpcore_write(void *ctx, uint32_t offset, unsigned int size, uint32_t value)
{
	struct mpcore *mpcore = ctx;
	struct twd *twd = timer_at(mpcore, offset);

	if (twd)
		twd_write(twd, offset - PRIVATE_TIMER, value);
	else if (offset >= MPCORE_DISTRIBUTOR)
		gic_distributor_write(mpcore->gic, offset, size, value);
	else if (offset >= INTERFACE && offset < INTERFACE_END)
		gic_own_interface_write(mpcore->gic, offset - INTERFACE, size,
					value);
	else if ((offset & ~3u) == SCU_CONTROL)
		mpcore->scu_control = value & 0x7f;
}
