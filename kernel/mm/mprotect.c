/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/internal.h"

/*
 * Other rights for what is mapped already (mm/mprotect.c): VMAs are split and
 * merged until one has exactly the range, then its flags and entries change.
 *
 * Rights are taken away at once, in the entries. They are given lazily: a
 * private page becomes writable by a fault, unless it is known to be the
 * process's alone and dirty, when the fault would change nothing else.
 */

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/err.h"
#include "kernel/lib/touch.h"
#include "kernel/lib/work.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/swapops.h"

/* Would a write fault do no more than set the bit? */
static bool can_change_pte_writable(const struct vm_area_struct *vma,
				    vaddr_t vaddr, pte_t pte)
{
	const struct page *page;

	if (!pte_dirty(pte))
		return false;
	if (vma->vm_flags & VM_SHARED)
		return true; /* the file has been asked at the first write */
	page = vm_normal_page(vma, vaddr, pte);
	return page && PageAnon(page) && PageAnonExclusive(page);
}

/* May single entries become writable where vm_page_prot doesn't say so? */
static bool may_upgrade(const struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_SHARED)
		return vma_wants_writenotify(vma);
	return vma->vm_flags & VM_WRITE;
}

static pte_t changed_pte(const struct vm_area_struct *vma, vaddr_t vaddr,
			 pte_t old, bool upgrade)
{
	pte_t pte = pte_modify(old, vma->vm_page_prot);

	if (upgrade && !pte_write(pte) &&
	    can_change_pte_writable(vma, vaddr, pte))
		pte = pte_mkwrite(pte);
	return pte;
}

static void change_pte(struct vm_area_struct *vma, vaddr_t vaddr, pte_t *ptep,
		       bool upgrade)
{
	set_pte_at(vma->vm_mm, vaddr, ptep,
		   changed_pte(vma, vaddr, *ptep, upgrade));
}

/*
 * A large page stays one if its 16 entries still agree after the change: its
 * first is done for all of them, and the others need nothing. Flushed.
 */
static bool change_contpte(struct task_struct *curr, struct vm_area_struct *vma,
			   vaddr_t vaddr, vaddr_t end, pte_t *ptep,
			   bool upgrade)
{
	pte_t pte = changed_pte(vma, vaddr, *ptep, upgrade);

	if (pte_cont(ptep) && pte_same(pte, *ptep))
		return true; /* done with its first */
	if (!pte_cont(ptep) || vaddr & ~CONT_PTE_MASK ||
	    end - vaddr < CONT_PTE_SIZE)
		return false;
	for (uint32_t offset = PAGE_SIZE; offset < CONT_PTE_SIZE;
	     offset += PAGE_SIZE) {
		pte_t other = changed_pte(vma, vaddr + offset,
					  __pte(pte_val(*ptep) + offset),
					  upgrade);

		if (pte_val(other) != pte_val(pte) + offset)
			return false;
	}
	set_contpte_at(curr, vma, vaddr, ptep, pte);
	return true;
}

/* A page that is being moved comes back with fewer rights, never with more. */
static void change_migration_entry(struct vm_area_struct *vma, vaddr_t vaddr,
				   pte_t *ptep)
{
	swp_entry_t entry = pte_to_swp_entry(*ptep);

	if (!is_writable_migration_entry(entry))
		return;
	if (PageAnon(migration_entry_to_page(vma->vm_mm->k, entry)))
		entry = make_readable_exclusive_migration_entry(
			swp_offset(entry));
	else
		entry = make_readable_migration_entry(swp_offset(entry));
	set_pte_at(vma->vm_mm, vaddr, ptep, swp_entry_to_pte(entry));
}

/* One flush covers all entries; they are few where the range is sparse. */
static void change_protection(struct task_struct *curr,
			      struct vm_area_struct *vma, vaddr_t start,
			      vaddr_t end)
{
	struct mm_struct *mm = vma->vm_mm;
	bool upgrade = may_upgrade(vma);
	vaddr_t first = end, last = start, next;
	uint32_t nr = 0;

	for (vaddr_t vaddr = start; vaddr < end; vaddr = next) {
		pmd_t *pmd = pmd_off(mm, vaddr);
		pte_t *pte;

		next = pmd_addr_end(vaddr, end);
		if (pmd_trans_huge(*pmd)) {
			if (next - vaddr == PMD_SIZE) {
				change_huge_pmd(curr, vma, pmd, vaddr, upgrade);
				continue;
			}
			split_huge_pmd(curr, mm, pmd, vaddr);
		}
		if (pmd_none(*pmd))
			continue;
		pte = pte_offset(mm->k, pmd, vaddr);
		for (; vaddr != next; vaddr += PAGE_SIZE, pte++) {
			if (is_swap_pte(*pte))
				change_migration_entry(vma, vaddr, pte);
			if (!pte_present(*pte) ||
			    change_contpte(curr, vma, vaddr, next, pte,
					   upgrade))
				continue;
			touch_path(curr, TOUCH_PTE, kbytes_addr(mm->k, pte),
				   kobj_addr(mm->k, pte_page(mm->k, *pte)));
			change_pte(vma, vaddr, pte, upgrade);
			nr++;
			if (first > vaddr)
				first = vaddr;
			last = vaddr + PAGE_SIZE;
		}
	}
	charge_work(curr, WORK_PTE, nr);
	if (first < last)
		flush_tlb_range(curr, vma, first, last);
}

