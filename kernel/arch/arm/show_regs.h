/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_SHOW_REGS_H
#define KERNEL_ARCH_ARM_SHOW_REGS_H

/*
 * What an oops shows of the core and of memory (arch/arm/kernel/process.c,
 * traps.c, mm/fault.c).
 */

#include "mmu/types.h"

struct pt_regs;
struct task_struct;

/* Who ran, and all registers. */
void show_regs(struct task_struct *curr, const struct pt_regs *regs);
/* What each register points to. */
void show_reg_info(struct task_struct *curr, const struct pt_regs *regs);
/* Words in [bottom, top), eight a line, under a heading. */
void dump_mem(struct task_struct *curr, const char *what, vaddr_t bottom,
	      vaddr_t top);
/* Instructions up to the PC, as words, and around it, as assembly. */
void dump_instr(struct task_struct *curr, const struct pt_regs *regs);
/* The entries of both levels at @vaddr, in the tables that the core uses. */
void show_pte(struct task_struct *curr, vaddr_t vaddr);

#endif
