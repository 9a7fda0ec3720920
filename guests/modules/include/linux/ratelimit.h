/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_RATELIMIT_H
#define _LINUX_RATELIMIT_H

/* So that a line that could come often doesn't fill the log. */

#include <linux/jiffies.h>
#include <linux/printk.h>

struct ratelimit_state {
	int interval, burst, printed, missed; /* interval: jiffies */
	unsigned long begin;
};

#define DEFAULT_RATELIMIT_INTERVAL (5 * HZ)
#define DEFAULT_RATELIMIT_BURST    10

#define DEFINE_RATELIMIT_STATE(name, every, most) \
	struct ratelimit_state name = {.interval = (every), .burst = (most)}

/**
 * ___ratelimit - may this be said now?
 * @rs: how often it may be
 * @function: who says it
 *
 * Context: Any.
 * Return: 0 if it has been said too often.
 */
int ___ratelimit(struct ratelimit_state *rs, const char *function);

#define __ratelimit(rs) ___ratelimit(rs, __func__)

#define printk_ratelimited(format, ...)                                        \
	({                                                                     \
		static DEFINE_RATELIMIT_STATE(rs_, DEFAULT_RATELIMIT_INTERVAL, \
					      DEFAULT_RATELIMIT_BURST);        \
		if (__ratelimit(&rs_))                                         \
			printk(format, ##__VA_ARGS__);                         \
	})
#define pr_err_ratelimited(format, ...) \
	printk_ratelimited(KERN_ERR pr_fmt(format), ##__VA_ARGS__)
#define pr_warn_ratelimited(format, ...) \
	printk_ratelimited(KERN_WARNING pr_fmt(format), ##__VA_ARGS__)
#define pr_info_ratelimited(format, ...) \
	printk_ratelimited(KERN_INFO pr_fmt(format), ##__VA_ARGS__)

#endif
