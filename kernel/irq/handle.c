/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/irq/irq_state.h"

/*
 * One interrupt to its handlers, all of them, as those who share a line can't
 * be told apart (Linux: kernel/irq/handle.c).
 */

#include "kernel/lib/trace.h"
#include "kernel/state.h"

static enum irqreturn call_action(struct task_struct *curr,
				  const struct irq_desc *desc,
				  const struct irqaction *action)
{
	const struct kernel *k = curr->k;
	const unsigned int irq = desc->irq_data.irq;
	enum irqreturn ret;

	if (trace_enabled(k, TRACE_irq_handler_entry))
		trace_event(k, TRACE_irq_handler_entry, "irq=%u name=%s", irq,
			    action->name);
	ret = action->handler(curr, irq, action->dev_id);
	if (trace_enabled(k, TRACE_irq_handler_exit))
		trace_event(k, TRACE_irq_handler_exit, "irq=%u ret=%s", irq,
			    ret == IRQ_HANDLED ? "handled" : "unhandled");
	return ret;
}

void handle_irq_event(struct task_struct *curr, struct irq_desc *desc)
{
	struct irqaction *action = desc->action, *next;
	enum irqreturn ret = IRQ_NONE;

	desc->kstat[curr->cpu->id]++;
	desc->pending = false;
	desc->in_progress = true;
	for (; action; action = next) {
		next = action->next; /* a handler may free itself */
		if (call_action(curr, desc, action) == IRQ_HANDLED)
			ret = IRQ_HANDLED;
	}
	desc->in_progress = false;
	note_interrupt(curr, desc, ret);
}
