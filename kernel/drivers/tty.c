/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * The console as a file (Linux: drivers/tty/tty_io.c, tty_jobctrl.c).
 *
 * Somebody at a terminal gets a line discipline, job control and signals from
 * keys. Where the machine's input and output are files or pipes the console
 * is a stream: bytes pass unchanged, the end of input is an end of file, and
 * isatty() says no, so that a program behaves as it would in a pipeline.
 *
 * MODEL: one terminal, which never hangs up; its size is 24 by 80 until a
 * program sets another.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/drivers/devtmpfs.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/poll.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define CHUNK          256u
#define ARM_SIZEOF_TTY 4864 /* tty_struct with n_tty's data */
#define DECISECOND_NS  100000000ull

/* ---- sessions and foreground groups ------------------------------------ */

static bool sig_held_back(const struct task_struct *curr, int sig)
{
	return curr->blocked & sig_bit(sig) ||
	       curr->sighand->action[sig - 1].handler == 1;
}

/* No one in the group has a parent who could continue it. */
static bool is_orphaned_pgrp(const struct kernel *k, int pgrp)
{
	const struct task_struct *task;

	for_each_process(task, k) {
		const struct task_struct *parent = task->real_parent;

		if (task->signal->pgrp != pgrp || task->exit_state || !parent)
			continue;
		if (parent->signal && parent->signal->pgrp != pgrp &&
		    parent->signal->session == task->signal->session)
			return false;
	}
	return true;
}

/*
 * May @curr read (@sig SIGTTIN), or change things or write (SIGTTOU)? 0, or
 * -ERESTARTSYS after its group was stopped, or -EIO.
 */
static int tty_check_change(struct task_struct *curr, struct tty *tty, int sig)
{
	const struct signal_struct *signal = curr->signal;

	if (!signal || signal->tty != tty || !tty->pgrp ||
	    signal->pgrp == tty->pgrp)
		return 0;
	if (sig_held_back(curr, sig))
		return sig == SIGTTIN ? -EIO : 0;
	if (is_orphaned_pgrp(curr->k, signal->pgrp))
		return -EIO;
	kill_pgrp(curr, signal->pgrp, sig);
	return -ERESTARTSYS;
}

static void set_ctty(struct task_struct *curr, struct tty *tty)
{
	tty->session = curr->signal->session;
	tty->pgrp = curr->signal->pgrp;
	curr->signal->tty = tty;
}

void disassociate_ctty(struct task_struct *curr)
{
	struct tty *tty = curr->signal->tty;
	struct task_struct *task;
	int pgrp;

	curr->signal->tty = NULL;
	if (!tty || !curr->signal->leader)
		return;
	pgrp = tty->pgrp;
	tty->session = tty->pgrp = 0;
	for_each_process(task, curr->k)
		if (task->signal->session == curr->signal->session)
			task->signal->tty = NULL;
	if (pgrp) {
		kill_pgrp(curr, pgrp, SIGHUP);
		kill_pgrp(curr, pgrp, SIGCONT);
	}
}

/* ---- open -------------------------------------------------------------- */

static int tty_open(struct task_struct *curr, struct inode *inode,
		    struct file *file)
{
	struct tty *tty = curr->k->vfs.console;
	struct signal_struct *signal = curr->signal;
	const uint32_t uart0 = MKDEV(TTYAMA_MAJOR, TTYAMA_MINOR);
	const bool is_dev_tty = inode->i_rdev == MKDEV(TTYAUX_MAJOR, 0);

	if (MAJOR(inode->i_rdev) == TTYAMA_MAJOR && inode->i_rdev != uart0)
		return -ENODEV; /* no such UART */
	if (is_dev_tty && (!signal || signal->tty != tty))
		return -ENXIO;
	file->f_mode |= FMODE_STREAM;
	file->private_data = tty;
	/* a session leader without a terminal takes the one it opens */
	if (!(file->f_flags & O_NOCTTY) && tty->is_terminal && signal &&
	    signal->leader && !signal->tty && !tty->session &&
	    inode->i_rdev == uart0)
		set_ctty(curr, tty);
	return 0;
}

/* ---- reading ----------------------------------------------------------- */

