/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/signal.h"

/*
 * Signals (Linux: kernel/signal.c). A signal is first queued, to one thread
 * or to its whole group, then taken by do_signal() on the way to user mode.
 *
 * Invariant: task->sigpending_flag is true whenever an unblocked signal is
 * queued for it (and may be true for a moment longer): whoever changes the
 * queues or the mask calls recalc_sigpending().
 */

#include <string.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/arm_sizes.h"
#include "kernel/fs/fs.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/rseq.h"
#include "kernel/task/sched_core.h"

#define SIG_BIT(sig)    sig_bit(sig)
#define SIG_KERNEL_ONLY (SIG_BIT(SIGKILL) | SIG_BIT(SIGSTOP))
#define SIG_STOPS                                                 \
	(SIG_BIT(SIGSTOP) | SIG_BIT(SIGTSTP) | SIG_BIT(SIGTTIN) | \
	 SIG_BIT(SIGTTOU))
#define SIG_DEFAULT_IGNORES                                      \
	(SIG_BIT(SIGCHLD) | SIG_BIT(SIGCONT) | SIG_BIT(SIGURG) | \
	 SIG_BIT(SIGWINCH))
#define SIG_DUMPS                                                 \
	(SIG_BIT(SIGQUIT) | SIG_BIT(SIGILL) | SIG_BIT(SIGTRAP) |  \
	 SIG_BIT(SIGABRT) | SIG_BIT(SIGBUS) | SIG_BIT(SIGFPE) |   \
	 SIG_BIT(SIGSEGV) | SIG_BIT(SIGXCPU) | SIG_BIT(SIGXFSZ) | \
	 SIG_BIT(SIGSYS))
/* Faults of the task itself come before anything from outside. */
#define SIG_SYNCHRONOUS                                         \
	(SIG_BIT(SIGSEGV) | SIG_BIT(SIGBUS) | SIG_BIT(SIGILL) | \
	 SIG_BIT(SIGTRAP) | SIG_BIT(SIGFPE) | SIG_BIT(SIGSYS))

/* Those that Linux stores; a program sees by it what there is. */
#define SA_KNOWN                                                            \
	((uint32_t)(SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | \
		    SA_RESTART | SA_NODEFER | SA_RESETHAND) |               \
	 SA_EXPOSE_TAGBITS_ARM | SA_THIRTYTWO_ARM | SA_RESTORER_ARM)

enum {
	SIGRTMIN_ARM = 32,
	HANDLER_DFL = 0,
	HANDLER_IGN = 1,
	ARM_SA_NODEFER = 0x40000000
};

void signals_init(struct task_struct *curr)
{
	struct sched_state *sched = &curr->k->sched;
	struct signal_struct *sig;

	sched->signal_cachep = kmem_cache_create(
		curr, "signal_cache", ARM_SIZEOF_SIGNAL_STRUCT,
		sizeof(struct signal_struct), 0,
		SLAB_HWCACHE_ALIGN | SLAB_PANIC, NULL);
	sched->sighand_cachep = kmem_cache_create(
		curr, "sighand_cache", ARM_SIZEOF_SIGHAND_STRUCT,
		sizeof(struct sighand_struct), 0,
		SLAB_HWCACHE_ALIGN | SLAB_PANIC, NULL);
	sched->sigqueue_cachep = KMEM_CACHE(curr, sigqueue, ARM_SIZEOF_SIGQUEUE,
					    SLAB_PANIC);
	sig = kmem_cache_zalloc(curr, sched->signal_cachep, GFP_KERNEL);
	curr->sighand = kmem_cache_zalloc(curr, sched->sighand_cachep,
					  GFP_KERNEL);
	/* part of Linux's image, where they can't be missing */
	if (!sig || !curr->sighand)
		boot_panic(curr->k, "No memory for the first task's signals");
	curr->signal = sig;
	sig->refcount = 1;
	sig->nr_threads = 1;
	sig->live = 1;
	INIT_LIST_HEAD(&sig->thread_head);
	INIT_LIST_HEAD(&sig->posix_timers);
	init_waitqueue_head(&sig->wait_chldexit);
	INIT_LIST_HEAD(&sig->shared_pending.list);
	list_add(&curr->thread_node, &sig->thread_head);
	curr->sighand->refcount = 1;
	init_waitqueue_head(&curr->sighand->signalfd_wqh);
	INIT_LIST_HEAD(&curr->pending.list);
}

