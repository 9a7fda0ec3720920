/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_HRTIMER_H
#define _LINUX_HRTIMER_H

/* Functions that are called at a nanosecond, from the timer's interrupt. */

#include <linux/ktime.h>
#include <linux/list.h>

enum hrtimer_restart {
	HRTIMER_NORESTART,
	HRTIMER_RESTART, /* again, at the new expiry */
};

enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0,
	HRTIMER_MODE_REL = 1,
	HRTIMER_MODE_PINNED = 2,
	HRTIMER_MODE_ABS_PINNED = 2,
	HRTIMER_MODE_REL_PINNED = 3,
};

#define CLOCK_MONOTONIC 1

struct hrtimer {
	struct list_head entry; /* entry.next is NULL while it isn't queued */
	ktime_t expires;
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	u8 state; /* 1: its function runs */
};

/**
 * hrtimer_init - make a timer
 * @timer: what is to be one; its function is set afterwards
 * @clock: CLOCK_MONOTONIC
 * @mode: as for hrtimer_start()
 *
 * Context: Any.
 */
void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode);
/**
 * hrtimer_start_range_ns - have a timer's function called
 * @timer: by hrtimer_init()
 * @time: when, or with HRTIMER_MODE_REL in how long
 * @delta: so much later will do as well
 * @mode: HRTIMER_MODE_…
 *
 * Context: Any.
 */
void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t time, u64 delta,
			    enum hrtimer_mode mode);
/**
 * hrtimer_try_to_cancel - have a timer's function not called
 * @timer: queued or not
 *
 * Context: Any.
 * Return: 1 if it was queued, 0 if not, -1 if its function runs.
 */
int hrtimer_try_to_cancel(struct hrtimer *timer);
/**
 * hrtimer_cancel - have a timer's function not called, nor running any more
 * @timer: queued or not
 *
 * Context: Not from the timer's own function.
 * Return: 1 if it was queued.
 */
int hrtimer_cancel(struct hrtimer *timer);
/**
 * hrtimer_forward - move a timer's expiry behind a time, by whole intervals
 * @timer: one that isn't queued
 * @now: the time
 * @interval: its period
 *
 * Context: Any.
 * Return: how many intervals that took.
 */
u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval);

#define hrtimer_start(timer, time, mode) \
	hrtimer_start_range_ns(timer, time, 0, mode)
#define hrtimer_forward_now(timer, interval) \
	hrtimer_forward(timer, ktime_get(), interval)
#define hrtimer_get_expires(timer) ((timer)->expires)

static inline bool hrtimer_active(const struct hrtimer *timer)
{
	return timer->entry.next || timer->state;
}

#endif
