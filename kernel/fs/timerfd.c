/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/timerfd.h"

/*
 * Timers that are files (Linux: fs/timerfd.c). Reading tells how often the
 * timer has been due since the last read, and waits until it was. A timer with
 * an interval isn't armed again when it is due but when somebody looks: what it
 * missed meanwhile is counted then.
 *
 * Times are nanoseconds of the monotonic clock. A time given by CLOCK_REALTIME
 * is kept as such, too, and computed anew when that clock is set.
 */

#include <time.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/cred.h"
#include "kernel/task/sys.h"

#define ARM_SIZEOF_TIMERFD_CTX 160
#define NSEC_PER_SEC           1000000000ull

#define TFD_TIMER_ABSTIME       1u
#define TFD_TIMER_CANCEL_ON_SET 2u
#define TFD_SETTIME_FLAGS       (TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)
#define TFD_IOC_SET_TICKS       0x40085400u

struct timerfd_ctx {
	struct timer timer;
	struct wait_queue_head wqh;
	struct list_head list; /* vfs.timerfds */
	uint64_t ticks;
	uint64_t expires, interval; /* ns; due at, and then every */
	uint64_t real_expires; /* by CLOCK_REALTIME; 0: by the other */
	int clockid;
	uint32_t settime_flags;
	bool expired; /* was due, and isn't armed since */
	bool might_cancel, cancelled; /* TFD_TIMER_CANCEL_ON_SET */
};

static const struct file_operations timerfd_fops;

static uint64_t now_ns(const struct kernel *k)
{
	return cycles_to_ns(k, sched_clock_cycles(k));
}

static bool is_real(const struct timerfd_ctx *ctx)
{
	return ctx->clockid == CLOCK_REALTIME ||
	       ctx->clockid == CLOCK_REALTIME_ALARM;
}

static bool is_alarm(int clockid)
{
	return clockid == CLOCK_REALTIME_ALARM ||
	       clockid == CLOCK_BOOTTIME_ALARM;
}

static void timerfd_fired(struct task_struct *curr, struct timer *timer)
{
	struct timerfd_ctx *ctx = container_of(timer, struct timerfd_ctx,
					       timer);

	ctx->expired = true;
	ctx->ticks++;
	wake_up_poll(curr, &ctx->wqh, POLLIN);
}

static void timerfd_arm(struct task_struct *curr, struct timerfd_ctx *ctx)
{
	timer_arm(curr, &ctx->timer, ns_to_cycles(curr->k, ctx->expires));
}

/*
 * Due before and to be due again: armed for the next time. How often it would
 * have been due since the first.
 */
static uint64_t timerfd_forward(struct task_struct *curr,
				struct timerfd_ctx *ctx)
{
	const uint64_t now = now_ns(curr->k);
	uint64_t nr = 1;

	if (!ctx->expired || !ctx->interval)
		return 0;
	if (now > ctx->expires)
		nr += (now - ctx->expires) / ctx->interval;
	ctx->expires += nr * ctx->interval;
	if (ctx->real_expires)
		ctx->real_expires += nr * ctx->interval;
	ctx->expired = false;
	timerfd_arm(curr, ctx);
	return nr - 1;
}

/* ---- the file -------------------------------------------------------------- */

/* The clock was set under a timer that wants to know. Asking clears it. */
static bool timerfd_cancelled(struct timerfd_ctx *ctx)
{
	const bool cancelled = ctx->might_cancel && ctx->cancelled;

	ctx->cancelled = false;
	return cancelled;
}

static int32_t timerfd_read(struct task_struct *curr, struct file *file,
			    struct iov_iter *to, int64_t *pos)
{
	struct timerfd_ctx *ctx = file->private_data;
	uint64_t ticks;
	int err = 0;

