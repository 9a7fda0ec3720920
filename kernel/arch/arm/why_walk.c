/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/why_walk.h"

/*
 * An address as the hardware sees it: the descriptors that a walk reads, word
 * by word, what it would allow, and what the TLBs have. The walk is the MMU
 * model's own, under the registers of now but with the process's tables, so
 * that it is right for who doesn't run as well.
 */

#include <stdio.h>

#include "kernel/arch/arm/mmu_context.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/swapops.h"
#include "kernel/task/sched.h"
#include "mmu/armv7.h"
#include "mmu/mmu.h"

/* AP[2:0]: the kernel's rights, and users'. */
static const char *const ap_names[8] = {
	"no access",
	"kernel rw, user none",
	"kernel rw, user r",
	"kernel rw, user rw",
	"reserved",
	"kernel r, user none",
	"kernel r, user r (old)",
	"kernel r, user r",
};

/* Of TTBR0 the table alone is the process's own. */
static uint32_t ttbr0_of(const struct mm_struct *mm)
{
	uint32_t now = 0;

	mmu_cp15_read(kernel_cpu(mm->k)->mmu, CP15_TTBR0, &now);
	return (uint32_t)mm->pgd_paddr | (now & (L1_TABLE_BYTES - 1));
}

static bool peek(const struct mm_struct *mm, vaddr_t vaddr, enum mmu_kind kind,
		 struct mmu_result *result, struct mmu_walk_step step[2],
		 int *levels)
{
	return mmu_peek_as(kernel_cpu(mm->k)->mmu, ttbr0_of(mm), vaddr, kind,
			   MMU_PL0, result, step, levels);
}

static void put_hex(const struct kernel_facts *to, const char *key,
		    uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%08llx", (unsigned long long)value);
	to->text(to->arg, key, text);
}

/* ---- descriptors in words ------------------------------------------------- */

static void decode_l1(uint32_t l1, char *text, size_t size)
{
	switch (l1_type(l1)) {
	case L1_TABLE:
		snprintf(text, size, "page table at 0x%08llx, domain %d",
			 (unsigned long long)l1_table_base(l1), l1_domain(l1));
		break;
	case L1_SECTION:
	case L1_SECTION_PXN:
		snprintf(text, size,
			 "section at 0x%08llx, domain %d, %s%s, TEX.C.B %d%s%s",
			 (unsigned long long)l1_section_base(l1), l1_domain(l1),
			 ap_names[l1_ap(l1)], l1 & L1_XN ? ", xn" : "",
			 l1_texcb(l1), l1 & L1_S ? ", shareable" : "",
			 l1 & L1_NG ? ", of its ASID" : ", global");
		break;
	default:
		snprintf(text, size, "nothing: a translation fault");
	}
}

static void decode_l2(uint32_t l2, char *text, size_t size)
{
	bool large = l2_type(l2) == L2_LARGE;

	if (l2_type(l2) == L2_FAULT) {
		snprintf(text, size, "nothing: a translation fault");
		return;
	}
	snprintf(text, size, "%s page at 0x%08llx, %s%s, TEX.C.B %d%s%s",
		 large ? "large" : "small",
		 (unsigned long long)(large ? l2_large_base(l2)
					    : l2_small_base(l2)),
		 ap_names[l2_ap(l2)],
		 l2 & (large ? L2_LARGE_XN : L2_SMALL_XN) ? ", xn" : "",
		 large ? l2_large_texcb(l2) : l2_small_texcb(l2),
		 l2 & L2_S ? ", shareable" : "",
		 l2 & L2_NG ? ", of its ASID" : ", global");
}

void why_walk(struct mm_struct *mm, vaddr_t vaddr,
	      const struct kernel_facts *to)
{
	struct mmu_result result;
	struct mmu_walk_step step[2];
	char text[160];
	int levels;

	peek(mm, vaddr, MMU_READ, &result, step, &levels);
	for (int i = 0; i < levels; i++) {
		(i ? decode_l2 : decode_l1)(step[i].word, text, sizeof(text));
		to->begin(to->arg, "walk");
		to->number(to->arg, "level", i + 1);
		put_hex(to, "descriptor at", step[i].paddr);
		put_hex(to, "word", step[i].word);
		to->text(to->arg, "meaning", text);
		to->end(to->arg);
	}
}

bool why_physical(struct mm_struct *mm, vaddr_t vaddr, paddr_t *paddr)
{
	struct mmu_result result;
	struct mmu_walk_step step[2];
	int levels;

	if (!mmu_peek_as(kernel_cpu(mm->k)->mmu, ttbr0_of(mm), vaddr, MMU_READ,
			 MMU_PL1, &result, step, &levels))
		return false;
	*paddr = result.paddr;
	return true;
}

