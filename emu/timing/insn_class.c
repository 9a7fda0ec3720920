/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions as a pipeline sees them, by Capstone: the class tells what
 * hardware runs them, operands what they wait for.
 *
 * Invariant: the answer depends on the instruction's bytes alone.
 *
 * MODEL: an instruction whose condition fails, or which stands in an IT block,
 * reads and writes as if it ran; a conditional one also reads what it writes.
 * MODEL: of SIMD loads and stores the number of registers counts, not how
 * their elements are interleaved.
 */
#include "emu/timing/insn_class.h"

#include <capstone/capstone.h>
#include <stdlib.h>
#include <string.h>

struct insn_decoder {
	csh mode[2]; /* ARM, Thumb */
	cs_insn *insn;
};

static bool open_mode(csh *mode, bool thumb)
{
	return cs_open(CS_ARCH_ARM,
		       thumb ? CS_MODE_THUMB | CS_MODE_V8 : CS_MODE_ARM,
		       mode) == CS_ERR_OK &&
	       cs_option(*mode, CS_OPT_DETAIL, CS_OPT_ON) == CS_ERR_OK;
}

struct insn_decoder *insn_decoder_create(void)
{
	struct insn_decoder *decoder = calloc(1, sizeof(*decoder));

	if (!decoder)
		return NULL;
	if (open_mode(&decoder->mode[0], false) &&
	    open_mode(&decoder->mode[1], true))
		decoder->insn = cs_malloc(decoder->mode[0]);
	if (decoder->insn)
		return decoder;
	insn_decoder_destroy(decoder);
	return NULL;
}

void insn_decoder_destroy(struct insn_decoder *decoder)
{
	if (!decoder)
		return;
	if (decoder->insn)
		cs_free(decoder->insn, 1);
	for (int i = 0; i < 2; i++)
		if (decoder->mode[i])
			cs_close(&decoder->mode[i]);
	free(decoder);
}

/* ---- registers -------------------------------------------------------------- */

static const uint8_t core_regs[ARM_REG_ENDING] = {
	[ARM_REG_R0] = 1,   [ARM_REG_R1] = 2,   [ARM_REG_R2] = 3,
	[ARM_REG_R3] = 4,   [ARM_REG_R4] = 5,   [ARM_REG_R5] = 6,
	[ARM_REG_R6] = 7,   [ARM_REG_R7] = 8,   [ARM_REG_R8] = 9,
	[ARM_REG_R9] = 10,  [ARM_REG_R10] = 11, [ARM_REG_R11] = 12,
	[ARM_REG_R12] = 13, [ARM_REG_SP] = 14,  [ARM_REG_LR] = 15,
	[ARM_REG_PC] = 16,
};

/* The first of our registers that @reg is, and in @nr how many; 0: none. */
static int first_reg(unsigned int reg, int *nr)
{
	*nr = 1;
	if (reg < ARM_REG_ENDING && core_regs[reg])
		return core_regs[reg] - 1;
	if (reg >= ARM_REG_S0 && reg <= ARM_REG_S31)
		return REG_VFP + (int)(reg - ARM_REG_S0);
	if (reg >= ARM_REG_D0 && reg <= ARM_REG_D31) {
		*nr = 2;
		return REG_VFP + 2 * (int)(reg - ARM_REG_D0);
	}
	if (reg >= ARM_REG_Q0 && reg <= ARM_REG_Q15) {
		*nr = 4;
		return REG_VFP + 4 * (int)(reg - ARM_REG_Q0);
	}
	if (reg == ARM_REG_CPSR || reg == ARM_REG_APSR)
		return REG_FLAGS;
	if (reg == ARM_REG_FPSCR || reg == ARM_REG_FPSCR_NZCV)
		return REG_VFP_FLAGS;
	*nr = 0;
	return 0;
}

static void add_read(struct timed_insn *insn, unsigned int reg,
		     enum operand_role role)
{
	int nr, first = first_reg(reg, &nr);

	if (first == 15)
		return; /* the pc is always there */
	for (int i = 0; i < nr && insn->nr_reads < INSN_OPERANDS; i++) {
		insn->reads[insn->nr_reads].reg = (uint8_t)(first + i);
		insn->reads[insn->nr_reads++].role = (uint8_t)role;
	}
}

