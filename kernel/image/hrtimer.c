/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Timers by nanoseconds (Linux: kernel/time/hrtimer.c). The host is told when
 * the first is due, and calls hrtimer_run_queues() from that interrupt.
 *
 * MODEL: one list in the order of expiry, and one clock, CLOCK_MONOTONIC. All
 * functions are called in the interrupt, as with HRTIMER_MODE_HARD.
 */

#include <linux/debugobjects.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

static LIST_HEAD(hrtimers);
static DEFINE_SPINLOCK(hrtimers_lock);

/* The host's: an interrupt is wanted then; KTIME_MAX: none. */
void hrtimer_reprogram(ktime_t expires);
void hrtimer_run_queues(void);

static void program_first(void)
{
	hrtimer_reprogram(
		list_empty(&hrtimers)
			? KTIME_MAX
			: list_first_entry(&hrtimers, struct hrtimer, entry)
				  ->expires);
}

static void enqueue(struct hrtimer *timer)
{
	struct hrtimer *other;

	list_for_each_entry(other, &hrtimers, entry)
		if (timer->expires < other->expires)
			break;
	list_add_tail(&timer->entry, &other->entry);
}

static int dequeue(struct hrtimer *timer)
{
	if (!timer->entry.next)
		return 0;
	list_del(&timer->entry);
	timer->entry.next = NULL;
	return 1;
}

void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode)
{
	(void)clock, (void)mode;
	timer->entry.next = NULL;
	timer->expires = 0;
	timer->state = 0;
}

void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t time, u64 delta,
			    enum hrtimer_mode mode)
{
	unsigned long flags;

	(void)delta; /* it is never late */
	spin_lock_irqsave(&hrtimers_lock, flags);
	dequeue(timer);
	timer->expires = mode & HRTIMER_MODE_REL ? ktime_get() + time : time;
	enqueue(timer);
	program_first();
	spin_unlock_irqrestore(&hrtimers_lock, flags);
}

int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	unsigned long flags;
	int was;

	spin_lock_irqsave(&hrtimers_lock, flags);
	was = timer->state ? -1 : dequeue(timer);
	if (was > 0)
		program_first();
	spin_unlock_irqrestore(&hrtimers_lock, flags);
	return was;
}

int hrtimer_cancel(struct hrtimer *timer)
{
	int was;

	do
		was = hrtimer_try_to_cancel(timer);
	while (was < 0);
	return was;
}

u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	ktime_t late = now - timer->expires;
	u64 overruns;

	if (late < 0 || interval <= 0)
		return 0;
	overruns = (u64)late / (u64)interval + 1;
	timer->expires += overruns * interval;
	return overruns;
}

static void run_one(struct hrtimer *timer)
{
	enum hrtimer_restart restart;

	dequeue(timer);
	timer->state = 1;
	spin_unlock(&hrtimers_lock);
	restart = timer->function(timer);
	spin_lock(&hrtimers_lock);
	timer->state = 0;
	if (restart == HRTIMER_RESTART && !timer->entry.next)
		enqueue(timer);
}

/* How many one interrupt serves, so that others get a turn, too. */
#define MOST_AT_ONCE 32

void hrtimer_run_queues(void)
{
	spin_lock(&hrtimers_lock);
	for (int n = 0; n < MOST_AT_ONCE && !list_empty(&hrtimers); n++) {
		struct hrtimer *timer = list_first_entry(&hrtimers,
							 struct hrtimer, entry);

		if (timer->expires > ktime_get())
			break;
		run_one(timer);
	}
	program_first();
	spin_unlock(&hrtimers_lock);
}

unsigned int debug_free_hrtimers(unsigned long start, unsigned long end)
{
	struct hrtimer *timer, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(timer, next, &hrtimers, entry) {
		if (!debug_within(timer, start, end) &&
		    !debug_within(timer->function, start, end))
			continue;
		debug_print_object("hrtimer", timer, timer->function);
		dequeue(timer);
		nr++;
	}
	program_first();
	return nr;
}

/* ---- sleeping ---------------------------------------------------------- */

struct hrtimer_sleeper {
	struct hrtimer timer;
	struct task_struct *task;
};

static enum hrtimer_restart hrtimer_wakeup(struct hrtimer *timer)
{
	struct hrtimer_sleeper *sleeper =
		container_of(timer, struct hrtimer_sleeper, timer);
	struct task_struct *task = sleeper->task;

	sleeper->task = NULL;
	wake_up_process(task);
	return HRTIMER_NORESTART;
}

void usleep_range_state(unsigned long min, unsigned long max,
			unsigned int state)
{
	struct hrtimer_sleeper sleeper = {.task = current};

	(void)max;
	might_sleep();
	hrtimer_init(&sleeper.timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	sleeper.timer.function = hrtimer_wakeup;
	hrtimer_start(&sleeper.timer, (ktime_t)min * NSEC_PER_USEC,
		      HRTIMER_MODE_REL);
	while (READ_ONCE(sleeper.task)) {
		set_current_state(state);
		if (READ_ONCE(sleeper.task))
			schedule();
		if (signal_pending_state(state, current))
			break;
	}
	__set_current_state(TASK_RUNNING);
	hrtimer_cancel(&sleeper.timer);
}
