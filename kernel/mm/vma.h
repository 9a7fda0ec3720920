/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_VMA_H
#define KERNEL_MM_VMA_H

/*
 * VMAs as mm/ itself handles them (Linux: mm/vma.h, internal.h and parts of
 * mm.h). Whatever changes the tree needs mmap_lock for writing.
 */

#include "kernel/mm/mm.h"
#include "kernel/task/personality.h"
#include "kernel/task/sched.h"

#define STACK_GUARD_GAP       (256u << PAGE_SHIFT)
#define DEFAULT_MAX_MAP_COUNT 65530u

#define VM_ACCESS_FLAGS      (VM_READ | VM_WRITE | VM_EXEC)
/* Never merged, never grown. */
#define VM_SPECIAL           (VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP)
#define VM_LOCKED_CLEAR_MASK (~(VM_LOCKED | VM_LOCKONFAULT))
#define VM_DATA_DEFAULT_FLAGS \
	(VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC)
/* Data can be executed where the program says that what it reads may be. */
static inline uint32_t data_default_flags(const struct task_struct *task)
{
	return VM_DATA_DEFAULT_FLAGS |
	       (task->personality & READ_IMPLIES_EXEC ? VM_EXEC : 0);
}
#define VM_STACK_FLAGS (VM_STACK | VM_DATA_DEFAULT_FLAGS | VM_ACCOUNT)

/* ---- mm/vma_index.c ---------------------------------------------------------- */

/* The first VMA that ends above @vaddr, of a valid index. */
struct vm_area_struct *vma_index_find(const struct vma_index *index,
				      vaddr_t vaddr);
/* Makes it valid if there are many VMAs and there is memory. Never sleeps. */
void vma_index_build(struct task_struct *curr, struct mm_struct *mm);
void vma_index_free(struct task_struct *curr, struct mm_struct *mm);
/* A VMA comes, goes, or ends elsewhere. */
static inline void vma_index_invalidate(struct mm_struct *mm)
{
	mm->vma_index_valid = false;
	mm->vma_walks = 0;
}
/* Fewer are found as fast by the tree. */
static inline bool vma_index_pays(const struct mm_struct *mm)
{
	return mm->map_count >= 512;
}
/* Was the tree searched so often that an index would have been cheaper? */
static inline bool vma_index_wanted(const struct mm_struct *mm)
{
	return vma_index_pays(mm) &&
	       mm->vma_walks > (uint32_t)mm->map_count / 2;
}

static inline uint32_t vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

static inline bool vma_is_anonymous(const struct vm_area_struct *vma)
{
	return !vma->vm_ops;
}

/* Could a program write to the file through it, now or after mprotect()? */
static inline bool vma_is_shared_maywrite(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) ==
	       (VM_SHARED | VM_MAYWRITE);
}

static inline bool vma_is_accessible(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_ACCESS_FLAGS;
}

/* A private mapping that may be (made) writable: copies on write. */
static inline bool is_cow_mapping(uint32_t vm_flags)
{
	return (vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
}

/* Where the VMA's claim begins: below a stack lies its guard gap. */
static inline vaddr_t vm_start_gap(const struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & VM_GROWSDOWN))
		return vma->vm_start;
	return vma->vm_start > STACK_GUARD_GAP ? vma->vm_start - STACK_GUARD_GAP
					       : 0;
}

/* Results that are an address or -errno. */
static inline bool IS_ERR_VALUE(uint32_t value)
{
	return value >= (uint32_t)-4095;
}

/* ---- one VMA ------------------------------------------------------------------ */

/* Zeroed, in no tree; NULL: out of memory. */
struct vm_area_struct *vm_area_alloc(struct task_struct *curr,
				     struct mm_struct *mm);
/* A copy in no tree, with no anon_vma links yet; it has the policy, too. */
struct vm_area_struct *vm_area_dup(struct task_struct *curr,
				   const struct vm_area_struct *orig);
/* The structure and its policy; remove_vma() also closes the file. */
void vm_area_free(struct task_struct *curr, struct vm_area_struct *vma);
void remove_vma(struct task_struct *curr, struct vm_area_struct *vma);

/* ---- the tree, the list, and the file's interval tree ------------------------- */

