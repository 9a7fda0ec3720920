/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

/* Time in nanoseconds. */

#include <linux/types.h>

typedef s64 ktime_t;
typedef s64 time64_t;

#define NSEC_PER_SEC  1000000000l
#define NSEC_PER_MSEC 1000000l
#define NSEC_PER_USEC 1000l
#define KTIME_MAX     ((s64) ~((u64)1 << 63))

/**
 * ktime_get - the time since the machine was started
 *
 * Context: Any.
 * Return: nanoseconds, exact to a cycle of the core.
 */
ktime_t ktime_get(void);
/**
 * ktime_get_real_seconds - the time of day
 *
 * Context: Any.
 * Return: seconds since 1970.
 */
time64_t ktime_get_real_seconds(void);

#define ktime_get_ns()      ((u64)ktime_get())
#define ktime_to_ns(t)      (t)
#define ns_to_ktime(ns)     ((ktime_t)(ns))
#define ktime_add(a, b)     ((a) + (b))
#define ktime_sub(a, b)     ((a) - (b))
#define ktime_add_ns(t, ns) ((t) + (s64)(ns))
#define ktime_set(s, ns)    ((ktime_t)(s)*NSEC_PER_SEC + (s64)(ns))
#define ms_to_ktime(ms)     ((ktime_t)(ms)*NSEC_PER_MSEC)
#define ktime_before(a, b)  ((a) < (b))
#define ktime_after(a, b)   ((a) > (b))

static inline s64 ktime_to_us(ktime_t t)
{
	return t / NSEC_PER_USEC;
}

static inline s64 ktime_to_ms(ktime_t t)
{
	return t / NSEC_PER_MSEC;
}

#define ktime_us_delta(later, earlier) ktime_to_us((later) - (earlier))
#define ktime_ms_delta(later, earlier) ktime_to_ms((later) - (earlier))

#endif
