/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/mman_calls.h"

/*
 * Which pages of a range would not fault, or fault without reading
 * (mm/mincore.c). The answer is collected a batch at a time, since writing it
 * to user memory may itself fault and need mmap_lock.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/work.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/swapfile.h"

#define MINCORE_BATCH 256u

/* Is the page in memory, though it is swapped out? */
static bool swap_page_in_core(struct task_struct *curr, swp_entry_t entry)
{
	struct page *page = lookup_swap_cache(curr, entry);
	bool present = page && PageUptodate(page);

	if (page)
		put_page(curr, page);
	return present;
}

static uint8_t mincore_page(struct task_struct *curr,
			    const struct vm_area_struct *vma, vaddr_t vaddr)
{
	/* Raw frames look like a hole. */
	const pte_t pte = vma->vm_flags & VM_PFNMAP ? __pte(0)
						    : pte_at(vma->vm_mm, vaddr);
	const struct address_space *mapping;
	const struct page *page;

	if (is_swap_pte(pte))
		return non_swap_entry(pte_to_swp_entry(pte)) ||
		       swap_page_in_core(curr, pte_to_swp_entry(pte));
	if (!pte_none(pte))
		return 1;
	if (!vma->vm_file || vma_is_anonymous(vma))
		return 0;
	mapping = vma->vm_file->f_mapping;
	page = xa_load(&mapping->i_pages,
		       vma->vm_pgoff + ((vaddr - vma->vm_start) >> PAGE_SHIFT));
	if (xa_is_value(page))
		return mapping->shmem &&
		       swap_page_in_core(curr, radix_to_swp_entry(page));
	return page && PageUptodate(page);
}

/*
 * What of a file is in memory tells what others do with it; and programs time
 * their victims by it. So only those may know who could write to the file.
 */
bool can_do_mincore(const struct task_struct *curr,
		    const struct vm_area_struct *vma)
{
	const struct inode *inode;

	if (vma_is_anonymous(vma))
		return true;
	if (!vma->vm_file)
		return false;
	inode = vma->vm_file->f_inode;
	return inode_owner_or_capable(curr, inode) ||
	       !inode_permission(curr, inode, MAY_WRITE);
}

/* Pages done, all of one VMA; -ENOMEM: not mapped. */
static int32_t do_mincore(struct task_struct *curr, vaddr_t vaddr,
			  uint32_t nr_pages, uint8_t *vec)
{
	struct vm_area_struct *vma = find_vma(curr->mm, vaddr);
	uint32_t room;

	if (!vma || vma->vm_start > vaddr)
		return -ENOMEM;
	room = (vma->vm_end - vaddr) >> PAGE_SHIFT;
	if (nr_pages > room)
		nr_pages = room;
	if (!can_do_mincore(curr, vma)) {
		memset(vec, 1, nr_pages);
		return (int32_t)nr_pages;
	}
	for (uint32_t i = 0; i < nr_pages; i++)
		vec[i] = mincore_page(curr, vma, vaddr + (i << PAGE_SHIFT));
	charge_work(curr, WORK_PTE, nr_pages);
	return (int32_t)nr_pages;
}

int mincore_range(struct task_struct *curr, vaddr_t start, uint32_t len,
		  vaddr_t vec)
{
	struct mm_struct *mm = curr->mm;
	uint8_t batch[MINCORE_BATCH];
	uint32_t left = len >> PAGE_SHIFT;
	int32_t done;

	if (offset_in_page(start))
		return -EINVAL;
	if (len > mm->task_size || start > mm->task_size - len)
		return -ENOMEM;
	left += offset_in_page(len) != 0;
	if (left > mm->task_size || vec > mm->task_size - left)
		return -EFAULT;
	for (; left; left -= (uint32_t)done) {
		down_read(curr, &mm->mmap_lock);
		done = do_mincore(curr, start,
				  left < MINCORE_BATCH ? left : MINCORE_BATCH,
				  batch);
		up_read(curr, &mm->mmap_lock);
		if (done <= 0)
			return done;
		if (copy_to_user(curr, vec, batch, (uint32_t)done))
			return -EFAULT;
		cond_resched(curr);
		start += (uint32_t)done << PAGE_SHIFT;
		vec += (uint32_t)done;
	}
	return 0;
}
