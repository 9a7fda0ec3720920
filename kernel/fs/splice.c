/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/pipe.h"

/*
 * Bytes into and out of pipes without a buffer of the program's own (Linux:
 * fs/splice.c): splice, tee and vmsplice.
 *
 * A call waits until there is something to take and room for it, then moves
 * what it finds and doesn't wait again. Between two pipes whole pages change
 * hands; the last one is copied when only part of it is wanted.
 *
 * MODEL: to and from files and programs the bytes are copied, where Linux
 * lends pages of the page cache and of programs to the pipe: a program that
 * changes them before they have been read is not seen to.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fasync.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/syscalls.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/highmem.h"
#include "kernel/state.h"

#define SPLICE_F_NONBLOCK 2u
#define SPLICE_F_ALL      15u /* move, nonblock, more, gift */

bool can_splice_read(const struct file *file)
{
	(void)file;
	return true;
}

struct pipe_inode_info *get_pipe_info(const struct file *file)
{
	return S_ISFIFO(file->f_inode->i_mode) && !(file->f_mode & FMODE_PATH)
		       ? file->f_inode->i_private
		       : NULL;
}

static void add_buf(struct pipe_inode_info *pipe, struct page *page,
		    uint32_t nr_bytes)
{
	*pipe_buf(pipe, pipe->head++) = (struct pipe_buffer){.page = page,
							     .len = nr_bytes};
}

/* ---- waiting ----------------------------------------------------------- */

/* With the mutex held: 1 when there are bytes, 0 at the end, or -errno. */
static int ipipe_prep(struct task_struct *curr, struct pipe_inode_info *pipe,
		      bool nonblock)
{
	int err;

	while (pipe_empty(pipe)) {
		if (!pipe->writers)
			return 0;
		if (nonblock)
			return -EAGAIN;
		err = pipe_wait_readable(curr, pipe);
		if (err)
			return err;
	}
	return 1;
}

/* With the mutex held: 1 when there is room, or -errno. */
static int opipe_prep(struct task_struct *curr, struct pipe_inode_info *pipe,
		      bool nonblock)
{
	int err;

	for (;;) {
		if (!pipe->readers)
			return pipe_broken(curr);
		if (!pipe_full(pipe))
			return 1;
		if (nonblock)
			return -EAGAIN;
		err = pipe_wait_writable(curr, pipe);
		if (err)
			return err;
	}
}

static void unlock_pipe(struct task_struct *curr, struct pipe_inode_info *pipe)
{
	up_write(curr, &pipe->mutex);
	if (!pipe_empty(pipe))
		wake_up_poll(curr, &pipe->rd_wait, POLLIN | POLLRDNORM);
	if (!pipe_full(pipe))
		wake_up_poll(curr, &pipe->wr_wait, POLLOUT | POLLWRNORM);
}

/* What was moved into a pipe, and out of one: who wants a signal of it. */
static void tell_readers(struct task_struct *curr, struct pipe_inode_info *pipe,
			 int32_t moved)
{
	if (moved > 0)
		kill_fasync(curr, pipe->fasync_readers, SIGIO, FASYNC_IN);
}

static void tell_writers(struct task_struct *curr, struct pipe_inode_info *pipe,
			 int32_t moved)
{
	if (moved > 0)
		kill_fasync(curr, pipe->fasync_writers, SIGIO, FASYNC_OUT);
}

/* ---- pipe to pipe ------------------------------------------------------ */

/* @n bytes of @from as a page of their own behind @to. */
static int copy_buf(struct task_struct *curr, const struct pipe_buffer *from,
		    struct pipe_inode_info *to, uint32_t n)
{
	struct page *page = alloc_page(curr, GFP_HIGHUSER | __GFP_ACCOUNT);

	if (!page)
		return -ENOMEM;
	memcpy_page(curr, page, 0, from->page, from->offset, n);
	add_buf(to, page, n);
	return 0;
}

/* One buffer, or a part of it, changes pipes. Bytes, or -errno. */
static int32_t move_buf(struct task_struct *curr, struct pipe_inode_info *from,
			struct pipe_inode_info *to, uint32_t n)
{
	struct pipe_buffer *buf = pipe_buf(from, from->tail);
	int err;

