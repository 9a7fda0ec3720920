/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/shmem.h"

/*
 * Files that are memory (mm/shmem.c): their pages come when they are written
 * or touched and have no other home, so each is charged like a private page
 * of a process. Two ways of charging:
 *
 *	VM_NORESERVE	tmpfs, memfd: each page when it comes, -ENOSPC if it
 *			may not
 *	else		MAP_SHARED | MAP_ANONYMOUS, SysV shm: the whole size at
 *			once, -ENOMEM if that is too much
 *
 * Invariant: shmem_committed is the sum of both.
 *
 * /proc shows shared anonymous memory as "/dev/zero (deleted)", after what
 * programs mapped before there was MAP_ANONYMOUS.
 *
 * MODEL: what is written over files of the root isn't charged, since their
 * pages may have been there before, as the host's.
 */

#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/syscalls.h"
#include "kernel/fs/tmpfs.h"
#include "kernel/lib/err.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

bool shmem_file(const struct file *file)
{
	return file->f_mapping && file->f_mapping->shmem;
}

/* ---- what is promised -------------------------------------------------------------- */

static int shmem_acct(struct task_struct *curr, uint32_t nr_pages)
{
	int error = vm_enough_memory(curr, curr->mm, nr_pages);

	if (!error)
		curr->k->user.shmem_committed += nr_pages;
	return error;
}

static void shmem_unacct(struct kernel *k, uint32_t nr_pages)
{
	vm_unacct_memory(k, nr_pages);
	k->user.shmem_committed -= nr_pages;
}

