/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/verify.h"

/*
 * The verifier's questions about page tables: is each where its mm says, does
 * each entry lie within a VMA and allow no more than that does, is its
 * hardware word what the Linux word makes of it? Entries are tallied by the
 * frame they map and by kind, for the frames' own counts and rss_stat.
 */

#include "kernel/lib/printk.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/rmap.h"
#include "kernel/task/sched.h"

/* Entries that are looked at together: mostly there is nothing in them. */
#define STRIDE 16

static bool is_ram(const struct verify *v, pfn_t pfn)
{
	return pfn >= v->first_pfn && pfn < v->first_pfn + v->nr_frames;
}

/* ---- an entry ------------------------------------------------------------ */

/* An anonymous page, and what its entry may allow. */
static void verify_anon_entry(struct verify *v,
			      const struct vm_area_struct *vma, vaddr_t vaddr,
			      pte_t pte, const struct page *page)
{
	if (PageAnonExclusive(page) && page_mapcount(page) > 1)
		verify_fail(v, "pfn 0x%05x is exclusive and mapped %d times",
			    pte_pfn(pte), page_mapcount(page));
	if (pte_write(pte) && !PageAnonExclusive(page))
		verify_fail(v,
			    "mm 0x%08x: 0x%08x may write to pfn 0x%05x, which "
			    "others may share",
			    kobj_addr(v->k, vma->vm_mm), vaddr, pte_pfn(pte));
}

void verify_rights(struct verify *v, const struct vm_area_struct *vma,
		   vaddr_t vaddr, pte_t pte, const struct page *page)
{
	bool cow = is_cow_mapping(vma->vm_flags);

	if (pte_write(pte) && !(vma->vm_flags & VM_WRITE))
		verify_fail(v, "mm 0x%08x: 0x%08x is writable, its VMA isn't",
			    kobj_addr(v->k, vma->vm_mm), vaddr);
	if (pte_exec(pte) && !(vma->vm_flags & VM_EXEC))
		verify_fail(v, "mm 0x%08x: 0x%08x is executable, its VMA isn't",
			    kobj_addr(v->k, vma->vm_mm), vaddr);
	if (page && PageAnon(page))
		verify_anon_entry(v, vma, vaddr, pte, page);
	else if (cow && pte_write(pte))
		verify_fail(v,
			    "mm 0x%08x: private 0x%08x may write to pfn 0x%05x,"
			    " which isn't its own",
			    kobj_addr(v->k, vma->vm_mm), vaddr, pte_pfn(pte));
}

/* It stays when its frame is said to be good again. */
static void verify_hwpoison_entry(struct verify *v, const struct verify_mm *m,
				  swp_entry_t entry)
{
	const pfn_t pfn = swp_offset(entry);

	if (!is_ram(v, pfn) || (!PageHWPoison(pfn_to_page(v->k, pfn)) &&
				!v->k->memory_failure.nr_unpoisoned))
		verify_fail(v, "mm 0x%08x: pfn 0x%05x has no memory error",
			    kobj_addr(v->k, m->mm), pfn);
}

/* A page that is being moved counts as if it were there. */
static void count_nonpresent(struct verify *v, struct verify_mm *m,
			     swp_entry_t entry)
{
	const struct page *page;
	pfn_t pfn;

	if (!non_swap_entry(entry)) {
		m->rss[MM_SWAPENTS]++;
		verify_swap_entry(v, entry);
		return;
	}
	if (is_hwpoison_entry(entry))
		verify_hwpoison_entry(v, m, entry);
	if (!is_migration_entry(entry))
		return;
	pfn = swp_offset(entry) & SWP_PFN_MASK;
	page = is_ram(v, pfn) ? pfn_to_page(v->k, pfn) : NULL;
	if (!page || !PageLocked(page))
		verify_fail(v,
			    "mm 0x%08x waits for pfn 0x%05x, which nobody "
			    "moves",
			    kobj_addr(v->k, m->mm), pfn);
	if (page)
		m->rss[mm_counter(page)]++;
}

