/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/traps.h"

/*
 * Oopses (Linux: arch/arm/kernel/traps.c's die(), arch/arm/mm/fault.c's
 * die_kernel_fault(), kernel/exit.c's make_task_dead()). Only ARM code in SVC
 * mode can oops; where our own C code is wrong, that is a BUG of ours.
 */

#include <signal.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/show_regs.h"
#include "kernel/arch/arm/stacktrace.h"
#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/highmem.h"
#include "kernel/module/module.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "mmu/mmu.h"

/* Below this, an address is taken for a NULL pointer's. */
#define NULL_POINTERS PAGE_SIZE

/* ---- the end of a task ------------------------------------------------------------ */

/* Nothing that it holds is given back, but what would trip the way out. */
static _Noreturn void make_task_dead(struct task_struct *curr, int signal)
{
	if (curr->in_interrupt)
		panic(curr->k, "Aiee, killing interrupt handler!");
	if (curr == curr->cpu->idle)
		panic(curr->k, "Attempted to kill the idle task!");
	if (curr == curr->k->sched.init)
		panic(curr->k, "Attempted to kill init! exitcode=0x%08x",
		      signal);
	oops_unwind(curr);
	curr->pagefault_disabled = 0;
	kunmap_local_down_to(curr, 0);
	curr->kcall = NULL;
	do_exit(curr, signal);
}

/* ---- the report --------------------------------------------------------------------- */

/* Up to the end of the stack that @sp is on, or might be. */
static void dump_kernel_stack(struct task_struct *curr, vaddr_t sp)
{
	dump_mem(curr, "Stack: ", sp,
		 ((sp - THREAD_SIZE + THREAD_ALIGN - 1) & ~(THREAD_ALIGN - 1)) +
			 THREAD_SIZE);
}

static void report(struct task_struct *curr, const char *what,
		   const struct pt_regs *regs, uint32_t error)
{
	struct kernel *k = curr->k;

	printk(k, "Internal error: %s: %x [#%u]%s ARM", what, error,
	       ++k->arch.die_counter, k->arch.smp ? " SMP" : "");
	print_modules(k);
	show_regs(curr, regs);
	show_reg_info(curr, regs);
	printk(k, "Process %s (pid: %d, stack limit = 0x%08x)", curr->comm,
	       curr->pid, task_stack_end(curr) - THREAD_SIZE);
	dump_kernel_stack(curr, regs->r[13]);
	dump_backtrace(curr, regs);
	dump_instr(curr, regs);
	printk(k, "---[ end trace %016llx ]---", 0ull);
}

_Noreturn void die(struct task_struct *curr, const char *what,
		   const struct pt_regs *regs, uint32_t error)
{
	struct kernel *k = curr->k;

	report(curr, what, regs, error);
	add_taint(k, TAINT_DIE);
	if (curr->in_interrupt)
		panic(k, "Fatal exception in interrupt");
	if (k->sysctl.panic_on_oops)
		panic(k, "Fatal exception");
	if (regs->cpsr & PSR_I)
		printk(k, "note: %s[%d] exited with irqs disabled", curr->comm,
		       curr->pid);
	make_task_dead(curr, SIGSEGV);
}

/* ---- aborts ------------------------------------------------------------------------ */

static _Noreturn void die_fault(struct task_struct *curr,
				const struct pt_regs *regs, vaddr_t kaddr,
				uint32_t error)
{
	struct kernel *k = curr->k;

	printk(k, "8<--- cut here ---");
	printk(k, "Unable to handle kernel %s at virtual address %08x",
	       kaddr < NULL_POINTERS ? "NULL pointer dereference"
				     : "paging request",
	       kaddr);
	show_pte(curr, kaddr);
	die(curr, "Oops", regs, error);
}

_Noreturn void die_kernel_fault(struct task_struct *curr,
				const struct pt_regs *regs, bool fetch)
{
	const struct abort_status status = abort_status(curr->cpu, fetch);
	const char *what = abort_name(status.fsr);

	if (!what)
		die_fault(curr, regs, status.far,
			  status.fsr | (fetch ? FSR_LNX_PF : 0));
	printk(curr->k, "8<--- cut here ---");
	printk(curr->k, "Unhandled %s: %s (0x%03x) at 0x%08x",
	       fetch ? "prefetch abort" : "fault", what, status.fsr,
	       status.far);
	if (!fetch)
		show_pte(curr, status.far);
	die(curr, "", regs, status.fsr);
}

/* A user's address, or registers, may be in reach of the access itself. */
_Noreturn void die_bad_access(struct task_struct *curr,
			      const struct pt_regs *regs, vaddr_t kaddr,
			      bool write)
{
	struct mmu_result result;
	uint32_t error = 0;

	if (!mmu_peek(curr->cpu->mmu, kaddr, write ? MMU_WRITE : MMU_READ,
		      MMU_PL1, &result))
		error = mmu_report_fault(curr->cpu->mmu, &result.fault);
	die_fault(curr, regs, kaddr, error);
}
