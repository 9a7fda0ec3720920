/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/kcall.h"

/*
 * ARM code in SVC mode, run for a task by the machine loop between two of its
 * fiber's steps (Linux: nothing like it; what is said of traps in SVC mode is
 * arch/arm/kernel/entry-armv.S's __dabt_svc, __pabt_svc, __und_svc, __irq_svc).
 *
 * A gate (kernel/image/gate.h) brings the core back: that of an exported
 * function, whose C code runs then, or kcall_return's, when the outermost
 * function is done. Gates count as such only at their own addresses; an equal
 * instruction anywhere else is undefined, as any other.
 *
 * Invariant: while a task has a kcall, its user registers are in its
 * task_struct, and those of the ARM code in the kcall whenever C code runs.
 *
 * Interrupts are taken between two blocks of ARM code, on top of it, and wait
 * while CPSR.I is set; one comes at each jiffy at least, so that a loop that
 * looks at jiffies ends. The kernel isn't preempted, so a function that never
 * ends keeps its core until the watchdog's time is up; then it is an oops.
 *
 * Who oopses is ended at once, and whatever he holds is lost, as in Linux. But
 * what the kernel calls from its own midst (a shrinker, a parameter's set()) is
 * called by kcall_catch(): an oops there unwinds to it.
 *
 * MODEL: a callback's oops leaves no lock of the kernel's taken, and kswapd
 * survives it. Linux's watchdog only reports a soft lockup
 * (softlockup_panic=0); here the task is ended, too. User memory is in reach of
 * SVC mode, as without CONFIG_CPU_SW_DOMAIN_PAN. VFP is always off in SVC mode;
 * Linux finds out only where the task hasn't used it lately. What would change
 * how addresses are translated, or leave SVC mode, is an undefined instruction
 * (emu/cpu_system.c).
 */

#include <setjmp.h>
#include <string.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/traps.h"
#include "kernel/image/gate.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/kobj.h"
#include "kernel/module/export.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"
#include "kernel/task/stack.h"
#include "kernel/task/tick.h"

#define PSR_MODE_SVC 0x13u
#define STACK_ALIGN  8u
#define REG_ARGS     4

/*
 * A call within a call takes of the fiber's stack, too, wherever the ARM code
 * has its own. None that means well comes near.
 */
#define MOST_NESTED 8

enum {
	SP = 13,
	LR = 14,
	PC = 15
};

/* ---- the stack ----------------------------------------------------------------- */

vaddr_t task_stack_end(const struct task_struct *task)
{
	return task_stack(task) + THREAD_SIZE;
}

vaddr_t user_regs_on_stack(const struct task_struct *task)
{
	return (task_stack_end(task) - STACK_ALIGN - USER_REGS_BYTES) &
	       ~(STACK_ALIGN - 1);
}

/* The core's are the ARM code's from now on. */
static void leave_user_regs(struct task_struct *curr)
{
	const struct pt_regs *regs = task_regs_mut(curr);
	uint32_t words[USER_REGS_BYTES / 4];

	clear_thread_stack(curr);
	if (!curr->mm)
		return;
	memcpy(words, regs->r, sizeof(regs->r));
	words[16] = regs->cpsr;
	words[17] = curr->orig_r0;
	copy_to_kernel_nofault(curr, user_regs_on_stack(curr), words,
			       sizeof(words));
}

/*
 * Below what is in use: the user's registers, or the ARM code that called,
 * which an interrupt may have found anywhere.
 */
static vaddr_t free_stack(const struct task_struct *curr)
{
	if (!curr->kcall)
		return user_regs_on_stack(curr);
	return (curr->kcall->regs.r[SP] - USER_REGS_BYTES) & ~(STACK_ALIGN - 1);
}

/* The stack is where ARM code says; where that is nowhere, it has overrun it. */
static void push_args(struct task_struct *curr, struct pt_regs *regs,
		      unsigned int nr_args, const uint32_t args[])
{
	uint32_t nr_bytes;

	for (unsigned int i = 0; i < nr_args && i < REG_ARGS; i++)
		regs->r[i] = args[i];
	if (nr_args <= REG_ARGS)
		return;
	nr_bytes = 4 * (nr_args - REG_ARGS);
	regs->r[SP] = (regs->r[SP] - nr_bytes) & ~(STACK_ALIGN - 1);
	if (copy_to_kernel_nofault(curr, regs->r[SP], args + REG_ARGS,
				   nr_bytes))
		die(curr, "kernel stack overflow", regs, 0);
}

static void first_regs(struct task_struct *curr, struct kcall *call,
		       unsigned int nr_args, const uint32_t args[])
{
	struct pt_regs *regs = &call->regs;

	regs->r[SP] = free_stack(curr);
	regs->r[LR] = curr->k->arch.kcall_return;
	regs->r[PC] = call->fn & ~1u;
	regs->cpsr = PSR_MODE_SVC | (call->fn & 1 ? PSR_T : 0);
	if (curr->in_interrupt > curr->in_softirq)
		regs->cpsr |= PSR_I;
	push_args(curr, regs, nr_args, args);
}