/* 0: input; 1: the time is up, or the input at its end; -ERESTARTSYS. */
static int tty_wait_input(struct task_struct *curr, struct tty *tty,
			  uint64_t expires)
{
	struct wait_queue_entry wait = {0};
	bool timed_out = expires <= sched_clock_cycles(curr->k);
	int err = 0;

	for (;;) {
		prepare_to_wait(curr, &tty->read_wait, &wait,
				TASK_INTERRUPTIBLE);
		if (n_tty_input_available(tty))
			break;
		err = tty->eof || timed_out ? 1 : 0;
		if (!err && signal_pending(curr))
			err = -ERESTARTSYS;
		if (err)
			break;
		uart_listen(curr, tty, true);
		timed_out = !schedule_timeout_until(curr, expires);
	}
	finish_wait(curr, &tty->read_wait, &wait);
	return err;
}

/* How many bytes a read waits for, and until when it does for the next. */
static uint32_t raw_minimum(const struct tty *tty, uint32_t count)
{
	const uint32_t min = tty->termios.c_cc[VMIN];

	if (tty->termios.c_lflag & ICANON)
		return 1;
	return min < count ? min : count;
}

static uint64_t raw_deadline(struct task_struct *curr, const struct tty *tty,
			     uint32_t got)
{
	const uint32_t min = tty->termios.c_cc[VMIN];
	const uint32_t time = tty->termios.c_cc[VTIME];

	if (tty->termios.c_lflag & ICANON || (min && (!time || !got)))
		return UINT64_MAX;
	return sched_clock_cycles(curr->k) +
	       ns_to_cycles(curr->k, time * DECISECOND_NS);
}

/* The answer of tty_wait_input(), or without waiting -EAGAIN. */
static int tty_more(struct task_struct *curr, struct file *file,
		    struct tty *tty, uint32_t got)
{
	if (!(file->f_flags & O_NONBLOCK))
		return tty_wait_input(curr, tty, raw_deadline(curr, tty, got));
	if (tty->eof)
		return 1;
	uart_listen(curr, tty, true);
	return -EAGAIN;
}

static int32_t tty_read_locked(struct task_struct *curr, struct file *file,
			       struct tty *tty, struct iov_iter *to)
{
	const uint32_t min = raw_minimum(tty, to->count);
	uint8_t bytes[CHUNK];
	uint32_t got = 0;
	bool ends = false;
	int err = 0;

	while (to->count && !ends) {
		const uint32_t max = to->count < CHUNK ? to->count : CHUNK;
		uint32_t n;

		if (!n_tty_input_available(tty)) {
			/* a canonical line was all there, or it would not be */
			if (got && got >= min)
				break;
			err = tty_more(curr, file, tty, got);
			if (err)
				break;
		}
		n = n_tty_take(tty, bytes, max, &ends);
		if (copy_to_iter(curr, to, bytes, n) < n) {
			err = -EFAULT;
			break;
		}
		got += n;
	}
	return got || err > 0 ? (int32_t)got : err;
}

static int32_t tty_read(struct task_struct *curr, struct file *file,
			struct iov_iter *to, int64_t *pos)
{
	struct tty *tty = file->private_data;
	int32_t n = tty_check_change(curr, tty, SIGTTIN);

	(void)pos;
	if (n)
		return n;
	/* who comes second waits for a line of its own, not for half of one */
	down_write(curr, &tty->read_lock);
	n = tty_read_locked(curr, file, tty, to);
	up_write(curr, &tty->read_lock);
	return n;
}

/*
 * MODEL: a serial line knows nothing of the terminal at its end. As somebody
 * would type `stty rows 50` there, we ask the machine.
 */
static void ask_for_size(struct task_struct *curr, struct tty *tty)
{
	const struct hw *hw = &curr->k->hw;
	struct winsize size = {0};

	if (!hw->ops->console_size ||
	    !hw->ops->console_size(hw->ctx, &size.row, &size.col) ||
	    !memcmp(&size, &tty->host_size, sizeof(size)))
		return;
	tty->host_size = tty->winsize = size;
	if (tty->pgrp)
		kill_pgrp(curr, tty->pgrp, SIGWINCH);
}

void console_interrupt(struct task_struct *curr)
{
	struct tty *tty = curr->k->vfs.console;

	if (tty->is_terminal)
		ask_for_size(curr, tty);
	if (uart_receive(curr, tty))
		tty->eof = true;
	/* a stream is asked again when someone wants more of it */
	if (!tty->is_terminal || tty->eof)
		uart_listen(curr, tty, false);
	if (n_tty_input_available(tty) || tty->eof)
		wake_up_all(curr, &tty->read_wait);
}

/* ---- writing ----------------------------------------------------------- */

