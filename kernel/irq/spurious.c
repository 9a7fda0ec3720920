/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/irq/irq_state.h"

/*
 * An interrupt that no handler knows comes back at once, for ever, and nothing
 * else gets on (Linux: kernel/irq/spurious.c). When of 100,000 in a row nearly
 * none was anybody's, it is switched off.
 *
 * Leaves out: irqpoll, irqfixup, and trying the handler again by a timer.
 */

#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"

enum {
	CHECK_EVERY = 100000,
	BAD_IF_MORE = 99900
};

static void report_bad_irq(struct task_struct *curr,
			   const struct irq_desc *desc)
{
	struct kernel *k = curr->k;

	printk(k,
	       "irq %u: nobody cared (try booting with the \"irqpoll\" option)",
	       desc->irq_data.irq);
	dump_stack(curr);
	printk(k, "handlers:");
	for (const struct irqaction *a = desc->action; a; a = a->next)
		printk(k, "%s", a->name);
	printk(k, "Disabling IRQ #%u", desc->irq_data.irq);
}

/* Some slips are forgiven: a tenth of a second without one, and all are. */
static void count_unhandled(struct task_struct *curr, struct irq_desc *desc)
{
	const uint64_t now = sched_clock_cycles(curr->k);

	if (now - desc->last_unhandled > curr->k->hw.clock_hz / 10)
		desc->irqs_unhandled = 0;
	desc->irqs_unhandled++;
	desc->last_unhandled = now;
}

void note_interrupt(struct task_struct *curr, struct irq_desc *desc,
		    enum irqreturn ret)
{
	if (ret == IRQ_NONE)
		count_unhandled(curr, desc);
	if (++desc->irq_count < CHECK_EVERY)
		return;
	desc->irq_count = 0;
	if (desc->irqs_unhandled > BAD_IF_MORE) {
		report_bad_irq(curr, desc);
		desc->spurious_disabled = true;
		irq_disable(desc);
	}
	desc->irqs_unhandled = 0;
}
