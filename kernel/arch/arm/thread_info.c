/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/thread_info.h"

/*
 * The face that a task shows to modules (Linux: arch/arm/include/asm/
 * thread_info.h, current.h): struct arm_task_struct, in memory of the task's
 * own that the allocator has charged anyway.
 *
 * Invariant: nothing of ours depends on these words. What ARM code may know is
 * copied there before it runs; what it writes is asked for where it concerns
 * that code alone: how it wants to sleep, and whether it believes it may.
 */

#include <string.h>

#include "kernel/mm/kobj.h"
#include "kernel/module/abi.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

vaddr_t task_kaddr(const struct task_struct *task)
{
	const struct kernel *k = task->k;
	const size_t idle = (size_t)(task - k->sched.init_task);

	if (idle < NR_CPUS)
		return idle ? k->arch.smp_state.idle_task[idle]
			    : k->arch.init_task;
	return (uint64_t)((const uint8_t *)task - k->hw.store) <
			       k->hw.ram_span_bytes * OBJECT_STORE_SCALE
		       ? kobj_addr(k, task)
		       : 0;
}

static struct arm_task_struct *words_of(const struct task_struct *task)
{
	const vaddr_t kaddr = task_kaddr(task);

	return kaddr ? kbytes(task->k, kaddr) : NULL;
}

/* The number is the ARM code's to spoil: it is only where to look. */
struct task_struct *kaddr_task(const struct kernel *k, vaddr_t kaddr)
{
	const struct arm_task_struct *words;
	struct task_struct *task;

	if (kaddr & 3 || !virt_addr_valid(k, kaddr) ||
	    !virt_addr_valid(k, kaddr + (vaddr_t)sizeof(*words)))
		return NULL;
	words = kbytes(k, kaddr);
	task = find_task_by_pid(k, words->pid);
	return task && task_kaddr(task) == kaddr ? task : NULL;
}

static uint32_t thread_flags(const struct task_struct *task)
{
	return (task->sigpending_flag ? ARM_TIF_SIGPENDING : 0) |
	       (task->cpu->need_resched ? ARM_TIF_NEED_RESCHED : 0);
}

void init_task_words(const struct task_struct *task)
{
	struct arm_task_struct *words = words_of(task);

	if (!words)
		return;
	memset(words, 0, sizeof(*words));
	refresh_task_words(task);
}

void refresh_task_words(const struct task_struct *curr)
{
	struct arm_task_struct *words = words_of(curr);

	if (!words)
		return;
	words->flags = thread_flags(curr);
	words->cpu = (uint32_t)curr->cpu->id;
	words->task_flags = curr->flags & ~PF_PROGRAM;
	words->pid = curr->pid;
	words->tgid = curr->tgid;
	memcpy(words->comm, curr->comm, sizeof(words->comm));
}

uint32_t task_preempt_count(const struct task_struct *task)
{
	const struct arm_task_struct *words = words_of(task);

	return words ? words->preempt_count : 0;
}

void set_task_preempt_count(const struct task_struct *task, uint32_t count)
{
	struct arm_task_struct *words = words_of(task);

	if (words)
		words->preempt_count = count;
}

uint32_t task_state_word(const struct task_struct *task)
{
	const struct arm_task_struct *words = words_of(task);

	return words ? words->state : TASK_RUNNING;
}

void set_task_state_word(const struct task_struct *task, uint32_t state)
{
	struct arm_task_struct *words = words_of(task);

	if (words)
		words->state = state;
}
