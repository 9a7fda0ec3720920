/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * The line discipline (Linux: drivers/tty/n_tty.c): what becomes of a key
 * between the line and the program. In canonical mode a line is edited in the
 * buffer, between canon_head and head, until a byte ends it; in raw mode bytes
 * pass as they come. Some keys never get through: they are signals. The way
 * out, and what keys show, is in n_tty_output.c.
 *
 * Invariant: tail <= canon_head <= head, as counts modulo 2^32, and head -
 * tail never exceeds the buffer; eol bits are set only in [tail, canon_head).
 *
 * As Linux's: no VDISCARD, and no delays. Leaves out parity and framing.
 */

#include <ctype.h>
#include <string.h>

#include "kernel/fs/fasync.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/poll.h"
#include "kernel/lib/bug.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define BUF_MASK      (N_TTY_BUF_SIZE - 1)
#define DISABLED      0 /* a c_cc entry that no key is; VEOF in the buffer */
#define CHUNK         256u
#define WAKEUP_CHARS  256
#define DECISECOND_NS 100000000ull

/* ---- the buffer -------------------------------------------------------- */

static bool is_cc(const struct tty_struct *tty, int which, uint8_t c)
{
	return tty->termios.c_cc[which] == c && c != DISABLED;
}

static void set_eol(struct tty_struct *tty, uint32_t at, bool on)
{
	const uint32_t n = at & BUF_MASK;

	if (on)
		tty->eol[n / 32] |= 1u << n % 32;
	else
		tty->eol[n / 32] &= ~(1u << n % 32);
}

static bool is_eol(const struct tty_struct *tty, uint32_t at)
{
	const uint32_t n = at & BUF_MASK;

	return tty->eol[n / 32] & 1u << n % 32;
}

static uint8_t read_buf(const struct tty_struct *tty, uint32_t at)
{
	return tty->buf[at & BUF_MASK];
}

static void put_tty_queue(struct tty_struct *tty, uint8_t c)
{
	if (tty->head - tty->tail < N_TTY_BUF_SIZE)
		tty->buf[tty->head++ & BUF_MASK] = c;
}

void reset_buffer_flags(struct tty_struct *tty)
{
	tty->head = tty->tail = tty->canon_head = 0;
	tty->echo_head = tty->echo_tail = 0;
	tty->lnext = tty->erasing = false;
	memset(tty->eol, 0, sizeof(tty->eol));
}

/* A byte is kept for what ends a line; PARMRK makes three of one. */
static int32_t room_left(const struct tty_struct *tty)
{
	int32_t room = (int32_t)(N_TTY_BUF_SIZE - (tty->head - tty->tail));

	if (i_flag(tty, PARMRK))
		room = (room + 2) / 3;
	return room - 1;
}

bool n_tty_must_wait(const struct tty_struct *tty)
{
	return room_left(tty) <= 0 &&
	       !(l_flag(tty, ICANON) && tty->canon_head == tty->tail);
}

/*
 * A line that is longer than the buffer and has no end yet: its last byte gives
 * way, or nothing could ever end it.
 */
static bool make_room(struct tty_struct *tty)
{
	if (n_tty_must_wait(tty))
		return false;
	if (room_left(tty) < 0)
		tty->head--;
	return true;
}

bool n_tty_input_available(const struct tty_struct *tty, bool poll)
{
	const uint8_t *cc = tty->termios.c_cc;
	const uint32_t amount = poll && !cc[VTIME] && cc[VMIN] ? cc[VMIN] : 1;

	if (is_canonical(tty))
		return tty->canon_head != tty->tail;
	return tty->head - tty->tail >= amount;
}

uint32_t n_tty_chars_in_buffer(const struct tty_struct *tty)
{
	uint32_t n;

	if (!is_canonical(tty))
		return tty->head - tty->tail;
	n = tty->canon_head - tty->tail;
	/* an end of file is no byte that one can read */
	for (uint32_t at = tty->tail; at != tty->canon_head; at++)
		n -= is_eol(tty, at) && read_buf(tty, at) == DISABLED;
	return n;
}

