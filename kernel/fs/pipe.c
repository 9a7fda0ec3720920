/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/pipe.h"

/*
 * Pipes and FIFOs (Linux: fs/pipe.c): up to 16 pages, each allocated when
 * bytes come and freed when they have been read.
 *
 * Invariant: a write of at most PIPE_BUF bytes is never mixed with others,
 * for it either fits behind the last page's bytes or takes one new page, and
 * the mutex is held until it is done.
 *
 * MODEL: no packet mode, no limit of all of a user's pipes.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/arm_sizes.h"
#include "kernel/drivers/termios.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define KMALLOC_MAX_BYTES (4u << 20)

static struct pipe_buffer *alloc_ring(struct task_struct *curr, uint32_t slots)
{
	return kzalloc_obj(curr, slots * ARM_SIZEOF_PIPE_BUFFER,
			   slots * sizeof(struct pipe_buffer), GFP_KERNEL);
}

static struct pipe_inode_info *alloc_pipe_info(struct task_struct *curr)
{
	struct pipe_inode_info *pipe = kzalloc_obj(
		curr, ARM_SIZEOF_PIPE_INODE_INFO, sizeof(*pipe), GFP_KERNEL);

	if (!pipe)
		return NULL;
	pipe->bufs = alloc_ring(curr, PIPE_DEF_BUFFERS);
	if (!pipe->bufs) {
		kfree_obj(curr, pipe);
		return NULL;
	}
	pipe->ring_size = PIPE_DEF_BUFFERS;
	init_rwsem(&pipe->mutex);
	init_waitqueue_head(&pipe->rd_wait);
	init_waitqueue_head(&pipe->wr_wait);
	return pipe;
}

/* One page is kept at hand: most pipes are written and read in turn. */
void pipe_release_buf(struct task_struct *curr, struct pipe_inode_info *pipe,
		      struct pipe_buffer *buf)
{
	if (!pipe->tmp_page)
		pipe->tmp_page = buf->page;
	else
		put_page(curr, buf->page);
	buf->page = NULL;
}

static void free_pipe_info(struct task_struct *curr,
			   struct pipe_inode_info *pipe)
{
	for (; !pipe_empty(pipe); pipe->tail++)
		pipe_release_buf(curr, pipe, pipe_buf(pipe, pipe->tail));
	if (pipe->tmp_page)
		put_page(curr, pipe->tmp_page);
	kfree_obj(curr, pipe->bufs);
	kfree_obj(curr, pipe);
}

/* ---- reading ----------------------------------------------------------- */

/* Takes what is there. Bytes, or -EFAULT with nothing taken. */
static int32_t pipe_take(struct task_struct *curr, struct pipe_inode_info *pipe,
			 struct iov_iter *to)
{
	int32_t done = 0;

	while (to->count && !pipe_empty(pipe)) {
		struct pipe_buffer *buf = pipe_buf(pipe, pipe->tail);
		const uint32_t n = buf->len < to->count ? buf->len : to->count;
		const uint32_t copied = copy_page_to_iter(curr, buf->page,
							  buf->offset, n, to);

		buf->offset += copied;
		buf->len -= copied;
		done += (int32_t)copied;
		if (!buf->len) {
			pipe_release_buf(curr, pipe, buf);
			pipe->tail++;
		}
		if (copied < n)
			return done ? done : -EFAULT;
	}
	return done;
}

int pipe_wait_readable(struct task_struct *curr, struct pipe_inode_info *pipe)
{
	int err;

	up_write(curr, &pipe->mutex);
	kill_fasync(curr, pipe->fasync_writers, SIGIO, FASYNC_OUT);
	err = wait_event_interruptible(curr, &pipe->rd_wait,
				       !pipe_empty(pipe) || !pipe->writers);
	down_write(curr, &pipe->mutex);
	return err;
}

static int32_t pipe_read(struct task_struct *curr, struct file *file,
			 struct iov_iter *to, int64_t *pos)
{
	struct pipe_inode_info *pipe = file->f_inode->i_private;
	bool was_full;
	int32_t n;

