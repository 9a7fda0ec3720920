/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/block/ioprio.h"

/*
 * Priorities of input and output (Linux: block/ioprio.c, blk-ioc.c). A task
 * has an io_context from its first ioprio_set() on; children get their own
 * with the same, or the same by CLONE_IO.
 *
 * MODEL: they are remembered and told, and the disk serves requests in the
 * order in which they came: ionice changes no run time, as under Linux with
 * the elevator "none".
 */

#include <linux/ioprio.h>

#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/sched_policy.h"

#define ARM_SIZEOF_IO_CONTEXT 52

static int prio_class(int ioprio)
{
	return ioprio >> IOPRIO_CLASS_SHIFT & 7;
}

static int prio_level(int ioprio)
{
	return ioprio & ((1 << IOPRIO_CLASS_SHIFT) - 1);
}

static struct io_context *alloc_io_context(struct task_struct *curr,
					   uint16_t ioprio)
{
	struct io_context *ioc = kzalloc_obj(curr, ARM_SIZEOF_IO_CONTEXT,
					     sizeof(*ioc), GFP_KERNEL);

	if (ioc)
		*ioc = (struct io_context){.refcount = 1, .ioprio = ioprio};
	return ioc;
}

int copy_io(struct task_struct *curr, struct task_struct *child, bool share)
{
	struct io_context *ioc = curr->io_context;

	child->io_context = NULL;
	if (!ioc)
		return 0;
	if (share) {
		ioc->refcount++;
		child->io_context = ioc;
		return 0;
	}
	if (prio_class(ioc->ioprio) == IOPRIO_CLASS_NONE)
		return 0;
	child->io_context = alloc_io_context(curr, ioc->ioprio);
	return child->io_context ? 0 : -ENOMEM;
}

void exit_io_context(struct task_struct *curr, struct task_struct *task)
{
	struct io_context *ioc = task->io_context;

	task->io_context = NULL;
	if (ioc && !--ioc->refcount)
		kfree_obj(curr, ioc);
}

/* ---- whom a call means ------------------------------------------------------ */

/* @uid: whose, for IOPRIO_WHO_USER. */
static bool is_meant(const struct task_struct *curr,
		     const struct task_struct *task, int which, int who,
		     uint32_t uid)
{
	if (which == IOPRIO_WHO_PGRP)
		return task->signal->pgrp == (who ? who : curr->signal->pgrp);
	return task->cred.uid == uid;
}

#define for_each_thread_of(leader, thread) \
	list_for_each_entry(thread, &(leader)->signal->thread_head, thread_node)

static struct task_struct *one_task(struct task_struct *curr, int who)
{
	return who ? find_task_by_pid(curr->k, who) : curr;
}

/* ---- ioprio_set ------------------------------------------------------------- */

static int ioprio_check_cap(const struct task_struct *curr, int ioprio)
{
	const int level = prio_level(ioprio);

	switch (prio_class(ioprio)) {
	case IOPRIO_CLASS_RT:
		if (!capable(curr, CAP_SYS_ADMIN) &&
		    !capable(curr, CAP_SYS_NICE))
			return -EPERM;
		return level < IOPRIO_NR_LEVELS ? 0 : -EINVAL;
	case IOPRIO_CLASS_BE:
		return level < IOPRIO_NR_LEVELS ? 0 : -EINVAL;
	case IOPRIO_CLASS_IDLE:
		return 0;
	case IOPRIO_CLASS_NONE:
		return level ? -EINVAL : 0;
	default:
		return -EINVAL;
	}
}

static int set_task_ioprio(struct task_struct *curr, struct task_struct *task,
			   int ioprio)
{
	struct io_context *ioc;

	if (task->cred.uid != curr->cred.euid &&
	    task->cred.uid != curr->cred.uid && !capable(curr, CAP_SYS_NICE))
		return -EPERM;
	if (!task->io_context) {
		const int pid = task->pid;

		ioc = alloc_io_context(curr, 0);
		if (!ioc)
			return -ENOMEM;
		/* that may have slept */
		if (find_task_by_pid(curr->k, pid) != task ||
		    task->flags & PF_EXITING || task->io_context)
			kfree_obj(curr, ioc);
		else
			task->io_context = ioc;
		if (find_task_by_pid(curr->k, pid) != task || !task->io_context)
			return -ESRCH;
	}
	task->io_context->ioprio = (uint16_t)ioprio;
	return 0;
}

/* The next after @pid that is meant, in the order of pids; or NULL. */
static struct task_struct *next_meant(const struct task_struct *curr, int pid,
				      int which, int who, uint32_t uid)
{
	struct task_struct *leader, *task, *best = NULL;

	for_each_process(leader, curr->k)
		for_each_thread_of(leader, task)
		{
			if (task->pid > pid &&
			    (!best || task->pid < best->pid) &&
			    is_meant(curr, task, which, who, uid))
				best = task;
		}
	return best;
}

int32_t do_ioprio_set(struct task_struct *curr, int which, int who, int ioprio)
{
	struct task_struct *task = NULL;
	int err = ioprio_check_cap(curr, ioprio);

	if (err)
		return err;
	if (which == IOPRIO_WHO_PROCESS) {
		task = one_task(curr, who);
		return task ? set_task_ioprio(curr, task, ioprio) : -ESRCH;
	}
	if (which != IOPRIO_WHO_PGRP && which != IOPRIO_WHO_USER)
		return -EINVAL;
	err = -ESRCH;
	/* anew from the last pid each time: setting may sleep */
	for (int pid = 0;;) {
		task = next_meant(curr, pid, which, who, (uint32_t)who);
		if (!task)
			return err;
		pid = task->pid;
		err = set_task_ioprio(curr, task, ioprio);
		if (err)
			return err;
	}
}

/* ---- ioprio_get ------------------------------------------------------------- */

/* What its policy and nice make of "none". */
static int by_nice(const struct task_struct *task)
{
	const int level = (task->nice - MIN_NICE) / 5;
	const int class = task->policy == SCHED_IDLE ? IOPRIO_CLASS_IDLE
			  : task->policy == SCHED_FIFO ||
					  task->policy == SCHED_RR
				  ? IOPRIO_CLASS_RT
				  : IOPRIO_CLASS_BE;

	return class << IOPRIO_CLASS_SHIFT | level;
}

static int raw_ioprio(const struct task_struct *task)
{
	return task->io_context ? task->io_context->ioprio : 0;
}

static int get_task_ioprio(const struct task_struct *task)
{
	const int raw = raw_ioprio(task);

	return prio_class(raw) == IOPRIO_CLASS_NONE ? by_nice(task) : raw;
}

int32_t do_ioprio_get(struct task_struct *curr, int which, int who)
{
	const uint32_t uid = who ? (uint32_t)who : curr->cred.uid;
	struct task_struct *leader, *task;
	int best = -ESRCH;

	if (which == IOPRIO_WHO_PROCESS) {
		task = one_task(curr, who);
		return task ? raw_ioprio(task) : -ESRCH;
	}
	if (which != IOPRIO_WHO_PGRP && which != IOPRIO_WHO_USER)
		return -EINVAL;
	for_each_process(leader, curr->k)
		for_each_thread_of(leader, task)
		{
			const int prio = get_task_ioprio(task);

			if (is_meant(curr, task, which, who, uid) &&
			    (best < 0 || prio < best))
				best = prio;
		}
	return best;
}
