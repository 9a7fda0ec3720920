/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/huge_mm.h"

/*
 * Huge pages and the entries that map them (mm/huge_memory.c): 2 MB that
 * appear with one fault, take one entry of the first level, and cost the TLB
 * two entries where 4 KB pages would take 512.
 *
 * Everything that happens to a pte happens to a huge entry as well, in a
 * function of its own: made by a fault, shared by fork, write-protected,
 * emptied, moved. Whatever concerns only a part of it splits it first
 * (huge_split.c).
 *
 * Like a pte it is old or young, clean or dirty by faults: an old one isn't
 * there for the hardware, a clean one is read-only.
 *
 * Invariants: a huge page is mapped by huge entries alone; its _mapcount + 1
 * (the first page's) is their number, and each holds one reference; each has a
 * second-level table in store (mm->pmd_huge_pte). It lies within one VMA.
 *
 * MODEL: a write to a huge page that others may share splits it, as in Linux
 * since 5.8; but splitting one entry splits the page for all who map it, as in
 * Linux before 4.5. So there are no huge pages mapped by ptes, and no queue of
 * those to be split later (thp_deferred_split_page stays 0).
 *
 * MODEL: no huge zero page: 2 MB that are only read get a page of their own,
 * as in Linux with use_zero_page off, and take that much memory.
 *
 * Left out: huge pages of files and tmpfs, NUMA hinting, huge swap entries.
 */

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/khugepaged.h"
#include "kernel/mm/memory.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"

static struct page *huge_pmd_page(const struct kernel *k, pmd_t pmd)
{
	return pte_page(k, pmd_pte(pmd));
}

/* ---- getting one ----------------------------------------------------------- */

/* See Linux's table in Documentation/admin-guide/mm/transhuge.rst. */
gfp_t vma_thp_gfp_mask(const struct vm_area_struct *vma)
{
	const uint32_t flags = vma->vm_mm->k->thp.flags;
	const bool advised = vma->vm_flags & VM_HUGEPAGE;

	if (flags & 1u << TRANSPARENT_HUGEPAGE_DEFRAG_DIRECT_FLAG)
		return GFP_TRANSHUGE | (advised ? 0 : __GFP_NORETRY);
	if (flags & 1u << TRANSPARENT_HUGEPAGE_DEFRAG_KSWAPD_FLAG)
		return GFP_TRANSHUGE_LIGHT | __GFP_KSWAPD_RECLAIM;
	if (flags & 1u << TRANSPARENT_HUGEPAGE_DEFRAG_KSWAPD_OR_MADV_FLAG)
		return GFP_TRANSHUGE_LIGHT |
		       (advised ? __GFP_DIRECT_RECLAIM : __GFP_KSWAPD_RECLAIM);
	if (flags & 1u << TRANSPARENT_HUGEPAGE_DEFRAG_REQ_MADV_FLAG)
		return GFP_TRANSHUGE_LIGHT |
		       (advised ? __GFP_DIRECT_RECLAIM : 0);
	return GFP_TRANSHUGE_LIGHT;
}

void clear_huge_page(struct task_struct *curr, struct page *page)
{
	for (uint32_t i = 0; i < HPAGE_PMD_NR; i++)
		clear_highpage(curr, page + i);
	SetPageUptodate(page);
}

void map_huge_anon_page(struct task_struct *curr, struct vm_area_struct *vma,
			vaddr_t haddr, pmd_t *pmd, struct page *page,
			struct page *table)
{
	struct kernel *k = curr->k;
	pte_t entry = pte_mkyoung(mk_pte(k, page, vma->vm_page_prot));

	page_add_new_anon_rmap(k, page, vma, haddr);
	lru_cache_add_inactive_or_unevictable(k, page, vma);
	pgtable_trans_huge_deposit(vma->vm_mm, table);
	set_pmd_at(vma->vm_mm, haddr, pmd,
		   maybe_mkwrite(pte_mkdirty(entry), vma));
}

