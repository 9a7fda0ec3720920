/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/oom_kill.h"

/*
 * The OOM killer (Linux: mm/oom_kill.c). One victim at a time: while a task
 * that was chosen, or any that is dying, still holds memory, nobody else is
 * killed for the same shortage.
 *
 * MODEL: no oom_reaper thread; the victim frees its memory when it next runs,
 * which is soon, since it is woken and nothing in the kernel waits for more
 * memory than its own allocation.
 */

#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/mmflags.h"
#include "kernel/mm/show_mem.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"
#include "kernel/task/signal.h"

#define OOM_SCORE_ADJ_MIN (-1000)

static bool oom_unkillable_task(const struct task_struct *task)
{
	return (task->flags & PF_KTHREAD) || task == task->k->sched.init ||
	       task->signal->oom_score_adj == OOM_SCORE_ADJ_MIN;
}

/* The mm of a group, which its leader may have left already. */
static const struct mm_struct *process_mm(const struct task_struct *leader)
{
	const struct task_struct *thread;

	list_for_each_entry(thread, &leader->signal->thread_head, thread_node)
		if (thread->mm)
			return thread->mm;
	return NULL;
}

static int64_t mm_points(const struct mm_struct *mm)
{
	return (int64_t)get_mm_rss(mm) + get_mm_counter(mm, MM_SWAPENTS) +
	       mm->pgtables_bytes / PAGE_SIZE;
}

static int64_t points(const struct task_struct *task, uint32_t totalpages)
{
	const struct mm_struct *mm = process_mm(task);

	if (!mm || oom_unkillable_task(task))
		return INT64_MIN;
	return mm_points(mm) +
	       task->signal->oom_score_adj * (int64_t)(totalpages / 1000);
}

int64_t oom_badness(const struct task_struct *task, uint32_t totalpages)
{
	int64_t value = points(task, totalpages);

	if (value == INT64_MIN || !totalpages)
		return 0;
	value = 1000 + value * 1000 / totalpages;
	value = value * 2 / 3;
	return value < 0 ? 0 : value;
}

static bool is_dying(const struct task_struct *task)
{
	return (task->flags & PF_EXITING) || task->signal->group_exit ||
	       (task->pending.signal & sig_bit(SIGKILL));
}

/* True when someone who holds memory is on the way out already. */
static bool victim_underway(const struct kernel *k)
{
	const struct task_struct *task;

	for_each_process(task, k)
		if (process_mm(task) && is_dying(task))
			return true;
	return false;
}

static void select_bad_process(struct oom_control *oc)
{
	struct task_struct *task;

	oc->chosen_points = INT64_MIN;
	for_each_process(task, oc->curr->k) {
		int64_t value = points(task, oc->totalpages);

		if (value == INT64_MIN || value < oc->chosen_points)
			continue;
		oc->chosen = task;
		oc->chosen_points = value;
	}
}

static void dump_tasks(struct kernel *k)
{
	const struct task_struct *task;

	printk(k, "Tasks state (memory values in pages):");
	printk(k, "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes "
		  "swapents oom_score_adj name");
	for_each_process(task, k) {
		const struct mm_struct *mm = process_mm(task);

		if (!mm || oom_unkillable_task(task))
			continue;
		printk(k, "[%7d] %5u %5d %8u %8u %8u %8d %13d %s", task->pid,
		       task->cred.uid, task->tgid, mm->total_vm, get_mm_rss(mm),
		       mm->pgtables_bytes, mm->rss_stat[MM_SWAPENTS],
		       task->signal->oom_score_adj, task->comm);
	}
}

static void trace_mark_victim(const struct task_struct *victim,
			      const struct mm_struct *mm)
{
	const uint32_t kb = PAGE_SIZE / 1024;

	if (!trace_enabled(victim->k, TRACE_mark_victim))
		return;
	trace_event(victim->k, TRACE_mark_victim,
		    "pid=%d comm=%s total-vm=%ukB anon-rss=%ukB "
		    "file-rss:%ukB shmem-rss:%ukB uid=%u pgtables=%ukB "
		    "oom_score_adj=%d",
		    victim->pid, victim->comm, mm->total_vm * kb,
		    get_mm_counter(mm, MM_ANONPAGES) * kb,
		    get_mm_counter(mm, MM_FILEPAGES) * kb,
		    get_mm_counter(mm, MM_SHMEMPAGES) * kb, victim->cred.uid,
		    mm->pgtables_bytes / 1024, victim->signal->oom_score_adj);
}

/*
 * MODEL: no compaction, which a Linux built without it complains of; no cpusets
 * and no memory cgroups, which others name here, too.
 */
static void dump_header(const struct oom_control *oc)
{
	const struct signal_struct *signal = oc->curr->signal;
	struct kernel *k = oc->curr->k;

	/* early at boot the first task has no signals yet */
	printk(k,
	       "%s invoked oom-killer: gfp_mask=%#x(%s), order=%d, "
	       "oom_score_adj=%d",
	       oc->curr->comm, oc->gfp_mask, gfp_flag_names(oc->gfp_mask).text,
	       oc->order, signal ? signal->oom_score_adj : 0);
	dump_stack(oc->curr);
	show_mem(k);
	if (k->sysctl.oom_dump_tasks)
		dump_tasks(k);
}

static void oom_kill_process(struct oom_control *oc)
{
	struct kernel *k = oc->curr->k;
	struct task_struct *victim = oc->chosen;
	const struct mm_struct *mm = process_mm(victim);
	const uint32_t kb = PAGE_SIZE / 1024;

	dump_header(oc);
	printk(k,
	       "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),"
	       "task=%s,pid=%d,uid=%d",
	       victim->comm, victim->pid, victim->cred.uid);
	printk(k,
	       "Out of memory: Killed process %d (%s) total-vm:%ukB, "
	       "anon-rss:%ukB, file-rss:%ukB, shmem-rss:%ukB, UID:%u "
	       "pgtables:%ukB oom_score_adj:%d",
	       victim->pid, victim->comm, mm->total_vm * kb,
	       get_mm_counter(mm, MM_ANONPAGES) * kb,
	       get_mm_counter(mm, MM_FILEPAGES) * kb,
	       get_mm_counter(mm, MM_SHMEMPAGES) * kb, victim->cred.uid,
	       mm->pgtables_bytes / 1024, victim->signal->oom_score_adj);
	count_vm_event(k, OOM_KILL);
	trace_mark_victim(victim, mm);
	victim->signal->oom_victim = true;
	send_sig_info(oc->curr, SIGKILL, NULL, victim, false);
}

bool out_of_memory(struct oom_control *oc)
{
	struct kernel *k = oc->curr->k;

	/* a dying task may use the reserves: the caller sees to that */
	if (oc->curr->mm && is_dying(oc->curr)) {
		oc->curr->signal->oom_victim = true;
		return true;
	}
	if (victim_underway(k))
		return true;
	oc->totalpages = (uint32_t)k->mem.totalram_pages;
	select_bad_process(oc);
	/* whoever asks would ask for ever: a fault is taken again and again */
	if (!oc->chosen) {
		dump_header(oc);
		printk(k, "Out of memory and no killable processes...");
		panic(k, "System is deadlocked on memory");
	}
	oom_kill_process(oc);
	return true;
}
