/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/internal.h"

/*
 * An address space for a child (Linux: dup_mmap() in kernel/fork.c,
 * copy_page_range() in mm/memory.c).
 *
 * Parent and child share every page and neither may write to one that is
 * private: the entry is write-protected on both sides, and the first write
 * makes a copy (memory.c). No page is allocated here, only tables. What a
 * fault can bring back from a file isn't even copied as an entry.
 *
 * Invariant: an anonymous page with two entries has lost PG_anon_exclusive,
 * and both are read-only. The parent's TLB entries that still allow writing
 * are flushed before the child exists for anyone.
 */

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/touch.h"
#include "kernel/lib/work.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/ksm.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swapfile.h"
#include "kernel/task/signal.h"

/* ---- entries -------------------------------------------------------------------------- */

static void copy_present_pte(struct vm_area_struct *dst_vma,
			     struct vm_area_struct *src_vma, vaddr_t vaddr,
			     pte_t *dst_pte, pte_t *src_pte)
{
	struct mm_struct *dst = dst_vma->vm_mm, *src = src_vma->vm_mm;
	struct page *page = vm_normal_page(src_vma, vaddr, *src_pte);
	pte_t pte;

	if (page) {
		get_page(page);
		add_mm_counter(dst, mm_counter(page), 1);
		if (PageAnon(page))
			page_dup_anon_rmap(dst->k, page);
		else
			page_dup_file_rmap(dst->k, page);
	}
	if (is_cow_mapping(src_vma->vm_flags) && pte_write(*src_pte))
		ptep_set_wrprotect(src, vaddr, src_pte);
	pte = *src_pte;
	/* Written by the parent is not written by the child. */
	if (src_vma->vm_flags & VM_SHARED)
		pte = pte_mkclean(pte);
	set_pte_at(dst, vaddr, dst_pte, pte_mkold(pte));
}

/* One place more names the slot. 0 or -errno. */
static int copy_swap_entry(struct task_struct *curr, struct mm_struct *dst,
			   struct mm_struct *src, swp_entry_t entry)
{
	int error = swap_duplicate(curr, entry);

	if (error)
		return error;
	/* swapoff() looks there. */
	if (list_empty(&dst->mmlist))
		list_add(&dst->mmlist, &src->mmlist);
	add_mm_counter(dst, MM_SWAPENTS, 1);
	return 0;
}

/*
 * The child waits for the page, too; and like a page that is there, neither may
 * write to it when it comes back.
 */
static void copy_migration_entry(struct vm_area_struct *dst_vma,
				 struct vm_area_struct *src_vma, vaddr_t vaddr,
				 pte_t *src_pte, swp_entry_t entry)
{
	struct mm_struct *src = src_vma->vm_mm;

	add_mm_counter(dst_vma->vm_mm,
		       mm_counter(migration_entry_to_page(src->k, entry)), 1);
	if (is_readable_migration_entry(entry) ||
	    !is_cow_mapping(src_vma->vm_flags))
		return;
	entry = make_readable_migration_entry(swp_offset(entry));
	set_pte_at(src, vaddr, src_pte, swp_entry_to_pte(entry));
}

static int copy_nonpresent_pte(struct task_struct *curr,
			       struct vm_area_struct *dst_vma,
			       struct vm_area_struct *src_vma, vaddr_t vaddr,
			       pte_t *dst_pte, pte_t *src_pte)
{
	const swp_entry_t entry = pte_to_swp_entry(*src_pte);
	int error = 0;

	if (is_migration_entry(entry))
		copy_migration_entry(dst_vma, src_vma, vaddr, src_pte, entry);
	else if (!non_swap_entry(entry))
		error = copy_swap_entry(curr, dst_vma->vm_mm, src_vma->vm_mm,
					entry);
	if (!error)
		set_pte_at(dst_vma->vm_mm, vaddr, dst_pte, *src_pte);
	return error;
}

/* The parent's large page stays one: 16 entries are protected at once. */
static void wrprotect_contpte(struct task_struct *curr,
			      struct vm_area_struct *vma, vaddr_t vaddr,
			      vaddr_t end, pte_t *pte)
{
	if (pte_cont(pte) && !(vaddr & ~CONT_PTE_MASK) &&
	    end - vaddr >= CONT_PTE_SIZE && pte_write(*pte))
		set_contpte_at(curr, vma, vaddr, pte, pte_wrprotect(*pte));
}

static int copy_pte_range(struct task_struct *curr,
			  struct vm_area_struct *dst_vma,
			  struct vm_area_struct *src_vma, pte_t *dst_pte,
			  pte_t *src_pte, vaddr_t start, vaddr_t end)
{
	uint32_t nr = 0;
	int error = 0;

	for (vaddr_t vaddr = start; vaddr != end && !error;
	     vaddr += PAGE_SIZE, src_pte++, dst_pte++) {
		nr += !pte_none(*src_pte);
		if (pte_present(*src_pte)) {
			touch_path(curr, TOUCH_PTE,
				   kbytes_addr(curr->k, dst_pte),
				   kobj_addr(curr->k,
					     pte_page(curr->k, *src_pte)));
			wrprotect_contpte(curr, src_vma, vaddr, end, src_pte);
			copy_present_pte(dst_vma, src_vma, vaddr, dst_pte,
					 src_pte);
		} else if (!pte_none(*src_pte)) {
			error = copy_nonpresent_pte(curr, dst_vma, src_vma,
						    vaddr, dst_pte, src_pte);
		}
	}
	charge_work(curr, WORK_PTE, nr);
	return error;
}

