/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_MMU_CONTEXT_H
#define KERNEL_ARCH_ARM_MMU_CONTEXT_H

/* Address spaces on a core: TTBR0 and ASIDs (asm/mmu_context.h, context.c). */

#include <stdint.h>

struct cpu;
struct kernel;
struct mm_struct;

/* A new mm: it gets its ASID when it first runs. */
void init_new_context(struct mm_struct *mm);
/*
 * Makes @next the address space that @cpu translates with and sets
 * cpu->active_mm. Nothing is done when it is that already. init_mm has no
 * user half: TTBR0 is parked on it.
 */
void switch_mm(struct cpu *cpu, struct mm_struct *next);
/*
 * What @mm's TLB entries are tagged with; 0: it has no number in this
 * generation, and so no entries that could serve it.
 */
uint8_t mm_asid(const struct mm_struct *mm);
/* Once, before the first process. */
void asids_init(struct kernel *k);

#endif
