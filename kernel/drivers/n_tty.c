/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * The line discipline (Linux: drivers/tty/n_tty.c): what becomes of a key
 * between the line and the program. In canonical mode a line is edited in the
 * buffer, between canon_head and head, until a byte ends it; in raw mode bytes
 * pass as they come. Some keys never get through: they are signals.
 *
 * Invariant: tail <= canon_head <= head, as counts modulo 2^32, and head -
 * tail never exceeds the buffer; eol bits are set only in [tail, canon_head).
 *
 * MODEL: IXON stops nothing but echoes no ^S and ^Q; no UTF-8 erase beyond
 * skipping continuation bytes; no VREPRINT, VDISCARD; no delays.
 */

#include <ctype.h>
#include <string.h>

#include "kernel/lib/bug.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define BUF_MASK    (N_TTY_BUF_SIZE - 1)
#define DISABLED    0 /* a c_cc entry that no key is */
#define CTRL(c)     ((uint8_t)((c)&0x1f))
#define EOF_IN_LINE 0 /* what stands in the buffer for VEOF */

static const struct ktermios tty_std_termios = {
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
};

void n_tty_reset(struct tty *tty)
{
	tty->termios = tty_std_termios;
	tty->winsize = (struct winsize){.row = 24, .col = 80};
	n_tty_flush_input(tty);
}

/* ---- the buffer -------------------------------------------------------- */

static bool l_flag(const struct tty *tty, uint32_t flag)
{
	return tty->termios.c_lflag & flag;
}

static bool i_flag(const struct tty *tty, uint32_t flag)
{
	return tty->termios.c_iflag & flag;
}

static bool is_cc(const struct tty *tty, int which, uint8_t c)
{
	return tty->termios.c_cc[which] == c && c != DISABLED;
}

static void set_eol(struct tty *tty, uint32_t at, bool on)
{
	const uint32_t n = at & BUF_MASK;

	if (on)
		tty->eol[n / 32] |= 1u << n % 32;
	else
		tty->eol[n / 32] &= ~(1u << n % 32);
}

static bool is_eol(const struct tty *tty, uint32_t at)
{
	const uint32_t n = at & BUF_MASK;

	return tty->eol[n / 32] & 1u << n % 32;
}

/* False: the buffer is full, and the byte is lost with a bell. */
static bool put_char(struct tty *tty, uint8_t c)
{
	/* one byte is kept for what ends the line */
	if (tty->head - tty->tail >= N_TTY_BUF_SIZE - 1)
		return false;
	tty->buf[tty->head++ & BUF_MASK] = c;
	return true;
}

void n_tty_flush_input(struct tty *tty)
{
	tty->head = tty->tail = tty->canon_head = 0;
	tty->lnext = false;
	memset(tty->eol, 0, sizeof(tty->eol));
}

bool n_tty_must_wait(const struct tty *tty)
{
	return !tty->is_terminal && tty->head - tty->tail >= N_TTY_BUF_SIZE - 1;
}

bool n_tty_input_available(const struct tty *tty)
{
	return (l_flag(tty, ICANON) ? tty->canon_head : tty->head) != tty->tail;
}

uint32_t n_tty_chars_in_buffer(const struct tty *tty)
{
	uint32_t n;

	if (!l_flag(tty, ICANON))
		return tty->head - tty->tail;
	n = tty->canon_head - tty->tail;
	/* an end of file is no byte that one can read */
	for (uint32_t at = tty->tail; at != tty->canon_head; at++)
		n -= is_eol(tty, at) && tty->buf[at & BUF_MASK] == EOF_IN_LINE;
	return n;
}

static uint32_t take_line(struct tty *tty, uint8_t *to, uint32_t max,
			  bool *ends)
{
	uint32_t n = 0;

	while (!*ends && tty->tail != tty->canon_head) {
		const uint8_t c = tty->buf[tty->tail & BUF_MASK];
		const bool end = is_eol(tty, tty->tail);
		const bool eof = end && c == EOF_IN_LINE;

		/* an end of file right behind the last byte is taken along */
		if (n == max && !eof)
			break;
		set_eol(tty, tty->tail++, false);
		if (!eof)
			to[n++] = c;
		*ends = end;
	}
	return n;
}

uint32_t n_tty_take(struct tty *tty, uint8_t *to, uint32_t max, bool *ends)
{
	uint32_t n = 0;

	*ends = false;
	if (l_flag(tty, ICANON))
		return take_line(tty, to, max, ends);
	while (n < max && tty->tail != tty->head) {
		set_eol(tty, tty->tail, false);
		to[n++] = tty->buf[tty->tail++ & BUF_MASK];
	}
	tty->canon_head = tty->tail;
	return n;
}

/* ---- output ------------------------------------------------------------ */

