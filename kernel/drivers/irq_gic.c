/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/irq/irq_state.h"

/*
 * Driver of ARM's Generic Interrupt Controller, versions 1 and 2 (Linux:
 * drivers/irqchip/irq-gic.c, irq-gic-common.c).
 *
 * All shared interrupts go to the first core, as long as nobody asks otherwise;
 * private ones and software's are each core's own, in banks of registers that
 * are seen by the core that looks.
 *
 * Leaves out: more than one distributor, EOImode, interrupts' affinity.
 */

#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/smp.h"
#include "kernel/lib/err.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/state.h"

enum { /* the interface's registers */
	GIC_CPU_CTRL = 0x00,
	GIC_CPU_PRIMASK = 0x04,
	GIC_CPU_INTACK = 0x0c,
	GIC_CPU_EOI = 0x10,
};

enum { /* the distributor's */
	GIC_DIST_CTRL = 0x000,
	GIC_DIST_CTR = 0x004,
	GIC_DIST_ENABLE_SET = 0x100,
	GIC_DIST_ENABLE_CLEAR = 0x180,
	GIC_DIST_PENDING_SET = 0x200,
	GIC_DIST_ACTIVE_CLEAR = 0x380,
	GIC_DIST_PRI = 0x400,
	GIC_DIST_TARGET = 0x800,
	GIC_DIST_CONFIG = 0xc00,
	GIC_DIST_SOFTINT = 0xf00,
};

enum {
	GIC_FIRST_SPECIAL = 1020, /* ids that are none */
	GIC_NR_SGI = 16,
	GIC_NR_OWN = 32,
	GIC_ALL_PRIORITIES = 0xf0,
};

#define GIC_PRIORITIES 0xa0a0a0a0u /* of four interrupts */

/* ---- one interrupt --------------------------------------------------------- */

static void poke_irq(struct task_struct *curr, struct irq_data *d,
		     uint32_t offset)
{
	writel(curr, 1u << d->hwirq % 32,
	       d->domain->base + offset + d->hwirq / 32 * 4);
}

static void gic_mask_irq(struct task_struct *curr, struct irq_data *d)
{
	poke_irq(curr, d, GIC_DIST_ENABLE_CLEAR);
}

static void gic_unmask_irq(struct task_struct *curr, struct irq_data *d)
{
	poke_irq(curr, d, GIC_DIST_ENABLE_SET);
}

static void gic_retrigger(struct task_struct *curr, struct irq_data *d)
{
	poke_irq(curr, d, GIC_DIST_PENDING_SET);
}

static void gic_eoi_irq(struct task_struct *curr, struct irq_data *d)
{
	writel(curr, d->hwirq, d->domain->cpu_base + GIC_CPU_EOI);
}

/* The GIC knows high levels and rising edges; SGIs are what they are. */
static int gic_set_type(struct task_struct *curr, struct irq_data *d,
			uint32_t type)
{
	vaddr_t reg = d->domain->base + GIC_DIST_CONFIG + d->hwirq / 16 * 4;
	uint32_t edge = 2u << d->hwirq % 16 * 2;
	uint32_t config;

	if (d->hwirq < GIC_NR_SGI)
		return type == IRQF_TRIGGER_RISING ? 0 : -EINVAL;
	if (d->hwirq >= GIC_NR_OWN && type != IRQF_TRIGGER_HIGH &&
	    type != IRQF_TRIGGER_RISING)
		return -EINVAL;
	config = readl(curr, reg);
	config = type & (IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING)
			 ? config | edge
			 : config & ~edge;
	writel(curr, config, reg);
	return 0;
}

static const struct irq_chip gic_chip = {
	.name = "GIC",
	.numbered = true,
	.irq_mask = gic_mask_irq,
	.irq_unmask = gic_unmask_irq,
	.irq_eoi = gic_eoi_irq,
	.irq_set_type = gic_set_type,
	.irq_retrigger = gic_retrigger,
};

/* Kind (0 shared, 1 a core's own), number within the kind, trigger. */
static int gic_irq_domain_xlate(const struct irq_domain *d,
				const uint32_t *cells, int nr_cells,
				uint32_t *hwirq, uint32_t *type)
{
	(void)d;
	if (nr_cells < 3 || cells[0] > 1)
		return -EINVAL;
	*hwirq = cells[1] + (cells[0] ? GIC_NR_SGI : GIC_NR_OWN);
	*type = cells[2] & IRQF_TRIGGER_MASK;
	return 0;
}

static void gic_irq_domain_map(const struct irq_domain *d,
			       struct irq_desc *desc)
{
	(void)d;
	desc->irq_data.chip = &gic_chip;
	desc->handle_irq = handle_fasteoi_irq;
}

static const struct irq_domain_ops gic_domain_ops = {
	.xlate = gic_irq_domain_xlate,
	.map = gic_irq_domain_map,
};

/* ---- the controller ---------------------------------------------------------- */

