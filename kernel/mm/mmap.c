/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vma.h"

/*
 * Mapping and unmapping (mm/mmap.c): what mmap2() and munmap() check and do,
 * special mappings, and the end of an address space. Trees are in vma.c,
 * free room is found by unmapped_area.c, brk() and the stack are in brk.c.
 *
 * Invariant: total_vm and its parts, locked_vm and committed_pages change
 * together with the VMAs that they count.
 *
 * Left out: userfaultfd, uprobes, hugetlb, denied writes to running programs
 * (Linux 5.15 dropped those for mappings), READ_IMPLIES_EXEC.
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/mman_calls.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/swap.h"
#include "kernel/state.h"

/* ---- protection ---------------------------------------------------------------------- */

bool vma_wants_writenotify(const struct vm_area_struct *vma)
{
	const uint32_t shared_write = VM_SHARED | VM_WRITE;

	if ((vma->vm_flags & shared_write) != shared_write)
		return false; /* writes fault already, or never come */
	if (vma->vm_ops && vma->vm_ops->page_mkwrite)
		return true;
	if (vma->vm_flags & VM_PFNMAP)
		return false;
	/* Dirty pages that are written back some day must be noticed. */
	return vma->vm_file && vma->vm_file->f_mapping &&
	       !vma->vm_file->f_mapping->swap_backed;
}

void vma_set_page_prot(struct vm_area_struct *vma)
{
	uint32_t vm_flags = vma->vm_flags;

	/* A private mapping's protection has no write permission. */
	if (vma_wants_writenotify(vma))
		vm_flags &= ~VM_SHARED;
	/* The kind of memory is the driver's to say. */
	vma->vm_page_prot = pgprot_modify(
		vma->vm_page_prot, vm_get_page_prot(vma->vm_mm->k, vm_flags));
}

/* ---- mmap ------------------------------------------------------------------------------ */

static uint32_t calc_vm_flags(uint32_t prot, uint32_t flags)
{
	uint32_t vm_flags = prot & (PROT_READ | PROT_WRITE | PROT_EXEC);

	if (flags & MAP_GROWSDOWN)
		vm_flags |= VM_GROWSDOWN;
	if (flags & MAP_LOCKED)
		vm_flags |= VM_LOCKED;
	if (flags & MAP_SYNC) /* means nothing here, but VMAs differ by it */
		vm_flags |= VM_SYNC;
	return vm_flags | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
}

/* All that MAP_SHARED ignored from the start and so must ignore for ever. */
#define LEGACY_MAP_MASK                                                       \
	(MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS |               \
	 MAP_DENYWRITE | MAP_EXECUTABLE | MAP_UNINITIALIZED | MAP_GROWSDOWN | \
	 MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK |           \
	 MAP_STACK | MAP_HUGETLB | MAP_HUGE_SIZES)

/* Is it within what the file could ever have? */
static bool file_mmap_ok(const struct file *file, uint32_t len, pgoff_t pgoff)
{
	/* The regular file's limit is what page offsets can tell anyway. */
	uint64_t limit = S_ISREG(file->f_inode->i_mode) ? MAX_FILE_BYTES
							: UINT32_MAX;

	if (file->f_mode & FMODE_UNSIGNED_OFFSET)
		return true;
	return pgoff <= (limit - len) >> PAGE_SHIFT;
}

