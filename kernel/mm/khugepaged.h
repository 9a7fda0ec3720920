/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_KHUGEPAGED_H
#define KERNEL_MM_KHUGEPAGED_H

/*
 * The thread that makes huge pages of small ones (include/linux/khugepaged.h).
 */

#include "kernel/mm/mm_types.h"

struct kernel;
struct kernfs_node;
struct task_struct;

/* Boot: the knobs, and their files in @dir. */
void khugepaged_setup(struct kernel *k);
void khugepaged_sysfs_init(struct task_struct *curr, struct kernfs_node *dir);
/* It runs exactly while huge pages are switched on. 0 or -ENOMEM. Sleeps. */
int start_stop_khugepaged(struct task_struct *curr);
/* All programs have ended: so does it, soon. */
void khugepaged_shutdown(struct task_struct *curr);
/* @vma, with @vm_flags, may have huge pages: its mm is scanned from now on. */
void khugepaged_enter_vma(struct task_struct *curr,
			  const struct vm_area_struct *vma, uint32_t vm_flags);
/* fork: a child's memory is scanned if its parent's is. */
void khugepaged_fork(struct mm_struct *mm, const struct mm_struct *oldmm);
/* The last user of @mm is gone. */
void khugepaged_exit(struct task_struct *curr, struct mm_struct *mm);
/*
 * madvise(COLLAPSE): huge pages of all that lies in [start, end), now, in the
 * way of the thread but without its limits. mmap_lock is held for reading and
 * has been given up meanwhile. 0 or -errno.
 */
int madvise_collapse(struct task_struct *curr, struct vm_area_struct *vma,
		     vaddr_t start, vaddr_t end);

#endif
