/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>

#include "mmu/armv7.h"
#include "mmu/mmu.h"
#include "mmu/state.h"

/*
 * The system control coprocessor as far as it is about memory: ARM ARM B3.17
 * and B4.1, and the lockdown registers of the Cortex-A8 and A9 manuals.
 *
 * Registers stand in one table, with the bits that software may change and
 * those whose change gives addresses another meaning. No write of a register
 * invalidates a main TLB entry; only the operations of c8 do.
 *
 * Here, too, is the rule for micro-TLBs: unless they are tagged (Cortex-A15),
 * they are emptied by each change of SCTLR, TTBR0, TTBR1, TTBCR, DACR, PRRR,
 * NMRR or the ASID (Cortex-A5 TRM 6.3, SCTLR and TTBCR apart), and by each
 * operation of c8.
 *
 * MODEL: c7's cache, branch-predictor and barrier operations are accepted and
 * do nothing; there are no caches in here, and by-MVA operations never fault.
 * MODEL: an external abort during ATS1C.. lands in PAR instead of aborting.
 * MODEL: the MMU state of the other security world, and hypervisor mode, are
 * left out; address translation operations answer for the only world.
 */

/* ---- registers ---------------------------------------------------------- */

#define SCTLR_WRITABLE                                                      \
	(SCTLR_M | SCTLR_A | SCTLR_C | SCTLR_SW | SCTLR_Z | SCTLR_I |       \
	 SCTLR_V | SCTLR_RR | SCTLR_VE | SCTLR_EE | SCTLR_TRE | SCTLR_AFE | \
	 SCTLR_TE)
#define SCTLR_CONTEXT (SCTLR_M | SCTLR_WXN | SCTLR_UWXN | SCTLR_TRE | SCTLR_AFE)
#define ALL_BITS      0xffffffff
#define TTBCR_BITS    (TTBCR_N | TTBCR_PD0 | TTBCR_PD1)

struct cp15_register {
	uint32_t reg;
	uint32_t offset; /* in struct mmu_regs */
	uint32_t writable; /* the other bits keep their value */
	uint32_t context; /* changing these changes what addresses mean */
};

#define REGISTER(name, field, writable, context)                         \
	{                                                                \
		CP15_##name, offsetof(struct mmu_regs, field), writable, \
			context                                          \
	}

static const struct cp15_register registers[] = {
	REGISTER(CSSELR, csselr, 0xf, 0),
	REGISTER(SCTLR, sctlr, SCTLR_WRITABLE, SCTLR_CONTEXT),
	REGISTER(TTBR0, ttbr0, ALL_BITS, ALL_BITS),
	REGISTER(TTBR1, ttbr1, ALL_BITS, ALL_BITS),
	REGISTER(TTBCR, ttbcr, TTBCR_BITS, TTBCR_BITS),
	REGISTER(DACR, dacr, ALL_BITS, ALL_BITS),
	REGISTER(DFSR, dfsr, ALL_BITS, 0),
	REGISTER(IFSR, ifsr, ALL_BITS, 0),
	REGISTER(DFAR, dfar, ALL_BITS, 0),
	REGISTER(IFAR, ifar, ALL_BITS, 0),
	REGISTER(PAR, par, ALL_BITS, 0),
	REGISTER(PRRR, prrr, ALL_BITS, ALL_BITS),
	REGISTER(NMRR, nmrr, ALL_BITS, ALL_BITS),
	REGISTER(CONTEXTIDR, contextidr, ALL_BITS, 0xff),
};

static const struct cp15_register *find_register(uint32_t reg)
{
	for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++)
		if (registers[i].reg == reg)
			return &registers[i];
	return NULL;
}

static uint32_t *register_in(struct mmu_regs *regs,
			     const struct cp15_register *known)
{
	return (uint32_t *)((char *)regs + known->offset);
}

