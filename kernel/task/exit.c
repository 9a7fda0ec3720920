/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * Ending and waiting (Linux: kernel/exit.c). An ended task keeps its
 * task_struct and kernel stack as a zombie until its parent has read its
 * status; a thread that isn't its group's leader, or whose parent ignores
 * SIGCHLD, is freed by the task that runs next (finish_task_switch()).
 *
 * Invariant: a task frees everything it owns on its own stack, except that
 * stack and the task_struct, which somebody else frees in release_task().
 */

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h> /* W*: one numbering on all of Linux */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/block/ioprio.h"
#include "kernel/fs/fs.h"
#include "kernel/ipc/sem.h"
#include "kernel/ipc/shm.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/verify.h"
#include "kernel/module/kthread.h"
#include "kernel/state.h"
#include "kernel/task/futex.h"
#include "kernel/task/posix_timers.h"
#include "kernel/task/signal.h"

/* ---- ending ------------------------------------------------------------------ */

void mm_release(struct task_struct *curr)
{
	struct task_struct *waiter = curr->vfork_waiter;

	futex_exit_release(curr);
	if (curr->clear_child_tid && curr->mm) {
		if (curr->mm->mm_users > 1)
			futex_wake_cleared_tid(curr);
		curr->clear_child_tid = 0;
	}
	curr->vfork_waiter = NULL;
	if (waiter)
		wake_up_state(curr, waiter,
			      TASK_KILLABLE | TASK_UNINTERRUPTIBLE);
}

static void exit_mm(struct task_struct *curr)
{
	struct mm_struct *mm = curr->mm;

	mm_release(curr);
	if (!mm)
		return;
	sync_mm_rss(curr, mm);
	if (curr->signal->maxrss < get_mm_hiwater_rss(mm))
		curr->signal->maxrss = get_mm_hiwater_rss(mm);
	/* the core goes on translating with its tables: mm_count holds them */
	curr->mm = NULL;
	mmput(curr, mm);
}

/* The nearest ancestor that asked for orphans, or else pid 1. */
static struct task_struct *find_new_reaper(const struct task_struct *father)
{
	struct task_struct *init = father->k->sched.init;
	struct task_struct *reaper = father->group_leader->real_parent;

	for (; reaper != init && reaper->real_parent;
	     reaper = reaper->real_parent)
		if (reaper->signal->is_child_subreaper && reaper->signal->live)
			return reaper;
	return init;
}

/* Is anyone left who could continue its members? Not @ignored. */
static bool will_be_orphaned(const struct kernel *k, int pgrp,
			     const struct task_struct *ignored)
{
	const struct task_struct *task;

	for_each_process(task, k) {
		const struct task_struct *parent = task->real_parent;

		if (task->signal->pgrp != pgrp || task == ignored ||
		    (task->exit_state && thread_group_empty(task)) ||
		    parent == k->sched.init)
			continue;
		if (parent->signal->pgrp != pgrp &&
		    parent->signal->session == task->signal->session)
			return false;
	}
	return true;
}

bool is_orphaned_pgrp(const struct kernel *k, int pgrp)
{
	return will_be_orphaned(k, pgrp, NULL);
}

static bool has_stopped_jobs(const struct kernel *k, int pgrp)
{
	const struct task_struct *task;

	for_each_process(task, k)
		if (task->signal->pgrp == pgrp && task->signal->group_stopped)
			return true;
	return false;
}

/*
 * @task's group lost @parent's care, by the end of either: what is stopped in
 * it would be so for ever.
 */
static void kill_orphaned_pgrp(struct task_struct *curr,
			       struct task_struct *task,
			       const struct task_struct *parent,
			       const struct task_struct *ignored)
{
	int pgrp = task->signal->pgrp;

	if (parent->signal->pgrp == pgrp ||
	    parent->signal->session != task->signal->session ||
	    !will_be_orphaned(curr->k, pgrp, ignored) ||
	    !has_stopped_jobs(curr->k, pgrp))
		return;
	kill_pgrp(curr, pgrp, SIGHUP);
	kill_pgrp(curr, pgrp, SIGCONT);
}

/*
 * The last thread out finds its process's children another parent.
 *
 * MODEL: children are the process's, not one thread's, so the death of the
 * thread that made them sends them no signal while others live.
 */
