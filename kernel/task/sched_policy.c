/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_policy.h"

/*
 * Who may run how (Linux: the system calls of kernel/sched/core.c, and nice
 * and its kin of kernel/sys.c): policies, priorities, affinity.
 *
 * MODEL: SCHED_DEADLINE is refused.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/sys.h"

enum {
	SCHED_ATTR_SIZE_VER0 = 48,
	SCHED_ATTR_SIZE = 56,
};

/* linux/resource.h, whose rlimit names are ours already */
enum {
	PRIO_PROCESS,
	PRIO_PGRP,
	PRIO_USER
};

static struct task_struct *find_process(struct task_struct *curr, int pid)
{
	return pid ? find_task_by_pid(curr->k, pid) : curr;
}

static bool same_owner(const struct task_struct *curr,
		       const struct task_struct *task)
{
	return curr->cred.euid == task->cred.euid ||
	       curr->cred.euid == task->cred.uid;
}

/* ---- nice ---------------------------------------------------------------------- */

static int clamp_nice(int64_t nice)
{
	return nice < MIN_NICE   ? MIN_NICE
	       : nice > MAX_NICE ? MAX_NICE
				 : (int)nice;
}

/* RLIMIT_NICE counts from 1 (nice 19) to 40 (nice -20). */
static bool can_nice(const struct task_struct *curr,
		     const struct task_struct *task, int nice)
{
	return (uint32_t)(MAX_NICE + 1 - nice) <=
		       task->signal->rlim[RLIMIT_NICE].rlim_cur ||
	       capable(curr, CAP_SYS_NICE);
}

int32_t do_nice(struct task_struct *curr, int32_t increment)
{
	const int nice = clamp_nice((int64_t)curr->nice + increment);

	if (increment < 0 && !can_nice(curr, curr, nice))
		return -EPERM;
	set_user_nice(curr, curr, nice);
	return 0;
}

/* Is @task among those that @which and @who mean? */
static bool is_meant(const struct task_struct *curr,
		     const struct task_struct *task, int which, uint32_t who)
{
	switch (which) {
	case PRIO_PROCESS:
		return who ? (uint32_t)task->pid == who : task == curr;
	case PRIO_PGRP:
		return (uint32_t)task->signal->pgrp ==
		       (who ? who : (uint32_t)curr->signal->pgrp);
	default:
		return task->cred.uid == (who ? who : curr->cred.uid);
	}
}

static int set_one_prio(struct task_struct *curr, struct task_struct *task,
			int nice, int error)
{
	if (!same_owner(curr, task) && !capable(curr, CAP_SYS_NICE))
		return -EPERM;
	if (nice < task->nice && !can_nice(curr, task, nice))
		return -EACCES;
	set_user_nice(curr, task, nice);
	return error == -ESRCH ? 0 : error;
}

/* Over all threads of all processes. */
#define for_each_thread_of(leader, thread) \
	list_for_each_entry(thread, &(leader)->signal->thread_head, thread_node)

int32_t do_setpriority(struct task_struct *curr, int which, uint32_t who,
		       int32_t nice)
{
	struct task_struct *leader, *task;
	int error = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	for_each_process(leader, curr->k)
		for_each_thread_of(leader, task) if (is_meant(curr, task, which,
							      who)) error =
			set_one_prio(curr, task, clamp_nice(nice), error);
	return error;
}

int32_t do_getpriority(struct task_struct *curr, int which, uint32_t who)
{
	struct task_struct *leader, *task;
	int best = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	for_each_process(leader, curr->k)
		for_each_thread_of(leader,
				   task) if (is_meant(curr, task, which, who) &&
					     MAX_NICE + 1 - task->nice > best)
			best = MAX_NICE + 1 - task->nice;
	return best;
}

/* ---- policies -------------------------------------------------------------------- */