static void write_register(struct mmu *mmu, const struct cp15_register *known,
			   uint32_t value)
{
	uint32_t *reg = register_in(&mmu->regs, known);
	uint32_t writable = known->writable;
	uint32_t old = *reg;

	if (known->reg == CP15_SCTLR && mmu->core->virtualization)
		writable |= SCTLR_WXN | SCTLR_UWXN;
	*reg = (old & ~writable) | (value & writable);
	if ((old ^ *reg) & known->context)
		mmu_context_changed(mmu);
}

/* ---- identification ----------------------------------------------------- */

struct id_register {
	uint32_t reg;
	uint32_t offset; /* in struct core */
};

#define ID(name, field)                                   \
	{                                                 \
		CP15_##name, offsetof(struct core, field) \
	}

static const struct id_register id_registers[] = {
	ID(MIDR, midr),           ID(CTR, ctr),
	ID(ID_PFR0, id_pfr[0]),   ID(ID_PFR1, id_pfr[1]),
	ID(ID_DFR0, id_dfr0),     ID(ID_MMFR0, id_mmfr[0]),
	ID(ID_MMFR1, id_mmfr[1]), ID(ID_MMFR2, id_mmfr[2]),
	ID(ID_MMFR3, id_mmfr[3]), ID(ID_ISAR0, id_isar[0]),
	ID(ID_ISAR1, id_isar[1]), ID(ID_ISAR2, id_isar[2]),
	ID(ID_ISAR3, id_isar[3]), ID(ID_ISAR4, id_isar[4]),
	ID(CLIDR, clidr),
};

/* The main TLB for accesses of @kind. */
static const struct tlb *main_tlb(const struct mmu *mmu, enum mmu_kind kind)
{
	const struct tlb_path *path = &mmu->path[kind];

	return path->main ? path->main : path->inner;
}

/*
 * ILsize [23:16], DLsize [15:8], not unified [0]; [2:1] is the Cortex-A9's
 * size of the main TLB, 64 << n entries.
 */
static uint32_t tlbtr(const struct mmu *mmu)
{
	const struct tlb *data = main_tlb(mmu, MMU_READ);
	const struct tlb *code = main_tlb(mmu, MMU_FETCH);
	uint32_t value = data->config.lockable << 8;

	if (data != code)
		return value | code->config.lockable << 16 | 1;
	for (uint32_t n = 0; n < 4; n++)
		if (data->config.entries == 64u << n)
			value |= n << 1;
	return value;
}

/* CSSELR: level in [3:1], instruction cache in [0]. */
static uint32_t ccsidr(const struct mmu *mmu)
{
	uint32_t selected = mmu->regs.csselr;

	return selected < 3 ? mmu->core->ccsidr[selected] : 0;
}

static bool read_id(const struct mmu *mmu, uint32_t reg, uint32_t *value)
{
	for (size_t i = 0; i < sizeof(id_registers) / sizeof(id_registers[0]);
	     i++) {
		if (id_registers[i].reg != reg)
			continue;
		*value = *(const uint32_t *)((const char *)mmu->core +
					     id_registers[i].offset);
		return true;
	}
	switch (reg) {
	case CP15_TLBTR:
		*value = tlbtr(mmu);
		return true;
	case CP15_MPIDR: /* bit 31: the multiprocessing format */
		*value = mmu->config.cpu |
			 (mmu->core->multiprocessing ? 1u << 31 : 0);
		return true;
	case CP15_CCSIDR:
		*value = ccsidr(mmu);
		return true;
	case CP15_TCMTR:
	case CP15_REVIDR:
	case CP15_ID_AFR0:
	case CP15_ID_ISAR5:
		*value = 0;
		return true;
	}
	return false;
}

/* ---- c7: address translation, and what does nothing here ---------------- */

static uint32_t par_of_fault(const struct mmu_fault *fault)
{
	uint32_t status = mmu_fault_status(&(struct mmu_fault){
		.type = fault->type,
		.level = fault->level,
	});

	return PAR_F | (status & FSR_FS_LOW) << 1 |
	       (status & FSR_FS4 ? 1u << 5 : 0) |
	       (status & FSR_EXT ? 1u << 6 : 0);
}

