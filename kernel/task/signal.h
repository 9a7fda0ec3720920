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
/* To every process of a group; 0 or -ESRCH. */
int kill_pgrp(struct task_struct *curr, int pgrp, int sig);
/* A fault of the task itself: can't be blocked or ignored. */
void force_sig_fault(struct task_struct *curr, int sig, int code,
		     vaddr_t address);
void recalc_sigpending(struct task_struct *task);
/*
 * Before user mode: takes one signal, runs its default action (may not
 * return) or sets up a handler's frame; restarts system calls.
 */
void do_signal(struct task_struct *curr);

/* kernel/arch/arm/signal.c: frames in Linux's layout (E.9). 0 or -EFAULT. */
int setup_frame(struct task_struct *curr, int sig,
		const struct k_sigaction *action, const struct ksiginfo *info,
		sigset64 oldset);
int restore_sigframe(struct task_struct *curr, bool rt);

#endif
