/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/syscalls.h"

/*
 * read, write and their family (Linux: fs/read_write.c, fs/splice.c's
 * sendfile). Everything becomes an iov_iter and a position and goes to the
 * file's read_iter or write_iter.
 *
 * Left out: O_DIRECT, splice, asynchronous I/O.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/fs/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

/* ---- positions --------------------------------------------------------- */

int64_t generic_llseek(struct task_struct *curr, struct file *file,
		       int64_t offset, int whence, int64_t end)
{
	(void)curr;
	switch (whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		offset = pos_after(file->f_pos, offset);
		break;
	case SEEK_END:
		offset = pos_after(end, offset);
		break;
	case SEEK_DATA: /* the whole file is data, with a hole at its end */
	case SEEK_HOLE:
		if (offset < 0 || offset >= end)
			return -ENXIO;
		if (whence == SEEK_HOLE)
			offset = end;
		break;
	default:
		return -EINVAL;
	}
	if (offset < 0 || offset > MAX_FILE_BYTES)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

/* A page that is there is data, whatever is in it; one that isn't, a hole. */
static int64_t mapping_seek_hole_data(const struct inode *inode, int64_t offset,
				      int whence)
{
	const struct xarray *pages = &inode->i_data.i_pages;
	const int64_t end = inode->i_size;
	const uint32_t last = (uint32_t)((end - 1) >> PAGE_SHIFT);
	uint32_t index = (uint32_t)(offset >> PAGE_SHIFT);

	if (whence == SEEK_DATA) {
		if (!xa_find(pages, &index, last))
			return -ENXIO;
	} else {
		while (index <= last && xa_load(pages, index))
			index++;
		if (index > last)
			return end;
	}
	return (int64_t)index << PAGE_SHIFT > offset
		       ? (int64_t)index << PAGE_SHIFT
		       : offset;
}

int64_t generic_file_llseek(struct task_struct *curr, struct file *file,
			    int64_t offset, int whence)
{
	const struct inode *inode = file->f_inode;

	if ((whence == SEEK_DATA || whence == SEEK_HOLE) && offset >= 0 &&
	    offset < inode->i_size && inode->host_node == HW_NODE_NONE) {
		offset = mapping_seek_hole_data(inode, offset, whence);
		if (offset < 0)
			return offset;
		whence = SEEK_SET;
	}
	return generic_llseek(curr, file, offset, whence, inode->i_size);
}

static int64_t vfs_llseek(struct task_struct *curr, struct file *file,
			  int64_t offset, int whence)
{
	if (!file->f_op->llseek)
		return -ESPIPE;
	return file->f_op->llseek(curr, file, offset, whence);
}

/* Two tasks that share a file take turns at its position. */
static bool lock_pos(struct task_struct *curr, struct file *file)
{
	/* our own reference and the table's: no one else's */
	if (file->f_mode & FMODE_STREAM || file->f_count <= 2)
		return false;
	down_write(curr, &file->f_pos_lock);
	return true;
}

static void unlock_pos(struct task_struct *curr, struct file *file, bool locked)
{
	if (locked)
		up_write(curr, &file->f_pos_lock);
}

int64_t do_lseek(struct task_struct *curr, int fd, int64_t offset, int whence)
{
	struct file *file = fget(curr, fd);
	int64_t pos;
	bool locked;

	if (!file)
		return -EBADF;
	locked = lock_pos(curr, file);
	pos = vfs_llseek(curr, file, offset, whence);
	unlock_pos(curr, file, locked);
	fput(curr, file);
	return pos;
}

/* ---- one transfer ------------------------------------------------------ */

/* No segment may reach beyond user space, however much of it is asked for. */
static bool iov_access_ok(const struct task_struct *curr,
			  const struct iov_iter *i)
{
	const uint64_t end = curr->mm ? curr->mm->task_size : UINT32_MAX;

	for (uint32_t n = 0; i->user && n < i->nr_segs; n++)
		if (i->iov[n].len &&
		    (uint64_t)i->iov[n].base + i->iov[n].len > end)
			return false;
	return true;
}

static void account_read(struct task_struct *curr, int32_t n)
{
	if (n > 0)
		curr->ioac.rchar += (uint32_t)n;
	curr->ioac.syscr++;
}

static void account_write(struct task_struct *curr, int32_t n)
{
	if (n > 0)
		curr->ioac.wchar += (uint32_t)n;
	curr->ioac.syscw++;
}

int32_t vfs_read(struct task_struct *curr, struct file *file,
		 struct iov_iter *to, int64_t *pos)
{
	int32_t n;

	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (S_ISDIR(file->f_inode->i_mode))
		return to->nr_segs != 1 && !to->count ? 0 : -EISDIR;
	if (!file->f_op->read_iter)
		return -EINVAL;
	if (!iov_access_ok(curr, to))
		return -EFAULT;
	if (*pos < 0)
		return -EINVAL;
	n = file->f_op->read_iter(curr, file, to, pos);
	account_read(curr, n);
	if (n > 0)
		fsnotify_file(curr, file, IN_ACCESS);
	return n;
}

/* How much of @from may be written at @pos, past which a file can't grow. */
static int generic_write_check_limits(struct task_struct *curr,
				      const struct file *file,
				      struct iov_iter *from, int64_t pos)
{
	const uint32_t limit =
		curr->signal ? curr->signal->rlim[RLIMIT_FSIZE].rlim_cur
			     : RLIM_INFINITY;
	int64_t end = file->f_flags & O_LARGEFILE ? MAX_FILE_BYTES
						  : MAX_NON_LFS;

	if (limit != RLIM_INFINITY && limit < end) {
		if (pos >= limit) {
			send_sig_info(curr, SIGXFSZ, NULL, curr, true);
			return -EFBIG;
		}
		end = limit;
	}
	if (pos >= end)
		return -EFBIG;
	/* the rest of its segments is simply never asked for */
	if (from->count > end - pos)
		from->count = (uint32_t)(end - pos);
	return 0;
}

/* Where @from goes, and how much of it may. */
static int generic_write_checks(struct task_struct *curr,
				const struct file *file, struct iov_iter *from,
				int64_t *pos)
{
	if (file->f_flags & O_APPEND)
		*pos = file->f_inode->i_size;
	return generic_write_check_limits(curr, file, from, *pos);
}

int32_t vfs_write(struct task_struct *curr, struct file *file,
		  struct iov_iter *from, int64_t *pos)
{
	struct inode *inode = file->f_inode;
	int32_t err, n;

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!file->f_op->write_iter)
		return -EINVAL;
	if (!iov_access_ok(curr, from))
		return -EFAULT;
	if (S_ISREG(inode->i_mode) && file->f_mapping->a_ops) {
		if (!from->count)
			return 0;
		err = generic_write_checks(curr, file, from, pos);
		if (err)
			return err;
		inode_modified(inode);
	}
	n = file->f_op->write_iter(curr, file, from, pos);
	account_write(curr, n);
	if (n > 0)
		fsnotify_file(curr, file, IN_MODIFY);
	return n;
}