/* The master is told that what it wrote is lost. */
static void packet_mode_flush(struct task_struct *curr, struct tty_struct *tty)
{
	if (!tty->link || !tty->link->packet)
		return;
	tty->pktstatus |= TIOCPKT_FLUSHREAD;
	wake_up_all(curr, &tty->link->read_wait);
}

void n_tty_flush_buffer(struct task_struct *curr, struct tty_struct *tty)
{
	reset_buffer_flags(tty);
	if (tty->throttled) {
		tty->throttled = false;
		tty->ops->unthrottle(curr, tty);
	}
	packet_mode_flush(curr, tty);
}

/* ---- editing ----------------------------------------------------------- */

static void finish_erasing(struct tty_struct *tty)
{
	if (tty->erasing) {
		echo_char_raw(tty, '/');
		tty->erasing = false;
	}
}

/* Where the last character of the line begins; head: half a character. */
static uint32_t last_char(const struct tty_struct *tty)
{
	uint32_t at = tty->head;

	do {
		at--;
	} while (is_continuation(tty, read_buf(tty, at)) &&
		 at != tty->canon_head);
	return is_continuation(tty, read_buf(tty, at)) ? tty->head : at;
}

/* The columns since the line's begin, or since a tab in it. */
static void erase_tab(struct tty_struct *tty)
{
	uint32_t columns = 0, at = tty->head;
	uint8_t c = 0;

	while (at != tty->canon_head && c != '\t') {
		c = read_buf(tty, --at);
		if (c == '\t')
			break;
		if (is_cntrl(c))
			columns += l_flag(tty, ECHOCTL) ? 2 : 0;
		else
			columns += !is_continuation(tty, c);
	}
	echo_erase_tab(tty, columns, c == '\t');
}

static void rub_out(struct tty_struct *tty)
{
	echo_char_raw(tty, '\b');
	echo_char_raw(tty, ' ');
	echo_char_raw(tty, '\b');
}

/* On paper nothing can be rubbed out: what goes is printed, backwards. */
static void print_erased(struct tty_struct *tty, uint32_t n)
{
	if (!tty->erasing) {
		echo_char_raw(tty, '\\');
		tty->erasing = true;
	}
	echo_char(tty, read_buf(tty, tty->head));
	for (uint32_t i = 1; i < n; i++) {
		echo_char_raw(tty, read_buf(tty, tty->head + i));
		echo_move_back_col(tty);
	}
}

/* The @n bytes at head are no longer of the line. @one: by VERASE. */
static void show_erased(struct tty_struct *tty, uint32_t n, bool one)
{
	const uint8_t c = read_buf(tty, tty->head);

	if (l_flag(tty, ECHOPRT)) {
		print_erased(tty, n);
	} else if (one && !l_flag(tty, ECHOE)) {
		echo_char(tty, tty->termios.c_cc[VERASE]);
	} else if (c == '\t') {
		erase_tab(tty);
	} else {
		if (is_cntrl(c) && l_flag(tty, ECHOCTL))
			rub_out(tty);
		if (!is_cntrl(c) || l_flag(tty, ECHOCTL))
			rub_out(tty);
	}
}

/* Letters of Latin-1 too, and so the first byte of what UTF-8 encodes. */
static bool is_word(uint8_t c)
{
	return c == '_' || (c < 0x80 ? isalnum(c) != 0
				     : c >= 0xc0 && c != 0xd7 && c != 0xf7);
}

/* Without echo, or where it can't be shown how the line goes. */
static void kill_at_once(struct tty_struct *tty)
{
	tty->head = tty->canon_head;
	if (!l_flag(tty, ECHO))
		return;
	finish_erasing(tty);
	echo_char(tty, tty->termios.c_cc[VKILL]);
	if (l_flag(tty, ECHOK))
		echo_char_raw(tty, '\n');
}

