/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/price.h"

/*
 * The price of the kernel's paths (Linux: none; there they take the time that
 * they take). The kernel is host code, of which nobody knows how many
 * instructions Linux would have run: what happens on a path is priced instead,
 * each thing once, by kernel_price.def.
 *
 * Invariant: without prices (timing.model count) nothing is charged here.
 *
 * MODEL: prices are those of one core, times what the board's core takes of
 * its cycles for compiled code; waiting for memory is in them as it was there.
 * With several cores barriers come beside, but no spinning for another's lock,
 * and what cores pay to take a line from each other is the caches' (touch.c).
 * Objects count as system calls, a fault's too.
 */

#include "kernel/lib/work.h"

static const struct {
	uint16_t cause, barriers;
} paths[NR_KERNEL_PRICES] = {
#define PRICE(name, cause, key, cycles, barriers, sentence) \
	{CYCLE_##cause, barriers},
#include "kernel/kernel_price.def"
#undef PRICE
};

/* What is by the core's pipeline, and not by how fast its code is. */
static uint64_t serialised(const struct kernel_prices *prices)
{
	return (uint64_t)prices->refills * prices->refill_cycles +
	       prices->history;
}

void charge_price_now(struct task_struct *curr, enum kernel_price price)
{
	const struct kernel_prices *prices = &curr->k->params.prices;
	uint64_t cycles = (uint64_t)prices->of[price] * prices->percent / 100;

	if (price == PRICE_ENTRY)
		cycles += serialised(prices);
	if (curr->k->hw.nr_cpus > 1)
		cycles += (uint64_t)paths[price].barriers * prices->barrier;
	charge_cycles(curr, paths[price].cause, cycles);
}
