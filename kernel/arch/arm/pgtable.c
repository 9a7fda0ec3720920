/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/pgtable.h"

/*
 * Descriptors into RAM (Linux: arch/arm/mm/pgd.c, asm/pgalloc.h and
 * cpu_v7_set_pte_ext in proc-v7-2level.S).
 *
 * Invariant: a hardware word is what pte_hw_word() makes of its Linux word,
 * and every descriptor the kernel changes goes through write_descriptor(), so
 * that the stale-entry report can tell who did it, and viewers where to look.
 *
 * MODEL: walks are coherent with the data cache on every core, so descriptors
 * are never cleaned from it. The vectors are always high: address 0 belongs
 * to no table.
 */

#include <string.h>

#include "kernel/arch/arm/descriptor.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/arch/arm/touch.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"
#include "mmu/armv7.h"

/* VmPTE counts a table by its Linux words: 2 KB, as a real kernel does. */
#define PTE_TABLE_BYTES (PTRS_PER_PTE * sizeof(pte_t))

/* The task on whose stack the kernel runs; @function is whom it called. */
static struct hw_writer writer(const struct kernel *k, const char *function)
{
	const struct cpu *cpu = kernel_cpu(k);
	struct hw_writer who = {
		.function = function,
		.pid = cpu->curr->pid,
		.during = what_task_does(cpu->curr),
	};

	memcpy(who.comm, cpu->curr->comm, sizeof(who.comm));
	return who;
}

void write_descriptor(const struct kernel *k, uint32_t *where, uint32_t word,
		      const char *function)
{
	*where = word;
	if (unlikely(k->hw.changed_tables))
		k->hw.changed_tables[((uint8_t *)where - k->hw.ram) >>
				     PAGE_SHIFT] = 1;
	if (unlikely(k->hw.watch_descriptors)) {
		paddr_t paddr = (paddr_t)((uint8_t *)where - k->hw.ram) +
				k->hw.ram_base;
		struct hw_writer who = writer(k, function);

		k->hw.ops->descriptor_written(k->hw.ctx, paddr, word, &who);
	}
}

bool corrupt_descriptor(struct mm_struct *mm, vaddr_t vaddr, uint32_t mask)
{
	pmd_t *pmd = pmd_off(mm, vaddr);
	pte_t *ptep = pte_lookup(mm, vaddr);
	uint32_t *where = &pmd->pmd[vaddr / SECTION_SIZE & 1];

	if (pmd_none(*pmd))
		return false;
	if (ptep)
		where = hw_entry(ptep);
	write_descriptor(mm->k, where, *where ^ mask, "memory error");
	return true;
}

/* ---- one entry ------------------------------------------------------------ */

uint32_t pte_hw_word(pte_t pte, uint32_t ext)
{
	const uint32_t visible = L_PTE_VALID | L_PTE_YOUNG;
	uint32_t linux_word = pte.pte;
	uint32_t hw;

	if ((linux_word & visible) != visible || (linux_word & L_PTE_NONE))
		return 0;
	/* the address, C, B and S are in the same place in both words */
	hw = linux_word & (PAGE_MASK | L2_S | L2_CB(3));
	hw |= ext | L2_AP(AP_RW_NONE) | L2_SMALL;
	if (linux_word & L_PTE_MT_TEX0)
		hw |= L2_SMALL_TEX(1);
	if ((linux_word & (L_PTE_RDONLY | L_PTE_DIRTY)) != L_PTE_DIRTY)
		hw |= L2_AP(4);
	if (linux_word & L_PTE_USER)
		hw |= L2_AP(2);
	if (linux_word & L_PTE_XN)
		hw |= L2_SMALL_XN;
	return hw;
}

void mark_code(const struct kernel *k, pte_t pte)
{
	struct page *page = pte_page(k, pte);

	if (page)
		SetPageCode(page);
}