/* ---- traps of SVC mode ----------------------------------------------------------- */

/* The gate at @pc, or -1. */
static int gate_at(struct task_struct *curr, const struct pt_regs *regs)
{
	const struct arch_state *arch = &curr->k->arch;
	vaddr_t pc = regs->r[PC];
	uint32_t insn;

	if ((regs->cpsr & PSR_T) || pc & 3 || pc < arch->start_gates ||
	    pc >= arch->end_gates)
		return -1;
	insn = *(const uint32_t *)kbytes(curr->k, pc);
	if ((insn & GATE_UDF_MASK) != GATE_UDF)
		return -1;
	return (int)(insn >> 4 & 0xfff0) | (int)(insn & 15);
}

/* VFP and NEON instructions, after vfp_support_entry()'s hooks. */
static bool is_fp(uint32_t insn, bool thumb)
{
	const bool arm_neon = (insn & 0xfe000000u) == 0xf2000000u ||
			      (insn & 0xff100000u) == 0xf4000000u;
	const bool thumb_neon = (insn & 0xef000000u) == 0xef000000u ||
				(insn & 0xff100000u) == 0xf9000000u;
	const bool coprocessor = (insn & 0x0c000000u) == 0x0c000000u &&
				 (insn & 0x03000000u) != 0x03000000u &&
				 (insn >> 9 & 7) == 5;

	return thumb ? thumb_neon || (insn >> 29 == 7 && coprocessor)
		     : arm_neon || coprocessor;
}

/* Says what is wrong, if that is to use VFP. */
static void vfp_kmode_exception(struct task_struct *curr,
				const struct pt_regs *regs)
{
	const bool thumb = regs->cpsr & PSR_T;
	uint32_t insn = 0;

	if (copy_from_kernel_nofault(curr, &insn, regs->r[PC], sizeof(insn)) ||
	    !is_fp(thumb ? insn << 16 | insn >> 16 : insn, thumb))
		return;
	printk(curr->k, "BUG: FP instruction issued in kernel mode with FP "
			"unit disabled");
	printk(curr->k, "FPEXC == 0x%08x", 0);
}

/* True: the call is over. */
static bool undefined(struct task_struct *curr, struct kcall *call)
{
	int gate = gate_at(curr, &call->regs);

	if (gate == GATE_KCALL_RETURN)
		return true;
	if (gate < 0 || !export_call(curr, (unsigned int)gate, &call->regs)) {
		vfp_kmode_exception(curr, &call->regs);
		die(curr, "Oops - undefined instruction", &call->regs, 0);
	}
	call->regs.r[PC] += 4;
	return false;
}

static void abort_in_svc(struct task_struct *curr, struct kcall *call,
			 const struct trap *trap)
{
	bool fetch = trap->kind == TRAP_PREFETCH_ABORT;

	if (!svc_abort(curr, fetch))
		die_kernel_fault(curr, &call->regs, fetch);
}

/* ---- interrupts and the watchdog ------------------------------------------------ */

/* When @call will have kept its core for too long; UINT64_MAX: never. */
static uint64_t watchdog_expires(const struct task_struct *curr,
				 const struct kcall *call)
{
	const struct kernel *k = curr->k;
	uint64_t began = call->began;

	if (!k->sysctl.watchdog_thresh)
		return UINT64_MAX;
	if (began < curr->cpu->scheduled_at)
		began = curr->cpu->scheduled_at;
	return began +
	       2ull * (uint32_t)k->sysctl.watchdog_thresh * k->hw.clock_hz;
}

uint64_t kcall_alarm(const struct task_struct *curr, uint64_t alarm)
{
	const struct kcall *call = curr->kcall;
	const uint64_t watchdog = watchdog_expires(curr, call);
	const uint64_t jiffy = next_tick(curr->k);
	const uint64_t first = jiffy < watchdog ? jiffy : watchdog;

	return first < alarm ? first : alarm;
}

static void look_at_watchdog(struct task_struct *curr, struct kcall *call)
{
	struct kernel *k = curr->k;
	uint64_t now = local_clock(k);

	if (now < watchdog_expires(curr, call))
		return;
	if (call->regs.cpsr & PSR_I)
		printk(k, "Watchdog detected hard LOCKUP on cpu %d",
		       curr->cpu->id);
	else
		printk(k,
		       "watchdog: BUG: soft lockup - CPU#%d stuck for %ds! "
		       "[%s:%d]",
		       curr->cpu->id, 2 * k->sysctl.watchdog_thresh, curr->comm,
		       curr->pid);
	die(curr, "softlockup: hung tasks", &call->regs, 0);
}

/* Is no room left below @sp for the registers of a trap? */
static bool has_overrun(const struct task_struct *curr, vaddr_t sp)
{
	const vaddr_t stack = task_stack(curr);

	return sp - (stack - THREAD_SIZE) < THREAD_SIZE + USER_REGS_BYTES;
}

