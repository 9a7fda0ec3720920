/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/tlb_verify.h"

/*
 * The verifier's look into the TLBs: has every flush been done that was
 * needed? An entry may give less than its table (rights were added, and the
 * next fault will say so), never more. Entries of dead address spaces may
 * stay: no one runs under their ASID before a flush.
 *
 * MODEL: user entries alone; global ones are the kernel's, whose mappings
 * hardly ever change.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"
#include "mmu/armv7.h"
#include "mmu/mmu.h"

/* AP[2:0] as a second-level descriptor has them: bits 9, 5 and 4. */
static uint32_t hw_ap(uint32_t hw)
{
	return (hw >> 9 & 1) << 2 | (hw >> 4 & 3);
}

/* What of user rights an AP value gives: bit 0 to read, bit 1 to write. */
static uint32_t user_rights(uint32_t ap)
{
	if (!(ap & 2))
		return 0;
	return ap & 4 || !(ap & 1) ? 1 : 3;
}

/* Who lives under each ASID now; NULL: no one. */
struct owners {
	struct mm_struct *mm[NUM_ASIDS];
};

static void find_owners(struct owners *owners, const struct kernel *k,
			struct mm_struct *const *mms, uint32_t nr_mms)
{
	for (uint32_t i = 0; i < nr_mms; i++) {
		uint64_t id = mms[i]->context.id;

		if (!((id ^ k->arch.asid_generation) >> 8))
			owners->mm[id & (NUM_ASIDS - 1)] = mms[i];
	}
}

/* Whose entry is it? */
static struct mm_struct *entry_mm(const struct cpu *cpu,
				  const struct owners *owners, uint32_t asid)
{
	return cpu->k->params.asid ? owners->mm[asid] : cpu->active_mm;
}

/* What the tables say of an address, in the words of the hardware. */
struct table_view {
	uint32_t size_bytes; /* 0: nothing */
	paddr_t paddr;
	uint32_t ap;
	bool xn;
};

static struct table_view section_view(uint32_t word, vaddr_t vaddr)
{
	if (!l1_type(word))
		return (struct table_view){0};
	return (struct table_view){
		.size_bytes = SECTION_SIZE,
		.paddr = l1_section_base(word) + (vaddr & ~SECTION_MASK),
		.ap = l1_ap(word),
		.xn = word & L1_XN,
	};
}

static struct table_view page_view(uint32_t word, vaddr_t vaddr)
{
	if (!word)
		return (struct table_view){0};
	if (l2_type(word) == L2_LARGE)
		return (struct table_view){
			.size_bytes = CONT_PTE_SIZE,
			.paddr = l2_large_base(word) + (vaddr & ~CONT_PTE_MASK),
			.ap = hw_ap(word),
			.xn = word & L2_LARGE_XN,
		};
	return (struct table_view){
		.size_bytes = PAGE_SIZE,
		.paddr = l2_small_base(word) + offset_in_page(vaddr),
		.ap = hw_ap(word),
		.xn = word & L2_SMALL_XN,
	};
}

static struct table_view table_view(const struct mm_struct *mm, vaddr_t vaddr)
{
	const pmd_t *pmd = &mm->pgd[pgd_index(vaddr)];

	if (pmd_trans_huge(*pmd))
		return section_view(pmd->pmd[vaddr / SECTION_SIZE & 1], vaddr);
	if (pmd_none(*pmd))
		return (struct table_view){0};
	return page_view(ptep_hw_word(pte_offset(mm->k, pmd, vaddr)), vaddr);
}

/* A piece of a page may be held, more than the page never. */
static bool entry_ok(const struct mm_struct *mm,
		     const struct mmu_tlb_view *view)
{
	const struct table_view now = table_view(mm, view->va);

	if (view->size_bytes > now.size_bytes || now.paddr != view->paddr)
		return false;
	return !(user_rights(view->ap) & ~user_rights(now.ap)) &&
	       (view->xn || !now.xn);
}