	(void)pos;
	if (to->count < sizeof(ticks))
		return -EINVAL;
	if (!ctx->ticks && file->f_flags & O_NONBLOCK)
		err = -EAGAIN;
	else
		err = wait_event_interruptible(curr, &ctx->wqh, ctx->ticks);
	if (timerfd_cancelled(ctx)) {
		ctx->ticks = 0;
		return -ECANCELED;
	}
	if (!ctx->ticks)
		return err;
	ctx->ticks += timerfd_forward(curr, ctx);
	ticks = ctx->ticks;
	ctx->expired = false;
	ctx->ticks = 0;
	if (copy_to_iter(curr, to, &ticks, sizeof(ticks)) < sizeof(ticks))
		return -EFAULT;
	return sizeof(ticks);
}

static uint32_t timerfd_poll(struct task_struct *curr, struct file *file,
			     struct poll_table *table)
{
	struct timerfd_ctx *ctx = file->private_data;

	poll_wait(curr, &ctx->wqh, table);
	return ctx->ticks ? POLLIN : 0;
}

static int32_t timerfd_ioctl(struct task_struct *curr, struct file *file,
			     uint32_t cmd, uint32_t arg)
{
	struct timerfd_ctx *ctx = file->private_data;
	uint64_t ticks;

	if (cmd != TFD_IOC_SET_TICKS)
		return -ENOTTY;
	if (copy_from_user(curr, &ticks, arg, sizeof(ticks)))
		return -EFAULT;
	if (!ticks)
		return -EINVAL;
	if (ctx->might_cancel && ctx->cancelled)
		return -ECANCELED;
	ctx->ticks = ticks;
	wake_up_poll(curr, &ctx->wqh, POLLIN);
	return 0;
}

static void timerfd_release(struct task_struct *curr, struct file *file)
{
	struct timerfd_ctx *ctx = file->private_data;

	timer_cancel(curr->k, &ctx->timer);
	list_del(&ctx->list);
	kfree_obj(curr, ctx);
}

static uint64_t time_left(const struct kernel *k, const struct timerfd_ctx *ctx)
{
	const uint64_t now = now_ns(k);

	return ctx->timer.pending && ctx->expires > now ? ctx->expires - now
							: 0;
}

static void timerfd_show(struct seq_file *m, struct file *file)
{
	const struct timerfd_ctx *ctx = file->private_data;
	const uint64_t left = time_left(m->k, ctx);

	seq_printf(m,
		   "clockid: %d\nticks: %llu\nsettime flags: 0%o\n"
		   "it_value: (%llu, %llu)\nit_interval: (%llu, %llu)\n",
		   ctx->clockid, (unsigned long long)ctx->ticks,
		   ctx->settime_flags,
		   (unsigned long long)(left / NSEC_PER_SEC),
		   (unsigned long long)(left % NSEC_PER_SEC),
		   (unsigned long long)(ctx->interval / NSEC_PER_SEC),
		   (unsigned long long)(ctx->interval % NSEC_PER_SEC));
}

static const struct file_operations timerfd_fops = {
	.read_iter = timerfd_read,
	.llseek = noop_llseek,
	.poll = timerfd_poll,
	.ioctl = timerfd_ioctl,
	.release = timerfd_release,
	.show_fdinfo = timerfd_show,
};

/* ---- the calls ------------------------------------------------------------- */

static bool good_clock(int clockid)
{
	return clockid == CLOCK_MONOTONIC || clockid == CLOCK_REALTIME ||
	       clockid == CLOCK_REALTIME_ALARM || clockid == CLOCK_BOOTTIME ||
	       clockid == CLOCK_BOOTTIME_ALARM;
}

int32_t do_timerfd_create(struct task_struct *curr, int clockid, uint32_t flags)
{
	struct timerfd_ctx *ctx;
	struct file *file;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK) || !good_clock(clockid))
		return -EINVAL;
	if (is_alarm(clockid) && !capable(curr, CAP_WAKE_ALARM))
		return -EPERM;
	ctx = kzalloc_obj(curr, ARM_SIZEOF_TIMERFD_CTX, sizeof(*ctx),
			  GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	init_waitqueue_head(&ctx->wqh);
	ctx->clockid = clockid;
	ctx->timer.function = timerfd_fired;
	file = anon_inode_getfile(curr, "[timerfd]", &timerfd_fops, ctx,
				  O_RDWR | flags);
	if (IS_ERR(file)) {
		kfree_obj(curr, ctx);
		return (int32_t)PTR_ERR(file);
	}
	list_add_tail(&ctx->list, &curr->k->vfs.timerfds);
	return fd_publish(curr, file, flags);
}