	(void)pos;
	if (!to->count)
		return 0;
	down_write(curr, &pipe->mutex);
	for (;;) {
		was_full = pipe_full(pipe);
		n = pipe_take(curr, pipe, to);
		if (n || !pipe->writers)
			break;
		n = -EAGAIN;
		if (file->f_flags & O_NONBLOCK)
			break;
		n = pipe_wait_readable(curr, pipe);
		if (n)
			break;
	}
	up_write(curr, &pipe->mutex);
	if (n > 0 && was_full && !pipe_full(pipe))
		wake_up_poll(curr, &pipe->wr_wait, POLLOUT | POLLWRNORM);
	kill_fasync(curr, pipe->fasync_writers, SIGIO, FASYNC_OUT);
	/* another reader was woken when there was something to read */
	return n;
}

/* ---- writing ----------------------------------------------------------- */

/*
 * The odd bytes of a write go behind the last page's, if they fit as a whole.
 * Bytes, or -EFAULT.
 */
static int32_t pipe_merge(struct task_struct *curr,
			  struct pipe_inode_info *pipe, struct iov_iter *from)
{
	const uint32_t chars = from->count & (PAGE_SIZE - 1);
	struct pipe_buffer *buf;
	uint32_t end;

	if (!chars || pipe_empty(pipe))
		return 0;
	buf = pipe_buf(pipe, pipe->head - 1);
	end = buf->offset + buf->len;
	if (end + chars > PAGE_SIZE || !buf->can_merge)
		return 0;
	if (copy_page_from_iter(curr, buf->page, end, chars, from) < chars)
		return -EFAULT;
	buf->len += chars;
	return (int32_t)chars;
}

/* One more page. Bytes, or -errno with nothing added. */
static int32_t pipe_add_page(struct task_struct *curr,
			     struct pipe_inode_info *pipe,
			     struct iov_iter *from)
{
	struct page *page = pipe->tmp_page;
	uint32_t n = from->count < PAGE_SIZE ? from->count : PAGE_SIZE, copied;

	if (!page)
		page = alloc_page(curr, GFP_HIGHUSER | __GFP_ACCOUNT);
	if (!page)
		return -ENOMEM;
	pipe->tmp_page = NULL;
	copied = copy_page_from_iter(curr, page, 0, n, from);
	if (copied < n) {
		/* half of an atomic write would be worse than none */
		pipe->tmp_page = page;
		return -EFAULT;
	}
	*pipe_buf(pipe, pipe->head++) =
		(struct pipe_buffer){.page = page, .len = n, .can_merge = true};
	return (int32_t)n;
}

int pipe_wait_writable(struct task_struct *curr, struct pipe_inode_info *pipe)
{
	int err;

	up_write(curr, &pipe->mutex);
	err = wait_event_interruptible(curr, &pipe->wr_wait,
				       !pipe_full(pipe) || !pipe->readers);
	down_write(curr, &pipe->mutex);
	return err;
}

int pipe_broken(struct task_struct *curr)
{
	const struct ksiginfo info = {
		.signo = SIGPIPE,
		.code = SI_USER,
		.pid = curr->tgid,
		.uid = curr->cred.uid,
	};

	send_sig_info(curr, SIGPIPE, &info, curr, true);
	return -EPIPE;
}

static int32_t pipe_fill(struct task_struct *curr, struct file *file,
			 struct pipe_inode_info *pipe, struct iov_iter *from)
{
	int32_t done, n;

	if (!pipe->readers)
		return pipe_broken(curr);
	done = pipe_merge(curr, pipe, from);
	if (done < 0)
		return done;
	while (from->count) {
		if (!pipe->readers)
			return done ? done : pipe_broken(curr);
		if (!pipe_full(pipe)) {
			n = pipe_add_page(curr, pipe, from);
			if (n < 0)
				return done ? done : n;
			done += n;
			continue;
		}
		if (file->f_flags & O_NONBLOCK)
			return done ? done : -EAGAIN;
		/* what is there must be taken before there is room */
		wake_up_poll(curr, &pipe->rd_wait, POLLIN | POLLRDNORM);
		kill_fasync(curr, pipe->fasync_readers, SIGIO, FASYNC_IN);
		n = pipe_wait_writable(curr, pipe);
		if (n)
			return done ? done : n;
	}
	return done;
}

