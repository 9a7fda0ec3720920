/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

/* Something that will be done, and who waits for it. */

#include <linux/wait.h>

struct completion {
	unsigned int done;
	struct wait_queue_head wait;
};

#define COMPLETION_INITIALIZER(name)                                        \
	{                                                                   \
		.done = 0, .wait = __WAIT_QUEUE_HEAD_INITIALIZER(name.wait) \
	}
#define DECLARE_COMPLETION(name) \
	struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)

static inline void init_completion(struct completion *x)
{
	x->done = 0;
	init_waitqueue_head(&x->wait);
}

static inline void reinit_completion(struct completion *x)
{
	x->done = 0;
}

/**
 * complete - one may go on
 * @x: what is done, once more
 *
 * Context: Any.
 */
void complete(struct completion *x);
/**
 * complete_all - all may go on, now and later
 * @x: what is done
 *
 * Context: Any.
 */
void complete_all(struct completion *x);
/**
 * wait_for_completion - sleep until it is done
 * @x: what
 *
 * Context: Process context; may sleep.
 */
void wait_for_completion(struct completion *x);
/**
 * wait_for_completion_timeout - sleep until it is done, or for a while
 * @x: what
 * @timeout: jiffies
 *
 * Context: Process context; may sleep.
 * Return: jiffies that were left, at least 1; 0: it isn't done.
 */
unsigned long wait_for_completion_timeout(struct completion *x,
					  unsigned long timeout);
/**
 * wait_for_completion_interruptible - sleep until it is done or a signal comes
 * @x: what
 *
 * Context: Process context; may sleep.
 * Return: 0, or -ERESTARTSYS.
 */
int wait_for_completion_interruptible(struct completion *x);
/**
 * try_wait_for_completion - go on if it is done
 * @x: what
 *
 * Context: Any.
 * Return: true if it was.
 */
bool try_wait_for_completion(struct completion *x);
/**
 * completion_done - would nobody have to wait?
 * @x: for what
 *
 * Context: Any.
 * Return: true if it is done.
 */
bool completion_done(struct completion *x);

#endif
