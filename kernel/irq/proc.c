/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/irq/irq_state.h"

/*
 * How often what has come (Linux: kernel/irq/proc.c, fs/proc/stat.c).
 */

#include "kernel/arch/arm/smp.h"
#include "kernel/fs/seq_file.h"
#include "kernel/state.h"

static uint64_t count_of(const struct irq_desc *desc)
{
	uint64_t sum = 0;

	for (int i = 0; desc && i < NR_CPUS; i++)
		sum += desc->kstat[i];
	return sum;
}

static void show_line(struct seq_file *m, const struct irq_desc *desc)
{
	const struct irq_data *d = &desc->irq_data;

	seq_printf(m, "%3u: ", d->irq);
	for (unsigned int i = 0; i < m->k->hw.nr_cpus; i++)
		seq_printf(m, "%10llu ", (unsigned long long)desc->kstat[i]);
	if (d->chip->numbered)
		seq_printf(m, "%s-%u", d->chip->name, d->domain->number);
	else
		seq_printf(m, " %8s", d->chip->name);
	seq_printf(m, " %3u %-8s", d->hwirq,
		   irq_is_level(desc) ? "Level" : "Edge");
	for (const struct irqaction *a = desc->action; a; a = a->next)
		seq_printf(m, "%s%s", a == desc->action ? "  " : ", ", a->name);
	seq_puts(m, "\n");
}

int show_interrupts(struct seq_file *m, void *v)
{
	const struct irq_state *state = &m->k->irq;

	(void)v;
	seq_printf(m, "%*s", 11, "");
	for (unsigned int i = 0; i < m->k->hw.nr_cpus; i++)
		seq_printf(m, "CPU%-8u", i);
	seq_puts(m, "\n");
	for (unsigned int i = 0; i < state->nr_irqs; i++) {
		const struct irq_desc *desc = state->desc[i];

		if (desc && (desc->action || count_of(desc)))
			show_line(m, desc);
	}
	show_ipi_list(m);
	seq_printf(m, "%3s: %10llu\n", "Err",
		   (unsigned long long)state->irq_err_count);
	return 0;
}

void show_intr_line(struct seq_file *m)
{
	const struct irq_state *state = &m->k->irq;
	uint64_t sum = 0;

	for (unsigned int i = 0; i < state->nr_irqs; i++)
		sum += count_of(state->desc[i]);
	seq_printf(m, "intr %llu", (unsigned long long)sum);
	for (unsigned int i = 0; i < state->nr_irqs; i++)
		seq_printf(m, " %llu",
			   (unsigned long long)count_of(state->desc[i]));
	seq_puts(m, "\n");
}