static int32_t pipe_write(struct task_struct *curr, struct file *file,
			  struct iov_iter *from, int64_t *pos)
{
	struct pipe_inode_info *pipe = file->f_inode->i_private;
	int32_t n;

	(void)pos;
	if (!from->count)
		return 0;
	down_write(curr, &pipe->mutex);
	n = pipe_fill(curr, file, pipe, from);
	up_write(curr, &pipe->mutex);
	if (!pipe_empty(pipe))
		wake_up_poll(curr, &pipe->rd_wait, POLLIN | POLLRDNORM);
	kill_fasync(curr, pipe->fasync_readers, SIGIO, FASYNC_IN);
	return n;
}

/* ---- the rest of a file's operations ----------------------------------- */

static uint32_t pipe_poll(struct task_struct *curr, struct file *file,
			  struct poll_table *table)
{
	struct pipe_inode_info *pipe = file->f_inode->i_private;
	uint32_t mask = 0;

	if (file->f_mode & FMODE_READ) {
		poll_wait(curr, &pipe->rd_wait, table);
		if (!pipe_empty(pipe))
			mask |= POLLIN | POLLRDNORM;
		if (!pipe->writers && pipe->w_counter)
			mask |= POLLHUP;
	}
	if (file->f_mode & FMODE_WRITE) {
		poll_wait(curr, &pipe->wr_wait, table);
		if (!pipe_full(pipe))
			mask |= POLLOUT | POLLWRNORM;
		if (!pipe->readers)
			mask |= POLLERR;
	}
	return mask;
}

static int32_t pipe_ioctl(struct task_struct *curr, struct file *file,
			  uint32_t cmd, uint32_t arg)
{
	struct pipe_inode_info *pipe = file->f_inode->i_private;
	uint32_t nr_bytes = 0;

	if (cmd != FIONREAD)
		return -ENOTTY;
	for (uint32_t n = pipe->tail; n != pipe->head; n++)
		nr_bytes += pipe_buf(pipe, n)->len;
	return put_user_u32(curr, nr_bytes, arg);
}

/* Moves what is in the pipe to a ring of @slots. */
static int pipe_resize_ring(struct task_struct *curr,
			    struct pipe_inode_info *pipe, uint32_t slots)
{
	const uint32_t nr = pipe->head - pipe->tail;
	struct pipe_buffer *bufs;

	if (nr > slots)
		return -EBUSY;
	bufs = alloc_ring(curr, slots);
	if (!bufs)
		return -ENOMEM;
	for (uint32_t n = 0; n < nr; n++)
		bufs[n] = *pipe_buf(pipe, pipe->tail + n);
	kfree_obj(curr, pipe->bufs);
	pipe->bufs = bufs;
	pipe->ring_size = slots;
	pipe->tail = 0;
	pipe->head = nr;
	wake_up_all(curr, &pipe->wr_wait);
	return 0;
}

/* Rounds up to pages, a power of two of them. */
static int pipe_set_size(struct task_struct *curr, struct pipe_inode_info *pipe,
			 uint32_t nr_bytes)
{
	uint32_t slots = 1;

	if (nr_bytes > 1u << 31)
		return -EINVAL;
	while ((uint64_t)slots * PAGE_SIZE < nr_bytes)
		slots *= 2;
	if (slots > pipe->ring_size && nr_bytes > PIPE_MAX_SIZE &&
	    !capable(curr, CAP_SYS_RESOURCE))
		return -EPERM;
	/* beyond what kmalloc could give on ARM */
	if (slots * ARM_SIZEOF_PIPE_BUFFER > KMALLOC_MAX_BYTES)
		return -ENOMEM;
	return pipe_resize_ring(curr, pipe, slots);
}

int32_t pipe_fcntl(struct task_struct *curr, struct file *file, uint32_t cmd,
		   uint32_t arg)
{
	struct pipe_inode_info *pipe = file->f_inode->i_private;
	int32_t err = 0;

	if (!S_ISFIFO(file->f_inode->i_mode))
		return -EBADF;
	if (cmd == F_SETPIPE_SZ) {
		down_write(curr, &pipe->mutex);
		err = pipe_set_size(curr, pipe, arg);
		up_write(curr, &pipe->mutex);
	}
	return err ? err : (int32_t)(pipe->ring_size * PAGE_SIZE);
}

