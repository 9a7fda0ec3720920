/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MMAN_CALLS_H
#define KERNEL_MM_MMAN_CALLS_H

/*
 * Calls on ranges of the caller's memory that only system calls make; they
 * take mmap_lock themselves. 0 or -errno.
 */

#include "kernel/mm/mm_types.h"

/*
 * Shows other pages of the file at a place where it is mapped shared already.
 * (mm/mmap.c)
 */
int do_remap_file_pages(struct task_struct *curr, vaddr_t start, uint32_t size,
			uint32_t prot, pgoff_t pgoff, uint32_t flags);
/* One byte a page at user address @vec: bit 0, is it resident? */
int mincore_range(struct task_struct *curr, vaddr_t start, uint32_t len,
		  vaddr_t vec);
int do_msync(struct task_struct *curr, vaddr_t start, uint32_t len,
	     uint32_t flags);
/* @vm_flags: VM_LOCKED, perhaps with VM_LOCKONFAULT. */
int do_mlock(struct task_struct *curr, vaddr_t start, uint32_t len,
	     uint32_t vm_flags);
int do_munlock(struct task_struct *curr, vaddr_t start, uint32_t len);
int do_mlockall(struct task_struct *curr, uint32_t flags);
int do_munlockall(struct task_struct *curr);

#endif