/* ---- what is pending ----------------------------------------------------------- */

static sigset64 pending_unblocked(const struct task_struct *task)
{
	return (task->pending.signal | task->signal->shared_pending.signal) &
	       ~task->blocked;
}

void recalc_sigpending(struct task_struct *task)
{
	task->sigpending_flag = pending_unblocked(task) != 0 ||
				task->signal->group_stopped;
}

bool signal_pending_state(uint32_t state, const struct task_struct *task)
{
	if (!task->sigpending_flag)
		return false;
	if (state & TASK_INTERRUPTIBLE)
		return true;
	return (state & TASK_WAKEKILL) &&
	       (task->pending.signal & SIG_BIT(SIGKILL));
}

static void set_blocked(struct task_struct *task, sigset64 set)
{
	task->blocked = set & ~SIG_KERNEL_ONLY;
	recalc_sigpending(task);
}

static bool sig_handler_ignores(const struct task_struct *task, int sig)
{
	uint32_t handler = task->sighand->action[sig - 1].handler;

	return handler == HANDLER_IGN ||
	       (handler == HANDLER_DFL && (SIG_BIT(sig) & SIG_DEFAULT_IGNORES));
}

/* pid 1 and kernel threads take no signals at all. */
static bool unkillable(const struct task_struct *task)
{
	return (task->flags & PF_KTHREAD) || task == task->k->sched.init;
}

static bool sig_ignored(const struct task_struct *task, int sig)
{
	/* a blocked signal may find another handler by the time it is not */
	if (task->blocked & SIG_BIT(sig))
		return false;
	return !(SIG_BIT(sig) & SIG_KERNEL_ONLY) &&
	       sig_handler_ignores(task, sig);
}

/* ---- queues --------------------------------------------------------------------- */

static void flush_signals_in(struct task_struct *curr, struct sigpending *queue,
			     sigset64 set)
{
	struct sigqueue *q, *next;

	queue->signal &= ~set;
	list_for_each_entry_safe(q, next, &queue->list, list) {
		if (!(SIG_BIT(q->info.signo) & set))
			continue;
		list_del(&q->list);
		queue->nr--;
		kmem_cache_free(curr, curr->k->sched.sigqueue_cachep, q);
	}
}

void flush_sigqueue(struct task_struct *curr, struct sigpending *queue)
{
	flush_signals_in(curr, queue, ~(sigset64)0);
}

/* In the group's queue and in every thread's. */
static void flush_group(struct task_struct *curr, struct task_struct *task,
			sigset64 set)
{
	struct task_struct *thread;

	flush_signals_in(curr, &task->signal->shared_pending, set);
	list_for_each_entry(thread, &task->signal->thread_head, thread_node) {
		flush_signals_in(curr, &thread->pending, set);
		recalc_sigpending(thread);
	}
}

uint32_t user_sigpending(const struct task_struct *task)
{
	const struct task_struct *other, *thread;
	uint32_t nr = 0;

	for_each_process(other, task->k) {
		if (other->cred.uid != task->cred.uid ||
		    (other->flags & PF_KTHREAD))
			continue;
		nr += other->signal->shared_pending.nr;
		list_for_each_entry(thread, &other->signal->thread_head,
				    thread_node)
			nr += thread->pending.nr;
	}
	return nr;
}

/* A standard signal of the kernel's or of kill() needs no room of its own. */
static struct sigqueue *sigqueue_alloc(struct task_struct *curr,
				       struct task_struct *to, int sig,
				       const struct ksiginfo *info)
{
	bool unlimited = sig < SIGRTMIN_ARM && (!info || info->code >= 0);

	if (!unlimited &&
	    user_sigpending(to) >= to->signal->rlim[RLIMIT_SIGPENDING].rlim_cur)
		return NULL;
	return kmem_cache_alloc(curr, curr->k->sched.sigqueue_cachep,
				GFP_ATOMIC);
}

/*
 * Standard signals are queued once; of real-time ones, each. Without room the
 * signal still arrives, only its details are lost; unless it is a real-time
 * one with details worth an error.
 */
