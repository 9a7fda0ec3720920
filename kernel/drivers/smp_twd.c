/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/clockevents.h"

/*
 * Driver of the private timers of the Cortex-A9 MPCore (Linux: arch/arm/kernel/
 * smp_twd.c): a counter for each core, at one address, of which each sees its
 * own. They count down from what they were set to, at a rate that the device
 * tree may leave to be measured.
 *
 * As in Linux, they are left alone where there is one core: the board's timer
 * does then.
 *
 * Leaves out: the watchdog, the prescaler, changes of the clock.
 */

#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/smp.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

enum {
	TWD_TIMER_LOAD = 0x00,
	TWD_TIMER_COUNTER = 0x04,
	TWD_TIMER_CONTROL = 0x08,
	TWD_TIMER_INTSTAT = 0x0c,
	TWD_TIMER_CONTROL_ENABLE = 1 << 0,
	TWD_TIMER_CONTROL_IT_ENABLE = 1 << 2,
	ARM_SIZEOF_TWD_EVT = 192,
};

struct twd {
	vaddr_t base;
	uint32_t hz;
	unsigned int irq;
	struct twd_evt {
		struct clock_event_device evt;
		struct twd *twd;
		bool armed; /* an interrupt will come */
	} of[NR_CPUS];
};

/* False: it was somebody else's doing. */
static bool twd_timer_ack(struct task_struct *curr, const struct twd *twd)
{
	if (!readl(curr, twd->base + TWD_TIMER_INTSTAT))
		return false;
	writel(curr, 1, twd->base + TWD_TIMER_INTSTAT);
	return true;
}

static enum irqreturn twd_handler(struct task_struct *curr, unsigned int irq,
				  void *dev_id)
{
	struct twd *twd = dev_id;

	(void)irq;
	if (!twd_timer_ack(curr, twd))
		return IRQ_NONE;
	twd->of[curr->cpu->id].armed = false;
	sched_tick(curr);
	return IRQ_HANDLED;
}

/* What is written is where it counts from; at 0 the interrupt comes. */
static void twd_set_next_event(struct task_struct *curr,
			       struct clock_event_device *dev, uint64_t tick,
			       uint64_t now)
{
	struct twd_evt *evt = container_of(dev, struct twd_evt, evt);
	const uint64_t ticks = tick > now ? tick - now : 1;

	writel(curr, (uint32_t)ticks, evt->twd->base + TWD_TIMER_COUNTER);
	if (!evt->armed)
		writel(curr,
		       TWD_TIMER_CONTROL_ENABLE | TWD_TIMER_CONTROL_IT_ENABLE,
		       evt->twd->base + TWD_TIMER_CONTROL);
	evt->armed = true;
}

static void twd_shutdown(struct task_struct *curr,
			 struct clock_event_device *dev)
{
	struct twd_evt *evt = container_of(dev, struct twd_evt, evt);

	if (evt->armed)
		writel(curr, 0, evt->twd->base + TWD_TIMER_CONTROL);
	evt->armed = false;
}

/* On its own core. */
static void twd_timer_setup(struct task_struct *curr, struct twd *twd)
{
	struct twd_evt *evt = &twd->of[curr->cpu->id];

	evt->twd = twd;
	evt->evt = (struct clock_event_device){
		.name = "local_timer",
		.rating = 350,
		.hz = twd->hz,
		.max_delta_ticks = UINT32_MAX,
		.set_next_event = twd_set_next_event,
		.set_state_oneshot_stopped = twd_shutdown,
	};
	writel(curr, 0, twd->base + TWD_TIMER_CONTROL);
	clockevents_register_device(curr, &evt->evt);
}

static void twd_starting_cpu(struct task_struct *curr, void *data)
{
	struct twd *twd = data;

	twd_timer_setup(curr, twd);
	enable_percpu_irq(curr, twd->irq);
}

/* How far it counts in five ticks' time. */
static uint32_t twd_calibrate_rate(struct task_struct *curr, vaddr_t base)
{
	const struct hw *hw = &curr->k->hw;
	uint32_t count;

	writel(curr, TWD_TIMER_CONTROL_ENABLE, base + TWD_TIMER_CONTROL);
	writel(curr, ~0u, base + TWD_TIMER_COUNTER);
	hw->ops->charge(hw->ctx, curr->cpu->id, CYCLE_IDLE,
			hw->clock_hz / HZ * 5);
	count = ~0u - readl(curr, base + TWD_TIMER_COUNTER);
	writel(curr, 0, base + TWD_TIMER_CONTROL);
	return count * (HZ / 5);
}

void twd_local_timer_of_register(struct task_struct *curr, int node)
{
	struct kernel *k = curr->k;
	uint32_t hz = of_clock_rate(boot_fdt(k), node);
	struct twd *twd;
	unsigned int irq;
	uint64_t nr_bytes;
	paddr_t paddr;

	if (k->hw.nr_cpus == 1 ||
	    !of_reg(boot_fdt(k), node, 0, &paddr, &nr_bytes))
		return;
	irq = irq_of_parse_and_map(curr, node, 0);
	twd = irq ? kzalloc_obj(curr, ARM_SIZEOF_TWD_EVT * k->hw.nr_cpus,
				sizeof(*twd), GFP_KERNEL)
		  : NULL;
	if (!twd)
		return;
	*twd = (struct twd){
		.base = ioremap(curr, paddr, (uint32_t)nr_bytes),
		.irq = irq,
	};
	if (twd->base && !hz)
		hz = twd_calibrate_rate(curr, twd->base);
	twd->hz = hz;
	if (!twd->base || !hz ||
	    request_irq(curr, irq, twd_handler, IRQF_TIMER, "twd", twd)) {
		printk(k, "twd_local_timer: can't be used");
		if (twd->base)
			iounmap(curr, twd->base);
		kfree_obj(curr, twd);
		return;
	}
	twd_timer_setup(curr, twd);
	cpuhp_setup_starting(k, twd_starting_cpu, twd);
}
