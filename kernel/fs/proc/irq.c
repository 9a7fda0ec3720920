/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/irq (Linux: kernel/irq/proc.c): a directory for each interrupt, one in
 * it for each who handles it, and where it may be handled.
 *
 * An inode in here has its interrupt's number, and one, in proc.fd.
 *
 * MODEL: interrupts can't be sent elsewhere (irq/manage.c): writing a mask is
 * -EIO, as where the hardware can't, and the default mask is not written.
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/irq/irq_state.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

static const struct irq_desc *desc_of(const struct inode *inode)
{
	const struct irq_state *state = &inode->k->irq;
	const unsigned int irq = inode->proc.fd - 1;

	return irq < state->nr_irqs ? state->desc[irq] : NULL;
}

/* ---- files ------------------------------------------------------------- */

static uint32_t all_cpus(const struct kernel *k)
{
	return (1u << k->hw.nr_cpus) - 1;
}

static int default_affinity_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_printf(m, "%x\n", all_cpus(m->k));
	return 0;
}

static int affinity_show(struct seq_file *m, struct inode *inode)
{
	(void)inode;
	seq_printf(m, "%x\n", all_cpus(m->k));
	return 0;
}

static int affinity_list_show(struct seq_file *m, struct inode *inode)
{
	(void)inode;
	seq_print_mask_list(m, all_cpus(m->k));
	return 0;
}

/* The first core has all that somebody handles. */
static int effective_show(struct seq_file *m, struct inode *inode)
{
	const struct irq_desc *desc = desc_of(inode);

	seq_puts(m, desc && desc->action ? "1\n" : "0\n");
	return 0;
}

static int effective_list_show(struct seq_file *m, struct inode *inode)
{
	const struct irq_desc *desc = desc_of(inode);

	seq_puts(m, desc && desc->action ? "0\n" : "\n");
	return 0;
}

/* No driver gives a hint; and there is one node that interrupts come from. */
static int zero_show(struct seq_file *m, struct inode *inode)
{
	(void)inode;
	seq_puts(m, "0\n");
	return 0;
}

static int spurious_show(struct seq_file *m, struct inode *inode)
{
	const struct irq_desc *desc = desc_of(inode);

	if (!desc)
		return -ENOENT;
	seq_printf(m, "count %u\nunhandled %u\nlast_unhandled %llu ms\n",
		   desc->irq_count, desc->irqs_unhandled,
		   (unsigned long long)(desc->last_unhandled /
					(m->k->hw.clock_hz / 1000)));
	return 0;
}

static int affinity_store(struct task_struct *curr, struct task_struct *task,
			  const char *text)
{
	(void)curr, (void)task, (void)text;
	return -EIO;
}

#define IRQ_FILE(file, rights, fn)                                            \
	{                                                                     \
		.name = file, .mode = S_IFREG | (rights), .show_inode = (fn), \
		.splice_read = true,                                          \
	}
#define IRQ_RW(file, fn)                                                  \
	{                                                                 \
		.name = file, .mode = S_IFREG | 0644, .show_inode = (fn), \
		.store = affinity_store, .splice_read = true,             \
	}

static const struct proc_entry irq_files[] = {
	IRQ_FILE("affinity_hint", 0444, zero_show),
	IRQ_FILE("effective_affinity", 0444, effective_show),
	IRQ_FILE("effective_affinity_list", 0444, effective_list_show),
	IRQ_FILE("node", 0444, zero_show),
	IRQ_RW("smp_affinity", affinity_show),
	IRQ_RW("smp_affinity_list", affinity_list_show),
	IRQ_FILE("spurious", 0444, spurious_show),
};
#define NR_IRQ_FILES (sizeof(irq_files) / sizeof(*irq_files))

/* ---- directories ------------------------------------------------------- */

static const struct proc_dir action_dir = {.ino_base = 0x600};
static const struct proc_entry action_entry = {
	.name = "action",
	.mode = S_IFDIR | 0555,
	.dir = &action_dir,
};

/* Of interrupt @irq, the @n'th name in its directory. */
static uint64_t irq_ino(uint32_t irq, uint32_t n)
{
	return PROC_INO(0, 0x40000 + irq * 0x40 + n);
}

/* Who handles @desc, by name; NULL. */
static const struct irqaction *action_called(const struct irq_desc *desc,
					     const char *name)
{
	const struct irqaction *a = desc->action;

	while (a && strcmp(a->name, name))
		a = a->next;
	return a;
}

static struct inode *irq_lookup(struct task_struct *curr, struct inode *dir,
				const char *name)
{
	const struct irq_desc *desc = desc_of(dir);
	const struct proc_entry *entry = NULL;
	const uint32_t number = dir->proc.fd;
	struct inode *inode;
	uint32_t n = 0;

	while (n < NR_IRQ_FILES && strcmp(irq_files[n].name, name))
		n++;
	if (n < NR_IRQ_FILES)
		entry = &irq_files[n];
	else if (desc && action_called(desc, name))
		entry = &action_entry;
	if (!entry)
		return NULL;
	inode = proc_inode(curr, dir->i_sb, entry, NULL,
			   irq_ino(number - 1, n + 1));
	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->proc.fd = number;
	return inode;
}

static void irq_iterate(struct task_struct *curr, const struct inode *dir,
			struct dir_context *ctx)
{
	const struct irq_desc *desc = desc_of(dir);
	const struct irqaction *a = desc ? desc->action : NULL;
	const uint32_t irq = dir->proc.fd - 1;
	int64_t place = 2;

	(void)curr;
	for (uint32_t n = 0; n < NR_IRQ_FILES || a; n++) {
		const char *name = n < NR_IRQ_FILES ? irq_files[n].name
						    : a->name;
		const uint32_t mode = n < NR_IRQ_FILES ? S_IFREG : S_IFDIR;

		if (n >= NR_IRQ_FILES)
			a = a->next;
		if (place++ < ctx->pos)
			continue;
		if (!ctx->actor(ctx, name, (uint32_t)strlen(name), place,
				irq_ino(irq, n + 1), mode_to_dt(mode)))
			return;
		ctx->pos = place;
	}
}

static const struct proc_dir irq_dir = {
	.lookup = irq_lookup,
	.iterate = irq_iterate,
};
static const struct proc_entry irq_entry = {
	.name = "IRQ",
	.mode = S_IFDIR | 0555,
	.dir = &irq_dir,
};

static struct inode *number_lookup(struct task_struct *curr, struct inode *dir,
				   const char *name)
{
	const struct irq_state *state = &curr->k->irq;
	const int irq = proc_number(name);
	struct inode *inode;

	if (irq < 0 || (unsigned int)irq >= state->nr_irqs || !state->desc[irq])
		return NULL;
	inode = proc_inode(curr, dir->i_sb, &irq_entry, NULL,
			   irq_ino((uint32_t)irq, 0));
	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->proc.fd = (uint32_t)irq + 1;
	return inode;
}

static int number_next(struct task_struct *curr, const struct inode *dir,
		       int from)
{
	const struct irq_state *state = &curr->k->irq;

	(void)dir;
	for (unsigned int irq = (unsigned int)from; irq < state->nr_irqs; irq++)
		if (state->desc[irq])
			return (int)irq;
	return -1;
}

static const struct proc_entry irq_entries[] = {
	{.name = "default_smp_affinity",
	 .mode = S_IFREG | 0644,
	 .show = default_affinity_show,
	 .splice_read = true},
};

const struct proc_dir proc_irq_dir = {
	PROC_DIR(irq_entries, 0x610),
	.lookup = number_lookup,
	.next = number_next,
	.next_mode = S_IFDIR,
};