static void move_column(struct tty *tty, uint8_t c)
{
	switch (c) {
	case '\n':
	case '\r':
		tty->column = 0;
		break;
	case '\t':
		tty->column = (tty->column | 7) + 1;
		break;
	case '\b':
		if (tty->column)
			tty->column--;
		break;
	default:
		/* neither control bytes nor the tails of UTF-8 take room */
		if (c >= ' ' && c != 0x7f &&
		    !(i_flag(tty, IUTF8) && (c & 0xc0) == 0x80))
			tty->column++;
	}
}

static void output_char(struct task_struct *curr, struct tty *tty, uint8_t c)
{
	static const uint8_t crlf[] = {'\r', '\n'};
	const uint32_t oflag = tty->termios.c_oflag;

	if (!(oflag & OPOST)) {
		uart_write(curr, tty, &c, 1);
		return;
	}
	if (c == '\r' && oflag & OCRNL)
		c = '\n';
	move_column(tty, c);
	if (c == '\n' && oflag & ONLCR)
		uart_write(curr, tty, crlf, 2);
	else
		uart_write(curr, tty, &c, 1);
}

void n_tty_output(struct task_struct *curr, struct tty *tty,
		  const uint8_t *bytes, uint32_t n)
{
	if (!tty->is_terminal) {
		uart_write(curr, tty, bytes, n);
		return;
	}
	while (n--)
		output_char(curr, tty, *bytes++);
}

/* ---- echo -------------------------------------------------------------- */

static bool shown_as_ctrl(const struct tty *tty, uint8_t c)
{
	return l_flag(tty, ECHOCTL) && (c < ' ' || c == 0x7f) && c != '\t' &&
	       c != '\n';
}

static void echo_char(struct task_struct *curr, struct tty *tty, uint8_t c)
{
	if (!l_flag(tty, ECHO) && !(c == '\n' && l_flag(tty, ECHONL)))
		return;
	if (shown_as_ctrl(tty, c)) {
		output_char(curr, tty, '^');
		output_char(curr, tty, c ^ 0x40);
		return;
	}
	output_char(curr, tty, c);
}

static void rub_out(struct task_struct *curr, struct tty *tty, uint32_t columns)
{
	while (columns--) {
		output_char(curr, tty, '\b');
		output_char(curr, tty, ' ');
		output_char(curr, tty, '\b');
	}
}

/* Where the cursor stands after the line up to @end. */
static uint32_t column_at(const struct tty *tty, uint32_t end)
{
	uint32_t column = tty->canon_column;

	for (uint32_t at = tty->canon_head; at != end; at++) {
		const uint8_t c = tty->buf[at & BUF_MASK];

		if (c == '\t')
			column = (column | 7) + 1;
		else if (shown_as_ctrl(tty, c))
			column += 2;
		else if (c >= ' ' &&
			 !(i_flag(tty, IUTF8) && (c & 0xc0) == 0x80))
			column++;
	}
	return column;
}

/* ---- editing ----------------------------------------------------------- */

static void erase_one(struct task_struct *curr, struct tty *tty)
{
	const uint32_t before = column_at(tty, tty->head);
	uint32_t after;
	uint8_t c;

	do {
		c = tty->buf[--tty->head & BUF_MASK];
	} while (i_flag(tty, IUTF8) && (c & 0xc0) == 0x80 &&
		 tty->head != tty->canon_head);
	if (!l_flag(tty, ECHO))
		return;
	if (!l_flag(tty, ECHOE)) {
		echo_char(curr, tty, tty->termios.c_cc[VERASE]);
		return;
	}
	after = column_at(tty, tty->head);
	if (c == '\t')
		while (tty->column > after)
			output_char(curr, tty, '\b');
	else
		rub_out(curr, tty, before - after);
}

static bool is_word(uint8_t c)
{
	return c == '_' || isalnum(c) || c >= 0x80;
}

static void erase_word(struct task_struct *curr, struct tty *tty)
{
	bool seen = false;

	while (tty->head != tty->canon_head) {
		const bool word = is_word(tty->buf[(tty->head - 1) & BUF_MASK]);

		if (seen && !word)
			break;
		seen |= word;
		erase_one(curr, tty);
	}
}

static void kill_line(struct task_struct *curr, struct tty *tty)
{
	if (l_flag(tty, ECHO) && l_flag(tty, ECHOK) && l_flag(tty, ECHOKE) &&
	    l_flag(tty, ECHOE)) {
		while (tty->head != tty->canon_head)
			erase_one(curr, tty);
		return;
	}
	tty->head = tty->canon_head;
	echo_char(curr, tty, tty->termios.c_cc[VKILL]);
	if (l_flag(tty, ECHOK))
		output_char(curr, tty, '\n');
}

