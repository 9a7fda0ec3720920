/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/signal.h"

/*
 * What user memory sees of signals apart from the frame itself: siginfo_t in
 * ARM's layout, and the alternate stack (Linux: kernel/signal.c's
 * copy_siginfo_to_user, do_sigaltstack).
 */

#include <string.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/task/sched_core.h"

enum {
	MIN_SIGSTACK = 2048
};

void siginfo_words(const struct ksiginfo *info, uint32_t word[32])
{
	memset(word, 0, 128);
	word[0] = (uint32_t)info->signo;
	word[1] = (uint32_t)info->err;
	word[2] = (uint32_t)info->code;
	memcpy(&word[3], info->words, sizeof(info->words));
}

int copy_siginfo_to_user(struct task_struct *curr, vaddr_t to,
			 const struct ksiginfo *info)
{
	uint32_t word[32];

	siginfo_words(info, word);
	return copy_to_user(curr, to, word, sizeof(word)) ? -EFAULT : 0;
}

/* One that disarms itself is never in use: the handler has none. */
bool on_sig_stack(const struct task_struct *task, vaddr_t sp)
{
	if (task->sas.flags & SS_AUTODISARM_ARM)
		return false;
	return sp > task->sas.sp && sp - task->sas.sp <= task->sas.size;
}

void sas_reset(struct task_struct *task)
{
	task->sas.sp = 0;
	task->sas.flags = SS_DISABLE;
	task->sas.size = 0;
}

static uint32_t altstack_mode(struct task_struct *curr)
{
	if (!curr->sas.size)
		return SS_DISABLE;
	return on_sig_stack(curr, task_regs(curr)->r[13]) ? SS_ONSTACK : 0;
}

static int set_altstack(struct task_struct *curr, const uint32_t new[3])
{
	uint32_t mode = new[1] & ~SS_AUTODISARM_ARM;

	if (altstack_mode(curr) == SS_ONSTACK)
		return -EPERM;
	if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
		return -EINVAL;
	if (mode != SS_DISABLE && new[2] < MIN_SIGSTACK)
		return -ENOMEM;
	curr->sas.sp = mode == SS_DISABLE ? 0 : new[0];
	curr->sas.flags = new[1];
	curr->sas.size = mode == SS_DISABLE ? 0 : new[2];
	return 0;
}

int do_sigaltstack(struct task_struct *curr, vaddr_t new, vaddr_t old)
{
	uint32_t flags = curr->sas.flags & SS_AUTODISARM_ARM;
	uint32_t was[3] = {curr->sas.sp, altstack_mode(curr) | flags,
			   curr->sas.size};
	uint32_t want[3];

	if (new) {
		int err;

		if (copy_from_user(curr, want, new, sizeof(want)))
			return -EFAULT;
		err = set_altstack(curr, want);
		if (err)
			return err;
	}
	return old && copy_to_user(curr, old, was, sizeof(was)) ? -EFAULT : 0;
}
