/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_UNWIND_H
#define KERNEL_ARCH_ARM_UNWIND_H

/*
 * From a function's registers to its caller's, by the tables that the compiler
 * wrote (arch/arm/kernel/unwind.c).
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

/* An index table (.ARM.exidx): @nr entries of two words, by address. */
struct unwind_table {
	vaddr_t start;
	uint32_t nr;
};

/* Where the words come from. */
struct unwind_source {
	/* The word at @at. False: there is none. */
	bool (*word)(void *ctx, vaddr_t at, uint32_t *to);
	/* The table for code at @pc. False: none is known. */
	bool (*table)(void *ctx, vaddr_t pc, struct unwind_table *to);
	void *ctx;
};

/*
 * @r: registers of a function at r[15], whose stack ends at @stack_end; then
 * of its caller, as far as they are known, with the return address in r[15]
 * (bit 0: Thumb). False, with @r untouched: that can't be told, or the outermost
 * function is reached. Whatever words there are, it reads a bounded number of
 * them, r[13] doesn't fall, and r[13] and r[15] don't both stay.
 */
bool unwind_frame(const struct unwind_source *source, vaddr_t stack_end,
		  uint32_t r[16]);

#endif
