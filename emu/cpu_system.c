/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only the kernel may do: instructions of SVC mode that reach the state of
 * the core itself. The engine would do them to a state of its own, of which the
 * model knows nothing: its page tables' registers, its timers (which read the
 * host's clock), its modes. So none of them runs there.
 *
 * Code of PL1 is looked at block by block before it runs (cpu_system_look());
 * an instruction that is found gets a hook at its address, which stops the
 * engine in front of it; what it does is then done here, to the model
 * (cpu_system_run()). Code without such instructions isn't slowed down.
 *
 * Invariant: the engine's own CP15, apart from the thread registers, and its
 * mode are as engine_reset() and cpu_set_regs() left them.
 *
 * MODEL: the registers that say what addresses mean (SCTLR, TTBR0, TTBR1,
 * TTBCR, DACR, PRRR, NMRR, CONTEXTIDR, TLB lockdown) keep their value: writing
 * another one is an undefined instruction, as is what would leave the mode
 * (CPS, MSR, RFE, SRS, LDM with ^ and pc, MOVS pc), SMC, HVC, CP14, and CP15's
 * counters and timers. A hypervisor that traps them would have it so.
 * MODEL: VFP and NEON are off in SVC mode: what they hold is user mode's.
 * MODEL: such an instruction in a Thumb IT block is undefined where its block
 * begins, whatever its condition.
 */
#include "emu/cpu_engine.h"

#include "mmu/armv7.h"

enum system_kind {
	SYSTEM_NONE, /* the engine may run it */
	SYSTEM_UNDEFINED,
	SYSTEM_MRC, /* of CP15 */
	SYSTEM_MCR,
	SYSTEM_MSR, /* of CPSR's control byte, among others */
	SYSTEM_MSR_IMM,
	SYSTEM_CPS /* with a mode */
};

#define CPSR_MODE      0x1fu
/* What MSR leaves alone: T, J and IT. */
#define CPSR_EXECUTION 0x0700fc20u

static uint32_t bits(uint32_t word, unsigned int high, unsigned int low)
{
	return word >> low & ((2u << (high - low)) - 1);
}

static bool bit(uint32_t word, unsigned int n)
{
	return word >> n & 1;
}

/* ---- which they are (A5 and A6 of the manual) ----------------------------------- */

/* TPIDRURW, TPIDRURO, TPIDRPRW; and ACTLR and CPACR, to be read. */
static bool is_engines(uint32_t word)
{
	uint32_t crn = bits(word, 19, 16), opc2 = bits(word, 7, 5);

	if (bits(word, 23, 21) || bits(word, 3, 0))
		return false;
	if (crn == 13)
		return opc2 >= 2 && opc2 <= 4;
	return crn == 1 && bit(word, 20) && (opc2 == 1 || opc2 == 2);
}

/* Bits 27 to 24 are 110x or 1110: alike in ARM and Thumb. */
static enum system_kind coprocessor(uint32_t word)
{
	bool move = bits(word, 27, 24) == 14 && bit(word, 4);

	switch (bits(word, 11, 8)) {
	case 10:
	case 11:
	case 14:
		return SYSTEM_UNDEFINED;
	case 15:
		if (!move || bits(word, 15, 12) == 15)
			return SYSTEM_UNDEFINED;
		if (is_engines(word))
			return SYSTEM_NONE;
		return bit(word, 20) ? SYSTEM_MRC : SYSTEM_MCR;
	default:
		return SYSTEM_NONE; /* there is none; the engine says so, too */
	}
}

