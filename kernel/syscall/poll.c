/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/file.h"

/* Waiting for several descriptors at once: decoding. */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/task/signal.h"

/* A time-out in user memory, and when it ends. */
struct deadline {
	uint32_t utime; /* 0: there is none */
	bool is_64, micro;
	bool at_once;
	uint64_t expires;
};

static int get_deadline(struct task_struct *curr, uint32_t utime, bool is_64,
			bool micro, struct deadline *to)
{
	int64_t wide[2];
	int32_t narrow[2];

	*to = (struct deadline){utime, is_64, micro, false, 0};
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
	to->at_once = !wide[0] && !wide[1];
	to->expires = poll_deadline(curr, (uint64_t)wide[0] * 1000000000 +
						  (uint64_t)wide[1]);
	return 0;
}

/* What is left of the time goes back to where it came from. */
static int put_time_left(struct task_struct *curr, const struct deadline *d)
{
	uint64_t now = sched_clock_cycles(curr->k);
	uint64_t left = d->expires > now ? d->expires - now : 0;
	uint64_t ns = cycles_to_ns(curr->k, left);
	uint64_t wide[2] = {ns / 1000000000, ns % 1000000000};
	uint32_t narrow[2];

	if (d->micro)
		wide[1] /= 1000;
	narrow[0] = (uint32_t)wide[0];
	narrow[1] = (uint32_t)wide[1];
	return d->is_64 ? copy_to_user(curr, d->utime, wide, sizeof(wide))
			: copy_to_user(curr, d->utime, narrow, sizeof(narrow));
}

/*
 * The old mask comes back now, or after the handler that ended the wait. A
 * time that can't be written is left as it is; but then the call could not be
 * begun again with the rest of it.
 */
static int32_t poll_select_finish(struct task_struct *curr,
				  const struct deadline *d, int32_t result)
{
	restore_saved_sigmask_unless(curr, result == -ERESTARTNOHAND);
	if (!d->utime || d->at_once || !put_time_left(curr, d))
		return result;
	return result == -ERESTARTNOHAND ? -EINTR : result;
}

static int32_t poll_restart(struct task_struct *curr);

/* Cut short, it goes on with what is left of its time. */
static int32_t poll_until(struct task_struct *curr, vaddr_t ufds, uint32_t nfds,
			  uint64_t expires)
{
	int32_t result = do_poll(curr, ufds, nfds, expires);

	if (result != -ERESTARTNOHAND)
		return result;
	curr->restart_block.fn = poll_restart;
	curr->restart_block.expires = expires;
	curr->restart_block.poll.ufds = ufds;
	curr->restart_block.poll.nfds = nfds;
	return -ERESTART_RESTARTBLOCK;
}

static int32_t poll_restart(struct task_struct *curr)
{
	return poll_until(curr, curr->restart_block.poll.ufds,
			  curr->restart_block.poll.nfds,
			  curr->restart_block.expires);
}

CALL(poll)
{
	const int32_t ms = (int32_t)arg[2];
	const uint64_t expires =
		ms < 0 ? 0 : poll_deadline(curr, (uint64_t)ms * 1000000);

	return poll_until(curr, arg[0], arg[1], expires);
}

CALL(_newselect)
{
	struct deadline d;
	int err = get_deadline(curr, arg[4], false, true, &d);

	if (err)
		return err;
	return poll_select_finish(curr, &d,
				  do_select(curr, (int)arg[0], arg[1], arg[2],
					    arg[3], d.expires));
}

static int32_t ppoll_call(struct task_struct *curr, const uint32_t arg[7],
			  bool is_64)
{
	struct deadline d;
	int err = get_deadline(curr, arg[2], is_64, false, &d);

	if (!err)
		err = set_user_sigmask(curr, arg[3], arg[4]);
	if (err)
		return err;
	return poll_select_finish(curr, &d,
				  do_poll(curr, arg[0], arg[1], d.expires));
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
	struct deadline d;
	int err = get_deadline(curr, arg[4], is_64, false, &d);

	if (!err && arg[5] && copy_from_user(curr, sig, arg[5], sizeof(sig)))
		err = -EFAULT;
	if (!err)
		err = set_user_sigmask(curr, sig[0], sig[1]);
	if (err)
		return err;
	return poll_select_finish(curr, &d,
				  do_select(curr, (int)arg[0], arg[1], arg[2],
					    arg[3], d.expires));
}

CALL(pselect6)
{
	return pselect_call(curr, arg, false);
}

CALL(pselect6_time64)
{
	return pselect_call(curr, arg, true);
}
