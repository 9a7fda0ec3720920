/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Alignment faults. The engine knows those of exclusives and SWP alone and
 * performs all else at any address; so with check_alignment a hook looks at
 * each instruction before it runs. What it finds misaligned doesn't run: the
 * fault comes before any translation, and registers and memory are as before.
 *
 * The rules are the manual's table of alignment (ARM ARM A3.2.1), by the
 * encodings of A5 to A7. Which instructions of a block can fault at all is
 * remembered with the block, as long as that is known to be the same code.
 *
 * Invariant: an instruction without a fault runs as it would without the hook,
 * and no count depends on it.
 *
 * Leaves out: RFE and SRS, which user mode hasn't got; LDC and STC of other
 * coprocessors than the VFP, which nothing answers; what the manual calls
 * undefined, which is left to the engine.
 *
 * MODEL: an unaligned access to Device or Strongly-ordered memory works, with
 * SCTLR.A clear. In an IT block, a misaligned STREX that finds the monitor
 * clear fails without a fault.
 */
#include "emu/cpu_engine.h"

/* ---- the rules ------------------------------------------------------------- */

static const struct cpu_alignment no_access;

static uint32_t bits(uint32_t word, unsigned int high, unsigned int low)
{
	return word >> low & ((2u << (high - low)) - 1);
}

static bool bit(uint32_t word, unsigned int n)
{
	return word >> n & 1;
}

/* One byte, half or word, which may lie anywhere if SCTLR.A is clear. */
static struct cpu_alignment single(uint32_t size_bytes, bool load)
{
	return (struct cpu_alignment){1, (uint8_t)size_bytes, !load};
}

static struct cpu_alignment always(uint32_t size_bytes, bool load)
{
	return (struct cpu_alignment){(uint8_t)size_bytes, (uint8_t)size_bytes,
				      !load};
}

/* With an alignment in the instruction that one, else the element's. */
static struct cpu_alignment element(uint32_t ebytes, uint32_t explicitly,
				    bool load)
{
	return explicitly ? always(explicitly, load) : single(ebytes, load);
}

/* VLD1 to VLD4 and VST of whole registers, by the type of the list. */
static struct cpu_alignment neon_multiple(uint32_t word)
{
	/* By type: how many structures' parts, and the largest align. */
	static const struct {
		uint8_t parts, most;
	} types[16] = {
		[0] = {4, 3}, [1] = {4, 3}, [2] = {1, 3},  [3] = {2, 3},
		[4] = {3, 1}, [5] = {3, 1}, [6] = {1, 1},  [7] = {1, 1},
		[8] = {2, 2}, [9] = {2, 2}, [10] = {1, 2},
	};
	uint32_t type = bits(word, 11, 8), size = bits(word, 7, 6);
	uint32_t align = bits(word, 5, 4);

	if (!types[type].parts || align > types[type].most ||
	    (size == 3 && types[type].parts != 1))
		return no_access;
	return element(1u << size, align ? 4u << align : 0, bit(word, 21));
}

/* To or from one lane. The index shares its bits with the alignment. */
static struct cpu_alignment neon_lane(uint32_t word)
{
	uint32_t size = bits(word, 11, 10), parts = bits(word, 9, 8) + 1;
	uint32_t align = bits(word, 4 + (size == 2), 4), ebytes = 1u << size;
	uint32_t explicitly = align ? parts * ebytes : 0;

	switch (parts) {
	case 1:
		if (bit(word, 4 + size) || (size == 2 && align % 3))
			return no_access;
		break;
	case 2:
		if (size == 2 && bit(word, 5))
			return no_access;
		break;
	case 3:
		if (align)
			return no_access;
		break;
	default:
		if (align == 3)
			return no_access;
		if (size == 2 && align)
			explicitly = 4u << align;
	}
	return element(ebytes, explicitly, bit(word, 21));
}

/* One structure to all lanes: loads alone. */
static struct cpu_alignment neon_all_lanes(uint32_t word)
{
	uint32_t size = bits(word, 7, 6), parts = bits(word, 9, 8) + 1;
	bool align = bit(word, 4);

	if (!bit(word, 21))
		return no_access;
	if (size == 3)
		return parts == 4 && align ? always(16, true) : no_access;
	if (align && (parts == 3 || (parts == 1 && !size)))
		return no_access;
	if (parts == 4 && size == 2)
		return element(4, align ? 8 : 0, true);
	return element(1u << size, align ? parts << size : 0, true);
}

/* The lower 24 bits are the same in ARM and Thumb. */
static struct cpu_alignment neon(uint32_t word)
{
	if (!bit(word, 23))
		return neon_multiple(word);
	if (bits(word, 11, 10) == 3)
		return neon_all_lanes(word);
	return neon_lane(word);
}

/* VLDR, VLDM, VSTR, VSTM: alike in ARM and Thumb. */
static struct cpu_alignment vfp(uint32_t word)
{
	bool p = bit(word, 24), u = bit(word, 23), w = bit(word, 21);

