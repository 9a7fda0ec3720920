/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * Between a driver and its line discipline (Linux: drivers/tty/tty_buffer.c):
 * what came and could not be received yet, since nobody reads. A ring in guest
 * RAM, which is there only once it was needed.
 *
 * MODEL: who brings the bytes has the discipline look at them at once, where
 * Linux wakes a worker: a program can't see the time between.
 */

#include "kernel/mm/kobj.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define FLIP_MASK (TTYB_DEFAULT_MEM_LIMIT - 1)

static uint32_t flip_count(const struct tty_struct *tty)
{
	return tty->flip_head - tty->flip_tail;
}

uint32_t tty_buffer_space_avail(const struct tty_struct *tty)
{
	return TTYB_DEFAULT_MEM_LIMIT - flip_count(tty);
}

static uint8_t *flip_byte(const struct tty_struct *tty, uint32_t at)
{
	return (uint8_t *)kbytes(tty->k, tty->flip) + (at & FLIP_MASK);
}

/* The first unreceived bytes that lie in one piece; how many. */
static uint32_t flip_piece(const struct tty_struct *tty)
{
	const uint32_t to_end = TTYB_DEFAULT_MEM_LIMIT -
				(tty->flip_tail & FLIP_MASK);

	return flip_count(tty) < to_end ? flip_count(tty) : to_end;
}

bool flush_to_ldisc(struct task_struct *curr, struct tty_struct *tty)
{
	bool moved = false;
	uint32_t n;

	while (flip_count(tty)) {
		n = n_tty_receive_buf(curr, tty, flip_byte(tty, tty->flip_tail),
				      flip_piece(tty));
		/* a signal among them may have had all of them thrown away */
		if (n > flip_count(tty))
			n = flip_count(tty);
		if (!n)
			break;
		tty->flip_tail += n;
		moved = true;
	}
	if (moved && tty->link)
		tty_wakeup(curr, tty->link);
	return moved;
}

uint32_t tty_insert_flip_string(struct task_struct *curr,
				struct tty_struct *tty, const uint8_t *bytes,
				uint32_t n)
{
	uint32_t done = 0;

	if (!flip_count(tty))
		done = n_tty_receive_buf(curr, tty, bytes, n);
	if (done < n && !tty->flip)
		tty->flip = kmalloc(curr, TTYB_DEFAULT_MEM_LIMIT, GFP_ATOMIC);
	if (!tty->flip)
		return done;
	while (done < n && tty_buffer_space_avail(tty))
		*flip_byte(tty, tty->flip_head++) = bytes[done++];
	return done;
}

void tty_buffer_flush(struct task_struct *curr, struct tty_struct *tty)
{
	tty->flip_tail = tty->flip_head;
	if (tty->link)
		tty_wakeup(curr, tty->link);
}

void tty_buffer_free(struct task_struct *curr, struct tty_struct *tty)
{
	if (tty->flip)
		kfree(curr, tty->flip);
	tty->flip = 0;
}
