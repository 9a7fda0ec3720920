/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/internal.h"

/*
 * What a program says about its memory (mm/madvise.c). Some advice is a flag
 * of the VMA, which may split and merge; some is an act on its pages.
 *
 * Linux's rule for ranges with holes: all that is mapped gets the advice, and
 * the answer is -ENOMEM.
 */

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/khugepaged.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/ksm.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/memory_failure.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swapfile.h"
#include "kernel/task/capability.h"
#include "kernel/task/cred.h"
#include "kernel/task/pidfd.h"

/* ---- advice that is a flag --------------------------------------------------------- */

/* The VMA's flags under @behaviour in *@flags. 0 or -errno. */
static int advised_flags(struct task_struct *curr, struct vm_area_struct *vma,
			 vaddr_t start, vaddr_t end, int behaviour,
			 uint32_t *flags)
{
	switch (behaviour) {
	case MADV_NORMAL:
		*flags &= ~(VM_RAND_READ | VM_SEQ_READ);
		break;
	case MADV_SEQUENTIAL:
		*flags = (*flags & ~VM_RAND_READ) | VM_SEQ_READ;
		break;
	case MADV_RANDOM:
		*flags = (*flags & ~VM_SEQ_READ) | VM_RAND_READ;
		break;
	case MADV_DONTFORK:
		*flags |= VM_DONTCOPY;
		break;
	case MADV_DOFORK:
		if (vma->vm_flags & VM_IO)
			return -EINVAL;
		*flags &= ~VM_DONTCOPY;
		break;
	case MADV_WIPEONFORK:
		/* The child's zeroes could not be those of a file. */
		if (vma->vm_file || vma->vm_flags & VM_SHARED)
			return -EINVAL;
		*flags |= VM_WIPEONFORK;
		break;
	case MADV_KEEPONFORK:
		*flags &= ~VM_WIPEONFORK;
		break;
	case MADV_DONTDUMP:
		*flags |= VM_DONTDUMP;
		break;
	case MADV_DODUMP:
		if (vma->vm_flags & VM_SPECIAL)
			return -EINVAL;
		*flags &= ~VM_DONTDUMP;
		break;
	case MADV_MERGEABLE:
	case MADV_UNMERGEABLE:
		return ksm_madvise(curr, vma, start, end, behaviour, flags);
	case MADV_HUGEPAGE:
	case MADV_NOHUGEPAGE:
		return hugepage_madvise(curr, vma, flags, behaviour);
	default:
		return -EINVAL;
	}
	return 0;
}

static int madvise_flags(struct task_struct *curr, struct vm_area_struct **vmap,
			 vaddr_t start, vaddr_t end, int behaviour)
{
	struct vm_area_struct *vma = *vmap;
	uint32_t flags = vma->vm_flags;
	int error = advised_flags(curr, vma, start, end, behaviour, &flags);

	if (error || flags == vma->vm_flags)
		return error == -ENOMEM ? -EAGAIN : error;
	vma = vma_modify(curr, vma, start, end, flags);
	if (IS_ERR(vma)) /* out of memory, or of map_count */
		return -EAGAIN;
	vma->vm_flags = flags;
	*vmap = vma;
	return 0;
}

/* ---- advice that is an act ------------------------------------------------------------ */

static int madvise_dontneed(struct task_struct *curr,
			    struct vm_area_struct *vma, vaddr_t start,
			    vaddr_t end, bool even_locked)
{
	uint32_t forbidden = VM_HUGETLB | VM_PFNMAP;

	if (!even_locked)
		forbidden |= VM_LOCKED;
	if (vma->vm_flags & forbidden)
		return -EINVAL;
	zap_page_range(curr, vma, start, end - start);
	return 0;
}

/* Begins to read what of the range is swapped out. */
static void swapin_walk(struct task_struct *curr, struct vm_area_struct *vma,
			vaddr_t start, vaddr_t end)
{
	for (vaddr_t vaddr = start; vaddr < end; vaddr += PAGE_SIZE) {
		const pte_t *pte = pte_lookup(vma->vm_mm, vaddr);
		struct page *page;

		if (!pte || !is_swap_pte(*pte) ||
		    non_swap_entry(pte_to_swp_entry(*pte)))
			continue;
		page = read_swap_cache_async(curr, pte_to_swp_entry(*pte), vma,
					     vaddr);
		if (page)
			put_page(curr, page);
	}
}

static int madvise_willneed(struct task_struct *curr,
			    struct vm_area_struct *vma, vaddr_t start,
			    vaddr_t end)
{
	const pgoff_t index = vma->vm_pgoff +
			      ((start - vma->vm_start) >> PAGE_SHIFT);
	const uint32_t nr_pages = (end - start) >> PAGE_SHIFT;
	struct file *file = vma->vm_file;

	if (!file || vma_is_anonymous(vma))
		swapin_walk(curr, vma, start, end);
	else if (file->f_mapping->shmem)
		shmem_swapin_readahead(curr, file->f_mapping, index,
				       index + nr_pages);
	else if (file->f_mapping->a_ops && file->f_mapping->a_ops->readpage)
		force_page_cache_readahead(curr, file->f_mapping, file, index,
					   nr_pages);
	return 0;
}

