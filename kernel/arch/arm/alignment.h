/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_ALIGNMENT_H
#define KERNEL_ARCH_ARM_ALIGNMENT_H

/* Accesses at addresses that the core refuses (arch/arm/mm/alignment.c). */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct kernel;
struct seq_file;
struct task_struct;

/* What /proc/cpu/alignment shows. */
struct alignment_state {
	uint32_t usermode; /* UM_WARN, UM_FIXUP, UM_SIGNAL */
	/* faults of user mode; those not handled; accesses done by size */
	uint32_t user, skipped, half, word, dword, multi;
};

/* Reads the boot argument "alignment=". */
void alignment_init(struct kernel *k);

/*
 * User mode's access to @address was refused for its alignment. True: the
 * kernel has done it in the core's place, or the task has its signal. False:
 * it is none that the kernel can do. May sleep.
 */
bool do_alignment(struct task_struct *curr, vaddr_t address, uint32_t fsr);

/* /proc/cpu/alignment. */
int alignment_proc_show(struct seq_file *m, void *v);
int alignment_proc_write(struct task_struct *curr, struct task_struct *task,
			 const char *text);

#endif
