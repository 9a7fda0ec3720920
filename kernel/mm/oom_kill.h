/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_OOM_KILL_H
#define KERNEL_MM_OOM_KILL_H

/* When nothing can be reclaimed: who has to go (include/linux/oom.h). */

#include <stdbool.h>

#include "kernel/lib/ratelimit.h"
#include "kernel/mm/gfp.h"
#include "kernel/task/sched.h"

#define OOM_SCORE_ADJ_MIN (-1000)
#define OOM_SCORE_ADJ_MAX 1000
/* /proc/PID/oom_adj, the old scale. */
#define OOM_DISABLE       (-17)
#define OOM_ADJUST_MIN    (-16)
#define OOM_ADJUST_MAX    15

/* oom_control.order of a request from the keyboard (sysrq f). */
#define OOM_ORDER_SYSRQ (-1)

/* Why memory is short for this request, and perhaps for no other. */
enum oom_constraint {
	CONSTRAINT_NONE,
	CONSTRAINT_MEMORY_POLICY, /* it may have memory of some nodes alone */
};

/* Lives for one call. */
struct oom_control {
	struct task_struct *const curr;
	const gfp_t gfp_mask;
	const int order;
	uint32_t nodemask; /* it may have of these nodes; 0: all */
	enum oom_constraint constraint;
	uint32_t totalpages;
	struct task_struct *chosen;
	int64_t chosen_points;
};

/* What the killer keeps for the whole kernel. */
struct oom_state {
	struct task_struct *reaper; /* the thread; NULL: none yet */
	struct wait_queue_head reaper_wait;
	struct list_head reaper_list; /* mm_structs whose time is up */
	struct ratelimit_state kill_rs, fault_rs;
	bool told_of_oom_adj;
};

/*
 * Kills the process whose end frees most, by Linux's badness and
 * oom_score_adj, and logs why. True: somebody is on the way out (perhaps
 * @curr itself) or somebody else will free memory, so the allocation should
 * be tried again after a while. False only for OOM_ORDER_SYSRQ, when there is
 * nobody to kill; for others that is the end, by panic().
 */
bool out_of_memory(struct oom_control *oc);
/* A page fault found no memory: it is taken again. May sleep. */
void pagefault_out_of_memory(struct task_struct *curr);

/*
 * Pages that @task's end would free, and its oom_score_adj in shares of
 * @totalpages; INT64_MIN: not to be killed, or of no use.
 */
int64_t oom_badness(const struct task_struct *task, uint32_t totalpages);
/* What badness is measured against: RAM and swap, in pages. */
uint32_t oom_totalpages(const struct kernel *k);
/* A thread of @task's process that still has memory; NULL: none. */
struct task_struct *find_lock_task_mm(const struct task_struct *task);
bool process_shares_mm(const struct task_struct *task,
		       const struct mm_struct *mm);
/* A kernel thread, or pid 1. */
bool oom_unkillable_task(const struct task_struct *task);
/* Dies to free memory: may have of the reserves. */
static inline bool tsk_is_oom_victim(const struct task_struct *task)
{
	return task->signal && task->signal->oom_mm;
}

/* ---- mm/oom_report.c ---------------------------------------------------------- */

/* Who asked, all memory, all tasks; @victim NULL: there is none. */
void dump_header(const struct oom_control *oc,
		 const struct task_struct *victim);

/* ---- mm/oom_reaper.c ------------------------------------------------------------ */

/*
 * Faults find no page any more that the reaper might have taken: what a
 * program gets in its place is SIGBUS (it dies anyway), a system call EFAULT.
 */
#define MMF_UNSTABLE        (1u << 22)
/* Has nothing that the OOM killer could free. */
#define MMF_OOM_SKIP        (1u << 21)
#define MMF_OOM_REAP_QUEUED (1u << 25)
/* Processes share it, whose oom_score_adj is one. */
#define MMF_MULTIPROCESS    (1u << 26)

static inline vm_fault_t check_stable_address_space(const struct mm_struct *mm)
{
	return mm->flags & MMF_UNSTABLE ? VM_FAULT_SIGBUS : 0;
}
/*
 * Two seconds from now the reaper takes what @victim's mm still has then. The
 * mm is held until that is done or oom_reap_cancel()ed.
 */
void queue_oom_reaper(struct task_struct *curr,
		      const struct task_struct *victim);
/* exit_mmap() is through: there is nothing left to reap. May free nothing. */
void oom_reap_cancel(struct task_struct *curr, struct mm_struct *mm);
/* An initcall: starts the thread. */
void oom_init(struct task_struct *curr);

#endif
