/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/writeback.h"

/*
 * posix_fadvise(2) and readahead(2) (mm/fadvise.c, and the end of
 * mm/readahead.c): how a file will be read, and which part of it won't be
 * needed any more. For files of memory, advice is checked and not taken.
 */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/syscalls.h"

enum {
	POSIX_FADV_NORMAL,
	POSIX_FADV_RANDOM,
	POSIX_FADV_SEQUENTIAL,
	POSIX_FADV_WILLNEED,
	POSIX_FADV_DONTNEED,
	POSIX_FADV_NOREUSE,
};

static void advise_willneed(struct task_struct *curr, struct file *file,
			    int64_t offset, int64_t last)
{
	const pgoff_t start = (pgoff_t)(offset >> PAGE_SHIFT);
	const int64_t nr = (last >> PAGE_SHIFT) - start + 1;

	force_page_cache_readahead(curr, file->f_mapping, file, start,
				   nr < UINT32_MAX ? (uint32_t)nr : UINT32_MAX);
}

/* Whole pages only: the rest of one may be needed. */
static void advise_dontneed(struct task_struct *curr, struct file *file,
			    int64_t offset, int64_t last)
{
	struct address_space *mapping = file->f_mapping;
	const pgoff_t start = (pgoff_t)((offset + PAGE_SIZE - 1) >> PAGE_SHIFT);
	int64_t end = last >> PAGE_SHIFT;

	filemap_fdatawrite_range(curr, mapping, (pgoff_t)(offset >> PAGE_SHIFT),
				 (pgoff_t)end, WB_SYNC_NONE);
	if (offset_in_page((uint32_t)last) != PAGE_SIZE - 1 &&
	    last != mapping->host->i_size - 1)
		end--;
	if (end >= start)
		invalidate_mapping_pages(curr, mapping, start, (pgoff_t)end);
}

static void take_advice(struct task_struct *curr, struct file *file,
			int64_t offset, int64_t last, uint32_t advice)
{
	const struct backing_dev_info *bdi = inode_to_bdi(file->f_inode);

	switch (advice) {
	case POSIX_FADV_NORMAL:
		file->f_ra.ra_pages = bdi->ra_pages;
		file->f_mode &= ~FMODE_RANDOM;
		break;
	case POSIX_FADV_RANDOM:
		file->f_mode |= FMODE_RANDOM;
		break;
	case POSIX_FADV_SEQUENTIAL:
		file->f_ra.ra_pages = bdi->ra_pages * 2;
		file->f_mode &= ~FMODE_RANDOM;
		break;
	case POSIX_FADV_WILLNEED:
		advise_willneed(curr, file, offset, last);
		break;
	case POSIX_FADV_DONTNEED:
		advise_dontneed(curr, file, offset, last);
		break;
	default:
		break;
	}
}

static int fadvise(struct task_struct *curr, struct file *file, int64_t offset,
		   int64_t len, uint32_t advice)
{
	int64_t end;

	if (S_ISFIFO(file->f_inode->i_mode))
		return -ESPIPE;
	if (advice > POSIX_FADV_NOREUSE || len < 0)
		return -EINVAL;
	if (!S_ISREG(file->f_inode->i_mode) || !inode_to_bdi(file->f_inode) ||
	    !file->f_mapping->a_ops || offset < 0 || offset > MAX_FILE_BYTES)
		return 0;
	if (!len || __builtin_add_overflow(offset, len, &end) ||
	    end > MAX_FILE_BYTES)
		end = MAX_FILE_BYTES + 1;
	take_advice(curr, file, offset, end - 1, advice);
	return 0;
}

int32_t do_fadvise(struct task_struct *curr, int fd, int64_t offset,
		   int64_t len, uint32_t advice)
{
	struct file *file = fget(curr, fd);
	int error;

	if (!file)
		return -EBADF;
	error = file->f_mode & FMODE_PATH
			? -EBADF
			: fadvise(curr, file, offset, len, advice);
	fput(curr, file);
	return error;
}

int32_t do_readahead(struct task_struct *curr, int fd, int64_t offset,
		     uint32_t count)
{
	struct file *file = fget(curr, fd);
	int error = 0;

	if (!file)
		return -EBADF;
	if (!(file->f_mode & FMODE_READ))
		error = -EBADF;
	else if (!S_ISREG(file->f_inode->i_mode))
		error = -EINVAL;
	else
		error = fadvise(curr, file, offset, count, POSIX_FADV_WILLNEED);
	fput(curr, file);
	return error;
}
