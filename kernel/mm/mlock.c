/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mlock.h"

/*
 * Locked memory (mm/mlock.c): VM_LOCKED on the range, then all of it is
 * faulted in. MLOCK_ONFAULT leaves the second half to the program. What becomes
 * of each page is in mlock_page.c; here the flag changes, and with it all
 * entries that are there already.
 *
 * Invariant: mm->locked_vm counts the pages of VMAs with VM_LOCKED.
 */

#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/mman_calls.h"
#include "kernel/mm/swap.h"

static void mlock_vma_entry(const struct vm_area_struct *vma, struct page *page)
{
	if (vma->vm_flags & VM_LOCKED)
		mlock_page(vma->vm_mm->k, page);
	else
		munlock_page(vma->vm_mm->k, page);
}

/* All that @vma maps of [start, end), after its VM_LOCKED has changed. */
static void mlock_vma_pages_range(struct vm_area_struct *vma, vaddr_t start,
				  vaddr_t end)
{
	struct kernel *k = vma->vm_mm->k;
	vaddr_t next;

	for (vaddr_t vaddr = start; vaddr < end; vaddr = next) {
		pmd_t *pmd = pmd_off(vma->vm_mm, vaddr);
		const pte_t *pte;

		next = pmd_addr_end(vaddr, end);
		if (pmd_none(*pmd))
			continue;
		if (pmd_trans_huge(*pmd)) { /* whole, as @vma is cut already */
			mlock_vma_entry(vma, pte_page(k, pmd_pte(*pmd)));
			continue;
		}
		pte = pte_offset(k, pmd, vaddr);
		for (; vaddr != next; vaddr += PAGE_SIZE, pte++) {
			struct page *page = NULL;

			if (pte_present(*pte))
				page = vm_normal_page(vma, vaddr, *pte);
			if (page)
				mlock_vma_entry(vma, page);
		}
	}
}

/* [start, end) of *@vma gets @newflags, where that is possible at all. */
static int mlock_fixup(struct task_struct *curr, struct vm_area_struct **vmap,
		       vaddr_t start, vaddr_t end, uint32_t newflags)
{
	struct vm_area_struct *vma = *vmap;
	const uint32_t oldflags = vma->vm_flags;
	int32_t nr_pages = (int32_t)((end - start) >> PAGE_SHIFT);

	if (newflags == oldflags || oldflags & VM_SPECIAL)
		return 0;
	vma = vma_modify(curr, vma, start, end, newflags);
	if (IS_ERR(vma))
		return (int)PTR_ERR(vma);
	if (!(newflags & VM_LOCKED))
		nr_pages = -nr_pages;
	else if (oldflags & VM_LOCKED)
		nr_pages = 0;
	vma->vm_mm->locked_vm += (uint32_t)nr_pages;
	vma->vm_flags = newflags;
	/* Locked before and after: locking twice would count twice. */
	if ((newflags ^ oldflags) & VM_LOCKED) {
		lru_add_drain(curr);
		mlock_vma_pages_range(vma, start, end);
	}
	*vmap = vma;
	return 0;
}

