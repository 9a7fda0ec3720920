/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

/*
 * What this code may do, by what it is part of: preempt_count tells how deep
 * in sections that must not sleep, softirqs and interrupts the core is.
 */

#include <linux/compiler.h>
#include <linux/current.h>

#define PREEMPT_MASK           0x000000fful
#define SOFTIRQ_MASK           0x0000ff00ul
#define HARDIRQ_MASK           0x000f0000ul
#define SOFTIRQ_OFFSET         0x00000100ul
#define SOFTIRQ_DISABLE_OFFSET 0x00000200ul

static inline unsigned long preempt_count(void)
{
	return READ_ONCE(current->thread_info.preempt_count);
}

static inline void preempt_count_add(unsigned long n)
{
	current->thread_info.preempt_count += n;
	barrier();
}

static inline void preempt_count_sub(unsigned long n)
{
	barrier();
	current->thread_info.preempt_count -= n;
}

/* The kernel is preempted by nobody; what is between must not sleep. */
#define preempt_disable() preempt_count_add(1)
#define preempt_enable()  preempt_count_sub(1)

#define in_hardirq()   (preempt_count() & HARDIRQ_MASK)
#define in_irq()       in_hardirq()
#define in_softirq()   (preempt_count() & SOFTIRQ_MASK)
#define in_interrupt() (preempt_count() & (HARDIRQ_MASK | SOFTIRQ_MASK))
#define in_task() \
	(!(preempt_count() & (HARDIRQ_MASK | (SOFTIRQ_MASK & SOFTIRQ_OFFSET))))
#define in_atomic() (preempt_count() != 0)

#endif