/* ---- whole tables ---------------------------------------------------------- */

static void put_word(const struct kernel_facts *to, vaddr_t vaddr, int level,
		     paddr_t at, uint32_t word)
{
	char text[160];

	(level == 1 ? decode_l1 : decode_l2)(word, text, sizeof(text));
	put_hex(to, "va", vaddr);
	to->number(to->arg, "level", level);
	put_hex(to, "descriptor at", at);
	put_hex(to, "word", word);
	to->text(to->arg, "meaning", text);
}

/* Linux's word and the hardware's, which lie in one page. */
static void tell_pte(const pte_t *pte, paddr_t table, vaddr_t vaddr,
		     const struct kernel_facts *to)
{
	const paddr_t at = table + pte_index(vaddr) * sizeof(uint32_t);
	char text[96];

	why_linux_word(*pte, text, sizeof(text));
	to->begin(to->arg, "entries");
	put_word(to, vaddr, 2, at + PTE_HWTABLE_OFF, ptep_hw_word(pte));
	put_hex(to, "linux at", at);
	put_hex(to, "linux word", pte_val(*pte));
	to->text(to->arg, "linux says", text);
	to->end(to->arg);
}

/* One megabyte, or the part up to @last of it. */
static void tell_megabyte(struct mm_struct *mm, vaddr_t first, vaddr_t last,
			  const struct kernel_facts *to)
{
	const pmd_t *pmd = pmd_off(mm, first);
	const uint32_t word = pmd->pmd[first >> 20 & 1];

	if (!word)
		return;
	to->begin(to->arg, "entries");
	put_word(to, first & SECTION_MASK, 1,
		 mm->pgd_paddr + (first >> 20) * sizeof(uint32_t), word);
	to->end(to->arg);
	if (!pmd_table(*pmd))
		return;
	for (uint64_t vaddr = first & PAGE_MASK; vaddr <= last;
	     vaddr += PAGE_SIZE) {
		const pte_t *pte = pte_offset(mm->k, pmd, (vaddr_t)vaddr);

		if (pte_val(*pte) || ptep_hw_word(pte))
			tell_pte(pte,
				 l1_table_base(word) & ~(paddr_t)~PAGE_MASK,
				 (vaddr_t)vaddr, to);
	}
}

void why_tables(struct mm_struct *mm, vaddr_t first, vaddr_t last,
		const struct kernel_facts *to)
{
	for (uint64_t vaddr = first; vaddr <= last;
	     vaddr = (vaddr | ~SECTION_MASK) + 1) {
		uint64_t end = vaddr | ~SECTION_MASK;

		tell_megabyte(mm, (vaddr_t)vaddr,
			      (vaddr_t)(end < last ? end : last), to);
	}
}

/* ---- what is allowed ------------------------------------------------------- */

void why_access(struct mm_struct *mm, vaddr_t vaddr,
		const struct kernel_facts *to)
{
	static const char *const kinds[] = {
		[MMU_READ] = "read",
		[MMU_WRITE] = "write",
		[MMU_FETCH] = "fetch",
	};

	for (int kind = MMU_READ; kind <= MMU_FETCH; kind++) {
		struct mmu_result result;
		struct mmu_walk_step step[2];
		int levels;
		bool ok = peek(mm, vaddr, (enum mmu_kind)kind, &result, step,
			       &levels);

		to->begin(to->arg, "access");
		to->text(to->arg, "kind", kinds[kind]);
		if (ok) {
			to->text(to->arg, "verdict", "allowed");
			put_hex(to, "physical", result.paddr);
		} else {
			to->text(to->arg, "verdict",
				 mmu_fault_name(result.fault.type));
			to->number(to->arg, "fault level", result.fault.level);
		}
		to->end(to->arg);
	}
}

/* ---- TLBs -------------------------------------------------------------------- */

static bool serves(const struct cpu *cpu, const struct mm_struct *mm,
		   vaddr_t vaddr, const struct mmu_tlb_view *view)
{
	const uint8_t asid = mm_asid(mm);

	if (!view->valid || vaddr - view->va >= view->size_bytes)
		return false;
	if (view->global)
		return true;
	if (!cpu->k->params.asid)
		return cpu->active_mm == mm;
	return asid && view->asid == asid;
}

