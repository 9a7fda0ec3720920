/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

/* Time in ticks of which there are HZ a second. */

#include <linux/types.h>

#define HZ              250
#define INITIAL_JIFFIES ((unsigned long)-300 * HZ)

#define MAX_JIFFY_OFFSET ((long)(~0ul >> 1) / 2 - 1)

/** jiffies - the ticks so far, as interrupts have brought them */
extern volatile unsigned long jiffies;
/** jiffies_64 - the same, before it wraps round; get_jiffies_64() reads it */
extern u64 jiffies_64;

/**
 * get_jiffies_64 - the ticks so far, in 64 bits
 *
 * Return: jiffies that never wrap round.
 */
u64 get_jiffies_64(void);

#define time_after(a, b)     ((long)((b) - (a)) < 0)
#define time_before(a, b)    time_after(b, a)
#define time_after_eq(a, b)  ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)

/* Rounded up: to wait for it is never too short. */
static inline unsigned long msecs_to_jiffies(unsigned int ms)
{
	return (int)ms < 0 ? (unsigned long)MAX_JIFFY_OFFSET
			   : (ms + 1000 / HZ - 1) / (1000 / HZ);
}

static inline unsigned long usecs_to_jiffies(unsigned int us)
{
	return us / (1000000 / HZ) + !!(us % (1000000 / HZ));
}

static inline unsigned int jiffies_to_msecs(unsigned long j)
{
	return j * (1000 / HZ);
}

static inline unsigned int jiffies_to_usecs(unsigned long j)
{
	return j * (1000000 / HZ);
}

#endif