static enum system_kind arm_unconditional(uint32_t word)
{
	if (bits(word, 27, 25) == 1 || /* NEON: data; loads and stores */
	    (bits(word, 27, 24) == 4 && !bit(word, 20)))
		return SYSTEM_UNDEFINED;
	if ((word & 0xfff10020) == 0xf1000000)
		return bit(word, 17) ? SYSTEM_CPS : SYSTEM_NONE;
	if (bits(word, 27, 25) == 4) /* RFE, SRS */
		return bit(word, 22) != bit(word, 20) ? SYSTEM_UNDEFINED
						      : SYSTEM_NONE;
	return bits(word, 27, 24) >= 12 && bits(word, 27, 24) <= 14
		       ? coprocessor(word)
		       : SYSTEM_NONE;
}

/* Data processing with S and the pc: a return from an exception. */
static bool returns_from_exception(uint32_t word)
{
	return bits(word, 27, 26) == 0 && bit(word, 20) &&
	       bits(word, 15, 12) == 15 && bits(word, 24, 23) != 2 &&
	       (bit(word, 25) || !bit(word, 7) || !bit(word, 4));
}

static enum system_kind arm_miscellaneous(uint32_t word)
{
	bool control = bit(word, 16) && !bit(word, 22);

	if ((word & 0x0fb0f000) == 0x0320f000) /* MSR of a constant */
		return control ? SYSTEM_MSR_IMM : SYSTEM_NONE;
	if ((word & 0x0fb0fef0) == 0x0120f000)
		return control ? SYSTEM_MSR : SYSTEM_NONE;
	if ((word & 0x0ff000f0) == 0x01600070 || /* SMC, HVC, ERET */
	    (word & 0x0ff000f0) == 0x01400070 ||
	    (word & 0x0ff000f0) == 0x01600060)
		return SYSTEM_UNDEFINED;
	return SYSTEM_NONE;
}

static enum system_kind arm(uint32_t word)
{
	if (word >> 28 == 15)
		return arm_unconditional(word);
	switch (bits(word, 27, 25)) {
	case 0:
	case 1:
		if (returns_from_exception(word))
			return SYSTEM_UNDEFINED;
		return arm_miscellaneous(word);
	case 4: /* LDM with ^ and the pc */
		return bit(word, 22) && bit(word, 20) && bit(word, 15)
			       ? SYSTEM_UNDEFINED
			       : SYSTEM_NONE;
	case 6:
	case 7:
		return bits(word, 27, 24) < 15 ? coprocessor(word)
					       : SYSTEM_NONE;
	default:
		return SYSTEM_NONE;
	}
}

/* TST, TEQ, CMN and CMP have the pc's number where others have a register. */
static bool thumb_returns(uint32_t word)
{
	uint32_t opcode = bits(word, 24, 21);
	bool shifted = bits(word, 31, 25) == 0x75;
	bool constant = bits(word, 31, 27) == 0x1e && !bit(word, 25) &&
			!bit(word, 15);

	return (shifted || constant) && bit(word, 20) &&
	       bits(word, 11, 8) == 15 && opcode != 0 && opcode != 4 &&
	       opcode != 8 && opcode != 13;
}

static enum system_kind thumb_wide(uint32_t word)
{
	if (bits(word, 31, 29) == 7 && bits(word, 27, 26) == 3)
		return bits(word, 25, 24) == 3 ? SYSTEM_UNDEFINED /* NEON */
					       : coprocessor(word);
	if (bits(word, 31, 24) == 0xf9 && !bit(word, 20)) /* NEON's, too */
		return SYSTEM_UNDEFINED;
	if (bits(word, 31, 25) == 0x74 && bit(word, 24) == bit(word, 23) &&
	    !bit(word, 22)) /* RFE, SRS */
		return SYSTEM_UNDEFINED;
	if ((word & 0xfff0d020) == 0xf3808000)
		return bit(word, 8) ? SYSTEM_MSR : SYSTEM_NONE;
	if ((word & 0xfff0d000) == 0xf3a08000)
		return bit(word, 8) ? SYSTEM_CPS : SYSTEM_NONE;
	if ((word & 0xfff0d000) == 0xf3d08000 || /* SUBS pc, ERET */
	    (word & 0xffe0f000) == 0xf7e08000) /* SMC, HVC */
		return SYSTEM_UNDEFINED;
	return thumb_returns(word) ? SYSTEM_UNDEFINED : SYSTEM_NONE;
}

