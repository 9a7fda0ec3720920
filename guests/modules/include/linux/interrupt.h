/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

/*
 * Interrupts' handlers, and tasklets, to which they leave what takes longer.
 * An interrupt's number comes from the device tree: linux/of_irq.h.
 */

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>

#define IRQF_TRIGGER_NONE    0x0u
#define IRQF_TRIGGER_RISING  0x1u
#define IRQF_TRIGGER_FALLING 0x2u
#define IRQF_TRIGGER_HIGH    0x4u
#define IRQF_TRIGGER_LOW     0x8u
#define IRQF_SHARED          0x80u /* with others who say so */
#define IRQF_ONESHOT         0x2000u /* masked until its thread is done */

typedef enum irqreturn {
	IRQ_NONE, /* it wasn't this device */
	IRQ_HANDLED,
	IRQ_WAKE_THREAD
} irqreturn_t;
#define IRQ_RETVAL(x) ((x) ? IRQ_HANDLED : IRQ_NONE)

/* Called with interrupts off; must not sleep. @dev_id as it was given. */
typedef irqreturn_t (*irq_handler_t)(int irq, void *dev_id);

/**
 * request_threaded_irq - have functions called when an interrupt comes
 * @irq: its number
 * @handler: called in the interrupt; NULL: wakes the thread and no more
 * @thread_fn: called by a thread of its own once @handler has returned
 *	IRQ_WAKE_THREAD; NULL: there is none
 * @flags: IRQF_…
 * @name: for /proc/interrupts
 * @dev_id: for the handlers, and for free_irq(); not NULL with IRQF_SHARED
 *
 * Context: Process context; may sleep.
 * Return: 0; -EINVAL: no such interrupt; -EBUSY: it isn't to be shared;
 * -ENOMEM.
 */
int request_threaded_irq(unsigned int irq, irq_handler_t handler,
			 irq_handler_t thread_fn, unsigned long flags,
			 const char *name, void *dev_id);
/**
 * free_irq - have them called no more
 * @irq: the interrupt's number
 * @dev_id: as they were requested with
 *
 * Context: Process context; may sleep.
 * Return: the name that it had; NULL: none was requested so.
 */
const void *free_irq(unsigned int irq, void *dev_id);
/**
 * disable_irq - let an interrupt's handlers be called no more
 * @irq: its number
 *
 * Context: Process context; may sleep.
 */
void disable_irq(unsigned int irq);
/**
 * disable_irq_nosync - the same, from its handler, too
 * @irq: its number
 *
 * Context: Any.
 */
void disable_irq_nosync(unsigned int irq);
/**
 * enable_irq - undo one disable_irq()
 * @irq: the interrupt's number
 *
 * Context: Any.
 */
void enable_irq(unsigned int irq);
/**
 * synchronize_irq - wait until no handler of an interrupt runs
 * @irq: its number
 *
 * Context: Process context; may sleep.
 */
void synchronize_irq(unsigned int irq);

static inline int request_irq(unsigned int irq, irq_handler_t handler,
			      unsigned long flags, const char *name,
			      void *dev_id)
{
	return request_threaded_irq(irq, handler, NULL, flags, name, dev_id);
}

/* ---- softirqs ---------------------------------------------------------- */

#define HI_SOFTIRQ      0
#define TIMER_SOFTIRQ   1
#define TASKLET_SOFTIRQ 6

/* For the kernel's own ARM code: @nr will be run soon. */
void raise_softirq(unsigned int nr);
void do_softirq(void);

/**
 * __local_bh_enable_ip - the end of a section without softirqs
 * @ip: where that is
 * @count: what its beginning added to preempt_count
 *
 * Context: Process context, or a softirq.
 */
void __local_bh_enable_ip(unsigned long ip, unsigned int count);

#define local_bh_disable() preempt_count_add(SOFTIRQ_DISABLE_OFFSET)
#define local_bh_enable()  __local_bh_enable_ip(0, SOFTIRQ_DISABLE_OFFSET)

/* ---- tasklets ---------------------------------------------------------- */

struct tasklet_struct {
	struct tasklet_struct *next;
	unsigned long state;
	atomic_t count; /* of disables */
	bool use_callback;
	union {
		void (*func)(unsigned long data);
		void (*callback)(struct tasklet_struct *t);
	};
	unsigned long data;
};

#define TASKLET_STATE_SCHED 0
#define TASKLET_STATE_RUN   1

#define DECLARE_TASKLET(name, fn) \
	struct tasklet_struct name = {.use_callback = true, .callback = (fn)}

#define from_tasklet(var, t, field) container_of(t, __typeof__(*var), field)

/**
 * tasklet_setup - make a tasklet
 * @t: what is to be one
 * @callback: called in a softirq each time that it is scheduled
 */
void tasklet_setup(struct tasklet_struct *t,
		   void (*callback)(struct tasklet_struct *t));
/**
 * tasklet_init - make a tasklet of the old kind
 * @t: what is to be one
 * @func: called in a softirq each time that it is scheduled
 * @data: for it
 */
void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long data),
		  unsigned long data);
/**
 * __tasklet_schedule - have a tasklet run; tasklet_schedule() calls it
 * @t: one that isn't scheduled yet
 *
 * Context: Any.
 */
void __tasklet_schedule(struct tasklet_struct *t);
/**
 * __tasklet_hi_schedule - have a tasklet run before others
 * @t: one that isn't scheduled yet
 *
 * Context: Any.
 */
void __tasklet_hi_schedule(struct tasklet_struct *t);
/**
 * tasklet_kill - wait until a tasklet is neither scheduled nor running
 * @t: one that nobody schedules any more
 *
 * Context: Process context; may sleep.
 */
void tasklet_kill(struct tasklet_struct *t);

static inline void tasklet_schedule(struct tasklet_struct *t)
{
	if (!test_and_set_bit(TASKLET_STATE_SCHED, &t->state))
		__tasklet_schedule(t);
}

static inline void tasklet_hi_schedule(struct tasklet_struct *t)
{
	if (!test_and_set_bit(TASKLET_STATE_SCHED, &t->state))
		__tasklet_hi_schedule(t);
}

static inline void tasklet_disable(struct tasklet_struct *t)
{
	atomic_inc(&t->count);
}

/* One that was scheduled meanwhile runs soon. */
static inline void tasklet_enable(struct tasklet_struct *t)
{
	atomic_dec(&t->count);
}

#endif
