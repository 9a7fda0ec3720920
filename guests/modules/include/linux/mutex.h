/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

/* Locks for which one sleeps: one owner, who gives it back. */

#include <linux/wait.h>

struct mutex {
	struct task_struct *owner;
	spinlock_t wait_lock;
	struct list_head wait_list;
};

#define __MUTEX_INITIALIZER(name)                                  \
	{                                                          \
		.owner = NULL,                                     \
		.wait_lock = __SPIN_LOCK_UNLOCKED(name.wait_lock), \
		.wait_list = LIST_HEAD_INIT(name.wait_list)        \
	}
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)

static inline void mutex_init(struct mutex *lock)
{
	lock->owner = NULL;
	spin_lock_init(&lock->wait_lock);
	INIT_LIST_HEAD(&lock->wait_list);
}

#define mutex_destroy(lock) ((void)(lock))

/**
 * mutex_lock - take a lock, whoever has it now
 * @lock: which the current task must not have
 *
 * Context: Process context; may sleep.
 */
void mutex_lock(struct mutex *lock);
/**
 * mutex_lock_interruptible - take a lock unless a signal comes first
 * @lock: which the current task must not have
 *
 * Context: Process context; may sleep.
 * Return: 0, or -EINTR: it has not got it.
 */
int mutex_lock_interruptible(struct mutex *lock);
/**
 * mutex_lock_killable - take a lock unless the task is killed first
 * @lock: which the current task must not have
 *
 * Context: Process context; may sleep.
 * Return: 0, or -EINTR: it has not got it.
 */
int mutex_lock_killable(struct mutex *lock);
/**
 * mutex_trylock - take a lock that nobody has
 * @lock: the lock
 *
 * Context: Process context; never sleeps.
 * Return: 1 if it has got it.
 */
int mutex_trylock(struct mutex *lock);
/**
 * mutex_unlock - give a lock back
 * @lock: which the current task has
 *
 * Context: Process context.
 */
void mutex_unlock(struct mutex *lock);
/**
 * mutex_is_locked - has anybody got it?
 * @lock: the lock
 *
 * Context: Any.
 * Return: true if somebody has.
 */
bool mutex_is_locked(struct mutex *lock);

#endif