static void add_write(struct timed_insn *insn, unsigned int reg,
		      bool is_address)
{
	int nr, first = first_reg(reg, &nr);

	if (first == 15)
		return;
	for (int i = 0; i < nr && insn->nr_writes < INSN_OPERANDS; i++) {
		insn->writes[insn->nr_writes].reg = (uint8_t)(first + i);
		insn->writes[insn->nr_writes++].is_address = is_address;
	}
}

static bool is_simd(unsigned int reg)
{
	int nr;

	return first_reg(reg, &nr) >= REG_VFP && nr;
}

static bool is_reg(const cs_arm_op *op)
{
	return op->type == ARM_OP_REG;
}

static bool is_quad(const cs_arm_op *op)
{
	return is_reg(op) && op->reg >= (int)ARM_REG_Q0 &&
	       op->reg <= (int)ARM_REG_Q15;
}

/* ---- classes ------------------------------------------------------------------ */

/* By ranges of Capstone's names, which are in alphabetical order. */
struct class_range {
	uint16_t first, last;
	uint8_t class;
};

#define ONE(name, class)                                      \
	{                                                     \
		ARM_INS_##name, ARM_INS_##name, CLASS_##class \
	}
#define RANGE(from, to, class)                              \
	{                                                   \
		ARM_INS_##from, ARM_INS_##to, CLASS_##class \
	}

/* What the name alone decides; the first range that fits. */
static const struct class_range core_classes[] = {
	RANGE(SMLABB, SMLADX, MULTIPLY_16),
	RANGE(SMLAL, SMLALTT, MULTIPLY_LONG),
	RANGE(SMLATB, SMLSDX, MULTIPLY_16),
	RANGE(SMLSLD, SMLSLDX, MULTIPLY_LONG),
	RANGE(SMMLA, SMMULR, MULTIPLY),
	RANGE(SMUAD, SMULBT, MULTIPLY_16),
	ONE(SMULL, MULTIPLY_LONG),
	RANGE(SMULTB, SMUSDX, MULTIPLY_16),
	RANGE(UMAAL, UMULL, MULTIPLY_LONG),
	ONE(MUL, MULTIPLY),
	RANGE(MLA, MLS, MULTIPLY),
	ONE(USAD8, MULTIPLY),
	ONE(USADA8, MULTIPLY),
	ONE(SDIV, DIVIDE),
	ONE(UDIV, DIVIDE),
	ONE(LDRD, LOAD_MULTIPLE),
	ONE(LDREXD, LOAD_MULTIPLE),
	RANGE(LDM, LDMIB, LOAD_MULTIPLE),
	ONE(POP, LOAD_MULTIPLE),
	RANGE(LDA, LDAH, LOAD),
	RANGE(LDRB, LDRBT, LOAD_NARROW),
	RANGE(LDRH, LDRSHT, LOAD_NARROW),
	RANGE(LDR, LDRT, LOAD),
	RANGE(PLD, PLI, LOAD),
	ONE(STRD, STORE_MULTIPLE),
	ONE(STREXD, STORE_MULTIPLE),
	RANGE(STM, STMIB, STORE_MULTIPLE),
	ONE(PUSH, STORE_MULTIPLE),
	RANGE(STL, STRT, STORE),
	RANGE(SWP, SWPB, LOAD),
	RANGE(B, B, BRANCH),
	RANGE(BL, BXNS, BRANCH),
	RANGE(CBNZ, CBZ, BRANCH),
	RANGE(TBB, TBH, LOAD),
	RANGE(MCR, MCRR2, SYSTEM),
	RANGE(MRC, MSR, SYSTEM),
	RANGE(DMB, DSB, SYSTEM),
	ONE(ISB, SYSTEM),
	ONE(SVC, SYSTEM),
	ONE(CLREX, SYSTEM),
	ONE(CPS, SYSTEM),
	ONE(SETEND, SYSTEM),
	RANGE(SXTB, SXTH, ALU_IMM),
	RANGE(UXTB, UXTH, ALU_IMM),
	RANGE(BFC, BFI, ALU_IMM),
	ONE(SBFX, ALU_IMM),
	ONE(UBFX, ALU_IMM),
	RANGE(SXTAB, SXTAH, ALU_SHIFT),
	RANGE(UXTAB, UXTAH, ALU_SHIFT),
	ONE(IT, MOVE),
	ONE(NOP, MOVE),
	ONE(HINT, MOVE),
	RANGE(MOVT, MOVW, ALU_IMM),
};

