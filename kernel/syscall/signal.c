/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/*
 * System calls about signals: decoding, and the two layouts of sigaction:
 * old {handler, 32-bit mask, flags, restorer} and real-time {handler, flags,
 * restorer, 64-bit mask}.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/task/pidfd.h"
#include "kernel/task/signal.h"
#include "kernel/task/sys.h"

enum {
	SIGSET_BYTES = 8
};

int32_t sys_restart_syscall(struct task_struct *curr, const uint32_t arg[7])
{
	(void)arg;
	if (!curr->restart_block.fn)
		return -EINTR;
	return curr->restart_block.fn(curr);
}

int32_t sys_pause(struct task_struct *curr, const uint32_t arg[7])
{
	(void)arg;
	while (!signal_pending(curr)) {
		curr->state = TASK_INTERRUPTIBLE;
		schedule(curr);
	}
	return -ERESTARTNOHAND;
}

int32_t sys_kill(struct task_struct *curr, const uint32_t arg[7])
{
	return do_kill(curr, (int)arg[0], (int)arg[1], NULL);
}

int32_t sys_tkill(struct task_struct *curr, const uint32_t arg[7])
{
	return do_tkill(curr, 0, (int)arg[0], (int)arg[1], NULL);
}

int32_t sys_tgkill(struct task_struct *curr, const uint32_t arg[7])
{
	if ((int)arg[0] <= 0)
		return -EINVAL;
	return do_tkill(curr, (int)arg[0], (int)arg[1], (int)arg[2], NULL);
}

/* To others than @pid's, only the kernel says it was the kernel or kill(). */
static int get_queued_info(struct task_struct *curr, vaddr_t from, bool own,
			   struct ksiginfo *info)
{
	uint32_t word[8];

	if (copy_from_user(curr, word, from, sizeof(word)))
		return -EFAULT;
	*info = (struct ksiginfo){.signo = (int32_t)word[0],
				  .err = (int32_t)word[1],
				  .code = (int32_t)word[2]};
	memcpy(info->words, &word[3], sizeof(info->words));
	return !own && (info->code >= 0 || info->code == SI_TKILL) ? -EPERM : 0;
}

int32_t sys_pidfd_send_signal(struct task_struct *curr, const uint32_t arg[7])
{
	struct ksiginfo info;
	struct pid *pid;
	int err = 0;

	if (arg[3])
		return -EINVAL;
	pid = pidfd_to_pid(curr, (int)arg[0]);
	if (IS_ERR(pid))
		return (int32_t)PTR_ERR(pid);
	if (arg[2])
		err = get_queued_info(curr, arg[2], true, &info);
	if (!err)
		err = kill_pid_info(curr, pid, (int)arg[1],
				    arg[2] ? &info : NULL);
	put_pid(curr, pid);
	return err;
}

int32_t sys_rt_sigqueueinfo(struct task_struct *curr, const uint32_t arg[7])
{
	struct ksiginfo info;
	int err = get_queued_info(curr, arg[2], (int)arg[0] == curr->pid,
				  &info);

	return err ? err : do_kill(curr, (int)arg[0], (int)arg[1], &info);
}

int32_t sys_rt_tgsigqueueinfo(struct task_struct *curr, const uint32_t arg[7])
{
	const int tgid = (int)arg[0], pid = (int)arg[1];
	const bool valid = tgid > 0 && pid > 0;
	struct ksiginfo info;
	int err = get_queued_info(curr, arg[3], !valid || pid == curr->pid,
				  &info);

	if (!err && !valid)
		err = -EINVAL;
	return err ? err : do_tkill(curr, tgid, pid, (int)arg[2], &info);
}

/* ---- actions ------------------------------------------------------------------------ */

int32_t sys_sigaction(struct task_struct *curr, const uint32_t arg[7])
{
	struct k_sigaction new, old;
	uint32_t word[4];
	int err;

	if (arg[1]) {
		if (copy_from_user(curr, word, arg[1], sizeof(word)))
			return -EFAULT;
		new = (struct k_sigaction){.handler = word[0],
					   .mask = word[1],
					   .flags = word[2],
					   .restorer = word[3]};
	}
	err = do_sigaction(curr, (int)arg[0], arg[1] ? &new : NULL, &old);
	if (err || !arg[2])
		return err;
	word[0] = old.handler;
	word[1] = (uint32_t)old.mask;
	word[2] = old.flags;
	word[3] = old.restorer;
	return copy_to_user(curr, arg[2], word, sizeof(word)) ? -EFAULT : 0;
}

