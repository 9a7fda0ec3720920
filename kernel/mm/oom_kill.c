/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/oom_kill.h"

/*
 * The OOM killer (Linux 6.1: mm/oom_kill.c). When an allocation has found
 * nothing to reclaim, it comes here, and the process goes whose end frees
 * most. Three parts: this file chooses and kills, oom_report.c says why, and
 * oom_reaper.c frees a victim's memory when it can't do so itself.
 *
 * Invariant: one victim at a time. From mark_oom_victim() on, its signal
 * struct holds its mm (oom_mm), and nobody else is chosen until MMF_OOM_SKIP
 * says of that mm that there is nothing more to get: exit_mmap() sets it, or
 * the reaper, who comes after two seconds. So a shortage ends with free memory
 * or, when everybody who can be killed has been, with a panic.
 *
 * MODEL: no memory cgroups and no cpusets, and no one registers OOM notifiers.
 */

#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

/* ---- who ---------------------------------------------------------------------- */

static bool is_sysrq_oom(const struct oom_control *oc)
{
	return oc->order == OOM_ORDER_SYSRQ;
}

bool oom_unkillable_task(const struct task_struct *task)
{
	return (task->flags & PF_KTHREAD) || task == task->k->sched.init;
}

struct task_struct *find_lock_task_mm(const struct task_struct *task)
{
	struct task_struct *thread;

	list_for_each_entry(thread, &task->signal->thread_head, thread_node)
		if (thread->mm)
			return thread;
	return NULL;
}

bool process_shares_mm(const struct task_struct *task,
		       const struct mm_struct *mm)
{
	const struct task_struct *thread = find_lock_task_mm(task);

	return thread && thread->mm == mm;
}

/* Its parent sleeps, and has the same memory. */
static bool in_vfork(const struct task_struct *task)
{
	return task->vfork_waiter && task->real_parent->mm == task->mm;
}

uint32_t oom_totalpages(const struct kernel *k)
{
	return (uint32_t)(k->mem.totalram_pages +
			  (uint64_t)total_swap_pages(k));
}

int64_t oom_badness(const struct task_struct *task, uint32_t totalpages)
{
	const struct task_struct *thread;
	const struct mm_struct *mm;
	int64_t adj = task->signal->oom_score_adj;

	if (oom_unkillable_task(task))
		return INT64_MIN;
	thread = find_lock_task_mm(task);
	if (!thread)
		return INT64_MIN;
	mm = thread->mm;
	/* who is between vfork() and exec would take its parent along */
	if (adj == OOM_SCORE_ADJ_MIN || (mm->flags & MMF_OOM_SKIP) ||
	    in_vfork(thread))
		return INT64_MIN;
	return (int64_t)get_mm_rss(mm) + get_mm_counter(mm, MM_SWAPENTS) +
	       mm->pgtables_bytes / PAGE_SIZE + adj * (totalpages / 1000);
}

/* Has one of its threads memory of the nodes where it is short? */
static bool oom_policy_eligible(const struct oom_control *oc,
				const struct task_struct *task)
{
	const struct task_struct *thread;

	list_for_each_entry(thread, &task->signal->thread_head, thread_node)
		if (mempolicy_in_oom_domain(thread, oc->nodemask))
			return true;
	return false;
}

enum choice {
	CHOICE_PASS,
	CHOICE_TAKE,
	CHOICE_WAIT, /* for the last one, who is still on the way out */
};

static enum choice oom_evaluate_task(const struct oom_control *oc,
				     const struct task_struct *task,
				     int64_t *points)
{
	if (oom_unkillable_task(task) || !oom_policy_eligible(oc, task))
		return CHOICE_PASS;
	/* the user at the keyboard doesn't want to wait */
	if (!is_sysrq_oom(oc) && tsk_is_oom_victim(task))
		return task->signal->oom_mm->flags & MMF_OOM_SKIP ? CHOICE_PASS
								  : CHOICE_WAIT;
	/* makes room by using it up: who does that must be stopped first */
	if (task->signal->oom_flag_origin) {
		*points = INT64_MAX;
		return CHOICE_TAKE;
	}
	*points = oom_badness(task, oc->totalpages);
	return *points == INT64_MIN || *points < oc->chosen_points
		       ? CHOICE_PASS
		       : CHOICE_TAKE;
}