	if (buf->len <= n) {
		n = buf->len;
		*pipe_buf(to, to->head++) = *buf;
		buf->page = NULL;
		from->tail++;
		return (int32_t)n;
	}
	err = copy_buf(curr, buf, to, n);
	if (err)
		return err;
	buf->offset += n;
	buf->len -= n;
	return (int32_t)n;
}

/*
 * Takes both in the order of their places in the object store, whoever gives
 * to whom: inode numbers are not enough, file systems have each their own.
 */
static void lock_both(struct task_struct *curr, struct pipe_inode_info *a,
		      struct pipe_inode_info *b)
{
	down_write(curr, a < b ? &a->mutex : &b->mutex);
	down_write(curr, a < b ? &b->mutex : &a->mutex);
}

/* @take false: tee, the bytes stay where they are, too. */
static int32_t pipe_to_pipe(struct task_struct *curr, struct file *in,
			    struct file *out, uint32_t len, uint32_t flags,
			    bool take)
{
	struct pipe_inode_info *from = get_pipe_info(in);
	struct pipe_inode_info *to = get_pipe_info(out);
	bool nonblock = (flags & SPLICE_F_NONBLOCK) ||
			((in->f_flags | out->f_flags) & O_NONBLOCK);
	int32_t done = 0, n;
	uint32_t at;

	down_write(curr, &from->mutex);
	n = ipipe_prep(curr, from, nonblock);
	up_write(curr, &from->mutex);
	if (n <= 0)
		return n;
	down_write(curr, &to->mutex);
	n = opipe_prep(curr, to, nonblock);
	up_write(curr, &to->mutex);
	if (n < 0)
		return n;
	lock_both(curr, from, to);
	for (at = from->tail; len && at != from->head && !pipe_full(to);) {
		const struct pipe_buffer *buf = pipe_buf(from, at);

		if (take) {
			n = move_buf(curr, from, to, len);
			at = from->tail;
		} else {
			n = (int32_t)(buf->len < len ? buf->len : len);
			if (copy_buf(curr, buf, to, (uint32_t)n))
				n = -ENOMEM;
			at++;
		}
		if (n < 0)
			break;
		done += n;
		len -= (uint32_t)n;
	}
	unlock_pipe(curr, from);
	unlock_pipe(curr, to);
	if (take)
		tell_writers(curr, from, done);
	tell_readers(curr, to, done);
	return done ? done : n < 0 ? n : 0;
}

/* ---- file and pipe ----------------------------------------------------- */

/* The rest of the file's page at @pos as a buffer. Bytes, or -errno. */
static int32_t add_file_page(struct task_struct *curr, struct file *in,
			     int64_t *pos, struct pipe_inode_info *pipe,
			     uint32_t n)
{
	struct page *page = alloc_page(curr, GFP_HIGHUSER | __GFP_ACCOUNT);
	struct iov_iter i;
	vaddr_t kaddr;
	int32_t got;

	if (!page)
		return -ENOMEM;
	kaddr = kmap_local_page(curr, page);
	iov_iter_kernel(&i, kmap_bytes_mut(curr, kaddr), n);
	got = vfs_read(curr, in, &i, pos);
	kunmap_local(curr, kaddr);
	if (got > 0)
		add_buf(pipe, page, (uint32_t)got);
	else
		put_page(curr, page);
	return got;
}

/* Of what can be read at a place that is ours to choose. */
int32_t splice_file_to_pipe(struct task_struct *curr, struct file *in,
			    int64_t *pos, struct file *out, uint32_t len,
			    uint32_t flags)
{
	struct pipe_inode_info *pipe = get_pipe_info(out);
	int32_t done = 0, n;

	if (!in->f_op->splice_read || !in->f_op->splice_read(in))
		return -EINVAL;
	down_write(curr, &pipe->mutex);
	n = opipe_prep(curr, pipe,
		       (flags & SPLICE_F_NONBLOCK) ||
			       (out->f_flags & O_NONBLOCK));
	while (n > 0 && len && !pipe_full(pipe)) {
		uint32_t in_page = PAGE_SIZE -
				   ((uint32_t)*pos & (PAGE_SIZE - 1));

		n = add_file_page(curr, in, pos, pipe,
				  len < in_page ? len : in_page);
		if (n > 0) {
			done += n;
			len -= (uint32_t)n;
		}
		/* a socket: what is there, without waiting for more */
		if (in->f_mode & FMODE_STREAM)
			break;
	}
	unlock_pipe(curr, pipe);
	tell_readers(curr, pipe, done);
	return done ? done : n < 0 ? n : 0;
}

