/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * The line discipline's way out (Linux: the other half of drivers/tty/n_tty.c):
 * output processing, and the echo of keys. Both go by the same column, so that
 * erasing knows where a tab began.
 *
 * Echo is kept in a ring of small orders until the line has room: while output
 * is stopped keys show nothing. Invariant: echo_head - echo_tail never exceeds
 * the ring; who types on and on into a stopped line loses the oldest.
 */

#include <ctype.h>

#include "kernel/fs/fcntl.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define ECHO_MASK (N_TTY_BUF_SIZE - 1)

/* Orders: what to do, and above it with which byte or number. */
enum echo_op {
	ECHO_RAW,
	ECHO_CTRL, /* as ^X */
	ECHO_MOVE_BACK,
	ECHO_SET_CANON_COL,
	ECHO_ERASE_TAB, /* after another one, or: */
	ECHO_ERASE_FIRST_TAB
};

bool is_cntrl(uint8_t c)
{
	return c < ' ' || c == 0x7f;
}

bool is_continuation(const struct tty_struct *tty, uint8_t c)
{
	return i_flag(tty, IUTF8) && (c & 0xc0) == 0x80;
}

/* ---- one byte out ------------------------------------------------------ */

static uint32_t room(const struct tty_struct *tty)
{
	return tty->ops->write_room(tty);
}

/* All of it or, false, nothing: the line has no room. */
static bool put(struct task_struct *curr, struct tty_struct *tty,
		const char *bytes, uint32_t n)
{
	if (room(tty) < n)
		return false;
	tty->ops->write(curr, tty, (const uint8_t *)bytes, n);
	return true;
}

static bool put_char(struct task_struct *curr, struct tty_struct *tty,
		     uint8_t c)
{
	return put(curr, tty, (const char *)&c, 1);
}

static bool put_newline(struct task_struct *curr, struct tty_struct *tty)
{
	if (o_flag(tty, ONLCR)) {
		if (!put(curr, tty, "\r\n", 2))
			return false;
		tty->column = tty->canon_column = 0;
		return true;
	}
	if (!put_char(curr, tty, '\n'))
		return false;
	if (o_flag(tty, ONLRET))
		tty->column = 0;
	tty->canon_column = tty->column;
	return true;
}

static bool put_return(struct task_struct *curr, struct tty_struct *tty)
{
	const bool newline = o_flag(tty, OCRNL);

	if (o_flag(tty, ONOCR) && !tty->column)
		return true;
	if (!put_char(curr, tty, newline ? '\n' : '\r'))
		return false;
	if (!newline || o_flag(tty, ONLRET))
		tty->column = tty->canon_column = 0;
	return true;
}

static bool put_tab(struct task_struct *curr, struct tty_struct *tty)
{
	const uint32_t spaces = 8 - (tty->column & 7);

	if ((tty->termios.c_oflag & TABDLY) == XTABS
		    ? !put(curr, tty, "        ", spaces)
		    : !put_char(curr, tty, '\t'))
		return false;
	tty->column += spaces;
	return true;
}

/* One byte with output processing. False: no room. */
static bool do_output_char(struct task_struct *curr, struct tty_struct *tty,
			   uint8_t c)
{
	if (!o_flag(tty, OPOST))
		return put_char(curr, tty, c);
	switch (c) {
	case '\n':
		return put_newline(curr, tty);
	case '\r':
		return put_return(curr, tty);
	case '\t':
		return put_tab(curr, tty);
	case '\b':
		if (!put_char(curr, tty, c))
			return false;
		tty->column -= tty->column != 0;
		return true;
	default:
		if (o_flag(tty, OLCUC) && c < 0x80)
			c = (uint8_t)toupper(c);
		if (!put_char(curr, tty, c))
			return false;
		tty->column += !is_cntrl(c) && !is_continuation(tty, c);
		return true;
	}
}

/* ---- echo -------------------------------------------------------------- */

static void add_echo(struct tty_struct *tty, enum echo_op op, uint8_t arg)
{
	if (tty->echo_head - tty->echo_tail == N_TTY_BUF_SIZE)
		tty->echo_tail++;
	tty->echo[tty->echo_head++ & ECHO_MASK] = (uint16_t)(op | arg << 8);
}

void echo_char_raw(struct tty_struct *tty, uint8_t c)
{
	add_echo(tty, ECHO_RAW, c);
}

void echo_char(struct tty_struct *tty, uint8_t c)
{
	const bool seen = l_flag(tty, ECHOCTL) && is_cntrl(c) && c != '\t';

	add_echo(tty, seen ? ECHO_CTRL : ECHO_RAW, c);
}

void echo_set_canon_col(struct tty_struct *tty)
{
	add_echo(tty, ECHO_SET_CANON_COL, 0);
}

