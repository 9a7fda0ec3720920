/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which address an instruction accesses. The engine tells the page of a fault
 * but not the byte, and hooks that would tell cost a call at every access. So
 * the one instruction that faulted is decoded here, as far as its address.
 *
 * Follows the encoding tables of the ARM Architecture Reference Manual, A5 and
 * A6 (A7 for VFP and NEON). Condition and writeback don't matter: the
 * instruction was run, and its base register is as before.
 */
#include "emu/cpu_engine.h"

#include <string.h>

#include "emu/bus.h"

/* One instruction under the magnifying glass. */
struct access {
	struct cpu *cpu;
	uint32_t pc_value; /* what r15 reads as */
	uint32_t insn; /* cpu_insn's word */
};

static uint32_t bits(uint32_t word, unsigned int high, unsigned int low)
{
	return word >> low & ((2u << (high - low)) - 1);
}

static bool bit(uint32_t word, unsigned int n)
{
	return word >> n & 1;
}

static uint32_t reg(const struct access *a, unsigned int n)
{
	switch (n) {
	case 13:
		return cpu_reg(a->cpu, UC_ARM_REG_SP);
	case 14:
		return cpu_reg(a->cpu, UC_ARM_REG_LR);
	case 15:
		return a->pc_value & ~3u;
	default:
		return cpu_reg(a->cpu, UC_ARM_REG_R0 + (int)n);
	}
}

/* The base register has the same place in ARM and wide Thumb encodings. */
static uint32_t base(const struct access *a)
{
	return reg(a, bits(a->insn, 19, 16));
}

/* Base and offset by P (bit 24: pre-indexed) and U (bit 23: add). */
static bool indexed(const struct access *a, uint32_t offset, vaddr_t *va)
{
	*va = base(a);
	if (bit(a->insn, 24))
		*va += bit(a->insn, 23) ? offset : -offset;
	return true;
}

/* LDM and STM by P and U; @words are moved. */
static bool multiple(const struct access *a, uint32_t words, vaddr_t *va)
{
	bool before = bit(a->insn, 24), up = bit(a->insn, 23);

	*va = base(a);
	if (!up)
		*va -= words * 4;
	if (before == up)
		*va += 4;
	return true;
}

/* VLDR, VSTR, VLDM, VSTM, LDC, STC: alike in ARM and Thumb. */
static bool coprocessor(const struct access *a, vaddr_t *va)
{
	uint32_t offset = bits(a->insn, 7, 0) * 4;
	bool p = bit(a->insn, 24), w = bit(a->insn, 21);

	if (!p && !bit(a->insn, 23) && !w)
		return false; /* MRRC, VMOV of two registers */
	return indexed(a, p ? offset : 0, va);
}

static uint32_t shifted(const struct access *a)
{
	uint32_t value = reg(a, bits(a->insn, 3, 0));
	unsigned int by = bits(a->insn, 11, 7);

	switch (bits(a->insn, 6, 5)) {
	case 0:
		return value << by;
	case 1:
		return by ? value >> by : 0;
	case 2:
		return (uint32_t)((int32_t)value >> (by ? by : 31));
	default:
		if (by)
			return value >> by | value << (32 - by);
		return value >> 1 |
		       (cpu_reg(a->cpu, UC_ARM_REG_CPSR) & 1u << 29) << 2;
	}
}

/* Halfwords, signed bytes, doublewords; SWP and exclusives. */
static bool arm_extra(const struct access *a, vaddr_t *va)
{
	uint32_t insn = a->insn;

	if (bits(insn, 6, 5) == 0) {
		*va = base(a);
		return bit(insn, 24); /* else it multiplies */
	}
	if (bit(insn, 22))
		return indexed(a, bits(insn, 11, 8) << 4 | bits(insn, 3, 0),
			       va);
	return indexed(a, reg(a, bits(insn, 3, 0)), va);
}

static bool arm_address(const struct access *a, vaddr_t *va)
{
	uint32_t insn = a->insn;

	if (bits(insn, 31, 28) == 15) { /* VLD1 to VST4 */
		*va = base(a);
		return (insn & 0xff100000) == 0xf4000000;
	}
	switch (bits(insn, 27, 25)) {
	case 0:
		return bit(insn, 7) && bit(insn, 4) && arm_extra(a, va);
	case 2:
		return indexed(a, bits(insn, 11, 0), va);
	case 3:
		return !bit(insn, 4) && indexed(a, shifted(a), va);
	case 4:
		return multiple(a, __builtin_popcount(insn & 0xffff), va);
	case 6:
		return coprocessor(a, va);
	default:
		return false;
	}
}

