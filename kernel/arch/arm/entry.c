/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/entry.h"

/*
 * The traps of user mode and the way back (Linux: arch/arm/kernel/entry-*.S,
 * traps.c, signal.c's do_work_pending()).
 *
 * MODEL: no tracing, no seccomp, no OABI calls; SWP runs in the engine.
 */

#include <string.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/price.h"
#include "kernel/lib/touch.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/memory_error.h"
#include "kernel/mm/memory_failure.h"
#include "kernel/mm/mm_types.h"
#include "kernel/state.h"
#include "kernel/syscall/absent.h"
#include "kernel/syscall/syscall.h"
#include "kernel/task/rseq.h"
#include "kernel/task/signal.h"
#include "mmu/mmu.h"

/* ARM's own calls, beside the common table. */
#define ARM_NR_BASE       0x0f0000u
#define ARM_NR_breakpoint (ARM_NR_BASE + 1)
#define ARM_NR_cacheflush (ARM_NR_BASE + 2)
#define ARM_NR_usr26      (ARM_NR_BASE + 3)
#define ARM_NR_usr32      (ARM_NR_BASE + 4)
#define ARM_NR_set_tls    (ARM_NR_BASE + 5)
#define ARM_NR_get_tls    (ARM_NR_BASE + 6)
#define ARM_NR_LAST       (ARM_NR_BASE + 0x7ff)

/* The undefined instructions that mean a breakpoint to debuggers. */
#define ARM_BREAK_MASK 0x0fffffffu
#define ARM_BREAK      0x07f001f0u
#define THUMB_BREAK    0xde01u
#define THUMB2_BREAK   0xa000f7f0u /* as two halfwords in memory */

enum {
	TRAP_NO_UNDEFINED = 6, /* trap_no in a signal frame */
};

/* ---- system calls -------------------------------------------------------------- */

/* Of the breakpoints' signal, the frame tells no fault. */
static void ptrace_break(struct task_struct *curr, vaddr_t pc)
{
	curr->k->faults.signalled++;
	force_sig_fault(curr, SIGTRAP, TRAP_BRKPT_ARM, pc);
}

/*
 * Instructions were written: the line of each page goes to memory. Other
 * cores' engines must hear of it; the own one noticed the stores.
 */
static int32_t do_cacheflush(struct task_struct *curr, vaddr_t start,
			     vaddr_t end, uint32_t flags)
{
	const struct hw *hw = &curr->k->hw;

	if (end < start || flags)
		return -EINVAL;
	if (end > curr->k->arch.task_size)
		return -EFAULT;
	for (vaddr_t vaddr = start; vaddr < end;
	     vaddr = (vaddr & PAGE_MASK) + PAGE_SIZE) {
		struct mmu_result result;

		while (!mmu_access(curr->cpu->mmu, vaddr, MMU_READ, MMU_PL0,
				   &result))
			if (!kernel_abort(curr, &result.fault))
				return -EFAULT;
		hw->ops->code_changed(hw->ctx, result.paddr & ~0xfffull,
				      PAGE_SIZE);
	}
	return 0;
}

static int32_t set_tls(struct task_struct *curr, uint32_t tls)
{
	const struct hw *hw = &curr->k->hw;

	curr->tls = curr->cpu->tls = tls;
	hw->ops->set_tls(hw->ctx, curr->cpu->id, tls);
	return 0;
}

static vaddr_t svc_address(struct task_struct *curr)
{
	const struct pt_regs *regs = task_regs(curr);

	return regs->r[15] - (regs->cpsr & PSR_T ? 2 : 4);
}

/* Between modes that no ARMv7 has. */
static bool is_26_bit_call(uint32_t number)
{
	return number == ARM_NR_usr26 || number == ARM_NR_usr32;
}

static int32_t arm_syscall(struct task_struct *curr, uint32_t number,
			   const uint32_t arg[7])
{
	switch (number) {
	case ARM_NR_BASE: /* as after a branch through 0 */
		arm_notify_die(curr, SIGSEGV, SEGV_MAPERR, 0, 0, 0);
		return 0;
	case ARM_NR_breakpoint:
		task_regs_mut(curr)->r[15] = svc_address(curr);
		ptrace_break(curr, task_regs(curr)->r[15]);
		return (int32_t)arg[0];
	case ARM_NR_cacheflush:
		return do_cacheflush(curr, arg[0], arg[1], arg[2]);
	case ARM_NR_set_tls:
		return set_tls(curr, arg[0]);
	case ARM_NR_get_tls:
		return (int32_t)curr->tls;
	default:
		break;
	}
	if (number <= ARM_NR_LAST && !is_26_bit_call(number))
		return -ENOSYS;
	arm_notify_die(curr, SIGILL, ILL_ILLTRP, svc_address(curr), number, 0);
	/* Linux keeps r0 of what isn't even near a call of its own */
	return number >> 16 == ARM_NR_BASE >> 16 ? 0 : (int32_t)arg[0];
}