static uint32_t size_in_pages(int64_t size_bytes)
{
	return (uint32_t)((size_bytes + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

int shmem_acct_block(struct task_struct *curr, struct address_space *mapping)
{
	struct super_block *sb = mapping->host->i_sb;

	if (!mapping->shmem)
		return 0;
	if (mapping->acct_block && shmem_acct(curr, 1))
		return -ENOSPC;
	if (shmem_reserve_block(sb))
		return 0;
	if (mapping->acct_block)
		shmem_unacct(curr->k, 1);
	return -ENOSPC;
}

void shmem_unacct_block(struct kernel *k, struct address_space *mapping)
{
	if (mapping->acct_block)
		shmem_unacct(k, 1);
	if (mapping->shmem)
		shmem_free_block(mapping->host->i_sb);
}

void shmem_evict_inode(struct task_struct *curr, struct inode *inode)
{
	mpol_free_shared_policy(curr, &inode->i_data);
	if (inode->i_data.shmem && !inode->i_data.acct_block)
		shmem_unacct(curr->k, size_in_pages(inode->i_size));
}

/* ---- seals ---------------------------------------------------------------------------- */

int shmem_may_resize(const struct inode *inode, const struct iattr *attr)
{
	if (!(attr->valid & ATTR_SIZE) || !inode->i_data.shmem)
		return 0;
	if (attr->size < inode->i_size && inode->i_seals & F_SEAL_SHRINK)
		return -EPERM;
	if (attr->size > inode->i_size && inode->i_seals & F_SEAL_GROW)
		return -EPERM;
	return 0;
}

bool shmem_sealed_at(const struct inode *inode, int64_t end)
{
	return inode->i_data.shmem && inode->i_seals & F_SEAL_GROW &&
	       end > inode->i_size;
}

/* What is mapped now may be written; nothing more shall be. */
static int seal_check_write(const struct inode *inode,
			    struct vm_area_struct *vma)
{
	if (!(inode->i_seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)))
		return 0;
	if ((vma->vm_flags & (VM_SHARED | VM_WRITE)) == (VM_SHARED | VM_WRITE))
		return -EPERM;
	if (vma->vm_flags & VM_SHARED)
		vma->vm_flags &= ~VM_MAYWRITE;
	return 0;
}

/* ---- file operations -------------------------------------------------------------------- */

static int32_t shmem_file_write_iter(struct task_struct *curr,
				     struct file *file, struct iov_iter *from,
				     int64_t *pos)
{
	const struct inode *inode = file->f_inode;

	if (from->count &&
	    inode->i_seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		return -EPERM;
	return generic_file_write_iter(curr, file, from, pos);
}

static int shmem_mmap(struct task_struct *curr, struct file *file,
		      struct vm_area_struct *vma)
{
	int error = seal_check_write(file->f_inode, vma);

	return error ? error : generic_file_mmap(curr, file, vma);
}

/* Whole pages of [offset, offset + len) go, the rest is overwritten by 0. */
static int shmem_punch_hole(struct task_struct *curr, struct inode *inode,
			    int64_t offset, int64_t len)
{
	if (inode->i_seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		return -EPERM;
	truncate_pagecache_range(curr, inode, offset, offset + len);
	return 0;
}

/* A page for each place of [start, end) that has none; its bytes come later. */
static int shmem_fill(struct task_struct *curr, struct address_space *mapping,
		      pgoff_t start, pgoff_t end)
{
	for (pgoff_t index = start; index < end; index++) {
		struct page *page = signal_pending(curr)
					    ? ERR_PTR(-EINTR)
					    : grab_cache_page(curr, mapping,
							      index);

		if (IS_ERR(page)) {
			/* Only those that this call brought aren't up to date. */
			truncate_new_pages(curr, mapping, start, index);
			return (int)PTR_ERR(page);
		}
		set_page_dirty(curr, page);
		unlock_page(curr, page);
		put_page(curr, page);
	}
	return 0;
}

int shmem_reserve(struct task_struct *curr, struct inode *inode, uint32_t mode,
		  int64_t offset, int64_t len)
{
	const int64_t end = offset + len;
	/* counts when the size is to be kept, too */
	int error = inode_newsize_ok(curr, inode, end);

	if (error)
		return error;
	if (end > inode->i_size && inode->i_seals & F_SEAL_GROW)
		return -EPERM;
	error = shmem_fill(curr, &inode->i_data,
			   (pgoff_t)(offset >> PAGE_SHIFT), size_in_pages(end));
	if (!error && !(mode & FALLOC_FL_KEEP_SIZE) && end > inode->i_size)
		inode->i_size = end;
	return error;
}

static int shmem_fallocate(struct task_struct *curr, struct file *file,
			   uint32_t mode, int64_t offset, int64_t len)
{
	struct inode *inode = file->f_inode;
	int error;

	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE))
		return -EOPNOTSUPP;
	down_write(curr, &inode->i_rwsem);
	if (mode & FALLOC_FL_PUNCH_HOLE)
		error = shmem_punch_hole(curr, inode, offset, len);
	else
		error = shmem_reserve(curr, inode, mode, offset, len);
	if (!error)
		inode_modified(inode);
	up_write(curr, &inode->i_rwsem);
	return error;
}

static const struct file_operations shmem_file_fops = {
	.splice_read = can_splice_read,
	.read_iter = generic_file_read_iter,
	.write_iter = shmem_file_write_iter,
	.llseek = generic_file_llseek,
	.mmap = shmem_mmap,
	.fallocate = shmem_fallocate,
};

/* ---- new files -------------------------------------------------------------------------- */

void shmem_init_inode(struct inode *inode, uint32_t vm_flags)
{
	inode->i_fop = &shmem_file_fops;
	inode->i_seals = F_SEAL_SEAL;
	inode->i_data.swap_backed = true;
	inode->i_data.shmem = true;
	inode->i_data.acct_block = vm_flags & VM_NORESERVE;
}

static struct file *setup_file(struct task_struct *curr, const char *name,
			       int64_t size_bytes, uint32_t vm_flags)
{
	struct super_block *sb = curr->k->vfs.shm_sb;
	struct inode *inode = simple_inode(curr, sb, NULL, S_IFREG | S_IRWXUGO,
					   0, NULL);
	struct dentry *dentry;
	struct file *file;

	if (!inode)
		return ERR_PTR(-ENOSPC);
	inode->i_nlink = 0;
	dentry = d_alloc_pseudo(curr, sb, name, inode);
	if (!dentry) {
		iput(curr, inode);
		return ERR_PTR(-ENOMEM);
	}
	file = alloc_file(curr, dentry, O_RDWR | O_LARGEFILE, &shmem_file_fops);
	if (IS_ERR(file))
		return file;
	/* From here on its end takes the promise back. */
	shmem_init_inode(inode, vm_flags);
	inode->i_size = size_bytes;
	return file;
}

struct file *shmem_file_setup(struct task_struct *curr, const char *name,
			      int64_t size_bytes, uint32_t vm_flags)
{
	const uint32_t nr_pages = vm_flags & VM_NORESERVE
					  ? 0
					  : size_in_pages(size_bytes);
	struct file *file;

	if (size_bytes < 0 || size_bytes > MAX_FILE_BYTES)
		return ERR_PTR(-EINVAL);
	if (nr_pages && shmem_acct(curr, nr_pages))
		return ERR_PTR(-ENOMEM);
	file = setup_file(curr, name, size_bytes, vm_flags);
	if (IS_ERR(file))
		shmem_unacct(curr->k, nr_pages);
	return file;
}

int shmem_zero_setup(struct task_struct *curr, struct vm_area_struct *vma)
{
	struct file *file = shmem_file_setup(
		curr, "dev/zero", vma->vm_end - vma->vm_start, vma->vm_flags);

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	if (vma->vm_file) /* /dev/zero */
		fput(curr, vma->vm_file);
	vma->vm_file = file;
	return file->f_op->mmap(curr, file, vma);
}
