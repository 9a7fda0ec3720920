/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_SPECTRE_H
#define KERNEL_ARCH_ARM_SPECTRE_H

/*
 * What Linux does against Spectre v2, by core (asm/system_misc.h,
 * mm/proc-v7-bugs.c).
 */

#include "kernel/state.h"

/* By the core's method, which isn't none. */
void harden_branch_predictor_now(struct cpu *cpu);

/*
 * @cpu forgets where branches went: before another address space, and when a
 * program that reached for the kernel's half is about to be told.
 */
static inline void harden_branch_predictor(struct cpu *cpu)
{
	if (cpu->k->params.spectre_v2 != KERNEL_SPECTRE_V2_NONE)
		harden_branch_predictor_now(cpu);
}

#endif
