/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <linux/types.h>

/**
 * __udelay - keep the core for a while
 * @us: so many microseconds at least, of which there are 2000 at most
 *
 * A loop of instructions: interrupts come in between if they are on.
 *
 * Context: Any; never sleeps.
 */
void __udelay(unsigned long us);
/**
 * __ndelay - keep the core for a short while
 * @ns: so many nanoseconds at least
 *
 * Context: Any; never sleeps.
 */
void __ndelay(unsigned long ns);
/**
 * msleep - sleep
 * @ms: milliseconds at least, whatever signals come
 *
 * Context: Process context; may sleep.
 */
void msleep(unsigned int ms);
/**
 * msleep_interruptible - sleep until a signal comes
 * @ms: milliseconds, at the longest
 *
 * Context: Process context; may sleep.
 * Return: how many of them were left.
 */
unsigned long msleep_interruptible(unsigned int ms);
/**
 * usleep_range_state - sleep for a short while
 * @min: microseconds at least
 * @max: later than these it need not be woken
 * @state: how it sleeps, TASK_…
 *
 * Context: Process context; may sleep.
 */
void usleep_range_state(unsigned long min, unsigned long max,
			unsigned int state);

#define udelay(us)             __udelay(us)
#define ndelay(ns)             __ndelay(ns)
#define usleep_range(min, max) usleep_range_state(min, max, 2)

static inline void mdelay(unsigned long ms)
{
	while (ms--)
		__udelay(1000);
}

static inline void ssleep(unsigned int seconds)
{
	msleep(seconds * 1000);
}

#endif