static void tell_entry(const struct cpu *cpu, int tlb, uint32_t index,
		       const struct mmu_tlb_view *view,
		       const struct kernel_facts *to)
{
	to->begin(to->arg, "tlb");
	to->number(to->arg, "cpu", cpu->id);
	to->text(to->arg, "tlb", mmu_tlb_stats(cpu->mmu, tlb)->name);
	to->number(to->arg, "entry", index);
	put_hex(to, "va", view->va);
	put_hex(to, "physical", view->paddr);
	to->number(to->arg, "bytes", view->size_bytes);
	if (!view->global)
		to->number(to->arg, "asid", view->asid);
	to->text(to->arg, "rights", ap_names[view->ap]);
	to->text(to->arg, "may fetch", view->xn ? "no" : "yes");
	to->end(to->arg);
}

void why_tlb(struct mm_struct *mm, vaddr_t vaddr, const struct kernel_facts *to)
{
	for (unsigned int i = 0; i < mm->k->hw.nr_cpus; i++) {
		const struct cpu *cpu = &mm->k->sched.cpus[i];

		for (int tlb = 0; tlb < mmu_nr_tlbs(cpu->mmu); tlb++)
			for (uint32_t n = 0;
			     n < mmu_tlb_stats(cpu->mmu, tlb)->entries; n++) {
				struct mmu_tlb_view view;

				mmu_tlb_view(cpu->mmu, tlb, n, &view);
				if (serves(cpu, mm, vaddr, &view))
					tell_entry(cpu, tlb, n, &view, to);
			}
	}
}

/* ---- Linux's words -------------------------------------------------------------- */

void why_linux_word(pte_t pte, char *text, size_t size)
{
	swp_entry_t entry = pte_to_swp_entry(pte);

	if (pte_none(pte))
		snprintf(text, size, "none");
	else if (pte_present(pte))
		snprintf(text, size, "present%s%s, %s%s%s%s",
			 pte_young(pte) ? ", young" : ", old",
			 pte_dirty(pte) ? ", dirty" : ", clean",
			 pte_write(pte) ? "rw" : "r", pte_exec(pte) ? "x" : "",
			 pte_val(pte) & L_PTE_USER ? ", user" : ", kernel",
			 pte_val(pte) & L_PTE_NONE ? ", hidden (PROT_NONE)"
						   : "");
	else if (is_migration_entry(entry))
		snprintf(text, size, "being moved from pfn 0x%x",
			 swp_offset(entry));
	else if (is_hwpoison_entry(entry))
		snprintf(text, size, "lost: memory error in pfn 0x%x",
			 swp_offset(entry));
	else if (is_swapin_error_entry(entry))
		snprintf(text, size, "lost: it could not be read from swap");
	else
		snprintf(text, size, "swapped: area %u, slot %u",
			 swp_type(entry), swp_offset(entry));
}

#define L_PTE_PFN PAGE_MASK
#define L_PTE_MT  L_PTE_MT_MASK
#define LINUX_BITS(high, low, name, set, clear)                               \
	_Static_assert(L_PTE_##name == (~0u >> (31 - (high)) & ~0u << (low)), \
		       "linux_pte.def has a bit elsewhere");
#include "kernel/linux_pte.def"
#undef L_PTE_PFN
#undef L_PTE_MT

static enum kernel_linux_kind kind_of(pte_t pte)
{
	if (pte_none(pte))
		return KERNEL_LINUX_EMPTY;
	return pte_present(pte) ? KERNEL_LINUX_PRESENT : KERNEL_LINUX_SWAP;
}

bool kernel_linux_entry(const struct kernel *k, int pid, vaddr_t vaddr,
			struct kernel_linux_entry *entry)
{
	const struct task_struct *task = find_task_by_pid(k, pid);
	struct mm_struct *mm = task ? task->mm : NULL;
	const pte_t *pte;
	uint32_t table;

	*entry = (struct kernel_linux_entry){.kind = KERNEL_LINUX_NO_TABLE};
	if (!mm)
		return false;
	entry->tables = (uint32_t)mm->pgd_paddr;
	pte = pte_lookup(mm, vaddr);
	if (!pte)
		return true;
	table = pmd_off(mm, vaddr)->pmd[vaddr >> 20 & 1];
	entry->kind = kind_of(*pte);
	entry->paddr = ((uint32_t)l1_table_base(table) & PAGE_MASK) +
		       pte_index(vaddr) * (uint32_t)sizeof(uint32_t);
	entry->word = pte_val(*pte);
	why_linux_word(*pte, entry->meaning, sizeof(entry->meaning));
	return true;
}