static enum system_kind kind_of(const struct cpu_insn *insn)
{
	if (!insn->thumb)
		return arm(insn->word);
	return insn->size_bytes == 4 ? thumb_wide(insn->word) : SYSTEM_NONE;
}

bool cpu_system_is(const struct cpu_insn *insn)
{
	return kind_of(insn) != SYSTEM_NONE;
}

/* ---- finding them ------------------------------------------------------------------ */

static bool has_hook(const struct cpu *cpu, vaddr_t va)
{
	for (unsigned int i = 0; i < cpu->nr_system; i++)
		if (cpu->system[i] == va)
			return true;
	return false;
}

static void on_system(uc_engine *uc, uint64_t va, uint32_t size, void *ctx)
{
	struct cpu *cpu = ctx;
	const struct block *block = block_at(cpu, cpu->block);
	struct cpu_insn insn;

	(void)uc;
	(void)size;
	if (cpu->in_stub || cpu->stop != STOP_NONE ||
	    cpu->privilege != MMU_PL1 ||
	    !cpu_insn_at(cpu, (vaddr_t)va, block->thumb, &insn) ||
	    !cpu_system_is(&insn))
		return;
	cpu_halt(cpu, STOP_SYSTEM);
}

/*
 * The first is enough: the engine always stops there, and goes on behind it
 * with a block that will be looked at.
 */
bool cpu_system_look(struct cpu *cpu, const struct block *block)
{
	uint8_t it = block->it;
	struct cpu_insn insn;

	for (vaddr_t at = block->start; at - block->start < block->size_bytes;
	     at += insn.size_bytes) {
		if (!cpu_insn_at(cpu, at, block->thumb, &insn))
			return true;
		if (cpu_system_is(&insn)) {
			if (!it && has_hook(cpu, at))
				return true;
			cpu->system_found = at;
			cpu_halt_before_block(cpu, it ? STOP_SYSTEM_IT
						      : STOP_SYSTEM_FOUND);
			return false;
		}
		it = block->thumb ? cpu_it_after(&insn, it) : 0;
	}
	return true;
}

bool cpu_system_hook(struct cpu *cpu)
{
	vaddr_t va = cpu->system_found;
	paddr_t frame = soft_frame(cpu->soft.page[va >> SOFT_PAGE_BITS]);
	uc_hook hook;

	if (cpu->nr_system == SYSTEM_HOOKS)
		return false;
	if (uc_hook_add(cpu->uc, &hook, UC_HOOK_CODE, (void *)on_system, cpu,
			va, va) != UC_ERR_OK)
		cpu_engine_broken("a hook for one address", UC_ERR_HOOK);
	cpu->system[cpu->nr_system++] = va;
	cpu_code_changed(cpu, frame, SOFT_PAGE_SIZE);
	return true;
}

/* ---- doing them ---------------------------------------------------------------------- */

static int engine_reg(unsigned int n)
{
	switch (n) {
	case 13:
		return UC_ARM_REG_SP;
	case 14:
		return UC_ARM_REG_LR;
	default:
		return UC_ARM_REG_R0 + (int)n;
	}
}

static uint32_t cp15_reg(uint32_t word)
{
	return CP15_REG(bits(word, 19, 16), bits(word, 23, 21),
			bits(word, 3, 0), bits(word, 7, 5));
}

static bool do_mrc(struct cpu *cpu, uint32_t word)
{
	uint32_t value;

	if (!mmu_cp15_read(cpu->mmu, cp15_reg(word), &value))
		return false;
	uc_reg_write(cpu->uc, engine_reg(bits(word, 15, 12)), &value);
	return true;
}