static int check_file(const struct file *file, uint32_t len, pgoff_t pgoff,
		      uint32_t prot, uint32_t flags, uint32_t *vm_flags)
{
	bool writable = file->f_mode & FMODE_WRITE;

	if (!file_mmap_ok(file, len, pgoff))
		return -EOVERFLOW;
	switch (flags & MAP_TYPE) {
	case MAP_SHARED_VALIDATE:
		if (flags & ~LEGACY_MAP_MASK)
			return -EOPNOTSUPP;
		/* fallthrough */
	case MAP_SHARED:
		if (prot & PROT_WRITE && !writable)
			return -EACCES;
		if (prot & PROT_WRITE && IS_SWAPFILE(file->f_inode))
			return -ETXTBSY;
		*vm_flags |= VM_SHARED | VM_MAYSHARE;
		if (!writable)
			*vm_flags &= ~(VM_MAYWRITE | VM_SHARED);
		break;
	case MAP_PRIVATE:
		break;
	default:
		return -EINVAL;
	}
	if (!(file->f_mode & FMODE_READ))
		return -EACCES;
	if (path_noexec(file)) {
		if (prot & PROT_EXEC)
			return -EPERM;
		*vm_flags &= ~VM_MAYEXEC;
	}
	if (!file->f_op->mmap)
		return -ENODEV;
	return *vm_flags & VM_GROWSDOWN ? -EINVAL : 0;
}

static int check_anonymous(uint32_t flags, uint32_t *vm_flags)
{
	switch (flags & MAP_TYPE) {
	case MAP_SHARED:
		if (*vm_flags & VM_GROWSDOWN)
			return -EINVAL;
		*vm_flags |= VM_SHARED | VM_MAYSHARE;
		return 0;
	case MAP_PRIVATE:
		return 0;
	default:
		return -EINVAL;
	}
}

/* Pages within [start, end) that are mapped now. */
static uint32_t count_vma_pages_range(struct mm_struct *mm, vaddr_t start,
				      vaddr_t end)
{
	struct vm_area_struct *vma = find_vma(mm, start);
	uint32_t nr_pages = 0;

	for (; vma && vma->vm_start < end; vma = vma->vm_next) {
		vaddr_t from = vma->vm_start > start ? vma->vm_start : start;
		vaddr_t to = vma->vm_end < end ? vma->vm_end : end;

		nr_pages += (to - from) >> PAGE_SHIFT;
	}
	return nr_pages;
}

/* Must memory be promised? Only where a page of one's own may come to be. */
static bool accountable_mapping(uint32_t vm_flags)
{
	return (vm_flags & (VM_NORESERVE | VM_SHARED | VM_WRITE)) == VM_WRITE;
}

/* Of a file that gives none: not anonymous, and no way to fault. */
static const struct vm_operations_struct dummy_vm_ops = {0};

/* What is behind a new VMA that couldn't merge. 0 or -errno. */
static int mmap_back(struct task_struct *curr, struct vm_area_struct *vma,
		     struct file *file)
{
	int error;

	if (file) {
		get_file(file);
		vma->vm_file = file;
		vma->vm_ops = &dummy_vm_ops;
		error = file->f_op->mmap(curr, file, vma);
		/* Sealed against writing (mm/memfd.c)? */
		if (!error && vma_is_shared_maywrite(vma) &&
		    vma->vm_file->f_mapping->i_mmap_writable < 0)
			return -EPERM;
		return error;
	}
	return vma->vm_flags & VM_SHARED ? shmem_zero_setup(curr, vma) : 0;
}

/* Entries and tables of the detached VMAs go, between @prev and @next. */
static void unmap_region(struct task_struct *curr, struct mm_struct *mm,
			 struct vm_area_struct *vma,
			 struct vm_area_struct *prev,
			 struct vm_area_struct *next)
{
	struct mmu_gather tlb;

	lru_add_drain(curr);
	tlb_gather_mmu(&tlb, curr, mm, false);
	unmap_vmas(&tlb, vma, 0, UINT32_MAX);
	free_pgtables(&tlb, vma, prev ? prev->vm_end : 0,
		      next ? next->vm_start : mm->task_size);
	tlb_finish_mmu(&tlb);
}

/* A driver may have mapped some of it before it gave up. */
static void undo_mapping(struct task_struct *curr,
			 const struct vma_merge_struct *vmg,
			 struct vm_area_struct *vma)
{
	struct file *file = vma->vm_file;
	struct vm_area_struct *next = vmg->prev ? vmg->prev->vm_next
						: vmg->mm->mmap;

