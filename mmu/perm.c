/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mmu/perm.h"

#include "mmu/armv7.h"

/*
 * Access permissions: ARM ARM B3.7 (memory access control) and B3.6 (domains).
 *
 * This is the only place that says yes or no. It is asked after a hit and
 * after a walk alike, so that the two cannot differ, and it orders its three
 * checks as B3.13.2 does: access flag, domain, permission.
 *
 * QEMU skips the access flag in manager domains; the manual does not, and
 * neither do we.
 *
 * MODEL: the S and R bits of SCTLR, which gave AP = 000 a meaning before
 * ARMv7, are left out; so is AP = 100, reserved, which grants nothing.
 * MODEL: DACR's reserved value 2 (unpredictable) is no access, as in QEMU.
 */

#define NONE 0
#define RO   MMU_MAY_READ
#define RW   (MMU_MAY_READ | MMU_MAY_WRITE)
#define ALL  (RW | MMU_MAY_FETCH)

/*
 * By AP[2:0] and privilege. SCTLR.AFE makes AP[0] the access flag; it is one
 * when this table is asked, and in the rows with AP[0] = 1 the two models
 * agree. So one table serves both.
 */
static const uint8_t ap_rights[8][2] = {
	[AP_NONE] = {[MMU_PL0] = NONE, [MMU_PL1] = NONE},
	[AP_RW_NONE] = {[MMU_PL0] = NONE, [MMU_PL1] = RW},
	[AP_RW_RO] = {[MMU_PL0] = RO, [MMU_PL1] = RW},
	[AP_RW_RW] = {[MMU_PL0] = RW, [MMU_PL1] = RW},
	[AP_RO_NONE] = {[MMU_PL0] = NONE, [MMU_PL1] = RO},
	[AP_RO_RO_OLD] = {[MMU_PL0] = RO, [MMU_PL1] = RO},
	[AP_RO_RO] = {[MMU_PL0] = RO, [MMU_PL1] = RO},
};

/* Fetching needs the right to read, and nothing that forbids execution. */
static bool may_fetch(uint32_t sctlr, const struct translation *translation,
		      enum mmu_privilege privilege)
{
	const uint8_t *rights = ap_rights[translation->ap];

	if (!(rights[privilege] & MMU_MAY_READ) || translation->xn)
		return false;
	if ((sctlr & SCTLR_WXN) && (rights[privilege] & MMU_MAY_WRITE))
		return false;
	if (privilege == MMU_PL0)
		return true;
	if ((sctlr & SCTLR_UWXN) && (rights[MMU_PL0] & MMU_MAY_WRITE))
		return false;
	return !translation->pxn;
}

enum mmu_fault_type perm_check(const struct mmu_regs *regs,
			       const struct translation *translation,
			       enum mmu_kind kind, enum mmu_privilege privilege,
			       uint8_t *rights)
{
	*rights = NONE;
	if ((regs->sctlr & SCTLR_AFE) && !(translation->ap & AP_ACCESS_FLAG))
		return MMU_FAULT_ACCESS_FLAG;

	switch (dacr_access(regs->dacr, translation->domain)) {
	case DOMAIN_NO_ACCESS:
	case DOMAIN_RESERVED:
		return MMU_FAULT_DOMAIN;
	case DOMAIN_MANAGER:
		*rights = ALL;
		return MMU_FAULT_NONE;
	case DOMAIN_CLIENT:
		break;
	}

	*rights = ap_rights[translation->ap][privilege];
	if (may_fetch(regs->sctlr, translation, privilege))
		*rights |= MMU_MAY_FETCH;
	return *rights & 1 << kind ? MMU_FAULT_NONE : MMU_FAULT_PERMISSION;
}
