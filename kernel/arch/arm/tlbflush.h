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

/*
 * Who asks is named, for the board that wants one of them dropped
 * (inject.tlb_flush).
 */
#define flush_tlb_all(curr) flush_tlb_all_by(curr, __func__)
void flush_tlb_all_by(struct task_struct *curr, const char *caller);
#define flush_tlb_mm(curr, mm) flush_tlb_mm_by(curr, mm, __func__)
void flush_tlb_mm_by(struct task_struct *curr, struct mm_struct *mm,
		     const char *caller);
#define flush_tlb_page(curr, vma, vaddr) \
	flush_tlb_page_by(curr, vma, vaddr, __func__)
void flush_tlb_page_by(struct task_struct *curr, struct vm_area_struct *vma,
		       vaddr_t vaddr, const char *caller);
/* Page by page, like Linux/ARM: for long ranges flush_tlb_mm() is cheaper. */
#define flush_tlb_range(curr, vma, start, end) \
	flush_tlb_mm_range_by(curr, (vma)->vm_mm, start, end, __func__)
/* The same without a VMA at hand. */
#define flush_tlb_mm_range(curr, mm, start, end) \
	flush_tlb_mm_range_by(curr, mm, start, end, __func__)
void flush_tlb_mm_range_by(struct task_struct *curr, struct mm_struct *mm,
			   vaddr_t start, vaddr_t end, const char *caller);
/* The 2 MB around @vaddr, mapped by a pair of sections: one operation each. */
#define flush_tlb_pmd(curr, mm, vaddr) \
	flush_tlb_pmd_by(curr, mm, vaddr, __func__)
void flush_tlb_pmd_by(struct task_struct *curr, struct mm_struct *mm,
		      vaddr_t vaddr, const char *caller);
#define flush_tlb_kernel_page(curr, kaddr) \
	flush_tlb_kernel_range(curr, kaddr, (kaddr) + 1)
#define flush_tlb_kernel_range(curr, start, end) \
	flush_tlb_kernel_range_by(curr, start, end, __func__)
void flush_tlb_kernel_range_by(struct task_struct *curr, vaddr_t start,
			       vaddr_t end, const char *caller);
#define local_flush_tlb_all(cpu) local_flush_tlb_all_by(cpu, __func__)
void local_flush_tlb_all_by(struct cpu *cpu, const char *caller);
#define local_flush_tlb_kernel_page(cpu, kaddr) \
	local_flush_tlb_kernel_page_by(cpu, kaddr, __func__)
void local_flush_tlb_kernel_page_by(struct cpu *cpu, vaddr_t kaddr,
				    const char *caller);
void local_flush_bp_all(struct cpu *cpu);

/* For arch_state.forget_kinds; from 1 on, enum kernel_flush_kind. */
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