/* The result alone, where the core holds all else already. */
static void set_result(struct task_struct *curr, int32_t result)
{
	const struct hw *hw = &curr->k->hw;

	if (curr->regs_dirty || !curr->regs_loaded ||
	    curr->cpu->regs_owner != curr) {
		task_regs_mut(curr)->r[0] = (uint32_t)result;
		return;
	}
	curr->regs.r[0] = (uint32_t)result;
	hw->ops->set_r0(hw->ctx, curr->cpu->id, (uint32_t)result);
}

static void trace_sys_enter(const struct task_struct *curr, uint32_t number,
			    const uint32_t arg[7])
{
	if (trace_enabled(curr->k, TRACE_sys_enter))
		trace_event(curr->k, TRACE_sys_enter,
			    "NR %d (%x, %x, %x, %x, %x, %x)", (int)number,
			    arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

static void trace_sys_exit(const struct task_struct *curr, uint64_t since,
			   uint32_t number, int32_t result)
{
	if (trace_enabled(curr->k, TRACE_sys_exit))
		trace_event_since(curr->k, TRACE_sys_exit, since, "NR %d = %d",
				  (int)number, result);
}

static void vector_swi(struct task_struct *curr)
{
	const struct pt_regs *regs = task_regs(curr);
	const struct syscall_desc *desc;
	const uint64_t since = local_clock(curr->k);
	uint32_t arg[7], number = regs->r[7];
	int32_t result;

	curr->k->faults.svc++;
	charge_price(curr, PRICE_CALL);
	touch_path(curr, TOUCH_CALL, curr->k->arch.etext + (number & 511) * 4,
		   0);
	memcpy(arg, regs->r, sizeof(arg));
	curr->syscall_nr = (int)(number & 0x7fffffff);
	curr->orig_r0 = arg[0];
	trace_sys_enter(curr, number, arg);
	desc = syscall_lookup(number);
	if (likely(desc))
		result = desc->fn(curr, arg);
	else if (number >= ARM_NR_BASE)
		result = arm_syscall(curr, number, arg);
	else
		result = absent_syscall(curr, number);
	run_hash_step(&curr->k->run_hash, RUN_HASH_SYSCALL,
		      sched_clock_cycles(curr->k), curr->pid, number,
		      (uint32_t)result);
	trace_sys_exit(curr, since, number, result);
	set_result(curr, result);
}

/* ---- undefined instructions ---------------------------------------------------------- */

static bool is_breakpoint(struct task_struct *curr, const struct pt_regs *regs)
{
	uint32_t insn = 0;

	/* a Thumb instruction may be the last halfword of its page */
	if (copy_from_user(curr, &insn, regs->r[15], 2))
		return false;
	if ((regs->cpsr & PSR_T) && insn == THUMB_BREAK)
		return true;
	if (copy_from_user(curr, &insn, regs->r[15], 4))
		return false;
	if (regs->cpsr & PSR_T)
		return insn == THUMB2_BREAK;
	return (insn & ARM_BREAK_MASK) == ARM_BREAK;
}

static void do_undefinstr(struct task_struct *curr)
{
	const struct pt_regs *regs = task_regs(curr);

	curr->k->faults.undefined++;
	if (is_breakpoint(curr, regs))
		ptrace_break(curr, regs->r[15]);
	else
		arm_notify_die(curr, SIGILL, ILL_ILLOPC, regs->r[15], 0,
			       TRAP_NO_UNDEFINED);
}

/* ---- in and out --------------------------------------------------------------------------- */

void vector_trap(struct task_struct *curr, const struct trap *trap)
{
	charge_price(curr, PRICE_ENTRY);
	touch_path(curr, TOUCH_ENTRY, 0, 0);
	switch (trap->kind) {
	case TRAP_DATA_ABORT:
		do_DataAbort(curr);
		break;
	case TRAP_PREFETCH_ABORT:
		do_PrefetchAbort(curr);
		break;
	case TRAP_SVC:
		vector_swi(curr);
		break;
	case TRAP_UNDEFINED:
		do_undefinstr(curr);
		break;
	case TRAP_BREAKPOINT: /* a debug event among the prefetch aborts */
		curr->k->faults.breakpoint++;
		do_PrefetchAbort(curr);
		break;
	default:
		BUG();
	}
	exit_to_user_mode(curr);
}

void exit_to_user_mode(struct task_struct *curr)
{
	if (unlikely(curr->k->inject.nr_memory))
		inject_memory_errors(curr);
	for (;;) {
		if (unlikely(curr->k->memory_failure.nr_queued))
			memory_failure_queue_kick(curr);
		if (curr->cpu->need_resched)
			schedule(curr);
		else if (curr->sigpending_flag || curr->restore_sigmask)
			do_signal(curr);
		else if (unlikely(curr->rseq.notify))
			rseq_handle_notify_resume(curr);
		else
			break;
	}
	curr->syscall_nr = -1;
}