/* False: somebody is dying already. Of equals the youngest is taken. */
static bool select_bad_process(struct oom_control *oc)
{
	struct task_struct *task;
	int64_t points = 0;

	oc->chosen_points = INT64_MIN;
	for_each_process(task, oc->curr->k) {
		enum choice choice = oom_evaluate_task(oc, task, &points);

		if (choice == CHOICE_WAIT)
			return false;
		if (choice == CHOICE_PASS)
			continue;
		oc->chosen = task;
		oc->chosen_points = points;
	}
	return true;
}

/* ---- those who go anyway ---------------------------------------------------------- */

static bool process_is_ending(const struct task_struct *task)
{
	/* SIGKILL has come; or only an exec wants to be alone */
	if (task->signal->group_exit ||
	    (fatal_signal_pending(task) && !task->signal->group_exec))
		return true;
	return task->signal->nr_threads == 1 && (task->flags & PF_EXITING);
}

/* Will its memory come free without anybody being killed? */
static bool task_will_free_mem(const struct task_struct *task)
{
	const struct mm_struct *mm = task->mm;
	const struct task_struct *other;

	if (!mm || !process_is_ending(task) || (mm->flags & MMF_OOM_SKIP))
		return false;
	if (mm->mm_users <= 1)
		return true;
	for_each_process(other, task->k)
		if (other->signal != task->signal &&
		    process_shares_mm(other, mm) && !process_is_ending(other))
			return false;
	return true;
}

/* ---- killing ------------------------------------------------------------------------ */

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

/* @task, who has memory, may have of the reserves from now on. */
static void mark_oom_victim(struct task_struct *task)
{
	if (task->signal->oom_mm)
		return;
	task->signal->oom_mm = task->mm;
	mmgrab(task->mm);
	trace_mark_victim(task, task->mm);
}

/* Who ends by itself: it only needs the means to do so. */
static void help_to_end(struct task_struct *curr, struct task_struct *task)
{
	mark_oom_victim(task);
	queue_oom_reaper(curr, task);
}

/*
 * Whoever runs in the same memory keeps it in use, so they go, too. False:
 * one of them can't be killed, and this memory won't be freed.
 */
static bool kill_sharers(struct task_struct *curr,
			 const struct task_struct *victim, struct mm_struct *mm)
{
	struct task_struct *task;
	bool can_reap = true;

	for_each_process(task, curr->k) {
		if (task->signal == victim->signal ||
		    !process_shares_mm(task, mm))
			continue;
		if (task == curr->k->sched.init) {
			can_reap = false;
			mm->flags |= MMF_OOM_SKIP;
			printk(curr->k,
			       "oom killer %d (%s) has mm pinned by %d (%s)",
			       victim->pid, victim->comm, task->pid,
			       task->comm);
		} else if (!(task->flags & PF_KTHREAD)) {
			send_sig_info(curr, SIGKILL, NULL, task, false);
		}
	}
	return can_reap;
}

static void __oom_kill_process(struct task_struct *curr,
			       struct task_struct *chosen, const char *message)
{
	struct task_struct *victim = find_lock_task_mm(chosen);
	const uint32_t kb = PAGE_SIZE / 1024;
	struct kernel *k = curr->k;
	struct mm_struct *mm;

	if (!victim) {
		printk(k,
		       "%s: OOM victim %d (%s) is already exiting. Skip "
		       "killing the task",
		       message, chosen->pid, chosen->comm);
		return;
	}
	mm = victim->mm;
	count_vm_event(k, OOM_KILL);
	/* the signal first: who is marked may empty the reserves */
	send_sig_info(curr, SIGKILL, NULL, victim, false);
	mark_oom_victim(victim);
	printk(k,
	       "%s: Killed process %d (%s) total-vm:%ukB, anon-rss:%ukB, "
	       "file-rss:%ukB, shmem-rss:%ukB, UID:%u pgtables:%ukB "
	       "oom_score_adj:%d",
	       message, victim->pid, victim->comm, mm->total_vm * kb,
	       get_mm_counter(mm, MM_ANONPAGES) * kb,
	       get_mm_counter(mm, MM_FILEPAGES) * kb,
	       get_mm_counter(mm, MM_SHMEMPAGES) * kb, victim->cred.uid,
	       mm->pgtables_bytes / 1024, victim->signal->oom_score_adj);
	if (kill_sharers(curr, victim, mm))
		queue_oom_reaper(curr, victim);
}