static void forget_children(struct task_struct *curr)
{
	struct task_struct *father = curr->group_leader;
	struct task_struct *reaper, *child, *next;

	if (curr->signal->live)
		return;
	reaper = find_new_reaper(curr);
	list_for_each_entry_safe(child, next, &father->children, sibling) {
		child->real_parent = reaper;
		child->parent = reaper;
		if (child->pdeath_signal)
			send_sig_info(curr, child->pdeath_signal, NULL, child,
				      false);
		child->exit_signal = SIGCHLD;
		list_move_tail(&child->sibling, &reaper->children);
		kill_orphaned_pgrp(curr, child, father, NULL);
		if (child->exit_state != EXIT_ZOMBIE ||
		    !thread_group_empty(child))
			continue;
		do_notify_parent(curr, child, child->exit_signal);
		if (parent_ignores_child(child))
			release_task(curr, child);
	}
	kill_orphaned_pgrp(curr, father, father->real_parent, father);
}

/*
 * Tells the parent, when the whole group is over. True when nobody will wait
 * for it: then it is nobody's zombie.
 */
static bool exit_notify(struct task_struct *curr)
{
	struct task_struct *leader = curr->group_leader;

	if (curr != leader) {
		/* the last thread out lets a dead leader be reaped */
		if (leader->exit_state == EXIT_ZOMBIE &&
		    curr->signal->nr_threads == 2)
			do_notify_parent(curr, leader, leader->exit_signal);
		return true;
	}
	if (!thread_group_empty(curr)) {
		/* the one left may wait for this, to exec in our place */
		wake_up_all(curr, &curr->signal->wait_chldexit);
		return false;
	}
	do_notify_parent(curr, curr, curr->exit_signal);
	return parent_ignores_child(curr);
}

static void account_exit(struct task_struct *curr)
{
	account_kernel_time(curr);
	curr->signal->utime += curr->utime;
	curr->signal->stime += curr->stime;
	curr->signal->min_flt += curr->min_flt;
	curr->signal->maj_flt += curr->maj_flt;
	task_io_add(&curr->signal->ioac, &curr->ioac);
}

/* The report wants to name those that are gone. */
static void record_exit(struct task_struct *curr)
{
	struct exit_records *records = &curr->k->sched.exited;

	if (curr != curr->group_leader || is_kthread(curr))
		return;
	if (records->nr == MAX_EXIT_RECORDS) {
		records->nr_lost++;
		return;
	}
	if (records->nr == records->room) {
		unsigned int room = records->room ? 2 * records->room : 64;
		struct exit_record *grown = realloc(records->record,
						    room * sizeof(*grown));

		if (!grown) {
			records->nr_lost++;
			return;
		}
		records->record = grown;
		records->room = room;
	}
	records->record[records->nr] = (struct exit_record){
		.pid = curr->pid,
		.ppid = curr->real_parent->pid,
		.min_flt = curr->signal->min_flt,
		.maj_flt = curr->signal->maj_flt,
		.utime = curr->signal->utime,
		.status = curr->signal->group_exit
				  ? curr->signal->group_exit_code
				  : curr->exit_code,
	};
	memcpy(records->record[records->nr].comm, curr->comm, TASK_COMM_LEN);
	records->nr++;
}

_Noreturn void do_exit(struct task_struct *curr, int code)
{
	bool self_reap;

	BUG_ON(curr->in_interrupt || curr->pagefault_disabled ||
	       curr->kmap_ctrl.idx);
	BUG_ON(curr == curr->k->sched.init);
	if (curr->kthread)
		kthread_exits(curr, code);
	curr->flags |= PF_EXITING;
	curr->exit_code = code;
	if (trace_enabled(curr->k, TRACE_sched_process_exit))
		trace_event(curr->k, TRACE_sched_process_exit,
			    "comm=%s pid=%d prio=%d", curr->comm, curr->pid,
			    task_prio(curr));
	if (curr->flags & PF_PROGRAM)
		verify_at(curr->k, VERIFY_END); /* while there is much to see */
	if (curr->signal->live == 1 && curr->k->hw.ops->process_exits)
		curr->k->hw.ops->process_exits(curr->k->hw.ctx, curr->tgid,
					       curr->flags & PF_PROGRAM);
	if (--curr->signal->live == 0) {
		if (!curr->signal->group_exit) {
			/* the last thread's end is the process's */
			curr->signal->group_exit = true;
			curr->signal->group_exit_code = code;
		}
		timer_cancel(curr->k, &curr->signal->real_timer);
		exit_itimers(curr);
		disassociate_ctty(curr, true);
	}
	exit_mm(curr);
	if (curr->pi_state_cache)
		kfree_obj(curr, curr->pi_state_cache);
	curr->pi_state_cache = NULL;
	exit_io_context(curr, curr);
	mpol_put(curr, curr->mempolicy);
	curr->mempolicy = NULL;
	exit_sem(curr);
	exit_shm(curr);
	if (curr->files)
		put_files(curr, curr->files);
	curr->files = NULL;
	if (curr->fs)
		put_fs(curr, curr->fs);
	curr->fs = NULL;
	forget_user_regs(curr);
	account_exit(curr);
	forget_children(curr);
	put_sighand(curr, curr->sighand);
	curr->sighand = NULL;
	record_exit(curr);
	curr->exit_state = EXIT_ZOMBIE;
	self_reap = exit_notify(curr);
	if (self_reap)
		curr->cpu->dead = curr; /* freed by whoever runs next */
	curr->state = EXIT_DEAD;
	schedule(curr);
	BUG();
}