static int queue_signal(struct task_struct *curr, struct task_struct *to,
			struct sigpending *queue, int sig,
			const struct ksiginfo *info)
{
	struct sigqueue *q;

	if (sig < SIGRTMIN_ARM && (queue->signal & SIG_BIT(sig)))
		return 0;
	q = sigqueue_alloc(curr, to, sig, info);
	if (!q && sig >= SIGRTMIN_ARM && info && info->code != SI_USER)
		return -EAGAIN;
	queue->signal |= SIG_BIT(sig);
	if (!q)
		return 0;
	if (info)
		q->info = *info;
	else
		q->info = (struct ksiginfo){.code = SI_USER,
					    .pid = curr->tgid,
					    .uid = curr->cred.uid};
	q->info.signo = sig;
	list_add_tail(&q->list, &queue->list);
	queue->nr++;
	return 0;
}

/* ---- sending -------------------------------------------------------------------- */

static bool wants_signal(const struct task_struct *task, int sig)
{
	if (task->flags & PF_EXITING)
		return false;
	return sig == SIGKILL || !(task->blocked & SIG_BIT(sig));
}

static void signal_wake_up(struct task_struct *curr, struct task_struct *task,
			   bool fatal)
{
	task->sigpending_flag = true;
	if (!wake_up_state(curr, task,
			   TASK_INTERRUPTIBLE |
				   (fatal ? TASK_WAKEKILL | TASK_STOPPED : 0)))
		kick_process(curr, task);
}

/* Which thread of the group takes a signal sent to all of it. */
static struct task_struct *pick_thread(struct task_struct *task, int sig)
{
	struct task_struct *thread;

	if (wants_signal(task, sig))
		return task;
	list_for_each_entry(thread, &task->signal->thread_head, thread_node)
		if (wants_signal(thread, sig))
			return thread;
	return NULL;
}

/* SIGKILL: the whole group goes, each thread by its own hand. */
static void start_group_kill(struct task_struct *curr, struct task_struct *task)
{
	struct task_struct *thread;

	task->signal->group_stopped = false;
	list_for_each_entry(thread, &task->signal->thread_head, thread_node) {
		if (thread->exit_state)
			continue;
		thread->pending.signal |= SIG_BIT(SIGKILL);
		signal_wake_up(curr, thread, true);
	}
}

static void complete_signal(struct task_struct *curr, int sig,
			    struct task_struct *task, bool thread_only)
{
	struct task_struct *to = task;

	if (sig == SIGKILL) {
		start_group_kill(curr, task);
		return;
	}
	if (thread_only)
		to = wants_signal(task, sig) ? task : NULL;
	else
		to = pick_thread(task, sig);
	if (to)
		signal_wake_up(curr, to, false);
}

/* SIGCONT and stop signals cancel each other; SIGCONT wakes at once. */
static void prepare_signal(struct task_struct *curr, int sig,
			   struct task_struct *task)
{
	struct task_struct *thread;

	if (SIG_BIT(sig) & SIG_STOPS) {
		flush_group(curr, task, SIG_BIT(SIGCONT));
		return;
	}
	if (sig != SIGCONT)
		return;
	flush_group(curr, task, SIG_STOPS);
	if (!task->signal->group_stopped)
		return;
	task->signal->group_stopped = false;
	task->signal->stop_code = STOP_CODE_CONTINUED;
	task->signal->cld_code = CLD_CONTINUED;
	list_for_each_entry(thread, &task->signal->thread_head, thread_node)
		wake_up_state(curr, thread, TASK_STOPPED);
}

/* What came of sending one, by Linux's numbers. */
enum {
	TRACE_SIGNAL_DELIVERED,
	TRACE_SIGNAL_IGNORED,
	TRACE_SIGNAL_ALREADY_PENDING,
	TRACE_SIGNAL_OVERFLOW_FAIL
};

static void trace_generate(const struct task_struct *curr, int sig,
			   const struct ksiginfo *info,
			   const struct task_struct *to, bool group, int result)
{
	if (!trace_enabled(curr->k, TRACE_signal_generate))
		return;
	trace_event(curr->k, TRACE_signal_generate,
		    "sig=%d errno=%d code=%d comm=%s pid=%d grp=%d res=%d", sig,
		    0, info ? info->code : SI_USER, to->comm, to->pid, group,
		    result);
}

