/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/eventfd.h"

/* A counter to wait for (Linux: fs/eventfd.c). */

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/seq_file.h"
#include "kernel/fs/syscalls.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define EFD_SEMAPHORE          1u
#define ARM_SIZEOF_EVENTFD_CTX 40

struct eventfd_ctx {
	struct wait_queue_head wait;
	uint64_t count; /* at most UINT64_MAX - 1 */
	bool semaphore;
	int id; /* for /proc alone */
};

static int32_t eventfd_read(struct task_struct *curr, struct file *file,
			    struct iov_iter *to, int64_t *pos)
{
	struct eventfd_ctx *ctx = file->private_data;
	uint64_t value;
	int err;

	(void)pos;
	if (to->count < sizeof(value))
		return -EINVAL;
	if (!ctx->count && file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	err = wait_event_interruptible(curr, &ctx->wait, ctx->count);
	if (err)
		return err;
	value = ctx->semaphore ? 1 : ctx->count;
	ctx->count -= value;
	wake_up_poll(curr, &ctx->wait, POLLOUT);
	if (copy_to_iter(curr, to, &value, sizeof(value)) < sizeof(value))
		return -EFAULT;
	return sizeof(value);
}

static int32_t eventfd_write(struct task_struct *curr, struct file *file,
			     struct iov_iter *from, int64_t *pos)
{
	struct eventfd_ctx *ctx = file->private_data;
	uint64_t value;
	int err;

	(void)pos;
	if (from->count < sizeof(value))
		return -EINVAL;
	if (copy_from_iter(curr, from, &value, sizeof(value)) < sizeof(value))
		return -EFAULT;
	if (value == UINT64_MAX)
		return -EINVAL;
	if (UINT64_MAX - ctx->count <= value && file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	err = wait_event_interruptible(curr, &ctx->wait,
				       UINT64_MAX - ctx->count > value);
	if (err)
		return err;
	ctx->count += value;
	wake_up_poll(curr, &ctx->wait, POLLIN);
	return sizeof(value);
}

static uint32_t eventfd_poll(struct task_struct *curr, struct file *file,
			     struct poll_table *table)
{
	struct eventfd_ctx *ctx = file->private_data;

	poll_wait(curr, &ctx->wait, table);
	return (ctx->count ? POLLIN : 0) |
	       (ctx->count < UINT64_MAX - 1 ? POLLOUT : 0);
}

static void eventfd_release(struct task_struct *curr, struct file *file)
{
	kfree_obj(curr, file->private_data);
}

static void eventfd_show_fdinfo(struct seq_file *m, struct file *file)
{
	const struct eventfd_ctx *ctx = file->private_data;

	seq_printf(m, "eventfd-count: %16llx\neventfd-id: %d\n",
		   (unsigned long long)ctx->count, ctx->id);
}

static const struct file_operations eventfd_fops = {
	.read_iter = eventfd_read,
	.write_iter = eventfd_write,
	.llseek = noop_llseek,
	.poll = eventfd_poll,
	.release = eventfd_release,
	.show_fdinfo = eventfd_show_fdinfo,
};

struct file *eventfd_fget(struct task_struct *curr, int fd)
{
	struct file *file = fget(curr, fd);

	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_op == &eventfd_fops)
		return file;
	fput(curr, file);
	return ERR_PTR(-EINVAL);
}

void eventfd_signal(struct task_struct *curr, struct file *file, uint64_t n)
{
	struct eventfd_ctx *ctx = file->private_data;

	if (UINT64_MAX - ctx->count < n)
		n = UINT64_MAX - ctx->count;
	ctx->count += n;
	wake_up_poll(curr, &ctx->wait, POLLIN);
}

int32_t do_eventfd2(struct task_struct *curr, uint32_t count, uint32_t flags)
{
	struct eventfd_ctx *ctx;
	struct file *file;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | EFD_SEMAPHORE))
		return -EINVAL;
	ctx = kzalloc_obj(curr, ARM_SIZEOF_EVENTFD_CTX, sizeof(*ctx),
			  GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	init_waitqueue_head(&ctx->wait);
	ctx->count = count;
	ctx->id = curr->k->vfs.last_eventfd_id++;
	ctx->semaphore = flags & EFD_SEMAPHORE;
	file = anon_inode_getfile(curr, "[eventfd]", &eventfd_fops, ctx,
				  O_RDWR | (flags & O_NONBLOCK));
	if (IS_ERR(file)) {
		kfree_obj(curr, ctx);
		return (int)PTR_ERR(file);
	}
	file->f_mode |= FMODE_STREAM;
	return fd_publish(curr, file, flags);
}
