/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/syscalls.h"

/*
 * sync(2) and its kin (fs/sync.c): waiting until what was written is on the
 * disk. Files that are memory have nothing to wait for, and all of them succeed
 * at once.
 */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/rootfs.h"
#include "kernel/lib/errseq.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/writeback.h"
#include "kernel/state.h"

int32_t do_sync(struct task_struct *curr)
{
	sync_bdi(curr, &curr->k->vfs.root_bdi);
	rootfs_save(curr);
	return 0;
}

int32_t do_syncfs(struct task_struct *curr, int fd)
{
	struct file *file = fget(curr, fd);
	struct super_block *sb;
	int error;

	if (!file)
		return -EBADF;
	if (file->f_mode & FMODE_PATH) {
		fput(curr, file);
		return -EBADF;
	}
	sb = file->f_inode->i_sb;
	if (sb->s_bdi)
		sync_bdi(curr, sb->s_bdi);
	error = sb == curr->k->vfs.root->d_sb ? rootfs_save(curr) : 0;
	if (!error)
		error = errseq_check_and_advance(&sb->s_wb_err,
						 &file->f_sb_err);
	fput(curr, file);
	return error;
}

int vfs_fsync_range(struct task_struct *curr, struct file *file, int64_t start,
		    int64_t end)
{
	const uint32_t mode = file->f_inode->i_mode;

	/* What has nothing to write at any time is in order as it is. */
	if (!file->f_op->fsync)
		return S_ISREG(mode) || S_ISDIR(mode) || S_ISBLK(mode)
			       ? 0
			       : -EINVAL;
	return file->f_op->fsync(curr, file, (pgoff_t)(start >> PAGE_SHIFT),
				 (pgoff_t)(end >> PAGE_SHIFT));
}

/* MODEL: fdatasync() is fsync(): no file has metadata to be written. */
int32_t do_fsync(struct task_struct *curr, int fd)
{
	struct file *file = fget(curr, fd);
	int error;

	if (!file)
		return -EBADF;
	error = vfs_fsync_range(curr, file, 0, MAX_FILE_BYTES);
	fput(curr, file);
	return error;
}

int32_t generic_write_sync(struct task_struct *curr, struct file *file,
			   int64_t pos, int32_t count)
{
	const uint32_t mount = file->f_inode->i_sb->s_flags;
	int error;

	if (count <= 0 ||
	    (!(file->f_flags & O_DSYNC) && !(mount & MS_SYNCHRONOUS)))
		return count;
	error = vfs_fsync_range(curr, file, pos - count, pos - 1);
	return error ? error : count;
}

/* ---- sync_file_range(2) ---------------------------------------------------------- */

#define SYNC_FILE_RANGE_WAIT_BEFORE 1u
#define SYNC_FILE_RANGE_WRITE       2u
#define SYNC_FILE_RANGE_WAIT_AFTER  4u
#define WRITE_AND_WAIT              7u

static int sync_range(struct task_struct *curr, struct address_space *mapping,
		      pgoff_t start, pgoff_t last, uint32_t flags)
{
	int error = 0;

	if (flags & SYNC_FILE_RANGE_WAIT_BEFORE)
		error = filemap_fdatawait_range(curr, mapping, start, last);
	if (!error && flags & SYNC_FILE_RANGE_WRITE)
		error = filemap_fdatawrite_range(
			curr, mapping, start, last,
			flags == WRITE_AND_WAIT ? WB_SYNC_ALL : WB_SYNC_NONE);
	if (!error && flags & SYNC_FILE_RANGE_WAIT_AFTER)
		error = filemap_fdatawait_range(curr, mapping, start, last);
	return error;
}

int32_t do_sync_file_range(struct task_struct *curr, int fd, int64_t offset,
			   int64_t nr_bytes, uint32_t flags)
{
	struct file *file = fget(curr, fd);
	int64_t end;
	int error;

	if (!file)
		return -EBADF;
	if (flags & ~WRITE_AND_WAIT || offset < 0 || nr_bytes < 0 ||
	    __builtin_add_overflow(offset, nr_bytes, &end))
		error = -EINVAL;
	else if (!S_ISREG(file->f_inode->i_mode) &&
		 !S_ISDIR(file->f_inode->i_mode))
		error = -ESPIPE;
	else if (offset > MAX_FILE_BYTES)
		error = 0; /* beyond all pages */
	else
		error = sync_range(curr, file->f_mapping,
				   (pgoff_t)(offset >> PAGE_SHIFT),
				   !nr_bytes || end > MAX_FILE_BYTES
					   ? UINT32_MAX
					   : (pgoff_t)((end - 1) >> PAGE_SHIFT),
				   flags);
	fput(curr, file);
	return error;
}