static vm_fault_t fault_fallback(struct kernel *k)
{
	count_vm_event(k, THP_FAULT_FALLBACK);
	k->thp.stats[THP_2MB].anon_fault_fallback++;
	return VM_FAULT_FALLBACK;
}

/* @page, which it owns, is all that is missing. */
static vm_fault_t fault_in_huge_page(struct vm_fault *vmf, struct page *page)
{
	struct task_struct *curr = vmf->curr;
	struct mm_struct *mm = vmf->vma->vm_mm;
	struct page *table = pte_alloc_one(curr, mm);
	vm_fault_t ret;

	if (!table) {
		put_page(curr, page);
		return VM_FAULT_OOM;
	}
	clear_huge_page(curr, page);
	ret = check_stable_address_space(mm);
	if (ret || !pmd_none(*vmf->pmd)) { /* another thread was first */
		pte_free(curr, mm, table);
		put_page(curr, page);
		return ret;
	}
	map_huge_anon_page(curr, vmf->vma, vmf->address & HPAGE_PMD_MASK,
			   vmf->pmd, page, table);
	add_mm_counter_fast(curr, mm, MM_ANONPAGES, HPAGE_PMD_NR);
	count_vm_event(curr->k, THP_FAULT_ALLOC);
	curr->k->thp.stats[THP_2MB].anon_fault_alloc++;
	fault_resolved(vmf, anon_huge);
	return 0;
}

vm_fault_t do_huge_pmd_anonymous_page(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page;

	if (!thp_vma_suitable(vma, vmf->address, HPAGE_PMD_SIZE))
		return VM_FAULT_FALLBACK;
	if (anon_vma_prepare(vmf->curr, vma))
		return VM_FAULT_OOM;
	khugepaged_enter_vma(vmf->curr, vma, vma->vm_flags);
	page = alloc_pages_vma(vmf->curr, vma_thp_gfp_mask(vma),
			       HPAGE_PMD_ORDER, vma,
			       vmf->address & HPAGE_PMD_MASK, true, __func__);
	if (!page)
		return fault_fallback(vmf->curr->k);
	return fault_in_huge_page(vmf, page);
}

/* ---- faults on one ------------------------------------------------------------ */

/* Changes rights or age alone, not the size: no need to break it first. */
static bool huge_pmd_set_access_flags(struct vm_fault *vmf, pte_t entry)
{
	struct mm_struct *mm = vmf->vma->vm_mm;
	const bool changed = !pte_same(pmd_pte(*vmf->pmd), entry);

	if (changed)
		set_pmd_at(mm, vmf->address & HPAGE_PMD_MASK, vmf->pmd, entry);
	flush_tlb_pmd(vmf->curr, mm, vmf->address);
	return changed;
}

/* As may_reuse_anon() of memory.c. */
static bool may_reuse_huge(struct page *page, struct vm_area_struct *vma)
{
	if (PageAnonExclusive(page))
		return true;
	if (page_count(page) != 1 || PageLocked(page))
		return false;
	page_move_anon_rmap(page, vma);
	return true;
}

static vm_fault_t do_huge_pmd_wp_page(struct vm_fault *vmf)
{
	struct page *page = huge_pmd_page(vmf->curr->k, *vmf->pmd);
	pte_t entry = pte_mkyoung(pmd_pte(*vmf->pmd));

	if (!may_reuse_huge(page, vmf->vma)) {
		split_huge_pmd(vmf->curr, vmf->vma->vm_mm, vmf->pmd,
			       vmf->address);
		return VM_FAULT_FALLBACK;
	}
	huge_pmd_set_access_flags(vmf,
				  maybe_mkwrite(pte_mkdirty(entry), vmf->vma));
	fault_resolved(vmf, cow_reuse);
	return 0;
}