_Noreturn void do_group_exit(struct task_struct *curr, int code)
{
	struct signal_struct *sig = curr->signal;

	if (sig->group_exit) {
		code = sig->group_exit_code;
	} else if (sig->group_exec) {
		code = 0; /* this thread alone gives way */
	} else if (sig->nr_threads > 1) {
		sig->group_exit = true;
		sig->group_exit_code = code;
		zap_other_threads(curr);
	} else {
		sig->group_exit = true;
		sig->group_exit_code = code;
	}
	do_exit(curr, code);
}

/*
 * The leader of a group whose thread @curr execs is dead, and @curr takes its
 * place: pid, family and all.
 */
static void take_over_leader(struct task_struct *curr)
{
	struct task_struct *leader = curr->group_leader;
	struct pid *pid = curr->thread_pid;
	struct task_struct *child;

	curr->thread_pid = leader->thread_pid;
	leader->thread_pid = pid;
	curr->thread_pid->task = curr;
	pid->task = leader;
	curr->pid = curr->tgid;
	leader->pid = pid->nr;
	curr->group_leader = curr;
	leader->group_leader = curr;
	curr->exit_signal = leader->exit_signal;
	list_add(&curr->sibling, &leader->sibling);
	list_del(&leader->sibling);
	list_add(&curr->tasks, &leader->tasks);
	list_del(&leader->tasks);
	curr->real_parent = leader->real_parent;
	curr->parent = leader->parent;
	INIT_LIST_HEAD(&curr->children);
	list_splice_init(&leader->children, &curr->children);
	list_for_each_entry(child, &curr->children, sibling) {
		child->real_parent = curr;
		child->parent = curr;
	}
	release_task(curr, leader);
}

int exec_kill_threads(struct task_struct *curr)
{
	struct signal_struct *sig = curr->signal;
	int others = curr == curr->group_leader ? 1 : 2;

	if (sig->group_exit || sig->group_exec)
		return -EAGAIN;
	sig->group_exec = true;
	zap_other_threads(curr);
	/* each thread's release wakes this queue, and the leader's end */
	wait_event(curr, &sig->wait_chldexit,
		   sig->nr_threads <= others &&
			   (others == 1 || curr->group_leader->exit_state));
	sig->group_exec = false;
	if (others == 2)
		take_over_leader(curr);
	return 0;
}

/* ---- waiting ---------------------------------------------------------------------- */

void getrusage_counts(struct task_struct *task, bool children,
		      struct rusage_counts *to)
{
	const struct signal_struct *sig = task->signal;
	const struct task_struct *thread;

	memset(to, 0, sizeof(*to));
	if (children) {
		to->utime = sig->cutime;
		to->stime = sig->cstime;
		to->min_flt = sig->cmin_flt;
		to->maj_flt = sig->cmaj_flt;
		to->maxrss = sig->cmaxrss;
		return;
	}
	to->utime = sig->utime;
	to->stime = sig->stime;
	to->min_flt = sig->min_flt;
	to->maj_flt = sig->maj_flt;
	to->maxrss = sig->maxrss;
	list_for_each_entry(thread, &sig->thread_head, thread_node) {
		to->nvcsw += thread->nvcsw;
		to->nivcsw += thread->nivcsw;
		if (thread->exit_state)
			continue; /* in sig's sums since it ended */
		to->utime += thread->utime;
		to->stime += thread->stime;
		to->min_flt += thread->min_flt;
		to->maj_flt += thread->maj_flt;
		if (thread->mm && get_mm_hiwater_rss(thread->mm) > to->maxrss)
			to->maxrss = get_mm_hiwater_rss(thread->mm);
	}
}

