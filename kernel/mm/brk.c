/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vma.h"

/*
 * The two mappings that grow: the heap by brk(), the stack by faults below it
 * (both in Linux's mm/mmap.c).
 *
 * A heap VMA grows in place, as in Linux 6.1: it merges with the VMA that ends
 * where it goes on, if that is heap too, and with nothing else. So the .bss of
 * a program and the heap behind it are two VMAs although they look alike.
 *
 * Invariant of stacks: STACK_GUARD_GAP bytes below a growing VMA stay free of
 * accessible mappings, so that a frame which jumps over one page doesn't land
 * in someone else's data.
 */

#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/rmap.h"
#include "kernel/state.h"

/* ---- brk ------------------------------------------------------------------------------ */

/* RLIMIT_DATA counts the program's data and its heap. */
static int check_data_rlimit(struct task_struct *curr,
			     const struct mm_struct *mm, vaddr_t brk)
{
	uint32_t limit = task_rlimit(curr, RLIMIT_DATA);
	uint32_t size = brk - mm->start_brk + mm->end_data - mm->start_data;

	return limit < RLIM_INFINITY && size > limit ? -ENOSPC : 0;
}

static int check_brk_limits(struct task_struct *curr, vaddr_t start,
			    uint32_t len)
{
	struct mm_struct *mm = curr->mm;
	uint32_t got = get_unmapped_area(curr, NULL, start, len, 0, MAP_FIXED);

	if (IS_ERR_VALUE(got))
		return (int)got;
	return mlock_future_check(curr, mm, mm->def_flags, len);
}

/* Anonymous memory at a free place, as more of @prev where that fits. */
static int do_brk_flags(struct task_struct *curr, struct vm_area_struct *prev,
			vaddr_t start, uint32_t len, uint32_t flags)
{
	struct mm_struct *mm = curr->mm;
	const uint32_t nr_pages = len >> PAGE_SHIFT;
	const struct vma_merge_struct vmg = {
		.mm = mm,
		.start = start,
		.end = start + len,
		.vm_flags = flags | data_default_flags(curr) | VM_ACCOUNT |
			    mm->def_flags,
		.pgoff = start >> PAGE_SHIFT,
	};
	struct vm_area_struct *vma;

	if (!may_expand_vm(curr, mm, vmg.vm_flags, nr_pages) ||
	    (uint32_t)mm->map_count > curr->k->user.max_map_count ||
	    vm_enough_memory(curr, mm, nr_pages))
		return -ENOMEM;
	if (prev && prev->vm_end == start && can_vma_merge_after(prev, &vmg)) {
		vma_set_range(prev, prev->vm_start, start + len);
		goto done;
	}
	vma = vm_area_alloc(curr, mm);
	if (!vma) {
		vm_unacct_memory(curr->k, nr_pages);
		return -ENOMEM;
	}
	vma->vm_start = start;
	vma->vm_end = start + len;
	vma->vm_pgoff = vmg.pgoff;
	vma->vm_flags = vmg.vm_flags;
	vma->vm_page_prot = vm_get_page_prot(curr->k, vmg.vm_flags);
	vma_link(mm, vma);
done:
	vm_stat_account(mm, vmg.vm_flags, (int32_t)nr_pages);
	if (vmg.vm_flags & VM_LOCKED)
		mm->locked_vm += nr_pages;
	return 0;
}

static int shrink_brk(struct task_struct *curr, vaddr_t newbrk, vaddr_t oldbrk)
{
	struct mm_struct *mm = curr->mm;
	struct vm_area_struct *vma = find_vma(mm, newbrk);

	/* The program has put something else there: hands off. */
	if (!vma || vma->vm_start >= oldbrk)
		return -EINVAL;
	return do_munmap(curr, mm, newbrk, oldbrk - newbrk);
}

static int grow_brk(struct task_struct *curr, vaddr_t oldbrk, vaddr_t newbrk)
{
	struct mm_struct *mm = curr->mm;
	struct vm_area_struct *next, *prev;
	int error = check_brk_limits(curr, oldbrk, newbrk - oldbrk);

	if (error)
		return error;
	/* One page stays free, and the gap below a stack. */
	next = find_vma_prev(mm, oldbrk, &prev);
	if (next && newbrk + PAGE_SIZE > vm_start_gap(next))
		return -ENOMEM;
	/* Not the program's .bss: heap merges with heap alone. */
	if (prev && prev->vm_end <= mm->start_brk)
		prev = NULL;
	return do_brk_flags(curr, prev, oldbrk, newbrk - oldbrk, 0);
}

/* The new end of the heap, or the old one when it can't be had. */
uint32_t do_brk(struct task_struct *curr, vaddr_t brk)
{
	struct mm_struct *mm = curr->mm;
	vaddr_t oldbrk, newbrk;
	bool populate = false;
	int error = 0;

	down_write(curr, &mm->mmap_lock);
	oldbrk = PAGE_ALIGN(mm->brk);
	newbrk = PAGE_ALIGN(brk);
	if (brk < mm->start_brk || check_data_rlimit(curr, mm, brk))
		error = -ENOMEM;
	else if (brk <= mm->brk && newbrk != oldbrk)
		error = shrink_brk(curr, newbrk, oldbrk);
	else if (newbrk != oldbrk)
		error = grow_brk(curr, oldbrk, newbrk);
	if (error) {
		brk = mm->brk;
	} else {
		mm->brk = brk;
		populate = newbrk > oldbrk && mm->def_flags & VM_LOCKED;
	}
	up_write(curr, &mm->mmap_lock);
	if (populate)
		mm_populate(curr, oldbrk, newbrk - oldbrk, true);
	return brk;
}