static void gic_handle_irq(struct task_struct *curr, struct irq_domain *d)
{
	for (unsigned int nr = 0; nr < MAX_IRQS_PER_ENTRY; nr++) {
		uint32_t ack = readl(curr, d->cpu_base + GIC_CPU_INTACK);
		uint32_t hwirq = ack & 0x3ff;

		if (hwirq >= GIC_FIRST_SPECIAL) {
			curr->k->irq.nr_spurious += !nr;
			return;
		}
		if (hwirq >= GIC_NR_SGI && hwirq < d->nr_hwirqs &&
		    d->revmap[hwirq]) {
			generic_handle_domain_irq(curr, d, hwirq);
			continue;
		}
		if (hwirq < GIC_NR_SGI && curr->k->hw.nr_cpus > 1) {
			handle_IPI(curr, hwirq);
			writel(curr, ack, d->cpu_base + GIC_CPU_EOI);
			continue;
		}
		/* nobody's: it must be ended all the same */
		curr->k->irq.irq_err_count++;
		writel(curr, ack, d->cpu_base + GIC_CPU_EOI);
	}
}

static void write_all(struct task_struct *curr, vaddr_t from, uint32_t nr,
		      uint32_t value)
{
	for (uint32_t i = 0; i < nr; i++)
		writel(curr, value, from + i * 4);
}

/* The core that reads: its byte of the registers that are its own. */
static uint32_t own_target(struct task_struct *curr, vaddr_t dist)
{
	uint32_t mask = readl(curr, dist + GIC_DIST_TARGET);

	mask |= mask >> 16;
	mask |= mask >> 8;
	return (mask & 0xff) * 0x01010101u;
}

static void gic_dist_init(struct task_struct *curr, vaddr_t dist, uint32_t nr)
{
	const uint32_t spis = nr - GIC_NR_OWN;

	writel(curr, 0, dist + GIC_DIST_CTRL);
	write_all(curr, dist + GIC_DIST_TARGET + GIC_NR_OWN, spis / 4,
		  own_target(curr, dist));
	write_all(curr, dist + GIC_DIST_CONFIG + GIC_NR_OWN / 4, spis / 16, 0);
	write_all(curr, dist + GIC_DIST_PRI, nr / 4, GIC_PRIORITIES);
	write_all(curr, dist + GIC_DIST_ACTIVE_CLEAR, nr / 32, ~0u);
	write_all(curr, dist + GIC_DIST_ENABLE_CLEAR + 4, nr / 32 - 1, ~0u);
	/* of one's own, software's interrupts stay on */
	writel(curr, 0xffff0000, dist + GIC_DIST_ENABLE_CLEAR);
	writel(curr, 1, dist + GIC_DIST_CTRL);
}

/* ---- each core's own part ---------------------------------------------------- */

/* Software's interrupts stay on. */
static void gic_cpu_config(struct task_struct *curr, vaddr_t dist)
{
	write_all(curr, dist + GIC_DIST_PRI, GIC_NR_OWN / 4, GIC_PRIORITIES);
	writel(curr, ~0u, dist + GIC_DIST_ACTIVE_CLEAR);
	writel(curr, 0xffff0000, dist + GIC_DIST_ENABLE_CLEAR);
	writel(curr, 0x0000ffff, dist + GIC_DIST_ENABLE_SET);
}

static void gic_cpu_if_up(struct task_struct *curr, vaddr_t cpu)
{
	writel(curr, GIC_ALL_PRIORITIES, cpu + GIC_CPU_PRIMASK);
	writel(curr, 1, cpu + GIC_CPU_CTRL);
}

static void gic_starting_cpu(struct task_struct *idle, void *data)
{
	const struct irq_domain *d = data;

	gic_cpu_config(idle, d->base);
	gic_cpu_if_up(idle, d->cpu_base);
}

static void gic_ipi_send(struct task_struct *curr, void *data, int cpu,
			 enum ipi_msg_type ipi)
{
	const struct irq_domain *d = data;

	writel(curr, 1u << (16 + cpu) | ipi, d->base + GIC_DIST_SOFTINT);
}

static void gic_smp_init(struct task_struct *curr, struct irq_domain *d)
{
	if (curr->k->hw.nr_cpus == 1)
		return;
	writel(curr, 0x0000ffff, d->base + GIC_DIST_ENABLE_SET);
	set_smp_ipi_sender(curr->k, gic_ipi_send, d);
	cpuhp_setup_starting(curr->k, gic_starting_cpu, d);
}

void gic_of_init(struct task_struct *curr, int node)
{
	const void *fdt = boot_fdt(curr->k);
	uint64_t dist_bytes, cpu_bytes;
	paddr_t dist_paddr, cpu_paddr;
	struct irq_domain *d;
	vaddr_t dist, cpu;
	uint32_t nr;

	if (!of_reg(fdt, node, 0, &dist_paddr, &dist_bytes) ||
	    !of_reg(fdt, node, 1, &cpu_paddr, &cpu_bytes))
		return;
	dist = ioremap(curr, dist_paddr, (uint32_t)dist_bytes);
	cpu = ioremap(curr, cpu_paddr, (uint32_t)cpu_bytes);
	if (!dist || !cpu)
		boot_panic(curr->k, "GIC: cannot map its registers");
	nr = ((readl(curr, dist + GIC_DIST_CTR) & 0x1f) + 1) * 32;
	d = irq_domain_create(curr, node, &gic_domain_ops,
			      nr < GIC_FIRST_SPECIAL ? nr : GIC_FIRST_SPECIAL,
			      dist);
	d->cpu_base = cpu;
	gic_dist_init(curr, dist, nr);
	gic_cpu_if_up(curr, cpu);
	set_handle_irq(curr->k, d, gic_handle_irq);
	gic_smp_init(curr, d);
}