/* Links @vma everywhere it belongs; its range must be free. */
void vma_link(struct mm_struct *mm, struct vm_area_struct *vma);
/* Takes it out of tree and list alone: the file's tree keeps it. */
void vma_unlink(struct mm_struct *mm, struct vm_area_struct *vma);
void unlink_file_vma(struct vm_area_struct *vma);
/* vma_link() with overlap (-ENOMEM) and overcommit checked. 0 or -errno. */
int insert_vm_struct(struct task_struct *curr, struct mm_struct *mm,
		     struct vm_area_struct *vma);
/* vm_start changed in place. */
void vma_gap_update(struct vm_area_struct *vma);
/* find_vma(), for those who only look: neither cache nor index learn of it. */
struct vm_area_struct *find_vma_uncached(const struct mm_struct *mm,
					 vaddr_t vaddr);
/* find_vma(), and the VMA before it (the last one when there is none). */
struct vm_area_struct *find_vma_prev(struct mm_struct *mm, vaddr_t vaddr,
				     struct vm_area_struct **prev);

/* ---- merge and split ------------------------------------------------------------ */

/* A range that gets (or has got) these properties: what could it melt into? */
struct vma_merge_struct {
	struct mm_struct *mm;
	struct vm_area_struct *prev; /* last VMA that begins below start */
	vaddr_t start, end;
	uint32_t vm_flags;
	struct anon_vma *anon_vma; /* of the pages there; NULL: none */
	struct file *file;
	pgoff_t pgoff; /* of start */
	const struct mempolicy *policy; /* NULL: none */
};

/*
 * Extends a neighbour over the range when properties match, in Linux's eight
 * cases. Returns the VMA that now covers the range; NULL: nothing merged
 * (also when memory is short), nothing changed.
 */
struct vm_area_struct *vma_merge(struct task_struct *curr,
				 const struct vma_merge_struct *vmg);
/* The same for a hole that mmap fills, by mmap's own order of preference. */
struct vm_area_struct *vma_expand(struct task_struct *curr,
				  const struct vma_merge_struct *vmg);
bool can_vma_merge_after(const struct vm_area_struct *vma,
			 const struct vma_merge_struct *vmg);
/* Moves one border of @vma to here, without neighbours. For brk and stacks. */
void vma_set_range(struct vm_area_struct *vma, vaddr_t start, vaddr_t end);

/*
 * Splits at @vaddr; @vma keeps the upper part when @new_below, else the
 * lower. 0 or -ENOMEM; split_vma() minds the process's limit of maps.
 */
int __split_vma(struct task_struct *curr, struct vm_area_struct *vma,
		vaddr_t vaddr, bool new_below);
int split_vma(struct task_struct *curr, struct vm_area_struct *vma,
	      vaddr_t vaddr, bool new_below);
/*
 * [start, end) of @vma is to get @vm_flags: the VMA that has exactly that
 * range or has swallowed it, for the caller to set flags on. ERR_PTR.
 */
struct vm_area_struct *vma_modify(struct task_struct *curr,
				  struct vm_area_struct *vma, vaddr_t start,
				  vaddr_t end, uint32_t vm_flags);
/* The same for @policy in place of flags. */
struct vm_area_struct *vma_modify_policy(struct task_struct *curr,
					 struct vm_area_struct *vma,
					 vaddr_t start, vaddr_t end,
					 const struct mempolicy *policy);

/* vm_page_prot from vm_flags; write-protected where first writes are noted. */
void vma_set_page_prot(struct vm_area_struct *vma);
bool vma_wants_writenotify(const struct vm_area_struct *vma);

/* ---- mm/util.c: limits and accounts --------------------------------------------- */

static inline uint32_t task_rlimit(const struct task_struct *task,
				   enum rlimit_resource which)
{
	return task->signal ? task->signal->rlim[which].rlim_cur
			    : RLIM_INFINITY;
}
bool may_expand_vm(struct task_struct *curr, const struct mm_struct *mm,
		   uint32_t vm_flags, uint32_t nr_pages);
/* total_vm, data_vm, exec_vm, stack_vm; @nr_pages may be negative. */
void vm_stat_account(struct mm_struct *mm, uint32_t vm_flags, int32_t nr_pages);
/* Charges @nr_pages of promised memory; -ENOMEM by the overcommit mode. */
int vm_enough_memory(struct task_struct *curr, struct mm_struct *mm,
		     uint32_t nr_pages);
void vm_unacct_memory(struct kernel *k, uint32_t nr_pages);
/* May this much more be locked? 0 or -EAGAIN. */
int mlock_future_check(struct task_struct *curr, const struct mm_struct *mm,
		       uint32_t vm_flags, uint32_t len);
bool can_do_mlock(const struct task_struct *curr);

#endif