int32_t sys_rt_sigaction(struct task_struct *curr, const uint32_t arg[7])
{
	struct k_sigaction new, old;
	uint32_t word[5];
	int err;

	if (arg[3] != SIGSET_BYTES)
		return -EINVAL;
	if (arg[1]) {
		if (copy_from_user(curr, word, arg[1], sizeof(word)))
			return -EFAULT;
		new = (struct k_sigaction){.handler = word[0],
					   .flags = word[1],
					   .restorer = word[2],
					   .mask = (uint64_t)word[4] << 32 |
						   word[3]};
	}
	err = do_sigaction(curr, (int)arg[0], arg[1] ? &new : NULL, &old);
	if (err || !arg[2])
		return err;
	word[0] = old.handler;
	word[1] = old.flags;
	word[2] = old.restorer;
	word[3] = (uint32_t)old.mask;
	word[4] = (uint32_t)(old.mask >> 32);
	return copy_to_user(curr, arg[2], word, sizeof(word)) ? -EFAULT : 0;
}

/* ---- masks ------------------------------------------------------------------------- */

int32_t sys_rt_sigprocmask(struct task_struct *curr, const uint32_t arg[7])
{
	sigset64 set, old = curr->blocked;
	int err;

	if (arg[3] != SIGSET_BYTES)
		return -EINVAL;
	if (arg[1]) {
		if (copy_from_user(curr, &set, arg[1], sizeof(set)))
			return -EFAULT;
		err = do_sigprocmask(curr, (int)arg[0], set);
		if (err)
			return err;
	}
	if (arg[2] && copy_to_user(curr, arg[2], &old, sizeof(old)))
		return -EFAULT;
	return 0;
}

int32_t sys_sigprocmask(struct task_struct *curr, const uint32_t arg[7])
{
	sigset64 old = curr->blocked, keep = old >> 32 << 32;
	uint32_t set;
	int err;

	if (arg[1]) {
		if (get_user_u32(curr, &set, arg[1]))
			return -EFAULT;
		/* SIG_SETMASK must not touch what it can't say */
		err = do_sigprocmask(curr, (int)arg[0],
				     arg[0] == SIG_SETMASK ? keep | set : set);
		if (err)
			return err;
	}
	return arg[2] && put_user_u32(curr, (uint32_t)old, arg[2]) ? -EFAULT
								   : 0;
}

int32_t sys_rt_sigpending(struct task_struct *curr, const uint32_t arg[7])
{
	sigset64 set = do_sigpending(curr);

	if (arg[1] > SIGSET_BYTES)
		return -EINVAL;
	return copy_to_user(curr, arg[0], &set, arg[1]) ? -EFAULT : 0;
}

int32_t sys_sigpending(struct task_struct *curr, const uint32_t arg[7])
{
	return put_user_u32(curr, (uint32_t)do_sigpending(curr), arg[0])
		       ? -EFAULT
		       : 0;
}

int32_t sys_rt_sigsuspend(struct task_struct *curr, const uint32_t arg[7])
{
	sigset64 set;

	if (arg[1] != SIGSET_BYTES)
		return -EINVAL;
	if (copy_from_user(curr, &set, arg[0], sizeof(set)))
		return -EFAULT;
	return do_sigsuspend(curr, set);
}

/* sigsuspend(unused, unused, mask) */
int32_t sys_sigsuspend(struct task_struct *curr, const uint32_t arg[7])
{
	return do_sigsuspend(curr, arg[2]);
}

static int32_t wait_for_signal(struct task_struct *curr, const uint32_t arg[7],
			       bool wide)
{
	struct ksiginfo info;
	uint64_t expires;
	sigset64 set;
	int32_t sig;
	int err;

	if (arg[3] != SIGSET_BYTES)
		return -EINVAL;
	if (copy_from_user(curr, &set, arg[0], sizeof(set)))
		return -EFAULT;
	err = get_timeout(curr, arg[2], wide, &expires);
	if (err)
		return err;
	sig = do_sigtimedwait(curr, set, expires, &info);
	if (sig > 0 && arg[1] && copy_siginfo_to_user(curr, arg[1], &info))
		return -EFAULT;
	return sig;
}

int32_t sys_rt_sigtimedwait(struct task_struct *curr, const uint32_t arg[7])
{
	return wait_for_signal(curr, arg, false);
}

int32_t sys_rt_sigtimedwait_time64(struct task_struct *curr,
				   const uint32_t arg[7])
{
	return wait_for_signal(curr, arg, true);
}

int32_t sys_sigaltstack(struct task_struct *curr, const uint32_t arg[7])
{
	return do_sigaltstack(curr, arg[0], arg[1]);
}

int32_t sys_sigreturn(struct task_struct *curr, const uint32_t arg[7])
{
	(void)arg;
	return restore_sigframe(curr, false);
}

int32_t sys_rt_sigreturn(struct task_struct *curr, const uint32_t arg[7])
{
	(void)arg;
	return restore_sigframe(curr, true);
}