/* True when there was a huge entry, copied; *@error says whether it went. */
static bool copy_if_huge(struct task_struct *curr,
			 struct vm_area_struct *dst_vma,
			 struct vm_area_struct *src_vma, vaddr_t vaddr,
			 int *error)
{
	pmd_t *src_pmd = pmd_off(src_vma->vm_mm, vaddr);

	if (!pmd_trans_huge(*src_pmd))
		return false;
	*error = copy_huge_pmd(curr, dst_vma, src_vma,
			       pmd_off(dst_vma->vm_mm, vaddr), src_pmd, vaddr);
	return *error != -EAGAIN;
}

/*
 * Pages of files come back by a fault, cheaper for those who need few of them;
 * anonymous pages and raw frames exist only in the entries.
 */
static bool vma_needs_copy(const struct vm_area_struct *src_vma)
{
	return src_vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP) ||
	       src_vma->anon_vma;
}

int copy_page_range(struct task_struct *curr, struct vm_area_struct *dst_vma,
		    struct vm_area_struct *src_vma)
{
	struct mm_struct *dst = dst_vma->vm_mm, *src = src_vma->vm_mm;
	vaddr_t end = src_vma->vm_end, next;
	int error = 0;

	if (!vma_needs_copy(src_vma))
		return 0;
	for (vaddr_t vaddr = src_vma->vm_start; vaddr != end && !error;
	     vaddr = next) {
		pmd_t *src_pmd = pmd_off(src, vaddr);
		pte_t *dst_pte;

		next = pmd_addr_end(vaddr, end);
		if (pmd_none(*src_pmd) ||
		    copy_if_huge(curr, dst_vma, src_vma, vaddr, &error))
			continue;
		dst_pte = pte_alloc_map(curr, dst, pmd_off(dst, vaddr), vaddr);
		if (!dst_pte)
			return -ENOMEM;
		error = copy_pte_range(curr, dst_vma, src_vma, dst_pte,
				       pte_offset(src->k, src_pmd, vaddr),
				       vaddr, next);
	}
	return error;
}

/* ---- VMAs -------------------------------------------------------------------------------- */

/* The child's VMA, with its anon_vmas but in no tree yet. ERR_PTR. */
static struct vm_area_struct *dup_vma(struct task_struct *curr,
				      struct mm_struct *mm,
				      struct vm_area_struct *orig)
{
	struct vm_area_struct *vma = vm_area_dup(curr, orig);

	if (!vma)
		return NULL;
	vma->vm_mm = mm;
	vma->vm_flags &= VM_LOCKED_CLEAR_MASK;
	if (vma->vm_flags & VM_WIPEONFORK) {
		vma->anon_vma = NULL; /* begins empty */
	} else if (anon_vma_fork(curr, vma, orig)) {
		vm_area_free(curr, vma);
		return NULL;
	}
	if (vma->vm_file)
		get_file(vma->vm_file);
	if (vma->vm_ops && vma->vm_ops->open)
		vma->vm_ops->open(curr, vma);
	return vma;
}

static int dup_one(struct task_struct *curr, struct mm_struct *mm,
		   struct vm_area_struct *orig)
{
	uint32_t charge = orig->vm_flags & VM_ACCOUNT ? vma_pages(orig) : 0;
	struct vm_area_struct *vma;

	if (orig->vm_flags & VM_DONTCOPY) {
		vm_stat_account(mm, orig->vm_flags, -(int32_t)vma_pages(orig));
		return 0;
	}
	if (charge && vm_enough_memory(curr, mm, charge))
		return -ENOMEM;
	vma = dup_vma(curr, mm, orig);
	if (!vma) {
		vm_unacct_memory(curr->k, charge);
		return -ENOMEM;
	}
	vma_link(mm, vma);
	if (vma->vm_flags & VM_WIPEONFORK)
		return 0;
	return copy_page_range(curr, vma, orig);
}

/*
 * On failure the child's VMAs so far are in order, for exit_mmap() to take
 * down: only the sizes, which it counts down, have to be theirs alone.
 */
static void recount_vmas(struct mm_struct *mm)
{
	mm->total_vm = 0;
	mm->data_vm = 0;
	mm->exec_vm = 0;
	mm->stack_vm = 0;
	for (struct vm_area_struct *vma = mm->mmap; vma; vma = vma->vm_next)
		vm_stat_account(mm, vma->vm_flags, (int32_t)vma_pages(vma));
}

int dup_mmap(struct task_struct *curr, struct mm_struct *mm,
	     struct mm_struct *oldmm)
{
	int error;

	down_write(curr, &oldmm->mmap_lock);
	down_write(curr, &mm->mmap_lock); /* ksmd may know of it soon */
	mm->total_vm = oldmm->total_vm;
	mm->data_vm = oldmm->data_vm;
	mm->exec_vm = oldmm->exec_vm;
	mm->stack_vm = oldmm->stack_vm;
	error = ksm_fork(curr, mm, oldmm);
	for (struct vm_area_struct *vma = oldmm->mmap; vma && !error;
	     vma = vma->vm_next)
		error = fatal_signal_pending(curr) ? -EINTR
						   : dup_one(curr, mm, vma);
	/* The parent could write to all that is read-only now. */
	flush_tlb_mm(curr, oldmm);
	up_write(curr, &mm->mmap_lock);
	up_write(curr, &oldmm->mmap_lock);
	if (error)
		recount_vmas(mm);
	return error;
}
