/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/* System calls about processes, users and limits: decoding. */

#include <linux/futex.h>
#include <linux/sched.h>
#include <string.h>
#include <time.h> /* CLOCK_*: one numbering on all of Linux */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/futex.h"
#include "kernel/task/kcmp.h"
#include "kernel/task/nsproxy.h"
#include "kernel/task/pidfd.h"
#include "kernel/task/rseq.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"
#include "kernel/task/sys.h"

int32_t sys_exit(struct task_struct *curr, const uint32_t arg[7])
{
	do_exit(curr, (int)(arg[0] & 0xff) << 8);
}

int32_t sys_exit_group(struct task_struct *curr, const uint32_t arg[7])
{
	do_group_exit(curr, (int)(arg[0] & 0xff) << 8);
}

int32_t sys_fork(struct task_struct *curr, const uint32_t arg[7])
{
	(void)arg;
	return kernel_clone(
		curr, &(struct kernel_clone_args){.exit_signal = SIGCHLD});
}

int32_t sys_vfork(struct task_struct *curr, const uint32_t arg[7])
{
	(void)arg;
	return kernel_clone(curr, &(struct kernel_clone_args){
					  .flags = CLONE_VFORK | CLONE_VM,
					  .exit_signal = SIGCHLD});
}

/* clone(flags, stack, parent_tid, tls, child_tid): CLONE_BACKWARDS */
int32_t sys_clone(struct task_struct *curr, const uint32_t arg[7])
{
	struct kernel_clone_args args = {
		.flags = arg[0] & ~(uint32_t)CSIGNAL,
		.exit_signal = (int)(arg[0] & CSIGNAL),
		.stack = arg[1],
		.parent_tid = arg[2],
		.pidfd = arg[2], /* one place for both */
		.tls = arg[3],
		.child_tid = arg[4],
	};

	return kernel_clone(curr, &args);
}

/* struct clone_args: 64, 80 or 88 bytes so far; what comes later must be 0. */
struct user_clone_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack,
		stack_size, tls, set_tid, set_tid_size, cgroup;
};

#define CLONE_ARGS_MIN   64
#define MAX_PID_NS_LEVEL 32

static int get_clone_args(struct task_struct *curr, vaddr_t from, uint32_t size,
			  struct user_clone_args *to)
{
	const uint32_t known = size < sizeof(*to) ? size : sizeof(*to);

	if (size > PAGE_SIZE)
		return -E2BIG;
	if (size < CLONE_ARGS_MIN)
		return -EINVAL;
	memset(to, 0, sizeof(*to));
	for (uint32_t at = known; at < size; at++) {
		uint8_t byte;

		if (get_user_u8(curr, &byte, from + at))
			return -EFAULT;
		if (byte)
			return -E2BIG;
	}
	return copy_from_user(curr, to, from, known) ? -EFAULT : 0;
}

/* 0 or -EINVAL: do they make sense to clone3(2)? */
static int check_clone_args(struct task_struct *curr,
			    const struct user_clone_args *args)
{
	const uint64_t known = 0xffffffffull | CLONE_CLEAR_SIGHAND |
			       CLONE_INTO_CGROUP;
	const uint64_t ends = CLONE_THREAD | CLONE_PARENT;

	if (args->set_tid_size > MAX_PID_NS_LEVEL ||
	    !args->set_tid != !args->set_tid_size)
		return -EINVAL;
	if (args->exit_signal & ~(uint64_t)CSIGNAL ||
	    args->exit_signal > NR_SIGNALS)
		return -EINVAL;
	if (args->flags & ~known || args->flags & (CLONE_DETACHED | CSIGNAL))
		return -EINVAL;
	if ((args->flags & (CLONE_SIGHAND | CLONE_CLEAR_SIGHAND)) ==
	    (CLONE_SIGHAND | CLONE_CLEAR_SIGHAND))
		return -EINVAL;
	if (args->flags & ends && args->exit_signal)
		return -EINVAL;
	if (!args->stack != !args->stack_size)
		return -EINVAL;
	return !args->stack || access_ok(curr, (vaddr_t)args->stack,
					 (uint32_t)args->stack_size)
		       ? 0
		       : -EINVAL;
}

/* MODEL: no pids are chosen and no cgroups entered: EPERM, EBADF. */
int32_t sys_clone3(struct task_struct *curr, const uint32_t arg[7])
{
	struct user_clone_args args;
	int err = get_clone_args(curr, arg[0], arg[1], &args);

	if (!err)
		err = check_clone_args(curr, &args);
	if (err)
		return err;
	if (args.set_tid_size)
		return -EPERM;
	if (args.flags & CLONE_INTO_CGROUP)
		return -EBADF;
	return kernel_clone(
		curr, &(struct kernel_clone_args){
			      .flags = args.flags,
			      .exit_signal = (int)args.exit_signal,
			      .stack = (vaddr_t)(args.stack + args.stack_size),
			      .parent_tid = (vaddr_t)args.parent_tid,
			      .pidfd = (vaddr_t)args.pidfd,
			      .tls = (uint32_t)args.tls,
			      .child_tid = (vaddr_t)args.child_tid,
		      });
}