/*
 * A hole in the file, for all who map it. The file system takes locks that
 * come before mmap_lock, so that is given up; *@vmap is stale afterwards.
 */
static int madvise_remove(struct task_struct *curr,
			  struct vm_area_struct **vmap, vaddr_t start,
			  vaddr_t end)
{
	const struct vm_area_struct *vma = *vmap;
	struct mm_struct *mm = vma->vm_mm;
	struct file *file = vma->vm_file;
	int64_t offset = ((int64_t)vma->vm_pgoff << PAGE_SHIFT) +
			 (start - vma->vm_start);
	int error;

	*vmap = NULL;
	if (vma->vm_flags & VM_LOCKED || !file || !file->f_mapping)
		return -EINVAL;
	if (!vma_is_shared_maywrite(vma))
		return -EACCES;
	get_file(file);
	up_read(curr, &mm->mmap_lock);
	error = vfs_fallocate(curr, file,
			      FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			      offset, end - start);
	fput(curr, file);
	down_read(curr, &mm->mmap_lock);
	return error;
}

/* A wait may give mmap_lock up; *@vmap is stale afterwards. */
static int madvise_populate(struct task_struct *curr,
			    struct vm_area_struct **vmap, vaddr_t start,
			    vaddr_t end, bool write)
{
	struct mm_struct *mm = (*vmap)->vm_mm;

	while (start < end) {
		struct vm_area_struct *vma = find_vma(mm, start);
		bool locked = true;
		int32_t done;

		if (!vma || vma->vm_start > start)
			return -ENOMEM; /* unmapped meanwhile */
		done = faultin_vma_page_range(
			curr, vma, start, end < vma->vm_end ? end : vma->vm_end,
			write, &locked);
		if (!locked) {
			down_read(curr, &mm->mmap_lock);
			*vmap = NULL;
		}
		if (done < 0)
			return done;
		start += (uint32_t)done << PAGE_SHIFT;
	}
	return 0;
}

static int madvise_vma(struct task_struct *curr, struct vm_area_struct **vma,
		       vaddr_t start, vaddr_t end, int behaviour)
{
	switch (behaviour) {
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
		return madvise_dontneed(curr, *vma, start, end,
					behaviour == MADV_DONTNEED_LOCKED);
	case MADV_FREE:
		return madvise_free(curr, *vma, start, end);
	case MADV_WILLNEED:
		return madvise_willneed(curr, *vma, start, end);
	case MADV_REMOVE:
		return madvise_remove(curr, vma, start, end);
	case MADV_COLD:
		return madvise_cold(curr, *vma, start, end);
	case MADV_PAGEOUT:
		return madvise_pageout(curr, *vma, start, end);
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		return madvise_populate(curr, vma, start, end,
					behaviour == MADV_POPULATE_WRITE);
	case MADV_COLLAPSE:
		return madvise_collapse(curr, *vma, start, end);
	default:
		return madvise_flags(curr, vma, start, end, behaviour);
	}
}

/* ---- the call ---------------------------------------------------------------------------- */

