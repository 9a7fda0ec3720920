/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/unwind.h"

/*
 * Unwinding by the tables of the ARM EHABI ("Exception Handling ABI for the Arm
 * Architecture", 6 and 10.3; Linux: arch/arm/kernel/unwind.c). An entry of the
 * index has the address of a function and what to do with the stack to be in
 * its caller: a few instructions of one byte or two, packed into the word
 * itself, or into words elsewhere that it points to.
 *
 *	0 | function - here      1                can't be unwound
 *	                         1 | 0 | 3 bytes  these instructions
 *	                         0 | list - here  those over there
 *
 * Neither stack nor tables are believed: a word that isn't there, an unknown
 * instruction or a stack pointer that leaves the stack is the end.
 *
 * Goes beyond Linux in that functions may save VFP registers. Leaves out
 * WMMX, and languages with a personality routine of their own.
 */

#include <string.h>

#define CANT_UNWIND 1u
#define INLINE      0x80000000u /* with personality 0 */
#define FINISH      0xb0u
#define MOST_STEPS  1100 /* instructions of one function: 256 words at most */

enum {
	SP = 13,
	LR = 14,
	PC = 15
};

/* One function on its way back. */
struct unwind {
	const struct unwind_source *const source;
	const vaddr_t low, stack_end; /* of the stack */
	uint32_t r[16];
	/* instructions: the word at hand, its bytes left, words behind it */
	uint32_t word;
	unsigned int bytes, words;
	vaddr_t next;
};

/* ---- instructions ------------------------------------------------------------------ */

/* Behind the last comes FINISH. False: a word isn't there. */
static bool next_byte(struct unwind *u, uint32_t *byte)
{
	*byte = FINISH;
	if (!u->bytes) {
		if (!u->words)
			return true;
		if (!u->source->word(u->source->ctx, u->next, &u->word))
			return false;
		u->next += 4;
		u->words--;
		u->bytes = 4;
	}
	*byte = u->word >> 8 * --u->bytes & 0xff;
	return true;
}

static bool pop(struct unwind *u, unsigned int reg)
{
	const vaddr_t sp = u->r[SP];

	if (sp & 3 || sp < u->low || sp >= u->stack_end)
		return false;
	u->r[SP] += 4;
	return u->source->word(u->source->ctx, sp, &u->r[reg]);
}

/* Registers @first + i for each bit i of @mask; no compiler pops sp. */
static bool pop_mask(struct unwind *u, unsigned int first, uint32_t mask)
{
	for (unsigned int i = 0; mask >> i; i++)
		if (mask >> i & 1 && (first + i == SP || !pop(u, first + i)))
			return false;
	return true;
}

static bool add_sp(struct unwind *u, uint32_t nr_bytes)
{
	if (nr_bytes > u->stack_end - u->r[SP])
		return false;
	u->r[SP] += nr_bytes;
	return true;
}