/* Inner [6:4], outer [3:2], SH, NOS: B4.1.112. */
static uint32_t par_of_attr(const struct mmu_attr *attr)
{
	static const uint8_t inner_of_normal[] = {
		[MMU_NC] = 0,
		[MMU_WBWA] = 5,
		[MMU_WT] = 6,
		[MMU_WB] = 7,
	};
	uint32_t inner = 0;

	switch (attr->type) {
	case MMU_STRONGLY_ORDERED:
		inner = 1;
		break;
	case MMU_DEVICE:
		inner = 3;
		break;
	case MMU_NORMAL:
		inner = inner_of_normal[attr->inner];
		break;
	}
	return inner << PAR_INNER_SHIFT |
	       (uint32_t)attr->outer << PAR_OUTER_SHIFT |
	       (attr->shareable ? PAR_SH : 0) |
	       (attr->outer_shareable ? 0 : PAR_NOS);
}

/*
 * MODEL: where the innermost TLB holds pieces, a supersection is reported as
 * pages, without PAR.SS.
 */
static uint32_t par_of_result(const struct mmu_result *result)
{
	uint32_t par = par_of_attr(&result->attr);

	if (result->size_bytes != 1u << SUPERSECTION_SHIFT)
		return par | ((uint32_t)result->paddr & 0xfffff000);
	return par | PAR_SS | ((uint32_t)result->paddr & 0xff000000) |
	       (uint32_t)(result->paddr >> 32) << 16;
}

/* ATS1CPR, CPW, CUR, CUW: opc2 has the kind below the privilege. */
static void translate_address(struct mmu *mmu, uint32_t reg, vaddr_t va)
{
	enum mmu_kind kind = reg & 1 ? MMU_WRITE : MMU_READ;
	enum mmu_privilege privilege = reg & 2 ? MMU_PL0 : MMU_PL1;
	struct mmu_result result;

	if (mmu_access(mmu, va, kind, privilege, &result))
		mmu->regs.par = par_of_result(&result);
	else
		mmu->regs.par = par_of_fault(&result.fault);
}

static bool write_c7(struct mmu *mmu, uint32_t reg, uint32_t value)
{
	switch (reg) {
	case CP15_ATS1CPR:
	case CP15_ATS1CPW:
	case CP15_ATS1CUR:
	case CP15_ATS1CUW:
		translate_address(mmu, reg, value);
		return true;
	case CP15_ICIALLUIS:
	case CP15_BPIALLIS:
		return mmu->core->multiprocessing;
	case CP15_ICIALLU:
	case CP15_ICIMVAU:
	case CP15_ISB:
	case CP15_BPIALL:
	case CP15_BPIMVA:
	case CP15_DCIMVAC:
	case CP15_DCISW:
	case CP15_DCCMVAC:
	case CP15_DCCSW:
	case CP15_DSB:
	case CP15_DMB:
	case CP15_DCCMVAU:
	case CP15_DCCIMVAC:
	case CP15_DCCISW:
		return true;
	}
	return false;
}

/* ---- c8: TLB maintenance ------------------------------------------------ */

/* CRm names the side, opc2 the scope. */
struct tlb_operation {
	uint32_t reg;
	enum mmu_side side;
	enum tlb_scope_kind scope;
	bool multiprocessing; /* only with those extensions */
	bool broadcast;
};

#define OPERATION(name, side, scope)                                          \
	{                                                                     \
		CP15_##name, MMU_SIDE_##side, TLB_SCOPE_##scope, false, false \
	}
#define SHARED(name, scope)                                               \
	{                                                                 \
		CP15_##name, MMU_SIDE_BOTH, TLB_SCOPE_##scope, true, true \
	}

