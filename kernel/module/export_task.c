/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/* Tasks and time for modules. */

#include "kernel/task/sched.h"

uint64_t export_schedule(const struct export *call)
{
	export_might_sleep(call);
	schedule(call->curr);
	return 0;
}
