/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * Terminals as files (Linux: drivers/tty/tty_io.c): opened, closed, hung up.
 * What a key means is n_tty.c's, whose terminal it is tty_jobctrl.c's, what
 * lies below console.c's and pty.c's.
 *
 * A terminal that is hung up is dead for the files that are open, not for
 * those who open it anew: their operations are exchanged, and who sleeps in
 * one of the old ones finds that out when it wakes.
 *
 * MODEL: no TIOCCONS.
 */

#include <string.h>

#include "kernel/fs/char_dev.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fasync.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/poll.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/capability.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

#define CHUNK                       512u
/* MODEL: with the line discipline's data, which Linux has elsewhere */
#define ARM_SIZEOF_TTY              8192
#define ARM_SIZEOF_TTY_FILE_PRIVATE 16

static const struct file_operations hung_up_tty_fops;

/* ---- structures -------------------------------------------------------- */

struct tty_struct *alloc_tty_struct(struct task_struct *curr,
				    const struct tty_operations *ops)
{
	struct tty_struct *tty = kzalloc_obj(curr, ARM_SIZEOF_TTY, sizeof(*tty),
					     GFP_KERNEL);

	if (!tty)
		return NULL;
	tty->k = curr->k;
	tty->ops = ops;
	tty->refs = 1;
	tty->is_terminal = true;
	tty->termios = tty_std_termios;
	INIT_LIST_HEAD(&tty->files);
	init_waitqueue_head(&tty->read_wait);
	init_waitqueue_head(&tty->write_wait);
	return tty;
}

void tty_kref_put(struct task_struct *curr, struct tty_struct *tty)
{
	if (!tty || --tty->refs)
		return;
	BUG_ON(tty->count);
	change_pid(curr, &tty->pgrp, 0);
	change_pid(curr, &tty->session, 0);
	tty_buffer_free(curr, tty);
	kfree_obj(curr, tty);
}

int tty_alloc_file(struct task_struct *curr, struct file *file)
{
	struct tty_file_private *priv = kzalloc_obj(
		curr, ARM_SIZEOF_TTY_FILE_PRIVATE, sizeof(*priv), GFP_KERNEL);

	file->private_data = priv;
	return priv ? 0 : -ENOMEM;
}

void tty_free_file(struct task_struct *curr, struct file *file)
{
	kfree_obj(curr, file->private_data);
	file->private_data = NULL;
}

void tty_add_file(struct tty_struct *tty, struct file *file)
{
	struct tty_file_private *priv = file->private_data;

	priv->tty = tty;
	priv->file = file;
	list_add_tail(&priv->list, &tty->files);
	tty->count++;
}

bool tty_hung_up_p(const struct file *file)
{
	return file->f_op == &hung_up_tty_fops;
}

/* ---- open and close ---------------------------------------------------- */

/* What @inode names, with a reference; ERR_PTR. */
static struct tty_struct *tty_lookup(struct task_struct *curr,
				     const struct inode *inode)
{
	struct tty_struct *tty = NULL;

	switch (MAJOR(inode->i_rdev)) {
	case TTYAUX_MAJOR:
		tty = curr->k->vfs.console;
		if (!MINOR(inode->i_rdev)) /* /dev/tty */
			tty = curr->signal ? curr->signal->tty : NULL;
		if (!tty)
			return ERR_PTR(-ENXIO);
		break;
	case TTYAMA_MAJOR:
		if (MINOR(inode->i_rdev) != TTYAMA_MINOR)
			return ERR_PTR(-ENODEV); /* no such UART */
		tty = curr->k->vfs.console;
		break;
	case UNIX98_PTY_SLAVE_MAJOR:
		tty = pts_lookup(inode);
		break;
	default:
		break;
	}
	if (!tty)
		return ERR_PTR(-EIO);
	tty->refs++;
	return tty;
}

static void tty_release(struct task_struct *curr, struct file *file)
{
	struct tty_file_private *priv = file->private_data;
	struct tty_struct *tty = priv->tty;

	if (tty->ops->close)
		tty->ops->close(curr, tty);
	list_del(&priv->list);
	tty_free_file(curr, file);
	if (!--tty->count && tty->is_pty) {
		session_clear_tty(curr, tty->session);
		if (tty->link)
			session_clear_tty(curr, tty->link->session);
	}
	if (!tty->count && tty->exclusive)
		tty->exclusive = false;
	if (tty->is_pty)
		pty_release(curr, tty);
	tty_kref_put(curr, tty);
}

