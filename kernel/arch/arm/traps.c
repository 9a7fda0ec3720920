/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/traps.h"

/*
 * Oopses (Linux: arch/arm/kernel/traps.c's die(), arch/arm/mm/fault.c's
 * die_kernel_fault(), kernel/exit.c's make_task_dead()). Only ARM code in SVC
 * mode can oops; where our own C code is wrong, that is a BUG of ours.
 */

#include <signal.h>

#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/show_regs.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/highmem.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

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

_Noreturn void die(struct task_struct *curr, const char *what,
		   const struct pt_regs *regs, uint32_t error)
{
	struct kernel *k = curr->k;

	printk(k, "Internal error: %s: %x [#%u]%s ARM", what, error,
	       ++k->arch.die_counter, k->arch.smp ? " SMP" : "");
	show_regs(curr, regs);
	printk(k, "---[ end trace %016llx ]---", 0ull);
	if (curr->in_interrupt)
		panic(k, "Fatal exception in interrupt");
	if (k->sysctl.panic_on_oops)
		panic(k, "Fatal exception");
	make_task_dead(curr, SIGSEGV);
}

/* ---- aborts ------------------------------------------------------------------------ */

_Noreturn void die_kernel_fault(struct task_struct *curr,
				const struct pt_regs *regs, bool fetch)
{
	struct kernel *k = curr->k;
	struct abort_status status = abort_status(curr->cpu, fetch);

	printk(k, "8<--- cut here ---");
	printk(k, "Unable to handle kernel %s at virtual address %08x when %s",
	       status.far < NULL_POINTERS ? "NULL pointer dereference"
					  : "paging request",
	       status.far,
	       fetch          ? "execute"
	       : status.write ? "write"
			      : "read");
	show_pte(curr, status.far);
	die(curr, "Oops", regs, status.fsr);
}
