/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

/* Functions that are called at a jiffy, in softirq context. */

#include <linux/jiffies.h>
#include <linux/list.h>

struct timer_list {
	struct list_head entry; /* entry.next is NULL while it isn't pending */
	unsigned long expires;
	void (*function)(struct timer_list *timer);
	u32 flags;
};

#define DEFINE_TIMER(name, fn) struct timer_list name = {.function = (fn)}

#define from_timer(var, timer, field) \
	container_of(timer, __typeof__(*var), field)

static inline void timer_setup(struct timer_list *timer,
			       void (*function)(struct timer_list *timer),
			       unsigned int flags)
{
	timer->entry.next = NULL;
	timer->function = function;
	timer->flags = flags;
}
#define timer_setup_on_stack(timer, fn, flags) timer_setup(timer, fn, flags)
#define destroy_timer_on_stack(timer)          ((void)(timer))

static inline int timer_pending(const struct timer_list *timer)
{
	return timer->entry.next != NULL;
}

/**
 * add_timer - have a timer's function called
 * @timer: whose expires says when; it must not be pending
 *
 * Context: Any.
 */
void add_timer(struct timer_list *timer);
/**
 * mod_timer - have a timer's function called at another time
 * @timer: pending or not
 * @expires: the jiffy
 *
 * Context: Any.
 * Return: 1 if it was pending.
 */
int mod_timer(struct timer_list *timer, unsigned long expires);
/**
 * del_timer - have a timer's function not called
 * @timer: pending or not; its function may run at this moment
 *
 * Context: Any.
 * Return: 1 if it was pending.
 */
int del_timer(struct timer_list *timer);
/**
 * del_timer_sync - have a timer's function not called, nor running any more
 * @timer: pending or not
 *
 * Context: Not from an interrupt, nor from the timer's own function.
 * Return: 1 if it was pending.
 */
int del_timer_sync(struct timer_list *timer);

#define timer_delete(timer)        del_timer(timer)
#define timer_delete_sync(timer)   del_timer_sync(timer)
#define timer_shutdown_sync(timer) del_timer_sync(timer)

#endif
