/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/clockevents.h"

/*
 * Driver of ARM's dual timer SP804 (Linux: drivers/clocksource/
 * timer-sp804.c): the first of its two timers is the board's event timer.
 *
 * MODEL: the second one, Linux's clocksource, stays as it is; see
 * clockevents.c. No least distance of an event: Linux asks for 15 ticks.
 */

#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

enum {
	TIMER_LOAD = 0x00,
	TIMER_CTRL = 0x08,
	TIMER_INTCLR = 0x0c,
	TIMER_2_BASE = 0x20,
	TIMER_CTRL_ONESHOT = 1 << 0,
	TIMER_CTRL_32BIT = 1 << 1,
	TIMER_CTRL_IE = 1 << 5,
	TIMER_CTRL_ENABLE = 1 << 7,
};

enum {
	ARM_SIZEOF_SP804_CLKEVT = 192
};

struct sp804_clkevt {
	struct clock_event_device evt;
	vaddr_t base;
	bool enabled; /* counts, or has stopped at 0 */
	bool armed; /* an interrupt will come */
};

static enum irqreturn sp804_timer_interrupt(struct task_struct *curr,
					    unsigned int irq, void *dev_id)
{
	struct sp804_clkevt *clkevt = dev_id;

	(void)irq;
	writel(curr, 1, clkevt->base + TIMER_INTCLR);
	clkevt->armed = false;
	sched_tick(curr);
	return IRQ_HANDLED;
}

/* What is written arrives in the counter a tick later, and then runs to 0. */
static void sp804_set_next_event(struct task_struct *curr,
				 struct clock_event_device *evt, uint64_t tick,
				 uint64_t now)
{
	struct sp804_clkevt *clkevt = container_of(evt, struct sp804_clkevt,
						   evt);
	uint64_t next = tick > now ? tick - now - 1 : 0;

	writel(curr, (uint32_t)next, clkevt->base + TIMER_LOAD);
	if (!clkevt->enabled)
		writel(curr,
		       TIMER_CTRL_32BIT | TIMER_CTRL_IE | TIMER_CTRL_ONESHOT |
			       TIMER_CTRL_ENABLE,
		       clkevt->base + TIMER_CTRL);
	clkevt->enabled = clkevt->armed = true;
}

/* A one-shot that has fired stands still by itself. */
static void sp804_shutdown(struct task_struct *curr,
			   struct clock_event_device *evt)
{
	struct sp804_clkevt *clkevt = container_of(evt, struct sp804_clkevt,
						   evt);

	if (!clkevt->armed)
		return;
	writel(curr, 0, clkevt->base + TIMER_CTRL);
	clkevt->enabled = clkevt->armed = false;
}

static void stop_timers(struct task_struct *curr, vaddr_t base)
{
	writel(curr, 0, base + TIMER_CTRL);
	writel(curr, 0, base + TIMER_2_BASE + TIMER_CTRL);
}

/* False: it can't be used, and nothing is left of the attempt. */
static bool start_clkevt(struct task_struct *curr, struct sp804_clkevt *clkevt,
			 unsigned int irq)
{
	if (!clkevt->base)
		return false;
	stop_timers(curr, clkevt->base);
	if (!request_irq(curr, irq, sp804_timer_interrupt, IRQF_TIMER, "timer",
			 clkevt))
		return true;
	printk(curr->k, "timer-sp804: request_irq() failed");
	iounmap(curr, clkevt->base);
	return false;
}

void sp804_of_init(struct task_struct *curr, int node)
{
	struct kernel *k = curr->k;
	const uint32_t hz = of_clock_rate(boot_fdt(k), node);
	const unsigned int irq = irq_of_parse_and_map(curr, node, 0);
	struct sp804_clkevt *clkevt;
	uint64_t nr_bytes;
	paddr_t paddr;

	if (!hz || !irq || !of_reg(boot_fdt(k), node, 0, &paddr, &nr_bytes))
		return;
	clkevt = kzalloc_obj(curr, ARM_SIZEOF_SP804_CLKEVT, sizeof(*clkevt),
			     GFP_KERNEL);
	if (!clkevt)
		return;
	*clkevt = (struct sp804_clkevt){
		.base = ioremap(curr, paddr, (uint32_t)nr_bytes),
		.evt = {.name = "timer0",
			.rating = 300,
			.hz = hz,
			.max_delta_ticks = UINT32_MAX,
			.set_next_event = sp804_set_next_event,
			.set_state_oneshot_stopped = sp804_shutdown},
	};
	if (start_clkevt(curr, clkevt, irq))
		clockevents_register_device(curr, &clkevt->evt);
	else
		kfree_obj(curr, clkevt);
}