static const struct tlb_operation operations[] = {
	OPERATION(TLBIALL, BOTH, ALL),
	OPERATION(TLBIMVA, BOTH, MVA),
	OPERATION(TLBIASID, BOTH, ASID),
	{CP15_TLBIMVAA, MMU_SIDE_BOTH, TLB_SCOPE_MVA_ALL_ASIDS, true, false},
	OPERATION(ITLBIALL, I, ALL),
	OPERATION(ITLBIMVA, I, MVA),
	OPERATION(ITLBIASID, I, ASID),
	OPERATION(DTLBIALL, D, ALL),
	OPERATION(DTLBIMVA, D, MVA),
	OPERATION(DTLBIASID, D, ASID),
	SHARED(TLBIALLIS, ALL),
	SHARED(TLBIMVAIS, MVA),
	SHARED(TLBIASIDIS, ASID),
	SHARED(TLBIMVAAIS, MVA_ALL_ASIDS),
};

static const struct tlb_operation *find_operation(const struct mmu *mmu,
						  uint32_t reg)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (operations[i].reg == reg)
			return !operations[i].multiprocessing ||
					       mmu->core->multiprocessing
				       ? &operations[i]
				       : NULL;
	return NULL;
}

static void run_operation(struct mmu *mmu,
			  const struct tlb_operation *operation, uint32_t value)
{
	mmu_maintain(mmu, operation->side,
		     &(struct tlb_scope){
			     .kind = operation->scope,
			     .va = value & 0xfffff000,
			     .asid = value & 0xff,
		     });
}

static bool write_c8(struct mmu *mmu, uint32_t reg, uint32_t value)
{
	const struct tlb_operation *operation = find_operation(mmu, reg);

	if (!operation)
		return false;
	run_operation(mmu, operation, value);
	if (operation->broadcast && mmu->port.broadcast)
		mmu->port.broadcast(mmu->port.ctx, reg, value);
	return true;
}

void mmu_cp15_remote(struct mmu *mmu, uint32_t reg, uint32_t value)
{
	const struct tlb_operation *operation = find_operation(mmu, reg);

	if (operation)
		run_operation(mmu, operation, value);
}

/* ---- c10: lockdown ------------------------------------------------------ */

/* The TLB that a lockdown register governs, or NULL: no such register. */
static struct tlb *lockable_tlb(struct mmu *mmu, uint32_t reg)
{
	const struct tlb *data = main_tlb(mmu, MMU_READ);
	const struct tlb *code = main_tlb(mmu, MMU_FETCH);

	if (!mmu->core->lockdown)
		return NULL;
	if (reg == CP15_TLBLOCK)
		return (struct tlb *)data;
	return reg == CP15_TLBLOCK_I && code != data ? (struct tlb *)code
						     : NULL;
}

/*
 * The Cortex-A9's layout: P in [0], victim from bit 28 on.
 * MODEL: the Cortex-A8's, with a base inside the 32 entries, is not followed.
 */
static void write_lockdown(struct tlb *tlb, uint32_t value)
{
	tlb->preserve = value & TLBLOCK_P;
	if (tlb->config.lockable)
		tlb->lock_victim = (value >> TLBLOCK_VICTIM_SHIFT) %
				   tlb->config.lockable;
}

static uint32_t read_lockdown(const struct tlb *tlb)
{
	return (tlb->preserve ? TLBLOCK_P : 0) |
	       tlb->lock_victim << TLBLOCK_VICTIM_SHIFT;
}

/* ---- the door ----------------------------------------------------------- */

bool mmu_cp15_write(struct mmu *mmu, uint32_t reg, uint32_t value)
{
	const struct cp15_register *known = find_register(reg);
	struct tlb *tlb;

	if (known) {
		write_register(mmu, known, value);
		return true;
	}
	tlb = lockable_tlb(mmu, reg);
	if (tlb) {
		write_lockdown(tlb, value);
		return true;
	}
	return write_c7(mmu, reg, value) || write_c8(mmu, reg, value);
}

bool mmu_cp15_read(const struct mmu *mmu, uint32_t reg, uint32_t *value)
{
	const struct cp15_register *known = find_register(reg);
	const struct tlb *tlb;

	if (known) {
		*value = *(const uint32_t *)((const char *)&mmu->regs +
					     known->offset);
		return true;
	}
	tlb = lockable_tlb((struct mmu *)mmu, reg);
	if (tlb) {
		*value = read_lockdown(tlb);
		return true;
	}
	return read_id(mmu, reg, value);
}
