/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/irq/irq_state.h"

/*
 * Who handles which interrupt (Linux: kernel/irq/manage.c).
 *
 * Leaves out: threaded handlers, affinity, wake-up, one-shot interrupts.
 */

#include "kernel/arm_sizes.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* 0, or why @new can't share with those who are there. */
static int check_sharing(struct kernel *k, const struct irq_desc *desc,
			 const struct irqaction *new)
{
	const struct irqaction *old = desc->action;

	if (!old)
		return 0;
	if ((old->flags & new->flags &IRQF_SHARED) &&
	    !((old->flags ^ new->flags) & IRQF_TRIGGER_MASK))
		return 0;
	printk(k, "genirq: Flags mismatch irq %u. %08x (%s) vs. %08x (%s)",
	       desc->irq_data.irq, new->flags, new->name, old->flags,
	       old->name);
	return -EBUSY;
}

static int set_trigger(struct task_struct *curr, struct irq_desc *desc,
		       uint32_t type)
{
	const struct irq_chip *chip = desc->irq_data.chip;
	int err;

	if (!type || !chip->irq_set_type)
		return 0;
	err = chip->irq_set_type(curr, &desc->irq_data, type);
	if (!err)
		desc->irq_data.type = type;
	return err;
}

/* The first handler sets the trigger and switches the interrupt on. */
static int setup_irq(struct task_struct *curr, struct irq_desc *desc,
		     struct irqaction *new)
{
	struct irqaction **link = &desc->action;
	uint32_t type = new->flags &IRQF_TRIGGER_MASK;
	int err = check_sharing(curr->k, desc, new);
	bool first = !desc->action;

	if (!err && first)
		err = set_trigger(curr, desc, type ?: desc->irq_data.type);
	if (err)
		return err;
	while (*link)
		link = &(*link)->next;
	*link = new;
	desc->irq_count = desc->irqs_unhandled = 0;
	if (first)
		desc->depth = 1;
	if (first || desc->spurious_disabled) {
		desc->spurious_disabled = false;
		irq_enable(curr, desc);
	}
	return 0;
}

int request_irq(struct task_struct *curr, unsigned int irq,
		irq_handler_t handler, uint32_t flags, const char *name,
		void *dev_id)
{
	struct irq_desc *desc = irq_to_desc(curr->k, irq);
	struct irqaction *action;
	int err;

	if (!desc || desc->chained || !handler ||
	    (flags & IRQF_SHARED && !dev_id))
		return -EINVAL;
	action = kzalloc_obj(curr, ARM_SIZEOF_IRQACTION, sizeof(*action),
			     GFP_KERNEL);
	if (!action)
		return -ENOMEM;
	*action = (struct irqaction){
		.handler = handler,
		.dev_id = dev_id,
		.name = name,
		.flags = flags,
	};
	err = setup_irq(curr, desc, action);
	if (err)
		kfree_obj(curr, action);
	return err;
}

void *free_irq(struct task_struct *curr, unsigned int irq, void *dev_id)
{
	struct irq_desc *desc = irq_to_desc(curr->k, irq);
	struct irqaction **link = desc ? &desc->action : NULL;
	struct irqaction *action;

	while (link && *link && (*link)->dev_id != dev_id)
		link = &(*link)->next;
	if (!link || !*link) {
		printk(curr->k, "Trying to free already-free IRQ %u", irq);
		return NULL;
	}
	action = *link;
	*link = action->next;
	if (!desc->action) {
		desc->depth = 1;
		mask_irq(curr, desc);
	}
	kfree_obj(curr, action);
	return dev_id;
}

void enable_percpu_irq(struct task_struct *curr, unsigned int irq)
{
	struct irq_desc *desc = irq_to_desc(curr->k, irq);

	if (desc && desc->irq_data.chip->irq_unmask)
		desc->irq_data.chip->irq_unmask(curr, &desc->irq_data);
}

void disable_irq(struct task_struct *curr, unsigned int irq)
{
	struct irq_desc *desc = irq_to_desc(curr->k, irq);

	if (desc)
		irq_disable(desc);
}

void enable_irq(struct task_struct *curr, unsigned int irq)
{
	struct irq_desc *desc = irq_to_desc(curr->k, irq);

	if (!desc)
		return;
	if (!desc->depth)
		printk(curr->k, "Unbalanced enable for IRQ %u", irq);
	else
		irq_enable(curr, desc);
}
