/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/huge_mm.h"

/*
 * A huge page becomes 512 (mm/huge_memory.c: split_huge_page(),
 * __split_huge_pmd()). It is what keeps all other code simple: whoever has to
 * do with a part of a huge page, or doesn't know huge pages, splits it and
 * goes on with ptes.
 *
 * Nothing can be in the way. The table for each entry lies in store since the
 * entry was made, so that no memory is needed; and a reference to one of the
 * 512 was noted on that one (get_page()), so that it needs no waiting for
 * those who hold some. (Linux between 2.6.38 and 4.5 counted so; later it
 * fails while somebody does.)
 *
 * The entries change their size: cleared, flushed, then written anew. The
 * table is complete before the first level leads to it. Where 64 KB pages are
 * wanted, it is filled with those: 32 large pages, of which a later change
 * undoes one.
 */

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"

/* ---- an entry ---------------------------------------------------------------- */

static void fill_table(struct task_struct *curr, struct vm_area_struct *vma,
		       struct page *table, vaddr_t haddr, pte_t entry)
{
	const bool large = thp_vma_allowable_orders(vma, vma->vm_flags) &
			   THP_ORDER_CONT;
	pte_t *ptes = page_bytes(curr->k, table);

	for (uint32_t i = 0; i < PTRS_PER_PTE; i++) {
		const uint32_t offset = i * PAGE_SIZE;
		const pte_t pte = __pte(pte_val(entry) + offset);

		if (!large)
			set_pte_at(vma->vm_mm, haddr + offset, &ptes[i], pte);
		else if (i % CONT_PTES == 0)
			set_contpte_at(curr, vma, haddr + offset, &ptes[i],
				       pte);
	}
}

static void split_one_pmd(struct task_struct *curr, struct vm_area_struct *vma,
			  pmd_t *pmd, vaddr_t haddr)
{
	struct mm_struct *mm = vma->vm_mm;
	struct page *table = pgtable_trans_huge_withdraw(mm);
	const pte_t entry = pmd_pte(*pmd);

	pmd_clear(mm, pmd);
	flush_tlb_pmd(curr, mm, haddr);
	fill_table(curr, vma, table, haddr, entry);
	pmd_populate(mm, pmd, table);
	count_vm_event(curr->k, THP_SPLIT_PMD);
}

static bool split_if_mapped(struct page *page, struct vm_area_struct *vma,
			    vaddr_t vaddr, void *arg)
{
	pmd_t *pmd = page_vma_mapped_pmd(page, vma, vaddr);

	if (pmd)
		split_one_pmd(arg, vma, pmd, vaddr);
	return true;
}

/* ---- the page -------------------------------------------------------------------- */

/* What each of the 512 is from now on, because the whole was. */
#define FLAGS_OF_EACH                                                 \
	(1u << PG_referenced | 1u << PG_uptodate | 1u << PG_active |  \
	 1u << PG_workingset | 1u << PG_swapbacked | 1u << PG_dirty | \
	 1u << PG_unevictable | 1u << PG_mlocked | 1u << PG_anon_exclusive)

static void split_tail(struct task_struct *curr, struct page *head,
		       struct page *tail, struct list_head *list)
{
	const int nr_mappings = page_mapcount(head);

	head->_refcount -= tail->_refcount; /* they are the tail's own now */
	tail->compound_head = NULL;
	tail->compound_order = 0;
	tail->_refcount += nr_mappings;
	tail->_mapcount = head->_mapcount;
	tail->mapping = head->mapping;
	tail->index = head->index + (pgoff_t)(tail - head);
	tail->private = 0;
	tail->flags |= head->flags & FLAGS_OF_EACH;
	if (list) {
		tail->_refcount++;
		list_add_tail(&tail->lru, list);
	} else if (!PageLRU(head)) {
		tail->flags &= ~(1u << PG_unevictable);
		lru_cache_add(curr->k, tail);
	} else { /* where 512 pages are counted already */
		SetPageLRU(tail);
		if (PageUnevictable(head))
			tail->mlock_count = head->mlock_count;
		else
			list_add(&tail->lru, &head->lru);
	}
}

int split_huge_page_to_list(struct task_struct *curr, struct page *page,
			    struct list_head *list)
{
	struct page *head = compound_head(page);
	struct rmap_walk_control rwc = {curr, split_if_mapped};

	BUG_ON(!PageTransHuge(head) || (list && PageLRU(head)));
	if (!page_mapped(head)) {
		count_vm_event(curr->k, THP_SPLIT_PAGE_FAILED);
		return -EBUSY;
	}
	rmap_walk(head, &rwc);
	mod_page_state(curr->k, head, NR_ANON_TRANSPARENT_HUGEPAGES,
		       -HPAGE_PMD_NR);
	for (uint32_t i = HPAGE_PMD_NR - 1; i; i--)
		split_tail(curr, head, head + i, list);
	ClearPageHead(head);
	head->compound_order = 0;
	count_vm_event(curr->k, THP_SPLIT_PAGE);
	curr->k->thp.stats[THP_2MB].split++;
	return 0;
}

int split_huge_page(struct task_struct *curr, struct page *page)
{
	return split_huge_page_to_list(curr, page, NULL);
}

/* ---- by address ---------------------------------------------------------------------- */

void split_huge_pmd(struct task_struct *curr, struct mm_struct *mm, pmd_t *pmd,
		    vaddr_t vaddr)
{
	(void)vaddr;
	if (pmd_trans_huge(*pmd))
		split_huge_page(curr, pte_page(mm->k, pmd_pte(*pmd)));
}

void split_huge_pmd_at(struct task_struct *curr, struct mm_struct *mm,
		       vaddr_t vaddr)
{
	if (vaddr & ~PMD_MASK)
		split_huge_pmd(curr, mm, pmd_off(mm, vaddr), vaddr);
}