void set_pte_at_by(struct mm_struct *mm, vaddr_t vaddr, pte_t *ptep, pte_t pte,
		   const char *function)
{
	const struct kernel *k = mm->k;
	uint32_t ext = 0;

	contpte_break(mm, vaddr, ptep, function);
	detect_entry(mm, vaddr, *ptep, pte, 1, function);
	if (pte_valid_user(pte) && vaddr < k->arch.task_size)
		ext = PTE_EXT_NG;
	if (pte_valid(pte) && pte_exec(pte))
		mark_code(k, pte);
	*ptep = pte;
	write_descriptor(k, hw_entry(ptep), pte_hw_word(pte, ext), function);
}

void pte_clear_by(struct mm_struct *mm, vaddr_t vaddr, pte_t *ptep,
		  const char *function)
{
	contpte_break(mm, vaddr, ptep, function);
	detect_entry(mm, vaddr, *ptep, __pte(0), 1, function);
	*ptep = __pte(0);
	write_descriptor(mm->k, hw_entry(ptep), 0, function);
}

pte_t ptep_get_and_clear_by(struct mm_struct *mm, vaddr_t vaddr, pte_t *ptep,
			    const char *function)
{
	pte_t pte = *ptep;

	pte_clear_by(mm, vaddr, ptep, function);
	return pte;
}

void ptep_set_wrprotect_by(struct mm_struct *mm, vaddr_t vaddr, pte_t *ptep,
			   const char *function)
{
	set_pte_at_by(mm, vaddr, ptep, pte_wrprotect(*ptep), function);
}

pte_t ptep_clear_flush(struct task_struct *curr, struct vm_area_struct *vma,
		       vaddr_t vaddr, pte_t *ptep)
{
	pte_t pte = ptep_get_and_clear(vma->vm_mm, vaddr, ptep);

	if (pte_accessible(pte))
		flush_tlb_page(curr, vma, vaddr);
	return pte;
}

bool ptep_set_access_flags(struct task_struct *curr, struct vm_area_struct *vma,
			   vaddr_t vaddr, pte_t *ptep, pte_t entry)
{
	if (pte_same(*ptep, entry))
		return false;
	set_pte_at(vma->vm_mm, vaddr, ptep, entry);
	flush_tlb_page(curr, vma, vaddr);
	return true;
}

bool ptep_clear_flush_young(struct task_struct *curr,
			    struct vm_area_struct *vma, vaddr_t vaddr,
			    pte_t *ptep)
{
	if (!pte_young(*ptep))
		return false;
	set_pte_at(vma->vm_mm, vaddr, ptep, pte_mkold(*ptep));
	flush_tlb_page(curr, vma, vaddr);
	return true;
}

struct page *pte_page(const struct kernel *k, pte_t pte)
{
	pfn_t pfn = pte_pfn(pte);

	return pfn_valid(k, pfn) ? pfn_to_page(k, pfn) : NULL;
}

pte_t mk_pte(const struct kernel *k, const struct page *page, pgprot_t prot)
{
	return pfn_pte(page_to_pfn(k, page), prot);
}

/* ---- protections ------------------------------------------------------------ */

/*
 * By VM_SHARED, EXEC, WRITE, READ. A private mapping is never writable here:
 * its first write must fault, to be given a page of its own.
 */
static const uint16_t protection_map[16] = {
	/* ---- */ L_PTE_XN | L_PTE_RDONLY | L_PTE_NONE,
	/* ---r */ L_PTE_XN | L_PTE_RDONLY,
	/* --w- */ L_PTE_XN | L_PTE_RDONLY,
	/* --wr */ L_PTE_XN | L_PTE_RDONLY,
	/* -x-- */ L_PTE_RDONLY,
	/* -x-r */ L_PTE_RDONLY,
	/* -xw- */ L_PTE_RDONLY,
	/* -xwr */ L_PTE_RDONLY,
	/* s--- */ L_PTE_XN | L_PTE_RDONLY | L_PTE_NONE,
	/* s--r */ L_PTE_XN | L_PTE_RDONLY,
	/* s-w- */ L_PTE_XN,
	/* s-wr */ L_PTE_XN,
	/* sx-- */ L_PTE_RDONLY,
	/* sx-r */ L_PTE_RDONLY,
	/* sxw- */ 0,
	/* sxwr */ 0,
};

