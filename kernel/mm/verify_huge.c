/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/verify.h"

/*
 * The verifier's questions about huge entries: is each a pair of sections (or
 * hidden from the hardware as a whole) that maps a huge page, within one VMA
 * that may have it, and is there an empty table in store for each, so that it
 * can be split? Like a pte it is tallied, at its first frame; the other 511
 * are nobody's.
 */

#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"

static bool vma_may_have_it(const struct vm_area_struct *vma, vaddr_t vaddr)
{
	return vma && thp_vma_suitable(vma, vaddr, HPAGE_PMD_SIZE) &&
	       vma_is_anonymous(vma);
}

void verify_huge_pmd(struct verify *v, struct verify_mm *m, const pmd_t *pmd,
		     vaddr_t vaddr)
{
	const struct vm_area_struct *vma = find_vma(m->mm, vaddr);
	const pte_t pte = pmd_pte(*pmd);
	struct page *page = pte_page(v->k, pte);

	m->nr_huge++;
	if (!pmd_hw_fits(v->k, pmd))
		verify_fail(v,
			    "mm 0x%08x: 0x%08x: words 0x%08x and 0x%08x are no "
			    "pair of sections",
			    kobj_addr(v->k, m->mm), vaddr, pmd->pmd[0],
			    pmd->pmd[1]);
	if (!vma_may_have_it(vma, vaddr)) {
		verify_fail(v, "mm 0x%08x: huge entry at 0x%08x, no VMA for it",
			    kobj_addr(v->k, m->mm), vaddr);
		return;
	}
	if (!page || !PageTransHuge(page) || !PageAnon(page)) {
		verify_fail(v, "mm 0x%08x: 0x%08x: pfn 0x%05x is no huge page",
			    kobj_addr(v->k, m->mm), vaddr, pte_pfn(pte));
		return;
	}
	verify_rights(v, vma, vaddr, pte, page);
	m->rss[MM_ANONPAGES] += HPAGE_PMD_NR;
	verify_note_of(v, pte_pfn(pte))->entries++;
	v->nr_entries++;
}

static bool is_empty(const struct verify *v, const struct page *table)
{
	const uint32_t *word = page_bytes(v->k, table);
	uint32_t any = 0;

	for (uint32_t i = 0; i < PAGE_SIZE / sizeof(*word); i++)
		any |= word[i];
	return !any;
}

void verify_deposit(struct verify *v, struct verify_mm *m)
{
	uint32_t nr = 0;

	for (const struct page *table = m->mm->pmd_huge_pte; table;
	     table = table->pt_next) {
		nr++;
		if (!is_empty(v, table) || table->pt_mm != m->mm)
			verify_fail(v,
				    "mm 0x%08x: pfn 0x%05x is no empty table "
				    "in store",
				    kobj_addr(v->k, m->mm),
				    page_to_pfn(v->k, table));
	}
	if (nr != m->nr_huge)
		verify_fail(v, "mm 0x%08x: %u huge entries, %u tables in store",
			    kobj_addr(v->k, m->mm), m->nr_huge, nr);
	m->nr_tables += nr;
}