static const struct class_range simd_classes[] = {
	RANGE(VLD1, VLDR, FP_LOAD),
	ONE(VPOP, FP_LOAD),
	RANGE(VST1, VSTR, FP_STORE),
	ONE(VPUSH, FP_STORE),
	ONE(VMRS, FP_TO_CORE),
	ONE(VMSR, CORE_TO_FP),
	ONE(VDIV, FP_DIVIDE),
	ONE(VSQRT, FP_DIVIDE),
	ONE(VNMUL, FP_MULTIPLY),
	RANGE(VNMLA, VNMLS, FP_MAC),
	RANGE(VFMA, VFNMS, FP_MAC),
	RANGE(VMLA, VMLA, FP_MAC),
	ONE(VMLS, FP_MAC),
	ONE(VMUL, FP_MULTIPLY),
	RANGE(VCMP, VCVTT, FP_ADD),
	ONE(VMLAL, NEON_MULTIPLY),
	ONE(VMLSL, NEON_MULTIPLY),
	ONE(VMULL, NEON_MULTIPLY),
	RANGE(VQDMLAL, VQDMULL, NEON_MULTIPLY),
	RANGE(VQRDMLAH, VQRDMULH, NEON_MULTIPLY),
	RANGE(VQRSHL, VQSHRUN, NEON_SHIFT),
	RANGE(VRSHL, VRSHRN, NEON_SHIFT),
	ONE(VRSRA, NEON_SHIFT),
	RANGE(VSHL, VSLI, NEON_SHIFT),
	RANGE(VSRA, VSRI, NEON_SHIFT),
	ONE(VEXT, NEON_PERMUTE),
	ONE(VDUP, NEON_PERMUTE),
	RANGE(VREV16, VREV64, NEON_PERMUTE),
	RANGE(VSWP, VTRN, NEON_PERMUTE),
	ONE(VUZP, NEON_PERMUTE),
	ONE(VZIP, NEON_PERMUTE),
	RANGE(VRECPE, VRECPS, NEON_FLOAT),
	RANGE(VRSQRTE, VRSQRTS, NEON_FLOAT),
};

static int class_in(const struct class_range *ranges, size_t nr,
		    unsigned int id)
{
	for (size_t i = 0; i < nr; i++)
		if (id >= ranges[i].first && id <= ranges[i].last)
			return ranges[i].class;
	return -1;
}

#define CLASS_IN(ranges, id) \
	class_in(ranges, sizeof(ranges) / sizeof((ranges)[0]), id)

static bool is_shifted(const cs_arm_op *op)
{
	return is_reg(op) && op->shift.type != ARM_SFT_INVALID &&
	       (op->shift.type > ARM_SFT_RRX || op->shift.value ||
		op->shift.type == ARM_SFT_RRX);
}

static bool is_shift_name(unsigned int id)
{
	return id == ARM_INS_LSL || id == ARM_INS_LSR || id == ARM_INS_ASR ||
	       id == ARM_INS_ROR || id == ARM_INS_RRX;
}

static bool is_move_name(unsigned int id)
{
	return id == ARM_INS_MOV || id == ARM_INS_MOVS || id == ARM_INS_MVN;
}

/* A move that shifts is the shift itself: LSR is MOV with LSR. */
static enum insn_class shifted_class(unsigned int id, const cs_arm_op *op)
{
	if (op->shift.type > ARM_SFT_RRX)
		return CLASS_ALU_SHIFT_REG;
	return is_move_name(id) ? CLASS_ALU_REG : CLASS_ALU_SHIFT;
}

/* Data processing, by its operands. */
static enum insn_class alu_class(unsigned int id, const cs_arm *arm)
{
	bool any_imm = false;