static void trace_deliver(const struct task_struct *curr,
			  const struct ksiginfo *info,
			  const struct k_sigaction *action)
{
	if (!trace_enabled(curr->k, TRACE_signal_deliver))
		return;
	trace_event(curr->k, TRACE_signal_deliver,
		    "sig=%d errno=%d code=%d sa_handler=%x sa_flags=%x",
		    info->signo, 0, info->code, action->handler, action->flags);
}

/*
 * Who stands for @to: itself, or where its process is meant and it is dead, a
 * thread of it that isn't. NULL: nobody.
 */
static struct task_struct *living(struct task_struct *to, bool thread_only)
{
	struct task_struct *thread;

	if (to->sighand && !to->exit_state)
		return to;
	if (thread_only)
		return NULL;
	list_for_each_entry(thread, &to->signal->thread_head, thread_node)
		if (thread->sighand && !thread->exit_state)
			return thread;
	return NULL;
}

int send_sig_info(struct task_struct *curr, int sig,
		  const struct ksiginfo *info, struct task_struct *to,
		  bool thread_only)
{
	struct sigpending *queue;
	int result, err;

	if (unkillable(to))
		return 0;
	to = living(to, thread_only);
	if (!to)
		return 0;
	prepare_signal(curr, sig, to);
	if (sig_ignored(to, sig)) {
		trace_generate(curr, sig, info, to, !thread_only,
			       TRACE_SIGNAL_IGNORED);
		return 0;
	}
	queue = thread_only ? &to->pending : &to->signal->shared_pending;
	result = sig < SIGRTMIN_ARM && queue->signal & SIG_BIT(sig)
			 ? TRACE_SIGNAL_ALREADY_PENDING
			 : TRACE_SIGNAL_DELIVERED;
	err = queue_signal(curr, to, queue, sig, info);
	trace_generate(curr, sig, info, to, !thread_only,
		       err ? TRACE_SIGNAL_OVERFLOW_FAIL : result);
	if (!err) {
		wake_up(curr, &to->sighand->signalfd_wqh);
		complete_signal(curr, sig, to, thread_only);
	}
	return err;
}

int kill_pgrp(struct task_struct *curr, int pgrp, int sig)
{
	const struct ksiginfo info = {.signo = sig, .code = SI_KERNEL};
	struct task_struct *task;
	int err = -ESRCH;

	for_each_process(task, curr->k) {
		if (task->signal->pgrp != pgrp || (task->flags & PF_KTHREAD))
			continue;
		err = send_sig_info(curr, sig, &info, task, false);
	}
	return err;
}

/* A signal that the task can't put off: it could not go on without. */
static void force_sig_info(struct task_struct *curr, int sig,
			   const struct ksiginfo *info)
{
	struct k_sigaction *action = &curr->sighand->action[sig - 1];
	bool blocked = curr->blocked & SIG_BIT(sig);

	/* it can't be put off: what would be lost is the default action */
	if (blocked || action->handler == HANDLER_IGN) {
		action->handler = HANDLER_DFL;
		curr->blocked &= ~SIG_BIT(sig);
	}
	flush_signals_in(curr, &curr->pending, SIG_BIT(sig));
	queue_signal(curr, curr, &curr->pending, sig, info);
	trace_generate(curr, sig, info, curr, false, TRACE_SIGNAL_DELIVERED);
	curr->sigpending_flag = true;
}

void force_sig_fault(struct task_struct *curr, int sig, int code,
		     vaddr_t address)
{
	const struct ksiginfo info = {
		.signo = sig, .code = code, .addr = address};

	if (curr->fault) {
		curr->fault->sig = sig;
		curr->fault->code = code;
	}
	force_sig_info(curr, sig, &info);
}

void force_sig_mceerr(struct task_struct *curr, int code, vaddr_t address,
		      unsigned int lsb)
{
	const struct ksiginfo info = {
		.signo = SIGBUS, .code = code, .words = {address, lsb}};

	if (curr->fault) {
		curr->fault->sig = SIGBUS;
		curr->fault->code = code;
	}
	force_sig_info(curr, SIGBUS, &info);
}

int send_sig_mceerr(struct task_struct *curr, int code, vaddr_t address,
		    unsigned int lsb, struct task_struct *to)
{
	const struct ksiginfo info = {
		.signo = SIGBUS, .code = code, .words = {address, lsb}};

	return send_sig_info(curr, SIGBUS, &info, to, true);
}