static int32_t tty_write(struct task_struct *curr, struct file *file,
			 struct iov_iter *from, int64_t *pos)
{
	struct tty *tty = file->private_data;
	uint8_t bytes[CHUNK];
	int32_t done = 0;
	int err;

	(void)pos;
	if (tty->termios.c_lflag & TOSTOP) {
		err = tty_check_change(curr, tty, SIGTTOU);
		if (err)
			return err;
	}
	while (from->count) {
		const uint32_t n = from->count < CHUNK ? from->count : CHUNK;
		const uint32_t copied = copy_from_iter(curr, from, bytes, n);

		n_tty_output(curr, tty, bytes, copied);
		done += (int32_t)copied;
		if (copied < n)
			return done ? done : -EFAULT;
	}
	return done;
}

static uint32_t tty_poll(struct task_struct *curr, struct file *file,
			 struct poll_table *table)
{
	struct tty *tty = file->private_data;
	uint32_t mask = POLLOUT | POLLWRNORM;

	poll_wait(curr, &tty->read_wait, table);
	if (n_tty_input_available(tty))
		mask |= POLLIN | POLLRDNORM;
	else if (tty->eof)
		mask |= POLLIN | POLLRDNORM | POLLHUP;
	else if (table)
		uart_listen(curr, tty, true);
	return mask;
}

/* ---- ioctl ------------------------------------------------------------- */

static int tty_set_termios(struct task_struct *curr, struct tty *tty,
			   uint32_t cmd, vaddr_t uarg)
{
	struct ktermios termios;
	int err = tty_check_change(curr, tty, SIGTTOU);

	if (err)
		return err;
	if (copy_from_user(curr, &termios, uarg, sizeof(termios)))
		return -EFAULT;
	if (cmd == TCSETSF)
		n_tty_flush_input(tty);
	n_tty_set_termios(curr, tty, &termios);
	return 0;
}

static int tty_set_winsize(struct task_struct *curr, struct tty *tty,
			   vaddr_t uarg)
{
	struct winsize size;

	if (copy_from_user(curr, &size, uarg, sizeof(size)))
		return -EFAULT;
	if (memcmp(&size, &tty->winsize, sizeof(size)) && tty->pgrp)
		kill_pgrp(curr, tty->pgrp, SIGWINCH);
	tty->winsize = size;
	return 0;
}

/* 0 when it is a group of @curr's session. */
static int check_pgrp(const struct task_struct *curr, int pgrp)
{
	const struct task_struct *task;

	if (pgrp < 0)
		return -EINVAL;
	for_each_process(task, curr->k)
		if (task->signal->pgrp == pgrp)
			return task->signal->session == curr->signal->session
				       ? 0
				       : -EPERM;
	return -ESRCH;
}

static int tty_set_pgrp(struct task_struct *curr, struct tty *tty, vaddr_t uarg)
{
	uint32_t pgrp;
	int err = tty_check_change(curr, tty, SIGTTOU);

	if (err)
		return err == -EIO ? -ENOTTY : err;
	if (curr->signal->tty != tty || tty->session != curr->signal->session)
		return -ENOTTY;
	if (get_user_u32(curr, &pgrp, uarg))
		return -EFAULT;
	err = check_pgrp(curr, (int)pgrp);
	if (!err)
		tty->pgrp = (int)pgrp;
	return err;
}

static int tty_steal(struct task_struct *curr, struct tty *tty)
{
	struct signal_struct *signal = curr->signal;

	if (signal->leader && tty->session == signal->session)
		return 0;
	if (!signal->leader || signal->tty || tty->session)
		return -EPERM;
	set_ctty(curr, tty);
	return 0;
}

static int tty_give_up(struct task_struct *curr, struct tty *tty)
{
	if (curr->signal->tty != tty)
		return -ENOTTY;
	disassociate_ctty(curr);
	return 0;
}

static int32_t put_id(struct task_struct *curr, const struct tty *tty, int id,
		      vaddr_t uarg)
{
	if (curr->signal->tty != tty)
		return -ENOTTY;
	return put_user_u32(curr, (uint32_t)id, uarg);
}

static int32_t put_bytes(struct task_struct *curr, vaddr_t uarg,
			 const void *from, uint32_t n)
{
	return copy_to_user(curr, uarg, from, n) ? -EFAULT : 0;
}