	for (int i = 0; i < arm->op_count; i++) {
		if (is_shifted(&arm->operands[i]))
			return shifted_class(id, &arm->operands[i]);
		any_imm |= arm->operands[i].type == ARM_OP_IMM;
	}
	if (is_move_name(id))
		return CLASS_MOVE;
	if (is_shift_name(id))
		return CLASS_ALU_REG;
	return any_imm ? CLASS_ALU_IMM : CLASS_ALU_REG;
}

static bool is_double(const cs_arm *arm)
{
	return arm->vector_data == ARM_VECTORDATA_F64;
}

/* A VMOV between register files, or within one. */
static enum insn_class vmov_class(const cs_arm *arm)
{
	const cs_arm_op *to = &arm->operands[0];

	if (arm->op_count < 2 || !is_reg(to))
		return CLASS_FP_MOVE;
	if (!is_simd((unsigned int)to->reg))
		return CLASS_FP_TO_CORE;
	for (int i = 1; i < arm->op_count; i++)
		if (is_reg(&arm->operands[i]) &&
		    !is_simd((unsigned int)arm->operands[i].reg))
			return CLASS_CORE_TO_FP;
	return is_quad(to) ? CLASS_NEON_INTEGER : CLASS_FP_MOVE;
}

static bool is_float(const cs_arm *arm)
{
	return arm->vector_data >= ARM_VECTORDATA_F16 &&
	       arm->vector_data <= ARM_VECTORDATA_F64;
}

/* Scalars of the VFP are S registers, or D registers with .f64. */
static bool is_vector(const cs_arm *arm)
{
	const cs_arm_op *to = &arm->operands[0];

	return arm->op_count && is_reg(to) && !is_double(arm) &&
	       to->reg >= (int)ARM_REG_D0 &&
	       !(to->reg >= (int)ARM_REG_S0 && to->reg <= (int)ARM_REG_S31);
}

static enum insn_class vector_class(int class, const cs_arm *arm)
{
	switch (class) {
	case CLASS_FP_MULTIPLY:
	case CLASS_FP_MAC:
		return is_float(arm) ? CLASS_NEON_FLOAT : CLASS_NEON_MULTIPLY;
	case -1:
	case CLASS_FP_ADD:
		return is_float(arm) ? CLASS_NEON_FLOAT : CLASS_NEON_INTEGER;
	default:
		return (enum insn_class) class;
	}
}

static enum insn_class scalar_class(int class, unsigned int id,
				    const cs_arm *arm)
{
	switch (class) {
	case CLASS_FP_MULTIPLY:
	case CLASS_FP_MAC:
	case CLASS_FP_DIVIDE:
		return (enum insn_class)(class + is_double(arm));
	case -1:
		return id == ARM_INS_VABS || id == ARM_INS_VNEG ? CLASS_FP_MOVE
								: CLASS_FP_ADD;
	default:
		return (enum insn_class) class;
	}
}

static enum insn_class simd_class(unsigned int id, const cs_arm *arm)
{
	int class = CLASS_IN(simd_classes, id);

	if (id == ARM_INS_VMOV)
		return vmov_class(arm);
	return is_vector(arm) ? vector_class(class, arm)
			      : scalar_class(class, id, arm);
}

static bool is_simd_name(unsigned int id)
{
	return id >= ARM_INS_VABA && id <= ARM_INS_VZIP;
}

static bool has_shifted_offset(const cs_arm *arm)
{
	for (int i = 0; i < arm->op_count; i++) {
		const cs_arm_op *op = &arm->operands[i];

		if (op->type == ARM_OP_MEM &&
		    op->shift.type != ARM_SFT_INVALID && op->shift.value &&
		    (op->shift.type != ARM_SFT_LSL || op->shift.value != 2))
			return true;
	}
	return false;
}

static enum insn_class class_of(unsigned int id, const cs_arm *arm)
{
	int class;

	if (is_simd_name(id))
		return simd_class(id, arm);
	class = CLASS_IN(core_classes, id);
	if (class == CLASS_LOAD && has_shifted_offset(arm))
		return CLASS_LOAD_SHIFTED;
	return class < 0 ? alu_class(id, arm) : (enum insn_class) class;
}

/* ---- operands ------------------------------------------------------------------- */

