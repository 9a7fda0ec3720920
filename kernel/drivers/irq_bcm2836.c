/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/irq/irq_state.h"

/*
 * Drivers of the Raspberry Pi 2's interrupt controllers: each core's own, and
 * the old one of the peripherals behind it (Linux: drivers/irqchip/
 * irq-bcm2836.c, irq-bcm2835.c).
 *
 * A core is told something by the first of its four mailboxes, a bit for each
 * kind of news.
 *
 * Leaves out: the other mailboxes, the performance monitor's interrupt, FIQ.
 */

#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/smp.h"
#include "kernel/lib/err.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/state.h"

/* ---- each core's ----------------------------------------------------------- */

enum {
	LOCAL_CONTROL = 0x00,
	LOCAL_PRESCALER = 0x08,
	LOCAL_TIMER_INT_CONTROL0 = 0x40,
	LOCAL_MAILBOX_INT_CONTROL0 = 0x50,
	LOCAL_IRQ_PENDING0 = 0x60,
	LOCAL_MAILBOX0_SET0 = 0x80,
	LOCAL_MAILBOX0_CLR0 = 0xc0,
	LOCAL_MAILBOX_STEP = 16, /* from a core's to the next one's */
	LOCAL_IRQ_CNTVIRQ = 3, /* timers are 0 to 3 */
	LOCAL_IRQ_MAILBOX0 = 4,
	LOCAL_IRQ_GPU_FAST = 8,
	LAST_IRQ = 9,
};

static vaddr_t timer_control(const struct task_struct *curr,
			     const struct irq_data *d)
{
	return d->domain->base + LOCAL_TIMER_INT_CONTROL0 +
	       4 * (uint32_t)curr->cpu->id;
}

static void bcm2836_mask_timer(struct task_struct *curr, struct irq_data *d)
{
	vaddr_t reg = timer_control(curr, d);

	writel(curr, readl(curr, reg) & ~(1u << d->hwirq), reg);
}

static void bcm2836_unmask_timer(struct task_struct *curr, struct irq_data *d)
{
	vaddr_t reg = timer_control(curr, d);

	writel(curr, readl(curr, reg) | 1u << d->hwirq, reg);
}

static const struct irq_chip timer_chip = {
	.name = "bcm2836-timer",
	.irq_mask = bcm2836_mask_timer,
	.irq_unmask = bcm2836_unmask_timer,
};

static const struct irq_chip gpu_chip = {
	.name = "bcm2836-gpu",
};

static int bcm2836_xlate(const struct irq_domain *d, const uint32_t *cells,
			 int nr_cells, uint32_t *hwirq, uint32_t *type)
{
	if (nr_cells < 1 || cells[0] >= d->nr_hwirqs)
		return -EINVAL;
	*hwirq = cells[0];
	*type = nr_cells > 1 ? cells[1] & IRQF_TRIGGER_MASK : 0;
	return 0;
}

static void bcm2836_map(const struct irq_domain *d, struct irq_desc *desc)
{
	(void)d;
	desc->irq_data.chip = desc->irq_data.hwirq <= LOCAL_IRQ_CNTVIRQ
				      ? &timer_chip
				      : &gpu_chip;
	desc->handle_irq = handle_level_irq;
}

static const struct irq_domain_ops bcm2836_ops = {
	.xlate = bcm2836_xlate,
	.map = bcm2836_map,
};

static vaddr_t mailbox(const struct irq_domain *d, int cpu, uint32_t offset)
{
	return d->base + offset + LOCAL_MAILBOX_STEP * (uint32_t)cpu;
}

static void bcm2836_send_ipi(struct task_struct *curr, void *data, int cpu,
			     enum ipi_msg_type ipi)
{
	writel(curr, 1u << ipi, mailbox(data, cpu, LOCAL_MAILBOX0_SET0));
}

static void bcm2836_handle_ipi(struct task_struct *curr, struct irq_domain *d)
{
	const int cpu = curr->cpu->id;
	const vaddr_t reg = mailbox(d, cpu, LOCAL_MAILBOX0_CLR0);
	uint32_t news = readl(curr, reg);

	writel(curr, news, reg);
	for (; news; news &= news - 1)
		handle_IPI(curr, (unsigned int)__builtin_ctz(news));
}

static void bcm2836_starting_cpu(struct task_struct *curr, void *data)
{
	const struct irq_domain *d = data;

	writel(curr, 1,
	       d->base + LOCAL_MAILBOX_INT_CONTROL0 +
		       4 * (uint32_t)curr->cpu->id);
}

static void bcm2836_smp_init(struct task_struct *curr, struct irq_domain *d)
{
	if (curr->k->hw.nr_cpus == 1)
		return;
	bcm2836_starting_cpu(curr, d);
	set_smp_ipi_sender(curr->k, bcm2836_send_ipi, d);
	cpuhp_setup_starting(curr->k, bcm2836_starting_cpu, d);
}

static void bcm2836_handle_irq(struct task_struct *curr, struct irq_domain *d)
{
	uint32_t pending = readl(curr, d->base + LOCAL_IRQ_PENDING0 +
					       4 * (uint32_t)curr->cpu->id);

	if (pending >> LOCAL_IRQ_MAILBOX0 & 1)
		bcm2836_handle_ipi(curr, d);
	else if (pending)
		generic_handle_domain_irq(curr, d,
					  (uint32_t)__builtin_ctz(pending));
	else
		curr->k->irq.nr_spurious++;
}