/* A private mapping that becomes writable may need as many pages of its own. */
static int charge_if_writable(struct task_struct *curr,
			      struct vm_area_struct *vma, uint32_t nr_pages,
			      uint32_t *newflags)
{
	const uint32_t charged_or_never = VM_ACCOUNT | VM_WRITE | VM_HUGETLB |
					  VM_SHARED | VM_NORESERVE;
	struct mm_struct *mm = vma->vm_mm;

	if (!(*newflags & VM_WRITE))
		return 0;
	if (!may_expand_vm(curr, mm, *newflags, nr_pages) &&
	    may_expand_vm(curr, mm, vma->vm_flags, nr_pages))
		return -ENOMEM;
	if (vma->vm_flags & charged_or_never)
		return 0;
	if (vm_enough_memory(curr, mm, nr_pages))
		return -ENOMEM;
	*newflags |= VM_ACCOUNT;
	return 0;
}

/* [start, end) lies within *@vma, which is set to the VMA that has it now. */
int mprotect_fixup(struct task_struct *curr, struct vm_area_struct **vmap,
		   vaddr_t start, vaddr_t end, uint32_t newflags)
{
	struct vm_area_struct *vma = *vmap;
	const uint32_t oldflags = vma->vm_flags;
	const uint32_t nr_pages = (end - start) >> PAGE_SHIFT;
	uint32_t account;
	int error;

	if (newflags == oldflags)
		return 0;
	error = charge_if_writable(curr, vma, nr_pages, &newflags);
	if (error)
		return error;
	account = newflags & ~oldflags & VM_ACCOUNT;
	vma = vma_modify(curr, vma, start, end, newflags);
	if (IS_ERR(vma)) {
		if (account)
			vm_unacct_memory(curr->k, nr_pages);
		return (int)PTR_ERR(vma);
	}
	*vmap = vma;
	vma->vm_flags = newflags;
	vma_set_page_prot(vma);
	change_protection(curr, vma, start, end);
	vm_stat_account(vma->vm_mm, oldflags, -(int32_t)nr_pages);
	vm_stat_account(vma->vm_mm, newflags, (int32_t)nr_pages);
	/* Locked memory shall not fault: make the copies now. */
	if ((oldflags & (VM_WRITE | VM_SHARED | VM_LOCKED)) == VM_LOCKED &&
	    newflags & VM_WRITE)
		populate_vma_page_range(curr, vma, start, end, NULL);
	return 0;
}

/* With PROT_GROWSDOWN, from the stack's very beginning. 0 or -errno. */
static int first_vma(struct mm_struct *mm, vaddr_t *start, vaddr_t end,
		     uint32_t grows, struct vm_area_struct **result)
{
	struct vm_area_struct *vma = find_vma(mm, *start);

	*result = vma;
	if (!vma)
		return -ENOMEM;
	if (!(grows & PROT_GROWSDOWN)) {
		if (vma->vm_start > *start)
			return -ENOMEM;
		return grows & PROT_GROWSUP ? -EINVAL : 0;
	}
	if (vma->vm_start >= end)
		return -ENOMEM;
	*start = vma->vm_start;
	return vma->vm_flags & VM_GROWSDOWN ? 0 : -EINVAL;
}

static int protect_range(struct task_struct *curr, vaddr_t start, vaddr_t end,
			 uint32_t prot, uint32_t grows)
{
	const bool rier = prot & PROT_READ &&
			  curr->personality & READ_IMPLIES_EXEC;
	struct vm_area_struct *vma;
	int error = first_vma(curr->mm, &start, end, grows, &vma);

	while (!error) {
		uint32_t exec = rier && vma->vm_flags & VM_MAYEXEC ? VM_EXEC
								   : 0;
		uint32_t flags = (prot & VM_ACCESS_FLAGS) | exec |
				 (vma->vm_flags & ~VM_ACCESS_FLAGS);
		vaddr_t to = vma->vm_end < end ? vma->vm_end : end;

		/* VM_MAYREAD and so on lie four bits higher. */
		if (flags & ~(flags >> 4) & VM_ACCESS_FLAGS)
			return -EACCES;
		error = mprotect_fixup(curr, &vma, start, to, flags);
		start = vma->vm_end > to ? vma->vm_end : to;
		if (error || start >= end)
			break;
		vma = vma->vm_next;
		if (!vma || vma->vm_start != start)
			error = -ENOMEM;
	}
	return error;
}

int do_mprotect(struct task_struct *curr, vaddr_t start, uint32_t len,
		uint32_t prot)
{
	const uint32_t grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP);
	vaddr_t end = start + PAGE_ALIGN(len);
	int error;

	prot &= ~grows;
	if (grows == (PROT_GROWSDOWN | PROT_GROWSUP) || offset_in_page(start))
		return -EINVAL;
	if (!len)
		return 0;
	if (end <= start)
		return -ENOMEM;
	if (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM))
		return -EINVAL;
	down_write(curr, &curr->mm->mmap_lock);
	error = protect_range(curr, start, end, prot, grows);
	up_write(curr, &curr->mm->mmap_lock);
	return error;
}
