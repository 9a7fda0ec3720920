/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_RATELIMIT_H
#define KERNEL_LIB_RATELIMIT_H

/*
 * For messages that a guest can provoke (include/linux/ratelimit.h): so many
 * in an interval, then none until it is over.
 */

#include <stdbool.h>
#include <stdint.h>

struct kernel;

#define DEFAULT_RATELIMIT_INTERVAL_S 5
#define DEFAULT_RATELIMIT_BURST      10

/* All zero: nothing was said yet. */
struct ratelimit_state {
	uint64_t begin; /* cycle at which this interval began */
	uint32_t printed, missed;
};

/*
 * May it be said? When an interval begins, the log first learns how many
 * messages of @who the last one swallowed.
 */
bool __ratelimit(struct kernel *k, struct ratelimit_state *rs,
		 uint32_t interval_s, uint32_t burst, const char *who);
/* As printk_ratelimited() has it: ten in five seconds. */
static inline bool
default_ratelimit(struct kernel *k, struct ratelimit_state *rs, const char *who)
{
	return __ratelimit(k, rs, DEFAULT_RATELIMIT_INTERVAL_S,
			   DEFAULT_RATELIMIT_BURST, who);
}

#endif
