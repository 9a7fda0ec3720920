/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/signalfd.h"

/*
 * Signals by a file descriptor (Linux: fs/signalfd.c). Reading takes pending
 * signals of the mask, of whoever reads; so the file has nothing but the mask,
 * and who waits stands in the queue of his own struct sighand_struct, which
 * send_sig_info() wakes.
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define ARM_SIZEOF_SIGNALFD_CTX 8

struct signalfd_ctx {
	sigset64 sigmask; /* those that it is not for */
};

/* 128 bytes for each signal. */
struct signalfd_siginfo {
	uint32_t signo;
	int32_t err, code;
	uint32_t pid, uid;
	int32_t fd;
	uint32_t tid, band, overrun, trapno;
	int32_t status, int_value;
	uint64_t ptr, utime, stime, addr;
	uint16_t addr_lsb, unused;
	int32_t syscall_nr;
	uint64_t call_addr;
	uint32_t arch;
	uint8_t pad[28];
};

static bool is_fault(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGILL ||
	       sig == SIGFPE || sig == SIGTRAP;
}

/* What the words mean depends on who sent it. */
static void fill_siginfo(struct signalfd_siginfo *to,
			 const struct ksiginfo *info)
{
	const int64_t value = (int32_t)info->value;

	*to = (struct signalfd_siginfo){.signo = (uint32_t)info->signo,
					.err = info->err,
					.code = info->code};
	if (info->code == SI_TIMER) {
		to->tid = info->words[0];
		to->overrun = info->words[1];
		to->ptr = (uint64_t)value;
		to->int_value = (int32_t)value;
	} else if (info->code > 0 && info->code < SI_KERNEL &&
		   is_fault(info->signo)) {
		to->addr = info->addr;
		to->addr_lsb = (uint16_t)info->words[1];
	} else if (info->code > 0 && info->code < SI_KERNEL &&
		   info->signo == SIGPOLL) {
		to->band = info->words[0];
		to->fd = (int32_t)info->words[1];
	} else {
		to->pid = (uint32_t)info->pid;
		to->uid = info->uid;
		if (info->signo == SIGCHLD && info->code > 0 &&
		    info->code < SI_KERNEL) {
			to->status = info->status;
			to->utime = info->utime;
			to->stime = info->stime;
		} else if (info->code < 0 && info->code != SI_TKILL) {
			to->ptr = (uint64_t)value;
			to->int_value = (int32_t)value;
		}
	}
}

static bool any_pending(const struct task_struct *curr,
			const struct signalfd_ctx *ctx)
{
	return (curr->pending.signal | curr->signal->shared_pending.signal) &
	       ~ctx->sigmask;
}

static uint32_t signalfd_poll(struct task_struct *curr, struct file *file,
			      struct poll_table *table)
{
	poll_wait(curr, &curr->sighand->signalfd_wqh, table);
	return any_pending(curr, file->private_data) ? POLLIN : 0;
}

/* A signal's number, 0 of none (and @nonblock), or -errno. */
static int signalfd_dequeue(struct task_struct *curr,
			    const struct signalfd_ctx *ctx,
			    struct ksiginfo *info, bool nonblock)
{
	int sig = dequeue_signal(curr, ctx->sigmask, info);
	int err;

	if (sig || nonblock)
		return sig ? sig : -EAGAIN;
	do {
		err = wait_event_interruptible(curr,
					       &curr->sighand->signalfd_wqh,
					       any_pending(curr, ctx));
		if (err)
			return err;
		sig = dequeue_signal(curr, ctx->sigmask, info);
	} while (!sig);
	return sig;
}

static int32_t signalfd_read(struct task_struct *curr, struct file *file,
			     struct iov_iter *to, int64_t *pos)
{
	struct signalfd_siginfo out;
	const uint32_t room = to->count / sizeof(out);
	bool nonblock = file->f_flags & O_NONBLOCK;
	int32_t total = 0;

	(void)pos;
	if (!room)
		return -EINVAL;
	for (uint32_t n = 0; n < room; n++) {
		struct ksiginfo info;
		const int sig = signalfd_dequeue(curr, file->private_data,
						 &info, nonblock);

		if (sig < 0)
			return total ? total : sig;
		fill_siginfo(&out, &info);
		if (copy_to_iter(curr, to, &out, sizeof(out)) < sizeof(out))
			return total ? total : -EFAULT;
		total += (int32_t)sizeof(out);
		nonblock = true;
	}
	return total;
}

static void signalfd_release(struct task_struct *curr, struct file *file)
{
	kfree_obj(curr, file->private_data);
}

static void signalfd_show_fdinfo(struct seq_file *m, struct file *file)
{
	const struct signalfd_ctx *ctx = file->private_data;

	seq_printf(m, "sigmask:\t%016llx\n", (unsigned long long)~ctx->sigmask);
}

static const struct file_operations signalfd_fops = {
	.read_iter = signalfd_read,
	.llseek = noop_llseek,
	.poll = signalfd_poll,
	.release = signalfd_release,
	.show_fdinfo = signalfd_show_fdinfo,
};

static int32_t signalfd_create(struct task_struct *curr, sigset64 not_for,
			       uint32_t flags)
{
	struct signalfd_ctx *ctx = kzalloc_obj(curr, ARM_SIZEOF_SIGNALFD_CTX,
					       sizeof(*ctx), GFP_KERNEL);
	struct file *file;

	if (!ctx)
		return -ENOMEM;
	ctx->sigmask = not_for;
	file = anon_inode_getfile(curr, "[signalfd]", &signalfd_fops, ctx,
				  O_RDWR | flags);
	if (IS_ERR(file)) {
		kfree_obj(curr, ctx);
		return (int32_t)PTR_ERR(file);
	}
	return fd_publish(curr, file, flags);
}

int32_t do_signalfd4(struct task_struct *curr, int fd, sigset64 mask,
		     uint32_t flags)
{
	const sigset64 not_for = ~(mask &
				   ~(sig_bit(SIGKILL) | sig_bit(SIGSTOP)));
	struct file *file;
	int32_t result = fd;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	if (fd == -1)
		return signalfd_create(curr, not_for, flags);
	file = fget(curr, fd);
	if (!file)
		return -EBADF;
	if (file->f_op == &signalfd_fops) {
		struct signalfd_ctx *ctx = file->private_data;

		ctx->sigmask = not_for;
		wake_up(curr, &curr->sighand->signalfd_wqh);
	} else {
		result = -EINVAL;
	}
	fput(curr, file);
	return result;
}