/* Writes the pipe's first bytes; only what was written leaves the pipe. */
static int32_t write_front(struct task_struct *curr,
			   struct pipe_inode_info *pipe, struct file *out,
			   int64_t *pos, uint32_t len)
{
	struct pipe_buffer *buf = pipe_buf(pipe, pipe->tail);
	vaddr_t kaddr = kmap_local_page(curr, buf->page);
	struct iov_iter i;
	int32_t n;

	/* the iterator only reads it */
	iov_iter_kernel(&i, (void *)kmap_bytes(curr, kaddr + buf->offset),
			buf->len < len ? buf->len : len);
	n = vfs_write(curr, out, &i, pos);
	kunmap_local(curr, kaddr);
	if (n <= 0)
		return n;
	buf->offset += (uint32_t)n;
	buf->len -= (uint32_t)n;
	if (!buf->len) {
		pipe_release_buf(curr, pipe, buf);
		pipe->tail++;
	}
	return n;
}

static int32_t pipe_to_file(struct task_struct *curr, struct file *in,
			    struct file *out, int64_t *pos, uint32_t len,
			    uint32_t flags)
{
	struct pipe_inode_info *pipe = get_pipe_info(in);
	bool nonblock = (flags & SPLICE_F_NONBLOCK) ||
			(in->f_flags & O_NONBLOCK);
	int32_t done = 0, n;

	down_write(curr, &pipe->mutex);
	n = ipipe_prep(curr, pipe, nonblock);
	while (n > 0 && len && !pipe_empty(pipe)) {
		n = write_front(curr, pipe, out, pos, len);
		if (n > 0) {
			done += n;
			len -= (uint32_t)n;
		}
	}
	unlock_pipe(curr, pipe);
	tell_writers(curr, pipe, done);
	return done ? done : n < 0 ? n : 0;
}

/* ---- the calls --------------------------------------------------------- */

/* splice's @uoff for a file: where it says, or the file's own position. */
static int file_pos(struct task_struct *curr, const struct file *file,
		    vaddr_t uoff, int64_t *pos)
{
	*pos = file->f_pos;
	if (!uoff)
		return 0;
	if (copy_from_user(curr, pos, uoff, sizeof(*pos)))
		return -EFAULT;
	if (file->f_mode & FMODE_STREAM)
		return -EINVAL;
	return *pos < 0 ? -EINVAL : 0;
}

static int keep_pos(struct task_struct *curr, struct file *file, vaddr_t uoff,
		    int64_t pos)
{
	if (uoff)
		return copy_to_user(curr, uoff, &pos, sizeof(pos)) ? -EFAULT
								   : 0;
	if (!(file->f_mode & FMODE_STREAM))
		file->f_pos = pos;
	return 0;
}

static int32_t splice_files(struct task_struct *curr, struct file *in,
			    vaddr_t uin, struct file *out, vaddr_t uout,
			    uint32_t len, uint32_t flags)
{
	const bool from_pipe = get_pipe_info(in), to_pipe = get_pipe_info(out);
	int64_t pos = 0;
	int32_t n;
	int err;

	if ((from_pipe && uin) || (to_pipe && uout))
		return -ESPIPE;
	if (!(in->f_mode & FMODE_READ) || !(out->f_mode & FMODE_WRITE))
		return -EBADF;
	if (from_pipe && to_pipe)
		return in->f_inode == out->f_inode
			       ? -EINVAL
			       : pipe_to_pipe(curr, in, out, len, flags, true);
	if (!from_pipe && !to_pipe)
		return -EINVAL;
	err = from_pipe ? file_pos(curr, out, uout, &pos)
			: file_pos(curr, in, uin, &pos);
	if (err)
		return err;
	if (from_pipe && (out->f_flags & O_APPEND))
		return -EINVAL;
	n = from_pipe ? pipe_to_file(curr, in, out, &pos, len, flags)
		      : splice_file_to_pipe(curr, in, &pos, out, len, flags);
	if (n > 0)
		err = from_pipe ? keep_pos(curr, out, uout, pos)
				: keep_pos(curr, in, uin, pos);
	return err ? err : n;
}

typedef int32_t (*two_files_fn)(struct task_struct *curr, struct file *in,
				vaddr_t uin, struct file *out, vaddr_t uout,
				uint32_t len, uint32_t flags);