/* 0xb2: more than 256 bytes. */
static bool add_large(struct unwind *u)
{
	uint32_t value = 0, byte;
	unsigned int shift = 0;

	do {
		if (!next_byte(u, &byte) || shift > 21)
			return false;
		value |= (byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return add_sp(u, 0x204 + (value << 2));
}

/* 1011xxxx but for FINISH. */
static bool step_b(struct unwind *u, uint32_t insn)
{
	uint32_t byte;

	if (insn >= 0xb8) /* d8 up, as FSTMX stores them */
		return add_sp(u, 8 * ((insn & 7) + 1) + 4);
	switch (insn) {
	case 0xb1:
		return next_byte(u, &byte) && byte && byte < 0x10 &&
		       pop_mask(u, 0, byte);
	case 0xb2:
		return add_large(u);
	case 0xb3:
		return next_byte(u, &byte) &&
		       add_sp(u, 8 * ((byte & 15) + 1) + 4);
	default:
		return false;
	}
}

/* 11xxxxxx: VFP registers, as VPUSH stores them. */
static bool step_c(struct unwind *u, uint32_t insn)
{
	uint32_t byte;

	if ((insn & 0xf8) == 0xd0)
		return add_sp(u, 8 * ((insn & 7) + 1));
	if (insn == 0xc8 || insn == 0xc9)
		return next_byte(u, &byte) && add_sp(u, 8 * ((byte & 15) + 1));
	return false;
}

/* 10xxxxxx but for 1011. */
static bool step_a(struct unwind *u, uint32_t insn)
{
	uint32_t byte;

	if (insn < 0x90)
		return next_byte(u, &byte) && ((insn & 15) | byte) &&
		       pop_mask(u, 4, (insn & 15) << 8 | byte);
	if (insn < 0xa0) {
		insn &= 15;
		if (insn == SP || insn == PC || u->r[insn] < u->low ||
		    u->r[insn] > u->stack_end)
			return false;
		u->r[SP] = u->r[insn];
		return true;
	}
	return pop_mask(u, 4, (2u << (insn & 7)) - 1) &&
	       (!(insn & 8) || pop(u, LR));
}

static bool step(struct unwind *u, uint32_t insn)
{
	const uint32_t nr_bytes = ((insn & 0x3f) << 2) + 4;

	if (insn < 0x40)
		return add_sp(u, nr_bytes);
	if (insn < 0x80) {
		if (nr_bytes > u->r[SP] - u->low)
			return false;
		u->r[SP] -= nr_bytes;
		return true;
	}
	if (insn < 0xb0)
		return step_a(u, insn);
	return insn < 0xc0 ? step_b(u, insn) : step_c(u, insn);
}

static bool run(struct unwind *u)
{
	uint32_t insn;

	for (int n = 0; n < MOST_STEPS; n++) {
		if (!next_byte(u, &insn))
			return false;
		if (insn == FINISH) {
			if (!u->r[PC])
				u->r[PC] = u->r[LR];
			return true;
		}
		if (!step(u, insn))
			return false;
	}
	return false;
}

/* ---- tables --------------------------------------------------------------------------- */

/* The address that the 31 bits at @at mean. */
static bool prel31(const struct unwind_source *source, vaddr_t at, vaddr_t *to)
{
	uint32_t word;

	if (!source->word(source->ctx, at, &word))
		return false;
	*to = at + (uint32_t)((int32_t)(word << 1) >> 1);
	return true;
}

/* The index's entry for @pc: the last that begins at or before it. */
static bool find_entry(const struct unwind_source *source, vaddr_t pc,
		       vaddr_t *entry)
{
	struct unwind_table table;
	uint32_t low = 0, high;
	vaddr_t fn;

	if (!source->table(source->ctx, pc, &table) || !table.nr)
		return false;
	high = table.nr;
	while (high - low > 1) {
		const uint32_t mid = low + (high - low) / 2;

		if (!prel31(source, table.start + 8 * mid, &fn))
			return false;
		if (fn <= pc)
			low = mid;
		else
			high = mid;
	}
	*entry = table.start + 8 * low;
	return prel31(source, *entry, &fn) && fn <= pc;
}

/* The first word of instructions that aren't in the index itself. */
static bool begin_list(struct unwind *u, vaddr_t at)
{
	if (!u->source->word(u->source->ctx, at, &u->word))
		return false;
	u->next = at + 4;
	switch (u->word >> 24) {
	case 0x80:
		u->bytes = 3;
		return true;
	case 0x81:
	case 0x82:
		u->words = u->word >> 16 & 0xff;
		u->bytes = 2;
		return true;
	default:
		return false;
	}
}

static bool begin(struct unwind *u)
{
	vaddr_t entry, list;

	if (!find_entry(u->source, u->r[PC] & ~1u, &entry) ||
	    !u->source->word(u->source->ctx, entry + 4, &u->word) ||
	    u->word == CANT_UNWIND)
		return false;
	if (u->word & INLINE) {
		u->bytes = 3;
		return u->word >> 24 == 0x80;
	}
	return prel31(u->source, entry + 4, &list) && begin_list(u, list);
}

bool unwind_frame(const struct unwind_source *source, vaddr_t stack_end,
		  uint32_t r[16])
{
	struct unwind u = {
		.source = source,
		.low = r[SP],
		.stack_end = stack_end,
	};

	memcpy(u.r, r, sizeof(u.r));
	if (u.low > stack_end || !begin(&u))
		return false;
	u.r[PC] = 0; /* unless an instruction pops it */
	if (!run(&u) || u.r[SP] < u.low ||
	    (u.r[SP] == r[SP] && u.r[PC] == r[PC]))
		return false;
	memcpy(r, u.r, sizeof(u.r));
	return true;
}
