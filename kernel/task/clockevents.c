/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/clockevents.h"

/*
 * From the kernel's time, in cycles, to the ticks of the board's timer (Linux:
 * kernel/time/clockevents.c, tick-oneshot.c). There is no regular tick: the
 * timer is set for what is due next, which for a running task may be the end
 * of its slice, and time passes in between without any interrupt (NO_HZ).
 *
 * MODEL: what time it is comes from the core's cycle counter, exactly, and not
 * from a counter of the timer's, so no clocksource is registered. All counters
 * of the board began with it.
 */

#include <libfdt.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"

void clockevents_register_device(struct task_struct *curr,
				 struct clock_event_device *evt)
{
	struct cpu *cpu = curr->cpu;

	if (!cpu->clockevent || cpu->clockevent->rating < evt->rating)
		cpu->clockevent = evt;
}

/* Ticks of @hz that begin up to @cycle; how far into the last it is. */
static uint64_t cycles_to_ticks(const struct kernel *k, uint64_t cycle,
				uint32_t hz, bool *between)
{
	const uint32_t clock_hz = k->hw.clock_hz;
	const uint64_t rest = cycle % clock_hz * hz;

	*between = rest % clock_hz;
	return cycle / clock_hz * hz + rest / clock_hz;
}

void tick_program_event(struct task_struct *curr, uint64_t cycle)
{
	struct clock_event_device *evt = curr->cpu->clockevent;
	uint64_t tick, now;
	bool between;

	if (!evt)
		return;
	if (cycle == UINT64_MAX) {
		evt->set_state_oneshot_stopped(curr, evt);
		return;
	}
	now = cycles_to_ticks(curr->k, local_clock(curr->k), evt->hz, &between);
	tick = cycles_to_ticks(curr->k, cycle, evt->hz, &between) + between;
	/* too far off: it comes early, finds nothing due, and is set anew */
	if (tick > now && tick - now > evt->max_delta_ticks)
		tick = now + evt->max_delta_ticks;
	evt->set_next_event(curr, evt, tick, now);
}

void time_init(struct task_struct *curr)
{
	static const struct {
		const char *compatible;
		timer_of_init_t init;
	} timers[] = {
#define TIMER_OF(compatible, fn) {compatible, fn},
#include "kernel/task/timer_of.def"
#undef TIMER_OF
	};
	const void *fdt = boot_fdt(curr->k);

	for (unsigned int i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		int node = fdt_node_offset_by_compatible(fdt, -1,
							 timers[i].compatible);

		if (node >= 0)
			timers[i].init(curr, node);
	}
	if (!curr->cpu->clockevent)
		printk(curr->k, "timer_probe: no matching timers found");
}