/*
 * Linux looks at each trap's entry, too, by one bit of sp. MODEL: it goes on
 * from there on an overflow stack, whose addresses it prints; here C code has
 * the fiber. A kernel with CONFIG_SCHED_STACK_END_CHECK would panic later.
 */
static void check_stack(struct task_struct *curr, const struct kcall *call)
{
	if (likely(!has_overrun(curr, call->regs.r[SP])))
		return;
	printk(curr->k, "Insufficient stack space to handle exception!");
	printk(curr->k, "Task stack:     [0x%08x..0x%08x]", task_stack(curr),
	       task_stack_end(curr));
	die(curr, "kernel stack overflow", &call->regs, 0);
}

/* True: the call is over. */
static bool svc_trap(struct task_struct *curr, struct kcall *call)
{
	const struct trap trap = curr->cpu->trap;

	check_stack(curr, call);
	switch (trap.kind) {
	case TRAP_UNDEFINED:
		return undefined(curr, call);
	case TRAP_DATA_ABORT:
	case TRAP_PREFETCH_ABORT:
		abort_in_svc(curr, call, &trap);
		break;
	case TRAP_IRQ:
		handle_arch_irq(curr);
		/* what it has stored to may be what it interrupted was at */
		curr->k->hw.ops->clear_exclusive(curr->k->hw.ctx,
						 curr->cpu->id);
		look_at_watchdog(curr, call);
		break;
	case TRAP_TIMER: /* it keeps interrupts out */
		look_at_watchdog(curr, call);
		break;
	case TRAP_SVC:
		die(curr, "Oops - bad syscall", &call->regs, 0);
	default:
		die(curr, "Oops - breakpoint", &call->regs, 0);
	}
	return false;
}

/* ---- the call ---------------------------------------------------------------------- */

static void run(struct task_struct *curr, struct kcall *call)
{
	const struct hw *hw = &curr->k->hw;

	leave_kernel(curr, KERNEL_RUN);
	hw->ops->get_regs(hw->ctx, curr->cpu->id, &call->regs);
}

/* The callee's kmap_atomic()s and kmap_local_page()s must be undone by now. */
static void end_imbalance(struct task_struct *curr, const struct kcall *call)
{
	if (likely(curr->pagefault_disabled == call->pagefault_disabled &&
		   curr->kmap_ctrl.idx == call->kmap_idx))
		return;
	printk(curr->k, "function 0x%08x returned with preemption imbalance",
	       call->fn);
	curr->pagefault_disabled = call->pagefault_disabled;
	kunmap_local_down_to(curr, call->kmap_idx);
}

uint32_t kcall_caller(struct task_struct *curr, vaddr_t fn,
		      unsigned int nr_args, const uint32_t args[],
		      const char *caller)
{
	struct kcall call = {
		.outer = curr->kcall,
		.depth = curr->kcall ? curr->kcall->depth + 1 : 0,
		.fn = fn,
		.caller = caller,
		.began = local_clock(curr->k),
		.pagefault_disabled = curr->pagefault_disabled,
		.kmap_idx = curr->kmap_ctrl.idx,
	};

	if (call.depth > MOST_NESTED)
		die(curr, "kernel stack overflow", &curr->kcall->regs, 0);
	if (!curr->kcall) {
		leave_user_regs(curr);
		tick_do_update_jiffies64(curr->k);
	}
	first_regs(curr, &call, nr_args, args);
	curr->kcall = &call;
	do
		run(curr, &call);
	while (!svc_trap(curr, &call));
	end_imbalance(curr, &call);
	curr->kcall = call.outer;
	curr->kcall_r1 = call.regs.r[1];
	return call.regs.r[0];
}

/* ---- calls that come back ------------------------------------------------------------ */

/* Where an oops of the callee ends, and what was the caller's own by then. */
struct oops_catch {
	struct oops_catch *outer;
	struct kcall *kcall;
	struct kernel_fault *fault;
	int pagefault_disabled, kmap_idx;
	jmp_buf env;
};

bool kcall_catch_caller(struct task_struct *curr, vaddr_t fn,
			unsigned int nr_args, const uint32_t args[],
			uint32_t *result, const char *caller)
{
	struct oops_catch catch = {
		.outer = curr->oops_catch,
		.kcall = curr->kcall,
		.fault = curr->fault,
		.pagefault_disabled = curr->pagefault_disabled,
		.kmap_idx = curr->kmap_ctrl.idx,
	};

	if (setjmp(catch.env))
		return false;
	curr->oops_catch = &catch;
	*result = kcall_caller(curr, fn, nr_args, args, caller);
	curr->oops_catch = catch.outer;
	return true;
}

void oops_unwind(struct task_struct *curr)
{
	struct oops_catch *catch = curr->oops_catch;

	if (!catch)
		return;
	curr->oops_catch = catch->outer;
	curr->kcall = catch->kcall;
	curr->fault = catch->fault;
	curr->pagefault_disabled = catch->pagefault_disabled;
	kunmap_local_down_to(curr, catch->kmap_idx);
	if (!(curr->flags & PF_KTHREAD))
		force_fatal_sig(curr, SIGSEGV);
	longjmp(catch->env, 1);
}
