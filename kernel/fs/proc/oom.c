/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID/oom_score, oom_score_adj and its forerunner oom_adj (Linux:
 * fs/proc/base.c): what the OOM killer thinks of a process, and what its user
 * does.
 *
 * Invariant: processes that share memory without being vfork()'s are as dear
 * as each other; killing one of them takes the others along.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/state.h"

/* As badness without an adjustment would be 667 to 1333. */
int proc_oom_score(struct seq_file *m, struct task_struct *task)
{
	const uint32_t totalpages = oom_totalpages(m->k);
	const int64_t badness = oom_badness(task, totalpages);
	int64_t points = 0;

	if (badness != INT64_MIN)
		points = (1000 + badness * 1000 / totalpages) * 2 / 3;
	seq_printf(m, "%lld\n", (long long)points);
	return 0;
}

static void trace_oom_score_adj_update(const struct task_struct *task)
{
	if (trace_enabled(task->k, TRACE_oom_score_adj_update))
		trace_event(task->k, TRACE_oom_score_adj_update,
			    "pid=%d comm=%s oom_score_adj=%d", task->pid,
			    task->comm, task->signal->oom_score_adj);
}

/* The least that it may set itself follows what a mighty one last set. */
static void apply_adj(const struct task_struct *curr, struct signal_struct *sig,
		      int adj, bool legacy)
{
	sig->oom_score_adj = adj;
	if (!legacy && capable(curr, CAP_SYS_RESOURCE))
		sig->oom_score_adj_min = adj;
}

static void apply_to_sharers(const struct task_struct *curr,
			     const struct task_struct *task, int adj,
			     bool legacy)
{
	const struct task_struct *thread = find_lock_task_mm(task);
	struct task_struct *other;

	if (task->vfork_waiter || !thread ||
	    !(thread->mm->flags & MMF_MULTIPROCESS))
		return;
	for_each_process(other, curr->k)
		if (other->signal != task->signal &&
		    !oom_unkillable_task(other) && !other->vfork_waiter &&
		    process_shares_mm(other, thread->mm))
			apply_adj(curr, other->signal, adj, legacy);
}

/* The old file knows no least value but the present one. */
static int set_oom_adj(struct task_struct *curr, struct task_struct *task,
		       int adj, bool legacy)
{
	const struct signal_struct *sig = task->signal;
	int least = legacy ? sig->oom_score_adj : sig->oom_score_adj_min;
	struct kernel *k = curr->k;

	if (adj < least && !capable(curr, CAP_SYS_RESOURCE))
		return -EACCES;
	if (legacy && !k->oom.told_of_oom_adj) {
		k->oom.told_of_oom_adj = true;
		printk(k,
		       "%s (%d): /proc/%d/oom_adj is deprecated, please use "
		       "/proc/%d/oom_score_adj instead.",
		       curr->comm, curr->pid, task->pid, task->pid);
	}
	apply_adj(curr, task->signal, adj, legacy);
	trace_oom_score_adj_update(task);
	apply_to_sharers(curr, task, adj, legacy);
	return 0;
}

int proc_oom_score_adj(struct seq_file *m, struct task_struct *task)
{
	seq_printf(m, "%d\n", task->signal->oom_score_adj);
	return 0;
}

int proc_set_oom_score_adj(struct task_struct *curr, struct task_struct *task,
			   const char *text)
{
	int adj, err, took = proc_parse_int(text, 0, &adj);

	if (took < 0)
		return took;
	if (adj < OOM_SCORE_ADJ_MIN || adj > OOM_SCORE_ADJ_MAX)
		return -EINVAL;
	err = set_oom_adj(curr, task, adj, false);
	return err ? err : took;
}

/* -17: never, 15: first. */
int proc_oom_adj(struct seq_file *m, struct task_struct *task)
{
	int adj = task->signal->oom_score_adj;

	adj = adj == OOM_SCORE_ADJ_MAX ? OOM_ADJUST_MAX
				       : adj * -OOM_DISABLE / OOM_SCORE_ADJ_MAX;
	seq_printf(m, "%d\n", adj > OOM_ADJUST_MAX ? OOM_ADJUST_MAX : adj);
	return 0;
}

int proc_set_oom_adj(struct task_struct *curr, struct task_struct *task,
		     const char *text)
{
	int adj, err, took = proc_parse_int(text, 0, &adj);

	if (took < 0)
		return took;
	if ((adj < OOM_ADJUST_MIN || adj > OOM_ADJUST_MAX) &&
	    adj != OOM_DISABLE)
		return -EINVAL;
	adj = adj == OOM_ADJUST_MAX ? OOM_SCORE_ADJ_MAX
				    : adj * OOM_SCORE_ADJ_MAX / -OOM_DISABLE;
	err = set_oom_adj(curr, task, adj, true);
	return err ? err : took;
}
