/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_PERM_H
#define MMU_PERM_H

#include <stdint.h>

#include "mmu/mmu.h"
#include "mmu/regs.h"
#include "mmu/translation.h"

/*
 * The verdict on an access of @kind through @translation, under the registers
 * as they are now: MMU_FAULT_NONE, _ACCESS_FLAG, _DOMAIN or _PERMISSION.
 * @rights takes all that is allowed at @privilege (MMU_MAY_*), whatever the
 * verdict on this access.
 */
enum mmu_fault_type perm_check(const struct mmu_regs *regs,
			       const struct translation *translation,
			       enum mmu_kind kind, enum mmu_privilege privilege,
			       uint8_t *rights);

#endif