void force_sig(struct task_struct *curr, int sig)
{
	const struct ksiginfo info = {.signo = sig, .code = SI_KERNEL};

	force_sig_info(curr, sig, &info);
}

void force_fatal_sig(struct task_struct *curr, int sig)
{
	curr->sighand->action[sig - 1].handler = HANDLER_DFL;
	force_sig(curr, sig);
}

void zap_other_threads(struct task_struct *curr)
{
	struct task_struct *thread;

	list_for_each_entry(thread, &curr->signal->thread_head, thread_node) {
		if (thread == curr || thread->exit_state)
			continue;
		thread->pending.signal |= SIG_BIT(SIGKILL);
		signal_wake_up(curr, thread, true);
	}
}

/* ---- parents -------------------------------------------------------------------- */

bool parent_ignores_child(const struct task_struct *task)
{
	const struct k_sigaction *action;

	if (task->exit_signal != SIGCHLD || !task->parent->sighand ||
	    task->parent == task->k->sched.init)
		return false;
	action = &task->parent->sighand->action[SIGCHLD - 1];
	return action->handler == HANDLER_IGN || (action->flags & SA_NOCLDWAIT);
}

static int exit_cld_code(const struct task_struct *task)
{
	int status = task->exit_code;

	if (status & 0x7f)
		return status & 0x80 ? CLD_DUMPED : CLD_KILLED;
	return CLD_EXITED;
}

void do_notify_parent(struct task_struct *curr, struct task_struct *task,
		      int sig)
{
	struct task_struct *parent = task->parent;
	struct ksiginfo info = {
		.signo = sig,
		.code = exit_cld_code(task),
		.pid = task->pid,
		.uid = task->cred.uid,
	};

	if (info.code == CLD_EXITED)
		info.status = task->exit_code >> 8 & 0xff;
	else
		info.status = task->exit_code & 0x7f;
	if (sig > 0 && sig <= NR_SIGNALS)
		send_sig_info(curr, sig, &info, parent, false);
	wake_up_all(curr, &task->thread_pid->wait_pidfd);
	wake_up_all(curr, &parent->signal->wait_chldexit);
}

/* @task has stopped, or goes on: @why, a CLD_ code. */
static void do_notify_parent_cldstop(struct task_struct *curr,
				     struct task_struct *task, int why)
{
	struct task_struct *parent = task->parent;
	const struct ksiginfo info = {
		.signo = SIGCHLD,
		.code = why,
		.pid = task->pid,
		.uid = task->cred.uid,
		.status = why == CLD_CONTINUED ? SIGCONT
					       : task->signal->stop_code,
	};
	const struct task_struct *alive = living(parent, false);

	if (alive &&
	    !(alive->sighand->action[SIGCHLD - 1].flags & SA_NOCLDSTOP))
		send_sig_info(curr, SIGCHLD, &info, parent, false);
	wake_up_all(curr, &parent->signal->wait_chldexit);
}

/* ---- taking --------------------------------------------------------------------- */

static int next_signal(sigset64 pending, sigset64 blocked)
{
	sigset64 set = pending & ~blocked;

	if (set & SIG_BIT(SIGKILL))
		return SIGKILL;
	if (set & SIG_SYNCHRONOUS)
		set &= SIG_SYNCHRONOUS;
	return set ? __builtin_ctzll(set) + 1 : 0;
}

static void collect_signal(struct task_struct *curr, struct sigpending *queue,
			   int sig, struct ksiginfo *info)
{
	struct sigqueue *q, *found = NULL;
	bool more = false;

	list_for_each_entry(q, &queue->list, list) {
		if (q->info.signo != sig)
			continue;
		more = found != NULL;
		if (!found)
			found = q;
		if (more)
			break;
	}
	if (!more)
		queue->signal &= ~SIG_BIT(sig);
	*info = (struct ksiginfo){.signo = sig, .code = SI_USER};
	if (!found)
		return;
	*info = found->info;
	list_del(&found->list);
	queue->nr--;
	kmem_cache_free(curr, curr->k->sched.sigqueue_cachep, found);
}

int dequeue_signal(struct task_struct *curr, sigset64 blocked,
		   struct ksiginfo *info)
{
	struct sigpending *queue = &curr->pending;
	int sig = next_signal(queue->signal, blocked);

	if (!sig) {
		queue = &curr->signal->shared_pending;
		sig = next_signal(queue->signal, blocked);
	}
	if (sig)
		collect_signal(curr, queue, sig, info);
	recalc_sigpending(curr);
	return sig;
}