	vma->vm_file = NULL;
	unmap_region(curr, vmg->mm, vma, vmg->prev, next);
	if (file)
		fput(curr, file);
	vm_area_free(curr, vma);
}

static int mmap_new_vma(struct task_struct *curr,
			const struct vma_merge_struct *vmg,
			struct vm_area_struct **result)
{
	struct vm_area_struct *vma = vm_area_alloc(curr, vmg->mm);
	int error;

	if (!vma)
		return -ENOMEM;
	vma->vm_start = vmg->start;
	vma->vm_end = vmg->end;
	vma->vm_flags = vmg->vm_flags;
	vma->vm_pgoff = vmg->pgoff;
	vma->vm_page_prot = vm_get_page_prot(curr->k, vmg->vm_flags);
	vmg->mm->vma_in_mmap = vma;
	error = mmap_back(curr, vma, vmg->file);
	if (error)
		undo_mapping(curr, vmg, vma);
	vmg->mm->vma_in_mmap = NULL;
	if (error)
		return error;
	vma_link(vmg->mm, vma);
	*result = vma;
	return 0;
}

/* Room made, memory promised: melts into a neighbour or becomes a VMA. */
static uint32_t mmap_region(struct task_struct *curr, struct file *file,
			    vaddr_t vaddr, uint32_t len, uint32_t vm_flags,
			    pgoff_t pgoff)
{
	struct mm_struct *mm = curr->mm;
	uint32_t nr_pages = len >> PAGE_SHIFT;
	struct vma_merge_struct vmg = {.mm = mm,
				       .start = vaddr,
				       .end = vaddr + len,
				       .file = file,
				       .pgoff = pgoff};
	struct vm_area_struct *vma;
	int error = 0;

	if (!may_expand_vm(curr, mm, vm_flags, nr_pages) &&
	    !may_expand_vm(curr, mm, vm_flags,
			   nr_pages - count_vma_pages_range(mm, vaddr,
							    vaddr + len)))
		return (uint32_t)-ENOMEM;
	if (find_vma_intersection(mm, vaddr, vaddr + len) &&
	    do_munmap(curr, mm, vaddr, len))
		return (uint32_t)-ENOMEM;
	if (accountable_mapping(vm_flags)) {
		if (vm_enough_memory(curr, mm, nr_pages))
			return (uint32_t)-ENOMEM;
		vm_flags |= VM_ACCOUNT;
	}
	vmg.vm_flags = vm_flags;
	find_vma_prev(mm, vaddr, &vmg.prev);
	vma = vma_expand(curr, &vmg);
	if (!vma)
		error = mmap_new_vma(curr, &vmg, &vma);
	if (error) {
		if (vm_flags & VM_ACCOUNT)
			vm_unacct_memory(curr->k, nr_pages);
		return (uint32_t)error;
	}
	vm_stat_account(mm, vma->vm_flags, nr_pages);
	if (vma->vm_flags & VM_LOCKED) {
		if (vma->vm_flags & VM_SPECIAL)
			vma->vm_flags &= VM_LOCKED_CLEAR_MASK;
		else
			mm->locked_vm += nr_pages;
	}
	vma_set_page_prot(vma);
	return vaddr;
}

static vaddr_t round_hint_to_min(const struct kernel *k, vaddr_t hint)
{
	hint &= PAGE_MASK;
	if (hint && hint < mmap_min_addr(k))
		return PAGE_ALIGN(mmap_min_addr(k));
	return hint;
}

