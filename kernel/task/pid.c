/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * Process numbers (Linux: kernel/pid.c): handed out in order, wrapping at
 * pid_max past the first few hundred that boot takes.
 *
 * MODEL: groups and sessions are plain numbers in signal_struct, found by
 * looking at every process; Linux links them to struct pid.
 */

#include "kernel/arm_sizes.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

enum {
	RESERVED_PIDS = 300
};

static struct list_head *pid_bucket(const struct kernel *k, int nr)
{
	/* a list head in struct kernel: shared by readers and writers */
	return (struct list_head *)&k->sched.pid_hash[nr % PID_HASH];
}

static struct pid *find_pid(const struct kernel *k, int nr)
{
	struct pid *pid;

	if (nr <= 0)
		return NULL;
	list_for_each_entry(pid, pid_bucket(k, nr), hash)
		if (pid->nr == nr)
			return pid;
	return NULL;
}

struct task_struct *find_task_by_pid(const struct kernel *k, int nr)
{
	struct pid *pid = find_pid(k, nr);

	return pid ? pid->task : NULL;
}

void pid_init(struct task_struct *curr)
{
	struct sched_state *sched = &curr->k->sched;

	sched->pid_max = PID_MAX;
	for (int i = 0; i < PID_HASH; i++)
		INIT_LIST_HEAD(&sched->pid_hash[i]);
	sched->pid_cachep = KMEM_CACHE(curr, pid, ARM_SIZEOF_PID,
				       SLAB_HWCACHE_ALIGN | SLAB_PANIC);
}

static int next_free_nr(struct kernel *k)
{
	int nr = k->sched.last_pid;

	for (int tries = 0; tries < PID_MAX; tries++) {
		if (++nr >= k->sched.pid_max)
			nr = RESERVED_PIDS;
		if (!find_pid(k, nr) && !find_task_in_pgrp(k, nr))
			return nr;
	}
	return -1;
}

struct pid *alloc_pid(struct task_struct *curr, struct task_struct *task)
{
	struct kernel *k = curr->k;
	struct pid *pid;
	int nr = next_free_nr(k);

	if (nr < 0)
		return NULL;
	pid = kmem_cache_alloc(curr, k->sched.pid_cachep, GFP_KERNEL);
	if (!pid)
		return NULL;
	pid->nr = nr;
	pid->task = task;
	list_add(&pid->hash, pid_bucket(k, nr));
	k->sched.last_pid = nr;
	return pid;
}

void free_pid(struct task_struct *curr, struct pid *pid)
{
	list_del(&pid->hash);
	kmem_cache_free(curr, curr->k->sched.pid_cachep, pid);
}

struct task_struct *find_task_in_pgrp(const struct kernel *k, int pgrp)
{
	struct task_struct *task;

	for_each_process(task, k)
		if (task->signal->pgrp == pgrp)
			return task;
	return NULL;
}
