/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/ratelimit.h"

/*
 * Messages by the second (lib/ratelimit.c). An interval begins with the first
 * message after the last one's end, so a message that comes alone is always
 * said. Time is virtual.
 */

#include "kernel/lib/printk.h"
#include "kernel/state.h"

bool __ratelimit(struct kernel *k, struct ratelimit_state *rs,
		 uint32_t interval_s, uint32_t burst, const char *who)
{
	const uint64_t now = k->hw.ops->now(k->hw.ctx);
	const uint64_t interval = interval_s * (uint64_t)k->hw.clock_hz;

	if (!(rs->printed + rs->missed) || now - rs->begin > interval) {
		if (rs->missed)
			printk(k, "%s: %u callbacks suppressed", who,
			       rs->missed);
		*rs = (struct ratelimit_state){.begin = now};
	}
	if (rs->printed == burst) {
		rs->missed++;
		return false;
	}
	rs->printed++;
	return true;
}
