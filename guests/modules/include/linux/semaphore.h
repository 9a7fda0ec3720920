/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SEMAPHORE_H
#define _LINUX_SEMAPHORE_H

/* So many of something: who wants one when there is none sleeps. */

#include <linux/wait.h>

struct semaphore {
	spinlock_t lock;
	unsigned int count;
	struct list_head wait_list;
};

#define __SEMAPHORE_INITIALIZER(name, n)                             \
	{                                                            \
		.lock = __SPIN_LOCK_UNLOCKED(name.lock), .count = n, \
		.wait_list = LIST_HEAD_INIT(name.wait_list)          \
	}
#define DEFINE_SEMAPHORE(name) \
	struct semaphore name = __SEMAPHORE_INITIALIZER(name, 1)

static inline void sema_init(struct semaphore *sem, int count)
{
	spin_lock_init(&sem->lock);
	sem->count = count;
	INIT_LIST_HEAD(&sem->wait_list);
}

/**
 * down - take one
 * @sem: of these
 *
 * Context: Process context; may sleep.
 */
void down(struct semaphore *sem);
/**
 * down_interruptible - take one unless a signal comes first
 * @sem: of these
 *
 * Context: Process context; may sleep.
 * Return: 0, or -EINTR: it has got none.
 */
int down_interruptible(struct semaphore *sem);
/**
 * down_timeout - take one if there will be one soon
 * @sem: of these
 * @timeout: jiffies
 *
 * Context: Process context; may sleep.
 * Return: 0, or -ETIME: it has got none.
 */
int down_timeout(struct semaphore *sem, long timeout);
/**
 * down_trylock - take one if there is one
 * @sem: of these
 *
 * Context: Any.
 * Return: 0, or 1: there is none.
 */
int down_trylock(struct semaphore *sem);
/**
 * up - give one back
 * @sem: of these
 *
 * Context: Any.
 */
void up(struct semaphore *sem);

#endif
