/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/oom_kill.h"

/*
 * Why somebody was killed, in the log (Linux 6.1: dump_header() in
 * mm/oom_kill.c): who asked for what, where memory is, what each process has,
 * and who was chosen.
 *
 * MODEL: the last line names no cpuset and no control groups.
 */

#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/mmflags.h"
#include "kernel/mm/show_mem.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"

static void dump_task(const struct task_struct *process)
{
	const struct task_struct *task;
	const struct mm_struct *mm;

	if (oom_unkillable_task(process))
		return;
	task = find_lock_task_mm(process);
	if (!task)
		return;
	mm = task->mm;
	printk(task->k, "[%7d] %5d %5d %8u %8u %8u %8u         %5d %s",
	       task->pid, task->cred.uid, task->tgid, mm->total_vm,
	       get_mm_rss(mm), mm->pgtables_bytes,
	       get_mm_counter(mm, MM_SWAPENTS), task->signal->oom_score_adj,
	       task->comm);
}

static void dump_tasks(struct kernel *k)
{
	const struct task_struct *task;

	printk(k, "Tasks state (memory values in pages):");
	printk(k, "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes "
		  "swapents oom_score_adj name");
	for_each_process(task, k)
		dump_task(task);
}

/* Is there more in slabs that can't be reclaimed than on all LRU lists? */
static bool should_dump_unreclaim_slab(const struct kernel *k)
{
	static const enum vm_item lru[] = {
		NR_ACTIVE_ANON,   NR_INACTIVE_ANON, NR_ACTIVE_FILE,
		NR_INACTIVE_FILE, NR_ISOLATED_ANON, NR_ISOLATED_FILE,
		NR_UNEVICTABLE,
	};
	int64_t pages = 0;

	for (size_t i = 0; i < sizeof(lru) / sizeof(lru[0]); i++)
		pages += global_page_state(k, lru[i]);
	return global_page_state(k, NR_SLAB_UNRECLAIMABLE) > pages;
}

static void dump_oom_summary(const struct oom_control *oc,
			     const struct task_struct *victim)
{
	static const char *const constraints[] = {
		[CONSTRAINT_NONE] = "CONSTRAINT_NONE",
		[CONSTRAINT_MEMORY_POLICY] = "CONSTRAINT_MEMORY_POLICY",
	};
	char nodes[NODEMASK_TEXT];

	printk(victim->k,
	       "oom-kill:constraint=%s,nodemask=%s,task=%s,pid=%d,uid=%d",
	       constraints[oc->constraint], nodemask_text(nodes, oc->nodemask),
	       victim->comm, victim->pid, victim->cred.uid);
}

void dump_header(const struct oom_control *oc, const struct task_struct *victim)
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
	show_mem_nodes(k, oc->nodemask);
	if (should_dump_unreclaim_slab(k))
		dump_unreclaimable_slab(k);
	if (k->sysctl.oom_dump_tasks)
		dump_tasks(k);
	if (victim)
		dump_oom_summary(oc, victim);
}