/* All threads stop; the parent hears of it once. */
static void do_signal_stop(struct task_struct *curr, int sig)
{
	struct task_struct *thread;

	curr->signal->group_stopped = true;
	curr->signal->stop_code = sig;
	list_for_each_entry(thread, &curr->signal->thread_head, thread_node)
		if (thread != curr)
			signal_wake_up(curr, thread, false);
	do_notify_parent_cldstop(curr, curr->group_leader, CLD_STOPPED);
}

static void sleep_while_stopped(struct task_struct *curr)
{
	while (curr->signal->group_stopped &&
	       !(curr->pending.signal & SIG_BIT(SIGKILL))) {
		curr->state = TASK_STOPPED;
		schedule(curr);
	}
	recalc_sigpending(curr);
}

static void report_fatal(struct task_struct *curr, const struct ksiginfo *info)
{
	static const char *const name[] = {
		[SIGILL] = "illegal instruction", [SIGTRAP] = "trap",
		[SIGBUS] = "bus error",           [SIGFPE] = "arithmetic error",
		[SIGSEGV] = "segfault",
	};

	if (!(SIG_BIT(info->signo) & SIG_SYNCHRONOUS) || info->code <= 0 ||
	    (size_t)info->signo >= sizeof(name) / sizeof(name[0]))
		return;
	printk(curr->k,
	       "%s[%d]: %s at 0x%08x pc 0x%08x sp 0x%08x error 0x%x code %d",
	       curr->comm, curr->pid, name[info->signo], info->addr,
	       task_regs(curr)->r[15], task_regs(curr)->r[13],
	       curr->thread.error_code, info->code);
}

/* The default action. Returns only when the task goes on. */
static void do_default_action(struct task_struct *curr,
			      const struct ksiginfo *info)
{
	int sig = info->signo;

	if (SIG_BIT(sig) & SIG_DEFAULT_IGNORES)
		return;
	if (SIG_BIT(sig) & SIG_STOPS) {
		/* who has nobody to continue it isn't stopped by a terminal */
		if (sig != SIGSTOP &&
		    is_orphaned_pgrp(curr->k, curr->signal->pgrp))
			return;
		do_signal_stop(curr, sig);
		sleep_while_stopped(curr);
		return;
	}
	report_fatal(curr, info);
	/* MODEL: no core files, so the core flag of the status stays clear */
	do_group_exit(curr, sig);
}

/*
 * The next signal that has a handler, with its action in *action; 0 when none
 * is left. Default actions are done on the way.
 */
static int get_signal(struct task_struct *curr, struct ksiginfo *info,
		      struct k_sigaction *action)
{
	for (;;) {
		struct k_sigaction *ka;
		int sig;

		if (curr->signal->group_exit)
			do_group_exit(curr, curr->signal->group_exit_code);
		sleep_while_stopped(curr);
		if (curr->signal->cld_code) {
			int why = curr->signal->cld_code;

			curr->signal->cld_code = 0;
			do_notify_parent_cldstop(curr, curr->group_leader, why);
		}
		sig = dequeue_signal(curr, curr->blocked, info);
		if (!sig)
			return 0;
		ka = &curr->sighand->action[sig - 1];
		trace_deliver(curr, info, ka);
		if (ka->handler == HANDLER_IGN)
			continue;
		if (ka->handler != HANDLER_DFL) {
			*action = *ka;
			if (ka->flags & (uint32_t)SA_RESETHAND)
				ka->handler = HANDLER_DFL;
			return sig;
		}
		do_default_action(curr, info);
	}
}

/* ---- system calls that a signal cut short ------------------------------------------- */

enum {
	CPSR_T = 0x20,
	NR_RESTART_SYSCALL = 0
};

static bool wants_restart(int32_t result)
{
	return result == -ERESTARTSYS || result == -ERESTARTNOINTR ||
	       result == -ERESTARTNOHAND || result == -ERESTART_RESTARTBLOCK;
}

/* Back to the SVC, with r0 as it was. */
static void rewind_syscall(struct task_struct *curr, bool by_block)
{
	struct pt_regs *regs = task_regs_mut(curr);

	regs->r[15] -= regs->cpsr & CPSR_T ? 2 : 4;
	if (by_block)
		regs->r[7] = NR_RESTART_SYSCALL;
	else
		regs->r[0] = curr->orig_r0;
}

