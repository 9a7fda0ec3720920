/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * Whose terminal it is (Linux: drivers/tty/tty_jobctrl.c): sessions, their
 * foreground groups, and who is stopped for touching it from the background.
 *
 * Invariant: who has signal->tty holds a reference, and is of the session
 * that tty->session names, or its terminal has been taken away.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/state.h"
#include "kernel/task/capability.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

static bool is_ignored(const struct task_struct *curr, int sig)
{
	return curr->blocked & sig_bit(sig) ||
	       curr->sighand->action[sig - 1].handler == 1;
}

int tty_check_change(struct task_struct *curr, struct tty_struct *tty, int sig)
{
	const struct signal_struct *signal = curr->signal;

	if (!signal || signal->tty != tty || !tty->pgrp ||
	    signal->pgrp == tty->pgrp)
		return 0;
	if (is_ignored(curr, sig))
		return sig == SIGTTIN ? -EIO : 0;
	if (is_orphaned_pgrp(curr->k, signal->pgrp))
		return -EIO;
	kill_pgrp(curr, signal->pgrp, sig);
	return -ERESTARTSYS;
}

/* ---- getting and losing one -------------------------------------------- */

void proc_set_tty(struct task_struct *curr, struct tty_struct *tty)
{
	struct signal_struct *signal = curr->signal;

	change_pid(curr, &tty->session, signal->session);
	change_pid(curr, &tty->pgrp, signal->pgrp);
	tty->refs++;
	proc_clear_tty(curr, signal);
	signal->tty = tty;
	change_pid(curr, &signal->tty_old_pgrp, 0);
}

void tty_inherit(struct task_struct *curr, struct signal_struct *sig)
{
	sig->tty = curr->signal->tty;
	if (sig->tty)
		sig->tty->refs++;
}

void proc_clear_tty(struct task_struct *curr, struct signal_struct *signal)
{
	struct tty_struct *tty = signal->tty;

	signal->tty = NULL;
	tty_kref_put(curr, tty);
}

void session_clear_tty(struct task_struct *curr, int session)
{
	struct task_struct *task;

	if (!session)
		return;
	for_each_process(task, curr->k)
		if (task->signal->session == session)
			proc_clear_tty(curr, task->signal);
}

void tty_open_proc_set_tty(struct task_struct *curr, struct file *file,
			   struct tty_struct *tty)
{
	const struct signal_struct *signal = curr->signal;

	if (signal && signal->leader && !signal->tty && !tty->session &&
	    file->f_mode & FMODE_READ)
		proc_set_tty(curr, tty);
}

void tty_signal_session_leader(struct task_struct *curr, struct tty_struct *tty,
			       bool exit_session)
{
	struct task_struct *task;

	if (!tty->session)
		return;
	for_each_process(task, curr->k) {
		struct signal_struct *signal = task->signal;

		if (signal->session != tty->session)
			continue;
		if (signal->tty == tty)
			proc_clear_tty(curr, signal);
		if (!signal->leader)
			continue;
		send_sig_info(curr, SIGHUP, NULL, task, false);
		send_sig_info(curr, SIGCONT, NULL, task, false);
		change_pid(curr, &signal->tty_old_pgrp, tty->pgrp);
	}
	if (exit_session && tty->pgrp)
		kill_pgrp(curr, tty->pgrp, SIGHUP);
}

/* Its terminal was hung up before: the group in front learns it now. */
static void leave_old_pgrp(struct task_struct *curr)
{
	const int pgrp = curr->signal->tty_old_pgrp;

	if (!pgrp)
		return;
	kill_pgrp(curr, pgrp, SIGHUP);
	kill_pgrp(curr, pgrp, SIGCONT);
	change_pid(curr, &curr->signal->tty_old_pgrp, 0);
}