static void oom_kill_process(struct oom_control *oc, const char *message)
{
	struct kernel *k = oc->curr->k;
	struct task_struct *thread = find_lock_task_mm(oc->chosen);

	if (thread && task_will_free_mem(thread)) {
		help_to_end(oc->curr, thread);
		return;
	}
	if (default_ratelimit(k, &k->oom.kill_rs, __func__))
		dump_header(oc, oc->chosen);
	__oom_kill_process(oc->curr, oc->chosen, message);
}

/* ---- the decision ------------------------------------------------------------------------ */

static void check_panic_on_oom(const struct oom_control *oc)
{
	struct kernel *k = oc->curr->k;
	const int panic_on_oom = k->sysctl.panic_on_oom;

	if (!panic_on_oom || is_sysrq_oom(oc))
		return;
	/* Other nodes may have memory yet. */
	if (panic_on_oom != 2 && oc->constraint != CONSTRAINT_NONE)
		return;
	dump_header(oc, NULL);
	panic(k, "Out of memory: %s panic_on_oom is enabled",
	      panic_on_oom == 2 ? "compulsory" : "system-wide");
}

/* vm.oom_kill_allocating_task: no search, whoever asks goes. */
static bool kill_allocating_task(const struct oom_control *oc)
{
	const struct task_struct *curr = oc->curr;

	return curr->k->sysctl.oom_kill_allocating_task && !is_sysrq_oom(oc) &&
	       curr->mm && !oom_unkillable_task(curr) &&
	       curr->signal->oom_score_adj != OOM_SCORE_ADJ_MIN;
}

/* Is there memory, only not where the request may have it? */
static void find_constraint(struct oom_control *oc)
{
	const struct kernel *k = oc->curr->k;
	const bool bound = oc->nodemask && !(oc->gfp_mask & __GFP_THISNODE) &&
			   nodes_with_memory(k) & ~oc->nodemask;

	oc->totalpages = oom_totalpages(k);
	if (!bound) {
		oc->nodemask = 0;
		return;
	}
	oc->constraint = CONSTRAINT_MEMORY_POLICY;
	oc->totalpages = (uint32_t)total_swap_pages(k);
	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++)
		if (oc->nodemask & 1u << nid)
			oc->totalpages +=
				k->mem.node_data[nid].node_present_pages;
}

bool out_of_memory(struct oom_control *oc)
{
	struct task_struct *curr = oc->curr;
	struct kernel *k = curr->k;

	if (task_will_free_mem(curr)) {
		help_to_end(curr, curr);
		return true;
	}
	/* hasn't reclaimed all: whoever may enter file systems will */
	if (!(oc->gfp_mask & __GFP_FS))
		return true;
	find_constraint(oc);
	check_panic_on_oom(oc);
	if (kill_allocating_task(oc)) {
		oc->chosen = curr;
		oom_kill_process(oc,
				 "Out of memory (oom_kill_allocating_task)");
		return true;
	}
	if (!select_bad_process(oc))
		return true;
	if (oc->chosen) {
		oom_kill_process(oc, "Out of memory");
		return true;
	}
	dump_header(oc, NULL);
	printk(k, "Out of memory and no killable processes...");
	if (!is_sysrq_oom(oc))
		panic(k, "System is deadlocked on memory");
	return false;
}

/*
 * The allocator gives up only for those who die, and where failures are
 * injected. Without the pause the fault would be taken again in the same
 * cycle, and nobody else would ever run.
 */
void pagefault_out_of_memory(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	if (fatal_signal_pending(curr))
		return;
	if (default_ratelimit(k, &k->oom.fault_rs, __func__))
		printk(k, "Huh VM_FAULT_OOM leaked out to the #PF handler. "
			  "Retrying PF");
	schedule_timeout_uninterruptible(curr, 1);
}