vm_fault_t do_huge_pmd_fault(struct vm_fault *vmf)
{
	const pte_t orig = pmd_pte(*vmf->pmd);
	const bool write = vmf->flags & FAULT_FLAG_WRITE;
	pte_t entry = pte_mkyoung(orig);

	if (write && !pte_write(orig))
		return do_huge_pmd_wp_page(vmf);
	if (write)
		entry = pte_mkdirty(entry);
	if (!huge_pmd_set_access_flags(vmf, entry))
		fault_resolved(vmf, spurious);
	else if (!pte_young(orig))
		fault_resolved(vmf, mkyoung);
	else
		fault_resolved(vmf, mkdirty);
	return 0;
}

/* ---- fork ------------------------------------------------------------------------ */

int copy_huge_pmd(struct task_struct *curr, struct vm_area_struct *dst_vma,
		  struct vm_area_struct *src_vma, pmd_t *dst_pmd,
		  pmd_t *src_pmd, vaddr_t vaddr)
{
	struct mm_struct *dst = dst_vma->vm_mm;
	struct page *table = pte_alloc_one(curr, dst), *page;
	pte_t entry;

	if (!table)
		return -ENOMEM;
	if (!pmd_trans_huge(*src_pmd)) { /* reclaim has split it */
		pte_free(curr, dst, table);
		return -EAGAIN;
	}
	page = huge_pmd_page(curr->k, *src_pmd);
	get_page(page);
	page_dup_anon_rmap(curr->k, page);
	add_mm_counter(dst, MM_ANONPAGES, HPAGE_PMD_NR);
	entry = pte_wrprotect(pmd_pte(*src_pmd));
	if (pte_write(pmd_pte(*src_pmd)))
		set_pmd_at(src_vma->vm_mm, vaddr, src_pmd, entry);
	pgtable_trans_huge_deposit(dst, table);
	set_pmd_at(dst, vaddr, dst_pmd, pte_mkold(entry));
	return 0;
}

/* ---- munmap, mprotect, mremap ----------------------------------------------------- */

void zap_huge_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma,
		  pmd_t *pmd, vaddr_t vaddr)
{
	struct mm_struct *mm = vma->vm_mm;
	struct page *page = huge_pmd_page(mm->k, *pmd);

	pmd_clear(mm, pmd);
	tlb_remove_pmd_tlb_entry(tlb, vaddr);
	/* no hardware ever saw that table */
	pte_free(tlb->curr, mm, pgtable_trans_huge_withdraw(mm));
	add_mm_counter(mm, MM_ANONPAGES, -HPAGE_PMD_NR);
	page_remove_rmap(mm->k, page, vma);
	tlb_remove_page(tlb, page);
}

void change_huge_pmd(struct task_struct *curr, struct vm_area_struct *vma,
		     pmd_t *pmd, vaddr_t vaddr, bool upgrade)
{
	struct mm_struct *mm = vma->vm_mm;
	pte_t entry = pte_modify(pmd_pte(*pmd), vma->vm_page_prot);

	if (upgrade && pte_dirty(entry) &&
	    PageAnonExclusive(huge_pmd_page(mm->k, *pmd)))
		entry = pte_mkwrite(entry);
	set_pmd_at(mm, vaddr, pmd, entry);
	flush_tlb_pmd(curr, mm, vaddr);
}

bool move_huge_pmd(struct task_struct *curr, struct vm_area_struct *vma,
		   vaddr_t old_vaddr, vaddr_t new_vaddr, uint32_t len)
{
	struct mm_struct *mm = vma->vm_mm;
	pmd_t *old_pmd = pmd_off(mm, old_vaddr);
	pmd_t *new_pmd = pmd_off(mm, new_vaddr);
	pte_t entry;

	if ((old_vaddr | new_vaddr) & ~HPAGE_PMD_MASK || len < HPAGE_PMD_SIZE ||
	    !pmd_trans_huge(*old_pmd) || !pmd_none(*new_pmd))
		return false;
	entry = pmd_pte(*old_pmd);
	pmd_clear(mm, old_pmd);
	flush_tlb_pmd(curr, mm, old_vaddr);
	set_pmd_at(mm, new_vaddr, new_pmd, entry);
	return true;
}
