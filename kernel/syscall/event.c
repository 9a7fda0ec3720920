/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/file.h"

/* Files that tell of events: decoding. */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/aio.h"
#include "kernel/fs/eventpoll.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/fs/signalfd.h"
#include "kernel/fs/syscalls.h"
#include "kernel/fs/timerfd.h"
#include "kernel/lib/err.h"
#include "kernel/task/signal.h"
#include "kernel/task/sys.h"

/* ---- epoll --------------------------------------------------------------- */

CALL(epoll_create)
{
	return (int32_t)arg[0] <= 0 ? -EINVAL : do_epoll_create(curr, 0);
}

CALL(epoll_create1)
{
	return do_epoll_create(curr, arg[0]);
}

CALL(epoll_ctl)
{
	struct epoll_event event = {0};

	if ((int)arg[1] != EPOLL_CTL_DEL &&
	    copy_from_user(curr, &event, arg[3], sizeof(event)))
		return -EFAULT;
	return do_epoll_ctl(curr, (int)arg[0], (int)arg[1], (int)arg[2],
			    &event);
}

/* Milliseconds; below 0: for ever. */
static uint64_t epoll_deadline(const struct task_struct *curr, uint32_t timeout)
{
	const int32_t ms = (int32_t)timeout;

	if (ms < 0)
		return UINT64_MAX;
	return ms ? poll_deadline(curr, (uint64_t)ms * 1000000) : 0;
}

CALL(epoll_wait)
{
	return do_epoll_wait(curr, (int)arg[0], arg[1], (int)arg[2],
			     epoll_deadline(curr, arg[3]));
}

static int32_t pwait(struct task_struct *curr, const uint32_t arg[7],
		     uint64_t expires)
{
	int32_t result = set_user_sigmask(curr, arg[4], arg[5]);

	if (result)
		return result;
	result = do_epoll_wait(curr, (int)arg[0], arg[1], (int)arg[2], expires);
	restore_saved_sigmask_unless(curr, result == -EINTR);
	return result;
}

CALL(epoll_pwait)
{
	return pwait(curr, arg, epoll_deadline(curr, arg[3]));
}

CALL(epoll_pwait2)
{
	uint64_t expires = UINT64_MAX, ns;
	int err;

	if (arg[3]) {
		err = get_timespec(curr, arg[3], true, &ns);
		if (err)
			return err;
		expires = ns ? poll_deadline(curr, ns) : 0;
	}
	return pwait(curr, arg, expires);
}

/* ---- timerfd ------------------------------------------------------------- */

CALL(timerfd_create)
{
	return do_timerfd_create(curr, (int)arg[0], arg[1]);
}

static int get_itimerspec(struct task_struct *curr, vaddr_t from, bool wide,
			  struct itimerspec64 *to)
{
	const int err = get_timespec(curr, from, wide, &to->interval);

	return err ? err
		   : get_timespec(curr, from + (wide ? 16 : 8), wide,
				  &to->value);
}

static int put_itimerspec(struct task_struct *curr, vaddr_t to, bool wide,
			  const struct itimerspec64 *from)
{
	const int err = put_timespec(curr, to, from->interval, wide);

	return err ? err
		   : put_timespec(curr, to + (wide ? 16 : 8), from->value,
				  wide);
}

static int32_t timer_set(struct task_struct *curr, const uint32_t arg[7],
			 bool wide)
{
	struct itimerspec64 new, old = {0};
	int32_t err = get_itimerspec(curr, arg[2], wide, &new);

	if (!err)
		err = do_timerfd_settime(curr, (int)arg[0], arg[1], &new, &old);
	if (!err && arg[3])
		err = put_itimerspec(curr, arg[3], wide, &old);
	return err;
}

CALL(timerfd_settime)
{
	return timer_set(curr, arg, false);
}

CALL(timerfd_settime64)
{
	return timer_set(curr, arg, true);
}

static int32_t timer_get(struct task_struct *curr, const uint32_t arg[7],
			 bool wide)
{
	struct itimerspec64 now;
	const int32_t err = do_timerfd_gettime(curr, (int)arg[0], &now);

	return err ? err : put_itimerspec(curr, arg[1], wide, &now);
}

CALL(timerfd_gettime)
{
	return timer_get(curr, arg, false);
}

CALL(timerfd_gettime64)
{
	return timer_get(curr, arg, true);
}

/* ---- signalfd ------------------------------------------------------------ */

static int32_t signalfd_call(struct task_struct *curr, const uint32_t arg[7],
			     uint32_t flags)
{
	sigset64 mask;

	if (arg[2] != sizeof(mask))
		return -EINVAL;
	if (copy_from_user(curr, &mask, arg[1], sizeof(mask)))
		return -EFAULT;
	return do_signalfd4(curr, (int)arg[0], mask, flags);
}

CALL(signalfd)
{
	return signalfd_call(curr, arg, 0);
}

CALL(signalfd4)
{
	return signalfd_call(curr, arg, arg[3]);
}

/* ---- inotify ------------------------------------------------------------- */

CALL(inotify_init)
{
	(void)arg;
	return do_inotify_init(curr, 0);
}

CALL(inotify_init1)
{
	return do_inotify_init(curr, arg[0]);
}

CALL(inotify_add_watch)
{
	return do_inotify_add_watch(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(inotify_rm_watch)
{
	return do_inotify_rm_watch(curr, (int)arg[0], (int32_t)arg[1]);
}

/* ---- asynchronous input and output --------------------------------------- */

CALL(io_setup)
{
	return do_io_setup(curr, arg[0], arg[1]);
}

CALL(io_destroy)
{
	return do_io_destroy(curr, arg[0]);
}

CALL(io_submit)
{
	return do_io_submit(curr, arg[0], (int32_t)arg[1], arg[2]);
}

CALL(io_cancel)
{
	return do_io_cancel(curr, arg[0], arg[1], arg[2]);
}

/* MODEL: a timeout that no clock could tell is refused (EINVAL), not cut. */
CALL(io_getevents)
{
	uint64_t expires;
	int32_t ret = get_timeout(curr, arg[4], false, &expires);

	if (!ret)
		ret = do_io_getevents(curr, arg[0], (int32_t)arg[1],
				      (int32_t)arg[2], arg[3], expires);
	return !ret && signal_pending(curr) ? -EINTR : ret;
}

static int32_t pgetevents(struct task_struct *curr, const uint32_t arg[7],
			  bool wide)
{
	uint64_t expires;
	const int err = get_timeout(curr, arg[4], wide, &expires);

	return err ? err
		   : do_io_pgetevents(curr, arg[0], (int32_t)arg[1],
				      (int32_t)arg[2], arg[3], expires, arg[5]);
}

CALL(io_pgetevents)
{
	return pgetevents(curr, arg, false);
}

CALL(io_pgetevents_time64)
{
	return pgetevents(curr, arg, true);
}
