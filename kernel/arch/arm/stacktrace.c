/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/stacktrace.h"

/*
 * The calls that are under way (Linux: arch/arm/kernel/unwind.c's
 * unwind_backtrace(), traps.c's dump_backtrace_entry()). ARM code is unwound by
 * its tables, and where it stands in a gate, the exported function has called.
 * Below the outermost function of a kcall() is C code of the host's, of which
 * the caller of kcall() is known by name, and below that the gate or the place
 * in ARM code from where that C code was reached:
 *
 *	 compare from sort+0x20/0x80 [m]	ARM
 *	 sort from export_bsearch		C, by kcall()
 *	 export_bsearch from bsearch+0x0/0x8	its gate
 *	 bsearch from m_init+0x1c/0x30 [m]	ARM again
 *	 m_init [m] from do_one_initcall	C
 *	 do_one_initcall from sys_finit_module
 *
 * Nothing on the stack or in tables is believed: what makes no sense ends the
 * trace.
 *
 * MODEL: C functions between the caller of kcall() and a gate or a system call
 * are the host's, and left out.
 */

#include <string.h>

#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/show_regs.h"
#include "kernel/arch/arm/unwind.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/lib/printk.h"
#include "kernel/module/module.h"
#include "kernel/state.h"
#include "kernel/syscall/syscall.h"
#include "kernel/task/sched.h"

#define MOST_LINES 128

enum {
	SP = 13,
	LR = 14,
	PC = 15
};

/* ---- what the unwinder reads ------------------------------------------------------ */

static bool read_word(void *ctx, vaddr_t at, uint32_t *to)
{
	return !copy_from_kernel_nofault(ctx, to, at, sizeof(*to));
}

static bool find_table(void *ctx, vaddr_t pc, struct unwind_table *to)
{
	const struct task_struct *curr = ctx;
	const struct arch_state *arch = &curr->k->arch;

	if (pc >= arch->text && pc < arch->etext) {
		*to = arch->unwind;
		return true;
	}
	return module_unwind_table(curr->k, pc, to);
}

/* ---- one step -------------------------------------------------------------------------- */

static bool in_gate(const struct task_struct *curr, vaddr_t pc)
{
	return pc >= curr->k->arch.start_gates && pc < curr->k->arch.end_gates;
}

/* Where the stack of code ends whose stack pointer is @sp. */
static vaddr_t stack_end(const struct task_struct *curr, vaddr_t sp)
{
	vaddr_t end = task_stack_end(curr);

	if (sp < end && end - sp <= 2 * THREAD_SIZE)
		return end;
	return sp < UINT32_MAX - THREAD_SIZE ? sp + THREAD_SIZE : sp;
}

/* From a function's registers to its caller's. */
static bool step(struct task_struct *curr, uint32_t r[16])
{
	const struct unwind_source source = {read_word, find_table, curr};
	const vaddr_t pc = r[PC] & ~1u;

	if (in_gate(curr, pc)) {
		r[PC] = r[LR];
		return true;
	}
	return unwind_frame(&source, stack_end(curr, r[SP]), r);
}

/* ---- lines -------------------------------------------------------------------------------- */

static void entry(struct task_struct *curr, const char *callee, vaddr_t from)
{
	printk(curr->k, " %s from %s", callee, sprint_symbol(curr, from).text);
}

/* How the C code was reached that called the outermost ARM function. */
static void c_code_entry(struct task_struct *curr, const char *caller)
{
	const struct syscall_desc *call =
		curr->syscall_nr < 0
			? NULL
			: syscall_lookup((uint32_t)curr->syscall_nr);

	if (curr->in_interrupt)
		printk(curr->k, " %s from %s", caller,
		       curr->mm ? "__irq_usr" : "__irq_svc");
	else if (call)
		printk(curr->k, " %s from sys_%s", caller, call->name);
	else
		printk(curr->k, " %s from ret_from_fork", caller);
	if (curr->mm)
		dump_mem(curr, "Exception stack", user_regs_on_stack(curr),
			 user_regs_on_stack(curr) + USER_REGS_BYTES);
}

/*
 * Behind the end of @call's function: from C to ARM code again. False: there
 * is no call further out.
 */
static bool leave_call(struct task_struct *curr, const struct kcall *call,
		       const char *callee, uint32_t r[16])
{
	printk(curr->k, " %s from %s", callee, call->caller);
	if (!call->outer) {
		c_code_entry(curr, call->caller);
		return false;
	}
	memcpy(r, call->outer->regs.r, sizeof(call->outer->regs.r));
	entry(curr, call->caller, r[PC]);
	return true;
}

void dump_backtrace(struct task_struct *curr, const struct pt_regs *regs)
{
	const struct kcall *call = curr->kcall;
	uint32_t r[16];

	if (!call)
		return;
	memcpy(r, regs ? regs->r : call->regs.r, sizeof(r));
	if (!kernel_text_address(curr, r[PC])) /* it jumped, or returned */
		r[PC] = r[LR];
	for (int lines = 0; lines < MOST_LINES; lines++) {
		const struct symbol_text callee =
			sprint_symbol_no_offset(curr, r[PC] & ~1u);

		if (!kernel_text_address(curr, r[PC] & ~1u) || !step(curr, r))
			return;
		if (r[PC] != curr->k->arch.kcall_return)
			entry(curr, callee.text, r[PC] & ~1u);
		else if (!leave_call(curr, call, callee.text, r))
			return;
		else
			call = call->outer;
	}
	printk(curr->k, " ...");
}