pgprot_t vm_get_page_prot(const struct kernel *k, uint32_t vm_flags)
{
	uint32_t index = vm_flags & (VM_READ | VM_WRITE | VM_EXEC | VM_SHARED);

	return __pgprot(k->arch.pgprot_user.pgprot | L_PTE_USER |
			protection_map[index]);
}

pgprot_t page_kernel(const struct kernel *k)
{
	return __pgprot(k->arch.pgprot_kernel.pgprot | L_PTE_XN);
}

pgprot_t page_kernel_exec(const struct kernel *k)
{
	return k->arch.pgprot_kernel;
}

pgprot_t page_kernel_ro(const struct kernel *k)
{
	return __pgprot(k->arch.pgprot_kernel.pgprot | L_PTE_XN | L_PTE_RDONLY);
}

/* ---- first level ----------------------------------------------------------------- */

void pmd_populate_paddr(struct mm_struct *mm, pmd_t *pmd, paddr_t table,
			uint32_t low)
{
	uint32_t hw_table = (uint32_t)table + PTE_HWTABLE_OFF;

	write_descriptor(mm->k, &pmd->pmd[0], hw_table | low, "pmd_populate");
	write_descriptor(mm->k, &pmd->pmd[1], (hw_table + L2_TABLE_BYTES) | low,
			 "pmd_populate");
}

void pmd_populate(struct mm_struct *mm, pmd_t *pmd, struct page *page)
{
	const struct kernel *k = mm->k;

	detect_table(mm, page);
	pmd_populate_paddr(mm, pmd, page_to_phys(k, page),
			   mm == &k->init_mm ? k->arch.kernel_pmd
					     : k->arch.user_pmd);
}

void pmd_clear(struct mm_struct *mm, pmd_t *pmd)
{
	if (unlikely(pmd_trans_huge(*pmd)))
		detect_entry(mm, (vaddr_t)(pmd - mm->pgd) * PMD_SIZE,
			     pmd_pte(*pmd), __pte(0), PTRS_PER_PTE,
			     "pmd_clear");
	write_descriptor(mm->k, &pmd->pmd[0], 0, "pmd_clear");
	write_descriptor(mm->k, &pmd->pmd[1], 0, "pmd_clear");
}

void pmd_copy(const struct kernel *k, pmd_t *pmd, pmd_t from)
{
	write_descriptor(k, &pmd->pmd[0], from.pmd[0], "pmd_copy");
	write_descriptor(k, &pmd->pmd[1], from.pmd[1], "pmd_copy");
}

static paddr_t pmd_table_paddr(pmd_t pmd)
{
	return pmd.pmd[0] & PAGE_MASK;
}

struct page *pmd_page(const struct kernel *k, pmd_t pmd)
{
	return pfn_to_page(k, (pfn_t)(pmd_table_paddr(pmd) >> PAGE_SHIFT));
}

void set_section(struct mm_struct *mm, vaddr_t vaddr, uint32_t word)
{
	pmd_t *pmd = pmd_off(mm, vaddr);

	write_descriptor(mm->k, &pmd->pmd[vaddr / SECTION_SIZE & 1], word,
			 "set_section");
}

/* ---- second level ------------------------------------------------------------------ */

pte_t *pte_offset(const struct kernel *k, const pmd_t *pmd, vaddr_t vaddr)
{
	pte_t *table = phys_bytes(k, pmd_table_paddr(*pmd));

	return table + pte_index(vaddr);
}

pte_t *pte_lookup(const struct mm_struct *mm, vaddr_t vaddr)
{
	const pmd_t *pmd = &mm->pgd[pgd_index(vaddr)];

	return pmd_table(*pmd) ? pte_offset(mm->k, pmd, vaddr) : NULL;
}

/* Modules could spoil it, or a program to which they map it. */
static void guard_table(struct kernel *k, const struct page *page, bool on)
{
	k->hw.ops->guard(k->hw.ctx, page_to_phys(k, page), PAGE_SIZE, on);
}

