/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_ATTR_H
#define MMU_ATTR_H

#include <stdbool.h>
#include <stdint.h>

#include "mmu/mmu.h"
#include "mmu/regs.h"

/* The memory attributes that TEX[2:0]:C:B and S of a descriptor stand for. */
struct mmu_attr attr_of_descriptor(const struct mmu_regs *regs, uint8_t texcb,
				   bool s);

/*
 * Those through which the walk of the tables of @ttbr goes. Without the
 * multiprocessing extensions, IRGN is a single bit and there is no NOS.
 */
struct mmu_attr attr_of_ttbr(uint32_t ttbr, bool multiprocessing);

#endif