/* The file with a reference, ERR_PTR: -EBADF, -EINVAL. */
static struct file *timerfd_fget(struct task_struct *curr, int fd)
{
	struct file *file = fget(curr, fd);

	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_op == &timerfd_fops)
		return file;
	fput(curr, file);
	return ERR_PTR(-EINVAL);
}

/* When @ctx is due by the monotonic clock, if by the other at @real. */
static uint64_t from_real(struct task_struct *curr, uint64_t real)
{
	const uint64_t now = now_ns(curr->k);
	uint64_t real_now = 0;

	clock_read(curr, CLOCK_REALTIME, &real_now);
	if (real >= real_now)
		return now + (real - real_now);
	return now > real_now - real ? now - (real_now - real) : 0;
}

static int timerfd_setup(struct task_struct *curr, struct timerfd_ctx *ctx,
			 uint32_t flags, const struct itimerspec64 *new)
{
	ctx->settime_flags = flags;
	ctx->might_cancel = is_real(ctx) && flags & TFD_TIMER_ABSTIME &&
			    flags & TFD_TIMER_CANCEL_ON_SET;
	ctx->expired = false;
	ctx->ticks = 0;
	ctx->interval = new->interval;
	ctx->real_expires = 0;
	if (!new->value)
		return 0;
	if (!(flags & TFD_TIMER_ABSTIME)) {
		ctx->expires = now_ns(curr->k) + new->value;
	} else if (is_real(ctx)) {
		ctx->real_expires = new->value;
		ctx->expires = from_real(curr, new->value);
	} else {
		ctx->expires = new->value;
	}
	timerfd_arm(curr, ctx);
	return timerfd_cancelled(ctx) ? -ECANCELED : 0;
}

int32_t do_timerfd_settime(struct task_struct *curr, int fd, uint32_t flags,
			   const struct itimerspec64 *new,
			   struct itimerspec64 *old)
{
	struct timerfd_ctx *ctx;
	struct file *file;
	int err;

	if (flags & ~TFD_SETTIME_FLAGS)
		return -EINVAL;
	file = timerfd_fget(curr, fd);
	if (IS_ERR(file))
		return (int32_t)PTR_ERR(file);
	ctx = file->private_data;
	if (is_alarm(ctx->clockid) && !capable(curr, CAP_WAKE_ALARM)) {
		err = -EPERM;
	} else {
		timerfd_forward(curr, ctx);
		old->value = time_left(curr->k, ctx);
		old->interval = ctx->interval;
		timer_cancel(curr->k, &ctx->timer);
		err = timerfd_setup(curr, ctx, flags, new);
	}
	fput(curr, file);
	return err;
}

int32_t do_timerfd_gettime(struct task_struct *curr, int fd,
			   struct itimerspec64 *now)
{
	struct file *file = timerfd_fget(curr, fd);
	struct timerfd_ctx *ctx;

	if (IS_ERR(file))
		return (int32_t)PTR_ERR(file);
	ctx = file->private_data;
	ctx->ticks += timerfd_forward(curr, ctx);
	now->value = time_left(curr->k, ctx);
	now->interval = ctx->interval;
	fput(curr, file);
	return 0;
}

void timerfd_clock_was_set(struct task_struct *curr)
{
	struct timerfd_ctx *ctx;

	list_for_each_entry(ctx, &curr->k->vfs.timerfds, list) {
		if (ctx->real_expires && ctx->timer.pending) {
			ctx->expires = from_real(curr, ctx->real_expires);
			timerfd_arm(curr, ctx);
		}
		if (!ctx->might_cancel)
			continue;
		ctx->cancelled = true;
		ctx->ticks++;
		wake_up_poll(curr, &ctx->wqh, POLLIN);
	}
}
