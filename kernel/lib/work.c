/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/work.h"

/*
 * The price of the kernel's work (Linux: none; there it takes the time that it
 * takes). A time slice ends because time passes, and the kernel is host code
 * that takes none: without a price, a program that only copies would have its
 * core for ever.
 *
 * MODEL: what moves bytes and what walks page tables costs time; entering the
 * kernel, looking for things and waiting for locks does not.
 */

#include "kernel/state.h"

static const struct {
	uint16_t cause, cycles, units, beside;
} works[NR_KERNEL_WORKS] = {
#define WORK(name, cause, cycles, units, beside) \
	{CYCLE_##cause, cycles, units, beside},
#include "kernel/kernel_work.def"
#undef WORK
};

void charge_cycles(struct task_struct *curr, enum cycle_cause cause,
		   uint64_t cycles)
{
	const struct hw *hw = &curr->k->hw;

	hw->ops->charge(hw->ctx, curr->cpu->id, cause, cycles);
	if (curr->fault && curr->fault->cycles)
		curr->fault->cycles[cause] += cycles;
}

void charge_work(struct task_struct *curr, enum kernel_work work,
		 uint32_t units)
{
	const bool caches = curr->k->params.caches;
	uint64_t cycles = (uint64_t)units *
			  (caches ? works[work].beside : works[work].cycles);

	cycles = (cycles + works[work].units - 1) / works[work].units;
	charge_cycles(curr, works[work].cause, cycles);
}