static void mark_table(struct mm_struct *mm, struct page *page)
{
	__SetPageTable(page);
	page->pt_mm = mm;
	guard_table(mm->k, page, true);
}

static void unmark_table(struct kernel *k, struct page *page)
{
	__ClearPageTable(page);
	page->pt_mm = NULL;
	guard_table(k, page, false);
}

struct page *pte_alloc_one(struct task_struct *curr, struct mm_struct *mm)
{
	struct page *page = alloc_page(curr, GFP_KERNEL | __GFP_ZERO);

	if (!page)
		return NULL;
	mark_table(mm, page);
	mod_page_state(curr->k, page, NR_PAGE_TABLE_PAGES, 1);
	mm->pgtables_bytes += PTE_TABLE_BYTES;
	return page;
}

void pte_free(struct task_struct *curr, struct mm_struct *mm, struct page *page)
{
	BUG_ON(mm->pgtables_bytes < PTE_TABLE_BYTES);
	mm->pgtables_bytes -= PTE_TABLE_BYTES;
	mod_page_state(curr->k, page, NR_PAGE_TABLE_PAGES, -1);
	unmark_table(curr->k, page);
	__free_pages(curr, page, 0);
}

pte_t *pte_alloc_map(struct task_struct *curr, struct mm_struct *mm, pmd_t *pmd,
		     vaddr_t vaddr)
{
	if (unlikely(pmd_none(*pmd))) {
		struct page *page = pte_alloc_one(curr, mm);

		if (!page)
			return NULL;
		/* the allocation may have slept: did another thread win? */
		if (pmd_none(*pmd))
			pmd_populate(mm, pmd, page);
		else
			pte_free(curr, mm, page);
	}
	return pmd_table(*pmd) ? pte_offset(mm->k, pmd, vaddr) : NULL;
}

pte_t *pte_alloc_kernel(struct task_struct *curr, vaddr_t vaddr)
{
	struct mm_struct *mm = &curr->k->init_mm;
	pmd_t *pmd = pmd_off(mm, vaddr);

	if (pmd_none(*pmd)) {
		struct page *page = alloc_page(curr, GFP_KERNEL | __GFP_ZERO);

		if (!page)
			return NULL;
		if (pmd_none(*pmd)) {
			mark_table(mm, page);
			pmd_populate(mm, pmd, page);
		} else {
			__free_pages(curr, page, 0);
		}
	}
	return pte_offset(curr->k, pmd, vaddr);
}

/* ---- whole tables ---------------------------------------------------------------------- */

static uint32_t first_kernel_pgd(const struct kernel *k)
{
	return pgd_index(k->arch.modules_vaddr);
}

int pgd_alloc(struct task_struct *curr, struct mm_struct *mm)
{
	struct kernel *k = curr->k;
	struct page *page = alloc_pages(curr, GFP_KERNEL, PGD_ORDER);
	uint32_t first = first_kernel_pgd(k);

	if (!page)
		return -ENOMEM;
	for (int i = 0; i < 1 << PGD_ORDER; i++)
		mark_table(mm, page + i);
	mm->pgd = page_bytes(k, page);
	touch_bytes(curr, mm->pgd, PAGE_SIZE << PGD_ORDER, MMU_WRITE);
	mm->pgd_paddr = page_to_phys(k, page);
	memset(mm->pgd, 0, first * sizeof(pmd_t));
	memcpy(mm->pgd + first, k->init_mm.pgd + first,
	       (PTRS_PER_PGD - first) * sizeof(pmd_t));
	for (int i = 0; i < 1 << PGD_ORDER; i++)
		detect_table(mm, page + i);
	return 0;
}

void pgd_free(struct task_struct *curr, struct mm_struct *mm)
{
	struct page *page = pfn_to_page(curr->k,
					(pfn_t)(mm->pgd_paddr >> PAGE_SHIFT));

	for (int i = 0; i < 1 << PGD_ORDER; i++)
		unmark_table(curr->k, page + i);
	__free_pages(curr, page, PGD_ORDER);
	mm->pgd = NULL;
}
