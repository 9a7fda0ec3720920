/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_PRICE_H
#define KERNEL_LIB_PRICE_H

/*
 * What the kernel's paths cost in virtual time, by kernel_price.def and the
 * board's kernel.work.*; the one place where it is charged.
 */

#include "kernel/state.h"

void charge_price_now(struct task_struct *curr, enum kernel_price price);

/* On @curr's core. Nothing where the board has no prices. */
static inline void charge_price(struct task_struct *curr,
				enum kernel_price price)
{
	if (curr->k->params.prices.percent)
		charge_price_now(curr, price);
}

#endif
