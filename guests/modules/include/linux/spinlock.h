/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

/*
 * Locks for which one waits without sleeping: tickets, served in turn. Who has
 * one doesn't sleep; who shares it with an interrupt's handler keeps
 * interrupts off meanwhile.
 */

#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>

typedef struct {
	u16 owner, next;
} arch_spinlock_t __attribute__((aligned(4)));

typedef struct spinlock {
	arch_spinlock_t raw;
} spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name) \
	{                          \
		{                  \
			0, 0       \
		}                  \
	}
#define DEFINE_SPINLOCK(name) spinlock_t name = {{0, 0}}
#define spin_lock_init(lock)  ((lock)->raw.owner = (lock)->raw.next = 0)

static inline void arch_spin_lock(arch_spinlock_t *lock)
{
	int ticket = atomic_fetch_add(1 << 16, (atomic_t *)lock);

	while (READ_ONCE(lock->owner) != (u16)(ticket >> 16))
		barrier();
	smp_mb();
}

static inline int arch_spin_trylock(arch_spinlock_t *lock)
{
	int was = atomic_read((atomic_t *)lock);

	return (u16)was == (u16)(was >> 16) &&
	       atomic_cmpxchg((atomic_t *)lock, was, was + (1 << 16)) == was;
}

static inline void arch_spin_unlock(arch_spinlock_t *lock)
{
	smp_mb();
	WRITE_ONCE(lock->owner, lock->owner + 1);
}

static inline void spin_lock(spinlock_t *lock)
{
	preempt_disable();
	arch_spin_lock(&lock->raw);
}

static inline int spin_trylock(spinlock_t *lock)
{
	preempt_disable();
	if (arch_spin_trylock(&lock->raw))
		return 1;
	preempt_enable();
	return 0;
}

static inline void spin_unlock(spinlock_t *lock)
{
	arch_spin_unlock(&lock->raw);
	preempt_enable();
}

static inline int spin_is_locked(spinlock_t *lock)
{
	return READ_ONCE(lock->raw.owner) != READ_ONCE(lock->raw.next);
}

static inline void spin_lock_irq(spinlock_t *lock)
{
	local_irq_disable();
	spin_lock(lock);
}

static inline void spin_unlock_irq(spinlock_t *lock)
{
	spin_unlock(lock);
	local_irq_enable();
}

#define spin_lock_irqsave(lock, flags) \
	do {                           \
		local_irq_save(flags); \
		spin_lock(lock);       \
	} while (0)

static inline void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	spin_unlock(lock);
	local_irq_restore(flags);
}

#endif
