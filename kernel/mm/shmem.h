/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SHMEM_H
#define KERNEL_MM_SHMEM_H

/*
 * Files that are memory and nothing else: tmpfs, shared anonymous memory,
 * memfd (mm/shmem.c, mm/memfd.c). Errors are -errno.
 */

#include "kernel/mm/mm_types.h"

struct iattr;

/* ---- mm/shmem.c ------------------------------------------------------------------ */

/* Backs a MAP_SHARED | MAP_ANONYMOUS VMA. 0 or -errno. */
int shmem_zero_setup(struct task_struct *curr, struct vm_area_struct *vma);
/*
 * A file without a path, for shared anonymous memory ("dev/zero"), SysV shm
 * ("SYSV…") and memfd. Its size is promised at once, unless @vm_flags has
 * VM_NORESERVE: then each of its pages is when it comes. One reference;
 * ERR_PTR.
 */
struct file *shmem_file_setup(struct task_struct *curr, const char *name,
			      int64_t size_bytes, uint32_t vm_flags);
/* A regular file, new, becomes one of memory. */
void shmem_init_inode(struct inode *inode, uint32_t vm_flags);
/* The file dies: so does the promise of its size. */
void shmem_evict_inode(struct task_struct *curr, struct inode *inode);
/* 0, or -EPERM: a seal is on it. Files of other kinds are no concern of it. */
int shmem_may_resize(const struct inode *inode, const struct iattr *attr);
/* Does a seal keep the file from being written up to @end? */
bool shmem_sealed_at(const struct inode *inode, int64_t end);
/* May the file have one page more, if it is one of memory? 0 or -ENOSPC. */
int shmem_acct_block(struct task_struct *curr, struct address_space *mapping);
void shmem_unacct_block(struct kernel *k, struct address_space *mapping);
/*
 * fallocate(): pages for [offset, offset + len), and the size that goes with
 * them. Under i_rwsem. 0 or -errno, and then nothing is different.
 */
int shmem_reserve(struct task_struct *curr, struct inode *inode, uint32_t mode,
		  int64_t offset, int64_t len);
bool shmem_file(const struct file *file);

/* ---- mm/shmem_swap.c --------------------------------------------------------------- */

/* shmem_writepage(): the page was not written, and is still locked. */
#define AOP_WRITEPAGE_ACTIVATE 0x80000

/*
 * Reclaim: a locked page of such a file, clean by clear_page_dirty_for_io()
 * and mapped nowhere, goes to swap. 0: it is on its way, and unlocked; else
 * AOP_WRITEPAGE_ACTIVATE: there is no room, and it is dirty again.
 */
int shmem_writepage(struct task_struct *curr, struct page *page);
/*
 * The page that is out at @index is back in the cache: locked, referenced.
 * ERR_PTR: -EEXIST: look again, something else is there; -ENOMEM; -EIO. May
 * sleep.
 */
struct page *shmem_swapin_page(struct task_struct *curr,
			       struct address_space *mapping, pgoff_t index);
/* Must it be read for that? False: the swap cache has it still, or already. */
bool shmem_swapin_reads(struct task_struct *curr,
			const struct address_space *mapping, pgoff_t index);
/* Begins to read those of [start, end) that are out. May sleep. */
void shmem_swapin_readahead(struct task_struct *curr,
			    struct address_space *mapping, pgoff_t start,
			    pgoff_t end);
/* What the file has at @index, a slot, it needs no more. */
void shmem_free_swap(struct task_struct *curr, struct address_space *mapping,
		     pgoff_t index, void *item);
/* Pages of [start, end) that are out; those of a whole mapping. */
uint32_t shmem_partial_swap_usage(const struct address_space *mapping,
				  pgoff_t start, pgoff_t end);
uint32_t shmem_swap_usage(const struct vm_area_struct *vma);
/* swapoff(): all pages that the area has come back. 0, -ENOMEM. */
int shmem_unuse(struct task_struct *curr, uint32_t type);

/* ---- mm/memfd.c ------------------------------------------------------------------ */

int32_t memfd_add_seals(struct task_struct *curr, struct file *file,
			uint32_t seals);
int32_t memfd_get_seals(const struct file *file);

#endif