static void erase(struct tty_struct *tty, bool one, bool word)
{
	bool seen = false;

	while (tty->head != tty->canon_head) {
		const uint32_t at = last_char(tty), n = tty->head - at;
		const bool of_word = is_word(read_buf(tty, at));

		if (!n || (word && seen && !of_word))
			break;
		seen |= of_word;
		tty->head = at;
		if (l_flag(tty, ECHO))
			show_erased(tty, n, one);
		if (one)
			break;
	}
	if (tty->head == tty->canon_head && l_flag(tty, ECHO))
		finish_erasing(tty);
}

static void eraser(struct tty_struct *tty, uint8_t c)
{
	const uint32_t shown = ECHO | ECHOK | ECHOKE | ECHOE;

	if (tty->head == tty->canon_head)
		return;
	if (is_cc(tty, VERASE, c))
		erase(tty, true, false);
	else if (is_cc(tty, VWERASE, c))
		erase(tty, false, true);
	else if ((tty->termios.c_lflag & shown) != shown)
		kill_at_once(tty);
	else
		erase(tty, false, false);
}

static void reprint(struct tty_struct *tty, uint8_t c)
{
	finish_erasing(tty);
	echo_char(tty, c);
	echo_char_raw(tty, '\n');
	for (uint32_t at = tty->canon_head; at != tty->head; at++)
		echo_char(tty, read_buf(tty, at));
}

/* ---- receiving --------------------------------------------------------- */

static void echo_key(struct tty_struct *tty, uint8_t c)
{
	if (!l_flag(tty, ECHO))
		return;
	finish_erasing(tty);
	if (c == '\n') {
		echo_char_raw(tty, '\n');
		return;
	}
	if (tty->canon_head == tty->head)
		echo_set_canon_col(tty);
	echo_char(tty, c);
}

static void receive_char(struct tty_struct *tty, uint8_t c)
{
	echo_key(tty, c);
	if (c == 0xff && i_flag(tty, PARMRK))
		put_tty_queue(tty, c);
	put_tty_queue(tty, c);
}

static void isig(struct task_struct *curr, struct tty_struct *tty, int sig)
{
	if (tty->pgrp)
		kill_pgrp(curr, tty->pgrp, sig);
	if (l_flag(tty, NOFLSH))
		return;
	tty->echo_tail = tty->echo_head;
	if (tty->ops->flush_buffer)
		tty->ops->flush_buffer(curr, tty);
	reset_buffer_flags(tty);
	packet_mode_flush(curr, tty);
}

/* The keys of ISIG. True: @c was one. */
static bool receive_signal(struct task_struct *curr, struct tty_struct *tty,
			   uint8_t c)
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
	isig(curr, tty, sig);
	if (i_flag(tty, IXON))
		start_tty(curr, tty);
	if (l_flag(tty, ECHO))
		echo_char(tty, c);
	return true;
}

/* The keys of IXON. True: @c was one. */
static bool receive_flow(struct task_struct *curr, struct tty_struct *tty,
			 uint8_t c)
{
	if (is_cc(tty, VSTART, c))
		start_tty(curr, tty);
	else if (is_cc(tty, VSTOP, c))
		stop_tty(curr, tty);
	else
		return false;
	return true;
}

/* Ends the line with @c, which is DISABLED for an end of file. */
static void handle_newline(struct tty_struct *tty, uint8_t c)
{
	set_eol(tty, tty->head, true);
	put_tty_queue(tty, c);
	tty->canon_head = tty->head;
}

/* True: @c ended a line. */
static bool receive_end(struct tty_struct *tty, uint8_t c)
{
	if (c == '\n') {
		if (l_flag(tty, ECHO | ECHONL))
			echo_char_raw(tty, '\n');
	} else if (is_cc(tty, VEOF, c)) {
		c = DISABLED;
	} else if (is_cc(tty, VEOL, c) ||
		   (is_cc(tty, VEOL2, c) && l_flag(tty, IEXTEN))) {
		if (l_flag(tty, ECHO)) {
			if (tty->canon_head == tty->head)
				echo_set_canon_col(tty);
			echo_char(tty, c);
		}
		if (c == 0xff && i_flag(tty, PARMRK))
			put_tty_queue(tty, c);
	} else {
		return false;
	}
	handle_newline(tty, c);
	return true;
}

