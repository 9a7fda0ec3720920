/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_WHY_WALK_H
#define KERNEL_ARCH_ARM_WHY_WALK_H

/*
 * The hardware's part of kernel_why_va() and kernel_page_tables(), and entries
 * in words.
 */

#include <stddef.h>

#include "kernel/arch/arm/pgtable.h"
#include "kernel/kernel.h"

/* Each descriptor that a walk of @mm's tables for @vaddr reads. */
void why_walk(struct mm_struct *mm, vaddr_t vaddr,
	      const struct kernel_facts *to);
/* What a user's read, write and fetch there come to, tables alone. */
void why_access(struct mm_struct *mm, vaddr_t vaddr,
		const struct kernel_facts *to);
/* Each entry of a TLB that would serve @mm there now. */
void why_tlb(struct mm_struct *mm, vaddr_t vaddr,
	     const struct kernel_facts *to);
/* Where @vaddr is mapped, be it for the kernel alone. False: nowhere. */
bool why_physical(struct mm_struct *mm, vaddr_t vaddr, paddr_t *paddr);
/* Each word of @mm's tables from @first to @last that isn't empty. */
void why_tables(struct mm_struct *mm, vaddr_t first, vaddr_t last,
		const struct kernel_facts *to);
/* "present young dirty write user": what a Linux word says. */
void why_linux_word(pte_t pte, char *text, size_t size);

#endif