static bool thumb_narrow(const struct access *a, vaddr_t *va)
{
	uint32_t insn = a->insn, imm5 = bits(insn, 10, 6);
	uint32_t low = bits(insn, 7, 0) * 4;

	*va = reg(a, bits(insn, 5, 3));
	switch (bits(insn, 15, 12)) {
	case 4:
		*va = (a->pc_value & ~3u) + low;
		return bit(insn, 11);
	case 5:
		*va += reg(a, bits(insn, 8, 6));
		return true;
	case 6:
		*va += imm5 * 4;
		return true;
	case 7:
		*va += imm5;
		return true;
	case 8:
		*va += imm5 * 2;
		return true;
	case 9:
		*va = reg(a, 13) + low;
		return true;
	case 11:
		*va = reg(a, 13);
		if (!bit(insn, 11)) /* PUSH */
			*va -= __builtin_popcount(insn & 0x1ff) * 4;
		return bits(insn, 10, 9) == 2;
	case 12:
		*va = reg(a, bits(insn, 10, 8));
		return true;
	default:
		return false;
	}
}

/* Doublewords, exclusives, table branches. */
static bool thumb_dual(const struct access *a, vaddr_t *va)
{
	uint32_t insn = a->insn, kind = bits(insn, 7, 4);

	if (bit(insn, 24) || bit(insn, 21))
		return indexed(a, bits(insn, 7, 0) * 4, va);
	*va = base(a);
	if (!bit(insn, 23)) /* LDREX, STREX */
		*va += bits(insn, 7, 0) * 4;
	else if (kind <= 1) /* TBB, TBH; pc reads as it is here */
		*va = (bits(insn, 19, 16) == 15 ? a->pc_value : *va) +
		      (reg(a, bits(insn, 3, 0)) << kind);
	return true;
}

/* Bytes, halfwords and words. */
static bool thumb_single(const struct access *a, vaddr_t *va)
{
	uint32_t insn = a->insn, imm12 = bits(insn, 11, 0);

	*va = base(a);
	if ((insn & 0xff100000) == 0xf9000000)
		return true; /* VLD1 to VST4 */
	if (bits(insn, 19, 16) == 15)
		*va += bit(insn, 23) ? imm12 : -imm12;
	else if (bit(insn, 23))
		*va += imm12;
	else if (!bit(insn, 11))
		*va += reg(a, bits(insn, 3, 0)) << bits(insn, 5, 4);
	else if (bit(insn, 10))
		*va += bit(insn, 9) ? imm12 & 0xff : -(imm12 & 0xff);
	return true;
}

static bool thumb_wide(const struct access *a, vaddr_t *va)
{
	uint32_t insn = a->insn;

	switch (bits(insn, 31, 25)) {
	case 0x74:
		if (bit(insn, 22))
			return thumb_dual(a, va);
		return multiple(a, __builtin_popcount(insn & 0xffff), va);
	case 0x76:
		return coprocessor(a, va);
	case 0x7c:
		return thumb_single(a, va);
	default:
		return false;
	}
}

/*
 * The host address of code at @pc, whose page runs; NULL: not in RAM. An
 * access may have made us forget all pages in the midst of the block, which
 * still knows its own.
 */
static const uint8_t *code_at(struct cpu *cpu, vaddr_t pc)
{
	uint32_t word = cpu->soft.page[pc >> SOFT_PAGE_BITS];

	if (!word && (pc ^ cpu->block) < SOFT_PAGE_SIZE)
		word = block_at(cpu, cpu->block)->code;
	return ram_host(cpu->params.bus->ram,
			soft_frame(word) | (pc & (SOFT_PAGE_SIZE - 1)));
}

static bool code_half(struct cpu *cpu, vaddr_t pc, uint32_t *half)
{
	const uint8_t *code = code_at(cpu, pc);
	uint16_t value;

	if (!code)
		return false;
	memcpy(&value, code, sizeof(value));
	*half = value;
	return true;
}

bool cpu_insn_at(struct cpu *cpu, vaddr_t pc, bool thumb, struct cpu_insn *insn)
{
	uint32_t first, second;

	*insn = (struct cpu_insn){.pc = pc, .thumb = thumb, .size_bytes = 4};
	if (!code_half(cpu, pc, &first))
		return false;
	if (thumb && !thumb_is_wide(first)) {
		insn->word = first;
		insn->size_bytes = 2;
		return true;
	}
	if (!code_half(cpu, pc + 2, &second))
		return false;
	insn->word = thumb ? first << 16 | second : second << 16 | first;
	return true;
}

bool cpu_insn_address(struct cpu *cpu, const struct cpu_insn *insn, vaddr_t *va)
{
	struct access a = {cpu, insn->pc + (insn->thumb ? 4 : 8), insn->word};

	if (!insn->thumb)
		return arm_address(&a, va);
	return insn->size_bytes == 2 ? thumb_narrow(&a, va)
				     : thumb_wide(&a, va);
}
