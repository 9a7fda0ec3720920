/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Timers by jiffies, and what sleeps by them (Linux: kernel/time/timer.c). The
 * host is told when the first is due; it raises the softirq then, which calls
 * run_timer_softirq().
 *
 * MODEL: one list in the order of expiry, where Linux has a wheel: a timer is
 * never late by the wheel's granularity, and setting one costs more the more
 * there are.
 */

#include <linux/debugobjects.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

extern unsigned long loops_per_jiffy;

static LIST_HEAD(timers);
static DEFINE_SPINLOCK(timers_lock);
static struct timer_list *running_timer;

/* The host's: an interrupt is wanted at this jiffy, or none. */
void tick_program_jiffy(unsigned long jiffy, unsigned int wanted);
void run_timer_softirq(void);
void __delay(unsigned long loops);

static void program_first(void)
{
	if (list_empty(&timers))
		tick_program_jiffy(0, 0);
	else
		tick_program_jiffy(list_first_entry(&timers, struct timer_list,
						    entry)
					   ->expires,
				   1);
}

static void enqueue(struct timer_list *timer)
{
	struct timer_list *other;

	list_for_each_entry(other, &timers, entry)
		if (time_before(timer->expires, other->expires))
			break;
	list_add_tail(&timer->entry, &other->entry);
}

static int dequeue(struct timer_list *timer)
{
	if (!timer_pending(timer))
		return 0;
	list_del(&timer->entry);
	timer->entry.next = NULL;
	return 1;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	unsigned long flags;
	int was_pending;

	spin_lock_irqsave(&timers_lock, flags);
	was_pending = dequeue(timer);
	timer->expires = expires;
	enqueue(timer);
	program_first();
	spin_unlock_irqrestore(&timers_lock, flags);
	return was_pending;
}

void add_timer(struct timer_list *timer)
{
	mod_timer(timer, timer->expires);
}

int del_timer(struct timer_list *timer)
{
	unsigned long flags;
	int was_pending;

	spin_lock_irqsave(&timers_lock, flags);
	was_pending = dequeue(timer);
	if (was_pending)
		program_first();
	spin_unlock_irqrestore(&timers_lock, flags);
	return was_pending;
}

/* One core: where this runs, the timer's function doesn't. */
int del_timer_sync(struct timer_list *timer)
{
	if (in_hardirq() || running_timer == timer)
		pr_warn("timer: deleted where it may be running\n");
	return del_timer(timer);
}

static void call_timer_fn(struct timer_list *timer)
{
	void (*function)(struct timer_list * timer) = timer->function;
	unsigned long count;

	running_timer = timer;
	spin_unlock_irq(&timers_lock);
	count = preempt_count();
	function(timer);
	if (preempt_count() != count) {
		pr_warn("timer: %p preempt leak: %08x -> %08x\n", function,
			(unsigned int)count, (unsigned int)preempt_count());
		current->thread_info.preempt_count = count;
	}
	spin_lock_irq(&timers_lock);
	running_timer = NULL;
}

void run_timer_softirq(void)
{
	const unsigned long now = jiffies;

	spin_lock_irq(&timers_lock);
	while (!list_empty(&timers)) {
		struct timer_list *timer =
			list_first_entry(&timers, struct timer_list, entry);

		if (time_after(timer->expires, now))
			break;
		dequeue(timer);
		call_timer_fn(timer);
	}
	program_first();
	spin_unlock_irq(&timers_lock);
}

unsigned int debug_free_timers(unsigned long start, unsigned long end)
{
	struct timer_list *timer, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(timer, next, &timers, entry) {
		if (!debug_within(timer, start, end) &&
		    !debug_within(timer->function, start, end))
			continue;
		debug_print_object("timer_list", timer, timer->function);
		dequeue(timer);
		nr++;
	}
	program_first();
	return nr;
}

/* ---- sleeping ---------------------------------------------------------- */

struct process_timer {
	struct timer_list timer;
	struct task_struct *task;
};

static void process_timeout(struct timer_list *timer)
{
	struct process_timer *timeout = from_timer(timeout, timer, timer);

	wake_up_process(timeout->task);
}

long schedule_timeout(long timeout)
{
	struct process_timer timer = {.task = current};
	unsigned long expires = jiffies + timeout;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (timeout < 0) {
		pr_err("schedule_timeout: wrong timeout value %lx\n", timeout);
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	timer_setup_on_stack(&timer.timer, process_timeout, 0);
	mod_timer(&timer.timer, expires);
	schedule();
	del_timer(&timer.timer);
	timeout = expires - jiffies;
	return timeout < 0 ? 0 : timeout;
}

long schedule_timeout_interruptible(long timeout)
{
	__set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(timeout);
}

long schedule_timeout_uninterruptible(long timeout)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout);
}

/* One more: part of the present jiffy is over. */
void msleep(unsigned int ms)
{
	unsigned long timeout = msecs_to_jiffies(ms) + 1;

	might_sleep();
	while (timeout)
		timeout = schedule_timeout_uninterruptible(timeout);
}

unsigned long msleep_interruptible(unsigned int ms)
{
	unsigned long timeout = msecs_to_jiffies(ms) + 1;

	might_sleep();
	while (timeout && !signal_pending(current))
		timeout = schedule_timeout_interruptible(timeout);
	return jiffies_to_msecs(timeout);
}

u64 get_jiffies_64(void)
{
	unsigned long flags;
	u64 now;

	local_irq_save(flags);
	now = jiffies_64;
	local_irq_restore(flags);
	return now;
}

/* ---- keeping the core -------------------------------------------------- */

/* 2^31 / 10^6 * HZ, by which microseconds become parts of a jiffy. */
#define UDELAY_MULT (2147 * HZ + 483648 * HZ / 1000000)
#define MOST_US     2000

void __udelay(unsigned long us)
{
	if (us > MOST_US)
		us = MOST_US;
	__delay((unsigned long)((u64)(us * UDELAY_MULT) * loops_per_jiffy >>
				31) +
		1);
}

void __ndelay(unsigned long ns)
{
	__udelay(ns / 1000 + 1);
}

/* ---- the log ----------------------------------------------------------- */

int ___ratelimit(struct ratelimit_state *rs, const char *function)
{
	if (!rs->interval)
		return 1;
	if (!rs->begin)
		rs->begin = jiffies;
	if (time_after(jiffies, rs->begin + rs->interval)) {
		if (rs->missed)
			pr_warn("%s: %d callbacks suppressed\n", function,
				rs->missed);
		rs->begin = jiffies;
		rs->printed = rs->missed = 0;
	}
	if (rs->printed < rs->burst) {
		rs->printed++;
		return 1;
	}
	rs->missed++;
	return 0;
}