static unsigned int verify_tlb(const struct cpu *cpu, int tlb,
			       const struct owners *owners)
{
	const uint32_t nr = mmu_tlb_stats(cpu->mmu, tlb)->entries;
	unsigned int wrong = 0;

	for (uint32_t i = 0; i < nr; i++) {
		struct mmu_tlb_view view;
		struct mm_struct *mm;

		mmu_tlb_view(cpu->mmu, tlb, i, &view);
		if (!view.valid || view.global)
			continue;
		mm = entry_mm(cpu, owners, view.asid);
		if (!mm || mm == &cpu->k->init_mm || entry_ok(mm, &view))
			continue;
		/* fork sleeps between its changes and their flush, say */
		if (mm->mmap_lock.count < 0)
			continue;
		wrong++;
		printk(cpu->k,
		       "verify: mm 0x%08x: a TLB of CPU %d still translates "
		       "0x%08x to 0x%08x",
		       kobj_addr(cpu->k, mm), cpu->id, view.va,
		       (uint32_t)view.paddr);
	}
	return wrong;
}

unsigned int verify_tlbs(struct kernel *k, struct mm_struct *const *mms,
			 uint32_t nr_mms)
{
	struct owners owners = {{NULL}};
	unsigned int wrong = 0;

	find_owners(&owners, k, mms, nr_mms);
	for (unsigned int i = 0; i < k->hw.nr_cpus; i++) {
		const struct cpu *cpu = &k->sched.cpus[i];

		/* After a rollover it flushes before it runs anyone. */
		if (cpu->tlb_flush_pending)
			continue;
		for (int tlb = 0; tlb < mmu_nr_tlbs(cpu->mmu); tlb++)
			wrong += verify_tlb(cpu, tlb, &owners);
	}
	return wrong;
}

/* ---- for the detectors of frames -------------------------------------------- */

uint64_t nr_tlb_walks(const struct kernel *k)
{
	uint64_t nr = 0;

	for (unsigned int i = 0; i < k->hw.nr_cpus; i++)
		nr += mmu_stats(k->sched.cpus[i].mmu)->walks;
	return nr;
}

struct mm_struct *mm_of_tlb_frame(const struct kernel *k,
				  const struct tlb_frame *entry)
{
	const struct task_struct *task;

	if (!k->params.asid)
		return k->sched.cpus[entry->cpu].active_mm;
	for_each_process(task, k)
		if (task->mm &&
		    !((task->mm->context.id ^ k->arch.asid_generation) >> 8) &&
		    (task->mm->context.id & (NUM_ASIDS - 1)) == entry->asid)
			return task->mm;
	return NULL;
}

static void tell_tlb(const struct cpu *cpu, int tlb,
		     void (*each)(void *arg, const struct tlb_frame *entry),
		     void *arg)
{
	const struct mmu_tlb_stats *stats = mmu_tlb_stats(cpu->mmu, tlb);
	struct mmu_tlb_view view;

	for (uint32_t i = 0; i < stats->entries; i++) {
		mmu_tlb_view(cpu->mmu, tlb, i, &view);
		if (!view.valid || view.global)
			continue;
		each(arg, &(struct tlb_frame){
				  .tlb = stats->name,
				  .cpu = cpu->id,
				  .asid = view.asid,
				  .va = view.va,
				  .pfn = (pfn_t)(view.paddr >> PAGE_SHIFT),
				  .nr_frames = view.size_bytes >> PAGE_SHIFT,
			  });
	}
}

void for_each_user_tlb_frame(struct kernel *k,
			     void (*each)(void *arg,
					  const struct tlb_frame *entry),
			     void *arg)
{
	for (unsigned int i = 0; i < k->hw.nr_cpus; i++) {
		const struct cpu *cpu = &k->sched.cpus[i];

		/* After a rollover it flushes before it runs anyone. */
		if (cpu->tlb_flush_pending)
			continue;
		for (int tlb = 0; tlb < mmu_nr_tlbs(cpu->mmu); tlb++)
			tell_tlb(cpu, tlb, each, arg);
	}
}