/* At @at, or with NULL at the file's own position, which moves on. */
static int32_t do_transfer(struct task_struct *curr, int fd, struct iov_iter *i,
			   const int64_t *at, transfer_fn transfer)
{
	struct file *file = fget(curr, fd);
	int64_t pos;
	bool locked;
	int32_t n;

	if (!file)
		return -EBADF;
	if (at) {
		pos = *at;
		if (file->f_mode & (FMODE_STREAM | FMODE_NOSEEK))
			n = -ESPIPE;
		else
			n = pos < 0 ? -EINVAL : transfer(curr, file, i, &pos);
		fput(curr, file);
		return n;
	}
	locked = lock_pos(curr, file);
	pos = file->f_pos;
	n = transfer(curr, file, i, &pos);
	if (n > 0 && !(file->f_mode & FMODE_STREAM))
		file->f_pos = pos;
	unlock_pos(curr, file, locked);
	fput(curr, file);
	return n;
}

static int32_t transfer_buf(struct task_struct *curr, int fd, vaddr_t ubuf,
			    uint32_t n, const int64_t *at, transfer_fn transfer)
{
	struct iovec_user iov = {ubuf, n < MAX_RW_COUNT ? n : MAX_RW_COUNT};
	struct iov_iter i;

	if (at && *at < 0)
		return -EINVAL;
	iov_iter_user(&i, &iov, 1);
	return do_transfer(curr, fd, &i, at, transfer);
}