/* Of what @file is now one of: 0, or -errno and it is none any more. */
static int tty_opened(struct task_struct *curr, struct inode *inode,
		      struct file *file, struct tty_struct *tty)
{
	int err = 0;

	if (tty->exclusive && !capable(curr, CAP_SYS_ADMIN))
		err = -EBUSY;
	if (err) {
		tty_kref_put(curr, tty);
		tty_free_file(curr, file);
		return err;
	}
	tty_add_file(tty, file);
	if (tty->ops->open)
		err = tty->ops->open(curr, tty, file);
	if (err) {
		tty_release(curr, file);
		return err;
	}
	if (!(file->f_flags & O_NOCTTY) && tty->is_terminal &&
	    MAJOR(inode->i_rdev) != TTYAUX_MAJOR)
		tty_open_proc_set_tty(curr, file, tty);
	return 0;
}

static int tty_open(struct task_struct *curr, struct inode *inode,
		    struct file *file)
{
	struct tty_struct *tty;
	int err = tty_alloc_file(curr, file);

	if (err)
		return err;
	file->f_mode |= FMODE_STREAM;
	tty = tty_lookup(curr, inode);
	if (IS_ERR(tty)) {
		tty_free_file(curr, file);
		return (int)PTR_ERR(tty);
	}
	return tty_opened(curr, inode, file, tty);
}

/* ---- reading and writing ----------------------------------------------- */

static int32_t tty_read(struct task_struct *curr, struct file *file,
			struct iov_iter *to, int64_t *pos)
{
	struct tty_struct *tty = file_tty(file);

	(void)pos;
	if (tty->io_error)
		return -EIO;
	return n_tty_read(curr, tty, file, to);
}

