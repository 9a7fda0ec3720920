/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mmu/armv7.h"
#include "mmu/mmu.h"

/*
 * From the meaning of a fault to the bits of DFSR and IFSR: ARM ARM B3.13.3,
 * short-descriptor format. Nothing else in mmu/ knows a status code.
 *
 * The domain is shown whenever a first-level descriptor gave one, also for
 * faults whose domain field the manual calls UNKNOWN: harmless, and the same
 * in every run.
 *
 * MODEL: ExT is 0, a decode error: the only external abort here is that
 * nothing answers at an address. Parity errors are those of accesses, never of
 * walks, and of what the caller says; asynchronous aborts do not happen.
 */

/* By level of the descriptor; [0] where a fault has none. */
static const uint8_t fs_codes[MMU_FAULT_TYPES][3] = {
	[MMU_FAULT_ALIGNMENT] = {FS_ALIGNMENT, FS_ALIGNMENT, FS_ALIGNMENT},
	[MMU_FAULT_DEBUG] = {FS_DEBUG, FS_DEBUG, FS_DEBUG},
	[MMU_FAULT_ACCESS_FLAG] = {0, FS_ACCESS_FLAG_L1, FS_ACCESS_FLAG_L2},
	[MMU_FAULT_TRANSLATION] = {0, FS_TRANSLATION_L1, FS_TRANSLATION_L2},
	[MMU_FAULT_DOMAIN] = {0, FS_DOMAIN_L1, FS_DOMAIN_L2},
	[MMU_FAULT_PERMISSION] = {0, FS_PERMISSION_L1, FS_PERMISSION_L2},
	[MMU_FAULT_EXTERNAL] = {FS_EXTERNAL, FS_EXTERNAL, FS_EXTERNAL},
	[MMU_FAULT_EXTERNAL_WALK] = {0, FS_EXTERNAL_WALK_L1,
				     FS_EXTERNAL_WALK_L2},
	[MMU_FAULT_PARITY] = {FS_PARITY, FS_PARITY, FS_PARITY},
};

static const char *const fault_names[MMU_FAULT_TYPES] = {
	[MMU_FAULT_NONE] = "none",
	[MMU_FAULT_ALIGNMENT] = "alignment",
	[MMU_FAULT_DEBUG] = "debug",
	[MMU_FAULT_ACCESS_FLAG] = "access_flag",
	[MMU_FAULT_TRANSLATION] = "translation",
	[MMU_FAULT_DOMAIN] = "domain",
	[MMU_FAULT_PERMISSION] = "permission",
	[MMU_FAULT_EXTERNAL] = "external",
	[MMU_FAULT_EXTERNAL_WALK] = "external_walk",
	[MMU_FAULT_PARITY] = "parity",
};

uint32_t mmu_fault_status(const struct mmu_fault *fault)
{
	uint32_t status = fsr_from_fs(fs_codes[fault->type][fault->level]);

	if (fault->fetch)
		return status;
	status |= FSR_DOMAIN(fault->domain);
	if (fault->write || fault->maintenance)
		status |= FSR_WNR;
	if (fault->maintenance)
		status |= FSR_CM;
	return status;
}

/* Type and level of @fs; false: nobody's. */
static bool find_fs(uint32_t fs, struct mmu_fault *fault)
{
	for (int type = MMU_FAULT_NONE + 1; type < MMU_FAULT_TYPES; type++)
		for (uint8_t level = 0; level < 3; level++)
			if (fs && fs_codes[type][level] == fs) {
				fault->type = (enum mmu_fault_type)type;
				fault->level = level;
				return true;
			}
	return false;
}

struct mmu_fault mmu_fault_decode(uint32_t status, bool fetch)
{
	struct mmu_fault fault = {.fetch = fetch};

	if (!find_fs(fsr_fs(status), &fault) || fetch)
		return fault;
	fault.domain = (uint8_t)(status >> 4 & 15);
	fault.maintenance = status & FSR_CM;
	fault.write = (status & FSR_WNR) && !fault.maintenance;
	return fault;
}

const char *mmu_fault_name(enum mmu_fault_type type)
{
	return type < MMU_FAULT_TYPES ? fault_names[type] : "unknown";
}