static void verify_pte(struct verify *v, struct verify_mm *m,
		       const struct vm_area_struct *vma, vaddr_t vaddr,
		       const pte_t *ptep)
{
	pte_t pte = *ptep;
	struct page *page;

	if (!ptep_hw_fits(ptep, vaddr))
		verify_fail(v,
			    "mm 0x%08x: 0x%08x: hardware word 0x%08x does not "
			    "fit 0x%08x",
			    kobj_addr(v->k, m->mm), vaddr, ptep_hw_word(ptep),
			    pte_val(pte));
	if (pte_none(pte))
		return;
	if (!vma || vma->vm_start > vaddr) {
		verify_fail(v, "mm 0x%08x: entry 0x%08x at 0x%08x, no VMA",
			    kobj_addr(v->k, m->mm), pte_val(pte), vaddr);
		return;
	}
	if (!pte_present(pte)) {
		count_nonpresent(v, m, pte_to_swp_entry(pte));
		return;
	}
	page = vm_normal_page(vma, vaddr, pte);
	if (page && !is_ram(v, pte_pfn(pte)))
		page = NULL;
	verify_rights(v, vma, vaddr, pte, page);
	if (page && PageCompound(page)) {
		verify_fail(v, "mm 0x%08x: 0x%08x maps a part of a huge page",
			    kobj_addr(v->k, m->mm), vaddr);
	} else if (page && v->notes) {
		m->rss[mm_counter(page)]++;
		verify_note_of(v, pte_pfn(pte))->entries++;
		v->nr_entries++;
	}
}

/* ---- tables --------------------------------------------------------------- */

static bool all_empty(const pte_t *pte)
{
	uint32_t any = 0;

	for (int i = 0; i < STRIDE; i++)
		any |= pte_val(pte[i]) | ptep_hw_word(pte + i);
	return !any;
}

/* Or the one that a driver's mmap() is just filling. */
static const struct vm_area_struct *vma_of(const struct mm_struct *mm,
					   const struct vm_area_struct *vma,
					   vaddr_t vaddr)
{
	const struct vm_area_struct *new = mm->vma_in_mmap;

	return new &&vaddr >= new->vm_start &&vaddr < new->vm_end ? new : vma;
}

static void verify_entries(struct verify *v, struct verify_mm *m,
			   const pte_t *pte, vaddr_t start)
{
	const struct vm_area_struct *vma = find_vma(m->mm, start);

	for (uint32_t i = 0; i < PTRS_PER_PTE; i++) {
		vaddr_t vaddr = start + i * PAGE_SIZE;

		if (i % STRIDE == 0 && all_empty(pte + i)) {
			i += STRIDE - 1;
			continue;
		}
		while (vma && vma->vm_end <= vaddr)
			vma = vma->vm_next;
		if (!pte_none(pte[i]) || ptep_hw_word(pte + i))
			verify_pte(v, m, vma_of(m->mm, vma, vaddr), vaddr,
				   pte + i);
	}
}

void verify_table(struct verify *v, struct verify_mm *m, const pmd_t *pmd,
		  vaddr_t start)
{
	const struct page *page = pmd_page(v->k, *pmd);

	m->nr_tables++;
	if (!PageTable(page) || page->pt_mm != m->mm)
		verify_fail(v,
			    "mm 0x%08x: table of 0x%08x in pfn 0x%05x is "
			    "not marked as one of its",
			    kobj_addr(v->k, m->mm), start,
			    page_to_pfn(v->k, page));
	if (pmd->pmd[1] != pmd->pmd[0] + PTRS_PER_PTE / 2 * sizeof(pte_t))
		verify_fail(v,
			    "mm 0x%08x: first-level words 0x%08x and 0x%08x of "
			    "0x%08x are no pair",
			    kobj_addr(v->k, m->mm), pmd->pmd[0], pmd->pmd[1],
			    start);
	verify_entries(v, m, pte_offset(v->k, pmd, start), start);
}