static int32_t tty_ioctl(struct task_struct *curr, struct file *file,
			 uint32_t cmd, uint32_t arg)
{
	struct tty *tty = file->private_data;

	if (!tty->is_terminal && cmd != FIONREAD)
		return -ENOTTY;
	switch (cmd) {
	case TCGETS:
		return put_bytes(curr, arg, &tty->termios,
				 sizeof(tty->termios));
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return tty_set_termios(curr, tty, cmd, arg);
	case TIOCGWINSZ:
		return put_bytes(curr, arg, &tty->winsize,
				 sizeof(tty->winsize));
	case TIOCSWINSZ:
		return tty_set_winsize(curr, tty, arg);
	case TIOCGPGRP:
		return put_id(curr, tty, tty->pgrp, arg);
	case TIOCSPGRP:
		return tty_set_pgrp(curr, tty, arg);
	case TIOCGSID:
		return put_id(curr, tty, tty->session, arg);
	case TIOCSCTTY:
		return tty_steal(curr, tty);
	case TIOCNOTTY:
		return tty_give_up(curr, tty);
	case FIONREAD:
		return put_user_u32(curr, n_tty_chars_in_buffer(tty), arg);
	case TIOCOUTQ:
		return put_user_u32(curr, 0, arg);
	case TCFLSH:
		if (arg != 1)
			n_tty_flush_input(tty);
		return arg > 2 ? -EINVAL : 0;
	case TCSBRK: /* output is out as soon as it is written */
	case TCSBRKP:
	case TCXONC:
	case TIOCEXCL:
	case TIOCNXCL:
		return 0;
	default:
		return -ENOTTY;
	}
}

const struct file_operations tty_fops = {
	.splice_read = can_splice_read,
	.open = tty_open,
	.read_iter = tty_read,
	.write_iter = tty_write,
	.poll = tty_poll,
	.ioctl = tty_ioctl,
};

/* ---- boot -------------------------------------------------------------- */

#define TTYAMA_NR 14u /* UARTs that the driver could have */

void tty_init(struct task_struct *curr)
{
	const uint32_t tty = MKDEV(TTYAUX_MAJOR, 0);
	const uint32_t console = MKDEV(TTYAUX_MAJOR, 1);
	const uint32_t uart = MKDEV(TTYAMA_MAJOR, TTYAMA_MINOR);

	if (register_chrdev_of(curr, tty, 1, "/dev/tty", &tty_fops) ||
	    register_chrdev_of(curr, console, 1, "/dev/console", &tty_fops) ||
	    register_chrdev_of(curr, uart, TTYAMA_NR, "ttyAMA", &tty_fops))
		boot_panic(curr->k, "Couldn't register /dev/tty driver");
	devtmpfs_create_node(curr, "tty", S_IFCHR | 0666, tty);
	devtmpfs_create_node(curr, "console", S_IFCHR | 0600, console);
	devtmpfs_create_node(curr, "ttyAMA0", S_IFCHR | 0600, uart);
}

void console_init(struct task_struct *curr)
{
	struct tty *tty = kzalloc_obj(curr, ARM_SIZEOF_TTY, sizeof(*tty),
				      GFP_KERNEL);

	if (!tty)
		boot_panic(curr->k, "console: no memory");
	tty->k = curr->k;
	tty->is_terminal = curr->k->hw.console_is_tty;
	init_waitqueue_head(&tty->read_wait);
	init_rwsem(&tty->read_lock);
	if (tty->is_terminal) {
		n_tty_reset(tty);
		ask_for_size(curr, tty);
	} else {
		tty->termios.c_cc[VMIN] = 1;
	}
	curr->k->vfs.console = tty;
	uart_probe(curr, tty);
	/* keys that are signals must come through whoever reads */
	if (tty->is_terminal)
		uart_listen(curr, tty, true);
}

static int install_console(struct task_struct *curr, struct file *file)
{
	int fd;

	for (int n = 0; n < 3; n++) {
		get_file(file);
		fd = fd_publish(curr, file, 0);
		if (fd < 0)
			return fd;
	}
	return 0;
}

int open_console_fds(struct task_struct *curr)
{
	struct tty *tty = curr->k->vfs.console;
	struct file *file;
	int err;

	if (!curr->fs)
		curr->fs = alloc_fs(curr);
	if (!curr->files)
		curr->files = alloc_files(curr);
	if (!curr->fs || !curr->files)
		return -ENOMEM;
	file = filp_open(curr, "/dev/console", O_RDWR, 0);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	err = install_console(curr, file);
	fput(curr, file);
	if (!err && tty->is_terminal && curr->signal && curr->signal->leader &&
	    !tty->session)
		set_ctty(curr, tty);
	return err;
}
