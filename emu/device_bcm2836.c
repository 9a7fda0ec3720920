/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts of the Raspberry Pi 2, by their registers. Neither controller
 * keeps an interrupt: what is pending is what is up and enabled, and there is
 * nothing to acknowledge or to end.
 *
 * Invariant: a core's line is up exactly while one of its sources is.
 *
 * MODEL: no FIQ (the registers that would route one are kept and read back),
 * no local timer, no performance monitor's interrupt.
 */
#include "emu/device_bcm2836.h"

#include <string.h>

/* ---- the peripherals' ---------------------------------------------------- */

enum {
	IC_BASIC_PENDING = 0x00,
	IC_PENDING_1 = 0x04,
	IC_PENDING_2 = 0x08,
	IC_FIQ_CONTROL = 0x0c,
	IC_ENABLE_1 = 0x10,
	IC_ENABLE_2 = 0x14,
	IC_ENABLE_BASIC = 0x18,
	IC_DISABLE_1 = 0x1c,
	IC_DISABLE_2 = 0x20,
	IC_DISABLE_BASIC = 0x24,
	BASIC_MASK = 0xff,
	BASIC_BANK_1 = 1 << 8,
	BASIC_BANK_2 = 1 << 9,
	BASIC_SHORTCUTS = 10 /* the first one's bit */
};

static uint32_t pending(const struct bcm2835_ic *ic, int bank)
{
	return ic->level[bank] & ic->enabled[bank];
}

/* Eleven of the others stand in the basic register, too, instead of in 8, 9. */
static uint32_t basic_pending(const struct bcm2835_ic *ic)
{
	static const struct {
		uint8_t bank, bit;
	} shortcut[] = {
		{1, 7},  {1, 9},  {1, 10}, {1, 18}, {1, 19}, {2, 21},
		{2, 22}, {2, 23}, {2, 24}, {2, 25}, {2, 30},
	};
	uint32_t rest[BCM2835_BANKS] = {0, pending(ic, 1), pending(ic, 2)};
	uint32_t value = pending(ic, 0);

	for (unsigned int i = 0; i < sizeof(shortcut) / sizeof(shortcut[0]);
	     i++) {
		uint32_t *bits = &rest[shortcut[i].bank];

		if (*bits >> shortcut[i].bit & 1)
			value |= 1u << (BASIC_SHORTCUTS + i);
		*bits &= ~(1u << shortcut[i].bit);
	}
	return value | (rest[1] ? BASIC_BANK_1 : 0) |
	       (rest[2] ? BASIC_BANK_2 : 0);
}

static void set_ic_line(const struct bcm2835_ic *ic)
{
	irq_line_set(&ic->line,
		     pending(ic, 0) || pending(ic, 1) || pending(ic, 2));
}

void bcm2835_ic_create(struct bcm2835_ic *ic, struct irq_line line)
{
	*ic = (struct bcm2835_ic){.line = line};
}

void bcm2835_ic_set_input(void *ctx, unsigned int irq, bool up)
{
	struct bcm2835_ic *ic = ctx;
	uint32_t *level = &ic->level[irq / 32];

	*level = up ? *level | 1u << irq % 32 : *level & ~(1u << irq % 32);
	set_ic_line(ic);
}

uint32_t bcm2835_ic_read(void *ctx, uint32_t offset, unsigned int size)
{
	const struct bcm2835_ic *ic = ctx;

	(void)size;
	switch ((offset & ~3u) - BCM2835_PAGE_OFFSET) {
	case IC_BASIC_PENDING:
		return basic_pending(ic);
	case IC_PENDING_1:
		return pending(ic, 1);
	case IC_PENDING_2:
		return pending(ic, 2);
	case IC_FIQ_CONTROL:
		return ic->fiq_control;
	case IC_ENABLE_1:
	case IC_DISABLE_1:
		return ic->enabled[1];
	case IC_ENABLE_2:
	case IC_DISABLE_2:
		return ic->enabled[2];
	case IC_ENABLE_BASIC:
	case IC_DISABLE_BASIC:
		return ic->enabled[0];
	default:
		return 0;
	}
}

void bcm2835_ic_write(void *ctx, uint32_t offset, unsigned int size,
		      uint32_t value)
{
	struct bcm2835_ic *ic = ctx;

	(void)size;
	switch ((offset & ~3u) - BCM2835_PAGE_OFFSET) {
	case IC_FIQ_CONTROL:
		ic->fiq_control = value & 0xff;
		break;
	case IC_ENABLE_1:
		ic->enabled[1] |= value;
		break;
	case IC_ENABLE_2:
		ic->enabled[2] |= value;
		break;
	case IC_ENABLE_BASIC:
		ic->enabled[0] |= value & BASIC_MASK;
		break;
	case IC_DISABLE_1:
		ic->enabled[1] &= ~value;
		break;
	case IC_DISABLE_2:
		ic->enabled[2] &= ~value;
		break;
	case IC_DISABLE_BASIC:
		ic->enabled[0] &= ~value;
		break;
	}
	set_ic_line(ic);
}

