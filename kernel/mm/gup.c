/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/internal.h"

/*
 * User memory touched by the kernel without the user's registers: filling in
 * mappings ahead of use, and another process's memory (mm/gup.c;
 * access_remote_vm() from mm/memory.c).
 *
 * It goes as the user's own access would: look at the entry, fault while it
 * doesn't allow the access, look again. Such faults count as the task's own.
 *
 * MODEL: nobody pins pages (FOLL_PIN, FOLL_LONGTERM): process_vm_readv() and
 * its kin, futexes and debuggers hold a reference for as long as they copy, and
 * vmsplice() copies. So none has to be moved out of a CMA area before, and
 * nr_foll_pin_acquired stays 0.
 *
 * Invariant: a page handed out for writing is one that a write fault has made
 * writable or, under a debugger's force, a private copy.
 */

#include <string.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/lib/err.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/swap.h"
#include "kernel/task/signal.h"

/* Does the entry allow the access? If not: fault first. */
static bool follow_pte(struct vm_area_struct *vma, vaddr_t vaddr, bool write)
{
	const pte_t pte = pte_at(vma->vm_mm, vaddr);
	const struct page *page;

	if (!pte_present(pte))
		return false;
	if (!write || pte_write(pte))
		return true;
	/*
	 * Forced writing to a read-only private mapping: the fault makes the
	 * copy but leaves the entry read-only.
	 */
	page = vm_normal_page(vma, vaddr, pte);
	return !(vma->vm_flags & VM_WRITE) && page && PageAnon(page) &&
	       PageAnonExclusive(compound_head(page));
}

static int fault_to_errno(vm_fault_t fault)
{
	if (fault & VM_FAULT_OOM)
		return -ENOMEM;
	if (fault & VM_FAULT_HWPOISON)
		return -EHWPOISON;
	return -EFAULT;
}

/*
 * As if touched. 0 or -errno. With @locked, a wait may give mmap_lock up: then
 * it is false, @vma may be gone, and -EBUSY asks for another try.
 */
static int faultin_page(struct task_struct *curr, struct vm_area_struct *vma,
			vaddr_t vaddr, bool write, bool *locked)
{
	uint32_t flags = write ? FAULT_FLAG_WRITE : 0;
	vm_fault_t fault;

	if (vma->vm_mm != curr->mm)
		flags |= FAULT_FLAG_REMOTE;
	if (locked)
		flags |= FAULT_FLAG_DEFAULT;
	fault = handle_mm_fault(curr, vma, vaddr, flags);
	if (fault & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)) {
		*locked = false;
		return -EBUSY;
	}
	return fault & VM_FAULT_ERROR ? fault_to_errno(fault) : 0;
}

/* The kernel's touch is a use of the page like another (FOLL_TOUCH). */
static void mark_touched(struct vm_area_struct *vma, vaddr_t vaddr)
{
	const pte_t pte = pte_at(vma->vm_mm, vaddr);
	struct page *page = vm_normal_page(vma, vaddr, pte);

	if (page)
		mark_page_accessed(vma->vm_mm->k, page);
}

static int touch_page(struct task_struct *curr, struct vm_area_struct *vma,
		      vaddr_t vaddr, bool write, bool *locked)
{
	int error = 0;

	while (!error && !follow_pte(vma, vaddr, write)) {
		error = faultin_page(curr, vma, vaddr, write, locked);
		/* A driver may say "done" for ever, and do nothing. */
		if (!error && fatal_signal_pending(curr))
			error = -EINTR;
		cond_resched(curr);
	}
	if (!error)
		mark_touched(vma, vaddr);
	return error;
}

/* For who doesn't tell a memory error from other reasons (no FOLL_HWPOISON). */
static int32_t plain_error(int32_t error)
{
	return error == -EHWPOISON ? -EFAULT : error;
}

/* ---- ahead of use ----------------------------------------------------------------------- */