/* The kernel's own code relies on what it has put there. */
static bool is_the_kernels(uint32_t reg)
{
	switch (reg) {
	case CP15_SCTLR:
	case CP15_TTBR0:
	case CP15_TTBR1:
	case CP15_TTBCR:
	case CP15_DACR:
	case CP15_PRRR:
	case CP15_NMRR:
	case CP15_CONTEXTIDR:
	case CP15_TLBLOCK:
	case CP15_TLBLOCK_I:
		return true;
	default:
		return false;
	}
}

static bool do_mcr(struct cpu *cpu, uint32_t word)
{
	uint32_t value = cpu_reg(cpu, engine_reg(bits(word, 15, 12)));
	uint32_t reg = cp15_reg(word), old;

	if (is_the_kernels(reg))
		return mmu_cp15_read(cpu->mmu, reg, &old) && old == value;
	if (!mmu_cp15_write(cpu->mmu, reg, value))
		return false;
	cpu_cache_maintain(cpu, reg, value);
	cpu_timing_maintain(cpu, reg);
	return true;
}

static bool put_cpsr(struct cpu *cpu, uint32_t value, uint32_t mask)
{
	uint32_t cpsr = cpu_reg(cpu, UC_ARM_REG_CPSR);

	mask &= ~CPSR_EXECUTION;
	value = (cpsr & ~mask) | (value & mask);
	if ((value ^ cpsr) & CPSR_MODE)
		return false;
	uc_reg_write(cpu->uc, UC_ARM_REG_CPSR, &value);
	return true;
}

/* @fields: a bit for each byte of CPSR. */
static bool do_msr(struct cpu *cpu, uint32_t fields, uint32_t value)
{
	uint32_t mask = 0;

	for (unsigned int i = 0; i < 4; i++)
		if (bit(fields, i))
			mask |= 0xffu << 8 * i;
	return put_cpsr(cpu, value, mask);
}

static uint32_t rotated_constant(uint32_t word)
{
	uint32_t by = bits(word, 11, 8) * 2, value = word & 0xff;

	return by ? value >> by | value << (32 - by) : value;
}

static bool do_cps(struct cpu *cpu, const struct cpu_insn *insn)
{
	uint32_t word = insn->word;
	uint32_t imod = insn->thumb ? bits(word, 10, 9) : bits(word, 19, 18);
	uint32_t aif = insn->thumb ? bits(word, 7, 5) : bits(word, 8, 6);
	uint32_t mask = CPSR_MODE, value = word & CPSR_MODE;

	if (imod & 2)
		mask |= aif << 6;
	if (imod == 3)
		value |= aif << 6;
	return put_cpsr(cpu, value, mask);
}

static bool do_it(struct cpu *cpu, const struct cpu_insn *insn)
{
	uint32_t word = insn->word;

	switch (kind_of(insn)) {
	case SYSTEM_MRC:
		return do_mrc(cpu, word);
	case SYSTEM_MCR:
		return do_mcr(cpu, word);
	case SYSTEM_MSR:
		return insn->thumb
			       ? do_msr(cpu, bits(word, 11, 8),
					cpu_reg(cpu,
						engine_reg(bits(word, 19, 16))))
			       : do_msr(cpu, bits(word, 19, 16),
					cpu_reg(cpu,
						engine_reg(bits(word, 3, 0))));
	case SYSTEM_MSR_IMM:
		return do_msr(cpu, bits(word, 19, 16), rotated_constant(word));
	case SYSTEM_CPS:
		return do_cps(cpu, insn);
	default:
		return false;
	}
}

bool cpu_system_run(struct cpu *cpu)
{
	struct cpu_insn insn;

	if (!cpu_insn_at(cpu, cpu->pc, cpu->thumb, &insn) ||
	    (cpu_will_run(cpu, &insn, 0) && !do_it(cpu, &insn)))
		return false;
	cpu->pc += insn.size_bytes;
	cpu->clock.left--;
	return true;
}
