/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_HUGE_MM_H
#define KERNEL_MM_HUGE_MM_H

/*
 * Anonymous memory in pieces larger than 4 KB (include/linux/huge_mm.h).
 *
 *	2 MB	a huge page: a compound page of 512, mapped by one entry of the
 *		first level (two of ARM's sections)
 *	64 KB	16 pages in a row that stand in the table as one large page, as
 *		long as their entries agree (arch/arm/pgtable_huge.c)
 *
 * For everybody else: no pte ever maps a part of a huge page. Whoever walks
 * tables meets a huge entry (pmd_trans_huge()) and either does to all of it
 * what it does to pages, or splits it and finds ptes: split_huge_pmd() can't
 * fail and doesn't sleep. On the LRU lists a huge page is one, of
 * thp_nr_pages(); split_huge_page() makes 512 of it.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/thp_state.h"

struct mmu_gather;
struct vm_fault;

#define HPAGE_PMD_SHIFT PMD_SHIFT
#define HPAGE_PMD_ORDER (HPAGE_PMD_SHIFT - PAGE_SHIFT)
#define HPAGE_PMD_NR    (1 << HPAGE_PMD_ORDER)
#define HPAGE_PMD_SIZE  PMD_SIZE
#define HPAGE_PMD_MASK  PMD_MASK

/* Orders as bits of a mask: those of 64 KB and 2 MB. */
#define THP_CONT_ORDER 4u
#define THP_ORDER_CONT (1u << THP_CONT_ORDER)
#define THP_ORDER_PMD  (1u << HPAGE_PMD_ORDER)

enum transparent_hugepage_flag {
	TRANSPARENT_HUGEPAGE_FLAG,
	TRANSPARENT_HUGEPAGE_REQ_MADV_FLAG,
	TRANSPARENT_HUGEPAGE_DEFRAG_DIRECT_FLAG,
	TRANSPARENT_HUGEPAGE_DEFRAG_KSWAPD_FLAG,
	TRANSPARENT_HUGEPAGE_DEFRAG_KSWAPD_OR_MADV_FLAG,
	TRANSPARENT_HUGEPAGE_DEFRAG_REQ_MADV_FLAG,
	TRANSPARENT_HUGEPAGE_DEFRAG_KHUGEPAGED_FLAG,
};

/* ---- who gets them (huge_sysfs.c) ------------------------------------------ */

/* Boot: transparent_hugepage=, thp_anon=, and the board's. */
void thp_setup(struct kernel *k);
/* Is any size, are 2 MB switched on at all? */
bool hugepage_flags_enabled(const struct kernel *k);
/* Could @vma have them, if they are switched on? */
bool thp_vma_possible(const struct vm_area_struct *vma, uint32_t vm_flags);
/*
 * Which orders @vma may have, under flags that it has or shall get. Tells
 * nothing of room: thp_vma_suitable() does.
 */
uint32_t thp_vma_allowable_orders(const struct vm_area_struct *vma,
				  uint32_t vm_flags);
/* Does the block of @size bytes around @vaddr lie within @vma? */
static inline bool thp_vma_suitable(const struct vm_area_struct *vma,
				    vaddr_t vaddr, uint32_t size)
{
	vaddr_t start = vaddr & ~(size - 1);

	return start >= vma->vm_start && start < vma->vm_end &&
	       vma->vm_end - start >= size;
}
/* A file of sysfs that is 0 or 1. 0 or -errno. */
int thp_flag_store(struct kernel *k, const char *text,
		   enum transparent_hugepage_flag flag);
/* madvise(HUGEPAGE, NOHUGEPAGE) in @flags. 0 or -EINVAL. May sleep. */
int hugepage_madvise(struct task_struct *curr, struct vm_area_struct *vma,
		     uint32_t *flags, int advice);

/* ---- entries (huge_memory.c) ------------------------------------------------ */

/*
 * A fault on an empty first-level entry. VM_FAULT_FALLBACK: it shall be 4 KB
 * pages. May sleep.
 */
vm_fault_t do_huge_pmd_anonymous_page(struct vm_fault *vmf);
/* A fault on a huge entry. VM_FAULT_FALLBACK: it is split now, or gone. */
vm_fault_t do_huge_pmd_fault(struct vm_fault *vmf);
/* fork. 0; -ENOMEM; -EAGAIN: meanwhile it isn't huge any more. May sleep. */
int copy_huge_pmd(struct task_struct *curr, struct vm_area_struct *dst_vma,
		  struct vm_area_struct *src_vma, pmd_t *dst_pmd,
		  pmd_t *src_pmd, vaddr_t vaddr);
/* All of it goes. */
void zap_huge_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma,
		  pmd_t *pmd, vaddr_t vaddr);
/* mprotect; flushes. @upgrade: may it become writable at once? */
void change_huge_pmd(struct task_struct *curr, struct vm_area_struct *vma,
		     pmd_t *pmd, vaddr_t vaddr, bool upgrade);
/*
 * mremap: true when the whole entry went from @old_vaddr to @new_vaddr,
 * flushed; otherwise nothing has changed.
 */
bool move_huge_pmd(struct task_struct *curr, struct vm_area_struct *vma,
		   vaddr_t old_vaddr, vaddr_t new_vaddr, uint32_t len);
/* Maps a new huge page, clean of other mappings, with @table in store. */
void map_huge_anon_page(struct task_struct *curr, struct vm_area_struct *vma,
			vaddr_t haddr, pmd_t *pmd, struct page *page,
			struct page *table);
void clear_huge_page(struct task_struct *curr, struct page *page);
/* What such a fault may do for a block: by "defrag". */
gfp_t vma_thp_gfp_mask(const struct vm_area_struct *vma);

/* ---- splitting (huge_split.c) ------------------------------------------------ */

/*
 * The huge entry at @pmd, if it is one, becomes 512 ptes, and with it the page
 * for all who map it. Doesn't sleep; flushes.
 */
void split_huge_pmd(struct task_struct *curr, struct mm_struct *mm, pmd_t *pmd,
		    vaddr_t vaddr);
/* Before a border of a VMA comes to lie at @vaddr. */
void split_huge_pmd_at(struct task_struct *curr, struct mm_struct *mm,
		       vaddr_t vaddr);
/*
 * @page, the first or any of a mapped huge page, is from now on a page like
 * others, and so are its 511 companions; references stay with the pages they
 * were taken of. 0; -EBUSY: nobody maps it any more. Doesn't sleep.
 *
 * Those of a page on an LRU list follow it there. Of an isolated one, each
 * gets a reference of its own and stands at the end of @list.
 */
int split_huge_page(struct task_struct *curr, struct page *page);
int split_huge_page_to_list(struct task_struct *curr, struct page *page,
			    struct list_head *list);

#endif
