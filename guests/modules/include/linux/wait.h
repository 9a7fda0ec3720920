/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

/* Queues of tasks that sleep until something is so. */

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#define WQ_FLAG_EXCLUSIVE 0x01

struct wait_queue_entry;
typedef int (*wait_queue_func_t)(struct wait_queue_entry *entry,
				 unsigned int mode, int flags, void *key);

struct wait_queue_entry {
	unsigned int flags;
	void *private; /* the task */
	wait_queue_func_t func;
	struct list_head entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(name)              \
	{                                                \
		.lock = __SPIN_LOCK_UNLOCKED(name.lock), \
		.head = LIST_HEAD_INIT(name.head)        \
	}
#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)

static inline void init_waitqueue_head(struct wait_queue_head *wq)
{
	spin_lock_init(&wq->lock);
	INIT_LIST_HEAD(&wq->head);
}

static inline int waitqueue_active(struct wait_queue_head *wq)
{
	return !list_empty(&wq->head);
}

/**
 * default_wake_function - wake an entry's task
 * @entry: of a wait queue
 * @mode: which states of sleep it is woken from
 * @flags: of no use here
 * @key: of no use here
 *
 * Return: 1 if it slept.
 */
int default_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			  int flags, void *key);
/**
 * autoremove_wake_function - wake an entry's task and take it off its queue
 * @entry: of a wait queue
 * @mode: which states of sleep it is woken from
 * @flags: of no use here
 * @key: of no use here
 *
 * Return: 1 if it slept.
 */
int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			     int flags, void *key);
/**
 * init_wait_entry - make an entry for the current task
 * @entry: what is to be one
 * @flags: WQ_FLAG_EXCLUSIVE: only one of these is woken at a time
 */
void init_wait_entry(struct wait_queue_entry *entry, int flags);
/**
 * add_wait_queue - put an entry on a queue, before all others
 * @wq: the queue
 * @entry: the entry
 *
 * Context: Any.
 */
void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry);
/**
 * remove_wait_queue - take an entry off its queue
 * @wq: the queue
 * @entry: which is on it
 *
 * Context: Any.
 */
void remove_wait_queue(struct wait_queue_head *wq,
		       struct wait_queue_entry *entry);
/**
 * prepare_to_wait - queue up, and be about to sleep
 * @wq: the queue
 * @entry: the current task's; queued unless it is already
 * @state: how schedule() will sleep, TASK_…
 *
 * Context: Process context.
 */
void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry,
		     int state);
/**
 * prepare_to_wait_exclusive - queue up behind all others, to be woken alone
 * @wq: the queue
 * @entry: the current task's
 * @state: how schedule() will sleep, TASK_…
 *
 * Context: Process context.
 * Return: true if it is the first there.
 */
bool prepare_to_wait_exclusive(struct wait_queue_head *wq,
			       struct wait_queue_entry *entry, int state);
/**
 * prepare_to_wait_event - the step of wait_event() before its condition
 * @wq: the queue
 * @entry: by init_wait_entry()
 * @state: how schedule() will sleep, TASK_…
 *
 * Context: Process context.
 * Return: 0, or -ERESTARTSYS if a signal ends the wait; then it isn't queued.
 */
long prepare_to_wait_event(struct wait_queue_head *wq,
			   struct wait_queue_entry *entry, int state);
/**
 * finish_wait - sleep no more
 * @wq: the queue
 * @entry: taken off it if it is still there
 *
 * Context: Process context.
 */
void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry);
/**
 * __wake_up - wake the tasks of a queue
 * @wq: the queue
 * @mode: those that sleep in one of these states
 * @nr: how many exclusive ones; 0: all
 * @key: for the entries' functions
 *
 * Context: Any.
 * Return: the number of exclusive ones that were woken.
 */
int __wake_up(struct wait_queue_head *wq, unsigned int mode, int nr, void *key);

