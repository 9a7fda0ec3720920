/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_TOUCH_H
#define KERNEL_ARCH_ARM_TOUCH_H

/*
 * What the kernel itself fetches, reads and writes, shown to the MMU and the
 * caches of its core. Nothing is moved by it, and nothing happens where the
 * board doesn't want it (timing.model count).
 */

#include "kernel/lib/bug.h"
#include "kernel/state.h"

void touch_kernel_now(struct task_struct *curr, vaddr_t kaddr,
		      uint32_t nr_bytes, enum mmu_kind kind);
void touch_bytes_now(struct task_struct *curr, const void *bytes,
		     uint32_t nr_bytes, enum mmu_kind kind);
void touch_user_now(struct task_struct *curr, const void *bytes,
		    uint32_t nr_bytes, enum mmu_kind kind);
void pay_walk_now(struct task_struct *curr, uint32_t cycles);

/*
 * @nr_bytes at @kaddr, of the kernel's half: costs what their translations and
 * lines do. What isn't mapped there costs its walk and is left alone.
 */
static inline void touch_kernel(struct task_struct *curr, vaddr_t kaddr,
				uint32_t nr_bytes, enum mmu_kind kind)
{
	if (unlikely(curr->k->params.touches))
		touch_kernel_now(curr, kaddr, nr_bytes, kind);
}

/*
 * The same for @bytes by the host's address: those of RAM where the kernel has
 * them mapped, any other as if they lay on @curr's stack.
 */
static inline void touch_bytes(struct task_struct *curr, const void *bytes,
			       uint32_t nr_bytes, enum mmu_kind kind)
{
	if (unlikely(curr->k->params.touches))
		touch_bytes_now(curr, bytes, nr_bytes, kind);
}

/* For @bytes of RAM whose translation was asked for already: lines alone. */
static inline void touch_user(struct task_struct *curr, const void *bytes,
			      uint32_t nr_bytes, enum mmu_kind kind)
{
	if (unlikely(curr->k->params.touches))
		touch_user_now(curr, bytes, nr_bytes, kind);
}

/* For the @cycles that mmu_access() said. */
static inline void pay_walk(struct task_struct *curr, uint32_t cycles)
{
	if (unlikely(cycles && curr->k->params.touches))
		pay_walk_now(curr, cycles);
}

#endif
