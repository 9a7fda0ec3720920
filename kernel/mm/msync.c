/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mman_calls.h"

/*
 * Writing mapped files back on demand (mm/msync.c). MS_SYNC is an fsync() of
 * the pages in the range; MS_ASYNC and MS_INVALIDATE do nothing, since pages
 * written through mappings are dirty anyway, and the page cache is the one
 * copy.
 */

#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/mman.h"

/*
 * Writes what @vma maps of its file in [start, end), without mmap_lock, which
 * is held before and after.
 */
static int sync_vma(struct task_struct *curr, const struct vm_area_struct *vma,
		    vaddr_t start, vaddr_t end)
{
	struct mm_struct *mm = curr->mm;
	struct file *file = vma->vm_file;
	const int64_t from = (start - vma->vm_start) +
			     ((int64_t)vma->vm_pgoff << PAGE_SHIFT);
	int error;

	if (end > vma->vm_end)
		end = vma->vm_end;
	get_file(file);
	up_read(curr, &mm->mmap_lock);
	error = vfs_fsync_range(curr, file, from, from + (end - start) - 1);
	fput(curr, file);
	down_read(curr, &mm->mmap_lock);
	return error;
}

static int msync_walk(struct task_struct *curr, vaddr_t start, vaddr_t end,
		      uint32_t flags)
{
	int unmapped = 0, error;

	while (start < end) {
		const struct vm_area_struct *vma = find_vma(curr->mm, start);
		vaddr_t next;

		if (!vma || vma->vm_start >= end)
			return -ENOMEM;
		if (start < vma->vm_start) {
			unmapped = -ENOMEM;
			start = vma->vm_start;
		}
		if (flags & MS_INVALIDATE && vma->vm_flags & VM_LOCKED)
			return -EBUSY;
		next = vma->vm_end;
		if (flags & MS_SYNC && vma->vm_file &&
		    vma->vm_flags & VM_SHARED) {
			error = sync_vma(curr, vma, start, end);
			if (error)
				return error;
		}
		start = next;
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
	error = msync_walk(curr, start, end, flags);
	up_read(curr, &curr->mm->mmap_lock);
	return error;
}