uint32_t do_mmap(struct task_struct *curr, struct file *file, vaddr_t vaddr,
		 uint32_t len, uint32_t prot, uint32_t flags, pgoff_t pgoff,
		 bool *populate)
{
	struct mm_struct *mm = curr->mm;
	uint32_t vm_flags, where;
	int error;

	*populate = false;
	if (!len)
		return (uint32_t)-EINVAL;
	if (prot & PROT_READ && curr->personality & READ_IMPLIES_EXEC)
		prot |= PROT_EXEC;
	vm_flags = calc_vm_flags(prot, flags) | mm->def_flags;
	if (flags & MAP_FIXED_NOREPLACE)
		flags |= MAP_FIXED;
	if (!(flags & MAP_FIXED))
		vaddr = round_hint_to_min(curr->k, vaddr);
	len = PAGE_ALIGN(len);
	if (!len)
		return (uint32_t)-ENOMEM;
	if (pgoff + (len >> PAGE_SHIFT) < pgoff)
		return (uint32_t)-EOVERFLOW;
	if ((uint32_t)mm->map_count > curr->k->user.max_map_count)
		return (uint32_t)-ENOMEM;

	where = get_unmapped_area(curr, file, vaddr, len, pgoff, flags);
	if (IS_ERR_VALUE(where))
		return where;
	if (flags & MAP_FIXED_NOREPLACE &&
	    find_vma_intersection(mm, where, where + len))
		return (uint32_t)-EEXIST;
	if (flags & MAP_LOCKED && !can_do_mlock(curr))
		return (uint32_t)-EPERM;
	if (mlock_future_check(curr, mm, vm_flags, len))
		return (uint32_t)-EAGAIN;
	error = file ? check_file(file, len, pgoff, prot, flags, &vm_flags)
		     : check_anonymous(flags, &vm_flags);
	if (error)
		return (uint32_t)error;
	if (!file)
		pgoff = vm_flags & VM_SHARED ? 0 : where >> PAGE_SHIFT;
	if (flags & MAP_NORESERVE &&
	    curr->k->user.overcommit_memory != OVERCOMMIT_NEVER)
		vm_flags |= VM_NORESERVE;

	where = mmap_region(curr, file, where, len, vm_flags, pgoff);
	if (!IS_ERR_VALUE(where))
		*populate = vm_flags & VM_LOCKED ||
			    (flags & (MAP_POPULATE | MAP_NONBLOCK)) ==
				    MAP_POPULATE;
	return where;
}

uint32_t vm_mmap_pgoff(struct task_struct *curr, struct file *file,
		       vaddr_t vaddr, uint32_t len, uint32_t prot,
		       uint32_t flags, pgoff_t pgoff)
{
	bool populate;
	uint32_t where;

	down_write(curr, &curr->mm->mmap_lock);
	where = do_mmap(curr, file, vaddr, len, prot, flags, pgoff, &populate);
	up_write(curr, &curr->mm->mmap_lock);
	if (populate)
		mm_populate(curr, where, PAGE_ALIGN(len), true);
	return where;
}

/*
 * Is all of [start, end) mapped from the same file in the same way? @vma has
 * its beginning.
 */
static bool one_mapping(const struct vm_area_struct *vma, vaddr_t end)
{
	const struct vm_area_struct *first = vma;

	while (vma->vm_end < end) {
		const struct vm_area_struct *next = vma->vm_next;

		if (!next || next->vm_start != vma->vm_end ||
		    next->vm_file != first->vm_file ||
		    next->vm_flags != first->vm_flags)
			return false;
		vma = next;
	}
	return true;
}

static uint32_t remap_file_pages_locked(struct task_struct *curr, vaddr_t start,
					uint32_t size, pgoff_t pgoff,
					uint32_t flags, bool *populate)
{
	struct vm_area_struct *vma = find_vma(curr->mm, start);
	struct file *file;
	uint32_t ret;

	if (!vma || vma->vm_start > start || !(vma->vm_flags & VM_SHARED) ||
	    !one_mapping(vma, start + size))
		return (uint32_t)-EINVAL;
	flags = (flags & MAP_NONBLOCK) | MAP_SHARED | MAP_FIXED | MAP_POPULATE;
	if (vma->vm_flags & VM_LOCKED)
		flags |= MAP_LOCKED;
	file = vma->vm_file; /* the VMA goes, and its reference */
	get_file(file);
	ret = do_mmap(curr, file, start, size, vma->vm_flags & VM_ACCESS_FLAGS,
		      flags, pgoff, populate);
	fput(curr, file);
	return ret;
}

