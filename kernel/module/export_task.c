/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Sleeping and waking, for the ARM code that does both (Linux: kernel/sched/
 * core.c). How a task wants to sleep is a word of its own (linux/current.h),
 * which ARM code writes without a call, and an interrupt's handler may wake the
 * task before it calls schedule(): so that word counts for the running task,
 * and task->state for all others.
 */

#include <errno.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/thread_info.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/module/abi.h"
#include "kernel/module/kthread.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

/* What of a state word is obeyed. */
#define SLEEP_STATES (TASK_NORMAL | TASK_WAKEKILL)

/* ---- sleeping ----------------------------------------------------------------------- */

static void schedule_bug(const struct export *call, uint32_t count)
{
	struct task_struct *curr = call->curr;

	printk(curr->k, "BUG: scheduling while atomic: %s/%d/0x%08x",
	       curr->comm, curr->pid, count);
	dump_stack(curr);
	add_taint(curr->k, TAINT_WARN);
}

/*
 * MODEL: in an interrupt it returns at once, awake, where Linux puts the
 * interrupted task to sleep, with the interrupt unfinished. Who waits in a loop
 * does so until the watchdog ends it.
 */
uint64_t export_schedule(const struct export *call)
{
	struct task_struct *curr = call->curr;
	const uint32_t count = task_preempt_count(curr);

	if (unlikely(curr->in_interrupt)) {
		if (may_complain_of_sleep(curr->k))
			schedule_bug(call, count);
		set_task_state_word(curr, TASK_RUNNING);
		return 0;
	}
	if (unlikely(curr->pagefault_disabled))
		export_bug(call, "it would sleep with kmap_atomic()");
	if (unlikely(count)) {
		schedule_bug(call, count);
		set_task_preempt_count(curr, 0);
	}
	curr->state = task_state_word(curr) & SLEEP_STATES;
	curr->sleeps_in_arm = true;
	schedule(curr);
	curr->sleeps_in_arm = false;
	set_task_state_word(curr, TASK_RUNNING);
	call->regs->cpsr &= ~PSR_I; /* whoever ran last has enabled them */
	return 0;
}

uint64_t export___cond_resched(const struct export *call)
{
	might_sleep_at(call, "kernel/sched/core.c", 0, false);
	if (task_preempt_count(call->curr) || call->curr->in_interrupt ||
	    call->regs->cpsr & PSR_I)
		return 0;
	return cond_resched(call->curr);
}

uint64_t export___might_sleep(const struct export *call)
{
	char file[64];

	export_string(call, export_arg(call, 0), file, sizeof(file));
	might_sleep_at(call, file, (int)export_arg(call, 1), false);
	return 0;
}

/* ---- waking --------------------------------------------------------------------------- */

bool wake_up_arm_code(struct task_struct *curr, struct task_struct *task,
		      uint32_t states)
{
	if (task != curr)
		return task->sleeps_in_arm && wake_up_state(curr, task, states);
	if (!(task_state_word(curr) & states))
		return false;
	set_task_state_word(curr, TASK_RUNNING);
	return true;
}

/* A task that has ended meanwhile is woken no more. */
static bool wake(const struct export *call, uint32_t states)
{
	struct task_struct *task = kaddr_task(call->curr->k,
					      export_arg(call, 0));

	return task &&
	       wake_up_arm_code(call->curr, task, states & SLEEP_STATES);
}

uint64_t export_wake_up_process(const struct export *call)
{
	return wake(call, TASK_NORMAL);
}

uint64_t export_wake_up_state(const struct export *call)
{
	return wake(call, export_arg(call, 1));
}

/* ---- signals --------------------------------------------------------------------------- */

uint64_t export_send_sig(const struct export *call)
{
	const struct ksiginfo info = {.code = SI_KERNEL};
	struct task_struct *task = kaddr_task(call->curr->k,
					      export_arg(call, 1));
	const int sig = (int)export_arg(call, 0);

	if (!task || sig < 0 || sig > 64)
		return (uint32_t)-EINVAL;
	return (uint32_t)send_sig_info(call->curr, sig, &info, task, true);
}
