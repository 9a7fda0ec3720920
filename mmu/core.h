/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_CORE_H
#define MMU_CORE_H

/*
 * What tells one Cortex-A from another: the words of its identification
 * registers, and what its MMU can do.
 */

#include <stdbool.h>
#include <stdint.h>

struct core {
	const char *name;
	uint32_t midr, ctr;
	uint32_t id_pfr[2], id_dfr0;
	uint32_t id_mmfr[4];
	uint32_t id_isar[5];
	uint32_t clidr;
	uint32_t ccsidr[3]; /* L1 data, L1 instruction, L2 */

	bool multiprocessing; /* c8,c3 and by-MVA-all-ASID operations, MPIDR */
	bool virtualization; /* SCTLR.WXN and UWXN */
	bool large_paddr; /* supersections reach 40 bits */
	bool lockdown; /* has the TLB lockdown registers */
	/*
	 * Micro-TLBs know ASIDs and obey maintenance operations entry by
	 * entry. Otherwise each maintenance operation, and each write of a
	 * register that changes what addresses mean, empties them.
	 */
	bool tagged_micro;
};

/* NULL: no such core. */
const struct core *core_find(const char *name);

/* Descriptors have a PXN bit (ID_MMFR0.VMSA). */
static inline bool core_has_pxn(const struct core *core)
{
	return (core->id_mmfr[0] & 15) >= 4;
}

#endif
