/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/irq/irq_state.h"

/*
 * The course of an interrupt, by what its controller needs (Linux:
 * kernel/irq/chip.c). Switching one off costs nothing at first: only when it
 * comes all the same is it masked, and remembered.
 *
 * Invariant: an interrupt is let through by its controller only while depth is
 * 0, or until the next one comes after that.
 *
 * Leaves out: edge flow with acknowledge (a GIC's edges take the fasteoi
 * course), per-CPU flows (PPIs take it as well), threads.
 */

#include "kernel/state.h"

void mask_irq(struct task_struct *curr, struct irq_desc *desc)
{
	const struct irq_chip *chip = desc->irq_data.chip;

	if (desc->masked)
		return;
	if (chip->irq_mask)
		chip->irq_mask(curr, &desc->irq_data);
	desc->masked = true;
}

void unmask_irq(struct task_struct *curr, struct irq_desc *desc)
{
	const struct irq_chip *chip = desc->irq_data.chip;

	if (!desc->masked)
		return;
	desc->masked = false;
	if (chip->irq_unmask)
		chip->irq_unmask(curr, &desc->irq_data);
}

void irq_disable(struct irq_desc *desc)
{
	desc->depth++;
}

/* A level that is still up comes by itself; an edge has to be made again. */
void irq_enable(struct task_struct *curr, struct irq_desc *desc)
{
	const struct irq_chip *chip = desc->irq_data.chip;
	bool again = desc->pending && !irq_is_level(desc);

	if (desc->depth && --desc->depth)
		return;
	desc->pending = false;
	unmask_irq(curr, desc);
	if (again && chip->irq_retrigger)
		chip->irq_retrigger(curr, &desc->irq_data);
}

/*
 * False: nobody is to see it now. It is kept for later, but not while its own
 * handlers run: these look at their devices anyway, and a level comes again.
 */
static bool irq_may_run(struct irq_desc *desc)
{
	if (desc->in_progress)
		return false;
	desc->pending = !desc->action || desc->depth;
	return !desc->pending;
}

void handle_fasteoi_irq(struct task_struct *curr, struct irq_desc *desc)
{
	if (irq_may_run(desc))
		handle_irq_event(curr, desc);
	else if (!desc->in_progress)
		mask_irq(curr, desc);
	desc->irq_data.chip->irq_eoi(curr, &desc->irq_data);
}

void handle_level_irq(struct task_struct *curr, struct irq_desc *desc)
{
	mask_irq(curr, desc);
	if (irq_may_run(desc))
		handle_irq_event(curr, desc);
	if (!desc->depth && desc->action && !desc->in_progress)
		unmask_irq(curr, desc);
}