/* Not advice, but a test: as if each page's frame had failed. */
static int madvise_inject_error(struct task_struct *curr, int behaviour,
				vaddr_t start, vaddr_t end)
{
	const bool soft = behaviour == MADV_SOFT_OFFLINE;
	int error = 0;

	if (!capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	while (start < end && !error) {
		struct page *page;
		pfn_t pfn;

		error = get_user_page(curr, start, false, &page);
		if (error)
			break;
		pfn = page_to_pfn(curr->k, page);
		printk(curr->k,
		       soft ? "Soft offlining pfn %#x at process virtual "
			      "address %#x"
			    : "Injecting memory failure for pfn %#x at process "
			      "virtual address %#x",
		       pfn, start);
		/* Of a huge page, one frame stands for all. */
		start += (uint32_t)thp_nr_pages(compound_head(page)) *
			 PAGE_SIZE;
		error = soft ? soft_offline_page(curr, pfn, MF_COUNT_INCREASED)
			     : memory_failure(curr, pfn,
					      MF_COUNT_INCREASED |
						      MF_SW_SIMULATED);
	}
	return error;
}

static bool is_error_injection(int behaviour)
{
	return behaviour == MADV_HWPOISON || behaviour == MADV_SOFT_OFFLINE;
}

static bool madvise_behavior_valid(const struct kernel *k, int behaviour)
{
	if (behaviour == MADV_HUGEPAGE || behaviour == MADV_NOHUGEPAGE ||
	    behaviour == MADV_COLLAPSE)
		return k->thp.configured;
	if (is_error_injection(behaviour))
		return k->params.memory_failure;
	return (behaviour >= MADV_NORMAL && behaviour <= MADV_DONTNEED) ||
	       (behaviour >= MADV_FREE && behaviour <= MADV_UNMERGEABLE) ||
	       (behaviour >= MADV_DONTDUMP &&
		behaviour <= MADV_DONTNEED_LOCKED);
}

static bool needs_write_lock(int behaviour)
{
	switch (behaviour) {
	case MADV_REMOVE:
	case MADV_WILLNEED:
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
	case MADV_FREE:
	case MADV_COLD:
	case MADV_PAGEOUT:
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
	case MADV_COLLAPSE:
		return false;
	default:
		return true;
	}
}

static int madvise_walk(struct task_struct *curr, struct mm_struct *mm,
			vaddr_t start, vaddr_t end, int behaviour)
{
	struct vm_area_struct *vma = find_vma(mm, start);
	int unmapped = 0;

	while (start < end) {
		vaddr_t to;
		int error;

		if (!vma || vma->vm_start >= end)
			return -ENOMEM;
		if (start < vma->vm_start) {
			unmapped = -ENOMEM;
			start = vma->vm_start;
		}
		to = vma->vm_end < end ? vma->vm_end : end;
		error = madvise_vma(curr, &vma, start, to, behaviour);
		if (error)
			return error;
		/* The VMA may have merged and reach further, or be gone. */
		start = vma && vma->vm_end > to ? vma->vm_end : to;
		vma = vma ? vma->vm_next : find_vma(mm, start);
	}
	return unmapped;
}

int do_madvise(struct task_struct *curr, struct mm_struct *mm, vaddr_t start,
	       uint32_t len, int behaviour)
{
	vaddr_t end = start + PAGE_ALIGN(len);
	int error;

	if (!madvise_behavior_valid(curr->k, behaviour) ||
	    offset_in_page(start) || (len && !PAGE_ALIGN(len)) || end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	if (is_error_injection(behaviour))
		return madvise_inject_error(curr, behaviour, start, end);
	if (needs_write_lock(behaviour)) {
		down_write(curr, &mm->mmap_lock);
		error = madvise_walk(curr, mm, start, end, behaviour);
		up_write(curr, &mm->mmap_lock);
	} else {
		down_read(curr, &mm->mmap_lock);
		error = madvise_walk(curr, mm, start, end, behaviour);
		up_read(curr, &mm->mmap_lock);
	}
	return error;
}

/* ---- for another process ------------------------------------------------------------------ */

/* Hints alone: none of them changes what a program finds in its memory. */
static bool process_madvise_behavior_valid(int behaviour)
{
	return behaviour == MADV_COLD || behaviour == MADV_PAGEOUT ||
	       behaviour == MADV_WILLNEED || behaviour == MADV_COLLAPSE;
}

/* Bytes that were advised, or -errno when none were. */
static int32_t madvise_segments(struct task_struct *curr, struct mm_struct *mm,
				const struct iovec_user *iov, uint32_t nr,
				int behaviour)
{
	int32_t done = 0;

	for (uint32_t seg = 0; seg < nr; seg++) {
		int error = do_madvise(curr, mm, iov[seg].base, iov[seg].len,
				       behaviour);

		if (error)
			return done ? done : error;
		done += (int32_t)iov[seg].len;
	}
	return done;
}

static int32_t madvise_process(struct task_struct *curr, const struct pid *pid,
			       const struct iovec_user *iov, uint32_t nr,
			       int behaviour)
{
	struct mm_struct *mm;
	int32_t done;

	if (!pid->task)
		return -ESRCH;
	if (!process_madvise_behavior_valid(behaviour))
		return -EINVAL;
	mm = pid->task->mm;
	if (!mm)
		return -ESRCH;
	if (mm != curr->mm &&
	    !ptrace_may_access(curr, pid->task, PTRACE_MODE_FSCREDS))
		return -EACCES;
	if (!capable(curr, CAP_SYS_NICE))
		return -EPERM;
	mmget(mm);
	done = madvise_segments(curr, mm, iov, nr, behaviour);
	mmput(curr, mm);
	return done;
}

int32_t do_process_madvise(struct task_struct *curr, int fd, vaddr_t uiov,
			   uint32_t nr, int behaviour, uint32_t flags)
{
	struct iovec_user fast[UIO_FASTIOV], *iov = fast;
	struct pid *pid;
	int32_t done;

	if (flags)
		return -EINVAL;
	done = import_iovec(curr, uiov, nr, &iov);
	if (done)
		return done;
	pid = pidfd_get_pid(curr, fd, &flags);
	if (IS_ERR(pid)) {
		done = (int32_t)PTR_ERR(pid);
	} else {
		done = madvise_process(curr, pid, iov, nr, behaviour);
		put_pid(curr, pid);
	}
	if (iov != fast)
		kfree_obj(curr, iov);
	return done;
}
