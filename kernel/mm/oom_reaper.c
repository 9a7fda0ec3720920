/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/oom_kill.h"

/*
 * oom_reaper (Linux 6.1: mm/oom_kill.c): a kernel thread that takes a victim's
 * private memory away when the victim can't get round to it, because it waits
 * for a lock that somebody holds who waits for memory. It gives the victim two
 * seconds; then it needs mmap_lock, for which it tries ten times in a second.
 * Either way MMF_OOM_SKIP is set in the end, and the killer may look for
 * another victim.
 *
 * Invariant: an mm is queued once in its life, by its timer or in
 * oom_state.reaper_list, and as long as it is, mm_count counts that.
 *
 * Linux queues the victim's task and holds it; here it is the mm that is
 * queued, with the names that the report wants, so that the task can be freed
 * in its time.
 */

#include <string.h>

#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/internal.h"

enum {
	OOM_REAPER_DELAY = 2 * HZ, /* jiffies */
	MAX_OOM_REAP_RETRIES = 10,
	REAP_RETRY_DELAY = HZ / 10,
};

#define trace_reaping(k, event, mm)                             \
	do {                                                    \
		if (trace_enabled(k, TRACE_##event))            \
			trace_event(k, TRACE_##event, "pid=%d", \
				    (mm)->oom_reap.pid);        \
	} while (0)

/* Pages that others map, too, wouldn't come free. */
static void __oom_reap_task_mm(struct task_struct *curr, struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	mm->flags |= MMF_UNSTABLE;
	for (vma = mm->mmap; vma; vma = vma->vm_next) {
		if (vma->vm_flags & (VM_HUGETLB | VM_PFNMAP))
			continue;
		if (vma_is_anonymous(vma) || !(vma->vm_flags & VM_SHARED))
			zap_page_range(curr, vma, vma->vm_start,
				       vma->vm_end - vma->vm_start);
	}
}

/* False: the lock is taken; it may be free later. */
static bool oom_reap_task_mm(struct task_struct *curr, struct mm_struct *mm)
{
	const uint32_t kb = PAGE_SIZE / 1024;
	struct kernel *k = curr->k;

	if (!down_read_trylock(&mm->mmap_lock)) {
		trace_reaping(k, skip_task_reaping, mm);
		return false;
	}
	if (mm->flags & MMF_OOM_SKIP) {
		trace_reaping(k, skip_task_reaping, mm);
	} else {
		trace_reaping(k, start_task_reaping, mm);
		__oom_reap_task_mm(curr, mm);
		printk(k,
		       "oom_reaper: reaped process %d (%s), now "
		       "anon-rss:%ukB, file-rss:%ukB, shmem-rss:%ukB",
		       mm->oom_reap.pid, mm->oom_reap.comm,
		       get_mm_counter(mm, MM_ANONPAGES) * kb,
		       get_mm_counter(mm, MM_FILEPAGES) * kb,
		       get_mm_counter(mm, MM_SHMEMPAGES) * kb);
		trace_reaping(k, finish_task_reaping, mm);
	}
	up_read(curr, &mm->mmap_lock);
	return true;
}

/* Ends the queue's hold on @mm. */
static void oom_reap_mm(struct task_struct *curr, struct mm_struct *mm)
{
	int attempts = 0;

	while (attempts++ < MAX_OOM_REAP_RETRIES && !oom_reap_task_mm(curr, mm))
		schedule_timeout_uninterruptible(curr, REAP_RETRY_DELAY);
	if (attempts > MAX_OOM_REAP_RETRIES && !(mm->flags & MMF_OOM_SKIP))
		printk(curr->k, "oom_reaper: unable to reap pid:%d (%s)",
		       mm->oom_reap.pid, mm->oom_reap.comm);
	/* there may be something left, but nobody shall wait for it */
	mm->flags |= MMF_OOM_SKIP;
	mmdrop(curr, mm);
}

_Noreturn static void oom_reaper(struct task_struct *curr)
{
	struct oom_state *oom = &curr->k->oom;

	for (;;) {
		struct mm_struct *mm;

		wait_event_interruptible(curr, &oom->reaper_wait,
					 !list_empty(&oom->reaper_list));
		mm = list_first_entry(&oom->reaper_list, struct mm_struct,
				      oom_reap.list);
		list_del_init(&mm->oom_reap.list);
		oom_reap_mm(curr, mm);
	}
}

static int oom_reaper_thread(struct task_struct *curr, void *unused)
{
	(void)unused;
	oom_reaper(curr);
}

/* ---- the queue --------------------------------------------------------------------- */

/* The two seconds are over. */
static void wake_oom_reaper(struct task_struct *curr, struct timer *timer)
{
	struct mm_struct *mm = container_of(timer, struct mm_struct,
					    oom_reap.timer);
	struct oom_state *oom = &curr->k->oom;

	trace_reaping(curr->k, wake_reaper, mm);
	list_add(&mm->oom_reap.list, &oom->reaper_list);
	wake_up(curr, &oom->reaper_wait);
}

void queue_oom_reaper(struct task_struct *curr,
		      const struct task_struct *victim)
{
	struct mm_struct *mm = victim->signal->oom_mm;
	const struct kernel *k = curr->k;

	if (mm->flags & MMF_OOM_REAP_QUEUED)
		return;
	mm->flags |= MMF_OOM_REAP_QUEUED;
	mm->oom_reap.pid = victim->pid;
	memcpy(mm->oom_reap.comm, victim->comm, TASK_COMM_LEN);
	INIT_LIST_HEAD(&mm->oom_reap.list);
	mm->oom_reap.timer.function = wake_oom_reaper;
	mmgrab(mm);
	timer_arm(curr, &mm->oom_reap.timer,
		  sched_clock_cycles(k) +
			  k->hw.clock_hz / HZ * (uint64_t)OOM_REAPER_DELAY);
}

void oom_reap_cancel(struct task_struct *curr, struct mm_struct *mm)
{
	mm->flags |= MMF_OOM_SKIP;
	if (timer_cancel(curr->k, &mm->oom_reap.timer))
		mmdrop(curr, mm);
}

void oom_init(struct task_struct *curr)
{
	struct oom_state *oom = &curr->k->oom;

	init_waitqueue_head(&oom->reaper_wait);
	INIT_LIST_HEAD(&oom->reaper_list);
	oom->reaper = kthread_run(curr, oom_reaper_thread, NULL, "oom_reaper");
	if (!oom->reaper)
		panic(curr->k, "oom_reaper can't be started");
}