	if (bits(word, 11, 9) != 5 || (p == u && w) || (!p && !u))
		return no_access;
	return always(4, bit(word, 20));
}

/* Exclusives of @kind as ARM numbers them: word, doubleword, byte, half. */
static struct cpu_alignment exclusive(uint32_t kind, bool load)
{
	static const uint8_t size_bytes[4] = {4, 8, 1, 2};

	return always(size_bytes[kind], load);
}

/* Halfwords, signed bytes, doublewords; SWP and exclusives. */
static struct cpu_alignment arm_extra(uint32_t word)
{
	bool load = bit(word, 20);

	switch (bits(word, 6, 5)) {
	case 0:
		if (!bit(word, 24))
			return no_access; /* it multiplies */
		if (bit(word, 23)) /* with other bits 9 and 8: ARMv8's */
			return bits(word, 9, 8) == 3
				       ? exclusive(bits(word, 22, 21), load)
				       : no_access;
		/* SWP reads first */
		return bits(word, 21, 20) ? no_access
					  : always(bit(word, 22) ? 1 : 4, true);
	case 1:
		return single(2, load);
	case 2:
		return load ? single(1, true) : always(4, true); /* LDRD */
	default:
		return load ? single(2, true) : always(4, false); /* STRD */
	}
}

static struct cpu_alignment arm(uint32_t word)
{
	bool load = bit(word, 20);

	if (bits(word, 31, 28) == 15)
		return (word & 0xff100000) == 0xf4000000 ? neon(word)
							 : no_access;
	switch (bits(word, 27, 25)) {
	case 0:
		return bit(word, 7) && bit(word, 4) ? arm_extra(word)
						    : no_access;
	case 3:
		if (bit(word, 4))
			return no_access;
		return single(bit(word, 22) ? 1 : 4, load);
	case 2:
		return single(bit(word, 22) ? 1 : 4, load);
	case 4:
		return always(4, load);
	case 6:
		return vfp(word);
	default:
		return no_access;
	}
}

static struct cpu_alignment thumb_narrow(uint32_t word)
{
	/* Registers' sum, by bits 11 to 9; from 3 on it loads. */
	static const uint8_t size_bytes[8] = {4, 2, 1, 1, 4, 2, 1, 2};
	uint32_t op = bits(word, 11, 9);
	bool load = bit(word, 11);

	switch (bits(word, 15, 12)) {
	case 4:
		return load ? single(4, true) : no_access;
	case 5:
		return single(size_bytes[op], op >= 3);
	case 6:
	case 9:
		return single(4, load);
	case 7:
		return single(1, load);
	case 8:
		return single(2, load);
	case 11: /* PUSH, POP */
		return bits(word, 10, 9) == 2 ? always(4, load) : no_access;
	case 12:
		return always(4, load);
	default:
		return no_access;
	}
}

/* Doublewords, exclusives, table branches. */
static struct cpu_alignment thumb_dual(uint32_t word)
{
	bool load = bit(word, 20);

	if (bit(word, 24) || bit(word, 21))
		return always(4, load);
	if (!bit(word, 23))
		return exclusive(0, load);
	switch (bits(word, 7, 4)) {
	case 0: /* TBB */
		return load ? single(1, true) : no_access;
	case 1: /* TBH */
		return load ? single(2, true) : no_access;
	case 4:
		return exclusive(2, load);
	case 5:
		return exclusive(3, load);
	case 7:
		return exclusive(1, load);
	default:
		return no_access;
	}
}

/* Bytes, halfwords and words. */
static struct cpu_alignment thumb_single(uint32_t word)
{
	uint32_t size = bits(word, 22, 21);
	bool load = bit(word, 20), is_signed = bit(word, 24);

	if (is_signed && !load)
		return neon(word);
	if (size == 3 || (is_signed && size == 2) ||
	    (load && size < 2 && bits(word, 15, 12) == 15))
		return no_access; /* undefined, or a hint */
	return single(1u << size, load);
}

static struct cpu_alignment thumb_wide(uint32_t word)
{
	switch (bits(word, 31, 25)) {
	case 0x74:
		if (bit(word, 22))
			return thumb_dual(word);
		return bit(word, 24) == bit(word, 23)
			       ? no_access
			       : always(4, bit(word, 20));
	case 0x76:
		return vfp(word);
	case 0x7c:
		return thumb_single(word);
	default:
		return no_access;
	}
}

struct cpu_alignment cpu_alignment_of(const struct cpu_insn *insn)
{
	if (!insn->thumb)
		return arm(insn->word);
	return insn->size_bytes == 2 ? thumb_narrow(insn->word)
				     : thumb_wide(insn->word);
}

/* ---- conditions -------------------------------------------------------------- */

