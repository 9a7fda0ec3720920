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
 * its cycles for compiled code; waiting for memory and for other cores' locks
 * is in them as it was there. Objects count as system calls, a fault's too.
 */

#include "kernel/lib/work.h"

static const uint8_t causes[NR_KERNEL_PRICES] = {
#define PRICE(name, cause, key, cycles, sentence) CYCLE_##cause,
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
	charge_cycles(curr, causes[price], cycles);
}