int do_remap_file_pages(struct task_struct *curr, vaddr_t start, uint32_t size,
			uint32_t prot, pgoff_t pgoff, uint32_t flags)
{
	bool populate = false;
	uint32_t ret;

	start &= PAGE_MASK;
	size &= PAGE_MASK;
	if (prot || start + size <= start ||
	    pgoff + (size >> PAGE_SHIFT) < pgoff)
		return -EINVAL;
	down_write(curr, &curr->mm->mmap_lock);
	ret = remap_file_pages_locked(curr, start, size, pgoff, flags,
				      &populate);
	up_write(curr, &curr->mm->mmap_lock);
	if (populate)
		mm_populate(curr, start, size, true);
	return IS_ERR_VALUE(ret) ? (int)ret : 0;
}

/* ---- munmap ------------------------------------------------------------------------------ */

/* Out of the tree into a list of their own, ended by NULL. */
static void detach_vmas(struct mm_struct *mm, struct vm_area_struct *vma,
			vaddr_t end)
{
	struct vm_area_struct *last = NULL, *next;

	for (; vma && vma->vm_start < end; vma = next) {
		next = vma->vm_next;
		if (vma->vm_flags & VM_LOCKED)
			mm->locked_vm -= vma_pages(vma);
		vma_unlink(mm, vma);
		vma->vm_prev = last;
		vma->vm_next = NULL;
		if (last)
			last->vm_next = vma;
		last = vma;
	}
}

static void remove_vma_list(struct task_struct *curr, struct mm_struct *mm,
			    struct vm_area_struct *vma)
{
	uint32_t nr_accounted = 0;

	while (vma) {
		struct vm_area_struct *next = vma->vm_next;

		if (vma->vm_flags & VM_ACCOUNT)
			nr_accounted += vma_pages(vma);
		vm_stat_account(mm, vma->vm_flags, -(int32_t)vma_pages(vma));
		remove_vma(curr, vma);
		vma = next;
	}
	vm_unacct_memory(curr->k, nr_accounted);
}

/* Borders of VMAs at both ends of [start, end). 0 or -ENOMEM. */
static int split_at_ends(struct task_struct *curr, struct mm_struct *mm,
			 vaddr_t start, vaddr_t end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	if (start > vma->vm_start) {
		/* A hole in the middle makes one VMA more than there were. */
		if (end < vma->vm_end &&
		    (uint32_t)mm->map_count >= curr->k->user.max_map_count)
			return -ENOMEM;
		if (__split_vma(curr, vma, start, false))
			return -ENOMEM;
	}
	vma = find_vma(mm, end);
	if (vma && end > vma->vm_start)
		return __split_vma(curr, vma, end, true);
	return 0;
}

int do_munmap(struct task_struct *curr, struct mm_struct *mm, vaddr_t start,
	      uint32_t len)
{
	struct vm_area_struct *vma, *prev, *next;
	vaddr_t end;

	if (offset_in_page(start) || start > mm->task_size ||
	    len > mm->task_size - start)
		return -EINVAL;
	len = PAGE_ALIGN(len);
	if (!len)
		return -EINVAL;
	end = start + len;
	if (!find_vma_intersection(mm, start, end))
		return 0;
	if (split_at_ends(curr, mm, start, end))
		return -ENOMEM;

	update_hiwater_vm(mm);
	vma = find_vma_prev(mm, start, &prev);
	next = find_vma(mm, end);
	detach_vmas(mm, vma, end);
	unmap_region(curr, mm, vma, prev, next);
	remove_vma_list(curr, mm, vma);
	return 0;
}

int vm_munmap(struct task_struct *curr, vaddr_t start, uint32_t len)
{
	int error;

	down_write(curr, &curr->mm->mmap_lock);
	error = do_munmap(curr, curr->mm, start, len);
	up_write(curr, &curr->mm->mmap_lock);
	return error;
}

