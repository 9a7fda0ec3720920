/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/file.h"

/* Waiting for several descriptors at once: decoding. */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/task/signal.h"

/* A time-out in user memory becomes a deadline; 0: there is none. */
static int get_deadline(struct task_struct *curr, uint32_t utime, bool is_64,
			bool micro, uint64_t *expires)
{
	int64_t wide[2];
	int32_t narrow[2];

	*expires = 0;
	if (!utime)
		return 0;
	if (is_64 ? copy_from_user(curr, wide, utime, sizeof(wide))
		  : copy_from_user(curr, narrow, utime, sizeof(narrow)))
		return -EFAULT;
	if (!is_64) {
		wide[0] = narrow[0];
		wide[1] = narrow[1];
	}
	wide[1] = (int32_t)wide[1];
	if (micro)
		wide[1] *= 1000;
	if (wide[0] < 0 || wide[1] < 0 || (!micro && wide[1] > 999999999))
		return -EINVAL;
	if (wide[0] > INT32_MAX)
		wide[0] = INT32_MAX;
	*expires = poll_deadline(curr, (uint64_t)wide[0] * 1000000000 +
					       (uint64_t)wide[1]);
	return 0;
}

CALL(poll)
{
	const int32_t ms = (int32_t)arg[2];
	const uint64_t expires =
		ms < 0 ? 0 : poll_deadline(curr, (uint64_t)ms * 1000000);

	return do_poll(curr, arg[0], arg[1], expires);
}

CALL(_newselect)
{
	uint64_t expires;
	int err = get_deadline(curr, arg[4], false, true, &expires);

	if (err)
		return err;
	return do_select(curr, (int)arg[0], arg[1], arg[2], arg[3], expires);
}

/* ppoll and pselect: a mask that holds while waiting. 0 or -errno. */
static int set_sigmask(struct task_struct *curr, uint32_t umask, uint32_t size)
{
	sigset64 mask;

	if (!umask)
		return 0;
	if (size != sizeof(mask))
		return -EINVAL;
	if (copy_from_user(curr, &mask, umask, sizeof(mask)))
		return -EFAULT;
	curr->saved_sigmask = curr->blocked;
	curr->restore_sigmask = true;
	curr->blocked = mask & ~(sig_bit(SIGKILL) | sig_bit(SIGSTOP));
	recalc_sigpending(curr);
	return 0;
}

/* The old mask comes back now, or after the handler that ended the wait. */
static int32_t restore_sigmask(struct task_struct *curr, int32_t result)
{
	if (result == -EINTR || !curr->restore_sigmask)
		return result;
	curr->restore_sigmask = false;
	curr->blocked = curr->saved_sigmask;
	recalc_sigpending(curr);
	return result;
}

static int32_t ppoll_call(struct task_struct *curr, const uint32_t arg[7],
			  bool is_64)
{
	uint64_t expires;
	int err = get_deadline(curr, arg[2], is_64, false, &expires);

	if (!err)
		err = set_sigmask(curr, arg[3], arg[4]);
	if (err)
		return err;
	return restore_sigmask(curr, do_poll(curr, arg[0], arg[1], expires));
}

CALL(ppoll)
{
	return ppoll_call(curr, arg, false);
}

CALL(ppoll_time64)
{
	return ppoll_call(curr, arg, true);
}

static int32_t pselect_call(struct task_struct *curr, const uint32_t arg[7],
			    bool is_64)
{
	uint32_t sig[2] = {0, 0}; /* a sixth argument that is two */
	uint64_t expires;
	int err = get_deadline(curr, arg[4], is_64, false, &expires);

	if (!err && arg[5] && copy_from_user(curr, sig, arg[5], sizeof(sig)))
		err = -EFAULT;
	if (!err)
		err = set_sigmask(curr, sig[0], sig[1]);
	if (err)
		return err;
	return restore_sigmask(curr, do_select(curr, (int)arg[0], arg[1],
					       arg[2], arg[3], expires));
}

CALL(pselect6)
{
	return pselect_call(curr, arg, false);
}

CALL(pselect6_time64)
{
	return pselect_call(curr, arg, true);
}