void verify_tables(struct verify *v, uint32_t i)
{
	struct verify_mm *m = &v->counts[i];
	const uint32_t nr = pgd_index(m->mm->task_size + PMD_SIZE - 1);
	const pmd_t *pmd = m->mm->pgd;

	/* Faults that sleep have one at hand, which no entry shows yet. */
	m->nr_tables += m->mm->nr_prealloc;
	for (uint32_t n = 0; n < nr; n++)
		if (pmd_table(pmd[n]))
			verify_table(v, m, &pmd[n], n << PGDIR_SHIFT);
		else if (pmd_trans_huge(pmd[n]))
			verify_huge_pmd(v, m, &pmd[n], n << PGDIR_SHIFT);
	verify_deposit(v, m);
	v->nr_tables += m->nr_tables;
}

/* ---- counts -------------------------------------------------------------------- */

static void count_task(struct verify *v, const struct task_struct *task)
{
	pfn_t pfn = (pfn_t)(task->mm->pgd_paddr >> PAGE_SHIFT);
	uint32_t i = verify_note_of(v, pfn)->mm;

	for (int member = 0; i && member < NR_MM_COUNTERS; member++)
		v->counts[i - 1].rss[member] -= task->rss_stat.count[member];
}

void verify_task_counts(struct verify *v)
{
	const struct task_struct *task, *thread;

	for_each_process(task, v->k)
		list_for_each_entry(thread, &task->signal->thread_head,
				    thread_node)
			if (thread->mm)
				count_task(v, thread);
}

void verify_mm_counts(struct verify *v, uint32_t i)
{
	const struct verify_mm *m = &v->counts[i];
	const struct mm_struct *mm = m->mm;

	for (int n = 0; n < NR_MM_COUNTERS; n++)
		if (mm->rss_stat[n] != m->rss[n])
			verify_fail(v, "mm 0x%08x: rss_stat[%d] %d, counted %d",
				    kobj_addr(v->k, mm), n, mm->rss_stat[n],
				    m->rss[n]);
	/* As Linux counts them: 512 entries of 4 bytes. */
	if (mm->pgtables_bytes != m->nr_tables * PTRS_PER_PTE * sizeof(pte_t))
		verify_fail(v, "mm 0x%08x: pgtables_bytes %u, tables %u",
			    kobj_addr(v->k, mm), mm->pgtables_bytes,
			    m->nr_tables);
}

/* ---- what rmap misses ---------------------------------------------------------- */

struct rmap_search {
	const struct vm_area_struct *vma;
	vaddr_t vaddr;
	bool found;
};

static bool is_it_this_one(struct page *page, struct vm_area_struct *vma,
			   vaddr_t vaddr, void *arg)
{
	struct rmap_search *search = arg;

	(void)page;
	search->found = vma == search->vma && vaddr == search->vaddr;
	return !search->found;
}

static bool rmap_finds(struct page *page, const struct vm_area_struct *vma,
		       vaddr_t vaddr)
{
	struct rmap_search search = {vma, vaddr, false};
	struct rmap_walk_control rwc = {&search, is_it_this_one};

	rmap_walk(page, &rwc);
	return search.found;
}

static void find_missed_in(struct verify *v, struct page *page,
			   const struct vm_area_struct *vma)
{
	for (vaddr_t vaddr = vma->vm_start; vaddr < vma->vm_end;
	     vaddr += PAGE_SIZE)
		if (page_vma_mapped(page, vma, vaddr) &&
		    !rmap_finds(page, vma, vaddr))
			verify_fail(v,
				    "mm 0x%08x: rmap of pfn 0x%05x misses "
				    "0x%08x",
				    kobj_addr(v->k, vma->vm_mm),
				    page_to_pfn(v->k, page), vaddr);
}

void verify_find_missed(struct verify *v, struct page *page)
{
	for (uint32_t i = 0; i < v->nr_mms; i++)
		for (const struct vm_area_struct *vma = v->mms[i]->mmap; vma;
		     vma = vma->vm_next)
			find_missed_in(v, page, vma);
}