/* True: @c ended a line or was swallowed by editing. */
static bool receive_canonical(struct tty_struct *tty, uint8_t c)
{
	const bool extended = l_flag(tty, IEXTEN);

	if (is_cc(tty, VERASE, c) || is_cc(tty, VKILL, c) ||
	    (extended && is_cc(tty, VWERASE, c))) {
		eraser(tty, c);
		return true;
	}
	if (extended && is_cc(tty, VLNEXT, c)) {
		tty->lnext = true;
		if (l_flag(tty, ECHO))
			finish_erasing(tty);
		if (l_flag(tty, ECHO) && l_flag(tty, ECHOCTL)) {
			echo_char_raw(tty, '^');
			echo_char_raw(tty, '\b');
		}
		return true;
	}
	if (extended && is_cc(tty, VREPRINT, c) && l_flag(tty, ECHO)) {
		reprint(tty, c);
		return true;
	}
	return receive_end(tty, c);
}

static void receive_special(struct task_struct *curr, struct tty_struct *tty,
			    uint8_t c)
{
	if (i_flag(tty, IXON) && receive_flow(curr, tty, c))
		return;
	if (l_flag(tty, ISIG) && receive_signal(curr, tty, c))
		return;
	if (i_flag(tty, IXON) && i_flag(tty, IXANY) && !tty->tco_stopped)
		start_tty(curr, tty);
	if (c == '\r' && i_flag(tty, IGNCR))
		return;
	if (c == '\r' && i_flag(tty, ICRNL))
		c = '\n';
	else if (c == '\n' && i_flag(tty, INLCR))
		c = '\r';
	if (l_flag(tty, ICANON) && receive_canonical(tty, c))
		return;
	receive_char(tty, c);
}

static void receive_one(struct task_struct *curr, struct tty_struct *tty,
			uint8_t c)
{
	if (i_flag(tty, ISTRIP))
		c &= 0x7f;
	if (i_flag(tty, IUCLC) && l_flag(tty, IEXTEN) && c < 0x80)
		c = (uint8_t)tolower(c);
	if (l_flag(tty, EXTPROC)) {
		put_tty_queue(tty, c);
		return;
	}
	if (tty->lnext) {
		tty->lnext = false;
		receive_char(tty, c);
		return;
	}
	receive_special(curr, tty, c);
}

uint32_t n_tty_receive_buf(struct task_struct *curr, struct tty_struct *tty,
			   const uint8_t *bytes, uint32_t n)
{
	uint32_t done = 0;

	while (done < n && make_room(tty))
		receive_one(curr, tty, bytes[done++]);
	process_echoes(curr, tty);
	if (n_tty_input_available(tty, false)) {
		kill_fasync(curr, tty->fasync, SIGIO, FASYNC_IN);
		wake_up_all(curr, &tty->read_wait);
	}
	return done;
}

/* ---- reading ----------------------------------------------------------- */

