/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sys.h"

/*
 * prctl(2): what a process sets for itself (Linux: kernel/sys.c). Options of
 * other processors are invalid here, as they are on a real ARM.
 *
 * MODEL: no PR_SET_MM, no PR_SET_SECCOMP. What PR_SET_TIMERSLACK and
 * PR_SET_IO_FLUSHER say has no effect: timers are exact, and who writes for a
 * block device waits in reclaim and for the flusher like others.
 */

#include <sys/prctl.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

static int set_comm(struct task_struct *curr, vaddr_t from)
{
	char comm[TASK_COMM_LEN] = {0};

	if (strncpy_from_user(curr, comm, from, sizeof(comm) - 1) < 0)
		return -EFAULT;
	set_task_comm(curr, comm);
	return 0;
}

static int get_comm(struct task_struct *curr, vaddr_t to)
{
	return copy_to_user(curr, to, curr->comm, TASK_COMM_LEN) ? -EFAULT : 0;
}

static int put_int(struct task_struct *curr, int value, vaddr_t to)
{
	return put_user_u32(curr, (uint32_t)value, to) ? -EFAULT : 0;
}

/* Which memory errors kill: mm/memory_failure_kill.c asks. */
static int mce_kill(struct task_struct *curr, const uint32_t arg[4])
{
	if (arg[2] | arg[3])
		return -EINVAL;
	switch (arg[0]) {
	case PR_MCE_KILL_CLEAR:
		if (arg[1])
			return -EINVAL;
		curr->mce_kill = PR_MCE_KILL_DEFAULT;
		return 0;
	case PR_MCE_KILL_SET:
		if (arg[1] > PR_MCE_KILL_DEFAULT)
			return -EINVAL;
		curr->mce_kill = (int)arg[1];
		return 0;
	default:
		return -EINVAL;
	}
}

static int set_timer_slack(struct task_struct *curr, int32_t slack)
{
	curr->timer_slack_ns = slack <= 0 ? curr->default_timer_slack_ns
					  : (uint64_t)slack;
	return 0;
}

static int set_thp_disable(struct task_struct *curr, const uint32_t arg[4])
{
	if (arg[1] | arg[2] | arg[3])
		return -EINVAL;
	curr->mm->thp_disabled = arg[0];
	return 0;
}

static int io_flusher(struct task_struct *curr, bool set, const uint32_t arg[4])
{
	if (!capable(curr, CAP_SYS_RESOURCE))
		return -EPERM;
	if ((!set && arg[0]) || arg[1] | arg[2] | arg[3])
		return -EINVAL;
	if (!set)
		return curr->io_flusher;
	if (arg[0] > 1)
		return -EINVAL;
	curr->io_flusher = arg[0];
	return 0;
}

/* Options that want all the other arguments to be 0. */
static int32_t prctl_bare(struct task_struct *curr, int option)
{
	switch (option) {
	case PR_GET_NO_NEW_PRIVS:
		return curr->no_new_privs;
	case PR_GET_THP_DISABLE:
		return curr->mm->thp_disabled;
	case PR_MCE_KILL_GET:
		return curr->mce_kill;
	default:
		return -EINVAL;
	}
}

int32_t do_prctl(struct task_struct *curr, int option, const uint32_t arg[4])
{
	const int32_t error = cap_prctl(curr, option, arg);

	if (error != -ENOSYS)
		return error;
	switch (option) {
	case PR_SET_PDEATHSIG:
		if (arg[0] > NR_SIGNALS)
			return -EINVAL;
		curr->pdeath_signal = (int)arg[0];
		return 0;
	case PR_GET_PDEATHSIG:
		return put_int(curr, curr->pdeath_signal, arg[0]);
	case PR_GET_DUMPABLE:
		return curr->mm->dumpable;
	case PR_SET_DUMPABLE:
		if (arg[0] > SUID_DUMP_USER)
			return -EINVAL;
		curr->mm->dumpable = (int)arg[0];
		return 0;
	case PR_GET_TIMING:
		return PR_TIMING_STATISTICAL;
	case PR_SET_TIMING:
		return arg[0] == PR_TIMING_STATISTICAL ? 0 : -EINVAL;
	case PR_SET_NAME:
		return set_comm(curr, arg[0]);
	case PR_GET_NAME:
		return get_comm(curr, arg[0]);
	case PR_GET_SECCOMP:
	case PR_TASK_PERF_EVENTS_DISABLE:
	case PR_TASK_PERF_EVENTS_ENABLE:
		return 0;
	case PR_SET_TIMERSLACK:
		return set_timer_slack(curr, (int32_t)arg[0]);
	case PR_GET_TIMERSLACK:
		return (int32_t)curr->timer_slack_ns;
	case PR_MCE_KILL:
		return mce_kill(curr, arg);
	case PR_SET_CHILD_SUBREAPER:
		curr->signal->is_child_subreaper = arg[0];
		return 0;
	case PR_GET_CHILD_SUBREAPER:
		return put_int(curr, curr->signal->is_child_subreaper, arg[0]);
	case PR_SET_NO_NEW_PRIVS:
		if (arg[0] != 1 || arg[1] | arg[2] | arg[3])
			return -EINVAL;
		curr->no_new_privs = true;
		return 0;
	case PR_GET_TID_ADDRESS:
		return put_int(curr, (int)curr->clear_child_tid, arg[0]);
	case PR_SET_THP_DISABLE:
		return set_thp_disable(curr, arg);
	case PR_SET_IO_FLUSHER:
	case PR_GET_IO_FLUSHER:
		return io_flusher(curr, option == PR_SET_IO_FLUSHER, arg);
	default:
		return arg[0] | arg[1] | arg[2] | arg[3]
			       ? -EINVAL
			       : prctl_bare(curr, option);
	}
}