/* ---- each core's --------------------------------------------------------- */

enum {
	LOCAL_CONTROL = 0x00,
	LOCAL_PRESCALER = 0x08,
	LOCAL_GPU_ROUTING = 0x0c,
	LOCAL_PMU_SET = 0x10,
	LOCAL_PMU_CLEAR = 0x14,
	LOCAL_TIMER_CONTROL = 0x40,
	LOCAL_MAILBOX_CONTROL = 0x50,
	LOCAL_SOURCE = 0x60,
	LOCAL_MAILBOX_SET = 0x80,
	LOCAL_MAILBOX_CLEAR = 0xc0,
	NR_TIMERS = 4,
	NR_MAILBOXES = 4
};

static uint32_t source_of(const struct bcm2836_local *local, unsigned int cpu)
{
	uint32_t value = local->level[cpu] & local->timer_control[cpu] & 0xf;

	for (int i = 0; i < NR_MAILBOXES; i++)
		if (local->mailbox[cpu][i] &&
		    local->mailbox_control[cpu] >> i & 1)
			value |= 1u << (BCM2836_MAILBOX0 + i);
	if (local->gpu && (local->gpu_routing & 3) == cpu)
		value |= 1u << BCM2836_GPU;
	return value;
}

static void set_cores(const struct bcm2836_local *local)
{
	for (unsigned int i = 0; i < local->nr_cpus; i++)
		irq_line_set(&local->core[i], source_of(local, i));
}

void bcm2836_local_create(struct bcm2836_local *local, unsigned int nr_cpus,
			  const struct irq_line core[])
{
	*local = (struct bcm2836_local){.nr_cpus = nr_cpus};
	memcpy(local->core, core, nr_cpus * sizeof(core[0]));
}

void bcm2836_local_set_input(void *ctx, unsigned int source, bool up)
{
	struct bcm2836_local *local = ctx;

	if (source != BCM2836_GPU) {
		bcm2836_local_set_timer(ctx, source, up);
		return;
	}
	local->gpu = up;
	set_cores(local);
}

void bcm2836_local_set_timer(void *ctx, unsigned int input, bool up)
{
	struct bcm2836_local *local = ctx;
	unsigned int source = input % BCM2836_NR_SOURCES;
	uint32_t *level = &local->level[input / BCM2836_NR_SOURCES];

	if (source >= NR_TIMERS)
		return;
	*level = up ? *level | 1u << source : *level & ~(1u << source);
	set_cores(local);
}

uint32_t bcm2836_local_read(void *ctx, uint32_t offset, unsigned int size)
{
	const struct bcm2836_local *local = ctx;
	unsigned int cpu = offset / 4 % 4;

	(void)size;
	offset &= ~3u;
	if (offset >= LOCAL_MAILBOX_CLEAR && offset < 0x100)
		return local->mailbox[offset / 16 % 4][cpu];
	switch (offset & ~0xfu) {
	case LOCAL_TIMER_CONTROL:
		return local->timer_control[cpu];
	case LOCAL_MAILBOX_CONTROL:
		return local->mailbox_control[cpu];
	case LOCAL_SOURCE:
		return cpu < local->nr_cpus ? source_of(local, cpu) : 0;
	default:
		break;
	}
	switch (offset) {
	case LOCAL_CONTROL:
		return local->control;
	case LOCAL_PRESCALER:
		return local->prescaler;
	case LOCAL_GPU_ROUTING:
		return local->gpu_routing;
	case LOCAL_PMU_SET:
		return local->pmu_routing;
	default:
		return 0;
	}
}

static void write_common(struct bcm2836_local *local, uint32_t offset,
			 uint32_t value)
{
	switch (offset) {
	case LOCAL_CONTROL:
		local->control = value & 0x300;
		break;
	case LOCAL_PRESCALER:
		local->prescaler = value;
		break;
	case LOCAL_GPU_ROUTING:
		local->gpu_routing = value & 0xf;
		break;
	case LOCAL_PMU_SET:
		local->pmu_routing |= value & 0xff;
		break;
	case LOCAL_PMU_CLEAR:
		local->pmu_routing &= ~value;
		break;
	}
}

void bcm2836_local_write(void *ctx, uint32_t offset, unsigned int size,
			 uint32_t value)
{
	struct bcm2836_local *local = ctx;
	unsigned int cpu = offset / 4 % 4, of = offset / 16 % 4;

	(void)size;
	offset &= ~3u;
	switch (offset & ~0xfu) {
	case LOCAL_TIMER_CONTROL:
		local->timer_control[cpu] = value & 0xff;
		break;
	case LOCAL_MAILBOX_CONTROL:
		local->mailbox_control[cpu] = value & 0xff;
		break;
	default:
		if (offset < LOCAL_MAILBOX_SET)
			write_common(local, offset, value);
		else if (offset < LOCAL_MAILBOX_CLEAR)
			local->mailbox[of][cpu] |= value;
		else if (offset < 0x100)
			local->mailbox[of][cpu] &= ~value;
		break;
	}
	set_cores(local);
}