static uint32_t take_line(struct tty_struct *tty, uint8_t *to, uint32_t max,
			  bool *ends)
{
	uint32_t n = 0;

	while (!*ends && tty->tail != tty->canon_head) {
		const uint8_t c = read_buf(tty, tty->tail);
		const bool end = is_eol(tty, tty->tail);
		const bool eof = end && c == DISABLED;

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

/*
 * Up to @max bytes of one line, or of what is there, by mode. *@ends: the
 * line, or an end of file, ends here.
 */
static uint32_t take(struct tty_struct *tty, uint8_t *to, uint32_t max,
		     bool *ends)
{
	uint32_t n = 0;

	*ends = false;
	if (is_canonical(tty))
		return take_line(tty, to, max, ends);
	while (n < max && tty->tail != tty->head) {
		set_eol(tty, tty->tail, false);
		to[n++] = tty->buf[tty->tail++ & BUF_MASK];
	}
	if ((int32_t)(tty->canon_head - tty->tail) < 0)
		tty->canon_head = tty->tail;
	return n;
}

/* What a read knows of itself. */
struct tty_reader {
	struct task_struct *curr;
	struct file *file;
	struct iov_iter *to;
	uint32_t got, minimum;
	bool canonical;
};

/* There is room again: bytes that waited below move up, and their writer. */
static void made_room(const struct tty_reader *r, struct tty_struct *tty)
{
	flush_to_ldisc(r->curr, tty);
	if (tty->throttled && !n_tty_must_wait(tty)) {
		tty->throttled = false;
		tty->ops->unthrottle(r->curr, tty);
	}
}

/*
 * Until when to wait for the next byte: for ever, unless VTIME says something
 * of the time between bytes, or with VMIN 0 of the time until the first.
 */
static uint64_t read_deadline(const struct tty_reader *r,
			      const struct tty_struct *tty)
{
	const struct kernel *k = tty->k;
	const uint32_t min = tty->termios.c_cc[VMIN];
	const uint32_t time = tty->termios.c_cc[VTIME];

	if (r->canonical || (min && (!time || !r->got)))
		return UINT64_MAX;
	return sched_clock_cycles(k) + ns_to_cycles(k, time * DECISECOND_NS);
}

static bool packet_waits(const struct tty_struct *tty)
{
	return tty->packet && tty->link && tty->link->pktstatus;
}

static bool there_is_some(const struct tty_struct *tty)
{
	return n_tty_input_available(tty, false) || packet_waits(tty);
}

/* What a read of nothing returns: 1: go on waiting, or there is something. */
static int32_t read_nothing(const struct tty_reader *r,
			    const struct tty_struct *tty, bool timed_out)
{
	if (there_is_some(tty))
		return 1;
	if (tty->other_closed)
		return -EIO;
	if (tty_hung_up_p(r->file) || tty->eof || timed_out)
		return 0;
	if (r->file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	return signal_pending(r->curr) ? -ERESTARTSYS : 1;
}

/* 1: there is something. Else what the read, so far empty, returns. */
static int32_t wait_for_input(const struct tty_reader *r,
			      struct tty_struct *tty)
{
	const uint64_t expires = read_deadline(r, tty);
	struct wait_queue_entry wait = {0};
	bool timed_out = expires <= sched_clock_cycles(tty->k);
	int32_t ret;

	for (;;) {
		prepare_to_wait(r->curr, &tty->read_wait, &wait,
				TASK_INTERRUPTIBLE);
		ret = read_nothing(r, tty, timed_out);
		if (there_is_some(tty))
			break;
		if ((ret == 1 || ret == -EAGAIN) && tty->ops->unthrottle)
			tty->ops->unthrottle(r->curr, tty);
		if (ret != 1)
			break;
		timed_out = !schedule_timeout_until(r->curr, expires);
	}
	finish_wait(r->curr, &tty->read_wait, &wait);
	return ret;
}

/* One byte for the reader. 0 or -EFAULT. */
static int give_byte(struct tty_reader *r, uint8_t byte)
{
	if (copy_to_iter(r->curr, r->to, &byte, 1) < 1)
		return -EFAULT;
	r->got++;
	return 0;
}

/* 0: go on; 1: that's it; -EFAULT. */
static int32_t read_some(struct tty_reader *r, struct tty_struct *tty)
{
	uint8_t bytes[CHUNK];
	uint32_t n = r->to->count < CHUNK ? r->to->count : CHUNK;
	bool ends;

	if (tty->packet && !r->got) {
		if (give_byte(r, TIOCPKT_DATA))
			return -EFAULT;
		n = r->to->count < CHUNK ? r->to->count : CHUNK;
	}
	n = take(tty, bytes, n, &ends);
	if (copy_to_iter(r->curr, r->to, bytes, n) < n)
		return -EFAULT;
	r->got += n;
	made_room(r, tty);
	/* all that is there is given, as far as it fits */
	return ends || !r->to->count ||
	       (!n_tty_input_available(tty, false) && r->got >= r->minimum);
}

static int32_t read_locked(struct tty_reader *r, struct tty_struct *tty)
{
	int32_t ret = 0;

	while (r->to->count && !ret) {
		if (packet_waits(tty)) {
			if (r->got)
				break;
			ret = give_byte(r, tty->link->pktstatus);
			tty->link->pktstatus = 0;
			break;
		}
		if (!n_tty_input_available(tty, false)) {
			ret = wait_for_input(r, tty);
			if (ret != 1)
				break;
			ret = 0;
			if (packet_waits(tty))
				continue;
		}
		ret = read_some(r, tty);
	}
	return r->got ? (int32_t)r->got : ret > 0 ? 0 : ret;
}

/* Who comes second waits for a line of its own, not for half of one. */
static int lock_reading(struct task_struct *curr, struct tty_struct *tty,
			const struct file *file)
{
	int err = 0;

	if (tty->reading && file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	if (tty->reading)
		err = wait_event_interruptible(curr, &tty->read_wait,
					       !tty->reading);
	if (!err)
		tty->reading = true;
	return err;
}

int32_t n_tty_read(struct task_struct *curr, struct tty_struct *tty,
		   struct file *file, struct iov_iter *to)
{
	const uint32_t min = tty->termios.c_cc[VMIN];
	struct tty_reader r = {.curr = curr, .file = file, .to = to};
	int32_t n = tty_check_change(curr, tty, SIGTTIN);

	if (!n)
		n = lock_reading(curr, tty, file);
	if (n)
		return n;
	r.canonical = l_flag(tty, ICANON);
	r.minimum = r.canonical ? 0 : min ? min : 1;
	n = read_locked(&r, tty);
	tty->reading = false;
	wake_up_all(curr, &tty->read_wait);
	return n;
}

uint32_t n_tty_poll(struct task_struct *curr, struct tty_struct *tty,
		    struct file *file, struct poll_table *table)
{
	uint32_t mask = 0;

	poll_wait(curr, &tty->read_wait, table);
	poll_wait(curr, &tty->write_wait, table);
	if (n_tty_input_available(tty, true))
		mask |= POLLIN | POLLRDNORM;
	else if (tty->eof)
		mask |= POLLIN | POLLRDNORM | POLLHUP;
	else if (table && tty->ops->unthrottle)
		tty->ops->unthrottle(curr, tty);
	if (packet_waits(tty))
		mask |= POLLPRI | POLLIN | POLLRDNORM;
	if (tty->other_closed || tty_hung_up_p(file))
		mask |= POLLHUP;
	if (!tty->writing && tty->ops->write_room(tty) > 0 &&
	    (!tty->ops->chars_in_buffer ||
	     tty->ops->chars_in_buffer(tty) < WAKEUP_CHARS))
		mask |= POLLOUT | POLLWRNORM;
	return mask;
}

/* ---- changing modes ---------------------------------------------------- */

/*
 * What was typed stays readable: leaving canonical mode makes the unfinished
 * line available, and entering it makes one line of all there is.
 */
static void change_canonical(struct tty_struct *tty)
{
	memset(tty->eol, 0, sizeof(tty->eol));
	tty->erasing = tty->lnext = false;
	tty->canon_head = tty->tail;
	if (l_flag(tty, ICANON) && tty->head != tty->tail) {
		set_eol(tty, tty->head - 1, true);
		tty->canon_head = tty->head;
	}
}

void n_tty_set_termios(struct task_struct *curr, struct tty_struct *tty,
		       const struct ktermios *old)
{
	if ((old->c_lflag ^ tty->termios.c_lflag) & (ICANON | EXTPROC))
		change_canonical(tty);
	if (!i_flag(tty, IXON) && old->c_iflag & IXON && !tty->tco_stopped)
		start_tty(curr, tty);
	wake_up_all(curr, &tty->read_wait);
	tty_wakeup(curr, tty);
}
