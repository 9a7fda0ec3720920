/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MEMORY_FAILURE_H
#define KERNEL_MM_MEMORY_FAILURE_H

/*
 * Frames whose bytes can't be trusted any more (include/linux/mm.h: MF_…,
 * memory_failure()). Only with kernel.memory_failure.
 */

#include "kernel/mm/mm_types.h"

/* How the error came to light (enum mf_flags). */
#define MF_COUNT_INCREASED 0x01u /* the caller has a reference, and gives it */
#define MF_ACTION_REQUIRED 0x02u /* @curr has met it, and can't go on */
#define MF_MUST_KILL       0x04u /* whatever the page holds */
#define MF_SW_SIMULATED    0x20u /* a test's: the frame is good */

/* Boot: nothing is poisoned. */
void memory_failure_init(struct kernel *k);

/*
 * Frame @pfn has an error that its memory couldn't correct. The frame is taken
 * out of use for good as far as that can be; who maps it loses it, and may be
 * sent SIGBUS; what is on a disk too is read anew by whoever wants it. 0: that
 * worked. -EBUSY: not all of it; -EHWPOISON: it was known already; -EFAULT;
 * -ENXIO: it is no RAM. May sleep; no locks of mm or pages held.
 */
int memory_failure(struct task_struct *curr, pfn_t pfn, unsigned int flags);

/*
 * The same, later: before somebody's next return to user mode. Anywhere.
 *
 * MODEL: Linux has a worker for it, and does it there for errors of a program's
 * own.
 */
void memory_failure_queue(struct kernel *k, pfn_t pfn);
void memory_failure_queue_kick(struct task_struct *curr);

/*
 * Frame @pfn is still good, but won't be for long: what is in it moves
 * elsewhere, and nobody notices. 0; -EBUSY: it couldn't; -ENXIO. May sleep.
 */
int soft_offline_page(struct task_struct *curr, pfn_t pfn, unsigned int flags);

/*
 * After tests alone: frame @pfn comes into use again. 0; -EBUSY: it has no
 * error, or somebody still has it; -EOPNOTSUPP: there were real errors, too;
 * -EIO: it is no RAM. May sleep.
 */
int unpoison_memory(struct task_struct *curr, pfn_t pfn);

#endif
