/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

/* This core's interrupts: bit I of its CPSR. */

#define ARM_PSR_I 0x80ul

static inline unsigned long arch_local_save_flags(void)
{
	unsigned long flags;

	__asm__ volatile("mrs %0, cpsr" : "=r"(flags) : : "memory");
	return flags;
}

/* Interrupts wait from here on, until local_irq_enable(). */
static inline void local_irq_disable(void)
{
	__asm__ volatile("cpsid i" : : : "memory");
}

static inline void local_irq_enable(void)
{
	__asm__ volatile("cpsie i" : : : "memory");
}

static inline void arch_local_irq_restore(unsigned long flags)
{
	__asm__ volatile("msr cpsr_c, %0" : : "r"(flags) : "memory");
}

/* The same for code that may be called with interrupts off already. */
#define local_irq_save(flags)                    \
	do {                                     \
		flags = arch_local_save_flags(); \
		local_irq_disable();             \
	} while (0)
#define local_irq_restore(flags) arch_local_irq_restore(flags)
#define local_save_flags(flags)  ((flags) = arch_local_save_flags())

static inline int irqs_disabled(void)
{
	return !!(arch_local_save_flags() & ARM_PSR_I);
}

#endif