static int pipe_fasync(struct task_struct *curr, int fd, struct file *file,
		       bool on)
{
	struct pipe_inode_info *pipe = file->f_inode->i_private;
	int done = 0;

	if (file->f_mode & FMODE_READ)
		done = fasync_helper(curr, fd, file, on, &pipe->fasync_readers);
	if (done < 0 || !(file->f_mode & FMODE_WRITE))
		return done;
	done = fasync_helper(curr, fd, file, on, &pipe->fasync_writers);
	if (done < 0 && file->f_mode & FMODE_READ)
		fasync_helper(curr, -1, file, false, &pipe->fasync_readers);
	return done;
}

static void pipe_release(struct task_struct *curr, struct file *file)
{
	struct pipe_inode_info *pipe = file->f_inode->i_private;

	if (file->f_mode & FMODE_READ)
		pipe->readers--;
	if (file->f_mode & FMODE_WRITE)
		pipe->writers--;
	if (--pipe->files) {
		wake_up_all(curr, &pipe->rd_wait);
		wake_up_all(curr, &pipe->wr_wait);
		if (!pipe->readers == !pipe->writers)
			return;
		/* one side is left alone */
		kill_fasync(curr, pipe->fasync_readers, SIGIO, FASYNC_IN);
		kill_fasync(curr, pipe->fasync_writers, SIGIO, FASYNC_OUT);
		return;
	}
	file->f_inode->i_private = NULL;
	free_pipe_info(curr, pipe);
}

/* ---- opening ----------------------------------------------------------- */

static void pipe_count_open(struct pipe_inode_info *pipe,
			    const struct file *file)
{
	pipe->files++;
	if (file->f_mode & FMODE_READ) {
		pipe->readers++;
		pipe->r_counter++;
	}
	if (file->f_mode & FMODE_WRITE) {
		pipe->writers++;
		pipe->w_counter++;
	}
}

/* A FIFO's end waits for someone at the other. */
static int fifo_wait_partner(struct task_struct *curr,
			     struct pipe_inode_info *pipe, struct file *file)
{
	const bool reads = file->f_mode & FMODE_READ;
	const bool writes = file->f_mode & FMODE_WRITE;
	const uint32_t r_seen = pipe->r_counter, w_seen = pipe->w_counter;

	if (reads && writes)
		return 0;
	if (reads && !pipe->writers && !(file->f_flags & O_NONBLOCK))
		return wait_event_interruptible(curr, &pipe->rd_wait,
						pipe->w_counter != w_seen);
	if (reads && !pipe->writers)
		pipe->w_counter = 0; /* no POLLHUP before the first writer */
	if (writes && !pipe->readers)
		return wait_event_interruptible(curr, &pipe->wr_wait,
						pipe->r_counter != r_seen);
	return 0;
}

/* Also the way back into a pipe through /proc/PID/fd. */
static int fifo_open(struct task_struct *curr, struct inode *inode,
		     struct file *file)
{
	/* one of pipe(2) waits for nobody, even when the others are gone */
	const bool is_pipe = inode->i_sb->s_magic == PIPEFS_MAGIC;
	struct pipe_inode_info *pipe = inode->i_private;
	int err = 0;

	if (!(file->f_mode & (FMODE_READ | FMODE_WRITE)))
		return -EINVAL;
	if (!pipe) {
		pipe = alloc_pipe_info(curr);
		if (!pipe)
			return -ENOMEM;
		if (inode->i_private) {
			/* someone else made it while we slept */
			free_pipe_info(curr, pipe);
			pipe = inode->i_private;
		}
		inode->i_private = pipe;
	}
	if ((file->f_flags & (O_ACCMODE | O_NONBLOCK)) ==
		    (O_WRONLY | O_NONBLOCK) &&
	    !is_pipe && !pipe->readers) {
		if (!pipe->files) {
			inode->i_private = NULL;
			free_pipe_info(curr, pipe);
		}
		return -ENXIO;
	}
	file->f_mode |= FMODE_STREAM;
	pipe_count_open(pipe, file);
	wake_up_all(curr, &pipe->rd_wait);
	wake_up_all(curr, &pipe->wr_wait);
	if (!is_pipe)
		err = fifo_wait_partner(curr, pipe, file);
	if (err)
		pipe_release(curr, file);
	return err;
}