int32_t ksys_read(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n)
{
	return transfer_buf(curr, fd, ubuf, n, NULL, vfs_read);
}

int32_t ksys_write(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n)
{
	return transfer_buf(curr, fd, ubuf, n, NULL, vfs_write);
}

int32_t ksys_pread(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n,
		   int64_t pos)
{
	return transfer_buf(curr, fd, ubuf, n, &pos, vfs_read);
}

int32_t ksys_pwrite(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n,
		    int64_t pos)
{
	return transfer_buf(curr, fd, ubuf, n, &pos, vfs_write);
}

static bool fd_valid(struct task_struct *curr, int fd)
{
	struct file *file = fget(curr, fd);

	if (file)
		fput(curr, file);
	return file;
}

/* ---- vectors ----------------------------------------------------------- */

/* Checks the segments and cuts them to what one call may move. */
static int check_iov(struct iovec_user *iov, uint32_t nr)
{
	uint32_t left = MAX_RW_COUNT;

	for (uint32_t n = 0; n < nr; n++) {
		if ((int32_t)iov[n].len < 0)
			return -EINVAL;
		if (iov[n].len > left)
			iov[n].len = left;
		left -= iov[n].len;
	}
	return 0;
}

int iovec_from_user(struct task_struct *curr, vaddr_t uiov, uint32_t nr,
		    struct iovec_user **iov)
{
	const uint32_t bytes = nr * (uint32_t)sizeof(**iov);
	int error;

	if (nr > UIO_MAXIOV)
		return -EINVAL;
	if (nr > UIO_FASTIOV)
		*iov = kzalloc_obj(curr, bytes, bytes, GFP_KERNEL);
	if (!*iov)
		return -ENOMEM;
	error = copy_from_user(curr, *iov, uiov, bytes) ? -EFAULT
							: check_iov(*iov, nr);
	if (error && nr > UIO_FASTIOV)
		kfree_obj(curr, *iov);
	return error;
}

static bool addresses_ok(const struct task_struct *curr,
			 const struct iovec_user *iov, uint32_t nr)
{
	for (uint32_t n = 0; n < nr; n++)
		if (!access_ok(curr, iov[n].base, iov[n].len))
			return false;
	return true;
}

int import_iovec(struct task_struct *curr, vaddr_t uiov, uint32_t nr,
		 struct iovec_user **iov)
{
	int error = iovec_from_user(curr, uiov, nr, iov);

	if (error || addresses_ok(curr, *iov, nr))
		return error;
	if (nr > UIO_FASTIOV)
		kfree_obj(curr, *iov);
	return -EFAULT;
}

int32_t transfer_vec(struct task_struct *curr, int fd, vaddr_t uiov,
		     uint32_t nr, const int64_t *at, transfer_fn transfer)
{
	struct iovec_user fast[UIO_FASTIOV], *iov = fast;
	struct iov_iter i;
	int32_t n;

	if (at && *at < 0)
		return -EINVAL;
	if (!fd_valid(curr, fd))
		return -EBADF;
	n = import_iovec(curr, uiov, nr, &iov);
	if (n)
		return n;
	iov_iter_user(&i, iov, nr);
	n = do_transfer(curr, fd, &i, at, transfer);
	if (iov != fast)
		kfree_obj(curr, iov);
	return n;
}

int32_t do_readv(struct task_struct *curr, int fd, vaddr_t uiov, uint32_t nr,
		 const int64_t *pos)
{
	return transfer_vec(curr, fd, uiov, nr, pos, vfs_read);
}

int32_t do_writev(struct task_struct *curr, int fd, vaddr_t uiov, uint32_t nr,
		  const int64_t *pos)
{
	return transfer_vec(curr, fd, uiov, nr, pos, vfs_write);
}

#define RWF_HIPRI     1u
#define RWF_DSYNC     2u
#define RWF_SYNC      4u
#define RWF_NOWAIT    8u
#define RWF_APPEND    16u
#define RWF_SUPPORTED (RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_APPEND)

