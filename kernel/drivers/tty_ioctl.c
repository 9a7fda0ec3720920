/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * Settings of terminals (Linux: drivers/tty/tty_ioctl.c, tty_baudrate.c, and
 * tty_io.c's tty_ioctl()). A master's are its slave's: it has none of its own.
 *
 * MODEL: no break, no modem lines, no other line discipline; a serial line is
 * as fast as ever, whatever speed it is said to have.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/state.h"
#include "kernel/task/capability.h"
#include "kernel/task/signal.h"

#define CTRL(c) ((uint8_t)((c)&0x1f))

const struct ktermios tty_std_termios = {
	.c_iflag = ICRNL | IXON,
	.c_oflag = OPOST | ONLCR,
	.c_cflag = B38400 | CS8 | CREAD | HUPCL,
	.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE |
		   IEXTEN,
	.c_cc =
		{
			[VINTR] = CTRL('C'),
			[VQUIT] = CTRL('\\'),
			[VERASE] = 0x7f,
			[VKILL] = CTRL('U'),
			[VEOF] = CTRL('D'),
			[VMIN] = 1,
			[VSTART] = CTRL('Q'),
			[VSTOP] = CTRL('S'),
			[VSUSP] = CTRL('Z'),
			[VREPRINT] = CTRL('R'),
			[VDISCARD] = CTRL('O'),
			[VWERASE] = CTRL('W'),
			[VLNEXT] = CTRL('V'),
		},
	.c_ispeed = 38400,
	.c_ospeed = 38400,
};

static int32_t put_bytes(struct task_struct *curr, vaddr_t uarg,
			 const void *from, uint32_t n)
{
	return copy_to_user(curr, uarg, from, n) ? -EFAULT : 0;
}

/* ---- speeds ------------------------------------------------------------ */

/* What a code of CBAUD means; BOTHER is told apart before. */
static uint32_t baud_of(uint32_t code)
{
	static const uint32_t table[] = {
		0,       50,      75,      110,     134,     150,     200,
		300,     600,     1200,    1800,    2400,    4800,    9600,
		19200,   38400,   57600,   115200,  230400,  460800,  500000,
		576000,  921600,  1000000, 1152000, 1500000, 2000000, 2500000,
		3000000, 3500000, 4000000};

	if (code & CBAUDEX)
		code = (code & ~CBAUDEX) + 15;
	return code < sizeof(table) / sizeof(*table) ? table[code] : 0;
}

/* The older forms have no speeds but in c_cflag. */
static void speeds_from_cflag(struct ktermios *t)
{
	const uint32_t out = t->c_cflag & CBAUD;
	const uint32_t in = t->c_cflag >> IBSHIFT & CBAUD;

	if (out != BOTHER)
		t->c_ospeed = baud_of(out);
	if (!in)
		t->c_ispeed = t->c_ospeed;
	else if (in != BOTHER)
		t->c_ispeed = baud_of(in);
}

/* ---- termios ----------------------------------------------------------- */

/* How a call has the settings, and what it does first. */
struct termios_call {
	uint32_t size; /* 0: struct termio */
	bool wait, flush;
};

static void termio_to_termios(struct ktermios *t, const struct termio *old)
{
	t->c_iflag = (t->c_iflag & 0xffff0000u) | old->c_iflag;
	t->c_oflag = (t->c_oflag & 0xffff0000u) | old->c_oflag;
	t->c_cflag = (t->c_cflag & 0xffff0000u) | old->c_cflag;
	t->c_lflag = (t->c_lflag & 0xffff0000u) | old->c_lflag;
	t->c_line = old->c_line;
	memcpy(t->c_cc, old->c_cc, NCC);
}

static int32_t get_termio(struct task_struct *curr,
			  const struct tty_struct *tty, vaddr_t uarg)
{
	const struct ktermios *t = &tty->termios;
	struct termio old = {
		.c_iflag = (uint16_t)t->c_iflag,
		.c_oflag = (uint16_t)t->c_oflag,
		.c_cflag = (uint16_t)t->c_cflag,
		.c_lflag = (uint16_t)t->c_lflag,
		.c_line = t->c_line,
	};

	memcpy(old.c_cc, t->c_cc, NCC);
	return put_bytes(curr, uarg, &old, sizeof(old));
}

static int read_termios(struct task_struct *curr, struct ktermios *t,
			const struct termios_call *call, vaddr_t uarg)
{
	struct termio old;

	if (call->size) {
		if (copy_from_user(curr, t, uarg, call->size))
			return -EFAULT;
	} else {
		if (copy_from_user(curr, &old, uarg, sizeof(old)))
			return -EFAULT;
		termio_to_termios(t, &old);
	}
	speeds_from_cflag(t);
	return 0;
}

/* Until all that was written is out, or a signal comes. 0, -ERESTARTSYS. */
static int tty_wait_until_sent(struct task_struct *curr, struct tty_struct *tty)
{
	if (!tty->ops->chars_in_buffer)
		return 0;
	return wait_event_interruptible(curr, &tty->write_wait,
					!tty->ops->chars_in_buffer(tty));
}

/* Bits of @locked stay as they are. */
static void unset_locked_termios(struct ktermios *new,
				 const struct ktermios *old,
				 const struct ktermios *locked)
{
	const uint8_t *mask = (const uint8_t *)locked;
	const uint8_t *from = (const uint8_t *)old;
	uint8_t *to = (uint8_t *)new;

	for (uint32_t i = 0; i < 16; i++)
		to[i] = (uint8_t)((to[i] & ~mask[i]) | (from[i] & mask[i]));
	if (locked->c_line)
		new->c_line = old->c_line;
	for (uint32_t i = 0; i < NCCS; i++)
		if (locked->c_cc[i])
			new->c_cc[i] = old->c_cc[i];
}

void tty_set_termios(struct task_struct *curr, struct tty_struct *tty,
		     const struct ktermios *new)
{
	const struct ktermios old = tty->termios;

	tty->termios = *new;
	unset_locked_termios(&tty->termios, &old, &tty->termios_locked);
	if (tty->ops->set_termios)
		tty->ops->set_termios(curr, tty, &old);
	n_tty_set_termios(curr, tty, &old);
}

static int32_t set_termios(struct task_struct *curr, struct tty_struct *tty,
			   const struct termios_call *call, vaddr_t uarg)
{
	struct ktermios new = tty->termios;
	int err = tty_check_change(curr, tty, SIGTTOU);

	if (!err)
		err = read_termios(curr, &new, call, uarg);
	if (err)
		return err;
	if (call->flush)
		n_tty_flush_buffer(curr, tty);
	if (call->wait)
		err = tty_wait_until_sent(curr, tty);
	if (err)
		return err;
	tty_set_termios(curr, tty, &new);
	return 0;
}

static int32_t set_locked(struct task_struct *curr, struct tty_struct *tty,
			  vaddr_t uarg)
{
	if (!capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	return copy_from_user(curr, &tty->termios_locked, uarg, TERMIOS_BYTES)
		       ? -EFAULT
		       : 0;
}

static int32_t set_softcar(struct task_struct *curr, struct tty_struct *tty,
			   vaddr_t uarg)
{
	struct ktermios new = tty->termios;
	uint32_t on;

	if (get_user_u32(curr, &on, uarg))
		return -EFAULT;
	new.c_cflag = (new.c_cflag & ~CLOCAL) | (on ? CLOCAL : 0);
	tty_set_termios(curr, tty, &new);
	return 0;
}

static int32_t tty_mode_ioctl(struct task_struct *curr, struct tty_struct *tty,
			      uint32_t cmd, vaddr_t arg)
{
	const uint32_t all = sizeof(struct ktermios);
	/* TCSETS, TCSETSW, TCSETSF follow one another in each family */
	struct termios_call call = {.size = TERMIOS_BYTES};
	uint32_t first = TCSETS;

	if (cmd >= TCSETA && cmd <= TCSETAF) {
		call.size = 0;
		first = TCSETA;
	} else if (cmd >= TCSETS2 && cmd <= TCSETSF2) {
		call.size = all;
		first = TCSETS2;
	}
	call.wait = cmd > first;
	call.flush = cmd > first + 1;
	switch (cmd) {
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
	case TCSETA:
	case TCSETAW:
	case TCSETAF:
	case TCSETS2:
	case TCSETSW2:
	case TCSETSF2:
		return set_termios(curr, tty, &call, arg);
	case TCGETS:
		return put_bytes(curr, arg, &tty->termios, TERMIOS_BYTES);
	case TCGETS2:
		return put_bytes(curr, arg, &tty->termios, all);
	case TCGETA:
		return get_termio(curr, tty, arg);
	case TIOCGLCKTRMIOS:
		return put_bytes(curr, arg, &tty->termios_locked,
				 TERMIOS_BYTES);
	case TIOCSLCKTRMIOS:
		return set_locked(curr, tty, arg);
	case TIOCGSOFTCAR:
		return put_user_u32(curr, !!(tty->termios.c_cflag & CLOCAL),
				    arg);
	case TIOCSSOFTCAR:
		return set_softcar(curr, tty, arg);
	default:
		return -ENOIOCTLCMD;
	}
}

/* ---- flow and flushing ------------------------------------------------- */

/* ^S or ^Q, if there is such a key, for whoever sends us input. */
static void send_xchar(struct task_struct *curr, struct tty_struct *tty,
		       int which)
{
	const uint8_t c = tty->termios.c_cc[which];

	if (c)
		tty->ops->write(curr, tty, &c, 1);
}

static int32_t tcxonc(struct task_struct *curr, struct tty_struct *tty,
		      uint32_t arg)
{
	int err = tty_check_change(curr, tty, SIGTTOU);

	if (err)
		return err;
	switch (arg) {
	case TCOOFF:
		tty->tco_stopped = true;
		stop_tty(curr, tty);
		return 0;
	case TCOON:
		tty->tco_stopped = false;
		start_tty(curr, tty);
		return 0;
	case TCIOFF:
		send_xchar(curr, tty, VSTOP);
		return 0;
	case TCION:
		send_xchar(curr, tty, VSTART);
		return 0;
	default:
		return -EINVAL;
	}
}

static int32_t tcflsh(struct task_struct *curr, struct tty_struct *tty,
		      uint32_t arg)
{
	int err = tty_check_change(curr, tty, SIGTTOU);

	if (err)
		return err;
	if (arg > TCIOFLUSH)
		return -EINVAL;
	if (arg != TCOFLUSH) {
		tty_buffer_flush(curr, tty);
		n_tty_flush_buffer(curr, tty);
	}
	if (arg != TCIFLUSH && tty->ops->flush_buffer)
		tty->ops->flush_buffer(curr, tty);
	return 0;
}

static int32_t n_tty_ioctl(struct task_struct *curr, struct tty_struct *tty,
			   struct tty_struct *real_tty, uint32_t cmd,
			   uint32_t arg)
{
	uint32_t n = 0;

	switch (cmd) {
	case TIOCOUTQ:
		if (tty->ops->chars_in_buffer)
			n = tty->ops->chars_in_buffer(tty);
		return put_user_u32(curr, n, arg);
	case FIONREAD:
		return put_user_u32(curr, n_tty_chars_in_buffer(tty), arg);
	case TCXONC:
		return tcxonc(curr, tty, arg);
	case TCFLSH:
		return tcflsh(curr, tty, arg);
	default:
		return tty_mode_ioctl(curr, real_tty, cmd, arg);
	}
}

/* ---- the rest ---------------------------------------------------------- */

static void winch(struct task_struct *curr, const struct tty_struct *tty)
{
	if (tty->pgrp)
		kill_pgrp(curr, tty->pgrp, SIGWINCH);
}

void tty_do_resize(struct task_struct *curr, struct tty_struct *tty,
		   const struct winsize *size)
{
	if (!memcmp(size, &tty->winsize, sizeof(*size)))
		return;
	winch(curr, tty);
	if (tty->link && tty->link->pgrp != tty->pgrp)
		winch(curr, tty->link);
	tty->winsize = *size;
	if (tty->link)
		tty->link->winsize = *size;
}

static int32_t tiocswinsz(struct task_struct *curr, struct tty_struct *tty,
			  vaddr_t uarg)
{
	struct winsize size;

	if (copy_from_user(curr, &size, uarg, sizeof(size)))
		return -EFAULT;
	tty_do_resize(curr, tty, &size);
	return 0;
}

/* As if it had been typed. */
static int32_t tiocsti(struct task_struct *curr, struct tty_struct *tty,
		       vaddr_t uarg)
{
	uint8_t c;

	if (curr->signal->tty != tty && !capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(curr, &c, uarg, 1))
		return -EFAULT;
	n_tty_receive_buf(curr, tty, &c, 1);
	return 0;
}

static int32_t tiocsetd(struct task_struct *curr, struct tty_struct *tty,
			vaddr_t uarg)
{
	int err = tty_check_change(curr, tty, SIGTTOU);
	uint32_t disc;

	if (err)
		return err;
	if (get_user_u32(curr, &disc, uarg))
		return -EFAULT;
	return disc ? -EINVAL : 0;
}

/* Output is out as soon as it isn't held back; there is no break to send. */
static int32_t tcsbrk(struct task_struct *curr, struct tty_struct *tty)
{
	int err = tty_check_change(curr, tty, SIGTTOU);

	if (!err)
		err = tty_wait_until_sent(curr, tty);
	return err == -ERESTARTSYS && signal_pending(curr) ? -EINTR : err;
}

static int32_t tiocvhangup(struct task_struct *curr, struct tty_struct *tty)
{
	if (!capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	tty->refs++;
	tty_vhangup(curr, tty, false);
	tty_kref_put(curr, tty);
	return 0;
}

static int32_t tty_common_ioctl(struct task_struct *curr,
				struct tty_struct *tty,
				struct tty_struct *real_tty, uint32_t cmd,
				uint32_t arg)
{
	switch (cmd) {
	case TIOCSTI:
		return tiocsti(curr, tty, arg);
	case TIOCGWINSZ:
		return put_bytes(curr, arg, &real_tty->winsize,
				 sizeof(real_tty->winsize));
	case TIOCSWINSZ:
		return tiocswinsz(curr, real_tty, arg);
	case TIOCEXCL:
		tty->exclusive = true;
		return 0;
	case TIOCNXCL:
		tty->exclusive = false;
		return 0;
	case TIOCGEXCL:
		return put_user_u32(curr, tty->exclusive, arg);
	case TIOCGETD:
		return put_user_u32(curr, 0, arg);
	case TIOCSETD:
		return tiocsetd(curr, tty, arg);
	case TIOCVHANGUP:
		return tiocvhangup(curr, tty);
	case TIOCGDEV:
		return put_user_u32(curr, real_tty->dev, arg);
	case TCSBRK:
	case TCSBRKP:
	case TIOCSBRK:
		return tcsbrk(curr, tty);
	case TIOCCBRK:
		return tty_check_change(curr, tty, SIGTTOU);
	default:
		return -ENOIOCTLCMD;
	}
}

int32_t tty_ioctl(struct task_struct *curr, struct file *file, uint32_t cmd,
		  uint32_t arg)
{
	struct tty_struct *tty = file_tty(file);
	struct tty_struct *real_tty = tty->is_master ? tty->link : tty;
	int32_t ret;

	if (tty->io_error)
		return -EIO;
	if (!tty->is_terminal && cmd != FIONREAD)
		return -ENOTTY;
	ret = tty_common_ioctl(curr, tty, real_tty, cmd, arg);
	if (ret == -ENOIOCTLCMD)
		ret = tty_jobctrl_ioctl(curr, file, tty, real_tty, cmd, arg);
	if (ret == -ENOIOCTLCMD && tty->ops->ioctl)
		ret = tty->ops->ioctl(curr, file, tty, cmd, arg);
	if (ret == -ENOIOCTLCMD)
		ret = n_tty_ioctl(curr, tty, real_tty, cmd, arg);
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}