#define wake_up(wq)                   __wake_up(wq, TASK_NORMAL, 1, NULL)
#define wake_up_nr(wq, nr)            __wake_up(wq, TASK_NORMAL, nr, NULL)
#define wake_up_all(wq)               __wake_up(wq, TASK_NORMAL, 0, NULL)
#define wake_up_interruptible(wq)     __wake_up(wq, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_all(wq) __wake_up(wq, TASK_INTERRUPTIBLE, 0, NULL)

#define DEFINE_WAIT(name)                              \
	struct wait_queue_entry name = {               \
		.private = current,                    \
		.func = autoremove_wake_function,      \
		.entry = LIST_HEAD_INIT((name).entry), \
	}

/* @how sleeps; left is what it makes of the time. */
#define ___wait_event(wq, condition, state, flags, left, how)                 \
	({                                                                    \
		struct wait_queue_entry wait_;                                \
		long ret_ = (left);                                           \
                                                                              \
		init_wait_entry(&wait_, flags);                               \
		for (;;) {                                                    \
			long int_ = prepare_to_wait_event(&(wq), &wait_,      \
							  state);             \
                                                                              \
			if (condition)                                        \
				break;                                        \
			if ((state) & (TASK_INTERRUPTIBLE | TASK_WAKEKILL) && \
			    int_) {                                           \
				ret_ = int_;                                  \
				break;                                        \
			}                                                     \
			how;                                                  \
		}                                                             \
		finish_wait(&(wq), &wait_);                                   \
		ret_;                                                         \
	})

/* Sleeps until @condition; looks again whenever @wq is woken. */
#define wait_event(wq, condition)                                       \
	do {                                                            \
		might_sleep();                                          \
		if (!(condition))                                       \
			(void)___wait_event(wq, condition,              \
					    TASK_UNINTERRUPTIBLE, 0, 0, \
					    schedule());                \
	} while (0)
/* 0, or -ERESTARTSYS after a signal. */
#define wait_event_interruptible(wq, condition)                        \
	({                                                             \
		int err_ = 0;                                          \
                                                                       \
		might_sleep();                                         \
		if (!(condition))                                      \
			err_ = ___wait_event(wq, condition,            \
					     TASK_INTERRUPTIBLE, 0, 0, \
					     schedule());              \
		err_;                                                  \
	})
#define wait_event_killable(wq, condition)                                    \
	({                                                                    \
		int err_ = 0;                                                 \
                                                                              \
		might_sleep();                                                \
		if (!(condition))                                             \
			err_ = ___wait_event(wq, condition, TASK_KILLABLE, 0, \
					     0, schedule());                  \
		err_;                                                         \
	})
#define wait_event_interruptible_exclusive(wq, condition)          \
	({                                                         \
		int err_ = 0;                                      \
                                                                   \
		might_sleep();                                     \
		if (!(condition))                                  \
			err_ = ___wait_event(wq, condition,        \
					     TASK_INTERRUPTIBLE,   \
					     WQ_FLAG_EXCLUSIVE, 0, \
					     schedule());          \
		err_;                                              \
	})
#define __wait_event_timeout(wq, condition, state, timeout)                    \
	({                                                                     \
		long left_ = (timeout), end_ = left_;                          \
                                                                               \
		might_sleep();                                                 \
		if (!(condition))                                              \
			end_ = ___wait_event(wq, (condition) || !left_, state, \
					     0, 0,                             \
					     left_ = schedule_timeout(left_)); \
		else                                                           \
			end_ = 0;                                              \
		end_ ? end_ : left_ ? left_ : !!(condition);                   \
	})
/* Jiffies that were left, at least 1; 0: they have passed. */
#define wait_event_timeout(wq, condition, timeout) \
	__wait_event_timeout(wq, condition, TASK_UNINTERRUPTIBLE, timeout)
/* The same, or -ERESTARTSYS. */
#define wait_event_interruptible_timeout(wq, condition, timeout) \
	__wait_event_timeout(wq, condition, TASK_INTERRUPTIBLE, timeout)

#endif
