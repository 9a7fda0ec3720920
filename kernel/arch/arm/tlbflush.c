/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/tlbflush.h"

/*
 * What makes a changed descriptor count (Linux: arch/arm/mm/tlb-v7.S,
 * asm/tlbflush.h). All go to the core through one function, so that tests can
 * make the kernel forget some, and boards, too.
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

/* Does the board want this one dropped? */
static bool dropped(struct cpu *cpu, enum flush_kind kind, const char *caller)
{
	const enum kernel_flush_kind wanted = cpu->k->params.inject.flush_kind;

	return (wanted == KERNEL_FLUSH_ANY || wanted == kind + 1) &&
	       should_fail(cpu->curr, &cpu->k->inject.fail_tlb_flush, 1,
			   caller);
}

static void tlb_op(struct cpu *cpu, enum flush_kind kind, uint32_t local,
		   uint32_t shared, uint32_t operand, const char *caller)
{
	struct arch_state *arch = &cpu->k->arch;

	_Static_assert(KERNEL_FLUSH_KERNEL_PAGE == FLUSH_KERNEL_PAGE + 1,
		       "boards name the same kinds");
	if (unlikely(arch->forget_flushes) && forgets(arch, kind))
		return;
	if (unlikely(cpu->k->inject.fail_tlb_flush.probability) &&
	    dropped(cpu, kind, caller))
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

void flush_tlb_all_by(struct task_struct *curr, const char *caller)
{
	curr->k->arch.flushes.all++;
	tlb_op(curr->cpu, FLUSH_ALL, CP15_TLBIALL, CP15_TLBIALLIS, 0, caller);
}

void local_flush_tlb_all_by(struct cpu *cpu, const char *caller)
{
	cpu->k->arch.flushes.all++;
	tlb_op(cpu, FLUSH_ALL, CP15_TLBIALL, CP15_TLBIALL, 0, caller);
}

void local_flush_bp_all(struct cpu *cpu)
{
	mmu_cp15_write(cpu->mmu, CP15_BPIALL, 0);
}

void flush_tlb_mm_by(struct task_struct *curr, struct mm_struct *mm,
		     const char *caller)
{
	if (!has_run(mm))
		return;
	curr->k->arch.flushes.mm++;
	tlb_op(curr->cpu, FLUSH_MM, CP15_TLBIASID, CP15_TLBIASIDIS, asid(mm),
	       caller);
}

static void flush_user_page(struct task_struct *curr, struct mm_struct *mm,
			    vaddr_t vaddr, const char *caller)
{
	curr->k->arch.flushes.page++;
	tlb_op(curr->cpu, FLUSH_PAGE, CP15_TLBIMVA, CP15_TLBIMVAIS,
	       (vaddr & PAGE_MASK) | asid(mm), caller);
}

void flush_tlb_page_by(struct task_struct *curr, struct vm_area_struct *vma,
		       vaddr_t vaddr, const char *caller)
{
	if (has_run(vma->vm_mm))
		flush_user_page(curr, vma->vm_mm, vaddr, caller);
}

void flush_tlb_mm_range_by(struct task_struct *curr, struct mm_struct *mm,
			   vaddr_t start, vaddr_t end, const char *caller)
{
	if (!has_run(mm))
		return;
	for (start &= PAGE_MASK; start < end; start += PAGE_SIZE)
		flush_user_page(curr, mm, start, caller);
}

void flush_tlb_pmd_by(struct task_struct *curr, struct mm_struct *mm,
		      vaddr_t vaddr, const char *caller)
{
	if (!has_run(mm))
		return;
	flush_user_page(curr, mm, vaddr & PMD_MASK, caller);
	flush_user_page(curr, mm, (vaddr & PMD_MASK) + SECTION_SIZE, caller);
}

void local_flush_tlb_kernel_page_by(struct cpu *cpu, vaddr_t kaddr,
				    const char *caller)
{
	cpu->k->arch.flushes.kernel_page++;
	tlb_op(cpu, FLUSH_KERNEL_PAGE, CP15_TLBIMVA, CP15_TLBIMVA,
	       kaddr & PAGE_MASK, caller);
}

void flush_tlb_kernel_range_by(struct task_struct *curr, vaddr_t start,
			       vaddr_t end, const char *caller)
{
	uint32_t nr_pages = (end - start + PAGE_SIZE - 1) >> PAGE_SHIFT;

	for (start &= PAGE_MASK; nr_pages; nr_pages--, start += PAGE_SIZE) {
		curr->k->arch.flushes.kernel_page++;
		tlb_op(curr->cpu, FLUSH_KERNEL_PAGE, CP15_TLBIMVA,
		       CP15_TLBIMVAIS, start, caller);
	}
}