/*
 * How many pages from @start on could be touched; -errno if not even one. Not
 * *@locked: mmap_lock was given up for the page behind them. Whoever wants to know why the rest couldn't asks again from there, and that
 * page faults once more, as on Linux.
 */
static int32_t touch_pages(struct task_struct *curr, struct vm_area_struct *vma,
			   vaddr_t start, vaddr_t end, bool write, bool *locked)
{
	int32_t done = 0;

	for (vaddr_t vaddr = start; vaddr < end; vaddr += PAGE_SIZE) {
		int error = fatal_signal_pending(curr)
				    ? -EINTR
				    : touch_page(curr, vma, vaddr, write,
						 locked);

		if (error)
			return done || (locked && !*locked) ? done : error;
		done++;
		cond_resched(curr);
	}
	return done;
}

/* Private writable memory is made the process's own at once. */
int32_t populate_vma_page_range(struct task_struct *curr,
				struct vm_area_struct *vma, vaddr_t start,
				vaddr_t end, bool *locked)
{
	bool write = (vma->vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE;

	if (vma->vm_flags & VM_LOCKONFAULT)
		return (int32_t)((end - start) >> PAGE_SHIFT);
	if (vma->vm_flags & (VM_IO | VM_PFNMAP) || !vma_is_accessible(vma))
		return -EFAULT;
	return plain_error(touch_pages(curr, vma, start, end, write, locked));
}

int32_t faultin_vma_page_range(struct task_struct *curr,
			       struct vm_area_struct *vma, vaddr_t start,
			       vaddr_t end, bool write, bool *locked)
{
	if (vma->vm_flags & (VM_IO | VM_PFNMAP))
		return -EINVAL;
	if (!(vma->vm_flags & (write ? VM_WRITE : VM_READ)))
		return -EINVAL;
	return touch_pages(curr, vma, start, end, write, locked);
}

/*
 * As much as can be had of the first VMA in [*start, end), and *@start is
 * where to go on: behind it in any case if there was an error. 0 or -errno.
 */
static int populate_some(struct task_struct *curr, vaddr_t *start, vaddr_t end,
			 bool *locked)
{
	struct vm_area_struct *vma;
	int32_t done;

	vma = find_vma_intersection(curr->mm, *start, end);
	if (!vma) {
		*start = end;
		return 0;
	}
	if (*start < vma->vm_start)
		*start = vma->vm_start;
	if (end > vma->vm_end)
		end = vma->vm_end;
	if (vma->vm_flags & (VM_IO | VM_PFNMAP))
		done = 0;
	else
		done = populate_vma_page_range(curr, vma, *start, end, locked);
	*start = done > 0 || !*locked ? *start + ((uint32_t)done << PAGE_SHIFT)
				      : end;
	return done < 0 ? done : 0;
}

/*
 * The lock is given up between VMAs, no longer than one of them, so that a
 * large range doesn't starve the process's other threads.
 */
int mm_populate(struct task_struct *curr, vaddr_t start, uint32_t len,
		bool ignore_errors)
{
	struct mm_struct *mm = curr->mm;
	vaddr_t end = start + len;

	while (start < end) {
		bool locked = true;
		int error;

		down_read(curr, &mm->mmap_lock);
		error = populate_some(curr, &start, end, &locked);
		if (locked)
			up_read(curr, &mm->mmap_lock);
		if (error && !ignore_errors)
			return error;
	}
	return 0;
}

/* ---- someone else's memory ------------------------------------------------------------------ */

/* The VMA at @vaddr, a stack grown down to it; NULL: nothing there. */
static struct vm_area_struct *
find_extend_vma(struct task_struct *curr, struct mm_struct *mm, vaddr_t vaddr)
{
	struct vm_area_struct *vma = find_vma(mm, vaddr);

	if (!vma || vaddr >= vma->vm_start)
		return vma;
	return expand_stack(curr, vma, vaddr) ? NULL : vma;
}

int get_user_page(struct task_struct *curr, vaddr_t vaddr, bool write,
		  struct page **page)
{
	const uint32_t wanted = write ? VM_WRITE : VM_READ;
	struct mm_struct *mm = curr->mm;
	struct vm_area_struct *vma;
	int error = -EFAULT;

	down_read(curr, &mm->mmap_lock);
	vma = find_extend_vma(curr, mm, vaddr);
	if (vma && vma->vm_flags & wanted &&
	    !(vma->vm_flags & (VM_IO | VM_PFNMAP)))
		error = plain_error(touch_page(curr, vma, vaddr, write, NULL));
	if (!error) {
		*page = pte_page(curr->k, pte_at(mm, vaddr));
		get_page(*page);
	}
	up_read(curr, &mm->mmap_lock);
	return error;
}

/* With FOLL_FORCE a debugger may where the program may not. */
static bool access_allowed(const struct vm_area_struct *vma, uint32_t gup_flags)
{
	bool force = gup_flags & FOLL_FORCE;

	if (vma->vm_flags & (VM_IO | VM_PFNMAP))
		return false;
	if (gup_flags & FOLL_WRITE)
		return vma->vm_flags & VM_WRITE ||
		       (force && is_cow_mapping(vma->vm_flags));
	return vma->vm_flags & VM_READ || (force && vma->vm_flags & VM_MAYREAD);
}

static void copy_page_bytes(struct task_struct *curr, pte_t pte, vaddr_t vaddr,
			    void *buf, uint32_t len, bool write)
{
	const struct hw *hw = &curr->k->hw;
	struct page *page = pte_page(curr->k, pte);
	uint32_t offset = offset_in_page(vaddr);

	if (write) {
		memcpy_to_page(curr, page, offset, buf, len);
		hw->ops->code_changed(
			hw->ctx, page_to_phys(curr->k, page) + offset, len);
		/* An entry that is writable but clean doesn't say so. */
		set_page_dirty(curr, page);
	} else {
		memcpy_from_page(curr, buf, page, offset, len);
	}
}

/* The vectors, which every process may read and none has a VMA for. */
static bool is_gate(vaddr_t vaddr)
{
	const struct vm_area_struct *gate = get_gate_vma();

	return vaddr - gate->vm_start < gate->vm_end - gate->vm_start;
}

/* Up to the end of one page. Bytes done; 0: no access. */
static uint32_t access_one_page(struct task_struct *curr, struct mm_struct *mm,
				vaddr_t vaddr, void *buf, uint32_t len,
				uint32_t gup_flags)
{
	struct vm_area_struct *vma = find_extend_vma(curr, mm, vaddr);
	uint32_t room = PAGE_SIZE - offset_in_page(vaddr);
	bool write = gup_flags & FOLL_WRITE;

	if (len > room)
		len = room;
	if (!vma && !write && is_gate(vaddr)) {
		memcpy(buf,
		       (const uint8_t *)phys_bytes(
			       curr->k, curr->k->arch.vectors_paddr) +
			       offset_in_page(vaddr),
		       len);
		return len;
	}
	if (!vma || !access_allowed(vma, gup_flags) ||
	    touch_page(curr, vma, vaddr, write, NULL))
		return 0;
	copy_page_bytes(curr, pte_at(mm, vaddr), vaddr, buf, len, write);
	return len;
}

uint32_t access_remote_vm(struct task_struct *curr, struct mm_struct *mm,
			  vaddr_t vaddr, void *buf, uint32_t len,
			  uint32_t gup_flags)
{
	uint32_t done = 0, n = 1;

	down_read(curr, &mm->mmap_lock);
	while (done < len && n) {
		n = access_one_page(curr, mm, vaddr + done,
				    (uint8_t *)buf + done, len - done,
				    gup_flags);
		done += n;
		cond_resched(curr);
		if (fatal_signal_pending(curr))
			break;
	}
	up_read(curr, &mm->mmap_lock);
	return done;
}