void echo_move_back_col(struct tty_struct *tty)
{
	add_echo(tty, ECHO_MOVE_BACK, 0);
}

void echo_erase_tab(struct tty_struct *tty, uint32_t columns, bool after_tab)
{
	add_echo(tty, after_tab ? ECHO_ERASE_TAB : ECHO_ERASE_FIRST_TAB,
		 columns & 7);
}

static bool put_ctrl(struct task_struct *curr, struct tty_struct *tty,
		     uint8_t c)
{
	const char shown[] = {'^', (char)(c ^ 0x40)};

	if (!put(curr, tty, shown, 2))
		return false;
	tty->column += 2;
	return true;
}

static bool put_backspaces(struct task_struct *curr, struct tty_struct *tty,
			   uint32_t n)
{
	if (!put(curr, tty, "\b\b\b\b\b\b\b\b", n))
		return false;
	tty->column -= n < tty->column ? n : tty->column;
	return true;
}

static bool process_echo(struct task_struct *curr, struct tty_struct *tty,
			 uint16_t order)
{
	const uint8_t arg = order >> 8;

	switch ((enum echo_op)(order & 0xff)) {
	case ECHO_CTRL:
		return put_ctrl(curr, tty, arg);
	case ECHO_MOVE_BACK:
		tty->column -= tty->column != 0;
		return true;
	case ECHO_SET_CANON_COL:
		tty->canon_column = tty->column;
		return true;
	case ECHO_ERASE_TAB:
		return put_backspaces(curr, tty, 8 - arg);
	case ECHO_ERASE_FIRST_TAB:
		return put_backspaces(curr, tty,
				      8 - ((arg + tty->canon_column) & 7));
	case ECHO_RAW:
		break;
	}
	return do_output_char(curr, tty, arg);
}

void process_echoes(struct task_struct *curr, struct tty_struct *tty)
{
	while (tty->echo_tail != tty->echo_head &&
	       process_echo(curr, tty, tty->echo[tty->echo_tail & ECHO_MASK]))
		tty->echo_tail++;
}

/* ---- writing ----------------------------------------------------------- */

/* How many of @bytes need no thought but that they take a column each. */
static uint32_t plain_run(const struct tty_struct *tty, const uint8_t *bytes,
			  uint32_t n)
{
	uint32_t run = 0;

	if (o_flag(tty, OLCUC))
		return 0;
	while (run < n && bytes[run] >= ' ' && bytes[run] < 0x7f)
		run++;
	return run;
}

/* As many as there is room for now. */
static uint32_t write_processed(struct task_struct *curr,
				struct tty_struct *tty, const uint8_t *bytes,
				uint32_t n)
{
	uint32_t done = 0, run;

	while (done < n) {
		run = plain_run(tty, bytes + done, n - done);
		if (run) {
			run = tty->ops->write(curr, tty, bytes + done, run);
			if (!run)
				break;
			tty->column += run;
			done += run;
		} else if (do_output_char(curr, tty, bytes[done])) {
			done++;
		} else {
			break;
		}
	}
	return done;
}

static uint32_t write_some(struct task_struct *curr, struct tty_struct *tty,
			   const uint8_t *bytes, uint32_t n)
{
	uint32_t done = 0, some;

	if (o_flag(tty, OPOST))
		return write_processed(curr, tty, bytes, n);
	while (done < n) {
		some = tty->ops->write(curr, tty, bytes + done, n - done);
		if (!some)
			break;
		done += some;
	}
	return done;
}

/* Why a write can't go on: 0: it can, or may wait. */
static int32_t write_refused(struct task_struct *curr,
			     const struct tty_struct *tty,
			     const struct file *file)
{
	if (signal_pending(curr))
		return -ERESTARTSYS;
	/* a master may write before there is a slave */
	if (tty_hung_up_p(file) ||
	    (tty->link && !tty->is_master && !tty->link->count))
		return -EIO;
	return 0;
}

int32_t n_tty_write(struct task_struct *curr, struct tty_struct *tty,
		    struct file *file, const uint8_t *bytes, uint32_t n)
{
	struct wait_queue_entry wait = {0};
	uint32_t done = 0;
	int32_t ret;

	process_echoes(curr, tty);
	for (;;) {
		prepare_to_wait(curr, &tty->write_wait, &wait,
				TASK_INTERRUPTIBLE);
		ret = write_refused(curr, tty, file);
		if (ret)
			break;
		done += write_some(curr, tty, bytes + done, n - done);
		if (done == n)
			break;
		if (file->f_flags & O_NONBLOCK) {
			ret = -EAGAIN;
			break;
		}
		schedule(curr);
	}
	finish_wait(curr, &tty->write_wait, &wait);
	return done ? (int32_t)done : ret;
}
