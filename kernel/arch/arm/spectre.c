/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/spectre.h"

/*
 * Branches that one program trains must not steer another, nor the kernel
 * (Linux: arch/arm/mm/proc-v7-bugs.c and cpu_v7_*_switch_mm() in proc-v7.S).
 * Cores that can forget all branches alone do so by BPIALL; on a Cortex-A15 only
 * ICIALLU reaches them, which empties L1I with them, so that after each switch
 * of address spaces code comes from L2 anew.
 *
 * Invariant: nothing but time, the predictor and L1I changes by it.
 *
 * MODEL: which method a core needs is told by its profile, kernel.spectre_v2,
 * where Linux reads MIDR; and the operation itself takes no longer than what
 * it empties takes to come back, which is nothing for L1I with timing.model
 * block.
 */

#include "mmu/armv7.h"
#include "mmu/mmu.h"

void harden_branch_predictor_now(struct cpu *cpu)
{
	const struct kernel *k = cpu->k;
	const uint32_t reg = k->params.spectre_v2 == KERNEL_SPECTRE_V2_ICIALLU
				     ? CP15_ICIALLU
				     : CP15_BPIALL;

	mmu_cp15_write(cpu->mmu, reg, 0);
	if (k->hw.ops->code_op)
		k->hw.ops->code_op(k->hw.ctx, cpu->id, reg);
}