/* One writer at a time: what two write isn't mixed. */
static int lock_writing(struct task_struct *curr, struct tty_struct *tty,
			const struct file *file)
{
	int err = 0;

	if (tty->writing && file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	if (tty->writing)
		err = wait_event_interruptible(curr, &tty->write_wait,
					       !tty->writing);
	if (!err)
		tty->writing = true;
	return err;
}

static int32_t do_tty_write(struct task_struct *curr, struct tty_struct *tty,
			    struct file *file, struct iov_iter *from)
{
	uint8_t bytes[CHUNK];
	int32_t done = 0, n = 0;

	while (from->count) {
		const uint32_t some = from->count < CHUNK ? from->count : CHUNK;
		const uint32_t copied = copy_from_iter(curr, from, bytes, some);

		if (copied < some)
			return done ? done : -EFAULT;
		n = n_tty_write(curr, tty, file, bytes, copied);
		if (n <= 0)
			break;
		done += n;
		if ((uint32_t)n < copied)
			break;
		if (from->count && signal_pending(curr))
			break;
	}
	return done ? done : n;
}

static int32_t tty_write(struct task_struct *curr, struct file *file,
			 struct iov_iter *from, int64_t *pos)
{
	struct tty_struct *tty = file_tty(file);
	int32_t n = 0;

	(void)pos;
	if (tty->io_error)
		return -EIO;
	if (l_flag(tty, TOSTOP))
		n = tty_check_change(curr, tty, SIGTTOU);
	if (!n)
		n = lock_writing(curr, tty, file);
	if (n)
		return n;
	n = do_tty_write(curr, tty, file, from);
	if (from->count && tty->fasync)
		tty->write_wakeup = true;
	tty->writing = false;
	wake_up_all(curr, &tty->write_wait);
	return n;
}

static uint32_t tty_poll(struct task_struct *curr, struct file *file,
			 struct poll_table *table)
{
	return n_tty_poll(curr, file_tty(file), file, table);
}

void tty_wakeup(struct task_struct *curr, struct tty_struct *tty)
{
	if (tty->write_wakeup) {
		tty->write_wakeup = false;
		kill_fasync(curr, tty->fasync, SIGIO, FASYNC_OUT);
	}
	process_echoes(curr, tty);
	wake_up_all(curr, &tty->write_wait);
}

/* The group in front owns it, where nobody does. */
static int tty_fasync(struct task_struct *curr, int fd, struct file *file,
		      bool on)
{
	struct tty_struct *tty = file_tty(file);
	const int done = fasync_helper(curr, fd, file, on, &tty->fasync);

	if (done <= 0 || !on || file->f_owner.pid)
		return done;
	if (tty->pgrp)
		f_setown(curr, file, -tty->pgrp);
	else
		f_setown(curr, file, curr->tgid);
	return 0;
}

/* ---- flow -------------------------------------------------------------- */

void stop_tty(struct task_struct *curr, struct tty_struct *tty)
{
	if (tty->stopped)
		return;
	tty->stopped = true;
	if (tty->ops->stop)
		tty->ops->stop(curr, tty);
}

void start_tty(struct task_struct *curr, struct tty_struct *tty)
{
	if (!tty->stopped || tty->tco_stopped)
		return;
	tty->stopped = false;
	if (tty->ops->start)
		tty->ops->start(curr, tty);
	tty_wakeup(curr, tty);
}

/* ---- hanging up -------------------------------------------------------- */

static int32_t hung_up_read(struct task_struct *curr, struct file *file,
			    struct iov_iter *to, int64_t *pos)
{
	(void)curr, (void)file, (void)to, (void)pos;
	return 0;
}

static int32_t hung_up_write(struct task_struct *curr, struct file *file,
			     struct iov_iter *from, int64_t *pos)
{
	(void)curr, (void)file, (void)from, (void)pos;
	return -EIO;
}

static uint32_t hung_up_poll(struct task_struct *curr, struct file *file,
			     struct poll_table *table)
{
	(void)curr, (void)file, (void)table;
	return POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM;
}

static int32_t hung_up_ioctl(struct task_struct *curr, struct file *file,
			     uint32_t cmd, uint32_t arg)
{
	(void)curr, (void)file, (void)arg;
	return cmd == TIOCSPGRP ? -ENOTTY : -EIO;
}

static int hung_up_fasync(struct task_struct *curr, int fd, struct file *file,
			  bool on)
{
	(void)curr, (void)fd, (void)file, (void)on;
	return -ENOTTY;
}

static const struct file_operations hung_up_tty_fops = {
	.fasync = hung_up_fasync,
	.release = tty_release,
	.read_iter = hung_up_read,
	.write_iter = hung_up_write,
	.poll = hung_up_poll,
	.ioctl = hung_up_ioctl,
};

/* /dev/console is never hung up: it is the kernel's, whoever sits there. */
static void hang_up_files(struct task_struct *curr, struct tty_struct *tty)
{
	struct tty_file_private *priv;

	list_for_each_entry(priv, &tty->files, list)
		if (priv->file->f_inode->i_rdev != MKDEV(TTYAUX_MAJOR, 1) ||
		    tty->is_pty) {
			tty_fasync(curr, -1, priv->file, false);
			priv->file->f_op = &hung_up_tty_fops;
		}
}

void tty_vhangup(struct task_struct *curr, struct tty_struct *tty,
		 bool exit_session)
{
	if (!tty)
		return;
	hang_up_files(curr, tty);
	tty_signal_session_leader(curr, tty, exit_session);
	tty->stopped = tty->tco_stopped = false;
	tty->packet = false;
	tty->pktstatus = 0;
	change_pid(curr, &tty->session, 0);
	change_pid(curr, &tty->pgrp, 0);
	if (tty->is_pty) {
		tty->termios = tty_std_termios;
		tty->termios.c_cflag &= ~HUPCL;
	}
	reset_buffer_flags(tty);
	wake_up_all(curr, &tty->read_wait);
	wake_up_all(curr, &tty->write_wait);
}

int32_t do_vhangup(struct task_struct *curr)
{
	struct tty_struct *tty = curr->signal->tty;

	if (!capable(curr, CAP_SYS_TTY_CONFIG))
		return -EPERM;
	if (tty) {
		tty->refs++; /* the session's goes */
		tty_vhangup(curr, tty, false);
		tty_kref_put(curr, tty);
	}
	return 0;
}

const struct file_operations tty_fops = {
	.splice_read = can_splice_read,
	.open = tty_open,
	.release = tty_release,
	.read_iter = tty_read,
	.write_iter = tty_write,
	.poll = tty_poll,
	.ioctl = tty_ioctl,
	.fasync = tty_fasync,
};