static int32_t with_files(struct task_struct *curr, int in, vaddr_t uin,
			  int out, vaddr_t uout, uint32_t len, uint32_t flags,
			  two_files_fn act)
{
	struct file *from = fget(curr, in), *to = fget(curr, out);
	int32_t n = -EBADF;

	if (len > MAX_RW_COUNT)
		len = MAX_RW_COUNT;
	if (from && to)
		n = act(curr, from, uin, to, uout, len, flags);
	if (from)
		fput(curr, from);
	if (to)
		fput(curr, to);
	return n;
}

int32_t do_splice(struct task_struct *curr, int in, vaddr_t uin, int out,
		  vaddr_t uout, uint32_t len, uint32_t flags)
{
	if (!len)
		return 0;
	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	return with_files(curr, in, uin, out, uout, len, flags, splice_files);
}

static int32_t tee_files(struct task_struct *curr, struct file *in, vaddr_t uin,
			 struct file *out, vaddr_t uout, uint32_t len,
			 uint32_t flags)
{
	(void)uin;
	(void)uout;
	if (!(in->f_mode & FMODE_READ) || !(out->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!get_pipe_info(in) || !get_pipe_info(out) ||
	    in->f_inode == out->f_inode)
		return -EINVAL;
	return pipe_to_pipe(curr, in, out, len, flags, false);
}

int32_t do_tee(struct task_struct *curr, int in, int out, uint32_t len,
	       uint32_t flags)
{
	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	if (!len)
		return 0;
	return with_files(curr, in, 0, out, 0, len, flags, tee_files);
}

/* The rest of the program's page as a buffer. Bytes, or -errno. */
static int32_t add_user_page(struct task_struct *curr,
			     struct pipe_inode_info *pipe,
			     struct iov_iter *from)
{
	uint32_t n = PAGE_SIZE - (from->iov->base & (PAGE_SIZE - 1));
	struct page *page;

	if (n > from->iov->len)
		n = from->iov->len;
	page = alloc_page(curr, GFP_HIGHUSER | __GFP_ACCOUNT);
	if (!page)
		return -ENOMEM;
	if (copy_page_from_iter(curr, page, 0, n, from) < n) {
		put_page(curr, page);
		return -EFAULT;
	}
	add_buf(pipe, page, n);
	return (int32_t)n;
}

/* As much as there is room for, after a wait for some. */
static int32_t user_to_pipe(struct task_struct *curr, struct file *file,
			    struct iov_iter *from, int64_t *pos)
{
	struct pipe_inode_info *pipe = get_pipe_info(file);
	int32_t done = 0, n;

	(void)pos;
	if (!from->count)
		return 0;
	if (!pipe || !(file->f_mode & FMODE_WRITE))
		return -EBADF;
	down_write(curr, &pipe->mutex);
	n = opipe_prep(curr, pipe, file->f_flags & O_NONBLOCK);
	while (n > 0 && from->count && !pipe_full(pipe)) {
		for (; !from->iov->len; from->iov++)
			from->nr_segs--;
		n = add_user_page(curr, pipe, from);
		if (n > 0)
			done += n;
	}
	unlock_pipe(curr, pipe);
	tell_readers(curr, pipe, done);
	return done ? done : n < 0 ? n : 0;
}

static int32_t pipe_to_user(struct task_struct *curr, struct file *file,
			    struct iov_iter *to, int64_t *pos)
{
	if (!to->count)
		return 0;
	return get_pipe_info(file) ? vfs_read(curr, file, to, pos) : -EBADF;
}

int32_t do_vmsplice(struct task_struct *curr, int fd, vaddr_t uiov, uint32_t nr,
		    uint32_t flags)
{
	struct file *file;
	uint32_t own;
	int32_t n;

	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	file = fget(curr, fd);
	if (!file)
		return -EBADF;
	own = file->f_flags;
	if (flags & SPLICE_F_NONBLOCK)
		file->f_flags |= O_NONBLOCK;
	n = -EBADF;
	if (file->f_mode & (FMODE_READ | FMODE_WRITE))
		n = transfer_vec(curr, fd, uiov, nr, NULL,
				 file->f_mode & FMODE_WRITE ? user_to_pipe
							    : pipe_to_user);
	file->f_flags = (file->f_flags & ~O_NONBLOCK) | (own & O_NONBLOCK);
	fput(curr, file);
	return n;
}
