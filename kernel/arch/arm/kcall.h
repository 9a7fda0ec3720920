/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_KCALL_H
#define KERNEL_ARCH_ARM_KCALL_H

/*
 * Calls between the two halves of the kernel: C code on the host (kernel/),
 * and ARM code in SVC mode, which is what modules are made of.
 *
 *	host C    kcall() ------------> ARM function
 *	          export's function <-- gate of the export
 *	          returns ------------> behind the gate
 *	          kcall() returns <---- gate at kcall_return
 *
 * ARM code runs on its task's kernel stack in guest RAM, the C code between on
 * the task's fiber; each call nests in the one before.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"

struct task_struct;

/*
 * A call on its way. Lives on the fiber of the task that makes it; the
 * innermost is task->kcall.
 */
struct kcall {
	struct kcall *outer;
	unsigned int depth; /* calls further out */
	vaddr_t fn;
	const char *caller; /* function in C; lives for ever */
	/* where ARM code is, or left by a gate: what the core loads next */
	struct pt_regs regs;
	uint64_t began; /* cycle; the watchdog measures from it */
	/* the task's when it began: what is above is the callee's to undo */
	int pagefault_disabled, kmap_idx;
};

/*
 * Calls the ARM function at @fn (bit 0: Thumb) in SVC mode with @nr_args words
 * as arguments, by the AAPCS; returns r0. May sleep if the function does. Does
 * not return when the function oopses: @curr ends then, or the machine.
 */
#define kcall(curr, fn, nr_args, args) \
	kcall_caller(curr, fn, nr_args, args, __func__)
uint32_t kcall_caller(struct task_struct *curr, vaddr_t fn,
		      unsigned int nr_args, const uint32_t args[],
		      const char *caller);

/*
 * The same for callbacks that the kernel makes while it holds locks, or in the
 * middle of something: an oops within is the end of the call and brings the
 * caller back, with false and nothing in *@result. A program dies of it on its
 * way to user mode, a thread of the kernel's goes on.
 */
#define kcall_catch(curr, fn, nr_args, args, result) \
	kcall_catch_caller(curr, fn, nr_args, args, result, __func__)
bool kcall_catch_caller(struct task_struct *curr, vaddr_t fn,
			unsigned int nr_args, const uint32_t args[],
			uint32_t *result, const char *caller);
/* After the report of an oops: to @curr's innermost kcall_catch(), if any. */
void oops_unwind(struct task_struct *curr);

/*
 * Cycle at which a core has to be interrupted that runs @curr's ARM code, where
 * it would be for @alarm otherwise: jiffies go on, and the watchdog looks.
 */
uint64_t kcall_alarm(const struct task_struct *curr, uint64_t alarm);

/* First byte above @task's kernel stack. */
vaddr_t task_stack_end(const struct task_struct *task);
/*
 * Where user mode's registers lie on its stack while it runs ARM code, as the
 * trap would have pushed them: for a reader; what counts is task->regs.
 */
#define USER_REGS_BYTES 72u /* r0 to pc, cpsr, old r0 */
vaddr_t user_regs_on_stack(const struct task_struct *task);

#endif