static int32_t execveat(struct task_struct *curr, int fd, vaddr_t path,
			vaddr_t argv, vaddr_t envp, uint32_t flags)
{
	const struct exec_strings strings = {.argv_user = argv,
					     .envp_user = envp};
	vaddr_t page = kmalloc(curr, PAGE_SIZE, GFP_KERNEL);
	char *name;
	int32_t result;

	if (!page)
		return -ENOMEM;
	name = kbytes(curr->k, page);
	result = strncpy_from_user(curr, name, path, PAGE_SIZE);
	if (result == (int32_t)PAGE_SIZE)
		result = -ENAMETOOLONG;
	if (result == 0 && !(flags & AT_EMPTY_PATH))
		result = -ENOENT;
	if (result >= 0)
		result = do_execveat(curr, fd, name, &strings, flags);
	kfree(curr, page);
	return result;
}

int32_t sys_execve(struct task_struct *curr, const uint32_t arg[7])
{
	return execveat(curr, AT_FDCWD, arg[0], arg[1], arg[2], 0);
}

/* execveat(dfd, path, argv, envp, flags) */
int32_t sys_execveat(struct task_struct *curr, const uint32_t arg[7])
{
	return execveat(curr, (int)arg[0], arg[1], arg[2], arg[3], arg[4]);
}

int32_t sys_wait4(struct task_struct *curr, const uint32_t arg[7])
{
	return do_wait4(curr, (int)arg[0], arg[1], (int)arg[2], arg[3]);
}

int32_t sys_waitid(struct task_struct *curr, const uint32_t arg[7])
{
	return do_waitid(curr, (int)arg[0], (int)arg[1], arg[2], (int)arg[3],
			 arg[4]);
}

/* ---- who am I -------------------------------------------------------------------- */

#define SYS_FIELD(name, value)                                              \
	int32_t sys_##name(struct task_struct *curr, const uint32_t arg[7]) \
	{                                                                   \
		(void)arg;                                                  \
		return (int32_t)(value);                                    \
	}
SYS_FIELD(getpid, curr->tgid)
SYS_FIELD(gettid, curr->pid)
SYS_FIELD(getppid, curr->group_leader->real_parent->tgid)
SYS_FIELD(getpgrp, curr->signal->pgrp)

int32_t sys_getpgid(struct task_struct *curr, const uint32_t arg[7])
{
	return do_getpgid(curr, (int)arg[0]);
}

int32_t sys_getsid(struct task_struct *curr, const uint32_t arg[7])
{
	return do_getsid(curr, (int)arg[0]);
}

int32_t sys_setpgid(struct task_struct *curr, const uint32_t arg[7])
{
	return do_setpgid(curr, (int)arg[0], (int)arg[1]);
}

int32_t sys_setsid(struct task_struct *curr, const uint32_t arg[7])
{
	(void)arg;
	return do_setsid(curr);
}

/* ---- limits, usage, figures ---------------------------------------------------------- */

int32_t sys_ugetrlimit(struct task_struct *curr, const uint32_t arg[7])
{
	return do_getrlimit(curr, arg[0], arg[1]);
}

int32_t sys_setrlimit(struct task_struct *curr, const uint32_t arg[7])
{
	return do_setrlimit(curr, arg[0], arg[1]);
}

