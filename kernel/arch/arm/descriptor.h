/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_DESCRIPTOR_H
#define KERNEL_ARCH_ARM_DESCRIPTOR_H

/* What pgtable.c and pgtable_huge.c share: the one way to a descriptor. */

#include "kernel/arch/arm/pgtable.h"

/* @function is who wanted it, for the report of stale TLB entries. */
void write_descriptor(const struct kernel *k, uint32_t *where, uint32_t word,
		      const char *function);

static inline uint32_t *hw_entry(pte_t *ptep)
{
	return &ptep->pte + PTE_HWTABLE_OFF / sizeof(uint32_t);
}

/* Host writes into this page must tell the engine from now on. */
void mark_code(const struct kernel *k, pte_t pte);

/* Before one of 16 entries changes: each stands on its own again. */
void contpte_unfold(struct mm_struct *mm, vaddr_t vaddr, pte_t *ptep,
		    const char *function);
static inline void contpte_break(struct mm_struct *mm, vaddr_t vaddr,
				 pte_t *ptep, const char *function)
{
	if (__builtin_expect(pte_cont(ptep), false))
		contpte_unfold(mm, vaddr, ptep, function);
}

#endif