static bool rt_policy(uint32_t policy)
{
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

static bool valid_policy(uint32_t policy)
{
	return policy == SCHED_NORMAL || policy == SCHED_BATCH ||
	       policy == SCHED_IDLE || rt_policy(policy);
}

/* Does the change need CAP_SYS_NICE? */
static bool needs_privilege(const struct task_struct *curr,
			    const struct task_struct *task,
			    const struct sched_attr *attr)
{
	const uint32_t limit = task->signal->rlim[RLIMIT_RTPRIO].rlim_cur;
	const bool reset = attr->flags & SCHED_FLAG_RESET_ON_FORK;
	const uint32_t nice_limit = task->signal->rlim[RLIMIT_NICE].rlim_cur;

	if (!rt_policy(attr->policy) && attr->nice < task->nice &&
	    (uint32_t)(MAX_NICE + 1 - attr->nice) > nice_limit)
		return true;
	if (rt_policy(attr->policy) &&
	    ((attr->policy != task->policy && !limit) ||
	     (attr->priority > task->rt_priority && attr->priority > limit)))
		return true;
	if (task->policy == SCHED_IDLE && attr->policy != SCHED_IDLE &&
	    (uint32_t)(MAX_NICE + 1 - task->nice) > nice_limit)
		return true;
	return !same_owner(curr, task) || (task->sched_reset_on_fork && !reset);
}

static int set_scheduler(struct task_struct *curr, struct task_struct *task,
			 const struct sched_attr *attr)
{
	if (!valid_policy(attr->policy) || attr->flags & ~SCHED_FLAG_ALL ||
	    attr->priority >= MAX_RT_PRIO ||
	    rt_policy(attr->policy) != (attr->priority != 0))
		return -EINVAL;
	if (needs_privilege(curr, task, attr) && !capable(curr, CAP_SYS_NICE))
		return -EPERM;
	task->sched_reset_on_fork = attr->flags & SCHED_FLAG_RESET_ON_FORK;
	change_priority(curr, task, attr->policy, attr->priority,
			rt_policy(attr->policy) ? task->nice : attr->nice);
	return 0;
}

/* @policy < 0: as it is. */
int32_t do_sched_setscheduler(struct task_struct *curr, int pid, int32_t policy,
			      vaddr_t param)
{
	struct task_struct *task;
	struct sched_attr attr = {0};

	if (!param || pid < 0)
		return -EINVAL;
	if (get_user_u32(curr, &attr.priority, param))
		return -EFAULT;
	task = find_process(curr, pid);
	if (!task)
		return -ESRCH;
	attr.nice = task->nice;
	if (policy < 0) {
		attr.policy = task->policy;
		attr.flags = task->sched_reset_on_fork;
	} else {
		attr.policy = (uint32_t)policy & ~SCHED_RESET_ON_FORK;
		if (policy & SCHED_RESET_ON_FORK)
			attr.flags = SCHED_FLAG_RESET_ON_FORK;
	}
	return set_scheduler(curr, task, &attr);
}

int32_t do_sched_getscheduler(struct task_struct *curr, int pid)
{
	const struct task_struct *task;

	if (pid < 0)
		return -EINVAL;
	task = find_process(curr, pid);
	if (!task)
		return -ESRCH;
	return (int32_t)(task->policy |
			 (task->sched_reset_on_fork ? SCHED_RESET_ON_FORK : 0));
}

int32_t do_sched_getparam(struct task_struct *curr, int pid, vaddr_t param)
{
	const struct task_struct *task;

	if (!param || pid < 0)
		return -EINVAL;
	task = find_process(curr, pid);
	if (!task)
		return -ESRCH;
	return put_user_u32(curr, task->rt_priority, param) ? -EFAULT : 0;
}

int32_t sched_priority_bound(int32_t policy, int32_t bound)
{
	if (policy == SCHED_DEADLINE)
		return 0;
	if (policy < 0 || !valid_policy((uint32_t)policy))
		return -EINVAL;
	return rt_policy((uint32_t)policy) ? bound : 0;
}

int32_t do_sched_rr_get_interval(struct task_struct *curr, int pid, vaddr_t to,
				 bool wide)
{
	const struct task_struct *task;
	uint64_t ticks;

	if (pid < 0)
		return -EINVAL;
	task = find_process(curr, pid);
	if (!task)
		return -ESRCH;
	ticks = is_rt(task)
			? rt_rr_interval(task)
			: fair_rr_interval(task) / (task->k->hw.clock_hz / HZ);
	return put_timespec(curr, to, ticks * (1000000000 / HZ), wide);
}

/* ---- the same by structure ------------------------------------------------------- */

static int copy_attr(struct task_struct *curr, vaddr_t from,
		     struct sched_attr *attr)
{
	uint8_t rest;
	uint32_t size;

	if (get_user_u32(curr, &size, from))
		return -EFAULT;
	if (!size)
		size = SCHED_ATTR_SIZE_VER0;
	if (size < SCHED_ATTR_SIZE_VER0 || size > PAGE_SIZE)
		goto too_big;
	*attr = (struct sched_attr){0};
	if (copy_from_user(curr, attr, from,
			   size < sizeof(*attr) ? size : sizeof(*attr)))
		return -EFAULT;
	for (uint32_t i = sizeof(*attr); i < size; i++) {
		if (get_user_u8(curr, &rest, from + i))
			return -EFAULT;
		if (rest)
			goto too_big;
	}
	attr->nice = clamp_nice(attr->nice);
	return 0;
too_big:
	put_user_u32(curr, SCHED_ATTR_SIZE, from);
	return -E2BIG;
}

int32_t do_sched_setattr(struct task_struct *curr, int pid, vaddr_t from,
			 uint32_t flags)
{
	struct sched_attr attr;
	struct task_struct *task;
	int err;

	if (!from || pid < 0 || flags)
		return -EINVAL;
	err = copy_attr(curr, from, &attr);
	if (err)
		return err;
	if ((int32_t)attr.policy < 0)
		return -EINVAL;
	task = find_process(curr, pid);
	if (!task)
		return -ESRCH;
	if (attr.flags & SCHED_FLAG_KEEP_POLICY)
		attr.policy = task->policy;
	if (attr.flags & SCHED_FLAG_KEEP_PARAMS) {
		attr.priority = task->rt_priority;
		attr.nice = task->nice;
	}
	return set_scheduler(curr, task, &attr);
}

int32_t do_sched_getattr(struct task_struct *curr, int pid, vaddr_t to,
			 uint32_t size, uint32_t flags)
{
	const struct task_struct *task;
	struct sched_attr attr = {0};

	if (!to || pid < 0 || size > PAGE_SIZE || size < SCHED_ATTR_SIZE_VER0 ||
	    flags)
		return -EINVAL;
	task = find_process(curr, pid);
	if (!task)
		return -ESRCH;
	attr.size = size < sizeof(attr) ? size : (uint32_t)sizeof(attr);
	attr.policy = task->policy;
	attr.flags = task->sched_reset_on_fork;
	if (rt_policy(task->policy))
		attr.priority = task->rt_priority;
	else
		attr.nice = task->nice;
	attr.util_max = 1024;
	return copy_to_user(curr, to, &attr, attr.size) ? -EFAULT : 0;
}

/* ---- affinity --------------------------------------------------------------------- */

int32_t do_sched_getaffinity(struct task_struct *curr, int pid,
			     uint32_t nr_bytes, vaddr_t mask)
{
	const struct task_struct *task;

	if (nr_bytes < 4 || nr_bytes % 4)
		return -EINVAL;
	task = find_process(curr, pid);
	if (!task)
		return -ESRCH;
	return put_user_u32(curr, task->cpus_mask & cpu_online_mask(curr->k),
			    mask)
		       ? -EFAULT
		       : 4;
}

int32_t do_sched_setaffinity(struct task_struct *curr, int pid,
			     uint32_t nr_bytes, vaddr_t from)
{
	struct task_struct *task;
	uint32_t mask = 0;

	if (copy_from_user(curr, &mask, from, nr_bytes < 4 ? nr_bytes : 4))
		return -EFAULT;
	task = find_process(curr, pid);
	if (!task)
		return -ESRCH;
	if (!same_owner(curr, task) && !capable(curr, CAP_SYS_NICE))
		return -EPERM;
	mask &= cpu_online_mask(curr->k);
	if (!mask)
		return -EINVAL;
	set_cpus_allowed(curr, task, mask);
	return 0;
}

/* ---- fork -------------------------------------------------------------------------- */

void sched_fork(struct task_struct *child)
{
	sched_fork_rt(child);
	if (!child->sched_reset_on_fork)
		return;
	if (rt_policy(child->policy)) {
		child->policy = SCHED_NORMAL;
		child->rt_priority = 0;
		child->nice = 0;
	} else if (child->nice < 0) {
		child->nice = 0;
	}
	child->sched_reset_on_fork = false;
}