static int apply_vma_lock_flags(struct task_struct *curr, vaddr_t start,
				uint32_t len, uint32_t vm_flags)
{
	struct vm_area_struct *vma = find_vma(curr->mm, start);
	vaddr_t end = start + len;

	if (end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	if (!vma || vma->vm_start > start)
		return -ENOMEM;
	for (;;) {
		vaddr_t to = vma->vm_end < end ? vma->vm_end : end;
		uint32_t flags = (vma->vm_flags & VM_LOCKED_CLEAR_MASK) |
				 vm_flags;
		int error = mlock_fixup(curr, &vma, start, to, flags);

		if (error)
			return error;
		start = vma->vm_end > to ? vma->vm_end : to;
		if (start >= end)
			return 0;
		vma = vma->vm_next;
		if (!vma || vma->vm_start != start)
			return -ENOMEM;
	}
}

/* Pages of the range that count as locked already. */
static uint32_t count_mm_mlocked(struct mm_struct *mm, vaddr_t start,
				 uint32_t len)
{
	struct vm_area_struct *vma = find_vma(mm, start);
	vaddr_t end = start + len;
	uint32_t count = 0;

	for (; vma && vma->vm_start < end; vma = vma->vm_next) {
		vaddr_t from = vma->vm_start > start ? vma->vm_start : start;
		vaddr_t to = vma->vm_end < end ? vma->vm_end : end;

		if (vma->vm_flags & VM_LOCKED)
			count += (to - from) >> PAGE_SHIFT;
	}
	return count;
}

/* mlock() and its kin say -EAGAIN for what a populate couldn't bring in. */
static int mlock_errno(int error)
{
	if (error == -EFAULT)
		return -ENOMEM;
	return error == -ENOMEM ? -EAGAIN : error;
}

int do_mlock(struct task_struct *curr, vaddr_t start, uint32_t len,
	     uint32_t vm_flags)
{
	struct mm_struct *mm = curr->mm;
	uint32_t limit = task_rlimit(curr, RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	uint32_t locked;
	int error = -ENOMEM;

	if (!can_do_mlock(curr))
		return -EPERM;
	len = PAGE_ALIGN(len + offset_in_page(start));
	start &= PAGE_MASK;
	down_write(curr, &mm->mmap_lock);
	locked = mm->locked_vm + (len >> PAGE_SHIFT);
	if (locked > limit && !capable(curr, CAP_IPC_LOCK))
		locked -= count_mm_mlocked(mm, start, len);
	if (locked <= limit || capable(curr, CAP_IPC_LOCK))
		error = apply_vma_lock_flags(curr, start, len, vm_flags);
	up_write(curr, &mm->mmap_lock);
	return error ? error
		     : mlock_errno(mm_populate(curr, start, len, false));
}

int do_munlock(struct task_struct *curr, vaddr_t start, uint32_t len)
{
	int error;

	len = PAGE_ALIGN(len + offset_in_page(start));
	down_write(curr, &curr->mm->mmap_lock);
	error = apply_vma_lock_flags(curr, start & PAGE_MASK, len, 0);
	up_write(curr, &curr->mm->mmap_lock);
	return error;
}

static void apply_mlockall_flags(struct task_struct *curr, uint32_t flags)
{
	struct mm_struct *mm = curr->mm;
	uint32_t to_add = 0;

	mm->def_flags &= VM_LOCKED_CLEAR_MASK;
	if (flags & MCL_FUTURE) {
		mm->def_flags |= VM_LOCKED;
		if (flags & MCL_ONFAULT)
			mm->def_flags |= VM_LOCKONFAULT;
		if (!(flags & MCL_CURRENT))
			return;
	}
	if (flags & MCL_CURRENT) {
		to_add |= VM_LOCKED;
		if (flags & MCL_ONFAULT)
			to_add |= VM_LOCKONFAULT;
	}
	for (struct vm_area_struct *vma = mm->mmap; vma; vma = vma->vm_next)
		mlock_fixup(curr, &vma, vma->vm_start, vma->vm_end,
			    (vma->vm_flags & VM_LOCKED_CLEAR_MASK) | to_add);
}

int do_mlockall(struct task_struct *curr, uint32_t flags)
{
	struct mm_struct *mm = curr->mm;
	uint32_t limit = task_rlimit(curr, RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	int error = -ENOMEM;

	if (!flags || flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) ||
	    flags == MCL_ONFAULT)
		return -EINVAL;
	if (!can_do_mlock(curr))
		return -EPERM;
	down_write(curr, &mm->mmap_lock);
	if (!(flags & MCL_CURRENT) || mm->total_vm <= limit ||
	    capable(curr, CAP_IPC_LOCK)) {
		apply_mlockall_flags(curr, flags);
		error = 0;
	}
	up_write(curr, &mm->mmap_lock);
	if (!error && flags & MCL_CURRENT)
		mm_populate(curr, 0, mm->task_size, true);
	return error;
}

int do_munlockall(struct task_struct *curr)
{
	down_write(curr, &curr->mm->mmap_lock);
	apply_mlockall_flags(curr, 0);
	up_write(curr, &curr->mm->mmap_lock);
	return 0;
}
