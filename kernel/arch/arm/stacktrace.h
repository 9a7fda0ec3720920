/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_STACKTRACE_H
#define KERNEL_ARCH_ARM_STACKTRACE_H

/* Who called whom (arch/arm/kernel/stacktrace.c, traps.c). */

struct pt_regs;
struct task_struct;

/*
 * Logs the calls that led to @regs, @curr's ARM code, from the innermost out:
 * " callee from caller+0x…". @regs NULL: to the innermost gate.
 */
void dump_backtrace(struct task_struct *curr, const struct pt_regs *regs);

#endif