/* @action NULL: no handler runs first. */
static void handle_restart(struct task_struct *curr,
			   const struct k_sigaction *action)
{
	int32_t result = (int32_t)task_regs(curr)->r[0];

	if (!wants_restart(result))
		return;
	if (!action) {
		rewind_syscall(curr, result == -ERESTART_RESTARTBLOCK);
		return;
	}
	if (result == -ERESTARTNOINTR ||
	    (result == -ERESTARTSYS && (action->flags & SA_RESTART)))
		rewind_syscall(curr, false);
	else
		task_regs_mut(curr)->r[0] = (uint32_t)-EINTR;
}

static void run_handler(struct task_struct *curr, int sig,
			const struct k_sigaction *action,
			const struct ksiginfo *info)
{
	sigset64 old = curr->restore_sigmask ? curr->saved_sigmask
					     : curr->blocked;
	sigset64 now = curr->blocked | action->mask;

	rseq_signal_deliver(curr);
	if (setup_frame(curr, sig, action, info, old)) {
		/* no room for the frame; of SIGSEGV's own, no way out */
		if (sig == SIGSEGV)
			curr->sighand->action[sig - 1].handler = HANDLER_DFL;
		force_sig(curr, SIGSEGV);
		return;
	}
	curr->restore_sigmask = false;
	if (!(action->flags & ARM_SA_NODEFER))
		now |= SIG_BIT(sig);
	set_blocked(curr, now);
}

void do_signal(struct task_struct *curr)
{
	bool in_syscall = curr->syscall_nr >= 0;
	struct k_sigaction action;
	struct ksiginfo info;
	int sig = get_signal(curr, &info, &action);

	if (in_syscall)
		handle_restart(curr, sig ? &action : NULL);
	curr->syscall_nr = -1; /* once is enough */
	if (sig) {
		run_handler(curr, sig, &action, &info);
		return;
	}
	if (curr->restore_sigmask) {
		curr->restore_sigmask = false;
		set_blocked(curr, curr->saved_sigmask);
	}
}

/* ---- what system calls ask for ------------------------------------------------------- */

void flush_signal_handlers(struct task_struct *task)
{
	for (int i = 0; i < NR_SIGNALS; i++) {
		struct k_sigaction *action = &task->sighand->action[i];

		if (action->handler != HANDLER_IGN)
			action->handler = HANDLER_DFL;
		action->flags = 0;
		action->mask = 0;
	}
}

int do_sigaction(struct task_struct *curr, int sig,
		 const struct k_sigaction *new, struct k_sigaction *old)
{
	struct k_sigaction *action;

	if (sig < 1 || sig > NR_SIGNALS ||
	    (new && (SIG_BIT(sig) & SIG_KERNEL_ONLY)))
		return -EINVAL;
	action = &curr->sighand->action[sig - 1];
	if (old)
		*old = *action;
	if (!new)
		return 0;
	*action = *new;
	action->flags &= SA_KNOWN;
	action->mask &= ~SIG_KERNEL_ONLY;
	if (sig_handler_ignores(curr, sig))
		flush_group(curr, curr, SIG_BIT(sig));
	return 0;
}

int do_sigprocmask(struct task_struct *curr, int how, sigset64 set)
{
	switch (how) {
	case SIG_BLOCK:
		set |= curr->blocked;
		break;
	case SIG_UNBLOCK:
		set = curr->blocked & ~set;
		break;
	case SIG_SETMASK:
		break;
	default:
		return -EINVAL;
	}
	set_blocked(curr, set);
	return 0;
}

sigset64 do_sigpending(const struct task_struct *curr)
{
	return (curr->pending.signal | curr->signal->shared_pending.signal) &
	       curr->blocked;
}

void put_sighand(struct task_struct *curr, struct sighand_struct *sighand)
{
	if (--sighand->refcount)
		return;
	wake_up_pollfree(curr, &sighand->signalfd_wqh);
	kmem_cache_free(curr, curr->k->sched.sighand_cachep, sighand);
}

