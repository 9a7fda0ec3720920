/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_SIGNAL_H
#define KERNEL_TASK_SIGNAL_H

/* Sending and taking signals (include/linux/signal.h, kernel/signal.c). */

#include <stdbool.h>

#include "kernel/task/sched.h"

#include <signal.h> /* numbers alone; x86-64 and ARM Linux agree on them */

/* To a process (or, @thread_only, one thread). 0 or -errno. */
int send_sig_info(struct task_struct *curr, int sig,
		  const struct ksiginfo *info, struct task_struct *to,
		  bool thread_only);
/* To every process of a group, by the kernel; 0 or -ESRCH. */
int kill_pgrp(struct task_struct *curr, int pgrp, int sig);
/* Is nobody left, in another group of its session, to continue it? */
bool is_orphaned_pgrp(const struct kernel *k, int pgrp);
/* A fault of the task itself: can't be blocked or ignored. */
void force_sig_fault(struct task_struct *curr, int sig, int code,
		     vaddr_t address);
/*
 * A memory error at @address, in a unit of 2^@lsb bytes. BUS_MCEERR_AR: @curr
 * ran into it and can't go on; BUS_MCEERR_AO: thread @to may know of it.
 */
void force_sig_mceerr(struct task_struct *curr, int code, vaddr_t address,
		      unsigned int lsb);
int send_sig_mceerr(struct task_struct *curr, int code, vaddr_t address,
		    unsigned int lsb, struct task_struct *to);
/* The same without an address: the kernel couldn't go on with the task. */
void force_sig(struct task_struct *curr, int sig);
/* The same, whatever handler there is: @curr dies on its way to user mode. */
void force_fatal_sig(struct task_struct *curr, int sig);
/* Signals queued to all processes of @task's user. */
uint32_t user_sigpending(const struct task_struct *task);
void recalc_sigpending(struct task_struct *task);
/*
 * Before user mode: takes one signal, runs its default action (may not
 * return) or sets up a handler's frame; restarts system calls.
 */
void do_signal(struct task_struct *curr);

/* What do_wait() reads in signal_struct.stop_code besides a stop signal. */
#define STOP_CODE_CONTINUED 0x100

/* Sends SIGKILL to every thread of the group but @curr. */
void zap_other_threads(struct task_struct *curr);
/* True when @task's end is nobody's to wait for. */
bool parent_ignores_child(const struct task_struct *task);

/* ---- behind the system calls; 0 or -errno ---- */

int do_sigaction(struct task_struct *curr, int sig,
		 const struct k_sigaction *new, struct k_sigaction *old);
int do_sigprocmask(struct task_struct *curr, int how, sigset64 set);
/* Blocked signals that are pending. */
sigset64 do_sigpending(const struct task_struct *curr);
/*
 * ppoll(2) and its kin: the mask in user memory, of @size bytes, holds while
 * the call waits; none, if @umask is 0. 0 or -errno.
 */
int set_user_sigmask(struct task_struct *curr, vaddr_t umask, uint32_t size);
/* The old one comes back: now, or after the handler that ended the wait. */
void restore_saved_sigmask_unless(struct task_struct *curr, bool interrupted);
/* Takes one signal that is not in @blocked; 0: there is none. */
int dequeue_signal(struct task_struct *curr, sigset64 blocked,
		   struct ksiginfo *info);
/* One user of @sighand less. */
void put_sighand(struct task_struct *curr, struct sighand_struct *sighand);
int do_sigsuspend(struct task_struct *curr, sigset64 set);
/* The signal's number, or -EAGAIN at cycle @expires, or -EINTR. */
int do_sigtimedwait(struct task_struct *curr, sigset64 set, uint64_t expires,
		    struct ksiginfo *info);
/* @info NULL: as kill(2) has it. */
int do_kill(struct task_struct *curr, int pid, int sig,
	    const struct ksiginfo *info);
/* One thread; @tgid 0: of whatever process. */
/* @info NULL: that of tkill(). */
int do_tkill(struct task_struct *curr, int tgid, int pid, int sig,
	     const struct ksiginfo *info);

/* siginfo_t as ARM lays it out, 128 bytes. */
void siginfo_words(const struct ksiginfo *info, uint32_t word[32]);
int copy_siginfo_to_user(struct task_struct *curr, vaddr_t to,
			 const struct ksiginfo *info);
int do_sigaltstack(struct task_struct *curr, vaddr_t new, vaddr_t old);
bool on_sig_stack(const struct task_struct *task, vaddr_t sp);
/* No alternate stack. */
void sas_reset(struct task_struct *task);

/*
 * kernel/arch/arm/signal.c: frames in Linux's layout (E.9). setup_frame()
 * gives 0 or -EFAULT. restore_sigframe() gives r0 as the frame has it, which
 * is the system call's result; a bad frame makes SIGSEGV pending.
 */
int setup_frame(struct task_struct *curr, int sig,
		const struct k_sigaction *action, const struct ksiginfo *info,
		sigset64 oldset);
int restore_sigframe(struct task_struct *curr, bool rt);

/* Nothing it does now will be seen: SIGKILL has come. */
static inline bool fatal_signal_pending(const struct task_struct *task)
{
	return signal_pending(task) &&
	       task->pending.signal & (sigset64)1 << (SIGKILL - 1);
}

#endif
