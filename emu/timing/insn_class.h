/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TIMING_INSN_CLASS_H
#define EMU_TIMING_INSN_CLASS_H

/*
 * An instruction as a pipeline sees it: its class, what it reads and writes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/timing/profile.h"

/*
 * Registers by number: r0 to r15, the flags, then the VFP's by halves of a D
 * register (s0, s1 are d0), then its flags.
 */
enum {
	REG_FLAGS = 16,
	REG_VFP = 17,
	REG_VFP_FLAGS = REG_VFP + 64,
	NR_TIMED_REGS
};

/* When an operand is needed. */
enum operand_role {
	ROLE_PLAIN,
	ROLE_EARLY, /* to be shifted, or an address */
	ROLE_STORED,
	ROLE_ACCUMULATED,
	ROLE_FACTOR
};

#define INSN_OPERANDS 40 /* VLDM of 16 D registers, and a base */

struct timed_insn {
	enum insn_class class;
	uint8_t size_bytes;
	bool wide; /* 128 bits */
	uint8_t nr_moved; /* registers, of a load or store */
	uint8_t nr_reads, nr_writes;
	struct {
		uint8_t reg, role;
	} reads[INSN_OPERANDS];
	struct {
		uint8_t reg;
		bool is_address; /* written back: there after a cycle */
	} writes[INSN_OPERANDS];
};

/* How a block ends. */
enum block_end {
	ENDS_STRAIGHT, /* or by a direct branch that is always taken */
	ENDS_CONDITIONAL,
	ENDS_INDIRECT,
	ENDS_RETURN
};

/* Takes instructions apart; one for each core. */
struct insn_decoder;

/* NULL: the host has no memory. */
struct insn_decoder *insn_decoder_create(void);
void insn_decoder_destroy(struct insn_decoder *decoder);

/*
 * The instruction at @code, of which @nr_bytes are there. What isn't one costs
 * as a move. @end: how a block whose last it is ends.
 */
void insn_decode(struct insn_decoder *decoder, const uint8_t *code,
		 size_t nr_bytes, bool thumb, struct timed_insn *insn,
		 enum block_end *end);

#endif
