/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * The board's serial line as a terminal, and as the console of the first
 * program (Linux: drivers/tty/serial/serial_core.c; init/main.c:
 * console_on_rootfs()).
 *
 * Somebody at a terminal gets a line discipline, job control and signals from
 * keys. Where the machine's input and output are files or pipes the console
 * is a stream: bytes pass unchanged, the end of input is an end of file, and
 * isatty() says no, so that a program behaves as it would in a pipeline.
 *
 * MODEL: its size is 24 by 80 until a program sets another, or whoever sits
 * there has one; files of /dev/console are stopped in the background like
 * others of the terminal.
 */

#include <string.h>

#include "kernel/drivers/devtmpfs.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fasync.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define XMIT_MASK (N_TTY_BUF_SIZE - 1)
#define TTYAMA_NR 14u /* UARTs that the driver could have */

/* ---- output ------------------------------------------------------------ */

static uint32_t serial_chars_in_buffer(const struct tty_struct *tty)
{
	return tty->xmit_head - tty->xmit_tail;
}

static uint32_t serial_write_room(const struct tty_struct *tty)
{
	return N_TTY_BUF_SIZE - serial_chars_in_buffer(tty);
}

/* The line takes all at once, unless it is held back. */
static uint32_t serial_write(struct task_struct *curr, struct tty_struct *tty,
			     const uint8_t *bytes, uint32_t n)
{
	uint32_t done = 0;

	if (!tty->stopped) {
		uart_write(curr, tty, bytes, n);
		return n;
	}
	while (done < n && serial_write_room(tty))
		tty->xmit[tty->xmit_head++ & XMIT_MASK] = bytes[done++];
	return done;
}

static void serial_start(struct task_struct *curr, struct tty_struct *tty)
{
	for (; tty->xmit_tail != tty->xmit_head; tty->xmit_tail++)
		uart_write(curr, tty, &tty->xmit[tty->xmit_tail & XMIT_MASK],
			   1);
}

static void serial_flush_buffer(struct task_struct *curr,
				struct tty_struct *tty)
{
	tty->xmit_tail = tty->xmit_head;
	wake_up_all(curr, &tty->write_wait);
}

/* ---- input ------------------------------------------------------------- */

static void serial_unthrottle(struct task_struct *curr, struct tty_struct *tty)
{
	uart_listen(curr, tty, true);
}

/*
 * MODEL: a serial line knows nothing of the terminal at its end. As somebody
 * would type `stty rows 50` there, we ask the machine.
 */
static void ask_for_size(struct task_struct *curr, struct tty_struct *tty)
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
	struct tty_struct *tty = curr->k->vfs.console;

	if (tty->is_terminal)
		ask_for_size(curr, tty);
	if (uart_receive(curr, tty))
		tty->eof = true;
	tty->throttled = tty->is_terminal && n_tty_must_wait(tty);
	/* a stream is asked again when someone wants more of it */
	if (!tty->is_terminal || tty->eof || tty->throttled)
		uart_listen(curr, tty, false);
	if (!n_tty_input_available(tty, false) && !tty->eof)
		return;
	kill_fasync(curr, tty->fasync, SIGIO, FASYNC_IN);
	wake_up_all(curr, &tty->read_wait);
}

static const struct tty_operations serial_ops = {
	.write = serial_write,
	.write_room = serial_write_room,
	.chars_in_buffer = serial_chars_in_buffer,
	.flush_buffer = serial_flush_buffer,
	.start = serial_start,
	.unthrottle = serial_unthrottle,
};

/* ---- boot -------------------------------------------------------------- */

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
	init_rwsem(&curr->k->vfs.pty_sem);
}

/* As bytes come and go: no editing, no processing, no keys. */
static void make_stream(struct tty_struct *tty)
{
	tty->is_terminal = false;
	tty->termios = (struct ktermios){.c_cflag = B38400 | CS8 | CREAD};
	tty->termios.c_cc[VMIN] = 1;
}

void console_init(struct task_struct *curr)
{
	struct tty_struct *tty = alloc_tty_struct(curr, &serial_ops);

	if (!tty)
		boot_panic(curr->k, "console: no memory");
	tty->dev = new_encode_dev(MKDEV(TTYAMA_MAJOR, TTYAMA_MINOR));
	tty->winsize = (struct winsize){.row = 24, .col = 80};
	if (curr->k->hw.console_is_tty)
		ask_for_size(curr, tty);
	else
		make_stream(tty);
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
	struct tty_struct *tty = curr->k->vfs.console;
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
		proc_set_tty(curr, tty);
	return err;
}
