/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/trace.h"

/* Lines of trace; cycle and core are added by who writes them down. */

#include <stdarg.h>
#include <stdio.h>

#include "kernel/task/sched.h"

static const char *const event_names[NR_TRACE_EVENTS] = {
#define TRACE_EVENT(group, name, what) #name,
#include "kernel/trace_events.def"
#undef TRACE_EVENT
};

void trace_event(const struct kernel *k, enum trace_event event,
		 const char *format, ...)
{
	const struct cpu *cpu = k->sched.in_kernel;
	const struct task_struct *task = cpu ? cpu->curr : NULL;
	char line[512];
	va_list args;
	int n;

	n = snprintf(line, sizeof(line),
		     "%s-%d %s: ", task ? task->comm : "swapper",
		     task ? task->pid : 0, event_names[event]);
	va_start(args, format);
	vsnprintf(line + n, sizeof(line) - (size_t)n, format, args);
	va_end(args);
	k->hw.ops->trace(k->hw.ctx, event, line);
}