void disassociate_ctty(struct task_struct *curr, bool on_exit)
{
	struct tty_struct *tty = curr->signal->tty;

	if (!curr->signal->leader)
		return;
	if (!tty) {
		if (on_exit)
			leave_old_pgrp(curr);
		return;
	}
	tty->refs++;
	if (on_exit && !tty->is_pty) {
		tty_vhangup(curr, tty, true);
	} else if (tty->pgrp) {
		kill_pgrp(curr, tty->pgrp, SIGHUP);
		if (!on_exit)
			kill_pgrp(curr, tty->pgrp, SIGCONT);
	}
	change_pid(curr, &curr->signal->tty_old_pgrp, 0);
	change_pid(curr, &tty->session, 0);
	change_pid(curr, &tty->pgrp, 0);
	session_clear_tty(curr, curr->signal->session);
	tty_kref_put(curr, tty);
}

/* ---- ioctl ------------------------------------------------------------- */

/* 0 when it is a group of @curr's session. */
static int check_pgrp(const struct task_struct *curr, int pgrp)
{
	const struct task_struct *task;

	if (pgrp < 0)
		return -EINVAL;
	task = find_task_in_pgrp(curr->k, pgrp);
	if (!task || !pgrp)
		return -ESRCH;
	return task->signal->session == curr->signal->session ? 0 : -EPERM;
}

static int tiocspgrp(struct task_struct *curr, struct tty_struct *tty,
		     vaddr_t uarg)
{
	uint32_t pgrp;
	int err = tty_check_change(curr, tty, SIGTTOU);

	if (err)
		return err == -EIO ? -ENOTTY : err;
	if (get_user_u32(curr, &pgrp, uarg))
		return -EFAULT;
	if ((int)pgrp < 0)
		return -EINVAL;
	if (curr->signal->tty != tty || tty->session != curr->signal->session)
		return -ENOTTY;
	err = check_pgrp(curr, (int)pgrp);
	if (!err)
		change_pid(curr, &tty->pgrp, (int)pgrp);
	return err;
}

/* @force: root takes it from whoever has it. */
static int tiocsctty(struct task_struct *curr, const struct file *file,
		     struct tty_struct *tty, bool force)
{
	struct signal_struct *signal = curr->signal;

	if (signal->leader && tty->session == signal->session)
		return 0;
	if (!signal->leader || signal->tty)
		return -EPERM;
	if (tty->session) {
		if (!force || !capable(curr, CAP_SYS_ADMIN))
			return -EPERM;
		session_clear_tty(curr, tty->session);
	}
	if (!(file->f_mode & FMODE_READ) && !capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	proc_set_tty(curr, tty);
	return 0;
}

static int tiocnotty(struct task_struct *curr, struct tty_struct *tty)
{
	if (curr->signal->tty != tty)
		return -ENOTTY;
	disassociate_ctty(curr, false);
	proc_clear_tty(curr, curr->signal);
	return 0;
}

/* A master may ask for its slave's whatever its own terminal is. */
static int32_t put_id(struct task_struct *curr, const struct tty_struct *tty,
		      const struct tty_struct *real_tty, int id, vaddr_t uarg)
{
	if (tty == real_tty && curr->signal->tty != real_tty)
		return -ENOTTY;
	return put_user_u32(curr, (uint32_t)id, uarg);
}

int32_t tty_jobctrl_ioctl(struct task_struct *curr, struct file *file,
			  struct tty_struct *tty, struct tty_struct *real_tty,
			  uint32_t cmd, uint32_t arg)
{
	switch (cmd) {
	case TIOCNOTTY:
		return tiocnotty(curr, tty);
	case TIOCSCTTY:
		return tiocsctty(curr, file, real_tty, arg == 1);
	case TIOCGPGRP:
		return put_id(curr, tty, real_tty, real_tty->pgrp, arg);
	case TIOCSPGRP:
		return tiocspgrp(curr, real_tty, arg);
	case TIOCGSID:
		if (!real_tty->session)
			return -ENOTTY;
		return put_id(curr, tty, real_tty, real_tty->session, arg);
	default:
		return -ENOIOCTLCMD;
	}
}