int32_t sys_prlimit64(struct task_struct *curr, const uint32_t arg[7])
{
	return do_prlimit64(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

int32_t sys_getrusage(struct task_struct *curr, const uint32_t arg[7])
{
	return do_getrusage(curr, (int)arg[0], arg[1]);
}

int32_t sys_times(struct task_struct *curr, const uint32_t arg[7])
{
	return do_times(curr, arg[0]);
}

int32_t sys_sysinfo(struct task_struct *curr, const uint32_t arg[7])
{
	return do_sysinfo(curr, arg[0]);
}

int32_t sys_uname(struct task_struct *curr, const uint32_t arg[7])
{
	return do_uname(curr, arg[0]);
}

int32_t sys_sethostname(struct task_struct *curr, const uint32_t arg[7])
{
	return set_uts_name(curr, curr->k->sched.uts.nodename, arg[0],
			    (int32_t)arg[1]);
}

int32_t sys_setdomainname(struct task_struct *curr, const uint32_t arg[7])
{
	return set_uts_name(curr, curr->k->sched.uts.domainname, arg[0],
			    (int32_t)arg[1]);
}

int32_t sys_reboot(struct task_struct *curr, const uint32_t arg[7])
{
	(void)arg;
	/* MODEL: a run ends when its programs do */
	return capable(curr, CAP_SYS_BOOT) ? -EINVAL : -EPERM;
}

/* ---- threads ----------------------------------------------------------------------- */

int32_t sys_set_tid_address(struct task_struct *curr, const uint32_t arg[7])
{
	curr->clear_child_tid = arg[0];
	return curr->pid;
}

int32_t sys_set_robust_list(struct task_struct *curr, const uint32_t arg[7])
{
	if (arg[1] != 12)
		return -EINVAL;
	curr->robust_list = arg[0];
	return 0;
}

int32_t sys_get_robust_list(struct task_struct *curr, const uint32_t arg[7])
{
	struct task_struct *task =
		arg[0] ? find_task_by_pid(curr->k, (int)arg[0]) : curr;

	if (!task)
		return -ESRCH;
	if (!ptrace_may_access(curr, task, PTRACE_MODE_REALCREDS))
		return -EPERM;
	if (put_user_u32(curr, 12, arg[2]) ||
	    put_user_u32(curr, task->robust_list, arg[1]))
		return -EFAULT;
	return 0;
}

int32_t sys_rseq(struct task_struct *curr, const uint32_t arg[7])
{
	return do_rseq(curr, arg[0], arg[1], (int)arg[2], arg[3]);
}

static int32_t futex(struct task_struct *curr, const uint32_t arg[7], bool wide)
{
	const bool realtime = arg[1] & FUTEX_CLOCK_REALTIME;
	uint64_t expires = UINT64_MAX;
	int err = 0;

	switch (arg[1] & (uint32_t)FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		err = get_timeout(curr, arg[3], wide, &expires);
		break;
	case FUTEX_LOCK_PI: /* by the one clock that it ever had */
		err = get_deadline(curr, arg[3], wide, CLOCK_REALTIME,
				   &expires);
		break;
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAIT_REQUEUE_PI:
	case FUTEX_LOCK_PI2:
		err = get_deadline(curr, arg[3], wide,
				   realtime ? CLOCK_REALTIME : CLOCK_MONOTONIC,
				   &expires);
		break;
	default:
		break;
	}
	if (err)
		return err;
	return do_futex(curr, arg[0], (int)arg[1], arg[2], expires, arg[4],
			arg[3], arg[5]);
}

/* futex_waitv(waiters, nr_futexes, flags, timeout, clockid) */
int32_t sys_futex_waitv(struct task_struct *curr, const uint32_t arg[7])
{
	const bool in_order = !arg[2] && arg[1] && arg[0] &&
			      arg[1] <= FUTEX_WAITV_MAX;
	uint64_t expires = UINT64_MAX;
	int err;

	if (in_order && arg[3]) {
		if (arg[4] != CLOCK_REALTIME && arg[4] != CLOCK_MONOTONIC)
			return -EINVAL;
		err = get_deadline(curr, arg[3], true, (int)arg[4], &expires);
		if (err)
			return err;
	}
	return do_futex_waitv(curr, arg[0], arg[1], arg[2], expires);
}

int32_t sys_futex(struct task_struct *curr, const uint32_t arg[7])
{
	return futex(curr, arg, false);
}

int32_t sys_futex_time64(struct task_struct *curr, const uint32_t arg[7])
{
	return futex(curr, arg, true);
}

int32_t sys_membarrier(struct task_struct *curr, const uint32_t arg[7])
{
	(void)curr;
	/* one host thread runs all cores: every access is ordered already */
	return arg[0] == 0 ? 1 : arg[0] == 1 ? 0 : -EINVAL;
}

int32_t sys_getrandom(struct task_struct *curr, const uint32_t arg[7])
{
	return do_getrandom(curr, arg[0], arg[1], arg[2]);
}

int32_t sys_syslog(struct task_struct *curr, const uint32_t arg[7])
{
	return do_syslog(curr, (int32_t)arg[0], arg[1], (int32_t)arg[2]);
}

int32_t sys_pidfd_open(struct task_struct *curr, const uint32_t arg[7])
{
	return do_pidfd_open(curr, (int)arg[0], arg[1]);
}

int32_t sys_pidfd_getfd(struct task_struct *curr, const uint32_t arg[7])
{
	return do_pidfd_getfd(curr, (int)arg[0], (int)arg[1], arg[2]);
}

/* ---- what is shared -------------------------------------------------------------- */

int32_t sys_unshare(struct task_struct *curr, const uint32_t arg[7])
{
	return do_unshare(curr, arg[0]);
}

int32_t sys_setns(struct task_struct *curr, const uint32_t arg[7])
{
	return do_setns(curr, (int)arg[0], arg[1]);
}

int32_t sys_kcmp(struct task_struct *curr, const uint32_t arg[7])
{
	return do_kcmp(curr, (int)arg[0], (int)arg[1], (int)arg[2], arg[3],
		       arg[4]);
}