const struct file_operations fifo_fops = {
	.open = fifo_open,
	.release = pipe_release,
	.read_iter = pipe_read,
	.write_iter = pipe_write,
	.poll = pipe_poll,
	.ioctl = pipe_ioctl,
	.fasync = pipe_fasync,
};

/* ---- pipe(2) ----------------------------------------------------------- */

static const char *pipefs_dname(const struct dentry *dentry, char *buf,
				uint32_t size)
{
	snprintf(buf, size, "pipe:[%llu]",
		 (unsigned long long)dentry->d_inode->i_ino);
	return buf;
}

static const struct super_operations pipefs_ops = {.dname = pipefs_dname};

struct super_block *pipefs_mount(struct task_struct *curr)
{
	return sget(curr, "pipefs", "pipefs", PIPEFS_MAGIC, &pipefs_ops,
		    curr->k->vfs.inode_cache);
}

/* ERR_PTR: -ENFILE without an inode or a pipe, as Linux has it. */
static struct dentry *pipe_dentry(struct task_struct *curr)
{
	struct super_block *sb = curr->k->vfs.pipe_sb;
	struct inode *inode = new_inode(curr, sb, S_IFIFO | 0600);
	struct dentry *dentry;

	if (!inode)
		return ERR_PTR(-ENFILE);
	inode->i_uid = curr->cred.fsuid;
	inode->i_gid = curr->cred.fsgid;
	inode->i_fop = &fifo_fops;
	inode->i_private = alloc_pipe_info(curr);
	if (!inode->i_private) {
		iput(curr, inode);
		return ERR_PTR(-ENFILE);
	}
	dentry = d_alloc_pseudo(curr, sb, "", inode);
	if (dentry)
		return dentry;
	free_pipe_info(curr, inode->i_private);
	iput(curr, inode);
	return ERR_PTR(-ENOMEM);
}

static int create_pipe_files(struct task_struct *curr, struct file *file[2],
			     uint32_t flags)
{
	struct dentry *dentry = pipe_dentry(curr);
	struct pipe_inode_info *pipe;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	pipe = dentry->d_inode->i_private;
	file[0] = alloc_file(curr, dget(dentry), flags | O_RDONLY, &fifo_fops);
	file[1] = IS_ERR(file[0]) ? file[0]
				  : alloc_file(curr, dget(dentry),
					       flags | O_WRONLY, &fifo_fops);
	if (!IS_ERR(file[0])) {
		file[0]->f_mode |= FMODE_STREAM;
		pipe_count_open(pipe, file[0]);
	}
	if (IS_ERR(file[1])) {
		if (IS_ERR(file[0]))
			free_pipe_info(curr, pipe);
		else
			fput(curr, file[0]);
		dput(curr, dentry);
		return (int)PTR_ERR(file[1]);
	}
	file[1]->f_mode |= FMODE_STREAM;
	pipe_count_open(pipe, file[1]);
	dput(curr, dentry);
	return 0;
}

int32_t do_pipe2(struct task_struct *curr, vaddr_t ufds, uint32_t flags)
{
	struct file *file[2] = {NULL, NULL};
	int32_t fd[2];
	int err;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT))
		return -EINVAL;
	err = create_pipe_files(curr, file, flags & O_NONBLOCK);
	if (err)
		return err;
	fd[0] = get_unused_fd_flags(curr, flags);
	fd[1] = fd[0] < 0 ? fd[0] : get_unused_fd_flags(curr, flags);
	err = fd[1] < 0 ? fd[1] : 0;
	if (!err && copy_to_user(curr, ufds, fd, sizeof(fd)))
		err = -EFAULT;
	if (!err) {
		fd_install(curr, (uint32_t)fd[0], file[0]);
		fd_install(curr, (uint32_t)fd[1], file[1]);
		return 0;
	}
	if (fd[0] >= 0)
		put_unused_fd(curr, (uint32_t)fd[0]);
	if (fd[1] >= 0)
		put_unused_fd(curr, (uint32_t)fd[1]);
	fput(curr, file[0]);
	fput(curr, file[1]);
	return err;
}