static bool is_store(enum insn_class class)
{
	return class == CLASS_STORE || class == CLASS_STORE_MULTIPLE ||
	       class == CLASS_FP_STORE;
}

static bool is_load(enum insn_class class)
{
	return (class >= CLASS_LOAD && class <= CLASS_LOAD_MULTIPLE) ||
	       class == CLASS_FP_LOAD;
}

static bool is_product(enum insn_class class)
{
	return (class >= CLASS_MULTIPLY && class <= CLASS_MULTIPLY_LONG) ||
	       class == CLASS_FP_MAC || class == CLASS_FP_MAC_DOUBLE ||
	       class == CLASS_NEON_MULTIPLY || class == CLASS_NEON_FLOAT;
}

/* MLA's last operand; of the others what is both read and written. */
static bool is_accumulator(const struct timed_insn *insn, unsigned int id,
			   const cs_arm_op *op, int number)
{
	if (!is_product(insn->class))
		return false;
	return op->access & CS_AC_WRITE ||
	       (number == 3 && insn->class != CLASS_MULTIPLY_LONG &&
		id != ARM_INS_VEXT);
}

static enum operand_role role_of(const struct timed_insn *insn, unsigned int id,
				 const cs_arm_op *op, int number)
{
	if (is_store(insn->class))
		return ROLE_STORED;
	if (is_shifted(op) ||
	    (insn->class == CLASS_ALU_REG && is_shift_name(id)))
		return ROLE_EARLY;
	if (is_accumulator(insn, id, op, number))
		return ROLE_ACCUMULATED;
	return insn->class >= CLASS_MULTIPLY &&
			       insn->class <= CLASS_MULTIPLY_LONG
		       ? ROLE_FACTOR
		       : ROLE_PLAIN;
}

/* LDM and STM have their base as the first operand, not as memory. */
static bool has_plain_base(unsigned int id)
{
	return (id >= ARM_INS_LDM && id <= ARM_INS_LDMIB) ||
	       (id >= ARM_INS_STM && id <= ARM_INS_STMIB) ||
	       id == ARM_INS_VLDMDB || id == ARM_INS_VLDMIA ||
	       id == ARM_INS_VSTMDB || id == ARM_INS_VSTMIA;
}

static void take_memory(struct timed_insn *insn, const cs_arm *arm,
			const cs_arm_op *op)
{
	add_read(insn, (unsigned int)op->mem.base, ROLE_EARLY);
	add_read(insn, (unsigned int)op->mem.index, ROLE_EARLY);
	if (arm->writeback)
		add_write(insn, (unsigned int)op->mem.base, true);
}

static void take_register(struct timed_insn *insn, unsigned int id,
			  const cs_arm *arm, int number)
{
	const cs_arm_op *op = &arm->operands[number];
	unsigned int reg = (unsigned int)op->reg;
	bool writes = op->access & CS_AC_WRITE;

	if (number == 0 && has_plain_base(id)) {
		add_read(insn, reg, ROLE_EARLY);
		if (arm->writeback)
			add_write(insn, reg, true);
		return;
	}
	if (is_load(insn->class) || is_store(insn->class))
		insn->nr_moved++;
	if (is_load(insn->class))
		writes = true;
	if (op->access & CS_AC_READ || !writes ||
	    (writes && arm->cc != ARM_CC_AL && arm->cc != ARM_CC_INVALID))
		add_read(insn, reg, role_of(insn, id, op, number));
	if (writes && !is_store(insn->class))
		add_write(insn, reg, false);
	if (op->shift.type > ARM_SFT_RRX)
		add_read(insn, op->shift.value, ROLE_EARLY);
}

static bool uses_carry(unsigned int id)
{
	return id == ARM_INS_ADC || id == ARM_INS_SBC || id == ARM_INS_RSC ||
	       id == ARM_INS_RRX || id == ARM_INS_SEL;
}