static bool eligible_child(const struct task_struct *curr,
			   const struct wait_opts *opts,
			   const struct task_struct *child)
{
	bool clone_child = child->exit_signal != SIGCHLD;

	if (opts->pid > 0 && child->pid != opts->pid)
		return false;
	if (opts->pid == 0 && child->signal->pgrp != curr->signal->pgrp)
		return false;
	if (opts->pid < -1 && child->signal->pgrp != -opts->pid)
		return false;
	if (opts->options & __WALL)
		return true;
	return clone_child == !!(opts->options & __WCLONE);
}

static void fill_wait_info(struct wait_opts *opts,
			   const struct task_struct *child, int code,
			   int status)
{
	opts->info = (struct ksiginfo){
		.signo = SIGCHLD,
		.code = code,
		.pid = child->pid,
		.uid = child->cred.uid,
		.status = status,
	};
}

static int exit_status(const struct task_struct *child)
{
	const struct signal_struct *sig = child->signal;

	return sig->group_exit ? sig->group_exit_code : child->exit_code;
}

static void collect_child_usage(struct task_struct *curr,
				struct task_struct *child,
				struct rusage_counts *usage)
{
	struct signal_struct *to = curr->signal;
	const struct signal_struct *from = child->signal;

	getrusage_counts(child, false, usage);
	to->cutime += usage->utime + from->cutime;
	to->cstime += usage->stime + from->cstime;
	to->cmin_flt += usage->min_flt + from->cmin_flt;
	to->cmaj_flt += usage->maj_flt + from->cmaj_flt;
	if (to->cmaxrss < usage->maxrss)
		to->cmaxrss = usage->maxrss;
	if (to->cmaxrss < from->cmaxrss)
		to->cmaxrss = from->cmaxrss;
}

static int wait_task_zombie(struct task_struct *curr, struct wait_opts *opts,
			    struct task_struct *child)
{
	int pid = child->pid;
	int status = exit_status(child);

	opts->stat = status;
	if (status & 0x7f)
		fill_wait_info(opts, child,
			       status & 0x80 ? CLD_DUMPED : CLD_KILLED,
			       status & 0x7f);
	else
		fill_wait_info(opts, child, CLD_EXITED, status >> 8 & 0xff);
	if (opts->keep) {
		getrusage_counts(child, false, &opts->rusage);
		return pid;
	}
	collect_child_usage(curr, child, &opts->rusage);
	release_task(curr, child);
	return pid;
}

static int wait_task_stopped(struct task_struct *curr, struct wait_opts *opts,
			     struct task_struct *child)
{
	int sig = child->signal->stop_code;

	(void)curr;
	if (!opts->keep)
		child->signal->stop_code = 0;
	if (sig == STOP_CODE_CONTINUED) {
		opts->stat = 0xffff;
		fill_wait_info(opts, child, CLD_CONTINUED, SIGCONT);
	} else {
		opts->stat = sig << 8 | 0x7f;
		fill_wait_info(opts, child, CLD_STOPPED, sig);
	}
	getrusage_counts(child, false, &opts->rusage);
	return child->pid;
}

static bool stop_wanted(const struct wait_opts *opts,
			const struct task_struct *child)
{
	int code = child->signal->stop_code;

	if (!code)
		return false;
	if (code == STOP_CODE_CONTINUED)
		return opts->options & WCONTINUED;
	return opts->options & WUNTRACED; /* WSTOPPED is the same bit */
}

/* pid of a child with news, 0 when there may be some later, -ECHILD. */
static int look_at_children(struct task_struct *curr, struct wait_opts *opts)
{
	struct task_struct *leader = curr->group_leader;
	struct task_struct *child;
	bool any = false;

	list_for_each_entry(child, &leader->children, sibling) {
		if (!eligible_child(curr, opts, child))
			continue;
		any = true;
		if (child->exit_state == EXIT_ZOMBIE &&
		    thread_group_empty(child) && (opts->options & WEXITED))
			return wait_task_zombie(curr, opts, child);
		if (!child->exit_state && stop_wanted(opts, child))
			return wait_task_stopped(curr, opts, child);
	}
	return any ? 0 : -ECHILD;
}

int32_t do_wait(struct task_struct *curr, struct wait_opts *opts)
{
	struct wait_queue_entry wait = {0};
	struct wait_queue_head *wq = &curr->signal->wait_chldexit;
	int got;

	for (;;) {
		prepare_to_wait(curr, wq, &wait, TASK_INTERRUPTIBLE);
		got = look_at_children(curr, opts);
		if (got || (opts->options & WNOHANG))
			break;
		if (signal_pending(curr)) {
			got = -ERESTARTSYS;
			break;
		}
		schedule(curr);
	}
	finish_wait(curr, wq, &wait);
	return got;
}
