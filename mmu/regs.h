/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_REGS_H
#define MMU_REGS_H

/*
 * The CP15 registers that software writes and the MMU obeys. They belong to
 * struct mmu; cp15.c alone writes them, all others read.
 */

#include <stdint.h>

struct mmu_regs {
	uint32_t sctlr;
	uint32_t ttbr0, ttbr1, ttbcr;
	uint32_t dacr;
	uint32_t prrr, nmrr;
	uint32_t contextidr;
	uint32_t dfsr, ifsr, dfar, ifar;
	uint32_t par;
	uint32_t csselr;
};

#endif