/* ---- the end --------------------------------------------------------------------------------- */

void exit_mmap(struct task_struct *curr, struct mm_struct *mm)
{
	struct vm_area_struct *vma = mm->mmap;
	struct mmu_gather tlb;

	if (!vma)
		return;
	lru_add_drain(curr);
	tlb_gather_mmu(&tlb, curr, mm, true);
	unmap_vmas(&tlb, vma, 0, UINT32_MAX);
	free_pgtables(&tlb, vma, 0, mm->task_size);
	tlb_finish_mmu(&tlb);

	mm->mmap = NULL;
	mm->mm_rb.rb_node = NULL;
	mm->vmacache = NULL;
	vma_index_free(curr, mm);
	mm->map_count = 0;
	mm->locked_vm = 0;
	mm->locked_lost = 0;
	remove_vma_list(curr, mm, vma);
	for (int i = 0; i < NR_MM_COUNTERS; i++)
		BUG_ON(mm->rss_stat[i]);
}

/* ---- special mappings -------------------------------------------------------------------------- */

static const struct vm_special_mapping *
special_mapping(const struct vm_area_struct *vma)
{
	return vma->vm_private_data;
}

static vm_fault_t special_mapping_fault(struct vm_fault *vmf)
{
	const struct vm_special_mapping *spec = special_mapping(vmf->vma);

	if (vmf->pgoff >= spec->nr_pages)
		return VM_FAULT_SIGBUS;
	vmf->page = spec->pages + vmf->pgoff;
	get_page(vmf->page);
	return 0;
}

static const char *special_mapping_name(const struct vm_area_struct *vma)
{
	return special_mapping(vma)->name;
}

/* A close of its own, if an empty one: keeps them from being merged. */
static void special_mapping_close(struct task_struct *curr,
				  struct vm_area_struct *vma)
{
	(void)curr;
	(void)vma;
}

/* Who keeps the address of the mapping keeps one, and that of all of it. */
static void special_mapping_mremap(struct vm_area_struct *new_vma)
{
	const struct vm_special_mapping *spec = special_mapping(new_vma);

	if (spec->mremap)
		spec->mremap(new_vma);
}

static int special_mapping_split(const struct vm_area_struct *vma,
				 vaddr_t vaddr)
{
	(void)vma, (void)vaddr;
	return -EINVAL;
}

static const struct vm_operations_struct special_mapping_vmops = {
	.close = special_mapping_close,
	.fault = special_mapping_fault,
	.mremap = special_mapping_mremap,
	.may_split = special_mapping_split,
	.name = special_mapping_name,
};

int install_special_mapping(struct task_struct *curr, struct mm_struct *mm,
			    vaddr_t vaddr, uint32_t len, uint32_t vm_flags,
			    const struct vm_special_mapping *spec)
{
	struct vm_area_struct *vma = vm_area_alloc(curr, mm);
	int error;

	if (!vma)
		return -ENOMEM;
	vma->vm_start = vaddr;
	vma->vm_end = vaddr + len;
	vma->vm_flags = (vm_flags | mm->def_flags | VM_DONTEXPAND) &
			VM_LOCKED_CLEAR_MASK;
	vma->vm_page_prot = vm_get_page_prot(curr->k, vma->vm_flags);
	vma->vm_ops = &special_mapping_vmops;
	vma->vm_private_data = (void *)spec;
	error = insert_vm_struct(curr, mm, vma);
	if (error) {
		vm_area_free(curr, vma);
		return error;
	}
	vm_stat_account(mm, vma->vm_flags, len >> PAGE_SHIFT);
	return 0;
}

const char *vma_name(const struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	if (vma->vm_ops && vma->vm_ops->name)
		return vma->vm_ops->name(vma);
	if (vma->vm_file)
		return NULL;
	if (vma->vm_start <= mm->brk && vma->vm_end >= mm->start_brk)
		return "[heap]";
	if (vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack)
		return "[stack]";
	return NULL;
}
