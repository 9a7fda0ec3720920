/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/irq/irq_state.h"

/*
 * Descriptors, and the way in (Linux: kernel/irq/irqdesc.c, irqdomain.c, irq
 * entry of arch/arm/kernel/irq.c). An interrupt's number is given out when
 * somebody asks for the device tree's; its controller knows it by another.
 *
 * Invariant: a domain's revmap and the descriptors agree: revmap[hwirq] is
 * irq exactly when desc[irq] has that domain and hwirq.
 */

#include <libfdt.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/arm_sizes.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

struct irq_desc *irq_to_desc(const struct kernel *k, unsigned int irq)
{
	return irq < MAX_IRQS ? k->irq.desc[irq] : NULL;
}

bool irq_is_level(const struct irq_desc *desc)
{
	return !(desc->irq_data.type &
		 (IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING));
}

/* ---- the way in ---------------------------------------------------------- */

void set_handle_irq(struct kernel *k, struct irq_domain *root,
		    void (*handle)(struct task_struct *curr,
				   struct irq_domain *root))
{
	if (k->irq.handle)
		return;
	k->irq.handle = handle;
	k->irq.root = root;
}

void handle_arch_irq(struct task_struct *curr)
{
	struct irq_state *state = &curr->k->irq;

	const uint32_t preempt_count = irq_enter(curr);

	if (state->handle)
		state->handle(curr, state->root);
	irq_exit(curr, preempt_count);
}

void generic_handle_domain_irq(struct task_struct *curr, struct irq_domain *d,
			       uint32_t hwirq)
{
	struct irq_state *state = &curr->k->irq;
	unsigned int irq = hwirq < d->nr_hwirqs ? d->revmap[hwirq] : 0;
	struct irq_desc *desc = irq ? state->desc[irq] : NULL;

	if (!desc || !desc->handle_irq) {
		state->irq_err_count++;
		return;
	}
	desc->handle_irq(curr, desc);
}

/* ---- numbers ------------------------------------------------------------- */

struct irq_domain *irq_domain_create(struct task_struct *curr, int node,
				     const struct irq_domain_ops *ops,
				     uint32_t nr_hwirqs, vaddr_t base)
{
	struct irq_state *state = &curr->k->irq;
	struct irq_domain *d = kzalloc_obj(curr, ARM_SIZEOF_IRQ_DOMAIN,
					   sizeof(*d), GFP_KERNEL);
	uint16_t *revmap = kzalloc_obj(curr, nr_hwirqs * 4,
				       nr_hwirqs * sizeof(*revmap), GFP_KERNEL);

	if (!d || !revmap)
		boot_panic(curr->k, "no memory for an interrupt controller");
	*d = (struct irq_domain){
		.next = state->domains,
		.ops = ops,
		.phandle = fdt_get_phandle(boot_fdt(curr->k), node),
		.nr_hwirqs = nr_hwirqs,
		.base = base,
		.revmap = revmap,
	};
	for (struct irq_domain *other = d->next; other; other = other->next)
		d->number += other->ops == ops;
	state->domains = d;
	return d;
}

static unsigned int free_number(const struct irq_state *state)
{
	unsigned int irq = NR_IRQS_LEGACY;

	while (irq < MAX_IRQS && state->desc[irq])
		irq++;
	return irq < MAX_IRQS ? irq : 0;
}

unsigned int irq_create_mapping(struct task_struct *curr, struct irq_domain *d,
				uint32_t hwirq, uint32_t type)
{
	struct irq_state *state = &curr->k->irq;
	struct irq_desc *desc;
	unsigned int irq;

	if (hwirq >= d->nr_hwirqs)
		return 0;
	if (d->revmap[hwirq])
		return d->revmap[hwirq];
	desc = kzalloc_obj(curr, ARM_SIZEOF_IRQ_DESC, sizeof(*desc),
			   GFP_KERNEL);
	irq = desc ? free_number(state) : 0;
	if (!irq) {
		if (desc)
			kfree_obj(curr, desc);
		return 0;
	}
	*desc = (struct irq_desc){
		.irq_data = {.irq = irq,
			     .hwirq = hwirq,
			     .type = type,
			     .domain = d},
		.depth = 1,
		.masked = true,
	};
	d->ops->map(d, desc);
	d->revmap[hwirq] = (uint16_t)irq;
	state->desc[irq] = desc;
	if (irq >= state->nr_irqs)
		state->nr_irqs = irq + 1;
	return irq;
}

/* ---- the device tree ----------------------------------------------------- */

/* The controller that @node's interrupts go to: its own word or a parent's. */
static struct irq_domain *interrupt_parent(const struct kernel *k, int node)
{
	const void *fdt = boot_fdt(k);
	const fdt32_t *phandle = NULL;
	struct irq_domain *d;

	for (; node >= 0 && !phandle; node = fdt_parent_offset(fdt, node))
		phandle = fdt_getprop(fdt, node, "interrupt-parent", NULL);
	if (!phandle)
		return NULL;
	for (d = k->irq.domains; d; d = d->next)
		if (d->phandle == fdt32_to_cpu(*phandle))
			return d;
	return NULL;
}

unsigned int irq_of_parse_and_map(struct task_struct *curr, int node, int index)
{
	const void *fdt = boot_fdt(curr->k);
	struct irq_domain *d = interrupt_parent(curr->k, node);
	uint32_t hwirq, type, cells[4];
	const fdt32_t *from, *size;
	int nr, len;

	if (!d)
		return 0;
	size = fdt_getprop(fdt, fdt_node_offset_by_phandle(fdt, d->phandle),
			   "#interrupt-cells", NULL);
	nr = size ? (int)fdt32_to_cpu(*size) : 1;
	from = fdt_getprop(fdt, node, "interrupts", &len);
	if (!from || nr < 1 || nr > 4 ||
	    len < (index + 1) * nr * (int)sizeof(*from))
		return 0;
	for (int i = 0; i < nr; i++)
		cells[i] = fdt32_to_cpu(from[index * nr + i]);
	if (d->ops->xlate(d, cells, nr, &hwirq, &type))
		return 0;
	return irq_create_mapping(curr, d, hwirq, type);
}

void irq_set_chained_handler(struct task_struct *curr, unsigned int irq,
			     irq_flow_handler_t flow)
{
	struct irq_desc *desc = irq_to_desc(curr->k, irq);

	BUG_ON(!desc);
	desc->handle_irq = flow;
	desc->chained = true;
	irq_enable(curr, desc);
}

void init_IRQ(struct task_struct *curr)
{
	static const struct {
		const char *compatible;
		irqchip_init_t init;
	} irqchips[] = {
#define IRQCHIP(compatible, fn) {compatible, fn},
#include "kernel/irq/irqchip.def"
#undef IRQCHIP
	};
	const void *fdt = boot_fdt(curr->k);

	curr->k->irq.nr_irqs = NR_IRQS_LEGACY;
	printk(curr->k, "NR_IRQS: %u, nr_irqs: %u, preallocated irqs: %u",
	       NR_IRQS_LEGACY, NR_IRQS_LEGACY, NR_IRQS_LEGACY);
	for (unsigned int i = 0; i < sizeof(irqchips) / sizeof(irqchips[0]);
	     i++) {
		int node = fdt_node_offset_by_compatible(
			fdt, -1, irqchips[i].compatible);

		if (node >= 0)
			irqchips[i].init(curr, node);
	}
}
