/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/* Policies, priorities, affinity: decoding. */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/block/ioprio.h"
#include "kernel/lib/err.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/sched_policy.h"
#include "kernel/task/sys.h"

#define CALL(name) \
	int32_t sys_##name(struct task_struct *curr, const uint32_t arg[7])

CALL(nice)
{
	return do_nice(curr, (int32_t)arg[0]);
}

CALL(getpriority)
{
	return do_getpriority(curr, (int)arg[0], arg[1]);
}

CALL(setpriority)
{
	return do_setpriority(curr, (int)arg[0], arg[1], (int32_t)arg[2]);
}

CALL(sched_yield)
{
	(void)arg;
	do_sched_yield(curr);
	return 0;
}

CALL(sched_setparam)
{
	return do_sched_setscheduler(curr, (int)arg[0], -1, arg[1]);
}

CALL(sched_getparam)
{
	return do_sched_getparam(curr, (int)arg[0], arg[1]);
}

CALL(sched_setscheduler)
{
	if ((int32_t)arg[1] < 0)
		return -EINVAL;
	return do_sched_setscheduler(curr, (int)arg[0], (int32_t)arg[1],
				     arg[2]);
}

CALL(sched_getscheduler)
{
	return do_sched_getscheduler(curr, (int)arg[0]);
}

CALL(sched_get_priority_max)
{
	(void)curr;
	return sched_priority_bound((int32_t)arg[0], MAX_RT_PRIO - 1);
}

CALL(sched_get_priority_min)
{
	(void)curr;
	return sched_priority_bound((int32_t)arg[0], 1);
}

CALL(sched_rr_get_interval)
{
	return do_sched_rr_get_interval(curr, (int)arg[0], arg[1], false);
}

CALL(sched_rr_get_interval_time64)
{
	return do_sched_rr_get_interval(curr, (int)arg[0], arg[1], true);
}

CALL(sched_setattr)
{
	return do_sched_setattr(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(sched_getattr)
{
	return do_sched_getattr(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

CALL(sched_getaffinity)
{
	return do_sched_getaffinity(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(sched_setaffinity)
{
	return do_sched_setaffinity(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(getcpu)
{
	return do_getcpu(curr, arg[0], arg[1]);
}

CALL(ioprio_set)
{
	return do_ioprio_set(curr, (int)arg[0], (int)arg[1], (int)arg[2]);
}

CALL(ioprio_get)
{
	return do_ioprio_get(curr, (int)arg[0], (int)arg[1]);
}