static bool condition_holds(unsigned int condition, uint32_t cpsr)
{
	bool n = bit(cpsr, 31), z = bit(cpsr, 30), c = bit(cpsr, 29);
	bool v = bit(cpsr, 28);
	const bool holds[8] = {z, c, n, v, c && !z, n == v, n == v && !z, true};

	if (condition >= 14)
		return true;
	return holds[condition >> 1] != (condition & 1);
}

static uint8_t it_advance(uint8_t it)
{
	return it & 7 ? (uint8_t)((it & 0xe0) | (it << 1 & 0x1f)) : 0;
}

uint8_t cpu_it_after(const struct cpu_insn *insn, uint8_t it)
{
	if (it)
		return it_advance(it);
	if (insn->size_bytes == 2 && (insn->word & 0xff00) == 0xbf00 &&
	    (insn->word & 15))
		return (uint8_t)insn->word;
	return 0;
}

/*
 * The IT state at @pc, in the block that runs. Inside of blocks the engine
 * doesn't tell it.
 */
static uint8_t it_at(struct cpu *cpu, const struct block *block, vaddr_t pc)
{
	uint8_t it = block->it;
	struct cpu_insn insn;

	if (!block->thumb)
		return 0;
	for (vaddr_t at = block->start; at != pc; at += insn.size_bytes) {
		if (at - block->start >= block->size_bytes ||
		    !cpu_insn_at(cpu, at, true, &insn))
			return 0;
		it = cpu_it_after(&insn, it);
	}
	return it;
}

bool cpu_will_run(struct cpu *cpu, const struct cpu_insn *insn, uint8_t it)
{
	uint32_t cpsr = cpu_reg(cpu, UC_ARM_REG_CPSR);

	if (!insn->thumb)
		return condition_holds(insn->word >> 28, cpsr);
	return !it || condition_holds(it >> 4, cpsr);
}

/* ---- checking ---------------------------------------------------------------- */

static unsigned int needed(const struct cpu *cpu, const struct cpu_insn *insn)
{
	struct cpu_alignment alignment = cpu_alignment_of(insn);

	return mmu_strict_alignment(cpu->mmu) ? alignment.strict
					      : alignment.always;
}

void cpu_alignment_look(struct cpu *cpu, const struct block *block)
{
	struct cpu_insn insn;
	uint64_t checked = 0;

	for (uint32_t at = 0; at < block->size_bytes && at < CHECKED_BYTES;
	     at += insn.size_bytes)
		if (cpu_insn_at(cpu, block->start + at, block->thumb, &insn) &&
		    cpu_alignment_of(&insn).strict > 1)
			checked |= 1ull << at / 2;
	cpu->checked[block - cpu->blocks] = checked;
}

/* In the block that runs. */
static bool may_fault(struct cpu *cpu, vaddr_t va)
{
	uint32_t at = va - cpu->block;

	return at >= CHECKED_BYTES ||
	       cpu->checked[block_at(cpu, va - at) - cpu->blocks] >> at / 2 & 1;
}

static bool is_misaligned(struct cpu *cpu, const struct cpu_insn *insn,
			  vaddr_t *address)
{
	unsigned int multiple_of = needed(cpu, insn);

	return multiple_of > 1 && cpu_insn_address(cpu, insn, address) &&
	       (*address & (multiple_of - 1));
}

/*
 * Keeps the instruction from running. In an IT block the engine doesn't stop
 * when it is told to; there its access is made to fault, as on a page that it
 * doesn't know.
 */
static void refuse(struct cpu *cpu, vaddr_t address, uint8_t it)
{
	if (!it) {
		cpu_halt(cpu, STOP_ALIGNMENT);
		return;
	}
	cpu->refuses_data = true;
	cpu_cp15_write(cpu, 8, 7, 1, address); /* TLBIMVA */
}

static void check_alignment(struct cpu *cpu, vaddr_t va)
{
	const struct block *block = block_at(cpu, cpu->block);
	struct cpu_insn insn;
	vaddr_t address;
	uint8_t it;

	if (!cpu_insn_at(cpu, va, block->thumb, &insn) ||
	    !is_misaligned(cpu, &insn, &address))
		return;
	it = it_at(cpu, block, va);
	if (cpu_will_run(cpu, &insn, it))
		refuse(cpu, address, it);
}

void cpu_on_checked(uc_engine *uc, uint64_t va, uint32_t size, void *ctx)
{
	struct cpu *cpu = ctx;

	(void)uc;
	(void)size;
	cpu->refuses_data = false;
	if (!cpu->in_stub && cpu->stop == STOP_NONE &&
	    may_fault(cpu, (vaddr_t)va))
		check_alignment(cpu, (vaddr_t)va);
}

void cpu_alignment_fault(struct cpu *cpu)
{
	struct cpu_insn insn;

	cpu->fault = (struct mmu_fault){.type = MMU_FAULT_ALIGNMENT};
	if (!cpu_insn_at(cpu, cpu->pc, cpu->thumb, &insn))
		return;
	cpu->fault.write = cpu_alignment_of(&insn).store;
	cpu_insn_address(cpu, &insn, &cpu->fault.far);
}
