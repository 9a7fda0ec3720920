/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Locks for which one sleeps (Linux: kernel/locking/mutex.c, semaphore.c). A
 * lock is handed over to the first who waits: nobody overtakes.
 *
 * MODEL: Linux lets a mutex be stolen, and spins while its owner runs; with one
 * core and a kernel that nobody preempts, that is the same but for the order.
 */

#include <linux/mutex.h>
#include <linux/semaphore.h>

struct waiter {
	struct list_head list;
	struct task_struct *task;
	bool granted;
};

/*
 * Sleeps until it was granted what it queued for; @lock is held, before and
 * after. 0, -EINTR, or -ETIME when @timeout is over.
 */
static long wait_for_grant(struct list_head *queue, spinlock_t *lock,
			   unsigned int state, long timeout)
{
	struct waiter waiter = {.task = current};

	list_add_tail(&waiter.list, queue);
	while (!waiter.granted) {
		if (signal_pending_state(state, current) || timeout <= 0) {
			list_del(&waiter.list);
			return timeout <= 0 ? -ETIME : -EINTR;
		}
		__set_current_state(state);
		spin_unlock_irq(lock);
		timeout = schedule_timeout(timeout);
		spin_lock_irq(lock);
	}
	return 0;
}

/* To the first who waits; NULL: nobody does. */
static struct task_struct *grant(struct list_head *queue)
{
	struct waiter *waiter;

	if (list_empty(queue))
		return NULL;
	waiter = list_first_entry(queue, struct waiter, list);
	list_del(&waiter->list);
	waiter->granted = true;
	wake_up_process(waiter->task);
	return waiter->task;
}

/* ---- mutexes ----------------------------------------------------------- */

static int lock_mutex(struct mutex *lock, unsigned int state)
{
	long err = 0;

	might_sleep();
	spin_lock_irq(&lock->wait_lock);
	if (lock->owner)
		err = wait_for_grant(&lock->wait_list, &lock->wait_lock, state,
				     MAX_SCHEDULE_TIMEOUT);
	if (!err)
		lock->owner = current;
	spin_unlock_irq(&lock->wait_lock);
	return (int)err;
}

void mutex_lock(struct mutex *lock)
{
	lock_mutex(lock, TASK_UNINTERRUPTIBLE);
}

int mutex_lock_interruptible(struct mutex *lock)
{
	return lock_mutex(lock, TASK_INTERRUPTIBLE);
}

int mutex_lock_killable(struct mutex *lock)
{
	return lock_mutex(lock, TASK_KILLABLE);
}

int mutex_trylock(struct mutex *lock)
{
	unsigned long flags;
	int taken;

	spin_lock_irqsave(&lock->wait_lock, flags);
	taken = !lock->owner;
	if (taken)
		lock->owner = current;
	spin_unlock_irqrestore(&lock->wait_lock, flags);
	return taken;
}

void mutex_unlock(struct mutex *lock)
{
	unsigned long flags;

	spin_lock_irqsave(&lock->wait_lock, flags);
	lock->owner = grant(&lock->wait_list);
	spin_unlock_irqrestore(&lock->wait_lock, flags);
}

bool mutex_is_locked(struct mutex *lock)
{
	return READ_ONCE(lock->owner);
}

/* ---- semaphores -------------------------------------------------------- */

static int take_down(struct semaphore *sem, unsigned int state, long timeout)
{
	long err = 0;

	might_sleep();
	spin_lock_irq(&sem->lock);
	if (sem->count)
		sem->count--;
	else
		err = wait_for_grant(&sem->wait_list, &sem->lock, state,
				     timeout);
	spin_unlock_irq(&sem->lock);
	return (int)err;
}

void down(struct semaphore *sem)
{
	take_down(sem, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}

int down_interruptible(struct semaphore *sem)
{
	return take_down(sem, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}

int down_timeout(struct semaphore *sem, long timeout)
{
	return take_down(sem, TASK_UNINTERRUPTIBLE, timeout);
}

int down_trylock(struct semaphore *sem)
{
	unsigned long flags;
	int failed;

	spin_lock_irqsave(&sem->lock, flags);
	failed = !sem->count;
	if (!failed)
		sem->count--;
	spin_unlock_irqrestore(&sem->lock, flags);
	return failed;
}

void up(struct semaphore *sem)
{
	unsigned long flags;

	spin_lock_irqsave(&sem->lock, flags);
	if (!grant(&sem->wait_list))
		sem->count++;
	spin_unlock_irqrestore(&sem->lock, flags);
}
