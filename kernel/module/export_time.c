/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Time for modules: clocks, and the alarms of the timers that ARM code keeps
 * (kernel/image/timer.c, hrtimer.c; Linux: kernel/time/timekeeping.c,
 * hrtimer.c). Of each kind of timer only the first is known here.
 */

#include "kernel/arch/arm/kcall.h"
#include "kernel/state.h"
#include "kernel/task/tick.h"

#define KTIME_MAX    INT64_MAX
#define NSEC_PER_SEC 1000000000u

uint64_t export_ktime_get(const struct export *call)
{
	const struct kernel *k = call->curr->k;

	return cycles_to_ns(k, sched_clock_cycles(k));
}

uint64_t export_ktime_get_real_seconds(const struct export *call)
{
	const struct kernel *k = call->curr->k;

	return k->hw.ops->boot_time_sec(k->hw.ctx) +
	       (cycles_to_ns(k, sched_clock_cycles(k)) +
		(uint64_t)k->sched.clock_offset_ns) /
		       NSEC_PER_SEC;
}

/* ---- alarms --------------------------------------------------------------------------- */

static void jiffy_comes(struct task_struct *curr, struct timer *timer)
{
	(void)timer;
	raise_softirq(curr, TIMER_SOFTIRQ);
}

static void hrtimer_comes(struct task_struct *curr, struct timer *timer)
{
	(void)timer;
	kcall(curr, curr->k->modules.clock.hrtimer_run_queues, 0, NULL);
}

/* As its softirq runs behind the interrupt, what is due is due soon. */
uint64_t export_tick_program_jiffy(const struct export *call)
{
	struct kernel *k = call->curr->k;
	struct timer *timer = &k->modules.clock.jiffy;

	timer->function = jiffy_comes;
	if (export_arg(call, 1))
		timer_arm(call->curr, timer,
			  jiffy_to_cycle(k, export_arg(call, 0)));
	else
		timer_cancel(k, timer);
	return 0;
}

uint64_t export_hrtimer_reprogram(const struct export *call)
{
	struct kernel *k = call->curr->k;
	struct timer *timer = &k->modules.clock.hrtimer;
	const int64_t expires = (int64_t)(export_arg(call, 0) |
					  (uint64_t)export_arg(call, 1) << 32);

	timer->function = hrtimer_comes;
	if (expires == KTIME_MAX)
		timer_cancel(k, timer);
	else
		timer_arm(call->curr, timer,
			  expires < 0 ? 0 : ns_to_cycles(k, (uint64_t)expires));
	return 0;
}

/* ---- softirqs ------------------------------------------------------------------------- */

uint64_t export_raise_softirq(const struct export *call)
{
	const uint32_t nr = export_arg(call, 0);

	if (nr < NR_SOFTIRQS)
		raise_softirq(call->curr, (enum softirq)nr);
	return 0;
}

uint64_t export_do_softirq(const struct export *call)
{
	do_softirq(call->curr);
	return 0;
}
