/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IRQ_IRQ_H
#define KERNEL_IRQ_IRQ_H

/*
 * Interrupts as drivers see them (include/linux/interrupt.h): a number, got
 * from the device tree, and a handler for it.
 */

#include <stdbool.h>
#include <stdint.h>

struct seq_file;
struct task_struct;

enum irqreturn {
	IRQ_NONE, /* it wasn't this device */
	IRQ_HANDLED
};

/* In interrupt context: may not sleep. @dev_id as given to request_irq(). */
typedef enum irqreturn (*irq_handler_t)(struct task_struct *curr,
					unsigned int irq, void *dev_id);

enum { /* of request_irq(); Linux's bits */
	IRQF_TRIGGER_RISING = 0x1,
	IRQF_TRIGGER_FALLING = 0x2,
	IRQF_TRIGGER_HIGH = 0x4,
	IRQF_TRIGGER_LOW = 0x8,
	IRQF_TRIGGER_MASK = 0xf,
	IRQF_SHARED = 0x80, /* others may use it too, if they say so as well */
	IRQF_TIMER = 0x4200,
};

/*
 * From now on @handler is called whenever @irq comes; @name, which must live
 * as long, is what /proc/interrupts calls it. 0; -EINVAL: no such interrupt,
 * or IRQF_SHARED without a @dev_id to tell the handlers apart; -EBUSY: somebody
 * has it and won't share, or wants another trigger; -ENOMEM. May sleep.
 */
int request_irq(struct task_struct *curr, unsigned int irq,
		irq_handler_t handler, uint32_t flags, const char *name,
		void *dev_id);
/*
 * Takes back what was requested with @dev_id, and with the last handler the
 * interrupt is off. Returns the dev_id, or NULL with a warning in the log when
 * there is no such handler.
 */
void *free_irq(struct task_struct *curr, unsigned int irq, void *dev_id);

/*
 * One that each core has for itself: let through on this core, too. The first
 * core's is by request_irq().
 */
void enable_percpu_irq(struct task_struct *curr, unsigned int irq);

/*
 * Nests: as many enables as disables. What comes meanwhile is kept, and seen to
 * when the last disable is undone.
 */
void disable_irq(struct task_struct *curr, unsigned int irq);
void enable_irq(struct task_struct *curr, unsigned int irq);

/*
 * The number of the @index'th interrupt of the device tree's @node; 0: it has
 * none, or its controller has no driver. May sleep.
 */
unsigned int irq_of_parse_and_map(struct task_struct *curr, int node,
				  int index);

/* At boot, with slabs: the controllers that the device tree names. */
void init_IRQ(struct task_struct *curr);

/*
 * The core was interrupted (TRAP_IRQ): asks the board's controller what it is
 * and runs the handlers, in interrupt context. Whoever called looks at
 * need_resched afterwards.
 */
void handle_arch_irq(struct task_struct *curr);

/* /proc/interrupts, and the line "intr" of /proc/stat. */
int show_interrupts(struct seq_file *m, void *v);
void show_intr_line(struct seq_file *m);

#endif