/* RWF_APPEND is O_APPEND for one call. */
int32_t do_rw2(struct task_struct *curr, int fd, vaddr_t uiov, uint32_t nr,
	       const int64_t *pos, uint32_t flags, bool write)
{
	struct file *file = fget(curr, fd);
	uint32_t own_append;
	int32_t n;

	if (!file)
		return -EBADF;
	if (!(file->f_mode & (write ? FMODE_WRITE : FMODE_READ))) {
		fput(curr, file);
		return -EBADF;
	}
	own_append = file->f_flags & O_APPEND;
	if (nr > UIO_MAXIOV) {
		n = -EINVAL;
	} else if (flags & ~RWF_SUPPORTED) {
		n = -EOPNOTSUPP;
	} else {
		if (flags & RWF_APPEND)
			file->f_flags |= O_APPEND;
		n = *pos == -1 ? transfer_vec(curr, fd, uiov, nr, NULL,
					      write ? vfs_write : vfs_read)
			       : transfer_vec(curr, fd, uiov, nr, pos,
					      write ? vfs_write : vfs_read);
		if (flags & RWF_APPEND)
			file->f_flags = (file->f_flags & ~O_APPEND) |
					own_append;
	}
	fput(curr, file);
	return n;
}

int32_t kernel_read(struct task_struct *curr, struct file *file, void *to,
		    uint32_t nr_bytes, int64_t pos)
{
	struct iov_iter i;

	if (!file->f_op->read_iter || S_ISDIR(file->f_inode->i_mode))
		return -EINVAL;
	iov_iter_kernel(&i, to, nr_bytes);
	return file->f_op->read_iter(curr, file, &i, &pos);
}

/* ---- from file to file ------------------------------------------------- */

/* MODEL: Linux lends the page cache's pages to a pipe. */
int32_t copy_between(struct task_struct *curr, struct file *in, int64_t *in_pos,
		     struct file *out, int64_t *out_pos, uint32_t n)
{
	struct page *page = alloc_page(curr, GFP_KERNEL);
	uint8_t *bytes;
	uint32_t done = 0;
	int32_t got = 0, put = 0;

	if (!page)
		return -ENOMEM;
	bytes = page_bytes(curr->k, page);
	while (done < n) {
		struct iov_iter i;
		uint32_t chunk = n - done < PAGE_SIZE ? n - done : PAGE_SIZE;
		int64_t from = *in_pos;

		iov_iter_kernel(&i, bytes, chunk);
		got = vfs_read(curr, in, &i, &from);
		if (got <= 0)
			break;
		iov_iter_kernel(&i, bytes, (uint32_t)got);
		put = vfs_write(curr, out, &i, out_pos);
		if (put <= 0)
			break;
		/* what was read and not written stays in the input */
		*in_pos += put;
		done += (uint32_t)put;
		if (put < got || (uint32_t)got < chunk || signal_pending(curr))
			break;
	}
	__free_pages(curr, page, 0);
	if (done)
		return (int32_t)done;
	return got < 0 ? got : put;
}

static int get_offset(struct task_struct *curr, vaddr_t uoff, uint32_t bytes,
		      int64_t *off)
{
	*off = 0;
	if (copy_from_user(curr, off, uoff, bytes))
		return -EFAULT;
	if (bytes == 4)
		*off = (int32_t)*off;
	return *off < 0 ? -EINVAL : 0;
}

static int put_offset(struct task_struct *curr, vaddr_t uoff, uint32_t bytes,
		      int64_t off)
{
	if (bytes == 4 && off > INT32_MAX)
		return -EOVERFLOW;
	return copy_to_user(curr, uoff, &off, bytes) ? -EFAULT : 0;
}

