/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_TLBFLUSH_H
#define KERNEL_ARCH_ARM_TLBFLUSH_H

/*
 * TLB maintenance (asm/tlbflush.h): c8 operations on the core that @curr runs
 * on, in their inner-shareable forms where the board has several cores. An mm
 * that never ran has nothing in any TLB and costs nothing.
 */

#include <stdint.h>

#include "mmu/types.h"

struct cpu;
struct mm_struct;
struct task_struct;
struct vm_area_struct;

void flush_tlb_all(struct task_struct *curr);
void flush_tlb_mm(struct task_struct *curr, struct mm_struct *mm);
void flush_tlb_page(struct task_struct *curr, struct vm_area_struct *vma,
		    vaddr_t vaddr);
/* Page by page, like Linux/ARM: for long ranges flush_tlb_mm() is cheaper. */
void flush_tlb_range(struct task_struct *curr, struct vm_area_struct *vma,
		     vaddr_t start, vaddr_t end);
/* The same without a VMA at hand. */
void flush_tlb_mm_range(struct task_struct *curr, struct mm_struct *mm,
			vaddr_t start, vaddr_t end);
/* The 2 MB around @vaddr, mapped by a pair of sections: one operation each. */
void flush_tlb_pmd(struct task_struct *curr, struct mm_struct *mm,
		   vaddr_t vaddr);
void flush_tlb_kernel_page(struct task_struct *curr, vaddr_t kaddr);
void flush_tlb_kernel_range(struct task_struct *curr, vaddr_t start,
			    vaddr_t end);
void local_flush_tlb_all(struct cpu *cpu);
void local_flush_tlb_kernel_page(struct cpu *cpu, vaddr_t kaddr);
void local_flush_bp_all(struct cpu *cpu);

/* For arch_state.forget_kinds. */
enum flush_kind {
	FLUSH_ALL,
	FLUSH_MM,
	FLUSH_PAGE,
	FLUSH_KERNEL_PAGE,
};

/* How often each was done; a range counts its pages. */
struct tlb_flush_counts {
	uint64_t all, mm, page, kernel_page;
};

#endif