/* True: @c was an editing key, and is done with. */
static bool edit(struct task_struct *curr, struct tty *tty, uint8_t c)
{
	const bool erase = is_cc(tty, VERASE, c), kill = is_cc(tty, VKILL, c);
	const bool word = is_cc(tty, VWERASE, c) && l_flag(tty, IEXTEN);

	if (!erase && !kill && !word)
		return false;
	if (tty->head == tty->canon_head)
		return true;
	if (erase)
		erase_one(curr, tty);
	else if (word)
		erase_word(curr, tty);
	else
		kill_line(curr, tty);
	return true;
}

/* ---- receiving --------------------------------------------------------- */

/* The keys of ISIG. True: @c was one. */
static bool receive_signal(struct task_struct *curr, struct tty *tty, uint8_t c)
{
	int sig;

	if (is_cc(tty, VINTR, c))
		sig = SIGINT;
	else if (is_cc(tty, VQUIT, c))
		sig = SIGQUIT;
	else if (is_cc(tty, VSUSP, c))
		sig = SIGTSTP;
	else
		return false;
	if (!l_flag(tty, NOFLSH))
		n_tty_flush_input(tty);
	echo_char(curr, tty, c);
	tty->canon_column = tty->column;
	if (tty->pgrp)
		kill_pgrp(curr, tty->pgrp, sig);
	return true;
}

/* Ends the line with @c, which is EOF_IN_LINE for an end of file. */
static void end_line(struct tty *tty, uint8_t c)
{
	set_eol(tty, tty->head, true);
	tty->buf[tty->head++ & BUF_MASK] = c;
	tty->canon_head = tty->head;
	tty->canon_column = tty->column;
}

static bool room_for_end(const struct tty *tty)
{
	return tty->head - tty->tail < N_TTY_BUF_SIZE;
}

/* True: @c ended a line or was swallowed by editing. */
static bool receive_canonical(struct task_struct *curr, struct tty *tty,
			      uint8_t c)
{
	if (edit(curr, tty, c))
		return true;
	if (is_cc(tty, VLNEXT, c) && l_flag(tty, IEXTEN)) {
		tty->lnext = true;
		if (l_flag(tty, ECHO) && l_flag(tty, ECHOCTL)) {
			uart_write(curr, tty, (const uint8_t *)"^\b", 2);
		}
		return true;
	}
	if (is_cc(tty, VEOF, c)) {
		if (room_for_end(tty))
			end_line(tty, EOF_IN_LINE);
		return true;
	}
	if (c == '\n' || is_cc(tty, VEOL, c) ||
	    (is_cc(tty, VEOL2, c) && l_flag(tty, IEXTEN))) {
		if (!room_for_end(tty))
			return true;
		echo_char(curr, tty, c);
		end_line(tty, c);
		return true;
	}
	return false;
}

void n_tty_receive_char(struct task_struct *curr, struct tty *tty, uint8_t c)
{
	if (!tty->is_terminal) {
		put_char(tty, c);
		return;
	}
	if (i_flag(tty, ISTRIP))
		c &= 0x7f;
	if (tty->lnext) {
		tty->lnext = false;
	} else {
		if (c == '\r' && i_flag(tty, IGNCR))
			return;
		if (c == '\r' && i_flag(tty, ICRNL))
			c = '\n';
		else if (c == '\n' && i_flag(tty, INLCR))
			c = '\r';
		if (i_flag(tty, IXON) &&
		    (is_cc(tty, VSTART, c) || is_cc(tty, VSTOP, c)))
			return;
		if (l_flag(tty, ISIG) && receive_signal(curr, tty, c))
			return;
		if (l_flag(tty, ICANON) && receive_canonical(curr, tty, c))
			return;
	}
	if (tty->head == tty->canon_head && l_flag(tty, ICANON))
		tty->canon_column = tty->column;
	if (!put_char(tty, c)) {
		uart_write(curr, tty, (const uint8_t *)"\a", 1);
		return;
	}
	echo_char(curr, tty, c);
}

/* ---- changing modes ---------------------------------------------------- */

/*
 * What was typed stays readable: leaving canonical mode makes the unfinished
 * line available, and entering it makes one line of all there is.
 */
void n_tty_set_termios(struct task_struct *curr, struct tty *tty,
		       const struct ktermios *termios)
{
	const bool was = l_flag(tty, ICANON);

	tty->termios = *termios;
	if (was == l_flag(tty, ICANON))
		return;
	tty->lnext = false;
	if (!was) {
		tty->canon_head = tty->head;
		if (tty->head != tty->tail)
			set_eol(tty, tty->head - 1, true);
		tty->canon_column = tty->column;
	}
	wake_up_all(curr, &tty->read_wait);
}
