/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mman_calls.h"

/*
 * Writing mapped files back on demand (mm/msync.c): checks the range as Linux
 * does. MODEL: no file here has a store to be written to, so MS_SYNC finds
 * nothing to do.
 */

#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/mman.h"

static int msync_walk(struct mm_struct *mm, vaddr_t start, vaddr_t end,
		      uint32_t flags)
{
	struct vm_area_struct *vma = find_vma(mm, start);
	int unmapped = 0;

	for (; start < end; start = vma->vm_end, vma = vma->vm_next) {
		if (!vma || vma->vm_start >= end)
			return -ENOMEM;
		if (start < vma->vm_start)
			unmapped = -ENOMEM;
		if (flags & MS_INVALIDATE && vma->vm_flags & VM_LOCKED)
			return -EBUSY;
	}
	return unmapped;
}

int do_msync(struct task_struct *curr, vaddr_t start, uint32_t len,
	     uint32_t flags)
{
	vaddr_t end = start + PAGE_ALIGN(len);
	int error;

	if (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) ||
	    offset_in_page(start) ||
	    (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
		return -EINVAL;
	if (end < start)
		return -ENOMEM;
	if (end == start)
		return 0;
	down_read(curr, &curr->mm->mmap_lock);
	error = msync_walk(curr->mm, start, end, flags);
	up_read(curr, &curr->mm->mmap_lock);
	return error;
}
