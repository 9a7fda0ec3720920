/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IRQ_IRQ_STATE_H
#define KERNEL_IRQ_IRQ_STATE_H

/*
 * What is known of each interrupt (include/linux/irq.h, irqdesc.h,
 * irqdomain.h). For kernel/irq and the drivers of interrupt controllers.
 */

#include "kernel/irq/irq.h"
#include "kernel/hw.h"

#define NR_IRQS_LEGACY 16 /* numbers that are nobody's */
#define MAX_IRQS       128

/*
 * After that many of them an entry ends, though there may be more: MODEL: so
 * that the interrupted code gets on, a little, under one that nothing quiets.
 */
#define MAX_IRQS_PER_ENTRY 32

struct irq_desc;
struct irq_domain;
struct kernel;

/* An interrupt as its controller knows it. */
struct irq_data {
	unsigned int irq;
	uint32_t hwirq;
	uint32_t type; /* IRQF_TRIGGER_…; 0: as the controller has it */
	const struct irq_chip *chip;
	struct irq_domain *domain;
};

/* What a controller does for an interrupt; NULL: nothing. */
struct irq_chip {
	const char *name;
	bool numbered; /* by controller, as in "GIC-0" */
	void (*irq_mask)(struct task_struct *curr, struct irq_data *d);
	void (*irq_unmask)(struct task_struct *curr, struct irq_data *d);
	void (*irq_eoi)(struct task_struct *curr, struct irq_data *d);
	/* 0 or -EINVAL: not this trigger. */
	int (*irq_set_type)(struct task_struct *curr, struct irq_data *d,
			    uint32_t type);
	/* Makes it come again. */
	void (*irq_retrigger)(struct task_struct *curr, struct irq_data *d);
};

struct irqaction {
	struct irqaction *next;
	irq_handler_t handler;
	void *dev_id;
	const char *name;
	uint32_t flags;
};

/* How an interrupt's course is: which steps of the chip, in which order. */
typedef void (*irq_flow_handler_t)(struct task_struct *curr,
				   struct irq_desc *desc);

struct irq_desc {
	struct irq_data irq_data;
	irq_flow_handler_t handle_irq;
	bool chained; /* it is another controller's, and has no actions */
	struct irqaction *action; /* oldest first */
	uint32_t depth; /* of disables; 1 before the first request */
	bool masked, pending, in_progress;
	bool spurious_disabled;
	uint32_t irq_count, irqs_unhandled; /* see spurious.c */
	uint64_t last_unhandled; /* cycle */
	uint64_t kstat[NR_CPUS];
};

struct irq_domain_ops {
	/* Device tree cells to the controller's number and a trigger. */
	int (*xlate)(const struct irq_domain *d, const uint32_t *cells,
		     int nr_cells, uint32_t *hwirq, uint32_t *type);
	/* Gives a new descriptor its chip and flow. */
	void (*map)(const struct irq_domain *d, struct irq_desc *desc);
};

/* The numbers of one controller. Owned by its driver's data. */
struct irq_domain {
	struct irq_domain *next;
	const struct irq_domain_ops *ops;
	uint32_t phandle;
	unsigned int number; /* among those of its kind */
	vaddr_t base; /* registers */
	vaddr_t cpu_base; /* of the core's interface, where it's elsewhere */
	uint32_t nr_hwirqs;
	uint16_t *revmap; /* hwirq to irq; 0: none yet */
};

struct irq_state { /* in struct kernel */
	struct irq_desc *desc[MAX_IRQS];
	unsigned int nr_irqs; /* one more than the highest in use */
	struct irq_domain *domains;
	/* The root controller: runs everything that is pending. */
	void (*handle)(struct task_struct *curr, struct irq_domain *root);
	struct irq_domain *root;
	uint64_t irq_err_count; /* interrupts that are nobody's */
	uint64_t nr_spurious; /* entries that found nothing */
};

/*
 * A controller's domain, with room for @nr_hwirqs numbers; @node is its place
 * in the device tree. Panics when there is no memory: only at boot.
 */
struct irq_domain *irq_domain_create(struct task_struct *curr, int node,
				     const struct irq_domain_ops *ops,
				     uint32_t nr_hwirqs, vaddr_t base);
/* The @irq of the controller's own number, made if need be; 0: no room. */
unsigned int irq_create_mapping(struct task_struct *curr, struct irq_domain *d,
				uint32_t hwirq, uint32_t type);
/* The controller has seen @hwirq: its flow. */
void generic_handle_domain_irq(struct task_struct *curr, struct irq_domain *d,
			       uint32_t hwirq);
void set_handle_irq(struct kernel *k, struct irq_domain *root,
		    void (*handle)(struct task_struct *curr,
				   struct irq_domain *root));
/* @irq is the output of another controller, which @flow asks. */
void irq_set_chained_handler(struct task_struct *curr, unsigned int irq,
			     irq_flow_handler_t flow);

struct irq_desc *irq_to_desc(const struct kernel *k, unsigned int irq);
bool irq_is_level(const struct irq_desc *desc);

/* chip.c: the flows */
void handle_fasteoi_irq(struct task_struct *curr, struct irq_desc *desc);
void handle_level_irq(struct task_struct *curr, struct irq_desc *desc);
void mask_irq(struct task_struct *curr, struct irq_desc *desc);
void unmask_irq(struct task_struct *curr, struct irq_desc *desc);
/* Off and on; off shows at the controller when the next one comes. */
void irq_disable(struct irq_desc *desc);
void irq_enable(struct task_struct *curr, struct irq_desc *desc);

/* handle.c, spurious.c */
void handle_irq_event(struct task_struct *curr, struct irq_desc *desc);
void note_interrupt(struct task_struct *curr, struct irq_desc *desc,
		    enum irqreturn ret);

/*
 * irqchip.def's drivers, each for a node of the device tree whose parent
 * controller is there already.
 */
typedef void (*irqchip_init_t)(struct task_struct *curr, int node);
#define IRQCHIP(compatible, fn) void fn(struct task_struct *curr, int node);
#include "kernel/irq/irqchip.def"
#undef IRQCHIP

#endif
