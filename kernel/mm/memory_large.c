/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/memory.h"

/*
 * Faults that bring 64 KB of anonymous memory at once (mm/memory.c of Linux
 * 6.8: alloc_anon_folio()), which the hardware then sees as one large page.
 *
 * To everyone else they are 16 pages with 16 entries: counted, shared, aged,
 * swapped and freed one by one. All that binds them is that their entries
 * agree (arch/arm/pgtable_huge.c), so they are also young and dirty together:
 * the first touch of a block of old entries is one of all 16.
 *
 * MODEL: the 16 are no compound page (Linux: a large folio). Reclaim takes
 * them one at a time, and the large page ends with the first that goes.
 */

#include "kernel/lib/bug.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"

/* Are the 16 entries around @pte all empty? */
static bool block_is_none(const pte_t *pte, vaddr_t vaddr)
{
	pte -= pte_index(vaddr) & (CONT_PTES - 1);
	for (uint32_t i = 0; i < CONT_PTES; i++)
		if (!pte_none(pte[i]))
			return false;
	return true;
}

/* 16 pages in a row, each one for itself, zeroed; NULL: there are none. */
static struct page *alloc_zeroed_block(const struct vm_fault *vmf)
{
	struct task_struct *curr = vmf->curr;
	struct page *page = alloc_pages_vma(
		curr, vma_thp_gfp_mask(vmf->vma) & ~__GFP_COMP, THP_CONT_ORDER,
		vmf->vma, vmf->address & CONT_PTE_MASK, true, __func__);

	if (!page)
		return NULL;
	split_page(page, THP_CONT_ORDER);
	for (uint32_t i = 0; i < CONT_PTES; i++) {
		clear_highpage(curr, page + i);
		SetPageUptodate(page + i);
	}
	return page;
}

/* As map_new_anon_page(), 16 of them, and the hardware sees a large page. */
static void map_new_anon_block(struct vm_fault *vmf, struct page *page)
{
	struct vm_area_struct *vma = vmf->vma;
	struct kernel *k = vmf->curr->k;
	const vaddr_t start = vmf->address & CONT_PTE_MASK;
	pte_t entry = pte_mkyoung(mk_pte(k, page, vma->vm_page_prot));

	for (uint32_t i = 0; i < CONT_PTES; i++) {
		page_add_new_anon_rmap(k, page + i, vma, start + i * PAGE_SIZE);
		lru_cache_add_inactive_or_unevictable(k, page + i, vma);
	}
	add_mm_counter_fast(vmf->curr, vma->vm_mm, MM_ANONPAGES, CONT_PTES);
	set_contpte_at(vmf->curr, vma, vmf->address, vmf->pte,
		       maybe_mkwrite(pte_mkdirty(entry), vma));
}

vm_fault_t do_anonymous_block(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct thp_stats *stats = &vmf->curr->k->thp.stats[THP_64KB];
	struct page *page;
	vm_fault_t ret;

	if (likely(!(thp_vma_allowable_orders(vma, vma->vm_flags) &
		     THP_ORDER_CONT)) ||
	    !(vma->vm_flags & VM_WRITE) ||
	    !thp_vma_suitable(vma, vmf->address, CONT_PTE_SIZE) ||
	    !block_is_none(vmf->pte, vmf->address))
		return VM_FAULT_FALLBACK;
	page = alloc_zeroed_block(vmf);
	if (!page) {
		stats->anon_fault_fallback++;
		return VM_FAULT_FALLBACK;
	}
	ret = check_stable_address_space(vma->vm_mm);
	if (ret || !block_is_none(vmf->pte, vmf->address)) {
		for (uint32_t i = 0; i < CONT_PTES; i++)
			put_page(vmf->curr, page + i);
		return ret;
	}
	map_new_anon_block(vmf, page);
	stats->anon_fault_alloc++;
	fault_resolved(vmf, anon_large);
	return 0;
}

bool touch_block(struct vm_fault *vmf, pte_t entry)
{
	struct vm_area_struct *vma = vmf->vma;
	const pte_t *first;

	if (likely(!(thp_vma_allowable_orders(vma, vma->vm_flags) &
		     THP_ORDER_CONT)) ||
	    !thp_vma_suitable(vma, vmf->address, CONT_PTE_SIZE))
		return false;
	first = contpte_block(vmf->pte, vmf->address);
	if (!first || pte_same(*vmf->pte, entry))
		return false;
	set_contpte_at(vmf->curr, vma, vmf->address, vmf->pte,
		       __pte(pte_val(entry) - (vmf->address & ~CONT_PTE_MASK)));
	return true;
}
