/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_SCHED_POLICY_H
#define KERNEL_TASK_SCHED_POLICY_H

/* Policies, priorities, affinity (include/uapi/linux/sched.h). */

#include <linux/sched.h> /* SCHED_*: one numbering on all of Linux */

#include "kernel/task/sched.h"

#define MAX_RT_PRIO  100u
#define DEFAULT_PRIO 120 /* of nice 0 */
#define MIN_NICE     (-20)
#define MAX_NICE     19

/* As in user memory. */
struct sched_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
};

/* What Linux begins with. */
enum {
	RT_PERIOD_US = 1000000,
	RT_RUNTIME_US = 950000,
	RR_TIMESLICE_MS = 100,
};

/* sched.c: @task runs by this from now on, and where it is queued, there. */
void change_priority(struct task_struct *curr, struct task_struct *task,
		     uint32_t policy, uint32_t rt_priority, int nice);
void set_user_nice(struct task_struct *curr, struct task_struct *task,
		   int nice);
void sched_fork(struct task_struct *child);

/* ---- behind the system calls; a value or -errno ---- */

int32_t do_nice(struct task_struct *curr, int32_t increment);
int32_t do_setpriority(struct task_struct *curr, int which, uint32_t who,
		       int32_t nice);
int32_t do_getpriority(struct task_struct *curr, int which, uint32_t who);
/* @policy < 0: as it is (sched_setparam). */
int32_t do_sched_setscheduler(struct task_struct *curr, int pid, int32_t policy,
			      vaddr_t param);
int32_t do_sched_getscheduler(struct task_struct *curr, int pid);
int32_t do_sched_getparam(struct task_struct *curr, int pid, vaddr_t param);
/* @bound for real-time policies, 0 for others, -EINVAL for none. */
int32_t sched_priority_bound(int32_t policy, int32_t bound);
int32_t do_sched_rr_get_interval(struct task_struct *curr, int pid, vaddr_t to,
				 bool wide);
int32_t do_sched_setattr(struct task_struct *curr, int pid, vaddr_t from,
			 uint32_t flags);
int32_t do_sched_getattr(struct task_struct *curr, int pid, vaddr_t to,
			 uint32_t size, uint32_t flags);
int32_t do_sched_getaffinity(struct task_struct *curr, int pid,
			     uint32_t nr_bytes, vaddr_t mask);
int32_t do_sched_setaffinity(struct task_struct *curr, int pid,
			     uint32_t nr_bytes, vaddr_t from);

#endif
