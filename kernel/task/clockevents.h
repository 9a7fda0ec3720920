/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_CLOCKEVENTS_H
#define KERNEL_TASK_CLOCKEVENTS_H

/*
 * The timer that interrupts the kernel when something is due
 * (include/linux/clockchips.h), in one-shot mode: it is set for the next event
 * there is, be that in a microsecond or in a week.
 */

#include <stdbool.h>
#include <stdint.h>

struct task_struct;

struct clock_event_device {
	const char *name;
	uint32_t rating; /* of several, the one with the highest is used */
	uint32_t hz;
	uint64_t max_delta_ticks;
	/*
	 * An interrupt at @tick, counted from the machine's start, or soon if
	 * that is @now or before. Takes back what was set before.
	 */
	void (*set_next_event)(struct task_struct *curr,
			       struct clock_event_device *evt, uint64_t tick,
			       uint64_t now);
	/* None until the next set_next_event(). */
	void (*set_state_oneshot_stopped)(struct task_struct *curr,
					  struct clock_event_device *evt);
};

/* A driver has found one for this core, at boot; it stays the driver's. */
void clockevents_register_device(struct task_struct *curr,
				 struct clock_event_device *evt);
/*
 * An interrupt at @cycle, rounded up to a tick of the device; UINT64_MAX:
 * none. In the past: as soon as possible.
 */
void tick_program_event(struct task_struct *curr, uint64_t cycle);

/* At boot, after init_IRQ(): the timers that the device tree names. */
void time_init(struct task_struct *curr);

/* timer.def's drivers, each for the first node that is compatible. */
typedef void (*timer_of_init_t)(struct task_struct *curr, int node);
#define TIMER_OF(compatible, fn) void fn(struct task_struct *curr, int node);
#include "kernel/task/timer_of.def"
#undef TIMER_OF

#endif