static vaddr_t map_registers(struct task_struct *curr, int node)
{
	uint64_t nr_bytes;
	paddr_t paddr;
	vaddr_t base = 0;

	if (of_reg(boot_fdt(curr->k), node, 0, &paddr, &nr_bytes))
		base = ioremap(curr, paddr, (uint32_t)nr_bytes);
	if (!base)
		boot_panic(curr->k, "bcm2836: cannot map its registers");
	return base;
}

void bcm2836_l1_intc_of_init(struct task_struct *curr, int node)
{
	vaddr_t base = map_registers(curr, node);
	struct irq_domain *d;

	/* the timers count the crystal's 19.2 MHz, by ones */
	writel(curr, 0, base + LOCAL_CONTROL);
	writel(curr, 0x80000000, base + LOCAL_PRESCALER);
	d = irq_domain_create(curr, node, &bcm2836_ops, LAST_IRQ + 1, base);
	set_handle_irq(curr->k, d, bcm2836_handle_irq);
	bcm2836_smp_init(curr, d);
}

/* ---- the peripherals' ------------------------------------------------------- */

enum {
	NR_BANKS = 3,
	BANK0_HWIRQ_MASK = 0xff,
	BANK1_HWIRQ = 1 << 8, /* one that has no shortcut */
	BANK2_HWIRQ = 1 << 9,
	SHORTCUT1_SHIFT = 10,
	SHORTCUT1_MASK = 0x7c00,
	SHORTCUT2_SHIFT = 15,
	SHORTCUT2_MASK = 0x1f8000,
};

static const uint16_t reg_pending[NR_BANKS] = {0x00, 0x04, 0x08};
static const uint16_t reg_enable[NR_BANKS] = {0x18, 0x10, 0x14};
static const uint16_t reg_disable[NR_BANKS] = {0x24, 0x1c, 0x20};
static const uint8_t shortcuts[] = {7, 9, 10, 18, 19, 21, 22, 23, 24, 25, 30};

static void armctrl_mask_irq(struct task_struct *curr, struct irq_data *d)
{
	writel(curr, 1u << d->hwirq % 32,
	       d->domain->base + reg_disable[d->hwirq / 32]);
}

static void armctrl_unmask_irq(struct task_struct *curr, struct irq_data *d)
{
	writel(curr, 1u << d->hwirq % 32,
	       d->domain->base + reg_enable[d->hwirq / 32]);
}

static const struct irq_chip armctrl_chip = {
	.name = "ARMCTRL-level",
	.irq_mask = armctrl_mask_irq,
	.irq_unmask = armctrl_unmask_irq,
};

/* Bank and bit. */
static int armctrl_xlate(const struct irq_domain *d, const uint32_t *cells,
			 int nr_cells, uint32_t *hwirq, uint32_t *type)
{
	(void)d;
	if (nr_cells != 2 || cells[0] >= NR_BANKS || cells[1] >= 32)
		return -EINVAL;
	*hwirq = cells[0] * 32 + cells[1];
	*type = 0;
	return 0;
}

static void armctrl_map(const struct irq_domain *d, struct irq_desc *desc)
{
	(void)d;
	desc->irq_data.chip = &armctrl_chip;
	desc->handle_irq = handle_level_irq;
}

static const struct irq_domain_ops armctrl_ops = {
	.xlate = armctrl_xlate,
	.map = armctrl_map,
};

/* The next interrupt that is pending, or ~0. */
static uint32_t get_next_armctrl_hwirq(struct task_struct *curr,
				       const struct irq_domain *d)
{
	uint32_t stat = readl(curr, d->base + reg_pending[0]);
	uint32_t bank;

	if (stat & BANK0_HWIRQ_MASK)
		return (uint32_t)__builtin_ctz(stat);
	if (stat & SHORTCUT1_MASK)
		return 32 + shortcuts[__builtin_ctz(stat & SHORTCUT1_MASK) -
				      SHORTCUT1_SHIFT];
	if (stat & SHORTCUT2_MASK)
		return 64 + shortcuts[__builtin_ctz(stat & SHORTCUT2_MASK) -
				      SHORTCUT1_SHIFT];
	if (!(stat & (BANK1_HWIRQ | BANK2_HWIRQ)))
		return ~0u;
	bank = stat & BANK1_HWIRQ ? 1 : 2;
	stat = readl(curr, d->base + reg_pending[bank]);
	return stat ? bank * 32 + (uint32_t)__builtin_ctz(stat) : ~0u;
}

static struct irq_domain *domain_with(const struct kernel *k,
				      const struct irq_domain_ops *ops)
{
	struct irq_domain *d = k->irq.domains;

	while (d && d->ops != ops)
		d = d->next;
	return d;
}

static void bcm2836_chained_handle_irq(struct task_struct *curr,
				       struct irq_desc *desc)
{
	struct irq_domain *d = domain_with(curr->k, &armctrl_ops);

	(void)desc;
	for (unsigned int nr = 0; nr < MAX_IRQS_PER_ENTRY; nr++) {
		uint32_t hwirq = get_next_armctrl_hwirq(curr, d);

		if (hwirq == ~0u)
			return;
		generic_handle_domain_irq(curr, d, hwirq);
	}
}

void armctrl_of_init(struct task_struct *curr, int node)
{
	vaddr_t base = map_registers(curr, node);
	unsigned int parent = irq_of_parse_and_map(curr, node, 0);

	irq_domain_create(curr, node, &armctrl_ops, NR_BANKS * 32, base);
	for (int bank = 0; bank < NR_BANKS; bank++)
		writel(curr, ~0u, base + reg_disable[bank]);
	if (parent)
		irq_set_chained_handler(curr, parent,
					bcm2836_chained_handle_irq);
}