static void take_flags(struct timed_insn *insn, unsigned int id,
		       const cs_arm *arm)
{
	if ((arm->cc != ARM_CC_AL && arm->cc != ARM_CC_INVALID) ||
	    uses_carry(id))
		add_read(insn, ARM_REG_CPSR, ROLE_PLAIN);
	if (arm->update_flags || id == ARM_INS_CMP || id == ARM_INS_CMN ||
	    id == ARM_INS_TST || id == ARM_INS_TEQ)
		add_write(insn, ARM_REG_CPSR, false);
	if (id == ARM_INS_VCMP || id == ARM_INS_VCMPE)
		add_write(insn, ARM_REG_FPSCR, false);
	if (id == ARM_INS_VMRS) {
		add_read(insn, ARM_REG_FPSCR, ROLE_PLAIN);
		add_write(insn, ARM_REG_CPSR, false);
	}
}

/* PUSH, POP, VPUSH and VPOP don't name the stack pointer. */
static void take_stack(struct timed_insn *insn, unsigned int id)
{
	if (id != ARM_INS_PUSH && id != ARM_INS_POP && id != ARM_INS_VPUSH &&
	    id != ARM_INS_VPOP)
		return;
	add_read(insn, ARM_REG_SP, ROLE_EARLY);
	add_write(insn, ARM_REG_SP, true);
}

static void take_operands(struct timed_insn *insn, unsigned int id,
			  const cs_arm *arm)
{
	for (int i = 0; i < arm->op_count; i++) {
		const cs_arm_op *op = &arm->operands[i];

		insn->wide |= is_quad(op);
		if (op->type == ARM_OP_MEM)
			take_memory(insn, arm, op);
		else if (is_reg(op))
			take_register(insn, id, arm, i);
	}
	take_flags(insn, id, arm);
	take_stack(insn, id);
	if (id == ARM_INS_BL || id == ARM_INS_BLX)
		add_write(insn, ARM_REG_LR, false);
}

/* ---- ends of blocks ---------------------------------------------------------------- */

static bool writes_pc(const cs_arm *arm, enum insn_class class)
{
	for (int i = 0; i < arm->op_count; i++)
		if (is_reg(&arm->operands[i]) &&
		    arm->operands[i].reg == (int)ARM_REG_PC &&
		    !is_store(class) && (i == 0 || is_load(class)))
			return true;
	return false;
}

static bool is_return(unsigned int id, const cs_arm *arm)
{
	return id == ARM_INS_POP ||
	       (id >= ARM_INS_LDM && id <= ARM_INS_LDMIB) ||
	       ((id == ARM_INS_BX || is_move_name(id)) && arm->op_count &&
		arm->operands[arm->op_count - 1].reg == (int)ARM_REG_LR);
}

static enum block_end end_of(unsigned int id, const cs_arm *arm,
			     enum insn_class class)
{
	bool to_register = arm->op_count && is_reg(&arm->operands[0]);

	if (id == ARM_INS_CBZ || id == ARM_INS_CBNZ)
		return ENDS_CONDITIONAL;
	if ((class == CLASS_BRANCH && to_register) || writes_pc(arm, class) ||
	    id == ARM_INS_TBB || id == ARM_INS_TBH)
		return is_return(id, arm) ? ENDS_RETURN : ENDS_INDIRECT;
	if (class == CLASS_BRANCH && arm->cc != ARM_CC_AL &&
	    arm->cc != ARM_CC_INVALID)
		return ENDS_CONDITIONAL;
	return ENDS_STRAIGHT;
}

void insn_decode(struct insn_decoder *decoder, const uint8_t *code,
		 size_t nr_bytes, bool thumb, struct timed_insn *insn,
		 enum block_end *end)
{
	const cs_arm *arm = &decoder->insn->detail->arm;
	uint64_t address = 0;

	insn->nr_moved = insn->nr_reads = insn->nr_writes = 0;
	insn->wide = false;
	insn->class = CLASS_MOVE;
	*end = ENDS_STRAIGHT;
	if (!cs_disasm_iter(decoder->mode[thumb], &code, &nr_bytes, &address,
			    decoder->insn)) {
		insn->size_bytes = thumb ? 2 : 4;
		return;
	}
	insn->size_bytes = (uint8_t)decoder->insn->size;
	insn->class = class_of(decoder->insn->id, arm);
	take_operands(insn, decoder->insn->id, arm);
	*end = end_of(decoder->insn->id, arm, insn->class);
}