int vm_brk_flags(struct task_struct *curr, vaddr_t vaddr, uint32_t len,
		 uint32_t flags)
{
	struct mm_struct *mm = curr->mm;
	uint32_t aligned = PAGE_ALIGN(len);
	struct vm_area_struct *prev;
	int error;

	if (aligned < len)
		return -ENOMEM;
	if (!aligned)
		return 0;
	if (flags & ~VM_EXEC)
		return -EINVAL;
	down_write(curr, &mm->mmap_lock);
	error = check_brk_limits(curr, vaddr, aligned);
	if (!error)
		error = do_munmap(curr, mm, vaddr, aligned);
	if (!error) {
		find_vma_prev(mm, vaddr, &prev);
		error = do_brk_flags(curr, prev, vaddr, aligned, flags);
	}
	up_write(curr, &mm->mmap_lock);
	if (!error && mm->def_flags & VM_LOCKED)
		mm_populate(curr, vaddr, aligned, true);
	return error;
}

/* ---- the stack ---------------------------------------------------------------------------- */

int setup_stack_vma(struct task_struct *curr, struct mm_struct *mm,
		    vaddr_t stack_top)
{
	struct vm_area_struct *vma = vm_area_alloc(curr, mm);
	int error;

	if (!vma)
		return -ENOMEM;
	vma->vm_end = stack_top;
	vma->vm_start = stack_top - PAGE_SIZE;
	vma->vm_flags = VM_STACK_FLAGS;
	vma->vm_page_prot = vm_get_page_prot(curr->k, vma->vm_flags);
	error = insert_vm_struct(curr, mm, vma);
	if (error) {
		vm_area_free(curr, vma);
		return error;
	}
	mm->stack_vm = 1;
	mm->total_vm = 1;
	return 0;
}

int make_stack_executable(struct task_struct *curr,
			  struct vm_area_struct *stack)
{
	return mprotect_fixup(curr, &stack, stack->vm_start, stack->vm_end,
			      stack->vm_flags | VM_EXEC);
}

/* May the stack have @grow pages more and so be @size bytes large? */
static int acct_stack_growth(struct task_struct *curr,
			     struct vm_area_struct *vma, uint32_t size,
			     uint32_t grow)
{
	struct mm_struct *mm = vma->vm_mm;

	if (!may_expand_vm(curr, mm, vma->vm_flags, grow))
		return -ENOMEM;
	if (size > task_rlimit(curr, RLIMIT_STACK))
		return -ENOMEM;
	if (mlock_future_check(curr, mm, vma->vm_flags, grow << PAGE_SHIFT))
		return -ENOMEM;
	if (vm_enough_memory(curr, mm, grow))
		return -ENOMEM;
	/* Linux charges for it, and forgets that when it is unmapped. */
	if (!(vma->vm_flags & VM_ACCOUNT))
		curr->k->user.committed_lost += grow;
	return 0;
}

/* Room above the previous mapping, unless that can't be touched anyway. */
static bool keeps_guard_gap(const struct vm_area_struct *vma, vaddr_t start)
{
	const struct vm_area_struct *prev = vma->vm_prev;

	if (!prev || prev->vm_flags & VM_GROWSDOWN || !vma_is_accessible(prev))
		return true;
	return start >= prev->vm_end && start - prev->vm_end >= STACK_GUARD_GAP;
}

/*
 * With mmap_lock held for reading alone: two threads may both grow the stack,
 * and so the VMA is looked at again after what may sleep. A stack that hits
 * its guard gap doesn't even get an anon_vma.
 */
int expand_stack(struct task_struct *curr, struct vm_area_struct *vma,
		 vaddr_t vaddr)
{
	const vaddr_t start = vaddr & PAGE_MASK;
	struct mm_struct *mm = vma->vm_mm;
	uint32_t grow;
	int error;

	if (!(vma->vm_flags & VM_GROWSDOWN))
		return -EFAULT;
	if (start < mmap_min_addr(curr->k))
		return -EPERM;
	if (start < vma->vm_start && !keeps_guard_gap(vma, start))
		return -ENOMEM;
	if (anon_vma_prepare(curr, vma))
		return -ENOMEM;
	if (start >= vma->vm_start)
		return 0; /* the other thread was first */
	grow = (vma->vm_start - start) >> PAGE_SHIFT;
	if (grow > vma->vm_pgoff)
		return -ENOMEM;
	error = acct_stack_growth(curr, vma, vma->vm_end - start, grow);
	if (error)
		return error;
	if (vma->vm_flags & VM_LOCKED)
		mm->locked_vm += grow;
	vm_stat_account(mm, vma->vm_flags, (int32_t)grow);
	vma_set_range(vma, start, vma->vm_end);
	return 0;
}