int set_user_sigmask(struct task_struct *curr, vaddr_t umask, uint32_t size)
{
	sigset64 mask;

	if (!umask)
		return 0;
	if (size != sizeof(mask))
		return -EINVAL;
	if (copy_from_user(curr, &mask, umask, sizeof(mask)))
		return -EFAULT;
	curr->saved_sigmask = curr->blocked;
	curr->restore_sigmask = true;
	set_blocked(curr, mask);
	return 0;
}

void restore_saved_sigmask_unless(struct task_struct *curr, bool interrupted)
{
	if (interrupted || !curr->restore_sigmask)
		return;
	curr->restore_sigmask = false;
	set_blocked(curr, curr->saved_sigmask);
}

int do_sigsuspend(struct task_struct *curr, sigset64 set)
{
	curr->saved_sigmask = curr->blocked;
	set_blocked(curr, set);
	while (!signal_pending(curr)) {
		curr->state = TASK_INTERRUPTIBLE;
		schedule(curr);
	}
	curr->restore_sigmask = true;
	return -ERESTARTNOHAND;
}

int do_sigtimedwait(struct task_struct *curr, sigset64 set, uint64_t expires,
		    struct ksiginfo *info)
{
	sigset64 old = curr->blocked;
	int sig = dequeue_signal(curr, ~set, info);
	bool timed_out;

	if (sig)
		return sig;
	/* while it sleeps, what it waits for must wake it */
	set_blocked(curr, old & ~set);
	curr->state = TASK_INTERRUPTIBLE;
	timed_out = !schedule_timeout_until(curr, expires);
	set_blocked(curr, old);
	sig = dequeue_signal(curr, ~set, info);
	if (sig)
		return sig;
	return timed_out ? -EAGAIN : -EINTR;
}

static bool may_kill(const struct task_struct *curr,
		     const struct task_struct *to)
{
	return curr->cred.euid == to->cred.suid ||
	       curr->cred.euid == to->cred.uid ||
	       curr->cred.uid == to->cred.suid ||
	       curr->cred.uid == to->cred.uid || capable(curr, CAP_KILL);
}

static int kill_one(struct task_struct *curr, int sig,
		    const struct ksiginfo *info, struct task_struct *to,
		    bool thread_only)
{
	if (sig < 0 || sig > NR_SIGNALS)
		return -EINVAL;
	if (!may_kill(curr, to))
		return -EPERM;
	return sig ? send_sig_info(curr, sig, info, to, thread_only) : 0;
}

static int kill_all(struct task_struct *curr, int sig,
		    const struct ksiginfo *info)
{
	struct task_struct *task;
	int err = -ESRCH;

	for_each_process(task, curr->k) {
		int got;

		if (unkillable(task) || task == curr->group_leader)
			continue;
		got = kill_one(curr, sig, info, task, false);
		if (got != -EPERM || err == -ESRCH)
			err = got == -EPERM ? 0 : got;
	}
	return err;
}

/* Well, if one of them could be sent it. */
static int kill_group(struct task_struct *curr, int pgrp, int sig,
		      const struct ksiginfo *info)
{
	struct task_struct *task;
	bool any = false;
	int err = -ESRCH;

	for_each_process(task, curr->k) {
		if (task->signal->pgrp != pgrp || (task->flags & PF_KTHREAD))
			continue;
		err = kill_one(curr, sig, info, task, false);
		any |= !err;
	}
	return any ? 0 : err;
}

int do_kill(struct task_struct *curr, int pid, int sig,
	    const struct ksiginfo *info)
{
	struct task_struct *task;

	if (pid == 0)
		return kill_group(curr, curr->signal->pgrp, sig, info);
	if (pid == -1)
		return kill_all(curr, sig, info);
	if (pid == INT32_MIN)
		return -ESRCH; /* it has no negative */
	if (pid < 0)
		return kill_group(curr, -pid, sig, info);
	task = find_task_by_pid(curr->k, pid);
	return task ? kill_one(curr, sig, info, task, false) : -ESRCH;
}

int do_tkill(struct task_struct *curr, int tgid, int pid, int sig,
	     const struct ksiginfo *from)
{
	const struct ksiginfo info = {
		.code = SI_TKILL, .pid = curr->tgid, .uid = curr->cred.uid};
	struct task_struct *task = find_task_by_pid(curr->k, pid);

	if (pid <= 0)
		return -EINVAL;
	if (!task || (tgid > 0 && task->tgid != tgid))
		return -ESRCH;
	return kill_one(curr, sig, from ? from : &info, task, true);
}
