/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * Process numbers (Linux: kernel/pid.c): handed out in order, wrapping at
 * pid_max past the first few hundred that boot takes. The next free one is
 * found in a bitmap, so what a fork costs doesn't depend on how many there are.
 *
 * Invariant: a bit of pid_map is set as long as someone bears the number: its
 * task, or a process whose group or session it is. `attached` counts them, so
 * the number of a group that has outlived its leader isn't given to another.
 * The structure itself lives on while a pidfd knows it (`count`).
 *
 * MODEL: groups and sessions are plain numbers in signal_struct, found by
 * looking at every process; Linux links them to struct pid.
 */

#include "kernel/arm_sizes.h"
#include "kernel/lib/bitmap.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define RESERVED_PIDS 300u

static struct list_head *pid_bucket(const struct kernel *k, int nr)
{
	/* a list head in struct kernel: shared by readers and writers */
	return (struct list_head *)&k->sched.pid_hash[nr % PID_HASH];
}

struct pid *find_pid(const struct kernel *k, int nr)
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
	set_bit(0, sched->pid_map); /* the idle tasks' */
	for (int i = 0; i < PID_HASH; i++)
		INIT_LIST_HEAD(&sched->pid_hash[i]);
	sched->pid_cachep = KMEM_CACHE(curr, pid, ARM_SIZEOF_PID,
				       SLAB_HWCACHE_ALIGN | SLAB_PANIC);
}

/* Behind the last one, or from the beginning again; pid_max: none is free. */
static uint32_t next_free_nr(const struct sched_state *sched)
{
	const uint32_t max = (uint32_t)sched->pid_max;
	uint32_t nr = find_next_zero_bit(sched->pid_map, max,
					 (uint32_t)sched->last_pid + 1);

	if (nr < max)
		return nr;
	return find_next_zero_bit(sched->pid_map, max, RESERVED_PIDS);
}

struct pid *alloc_pid(struct task_struct *curr, struct task_struct *task)
{
	struct sched_state *sched = &curr->k->sched;
	struct pid *pid = kmem_cache_alloc(curr, sched->pid_cachep, GFP_KERNEL);
	uint32_t nr;

	if (!pid)
		return ERR_PTR(-ENOMEM);
	nr = next_free_nr(sched);
	if (nr >= (uint32_t)sched->pid_max) {
		kmem_cache_free(curr, sched->pid_cachep, pid);
		return ERR_PTR(-EAGAIN);
	}
	*pid = (struct pid){
		.nr = (int)nr, .count = 1, .attached = 1, .task = task};
	init_waitqueue_head(&pid->wait_pidfd);
	set_bit(nr, sched->pid_map);
	list_add(&pid->hash, pid_bucket(curr->k, pid->nr));
	sched->last_pid = pid->nr;
	return pid;
}

void get_pid(struct pid *pid)
{
	pid->count++;
}

void put_pid(struct task_struct *curr, struct pid *pid)
{
	if (!--pid->count)
		kmem_cache_free(curr, curr->k->sched.pid_cachep, pid);
}

static void detach(struct task_struct *curr, struct pid *pid)
{
	if (--pid->attached)
		return;
	clear_bit((uint32_t)pid->nr, curr->k->sched.pid_map);
	list_del(&pid->hash);
	put_pid(curr, pid);
}

void free_pid(struct task_struct *curr, struct pid *pid)
{
	pid->task = NULL;
	wake_up_all(curr, &pid->wait_pidfd);
	detach(curr, pid);
}

/* 0 is nobody's: kernel threads are in no group. */
void change_pid(struct task_struct *curr, int *nr, int new)
{
	const struct kernel *k = curr->k;
	const int old = *nr;

	if (new)
		find_pid(k, new)->attached++;
	*nr = new;
	if (old)
		detach(curr, find_pid(k, old));
}

struct task_struct *find_task_in_pgrp(const struct kernel *k, int pgrp)
{
	struct task_struct *task;

	for_each_process(task, k)
		if (task->signal->pgrp == pgrp)
			return task;
	return NULL;
}
