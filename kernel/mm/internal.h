/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_INTERNAL_H
#define KERNEL_MM_INTERNAL_H

/*
 * What the files of user memory share among themselves (mm/internal.h). Those
 * of the page allocator have page_alloc.h.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/mm/huge_mm.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/mmu_gather.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

/*
 * Where hints are rounded up to and stacks stop. The sysctl can raise it; what
 * the kernel was built with (CONFIG_LSM_MMAP_MIN_ADDR) stays its least. A fixed
 * address may be lower: there the sysctl alone decides.
 */
#define LSM_MMAP_MIN_ADDR 32768u

static inline vaddr_t mmap_min_addr(const struct kernel *k)
{
	return k->user.mmap_min_addr > LSM_MMAP_MIN_ADDR ? k->user.mmap_min_addr
							 : LSM_MMAP_MIN_ADDR;
}

/* ---- mm/memory.c -------------------------------------------------------------------- */

/*
 * The struct page behind an entry, if rmap and reference counts apply to it:
 * NULL for the zero page and for raw frames of devices.
 */
struct page *vm_normal_page(const struct vm_area_struct *vma, vaddr_t vaddr,
			    pte_t pte);
static inline bool is_zero_pfn(const struct kernel *k, pfn_t pfn)
{
	return pfn == k->user.zero_pfn;
}
static inline pte_t maybe_mkwrite(pte_t pte, const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_WRITE ? pte_mkwrite(pte) : pte;
}
/* MM_FILEPAGES, MM_ANONPAGES or MM_SHMEMPAGES. */
static inline int mm_counter(const struct page *page)
{
	if (PageAnon(page))
		return MM_ANONPAGES;
	return PageSwapBacked(page) ? MM_SHMEMPAGES : MM_FILEPAGES;
}

/* ---- mm/memory_fork.c ----------------------------------------------------------------- */

int copy_page_range(struct task_struct *curr, struct vm_area_struct *dst_vma,
		    struct vm_area_struct *src_vma);

/* ---- mm/memory_zap.c -------------------------------------------------------------------- */

/* Entries of [start, end) within @vma go; the tables stay. */
void unmap_page_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
		      vaddr_t start, vaddr_t end);
/* The same over @vma and its successors, clipped to [start, end). */
void unmap_vmas(struct mmu_gather *tlb, struct vm_area_struct *vma,
		vaddr_t start, vaddr_t end);
/* With a gather of its own, within one VMA: madvise, truncate. */
void zap_page_range(struct task_struct *curr, struct vm_area_struct *vma,
		    vaddr_t start, uint32_t len);
/*
 * Takes @vma and its successors out of rmap, then frees the tables that no
 * one needs any more: between @floor and @ceiling nothing else is mapped.
 */
void free_pgtables(struct mmu_gather *tlb, struct vm_area_struct *vma,
		   vaddr_t floor, vaddr_t ceiling);
/*
 * All mappings of [start, start + nr) of a file, in all processes; private
 * copies of its pages too when @even_cows.
 */
void unmap_mapping_pages(struct task_struct *curr,
			 struct address_space *mapping, pgoff_t start,
			 pgoff_t nr, bool even_cows);

/* ---- mm/gup.c ----------------------------------------------------------------------------- */

/* Faults in what is mapped within the range; for MAP_POPULATE and mlock. */
int mm_populate(struct task_struct *curr, vaddr_t start, uint32_t len,
		bool ignore_errors);
/*
 * madvise(POPULATE_READ, POPULATE_WRITE). Pages done from @start on, or -errno.
 * Not *@locked: mmap_lock was given up, and @vma may be gone.
 */
int32_t faultin_vma_page_range(struct task_struct *curr,
			       struct vm_area_struct *vma, vaddr_t start,
			       vaddr_t end, bool write, bool *locked);

/* ---- mm/madvise_pages.c ---------------------------------------------------------------------- */

/* [start, end) lies within @vma. 0 or -EINVAL. */
int madvise_free(struct task_struct *curr, struct vm_area_struct *vma,
		 vaddr_t start, vaddr_t end);
int madvise_cold(struct task_struct *curr, struct vm_area_struct *vma,
		 vaddr_t start, vaddr_t end);
int madvise_pageout(struct task_struct *curr, struct vm_area_struct *vma,
		    vaddr_t start, vaddr_t end);

/* ---- mm/mincore.c ---------------------------------------------------------------------------- */

/* May @curr know, and change, which of @vma's pages are in memory? */
bool can_do_mincore(const struct task_struct *curr,
		    const struct vm_area_struct *vma);

/* ---- mm/mprotect.c ---------------------------------------------------------------------------- */

int mprotect_fixup(struct task_struct *curr, struct vm_area_struct **vma,
		   vaddr_t start, vaddr_t end, uint32_t newflags);

#endif