static int32_t sendfile_files(struct task_struct *curr, struct file *out,
			      struct file *in, vaddr_t uoff, uint32_t off_bytes,
			      uint32_t n)
{
	int64_t in_pos = in->f_pos, out_pos = out->f_pos;
	int32_t done;
	int err;

	/* what a pipe gets from a socket can't be lost */
	if (in->f_mode & FMODE_STREAM && S_ISSOCK(in->f_inode->i_mode) &&
	    S_ISFIFO(out->f_inode->i_mode))
		return splice_file_to_pipe(curr, in, &in_pos, out, n, 0);
	/* a terminal or pipe as input would lose what can't be written */
	if ((in->f_mode & FMODE_STREAM) || !in->f_op->splice_read ||
	    !in->f_op->splice_read(in))
		return -EINVAL;
	if (out->f_flags & O_APPEND)
		return -EINVAL;
	if (uoff) {
		err = get_offset(curr, uoff, off_bytes, &in_pos);
		if (err)
			return err;
	}
	done = copy_between(curr, in, &in_pos, out, &out_pos,
			    n < MAX_RW_COUNT ? n : MAX_RW_COUNT);
	if (done < 0)
		return done;
	if (!(out->f_mode & FMODE_STREAM))
		out->f_pos = out_pos;
	if (!uoff)
		in->f_pos = in_pos;
	err = uoff ? put_offset(curr, uoff, off_bytes, in_pos) : 0;
	return err ? err : done;
}

int32_t do_sendfile(struct task_struct *curr, int out, int in, vaddr_t uoff,
		    uint32_t off_bytes, uint32_t n)
{
	struct file *from, *to;
	int32_t done = -EBADF;
	int64_t offset;

	if (uoff && copy_from_user(curr, &offset, uoff, off_bytes))
		return -EFAULT;
	from = fget(curr, in);
	to = fget(curr, out);
	if (from && to && from->f_mode & FMODE_READ && to->f_mode & FMODE_WRITE)
		done = sendfile_files(curr, to, from, uoff, off_bytes, n);
	if (from)
		fput(curr, from);
	if (to)
		fput(curr, to);
	return done;
}

static int may_copy_range(const struct file *from, const struct file *to)
{
	if (S_ISDIR(from->f_inode->i_mode) || S_ISDIR(to->f_inode->i_mode))
		return -EISDIR;
	if (!S_ISREG(from->f_inode->i_mode) || !S_ISREG(to->f_inode->i_mode))
		return -EINVAL;
	if (!(from->f_mode & FMODE_READ) || !(to->f_mode & FMODE_WRITE) ||
	    to->f_flags & O_APPEND)
		return -EBADF;
	if (from->f_inode->i_sb != to->f_inode->i_sb)
		return -EXDEV;
	if (IS_SWAPFILE(from->f_inode) || IS_SWAPFILE(to->f_inode))
		return -ETXTBSY;
	return 0;
}

static int32_t copy_range(struct task_struct *curr, struct file *from,
			  vaddr_t uin, struct file *to, vaddr_t uout,
			  uint32_t n)
{
	int64_t in_pos = from->f_pos, out_pos = to->f_pos;
	int err = may_copy_range(from, to);
	int32_t done;

	if (!err && uin)
		err = get_offset(curr, uin, 8, &in_pos);
	if (!err && uout)
		err = get_offset(curr, uout, 8, &out_pos);
	if (n > MAX_RW_COUNT)
		n = MAX_RW_COUNT;
	if (!err && from->f_inode == to->f_inode && out_pos + n > in_pos &&
	    out_pos < in_pos + (int64_t)n)
		err = -EINVAL;
	if (err)
		return err;
	done = copy_between(curr, from, &in_pos, to, &out_pos, n);
	if (done <= 0)
		return done;
	if (!uin)
		from->f_pos = in_pos;
	if (!uout)
		to->f_pos = out_pos;
	if ((uin && put_offset(curr, uin, 8, in_pos)) ||
	    (uout && put_offset(curr, uout, 8, out_pos)))
		return -EFAULT;
	return done;
}

int32_t do_copy_file_range(struct task_struct *curr, int in, vaddr_t uin,
			   int out, vaddr_t uout, uint32_t n, uint32_t flags)
{
	struct file *from = fget(curr, in), *to = fget(curr, out);
	int32_t done = -EBADF;

	if (from && to)
		done = flags ? -EINVAL
			     : copy_range(curr, from, uin, to, uout, n);
	if (from)
		fput(curr, from);
	if (to)
		fput(curr, to);
	return done;
}
