/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/tlbflush.h"

/*
 * What makes a changed descriptor count (Linux: arch/arm/mm/tlb-v7.S,
 * asm/tlbflush.h). All go to the core through one function, so that tests can
 * make the kernel forget some.
 *
 * MODEL: no DSB and ISB around them: the MMU model acts at once, and so do
 * other cores on what is broadcast. A9's erratum 720789 isn't worked around,
 * as the model doesn't have it.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/bug.h"
#include "kernel/state.h"
#include "mmu/armv7.h"

static bool forgets(struct arch_state *arch, enum flush_kind kind)
{
	if (arch->forget_kinds && !(arch->forget_kinds & 1u << kind))
		return false;
	arch->forget_flushes--;
	return true;
}

static void tlb_op(struct cpu *cpu, enum flush_kind kind, uint32_t local,
		   uint32_t shared, uint32_t operand)
{
	struct arch_state *arch = &cpu->k->arch;

	if (unlikely(arch->forget_flushes) && forgets(arch, kind))
		return;
	mmu_cp15_write(cpu->mmu, arch->smp ? shared : local, operand);
}

/* An mm gets its ASID when it first runs; before, no TLB knows it. */
static bool has_run(const struct mm_struct *mm)
{
	return mm->context.id;
}

static uint32_t asid(const struct mm_struct *mm)
{
	return (uint32_t)mm->context.id & (NUM_ASIDS - 1);
}

void flush_tlb_all(struct task_struct *curr)
{
	curr->k->arch.flushes.all++;
	tlb_op(curr->cpu, FLUSH_ALL, CP15_TLBIALL, CP15_TLBIALLIS, 0);
}

void local_flush_tlb_all(struct cpu *cpu)
{
	cpu->k->arch.flushes.all++;
	tlb_op(cpu, FLUSH_ALL, CP15_TLBIALL, CP15_TLBIALL, 0);
}

void local_flush_bp_all(struct cpu *cpu)
{
	mmu_cp15_write(cpu->mmu, CP15_BPIALL, 0);
}

void flush_tlb_mm(struct task_struct *curr, struct mm_struct *mm)
{
	if (!has_run(mm))
		return;
	curr->k->arch.flushes.mm++;
	tlb_op(curr->cpu, FLUSH_MM, CP15_TLBIASID, CP15_TLBIASIDIS, asid(mm));
}

static void flush_user_page(struct task_struct *curr, struct mm_struct *mm,
			    vaddr_t vaddr)
{
	curr->k->arch.flushes.page++;
	tlb_op(curr->cpu, FLUSH_PAGE, CP15_TLBIMVA, CP15_TLBIMVAIS,
	       (vaddr & PAGE_MASK) | asid(mm));
}

void flush_tlb_page(struct task_struct *curr, struct vm_area_struct *vma,
		    vaddr_t vaddr)
{
	if (has_run(vma->vm_mm))
		flush_user_page(curr, vma->vm_mm, vaddr);
}

void flush_tlb_mm_range(struct task_struct *curr, struct mm_struct *mm,
			vaddr_t start, vaddr_t end)
{
	if (!has_run(mm))
		return;
	for (start &= PAGE_MASK; start < end; start += PAGE_SIZE)
		flush_user_page(curr, mm, start);
}

void flush_tlb_range(struct task_struct *curr, struct vm_area_struct *vma,
		     vaddr_t start, vaddr_t end)
{
	flush_tlb_mm_range(curr, vma->vm_mm, start, end);
}

void flush_tlb_pmd(struct task_struct *curr, struct mm_struct *mm,
		   vaddr_t vaddr)
{
	if (!has_run(mm))
		return;
	flush_user_page(curr, mm, vaddr & PMD_MASK);
	flush_user_page(curr, mm, (vaddr & PMD_MASK) + SECTION_SIZE);
}

void local_flush_tlb_kernel_page(struct cpu *cpu, vaddr_t kaddr)
{
	cpu->k->arch.flushes.kernel_page++;
	tlb_op(cpu, FLUSH_KERNEL_PAGE, CP15_TLBIMVA, CP15_TLBIMVA,
	       kaddr & PAGE_MASK);
}

void flush_tlb_kernel_page(struct task_struct *curr, vaddr_t kaddr)
{
	curr->k->arch.flushes.kernel_page++;
	tlb_op(curr->cpu, FLUSH_KERNEL_PAGE, CP15_TLBIMVA, CP15_TLBIMVAIS,
	       kaddr & PAGE_MASK);
}

void flush_tlb_kernel_range(struct task_struct *curr, vaddr_t start,
			    vaddr_t end)
{
	uint32_t nr_pages = (end - start + PAGE_SIZE - 1) >> PAGE_SHIFT;

	for (start &= PAGE_MASK; nr_pages; nr_pages--, start += PAGE_SIZE)
		flush_tlb_kernel_page(curr, start);
}
