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
bool shmem_file(const struct file *file);

/* ---- mm/memfd.c ------------------------------------------------------------------ */

int32_t memfd_add_seals(struct task_struct *curr, struct file *file,
			uint32_t seals);
int32_t memfd_get_seals(const struct file *file);

#endif
