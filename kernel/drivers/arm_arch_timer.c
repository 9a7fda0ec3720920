/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/clockevents.h"

/*
 * Driver of the generic timer (Linux: drivers/clocksource/arm_arch_timer.c):
 * the virtual timer, as under a kernel that wasn't started as a hypervisor. Each
 * core has one, whose registers and interrupt it alone sees.
 *
 * MODEL: no clocksource, see clockevents.c; no event stream, and no access for
 * programs.
 */

#include "kernel/arch/arm/smp.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

enum {
	ARCH_TIMER_VIRT_PPI = 2, /* among the node's interrupts */
	ARCH_TIMER_CTRL_ENABLE = 1 << 0,
	ARCH_TIMER_CTRL_IT_MASK = 1 << 1,
	ARM_SIZEOF_ARCH_TIMER = 192,
};

struct arch_timer {
	struct clock_event_device evt;
	bool armed; /* enabled, and not masked */
};

/* All cores' timers have one interrupt number. */
struct arch_timers {
	uint32_t hz;
	unsigned int irq;
	struct arch_timer of[NR_CPUS];
};

static void write_ctrl(struct task_struct *curr, uint32_t value)
{
	const struct hw *hw = &curr->k->hw;

	hw->ops->timer_write(hw->ctx, CNTV_CTL, value);
}

/* Its line stays up until it is masked or set for later. */
static enum irqreturn arch_timer_handler_virt(struct task_struct *curr,
					      unsigned int irq, void *dev_id)
{
	struct arch_timers *timers = dev_id;
	struct arch_timer *timer = &timers->of[curr->cpu->id];

	(void)irq;
	write_ctrl(curr, ARCH_TIMER_CTRL_ENABLE | ARCH_TIMER_CTRL_IT_MASK);
	timer->armed = false;
	sched_tick(curr);
	return IRQ_HANDLED;
}

static void arch_timer_set_next_event(struct task_struct *curr,
				      struct clock_event_device *evt,
				      uint64_t tick, uint64_t now)
{
	struct arch_timer *timer = container_of(evt, struct arch_timer, evt);
	const struct hw *hw = &curr->k->hw;

	(void)now;
	hw->ops->timer_write(hw->ctx, CNTV_CVAL, tick);
	if (!timer->armed)
		write_ctrl(curr, ARCH_TIMER_CTRL_ENABLE);
	timer->armed = true;
}

static void arch_timer_shutdown(struct task_struct *curr,
				struct clock_event_device *evt)
{
	struct arch_timer *timer = container_of(evt, struct arch_timer, evt);

	if (timer->armed)
		write_ctrl(curr, 0);
	timer->armed = false;
}

/* On its own core. */
static void arch_timer_setup(struct task_struct *curr,
			     struct arch_timers *timers)
{
	struct arch_timer *timer = &timers->of[curr->cpu->id];

	timer->evt = (struct clock_event_device){
		.name = "arch_sys_timer",
		.rating = 450,
		.hz = timers->hz,
		.max_delta_ticks = UINT64_MAX / 2,
		.set_next_event = arch_timer_set_next_event,
		.set_state_oneshot_stopped = arch_timer_shutdown,
	};
	write_ctrl(curr, 0);
	clockevents_register_device(curr, &timer->evt);
}

static void arch_timer_starting_cpu(struct task_struct *curr, void *data)
{
	struct arch_timers *timers = data;

	arch_timer_setup(curr, timers);
	enable_percpu_irq(curr, timers->irq);
}

static uint32_t arch_timer_hz(const struct kernel *k)
{
	return k->hw.ops->timer_read
		       ? (uint32_t)k->hw.ops->timer_read(k->hw.ctx, CNTFRQ)
		       : 0;
}

void arch_timer_of_init(struct task_struct *curr, int node)
{
	struct kernel *k = curr->k;
	const uint32_t hz = arch_timer_hz(k);
	const unsigned int irq = irq_of_parse_and_map(curr, node,
						      ARCH_TIMER_VIRT_PPI);
	struct arch_timers *timers;

	if (!hz || !irq)
		return;
	timers = kzalloc_obj(curr, ARM_SIZEOF_ARCH_TIMER * k->hw.nr_cpus,
			     sizeof(*timers), GFP_KERNEL);
	if (!timers)
		return;
	timers->hz = hz;
	timers->irq = irq;
	arch_timer_setup(curr, timers);
	if (request_irq(curr, irq, arch_timer_handler_virt, IRQF_TIMER,
			"arch_timer", timers)) {
		printk(k, "arch_timer: can't register interrupt %u", irq);
		curr->cpu->clockevent = NULL;
		kfree_obj(curr, timers);
		return;
	}
	printk(k, "arch_timer: cp15 timer(s) running at %u.%02uMHz (virt).",
	       hz / 1000000, hz / 10000 % 100);
	cpuhp_setup_starting(k, arch_timer_starting_cpu, timers);
}
