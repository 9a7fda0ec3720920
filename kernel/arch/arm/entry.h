/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_ENTRY_H
#define KERNEL_ARCH_ARM_ENTRY_H

/* From user mode into the kernel and back (entry-common.S, traps.c). */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct kernel;
struct task_struct;
struct trap;

/*
 * @curr trapped out of user mode: SVC, aborts, undefined instruction, BKPT.
 * (Boot and interrupts are dispatched by the caller.) Ends with
 * exit_to_user_mode(). May sleep; does not return when the task dies.
 */
void vector_trap(struct task_struct *curr, const struct trap *trap);
/*
 * Last stop before user mode: takes signals and reschedules until there is
 * nothing left to do. The scheduler then loads the registers onto curr->cpu.
 */
void exit_to_user_mode(struct task_struct *curr);

#endif
