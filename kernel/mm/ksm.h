/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_KSM_H
#define KERNEL_MM_KSM_H

/*
 * Equal pages that become one (include/linux/ksm.h). The picture is at the
 * head of ksm.c; PageKsm() is in page_flags.h.
 */

#include <stdio.h>

#include "kernel/mm/mm_types.h"

struct rmap_walk_control;

/* Boot: caches, the thread, its files. */
void ksm_init(struct task_struct *curr);
/* pid 1, when all processes have gone: nothing of theirs stays behind. */
void ksm_shutdown(struct task_struct *curr);

/*
 * madvise(MERGEABLE, UNMERGEABLE) for [start, end) of @vma: *@vm_flags is what
 * the flags shall be. mmap_lock is held for writing. 0, -ENOMEM, or
 * -ERESTARTSYS: a signal came. May sleep.
 */
int ksm_madvise(struct task_struct *curr, struct vm_area_struct *vma,
		vaddr_t start, vaddr_t end, int advice, uint32_t *vm_flags);

int __ksm_enter(struct task_struct *curr, struct mm_struct *mm);
void __ksm_exit(struct task_struct *curr, struct mm_struct *mm);

/* fork: the child's memory is looked at if its parent's is. 0 or -ENOMEM. */
static inline int ksm_fork(struct task_struct *curr, struct mm_struct *mm,
			   const struct mm_struct *oldmm)
{
	return oldmm->ksm_slot ? __ksm_enter(curr, mm) : 0;
}

/* @mm has no users any more. Once it returns, ksmd doesn't touch its tables. */
static inline void ksm_exit(struct task_struct *curr, struct mm_struct *mm)
{
	if (mm->ksm_slot)
		__ksm_exit(curr, mm);
}

/*
 * The page for an entry of @vma at @vaddr that named the slot of @page, which
 * is locked and in the swap cache: @page itself or, where that would be
 * another family's, a copy of it, locked, with one reference. NULL: no memory
 * for that. May sleep.
 */
struct page *ksm_might_need_to_copy(struct task_struct *curr, struct page *page,
				    struct vm_area_struct *vma, vaddr_t vaddr);

/*
 * rmap_walk() of a KSM page. It may miss an entry that a child got by fork
 * until ksmd has seen it, and come by one twice.
 */
void rmap_walk_ksm(struct page *page, struct rmap_walk_control *rwc);
/* Both locked: what was known of @old is known of @new. */
void ksm_migrate_page(struct kernel *k, struct page *new, struct page *old);
/* How many places ksmd has found that share a KSM page; 0: it forgot it. */
uint32_t ksm_page_sharers(const struct page *page);

#endif
