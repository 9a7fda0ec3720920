/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_SHOW_REGS_H
#define KERNEL_ARCH_ARM_SHOW_REGS_H

/* What an oops shows of the core (arch/arm/kernel/process.c, mm/fault.c). */

#include "mmu/types.h"

struct pt_regs;
struct task_struct;

/* Who ran, and all registers. */
void show_regs(struct task_struct *curr, const struct pt_regs *regs);
/* The entries of both levels at @vaddr, in the tables that the core uses. */
void show_pte(struct task_struct *curr, vaddr_t vaddr);

#endif
