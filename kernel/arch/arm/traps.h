/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_TRAPS_H
#define KERNEL_ARCH_ARM_TRAPS_H

/* The kernel's own code went wrong (arch/arm/kernel/traps.c). */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct pt_regs;
struct task_struct;

/*
 * An oops: reports @what with its error code and ends @curr by SIGSEGV. In an
 * interrupt, in the idle task or in pid 1 the machine ends instead.
 */
_Noreturn void die(struct task_struct *curr, const char *what,
		   const struct pt_regs *regs, uint32_t error);
/*
 * The same where C code, for the ARM code of @regs, may not access @kaddr: the
 * report is that of the access.
 */
_Noreturn void die_bad_access(struct task_struct *curr,
			      const struct pt_regs *regs, vaddr_t kaddr,
			      bool write);
/*
 * The same for an abort that nothing resolved (arch/arm/mm/fault.c's
 * __do_kernel_fault()); CP15's registers tell of it. @fetch: by IFSR and IFAR.
 */
_Noreturn void die_kernel_fault(struct task_struct *curr,
				const struct pt_regs *regs, bool fetch);

#endif
